// The bookkeeping of remove locks: their lives, owners, acquisitions and refusals.
extension DriverModel {
  /// Adds a fact about a lock, if it is certain.
  mutating func emitLock(_ fact: LockFact, _ lock: Int32, operand: UInt64) {
    guard locks[lock].state.contains(.certain) else { return }
    facts.append(
      FactRecord(
        subject: .lock, turn: .fact, fact: fact.rawValue, index: lock, operand: operand))
  }

  // MARK: Lives

  mutating func addLock(_ event: Event, phase: RemoveLock.Phase) -> Int32 {
    if locks.count >= limits.locks, oldestLock >= 0 {
      limitHits[Int(LimitKind.locks.rawValue)] += 1
      dropLock(oldestLock)
    }
    let lock = locks.insert(RemoveLock(pointer: event.lock, phase: phase, state: []))
    lockTable.set(event.lock, lock)
    locks[lock].all.previous = newestLock
    if newestLock >= 0 { locks[newestLock].all.next = lock } else { oldestLock = lock }
    newestLock = lock
    return lock
  }

  /// A lock is seen for the first time, in mid-life.
  mutating func beginMidLife(_ event: Event) -> Int32 {
    let lock = addLock(event, phase: .unknown)
    locks[lock].state = .midLife
    setCertain(lock, true)
    turn(.began, .lock, lock)
    return lock
  }

  /// The present life ends: what its rules watched for has not happened.
  mutating func endLife(_ lock: Int32) {
    guard locks[lock].state.contains(.certain), locks[lock].phase != .over,
      !locks[lock].state.contains(.settled)
    else { return }
    emitLock(.lifeEnded, lock, operand: 0)
    turn(.closed, .lock, lock)
  }

  /// The lock falls out at a limit: what it knew is undecided.
  private mutating func dropLock(_ lock: Int32) {
    turn(.undecided, .lock, lock)
    var acquisition = locks[lock].firstAcquisition
    while acquisition >= 0 {
      let context = acquisitions[acquisition].context
      if context >= 0 { makeUncertain(context) }
      acquisition = acquisitions[acquisition].ofLock.next
    }
    forget(lock)
  }

  /// The lock is as never seen.
  mutating func forget(_ lock: Int32) {
    forgetAcquisitions(lock)
    setCertain(lock, false)
    setOwner(-1, of: lock)
    unlinkFromDriver(lock)
    let all = locks[lock].all
    if all.previous >= 0 { locks[all.previous].all.next = all.next } else { oldestLock = all.next }
    if all.next >= 0 {
      locks[all.next].all.previous = all.previous
    } else {
      newestLock = all.previous
    }
    lockTable.remove(locks[lock].pointer)
    locks[lock].phase = .over
    goneLocks.append(lock)
  }

  /// The owner is deleted: its locks end with it. A drained lock stays drained, so that an acquire
  /// after the removal is still found.
  mutating func endOwnedLocks(_ device: Int32) {
    var lock = devices[device].firstOwnedLock
    while lock >= 0 {
      let next = locks[lock].owned.next
      if locks[lock].phase == .drained {
        endLife(lock)
        locks[lock].state.insert(.settled)
      } else {
        endLock(lock, unloaded: false)
      }
      lock = next
    }
  }

  /// The lock's memory is gone with its owner or driver.
  mutating func endLock(_ lock: Int32, unloaded: Bool) {
    if locks[lock].phase == .over {
      if unloaded { unlinkFromDriver(lock) }
      return
    }
    if locks[lock].held > 0, locks[lock].phase != .drained {
      emitLock(.leftAtEnd, lock, operand: acquisitions[locks[lock].firstAcquisition].tag)
    }
    endLife(lock)
    if locks[lock].held == 0 || locks[lock].phase == .drained {
      forget(lock)
    } else {
      // What is left is matched silently when its releases come.
      setCertain(lock, false)
      locks[lock].phase = .over
      setOwner(-1, of: lock)
      unlinkFromDriver(lock)
    }
  }

  /// A device was added again without having been deleted: the locks that are not drained are the
  /// new life's.
  mutating func passLocks(from old: Int32, to new: Int32) {
    var lock = devices[old].firstOwnedLock
    while lock >= 0 {
      let next = locks[lock].owned.next
      if locks[lock].phase == .drained {
        endLife(lock)
        locks[lock].state.insert(.settled)
      } else {
        setOwner(new, of: lock)
        devices[new].state.insert(.usesLocks)
      }
      lock = next
    }
  }

  mutating func setCertain(_ lock: Int32, _ isCertain: Bool) {
    if isCertain {
      locks[lock].state.insert(.certain)
      guard locks[lock].certainPlace < 0 else { return }
      locks[lock].certainPlace = Int32(certainLocks.count)
      certainLocks.append(lock)
    } else {
      locks[lock].state.remove(.certain)
      let place = Int(locks[lock].certainPlace)
      guard place >= 0 else { return }
      certainLocks.swapAt(place, certainLocks.count - 1)
      certainLocks.removeLast()
      if place < certainLocks.count { locks[certainLocks[place]].certainPlace = Int32(place) }
      locks[lock].certainPlace = -1
    }
  }

