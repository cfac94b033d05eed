/// The remove locks: their lives, who holds them, and whose an operation on them is.
///
/// The room works as in the `tracked` reading; what SDV counts is with the requests. Rooms that a method
/// only asks are `inout` all the same where it is not inlined: a copy of one costs more than an event.
struct RemoveLocks: Sendable {
  private var lives: LockLives
  private var refusals = Refusals()
  /// What reports tell of before.
  private(set) var history = LockHistory()

  init(limits: Limits) { lives = LockLives(limits: limits) }

  /// See ``Store/claim()``.
  mutating func claim() {
    lives.claim()
    refusals.claim()
    history.claim()
  }

  /// A remove lock.
  @inline(__always)
  subscript(lock: Int32) -> RemoveLock { lives[lock] }

  /// The lock at this address, or -1.
  @inline(__always)
  func find(_ pointer: UInt64) -> Int32 { lives.find(pointer) }

  /// The locks, oldest first.
  var all: [Int32] { lives.all }

  /// The acquisitions of a lock, oldest first.
  func acquisitions(of lock: RemoveLock, atMost most: Int = .max) -> [Acquisition] {
    lives.acquisitions.all(of: lock.holders, atMost: most)
  }

  /// Acquisitions of a lock that a release took away, though one that is left may have been meant.
  func candidates(of lock: RemoveLock) -> [Acquisition] { lives.gone.candidates(of: lock.gone) }

  /// The refused acquire that a release has last been found to answer to.
  var answeredRefusal: EvidenceRecord? { refusals.answered }

  /// The acquisitions of a request, the last made first.
  func acquisitions(of request: IRPContext, atMost most: Int = .max) -> [Acquisition] {
    lives.acquisitions.all(of: request.holdings, atMost: most)
  }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { lives.hasGone }

  /// Gives free what the last event's facts named and nothing needs any more.
  mutating func sweep() { lives.sweep() }

  /// A gap: no lock is certain any more.
  mutating func gap(_ facts: inout FactSink) { lives.gap(&facts) }

  /// The trace ends: what waits in vain is told.
  mutating func finish(_ facts: inout FactSink) { lives.finish(&facts) }

  // MARK: For requests and devices

  /// Something else may go on with what the request holds: see `docs/model.md`.
  mutating func handOn(_ context: Int32, _ requests: inout Requests) {
    lives.handOn(context, &requests)
  }

  /// What a request holds that is going belongs to nobody from here on.
  @inline(__always)
  mutating func disown(_ holdings: Holdings) { if holdings.depth > 0 { lives.disown(holdings) } }

  /// The request goes that was refused.
  @inline(__always)
  mutating func forget(_ list: inout RefusalList) { if !list.isEmpty { refusals.forget(&list) } }

  /// A frame goes that was refused though it has no context.
  @inline(__always)
  mutating func forget(_ frame: Frame) {
    if refusals.hasFrames { refusals.forget(frame: frame.entered) }
  }

  /// The device is deleted, and its locks with it.
  mutating func ownerDeleted(
    _ device: Int32, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    lives.ownerDeleted(device, &requests, &devices, &facts)
  }

  mutating func driverUnloaded(
    _ driver: Int32, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    lives.driverUnloaded(driver, &requests, &devices, &facts)
  }

  /// A device was added again without having been deleted.
  mutating func passOn(
    from old: Int32, to new: Int32, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    lives.passOn(from: old, to: new, &devices, &facts)
  }
}

// What drivers do with a lock. `top` is the context of the thread's top frame, or -1.
extension RemoveLocks {
  /// IoInitializeRemoveLock, for a device or for -1.
  mutating func initialized(
    _ event: Event, for device: Int32, _ top: Int32, _ requests: inout Requests,
    _ devices: inout Devices, _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    var lock = lives.find(event.lock)
    var isReported = false
    if lock >= 0 {
      isReported = lives[lock].isInUse && lives[lock].state.contains(.certain)
      if isReported {
        history.initializedBefore = lives[lock]
        lives.tell(.initializedAgain, lock, operand: 0, &facts)
      }
      lives.endLife(lock, &facts)
      if !isReported {
        lives.forgetAcquisitions(lock, isDrained: false, &requests, &facts)
      }
    } else {
      lock = lives.add(event, phase: .initialized, &requests, &devices, &facts, &coverage)
    }
    if device >= 0 {
      devices.usesRemoveLocks(device)
      lives.setOwner(device, of: lock, &devices)
    } else if !isReported {
      lives.setOwner(-1, of: lock, &devices)
    }
    lives[lock].initialize(
      event, isOwnerNamed: device >= 0,
      isOfOpenFile: top >= 0 && requests[top].major == .create)
    lives.nameDriver(event, lock, &devices)
    // After a report it is not known what the lock counts, until it is drained or initialised again.
    lives.setCertain(lock, !isReported)
    if !isReported { facts.turn(.began, .lock, lock) }
  }

