/* The user-mode kernel: threads, IRQL, waiting, pool, remove locks. */
#define _GNU_SOURCE
#include "shim.h"

#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* -- threads and IRQL -- */

static _Thread_local KIRQL currentIrql;
static _Thread_local ULONG_PTR currentThread;
static LONG volatile lastThread = 0x1000;

HANDLE PsGetCurrentThreadId(VOID)
{
  if (currentThread == 0) {
    currentThread = (ULONG_PTR)InterlockedExchangeAdd(&lastThread, 4) + 4;
  }
  return (HANDLE)currentThread;
}

KIRQL KeGetCurrentIrql(VOID)
{
  return currentIrql;
}

KIRQL KfRaiseIrql(KIRQL Irql)
{
  KIRQL old = currentIrql;

  currentIrql = Irql;
  return old;
}

VOID KeLowerIrql(KIRQL Irql)
{
  currentIrql = Irql;
}

ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER Number)
{
  UNREFERENCED_PARAMETER(Number);
  return (ULONG)sched_getcpu();
}

LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER Frequency)
{
  struct timespec now;
  LARGE_INTEGER ticks;

  clock_gettime(CLOCK_MONOTONIC, &now);
  ticks.QuadPart = (LONGLONG)now.tv_sec * 10000000 + now.tv_nsec / 100; /* 10 MHz, as Windows has it */
  Frequency->QuadPart = 10000000;
  return ticks;
}

LONG volatile ShimThreadsBusy;
static _Thread_local BOOLEAN isDriversThread;

typedef struct {
  PKSTART_ROUTINE Routine;
  PVOID Context;
} START;

static void *StartThread(void *Context)
{
  START start = *(START *)Context;

  free(Context);
  isDriversThread = TRUE;
  start.Routine(start.Context); /* ends in PsTerminateSystemThread */
  return NULL;
}

NTSTATUS PsCreateSystemThread(
    PHANDLE Thread, ULONG Access, POBJECT_ATTRIBUTES Attributes, HANDLE Process, PCLIENT_ID Id,
    PKSTART_ROUTINE Routine, PVOID Context)
{
  START *start = malloc(sizeof(*start));
  pthread_t thread;

  UNREFERENCED_PARAMETER(Access);
  UNREFERENCED_PARAMETER(Attributes);
  UNREFERENCED_PARAMETER(Process);
  UNREFERENCED_PARAMETER(Id);
  start->Routine = Routine;
  start->Context = Context;
  InterlockedIncrement(&ShimThreadsBusy);
  if (pthread_create(&thread, NULL, StartThread, start) != 0) {
    InterlockedDecrement(&ShimThreadsBusy);
    free(start);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  pthread_detach(thread);
  *Thread = (HANDLE)(ULONG_PTR)1;
  return STATUS_SUCCESS;
}

NTSTATUS PsTerminateSystemThread(NTSTATUS Status)
{
  UNREFERENCED_PARAMETER(Status);
  InterlockedDecrement(&ShimThreadsBusy);
  pthread_exit(NULL);
}

/* -- regions, resources, the registry: what the drivers do with them is their trace's business -- */

VOID KeEnterCriticalRegion(VOID)
{
}

VOID KeLeaveCriticalRegion(VOID)
{
}

VOID KeEnterGuardedRegion(VOID)
{
}

VOID KeLeaveGuardedRegion(VOID)
{
}

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource)
{
  Resource->Holds = 0;
  return STATUS_SUCCESS;
}

/* Whoever does not wait is refused while somebody else has it. */
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait)
{
  while (InterlockedCompareExchange(&Resource->Holds, 1, 0) != 0) {
    if (!Wait) {
      return FALSE;
    }
    sched_yield();
  }
  return TRUE;
}

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait)
{
  return ExAcquireResourceExclusiveLite(Resource, Wait);
}

VOID ExReleaseResourceLite(PERESOURCE Resource)
{
  InterlockedExchange(&Resource->Holds, 0);
}

static LONG volatile openKeys;

