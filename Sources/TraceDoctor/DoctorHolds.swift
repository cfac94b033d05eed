import RuleEngine

extension HoldScope {
  /// The events that begin such a life.
  var group: EventGroup {
    let taken = HoldKind.allCases.filter(kinds.contains)
    return EventGroup(
      taken.map { $0.taking.words }.joined(separator: "; "), taken.flatMap { $0.taking.kinds })
  }

  /// The events that end it.
  var releases: EventGroup {
    let taken = HoldKind.allCases.filter(kinds.contains)
    return EventGroup(
      taken.map { $0.releasing.words }.joined(separator: "; "),
      taken.flatMap { $0.releasing.kinds })
  }
}

extension HoldKind {
  /// What takes it.
  fileprivate var taking: EventGroup {
    switch self {
    case .spinLock:
      EventGroup(
        "KeAcquireSpinLock, …AtDpcLevel", .keAcquireSpinLock, .keAcquireSpinLockAtDpcLevel,
        .keTryToAcquireSpinLockAtDpcLevel)
    case .queuedSpinLock:
      EventGroup(
        "KeAcquireInStackQueuedSpinLock, …AtDpcLevel", .keAcquireInStackQueuedSpinLock,
        .keAcquireInStackQueuedSpinLockAtDpcLevel)
    case .cancelSpinLock: EventGroup("IoAcquireCancelSpinLock", .ioAcquireCancelSpinLock)
    case .criticalRegion:
      EventGroup(
        "KeEnterCriticalRegion", .keEnterCriticalRegion,
        .exEnterCriticalRegionAndAcquireResourceExclusive,
        .exEnterCriticalRegionAndAcquireResourceShared)
    case .guardedRegion: EventGroup("KeEnterGuardedRegion", .keEnterGuardedRegion)
    case .resource:
      EventGroup(
        "ExAcquireResourceExclusiveLite, …SharedLite", .exAcquireResourceExclusiveLite,
        .exAcquireResourceSharedLite, .exEnterCriticalRegionAndAcquireResourceExclusive,
        .exEnterCriticalRegionAndAcquireResourceShared)
    }
  }

  /// What gives it back.
  fileprivate var releasing: EventGroup {
    switch self {
    case .spinLock:
      EventGroup(
        "KeReleaseSpinLock, …FromDpcLevel", .keReleaseSpinLock, .keReleaseSpinLockFromDpcLevel)
    case .queuedSpinLock:
      EventGroup(
        "KeReleaseInStackQueuedSpinLock, …FromDpcLevel", .keReleaseInStackQueuedSpinLock,
        .keReleaseInStackQueuedSpinLockFromDpcLevel)
    case .cancelSpinLock: EventGroup("IoReleaseCancelSpinLock", .ioReleaseCancelSpinLock)
    case .criticalRegion:
      EventGroup(
        "KeLeaveCriticalRegion", .keLeaveCriticalRegion, .exReleaseResourceAndLeaveCriticalRegion)
    case .guardedRegion: EventGroup("KeLeaveGuardedRegion", .keLeaveGuardedRegion)
    case .resource:
      EventGroup(
        "ExReleaseResourceLite", .exReleaseResourceLite, .exReleaseResourceAndLeaveCriticalRegion)
    }
  }
}

extension EventGroup {
  fileprivate static let region = EventGroup(
    "KeEnterCriticalRegion, KeEnterGuardedRegion and their ends", .keEnterCriticalRegion,
    .keLeaveCriticalRegion, .keEnterGuardedRegion, .keLeaveGuardedRegion)
  fileprivate static let keReleaseSpinLock = EventGroup("KeReleaseSpinLock", .keReleaseSpinLock)
  fileprivate static let completeOrStart = EventGroup(
    "IoCompleteRequest or IoStartNextPacket", .ioCompleteRequest, .ioStartNextPacket)
  fileprivate static let insertInList = EventGroup(
    "InsertHeadList or InsertTailList, with irp", .insertHeadList, .insertTailList)
  fileprivate static let exit = EventGroup(
    "DispatchExit, CompletionExit and CallbackExit", .dispatchExit, .completionExit, .callbackExit)
}

