/* The filter driver, above the function driver: passes everything on. */
#define DDI_TRACE_MAIN /* the ETW provider lives in the file of DriverEntry */
#include "variants.h"

typedef struct _FILTER {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
  IO_REMOVE_LOCK Lock;
} FILTER, *PFILTER;

/* What a deferred request needs until its work item has run. */
typedef struct _DEFERRED {
  PIO_WORKITEM Item;
  PIRP Irp;
} DEFERRED, *PDEFERRED;

static NTSTATUS FilterAcquireOrFail(PFILTER Filter, PIRP Irp)
{
  NTSTATUS status = IoAcquireRemoveLock(&Filter->Lock, Irp);

  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

static NTSTATUS NTAPI FilterPass(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFILTER filter = (PFILTER)Device->DeviceExtension;
  BOOLEAN write = IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_WRITE;
  NTSTATUS status;

  if (write && Fault("filter-write-without-lock")) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(filter->Lower, Irp);
  }
  status = FilterAcquireOrFail(filter, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(filter->Lower, Irp);
  IoReleaseRemoveLock(&filter->Lock, Irp);
  return status;
}

/* -- read: the lock is held until the IRP comes back -- */

static NTSTATUS NTAPI FilterReadDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  PFILTER filter = (PFILTER)Device->DeviceExtension;

  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  IoReleaseRemoveLock(&filter->Lock, Irp);
  return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS NTAPI FilterRead(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFILTER filter = (PFILTER)Device->DeviceExtension;
  NTSTATUS status = FilterAcquireOrFail(filter, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, FilterReadDone, NULL, TRUE, TRUE, TRUE);
  if (Fault("routine-never-used")) {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    IoReleaseRemoveLock(&filter->Lock, Irp);
    return STATUS_SUCCESS;
  }
  if (Fault("failed-routine-ignored")) {
    status = IoCallDriver(filter->Lower, Irp);
    IoReleaseRemoveLock(&filter->Lock, Irp);
    return status;
  }
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    IoReleaseRemoveLock(&filter->Lock, Irp);
    return status;
  }
  return IoCallDriver(filter->Lower, Irp);
}

/* -- device control: one request is passed on from a work item -- */

static VOID NTAPI FilterDeferredWork(PDEVICE_OBJECT Device, PVOID Context)
{
  PFILTER filter = (PFILTER)Device->DeviceExtension;
  PDEFERRED deferred = (PDEFERRED)Context;
  PIRP irp = deferred->Irp;

  IoFreeWorkItem(deferred->Item);
  ExFreePoolWithTag(deferred, TEST_TAG);
  IoCopyCurrentIrpStackLocationToNext(irp);
  (VOID)IoCallDriver(filter->Lower, irp);
  IoReleaseRemoveLock(&filter->Lock, irp);
}

static NTSTATUS FilterDefer(PDEVICE_OBJECT Device, PFILTER Filter, PIRP Irp)
{
  NTSTATUS status = FilterAcquireOrFail(Filter, Irp);
  PDEFERRED deferred;

  if (!NT_SUCCESS(status)) {
    return status;
  }
  deferred = (PDEFERRED)ExAllocatePoolWithTag(NonPagedPool, sizeof(DEFERRED), TEST_TAG);
  if (deferred != NULL) {
    deferred->Item = IoAllocateWorkItem(Device);
    deferred->Irp = Irp;
    IoMarkIrpPending(Irp);
    IoQueueWorkItem(deferred->Item, FilterDeferredWork, DelayedWorkQueue, deferred);
    return STATUS_PENDING;
  }
  Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoReleaseRemoveLock(&Filter->Lock, Irp);
  return STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS NTAPI FilterDeviceControl(PDEVICE_OBJECT Device, PIRP Irp)
{
  PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);

  if (location->Parameters.DeviceIoControl.IoControlCode == IOCTL_DEFERRED) {
    return FilterDefer(Device, (PFILTER)Device->DeviceExtension, Irp);
  }
  return FilterPass(Device, Irp);
}

/* -- PnP and power -- */

static NTSTATUS NTAPI FilterStartDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Waits for the drivers below to have started, and finishes the IRP itself. */
static NTSTATUS FilterStart(PFILTER Filter, PIRP Irp)
{
  KEVENT done;
  NTSTATUS status = FilterAcquireOrFail(Filter, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  KeInitializeEvent(&done, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, FilterStartDone, &done, TRUE, TRUE, TRUE);
  status = IoCallDriver(Filter->Lower, Irp);
  if (status == STATUS_PENDING) {
    (VOID)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  }
  status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoReleaseRemoveLock(&Filter->Lock, Irp);
  return status;
}

static NTSTATUS FilterRemove(PDEVICE_OBJECT Device, PFILTER Filter, PIRP Irp)
{
  NTSTATUS status;

  (VOID)IoAcquireRemoveLock(&Filter->Lock, Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(Filter->Lower, Irp);
  if (Fault("filter-does-not-wait")) {
    IoReleaseRemoveLock(&Filter->Lock, Irp);
  } else {
    IoReleaseRemoveLockAndWait(&Filter->Lock, Irp);
  }
  IoDetachDevice(Filter->Lower);
  IoDeleteDevice(Device);
  return status;
}

static NTSTATUS NTAPI FilterPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFILTER filter = (PFILTER)Device->DeviceExtension;

  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    return FilterStart(filter, Irp);
  case IRP_MN_REMOVE_DEVICE:
    return FilterRemove(Device, filter, Irp);
  default:
    return FilterPass(Device, Irp);
  }
}

static NTSTATUS NTAPI FilterPower(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFILTER filter = (PFILTER)Device->DeviceExtension;
  NTSTATUS status;

  PoStartNextPowerIrp(Irp);
  status = FilterAcquireOrFail(filter, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  status = PoCallDriver(filter->Lower, Irp);
  IoReleaseRemoveLock(&filter->Lock, Irp);
  return status;
}

/* -- loading -- */

static NTSTATUS NTAPI FilterAddDevice(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
  PDEVICE_OBJECT device;
  PFILTER filter;
  NTSTATUS status =
      IoCreateDevice(Driver, sizeof(FILTER), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  filter = (PFILTER)device->DeviceExtension;
  filter->Self = device;
  IoInitializeRemoveLock(&filter->Lock, TEST_TAG, 0, 0);
  status = IoAttachDeviceToDeviceStackSafe(device, Pdo, &filter->Lower);
  if (!NT_SUCCESS(status)) {
    IoDeleteDevice(device);
    return status;
  }
  device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
  return STATUS_SUCCESS;
}

static VOID NTAPI FilterUnload(PDRIVER_OBJECT Driver)
{
  UNREFERENCED_PARAMETER(Driver);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
  ULONG i;

  UNREFERENCED_PARAMETER(RegistryPath);
  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    Driver->MajorFunction[i] = FilterPass;
  }
  Driver->MajorFunction[IRP_MJ_READ] = FilterRead;
  Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = FilterDeviceControl;
  Driver->MajorFunction[IRP_MJ_PNP] = FilterPnp;
  Driver->MajorFunction[IRP_MJ_POWER] = FilterPower;
  Driver->DriverExtension->AddDevice = FilterAddDevice;
  Driver->DriverUnload = FilterUnload;
  DDI_TRACE_DISPATCH(Driver);
  return STATUS_SUCCESS;
}
