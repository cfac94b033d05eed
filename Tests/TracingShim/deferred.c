/* The user-mode kernel: what runs on another thread or later: workers, hardware, DPCs, work items. */
#include "shim.h"

#include <pthread.h>
#include <stdlib.h>

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

static JOBS workers = {
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &workers.First, PASSIVE_LEVEL};
static JOBS hardware = {
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, &hardware.First, DISPATCH_LEVEL};

LONG volatile ShimJobsUnderWay;

/* What this thread, a worker, has for the workers: posted when it is done with its own job, so that the other
 * one does not overtake it. */
static _Thread_local JOB *kept;
static _Thread_local BOOLEAN isWorker;

static void Append(JOBS *Jobs, JOB *Job)
{
  pthread_mutex_lock(&Jobs->Mutex);
  *Jobs->Last = Job;
  Jobs->Last = &Job->Next;
  pthread_cond_signal(&Jobs->Filled);
  pthread_mutex_unlock(&Jobs->Mutex);
}

static void Post(JOBS *Jobs, void (*Routine)(void *), void *Context)
{
  JOB *job = malloc(sizeof(*job));

  *job = (JOB){NULL, Routine, Context};
  InterlockedIncrement(&ShimJobsUnderWay);
  if (isWorker && Jobs == &workers) {
    JOB **last = &kept;
    while (*last != NULL) {
      last = &(*last)->Next;
    }
    *last = job;
  } else {
    Append(Jobs, job);
  }
}

static void PostKept(void)
{
  while (kept != NULL) {
    JOB *job = kept;
    kept = job->Next;
    job->Next = NULL;
    Append(&workers, job);
  }
}

static void *RunJobs(void *Context)
{
  JOBS *jobs = Context;

  isWorker = (BOOLEAN)(jobs == &workers);
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
    PostKept();
    free(job);
    InterlockedDecrement(&ShimJobsUnderWay);
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

/* -- DPCs: at once, on top of whatever this thread does, or, as if another processor took it or where the
 * IRQL forbids it, by the hardware thread -- */

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
  if (KeGetCurrentIrql() < DISPATCH_LEVEL && InterlockedIncrement(&queued) % 2 != 0) {
    KIRQL irql = KfRaiseIrql(DISPATCH_LEVEL);
    RunDpc(Dpc);
    KeLowerIrql(irql);
  } else {
    ShimRunOnHardwareThread(RunDpc, Dpc); /* another processor takes it */
  }
  return TRUE;
}

/* -- timers: a thread for each time that one is set -- */

typedef struct {
  PKTIMER Timer;
  LONG Number;
} SET;

static void *AwaitTimer(void *Context)
{
  SET set = *(SET *)Context;

  free(Context);
  ShimSleep((unsigned)(-set.Timer->Due / 10000));
  if (InterlockedCompareExchange(&set.Timer->Number, 0, set.Number) == set.Number) {
    ShimRunOnHardwareThread(RunDpc, set.Timer->Dpc);
  }
  InterlockedDecrement(&ShimJobsUnderWay);
  return NULL;
}

VOID KeInitializeTimer(PKTIMER Timer)
{
  Timer->Number = 0;
}

BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER Due, PKDPC Dpc)
{
  static LONG volatile lastNumber;
  SET *set = malloc(sizeof(*set));
  LONG before;
  pthread_t thread;

  Timer->Dpc = Dpc;
  Timer->Due = Due.QuadPart;
  *set = (SET){Timer, InterlockedIncrement(&lastNumber)};
  before = InterlockedExchange(&Timer->Number, set->Number);
  InterlockedIncrement(&ShimJobsUnderWay);
  pthread_create(&thread, NULL, AwaitTimer, set);
  pthread_detach(thread);
  return (BOOLEAN)(before != 0);
}

BOOLEAN KeCancelTimer(PKTIMER Timer)
{
  return (BOOLEAN)(InterlockedExchange(&Timer->Number, 0) != 0);
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
