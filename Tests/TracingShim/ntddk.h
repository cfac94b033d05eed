/*
 * What the drivers of this test need of the Windows driver interface, for running them in user mode.
 * Names and meaning are those of the WDM documentation; only what is used is here, in words of our own.
 * The routines are in kernel.c (threads, waiting, locks), deferred.c (DPCs, work items) and iomanager.c
 * (devices, IRPs, power).
 */
#ifndef SHIM_NTDDK_H
#define SHIM_NTDDK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* -- words of the language -- */

#define NTAPI
#define NTKERNELAPI extern
#define FORCEINLINE static __inline__ __attribute__((unused))
#define VOID void
#define TRUE 1
#define FALSE 0
#define CONTAINING_RECORD(Address, Type, Field) ((Type *)((char *)(Address) - offsetof(Type, Field)))
#define UNREFERENCED_PARAMETER(Parameter) ((void)(Parameter))
#define PAGED_CODE() ((void)0)
#define NTDDI_VISTA 0x06000000
#define NTDDI_WIN7 0x06010000
#define NTDDI_VERSION NTDDI_WIN7

typedef char CHAR, CCHAR, *PSTR;
typedef const char *PCSTR;
typedef unsigned char UCHAR, *PUCHAR, BOOLEAN;
typedef int16_t CSHORT;
typedef uint16_t USHORT;
typedef int32_t LONG, NTSTATUS, KPRIORITY;
typedef uint32_t ULONG, *PULONG, DEVICE_TYPE, ACCESS_MASK;
typedef int64_t LONGLONG;
typedef unsigned long long ULONGLONG;
typedef uintptr_t ULONG_PTR, SIZE_T, KSPIN_LOCK, *PKSPIN_LOCK;
typedef const uint16_t *PCWSTR;
typedef void *PVOID, *HANDLE, **PHANDLE;
typedef UCHAR KIRQL, *PKIRQL;
typedef CHAR KPROCESSOR_MODE;
typedef union _LARGE_INTEGER {
  LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;
typedef struct _UNICODE_STRING {
  USHORT Length, MaximumLength;
  USHORT *Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;
typedef const struct _GUID *LPCGUID;

/* -- codes -- */

#define NT_SUCCESS(Status) ((NTSTATUS)(Status) >= 0)
#define STATUS_SUCCESS ((NTSTATUS)0x00000000)
#define STATUS_TIMEOUT ((NTSTATUS)0x00000102)
#define STATUS_PENDING ((NTSTATUS)0x00000103)
#define STATUS_UNSUCCESSFUL ((NTSTATUS)0xC0000001)
#define STATUS_MORE_PROCESSING_REQUIRED ((NTSTATUS)0xC0000016)
#define STATUS_DELETE_PENDING ((NTSTATUS)0xC0000056)
#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009A)
#define STATUS_NOT_SUPPORTED ((NTSTATUS)0xC00000BB)
#define STATUS_CANCELLED ((NTSTATUS)0xC0000120)
#define STATUS_INVALID_DEVICE_REQUEST ((NTSTATUS)0xC0000010)
#define STATUS_CONTINUE_COMPLETION STATUS_SUCCESS

#define PASSIVE_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CLOCK_LEVEL 13

#define IRP_MJ_CREATE 0x00
#define IRP_MJ_CLOSE 0x02
#define IRP_MJ_READ 0x03
#define IRP_MJ_WRITE 0x04
#define IRP_MJ_DEVICE_CONTROL 0x0e
#define IRP_MJ_INTERNAL_DEVICE_CONTROL 0x0f
#define IRP_MJ_CLEANUP 0x12
#define IRP_MJ_POWER 0x16
#define IRP_MJ_SYSTEM_CONTROL 0x17
#define IRP_MJ_PNP 0x1b
#define IRP_MJ_MAXIMUM_FUNCTION 0x1b

#define IRP_MN_START_DEVICE 0x00
#define IRP_MN_QUERY_REMOVE_DEVICE 0x01
#define IRP_MN_REMOVE_DEVICE 0x02
#define IRP_MN_QUERY_DEVICE_RELATIONS 0x07
#define IRP_MN_QUERY_CAPABILITIES 0x09
#define IRP_MN_SURPRISE_REMOVAL 0x17
#define IRP_MN_WAIT_WAKE 0x00
#define IRP_MN_SET_POWER 0x02
#define IRP_MN_QUERY_POWER 0x03
#define IRP_MN_REGINFO 0x08
#define IRP_MN_EXECUTE_METHOD 0x09

#define SL_PENDING_RETURNED 0x01
#define SL_INVOKE_ON_CANCEL 0x20
#define SL_INVOKE_ON_SUCCESS 0x40
#define SL_INVOKE_ON_ERROR 0x80
#define DO_DEVICE_INITIALIZING 0x00000080
#define DO_BUS_ENUMERATED_DEVICE 0x00001000
#define FILE_DEVICE_UNKNOWN 0x22
#define IO_NO_INCREMENT 0
#define THREAD_ALL_ACCESS 0x1fffff
#define DPFLTR_IHVDRIVER_ID 77
#define DPFLTR_ERROR_LEVEL 0

typedef enum { PowerSystemUnspecified, PowerSystemWorking, PowerSystemSleeping1, PowerSystemSleeping2,
               PowerSystemSleeping3, PowerSystemHibernate, PowerSystemShutdown } SYSTEM_POWER_STATE;
typedef enum { PowerDeviceUnspecified, PowerDeviceD0, PowerDeviceD1, PowerDeviceD2, PowerDeviceD3
} DEVICE_POWER_STATE;
typedef enum { SystemPowerState, DevicePowerState } POWER_STATE_TYPE;
typedef enum { PowerActionNone } POWER_ACTION;
typedef enum { BusRelations, EjectionRelations, PowerRelations, RemovalRelations, TargetDeviceRelation
} DEVICE_RELATION_TYPE;
typedef enum { NonPagedPool, PagedPool } POOL_TYPE;
typedef enum { NormalPoolPriority = 16 } EX_POOL_PRIORITY;
typedef ULONGLONG POOL_FLAGS;
#define POOL_FLAG_NON_PAGED 0x40
#define POOL_FLAG_PAGED 0x100
typedef enum { CriticalWorkQueue, DelayedWorkQueue } WORK_QUEUE_TYPE;
typedef enum { Executive } KWAIT_REASON;
typedef enum { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum { WaitAll, WaitAny } WAIT_TYPE;
enum { KernelMode, UserMode };
typedef union _POWER_STATE {
  SYSTEM_POWER_STATE SystemState;
  DEVICE_POWER_STATE DeviceState;
} POWER_STATE;

/* -- objects -- */

typedef struct _LIST_ENTRY {
  struct _LIST_ENTRY *Flink, *Blink;
} LIST_ENTRY, *PLIST_ENTRY;
typedef struct _SINGLE_LIST_ENTRY {
  struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct _KEVENT {
  EVENT_TYPE Type;
  LONG volatile Signalled;
} KEVENT, *PKEVENT, *PRKEVENT;

typedef struct _KDPC KDPC, *PKDPC, *PRKDPC;
typedef struct _IRP IRP, *PIRP;
typedef struct _DEVICE_OBJECT DEVICE_OBJECT, *PDEVICE_OBJECT;
typedef struct _DRIVER_OBJECT DRIVER_OBJECT, *PDRIVER_OBJECT;
typedef struct _IO_WORKITEM IO_WORKITEM, *PIO_WORKITEM;
typedef struct _IO_CSQ IO_CSQ, *PIO_CSQ;
typedef struct _IO_CSQ_IRP_CONTEXT IO_CSQ_IRP_CONTEXT, *PIO_CSQ_IRP_CONTEXT;
typedef struct _OBJECT_ATTRIBUTES *POBJECT_ATTRIBUTES;
typedef struct _CLIENT_ID *PCLIENT_ID;
typedef struct _PROCESSOR_NUMBER *PPROCESSOR_NUMBER;
typedef struct _KWAIT_BLOCK *PKWAIT_BLOCK;
typedef struct _KTHREAD *PKTHREAD;
typedef struct _ETHREAD *PETHREAD;
typedef struct _OBJECT_TYPE *POBJECT_TYPE;
typedef struct _OBJECT_HANDLE_INFORMATION *POBJECT_HANDLE_INFORMATION;
typedef struct _CONTROLLER_OBJECT *PCONTROLLER_OBJECT;
typedef struct _SCATTER_GATHER_LIST *PSCATTER_GATHER_LIST;
typedef struct _DMA_OPERATIONS *PDMA_OPERATIONS;
typedef const struct _POOL_EXTENDED_PARAMETER *PCPOOL_EXTENDED_PARAMETER;
typedef void *PSECURITY_DESCRIPTOR;

typedef struct _FAST_MUTEX {
  LONG volatile Count;
} FAST_MUTEX, *PFAST_MUTEX;

typedef struct _KLOCK_QUEUE_HANDLE {
  PKSPIN_LOCK Lock;
  KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

typedef struct _DMA_ADAPTER {
  USHORT Version, Size;
  PDMA_OPERATIONS DmaOperations;
} DMA_ADAPTER, *PDMA_ADAPTER;

typedef struct _DMA_OPERATIONS {
  ULONG Size;
  VOID (*FreeAdapterChannel)(PDMA_ADAPTER Adapter);
  VOID (*PutScatterGatherList)(PDMA_ADAPTER Adapter, PSCATTER_GATHER_LIST List, BOOLEAN Write);
} DMA_OPERATIONS;

typedef struct _ERESOURCE {
  LONG volatile Holds;
} ERESOURCE, *PERESOURCE;

typedef struct _IO_STATUS_BLOCK {
  NTSTATUS Status;
  ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef NTSTATUS DRIVER_INITIALIZE(PDRIVER_OBJECT, PUNICODE_STRING);
typedef NTSTATUS DRIVER_DISPATCH(PDEVICE_OBJECT, PIRP), (*PDRIVER_DISPATCH)(PDEVICE_OBJECT, PIRP);
typedef NTSTATUS (*PDRIVER_ADD_DEVICE)(PDRIVER_OBJECT, PDEVICE_OBJECT);
typedef VOID (*PDRIVER_UNLOAD)(PDRIVER_OBJECT);
typedef VOID (*PDRIVER_CANCEL)(PDEVICE_OBJECT, PIRP);
typedef VOID (*PDRIVER_STARTIO)(PDEVICE_OBJECT, PIRP);
typedef NTSTATUS (*PIO_COMPLETION_ROUTINE)(PDEVICE_OBJECT, PIRP, PVOID);
typedef VOID (*PKDEFERRED_ROUTINE)(PKDPC, PVOID, PVOID, PVOID);
typedef VOID (*PIO_DPC_ROUTINE)(PKDPC, PDEVICE_OBJECT, PIRP, PVOID);
typedef VOID (*PIO_WORKITEM_ROUTINE)(PDEVICE_OBJECT, PVOID);
typedef VOID (*PIO_WORKITEM_ROUTINE_EX)(PVOID, PVOID, PIO_WORKITEM);
typedef VOID (*PIO_TIMER_ROUTINE)(PDEVICE_OBJECT, PVOID);
typedef VOID (*PKSTART_ROUTINE)(PVOID);
typedef VOID (*PREQUEST_POWER_COMPLETE)(PDEVICE_OBJECT, UCHAR, POWER_STATE, PVOID, PIO_STATUS_BLOCK);

struct _KDPC {
  PKDEFERRED_ROUTINE DeferredRoutine;
  PVOID DeferredContext;
};

typedef struct _KTIMER {
  PKDPC Dpc;
  LONG volatile Number; /* of the time it was set; another number: set again since, or cancelled */
  LONGLONG Due;
} KTIMER, *PKTIMER;

typedef struct _IO_REMOVE_LOCK {
  LONG volatile IoCount;
  LONG volatile Removed;
  KEVENT RemoveEvent;
} IO_REMOVE_LOCK, *PIO_REMOVE_LOCK;

typedef struct _IO_STACK_LOCATION {
  UCHAR MajorFunction, MinorFunction, Flags, Control;
  union {
    struct { POWER_STATE_TYPE Type; POWER_STATE State; POWER_ACTION ShutdownType; } Power;
    struct { DEVICE_RELATION_TYPE Type; } QueryDeviceRelations;
    struct { ULONG IoControlCode; } DeviceIoControl;
  } Parameters;
  PDEVICE_OBJECT DeviceObject;
  PIO_COMPLETION_ROUTINE CompletionRoutine;
  PVOID Context;
} IO_STACK_LOCATION, *PIO_STACK_LOCATION;

struct _IRP {
  USHORT Size;
  IO_STATUS_BLOCK IoStatus;
  BOOLEAN PendingReturned, Cancel;
  CHAR StackCount, CurrentLocation;
  KIRQL CancelIrql;
  PDRIVER_CANCEL volatile CancelRoutine;
  BOOLEAN Finished;  /* what comes after that is the driver's fault, and is passed over */
  BOOLEAN Threaded;  /* of a kind that the I/O manager frees */
  PIO_STATUS_BLOCK UserIosb;
  PKEVENT UserEvent; /* set when the IRP is complete; without one the I/O manager frees the IRP */
  PVOID PowerRequest; /* what PoRequestPowerIrp remembers */
  struct {
    struct {
      LIST_ENTRY ListEntry;
      PIO_STACK_LOCATION CurrentStackLocation;
    } Overlay;
  } Tail;
};

struct _DEVICE_OBJECT {
  USHORT Size;
  PDRIVER_OBJECT DriverObject;
  PDEVICE_OBJECT AttachedDevice; /* the one above */
  ULONG Flags;
  CHAR StackSize;
  KDPC Dpc;
  struct {            /* the requests that wait for StartIo; under the lock */
    KSPIN_LOCK Lock;
    LIST_ENTRY Irps;
    BOOLEAN Busy;     /* StartIo has one */
    BOOLEAN Deferred; /* DeferredStartIo: StartIo is not called while it runs */
    BOOLEAN Running, Again;
  } Start;
  PVOID DeviceExtension;
};

typedef struct _DRIVER_EXTENSION {
  PDRIVER_ADD_DEVICE AddDevice;
} DRIVER_EXTENSION;

struct _DRIVER_OBJECT {
  PVOID DriverStart;
  ULONG DriverSize;
  DRIVER_EXTENSION *DriverExtension;
  PDRIVER_STARTIO DriverStartIo;
  PDRIVER_UNLOAD DriverUnload;
  PDRIVER_DISPATCH MajorFunction[IRP_MJ_MAXIMUM_FUNCTION + 1];
};

/* -- atomic operations and lists -- */

#define InterlockedIncrement(Value) __atomic_add_fetch((Value), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(Value) __atomic_sub_fetch((Value), 1, __ATOMIC_SEQ_CST)
#define InterlockedExchange(Value, New) __atomic_exchange_n((Value), (New), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(Value, More) __atomic_fetch_add((Value), (More), __ATOMIC_SEQ_CST)
#define InterlockedCompareExchange(Value, New, Old) __sync_val_compare_and_swap((Value), (Old), (New))
#define InterlockedExchangePointer(Value, New) __atomic_exchange_n((Value), (New), __ATOMIC_SEQ_CST)
#define KeMemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)

FORCEINLINE PVOID InterlockedCompareExchangePointer(PVOID volatile *Value, PVOID New, PVOID Old)
{
  return __sync_val_compare_and_swap(Value, Old, New);
}

FORCEINLINE VOID InitializeListHead(PLIST_ENTRY Head)
{
  Head->Flink = Head->Blink = Head;
}

FORCEINLINE BOOLEAN IsListEmpty(const LIST_ENTRY *Head)
{
  return Head->Flink == Head;
}

FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
  Entry->Blink->Flink = Entry->Flink;
  Entry->Flink->Blink = Entry->Blink;
  return Entry->Flink == Entry->Blink;
}

FORCEINLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY Head)
{
  PLIST_ENTRY entry = Head->Flink;

  RemoveEntryList(entry);
  return entry;
}

FORCEINLINE VOID InsertHeadList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
  Entry->Flink = Head->Flink;
  Entry->Blink = Head;
  Head->Flink->Blink = Entry;
  Head->Flink = Entry;
}

FORCEINLINE VOID InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
  InsertHeadList(Head->Blink, Entry);
}

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY Head, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(
    PSINGLE_LIST_ENTRY Head, PSINGLE_LIST_ENTRY Entry, PKSPIN_LOCK Lock);

/* -- kernel.c, deferred.c -- */

KIRQL KeGetCurrentIrql(VOID);
VOID KeLowerIrql(KIRQL Irql);
KIRQL KfRaiseIrql(KIRQL Irql);
#define KeRaiseIrql(New, Old) (*(Old) = KfRaiseIrql(New))
ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER Number);
HANDLE PsGetCurrentThreadId(VOID);
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER Frequency);
ULONG DbgPrintEx(ULONG Component, ULONG Level, PCSTR Format, ...);
VOID KeInitializeSpinLock(PKSPIN_LOCK Lock);
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK Lock);
VOID KeReleaseSpinLock(PKSPIN_LOCK Lock, KIRQL Irql);
#define KeAcquireSpinLock(Lock, Irql) (*(Irql) = KeAcquireSpinLockRaiseToDpc(Lock))
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK Lock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK Lock);
VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK Lock, PKLOCK_QUEUE_HANDLE Handle);
VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE Handle);
VOID IoAcquireCancelSpinLock(PKIRQL Irql);
VOID IoReleaseCancelSpinLock(KIRQL Irql);
VOID KeEnterCriticalRegion(VOID);
VOID KeLeaveCriticalRegion(VOID);
VOID KeEnterGuardedRegion(VOID);
VOID KeLeaveGuardedRegion(VOID);
NTSTATUS ExInitializeResourceLite(PERESOURCE Resource);
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait);
VOID ExReleaseResourceLite(PERESOURCE Resource);
NTSTATUS ZwCreateKey(
    PHANDLE Key, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, ULONG TitleIndex,
    PUNICODE_STRING Class, ULONG Options, PULONG Disposition);
