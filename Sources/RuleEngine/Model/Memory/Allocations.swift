/// One life of pool memory: what an ExAllocatePool… returned, until it is freed, or its address returned again.
struct Allocation: HandedOut {
  /// The address.
  var address: UInt64
  /// `size`; 0 where the trace names none.
  var size: UInt64
  /// The allocation.
  var made: EventStamp
  /// The ExFreePool; none while it is live.
  var given = EventStamp.none
  /// The frame of the ExFreePool.
  var site = FrameSite.none
  /// The driver, as a string id; 0 where it is not known.
  var driver: UInt32
  /// `pooltag`, as a string id; 0 where the trace names none.
  var tag: UInt32
  /// The DDI that returned it.
  var ddi: EventKind
  var state: State

  struct State: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt8
    /// The trace says of which pool it is.
    static let poolKnown = State(rawValue: 1)
    /// It is paged.
    static let paged = State(rawValue: 2)
    /// It may be the answer to a PnP request, which its caller frees.
    static let forCaller = State(rawValue: 4)
  }

  var key: UInt64 { address }

  /// Whether it is paged; nil where the trace does not say of which pool it is.
  var isPaged: Bool? { state.contains(.poolKnown) ? state.contains(.paged) : nil }
}

/// The pool memory that drivers have allocated, and what was freed lately.
///
/// Memory is allocated and freed where no tracer looks, and its addresses are used again at once: nothing is
/// concluded from an address alone.
struct Allocations: Sendable {
  private var table: LifeTable<Allocation>

  init(limits: Limits) {
    table = LifeTable(live: limits.allocations, kept: limits.keptAllocations)
  }

  /// See ``Store/claim()``.
  mutating func claim() { table.claim() }

  @inline(__always)
  subscript(life: Int32) -> Allocation { table[life] }

  /// The life at an address, live or freed, or -1.
  func life(at address: UInt64) -> Int32 { table.find(address) }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { table.hasGone }

  /// Gives free what the last event's facts named.
  mutating func sweep() { table.sweep() }

  private func tell(_ fact: AllocationFact, _ life: Int32, _ facts: inout FactSink) {
    facts.add(fact.rawValue, about: .allocation, life)
  }

  // MARK: Allocating

  /// An ExAllocatePool… has returned memory.
  mutating func allocated(
    _ event: Event, driver: UInt32, isForCaller: Bool, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) {
    let old = table.find(event.operand)
    if old >= 0 { end(old, &facts) }
    if let oldest = table.oldestAtLimit {
      coverage.reached(.allocations)
      doubt(oldest, &facts)
    }
    var state: Allocation.State = isForCaller ? .forCaller : []
    if let isPaged = event.isOfPagedPool {
      state.insert(.poolKnown)
      if isPaged { state.insert(.paged) }
    }
    let life = table.insert(
      Allocation(
        address: event.operand, size: event.has(.size) ? event.number : 0, made: EventStamp(event),
        driver: driver, tag: event.has(.pooltag) ? event.text.rawValue : 0, ddi: event.kind,
        state: state))
    facts.turn(.began, .allocation, life)
  }

  // MARK: Freeing

  /// ExFreePool of an address, in a frame.
  mutating func freed(
    _ event: Event, driver: UInt32, at site: FrameSite, _ facts: inout FactSink
  ) {
    let life = table.find(event.operand)
    guard life >= 0 else { return table.gives(driver) }
    if table[life].isOver {
      freedAgain(event, life, at: site, &facts)
      return
    }
    tell(.freed, life, &facts)
    table[life].site = site
    if let forgotten = table.keep(life, event, driver: driver) { close(forgotten, &facts) }
  }

  /// Who names the tag of memory that was freed means that memory, and so does the frame that freed it. Anything
  /// else may be memory of the system's that has the address now.
  private mutating func freedAgain(
    _ event: Event, _ life: Int32, at site: FrameSite, _ facts: inout FactSink
  ) {
    let hasTag =
      event.has(.pooltag) && event.text.rawValue == table[life].tag && table[life].tag != 0
    if hasTag || site.frame != 0 && site == table[life].site {
      tell(.freedAgain, life, &facts)
    } else {
      close(life, &facts)
      table.forget(life)
    }
  }

  // MARK: The end

  /// The driver is unloaded; `isWhole` where the trace shows all that it has done.
  mutating func driverUnloaded(_ driver: UInt32, isWhole: Bool, _ facts: inout FactSink) {
    guard table.newest(ofDriver: driver) >= 0 else { return }
    let isKnown = isWhole && table.hasGiven(driver)
    var firsts: [LeftPlace: Int32] = [:]
    for life in table.live(ofDriver: driver) {
      if isKnown, !table[life].state.contains(.forCaller) {
        tellLeft(life, &firsts, &facts)
      } else {
        facts.turn(.undecided, .allocation, life)
      }
    }
    while case let life = table.newest(ofDriver: driver), life >= 0 {
      close(life, &facts)
      table.forget(life)
    }
  }

  private mutating func tellLeft(
    _ life: Int32, _ firsts: inout [LeftPlace: Int32], _ facts: inout FactSink
  ) {
    let allocation = table[life]
    let source = allocation.made.source
    let place = LeftPlace(source: source, name: source == 0 ? allocation.tag : 0)
    if let first = firsts[place] {
      table.sum(first, size: allocation.size)
      tell(.leftWithOthers, life, &facts)
    } else {
      firsts[place] = life
      table.sum(life, size: allocation.size)
      tell(.leftAtUnload, life, &facts)
    }
  }

  /// How many allocations of the place of a life, and how many bytes, the driver that is unloaded has left.
  func left(with life: Int32) -> LeftSum { table.sums[life] ?? LeftSum() }

  /// The address is returned again: it was freed where no tracer looks.
  private mutating func end(_ life: Int32, _ facts: inout FactSink) {
    tell(.lifeEnded, life, &facts)
    close(life, &facts)
    table.forget(life)
  }

  private func close(_ life: Int32, _ facts: inout FactSink) {
    facts.turn(.closed, .allocation, life)
  }

  private mutating func doubt(_ life: Int32, _ facts: inout FactSink) {
    facts.turn(.undecided, .allocation, life)
    table.forget(life)
  }

  /// What is live at a gap may be freed.
  mutating func gap(_ facts: inout FactSink) {
    while table.oldestLive >= 0 { doubt(table.oldestLive, &facts) }
    while table.oldestKept >= 0 { doubt(table.oldestKept, &facts) }
  }

  /// The trace ends.
  mutating func finish(_ facts: inout FactSink) { gap(&facts) }

  // MARK: Reports

  /// The live ones, oldest first.
  var live: [Int32] { table.all }

  /// What does not agree in the lists, for ``ModelAudit``.
  func inconsistencies() -> [String] { table.inconsistencies("allocations") }
}
