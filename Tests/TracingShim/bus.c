/* The bus driver at the bottom of the stack. It is not traced: the world that drivers work in. */
#include "shim.h"

#include <pthread.h>

static pthread_mutex_t heldMutex = PTHREAD_MUTEX_INITIALIZER;
static PIRP held[64];
static ULONG heldCount;
static BOOLEAN holding;

static void Complete(void *Context)
{
  PIRP irp = Context;

  irp->IoStatus.Status = STATUS_SUCCESS;
  IofCompleteRequest(irp, IO_NO_INCREMENT);
}

/* Keeps the IRP if reads are held, and says whether it did. */
static BOOLEAN Keep(PIRP Irp)
{
  BOOLEAN kept = FALSE;

  pthread_mutex_lock(&heldMutex);
  if (holding && heldCount < sizeof(held) / sizeof(held[0])) {
    held[heldCount++] = Irp;
    kept = TRUE;
  }
  pthread_mutex_unlock(&heldMutex);
  return kept;
}

void ShimHoldReads(BOOLEAN Hold)
{
  PIRP irp = NULL;

  do {
    pthread_mutex_lock(&heldMutex);
    holding = Hold;
    irp = !Hold && heldCount > 0 ? held[--heldCount] : NULL;
    pthread_mutex_unlock(&heldMutex);
    if (irp != NULL) {
      ShimRunOnHardwareThread(Complete, irp);
    }
  } while (irp != NULL);
}

static NTSTATUS BusNow(PDEVICE_OBJECT Device, PIRP Irp)
{
  UNREFERENCED_PARAMETER(Device);
  Complete(Irp);
  return STATUS_SUCCESS;
}

/* Every third request is answered at once, the others when the hardware gets to them. */
static NTSTATUS BusTransfer(PDEVICE_OBJECT Device, PIRP Irp)
{
  static LONG volatile requests;
  PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
  BOOLEAN read = location->MajorFunction == IRP_MJ_READ;

  if (location->Parameters.DeviceIoControl.IoControlCode == SHIM_NEVER_ANSWERED) {
    IoMarkIrpPending(Irp);
    return STATUS_PENDING;
  }

  if (location->Parameters.DeviceIoControl.IoControlCode != SHIM_PENDED && !(read && holding) &&
      InterlockedIncrement(&requests) % 3 == 0) {
    return BusNow(Device, Irp);
  }
  IoMarkIrpPending(Irp);
  if (!(read && Keep(Irp))) {
    ShimRunOnHardwareThread(Complete, Irp);
  }
  return STATUS_PENDING;
}

/* A device takes its time to start: the first may have started before the driver above returns, or not; the
 * others have not. */
static NTSTATUS BusPnp(PDEVICE_OBJECT Device, PIRP Irp)
{
  static LONG volatile starts;

  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction != IRP_MN_START_DEVICE) {
    return BusNow(Device, Irp);
  }
  IoMarkIrpPending(Irp);
  if (InterlockedIncrement(&starts) == 1) {
    ShimRunOnWorker(Complete, Irp);
  } else {
    ShimRunOnceCallerReturned(Complete, Irp);
  }
  return STATUS_PENDING;
}

PDEVICE_OBJECT ShimCreatePdo(void)
{
  static DRIVER_OBJECT bus;
  PDEVICE_OBJECT pdo;
  int i;

  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    bus.MajorFunction[i] = BusNow;
  }
  bus.MajorFunction[IRP_MJ_READ] = BusTransfer;
  bus.MajorFunction[IRP_MJ_WRITE] = BusTransfer;
  bus.MajorFunction[IRP_MJ_DEVICE_CONTROL] = BusTransfer;
  bus.MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = BusTransfer;
  bus.MajorFunction[IRP_MJ_PNP] = BusPnp;
  IoCreateDevice(&bus, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &pdo);
  pdo->Flags |= DO_BUS_ENUMERATED_DEVICE;
  return pdo;
}
