import RuleEngine

extension OwnIRPScope {
  /// The events that begin such a life.
  var group: EventGroup {
    let made = OwnIRPKind.allCases.filter { kinds.contains($0) && $0 != .received }
    let events = made.map(\.event)
    return EventGroup(made.map(\.ddi).joined(separator: " or "), events)
  }
}

extension OwnIRPKind {
  fileprivate var event: EventKind {
    switch self {
    case .allocated: .ioAllocateIrp
    case .asynchronous: .ioBuildAsynchronousFsdRequest
    case .deviceControl: .ioBuildDeviceIoControlRequest
    case .synchronous: .ioBuildSynchronousFsdRequest
    case .associated: .ioMakeAssociatedIrp
    case .received: .dispatchEnter
    }
  }
}

extension EventGroup {
  fileprivate static let freeIRP = EventGroup("IoFreeIrp", .ioFreeIrp)
  fileprivate static let reuseIRP = EventGroup("IoReuseIrp", .ioReuseIrp)
  static let setEvent = EventGroup("KeSetEvent", .keSetEvent)
  static let initializeEvent = EventGroup("KeInitializeEvent", .keInitializeEvent)
  fileprivate static let clearEvent = EventGroup("KeClearEvent", .keClearEvent)
  static let completionEnter = EventGroup("CompletionEnter", .completionEnter)
  fileprivate static let waitCall = EventGroup(
    "KeWaitForSingleObjectCall or KeWaitForSingleObject", .keWaitForSingleObjectCall,
    .keWaitForSingleObject)
}

extension OwnIRPFact {
  /// The events without which the model never says this.
  var groups: [EventGroup] {
    switch self {
    case .forwardedAtHighIRQL, .forwardedAtRightIRQL, .forwardedWithoutRoutine, .forwarded:
      [.forward]
    case .givenBack, .anyRoutineExited: [.completionExit]
    case .waitsInVain: [.waitForEver, .initializeEvent, .completionExit, .forward]
    case .forwardPended: [.forward, .forwardReturn]
    case .waited: [.waitForObject]
    case .leftPending: [.forwardReturn, .dispatchExit]
    case .eventWaited: [.waitCall]
    case .eventInitialized, .signaledEventMade, .unsignaledEventMade: [.initializeEvent]
    case .routineSet: [.setPlainRoutine]
    case .deviceControlBuilt: [.buildDeviceControl]
    case .eventSetInRoutine: [.completionEnter, .setEvent]
    case .eventCleared: [.clearEvent]
    case .eventSet: [.setEvent]
    case .completed: [.complete]
    case .markedPending: [.completionEnter, .markPending]
    case .freedForeign, .freedAgain, .freed: [.freeIRP]
    case .freedThreaded, .freedBelow: [.forward, .freeIRP]
    case .neverFreed, .neverFreedBuilt: [.unload]
    case .reusedForeign, .reusedOtherKind, .anotherReused, .reused: [.reuseIRP]
    case .reusedBelow: [.forward, .reuseIRP]
    case .listUsed: [.insert]
    case .dispatchReturnedFinal, .dispatchReturned: [.dispatchExit]
    case .doubtful, .lifeEnded: []
    }
  }
}

extension Doctor {
  func lookAtOwnIRPs(
    _ scope: OwnIRPScope, _ machine: MachineTable, _ needs: inout DoctorNeeds
  ) {
    let made = scope.group
    if survey.count(made.kinds) == 0 {
      needs.idle.append("no \(made.words) occurs: log it, with irp, when it returns")
      return
    }
    needs.look(at: machine, survey) { fact in
      UInt8(exactly: fact).flatMap(OwnIRPFact.init)?.groups ?? []
    }
  }
}
