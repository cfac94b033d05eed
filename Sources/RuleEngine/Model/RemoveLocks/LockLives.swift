/// The lives of remove locks, and the acquisitions of each.
struct LockLives: Sendable {
  private var table: LockTable
  private(set) var acquisitions: Acquisitions
  private let acquisitionLimit: Int

  init(limits: Limits) {
    table = LockTable(limits: limits)
    acquisitions = Acquisitions(limits: limits)
    acquisitionLimit = limits.acquisitions
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    table.claim()
    acquisitions.claim()
  }

  @inline(__always)
  subscript(lock: Int32) -> RemoveLock {
    get { table[lock] }
    _modify { yield &table[lock] }
  }

  /// The lock at this address, or -1.
  @inline(__always)
  func find(_ pointer: UInt64) -> Int32 { table.find(pointer) }

  /// Adds a fact about a lock, if it is certain.
  mutating func tell(
    _ fact: LockFact, _ lock: Int32, operand: UInt64, _ facts: inout FactSink
  ) {
    guard table[lock].state.contains(.certain) else { return }
    facts.add(fact.rawValue, about: .lock, lock, operand: operand)
  }

  mutating func makeUncertain(_ lock: Int32, _ facts: inout FactSink) {
    guard table[lock].state.contains(.certain) else { return }
    table.setCertain(lock, false)
    facts.turn(.undecided, .lock, lock)
  }

  /// A gap: no lock is certain any more.
  mutating func gap(_ facts: inout FactSink) { table.makeAllUncertain(&facts) }

  /// The trace ends: what waits in vain is told.
  mutating func finish(_ facts: inout FactSink) {
    let certain = table.allCertain
    for lock in certain where table[lock].phase == .draining && table[lock].holders.count > 0 {
      tell(.stuck, lock, operand: table[lock].waitTag, &facts)
    }
    for lock in certain { facts.turn(.undecided, .lock, lock) }
  }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { table.hasGone }

  /// Gives free what the last event's facts named and nothing needs any more.
  mutating func sweep() { table.sweep() }

  /// The locks, oldest first.
  var all: [Int32] { table.all }

  /// Everything, for ``ModelAudit``.
  var contents: LockTable { table }
}

// How lives begin and end.
extension LockLives {
  /// Adds a lock at an address where none is known.
  mutating func add(
    _ event: Event, phase: RemoveLock.Phase, _ requests: inout Requests, _ devices: inout Devices,
    _ facts: inout FactSink, _ coverage: inout Coverage
  ) -> Int32 {
    let old = table.atLimit
    if old >= 0 {
      coverage.reached(.locks)
      drop(old, &requests, &devices, &facts)
    }
    return table.add(event.lock, phase: phase)
  }

  /// The lock falls out at a limit: what it knew is undecided.
  private mutating func drop(
    _ lock: Int32, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    facts.turn(.undecided, .lock, lock)
    for held in acquisitions.all(of: table[lock].holders) where held.context >= 0 {
      requests.makeUncertain(held.context, &facts)
    }
    forget(lock, &requests, &devices, &facts)
  }

  /// The lock that an event names; one that is seen for the first time is in mid-life.
  @inline(__always)
  mutating func known(
    _ event: Event, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) -> Int32 {
    let lock = table.find(event.lock)
    return lock >= 0 ? lock : beginMidLife(event, &requests, &devices, &facts, &coverage)
  }

  mutating func beginMidLife(
    _ event: Event, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) -> Int32 {
    let lock = add(event, phase: .unknown, &requests, &devices, &facts, &coverage)
    table[lock].state = .midLife
    table.setCertain(lock, true)
    facts.turn(.began, .lock, lock)
    return lock
  }

  /// The present life ends: what its rules watched for has not happened.
  mutating func endLife(_ lock: Int32, _ facts: inout FactSink) {
    guard table[lock].state.contains(.certain), table[lock].phase != .over,
      !table[lock].state.contains(.settled)
    else { return }
    tell(.lifeEnded, lock, operand: 0, &facts)
    facts.turn(.closed, .lock, lock)
  }

  /// The lock is as never seen.
  mutating func forget(
    _ lock: Int32, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    forgetAcquisitions(lock, &requests, &facts)
    table.remove(lock, &devices)
  }

  /// The lock starts anew with nothing held; what contexts held of it they hold no more.
  mutating func forgetAcquisitions(
    _ lock: Int32, _ requests: inout Requests, _ facts: inout FactSink
  ) {
    while case let acquisition = table[lock].holders.oldest, acquisition >= 0 {
      let context = acquisitions[acquisition].context
      _ = remove(acquisition, &requests)
      if context >= 0, requests[context].state.contains(.live) {
        requests.endIfFinished(context, &facts)
      }
    }
  }

  /// The device is deleted: its locks end with it. A drained lock stays drained, so that an acquire
  /// after the removal is still found.
  mutating func ownerDeleted(
    _ device: Int32, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    var lock = table.firstOwned(by: device)
    while lock >= 0 {
      let next = table[lock].owned.next
      if table[lock].phase == .drained {
        settle(lock, &facts)
      } else {
        end(lock, isUnloaded: false, &requests, &devices, &facts)
      }
      lock = next
    }
  }

