/* The user-mode kernel: devices, IRPs, power and WMI. */
#include "shim.h"
#include <wmilib.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* -- devices: their memory is never used again, so that late callers find what they left -- */

LONG volatile ShimDevicesDeleted;

NTSTATUS IoCreateDevice(
    PDRIVER_OBJECT Driver, ULONG ExtensionSize, PUNICODE_STRING Name, DEVICE_TYPE Type,
    ULONG Characteristics, BOOLEAN Exclusive, PDEVICE_OBJECT *Device)
{
  PDEVICE_OBJECT device = calloc(1, sizeof(*device) + ExtensionSize);

  UNREFERENCED_PARAMETER(Name);
  UNREFERENCED_PARAMETER(Type);
  UNREFERENCED_PARAMETER(Characteristics);
  UNREFERENCED_PARAMETER(Exclusive);
  device->Size = (USHORT)(sizeof(*device) + ExtensionSize);
  device->DriverObject = Driver;
  device->Flags = DO_DEVICE_INITIALIZING;
  device->StackSize = 1;
  InitializeListHead(&device->Start.Irps);
  device->DeviceExtension = device + 1;
  *Device = device;
  return STATUS_SUCCESS;
}

VOID IoDeleteDevice(PDEVICE_OBJECT Device)
{
  UNREFERENCED_PARAMETER(Device);
  InterlockedIncrement(&ShimDevicesDeleted);
}

PDEVICE_OBJECT ShimTopOf(PDEVICE_OBJECT Device)
{
  while (Device->AttachedDevice != NULL) {
    Device = Device->AttachedDevice;
  }
  return Device;
}

PDEVICE_OBJECT IoAttachDeviceToDeviceStack(PDEVICE_OBJECT Device, PDEVICE_OBJECT Target)
{
  PDEVICE_OBJECT top = ShimTopOf(Target);

  top->AttachedDevice = Device;
  Device->StackSize = (CCHAR)(top->StackSize + 1);
  return top;
}

NTSTATUS IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT Device, PDEVICE_OBJECT Target, PDEVICE_OBJECT *Lower)
{
  *Lower = IoAttachDeviceToDeviceStack(Device, Target);
  return STATUS_SUCCESS;
}

VOID IoDetachDevice(PDEVICE_OBJECT Target)
{
  Target->AttachedDevice = NULL;
}

/* -- IRPs: freed memory is used again at once, as the lookaside lists of Windows do -- */

#define STACK_LOCATIONS 4

typedef struct {
  IRP Irp;
  IO_STACK_LOCATION Locations[STACK_LOCATIONS];
} IRP_MEMORY;

static pthread_mutex_t freeMutex = PTHREAD_MUTEX_INITIALIZER;
static IRP *freeIrps[256];
static ULONG freeCount;
LONG volatile ShimIrpsOutstanding;

static PIRP TakeFreeIrp(void)
{
  PIRP irp = NULL;

  pthread_mutex_lock(&freeMutex);
  if (freeCount > 0) {
    irp = freeIrps[--freeCount];
  }
  pthread_mutex_unlock(&freeMutex);
  return irp;
}

PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota)
{
  PIRP irp = TakeFreeIrp();

  UNREFERENCED_PARAMETER(ChargeQuota);
  if (StackSize > STACK_LOCATIONS) {
    abort();
  }
  if (irp == NULL) {
    irp = malloc(sizeof(IRP_MEMORY));
  }
  memset(irp, 0, sizeof(IRP_MEMORY));
  irp->Size = sizeof(IRP_MEMORY);
  irp->StackCount = StackSize;
  irp->CurrentLocation = (CHAR)(StackSize + 1);
  irp->Tail.Overlay.CurrentStackLocation = (PIO_STACK_LOCATION)(irp + 1) + StackSize;
  InterlockedIncrement(&ShimIrpsOutstanding);
  return irp;
}

/* The memory of threaded IRPs is not used again: a driver that frees one must not free another's. */
static VOID FreeIrp(PIRP Irp)
{
  InterlockedDecrement(&ShimIrpsOutstanding);
  if (Irp->Threaded) {
    return;
  }
  pthread_mutex_lock(&freeMutex);
  if (freeCount < sizeof(freeIrps) / sizeof(freeIrps[0])) {
    freeIrps[freeCount++] = Irp;
  }
  pthread_mutex_unlock(&freeMutex);
}

VOID IoFreeIrp(PIRP Irp)
{
  if (!Irp->Threaded) {
    FreeIrp(Irp);
  } /* otherwise it is not the driver's to free, and is when it is finished */
}

PIRP ShimNewRequest(PDEVICE_OBJECT Top, UCHAR Major, UCHAR Minor, PKEVENT Done)
{
  PIRP irp = IoAllocateIrp(Top->StackSize, FALSE);
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);

  irp->UserEvent = Done;
  next->MajorFunction = Major;
  next->MinorFunction = Minor;
  return irp;
}

