// What threads hold: which thread and frame an event is of, and what else has to do with it.
extension DriverModel {
  /// Where the event takes something or gives it back; nil where its thread is not known.
  private mutating func holdSite(_ event: Event, _ thread: Int) -> HoldSite? {
    guard event.isOnKnownThread else { return nil }
    return site(ofHold: event, thread)
  }

  private mutating func site(ofHold event: Event, _ thread: Int) -> HoldSite {
    var site = HoldSite(thread: threads.key(of: thread))
    // What was entered before a gap may have been left in it, and others entered.
    if let top = threads.top(thread), top.entered > holds.beforeGap {
      site.frame = top.entered
      site.isJudged = top.isJudged
      if top.isJudged, top.callback != .cancel { site.frameIRQL = top.irql }
      if let place = threads.nearest(thread, where: { $0.isInterrupting }) {
        site.hidden = threads.frame(place, of: thread).entered
      }
    }
    (site.driver, site.device) = actor(of: event, currentContext(thread))
    return site
  }

  // MARK: Every event, while a thread holds something

  /// What an event of any kind says about what its thread holds, or held; before it is applied.
  mutating func observe(_ event: Event, _ thread: Int) {
    holds.now = event.position.rawValue
    guard event.isOnKnownThread else { return }
    if holds.areSpinLocksHeld, event.showsLowIRQL { lowIRQLSeen(event, thread) }
    switch event.kind {
    case .ioCompleteRequest, .ioStartNextPacket:
      if holds.areSpinLocksHeld { holds.called(at: site(ofHold: event, thread), &facts) }
    case .keLowerIrql:
      if !event.has(.newirql) || event.newIRQL < 2 { threads.lowered(thread, event.position) }
    case .ioCallDriver, .poCallDriver, .ioForwardIrpSynchronously, .ioMarkIrpPending,
      .insertHeadList, .insertTailList, .exInterlockedInsertHeadList,
      .exInterlockedInsertTailList, .exInterlockedPushEntryList, .ioCsqInsertIrp,
      .ioCsqInsertIrpEx, .ioStartPacket, .ioQueueWorkItem, .keInsertQueueDpc, .keSetTimer,
      .psCreateSystemThread, .poRequestPowerIrp:
      threads.handedOn(thread, event.position)
    default: break
    }
  }

  /// Below DISPATCH_LEVEL a thread holds no spin lock: unless it was lowered with one, what it holds was given
  /// back where the tracer does not look.
  private mutating func lowIRQLSeen(_ event: Event, _ thread: Int) {
    guard let since = holds.heldSince(threads.key(of: thread)),
      threads.lastLowered(thread) <= since,
      threads.nearest(thread, where: { $0.kind == .callback && $0.callback == .isr }) == nil
    else { return }
    holds.spinLocksGone(of: threads.key(of: thread), &facts)
  }

  // MARK: Frames

  /// A routine returns; its frame is gone.
  mutating func holdingFrameExits(_ event: Event, _ frame: Frame, _ thread: Int) {
    let top = threads.top(thread)?.entered ?? 0
    holds.frameExited(
      frame,
      below: HoldSite(thread: threads.key(of: thread), frame: top > holds.beforeGap ? top : 0),
      handedOn: threads.lastHandOn(thread), &facts)
  }

  /// A cancel routine is entered, which is called with the cancel spin lock, where the trace shows that lock at all:
  /// many tracers do not log it, and the cancel routine of a cancel-safe queue runs without.
  mutating func cancelRoutineEntered(_ event: Event, _ thread: Int) {
    if event.has(.irql), event.irql < 2 { return }
    guard let site = holdSite(event, thread), holds.usesCancelSpinLock(site.driver) else { return }
    holds.cancelSpinLockTaken(event, at: site, &facts, &coverage)
  }

  // MARK: Spin locks

