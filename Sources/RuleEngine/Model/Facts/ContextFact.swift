/// What the model says about one IRP context.
///
/// One event may give several facts; they come in the order of this declaration, the more
/// specific before the more general, so that the first row that fits decides.
///
/// "Held" and "depth" are those of the reading: under `tracked` the acquisitions that belong to the
/// context, under `sdv` the one counter of the dispatch. SDV's automata disagree on whether
/// IoReleaseRemoveLockAndWait counts as a release; facts that end in `CountingWaits` are of the
/// counter that it lowers. Under `tracked` both say the same.
public enum ContextFact: UInt8, FactVocabulary {
  // Remove lock
  /// An acquire fails while the remove lock is held.
  case acquireFailedWhileHeld
  /// An acquire fails while the remove lock is held (release-and-wait counted).
  case acquireFailedWhileHeldCountingWaits
  /// IoAcquireRemoveLock fails.
  case acquireFailed
  /// IoAcquireRemoveLock succeeds.
  case acquired
  /// It is open which acquisitions the context still holds.
  case holdingOpen
  /// IoReleaseRemoveLock without an acquisition.
  case releasedUnheld
  /// IoReleaseRemoveLock without an acquisition (release-and-wait counted).
  case releasedUnheldCountingWaits
  /// IoReleaseRemoveLockAndWait without an acquisition.
  case waitedUnheld
  /// IoReleaseRemoveLock.
  case released
  /// IoReleaseRemoveLockAndWait on a lock that no other device owns.
  case drained

  // Forwarding
  /// The IRP is forwarded while the remove lock is not held.
  case calledDriverUnheld
  /// The context's own IRP is forwarded while the remove lock is not held.
  case forwardedUnheld
  /// The IRP is forwarded though no acquire succeeded.
  case forwardedNeverAcquired
  /// The IRP is forwarded with a completion routine set.
  case forwardedWithRoutine
  /// PoCallDriver.
  case forwardedByPoCallDriver
  /// The IRP is forwarded.
  case forwarded
  /// The lower driver returns STATUS_PENDING.
  case forwardReturnedPending
  /// A forward without a completion routine returns, location copied.
  case forwardReturnedCopied
  /// A forward with a completion routine returns, neither failed nor pending.
  case forwardReturnedFinished
  /// IoCallDriver or PoCallDriver returns.
  case forwardReturned

  // Completion routines
  /// The first completion routine is set.
  case firstCompletionRoutineSet
  /// A completion routine is set.
  case completionRoutineSet
  /// A completion routine returns while the remove lock is held and not carried.
  case completionRoutineExitedUncarried
  /// A completion routine returns while the remove lock is held.
  case completionRoutineExitedHolding
  /// A completion routine returns.
  case completionRoutineExited

  // The driver's other calls
  /// IoMarkIrpPending in the dispatch routine.
  case markedPendingInDispatch
  /// IoMarkIrpPending.
  case markedPending
  /// IoSkipCurrentIrpStackLocation.
  case stackLocationSkipped
  /// The IRP is put in a queue.
  case queued
  /// An entry is put in a queue in a frame of the context.
  case insertedInFrame
  /// An entry is taken from a queue in a frame of the context.
  case dequeuedInFrame
  /// a routine of the request calls RemoveEntryList.
  case entryRemovedInFrame
  /// A wait succeeds.
  case waitSucceeded
  /// A wait ends without success.
  case waitFailed
  /// A pool allocation fails.
  case allocationFailed
  /// Pool memory is allocated.
  case allocated
  /// IoAllocateIrp fails.
  case irpAllocationFailed
  /// PoRequestPowerIrp returns STATUS_PENDING.
  case powerIRPPending
  /// PoRequestPowerIrp returns another status than STATUS_PENDING.
  case powerIRPRefused
  /// PoRequestPowerIrp.
  case powerIRPRequested
  /// WmiSystemControl says IrpForward or IrpNotWmi.
  case wmiForward
  /// The device is detached or deleted.
  case detachedOrDeleted
  /// The IRP is completed with STATUS_PENDING.
  case completedPending
  /// The IRP is completed with STATUS_SUCCESS after its last forward failed.
  case completedSuccessAfterFailure
  /// The IRP is completed.
  case completed

  // The dispatch routine returns
  /// The dispatch routine returns STATUS_NOT_SUPPORTED.
  case returnsNotSupported
  /// The dispatch routine returns STATUS_DELETE_PENDING, …INVALID_DEVICE_STATE, …NOT_SUPPORTED or
  /// …NO_SUCH_DEVICE.
  case returnsRefused
  /// The dispatch routine returns a failure status.
  case returnsFailure
  /// The dispatch routine returns STATUS_PENDING.
  case returnsPending
  /// The dispatch routine returns while the remove lock is held, not carried.
  case returnsHolding
  /// The dispatch routine returns while the remove lock is held, not carried (release-and-wait
  /// counted).
  case returnsHoldingCountingWaits
  /// The dispatch routine returns while the IRP's remove lock is held.
  case returnsHoldingOwn
  /// The dispatch routine returns with more releases than acquires.
  case returnsBelowZero
  /// The dispatch routine returns with more releases than acquires (release-and-wait counted).
  case returnsBelowZeroCountingWaits
  /// The dispatch routine returns while a completion routine is outstanding.
  case returnsRoutineOutstanding
  /// The dispatch routine returns.
  case returned

  // The end of the context
  /// The IRP is finished and the remove lock is still held for it.
  case endedHolding
  /// The IRP is finished and the remove lock is still held, not for something else.
  case endedHoldingOwn
  /// The IRP is finished.
  case ended

  /// What the fact says, as a sentence.
  public var meaning: String { Self.meanings[self] ?? "" }

  /// Whether a violation here is something left undone, which comes to light at whichever exit is the
  /// last as the threads happen to run.
  var isOmission: Bool {
    switch self {
    case .completionRoutineExitedUncarried, .completionRoutineExitedHolding,
      .completionRoutineExited:
      true
    default: rawValue >= Self.returnsNotSupported.rawValue
    }
  }

  private static let meanings: [ContextFact: String] =
    lockMeanings.merging(irpMeanings) { $1 }.merging(returnMeanings) { $1 }

  private static let lockMeanings: [ContextFact: String] = [
    .acquireFailedWhileHeld: "an acquire fails while the remove lock is held",
    .acquireFailedWhileHeldCountingWaits:
      "an acquire fails while the remove lock is held (release-and-wait counted)",
    .acquireFailed: "IoAcquireRemoveLock fails",
    .acquired: "IoAcquireRemoveLock succeeds",
    .holdingOpen: "it is open which acquisitions the context still holds",
    .releasedUnheld: "IoReleaseRemoveLock without an acquisition",
    .releasedUnheldCountingWaits:
      "IoReleaseRemoveLock without an acquisition (release-and-wait counted)",
    .waitedUnheld: "IoReleaseRemoveLockAndWait without an acquisition",
    .released: "IoReleaseRemoveLock",
    .drained: "IoReleaseRemoveLockAndWait on a lock that no other device owns",
    .calledDriverUnheld: "the IRP is forwarded while the remove lock is not held",
    .forwardedUnheld: "the context's own IRP is forwarded while the remove lock is not held",
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
}