  /// IoAcquireRemoveLock. Returns the context that it belongs to, or -1.
  mutating func acquired(
    _ event: Event, isSuccess: Bool, _ top: Int32, _ frame: Frame?, _ requests: inout Requests,
    _ devices: inout Devices, _ facts: inout FactSink, _ coverage: inout Coverage
  ) -> Int32 {
    var lock = lives.find(event.lock)
    if lock >= 0, isSuccess, lives[lock].phase == .over {
      lives.forget(lock, &requests, &devices, &facts)
      lock = -1
    }
    if lock < 0 { lock = lives.beginMidLife(event, &requests, &devices, &facts, &coverage) }
    lives.nameDriver(event, lock, &devices)
    if isSuccess, lives[lock].owner < 0, top >= 0, frame?.kind == .dispatch {
      lives.findOwner(of: lock, event, requests[top], &devices)
    }
    let context = lives.contextOfOperation(lock, tag: event.tag, top, &requests, &devices)
    if context >= 0 { devices.usesRemoveLocks(requests[context].device) }
    if isSuccess {
      if lives[lock].phase == .drained {
        lives.tell(.acquiredAfterDrain, lock, operand: event.tag, &facts)
      }
      lives.checkInitialized(lock, event, &devices, &facts, &coverage)
      succeeded(event, lock, context, &requests, &devices, &facts, &coverage)
    } else if context >= 0 {
      refusals.add(event, context, to: &requests[refusalsOf: context])
      requests.lockRefused(event, context, &facts)
    } else if let frame, coverage.isWhole || !lives[lock].state.contains(.midLife) {
      // Where the trace may have begun after the request, what it held before is not known.
      refusals.add(event, inFrame: frame.entered)
    }
    return context
  }

  private mutating func succeeded(
    _ event: Event, _ lock: Int32, _ context: Int32, _ requests: inout Requests,
    _ devices: inout Devices, _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    guard lives.acquire(event, lock, context, &requests, &facts, &coverage) else { return }
    refusals.acquired(event)
    if lives[lock].highWatermark > 0,
      lives[lock].holders.count > Int32(clamping: lives[lock].highWatermark)
    {
      lives.tell(.aboveHighWatermark, lock, operand: event.tag, &facts)
    }
    guard context >= 0 else { return }
    if !requests[context].refusals.isEmpty {
      refusals.acquired(event, by: &requests[refusalsOf: context])
    }
    requests.lockAcquired(event, context, &facts)
  }

  /// An acquire with a status that this version does not know: whether it succeeded is open.
  mutating func acquiredUnknown(
    _ event: Event, _ top: Int32, _ requests: inout Requests, _ devices: inout Devices,
    _ facts: inout FactSink
  ) {
    let lock = lives.find(event.lock)
    if lock >= 0 { lives.makeUncertain(lock, &facts) }
    if top >= 0 { requests.makeUncertain(top, &facts) }
    guard lock >= 0 else { return }
    let context = lives.contextOfOperation(lock, tag: event.tag, top, &requests, &devices)
    if context >= 0 { requests.makeUncertain(context, &facts) }
  }

  /// Follows which remove lock the context's device acquires (MultRemoveLock).
  mutating func deviceAcquired(
    _ event: Event, _ context: Int32, _ reading: Reading, _ requests: inout Requests,
    _ devices: inout Devices, _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    let device = requests[context].device
    let lock = lives.find(event.lock)
    guard lock >= 0, requests[context].isJudged,
      reading == .sdv
        || lives[lock].counts(
          for: device, asFirst: devices[device].firstLockPlace < 0, isWhole: coverage.isWhole)
    else { return }
    devices.acquired(event, device, &facts)
  }

