/* The function driver: create, close, read, write, device control. */
#include "variants.h"
#include "function.h"

NTSTATUS FdoComplete(PIRP Irp, NTSTATUS Status)
{
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

/* Acquires the remove lock for the IRP, or completes it and says why. */
NTSTATUS FdoAcquireOrFail(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status = IoAcquireRemoveLock(&Fdo->Lock, Irp);

  if (!NT_SUCCESS(status)) {
    if (Fault("failed-acquire-released")) {
      IoReleaseRemoveLock(&Fdo->Lock, Irp);
    }
    FdoComplete(Irp, status);
  }
  return status;
}

NTSTATUS NTAPI FdoCreateClose(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  BOOLEAN close = IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_CLOSE;
  NTSTATUS status = FdoAcquireOrFail(fdo, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  FdoComplete(Irp, STATUS_SUCCESS);
  if (!(close && Fault("close-keeps-lock"))) {
    IoReleaseRemoveLock(&fdo->Lock, Irp);
  }
  return STATUS_SUCCESS;
}

/* -- read: passed down, and the lock held until the bus driver is done -- */

static NTSTATUS NTAPI FdoReadDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  PFDO fdo = (PFDO)Context;

  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned && !Fault("read-not-marked")) {
    IoMarkIrpPending(Irp);
  }
  if (Fault("read-marks-and-signals")) {
    KeSetEvent(&fdo->Work, IO_NO_INCREMENT, FALSE);
  }
  if (!Fault("read-keeps-lock")) {
    IoReleaseRemoveLock(&fdo->Lock, Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS NTAPI FdoRead(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  NTSTATUS status = FdoAcquireOrFail(fdo, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, FdoReadDone, fdo, TRUE, TRUE, TRUE);
  return IoCallDriver(fdo->Lower, Irp);
}

/* -- write: queued for the driver's own thread -- */

NTSTATUS NTAPI FdoWrite(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  NTSTATUS status = FdoAcquireOrFail(fdo, Irp);
  KIRQL irql;

  if (!NT_SUCCESS(status)) {
    return status;
  }
  if (Fault("second-lock")) {
    (VOID)IoAcquireRemoveLock(&fdo->SecondLock, Irp);
    IoReleaseRemoveLock(&fdo->SecondLock, Irp);
  }
  if (!Fault("write-marked-late")) {
    IoMarkIrpPending(Irp);
  }
  KeAcquireSpinLock(&fdo->QueueLock, &irql);
  InsertTailList(&fdo->Writes, &Irp->Tail.Overlay.ListEntry);
  KeReleaseSpinLock(&fdo->QueueLock, irql);
  if (Fault("write-marked-late")) {
    IoMarkIrpPending(Irp);
  }
  KeSetEvent(&fdo->Work, IO_NO_INCREMENT, FALSE);
  return STATUS_PENDING;
}

static PIRP FdoTake(PFDO Fdo, PLIST_ENTRY Queue)
{
  PIRP irp = NULL;
  KIRQL irql;

  KeAcquireSpinLock(&Fdo->QueueLock, &irql);
  if (!IsListEmpty(Queue)) {
    irp = CONTAINING_RECORD(RemoveHeadList(Queue), IRP, Tail.Overlay.ListEntry);
  }
  KeReleaseSpinLock(&Fdo->QueueLock, irql);
  return irp;
}

static VOID FdoFinishWrite(PFDO Fdo, PIRP Irp)
{
  if (Fault("write-released-twice")) {
    IoReleaseRemoveLock(&Fdo->Lock, Irp);
    IoReleaseRemoveLock(&Fdo->Lock, Irp);
    FdoComplete(Irp, STATUS_SUCCESS);
    return;
  }
  FdoComplete(Irp, STATUS_SUCCESS);
  if (!Fault("write-keeps-lock")) {
    IoReleaseRemoveLock(&Fdo->Lock, Irp); /* as a tag the pointer is only a number by now */
  }
}

static VOID NTAPI FdoThread(PVOID Context)
{
  PFDO fdo = (PFDO)Context;
  PIRP irp;

  while (!fdo->Stopping) {
    (VOID)KeWaitForSingleObject(&fdo->Work, Executive, KernelMode, FALSE, NULL);
    while ((irp = FdoTake(fdo, &fdo->Writes)) != NULL) {
      FdoFinishWrite(fdo, irp);
    }
  }
  KeSetEvent(&fdo->ThreadGone, IO_NO_INCREMENT, FALSE);
  PsTerminateSystemThread(STATUS_SUCCESS);
}

NTSTATUS FdoStartThread(PFDO Fdo)
{
  HANDLE thread;
  NTSTATUS status =
      PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, FdoThread, Fdo);

  if (NT_SUCCESS(status)) {
    ZwClose(thread);
  }
  return status;
}

VOID FdoStopThread(PFDO Fdo)
{
  Fdo->Stopping = TRUE;
  KeSetEvent(&Fdo->Work, IO_NO_INCREMENT, FALSE);
  (VOID)KeWaitForSingleObject(&Fdo->ThreadGone, Executive, KernelMode, FALSE, NULL);
}

/* -- device control -- */

VOID NTAPI FdoAnswer(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
  PFDO fdo = (PFDO)Context;
  PIRP irp;

  UNREFERENCED_PARAMETER(Dpc);
  UNREFERENCED_PARAMETER(Argument1);
  UNREFERENCED_PARAMETER(Argument2);
  while ((irp = FdoTake(fdo, &fdo->Answers)) != NULL) {
    FdoComplete(irp, STATUS_SUCCESS);
    if (!Fault("dpc-keeps-lock")) {
      IoReleaseRemoveLock(&fdo->Lock, irp);
    }
  }
}

static NTSTATUS FdoAnswerLater(PFDO Fdo, PIRP Irp)
{
  if (!Fault("dpc-marked-late")) {
    IoMarkIrpPending(Irp);
  }
  ExInterlockedInsertTailList(&Fdo->Answers, &Irp->Tail.Overlay.ListEntry, &Fdo->QueueLock);
  if (Fault("dpc-marked-late")) {
    IoMarkIrpPending(Irp);
  }
  KeInsertQueueDpc(&Fdo->AnswerDpc, NULL, NULL);
  return STATUS_PENDING;
}

VOID FdoAnswerInASecond(PFDO Fdo)
{
  LARGE_INTEGER later;

  later.QuadPart = -10000000;
  KeSetTimer(&Fdo->SlowTimer, later, &Fdo->AnswerDpc);
}

static NTSTATUS FdoAnswerSlowly(PFDO Fdo, PIRP Irp)
{
  IoMarkIrpPending(Irp);
  ExInterlockedInsertTailList(&Fdo->Answers, &Irp->Tail.Overlay.ListEntry, &Fdo->QueueLock);
  FdoAnswerInASecond(Fdo);
  return STATUS_PENDING;
}

static NTSTATUS FdoForward(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status;

  IoSkipCurrentIrpStackLocation(Irp);
  if (Fault("ioctl-released-before-forward")) {
    IoReleaseRemoveLock(&Fdo->Lock, Irp);
    return IoCallDriver(Fdo->Lower, Irp);
  }
  status = IoCallDriver(Fdo->Lower, Irp);
  IoReleaseRemoveLock(&Fdo->Lock, Irp);
  return Fault("forward-returns-other") ? STATUS_UNSUCCESSFUL : status;
}

static NTSTATUS NTAPI FdoOwnIrpDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Asks the bus driver with an IRP of its own and waits for the answer. */
static NTSTATUS FdoAskBus(PFDO Fdo)
{
  PIRP irp = IoAllocateIrp(Fdo->Lower->StackSize, FALSE);
  PIO_STACK_LOCATION next;
  KEVENT done;
  NTSTATUS status;

  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&done, NotificationEvent, FALSE);
  next = IoGetNextIrpStackLocation(irp);
  next->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
  IoSetCompletionRoutine(irp, FdoOwnIrpDone, &done, TRUE, TRUE, TRUE);
  status = IoCallDriver(Fdo->Lower, irp);
  if (status == STATUS_PENDING) {
    (VOID)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  }
  status = irp->IoStatus.Status;
  IoFreeIrp(irp);
  return status;
}

static NTSTATUS FdoAnswerNow(PFDO Fdo, PIRP Irp)
{
  PVOID buffer = ExAllocatePoolWithTag(NonPagedPool, 64, TEST_TAG);
  NTSTATUS status = buffer != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;

  if (buffer != NULL) {
    ExFreePoolWithTag(buffer, TEST_TAG);
  }
  if (Fault("ioctl-completed-pending")) {
    FdoComplete(Irp, STATUS_PENDING);
    status = STATUS_SUCCESS;
  } else {
    FdoComplete(Irp, status);
  }
  IoReleaseRemoveLock(&Fdo->Lock, Fault("ioctl-wrong-tag") ? NULL : Irp);
  return status;
}

NTSTATUS NTAPI FdoDeviceControl(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;
  NTSTATUS status = FdoAcquireOrFail(fdo, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  switch (code) {
  case IOCTL_DPC:
    return FdoAnswerLater(fdo, Irp);
  case IOCTL_SLOW:
    return FdoAnswerSlowly(fdo, Irp);
  case IOCTL_OWN_KINDS:
    status = FdoComplete(Irp, FdoOwnKinds(fdo));
    IoReleaseRemoveLock(&fdo->Lock, Irp);
    return status;
  case IOCTL_START_IO:
    return FdoStartPacket(Device, Irp);
  case IOCTL_WAITING:
    return FdoWaiting(fdo, Irp);
  case IOCTL_LAST:
    return FdoLast(fdo, Irp);
  case IOCTL_FORWARD:
    return FdoForward(fdo, Irp);
  case IOCTL_OWN_IRP:
    status = FdoComplete(Irp, FdoAskBus(fdo));
    IoReleaseRemoveLock(&fdo->Lock, Irp);
    return status;
  default:
    return FdoAnswerNow(fdo, Irp);
  }
}

NTSTATUS NTAPI FdoInternalControl(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;
  NTSTATUS status;

  if (Fault("internal-without-lock")) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(fdo->Lower, Irp);
  }
  status = FdoAcquireOrFail(fdo, Irp);
  return NT_SUCCESS(status) ? FdoForward(fdo, Irp) : status;
}