NTSTATUS ZwOpenKey(PHANDLE Key, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes);
NTSTATUS ZwFlushKey(HANDLE Key);
NTSTATUS IoDeleteSymbolicLink(PUNICODE_STRING Name);
VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN Signalled);
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
NTSTATUS KeWaitForSingleObject(
    PVOID Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, PLARGE_INTEGER Timeout);
NTSTATUS KeWaitForMultipleObjects(
    ULONG Count, PVOID *Objects, WAIT_TYPE Type, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, PLARGE_INTEGER Timeout, PKWAIT_BLOCK Blocks);
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE Mode, BOOLEAN Alertable, PLARGE_INTEGER Interval);
VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE Routine, PVOID Context);
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID Argument1, PVOID Argument2);
VOID KeInitializeTimer(PKTIMER Timer);
BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER Due, PKDPC Dpc);
BOOLEAN KeCancelTimer(PKTIMER Timer);
NTSTATUS PsCreateSystemThread(
    PHANDLE Thread, ULONG Access, POBJECT_ATTRIBUTES Attributes, HANDLE Process, PCLIENT_ID Id,
    PKSTART_ROUTINE Routine, PVOID Context);
NTSTATUS PsTerminateSystemThread(NTSTATUS Status);
NTSTATUS ZwClose(HANDLE Handle);
PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT Device);
VOID IoFreeWorkItem(PIO_WORKITEM Item);
VOID IoQueueWorkItem(PIO_WORKITEM Item, PIO_WORKITEM_ROUTINE Routine, WORK_QUEUE_TYPE Queue, PVOID Context);
VOID IoQueueWorkItemEx(
    PIO_WORKITEM Item, PIO_WORKITEM_ROUTINE_EX Routine, WORK_QUEUE_TYPE Queue, PVOID Context);