  /// Takes the acquisition away; returns the context that the release belongs to, or -1.
  private mutating func release(
    _ acquisition: Int32, isOpen: Bool, _ event: Event, _ lock: Int32, _ top: Int32,
    _ requests: inout Requests, _ facts: inout FactSink
  ) -> Int32 {
    if lives[lock].maximumMinutes > 0,
      let held = lives.checkAge(of: acquisition, isOpen: isOpen, event, lock, &facts)
    {
      history.heldTooLong = held
    }
    if isOpen { lives.makeOpen(lock, tag: event.tag, &requests, &facts) }
    let taken = lives.take(acquisition, isOpen: isOpen, &requests)
    history.released(taken, of: lives[lock].owner, by: event)
    let context = taken.context
    if context >= 0 {
      let isShared = event.tag == 0 || event.tag != requests[context].irp
      let state = lives[lock].state
      let isUnsure = state.contains(.midLife) || !state.contains(.certain)
      if top != context, isShared || isUnsure { requests.depthIsUnknown(context) }
      return context
    }
    if taken.state.contains(.hadContext) { return -1 }
    return top >= 0 && requests[top].device == lives[lock].owner ? top : -1
  }

  /// IoReleaseRemoveLock and IoReleaseRemoveLockAndWait; `current` is the current context of the reading.
  mutating func released(
    _ event: Event, waits: Bool, _ top: Int32, current: Int32, _ thread: Int,
    _ threads: inout Threads, _ requests: inout Requests, _ devices: inout Devices,
    _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    let lock = lives.known(event, &requests, &devices, &facts, &coverage)
    lives.nameDriver(event, lock, &devices)
    lives.checkInitialized(lock, event, &devices, &facts, &coverage)
    var acquisition = lives.decided(event, lock, top, thread, &threads, &requests)
    var (isOpen, isRefused) = (false, false)
    if acquisition < 0 {
      isRefused = isRefusedHere(event, lock, top, threads.top(thread), &requests)
      if !isRefused { (acquisition, isOpen) = lives.undecided(event, lock, &requests) }
      // It may be a second one of a request that the thread has handled, and meet the next in its memory.
      if acquisition >= 0 {
        let owner = lives[lock].owner
        isOpen =
          requests.openHandled(irp: event.tag, device: owner, thread, threads, &facts) || isOpen
      }
    }
    let noted = EvidenceRecord(event, taking: lives.acquisitions.sign(of: acquisition))
    let context =
      acquisition >= 0
      ? release(acquisition, isOpen: isOpen, event, lock, top, &requests, &facts)
      : releaseUnmatched(
        event, lock, top, thread, threads, waits: waits, isRefused: isRefused, &requests, &devices,
        &facts)
    if context >= 0 {
      devices.usesRemoveLocks(requests[context].device)
      requests.note(noted, context)
    }
    if requests.reading == .tracked {
      if context >= 0 {
        requests.lockReleased(context, isMatched: acquisition >= 0, waits: waits, &facts)
      }
    } else if current >= 0 {
      if current != context { requests.note(noted, current) }
      devices.usesRemoveLocks(requests[current].device)
      requests.sdvReleased(waits: waits, current, &facts)
    }
    if waits { waitEntered(event, lock, context, current, &requests, &devices, &facts) }
    if acquisition >= 0, lives[lock].phase == .over, lives[lock].holders.count == 0 {
      lives.forget(lock, &requests, &devices, &facts)
    }
    if context >= 0, requests[context].state.contains(.live) {
      requests.endIfFinished(context, &facts)
    }
  }

  /// Whether the release is made in a frame that was refused with its lock and tag and has not acquired it
  /// since: then it takes nothing away, whoever else holds with that tag.
  @inline(__always)
  private mutating func isRefusedHere(
    _ event: Event, _ lock: Int32, _ top: Int32, _ frame: Frame?, _ requests: inout Requests
  ) -> Bool {
    if top >= 0, requests[top].refusals.isEmpty { return false }
    guard lives[lock].state.contains(.certain),
      event.tag != 0 || !lives[lock].state.contains(.midLife)
    else { return false }
    if top >= 0 { return refusals.isRefused(event, requests[top].refusals) }
    guard refusals.hasFrames, let frame else { return false }
    return refusals.isRefused(event, inFrame: frame.entered)
  }