extension HoldFact {
  /// The events without which the model never says this of something in the scope.
  func groups(in scope: HoldScope) -> [EventGroup] {
    switch self {
    case .takenOutsideRegion, .takenInRegion: [.region]
    case .takenAgain: [scope.group]
    case .calledHolding: [.completeOrStart]
    case .releasedOutsideRegion, .releasedInRegion: [.region, scope.releases]
    case .releasedHoldingAnother, .releasedToOtherIRQL, .releasedBelowCaller, .releasedToIRQL:
      [.keReleaseSpinLock]
    case .released, .releasedFree: [scope.releases]
    case .leftBeside, .left, .doubtful: [.exit]
    }
  }
}

extension ContextFact {
  /// The events without which the model never says this, of facts about lists that a spin lock guards.
  var groupsOfSpinLocks: [EventGroup] {
    let taken = HoldScope([.spinLock, .queuedSpinLock])
    return switch self {
    case .insertedInList: [.insertInList]
    case .spinLockTakenInFrame: [taken.group]
    case .spinLockReleasedInFrame: [taken.releases]
    case .insertedUnderLock: [taken.group, .insertInList]
    default: [taken.group, .insertInList, taken.releases, .dispatchExit]
    }
  }
}

extension Doctor {
  func lookAtHolds(_ scope: HoldScope, _ machine: MachineTable, _ needs: inout DoctorNeeds) {
    let (taken, released) = (scope.group, scope.releases)
    if survey.count(taken.kinds) + survey.count(released.kinds) == 0 {
      needs.idle.append(
        "no \(taken.words) occurs: log them when they return, and \(released.words) when it is called"
      )
      return
    }
    needs.need(
      survey.count(released.kinds) > 0,
      "log \(released.words) as well: without the releases every lock seems to be held")
    needs.look(at: machine, survey) { fact in
      UInt8(exactly: fact).flatMap(HoldFact.init)?.groups(in: scope) ?? []
    }
  }
}

extension RunFact {
  /// The events without which the model never says this.
  var groups: [EventGroup] {
    switch self {
    case .spinLockTaken: [HoldKind.spinLock.taking]
    case .spinLockReleased: [HoldKind.spinLock.releasing]
    case .queuedSpinLockTaken: [HoldKind.queuedSpinLock.taking]
    case .queuedSpinLockReleased: [HoldKind.queuedSpinLock.releasing]
    case .cancelSpinLockTaken: [HoldKind.cancelSpinLock.taking]
    case .cancelSpinLockReleased: [HoldKind.cancelSpinLock.releasing]
    case .releasedAtOtherIRQL, .releasedToOtherIRQL, .releasedToIRQL: [.keReleaseSpinLock]
    case .calledUnbalanced: [.completeOrStart, HoldScope.spinLocks.group]
    case .called: [.completeOrStart]
    case .criticalRegionLeftOutside: [HoldKind.criticalRegion.releasing]
    case .criticalRegionEntered, .endsInCriticalRegion: [HoldKind.criticalRegion.taking]
    case .guardedRegionLeftOutside: [HoldKind.guardedRegion.releasing]
    case .guardedRegionEntered, .endsInGuardedRegion: [HoldKind.guardedRegion.taking]
    case .resourceUsedOutsideRegion, .resourceUsed, .resourceTaken: [HoldKind.resource.taking]
    case .resourceReleased: [HoldKind.resource.releasing]
    case .listUsed: [.remove]
    case .routineEndsUnbalanced: [HoldScope([.spinLock]).group, .exit]
    case .cancelableRoutineEnds, .routineEnds, .ended: [.exit]
    }
  }
}

extension Doctor {
  func lookAtRuns(_ machine: MachineTable, _ needs: inout DoctorNeeds) {
    needs.look(at: machine, survey) { fact in
      UInt8(exactly: fact).flatMap(RunFact.init)?.groups ?? []
    }
  }
}
