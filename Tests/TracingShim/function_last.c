/*
 * The function driver: the last request, in which the faults are that would do harm while others are under way;
 * and a request that waits to be cancelled. The correct driver does here what the faults are about, once.
 */
#include "variants.h"
#include "function.h"

typedef NTSTATUS (*LAST_ROUTINE)(PFDO Fdo, PIRP Irp);

VOID FdoPrepareLast(PFDO Fdo)
{
  KeInitializeSpinLock(&Fdo->TestLock);
  (VOID)ExInitializeResourceLite(&Fdo->TestResource);
  KeInitializeEvent(&Fdo->TestEvent, NotificationEvent, TRUE);
  InitializeListHead(&Fdo->Forgotten);
}

static NTSTATUS Finish(PFDO Fdo, PIRP Irp)
{
  FdoComplete(Irp, STATUS_SUCCESS);
  IoReleaseRemoveLock(&Fdo->Lock, Irp);
  return STATUS_SUCCESS;
}

/* -- cancelling -- */

static VOID NTAPI FdoCancel(PDEVICE_OBJECT Device, PIRP Irp)
{
  PFDO fdo = (PFDO)Device->DeviceExtension;

  IoReleaseCancelSpinLock(Irp->CancelIrql);
  FdoComplete(Irp, STATUS_CANCELLED);
  if (!Fault("cancel-keeps-lock")) {
    IoReleaseRemoveLock(&fdo->Lock, Irp);
  }
}

NTSTATUS FdoWaiting(PFDO Fdo, PIRP Irp)
{
  BOOLEAN locked = (BOOLEAN)!Fault("cancel-set-unlocked");
  BOOLEAN cancelled;
  KIRQL irql = PASSIVE_LEVEL;

  IoMarkIrpPending(Irp);
  if (locked) {
    IoAcquireCancelSpinLock(&irql);
  }
  (VOID)IoSetCancelRoutine(Irp, FdoCancel);
  cancelled = (BOOLEAN)(Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL);
  if (locked) {
    IoReleaseCancelSpinLock(irql);
  }
  if (cancelled) {
    FdoComplete(Irp, STATUS_CANCELLED);
    IoReleaseRemoveLock(&Fdo->Lock, Irp);
  }
  return STATUS_PENDING;
}

/* Completed although the cancel routine is still set. */
static NTSTATUS LastCancelable(PFDO Fdo, PIRP Irp)
{
  (VOID)IoSetCancelRoutine(Irp, FdoCancel);
  return Finish(Fdo, Irp);
}

/* -- completing, marking, forwarding -- */

static NTSTATUS LastCompletedTwice(PFDO Fdo, PIRP Irp)
{
  FdoComplete(Irp, STATUS_SUCCESS);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastLost(PFDO Fdo, PIRP Irp)
{
  IoReleaseRemoveLock(&Fdo->Lock, Irp);
  return STATUS_SUCCESS;
}

static NTSTATUS LastForgotten(PFDO Fdo, PIRP Irp)
{
  IoMarkIrpPending(Irp);
  InsertTailList(&Fdo->Forgotten, &Irp->Tail.Overlay.ListEntry);
  IoReleaseRemoveLock(&Fdo->Lock, Irp);
  return STATUS_PENDING;
}

/* The bus driver keeps this request. */
static NTSTATUS LastCompletedBelow(PFDO Fdo, PIRP Irp)
{
  IoSkipCurrentIrpStackLocation(Irp);
  (VOID)IoCallDriver(Fdo->Lower, Irp);
  (VOID)Finish(Fdo, Irp);
  return STATUS_PENDING;
}

static NTSTATUS LastForwardedTwice(PFDO Fdo, PIRP Irp)
{
  IoSkipCurrentIrpStackLocation(Irp);
  (VOID)IoCallDriver(Fdo->Lower, Irp);
  (VOID)IoCallDriver(Fdo->Lower, Irp);
  IoReleaseRemoveLock(&Fdo->Lock, Irp);
  return STATUS_PENDING;
}

static NTSTATUS NTAPI LastDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context)
{
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  IoReleaseRemoveLock(&((PFDO)Context)->Lock, Irp);
  return STATUS_CONTINUE_COMPLETION;
}