NTSTATUS ZwOpenKey(PHANDLE Key, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes)
{
  UNREFERENCED_PARAMETER(Access);
  UNREFERENCED_PARAMETER(Attributes);
  *Key = (HANDLE)(ULONG_PTR)(0x100 + 4 * (ULONG)InterlockedIncrement(&openKeys));
  return STATUS_SUCCESS;
}

NTSTATUS ZwCreateKey(
    PHANDLE Key, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, ULONG TitleIndex,
    PUNICODE_STRING Class, ULONG Options, PULONG Disposition)
{
  UNREFERENCED_PARAMETER(TitleIndex);
  UNREFERENCED_PARAMETER(Class);
  UNREFERENCED_PARAMETER(Options);
  UNREFERENCED_PARAMETER(Disposition);
  return ZwOpenKey(Key, Access, Attributes);
}

NTSTATUS ZwFlushKey(HANDLE Key)
{
  UNREFERENCED_PARAMETER(Key);
  return STATUS_SUCCESS;
}

NTSTATUS ZwClose(HANDLE Handle)
{
  UNREFERENCED_PARAMETER(Handle);
  return STATUS_SUCCESS;
}

NTSTATUS IoDeleteSymbolicLink(PUNICODE_STRING Name)
{
  UNREFERENCED_PARAMETER(Name);
  return STATUS_SUCCESS;
}

void ShimSleep(unsigned Milliseconds)
{
  struct timespec time = {Milliseconds / 1000, (long)(Milliseconds % 1000) * 1000000};

  nanosleep(&time, NULL);
}

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE Mode, BOOLEAN Alertable, PLARGE_INTEGER Interval)
{
  UNREFERENCED_PARAMETER(Mode);
  UNREFERENCED_PARAMETER(Alertable);
  ShimSleep((unsigned)(-Interval->QuadPart / 10000));
  return STATUS_SUCCESS;
}

/* -- events: one mutex for all of them is enough here -- */

static pthread_mutex_t eventMutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t eventChanged = PTHREAD_COND_INITIALIZER;

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN Signalled)
{
  Event->Type = Type;
  Event->Signalled = Signalled;
}

LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
  LONG old;

  UNREFERENCED_PARAMETER(Increment);
  UNREFERENCED_PARAMETER(Wait);
  pthread_mutex_lock(&eventMutex);
  old = Event->Signalled;
  Event->Signalled = 1;
  pthread_cond_broadcast(&eventChanged);
  pthread_mutex_unlock(&eventMutex);
  return old;
}

static struct timespec Deadline(LONGLONG Relative)
{
  struct timespec time;
  LONGLONG nanoseconds;

  clock_gettime(CLOCK_REALTIME, &time);
  nanoseconds = time.tv_nsec - Relative * 100;
  time.tv_sec += nanoseconds / 1000000000;
  time.tv_nsec = nanoseconds % 1000000000;
  return time;
}

NTSTATUS KeWaitForSingleObject(
    PVOID Object, KWAIT_REASON Reason, KPROCESSOR_MODE Mode, BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
  PKEVENT event = Object;
  struct timespec deadline = Deadline(Timeout != NULL ? Timeout->QuadPart : 0);
  NTSTATUS status = STATUS_SUCCESS;

  UNREFERENCED_PARAMETER(Reason);
  UNREFERENCED_PARAMETER(Mode);
  UNREFERENCED_PARAMETER(Alertable);
  if (isDriversThread) {
    InterlockedDecrement(&ShimThreadsBusy);
  }
  pthread_mutex_lock(&eventMutex);
  while (!event->Signalled && status == STATUS_SUCCESS) {
    if (Timeout == NULL) {
      pthread_cond_wait(&eventChanged, &eventMutex);
    } else if (pthread_cond_timedwait(&eventChanged, &eventMutex, &deadline) != 0) {
      status = STATUS_TIMEOUT;
    }
  }
  if (status == STATUS_SUCCESS && event->Type == SynchronizationEvent) {
    event->Signalled = 0;
  }
  pthread_mutex_unlock(&eventMutex);
  if (isDriversThread) {
    InterlockedIncrement(&ShimThreadsBusy);
  }
  return status;
}