  private mutating func settle(_ lock: Int32, _ facts: inout FactSink) {
    endLife(lock, &facts)
    table[lock].state.insert(.settled)
  }

  mutating func driverUnloaded(
    _ driver: Int32, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    var lock = table.first(ofDriver: driver)
    while lock >= 0 {
      let next = table[lock].ofDriver.next
      end(lock, isUnloaded: true, &requests, &devices, &facts)
      lock = next
    }
  }

  /// The lock's memory is gone with its owner or driver.
  private mutating func end(
    _ lock: Int32, isUnloaded: Bool, _ requests: inout Requests, _ devices: inout Devices,
    _ facts: inout FactSink
  ) {
    if table[lock].phase == .over {
      if isUnloaded { table.unlinkFromDriver(lock, &devices) }
      return
    }
    let isHeld = table[lock].holders.count > 0
    if isHeld, table[lock].phase != .drained {
      tell(.leftAtEnd, lock, operand: acquisitions[table[lock].holders.oldest].tag, &facts)
    }
    endLife(lock, &facts)
    if !isHeld || table[lock].phase == .drained {
      forget(lock, &requests, &devices, &facts)
    } else {
      // What is left is matched silently when its releases come.
      table.setCertain(lock, false)
      table[lock].phase = .over
      table.setOwner(-1, of: lock, &devices)
      table.unlinkFromDriver(lock, &devices)
    }
  }

  /// A device was added again without having been deleted: the locks that are not drained are the
  /// new life's.
  mutating func passOn(
    from old: Int32, to new: Int32, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    var lock = table.firstOwned(by: old)
    while lock >= 0 {
      let next = table[lock].owned.next
      if table[lock].phase == .drained {
        settle(lock, &facts)
      } else {
        table.setOwner(new, of: lock, &devices)
        devices.usesRemoveLocks(new)
      }
      lock = next
    }
  }

  /// A lock in use that was never initialised, in a trace that would show it.
  @inline(__always)
  mutating func checkInitialized(
    _ lock: Int32, _ event: Event, _ devices: inout Devices, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) {
    let owner = table[lock].owner
    guard table[lock].state.contains(.midLife), owner >= 0, coverage.isWhole,
      devices[owner].state.contains(.added), table[lock].phase != .over
    else { return }
    tell(.usedUninitialized, lock, operand: event.tag, &facts)
  }

  // MARK: Owner and driver

  mutating func setOwner(_ device: Int32, of lock: Int32, _ devices: inout Devices) {
    table.setOwner(device, of: lock, &devices)
  }

  /// The event names the driver of a lock whose driver is not known.
  @inline(__always)
  mutating func nameDriver(_ event: Event, _ lock: Int32, _ devices: inout Devices) {
    table.nameDriver(event, lock, &devices)
  }

  mutating func setCertain(_ lock: Int32, _ isCertain: Bool) { table.setCertain(lock, isCertain) }

  // MARK: Acquisitions

  /// Remembers an acquisition for its context, where there is one; false at the limit, where what the
  /// lock and the context hold is not known from here on.
  @inline(__always)
  mutating func acquire(
    _ event: Event, _ lock: Int32, _ context: Int32, _ requests: inout Requests,
    _ facts: inout FactSink, _ coverage: inout Coverage
  ) -> Bool {
    guard acquisitions.count < acquisitionLimit else {
      coverage.reached(.acquisitions)
      makeUncertain(lock, &facts)
      if context >= 0 { requests.makeUncertain(context, &facts) }
      return false
    }
    let acquisition = acquisitions.add(
      Acquisition(event, lock, context, requests), to: &table[lock].holders)
    if context >= 0 { acquisitions.give(acquisition, to: &requests[holdingsOf: context]) }
    return true
  }

  /// The acquisition that the release takes away, or -1.
  @inline(__always)
  mutating func toRelease(
    _ lock: Int32, tag: UInt64, by current: Int32, _ requests: inout Requests
  ) -> Int32 {
    acquisitions.toRelease(lock, tag: tag, by: current, &requests)
  }

  /// Takes an acquisition away from its lock and its context.
  @inline(__always)
  mutating func remove(_ acquisition: Int32, _ requests: inout Requests) -> Acquisition {
    let gone = acquisitions.remove(
      acquisition, from: &table[acquisitions[acquisition].lock].holders)
    if gone.context >= 0 { acquisitions.take(gone, from: &requests[holdingsOf: gone.context]) }
    return gone
  }

  /// What a context holds that is going belongs to nobody from here on.
  mutating func disown(_ holdings: Holdings) { acquisitions.disown(holdings) }

  /// See ``Acquisitions/forItself(_:)``.
  mutating func heldForItself(_ holdings: Holdings) -> Int { acquisitions.forItself(holdings) }
}
