/* The function driver: loading, PnP, power and WMI. */
#define DDI_TRACE_MAIN /* the ETW provider lives in the file of DriverEntry */
#include "variants.h"
#include "function.h"

/* -- forwarding, with the lock held (unless a fault says otherwise) -- */

static NTSTATUS FdoPassDown(PFDO Fdo, PIRP Irp, BOOLEAN WithLock)
{
  NTSTATUS status;

  if (WithLock) {
    status = FdoAcquireOrFail(Fdo, Irp);
    if (!NT_SUCCESS(status)) {
      return status;
    }
  }
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(Fdo->Lower, Irp);
  if (WithLock) {
    IoReleaseRemoveLock(&Fdo->Lock, Irp);
  }
  return status;
}

static NTSTATUS FdoPassDownRaised(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status;
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  status = FdoPassDown(Fdo, Irp, TRUE);
  KeLowerIrql(irql);
  return status;
}

static NTSTATUS FdoAnswerWith(PFDO Fdo, PIRP Irp, NTSTATUS Status)
{
  NTSTATUS status = FdoAcquireOrFail(Fdo, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  FdoComplete(Irp, Status);
  IoReleaseRemoveLock(&Fdo->Lock, Irp);
  return Status;
}

/* -- PnP -- */

/* Starting is finished by a work item: the completion routine may run at DISPATCH_LEVEL. */
static VOID NTAPI FdoStartWork(PDEVICE_OBJECT Device, PVOID Context)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  PIRP irp = fdo->StartIrp;

  UNREFERENCED_PARAMETER(Context);
  FdoComplete(irp, irp->IoStatus.Status);
  IoReleaseRemoveLock(&fdo->Lock, irp);
}

static NTSTATUS NTAPI FdoStartDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  PFDO fdo = (PFDO)Context;

  UNREFERENCED_PARAMETER(Device);
  fdo->StartIrp = Irp;
  IoQueueWorkItem(fdo->StartItem, FdoStartWork, DelayedWorkQueue, NULL);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS FdoStart(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status = FdoAcquireOrFail(Fdo, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  if (Fault("lock-initialised-twice")) {
    IoInitializeRemoveLock(&Fdo->Lock, TEST_TAG, 0, 0);
  }
  if (!Fault("start-not-marked")) {
    IoMarkIrpPending(Irp);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, FdoStartDone, Fdo, TRUE, TRUE, TRUE);
  (VOID)IoCallDriver(Fdo->Lower, Irp);
  return STATUS_PENDING;
}

static NTSTATUS FdoSurpriseRemoval(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status;

  if (Fault("surprise-not-supported")) {
    return FdoAnswerWith(Fdo, Irp, STATUS_NOT_SUPPORTED);
  }
  if (Fault("surprise-waits")) {
    (VOID)IoAcquireRemoveLock(&Fdo->Lock, Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(Fdo->Lower, Irp);
    IoReleaseRemoveLockAndWait(&Fdo->Lock, Irp);
    return status;
  }
  if (Fault("surprise-detaches")) {
    status = FdoPassDown(Fdo, Irp, TRUE);
    IoDetachDevice(Fdo->Lower);
    return status;
  }
  return FdoPassDown(Fdo, Irp, (BOOLEAN)!Fault("surprise-without-lock"));
}

/* The fault in which somebody wipes the lock after it has done its work, and goes on to use it. */
static VOID FdoWipeLock(PFDO Fdo, PIRP Irp)
{
  RtlZeroMemory(&Fdo->Lock, sizeof(Fdo->Lock));
  (VOID)IoAcquireRemoveLock(&Fdo->Lock, Irp);
  IoReleaseRemoveLock(&Fdo->Lock, Irp);
}

static NTSTATUS FdoRemove(PDEVICE_OBJECT Device, PFDO Fdo, PIRP Irp)
{
  BOOLEAN locked = FALSE;
  NTSTATUS status;

  if (!Fault("remove-without-lock")) {
    locked = NT_SUCCESS(IoAcquireRemoveLock(&Fdo->Lock, Irp));
  }
  if (Fault("remove-deletes-first")) {
    IoDeleteDevice(Device);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(Fdo->Lower, Irp);
  if (Fault("remove-detaches-first")) {
    IoDetachDevice(Fdo->Lower); /* too early */
  }
  if (Fault("remove-does-not-wait")) {
    IoReleaseRemoveLock(&Fdo->Lock, Irp);
  } else if (locked || Fault("remove-without-lock")) {
    IoReleaseRemoveLockAndWait(&Fdo->Lock, Irp);
  }
  if (Fault("lock-wiped")) {
    FdoWipeLock(Fdo, Irp);
  }
  FdoStopThread(Fdo);
  (VOID)KeCancelTimer(&Fdo->SlowTimer);
  IoFreeWorkItem(Fdo->StartItem);
  if (Fault("remove-leaves-device")) {
    return status;
  }
  if (!Fault("remove-detaches-first")) {
    IoDetachDevice(Fdo->Lower);
  }
  if (!Fault("remove-deletes-first")) {
    IoDeleteDevice(Device);
  }
  return Fault("remove-not-supported") ? STATUS_NOT_SUPPORTED : status;
}

static NTSTATUS NTAPI FdoPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;

  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    return FdoStart(fdo, Irp);
  case IRP_MN_QUERY_REMOVE_DEVICE:
    if (Fault("query-remove-not-supported")) {
      return FdoAnswerWith(fdo, Irp, STATUS_NOT_SUPPORTED);
    }
    return FdoPassDown(fdo, Irp, (BOOLEAN)!Fault("query-remove-without-lock"));
  case IRP_MN_SURPRISE_REMOVAL:
    return FdoSurpriseRemoval(fdo, Irp);
  case IRP_MN_REMOVE_DEVICE:
    return FdoRemove(Device, fdo, Irp);
  case IRP_MN_QUERY_CAPABILITIES:
    if (Fault("capabilities-completed")) {
      return FdoAnswerWith(fdo, Irp, STATUS_SUCCESS);
    }
    if (Fault("capabilities-at-dispatch")) {
      return FdoPassDownRaised(fdo, Irp);
    }
    return FdoPassDown(fdo, Irp, TRUE);
  default:
    return FdoPassDown(fdo, Irp, TRUE);
  }
}

/* -- power: a system state makes the power policy owner ask for the device state that goes with it -- */

static VOID NTAPI FdoDeviceStateSet(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PVOID Context, PIO_STATUS_BLOCK IoStatus)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  PIRP irp = (PIRP)Context;

  UNREFERENCED_PARAMETER(Minor);
  UNREFERENCED_PARAMETER(State);
  PoStartNextPowerIrp(irp);
  FdoComplete(irp, IoStatus->Status);
  IoReleaseRemoveLock(&fdo->Lock, irp);
}

