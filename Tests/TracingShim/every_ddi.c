/*
 * Every DDI that ddi_trace.h redefines, called once with arguments of its own types: for the syntax
 * check against the headers of a driver kit. Nobody runs it.
 */
#include <ntifs.h>
#include <wdmsec.h>

#include "variants.h"

NTSTATUS NTAPI EveryCompletion(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context);
VOID NTAPI EveryDpcForIsr(PKDPC Dpc, PDEVICE_OBJECT Device, PIRP Irp, PVOID Context);
VOID NTAPI EveryTimer(PDEVICE_OBJECT Device, PVOID Context);
VOID NTAPI EveryWorkItem(PDEVICE_OBJECT Device, PVOID Context);
VOID NTAPI EveryWorkItemEx(PVOID IoObject, PVOID Context, PIO_WORKITEM Item);
VOID NTAPI EveryThread(PVOID Context);
VOID NTAPI EveryDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2);
VOID NTAPI EveryPowerCompletion(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PVOID Context, PIO_STATUS_BLOCK IoStatus);

NTSTATUS EveryLock(PIO_REMOVE_LOCK Lock, PIRP Irp);
NTSTATUS EveryIrp(PDEVICE_OBJECT Device, PIRP Irp, PKEVENT Event, PIO_STATUS_BLOCK Block);
NTSTATUS EveryDevice(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Lower);
VOID EveryQueue(PIRP Irp, PLIST_ENTRY Head, PSINGLE_LIST_ENTRY Single, PKSPIN_LOCK Lock, PIO_CSQ Csq);
NTSTATUS EveryPower(PDEVICE_OBJECT Device, PIRP Irp, POWER_STATE State);
VOID EveryPool(VOID);
NTSTATUS EveryAdapter(PDMA_ADAPTER Adapter, PDEVICE_OBJECT Device, PDRIVER_CONTROL Channel,
                      PDRIVER_LIST_CONTROL List);