PVOID ExAllocatePoolWithTag(POOL_TYPE Type, SIZE_T Size, ULONG Tag);
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE Type, SIZE_T Size, ULONG Tag);
PVOID ExAllocatePoolWithTagPriority(POOL_TYPE Type, SIZE_T Size, ULONG Tag, EX_POOL_PRIORITY Priority);
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T Size, ULONG Tag);
PVOID ExAllocatePool3(
    POOL_FLAGS Flags, SIZE_T Size, ULONG Tag, PCPOOL_EXTENDED_PARAMETER Parameters, ULONG Count);
VOID ExFreePoolWithTag(PVOID Pointer, ULONG Tag);
VOID ExFreePool2(PVOID Pointer, ULONG Tag, PCPOOL_EXTENDED_PARAMETER Parameters, ULONG Count);
VOID RtlZeroMemory(PVOID Pointer, SIZE_T Size);
VOID IoInitializeRemoveLockEx(
    PIO_REMOVE_LOCK Lock, ULONG PoolTag, ULONG MaxMinutes, ULONG HighWatermark, ULONG Size);
NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK Lock, PVOID Tag, PCSTR File, ULONG Line, ULONG Size);
VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK Lock, PVOID Tag, ULONG Size);
VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK Lock, PVOID Tag, ULONG Size);
#define IoInitializeRemoveLock(Lock, PoolTag, MaxMinutes, HighWatermark) \
  IoInitializeRemoveLockEx(Lock, PoolTag, MaxMinutes, HighWatermark, sizeof(IO_REMOVE_LOCK))