  // MARK: Owner and driver

  mutating func setOwner(_ device: Int32, of lock: Int32) {
    let old = locks[lock].owner
    guard old != device else { return }
    if old >= 0 {
      let owned = locks[lock].owned
      if owned.previous >= 0 {
        locks[owned.previous].owned.next = owned.next
      } else {
        devices[old].firstOwnedLock = owned.next
      }
      if owned.next >= 0 { locks[owned.next].owned.previous = owned.previous }
      locks[lock].owned = IRPContext.Links()
      dropReference(old)
    }
    locks[lock].owner = device
    guard device >= 0 else { return }
    devices[device].references += 1
    let first = devices[device].firstOwnedLock
    locks[lock].owned.next = first
    if first >= 0 { locks[first].owned.previous = lock }
    devices[device].firstOwnedLock = lock
    if locks[lock].driver == 0 { linkToDriver(lock, devices[device].driver) }
  }

  mutating func nameDriver(_ event: Event, _ lock: Int32) {
    if locks[lock].driver == 0 { linkToDriver(lock, event.driver.rawValue) }
  }

  private mutating func linkToDriver(_ lock: Int32, _ name: UInt32) {
    let driver = driverIndex(name)
    guard driver >= 0 else { return }
    locks[lock].driver = name
    let first = drivers[Int(driver)].firstLock
    locks[lock].ofDriver.next = first
    if first >= 0 { locks[first].ofDriver.previous = lock }
    drivers[Int(driver)].firstLock = lock
  }

  private mutating func unlinkFromDriver(_ lock: Int32) {
    guard locks[lock].driver != 0 else { return }
    let driver = driverTable.find(UInt64(locks[lock].driver))
    let links = locks[lock].ofDriver
    if links.previous >= 0 {
      locks[links.previous].ofDriver.next = links.next
    } else if driver >= 0 {
      drivers[Int(driver)].firstLock = links.next
    }
    if links.next >= 0 { locks[links.next].ofDriver.previous = links.previous }
    locks[lock].ofDriver = IRPContext.Links()
    locks[lock].driver = 0
  }

  /// A lock in use that was never initialised, in a trace that would show it.
  mutating func checkInitialized(_ lock: Int32, _ event: Event) {
    let owner = locks[lock].owner
    guard locks[lock].state.contains(.midLife), owner >= 0, isWhole,
      devices[owner].state.contains(.added), locks[lock].phase != .over
    else { return }
    emitLock(.usedUninitialized, lock, operand: event.tag)
  }
}

// Acquisitions.
extension DriverModel {
  mutating func addAcquisition(_ event: Event, _ lock: Int32, _ context: Int32) {
    var made = Acquisition(
      lock: lock, tag: event.tag, context: context, hadContext: context >= 0,
      major: MajorFunction(0), minor: MinorFunction(0), hasMinor: false, irp: 0,
      acquired: EventStamp(event))
    if context >= 0 {
      made.major = contexts[context].major
      made.minor = contexts[context].minor
      made.hasMinor = contexts[context].parameters.contains(.minor)
      made.irp = contexts[context].irp
    }
    made.ofLock.previous = locks[lock].lastAcquisition
    if context >= 0 { made.ofContext.next = contexts[context].acquisitions }
    let acquisition = acquisitions.insert(made)
    addToTag(acquisition, lock, event.tag)
    if refusedTags.count > 0 { refusedTags.remove(PairKey(first: event.lock, second: event.tag)) }
    if made.ofLock.previous >= 0 {
      acquisitions[made.ofLock.previous].ofLock.next = acquisition
    } else {
      locks[lock].firstAcquisition = acquisition
    }
    locks[lock].lastAcquisition = acquisition
    locks[lock].held += 1
    guard context >= 0 else { return }
    if made.ofContext.next >= 0 {
      acquisitions[made.ofContext.next].ofContext.previous = acquisition
    }
    contexts[context].acquisitions = acquisition
    contexts[context].depth += 1
  }

  /// Takes an acquisition out of all lists.
  mutating func remove(_ acquisition: Int32) {
    let gone = acquisitions[acquisition]
    removeFromTag(acquisition, gone)
    if gone.ofLock.previous >= 0 {
      acquisitions[gone.ofLock.previous].ofLock.next = gone.ofLock.next
    } else {
      locks[gone.lock].firstAcquisition = gone.ofLock.next
    }
    if gone.ofLock.next >= 0 {
      acquisitions[gone.ofLock.next].ofLock.previous = gone.ofLock.previous
    } else {
      locks[gone.lock].lastAcquisition = gone.ofLock.previous
    }
    locks[gone.lock].held -= 1
    if gone.context >= 0 { removeFromContext(gone) }
    acquisitions.remove(acquisition)
  }

  private mutating func removeFromContext(_ gone: Acquisition) {
    if gone.ofContext.previous >= 0 {
      acquisitions[gone.ofContext.previous].ofContext.next = gone.ofContext.next
    } else {
      contexts[gone.context].acquisitions = gone.ofContext.next
    }
    if gone.ofContext.next >= 0 {
      acquisitions[gone.ofContext.next].ofContext.previous = gone.ofContext.previous
    }
    contexts[gone.context].depth -= 1
  }