  /// A release that no acquisition answers to; returns the context that it belongs to, or -1.
  private mutating func releaseUnmatched(
    _ event: Event, _ lock: Int32, _ top: Int32, _ thread: Int, _ threads: Threads, waits: Bool,
    isRefused: Bool, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink
  ) -> Int32 {
    guard lives[lock].state.contains(.certain), lives[lock].phase != .over else { return -1 }
    let isMidLife = lives[lock].state.contains(.midLife)
    if isRefused || !(isMidLife && event.tag == 0) && refusals.wasLast(event) {
      lives.tell(.refusedReleased, lock, operand: event.tag, &facts)
    } else if lives.takeForgotten(event.tag, of: lock) {
      return -1
    } else if lives[lock].state.contains(.countKnown) {
      let fact: LockFact =
        lives[lock].holders.count == 0
        ? .releasedEmpty : waits ? .waitedForeignTag : .releasedForeignTag
      lives.tell(fact, lock, operand: event.tag, &facts)
    }
    if !isMidLife {
      // The memory may have its next request: the thread has completed the one before and releases again.
      let handled = requests.handled(irp: event.tag, device: lives[lock].owner, thread, threads)
      return handled >= 0
        ? handled : lives.contextOfOperation(lock, tag: event.tag, top, &requests, &devices)
    }
    let isTops =
      top >= 0 && requests[top].device == lives[lock].owner && requests[top].irp == event.tag
    return isTops ? top : -1
  }

  private mutating func waitEntered(
    _ event: Event, _ lock: Int32, _ context: Int32, _ current: Int32,
    _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink
  ) {
    if lives[lock].phase != .over { lives[lock].phase = .draining }
    lives[lock].waitEntered = EventStamp(event)
    lives[lock].waitTag = event.tag
    lives.tell(.waiting, lock, operand: event.tag, &facts)
    if context >= 0 {
      // A pending IRP's hold may bear the removal's tag, since memory of IRPs is used again.
      let isRemoval = requests[context].isRemoval || current >= 0 && requests[current].isRemoval
      if !isRemoval, requests[context].state.contains(.certain),
        devices.isPnP(requests[context].device)
      {
        lives.tell(.waitedOutsideRemoveDevice, lock, operand: event.tag, &facts)
      }
      requests.tell(.drained, context, &facts)
    }
    if current >= 0, current != context,
      lives.mayOwn(lock, requests[current].device, &devices)
    {
      if requests.reading == .tracked { requests.note(event, current) }
      requests.tell(.drained, current, &facts)
    }
  }

  /// Release-and-wait returns.
  mutating func drained(
    _ event: Event, _ requests: inout Requests, _ devices: inout Devices, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) {
    let lock = lives.known(event, &requests, &devices, &facts, &coverage)
    guard lives[lock].phase != .over else { return }
    lives.tell(.waitReturned, lock, operand: lives[lock].waitTag, &facts)
    let isNews = !lives[lock].state.isSuperset(of: [.certain, .countKnown])
    if isNews { lives.endLife(lock, &facts) }
    lives[lock].phase = .drained
    lives[lock].state.insert(.countKnown)
    lives.forgetAcquisitions(lock, isDrained: true, &requests, &facts)
    if isNews {
      lives.setCertain(lock, true)
      facts.turn(.began, .lock, lock)
    }
  }
}

// Looking ahead, and looking through: see `Model+LookAhead.swift` and ``ModelAudit``.
extension RemoveLocks {
  /// The acquisition that an event with a tag is probably about, or -1.
  @inline(__always)
  func guess(_ event: Event) -> Int32 {
    lives.acquisitions.guess(lives.find(event.lock), event.tag)
  }

  /// See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ acquisition: Int32) -> UInt64 { lives.acquisitions.touch(acquisition) }

  /// See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ holdings: Holdings) -> UInt64 { lives.acquisitions.touch(holdings) }

  /// Everything, for ``ModelAudit``.
  var contents: (lives: LockLives, refusals: Refusals) { (lives, refusals) }
}
