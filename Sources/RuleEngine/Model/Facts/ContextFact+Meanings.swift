// What each fact about a request says, in words.
extension ContextFact {
  static let meanings: [ContextFact: String] =
    [lockMeanings, irpMeanings, returnMeanings, handlingMeanings, handlingReturnMeanings]
    .reduce(into: [:]) { $0.merge($1) { $1 } }

  private static let lockMeanings: [ContextFact: String] = [
    .acquireFailedWhileHeld: "an acquire fails while the remove lock is held",
    .acquireFailedWhileHeldCountingWaits:
      "an acquire fails while the remove lock is held (release-and-wait counted)",
    .acquireFailed: "IoAcquireRemoveLock fails",
    .acquired: "IoAcquireRemoveLock succeeds",
    .holdingOpen: "it is open which acquisitions the request still holds",
    .releasedUnheld: "IoReleaseRemoveLock without an acquisition",
    .releasedUnheldCountingWaits:
      "IoReleaseRemoveLock without an acquisition (release-and-wait counted)",
    .waitedUnheld: "IoReleaseRemoveLockAndWait without an acquisition",
    .released: "IoReleaseRemoveLock",
    .drained: "IoReleaseRemoveLockAndWait on a lock that no other device owns",
    .calledDriverUnheld: "the IRP is forwarded while the remove lock is not held",
    .forwardedUnheld: "the request's own IRP is forwarded while the remove lock is not held",
    .forwardedNeverAcquired: "the IRP is forwarded though no acquire succeeded",
  ]

  private static let irpMeanings: [ContextFact: String] = [
    .forwardedWithRoutine: "the IRP is forwarded with a completion routine set",
    .forwardedByPoCallDriver: "PoCallDriver",
    .forwarded: "the IRP is forwarded",
    .forwardReturnedPending: "the lower driver returns STATUS_PENDING",
    .forwardReturnedCopied: "a forward without a completion routine returns, location copied",
    .forwardReturnedFinished:
      "a forward with a completion routine returns, neither failed nor pending",
    .forwardReturned: "IoCallDriver or PoCallDriver returns",
    .firstCompletionRoutineSet: "the first completion routine is set",
    .completionRoutineSet: "a completion routine is set",
    .completionRoutineExitedUncarried:
      "a completion routine returns while the remove lock is held and nothing is left to release it",
    .completionRoutineExitedHolding: "a completion routine returns while the remove lock is held",
    .completionRoutineExited: "a completion routine returns",
    .markedPendingInDispatch: "IoMarkIrpPending in the dispatch routine",
    .markedPending: "IoMarkIrpPending",
    .stackLocationSkipped: "IoSkipCurrentIrpStackLocation",
    .queued: "the IRP is put in a queue",
    .insertedInFrame: "a routine of the request puts an entry in a queue",
    .dequeuedInFrame: "a routine of the request takes an entry from a queue",
    .entryRemovedInFrame: "a routine of the request calls RemoveEntryList",
    .waitSucceeded: "a wait succeeds",
    .waitFailed: "a wait ends without success",
    .allocationFailed: "a pool allocation fails",
    .allocated: "pool memory is allocated",
    .irpAllocationFailed: "IoAllocateIrp fails",
    .powerIRPPending: "PoRequestPowerIrp returns STATUS_PENDING",
    .powerIRPRefused: "PoRequestPowerIrp returns another status than STATUS_PENDING",
    .powerIRPRequested: "PoRequestPowerIrp",
    .wmiForward: "WmiSystemControl says IrpForward or IrpNotWmi",
    .detachedOrDeleted: "the device is detached or deleted",
    .completedPending: "the IRP is completed with STATUS_PENDING",
    .completedSuccessAfterFailure:
      "the IRP is completed with STATUS_SUCCESS after its last forward failed",
    .completed: "the IRP is completed",
  ]

