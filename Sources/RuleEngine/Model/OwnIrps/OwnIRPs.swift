/// The IRPs that drivers make themselves: which there are, where each is, and what becomes of it.
///
/// A life begins where an allocation returns and ends where the IRP is freed, where the I/O
/// manager frees it, or where
/// its memory is used again. What happens on the thread that forwarded one is in
/// `OwnIRPs+Threads.swift`, what
/// SDV's automata look at beside in `OwnIRPs+SDV.swift`.
struct OwnIRPs: Sendable {
  var table: OwnIRPTable
  let reading: Reading
  private let limit: Int
  private let keptLimit: Int
  /// What SDV watches; empty in the other reading.
  var watch = SDVWatch()

  init(reading: Reading, limits: Limits) {
    self.reading = reading
    limit = limits.ownIRPs
    keptLimit = limits.keptOwnIRPs
    table = OwnIRPTable(limits: limits)
  }

  /// See ``Store/claim()``.
  mutating func claim() { table.claim() }

  @inline(__always)
  subscript(life: Int32) -> OwnIRP { table[life] }

  /// Whether an event other than an allocation may concern the room.
  @inline(__always) var isWatching: Bool { !table.isEmpty || reading == .sdv }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { table.hasGone }

  /// Gives free what the last event's facts named.
  mutating func sweep() { table.sweep() }

  @inline(__always)
  func tell(_ fact: OwnIRPFact, _ life: Int32, _ facts: inout FactSink) {
    facts.add(fact.rawValue, about: .ownIRP, life)
  }

  /// Those that are neither freed nor over, oldest first.
  var live: [OwnIRP] { table.live.slots.map { table[$0] } }

  /// What happened to the IRP since it was made.
  func evidence(of life: Int32) -> [EvidenceRecord] { table.evidence(of: life) }

  // MARK: Beginning

  /// IoAllocateIrp, IoMakeAssociatedIrp or one of IoBuild…Request has returned; `current` is the
  /// current
  /// context of the reading, or -1.
  mutating func made(
    _ event: Event, by current: Int32, _ requests: inout Requests, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) {
    guard event.irp != 0 else {
      if event.kind == .ioAllocateIrp, current >= 0 {
        requests.note(event, current)
        requests.tell(.irpAllocationFailed, current, &facts)
      }
      return
    }
    let device = current >= 0 ? requests[current].devicePointer : 0
    while case let context = requests.newest(ofIRP: event.irp), context >= 0 {
      requests.supersede(context, &facts)
    }
    let old = table.find(event.irp)
    if old >= 0 { end(old, &facts) }
    if table.live.count >= limit {
      coverage.reached(.contexts)
      doubt(table.live.oldest, &facts)
    }
    let life = table.insert(
      OwnIRP(
        irp: event.irp, device: event.has(.dev) ? event.device : device,
        object: event.has(.object) ? event.operand : 0, made: EventStamp(event),
        driver: event.driver.rawValue, kind: OwnIRPKind(event.kind)))
    facts.turn(.began, .ownIRP, life)
    if reading == .sdv {
      watched(life, &facts)
      if current >= 0, requests[placeOf: current].state.contains(.sdvEventMade) {
        tell(.unsignaledEventMade, life, &facts)
      }
    }
  }

  /// An IRP that a dispatch routine was given is handled as if it were the driver's own.
  mutating func handledAsOwn(
    _ fact: OwnIRPFact, _ event: Event, _ context: IRPContext, driver: UInt32,
    _ facts: inout FactSink
  ) {
    let life = table.insert(
      OwnIRP(
        irp: context.irp, device: context.devicePointer, object: 0, made: context.opened,
        driver: driver, kind: .received))
    facts.turn(.began, .ownIRP, life)
    table.note(event, life)
    tell(fact, life, &facts)
    facts.turn(.closed, .ownIRP, life)
    table.forgetReceived(life)
  }

  // MARK: Whose an event is

  /// The life that an event which belongs to no context names, or -1. What is done with one that
  /// was freed,
  /// or is over, tells that the address is another IRP's by now.
  private mutating func named(_ event: Event) -> Int32 {
    let life = table.find(event.irp)
    guard life >= 0, isSameDriver(event, life) else { return -1 }
    guard table[life].isOver else { return life }
    table.forget(life)
    return -1
  }

