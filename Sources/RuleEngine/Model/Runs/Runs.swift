/// The runs of threads, which SDV's automata about threads are over; in the `sdv` reading alone.
///
/// A run is made where something happens on a thread that such an automaton looks at, and lasts until the
/// thread's outermost routine has ended, or to a gap. What another rule is to see becomes a ``RunFact``, told here.
struct Runs: Sendable {
  private var runs = Slab<Run>()
  private var byThread = OpenTable<UInt64>()
  private var live = SlotQueue()
  private var evidence: EvidenceStore
  private let limit: Int
  /// Whether the reading has runs.
  let isOn: Bool
  /// Slots that the facts of the last event still name.
  private var gone = Store<Int32>()

  init(reading: Reading, limits: Limits) {
    isOn = reading == .sdv
    limit = limits.threads
    evidence = EvidenceStore(limit: limits.evidence, chunkLimit: 2 * limits.threads)
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    runs.claim()
    live.claim()
    evidence.claim()
    gone.claim()
  }

  @inline(__always)
  subscript(run: Int32) -> Run { runs[run] }

  /// Whether there are any.
  @inline(__always) var isWatching: Bool { live.count > 0 }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { !gone.isEmpty }

  /// Gives free what the last event's facts named.
  mutating func sweep() {
    while let run = gone.popLast() {
      evidence.removeAll(&runs[run].evidence)
      runs.remove(run)
    }
  }

  /// What happened in the run, oldest first.
  func evidence(of run: Int32) -> [EvidenceRecord] { evidence.records(of: runs[run].evidence) }

  private func tell(_ fact: RunFact, _ run: Int32, _ facts: inout FactSink) {
    facts.add(fact.rawValue, about: .run, run)
  }

  // MARK: Coming and going

  /// The run of a thread, or -1.
  func find(_ thread: UInt64) -> Int32 { byThread.find(thread) }

  /// Makes the run of a thread that has none; `frames` are open on it, the outermost first.
  mutating func begin(
    _ event: Event, on thread: UInt64, in frames: [Frame], driver: UInt32, device: UInt64,
    _ facts: inout FactSink, _ coverage: inout Coverage
  ) -> Int32 {
    if live.count >= limit {
      coverage.reached(.threads)
      doubt(live.oldest, &facts)
    }
    var new = Run(
      thread: thread, began: EventStamp(event), beganBy: event.kind, driver: driver, device: device)
    for frame in frames { new.irql.push(frame.sdvIRQL) }
    let run = runs.insert(new)
    byThread.set(thread, run)
    live.append(run)
    facts.turn(.began, .run, run)
    return run
  }

  private mutating func forget(_ run: Int32) {
    byThread.remove(runs[run].thread)
    live.remove(run)
    gone.append(run)
  }

  private mutating func doubt(_ run: Int32, _ facts: inout FactSink) {
    facts.turn(.undecided, .run, run)
    forget(run)
  }

  /// What is live at a gap may be over.
  mutating func gap(_ facts: inout FactSink) {
    while live.oldest >= 0 { doubt(live.oldest, &facts) }
  }

  /// The trace ends.
  mutating func finish(_ facts: inout FactSink) { gap(&facts) }

  // MARK: Frames

  /// A routine is entered in a run.
  mutating func entered(_ frame: Frame, _ run: Int32) { runs[run].irql.push(frame.sdvIRQL) }

  /// A routine returns in a run; `isOutermost` where that is the end of the run.
  mutating func exited(
    _ frame: Frame, _ event: Event, _ run: Int32, isOutermost: Bool, _ facts: inout FactSink
  ) {
    evidence.append(EvidenceRecord(event), to: &runs[run].evidence)
    if frame.isCountedEnd, runs[run].spinLocks != 0 { tell(.routineEndsUnbalanced, run, &facts) }
    if frame.isSDVEnd {
      if frame.kind == .dispatch || frame.callback == .cancel {
        tell(.cancelableRoutineEnds, run, &facts)
      }
      tell(.routineEnds, run, &facts)
    }
    guard isOutermost else { return runs[run].irql.pop() }
    if runs[run].criticalRegions != 0 { tell(.endsInCriticalRegion, run, &facts) }
    if runs[run].guardedRegions != 0 { tell(.endsInGuardedRegion, run, &facts) }
    tell(.ended, run, &facts)
    facts.turn(.closed, .run, run)
    forget(run)
  }

