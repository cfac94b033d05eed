// What the facts say, in words, that rules about the handling of requests ask for.
extension ContextFact {
  /// Of forwards, and of completion routines.
  var sendingMeaning: String? {
    switch self {
    case .pendedUnmarked: "the driver handles an IRP for which STATUS_PENDING was returned unmarked"
    case .forwardedWhileBelow: "the IRP is forwarded while the lower driver still has it"
    case .forwardedAfterDelete: "the IRP is forwarded for the first time, and the device is deleted"
    case .forwardedUnregistered:
      "the IRP is forwarded though IoSetCompletionRoutineEx failed, and its stack location is as it was"
    case .forwardedIRQLCounts:
      "the IRP is forwarded at a known IRQL, and is not for one above APC_LEVEL"
    case .forwardedAtBadIRQL: "and that is DISPATCH_LEVEL or above"
    case .deletedBeforeReturn: "the first forward returns, and the device was deleted before"
    case .cameBack:
      "a forward returns or a completion routine is entered, the device not deleted before"
    case .sdvStatusPendingAtReturn: "a forward returns, and the IRP's status is STATUS_PENDING"
    case .sdvForwardReturnedUnpended: "a forward returns, and PendingReturned was not seen set"
    case .sdvForwardReturnedPended:
      "a forward with a completion routine returns, PendingReturned set"
    case .sdvForwardReturnedFailed:
      "a forward with a completion routine returns, failed and not pended"
    case .sdvForwardReturnedPlain:
      "a forward without a completion routine returns, the stack location not copied"
    case .givenBack:
      "a completion routine, or IoForwardIrpSynchronously, gives the IRP back to the " + "driver"
    case .completionRoutineEnteredPended: "a completion routine is entered with PendingReturned set"
    case .completionRoutineExitedUnmarked:
      "a completion routine that was entered with PendingReturned set lets the IRP go on, "
        + "and it was never marked pending"
    case .registrationReplaced:
      "a completion routine is set in the place of one that IoSetCompletionRoutineEx registered and no "
        + "forward has used"
    case .registered: "IoSetCompletionRoutineEx succeeds"
    case .registrationFailed: "IoSetCompletionRoutineEx fails"
    case .completionRoutineSetEx: "IoSetCompletionRoutineEx"
    case .completionRoutineSetPlain: "IoSetCompletionRoutine"
    default: nil
    }
  }

  /// Of who has the IRP, and of what is done for it meanwhile.
  var holdingMeaning: String? {
    switch self {
    case .markedInRoutine: "IoMarkIrpPending in a completion routine of the IRP"
    case .markedAfterInsertion:
      "IoMarkIrpPending on the thread that put the IRP unmarked in an interlocked list"
    case .markedByDriver:
      "IoMarkIrpPending outside completion routines, before the dispatch routine has " + "returned"
    case .insertedInterlocked:
      "the IRP, or under sdv any entry, is put in an interlocked list by a routine of the request"
    case .insertedMarked: "the IRP is put in an interlocked list and is marked pending"
    case .forwardedSkipped: "the IRP is forwarded after IoSkipCurrentIrpStackLocation"
    case .insertedUnderLock: "the unmarked IRP is put in a list with a spin lock held"
    case .insertedInList: "a routine of the request puts an entry in a list"
    case .spinLockTakenInFrame: "a routine of the request acquires a spin lock"
    case .spinLockReleasedInFrame: "a routine of the request releases a spin lock"
    case .returnsQueuedUnlocked:
      "the dispatch routine returns STATUS_PENDING, and the IRP was in a list whose spin lock was released before "
        + "it was marked"
    case .handedOver: "the IRP is marked pending, queued, or named by a callback on another thread"
    case .eventSetInRoutine: "KeSetEvent in a completion routine of the IRP"
    case .eventInitialized: "KeInitializeEvent"
    case .deviceControlBuilt: "IoBuildDeviceIoControlRequest"
    case .cancelRoutineSet: "IoSetCancelRoutine with a routine"
    case .cancelRoutineGone: "IoSetCancelRoutine again, IoCancelIrp, or a cancel routine runs"
    case .workStarted: "a routine of the request starts a work item, DPC, timer or thread"
    default: nil
    }
  }