  /// The life at the event's address, whatever has become of it, or -1.
  func known(_ event: Event) -> Int32 {
    let life = table.find(event.irp)
    return life >= 0 && isSameDriver(event, life) ? life : -1
  }

  /// Whether there is a life at the address, whosever it is.
  func isKnown(_ irp: UInt64) -> Bool { table.find(irp) >= 0 }

  func isSameDriver(_ event: Event, _ life: Int32) -> Bool {
    let driver = event.driver.rawValue
    return driver == 0 || table[life].driver == 0 || driver == table[life].driver
  }

  // MARK: Forwarding

  /// The event forwards an IRP that belongs to no request, in the frame that was entered there
  /// (0: in none);
  /// whether it is one of the driver's own.
  mutating func forwarded(_ event: Event, in frame: UInt64, _ facts: inout FactSink) -> Bool {
    let life = named(event)
    guard life >= 0 else { return false }
    table.note(event, life)
    table.leaveThread(life)
    if event.kind != .ioForwardIrpSynchronously {
      tellIRQL(event, life, &facts)
      if !table[life].state.contains(.routineSet) { tell(.forwardedWithoutRoutine, life, &facts) }
    }
    tell(.forwarded, life, &facts)
    table[life].place = .below
    table[life].state.insert(.forwarded)
    table[life].state.subtract([.returned, .pended, .givenBack, .routineHandedOn])
    table[life].forwarded = event.position.rawValue
    table[life].thread = event.threadKey
    table[life].frame = frame
    if table[life].kind.isThreaded || table[life].state.contains(.routineSet) {
      table.joinThread(life)
    }
    return true
  }

  private func tellIRQL(_ event: Event, _ life: Int32, _ facts: inout FactSink) {
    guard event.has(.irql), event.has(.mj) else { return }
    switch event.major {
    case .read, .write, .deviceControl, .internalDeviceControl, .power:
      tell(.forwardedAtRightIRQL, life, &facts)
    default:
      tell(event.irql >= 2 ? .forwardedAtHighIRQL : .forwardedAtRightIRQL, life, &facts)
    }
  }

  /// A completion routine is set, or taken back.
  mutating func routineSet(_ event: Event, _ facts: inout FactSink) {
    let life = named(event)
    guard life >= 0 else { return }
    table.note(event, life)
    if reading == .sdv, event.kind == .ioSetCompletionRoutine { tell(.routineSet, life, &facts) }
    if event.has(.routine), event.operand == 0 {
      table[life].state.remove(.routineSet)
    } else {
      table[life].state.insert(.routineSet)
    }
  }

  /// A completion routine of an IRP that belongs to no request is entered.
  mutating func routineEntered(_ event: Event) {
    let life = known(event)
    guard life >= 0, !table[life].isOver else { return }
    table.note(event, life)
    table[life].place = .comingBack
    // It may be set anew, and the IRP sent again by whom the routine has woken, before its exit
    // is told.
    table[life].state.remove(.routineSet)
    if !table[life].kind.isThreaded { table.leaveThread(life) }
  }

  /// It exits.
  mutating func routineExited(_ event: Event, _ facts: inout FactSink) {
    let life = known(event)
    guard life >= 0, !table[life].isOver else { return }
    table.note(event, life)
    // Forwarded again in the routine: where it is now has nothing to do with the routine.
    guard table[life].place == .comingBack else { return }
    guard event.status == .moreProcessingRequired else {
      table[life].place = .open
      return
    }
    table[life].place = .here
    table[life].state.insert(.givenBack)
    tell(.givenBack, life, &facts)
  }

  // MARK: Completing, queues, pending

  mutating func completed(_ event: Event, _ facts: inout FactSink) {
    let life = known(event)
    guard life >= 0, !table[life].isOver else { return }
    let place = table[life].place
    // Below, and where the IRP is not known, it is the lower driver's to complete.
    guard reading == .sdv || place == .here || place == .comingBack else { return }
    table.note(event, life)
    tell(.completed, life, &facts)
    if table[life].kind.isThreaded {
      retire(life, .over, &facts)
    } else {
      table[life].place = .open
    }
  }

