/*
 * The user-mode kernel: the queue of requests that a device has for its StartIo. StartIo runs at DISPATCH_LEVEL,
 * for one request at a time; IoStartNextPacket takes the next one, in StartIo too. With DeferredStartIo that
 * waits until StartIo has returned, otherwise it recurses.
 */
#include "shim.h"

/* Calls StartIo with the IRP, and with those that it asks for while it runs and that are deferred. */
static void Start(PDEVICE_OBJECT Device, PIRP Irp)
{
  BOOLEAN nested = Device->Start.Running;

  Device->Start.Running = TRUE;
  Device->DriverObject->DriverStartIo(Device, Irp);
  Device->Start.Running = nested;
  while (!nested && Device->Start.Again) {
    Device->Start.Again = FALSE;
    IoStartNextPacket(Device, FALSE);
  }
}

VOID IoStartPacket(PDEVICE_OBJECT Device, PIRP Irp, PULONG Key, PDRIVER_CANCEL Cancel)
{
  KIRQL irql = KeAcquireSpinLockRaiseToDpc(&Device->Start.Lock);
  BOOLEAN busy = Device->Start.Busy;

  UNREFERENCED_PARAMETER(Key);
  if (Cancel != NULL) {
    (VOID)IoSetCancelRoutine(Irp, Cancel);
  }
  if (busy) {
    InsertTailList(&Device->Start.Irps, &Irp->Tail.Overlay.ListEntry);
  }
  Device->Start.Busy = TRUE;
  KeReleaseSpinLockFromDpcLevel(&Device->Start.Lock);
  if (!busy) {
    Start(Device, Irp);
  }
  KeLowerIrql(irql);
}

VOID IoStartNextPacket(PDEVICE_OBJECT Device, BOOLEAN Cancelable)
{
  PIRP irp = NULL;

  UNREFERENCED_PARAMETER(Cancelable);
  if (Device->Start.Deferred && Device->Start.Running) {
    Device->Start.Again = TRUE;
    return;
  }
  KeAcquireSpinLockAtDpcLevel(&Device->Start.Lock);
  if (IsListEmpty(&Device->Start.Irps)) {
    Device->Start.Busy = FALSE;
  } else {
    irp = CONTAINING_RECORD(RemoveHeadList(&Device->Start.Irps), IRP, Tail.Overlay.ListEntry);
  }
  KeReleaseSpinLockFromDpcLevel(&Device->Start.Lock);
  if (irp != NULL) {
    Start(Device, irp);
  }
}

VOID IoSetStartIoAttributes(PDEVICE_OBJECT Device, BOOLEAN Deferred, BOOLEAN NonCancelable)
{
  UNREFERENCED_PARAMETER(NonCancelable);
  Device->Start.Deferred = Deferred;
}