#define IoAcquireRemoveLock(Lock, Tag) IoAcquireRemoveLockEx(Lock, Tag, "", 1, sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLock(Lock, Tag) IoReleaseRemoveLockEx(Lock, Tag, sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLockAndWait(Lock, Tag) \
  IoReleaseRemoveLockAndWaitEx(Lock, Tag, sizeof(IO_REMOVE_LOCK))

/* -- levels.c: routines that do nothing; they are called at the wrong IRQL -- */

NTSTATUS ObGetObjectSecurity(PVOID Object, PSECURITY_DESCRIPTOR *Descriptor, BOOLEAN *Allocated);
NTSTATUS ObReferenceObjectByHandle(
    HANDLE Handle, ACCESS_MASK Access, POBJECT_TYPE Type, KPROCESSOR_MODE Mode, PVOID *Object,
    POBJECT_HANDLE_INFORMATION Information);
VOID ExAcquireFastMutex(PFAST_MUTEX Mutex);
ULONG ExSetTimerResolution(ULONG Time, BOOLEAN Set);
BOOLEAN ExIsProcessorFeaturePresent(ULONG Feature);
BOOLEAN IoRaiseInformationalHardError(NTSTATUS Status, PUNICODE_STRING Text, PKTHREAD Thread);
PDEVICE_OBJECT IoGetDeviceToVerify(PETHREAD Thread);
NTSTATUS IoSetDeviceInterfaceState(PUNICODE_STRING Name, BOOLEAN Enable);
PCONTROLLER_OBJECT IoCreateController(ULONG Size);
NTSTATUS IoCreateSymbolicLink(PUNICODE_STRING Name, PUNICODE_STRING Device);
BOOLEAN IoIsWdmVersionAvailable(UCHAR Major, UCHAR Minor);
LONG KeReadStateEvent(PRKEVENT Event);
VOID MmResetDriverPaging(PVOID Address);
VOID MmFreeContiguousMemory(PVOID Address);
BOOLEAN PsGetVersion(PULONG Major, PULONG Minor, PULONG Build, PUNICODE_STRING Name);
NTSTATUS RtlDeleteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR Name);
NTSTATUS ZwDeleteValueKey(HANDLE Key, PUNICODE_STRING Name);

