import RuleEngine

/// Events that say the same kind of thing.
struct EventGroup: Hashable, Sendable {
  /// What the events are called together.
  var words: String
  var kinds: [EventKind]

  init(_ words: String, _ kinds: [EventKind]) {
    self.words = words
    self.kinds = kinds
  }

  init(_ words: String, _ kinds: EventKind...) {
    self.words = words
    self.kinds = kinds
  }

  static let acquire = EventGroup("IoAcquireRemoveLock", .ioAcquireRemoveLock)
  static let release = EventGroup("IoReleaseRemoveLock", .ioReleaseRemoveLock)
  static let wait = EventGroup("IoReleaseRemoveLockAndWait", .ioReleaseRemoveLockAndWait)
  static let waitReturn = EventGroup(
    "IoReleaseRemoveLockAndWaitReturn", .ioReleaseRemoveLockAndWaitReturn)
  static let initialize = EventGroup("IoInitializeRemoveLock", .ioInitializeRemoveLock)
  static let forward = EventGroup("IoCallDriver or PoCallDriver", .ioCallDriver, .poCallDriver)
  static let forwardReturn = EventGroup(
    "IoCallDriverReturn or PoCallDriverReturn", .ioCallDriverReturn, .poCallDriverReturn)
  static let poCall = EventGroup("PoCallDriver", .poCallDriver)
  static let setRoutine = EventGroup(
    "IoSetCompletionRoutine", .ioSetCompletionRoutine, .ioSetCompletionRoutineEx)
  static let completionExit = EventGroup("CompletionExit", .completionExit)
  static let markPending = EventGroup("IoMarkIrpPending", .ioMarkIrpPending)
  static let skip = EventGroup("IoSkipCurrentIrpStackLocation", .ioSkipCurrentIrpStackLocation)
  static let waitForObject = EventGroup(
    "KeWaitForSingleObject", .keWaitForSingleObject, .keWaitForMultipleObjects)
  static let allocate = EventGroup(
    "ExAllocatePool…", .exAllocatePoolWithTag, .exAllocatePool, .exAllocatePool2,
    .exAllocatePool3, .exAllocatePoolZero, .exAllocatePoolUninitialized,
    .exAllocatePoolWithQuotaTag, .exAllocatePoolWithTagPriority)
  static let allocateIRP = EventGroup("IoAllocateIrp", .ioAllocateIrp)
  static let powerIRP = EventGroup("PoRequestPowerIrp", .poRequestPowerIrp)
  static let wmi = EventGroup("WmiSystemControl", .wmiSystemControl)
  static let leave = EventGroup(
    "IoDetachDevice or IoDeleteDevice", .ioDetachDevice, .ioDeleteDevice)
  static let deleteDevice = EventGroup(
    "IoDeleteDevice or DriverUnload", .ioDeleteDevice, .driverUnload)
  static let complete = EventGroup("IoCompleteRequest", .ioCompleteRequest)
  static let dispatchExit = EventGroup("DispatchExit", .dispatchExit)
  static let finish = EventGroup(
    "IoCompleteRequest, IoCallDriver or PoCallDriver", .ioCompleteRequest, .ioCallDriver,
    .poCallDriver)
  static let insert = EventGroup(
    "InsertTailList and the other insertions in queues", .insertHeadList, .insertTailList,
    .exInterlockedInsertHeadList, .exInterlockedInsertTailList, .exInterlockedPushEntryList,
    .ioCsqInsertIrp, .ioCsqInsertIrpEx, .ioStartPacket)
  static let remove = EventGroup(
    "RemoveHeadList and the other removals from queues", .removeHeadList, .removeEntryList,
    .exInterlockedRemoveHeadList, .ioCsqRemoveIrp, .ioCsqRemoveNextIrp)
}

extension ContextFact {
  /// The events without which the model never says this.
  var groups: [EventGroup] {
    switch self {
    case .acquireFailedWhileHeld, .acquireFailedWhileHeldCountingWaits, .acquireFailed, .acquired:
      [.acquire]
    case .releasedUnheld, .releasedUnheldCountingWaits, .released, .holdingOpen: [.release]
    case .waitedUnheld, .drained: [.wait]
    case .calledDriverUnheld, .forwardedUnheld, .forwardedNeverAcquired, .forwarded: [.forward]
    case .forwardedWithRoutine: [.forward, .setRoutine]
    case .forwardedByPoCallDriver: [.poCall]
    case .forwardedSkipped: [.skip, .forward]
    case .forwardReturnedPending, .forwardReturnedCopied, .forwardReturnedFinished,
      .forwardReturned:
      [.forwardReturn]
    case .firstCompletionRoutineSet, .completionRoutineSet: [.setRoutine]
    case .completionRoutineExitedUncarried, .completionRoutineExitedHolding,
      .completionRoutineExited:
      [.completionExit]
    case .markedPendingInDispatch, .markedPending: [.markPending]
    case .stackLocationSkipped: [.skip]
    case .queued, .insertedInFrame: [.insert]
    case .dequeuedInFrame, .entryRemovedInFrame: [.remove]
    case .waitSucceeded, .waitFailed: [.waitForObject]
    case .allocationFailed, .allocated: [.allocate]
    case .irpAllocationFailed: [.allocateIRP]
    case .powerIRPPending, .powerIRPRefused, .powerIRPRequested: [.powerIRP]
    case .wmiForward: [.wmi]
    case .detachedOrDeleted: [.leave]
    case .completedPending, .completed: [.complete]
    case .completedSuccessAfterFailure: [.complete, .forwardReturn]
    case .returnsHolding, .returnsHoldingCountingWaits, .returnsHoldingOwn:
      [.dispatchExit, .acquire]
    case .returnsBelowZero, .returnsBelowZeroCountingWaits: [.dispatchExit, .release]
    case .returnsRoutineOutstanding: [.dispatchExit, .setRoutine]
    case .returnsNotSupported, .returnsRefused, .returnsFailure, .returnsPending, .returned:
      [.dispatchExit]
    case .endedHolding, .endedHoldingOwn: [.finish, .acquire]
    case .ended: [.finish]
    default: groupsOfHandling
    }
  }
}

