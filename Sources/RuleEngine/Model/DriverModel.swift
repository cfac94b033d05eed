/// What the events so far say about the drivers: threads and their frames, IRP contexts, devices,
/// remove locks and who holds them.
///
/// The model knows no rule. Each event is applied once; what it means for a context, a lock or a
/// device is left in ``facts``, in order, until the next event. Definitions: `docs/model.md`.
///
/// Methods on the path of an event that only look something up are `mutating` all the same, unless they
/// are inlined: for a call of another the compiler copies the whole model, a kilobyte.
struct DriverModel: Sendable {
  let reading: Reading
  let limits: Limits

  /// What the last event meant.
  var facts = Store<FactRecord>()

  var threads: [ThreadState] = []
  var threadTable = OpenTable<UInt64>()
  var contexts = TrackingSlab<IRPContext>()
  var newestOfIRP = IndexTable()
  var oldestLive: Int32 = -1
  var newestLive: Int32 = -1
  var liveCount = 0
  var devices = Slab<Device>()
  var deviceTable = OpenTable<UInt64>()
  var oldestDevice: Int32 = -1
  var newestDevice: Int32 = -1
  var drivers: [Driver] = []
  var driverTable = OpenTable<UInt64>()
  var locks = Slab<RemoveLock>()
  var lockTable = OpenTable<UInt64>()
  var oldestLock: Int32 = -1
  var newestLock: Int32 = -1
  var certainLocks: [Int32] = []
  var devicesWithFirstLock: [Int32] = []
  var acquisitions = Slab<Acquisition>()
  /// By lock and tag.
  var oldestOfTag = IndexTable()
  var refusals = Slab<Refusal>()
  /// By the lock's address and the tag: the last refusal, while its context is there and no acquire has
  /// succeeded since.
  var refusedTags = OpenTable<PairKey>()
  var touches = Slab<Touch>()
  var evidence: EvidenceStore

  /// Slots that the facts of the last event still name; given free at the next event.
  var goneContexts = Store<Int32>()
  var goneLocks = Store<Int32>()
  var goneDevices = Store<Int32>()

  /// How many gaps there have been.
  var epoch: UInt32 = 0
  var beginsWithTraceStart = false
  var hasEvents = false
  /// Whether nothing is missing so far: what has not been seen has not happened. A lock that fell out
  /// at a limit would come back as if it had never been initialised.
  var isWhole: Bool {
    beginsWithTraceStart && epoch == 0 && limitHits[Int(LimitKind.locks.rawValue)] == 0
  }
  /// Exits that matched no frame.
  var unmatchedExits: UInt64 = 0
  /// How often each limit was reached.
  var limitHits = [UInt64](repeating: 0, count: LimitKind.allCases.count)

  private var lastThread: Int32 = -1
  /// What looking ahead has loaded: see `Model+LookAhead.swift`.
  var ahead: UInt64 = 0
  /// Differs from run to run, so that no trace can be made to collide.
  let seed = UInt64.random(in: .min ... .max)

  init(reading: Reading, limits: Limits = Limits()) {
    self.reading = reading
    self.limits = limits
    evidence = EvidenceStore(limit: limits.evidence)
  }

  /// Makes what the model stores its own; to be called before ``apply(_:)`` or ``finish()`` wherever the
  /// model may have been copied since.
  mutating func claim() {
    facts.claim()
    contexts.claim()
    devices.claim()
    locks.claim()
    acquisitions.claim()
    refusals.claim()
    touches.claim()
    evidence.claim()
    goneContexts.claim()
    goneLocks.claim()
    goneDevices.claim()
  }

  /// Takes the next event of the trace.
  mutating func apply(_ event: Event) {
    facts.removeAll()
    if !goneContexts.isEmpty || !goneLocks.isEmpty || !goneDevices.isEmpty { sweep() }
    switch event.kind {
    case .malformed, .traceLost: gap()
    case .traceStart: beginsWithTraceStart = beginsWithTraceStart || !hasEvents
    case .custom: break
    case .driverUnload, .addDevice, .ioDetachDevice, .ioDeleteDevice: applyToDevice(event)
    default: applyOnThread(event, threadIndex(event.thread))
    }
    hasEvents = true
  }

  private mutating func applyToDevice(_ event: Event) {
    switch event.kind {
    case .driverUnload: driverUnloaded(event)
    case .addDevice: deviceAdded(event)
    default: deviceDetachedOrDeleted(event, threadIndex(event.thread))
    }
  }