NTSTATUS EveryKey(PDEVICE_OBJECT Device, PUNICODE_STRING Name);
VOID EverySpinLock(PKSPIN_LOCK Lock);
VOID EveryRegion(PERESOURCE Resource);
VOID EveryCancel(PDEVICE_OBJECT Device, PIRP Irp);
VOID EveryTimerOf(PDEVICE_OBJECT Device, PKTIMER Timer, PRKDPC Dpc, PWORK_QUEUE_ITEM Work);
VOID EveryLimit(PUNICODE_STRING Name);
VOID NTAPI EveryCancelRoutine(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS EveryCallback(PDEVICE_OBJECT Device, PIO_WORKITEM Item, PRKDPC Dpc, PRKEVENT Event);

NTSTATUS EveryLock(PIO_REMOVE_LOCK Lock, PIRP Irp)
{
  NTSTATUS status;

  IoInitializeRemoveLock(Lock, TEST_TAG, 1, 100);
  status = IoAcquireRemoveLock(Lock, Irp);
  IoReleaseRemoveLock(Lock, Irp);
  IoReleaseRemoveLockAndWait(Lock, Irp);
  return status;
}

NTSTATUS EveryIrp(PDEVICE_OBJECT Device, PIRP Irp, PKEVENT Event, PIO_STATUS_BLOCK Block)
{
  PIRP own = IoAllocateIrp(Device->StackSize, FALSE);
  NTSTATUS status;

  IoFreeIrp(own);
  (VOID)IoBuildDeviceIoControlRequest(IOCTL_NOW, Device, NULL, 0, NULL, 0, FALSE, Event, Block);
  (VOID)IoBuildSynchronousFsdRequest(IRP_MJ_PNP, Device, NULL, 0, NULL, Event, Block);
  (VOID)IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Device, NULL, 0, NULL, Block);
  (VOID)IoMakeAssociatedIrp(Irp, Device->StackSize);
  IoInitializeIrp(Irp, IoSizeOfIrp(1), 1);
  IoReuseIrp(Irp, STATUS_SUCCESS);
  (VOID)IoCancelIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, EveryCompletion, NULL, TRUE, TRUE, TRUE);
  IoSetCompletionRoutine(Irp, NULL, NULL, FALSE, FALSE, FALSE);
  (VOID)IoSetCompletionRoutineEx(Device, Irp, EveryCompletion, NULL, TRUE, TRUE, TRUE);
  IoMarkIrpPending(Irp);
  status = IoCallDriver(Device, Irp);
  status = IofCallDriver(Device, Irp);
  (VOID)IoForwardIrpSynchronously(Device, Irp);
  (VOID)IoForwardAndCatchIrp(Device, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IofCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

NTSTATUS EveryDevice(PDRIVER_OBJECT Driver, PDEVICE_OBJECT Lower)
{
  PDEVICE_OBJECT device = NULL;
  PDEVICE_OBJECT below = NULL;
  NTSTATUS status = IoCreateDevice(Driver, 64, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);

  status = IoCreateDeviceSecure(
      Driver, 64, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &SDDL_DEVOBJ_SYS_ALL, NULL, &device);
  status = WdmlibIoCreateDeviceSecure(
      Driver, 64, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &SDDL_DEVOBJ_SYS_ALL, NULL, &device);
  below = IoAttachDeviceToDeviceStack(device, Lower);
  status = IoAttachDeviceToDeviceStackSafe(device, Lower, &below);
  DDI_TRACE_ADD_DEVICE(device, PDO, below, 1);
  IoDetachDevice(below);
  IoDeleteDevice(device);
  DDI_TRACE_STOP();
  return status;
}

VOID EveryQueue(PIRP Irp, PLIST_ENTRY Head, PSINGLE_LIST_ENTRY Single, PKSPIN_LOCK Lock, PIO_CSQ Csq)
{
  InsertHeadList(Head, &Irp->Tail.Overlay.ListEntry);
  InsertTailList(Head, &Irp->Tail.Overlay.ListEntry);
  (VOID)RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
  (VOID)RemoveHeadList(Head);
  (VOID)ExInterlockedInsertHeadList(Head, &Irp->Tail.Overlay.ListEntry, Lock);
  (VOID)ExInterlockedInsertTailList(Head, &Irp->Tail.Overlay.ListEntry, Lock);
  (VOID)ExInterlockedRemoveHeadList(Head, Lock);
  (VOID)ExInterlockedPushEntryList(Single, Single, Lock);
  IoCsqInsertIrp(Csq, Irp, NULL);
  (VOID)IoCsqInsertIrpEx(Csq, Irp, NULL, NULL);
  (VOID)IoCsqRemoveIrp(Csq, NULL);
  (VOID)IoCsqRemoveNextIrp(Csq, NULL);
}

NTSTATUS EveryPower(PDEVICE_OBJECT Device, PIRP Irp, POWER_STATE State)
{
  WMILIB_CONTEXT wmi;
  SYSCTL_IRP_DISPOSITION disposition;

  wmi.GuidCount = 0;
  (VOID)PoSetPowerState(Device, DevicePowerState, State);
  PoStartNextPowerIrp(Irp);
  (VOID)PoCallDriver(Device, Irp);
  (VOID)WmiSystemControl(&wmi, Device, Irp, &disposition);
  return PoRequestPowerIrp(Device, IRP_MN_SET_POWER, State, EveryPowerCompletion, NULL, NULL);
}

VOID EveryPool(VOID)
{
  (VOID)ExAllocatePool(NonPagedPool, 8);
  (VOID)ExAllocatePoolWithTag(NonPagedPool, 8, TEST_TAG);
  (VOID)ExAllocatePoolWithQuotaTag(NonPagedPool, 8, TEST_TAG);
  (VOID)ExAllocatePoolWithTagPriority(NonPagedPool, 8, TEST_TAG, NormalPoolPriority);
  ExFreePool(NULL);
  ExFreePoolWithTag(NULL, TEST_TAG);
}

/* What a driver may have of the same names. */
typedef struct _EVERY_OPERATIONS {
  ULONG PutScatterGatherList;
  PGET_SCATTER_GATHER_LIST GetScatterGatherList;
  VOID (NTAPI *FreeMapRegisters)(PDMA_ADAPTER Adapter, PVOID Base, ULONG Registers);
} EVERY_OPERATIONS;

NTSTATUS EveryAdapter(PDMA_ADAPTER Adapter, PDEVICE_OBJECT Device, PDRIVER_CONTROL Channel,
                      PDRIVER_LIST_CONTROL List)
{
  EVERY_OPERATIONS own;
  NTSTATUS status =
      Adapter->DmaOperations->AllocateAdapterChannel(Adapter, Device, 1, Channel, NULL);

  Adapter->DmaOperations->FreeMapRegisters(Adapter, NULL, 1);
  Adapter->DmaOperations->FreeAdapterChannel(Adapter);
  status = Adapter->DmaOperations->GetScatterGatherList(
      Adapter, Device, NULL, NULL, 0, List, NULL, FALSE);
  Adapter->DmaOperations->PutScatterGatherList(Adapter, NULL, FALSE);
  own.PutScatterGatherList = 1;
  own.GetScatterGatherList = Adapter->DmaOperations->GetScatterGatherList;
  own.FreeMapRegisters = Adapter->DmaOperations->FreeMapRegisters;
  DDI_TRACE_DDI(GetScatterGatherList);
  status = (*own.GetScatterGatherList)(Adapter, Device, NULL, NULL, 0, List, NULL, FALSE);
  own.FreeMapRegisters(Adapter, NULL, own.PutScatterGatherList);
  return status;
}

NTSTATUS EveryKey(PDEVICE_OBJECT Device, PUNICODE_STRING Name)
{
  HANDLE key = NULL;
  ULONG size = 0;
  NTSTATUS status = ZwCreateKey(&key, 0, NULL, 0, NULL, 0, NULL);

  status = ZwOpenKey(&key, 0, NULL);
  status = IoOpenDeviceRegistryKey(Device, 0, 0, &key);
  status = IoOpenDeviceInterfaceRegistryKey(Name, 0, &key);
  status = ZwEnumerateKey(key, 0, KeyBasicInformation, NULL, 0, &size);
  status = ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, NULL, 0, &size);
  status = ZwQueryKey(key, KeyBasicInformation, NULL, 0, &size);
  status = ZwQueryValueKey(key, Name, KeyValueBasicInformation, NULL, 0, &size);
  status = ZwSetValueKey(key, Name, 0, 0, NULL, 0);
  status = ZwFlushKey(key);
  status = ZwDeleteKey(key);
  ZwClose(key);
  return status;
}

