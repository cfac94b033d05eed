/// What each thread holds: spin locks, the cancel spin lock, regions, resources; and what was given back last.
///
/// A life begins where something is taken and ends where it is given back, where it turns out that this
/// happened where the tracer does not look, or at a gap. Of a spin lock nothing is known at first; it is held
/// after an acquire, and free after a release by its holder. How things are given back is in
/// `Holds+Releases.swift`, what frames and calls have to do with it in `Holds+Frames.swift`.
struct Holds: Sendable {
  var table = HoldTable()
  private let limit: Int
  private let keptLimit: Int
  /// The last event before the last gap.
  private(set) var beforeGap: UInt64 = 0
  /// Since when all regions that threads entered are known: the last gap, or what fell out.
  var knownSince: UInt64 = 0
  /// Where it was last not known any more whether a spin lock was held.
  private var doubted: UInt64 = 0
  /// The last event that may concern the room.
  var now: UInt64 = 0
  /// Whether it is known who holds the cancel spin lock: since an event of it, until a gap or what fell out.
  private(set) var isCancelSpinLockFollowed = false
  /// Which drivers' cancel-spin-lock events and region events the trace has had.
  private var cancelDrivers = DriverSet()
  private var regionDrivers = DriverSet()

  init(limits: Limits) {
    limit = limits.holds
    keptLimit = limits.keptHolds
  }

  /// See ``Store/claim()``.
  mutating func claim() { table.claim() }

  @inline(__always)
  subscript(hold: Int32) -> Hold { table[hold] }

  /// Whether a thread holds anything, so that other events may concern the room.
  @inline(__always) var isWatching: Bool { table.live.count > 0 }

  /// Whether a thread holds a spin lock.
  @inline(__always) var areSpinLocksHeld: Bool { table.spinLockCount > 0 }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { table.hasGone }

  /// Gives free what the last event's facts named.
  mutating func sweep() { table.sweep() }

  @inline(__always)
  func tell(_ fact: HoldFact, _ hold: Int32, _ facts: inout FactSink) {
    facts.add(fact.rawValue, about: .hold, hold)
  }

  // MARK: Which events the trace has had

  mutating func cancelSpinLockSeen(of driver: UInt32) {
    cancelDrivers.insert(driver)
    isCancelSpinLockFollowed = true
  }

  mutating func regionSeen(of driver: UInt32) { regionDrivers.insert(driver) }

  /// Whether the trace has had an event of the cancel spin lock of this driver.
  func usesCancelSpinLock(_ driver: UInt32) -> Bool { cancelDrivers.contains(driver) }

  /// Who holds the cancel spin lock is not known until its next event.
  mutating func cancelSpinLockLost() { isCancelSpinLockFollowed = false }

  /// Whether the thread holds the cancel spin lock.
  func holdsCancelSpinLock(_ thread: UInt64) -> Bool {
    let hold = table.cancel
    return hold >= 0 && !table[hold].isFree && table[hold].thread == thread
  }

  /// Whether the trace has had an event of a region of this driver.
  func usesRegions(_ driver: UInt32) -> Bool { regionDrivers.contains(driver) }

  // MARK: Taking

  /// KeAcquireSpinLock or one of its like has returned with the lock.
  mutating func spinLockTaken(
    _ event: Event, at site: HoldSite?, _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    takeFromOthers(event.lock, site, .spinLock, event, &facts)
    guard let site else { return }
    var new = Hold(.spinLock, event, at: site)
    new.key = event.lock
    take(new, site, &facts, &coverage)
  }

  /// KeAcquireInStackQueuedSpinLock or one of its like has returned.
  mutating func queuedSpinLockTaken(
    _ event: Event, at site: HoldSite?, _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    takeFromOthers(event.lock, site, .queuedSpinLock, event, &facts)
    guard let site else { return }
    let old = table.handle(event.operand, of: site.thread)
    if old >= 0 { takeAgain(old, event, &facts) }
    var new = Hold(.queuedSpinLock, event, at: site)
    new.key = event.operand
    new.lock = event.lock
    take(new, site, &facts, &coverage)
  }

  /// The cancel spin lock is taken: by IoAcquireCancelSpinLock, or for a cancel routine that is entered.
  mutating func cancelSpinLockTaken(
    _ event: Event, at site: HoldSite?, _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    let old = table.cancel
    if old >= 0 {
      let isOwn = site.map { $0.thread == table[old].thread } ?? false
      if isOwn, !table[old].isFree, event.kind == .callbackEnter {
        // A driver that holds it may call its own cancel routine.
        return
      }
      if isOwn { takeAgain(old, event, &facts) } else { doubt(old, &facts) }
    }
    guard let site else { return }
    take(Hold(.cancelSpinLock, event, at: site), site, &facts, &coverage)
  }

