/// One life of the handle of a registry key: from where it was opened to where it was closed.
struct KeyHandle: HandedOut {
  /// The handle.
  var handle: UInt64
  /// The ZwCreateKey or ZwOpenKey.
  var made: EventStamp
  /// The ZwClose; none while it is open.
  var given = EventStamp.none
  /// The driver, as a string id; 0 where it is not known.
  var driver: UInt32
  /// The DDI that returned it.
  var ddi: EventKind
  /// The thread that opened it: see ``Event/threadKey``.
  var thread: UInt64

  var key: UInt64 { handle }
}

/// The handles of registry keys that drivers have open, and those that were closed lately.
///
/// Handles are opened and closed where no tracer looks, and their values are used again at once.
struct KeyHandles: Sendable {
  private var table: LifeTable<KeyHandle>
  /// Drivers that have used a handle that is neither open nor closed in the trace: they open keys in a way that
  /// is not traced.
  private var opaque = DriverSet()
  /// Under `sdv` the handles that each thread has opened in its present run.
  private var byThread = KeyedLists<UInt64>()
  private let reading: Reading

  init(reading: Reading, limits: Limits) {
    self.reading = reading
    table = LifeTable(live: limits.keyHandles, kept: limits.keptKeyHandles)
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    table.claim()
    byThread.claim()
  }

  @inline(__always)
  subscript(life: Int32) -> KeyHandle { table[life] }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { table.hasGone }

  /// Gives free what the last event's facts named.
  mutating func sweep() { table.sweep() }

  private func tell(_ fact: KeyHandleFact, _ life: Int32, _ facts: inout FactSink) {
    facts.add(fact.rawValue, about: .keyHandle, life)
  }

  // MARK: Opening and closing

  /// ZwCreateKey or ZwOpenKey has returned a handle.
  mutating func opened(
    _ event: Event, driver: UInt32, _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    guard event.operand != 0, event.status?.isSuccess == true else { return }
    let old = table.find(event.operand)
    if old >= 0 { end(old, &facts) }
    if let oldest = table.oldestAtLimit {
      coverage.reached(.keyHandles)
      doubt(oldest, &facts)
    }
    let life = table.insert(
      KeyHandle(
        handle: event.operand, made: EventStamp(event), driver: driver, ddi: event.kind,
        thread: event.threadKey))
    facts.turn(.began, .keyHandle, life)
    if reading == .sdv { byThread.insert(life, event.threadKey) }
  }

  /// ZwClose of a handle, which may be any object's.
  mutating func closed(_ event: Event, driver: UInt32, _ facts: inout FactSink) {
    let life = table.find(event.operand)
    guard life >= 0, !table[life].isOver else { return table.gives(driver) }
    tell(.closed, life, &facts)
    if let forgotten = table.keep(life, event, driver: driver) {
      close(forgotten, &facts)
      leaveThread(forgotten)
    }
  }

  // MARK: Using

  /// A key routine is called with a handle.
  mutating func used(_ event: Event, driver: UInt32, _ facts: inout FactSink) {
    let life = table.find(event.operand)
    let isKnown = life >= 0 && isSame(driver, table[life].driver)
    guard isKnown else {
      // One too many: it may be any.
      if !opaque.insert(driver) { opaque.insert(0) }
      return
    }
    if table[life].isOver, !opaque.contains(driver) { tell(.usedClosed, life, &facts) }
  }

  private func isSame(_ driver: UInt32, _ other: UInt32) -> Bool {
    driver == 0 || other == 0 || driver == other
  }

  // MARK: SDV

  /// ZwClose, or a call with a handle, in the run in which it was opened.
  mutating func sdvUsed(_ event: Event, _ facts: inout FactSink) {
    let life = table.find(event.operand)
    guard life >= 0, table[life].thread == event.threadKey else { return }
    if table[life].isOver {
      tell(.usedClosed, life, &facts)
      runIsOver(for: table[life].ddi, event.threadKey, &facts)
    } else if event.kind == .zwClose {
      closed(event, driver: 0, &facts)
    }
  }