  /// A routine is gone without an exit of its own.
  mutating func vanished(_ run: Int32, isOutermost: Bool, _ facts: inout FactSink) {
    if isOutermost { doubt(run, &facts) } else { runs[run].irql.pop() }
  }

  // MARK: Calls

  /// Something that an automaton looks at happens in the run.
  mutating func happened(_ event: Event, _ run: Int32, _ facts: inout FactSink) {
    evidence.append(EvidenceRecord(event), to: &runs[run].evidence)
    switch event.kind {
    case .keAcquireSpinLock, .keAcquireSpinLockAtDpcLevel, .keTryToAcquireSpinLockAtDpcLevel,
      .keAcquireInStackQueuedSpinLock, .keAcquireInStackQueuedSpinLockAtDpcLevel,
      .ioAcquireCancelSpinLock:
      spinLockTaken(event, run, &facts)
    case .keReleaseSpinLock, .keReleaseSpinLockFromDpcLevel, .keReleaseInStackQueuedSpinLock,
      .keReleaseInStackQueuedSpinLockFromDpcLevel, .ioReleaseCancelSpinLock:
      spinLockReleased(event, run, &facts)
    case .keRaiseIrql:
      runs[run].irql.push(event.newIRQL, over: event.has(.oldirql) ? event.oldIRQL : nil)
    case .keLowerIrql: runs[run].irql.pop(to: event.newIRQL)
    case .ioCompleteRequest, .ioStartNextPacket:
      if runs[run].allSpinLocks != 0 { tell(.calledUnbalanced, run, &facts) }
      tell(.called, run, &facts)
    case .removeHeadList, .removeEntryList, .exInterlockedRemoveHeadList:
      tell(.listUsed, run, &facts)
    default: regionOrResource(event, run, &facts)
    }
  }

  private mutating func spinLockTaken(_ event: Event, _ run: Int32, _ facts: inout FactSink) {
    let isTry = event.kind == .keTryToAcquireSpinLockAtDpcLevel
    if isTry, !event.flags.contains(.granted) { return }
    let old = event.has(.oldirql) ? event.oldIRQL : nil
    if !isTry { runs[run].irql.push(2, over: old) }
    switch event.kind {
    case .keAcquireSpinLock:
      if runs[run].spinLock == 0 { runs[run].spinLock = event.lock }
      if runs[run].spinLock == event.lock { tell(.spinLockTaken, run, &facts) }
      count(1, run)
    case .keAcquireInStackQueuedSpinLock, .keAcquireInStackQueuedSpinLockAtDpcLevel:
      if runs[run].handle == 0 { runs[run].handle = event.operand }
      if runs[run].handle == event.operand { tell(.queuedSpinLockTaken, run, &facts) }
    case .ioAcquireCancelSpinLock:
      tell(.cancelSpinLockTaken, run, &facts)
      runs[run].allSpinLocks &+= 1
    default: count(1, run)
    }
  }

  private mutating func count(_ step: Int32, _ run: Int32) {
    runs[run].spinLocks &+= step
    runs[run].allSpinLocks &+= step
  }

  private mutating func spinLockReleased(_ event: Event, _ run: Int32, _ facts: inout FactSink) {
    switch event.kind {
    case .keReleaseSpinLock:
      if runs[run].spinLock != 0, runs[run].spinLock == event.lock {
        tell(.spinLockReleased, run, &facts)
      }
      tellIRQL(event, run, &facts)
      count(-1, run)
    case .keReleaseInStackQueuedSpinLock, .keReleaseInStackQueuedSpinLockFromDpcLevel:
      if runs[run].handle != 0, runs[run].handle == event.operand {
        tell(.queuedSpinLockReleased, run, &facts)
      }
    case .ioReleaseCancelSpinLock:
      tell(.cancelSpinLockReleased, run, &facts)
      runs[run].allSpinLocks &-= 1
    default: count(-1, run)
    }
    runs[run].irql.pop(to: event.has(.newirql) ? event.newIRQL : nil)
  }