/* Calls of drivers that are open on this thread, and what is to happen when the caller of one has returned. */
static _Thread_local ULONG callsOpen;
static _Thread_local struct {
  void (*Routine)(void *);
  void *Context;
  ULONG CallsOpen; /* fewer than these: the caller has returned */
} onceReturned;

void ShimRunOnceCallerReturned(void (*Routine)(void *), void *Context)
{
  if (callsOpen == 0) { /* nobody is to return */
    ShimRunOnWorker(Routine, Context);
    return;
  }
  onceReturned.Routine = Routine;
  onceReturned.Context = Context;
  onceReturned.CallsOpen = callsOpen - 1;
}

static void CallReturned(void)
{
  void (*routine)(void *) = onceReturned.Routine;

  callsOpen--;
  if (routine != NULL && (callsOpen == 0 || callsOpen < onceReturned.CallsOpen)) {
    onceReturned.Routine = NULL;
    ShimRunOnWorker(routine, onceReturned.Context);
  }
}

NTSTATUS IofCallDriver(PDEVICE_OBJECT Device, PIRP Irp)
{
  PIO_STACK_LOCATION location;
  NTSTATUS status;

  if (--Irp->CurrentLocation <= 0) {
    abort(); /* no more IRP stack locations */
  }
  location = --Irp->Tail.Overlay.CurrentStackLocation;
  location->DeviceObject = Device;
  callsOpen++;
  status = Device->DriverObject->MajorFunction[location->MajorFunction](Device, Irp);
  CallReturned();
  return status;
}

/* Whether the routine in a location wants to hear of this outcome. */
static BOOLEAN Invoked(const IO_STACK_LOCATION *Location, PIRP Irp)
{
  UCHAR wanted = NT_SUCCESS(Irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR;

  if (Irp->Cancel) {
    wanted |= SL_INVOKE_ON_CANCEL;
  }
  return Location->CompletionRoutine != NULL && (Location->Control & wanted) != 0;
}

static void FinishIrp(PIRP Irp)
{
  PKEVENT event = Irp->UserEvent;
  BOOLEAN threaded = Irp->Threaded;

  Irp->Finished = TRUE;
  if (Irp->UserIosb != NULL) {
    *Irp->UserIosb = Irp->IoStatus;
  }
  if (threaded || event == NULL) {
    FreeIrp(Irp);
  }
  if (event != NULL) {
    KeSetEvent(event, IO_NO_INCREMENT, FALSE); /* the one who waits frees what is not threaded */
  }
}

VOID IofCompleteRequest(PIRP Irp, CCHAR Boost)
{
  UNREFERENCED_PARAMETER(Boost);
  if (Irp->Finished) {
    return;
  }
  while (Irp->CurrentLocation <= Irp->StackCount) {
    IO_STACK_LOCATION location = *IoGetCurrentIrpStackLocation(Irp);
    PDEVICE_OBJECT above = NULL;

    Irp->PendingReturned = (location.Control & SL_PENDING_RETURNED) != 0;
    IoSkipCurrentIrpStackLocation(Irp);
    if (Irp->CurrentLocation <= Irp->StackCount) {
      above = IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
    }
    if (Invoked(&location, Irp)) {
      if (location.CompletionRoutine(above, Irp, location.Context) == STATUS_MORE_PROCESSING_REQUIRED) {
        return;
      }
    } else if (Irp->PendingReturned && above != NULL) {
      IoMarkIrpPending(Irp);
    }
  }
  FinishIrp(Irp);
}

/* Windows keeps a reference to the device around the call; here devices are never freed. */
NTSTATUS IoSetCompletionRoutineEx(
    PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context, BOOLEAN OnSuccess,
    BOOLEAN OnError, BOOLEAN OnCancel)
{
  UNREFERENCED_PARAMETER(Device);
  if (Fault("failed-routine-ignored") ||
      (Fault("last-routine-failed") &&
       IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL)) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutine(Irp, Routine, Context, OnSuccess, OnError, OnCancel);
  return STATUS_SUCCESS;
}

/* -- forwarding and waiting, cancelling, IRPs of a driver's own -- */

static NTSTATUS GiveBack(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT Device, PIRP Irp)
{
  KEVENT done;

  if (Irp->CurrentLocation <= 1) {
    return FALSE;
  }
  KeInitializeEvent(&done, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, GiveBack, &done, TRUE, TRUE, TRUE);
  if (IofCallDriver(Device, Irp) == STATUS_PENDING) {
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  }
  return TRUE;
}

BOOLEAN IoCancelIrp(PIRP Irp)
{
  PDRIVER_CANCEL routine;
  KIRQL irql;

  IoAcquireCancelSpinLock(&irql);
  Irp->Cancel = TRUE;
  Irp->CancelIrql = irql;
  routine = IoSetCancelRoutine(Irp, NULL);
  if (routine == NULL) {
    IoReleaseCancelSpinLock(irql);
    return FALSE;
  }
  routine(IoGetCurrentIrpStackLocation(Irp)->DeviceObject, Irp); /* releases the lock */
  return TRUE;
}

VOID IoReuseIrp(PIRP Irp, NTSTATUS Status)
{
  Irp->IoStatus.Status = Status;
  Irp->Finished = FALSE;
}

PIRP IoBuildAsynchronousFsdRequest(
    ULONG Major, PDEVICE_OBJECT Device, PVOID Buffer, ULONG Length, PLARGE_INTEGER Offset,
    PIO_STATUS_BLOCK Block)
{
  PIRP irp = IoAllocateIrp(Device->StackSize, FALSE);

  UNREFERENCED_PARAMETER(Buffer);
  UNREFERENCED_PARAMETER(Length);
  UNREFERENCED_PARAMETER(Offset);
  IoGetNextIrpStackLocation(irp)->MajorFunction = (UCHAR)Major;
  irp->UserIosb = Block;
  return irp;
}

PIRP IoBuildSynchronousFsdRequest(
    ULONG Major, PDEVICE_OBJECT Device, PVOID Buffer, ULONG Length, PLARGE_INTEGER Offset, PKEVENT Event,
    PIO_STATUS_BLOCK Block)
{
  PIRP irp = IoBuildAsynchronousFsdRequest(Major, Device, Buffer, Length, Offset, Block);

  irp->UserEvent = Event;
  irp->Threaded = TRUE;
  return irp;
}

PIRP IoBuildDeviceIoControlRequest(
    ULONG Code, PDEVICE_OBJECT Device, PVOID In, ULONG InSize, PVOID Out, ULONG OutSize, BOOLEAN Internal,
    PKEVENT Event, PIO_STATUS_BLOCK Block)
{
  PIRP irp = IoBuildSynchronousFsdRequest(
      Internal ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL, Device, In, InSize, NULL, Event,
      Block);

  UNREFERENCED_PARAMETER(Out);
  UNREFERENCED_PARAMETER(OutSize);
  IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode = Code;
  return irp;
}

/* The drivers of this test use neither; the header's wrappers refer to them. */
NTSTATUS IoInitializeTimer(PDEVICE_OBJECT Device, PIO_TIMER_ROUTINE Routine, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Routine);
  UNREFERENCED_PARAMETER(Context);
  return STATUS_NOT_SUPPORTED;
}