  /// Of how the request comes to its end.
  var endingMeaning: String? {
    switch self {
    case .wmiProcessed: "WmiSystemControl says IrpProcessed"
    case .wmiNotCompleted: "WmiSystemControl says IrpNotCompleted"
    case .deviceRemoved: "the device is detached or deleted during its surprise removal"
    case .ownDeviceDeleted: "the request's device is deleted"
    case .deviceDeletedHolding:
      "the device is deleted while the driver has the IRP and somebody is to go on with it"
    case .completedAgain: "the IRP is completed though the driver has completed it"
    case .completes: "IoCompleteRequest is called"
    case .completedWhileAway: "the IRP is completed while the driver is known not to have it"
    case .completedWhilePended:
      "the dispatch routine completes the IRP while the lower driver that pended it has it"
    case .completedWithCancelRoutine:
      "the IRP is completed with another status than STATUS_CANCELLED while its cancel routine is set"
    case .completedInDispatch: "the dispatch routine completes the unmarked IRP"
    case .completedUnforwarded: "the IRP is completed with success and was never forwarded"
    case .completedFailing: "the IRP is completed with a failure that is not the lower driver's"
    case .waitsInVain:
      "the trace ends, and the thread that forwarded the IRP waits for an event that nobody has set"
    case .endedRegistered:
      "the IRP is finished, and no forward has used what IoSetCompletionRoutineEx registered"
    case .deviceLeft:
      "the removal has ended with success, and its device was neither detached nor deleted"
    default: nil
    }
  }

  /// Of what the dispatch routine returns.
  var handlingReturnMeaning: String? {
    switch self {
    case .returnsForwarded:
      "the dispatch routine returns, and the last that happened to the IRP was a forward "
        + "without a completion routine"
    case .returnsForwardedUnknown: "its status, or that of this forward, is not known"
    case .returnsOtherThanLower: "its status differs from that of this forward"
    case .returnsPendingEx:
      "the dispatch routine returns STATUS_PENDING, and the last routine was set by "
        + "IoSetCompletionRoutineEx"
    case .returnsPendingPlain:
      "the dispatch routine returns STATUS_PENDING, and the last routine was not set by "
        + "IoSetCompletionRoutineEx"
    case .returnsMarked: "the dispatch routine returns STATUS_PENDING for a marked IRP"
    case .returnsCompletedUnmarked:
      "the dispatch routine returns STATUS_PENDING for an unmarked IRP that it completed"
    case .returnsPassedDown:
      "the dispatch routine returns STATUS_PENDING for an unmarked IRP that the driver "
        + "does not have"
    case .returnsQueuedUnmarked:
      "the dispatch routine returns STATUS_PENDING for an unmarked IRP in a queue"
    case .returnsUnmarked: "the dispatch routine returns STATUS_PENDING for an unmarked IRP"
    case .returnsFinal: "the dispatch routine returns another status than STATUS_PENDING"
    case .returnsTakenBack: "and has neither completed nor sent on the IRP that it was given back"
    case .returnsUnhandled: "and has neither completed, forwarded nor passed on the IRP"
    case .returnsUnhandledUnfamiliar:
      "the same, of a device that has handled no such request before"
    case .returnsAsCompleted: "its status is that with which it completed the unmarked IRP"
    case .returnsOtherThanCompleted: "its status differs from that with which it completed the IRP"
    case .returnsFailing:
      "it returns a failure status and has neither forwarded nor completed the IRP"
    case .returnsWMIUncompleted: "it has not completed the IRP that WmiSystemControl left to it"
    case .returnsUnregistered:
      "it has neither completed nor sent on the IRP for which IoSetCompletionRoutineEx failed"
    case .returnsStatusPending:
      "the dispatch routine returns while the IRP's status is STATUS_PENDING"
    case .returnsStatusSuccess:
      "the dispatch routine returns while the IRP's status is STATUS_SUCCESS"
    case .returnsOtherStatus: "the dispatch routine returns another status than the IRP's"
    default: nil
    }
  }
}
