// Remove locks: initialisation, acquire, release, release-and-wait, and the life of a lock.
extension DriverModel {
  // MARK: Initialisation

  mutating func lockInitialized(_ event: Event, _ thread: Int) {
    var lock = lockTable.find(event.lock)
    var isReported = false
    if lock >= 0 {
      isReported = isInUse(lock) && locks[lock].state.contains(.certain)
      if isReported { emitLock(.initializedAgain, lock, operand: 0) }
      endLife(lock)
      if !isReported { forgetAcquisitions(lock) }
    } else {
      lock = addLock(event, phase: .initialized)
    }
    if event.has(.dev) {
      let device = deviceIndex(event)
      devices[device].state.insert(.usesLocks)
      setOwner(device, of: lock)
    } else if !isReported {
      setOwner(-1, of: lock)
    }
    let current = topContext(thread)
    var state: RemoveLock.State = [.countKnown]
    if event.has(.dev) { state.insert(.ownerNamed) }
    if current >= 0, contexts[current].major == .create { state.insert(.ofOpenFile) }
    locks[lock].phase = .initialized
    locks[lock].state = state
    locks[lock].maximumMinutes = event.has(.maxmin) ? event.number : 0
    locks[lock].highWatermark = event.highWatermark
    locks[lock].initialized = EventStamp(event)
    locks[lock].waitEntered = .none
    nameDriver(event, lock)
    // After a report it is not known what the lock counts, until it is drained or initialised again.
    setCertain(lock, !isReported)
    if !isReported { turn(.began, .lock, lock) }
  }

  /// Whether initialising the lock is a fault. Drained memory of an unknown or deleted owner may
  /// have been freed and be a new lock.
  private func isInUse(_ lock: Int32) -> Bool {
    switch locks[lock].phase {
    case .unknown, .over: false
    case .initialized, .draining: true
    case .drained:
      locks[lock].state.contains(.ownerNamed) && !locks[lock].state.contains(.settled)
    }
  }

  // MARK: Acquire

  mutating func lockAcquired(_ event: Event, _ thread: Int) {
    guard let status = event.status else {
      acquiredUnknown(event, thread)
      return
    }
    let isSuccess = status == .success
    var lock = lockTable.find(event.lock)
    if lock >= 0, isSuccess, locks[lock].phase == .over {
      forget(lock)
      lock = -1
    }
    if lock < 0 { lock = beginMidLife(event) }
    nameDriver(event, lock)
    let top = topContext(thread)
    if isSuccess { findOwner(of: lock, top, thread) }
    let context = contextOfLockOperation(lock, tag: event.tag, top)
    if context >= 0 { devices[contexts[context].device].state.insert(.usesLocks) }
    if isSuccess {
      if locks[lock].phase == .drained { emitLock(.acquiredAfterDrain, lock, operand: event.tag) }
      checkInitialized(lock, event)
      acquired(event, lock, context)
    } else if context >= 0 {
      refused(event, context)
    }
    if reading == .sdv { sdvAcquired(event, isSuccess, currentContext(thread), except: context) }
  }

  /// An acquire with a status that this version does not know: whether it succeeded is open.
  private mutating func acquiredUnknown(_ event: Event, _ thread: Int) {
    let lock = lockTable.find(event.lock)
    if lock >= 0, locks[lock].state.contains(.certain) {
      setCertain(lock, false)
      turn(.undecided, .lock, lock)
    }
    let top = topContext(thread)
    if top >= 0 { makeUncertain(top) }
    if lock >= 0 {
      let context = contextOfLockOperation(lock, tag: event.tag, top)
      if context >= 0 { makeUncertain(context) }
    }
  }

  private mutating func findOwner(of lock: Int32, _ top: Int32, _ thread: Int) {
    guard locks[lock].owner < 0, top >= 0, threads[thread].frames.last?.kind == .dispatch,
      contexts[top].state.contains(.certain)
    else { return }
    setOwner(contexts[top].device, of: lock)
  }

  /// The context that an acquire with this tag belongs to, or -1.
  private mutating func contextOfLockOperation(_ lock: Int32, tag: UInt64, _ top: Int32) -> Int32 {
    let owner = locks[lock].owner
    if owner >= 0 {
      let context = liveContext(devices[owner].pointer, tag)
      if context >= 0, contexts[context].device == owner, contexts[context].state.contains(.hasIRP)
      {
        return context
      }
    }
    if top >= 0, owner < 0 || contexts[top].device == owner { return top }
    return -1
  }

