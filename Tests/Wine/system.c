/*
 * What Wine 8 lacks of the kernel, for the drivers of this test only; not traced. A DDI that Wine knows by
 * name alone ends the process when it is called: here it is defined under its import name, __imp_NAME, so
 * that the linker takes it instead of the one of the import library. Linked into every driver.
 */
#include <ntifs.h>
#include <wmilib.h>

VOID TraceText(const char *Text);

VOID TraceText(const char *Text)
{
  DbgPrint("%s\n", Text);
}

/* -- DDIs -- */

static NTSTATUS NTAPI SetCompletionRoutineEx(
    PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context, BOOLEAN OnSuccess,
    BOOLEAN OnError, BOOLEAN OnCancel)
{
  UNREFERENCED_PARAMETER(Device);
  IoSetCompletionRoutine(Irp, Routine, Context, OnSuccess, OnError, OnCancel);
  return STATUS_SUCCESS;
}

static NTSTATUS NTAPI AttachSafe(PDEVICE_OBJECT Device, PDEVICE_OBJECT Target, PDEVICE_OBJECT *Lower)
{
  *Lower = IoAttachDeviceToDeviceStack(Device, Target);
  return *Lower != NULL ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

/* No request of this test goes to StartIo. */
static VOID NTAPI SetStartIoAttributes(PDEVICE_OBJECT Device, BOOLEAN Deferred, BOOLEAN NonCancelable)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Deferred);
  UNREFERENCED_PARAMETER(NonCancelable);
}

static PLIST_ENTRY NTAPI InterlockedInsertTail(PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock)
{
  PLIST_ENTRY last;
  KIRQL irql;

  KeAcquireSpinLock(Lock, &irql);
  last = IsListEmpty(Head) ? NULL : Head->Blink;
  InsertTailList(Head, Entry);
  KeReleaseSpinLock(Lock, irql);
  return last;
}

static PLIST_ENTRY NTAPI InterlockedInsertHead(PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock)
{
  PLIST_ENTRY first;
  KIRQL irql;

  KeAcquireSpinLock(Lock, &irql);
  first = IsListEmpty(Head) ? NULL : Head->Flink;
  InsertHeadList(Head, Entry);
  KeReleaseSpinLock(Lock, irql);
  return first;
}

/*
 * DPCs and timers. Wine 8 takes a DPC and forgets it, and it hangs where a timer is set again while its DPC
 * runs. Here each runs on a thread that is made for it, when its time has come.
 */
typedef struct _LATER {
  PKTIMER Timer; /* or NULL: a DPC that was queued */
  PKDPC Dpc;
  LARGE_INTEGER Due;
} LATER, *PLATER;

static LONG volatile threads;

static VOID NTAPI RunLater(PVOID Context)
{
  LATER later = *(PLATER)Context;

  ExFreePool(Context);
  if (later.Due.QuadPart != 0) {
    (VOID)KeDelayExecutionThread(KernelMode, FALSE, &later.Due);
  }
  if (later.Timer == NULL || InterlockedExchange(&later.Timer->Header.SignalState, 1) == 0) {
    later.Dpc->DeferredRoutine(later.Dpc, later.Dpc->DeferredContext, NULL, NULL);
  }
  InterlockedDecrement(&threads);
  (VOID)PsTerminateSystemThread(STATUS_SUCCESS);
}

static BOOLEAN StartLater(PKTIMER Timer, PKDPC Dpc, LARGE_INTEGER Due)
{
  PLATER later = (PLATER)ExAllocatePool(NonPagedPool, sizeof(LATER));
  HANDLE thread;

  if (later == NULL) {
    return FALSE;
  }
  later->Timer = Timer;
  later->Dpc = Dpc;
  later->Due = Due;
  InterlockedIncrement(&threads);
  if (!NT_SUCCESS(PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, RunLater, later))) {
    InterlockedDecrement(&threads);
    ExFreePool(later);
    return FALSE;
  }
  (VOID)ZwClose(thread);
  return TRUE;
}

static BOOLEAN NTAPI InsertQueueDpc(PRKDPC Dpc, PVOID Argument1, PVOID Argument2)
{
  LARGE_INTEGER now;

  UNREFERENCED_PARAMETER(Argument1);
  UNREFERENCED_PARAMETER(Argument2);
  now.QuadPart = 0;
  return StartLater(NULL, Dpc, now);
}

/* The header's SignalState is 0 while the timer is set. */
static BOOLEAN NTAPI SetTimer(PKTIMER Timer, LARGE_INTEGER Due, PKDPC Dpc)
{
  BOOLEAN set = InterlockedExchange(&Timer->Header.SignalState, 0) == 0;

  (VOID)StartLater(Timer, Dpc, Due);
  return set;
}

static BOOLEAN NTAPI CancelTimer(PKTIMER Timer)
{
  return InterlockedExchange(&Timer->Header.SignalState, 1) == 0;
}

PVOID __imp_IoSetCompletionRoutineEx = (PVOID)SetCompletionRoutineEx;
PVOID __imp_IoAttachDeviceToDeviceStackSafe = (PVOID)AttachSafe;
PVOID __imp_IoSetStartIoAttributes = (PVOID)SetStartIoAttributes;
PVOID __imp_ExInterlockedInsertTailList = (PVOID)InterlockedInsertTail;
PVOID __imp_ExInterlockedInsertHeadList = (PVOID)InterlockedInsertHead;
PVOID __imp_KeInsertQueueDpc = (PVOID)InsertQueueDpc;
PVOID __imp_KeSetTimer = (PVOID)SetTimer;
PVOID __imp_KeCancelTimer = (PVOID)CancelTimer;

/* -- power: the request is sent from a work item, which waits for it -- */