extension LockFact {
  /// The events without which the model never says this.
  var groups: [EventGroup] {
    switch self {
    case .usedUninitialized: [.acquire]
    case .initializedAgain: [.initialize]
    case .refusedReleased: [.acquire, .release]
    case .releasedEmpty, .releasedForeignTag: [.release]
    case .waitedForeignTag, .waitedOutsideRemoveDevice, .waiting, .stuck: [.wait]
    case .acquiredAfterDrain: [.waitReturn, .acquire]
    case .heldTooLong: [.acquire, .release]
    case .aboveHighWatermark: [.acquire]
    case .waitReturned: [.waitReturn]
    case .leftAtEnd: [.deleteDevice]
    case .lifeEnded: []
    }
  }
}

extension Doctor {
  /// The events by which a rule is decided, as a tracer must log them: those that it is armed by, and
  /// those of the facts in its automaton.
  package static func events(of rule: Rule, in reading: Reading) -> [String] {
    guard let form = try? rule.form(in: reading) else { return [] }
    var words: [String] = []
    func add(_ groups: [EventGroup]) {
      for group in groups where !words.contains(group.words) { words.append(group.words) }
    }
    switch form.scope {
    case .context:
      words = ["DispatchEnter", "DispatchExit"]
      for row in form.machine.rows {
        add(UInt8(exactly: row.fact).flatMap(ContextFact.init)?.groups ?? [])
      }
    case .lock:
      add([.initialize])
      for row in form.machine.rows {
        add(UInt8(exactly: row.fact).flatMap(LockFact.init)?.groups ?? [])
      }
    case .device: add([.acquire])
    case .ownIRP(let scope):
      add([scope.group])
      for row in form.machine.rows {
        add(UInt8(exactly: row.fact).flatMap(OwnIRPFact.init)?.groups ?? [])
      }
    case .allocation:
      add([.allocate])
      for row in form.machine.rows {
        add(UInt8(exactly: row.fact).flatMap(AllocationFact.init)?.groups ?? [])
      }
    case .keyHandle(let scope):
      add([scope.group])
      for row in form.machine.rows {
        add(UInt8(exactly: row.fact).flatMap(KeyHandleFact.init)?.groups ?? [])
      }
    case .call(let scope): words = scope.eventNames
    case .hold(let scope):
      add([scope.group])
      for row in form.machine.rows {
        add(UInt8(exactly: row.fact).flatMap(HoldFact.init)?.groups(in: scope) ?? [])
      }
    case .run:
      for row in form.machine.rows {
        add(UInt8(exactly: row.fact).flatMap(RunFact.init)?.groups ?? [])
      }
    case .events, .monitor: words = rule.customEvents.map(\.name)
    case .absent: break
    }
    return words
  }
}

/// Why a rule cannot be decided, or not wholly.
struct DoctorNeeds {
  var missing: [String] = []
  var limits: [String] = []
  /// What would arm the rule and does not occur.
  var idle: [String] = []

  mutating func need(_ isThere: Bool, _ reason: @autoclosure () -> String) {
    if !isThere { missing.append(reason()) }
  }

  mutating func limit(_ isThere: Bool, _ reason: @autoclosure () -> String) {
    if !isThere { limits.append(reason()) }
  }

  /// Looks at what reports, and at what a report is withheld for.
  mutating func look(
    at machine: MachineTable, _ survey: DoctorSurvey, groups: (Int) -> [EventGroup]
  ) {
    let rows = machine.rows
    var absent: [String] = []
    var isPossible = false
    for row in rows where row.kind == .report {
      let lacking = groups(row.fact).filter { survey.count($0.kinds) == 0 }
      if lacking.isEmpty { isPossible = true }
      for group in lacking where !absent.contains(group.words) { absent.append(group.words) }
    }
    if !absent.isEmpty {
      let list = absent.joined(separator: "; ")
      if isPossible {
        limits.append("what depends on these is not found, as they do not occur: \(list)")
      } else {
        missing.append("log \(list): without them there is nothing to report")
      }
    }
    look(atArmingOf: machine, survey, groups: groups)
    var excuses: [String] = []
    for row in rows where row.kind == .halt {
      for group in groups(row.fact)
      where survey.count(group.kinds) == 0 && !excuses.contains(group.words) {
        excuses.append(group.words)
      }
    }
    if !excuses.isEmpty && missing.isEmpty {
      limits.append(
        "these would excuse the driver and do not occur; log them if it calls them, or the rule may "
          + "report what is right: \(excuses.joined(separator: "; "))")
    }
  }

  /// What leads out of the states in which the rule is not armed yet.
  private mutating func look(
    atArmingOf machine: MachineTable, _ survey: DoctorSurvey, groups: (Int) -> [EventGroup]
  ) {
    let rows = machine.rows.filter { row in
      machine.isDormant(row.state) && row.next.map { !machine.isDormant($0) } == true
    }
    let lacking = rows.map { groups($0.fact).filter { survey.count($0.kinds) == 0 } }
    if rows.isEmpty || lacking.contains(where: \.isEmpty) { return }
    var words: [String] = []
    for group in lacking.joined() where !words.contains(group.words) { words.append(group.words) }
    idle.append(
      "it begins with \(words.joined(separator: "; ")), which does not occur; log it if the driver "
        + "calls it")
  }
}