  private mutating func acquired(_ event: Event, _ lock: Int32, _ context: Int32) {
    if acquisitions.count >= limits.acquisitions {
      limitHits[Int(LimitKind.acquisitions.rawValue)] += 1
      if locks[lock].state.contains(.certain) {
        setCertain(lock, false)
        turn(.undecided, .lock, lock)
      }
      if context >= 0 { makeUncertain(context) }
      return
    }
    addAcquisition(event, lock, context)
    if locks[lock].highWatermark > 0, locks[lock].held > Int32(clamping: locks[lock].highWatermark)
    {
      emitLock(.aboveHighWatermark, lock, operand: event.tag)
    }
    guard context >= 0 else { return }
    note(event, context)
    contexts[context].state.insert(.everAcquired)
    if event.tag == contexts[context].irp { contexts[context].lockOfIRPTag = lock }
    if reading == .tracked {
      emit(.acquired, context)
      deviceAcquired(event, lock, context)
    }
  }

  private mutating func refused(_ event: Event, _ context: Int32) {
    note(event, context)
    remember(refusal: event, context)
    guard reading == .tracked else { return }
    if contexts[context].depth > 0 {
      emit(.acquireFailedWhileHeld, context)
      emit(.acquireFailedWhileHeldCountingWaits, context)
    }
    emit(.acquireFailed, context)
  }

  private mutating func sdvAcquired(
    _ event: Event, _ isSuccess: Bool, _ context: Int32, except noted: Int32
  ) {
    guard context >= 0 else { return }
    if context != noted { note(event, context) }
    devices[contexts[context].device].state.insert(.usesLocks)
    if isSuccess {
      contexts[context].sdvDepth += 1
      contexts[context].sdvDepthCountingWaits += 1
      contexts[context].state.insert(.everAcquired)
      emit(.acquired, context)
      deviceAcquired(event, lockTable.find(event.lock), context)
    } else {
      if contexts[context].sdvDepth > 0 { emit(.acquireFailedWhileHeld, context) }
      if contexts[context].sdvDepthCountingWaits > 0 {
        emit(.acquireFailedWhileHeldCountingWaits, context)
      }
      emit(.acquireFailed, context)
    }
  }

  /// Follows which remove lock a device acquires (MultRemoveLock).
  private mutating func deviceAcquired(_ event: Event, _ lock: Int32, _ context: Int32) {
    let device = contexts[context].device
    guard lock >= 0, contexts[context].isJudged, countsForDevice(lock, device) else { return }
    if devices[device].firstLockPlace < 0 {
      devices[device].firstLock = event.lock
      devices[device].firstLockTag = event.tag
      devices[device].firstLockAcquired = EventStamp(event)
      devices[device].firstLockPlace = Int32(devicesWithFirstLock.count)
      devicesWithFirstLock.append(device)
      turn(.began, .device, device)
      emitDevice(.acquiredFirstLock, device, lock: event.lock)
    } else if devices[device].firstLock != event.lock {
      emitDevice(.acquiredFurtherLock, device, lock: event.lock)
    }
  }

  /// Whether a lock is one of those of which a device should have only one. A lock for each open
  /// file and a lock of another device are not.
  private mutating func countsForDevice(_ lock: Int32, _ device: Int32) -> Bool {
    let state = locks[lock].state
    if reading == .sdv { return true }
    guard state.contains(.certain), !state.contains(.ofOpenFile) else { return false }
    if state.contains(.ownerNamed) { return locks[lock].owner == device }
    return isWhole
  }

  // MARK: Release

  mutating func lockReleased(_ event: Event, _ thread: Int, waits: Bool) {
    var lock = lockTable.find(event.lock)
    if lock < 0 { lock = beginMidLife(event) }
    nameDriver(event, lock)
    let top = topContext(thread)
    checkInitialized(lock, event)
    let acquisition = acquisitionToRelease(event, lock, top)
    let context =
      acquisition >= 0
      ? releaseAcquisition(acquisition, event, lock, top)
      : unmatchedRelease(event, lock, top, waits: waits)
    if context >= 0 {
      devices[contexts[context].device].state.insert(.usesLocks)
      note(event, context)
    }
    if reading == .sdv {
      sdvReleased(event, currentContext(thread), waits: waits, except: context)
    } else {
      if acquisition < 0, context >= 0, !contexts[context].state.contains(.depthUnknown) {
        emitUnheldRelease(context, waits: waits)
      }
      emit(.released, context)
    }
    if waits { waitEntered(event, lock, context, currentContext(thread)) }
    if acquisition >= 0, locks[lock].phase == .over, locks[lock].held == 0 { forget(lock) }
    if context >= 0, contexts[context].state.contains(.live) { endIfFinished(context) }
  }

  private mutating func emitUnheldRelease(_ context: Int32, waits: Bool) {
    if waits {
      emit(.waitedUnheld, context)
    } else {
      emit(.releasedUnheld, context)
      emit(.releasedUnheldCountingWaits, context)
    }
  }