/* -- iomanager.c, startio.c -- */

NTSTATUS IoCreateDevice(
    PDRIVER_OBJECT Driver, ULONG ExtensionSize, PUNICODE_STRING Name, DEVICE_TYPE Type,
    ULONG Characteristics, BOOLEAN Exclusive, PDEVICE_OBJECT *Device);
VOID IoDeleteDevice(PDEVICE_OBJECT Device);
PDEVICE_OBJECT IoAttachDeviceToDeviceStack(PDEVICE_OBJECT Device, PDEVICE_OBJECT Target);
NTSTATUS IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT Device, PDEVICE_OBJECT Target, PDEVICE_OBJECT *Lower);
VOID IoDetachDevice(PDEVICE_OBJECT Target);
PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota);
VOID IoFreeIrp(PIRP Irp);
NTSTATUS IofCallDriver(PDEVICE_OBJECT Device, PIRP Irp);
VOID IofCompleteRequest(PIRP Irp, CCHAR Boost);
#define IoCallDriver(Device, Irp) IofCallDriver(Device, Irp)
#define IoCompleteRequest(Irp, Boost) IofCompleteRequest(Irp, Boost)
NTSTATUS PoCallDriver(PDEVICE_OBJECT Device, PIRP Irp);
VOID PoStartNextPowerIrp(PIRP Irp);
VOID IoStartPacket(PDEVICE_OBJECT Device, PIRP Irp, PULONG Key, PDRIVER_CANCEL Cancel);
VOID IoStartNextPacket(PDEVICE_OBJECT Device, BOOLEAN Cancelable);
VOID IoSetStartIoAttributes(PDEVICE_OBJECT Device, BOOLEAN Deferred, BOOLEAN NonCancelable);
POWER_STATE PoSetPowerState(PDEVICE_OBJECT Device, POWER_STATE_TYPE Type, POWER_STATE State);
NTSTATUS PoRequestPowerIrp(
    PDEVICE_OBJECT Device, UCHAR Minor, POWER_STATE State, PREQUEST_POWER_COMPLETE Routine, PVOID Context,
    PIRP *Irp);
