/* The user-mode kernel: threads, IRQL, waiting, deferred routines, pool, remove locks. */
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

typedef struct {
  PKSTART_ROUTINE Routine;
  PVOID Context;
} START;

static void *StartThread(void *Context)
{
  START start = *(START *)Context;

  free(Context);
  start.Routine(start.Context);
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
  if (pthread_create(&thread, NULL, StartThread, start) != 0) {
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
  pthread_exit(NULL);
}

NTSTATUS ZwClose(HANDLE Handle)
{
  UNREFERENCED_PARAMETER(Handle);
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

/* -- routines that run elsewhere: two workers at PASSIVE_LEVEL, one thread that is the hardware -- */

typedef struct JOB {
  struct JOB *Next;
  void (*Routine)(void *);
  void *Context;
} JOB;

typedef struct {
  pthread_mutex_t Mutex;
  pthread_cond_t Filled;
  JOB *First, **Last;
  KIRQL Irql;
} JOBS;

static JOBS workers = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &workers.First, PASSIVE_LEVEL};
static JOBS hardware = {
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &hardware.First, DISPATCH_LEVEL};

static void Post(JOBS *Jobs, void (*Routine)(void *), void *Context)
{
  JOB *job = malloc(sizeof(*job));

  *job = (JOB){NULL, Routine, Context};
  pthread_mutex_lock(&Jobs->Mutex);
  *Jobs->Last = job;
  Jobs->Last = &job->Next;
  pthread_cond_signal(&Jobs->Filled);
  pthread_mutex_unlock(&Jobs->Mutex);
}

static void *RunJobs(void *Context)
{
  JOBS *jobs = Context;

  for (;;) {
    JOB *job;
    pthread_mutex_lock(&jobs->Mutex);
    while (jobs->First == NULL) {
      pthread_cond_wait(&jobs->Filled, &jobs->Mutex);
    }
    job = jobs->First;
    jobs->First = job->Next;
    if (jobs->First == NULL) {
      jobs->Last = &jobs->First;
    }
    pthread_mutex_unlock(&jobs->Mutex);
    KfRaiseIrql(jobs->Irql);
    job->Routine(job->Context);
    KeLowerIrql(PASSIVE_LEVEL);
    free(job);
  }
  return NULL;
}

void ShimStartThreads(void)
{
  pthread_t thread;

  pthread_create(&thread, NULL, RunJobs, &workers);
  pthread_create(&thread, NULL, RunJobs, &workers);
  pthread_create(&thread, NULL, RunJobs, &hardware);
}

void ShimRunOnHardwareThread(void (*Routine)(void *), void *Context)
{
  Post(&hardware, Routine, Context);
}

void ShimRunOnWorker(void (*Routine)(void *), void *Context)
{
  Post(&workers, Routine, Context);
}

/* -- DPCs: at once, on top of whatever this thread does, or by the hardware thread where the IRQL forbids it -- */

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE Routine, PVOID Context)
{
  Dpc->DeferredRoutine = Routine;
  Dpc->DeferredContext = Context;
}

static void RunDpc(void *Context)
{
  PKDPC dpc = Context;

  dpc->DeferredRoutine(dpc, dpc->DeferredContext, NULL, NULL);
}

BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID Argument1, PVOID Argument2)
{
  static LONG volatile queued;

  UNREFERENCED_PARAMETER(Argument1);
  UNREFERENCED_PARAMETER(Argument2);
  if (currentIrql < DISPATCH_LEVEL && InterlockedIncrement(&queued) % 2 != 0) {
    KIRQL irql = KfRaiseIrql(DISPATCH_LEVEL);
    RunDpc(Dpc);
    KeLowerIrql(irql);
  } else {
    ShimRunOnHardwareThread(RunDpc, Dpc); /* another processor takes it */
  }
  return TRUE;
}

/* -- work items -- */

struct _IO_WORKITEM {
  PDEVICE_OBJECT Device;
  PIO_WORKITEM_ROUTINE Routine;
  PIO_WORKITEM_ROUTINE_EX RoutineEx;
  PVOID Context;
};

PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT Device)
{
  PIO_WORKITEM item = calloc(1, sizeof(*item));

  item->Device = Device;
  return item;
}

VOID IoFreeWorkItem(PIO_WORKITEM Item)
{
  free(Item);
}

static void RunWorkItem(void *Context)
{
  PIO_WORKITEM item = Context;

  if (item->RoutineEx != NULL) {
    item->RoutineEx(item->Device, item->Context, item);
  } else {
    item->Routine(item->Device, item->Context);
  }
}

VOID IoQueueWorkItem(PIO_WORKITEM Item, PIO_WORKITEM_ROUTINE Routine, WORK_QUEUE_TYPE Queue, PVOID Context)
{
  UNREFERENCED_PARAMETER(Queue);
  Item->Routine = Routine;
  Item->RoutineEx = NULL;
  Item->Context = Context;
  ShimRunOnWorker(RunWorkItem, Item);
}

VOID IoQueueWorkItemEx(
    PIO_WORKITEM Item, PIO_WORKITEM_ROUTINE_EX Routine, WORK_QUEUE_TYPE Queue, PVOID Context)
{
  UNREFERENCED_PARAMETER(Queue);
  Item->RoutineEx = Routine;
  Item->Context = Context;
  ShimRunOnWorker(RunWorkItem, Item);
}

/* -- pool, memory, output -- */

PVOID ExAllocatePoolWithTag(POOL_TYPE Type, SIZE_T Size, ULONG Tag)
{
  UNREFERENCED_PARAMETER(Type);
  UNREFERENCED_PARAMETER(Tag);
  return malloc(Size);
}

VOID ExFreePoolWithTag(PVOID Pointer, ULONG Tag)
{
  UNREFERENCED_PARAMETER(Tag);
  free(Pointer);
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