  private static let returnMeanings: [ContextFact: String] = [
    .returnsNotSupported: "the dispatch routine returns STATUS_NOT_SUPPORTED",
    .returnsRefused:
      "the dispatch routine returns STATUS_DELETE_PENDING, …INVALID_DEVICE_STATE, "
      + "…NOT_SUPPORTED or …NO_SUCH_DEVICE",
    .returnsFailure: "the dispatch routine returns a failure status",
    .returnsPending: "the dispatch routine returns STATUS_PENDING",
    .returnsHolding:
      "the dispatch routine returns while the remove lock is held and nothing is left to release it",
    .returnsHoldingCountingWaits:
      "the dispatch routine returns while the remove lock is held and nothing is left to release it "
      + "(release-and-wait counted)",
    .returnsHoldingOwn: "the dispatch routine returns while the IRP's remove lock is held",
    .returnsBelowZero: "the dispatch routine returns with more releases than acquires",
    .returnsBelowZeroCountingWaits:
      "the dispatch routine returns with more releases than acquires (release-and-wait counted)",
    .returnsRoutineOutstanding:
      "the dispatch routine returns while a completion routine is outstanding",
    .returned: "the dispatch routine returns",
    .endedHolding: "the IRP is finished and the remove lock is still held for it",
    .endedHoldingOwn:
      "the IRP is finished and the remove lock is still held, not for something else",
    .ended: "the IRP is finished",
  ]

  private static let handlingMeanings: [ContextFact: String] = [
    .pendedUnmarked: "the driver handles an IRP for which STATUS_PENDING was returned unmarked",
    .forwardedWhileBelow: "the IRP is forwarded while the lower driver still has it",
    .forwardedAfterDelete: "the IRP is forwarded for the first time, and the device is deleted",
    .forwardedUnregistered:
      "the IRP is forwarded though IoSetCompletionRoutineEx failed, and its stack location is as it was",
    .forwardedIRQLCounts:
      "the IRP is forwarded at a known IRQL, and is not for one above APC_LEVEL",
    .forwardedAtBadIRQL: "and that is DISPATCH_LEVEL or above",
    .deletedBeforeReturn: "the first forward returns, and the device was deleted before",
    .cameBack:
      "a forward returns or a completion routine is entered, the device not deleted before",
    .sdvStatusPendingAtReturn: "a forward returns, and the IRP's status is STATUS_PENDING",
    .sdvForwardReturnedUnpended: "a forward returns, and PendingReturned was not seen set",
    .sdvForwardReturnedPended: "a forward with a completion routine returns, PendingReturned set",
    .sdvForwardReturnedFailed: "a forward with a completion routine returns, failed and not pended",
    .sdvForwardReturnedPlain:
      "a forward without a completion routine returns, the stack location not copied",
    .givenBack:
      "a completion routine, or IoForwardIrpSynchronously, gives the IRP back to the "
      + "driver",
    .completionRoutineEnteredPended: "a completion routine is entered with PendingReturned set",
    .completionRoutineExitedUnmarked:
      "a completion routine that was entered with PendingReturned set lets the IRP go on, "
      + "and it was never marked pending",
    .registrationReplaced:
      "a completion routine is set in the place of one that IoSetCompletionRoutineEx registered and no "
      + "forward has used",
    .registered: "IoSetCompletionRoutineEx succeeds",
    .registrationFailed: "IoSetCompletionRoutineEx fails",
    .completionRoutineSetEx: "IoSetCompletionRoutineEx",
    .completionRoutineSetPlain: "IoSetCompletionRoutine",
    .markedInRoutine: "IoMarkIrpPending in a completion routine of the IRP",
    .markedAfterInsertion:
      "IoMarkIrpPending on the thread that put the IRP unmarked in an interlocked list",
    .markedByDriver:
      "IoMarkIrpPending outside completion routines, before the dispatch routine has "
      + "returned",
    .insertedInterlocked:
      "the IRP, or under sdv any entry, is put in an interlocked list by a routine of the request",
    .insertedMarked: "the IRP is put in an interlocked list and is marked pending",
    .forwardedSkipped: "the IRP is forwarded after IoSkipCurrentIrpStackLocation",
    .insertedUnderLock: "the unmarked IRP is put in a list with a spin lock held",
    .insertedInList: "a routine of the request puts an entry in a list",
    .spinLockTakenInFrame: "a routine of the request acquires a spin lock",
    .spinLockReleasedInFrame: "a routine of the request releases a spin lock",
    .returnsQueuedUnlocked:
      "the dispatch routine returns STATUS_PENDING, and the IRP was in a list whose spin lock was released before "
      + "it was marked",
    .handedOver: "the IRP is marked pending, queued, or named by a callback on another thread",
    .eventSetInRoutine: "KeSetEvent in a completion routine of the IRP",
    .eventInitialized: "KeInitializeEvent",
    .deviceControlBuilt: "IoBuildDeviceIoControlRequest",
    .cancelRoutineSet: "IoSetCancelRoutine with a routine",
    .cancelRoutineGone: "IoSetCancelRoutine again, IoCancelIrp, or a cancel routine runs",
    .workStarted: "a routine of the request starts a work item, DPC, timer or thread",
    .wmiProcessed: "WmiSystemControl says IrpProcessed",
    .wmiNotCompleted: "WmiSystemControl says IrpNotCompleted",
    .deviceRemoved: "the device is detached or deleted during its surprise removal",
    .ownDeviceDeleted: "the request's device is deleted",
    .deviceDeletedHolding:
      "the device is deleted while the driver has the IRP and somebody is to go on with it",
    .completedAgain: "the IRP is completed though the driver has completed it",
    .completes: "IoCompleteRequest is called",
    .completedWhileAway: "the IRP is completed while the driver is known not to have it",
    .completedWhilePended:
      "the dispatch routine completes the IRP while the lower driver that pended it has it",
    .completedWithCancelRoutine:
      "the IRP is completed with another status than STATUS_CANCELLED while its cancel routine is set",
    .completedInDispatch: "the dispatch routine completes the unmarked IRP",
    .completedUnforwarded: "the IRP is completed with success and was never forwarded",
    .completedFailing: "the IRP is completed with a failure that is not the lower driver's",
    .waitsInVain:
      "the trace ends, and the thread that forwarded the IRP waits for an event that nobody has set",
    .endedRegistered:
      "the IRP is finished, and no forward has used what IoSetCompletionRoutineEx registered",
    .deviceLeft:
      "the removal has ended with success, and its device was neither detached nor deleted",
  ]

