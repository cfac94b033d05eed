/* The function driver: IRPs of its own, of each kind that there is a routine for. */
#include "variants.h"
#include "function.h"

static NTSTATUS NTAPI OwnDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  if (Fault("own-marked") && Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Sends it, waits until it is back, and sees to it that it goes. */
static VOID SendOwn(PFDO Fdo, PIRP Irp, BOOLEAN WithoutRoutine, BOOLEAN Complete, BOOLEAN Keep)
{
  KEVENT done;

  KeInitializeEvent(&done, NotificationEvent, FALSE);
  if (WithoutRoutine) { /* the I/O manager frees it */
    (VOID)IoCallDriver(Fdo->Lower, Irp);
    return;
  }
  IoSetCompletionRoutine(Irp, OwnDone, &done, TRUE, TRUE, TRUE);
  if (IoCallDriver(Fdo->Lower, Irp) == STATUS_PENDING) {
    (VOID)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  }
  if (Fault("own-fsd-reused")) {
    IoReuseIrp(Irp, STATUS_SUCCESS);
  }
  if (Complete) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  } else if (!Keep) {
    IoFreeIrp(Irp);
  }
}

static VOID OwnAllocated(PFDO Fdo)
{
  PIRP irp = IoAllocateIrp(Fdo->Lower->StackSize, FALSE);

  if (irp != NULL) {
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    SendOwn(Fdo, irp, Fault("own-without-routine"), Fault("own-completed"), Fault("own-never-freed"));
  }
}

static VOID OwnAsynchronous(PFDO Fdo)
{
  LARGE_INTEGER offset;
  PIRP irp;

  offset.QuadPart = 0;
  irp = IoBuildAsynchronousFsdRequest(IRP_MJ_WRITE, Fdo->Lower, NULL, 0, &offset, NULL);
  if (irp != NULL) {
    SendOwn(Fdo, irp, Fault("own-fsd-without-routine"), Fault("own-fsd-completed"),
            Fault("own-fsd-never-freed"));
  }
}

/* The threaded kinds: the I/O manager frees them, and signals the event. Faults that do not wait for it use
 * an event and a status block that outlive this routine. */
static VOID SendThreaded(PFDO Fdo, PIRP Irp, PKEVENT Done, BOOLEAN Free, BOOLEAN NoWait)
{
  NTSTATUS status = IoCallDriver(Fdo->Lower, Irp);

  if (Fault("own-event-set")) {
    KeSetEvent(Done, IO_NO_INCREMENT, FALSE);
  }
  if (status == STATUS_PENDING && !NoWait) {
    (VOID)KeWaitForSingleObject(Done, Executive, KernelMode, FALSE, NULL);
  }
  if (Free) {
    IoFreeIrp(Irp);
  }
}

static VOID OwnControl(PFDO Fdo)
{
  PIRP irp;

  KeInitializeEvent(&Fdo->OwnEvent, NotificationEvent, FALSE);
  irp = IoBuildDeviceIoControlRequest(
      IOCTL_NOW, Fdo->Lower, NULL, 0, NULL, 0, TRUE, &Fdo->OwnEvent, &Fdo->OwnStatus);
  if (irp != NULL) {
    SendThreaded(Fdo, irp, &Fdo->OwnEvent, Fault("own-control-freed"), Fault("own-control-not-awaited"));
  }
}

static VOID OwnSynchronous(PFDO Fdo)
{
  LARGE_INTEGER offset;
  PIRP irp;

  offset.QuadPart = 0;
  KeInitializeEvent(&Fdo->OwnEvent, NotificationEvent, FALSE);
  irp = IoBuildSynchronousFsdRequest(
      IRP_MJ_WRITE, Fdo->Lower, NULL, 0, &offset, &Fdo->OwnEvent, &Fdo->OwnStatus);
  if (irp != NULL) {
    SendThreaded(Fdo, irp, &Fdo->OwnEvent, Fault("own-sync-freed"), Fault("own-sync-not-awaited"));
  }
}

/* One after the other, and one request at a time: they share an event. */
NTSTATUS FdoOwnKinds(PFDO Fdo)
{
  if (InterlockedExchange(&Fdo->OwnBusy, 1) == 0) {
    OwnAllocated(Fdo);
    OwnAsynchronous(Fdo);
    OwnControl(Fdo);
    if (!Fault("own-control-not-awaited")) {
      OwnSynchronous(Fdo); /* a wait of this thread would count for the one before as well */
    }
    InterlockedExchange(&Fdo->OwnBusy, 0);
  }
  return STATUS_SUCCESS;
}
