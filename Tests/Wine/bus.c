/*
 * The bus driver: one device of its own, and a child that is plugged in and pulled out on demand. It sends
 * the child what the plug and play manager and the power manager of Wine do not: power and query-remove.
 * An ordinary WDM driver; nothing in it is specific to Wine.
 */
#include "../TracingShim/variants.h"

#include "interface.h"

typedef struct _BUS BUS, *PBUS;

typedef struct _CHILD {
  BOOLEAN IsChild;
  PDEVICE_OBJECT Self;
  PBUS Bus;
  IO_REMOVE_LOCK Lock;
  BOOLEAN Started;
  BOOLEAN Missing; /* it was pulled out */
  KSPIN_LOCK QueueLock;
  LIST_ENTRY Answers; /* reads, for the timer */
  KTIMER Timer;
  KDPC TimerDpc;
} CHILD, *PCHILD;

struct _BUS {
  BOOLEAN IsChild;
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Pdo; /* the bus' own */
  PDEVICE_OBJECT Lower;
  PDEVICE_OBJECT Child; /* from plugging in to its removal, otherwise NULL */
  PDEVICE_OBJECT Top;   /* of the child's stack, from pulling it out to plugging one in */
  IO_REMOVE_LOCK Lock;
};

static WCHAR busName[] = L"\\Device\\DdiBus";
static WCHAR busLink[] = L"\\DosDevices\\DdiBus";
static WCHAR childName[] = L"\\Device\\DdiChild";
static WCHAR childLink[] = L"\\DosDevices\\DdiChild";

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status)
{
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

/* Acquires the lock, which is the first to be done with an IRP, or completes it and says why. */
static NTSTATUS AcquireOrFail(PIO_REMOVE_LOCK Lock, PIRP Irp)
{
  NTSTATUS status = IoAcquireRemoveLock(Lock, Irp);

  return NT_SUCCESS(status) ? status : Complete(Irp, status);
}

static NTSTATUS CompleteAndRelease(PIO_REMOVE_LOCK Lock, PIRP Irp, NTSTATUS Status)
{
  Complete(Irp, Status);
  IoReleaseRemoveLock(Lock, Irp);
  return Status;
}

static VOID CreateLink(PWSTR Link, PWSTR Name)
{
  UNICODE_STRING link, name;

  RtlInitUnicodeString(&link, Link);
  RtlInitUnicodeString(&name, Name);
  (VOID)IoCreateSymbolicLink(&link, &name);
}

static VOID DeleteLink(PWSTR Link)
{
  UNICODE_STRING link;

  RtlInitUnicodeString(&link, Link);
  (VOID)IoDeleteSymbolicLink(&link);
}

/* -- the child: what it is -- */

static PWSTR CopyOf(const WCHAR *Text, ULONG Characters)
{
  PWSTR copy = (PWSTR)ExAllocatePoolWithTag(PagedPool, Characters * sizeof(WCHAR), TEST_TAG);
  ULONG i;

  for (i = 0; copy != NULL && i < Characters; i++) {
    copy[i] = Text[i];
  }
  return copy;
}

static NTSTATUS ChildQueryId(PIRP Irp, PIO_STACK_LOCATION Location)
{
  static const WCHAR device[] = L"DDIBUS\\Child";
  static const WCHAR hardware[] = L"DDIBUS\\Child\0"; /* two zeros end a list */
  static const WCHAR compatible[] = L"DDIBUS\\Any\0";
  static const WCHAR instance[] = L"0";
  PWSTR id;

  switch (Location->Parameters.QueryId.IdType) {
  case BusQueryDeviceID:
    id = CopyOf(device, sizeof(device) / sizeof(WCHAR));
    break;
  case BusQueryHardwareIDs:
    id = CopyOf(hardware, sizeof(hardware) / sizeof(WCHAR));
    break;
  case BusQueryCompatibleIDs:
    id = CopyOf(compatible, sizeof(compatible) / sizeof(WCHAR));
    break;
  case BusQueryInstanceID:
    id = CopyOf(instance, sizeof(instance) / sizeof(WCHAR));
    break;
  default:
    return Irp->IoStatus.Status;
  }
  Irp->IoStatus.Information = (ULONG_PTR)id;
  return id != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS ChildCapabilities(PIO_STACK_LOCATION Location)
{
  PDEVICE_CAPABILITIES capabilities = Location->Parameters.DeviceCapabilities.Capabilities;

  capabilities->Removable = TRUE;
  capabilities->SurpriseRemovalOK = TRUE;
  capabilities->UniqueID = TRUE;
  return STATUS_SUCCESS;
}

static VOID ChildDelete(PBUS Bus)
{
  PDEVICE_OBJECT device = Bus->Child;

  (VOID)KeCancelTimer(&((PCHILD)device->DeviceExtension)->Timer);
  DeleteLink(childLink);
  Bus->Child = NULL;
  IoDeleteDevice(device);
}

static NTSTATUS ChildRemove(PCHILD Child, PIRP Irp)
{
  if (!Child->Missing) { /* it is still on the bus: it may be started again, or goes with the bus */
    return CompleteAndRelease(&Child->Lock, Irp, STATUS_SUCCESS);
  }
  IoReleaseRemoveLockAndWait(&Child->Lock, Irp);
  Complete(Irp, STATUS_SUCCESS);
  ChildDelete(Child->Bus);
  return STATUS_SUCCESS;
}

static NTSTATUS ChildPnp(PCHILD Child, PIRP Irp)
{
  PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = AcquireOrFail(&Child->Lock, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  switch (location->MinorFunction) {
  case IRP_MN_REMOVE_DEVICE:
    return ChildRemove(Child, Irp);
  case IRP_MN_QUERY_ID:
    status = ChildQueryId(Irp, location);
    break;
  case IRP_MN_QUERY_CAPABILITIES:
    status = ChildCapabilities(location);
    break;
  case IRP_MN_START_DEVICE:
    Child->Started = TRUE;
    status = STATUS_SUCCESS;
    break;
  case IRP_MN_SURPRISE_REMOVAL:
  case IRP_MN_QUERY_REMOVE_DEVICE:
  case IRP_MN_CANCEL_REMOVE_DEVICE:
    status = STATUS_SUCCESS;
    break;
  default:
    status = Irp->IoStatus.Status;
    break;
  }
  return CompleteAndRelease(&Child->Lock, Irp, status);
}

/* -- the child: I/O. Reads are answered by a timer, everything else at once. -- */

static PIRP Take(PCHILD Child)
{
  PIRP irp = NULL;
  KIRQL irql;

  KeAcquireSpinLock(&Child->QueueLock, &irql);
  if (!IsListEmpty(&Child->Answers)) {
    irp = CONTAINING_RECORD(RemoveHeadList(&Child->Answers), IRP, Tail.Overlay.ListEntry);
  }
  KeReleaseSpinLock(&Child->QueueLock, irql);
  return irp;
}

static VOID NTAPI ChildTimer(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
  PCHILD child = (PCHILD)Context;
  PIRP irp;

  UNREFERENCED_PARAMETER(Dpc);
  UNREFERENCED_PARAMETER(Argument1);
  UNREFERENCED_PARAMETER(Argument2);
  while ((irp = Take(child)) != NULL) {
    CompleteAndRelease(&child->Lock, irp, STATUS_SUCCESS);
  }
}

static NTSTATUS ChildRead(PCHILD Child, PIRP Irp)
{
  LARGE_INTEGER soon;
  KIRQL irql;

  soon.QuadPart = -20000; /* two milliseconds */
  IoMarkIrpPending(Irp);
  KeAcquireSpinLock(&Child->QueueLock, &irql);
  InsertTailList(&Child->Answers, &Irp->Tail.Overlay.ListEntry);
  KeReleaseSpinLock(&Child->QueueLock, irql);
  KeSetTimer(&Child->Timer, soon, &Child->TimerDpc);
  return STATUS_PENDING;
}

static NTSTATUS ChildDispatch(PCHILD Child, PIRP Irp)
{
  UCHAR major = IoGetCurrentIrpStackLocation(Irp)->MajorFunction;
  NTSTATUS status;

  if (major == IRP_MJ_PNP) {
    return ChildPnp(Child, Irp);
  }
  status = AcquireOrFail(&Child->Lock, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  if (major == IRP_MJ_READ) {
    return ChildRead(Child, Irp);
  }
  if (major == IRP_MJ_POWER) {
    PoStartNextPowerIrp(Irp);
  }
  status = major == IRP_MJ_SYSTEM_CONTROL ? Irp->IoStatus.Status : STATUS_SUCCESS;
  return CompleteAndRelease(&Child->Lock, Irp, status);
}

/* -- plugging in and pulling out -- */

static VOID ForgetTop(PBUS Bus)
{
  if (Bus->Top != NULL) {
    ObDereferenceObject(Bus->Top);
    Bus->Top = NULL;
  }
}

static NTSTATUS Plug(PBUS Bus)
{
  UNICODE_STRING name;
  PDEVICE_OBJECT device;
  PCHILD child;
  NTSTATUS status;

  if (Bus->Child != NULL) {
    return STATUS_INVALID_DEVICE_REQUEST;
  }
  ForgetTop(Bus);
  RtlInitUnicodeString(&name, childName);
  status = IoCreateDevice(Bus->Self->DriverObject, sizeof(CHILD), &name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                          &device);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  child = (PCHILD)device->DeviceExtension;
  child->IsChild = TRUE;
  child->Self = device;
  child->Bus = Bus;
  IoInitializeRemoveLock(&child->Lock, TEST_TAG, 0, 0);
  KeInitializeSpinLock(&child->QueueLock);
  InitializeListHead(&child->Answers);
  KeInitializeTimer(&child->Timer);
  KeInitializeDpc(&child->TimerDpc, ChildTimer, child);
  DDI_TRACE_ADD_DEVICE(device, PDO, NULL, 1);
  device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
  CreateLink(childLink, childName);
  Bus->Child = device;
  IoInvalidateDeviceRelations(Bus->Pdo, BusRelations);
  return STATUS_SUCCESS;
}

static NTSTATUS Unplug(PBUS Bus)
{
  Bus->Top = IoGetAttachedDeviceReference(Bus->Child);
  ((PCHILD)Bus->Child->DeviceExtension)->Missing = TRUE;
  IoInvalidateDeviceRelations(Bus->Pdo, BusRelations);
  return STATUS_SUCCESS;
}

/* -- what the bus driver sends to the top of the child's stack, with IRPs of its own -- */

static NTSTATUS NTAPI SentDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS SendTo(PDEVICE_OBJECT Top, const IO_STACK_LOCATION *Request)
{
  PIRP irp = IoAllocateIrp(Top->StackSize, FALSE);
  PIO_STACK_LOCATION next;
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  KEVENT done;

  if (irp != NULL) {
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = Request->MajorFunction;
    next->MinorFunction = Request->MinorFunction;
    next->Parameters = Request->Parameters;
    IoSetCompletionRoutine(irp, SentDone, &done, TRUE, TRUE, TRUE);
    status = IoCallDriver(Top, irp);
    if (status == STATUS_PENDING) {
      (VOID)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    }
    status = irp->IoStatus.Status;
    IoFreeIrp(irp);
  }
  return status;
}

static NTSTATUS Send(PBUS Bus, const IO_STACK_LOCATION *Request)
{
  PDEVICE_OBJECT top = IoGetAttachedDeviceReference(Bus->Child);
  NTSTATUS status = SendTo(top, Request);

  ObDereferenceObject(top);
  return status;
}

static NTSTATUS SendSimple(PBUS Bus, UCHAR Major, UCHAR Minor)
{
  IO_STACK_LOCATION request;

  RtlZeroMemory(&request, sizeof(request));
  request.MajorFunction = Major;
  request.MinorFunction = Minor;
  return Send(Bus, &request);
}

static NTSTATUS SendSystemPower(PBUS Bus, SYSTEM_POWER_STATE State)
{
  IO_STACK_LOCATION request;

  RtlZeroMemory(&request, sizeof(request));
  request.MajorFunction = IRP_MJ_POWER;
  request.MinorFunction = IRP_MN_SET_POWER;
  request.Parameters.Power.Type = SystemPowerState;
  request.Parameters.Power.State.SystemState = State;
  return Send(Bus, &request);
}

/* A request to the child that has been pulled out, as a driver above would send it that does not know yet. */
static NTSTATUS SendLate(PBUS Bus)
{
  IO_STACK_LOCATION request;

  if (Bus->Top == NULL) {
    return STATUS_INVALID_DEVICE_REQUEST;
  }
  RtlZeroMemory(&request, sizeof(request));
  request.MajorFunction = IRP_MJ_DEVICE_CONTROL;
  request.Parameters.DeviceIoControl.IoControlCode = IOCTL_NOW;
  return SendTo(Bus->Top, &request);
}

/* What comes of these requests is the child's drivers' business, and the trace's. */
static NTSTATUS Control(PBUS Bus, ULONG Code)
{
  if (Code == IOCTL_BUS_PLUG) {
    return Plug(Bus);
  }
  if (Code == IOCTL_BUS_LATE) {
    return SendLate(Bus);
  }
  if (Bus->Child == NULL) {
    return Code == IOCTL_BUS_GONE ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_REQUEST;
  }
  switch (Code) {
  case IOCTL_BUS_STARTED:
    return ((PCHILD)Bus->Child->DeviceExtension)->Started ? STATUS_SUCCESS : STATUS_DEVICE_NOT_READY;
  case IOCTL_BUS_UNPLUG:
    return Unplug(Bus);
  case IOCTL_BUS_SLEEP:
    (VOID)SendSystemPower(Bus, PowerSystemSleeping3);
    (VOID)SendSystemPower(Bus, PowerSystemWorking);
    return STATUS_SUCCESS;
  case IOCTL_BUS_QUERY_REMOVE:
    (VOID)SendSimple(Bus, IRP_MJ_PNP, IRP_MN_QUERY_REMOVE_DEVICE);
    (VOID)SendSimple(Bus, IRP_MJ_PNP, IRP_MN_CANCEL_REMOVE_DEVICE);
    return STATUS_SUCCESS;
  case IOCTL_BUS_WMI:
    (VOID)SendSimple(Bus, IRP_MJ_SYSTEM_CONTROL, IRP_MN_REGINFO);
    (VOID)SendSimple(Bus, IRP_MJ_SYSTEM_CONTROL, IRP_MN_EXECUTE_METHOD);
    return STATUS_SUCCESS;
  case IOCTL_BUS_INTERNAL:
    (VOID)SendSimple(Bus, IRP_MJ_INTERNAL_DEVICE_CONTROL, 0);
    return STATUS_SUCCESS;
  default:
    return STATUS_INVALID_DEVICE_REQUEST;
  }
}

static NTSTATUS BusControl(PBUS Bus, PIRP Irp)
{
  ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;
  NTSTATUS status = AcquireOrFail(&Bus->Lock, Irp);

  return NT_SUCCESS(status) ? CompleteAndRelease(&Bus->Lock, Irp, Control(Bus, code)) : status;
}

/* -- the bus driver's own device -- */

static NTSTATUS PassDown(PBUS Bus, PIRP Irp)
{
  NTSTATUS status = AcquireOrFail(&Bus->Lock, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(Bus->Lower, Irp);
  IoReleaseRemoveLock(&Bus->Lock, Irp);
  return status;
}

static NTSTATUS BusStart(PBUS Bus, PIRP Irp)
{
  NTSTATUS status = AcquireOrFail(&Bus->Lock, Irp);
  KEVENT done;

  if (!NT_SUCCESS(status)) {
    return status;
  }
  KeInitializeEvent(&done, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, SentDone, &done, TRUE, TRUE, TRUE);
  status = IoCallDriver(Bus->Lower, Irp);
  if (status == STATUS_PENDING) {
    (VOID)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  }
  return CompleteAndRelease(&Bus->Lock, Irp, Irp->IoStatus.Status);
}

static NTSTATUS BusQueryRelations(PBUS Bus, PIRP Irp)
{
  PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
  PDEVICE_RELATIONS relations;

  if (location->Parameters.QueryDeviceRelations.Type != BusRelations) {
    return PassDown(Bus, Irp);
  }
  relations = (PDEVICE_RELATIONS)ExAllocatePoolWithTag(PagedPool, sizeof(DEVICE_RELATIONS), TEST_TAG);
  if (relations != NULL) {
    relations->Count = 0;
    if (Bus->Child != NULL && !((PCHILD)Bus->Child->DeviceExtension)->Missing) {
      ObReferenceObject(Bus->Child);
      relations->Objects[relations->Count++] = Bus->Child;
    }
    Irp->IoStatus.Information = (ULONG_PTR)relations;
    Irp->IoStatus.Status = STATUS_SUCCESS;
  }
  return PassDown(Bus, Irp);
}

static NTSTATUS BusRemove(PDEVICE_OBJECT Device, PBUS Bus, PIRP Irp)
{
  NTSTATUS status = AcquireOrFail(&Bus->Lock, Irp);

  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(Bus->Lower, Irp);
  IoReleaseRemoveLockAndWait(&Bus->Lock, Irp);
  ForgetTop(Bus);
  if (Bus->Child != NULL) {
    ChildDelete(Bus);
  }
  DeleteLink(busLink);
  IoDetachDevice(Bus->Lower);
  IoDeleteDevice(Device);
  return status;
}

static NTSTATUS BusPnp(PDEVICE_OBJECT Device, PBUS Bus, PIRP Irp)
{
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    return BusStart(Bus, Irp);
  case IRP_MN_QUERY_DEVICE_RELATIONS:
    return BusQueryRelations(Bus, Irp);
  case IRP_MN_REMOVE_DEVICE:
    return BusRemove(Device, Bus, Irp);
  default:
    return PassDown(Bus, Irp);
  }
}

static NTSTATUS BusOpenClose(PBUS Bus, PIRP Irp)
{
  NTSTATUS status = AcquireOrFail(&Bus->Lock, Irp);

  return NT_SUCCESS(status) ? CompleteAndRelease(&Bus->Lock, Irp, STATUS_SUCCESS) : status;
}

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
  PBUS bus = (PBUS)Device->DeviceExtension;

  if (bus->IsChild) {
    return ChildDispatch((PCHILD)Device->DeviceExtension, Irp);
  }
  switch (IoGetCurrentIrpStackLocation(Irp)->MajorFunction) {
  case IRP_MJ_PNP:
    return BusPnp(Device, bus, Irp);
  case IRP_MJ_CREATE:
  case IRP_MJ_CLEANUP:
  case IRP_MJ_CLOSE:
    return BusOpenClose(bus, Irp);
  case IRP_MJ_DEVICE_CONTROL:
    return BusControl(bus, Irp);
  default:
    return PassDown(bus, Irp);
  }
}

/* -- loading -- */

static NTSTATUS NTAPI AddDevice(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
  UNICODE_STRING name;
  PDEVICE_OBJECT device;
  PBUS bus;
  NTSTATUS status;

  RtlInitUnicodeString(&name, busName);
  status = IoCreateDevice(Driver, sizeof(BUS), &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  bus = (PBUS)device->DeviceExtension;
  bus->Self = device;
  bus->Pdo = Pdo;
  IoInitializeRemoveLock(&bus->Lock, TEST_TAG, 0, 0);
  bus->Lower = IoAttachDeviceToDeviceStack(device, Pdo);
  if (bus->Lower == NULL) {
    IoDeleteDevice(device);
    return STATUS_NO_SUCH_DEVICE;
  }
  CreateLink(busLink, busName);
  device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
  return STATUS_SUCCESS;
}

static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
  UNREFERENCED_PARAMETER(Driver);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
  ULONG i;

  UNREFERENCED_PARAMETER(RegistryPath);
  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    Driver->MajorFunction[i] = Dispatch;
  }
  Driver->DriverExtension->AddDevice = AddDevice;
  Driver->DriverUnload = Unload;
  DDI_TRACE_DISPATCH(Driver);
  return STATUS_SUCCESS;
}
