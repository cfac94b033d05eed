/*
 * A driver without plug and play: a control device. Reads wait in a queue, can be cancelled, and are
 * answered by the driver's thread; writes are done by a work item; one control request is answered by a
 * timer, one by the driver itself with an IRP of its own. Ordinary WDM; nothing in it is specific to Wine.
 */
#include <ntddk.h>
#include <wdmsec.h>
#include "../TracingShim/variants.h"

#include "interface.h"

typedef struct _EXTENSION {
  PDEVICE_OBJECT Self;
  IO_REMOVE_LOCK Lock;
  KSPIN_LOCK QueueLock;
  LIST_ENTRY Reads;
  PIRP TimerIrp;
  KTIMER Timer;
  KDPC TimerDpc;
  KEVENT Work;
  KEVENT ThreadGone;
  BOOLEAN Answer; /* the reads that wait */
  BOOLEAN Stopping;
} EXTENSION, *PEXTENSION;

static PDEVICE_OBJECT controlDevice;
static WCHAR controlName[] = L"\\Device\\DdiControl";
static WCHAR controlLink[] = L"\\DosDevices\\DdiControl";

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status)
{
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

static NTSTATUS AcquireOrFail(PEXTENSION Control, PIRP Irp)
{
  NTSTATUS status = IoAcquireRemoveLock(&Control->Lock, Irp);

  return NT_SUCCESS(status) ? status : Complete(Irp, status);
}

static NTSTATUS CompleteAndRelease(PEXTENSION Control, PIRP Irp, NTSTATUS Status)
{
  Complete(Irp, Status);
  IoReleaseRemoveLock(&Control->Lock, Irp);
  return Status;
}

/* -- read -- */

static VOID NTAPI CancelRead(PDEVICE_OBJECT Device, PIRP Irp)
{
  PEXTENSION control = (PEXTENSION)Device->DeviceExtension;
  KIRQL irql;

  IoReleaseCancelSpinLock(Irp->CancelIrql);
  KeAcquireSpinLock(&control->QueueLock, &irql);
  RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
  KeReleaseSpinLock(&control->QueueLock, irql);
  Complete(Irp, STATUS_CANCELLED);
  if (!Fault("cancel-keeps-lock")) {
    IoReleaseRemoveLock(&control->Lock, Irp);
  }
}

/* Takes a read whose cancel routine has not been called; one that is being cancelled is its routine's. */
static PIRP TakeRead(PEXTENSION Control)
{
  PIRP irp = NULL;
  PLIST_ENTRY entry;
  KIRQL irql;

  KeAcquireSpinLock(&Control->QueueLock, &irql);
  for (entry = Control->Reads.Flink; entry != &Control->Reads && irp == NULL; entry = entry->Flink) {
    PIRP candidate = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
    if (IoSetCancelRoutine(candidate, NULL) != NULL) {
      irp = candidate;
      RemoveEntryList(&irp->Tail.Overlay.ListEntry);
      break;
    }
  }
  KeReleaseSpinLock(&Control->QueueLock, irql);
  return irp;
}

static NTSTATUS Read(PEXTENSION Control, PIRP Irp)
{
  NTSTATUS status = AcquireOrFail(Control, Irp);
  KIRQL irql;

  if (!NT_SUCCESS(status)) {
    return status;
  }
  KeAcquireSpinLock(&Control->QueueLock, &irql);
  (VOID)IoSetCancelRoutine(Irp, CancelRead);
  if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
    KeReleaseSpinLock(&Control->QueueLock, irql);
    return CompleteAndRelease(Control, Irp, STATUS_CANCELLED);
  }
  IoMarkIrpPending(Irp);
  InsertTailList(&Control->Reads, &Irp->Tail.Overlay.ListEntry);
  KeReleaseSpinLock(&Control->QueueLock, irql);
  return STATUS_PENDING;
}

static VOID NTAPI ReadThread(PVOID Context)
{
  PEXTENSION control = (PEXTENSION)Context;
  PIRP irp;

  while (!control->Stopping) {
    (VOID)KeWaitForSingleObject(&control->Work, Executive, KernelMode, FALSE, NULL);
    while (control->Answer && (irp = TakeRead(control)) != NULL) {
      Complete(irp, STATUS_SUCCESS);
      if (!Fault("thread-keeps-lock")) {
        IoReleaseRemoveLock(&control->Lock, irp);
      }
    }
    control->Answer = FALSE;
  }
  KeSetEvent(&control->ThreadGone, IO_NO_INCREMENT, FALSE);
  PsTerminateSystemThread(STATUS_SUCCESS);
}

/* -- write: by a work item -- */

typedef struct _WRITE {
  PIO_WORKITEM Item;
  PIRP Irp;
} WRITE, *PWRITE;

static VOID NTAPI WriteWork(PDEVICE_OBJECT Device, PVOID Context)
{
  PEXTENSION control = (PEXTENSION)Device->DeviceExtension;
  PWRITE write = (PWRITE)Context;
  PIRP irp = write->Irp;

  IoFreeWorkItem(write->Item);
  ExFreePoolWithTag(write, TEST_TAG);
  Complete(irp, STATUS_SUCCESS);
  IoReleaseRemoveLock(&control->Lock, irp);
  if (Fault("write-released-twice")) {
    IoReleaseRemoveLock(&control->Lock, irp);
  }
}

static NTSTATUS Write(PEXTENSION Control, PIRP Irp)
{
  NTSTATUS status = AcquireOrFail(Control, Irp);
  PWRITE write;

  if (!NT_SUCCESS(status)) {
    return status;
  }
  write = (PWRITE)ExAllocatePoolWithTag(NonPagedPool, sizeof(WRITE), TEST_TAG);
  if (write == NULL) {
    return CompleteAndRelease(Control, Irp, STATUS_INSUFFICIENT_RESOURCES);
  }
  write->Item = IoAllocateWorkItem(Control->Self);
  write->Irp = Irp;
  IoMarkIrpPending(Irp);
  IoQueueWorkItem(write->Item, WriteWork, DelayedWorkQueue, write);
  return STATUS_PENDING;
}

