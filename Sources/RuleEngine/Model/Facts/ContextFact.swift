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
  /// The driver handles an IRP for which STATUS_PENDING was returned unmarked.
  case pendedUnmarked
  /// The IRP is forwarded while the lower driver still has it.
  case forwardedWhileBelow
  /// The IRP is forwarded for the first time, and the device is deleted.
  case forwardedAfterDelete
  /// The IRP is forwarded at a known IRQL, and is not for one above APC_LEVEL.
  case forwardedIRQLCounts
  /// And that is DISPATCH_LEVEL or above.
  case forwardedAtBadIRQL
  /// The first forward returns, and the device was deleted before.
  case deletedBeforeReturn
  /// A forward returns or a completion routine is entered, the device not deleted before.
  case cameBack
  /// A forward returns, and the IRP's status is STATUS_PENDING.
  case sdvStatusPendingAtReturn
  /// A forward returns, and PendingReturned was not seen set.
  case sdvForwardReturnedUnpended
  /// A forward with a completion routine returns, PendingReturned set.
  case sdvForwardReturnedPended
  /// A forward with a completion routine returns, failed and not pended.
  case sdvForwardReturnedFailed
  /// A forward without a completion routine returns, the stack location not copied.
  case sdvForwardReturnedPlain
  /// The IRP is forwarded after IoSetCompletionRoutineEx failed, with no other routine set and the stack
  /// location neither skipped nor copied since.
  case forwardedUnregistered
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
  /// The IRP is forwarded, and IoSkipCurrentIrpStackLocation was called for it.
  case forwardedSkipped
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
  /// A completion routine, or IoForwardIrpSynchronously, gives the IRP back to the driver.
  case givenBack
  /// A completion routine is entered with PendingReturned set.
  case completionRoutineEnteredPended
  /// A completion routine that was entered with PendingReturned set lets the IRP go on, and it was
  /// never marked pending.
  case completionRoutineExitedUnmarked
  /// A completion routine is set in the place of one that IoSetCompletionRoutineEx has registered and no
  /// forward has used.
  case registrationReplaced
  /// IoSetCompletionRoutineEx has registered a routine.
  case registered
  /// IoSetCompletionRoutineEx fails.
  case registrationFailed
  /// IoSetCompletionRoutineEx.
  case completionRoutineSetEx
  /// IoSetCompletionRoutine.
  case completionRoutineSetPlain
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
  /// IoMarkIrpPending in a completion routine of the IRP.
  case markedInRoutine
  /// IoMarkIrpPending on the thread that put the IRP unmarked in an interlocked list.
  case markedAfterInsertion
  /// IoMarkIrpPending outside completion routines, before the dispatch routine has returned.
  case markedByDriver
  /// An entry is put in an interlocked list in a frame of the context.
  case insertedInterlocked
  /// The IRP is put in an interlocked list and is marked pending.
  case insertedMarked
  /// The unmarked IRP is put in a list in a frame of the context, with a spin lock held.
  case insertedUnderLock
  /// An entry is put in a list, not an interlocked one, in a frame of the context.
  case insertedInList
  /// A spin lock is acquired in a frame of the context.
  case spinLockTakenInFrame
  /// A spin lock is released in a frame of the context.
  case spinLockReleasedInFrame
  /// The IRP is marked pending, queued, or named by a callback on another thread.
  case handedOver
  /// KeSetEvent in a completion routine of the IRP.
  case eventSetInRoutine
  /// KeInitializeEvent.
  case eventInitialized
  /// IoBuildDeviceIoControlRequest.
  case deviceControlBuilt
  /// IoSetCancelRoutine with a routine.
  case cancelRoutineSet
  /// The cancel routine is taken back or may run.
  case cancelRoutineGone
  /// A work item, DPC, timer or thread is started in a frame of the context.
  case workStarted
  /// WmiSystemControl says IrpProcessed.
  case wmiProcessed
  /// WmiSystemControl says IrpNotCompleted.
  case wmiNotCompleted
  /// The device is detached or deleted during its surprise removal.
  case deviceRemoved
  /// The context's device is deleted.
  case ownDeviceDeleted
  /// The device is deleted while the driver has the IRP and somebody is to go on with it.
  case deviceDeletedHolding
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
  /// The IRP is completed though the driver has completed it.
  case completedAgain
  /// IoCompleteRequest is called.
  case completes
  /// The IRP is completed while the driver is known not to have it.
  case completedWhileAway
  /// The dispatch routine completes the IRP while the lower driver that pended it has it.
  case completedWhilePended
  /// The IRP is completed with another status than STATUS_CANCELLED, and its cancel routine is set.
  case completedWithCancelRoutine
  /// The dispatch routine completes the unmarked IRP.
  case completedInDispatch
  /// The IRP is completed with success and was never forwarded.
  case completedUnforwarded
  /// The IRP is completed with a failure that is not the lower driver's.
  case completedFailing
  /// The IRP is completed with STATUS_PENDING.
  case completedPending
  /// The IRP is completed with STATUS_SUCCESS after its last forward failed.
  case completedSuccessAfterFailure
  /// The IRP is completed.
  case completed

  // The dispatch routine returns
  /// The dispatch routine returns STATUS_PENDING, and the IRP was in a list whose spin lock was released
  /// before it was marked.
  case returnsQueuedUnlocked
  /// The dispatch routine returns STATUS_NOT_SUPPORTED.
  case returnsNotSupported
  /// The dispatch routine returns STATUS_DELETE_PENDING, …INVALID_DEVICE_STATE, …NOT_SUPPORTED or
  /// …NO_SUCH_DEVICE.
  case returnsRefused
  /// The dispatch routine returns a failure status.
  case returnsFailure
  /// The dispatch routine returns STATUS_PENDING.
  case returnsPending
  /// The dispatch routine returns, and the last that happened to the IRP was a forward without a
  /// completion routine.
  case returnsForwarded
  /// Its status, or that of this forward, is not known.
  case returnsForwardedUnknown
  /// Its status differs from that of this forward.
  case returnsOtherThanLower
  /// The dispatch routine returns STATUS_PENDING, and the last routine was set by
  /// IoSetCompletionRoutineEx.
  case returnsPendingEx
  /// The dispatch routine returns STATUS_PENDING, and the last routine was not set by
  /// IoSetCompletionRoutineEx.
  case returnsPendingPlain
  /// The dispatch routine returns STATUS_PENDING for a marked IRP.
  case returnsMarked
  /// The dispatch routine returns STATUS_PENDING for an unmarked IRP that it completed.
  case returnsCompletedUnmarked
  /// The dispatch routine returns STATUS_PENDING for an unmarked IRP that the driver does not
  /// have.
  case returnsPassedDown
  /// The dispatch routine returns STATUS_PENDING for an unmarked IRP in a queue.
  case returnsQueuedUnmarked
  /// The dispatch routine returns STATUS_PENDING for an unmarked IRP.
  case returnsUnmarked
  /// The dispatch routine returns another status than STATUS_PENDING.
  case returnsFinal
  /// And has neither completed nor sent on the IRP that it was given back.
  case returnsTakenBack
  /// And has neither completed, forwarded nor passed on the IRP.
  case returnsUnhandled
  /// The same, of a device that has handled no such request before.
  case returnsUnhandledUnfamiliar
  /// Its status is that with which it completed the unmarked IRP.
  case returnsAsCompleted
  /// Its status differs from that with which it completed the IRP.
  case returnsOtherThanCompleted
  /// It returns a failure status and has neither forwarded nor completed the IRP.
  case returnsFailing
  /// It has not completed the IRP that WmiSystemControl left to it.
  case returnsWMIUncompleted
  /// The dispatch routine returns while the IRP's status is STATUS_PENDING.
  case returnsStatusPending
  /// The dispatch routine returns while the IRP's status is STATUS_SUCCESS.
  case returnsStatusSuccess
  /// The dispatch routine returns another status than the IRP's.
  case returnsOtherStatus
  /// IoSetCompletionRoutineEx has failed, and the dispatch routine leaves the IRP neither completed nor
  /// sent on.
  case returnsUnregistered
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
  /// The removal has ended with success, and its device was neither detached nor deleted.
  case deviceLeft
  /// The trace ends, and the thread that forwarded the IRP waits for an event that nobody has set since its
  /// completion routine gave the IRP back.
  case waitsInVain
  /// The IRP is finished, and no forward has used what IoSetCompletionRoutineEx registered.
  case endedRegistered
  /// The IRP is finished and the remove lock is still held for it.
  case endedHolding
  /// The IRP is finished and the remove lock is still held, not for something else.
  case endedHoldingOwn
  /// The IRP is finished.
  case ended

  /// Which event of the context decides, where that is not the one that tells: the last of this kind.
  var decidedAt: EventKind? {
    switch self {
    case .pendedUnmarked: .dispatchExit
    case .deletedBeforeReturn: .ioDeleteDevice
    case .waitsInVain: .completionExit
    default: nil
    }
  }

  /// Whether a violation here is something left undone, which comes to light at whichever exit is the
  /// last as the threads happen to run.
  var isOmission: Bool {
    switch self {
    case .completionRoutineExitedUncarried, .completionRoutineExitedHolding,
      .completionRoutineExited:
      true
    case .completionRoutineExitedUnmarked, .pendedUnmarked: true
    default: rawValue >= Self.returnsQueuedUnlocked.rawValue
    }
  }
}