  /// An event of a spin lock that is taken, or was to be.
  mutating func spinLockTaken(_ event: Event, _ thread: Int) {
    let site = holdSite(event, thread)
    switch event.kind {
    case .keAcquireInStackQueuedSpinLock, .keAcquireInStackQueuedSpinLockAtDpcLevel:
      holds.queuedSpinLockTaken(event, at: site, &facts, &coverage)
    case .ioAcquireCancelSpinLock:
      holds.cancelSpinLockSeen(of: site?.driver ?? event.driver.rawValue)
      holds.cancelSpinLockTaken(event, at: site, &facts, &coverage)
    case .keTryToAcquireSpinLockAtDpcLevel where !event.flags.contains(.granted): break
    default: holds.spinLockTaken(event, at: site, &facts, &coverage)
    }
    if reading == .sdv,
      event.kind == .keAcquireSpinLock || event.kind == .keAcquireInStackQueuedSpinLock
    {
      requests.tell(.spinLockTakenInFrame, currentContext(thread), &facts)
    }
  }

  /// An event of a spin lock that is given back.
  mutating func spinLockReleased(_ event: Event, _ thread: Int) {
    let site = holdSite(event, thread)
    noteListUnlocked(event, thread)
    switch event.kind {
    case .keReleaseInStackQueuedSpinLock, .keReleaseInStackQueuedSpinLockFromDpcLevel:
      holds.queuedSpinLockReleased(event, at: site, &facts)
    case .ioReleaseCancelSpinLock:
      holds.cancelSpinLockSeen(of: site?.driver ?? event.driver.rawValue)
      holds.cancelSpinLockReleased(event, at: site, &facts)
    default: holds.spinLockReleased(event, at: site, &facts)
    }
    switch event.kind {
    case .keReleaseSpinLockFromDpcLevel, .keReleaseInStackQueuedSpinLockFromDpcLevel: break
    default: if site != nil { threads.lowered(thread, event.position) }
    }
    if reading == .sdv,
      event.kind == .keReleaseSpinLock || event.kind == .keReleaseInStackQueuedSpinLock
    {
      requests.tell(.spinLockReleasedInFrame, currentContext(thread), &facts)
    }
  }

  /// Whether the thread holds the cancel spin lock; nil where the trace does not tell.
  mutating func holdsCancelSpinLock(_ event: Event, _ thread: Int) -> Bool? {
    guard let site = holdSite(event, thread) else { return nil }
    if holds.holdsCancelSpinLock(site.thread) { return true }
    return holds.isCancelSpinLockFollowed && holds.usesCancelSpinLock(site.driver) ? false : nil
  }

  // MARK: Regions and resources

  /// An event of a region or of a resource.
  mutating func regionOrResource(_ event: Event, _ thread: Int) {
    guard let site = holdSite(event, thread) else {
      if event.kind == .exReleaseResourceLite { holds.resourceReleasedSomewhere(event, &facts) }
      return
    }
    switch event.kind {
    case .exAcquireResourceExclusiveLite, .exAcquireResourceSharedLite:
      guard event.flags.contains(.granted) else { return }
      holds.resourceTaken(
        event, at: site, isInRegion: isInRegion(event, site, thread), &facts, &coverage)
    case .exReleaseResourceLite:
      holds.resourceReleased(
        event, at: site, isInRegion: isInRegion(event, site, thread), &facts)
    case .keLeaveCriticalRegion: holds.regionLeft(.criticalRegion, event, at: site, &facts)
    case .keLeaveGuardedRegion: holds.regionLeft(.guardedRegion, event, at: site, &facts)
    case .keEnterGuardedRegion:
      holds.regionEntered(.guardedRegion, event, at: site, &facts, &coverage)
    case .exReleaseResourceAndLeaveCriticalRegion:
      holds.resourceReleased(event, at: site, isInRegion: nil, &facts)
      holds.regionLeft(.criticalRegion, event, at: site, &facts)
    default:
      holds.regionEntered(.criticalRegion, event, at: site, &facts, &coverage)
      if event.kind != .keEnterCriticalRegion {
        holds.resourceTaken(event, at: site, isInRegion: nil, &facts, &coverage)
      }
    }
    switch event.kind {
    case .exAcquireResourceExclusiveLite, .exAcquireResourceSharedLite, .exReleaseResourceLite:
      break
    default: holds.regionSeen(of: site.driver)
    }
  }