typedef struct _POWER_REQUEST {
  PIO_WORKITEM Item;
  UCHAR Minor;
  POWER_STATE State;
  PREQUEST_POWER_COMPLETE Routine;
  PVOID Context;
} POWER_REQUEST, *PPOWER_REQUEST;

static NTSTATUS NTAPI PowerDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID NTAPI SendPower(PDEVICE_OBJECT Device, PVOID Context)
{
  PPOWER_REQUEST request = (PPOWER_REQUEST)Context;
  PDEVICE_OBJECT top = IoGetAttachedDeviceReference(Device);
  PIRP irp = IoAllocateIrp(top->StackSize, FALSE);
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
  KEVENT done;

  KeInitializeEvent(&done, NotificationEvent, FALSE);
  irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  next->MajorFunction = IRP_MJ_POWER;
  next->MinorFunction = request->Minor;
  next->Parameters.Power.Type = DevicePowerState;
  next->Parameters.Power.State = request->State;
  IoSetCompletionRoutine(irp, PowerDone, &done, TRUE, TRUE, TRUE);
  if (IoCallDriver(top, irp) == STATUS_PENDING) {
    (VOID)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  }
  ObDereferenceObject(top);
  request->Routine(Device, request->Minor, request->State, request->Context, &irp->IoStatus);
  IoFreeIrp(irp);
  IoFreeWorkItem(request->Item);
  ExFreePool(request);
}

static NTSTATUS NTAPI RequestPowerIrp(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PREQUEST_POWER_COMPLETE Routine, PVOID Context,
    PIRP *Irp)
{
  PPOWER_REQUEST request = (PPOWER_REQUEST)ExAllocatePool(NonPagedPool, sizeof(*request));

  UNREFERENCED_PARAMETER(Irp);
  if (request == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  request->Item = IoAllocateWorkItem(Device);
  request->Minor = Minor;
  request->State = State;
  request->Routine = Routine;
  request->Context = Context;
  IoQueueWorkItem(request->Item, SendPower, DelayedWorkQueue, request);
  return STATUS_PENDING;
}

PVOID __imp_PoRequestPowerIrp = (PVOID)RequestPowerIrp;

/* -- libraries of the driver kit: wmilib answers IRP_MN_REGINFO here, wdmsec knows no security -- */

NTSTATUS NTAPI WmiSystemControl(
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
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

const UNICODE_STRING SDDL_DEVOBJ_SYS_ALL_ADM_ALL = {0, 0, NULL};

NTSTATUS WdmlibIoCreateDeviceSecure(
    PDRIVER_OBJECT Driver, ULONG ExtensionSize, PUNICODE_STRING Name, DEVICE_TYPE Type,
    ULONG Characteristics, BOOLEAN Exclusive, PCUNICODE_STRING Sddl, LPCGUID Class, PDEVICE_OBJECT *Device);

NTSTATUS WdmlibIoCreateDeviceSecure(
    PDRIVER_OBJECT Driver, ULONG ExtensionSize, PUNICODE_STRING Name, DEVICE_TYPE Type,
    ULONG Characteristics, BOOLEAN Exclusive, PCUNICODE_STRING Sddl, LPCGUID Class, PDEVICE_OBJECT *Device)
{
  UNREFERENCED_PARAMETER(Sddl);
  UNREFERENCED_PARAMETER(Class);
  return IoCreateDevice(Driver, ExtensionSize, Name, Type, Characteristics, Exclusive, Device);
}

/* -- entering the image -- */

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);
NTSTATUS NTAPI EnterImage(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath);

static PDRIVER_UNLOAD unloadDriver;

/* The threads of DPCs run in this image. */
static VOID NTAPI UnloadImage(PDRIVER_OBJECT Driver)
{
  LARGE_INTEGER soon;

  unloadDriver(Driver);
  soon.QuadPart = -100000; /* ten milliseconds */
  do {
    (VOID)KeDelayExecutionThread(KernelMode, FALSE, &soon);
  } while (threads > 0);
}

/* Wine's plug and play manager knows no filters. The function driver's image has the filter driver added to
 * the stack, after itself. */
#ifdef UPPER_FILTER

static PDRIVER_ADD_DEVICE addFunction;

static NTSTATUS AddFilter(PDEVICE_OBJECT Pdo)
{
  static WCHAR service[] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\ddifilter";
  static WCHAR name[] = L"\\Driver\\ddifilter";
  UNICODE_STRING string;
  PDRIVER_OBJECT filter;
  PVOID object;
  NTSTATUS status;

  RtlInitUnicodeString(&string, service);
  status = ZwLoadDriver(&string);
  if (!NT_SUCCESS(status) && status != STATUS_IMAGE_ALREADY_LOADED) {
    return status;
  }
  RtlInitUnicodeString(&string, name);
  status = ObReferenceObjectByName(&string, 0, NULL, 0, NULL, KernelMode, NULL, &object);
  if (NT_SUCCESS(status)) {
    filter = (PDRIVER_OBJECT)object;
    status = filter->DriverExtension->AddDevice(filter, Pdo);
    ObDereferenceObject(object);
  }
  return status;
}

static NTSTATUS NTAPI AddBoth(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Pdo)
{
  NTSTATUS status = addFunction(Driver, Pdo);

  return NT_SUCCESS(status) ? AddFilter(Pdo) : status;
}

#endif

NTSTATUS NTAPI EnterImage(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
  NTSTATUS status = DriverEntry(Driver, RegistryPath);

#ifdef UPPER_FILTER
  addFunction = Driver->DriverExtension->AddDevice;
  Driver->DriverExtension->AddDevice = AddBoth;
#endif
  unloadDriver = Driver->DriverUnload;
  Driver->DriverUnload = UnloadImage;
  return status;
}
