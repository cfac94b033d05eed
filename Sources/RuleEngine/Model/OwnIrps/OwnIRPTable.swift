/// The drivers' own IRPs that are known, found by their addresses, their events, their drivers, and the threads
/// that forwarded them, with their evidence.
///
/// Those that are freed or over are kept beside those that are live, the oldest forgotten first: what is
/// done to them once more tells of a fault.
struct OwnIRPTable: Sendable {
  private var lives = Slab<OwnIRP>()
  private var evidence: EvidenceStore
  private var byAddress = OpenTable<UInt64>()
  private var byEvent = OpenTable<UInt64>()
  private var byDriver = KeyedLists<UInt64>()
  /// By thread: those that the I/O manager frees, which a wait or the end of a frame ends; and the others that
  /// are below, which a wait makes open.
  private var threaded = KeyedLists<UInt64>()
  private var below = KeyedLists<UInt64>()
  private(set) var live = SlotQueue()
  private(set) var kept = SlotQueue()
  /// Slots that the facts of the last event still name.
  private var gone = Store<Int32>()

  init(limits: Limits) {
    evidence = EvidenceStore(limit: limits.evidence, chunkLimit: 2 * limits.ownIRPs)
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    lives.claim()
    evidence.claim()
    byDriver.claim()
    threaded.claim()
    below.claim()
    live.claim()
    kept.claim()
    gone.claim()
  }

  @inline(__always)
  subscript(life: Int32) -> OwnIRP {
    get { lives[life] }
    _modify { yield &lives[life] }
  }

  /// Whether there are none, live or kept.
  @inline(__always) var isEmpty: Bool { live.count + kept.count == 0 }

  /// The life at an address, or -1.
  @inline(__always)
  func find(_ irp: UInt64) -> Int32 { byAddress.find(irp) }

  /// The live IRP that was built with an event object, or -1.
  @inline(__always)
  func built(with object: UInt64) -> Int32 { byEvent.find(object) }

  // MARK: Coming and going

  mutating func insert(_ new: OwnIRP) -> Int32 {
    let life = lives.insert(new)
    if new.kind == .received { return life }
    byAddress.set(new.irp, life)
    if new.object != 0 { byEvent.set(new.object, life) }
    if new.driver != 0 { byDriver.insert(life, UInt64(new.driver)) }
    live.append(life)
    return life
  }

  /// The life is freed or over, and kept.
  mutating func keep(_ life: Int32) {
    leaveThread(life)
    forgetEvent(life)
    if lives[life].isOver { return }
    live.remove(life)
    kept.append(life)
  }

  /// The life is forgotten; its slot may be used again after the next event.
  mutating func forget(_ life: Int32) {
    leaveThread(life)
    forgetEvent(life)
    if lives[life].isOver { kept.remove(life) } else { live.remove(life) }
    byAddress.remove(lives[life].irp)
    if lives[life].driver != 0 { byDriver.remove(life, UInt64(lives[life].driver)) }
    gone.append(life)
  }

  /// As ``forget(_:)`` for one that is in no list.
  mutating func forgetReceived(_ life: Int32) { gone.append(life) }

  private mutating func forgetEvent(_ life: Int32) {
    let object = lives[life].object
    if object != 0, byEvent.find(object) == life { byEvent.remove(object) }
  }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { !gone.isEmpty }

  /// Gives free what the last event's facts named.
  mutating func sweep() {
    while let life = gone.popLast() {
      evidence.removeAll(&lives[life].evidence)
      lives.remove(life)
    }
  }

  /// The newest life of a driver, or -1.
  func newest(ofDriver driver: UInt32) -> Int32 { byDriver.first(UInt64(driver)) }

  // MARK: Threads

  /// The life was forwarded on its thread: what happens there next may concern it.
  mutating func joinThread(_ life: Int32) {
    leaveThread(life)
    lives[life].state.insert(.onThread)
    if lives[life].kind.isThreaded {
      threaded.insert(life, lives[life].thread)
    } else {
      below.insert(life, lives[life].thread)
    }
  }

  mutating func leaveThread(_ life: Int32) {
    guard lives[life].state.contains(.onThread) else { return }
    lives[life].state.remove(.onThread)
    if lives[life].kind.isThreaded {
      threaded.remove(life, lives[life].thread)
    } else {
      below.remove(life, lives[life].thread)
    }
  }

  /// The newest on a thread that the I/O manager frees, or -1.
  @inline(__always)
  func newestThreaded(on thread: UInt64) -> Int32 { threaded.first(thread) }

  /// The next older on the same thread, or -1.
  func nextThreaded(_ life: Int32) -> Int32 { threaded.next(life) }

  /// The newest other one on a thread, or -1.
  @inline(__always)
  func newestBelow(on thread: UInt64) -> Int32 { below.first(thread) }

  // MARK: Evidence

  @inline(__always)
  mutating func note(_ event: Event, _ life: Int32) {
    evidence.append(EvidenceRecord(event), to: &lives[life].evidence)
  }

  /// What happened to the IRP since it was made, oldest first.
  func evidence(of life: Int32) -> [EvidenceRecord] { evidence.records(of: lives[life].evidence) }
}

extension OwnIRPTable {
  /// What does not agree in the lists, for ``ModelAudit``.
  func inconsistencies() -> [String] {
    var problems: [String] = []
    let (open, over) = (live.slots, kept.slots)
    if open.count != live.count || over.count != kept.count {
      problems.append("own IRPs: a list is longer or shorter than it says")
    }
    if lives.count != open.count + over.count + gone.count {
      problems.append("own IRPs: \(lives.count) slots are in use")
    }
    for life in open + over {
      let irp = lives[life]
      if find(irp.irp) != life { problems.append("own IRP \(life) is not found") }
      if irp.isOver == open.contains(life) { problems.append("own IRP \(life): over or not") }
      if irp.driver != 0, !byDriver.contains(life, UInt64(irp.driver), atMost: lives.count) {
        problems.append("own IRP \(life) is not its driver's")
      }
      let list = irp.kind.isThreaded ? threaded : below
      if irp.state.contains(.onThread), !list.contains(life, irp.thread, atMost: lives.count) {
        problems.append("own IRP \(life) is not its thread's")
      }
    }
    return problems
  }
}