  /// Whether a call about a resource is made in a region, where that can be judged: at PASSIVE_LEVEL, in a routine
  /// of which all is known, by a driver whose regions are logged. Who waits may have got a mutex, which holds APCs off
  /// as well.
  private mutating func isInRegion(
    _ event: Event, _ site: HoldSite, _ thread: Int
  ) -> Bool? {
    guard event.has(.irql), event.irql == 0, site.isJudged, site.frame > holds.knownSince,
      holds.usesRegions(site.driver)
    else { return nil }
    if holds.holdsRegion(site) { return true }
    return threads.lastWait(thread) > threads.frame(0, of: thread).entered ? nil : false
  }
}

// An IRP in a list that a spin lock guards.
extension DriverModel {
  /// A context's IRP is put in a list, not an interlocked one.
  mutating func insertedInList(_ event: Event, _ context: Int32, _ thread: Int) {
    guard holds.areSpinLocksHeld, event.irp != 0, !requests[placeOf: context].isMarked,
      topContext(thread) == context, let site = holdSite(event, thread), holds.holdsSpinLock(site)
    else { return }
    if requests[placeOf: context].inList == .no { noteLocks(site.thread, context) }
    requests.insertedUnderLock(event, context, &facts)
  }

  /// The acquires of the spin locks that are held at the insertion belong to the story of the IRP.
  private mutating func noteLocks(_ thread: UInt64, _ context: Int32) {
    var hold = holds.newestSpinLock(of: thread)
    // More than a few at once are not for the list.
    for _ in 0..<4 where hold >= 0 {
      let held = holds[hold]
      if held.taken.position < requests[context].opened.position { return }
      requests.note(
        EvidenceRecord(stamp: held.taken, kind: held.takenBy, operand: held.key), context)
      hold = holds.olderSpinLock(hold)
    }
  }

  /// A spin lock is given back, perhaps one under which the IRP of the routine on top was put in a list.
  private mutating func noteListUnlocked(_ event: Event, _ thread: Int) {
    let context = topContext(thread)
    guard context >= 0, requests[placeOf: context].inList == .insertedLocked else { return }
    let place = requests[placeOf: context]
    guard place.lockedThread == event.threadKey,
      !holds.haveReleased(all: place.lockedInsertion, place.lockedThread)
    else { return }
    let key = event.has(.handle) ? event.operand : event.lock
    requests.note(
      EvidenceRecord(stamp: EventStamp(event), kind: event.kind, operand: key), context)
  }

  /// A context's IRP is marked pending, by the driver or by a queue: whether the lock of its list is still held.
  mutating func markedInList(_ context: Int32) {
    let place = requests[placeOf: context]
    guard place.inList == .insertedLocked, !place.isMarked else { return }
    let isReleased = holds.haveReleased(all: place.lockedInsertion, place.lockedThread)
    requests.markedInList(context, isUnlocked: isReleased)
  }

  /// A context's IRP is forwarded, completed or taken from a queue.
  @inline(__always)
  mutating func leftList(_ event: Event, _ context: Int32) {
    if requests[placeOf: context].inList != .no {
      requests.leftList(context, thread: event.threadKey)
    }
  }

  /// The dispatch routine returns.
  mutating func returnsFromList(_ event: Event, _ context: Int32) {
    let place = requests[placeOf: context]
    guard place.inList != .no, place.lockedThread == event.threadKey,
      requests[context].dispatchFrames == 1
    else { return }
    let isUnlocked =
      place.inList == .markedUnlocked
      || !place.isMarked && holds.haveReleased(all: place.lockedInsertion, place.lockedThread)
    if isUnlocked { requests.tell(.returnsQueuedUnlocked, context, &facts) }
  }
}

extension Event {
  /// Whether it tells an IRQL below DISPATCH_LEVEL; of an acquire the one before.
  @inline(__always) fileprivate var showsLowIRQL: Bool {
    if has(.oldirql), oldIRQL < 2, kind != .keRaiseIrql { return true }
    return has(.irql) && irql < 2
  }
}