NTSTATUS IoSetCompletionRoutineEx(
    PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context, BOOLEAN OnSuccess,
    BOOLEAN OnError, BOOLEAN OnCancel);
NTSTATUS IoInitializeTimer(PDEVICE_OBJECT Device, PIO_TIMER_ROUTINE Routine, PVOID Context);
BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT Device, PIRP Irp);
BOOLEAN IoCancelIrp(PIRP Irp);
VOID IoReuseIrp(PIRP Irp, NTSTATUS Status);
#define IoSetCancelRoutine(Irp, Routine) InterlockedExchangePointer(&(Irp)->CancelRoutine, (Routine))
PIRP IoBuildDeviceIoControlRequest(
    ULONG Code, PDEVICE_OBJECT Device, PVOID In, ULONG InSize, PVOID Out, ULONG OutSize, BOOLEAN Internal,
    PKEVENT Event, PIO_STATUS_BLOCK Block);
PIRP IoBuildSynchronousFsdRequest(
    ULONG Major, PDEVICE_OBJECT Device, PVOID Buffer, ULONG Length, PLARGE_INTEGER Offset, PKEVENT Event,
    PIO_STATUS_BLOCK Block);
PIRP IoBuildAsynchronousFsdRequest(
    ULONG Major, PDEVICE_OBJECT Device, PVOID Buffer, ULONG Length, PLARGE_INTEGER Offset,
    PIO_STATUS_BLOCK Block);