/* The routine cannot be set, and nobody completes the IRP. */
static NTSTATUS LastRoutineFailed(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status;

  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Fdo->Self, Irp, LastDone, Fdo, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoReleaseRemoveLock(&Fdo->Lock, Irp);
    return status;
  }
  return IoCallDriver(Fdo->Lower, Irp);
}

static NTSTATUS LastMarked(PFDO Fdo, PIRP Irp)
{
  IoMarkIrpPending(Irp);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastPended(PFDO Fdo, PIRP Irp)
{
  (VOID)Finish(Fdo, Irp);
  return STATUS_PENDING;
}

/* Answered long after the return: MarkIrpPending2 is about an IRP that the driver still has then. */
static NTSTATUS LastUnmarked(PFDO Fdo, PIRP Irp)
{
  ExInterlockedInsertTailList(&Fdo->Answers, &Irp->Tail.Overlay.ListEntry, &Fdo->QueueLock);
  FdoAnswerInASecond(Fdo);
  return STATUS_PENDING;
}

static NTSTATUS LastOtherStatus(PFDO Fdo, PIRP Irp)
{
  (VOID)Finish(Fdo, Irp);
  return STATUS_UNSUCCESSFUL;
}

/* -- spin locks -- */

static NTSTATUS LastCompletedLocked(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  KeAcquireSpinLock(&Fdo->TestLock, &irql);
  FdoComplete(Irp, STATUS_SUCCESS);
  KeReleaseSpinLock(&Fdo->TestLock, irql);
  IoReleaseRemoveLock(&Fdo->Lock, Irp);
  return STATUS_SUCCESS;
}

static NTSTATUS LastKeepsSpinLock(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  KeAcquireSpinLock(&Fdo->TestLock, &irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastKeepsQueued(PFDO Fdo, PIRP Irp)
{
  KeAcquireInStackQueuedSpinLock(&Fdo->TestLock, &Fdo->TestHandle);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastKeepsCancelLock(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status = Finish(Fdo, Irp);
  KIRQL irql;

  IoAcquireCancelSpinLock(&irql);
  return status;
}

static NTSTATUS LastReleasedTwice(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  KeAcquireSpinLock(&Fdo->TestLock, &irql);
  KeReleaseSpinLock(&Fdo->TestLock, irql);
  KeReleaseSpinLock(&Fdo->TestLock, irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastQueuedReleasedTwice(PFDO Fdo, PIRP Irp)
{
  KeAcquireInStackQueuedSpinLock(&Fdo->TestLock, &Fdo->TestHandle);
  KeReleaseInStackQueuedSpinLock(&Fdo->TestHandle);
  KeReleaseInStackQueuedSpinLock(&Fdo->TestHandle);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastCancelReleasedTwice(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  IoAcquireCancelSpinLock(&irql);
  IoReleaseCancelSpinLock(irql);
  IoReleaseCancelSpinLock(irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastReleasedElsewhere(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  KeAcquireSpinLock(&Fdo->TestLock, &irql);
  KeReleaseSpinLock(&Fdo->TestLock, APC_LEVEL);
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

/* -- IRQL -- */

static NTSTATUS LastReturnsRaised(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status = Finish(Fdo, Irp);
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  return status;
}

static NTSTATUS LastRaisesDown(PFDO Fdo, PIRP Irp)
{
  KIRQL first, second;

  KeRaiseIrql(DISPATCH_LEVEL, &first);
  KeRaiseIrql(APC_LEVEL, &second);
  KeLowerIrql(first);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastLowersBetween(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  KeLowerIrql(APC_LEVEL);
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastSetsEventRaised(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  KeSetEvent(&Fdo->TestEvent, IO_NO_INCREMENT, TRUE);
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastWaitsRaised(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  (VOID)KeWaitForSingleObject(&Fdo->TestEvent, Executive, KernelMode, FALSE, NULL);
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastWaitsForSeveralRaised(PFDO Fdo, PIRP Irp)
{
  PVOID objects[1];
  KIRQL irql;

  objects[0] = &Fdo->TestEvent;
  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  (VOID)KeWaitForMultipleObjects(1, objects, WaitAll, Executive, KernelMode, FALSE, NULL, NULL);
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastAllocatesPaged(PFDO Fdo, PIRP Irp)
{
  PVOID memory;
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  memory = ExAllocatePoolWithTag(PagedPool, 16, TEST_TAG);
  KeLowerIrql(irql);
  ExFreePoolWithTag(memory, TEST_TAG);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastFreesPaged(PFDO Fdo, PIRP Irp)
{
  PVOID memory = ExAllocatePoolWithTag(PagedPool, 16, TEST_TAG);
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  ExFreePoolWithTag(memory, TEST_TAG);
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastClosesRaised(PFDO Fdo, PIRP Irp)
{
  HANDLE key;
  KIRQL irql;

  (VOID)ZwOpenKey(&key, 0, NULL);
  KeRaiseIrql(APC_LEVEL, &irql);
  ZwClose(key);
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastPagedCode(PFDO Fdo, PIRP Irp)
{
  KIRQL irql;

  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  PAGED_CODE();
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastLinkRaised(PFDO Fdo, PIRP Irp)
{
  UNICODE_STRING name;
  KIRQL irql;

  name.Length = 0;
  name.MaximumLength = 0;
  name.Buffer = NULL;
  KeRaiseIrql(APC_LEVEL, &irql);
  (VOID)IoDeleteSymbolicLink(&name);
  KeLowerIrql(irql);
  return Finish(Fdo, Irp);
}

/* -- memory and handles -- */

static NTSTATUS LastFreesTwice(PFDO Fdo, PIRP Irp)
{
  PVOID memory = ExAllocatePoolWithTag(NonPagedPool, 16, TEST_TAG);

  ExFreePoolWithTag(memory, TEST_TAG);
  ExFreePoolWithTag(memory, TEST_TAG);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastLeaks(PFDO Fdo, PIRP Irp)
{
  (VOID)ExAllocatePoolWithTag(NonPagedPool, 16, TEST_TAG);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastUsesClosedKey(PFDO Fdo, PIRP Irp)
{
  HANDLE key;

  (VOID)ZwOpenKey(&key, 0, NULL);
  ZwClose(key);
  (VOID)ZwFlushKey(key);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastLeavesKeyOpen(PFDO Fdo, PIRP Irp)
{
  HANDLE key;

  (VOID)ZwCreateKey(&key, 0, NULL, 0, NULL, 0, NULL);
  return Finish(Fdo, Irp);
}

/* -- regions and resources -- */

static NTSTATUS LastKeepsResource(PFDO Fdo, PIRP Irp)
{
  NTSTATUS status = Finish(Fdo, Irp);

  KeEnterCriticalRegion();
  (VOID)ExAcquireResourceExclusiveLite(&Fdo->TestResource, TRUE);
  KeLeaveCriticalRegion();
  return status;
}

static NTSTATUS LastResourceOutside(PFDO Fdo, PIRP Irp)
{
  (VOID)ExAcquireResourceExclusiveLite(&Fdo->TestResource, TRUE);
  ExReleaseResourceLite(&Fdo->TestResource);
  return Finish(Fdo, Irp);
}

static NTSTATUS LastKeepsRegion(PFDO Fdo, PIRP Irp)
{
  KeEnterCriticalRegion();
  return Finish(Fdo, Irp);
}

static NTSTATUS LastLeavesRegion(PFDO Fdo, PIRP Irp)
{
  KeLeaveCriticalRegion();
  return Finish(Fdo, Irp);
}

static NTSTATUS LastKeepsGuarded(PFDO Fdo, PIRP Irp)
{
  KeEnterGuardedRegion();
  return Finish(Fdo, Irp);
}

/* -- all of this as it should be -- */

static VOID UseLocks(PFDO Fdo)
{
  KLOCK_QUEUE_HANDLE handle;
  KIRQL irql;

  KeAcquireSpinLock(&Fdo->TestLock, &irql);
  KeReleaseSpinLock(&Fdo->TestLock, irql);
  KeAcquireInStackQueuedSpinLock(&Fdo->TestLock, &handle);
  KeReleaseInStackQueuedSpinLock(&handle);
  KeRaiseIrql(DISPATCH_LEVEL, &irql);
  KeAcquireSpinLockAtDpcLevel(&Fdo->TestLock);
  KeReleaseSpinLockFromDpcLevel(&Fdo->TestLock);
  KeLowerIrql(irql);
  IoAcquireCancelSpinLock(&irql);
  IoReleaseCancelSpinLock(irql);
  KeEnterCriticalRegion();
  (VOID)ExAcquireResourceSharedLite(&Fdo->TestResource, TRUE);
  ExReleaseResourceLite(&Fdo->TestResource);
  KeLeaveCriticalRegion();
  KeEnterGuardedRegion();
  KeLeaveGuardedRegion();
}

static VOID UseMemoryAndKeys(PFDO Fdo)
{
  PVOID objects[1];
  PVOID memory = ExAllocatePoolWithTag(PagedPool, 16, TEST_TAG);
  HANDLE key;

  ExFreePoolWithTag(memory, TEST_TAG);
  (VOID)ZwOpenKey(&key, 0, NULL);
  (VOID)ZwFlushKey(key);
  ZwClose(key);
  (VOID)ZwCreateKey(&key, 0, NULL, 0, NULL, 0, NULL);
  ZwClose(key);
  objects[0] = &Fdo->TestEvent;
  (VOID)KeWaitForMultipleObjects(1, objects, WaitAll, Executive, KernelMode, FALSE, NULL, NULL);
}

NTSTATUS FdoLast(PFDO Fdo, PIRP Irp)
{
  static const struct {
    const char *Name;
    LAST_ROUTINE Routine;
  } faults[] = {
      {"last-completes-cancelable", LastCancelable},
      {"last-completed-twice", LastCompletedTwice},
      {"last-lost", LastLost},
      {"last-forgotten", LastForgotten},
      {"last-completed-below", LastCompletedBelow},
      {"last-forwarded-twice", LastForwardedTwice},
      {"last-routine-failed", LastRoutineFailed},
      {"last-marked", LastMarked},
      {"last-pended", LastPended},
      {"last-unmarked", LastUnmarked},
      {"last-other-status", LastOtherStatus},
      {"last-completed-locked", LastCompletedLocked},
      {"last-keeps-spin-lock", LastKeepsSpinLock},
      {"last-keeps-queued-lock", LastKeepsQueued},
      {"last-keeps-cancel-lock", LastKeepsCancelLock},
      {"last-lock-released-twice", LastReleasedTwice},
      {"last-queued-released-twice", LastQueuedReleasedTwice},
      {"last-cancel-released-twice", LastCancelReleasedTwice},
      {"last-lock-released-elsewhere", LastReleasedElsewhere},
      {"last-returns-raised", LastReturnsRaised},
      {"last-raises-down", LastRaisesDown},
      {"last-lowers-between", LastLowersBetween},
      {"last-sets-event-raised", LastSetsEventRaised},
      {"last-waits-raised", LastWaitsRaised},
      {"last-waits-for-several-raised", LastWaitsForSeveralRaised},
      {"last-allocates-paged", LastAllocatesPaged},
      {"last-frees-paged", LastFreesPaged},
      {"last-closes-raised", LastClosesRaised},
      {"last-paged-code", LastPagedCode},
      {"last-link-raised", LastLinkRaised},
      {"last-frees-twice", LastFreesTwice},
      {"last-leaks", LastLeaks},
      {"last-uses-closed-key", LastUsesClosedKey},
      {"last-leaves-key-open", LastLeavesKeyOpen},
      {"last-keeps-resource", LastKeepsResource},
      {"last-resource-outside", LastResourceOutside},
      {"last-keeps-region", LastKeepsRegion},
      {"last-leaves-region", LastLeavesRegion},
      {"last-keeps-guarded", LastKeepsGuarded},
  };
  ULONG i;

  UseLocks(Fdo);
  /* It waits; whoever has waited may hold a mutex, which makes up for a region. */
  if (!Fault("last-resource-outside")) {
    UseMemoryAndKeys(Fdo);
  }
  for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
    if (Fault(faults[i].Name)) {
      return faults[i].Routine(Fdo, Irp);
    }
  }
  FdoCallAtLevel(Fdo);
  FdoWaitForBus(Fdo, Irp);
  return Finish(Fdo, Irp);
}
