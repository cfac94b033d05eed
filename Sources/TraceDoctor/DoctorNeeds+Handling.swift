import RuleEngine

extension EventGroup {
  static let setRoutineEx = EventGroup("IoSetCompletionRoutineEx", .ioSetCompletionRoutineEx)
  static let setPlainRoutine = EventGroup("IoSetCompletionRoutine", .ioSetCompletionRoutine)
  static let setRoutineExWithStatus = EventGroup(
    "IoSetCompletionRoutineEx with status", .ioSetCompletionRoutineEx)
  static let setCancelRoutine = EventGroup("IoSetCancelRoutine with routine", .ioSetCancelRoutine)
  static let waitForEver = EventGroup(
    "KeWaitForSingleObjectCall with object and timeout", .keWaitForSingleObjectCall,
    .keWaitForMultipleObjectsCall)
  static let buildDeviceControl = EventGroup(
    "IoBuildDeviceIoControlRequest", .ioBuildDeviceIoControlRequest)
  static let insertInterlocked = EventGroup(
    "ExInterlockedInsertTailList and the other insertions in interlocked lists",
    .exInterlockedInsertHeadList, .exInterlockedInsertTailList, .exInterlockedPushEntryList)
  static let start = EventGroup(
    "IoQueueWorkItem, KeInsertQueueDpc, KeSetTimer or PsCreateSystemThread", .ioQueueWorkItem,
    .keInsertQueueDpc, .keSetTimer, .psCreateSystemThread)
  static let handOver = EventGroup(
    "IoMarkIrpPending, an insertion in a queue that names the IRP, or CallbackEnter that does",
    .ioMarkIrpPending, .insertHeadList, .insertTailList, .exInterlockedInsertHeadList,
    .exInterlockedInsertTailList, .exInterlockedPushEntryList, .ioCsqInsertIrp, .ioCsqInsertIrpEx,
    .ioStartPacket, .callbackEnter)
}

extension ContextFact {
  /// The events without which the model never says this, of facts about the handling of an IRP.
  var groupsOfHandling: [EventGroup] {
    switch self {
    case .pendedUnmarked: [.dispatchExit, .finish]
    case .forwardedWhileBelow, .forwardedIRQLCounts, .forwardedAtBadIRQL: [.forward]
    case .forwardedAfterDelete: [.leave, .forward]
    case .deletedBeforeReturn: [.leave, .forwardReturn]
    case .cameBack, .sdvForwardReturnedUnpended, .sdvForwardReturnedPlain: [.forwardReturn]
    case .sdvStatusPendingAtReturn, .sdvForwardReturnedPended, .sdvForwardReturnedFailed:
      [.forwardReturn, .completionEnter]
    case .givenBack, .completionRoutineExitedUnmarked: [.completionExit]
    case .completionRoutineEnteredPended: [.completionEnter]
    case .completionRoutineSetEx: [.setRoutineEx]
    case .registered, .registrationReplaced, .registrationFailed, .endedRegistered:
      [.setRoutineExWithStatus]
    case .forwardedUnregistered: [.setRoutineExWithStatus, .forward]
    case .cancelRoutineSet, .cancelRoutineGone: [.setCancelRoutine]
    case .completedWithCancelRoutine: [.setCancelRoutine, .complete]
    case .waitsInVain: [.waitForEver, .initializeEvent, .completionExit, .forward]
    case .deviceControlBuilt: [.buildDeviceControl]
    case .completionRoutineSetPlain: [.setPlainRoutine]
    case .markedInRoutine, .markedByDriver: [.markPending]
    case .markedAfterInsertion: [.insertInterlocked, .markPending]
    case .insertedInterlocked, .insertedMarked: [.insertInterlocked]
    case .insertedUnderLock, .insertedInList, .spinLockTakenInFrame, .spinLockReleasedInFrame,
      .returnsQueuedUnlocked:
      groupsOfSpinLocks
    case .handedOver: [.handOver]
    case .eventSetInRoutine: [.setEvent]
    case .eventInitialized: [.initializeEvent]
    case .workStarted: [.start]
    case .wmiProcessed, .wmiNotCompleted: [.wmi]
    case .deviceRemoved, .ownDeviceDeleted: [.leave]
    case .deviceDeletedHolding: [.deleteDevice]
    case .completedAgain, .completes, .completedInDispatch,
      .completedUnforwarded,
      .completedFailing:
      [.complete]
    case .completedWhileAway: [.forward, .complete]
    case .completedWhilePended: [.forwardReturn, .complete]
    case .deviceLeft: [.dispatchExit]
    default: groupsOfReturn
    }
  }

  private var groupsOfReturn: [EventGroup] {
    switch self {
    case .returnsForwarded, .returnsForwardedUnknown: [.dispatchExit, .forward]
    case .returnsOtherThanLower: [.dispatchExit, .forwardReturn]
    case .returnsPendingEx: [.dispatchExit, .setRoutineEx]
    case .returnsMarked: [.dispatchExit, .markPending]
    case .returnsCompletedUnmarked, .returnsAsCompleted,
      .returnsOtherThanCompleted:
      [.dispatchExit, .complete]
    case .returnsPassedDown: [.dispatchExit, .finish]
    case .returnsQueuedUnmarked: [.dispatchExit, .insert]
    case .returnsTakenBack: [.dispatchExit, .completionExit]
    case .returnsUnhandled: [.dispatchExit, .finish]
    case .returnsUnregistered: [.dispatchExit, .setRoutineExWithStatus]
    case .returnsWMIUncompleted: [.dispatchExit, .wmi]
    case .returnsStatusPending, .returnsStatusSuccess, .returnsOtherStatus:
      [.dispatchExit, .completionEnter]
    default: [.dispatchExit]
    }
  }
}