  /// A thread takes a spin lock: who held it before does not any more.
  private mutating func takeFromOthers(
    _ lock: UInt64, _ site: HoldSite?, _ kind: HoldKind, _ event: Event, _ facts: inout FactSink
  ) {
    let old = table.lock(at: lock)
    guard old >= 0 else { return }
    let isOwn = table[old].kind == kind && table[old].thread == site?.thread
    if isOwn, kind == .spinLock { return takeAgain(old, event, &facts) }
    // A queued one is told by its handle.
    if isOwn, table[old].key == event.operand { return }
    doubt(old, &facts)
  }

  /// A thread takes what it holds, or held last.
  private mutating func takeAgain(_ old: Int32, _ event: Event, _ facts: inout FactSink) {
    if table[old].isFree { return table.forget(old) }
    // Below DISPATCH_LEVEL it held none: the release was not traced.
    if !event.has(.oldirql) || event.oldIRQL >= 2 { tell(.takenAgain, old, &facts) }
    doubt(old, &facts)
  }

  /// A region is entered.
  mutating func regionEntered(
    _ kind: HoldKind, _ event: Event, at site: HoldSite, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) {
    take(Hold(kind, event, at: site), site, &facts, &coverage)
  }

  /// A resource is acquired. `isInRegion` says whether in a region, where that can be judged.
  mutating func resourceTaken(
    _ event: Event, at site: HoldSite, isInRegion: Bool?, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) {
    var new = Hold(.resource, event, at: site)
    new.key = event.operand
    let hold = take(new, site, &facts, &coverage)
    if let isInRegion { tell(isInRegion ? .takenInRegion : .takenOutsideRegion, hold, &facts) }
  }

  @discardableResult
  private mutating func take(
    _ new: Hold, _ site: HoldSite, _ facts: inout FactSink, _ coverage: inout Coverage
  ) -> Int32 {
    var new = new
    if new.kind.isSpinLock {
      let before = table.newestSpinLock(of: site.thread)
      new.firstTaken = before >= 0 ? table[before].firstTaken : new.taken.position
      let isFirst = before < 0 || table[before].taken.position < site.hidden
      new.firstOldIRQL = isFirst ? new.oldIRQL : table[before].firstOldIRQL
    }
    if table.live.count >= limit {
      coverage.reached(.holds)
      knownSince = new.taken.position
      isCancelSpinLockFollowed = false
      doubt(table.live.oldest, &facts)
    }
    let hold = table.insert(new)
    facts.turn(.began, .hold, hold)
    return hold
  }

  /// Whether each spin lock that a thread held at some event has been released since.
  func haveReleased(all position: UInt64, _ thread: UInt64) -> Bool {
    let oldest = table.oldestSpinLock(of: thread)
    return doubted < position && (oldest < 0 || table[oldest].taken.position > position)
  }

  // MARK: The end

  /// It is given back.
  mutating func end(
    _ hold: Int32, _ event: Event, at site: HoldSite, _ facts: inout FactSink
  ) {
    tell(.released, hold, &facts)
    facts.turn(.closed, .hold, hold)
    table[hold].ended = EventStamp(event)
    table[hold].endedBy = event.kind
    table[hold].frame = site.frame
    table.keep(hold)
    if table.kept.count > keptLimit { table.forget(table.kept.oldest) }
  }

  /// Whether it is held, and by whom, is not known any more.
  mutating func doubt(_ hold: Int32, _ facts: inout FactSink) {
    if !table[hold].isFree {
      facts.turn(.undecided, .hold, hold)
      if table[hold].kind.isSpinLock { doubted = now }
    }
    table.forget(hold)
  }

  /// What something was that is given back, and that nobody is known to have taken.
  mutating func tellPassing(
    _ fact: HoldFact, _ kind: HoldKind, _ event: Event, at site: HoldSite, _ facts: inout FactSink
  ) {
    var new = Hold(kind, event, at: site)
    new.key = event.operand
    new.ended = new.taken
    let hold = table.insertPassing(new)
    facts.turn(.began, .hold, hold)
    tell(fact, hold, &facts)
    facts.turn(.closed, .hold, hold)
  }

  /// What is held at a gap may have been given back in it.
  mutating func gap(after last: UInt64, _ facts: inout FactSink) {
    while table.live.oldest >= 0 { doubt(table.live.oldest, &facts) }
    while table.kept.oldest >= 0 { table.forget(table.kept.oldest) }
    beforeGap = last
    isCancelSpinLockFollowed = false
    knownSince = max(knownSince, last)
  }

  /// The trace ends.
  mutating func finish(_ facts: inout FactSink) {
    while table.live.oldest >= 0 { doubt(table.live.oldest, &facts) }
  }
}