  /// A routine of a thread has returned; SDV `looks` at the ends of some, and its run is over with the outermost.
  mutating func sdvRoutineEnds(
    _ thread: UInt64, looks: Bool, isOutermost: Bool, _ facts: inout FactSink
  ) {
    if byThread.first(thread) < 0 { return }
    for ddi in [EventKind.zwCreateKey, .zwOpenKey] {
      let open = lives(of: ddi, on: thread).last { !table[$0].isOver }
      if looks, let open { tell(.leftInRun, open, &facts) }
      if isOutermost || looks && open != nil { runIsOver(for: ddi, thread, &facts) }
    }
  }

  /// The automaton has reported, or its run is over: it does not watch any of these any more.
  private mutating func runIsOver(for ddi: EventKind, _ thread: UInt64, _ facts: inout FactSink) {
    for life in lives(of: ddi, on: thread) {
      facts.turn(table[life].isOver ? .closed : .undecided, .keyHandle, life)
      forget(life)
    }
  }

  /// What a thread has opened with a DDI in its present run, the newest first.
  private func lives(of ddi: EventKind, on thread: UInt64) -> [Int32] {
    var all: [Int32] = []
    var life = byThread.first(thread)
    while life >= 0 {
      if table[life].ddi == ddi { all.append(life) }
      life = byThread.next(life)
    }
    return all
  }

  // MARK: The end

  /// The driver is unloaded; `isWhole` where the trace shows all that it has done.
  mutating func driverUnloaded(_ driver: UInt32, isWhole: Bool, _ facts: inout FactSink) {
    guard table.newest(ofDriver: driver) >= 0 else { return }
    let isKnown = isWhole && table.hasGiven(driver)
    var firsts: [LeftPlace: Int32] = [:]
    for life in table.live(ofDriver: driver) {
      if isKnown {
        tellLeft(life, &firsts, &facts)
      } else {
        facts.turn(.undecided, .keyHandle, life)
      }
    }
    while case let life = table.newest(ofDriver: driver), life >= 0 {
      close(life, &facts)
      forget(life)
    }
  }

  private mutating func tellLeft(
    _ life: Int32, _ firsts: inout [LeftPlace: Int32], _ facts: inout FactSink
  ) {
    // By the DDI where the trace names no source.
    let place = LeftPlace(
      source: table[life].made.source, name: UInt32(table[life].ddi.rawValue))
    if let first = firsts[place] {
      table.sum(first, size: 0)
      tell(.leftWithOthers, life, &facts)
    } else {
      firsts[place] = life
      table.sum(life, size: 0)
      tell(.leftOpen, life, &facts)
    }
  }

  /// How many handles of the place of a life the driver that is unloaded has left open.
  func left(with life: Int32) -> Int { table.sums[life]?.count ?? 0 }

  /// The handle is returned again: it was closed where no tracer looks.
  private mutating func end(_ life: Int32, _ facts: inout FactSink) {
    tell(.lifeEnded, life, &facts)
    close(life, &facts)
    forget(life)
  }

  private func close(_ life: Int32, _ facts: inout FactSink) {
    facts.turn(.closed, .keyHandle, life)
  }

  private mutating func doubt(_ life: Int32, _ facts: inout FactSink) {
    facts.turn(.undecided, .keyHandle, life)
    forget(life)
  }

  private mutating func forget(_ life: Int32) {
    table.forget(life)
    leaveThread(life)
  }

  private mutating func leaveThread(_ life: Int32) {
    if reading == .sdv { byThread.remove(life, table[life].thread) }
  }

  /// What is open at a gap may be closed.
  mutating func gap(_ facts: inout FactSink) {
    while table.oldestLive >= 0 { doubt(table.oldestLive, &facts) }
    while table.oldestKept >= 0 { doubt(table.oldestKept, &facts) }
  }

  /// The trace ends.
  mutating func finish(_ facts: inout FactSink) { gap(&facts) }

  /// What does not agree in the lists, for ``ModelAudit``.
  func inconsistencies() -> [String] { table.inconsistencies("handles of keys") }
}