  private static let handlingReturnMeanings: [ContextFact: String] = [
    .returnsForwarded:
      "the dispatch routine returns, and the last that happened to the IRP was a forward "
      + "without a completion routine",
    .returnsForwardedUnknown: "its status, or that of this forward, is not known",
    .returnsOtherThanLower: "its status differs from that of this forward",
    .returnsPendingEx:
      "the dispatch routine returns STATUS_PENDING, and the last routine was set by "
      + "IoSetCompletionRoutineEx",
    .returnsPendingPlain:
      "the dispatch routine returns STATUS_PENDING, and the last routine was not set by "
      + "IoSetCompletionRoutineEx",
    .returnsMarked: "the dispatch routine returns STATUS_PENDING for a marked IRP",
    .returnsCompletedUnmarked:
      "the dispatch routine returns STATUS_PENDING for an unmarked IRP that it completed",
    .returnsPassedDown:
      "the dispatch routine returns STATUS_PENDING for an unmarked IRP that the driver "
      + "does not have",
    .returnsQueuedUnmarked:
      "the dispatch routine returns STATUS_PENDING for an unmarked IRP in a queue",
    .returnsUnmarked: "the dispatch routine returns STATUS_PENDING for an unmarked IRP",
    .returnsFinal: "the dispatch routine returns another status than STATUS_PENDING",
    .returnsTakenBack: "and has neither completed nor sent on the IRP that it was given back",
    .returnsUnhandled: "and has neither completed, forwarded nor passed on the IRP",
    .returnsUnhandledUnfamiliar: "the same, of a device that has handled no such request before",
    .returnsAsCompleted: "its status is that with which it completed the unmarked IRP",
    .returnsOtherThanCompleted: "its status differs from that with which it completed the IRP",
    .returnsFailing: "it returns a failure status and has neither forwarded nor completed the IRP",
    .returnsWMIUncompleted: "it has not completed the IRP that WmiSystemControl left to it",
    .returnsUnregistered:
      "it has neither completed nor sent on the IRP for which IoSetCompletionRoutineEx failed",
    .returnsStatusPending: "the dispatch routine returns while the IRP's status is STATUS_PENDING",
    .returnsStatusSuccess: "the dispatch routine returns while the IRP's status is STATUS_SUCCESS",
    .returnsOtherStatus: "the dispatch routine returns another status than the IRP's",
  ]
}