  private mutating func sdvReleased(
    _ event: Event, _ context: Int32, waits: Bool, except noted: Int32
  ) {
    guard context >= 0 else { return }
    if context != noted { note(event, context) }
    devices[contexts[context].device].state.insert(.usesLocks)
    if waits {
      if contexts[context].sdvDepthCountingWaits == 0 { emit(.waitedUnheld, context) }
    } else {
      if contexts[context].sdvDepth == 0 { emit(.releasedUnheld, context) }
      if contexts[context].sdvDepthCountingWaits == 0 {
        emit(.releasedUnheldCountingWaits, context)
      }
      contexts[context].sdvDepth -= 1
    }
    contexts[context].sdvDepthCountingWaits -= 1
    emit(.released, context)
  }

  /// Takes the acquisition away; returns the context that the release belongs to, or -1.
  private mutating func releaseAcquisition(
    _ acquisition: Int32, _ event: Event, _ lock: Int32, _ top: Int32
  ) -> Int32 {
    let taken = acquisitions[acquisition]
    checkAge(taken, event, lock)
    remove(acquisition)
    let context = taken.context
    if context >= 0 {
      let isShared = event.tag == 0 || event.tag != contexts[context].irp
      let isUnsure =
        locks[lock].state.contains(.midLife) || !locks[lock].state.contains(.certain)
      if top != context, isShared || isUnsure {
        contexts[context].state.insert(.depthUnknown)
      }
      return context
    }
    if taken.hadContext { return -1 }
    return top >= 0 && contexts[top].device == locks[lock].owner ? top : -1
  }

  /// A release that no acquisition answers to; returns the context that it belongs to, or -1.
  private mutating func unmatchedRelease(
    _ event: Event, _ lock: Int32, _ top: Int32, waits: Bool
  ) -> Int32 {
    guard locks[lock].state.contains(.certain), locks[lock].phase != .over else { return -1 }
    let isMidLife = locks[lock].state.contains(.midLife)
    if !(isMidLife && event.tag == 0), isRefused(event) {
      emitLock(.refusedReleased, lock, operand: event.tag)
    } else if locks[lock].state.contains(.countKnown) {
      if locks[lock].held == 0 {
        emitLock(.releasedEmpty, lock, operand: event.tag)
      } else {
        emitLock(waits ? .waitedForeignTag : .releasedForeignTag, lock, operand: event.tag)
      }
    }
    guard isMidLife else { return contextOfLockOperation(lock, tag: event.tag, top) }
    if top >= 0, contexts[top].device == locks[lock].owner, contexts[top].irp == event.tag {
      return top
    }
    return -1
  }

  private mutating func checkAge(_ taken: Acquisition, _ event: Event, _ lock: Int32) {
    let minutes = locks[lock].maximumMinutes
    guard minutes > 0, event.has(.ts), taken.acquired.timestamp != EventStamp.noTimestamp else {
      return
    }
    let (age, overflow) = event.timestamp.subtractingReportingOverflow(taken.acquired.timestamp)
    let (limit, limitless) = minutes.multipliedReportingOverflow(by: 60_000_000_000)
    guard !overflow, !limitless, age > 0, UInt64(age) > limit else { return }
    emitLock(.heldTooLong, lock, operand: event.tag)
  }

  // MARK: Release-and-wait

  private mutating func waitEntered(
    _ event: Event, _ lock: Int32, _ context: Int32, _ current: Int32
  ) {
    if locks[lock].phase != .over { locks[lock].phase = .draining }
    locks[lock].waitEntered = EventStamp(event)
    locks[lock].waitTag = event.tag
    emitLock(.waiting, lock, operand: event.tag)
    let isCallers =
      current >= 0
      && (locks[lock].owner < 0 || locks[lock].owner == contexts[current].device)
    if context >= 0 {
      // A pending IRP's hold may bear the removal's tag, since memory of IRPs is used again.
      let isRemoval = isRemoval(context) || isCallers && isRemoval(current)
      if !isRemoval, contexts[context].state.contains(.certain), isPnP(contexts[context].device) {
        emitLock(.waitedOutsideRemoveDevice, lock, operand: event.tag)
      }
      emit(.drained, context)
    }
    if isCallers, current != context {
      note(event, current)
      emit(.drained, current)
    }
  }

  private func isRemoval(_ context: Int32) -> Bool {
    contexts[context].major == .pnp && contexts[context].minor == .removeDevice
      && contexts[context].parameters.contains(.minor)
  }

  mutating func lockDrained(_ event: Event) {
    var lock = lockTable.find(event.lock)
    if lock < 0 { lock = beginMidLife(event) }
    guard locks[lock].phase != .over else { return }
    emitLock(.waitReturned, lock, operand: locks[lock].waitTag)
    let isNews = !locks[lock].state.isSuperset(of: [.certain, .countKnown])
    if isNews { endLife(lock) }
    locks[lock].phase = .drained
    locks[lock].state.insert(.countKnown)
    forgetAcquisitions(lock)
    if isNews {
      setCertain(lock, true)
      turn(.began, .lock, lock)
    }
  }
}
