/*
 * The function driver: requests that go through the I/O manager's queue of the device, to StartIo; and what the
 * last request waits for in vain.
 */
#include "variants.h"
#include "function.h"

/* -- StartIo -- */

NTSTATUS FdoStartPacket(PDEVICE_OBJECT Device, PIRP Irp)
{
  IoMarkIrpPending(Irp);
  IoStartPacket(Device, Irp, NULL, NULL);
  return STATUS_PENDING;
}

/* The next one is asked for here: the device has DeferredStartIo. */
VOID NTAPI FdoStartIo(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;

  FdoComplete(Irp, STATUS_SUCCESS);
  IoStartNextPacket(Device, FALSE);
  IoReleaseRemoveLock(&fdo->Lock, Irp);
}

VOID FdoPrepareStartIo(PDEVICE_OBJECT Device)
{
  if (!Fault("start-io-recursive")) {
    IoSetStartIoAttributes(Device, TRUE, FALSE);
  }
}

/* -- waiting for a completion routine that signals nothing -- */

static NTSTATUS NTAPI FdoSilentDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  UNREFERENCED_PARAMETER(Context);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS NTAPI FdoSignalDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  }
  return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Sends the IRP to the bus driver and waits until it is back: for ever, if the routine is silent. */
static VOID SendAndWait(PFDO Fdo, PIRP Irp, BOOLEAN Silent)
{
  KEVENT done;

  KeInitializeEvent(&done, NotificationEvent, FALSE);
  IoGetNextIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode = IOCTL_PENDED;
  IoSetCompletionRoutine(Irp, Silent ? FdoSilentDone : FdoSignalDone, &done, TRUE, TRUE, TRUE);
  if (IoCallDriver(Fdo->Lower, Irp) == STATUS_PENDING) {
    (VOID)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  }
}

static VOID SendOwnAndWait(PFDO Fdo, PIRP Irp, UCHAR Major, BOOLEAN Silent)
{
  if (Irp != NULL) {
    IoGetNextIrpStackLocation(Irp)->MajorFunction = Major;
    SendAndWait(Fdo, Irp, Silent);
    IoFreeIrp(Irp);
  }
}

/* An IRP of the driver's own, another, and the request itself: one after the other, so that a thread that hangs
 * does so in the one that the fault is in. */
VOID FdoWaitForBus(PFDO Fdo, PIRP Irp)
{
  LARGE_INTEGER offset;

  SendOwnAndWait(Fdo, IoAllocateIrp(Fdo->Lower->StackSize, FALSE), IRP_MJ_INTERNAL_DEVICE_CONTROL,
                 Fault("last-own-unsignaled"));
  offset.QuadPart = 0;
  SendOwnAndWait(
      Fdo, IoBuildAsynchronousFsdRequest(IRP_MJ_WRITE, Fdo->Lower, NULL, 0, &offset, NULL), IRP_MJ_WRITE,
      Fault("last-own-fsd-unsignaled"));
  IoCopyCurrentIrpStackLocationToNext(Irp);
  SendAndWait(Fdo, Irp, Fault("last-unsignaled"));
}
