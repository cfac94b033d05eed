// What each fact about a request says, in words. A fact that is in none of the parts has no words: a test looks for
// such a one.
extension ContextFact {
  /// What the fact says, as a sentence for documentation and diagrams.
  public var meaning: String {
    lockMeaning ?? irpMeaning ?? returnMeaning ?? sendingMeaning ?? holdingMeaning ?? endingMeaning
      ?? handlingReturnMeaning ?? ""
  }

  /// Of the remove lock.
  private var lockMeaning: String? {
    switch self {
    case .acquireFailedWhileHeld: "an acquire fails while the remove lock is held"
    case .acquireFailedWhileHeldCountingWaits:
      "an acquire fails while the remove lock is held (release-and-wait counted)"
    case .acquireFailed: "IoAcquireRemoveLock fails"
    case .acquired: "IoAcquireRemoveLock succeeds"
    case .holdingOpen: "it is open which acquisitions the request still holds"
    case .releasedUnheld: "IoReleaseRemoveLock without an acquisition"
    case .releasedUnheldCountingWaits:
      "IoReleaseRemoveLock without an acquisition (release-and-wait counted)"
    case .waitedUnheld: "IoReleaseRemoveLockAndWait without an acquisition"
    case .released: "IoReleaseRemoveLock"
    case .drained: "IoReleaseRemoveLockAndWait on a lock that no other device owns"
    case .calledDriverUnheld: "the IRP is forwarded while the remove lock is not held"
    case .forwardedUnheld: "the request's own IRP is forwarded while the remove lock is not held"
    case .forwardedNeverAcquired: "the IRP is forwarded though no acquire succeeded"
    default: nil
    }
  }

  /// Of what is done with the IRP.
  private var irpMeaning: String? {
    switch self {
    case .forwardedWithRoutine: "the IRP is forwarded with a completion routine set"
    case .forwardedByPoCallDriver: "PoCallDriver"
    case .forwarded: "the IRP is forwarded"
    case .forwardReturnedPending: "the lower driver returns STATUS_PENDING"
    case .forwardReturnedCopied: "a forward without a completion routine returns, location copied"
    case .forwardReturnedFinished:
      "a forward with a completion routine returns, neither failed nor pending"
    case .forwardReturned: "IoCallDriver or PoCallDriver returns"
    case .firstCompletionRoutineSet: "the first completion routine is set"
    case .completionRoutineSet: "a completion routine is set"
    case .completionRoutineExitedUncarried:
      "a completion routine returns while the remove lock is held and nothing is left to release it"
    case .completionRoutineExitedHolding:
      "a completion routine returns while the remove lock is held"
    case .completionRoutineExited: "a completion routine returns"
    case .markedPendingInDispatch: "IoMarkIrpPending in the dispatch routine"
    case .markedPending: "IoMarkIrpPending"
    case .stackLocationSkipped: "IoSkipCurrentIrpStackLocation"
    case .queued: "the IRP is put in a queue"
    case .insertedInFrame: "a routine of the request puts an entry in a queue"
    case .dequeuedInFrame: "a routine of the request takes an entry from a queue"
    case .entryRemovedInFrame: "a routine of the request calls RemoveEntryList"
    case .waitSucceeded: "a wait succeeds"
    case .waitFailed: "a wait ends without success"
    case .allocationFailed: "a pool allocation fails"
    case .allocated: "pool memory is allocated"
    case .irpAllocationFailed: "IoAllocateIrp fails"
    case .powerIRPPending: "PoRequestPowerIrp returns STATUS_PENDING"
    case .powerIRPRefused: "PoRequestPowerIrp returns another status than STATUS_PENDING"
    case .powerIRPRequested: "PoRequestPowerIrp"
    case .wmiForward: "WmiSystemControl says IrpForward or IrpNotWmi"
    case .detachedOrDeleted: "the device is detached or deleted"
    case .completedPending: "the IRP is completed with STATUS_PENDING"
    case .completedSuccessAfterFailure:
      "the IRP is completed with STATUS_SUCCESS after its last forward failed"
    case .completed: "the IRP is completed"
    default: nil
    }
  }

  /// Of the end of the dispatch routine and of the request.
  private var returnMeaning: String? {
    switch self {
    case .returnsNotSupported: "the dispatch routine returns STATUS_NOT_SUPPORTED"
    case .returnsRefused:
      "the dispatch routine returns STATUS_DELETE_PENDING, …INVALID_DEVICE_STATE, "
        + "…NOT_SUPPORTED or …NO_SUCH_DEVICE"
    case .returnsFailure: "the dispatch routine returns a failure status"
    case .returnsPending: "the dispatch routine returns STATUS_PENDING"
    case .returnsHolding:
      "the dispatch routine returns while the remove lock is held and nothing is left to release it"
    case .returnsHoldingCountingWaits:
      "the dispatch routine returns while the remove lock is held and nothing is left to release it "
        + "(release-and-wait counted)"
    case .returnsHoldingOwn: "the dispatch routine returns while the IRP's remove lock is held"
    case .returnsBelowZero: "the dispatch routine returns with more releases than acquires"
    case .returnsBelowZeroCountingWaits:
      "the dispatch routine returns with more releases than acquires (release-and-wait counted)"
    case .returnsRoutineOutstanding:
      "the dispatch routine returns while a completion routine is outstanding"
    case .returned: "the dispatch routine returns"
    case .endedHolding: "the IRP is finished and the remove lock is still held for it"
    case .endedHoldingOwn:
      "the IRP is finished and the remove lock is still held, not for something else"
    case .ended: "the IRP is finished"
    default: nil
    }
  }
}