VOID EverySpinLock(PKSPIN_LOCK Lock)
{
  KLOCK_QUEUE_HANDLE handle;
  KIRQL irql;

  KeAcquireSpinLock(Lock, &irql);
  KeReleaseSpinLock(Lock, irql);
  ExAcquireSpinLock(Lock, &irql);
  ExReleaseSpinLock(Lock, irql);
  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  KeAcquireSpinLockAtDpcLevel(Lock);
  KeReleaseSpinLockFromDpcLevel(Lock);
  (VOID)KeTryToAcquireSpinLockAtDpcLevel(Lock);
  KeAcquireInStackQueuedSpinLockAtDpcLevel(Lock, &handle);
  KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
  KeLowerIrql(irql);
  irql = KeRaiseIrqlToDpcLevel();
  KeLowerIrql(irql);
  KeAcquireInStackQueuedSpinLock(Lock, &handle);
  KeReleaseInStackQueuedSpinLock(&handle);
  IoAcquireCancelSpinLock(&irql);
  IoReleaseCancelSpinLock(irql);
}

VOID EveryRegion(PERESOURCE Resource)
{
  KeEnterCriticalRegion();
  (VOID)ExAcquireResourceExclusiveLite(Resource, TRUE);
  (VOID)ExAcquireResourceSharedLite(Resource, TRUE);
  ExReleaseResourceLite(Resource);
  ExReleaseResourceForThreadLite(Resource, 0);
  KeLeaveCriticalRegion();
  KeEnterGuardedRegion();
  KeLeaveGuardedRegion();
  (VOID)ExEnterCriticalRegionAndAcquireResourceExclusive(Resource);
  ExReleaseResourceAndLeaveCriticalRegion(Resource);
}

VOID EveryCancel(PDEVICE_OBJECT Device, PIRP Irp)
{
  PDRIVER_CANCEL previous = IoSetCancelRoutine(Irp, EveryCancelRoutine);

  previous = IoSetCancelRoutine(Irp, NULL);
  IoSetStartIoAttributes(Device, FALSE, FALSE);
  IoStartPacket(Device, Irp, NULL, previous);
  IoStartNextPacket(Device, TRUE);
}

VOID EveryTimerOf(PDEVICE_OBJECT Device, PKTIMER Timer, PRKDPC Dpc, PWORK_QUEUE_ITEM Work)
{
  LARGE_INTEGER due;

  due.QuadPart = 0;
  IoStartTimer(Device);
  (VOID)KeSetTimer(Timer, due, Dpc);
  (VOID)KeSetTimerEx(Timer, due, 0, Dpc);
  (VOID)KeInsertQueueDpc(Dpc, NULL, NULL);
  (VOID)IoRequestDpc(Device, NULL, NULL);
  ExQueueWorkItem(Work, DelayedWorkQueue);
}

/* Some of those that have a limit and no event of their own. */
VOID EveryLimit(PUNICODE_STRING Name)
{
  PAGED_CODE();
  (VOID)IoCreateSymbolicLink(Name, Name);
  (VOID)IoDeleteSymbolicLink(Name);
  (VOID)RtlCompareUnicodeString(Name, Name, TRUE);
  (VOID)ZwUnloadDriver(Name);
}

NTSTATUS EveryCallback(PDEVICE_OBJECT Device, PIO_WORKITEM Item, PRKDPC Dpc, PRKEVENT Event)
{
  HANDLE thread = NULL;
  NTSTATUS status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, EveryThread, NULL);

  IoQueueWorkItem(Item, EveryWorkItem, DelayedWorkQueue, NULL);
  IoQueueWorkItemEx(Item, EveryWorkItemEx, DelayedWorkQueue, NULL);
  KeInitializeDpc(Dpc, EveryDpc, NULL);
  IoInitializeDpcRequest(Device, EveryDpcForIsr);
  (VOID)IoInitializeTimer(Device, EveryTimer, NULL);
  DDI_TRACE_CALLBACK_ENTER(Cancel, NULL, Device);
  (VOID)KeSetEvent(Event, IO_NO_INCREMENT, FALSE);
  KeInitializeEvent(Event, NotificationEvent, FALSE);
  KeClearEvent(Event);
  (VOID)KeResetEvent(Event);
  status = KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, NULL);
  status = KeWaitForMultipleObjects(
      1, (PVOID *)&Event, WaitAll, Executive, KernelMode, FALSE, NULL, NULL);
  DDI_TRACE_CALLBACK_EXIT(Cancel);
  (VOID)PsTerminateSystemThread(status);
  return status;
}
