/// The lives of remove locks, and the acquisitions of each.
struct LockLives: Sendable {
  private var table: LockTable
  private(set) var acquisitions: Acquisitions
  private(set) var gone = GoneAcquisitions()
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
    gone.claim()
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
  func tell(
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
    forgetAcquisitions(lock, isDrained: false, &requests, &facts)
    table.remove(lock, &devices)
  }

  /// The lock starts anew with nothing held: what contexts held of it they hold no more, and nothing that
  /// depends on it is reported for them. After a drain their releases are matched silently.
  mutating func forgetAcquisitions(
    _ lock: Int32, isDrained: Bool, _ requests: inout Requests, _ facts: inout FactSink
  ) {
    if !table[lock].gone.isEmpty { gone.dropAll(of: &table[lock].gone) }
    while case let acquisition = table[lock].holders.oldest, acquisition >= 0 {
      let taken = remove(acquisition, &requests)
      if isDrained { gone.addForgotten(taken, to: &table[lock].gone) }
      guard taken.context >= 0 else { continue }
      requests.holdingIsOpen(taken.context, &facts)
      if requests[taken.context].state.contains(.live) {
        requests.endIfFinished(taken.context, &facts)
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

  /// How often a lock goes over to a new life, so that a device with many locks does not cost more with each.
  private static var passingLimit: UInt8 { 16 }

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
      } else if table[lock].passings < Self.passingLimit {
        table[lock].passings += 1
        table.setOwner(new, of: lock, &devices)
        devices.usesRemoveLocks(new)
      } else {
        // A device that comes again and again without going: whose the lock is nobody knows.
        makeUncertain(lock, &facts)
        table.setOwner(-1, of: lock, &devices)
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

  /// Something else may go on with what the context holds.
  mutating func handOn(_ context: Int32, _ requests: inout Requests) {
    acquisitions.handOn(&requests[holdingsOf: context])
  }
}

// Whose a lock is, and whose an operation on it.
extension LockLives {
  /// The context that an acquire with this tag belongs to, or -1.
  @inline(__always)
  mutating func contextOfOperation(
    _ lock: Int32, tag: UInt64, _ top: Int32, _ requests: inout Requests, _ devices: inout Devices
  ) -> Int32 {
    let owner = table[lock].owner
    if owner >= 0 {
      let context = requests.live(devices[owner].pointer, tag)
      if context >= 0, requests[context].device == owner,
        requests[context].state.contains(.hasIRP)
      {
        return context
      }
    }
    guard top >= 0 else { return -1 }
    if owner >= 0 { return requests[top].device == owner ? top : -1 }
    return table[lock].state.contains(.midLife) || requests[top].irp == tag ? top : -1
  }

  /// Whether no other living device owns the lock.
  mutating func mayOwn(
    _ lock: Int32, _ device: Int32, _ devices: inout Devices
  ) -> Bool {
    let owner = table[lock].owner
    return owner < 0 || owner == device || !devices[owner].state.contains(.current)
  }

  /// The first acquire in a dispatch routine tells whose a lock is that no initialisation named a device for.
  /// Where the initialisation is in the trace only one for the request does: it may be another device's.
  mutating func findOwner(
    of lock: Int32, _ event: Event, _ request: IRPContext, _ devices: inout Devices
  ) {
    guard request.state.contains(.certain),
      table[lock].state.contains(.midLife) || event.tag == request.irp
    else { return }
    setOwner(request.device, of: lock, &devices)
  }
}

// Which acquisition a release takes away, after `docs/model.md`.
extension LockLives {
  /// The one that a frame decides: that of the current context, else that of the context that the thread's
  /// frames, down to its innermost dispatch or callback frame, have handled last; -1 where there is none.
  @inline(__always)
  mutating func decided(
    _ event: Event, _ lock: Int32, _ top: Int32, _ thread: Int, _ threads: inout Threads,
    _ requests: inout Requests
  ) -> Int32 {
    if top >= 0 {
      let own = acquisitions.last(of: requests[top].holdings, lock, tag: event.tag)
      if own >= 0 { return own }
    }
    return acquisitions.handled(event, lock, thread, &threads, &requests)
  }

  /// The one that age decides, or -1; and whether it is open which was meant.
  mutating func undecided(
    _ event: Event, _ lock: Int32, _ requests: inout Requests
  ) -> (acquisition: Int32, isOpen: Bool) {
    let acquisition = acquisitions.byAge(lock, tag: event.tag, &requests)
    return (acquisition, acquisition >= 0 && acquisitions.areOfSeveral(lock, tag: event.tag))
  }

  /// It is open which of several acquisitions a release takes: of none of their contexts anything is
  /// reported that depends on what it holds.
  mutating func makeOpen(
    _ lock: Int32, tag: UInt64, _ requests: inout Requests, _ facts: inout FactSink
  ) {
    for context in acquisitions.holders(lock, tag: tag) {
      requests.holdingIsOpen(context, &facts)
    }
  }

  /// Takes away the acquisition that a release takes, where `isOpen` one of several.
  @inline(__always)
  mutating func take(
    _ acquisition: Int32, isOpen: Bool, _ requests: inout Requests
  ) -> Acquisition {
    let taken = remove(acquisition, &requests)
    if isOpen || !table[taken.lock].gone.isEmpty { remember(taken, isOpen: isOpen) }
    return taken
  }

  private mutating func remember(_ taken: Acquisition, isOpen: Bool) {
    if acquisitions.oldest(taken.lock, taken.tag) < 0 {
      gone.dropCandidates(taken.tag, from: &table[taken.lock].gone)
    } else if isOpen {
      gone.addCandidate(taken, to: &table[taken.lock].gone)
    }
  }

  /// Takes one away that was left when the lock was drained; false where none has this tag.
  mutating func takeForgotten(_ tag: UInt64, of lock: Int32) -> Bool {
    !table[lock].gone.isEmpty && gone.takeForgotten(tag, from: &table[lock].gone)
  }
}