NTSTATUS KeWaitForMultipleObjects(
    ULONG Count, PVOID *Objects, WAIT_TYPE Type, KWAIT_REASON Reason, KPROCESSOR_MODE Mode,
    BOOLEAN Alertable, PLARGE_INTEGER Timeout, PKWAIT_BLOCK Blocks)
{
  NTSTATUS status = STATUS_SUCCESS;
  ULONG i;

  UNREFERENCED_PARAMETER(Type); /* for all of them */
  UNREFERENCED_PARAMETER(Blocks);
  for (i = 0; i < Count && status == STATUS_SUCCESS; i++) {
    status = KeWaitForSingleObject(Objects[i], Reason, Mode, Alertable, Timeout);
  }
  return status;
}

/* -- spin locks and interlocked lists -- */

VOID KeInitializeSpinLock(PKSPIN_LOCK Lock)
{
  *Lock = 0;
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK Lock)
{
  KIRQL old = KfRaiseIrql(DISPATCH_LEVEL);

  while (InterlockedExchange(Lock, 1) != 0) {
    sched_yield();
  }
  return old;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK Lock, KIRQL Irql)
{
  InterlockedExchange(Lock, 0);
  KeLowerIrql(Irql);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK Lock)
{
  while (InterlockedExchange(Lock, 1) != 0) {
    sched_yield();
  }
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK Lock)
{
  InterlockedExchange(Lock, 0);
}

VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK Lock, PKLOCK_QUEUE_HANDLE Handle)
{
  Handle->Lock = Lock;
  Handle->OldIrql = KeAcquireSpinLockRaiseToDpc(Lock);
}

VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE Handle)
{
  KeReleaseSpinLock(Handle->Lock, Handle->OldIrql);
}

static KSPIN_LOCK cancelLock;

VOID IoAcquireCancelSpinLock(PKIRQL Irql)
{
  *Irql = KeAcquireSpinLockRaiseToDpc(&cancelLock);
}

VOID IoReleaseCancelSpinLock(KIRQL Irql)
{
  KeReleaseSpinLock(&cancelLock, Irql);
}

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock)
{
  KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
  PLIST_ENTRY first = IsListEmpty(Head) ? NULL : Head->Flink;

  InsertHeadList(Head, Entry);
  KeReleaseSpinLock(Lock, irql);
  return first;
}

PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry, PKSPIN_LOCK Lock)
{
  KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
  PLIST_ENTRY last = IsListEmpty(Head) ? NULL : Head->Blink;

  InsertTailList(Head, Entry);
  KeReleaseSpinLock(Lock, irql);
  return last;
}

PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY Head, PKSPIN_LOCK Lock)
{
  KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
  PLIST_ENTRY entry = IsListEmpty(Head) ? NULL : RemoveHeadList(Head);

  KeReleaseSpinLock(Lock, irql);
  return entry;
}

PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(
    PSINGLE_LIST_ENTRY Head, PSINGLE_LIST_ENTRY Entry, PKSPIN_LOCK Lock)
{
  KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
  PSINGLE_LIST_ENTRY first = Head->Next;

  Entry->Next = first;
  Head->Next = Entry;
  KeReleaseSpinLock(Lock, irql);
  return first;
}

/* -- pool, memory, output -- */

PVOID ExAllocatePoolWithTag(POOL_TYPE Type, SIZE_T Size, ULONG Tag)
{
  UNREFERENCED_PARAMETER(Type);
  UNREFERENCED_PARAMETER(Tag);
  return malloc(Size);
}

PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE Type, SIZE_T Size, ULONG Tag)
{
  return ExAllocatePoolWithTag(Type, Size, Tag);
}

PVOID ExAllocatePoolWithTagPriority(POOL_TYPE Type, SIZE_T Size, ULONG Tag, EX_POOL_PRIORITY Priority)
{
  UNREFERENCED_PARAMETER(Priority);
  return ExAllocatePoolWithTag(Type, Size, Tag);
}

PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T Size, ULONG Tag)
{
  UNREFERENCED_PARAMETER(Flags);
  UNREFERENCED_PARAMETER(Tag);
  return calloc(1, Size);
}

PVOID ExAllocatePool3(
    POOL_FLAGS Flags, SIZE_T Size, ULONG Tag, PCPOOL_EXTENDED_PARAMETER Parameters, ULONG Count)
{
  UNREFERENCED_PARAMETER(Parameters);
  UNREFERENCED_PARAMETER(Count);
  return ExAllocatePool2(Flags, Size, Tag);
}

/* The memory is not used again: a driver that frees it twice must not end the test. */
VOID ExFreePoolWithTag(PVOID Pointer, ULONG Tag)
{
  UNREFERENCED_PARAMETER(Pointer);
  UNREFERENCED_PARAMETER(Tag);
}

VOID ExFreePool2(PVOID Pointer, ULONG Tag, PCPOOL_EXTENDED_PARAMETER Parameters, ULONG Count)
{
  UNREFERENCED_PARAMETER(Parameters);
  UNREFERENCED_PARAMETER(Count);
  ExFreePoolWithTag(Pointer, Tag);
}

VOID RtlZeroMemory(PVOID Pointer, SIZE_T Size)
{
  memset(Pointer, 0, Size);
}

ULONG DbgPrintEx(ULONG Component, ULONG Level, PCSTR Format, ...)
{
  va_list arguments;

  UNREFERENCED_PARAMETER(Component);
  UNREFERENCED_PARAMETER(Level);
  va_start(arguments, Format);
  vprintf(Format, arguments); /* stdio locks the stream: lines stay whole and in order */
  va_end(arguments);
  return STATUS_SUCCESS;
}

/* -- remove locks: a count that begins at 1, and an event for the one who waits for 0 -- */

LONG volatile ShimDrainsWaiting;

VOID IoInitializeRemoveLockEx(
    PIO_REMOVE_LOCK Lock, ULONG PoolTag, ULONG MaxMinutes, ULONG HighWatermark, ULONG Size)
{
  UNREFERENCED_PARAMETER(PoolTag);
  UNREFERENCED_PARAMETER(MaxMinutes);
  UNREFERENCED_PARAMETER(HighWatermark);
  UNREFERENCED_PARAMETER(Size);
  Lock->IoCount = 1;
  Lock->Removed = FALSE;
  KeInitializeEvent(&Lock->RemoveEvent, SynchronizationEvent, FALSE);
}

VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK Lock, PVOID Tag, ULONG Size)
{
  UNREFERENCED_PARAMETER(Tag);
  UNREFERENCED_PARAMETER(Size);
  if (InterlockedDecrement(&Lock->IoCount) == 0) {
    KeSetEvent(&Lock->RemoveEvent, IO_NO_INCREMENT, FALSE);
  }
}

NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK Lock, PVOID Tag, PCSTR File, ULONG Line, ULONG Size)
{
  UNREFERENCED_PARAMETER(File);
  UNREFERENCED_PARAMETER(Line);
  InterlockedIncrement(&Lock->IoCount);
  if (Lock->Removed) {
    IoReleaseRemoveLockEx(Lock, Tag, Size);
    return STATUS_DELETE_PENDING;
  }
  return STATUS_SUCCESS;
}

VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK Lock, PVOID Tag, ULONG Size)
{
  UNREFERENCED_PARAMETER(Tag);
  UNREFERENCED_PARAMETER(Size);
  InterlockedExchange(&Lock->Removed, TRUE);
  InterlockedDecrement(&Lock->IoCount);
  if (InterlockedDecrement(&Lock->IoCount) > 0) {
    InterlockedIncrement(&ShimDrainsWaiting);
    KeWaitForSingleObject(&Lock->RemoveEvent, Executive, KernelMode, FALSE, NULL);
    InterlockedDecrement(&ShimDrainsWaiting);
  }
}