VOID IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context)
{
  UNREFERENCED_PARAMETER(Csq);
  UNREFERENCED_PARAMETER(Irp);
  UNREFERENCED_PARAMETER(Context);
  abort();
}

/* -- power -- */

typedef struct {
  PIRP Irp;
  PDEVICE_OBJECT Device;
  UCHAR Minor;
  POWER_STATE State;
  PREQUEST_POWER_COMPLETE Routine;
  PVOID Context;
} POWER_REQUEST;

NTSTATUS PoCallDriver(PDEVICE_OBJECT Device, PIRP Irp)
{
  return IofCallDriver(Device, Irp);
}

VOID PoStartNextPowerIrp(PIRP Irp)
{
  UNREFERENCED_PARAMETER(Irp);
}

POWER_STATE PoSetPowerState(PDEVICE_OBJECT Device, POWER_STATE_TYPE Type, POWER_STATE State)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Type);
  return State;
}

static void SendPowerIrp(void *Context)
{
  POWER_REQUEST *request = Context;
  PDEVICE_OBJECT top = ShimTopOf(request->Device);
  KEVENT done;
  PIRP irp;

  KeInitializeEvent(&done, NotificationEvent, FALSE);
  irp = ShimNewRequest(top, IRP_MJ_POWER, request->Minor, &done);
  IoGetNextIrpStackLocation(irp)->Parameters.Power.Type = DevicePowerState;
  IoGetNextIrpStackLocation(irp)->Parameters.Power.State = request->State;
  irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IofCallDriver(top, irp);
  KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  request->Routine(request->Device, request->Minor, request->State, request->Context, &irp->IoStatus);
  IoFreeIrp(irp);
  free(request);
}

NTSTATUS PoRequestPowerIrp(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PREQUEST_POWER_COMPLETE Routine, PVOID Context,
    PIRP *Irp)
{
  static LONG volatile requests;
  POWER_REQUEST *request = malloc(sizeof(*request));

  UNREFERENCED_PARAMETER(Irp);
  *request = (POWER_REQUEST){NULL, Device, Minor, State, Routine, Context};
  if (InterlockedIncrement(&requests) <= 2) { /* the first device's: finished before the driver returns, or after */
    ShimRunOnWorker(SendPowerIrp, request);
  } else {
    ShimRunOnceCallerReturned(SendPowerIrp, request);
  }
  return STATUS_PENDING;
}

/* -- WMI -- */

NTSTATUS WmiSystemControl(
    PWMILIB_CONTEXT Context, PDEVICE_OBJECT Device, PIRP Irp, PSYSCTL_IRP_DISPOSITION Disposition)
{
  UNREFERENCED_PARAMETER(Context);
  UNREFERENCED_PARAMETER(Device);
  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction != IRP_MN_REGINFO) {
    *Disposition = IrpForward;
    return Irp->IoStatus.Status;
  }
  *Disposition = IrpProcessed;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IofCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}