VOID IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context);

FORCEINLINE PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(PIRP Irp)
{
  return Irp->Tail.Overlay.CurrentStackLocation;
}

FORCEINLINE PIO_STACK_LOCATION IoGetNextIrpStackLocation(PIRP Irp)
{
  return Irp->Tail.Overlay.CurrentStackLocation - 1;
}

FORCEINLINE VOID IoSkipCurrentIrpStackLocation(PIRP Irp)
{
  Irp->CurrentLocation++;
  Irp->Tail.Overlay.CurrentStackLocation++;
}

FORCEINLINE VOID IoCopyCurrentIrpStackLocationToNext(PIRP Irp)
{
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);

  *next = *IoGetCurrentIrpStackLocation(Irp);
  next->CompletionRoutine = NULL;
  next->Context = NULL;
  next->Control = 0;
}

FORCEINLINE VOID IoMarkIrpPending(PIRP Irp)
{
  IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
}

FORCEINLINE VOID IoSetCompletionRoutine(
    PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context, BOOLEAN OnSuccess, BOOLEAN OnError,
    BOOLEAN OnCancel)
{
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);

  next->CompletionRoutine = Routine;
  next->Context = Context;
  next->Control = (UCHAR)((OnSuccess ? SL_INVOKE_ON_SUCCESS : 0) | (OnError ? SL_INVOKE_ON_ERROR : 0) |
                          (OnCancel ? SL_INVOKE_ON_CANCEL : 0));
}

#ifdef __cplusplus
}
#endif

#endif