  /// The lock starts anew with nothing held; what contexts held of it they hold no more.
  mutating func forgetAcquisitions(_ lock: Int32) {
    while case let acquisition = locks[lock].firstAcquisition, acquisition >= 0 {
      let context = acquisitions[acquisition].context
      remove(acquisition)
      if context >= 0, contexts[context].state.contains(.live) { endIfFinished(context) }
    }
  }

  /// The acquisition that a release with the event's lock and tag takes away, or -1: the one made
  /// last by the current context, else the oldest whose dispatch routine has returned, else the
  /// oldest.
  mutating func acquisitionToRelease(_ event: Event, _ lock: Int32, _ top: Int32) -> Int32 {
    var steps = limits.acquisitionsPerTag
    if top >= 0 {
      var own = contexts[top].acquisitions
      while own >= 0, steps > 0 {
        if acquisitions[own].lock == lock, acquisitions[own].tag == event.tag { return own }
        own = acquisitions[own].ofContext.next
        steps -= 1
      }
    }
    let oldest = oldestAcquisition(lock, event.tag)
    var acquisition = oldest
    steps = limits.acquisitionsPerTag
    while acquisition >= 0, steps > 0 {
      let context = acquisitions[acquisition].context
      if context < 0 || contexts[context].dispatchFrames == 0 { return acquisition }
      acquisition = acquisitions[acquisition].ofTag.next
      steps -= 1
    }
    return oldest
  }

  // MARK: Acquisitions by lock and tag

  /// The oldest acquisition of the lock with this tag, or -1.
  @inline(__always)
  func oldestAcquisition(_ lock: Int32, _ tag: UInt64) -> Int32 {
    oldestOfTag.find(hash(lock, tag)) {
      acquisitions[$0].tag == tag && acquisitions[$0].lock == lock
    }
  }

  @inline(__always)
  func hash(_ lock: Int32, _ tag: UInt64) -> UInt32 {
    let mixed = tag &+ UInt64(UInt32(bitPattern: lock)) &* 0xD1B5_4A32_D192_ED03
    return UInt32(truncatingIfNeeded: mixed.hashWord(seed: seed))
  }

  /// Adds a new acquisition as the last with its lock and tag.
  private mutating func addToTag(_ acquisition: Int32, _ lock: Int32, _ tag: UInt64) {
    let first = oldestAcquisition(lock, tag)
    guard first >= 0 else {
      acquisitions[acquisition].ofTag.previous = acquisition
      oldestOfTag.insert(hash(lock, tag), acquisition)
      return
    }
    let last = acquisitions[first].ofTag.previous
    acquisitions[last].ofTag.next = acquisition
    acquisitions[acquisition].ofTag.previous = last
    acquisitions[first].ofTag.previous = acquisition
  }

  /// Takes an acquisition out of the list of its lock and tag, where the first knows the last.
  private mutating func removeFromTag(_ acquisition: Int32, _ gone: Acquisition) {
    let (previous, next) = (gone.ofTag.previous, gone.ofTag.next)
    if previous == acquisition {
      oldestOfTag.remove(hash(gone.lock, gone.tag), acquisition)
    } else if acquisitions[previous].ofTag.next != acquisition {
      oldestOfTag.replace(hash(gone.lock, gone.tag), acquisition, with: next)
      acquisitions[next].ofTag.previous = previous
    } else {
      acquisitions[previous].ofTag.next = next
      let follower = next >= 0 ? next : oldestAcquisition(gone.lock, gone.tag)
      acquisitions[follower].ofTag.previous = previous
    }
  }

  // MARK: Refusals

  /// Refusals of one context that are remembered at most; no driver retries that often.
  private static var refusalsPerContext: UInt8 { 64 }

  mutating func remember(refusal event: Event, _ context: Int32) {
    let key = PairKey(first: event.lock, second: event.tag)
    let known = refusedTags.find(key)
    if known >= 0, refusals[known].context == context { return }
    guard contexts[context].refusalCount < Self.refusalsPerContext else { return }
    let refusal = refusals.insert(
      Refusal(key: key, context: context, next: contexts[context].refusals))
    refusedTags.set(key, refusal)
    contexts[context].refusals = refusal
    contexts[context].refusalCount += 1
  }

  /// Whether the last acquire with the event's lock and tag was refused.
  mutating func isRefused(_ event: Event) -> Bool {
    refusedTags.find(PairKey(first: event.lock, second: event.tag)) >= 0
  }

  mutating func forgetRefusals(_ context: Int32) {
    var refusal = contexts[context].refusals
    while refusal >= 0 {
      let gone = refusals[refusal]
      if refusedTags.find(gone.key) == refusal { refusedTags.remove(gone.key) }
      refusals.remove(refusal)
      refusal = gone.next
    }
    contexts[context].refusals = -1
    contexts[context].refusalCount = 0
  }
}