static NTSTATUS NTAPI FdoSystemStateDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  POWER_STATE state;
  PIRP sent;
  NTSTATUS status;

  UNREFERENCED_PARAMETER(Context);
  state = IoGetCurrentIrpStackLocation(Irp)->Parameters.Power.State;
  state.DeviceState = state.SystemState == PowerSystemWorking ? PowerDeviceD0 : PowerDeviceD3;
  status = PoRequestPowerIrp(Device, IRP_MN_SET_POWER, state, FdoDeviceStateSet, Irp,
                             Fault("power-wants-irp") ? &sent : NULL);
  if (status == STATUS_PENDING) {
    return STATUS_MORE_PROCESSING_REQUIRED;
  }
  IoReleaseRemoveLock(&((PFDO)Device->DeviceExtension)->Lock, Irp);
  return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS FdoSetSystemState(PFDO Fdo, PIRP Irp, BOOLEAN Up)
{
  NTSTATUS status;
  PVOID memory;

  if (Fault(Up ? "power-up-fails" : "power-down-fails")) {
    PoStartNextPowerIrp(Irp);
    return FdoAnswerWith(Fdo, Irp, STATUS_UNSUCCESSFUL);
  }
  status = FdoAcquireOrFail(Fdo, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  if (!Up && Fault("power-down-allocates")) {
    memory = ExAllocatePoolWithTag(NonPagedPool, 16, TEST_TAG);
    ExFreePoolWithTag(memory, TEST_TAG);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, FdoSystemStateDone, NULL, TRUE, TRUE, TRUE);
  if (Fault("power-not-marked")) {
    (VOID)IoCallDriver(Fdo->Lower, Irp); /* as since Windows Vista */
  } else {
    IoMarkIrpPending(Irp);
    (VOID)PoCallDriver(Fdo->Lower, Irp);
  }
  return STATUS_PENDING;
}

static NTSTATUS NTAPI FdoPower(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status;

  if (location->MinorFunction == IRP_MN_SET_POWER && location->Parameters.Power.Type == SystemPowerState) {
    return FdoSetSystemState(
        fdo, Irp, (BOOLEAN)(location->Parameters.Power.State.SystemState == PowerSystemWorking));
  }
  if (Fault("power-completed")) {
    PoStartNextPowerIrp(Irp);
    return FdoAnswerWith(fdo, Irp, STATUS_SUCCESS);
  }
  status = FdoAcquireOrFail(fdo, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  if (location->MinorFunction == IRP_MN_SET_POWER) {
    (VOID)PoSetPowerState(Device, DevicePowerState, location->Parameters.Power.State);
  }
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  status = PoCallDriver(fdo->Lower, Irp);
  IoReleaseRemoveLock(&fdo->Lock, Irp);
  return status;
}

/* -- WMI -- */

static NTSTATUS NTAPI FdoSystemControl(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  SYSCTL_IRP_DISPOSITION disposition;
  NTSTATUS status = FdoAcquireOrFail(fdo, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  status = WmiSystemControl(&fdo->Wmi, Device, Irp, &disposition);
  if (disposition == IrpNotCompleted || (disposition != IrpProcessed && Fault("wmi-not-forwarded"))) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  } else if (disposition != IrpProcessed) {
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(fdo->Lower, Irp);
  }
  IoReleaseRemoveLock(&fdo->Lock, Irp);
  return status;
}

/* -- loading -- */

static VOID FdoInitializeLocks(PFDO Fdo)
{
  if (!Fault("lock-not-initialised")) {
    IoInitializeRemoveLock(&Fdo->Lock, TEST_TAG, 0, Fault("low-watermark") ? 1 : 0);
  }
  if (Fault("second-lock")) {
    IoInitializeRemoveLock(&Fdo->SecondLock, TEST_TAG, 0, 0);
  }
}

static NTSTATUS FdoPrepare(PFDO Fdo, PDEVICE_OBJECT Device)
{
  Fdo->Self = Device;
  FdoInitializeLocks(Fdo);
  KeInitializeSpinLock(&Fdo->QueueLock);
  InitializeListHead(&Fdo->Writes);
  InitializeListHead(&Fdo->Answers);
  KeInitializeDpc(&Fdo->AnswerDpc, FdoAnswer, Fdo);
  KeInitializeTimer(&Fdo->SlowTimer);
  KeInitializeEvent(&Fdo->Work, SynchronizationEvent, FALSE);
  KeInitializeEvent(&Fdo->ThreadGone, NotificationEvent, FALSE);
  FdoPrepareLast(Fdo);
  FdoPrepareStartIo(Device);
  Fdo->StartItem = IoAllocateWorkItem(Device);
  return Fdo->StartItem != NULL ? FdoStartThread(Fdo) : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS NTAPI FdoAddDevice(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
  PDEVICE_OBJECT device;
  PFDO fdo;
  NTSTATUS status =
      IoCreateDevice(Driver, sizeof(FDO), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  fdo = (PFDO)device->DeviceExtension;
  status = FdoPrepare(fdo, device);
  if (!NT_SUCCESS(status)) {
    IoDeleteDevice(device);
    return status;
  }
  fdo->Lower = IoAttachDeviceToDeviceStack(device, Pdo);
  device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
  return STATUS_SUCCESS;
}

static VOID NTAPI FdoUnload(PDRIVER_OBJECT Driver)
{
  UNREFERENCED_PARAMETER(Driver);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
  UNREFERENCED_PARAMETER(RegistryPath);
  Driver->DriverExtension->AddDevice = FdoAddDevice;
  Driver->DriverUnload = FdoUnload;
  Driver->DriverStartIo = FdoStartIo;
  Driver->MajorFunction[IRP_MJ_CREATE] = FdoCreateClose;
  Driver->MajorFunction[IRP_MJ_CLEANUP] = FdoCreateClose;
  Driver->MajorFunction[IRP_MJ_CLOSE] = FdoCreateClose;
  Driver->MajorFunction[IRP_MJ_READ] = FdoRead;
  Driver->MajorFunction[IRP_MJ_WRITE] = FdoWrite;
  Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = FdoDeviceControl;
  Driver->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = FdoInternalControl;
  Driver->MajorFunction[IRP_MJ_POWER] = FdoPower;
  Driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = FdoSystemControl;
  Driver->MajorFunction[IRP_MJ_PNP] = FdoPnp;
  DDI_TRACE_DISPATCH(Driver);
  return STATUS_SUCCESS;
}