  /// KeReleaseSpinLock is called: at which IRQL, and to which it goes.
  private func tellIRQL(_ event: Event, _ run: Int32, _ facts: inout FactSink) {
    if event.has(.irql), event.irql != 2 { tell(.releasedAtOtherIRQL, run, &facts) }
    guard event.has(.newirql) else { return }
    if event.newIRQL != runs[run].irql.previous { tell(.releasedToOtherIRQL, run, &facts) }
    tell(.releasedToIRQL, run, &facts)
  }

  private mutating func regionOrResource(_ event: Event, _ run: Int32, _ facts: inout FactSink) {
    switch event.kind {
    case .keEnterCriticalRegion: criticalRegion(entered: true, run, &facts)
    case .keLeaveCriticalRegion: criticalRegion(entered: false, run, &facts)
    case .keEnterGuardedRegion:
      runs[run].guardedRegions &+= 1
      tell(.guardedRegionEntered, run, &facts)
    case .keLeaveGuardedRegion:
      if runs[run].guardedRegions == 0 {
        tell(.guardedRegionLeftOutside, run, &facts)
      } else {
        runs[run].guardedRegions &-= 1
      }
    case .exEnterCriticalRegionAndAcquireResourceExclusive,
      .exEnterCriticalRegionAndAcquireResourceShared:
      criticalRegion(entered: true, run, &facts)
      resource(event, run, &facts)
    case .exReleaseResourceAndLeaveCriticalRegion:
      resource(event, run, &facts)
      criticalRegion(entered: false, run, &facts)
    default: resource(event, run, &facts)
    }
  }

  private mutating func criticalRegion(entered: Bool, _ run: Int32, _ facts: inout FactSink) {
    if entered {
      runs[run].criticalRegions &+= 1
      tell(.criticalRegionEntered, run, &facts)
    } else if runs[run].criticalRegions == 0 {
      tell(.criticalRegionLeftOutside, run, &facts)
    } else {
      runs[run].criticalRegions &-= 1
    }
  }

  private mutating func resource(_ event: Event, _ run: Int32, _ facts: inout FactSink) {
    let isAt0 = event.has(.irql) ? event.irql == 0 : runs[run].irql.current == 0
    if isAt0, runs[run].criticalRegions == 0, runs[run].guardedRegions == 0 {
      tell(.resourceUsedOutsideRegion, run, &facts)
    }
    tell(.resourceUsed, run, &facts)
    switch event.kind {
    case .exAcquireResourceExclusiveLite, .exEnterCriticalRegionAndAcquireResourceExclusive:
      if event.kind == .exAcquireResourceExclusiveLite, !event.flags.contains(.granted) { return }
      if runs[run].resource == 0 { runs[run].resource = event.operand }
      if runs[run].resource == event.operand { tell(.resourceTaken, run, &facts) }
    case .exReleaseResourceLite, .exReleaseResourceAndLeaveCriticalRegion:
      if runs[run].resource != 0, runs[run].resource == event.operand {
        tell(.resourceReleased, run, &facts)
      }
    default: break
    }
  }
}

extension Runs {
  /// What does not agree, for ``ModelAudit``.
  func inconsistencies() -> [String] {
    var problems: [String] = []
    let all = live.slots
    if all.count != live.count || live.count > limit { problems.append("runs: \(live.count)") }
    if runs.count != all.count + gone.count { problems.append("runs: \(runs.count) slots in use") }
    for run in all where byThread.find(runs[run].thread) != run {
      problems.append("run \(run) is not found")
    }
    return problems
  }
}