  /// IoMarkIrpPending; `isInRoutine` where the top frame is the IRP's completion routine.
  mutating func markedPending(_ event: Event, isInRoutine: Bool, _ facts: inout FactSink) {
    let life = known(event)
    guard life >= 0, !table[life].isOver, isInRoutine, table[life].place == .comingBack else {
      return
    }
    table.note(event, life)
    tell(.markedPending, life, &facts)
  }

  /// The IRP is put in a queue, or made an IRP anew by other means than an allocation.
  mutating func usedAgain(_ event: Event) {
    let life = named(event)
    if life >= 0 { table.note(event, life) }
  }

  // MARK: Freeing and using again

  /// IoFreeIrp of a known life.
  mutating func freed(_ event: Event, _ life: Int32, _ facts: inout FactSink) {
    table.note(event, life)
    let state = table[life].state
    if state.contains(.freed) {
      tell(.freedAgain, life, &facts)
      return
    }
    if table[life].kind.isThreaded, state.contains(.forwarded) {
      tell(.freedThreaded, life, &facts)
    }
    if !state.contains(.over) {
      if table[life].place == .below, state.contains(.routineSet) {
        tell(.freedBelow, life, &facts)
      }
      tell(.freed, life, &facts)
    }
    retire(life, .freed, &facts)
  }

  /// IoReuseIrp of a known life.
  mutating func reused(_ event: Event, _ facts: inout FactSink) {
    let life = known(event)
    guard life >= 0, !table[life].isOver else { return }
    table.note(event, life)
    if table[life].kind != .allocated { tell(.reusedOtherKind, life, &facts) }
    if table[life].place == .below { tell(.reusedBelow, life, &facts) }
    tell(.reused, life, &facts)
    table[life].state.remove(.routineSet)
    if table[life].place == .open { table[life].place = .here }
  }

  /// A dispatch routine gets the address. Of the same driver, and where it was not sent there,
  /// the memory is
  /// used again.
  @inline(__always)
  mutating func dispatched(_ event: Event, _ facts: inout FactSink) {
    guard !table.isEmpty else { return }
    let life = known(event)
    guard life >= 0, table[life].isOver || table[life].place != .below else { return }
    end(life, &facts)
  }

  /// The driver is unloaded: what it has and has not freed it never will.
  mutating func driverUnloaded(_ driver: UInt32, _ facts: inout FactSink) {
    while case let life = table.newest(ofDriver: driver), life >= 0 {
      if !table[life].isOver {
        switch (table[life].place, table[life].kind) {
        case (.here, .allocated): tell(.neverFreed, life, &facts)
        case (.here, .asynchronous): tell(.neverFreedBuilt, life, &facts)
        default: tell(.doubtful, life, &facts)
        }
      }
      end(life, &facts)
    }
  }

  // MARK: The end

  /// The life is over: its memory is used again.
  private mutating func end(_ life: Int32, _ facts: inout FactSink) {
    if !table[life].isOver {
      tell(.lifeEnded, life, &facts)
      facts.turn(.closed, .ownIRP, life)
    }
    table.forget(life)
  }

  /// The life is over, and stays known: what is done to it once more tells of a fault.
  mutating func retire(_ life: Int32, _ state: OwnIRP.State, _ facts: inout FactSink) {
    if !table[life].isOver {
      tell(.lifeEnded, life, &facts)
      facts.turn(.closed, .ownIRP, life)
    }
    table.keep(life)
    table[life].state.insert(state)
    if table.kept.count > keptLimit { table.forget(table.kept.oldest) }
  }

  /// What became of a life is not known.
  private mutating func doubt(_ life: Int32, _ facts: inout FactSink) {
    facts.turn(.undecided, .ownIRP, life)
    table.forget(life)
  }

  /// What is live at a gap may be over.
  mutating func gap(_ facts: inout FactSink) {
    while table.live.oldest >= 0 { doubt(table.live.oldest, &facts) }
    while table.kept.oldest >= 0 { table.forget(table.kept.oldest) }
    watch.removeAll()
  }

  /// The trace ends.
  mutating func finish(_ facts: inout FactSink) {
    while table.live.oldest >= 0 { doubt(table.live.oldest, &facts) }
  }
}