/* -- device control -- */

static VOID NTAPI TimerDone(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
  PEXTENSION control = (PEXTENSION)Context;

  UNREFERENCED_PARAMETER(Dpc);
  UNREFERENCED_PARAMETER(Argument1);
  UNREFERENCED_PARAMETER(Argument2);
  CompleteAndRelease(control, control->TimerIrp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI OwnIrpDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS AskOneself(PEXTENSION Control)
{
  PIRP irp = IoAllocateIrp(Control->Self->StackSize, FALSE);
  KEVENT done;
  NTSTATUS status;

  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&done, NotificationEvent, FALSE);
  IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_WRITE;
  IoSetCompletionRoutine(irp, OwnIrpDone, &done, TRUE, TRUE, TRUE);
  status = IoCallDriver(Control->Self, irp);
  if (status == STATUS_PENDING) {
    (VOID)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  }
  status = irp->IoStatus.Status;
  IoFreeIrp(irp);
  return status;
}

static NTSTATUS DeviceControl(PEXTENSION Control, PIRP Irp)
{
  ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;
  NTSTATUS status = AcquireOrFail(Control, Irp);
  LARGE_INTEGER soon;

  if (!NT_SUCCESS(status)) {
    return status;
  }
  switch (code) {
  case IOCTL_CONTROL_TIMER:
    soon.QuadPart = -20000; /* two milliseconds */
    Control->TimerIrp = Irp;
    IoMarkIrpPending(Irp);
    KeSetTimer(&Control->Timer, soon, &Control->TimerDpc);
    return STATUS_PENDING;
  case IOCTL_CONTROL_OWN_IRP:
    return CompleteAndRelease(Control, Irp, AskOneself(Control));
  case IOCTL_CONTROL_ANSWER:
    Control->Answer = TRUE;
    KeSetEvent(&Control->Work, IO_NO_INCREMENT, FALSE);
    return CompleteAndRelease(Control, Irp, STATUS_SUCCESS);
  default:
    return CompleteAndRelease(Control, Irp, STATUS_INVALID_DEVICE_REQUEST);
  }
}

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
  PEXTENSION control = (PEXTENSION)Device->DeviceExtension;
  NTSTATUS status;

  switch (IoGetCurrentIrpStackLocation(Irp)->MajorFunction) {
  case IRP_MJ_READ:
    return Read(control, Irp);
  case IRP_MJ_WRITE:
    return Write(control, Irp);
  case IRP_MJ_DEVICE_CONTROL:
    return DeviceControl(control, Irp);
  default: /* create, cleanup, close */
    status = AcquireOrFail(control, Irp);
    return NT_SUCCESS(status) ? CompleteAndRelease(control, Irp, STATUS_SUCCESS) : status;
  }
}

/* -- loading: there is no AddDevice and no removal; the lock is drained when the driver is unloaded -- */

static NTSTATUS Prepare(PDEVICE_OBJECT Device)
{
  PEXTENSION control = (PEXTENSION)Device->DeviceExtension;
  HANDLE thread;
  NTSTATUS status;

  control->Self = Device;
  IoInitializeRemoveLock(&control->Lock, TEST_TAG, 0, 0);
  KeInitializeSpinLock(&control->QueueLock);
  InitializeListHead(&control->Reads);
  KeInitializeTimer(&control->Timer);
  KeInitializeDpc(&control->TimerDpc, TimerDone, control);
  KeInitializeEvent(&control->Work, SynchronizationEvent, FALSE);
  KeInitializeEvent(&control->ThreadGone, NotificationEvent, FALSE);
  status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, ReadThread, control);
  if (NT_SUCCESS(status)) {
    ZwClose(thread);
  }
  return status;
}

static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
  PEXTENSION control = (PEXTENSION)controlDevice->DeviceExtension;
  UNICODE_STRING link;

  UNREFERENCED_PARAMETER(Driver);
  RtlInitUnicodeString(&link, controlLink);
  (VOID)IoDeleteSymbolicLink(&link);
  (VOID)IoAcquireRemoveLock(&control->Lock, NULL);
  IoReleaseRemoveLockAndWait(&control->Lock, NULL);
  control->Stopping = TRUE;
  KeSetEvent(&control->Work, IO_NO_INCREMENT, FALSE);
  (VOID)KeWaitForSingleObject(&control->ThreadGone, Executive, KernelMode, FALSE, NULL);
  IoDeleteDevice(controlDevice);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
  UNICODE_STRING name, link;
  NTSTATUS status;
  ULONG i;

  UNREFERENCED_PARAMETER(RegistryPath);
  RtlInitUnicodeString(&name, controlName);
  RtlInitUnicodeString(&link, controlLink);
  status = IoCreateDeviceSecure(Driver, sizeof(EXTENSION), &name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                &SDDL_DEVOBJ_SYS_ALL_ADM_ALL, NULL, &controlDevice);
  if (NT_SUCCESS(status)) {
    status = Prepare(controlDevice);
    if (!NT_SUCCESS(status)) {
      IoDeleteDevice(controlDevice);
    }
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  (VOID)IoCreateSymbolicLink(&link, &name);
  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    Driver->MajorFunction[i] = Dispatch;
  }
  Driver->DriverUnload = Unload;
  controlDevice->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
  DDI_TRACE_DISPATCH(Driver);
  return STATUS_SUCCESS;
}