  private mutating func applyOnThread(_ event: Event, _ thread: Int) {
    switch event.kind {
    case .dispatchEnter: dispatchEntered(event, thread)
    case .dispatchExit: dispatchExited(event, thread)
    case .completionEnter: completionEntered(event, thread)
    case .completionExit: completionExited(event, thread)
    case .callbackEnter: callbackEntered(event, thread)
    case .callbackExit: callbackExited(event, thread)
    case .ioInitializeRemoveLock: lockInitialized(event, thread)
    case .ioAcquireRemoveLock: lockAcquired(event, thread)
    case .ioReleaseRemoveLock: lockReleased(event, thread, waits: false)
    case .ioReleaseRemoveLockAndWait: lockReleased(event, thread, waits: true)
    case .ioReleaseRemoveLockAndWaitReturn: lockDrained(event)
    default: applyToIRP(event, thread)
    }
  }

  /// Adds a fact about a context, if rules may judge it.
  @inline(__always)
  mutating func emit(_ fact: ContextFact, _ context: Int32) {
    guard context >= 0, contexts[context].isJudged else { return }
    facts.append(
      FactRecord(subject: .context, turn: .fact, fact: fact.rawValue, index: context))
  }

  /// Adds a turn of a subject's life.
  @inline(__always)
  mutating func turn(_ turn: FactRecord.Turn, _ subject: FactRecord.Subject, _ index: Int32) {
    facts.append(FactRecord(subject: subject, turn: turn, fact: 0, index: index))
  }

  /// Gives free what the last event's facts named and nothing needs any more.
  private mutating func sweep() {
    while let context = goneContexts.popLast() { sweepContext(context) }
    while let lock = goneLocks.popLast() { locks.remove(lock) }
    while let device = goneDevices.popLast() { devices.remove(device) }
  }

  /// The index of a thread, which is made where it is new.
  @inline(__always)
  mutating func threadIndex(_ id: UInt64) -> Int {
    if lastThread >= 0, threads[Int(lastThread)].id == id { return Int(lastThread) }
    lastThread = threadTable.find(id)
    if lastThread < 0 { lastThread = addThread(id) }
    return Int(lastThread)
  }

  private mutating func addThread(_ id: UInt64) -> Int32 {
    if threads.count >= limits.threads { makeRoomForThread() }
    threads.append(ThreadState(id: id))
    threadTable.set(id, Int32(threads.count - 1))
    return Int32(threads.count - 1)
  }

  /// Forgets the threads without frames. Where there is none, the frames of the first half are
  /// lost, which makes their contexts uncertain.
  private mutating func makeRoomForThread() {
    if threads.allSatisfy({ !$0.frames.isEmpty }) {
      limitHits[Int(LimitKind.threads.rawValue)] += 1
      for thread in 0..<max(1, threads.count / 2) {
        while let frame = threads[thread].frames.popLast() { abandon(frame) }
      }
    }
    for thread in threads where thread.frames.isEmpty { threadTable.remove(thread.id) }
    threads.removeAll { $0.frames.isEmpty }
    for (place, thread) in threads.enumerated() { threadTable.set(thread.id, Int32(place)) }
  }

  /// Something happened that the trace does not say: what is live is uncertain from here on.
  private mutating func gap() {
    var context = newestLive
    while context >= 0, contexts[context].epoch == epoch {
      makeUncertain(context)
      context = contexts[context].live.previous
    }
    for lock in certainLocks {
      locks[lock].state.remove(.certain)
      locks[lock].certainPlace = -1
      turn(.undecided, .lock, lock)
    }
    certainLocks.removeAll(keepingCapacity: true)
    for device in devicesWithFirstLock {
      devices[device].firstLock = 0
      devices[device].firstLockPlace = -1
      turn(.undecided, .device, device)
    }
    devicesWithFirstLock.removeAll(keepingCapacity: true)
    epoch += 1
  }

  /// The trace ends: what waits in vain is told, what is open stays undecided.
  mutating func finish() {
    facts.removeAll()
    sweep()
    for lock in certainLocks where locks[lock].phase == .draining && locks[lock].held > 0 {
      emitLock(.stuck, lock, operand: locks[lock].waitTag)
    }
    for lock in certainLocks { turn(.undecided, .lock, lock) }
    var context = oldestLive
    while context >= 0 {
      turn(.undecided, .context, context)
      context = contexts[context].live.next
    }
    for device in devicesWithFirstLock { turn(.undecided, .device, device) }
  }
}

/// A context's refused acquire, so that it can be forgotten with the context.
struct Refusal: Sendable {
  var key: PairKey
  var context: Int32
  var next: Int32
}
