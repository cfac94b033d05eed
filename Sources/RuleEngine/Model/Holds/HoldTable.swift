/// What threads hold, and what they gave back last, found by its address, by its thread, by both.
///
/// What was given back is kept until it is taken again, the oldest forgotten first: what is given back once
/// more tells of a fault.
struct HoldTable: Sendable {
  private var holds = Slab<Hold>()
  /// By address: who holds the lock, queued or not, or held it last.
  private var locks = OpenTable<UInt64>()
  /// By thread and handle; and by handle those that are held.
  private var handles = OpenTable<PairKey>()
  private var byHandle = KeyedLists<UInt64>()
  /// Who holds the cancel spin lock, or held it last; -1 where that is not known.
  private(set) var cancel: Int32 = -1
  /// By thread and address, and by address, those that are held; and those that are not.
  private var resources = KeyedLists<PairKey>()
  private var byObject = KeyedLists<UInt64>()
  private var freeResources = OpenTable<PairKey>()
  /// By thread.
  private var criticalRegions = KeyedLists<UInt64>()
  private var guardedRegions = KeyedLists<UInt64>()
  private var spinLocks = KeyedLists<UInt64>()
  private var others = KeyedLists<UInt64>()
  private(set) var live = SlotQueue()
  private(set) var kept = SlotQueue()
  /// How many of the live are spin locks.
  private(set) var spinLockCount = 0
  /// Slots that the facts of the last event still name.
  private var gone = Store<Int32>()

  /// See ``Store/claim()``.
  mutating func claim() {
    holds.claim()
    byHandle.claim()
    resources.claim()
    byObject.claim()
    criticalRegions.claim()
    guardedRegions.claim()
    spinLocks.claim()
    others.claim()
    live.claim()
    kept.claim()
    gone.claim()
  }

  @inline(__always)
  subscript(hold: Int32) -> Hold {
    get { holds[hold] }
    _modify { yield &holds[hold] }
  }

  // MARK: Finding

  /// Who holds a spin lock, queued or not, or held it last; -1 where that is not known.
  @inline(__always)
  func lock(at address: UInt64) -> Int32 { locks.find(address) }

  /// What a thread holds, or held, by a handle; -1 where that is not known.
  @inline(__always)
  func handle(_ handle: UInt64, of thread: UInt64) -> Int32 {
    handles.find(PairKey(first: thread, second: handle))
  }

  /// The one thread's hold by that handle; -1 where there is none, or more than one.
  @inline(__always)
  func onlyHolder(ofHandle handle: UInt64) -> Int32 {
    let first = byHandle.first(handle)
    return first >= 0 && byHandle.next(first) < 0 ? first : -1
  }

  /// Whether any thread holds a lock by that handle.
  @inline(__always)
  func isHeld(handle: UInt64) -> Bool { byHandle.first(handle) >= 0 }

  /// A thread's last acquire of a resource that it has not given back, or -1.
  @inline(__always)
  func resource(_ object: UInt64, of thread: UInt64) -> Int32 {
    resources.first(PairKey(first: thread, second: object))
  }

  /// The oldest acquire of a resource that has not been given back, or -1.
  @inline(__always)
  func oldestResource(_ object: UInt64) -> Int32 { byObject.oldest(object) }

  /// What a thread gave back of a resource last, or -1.
  @inline(__always)
  func freeResource(_ object: UInt64, of thread: UInt64) -> Int32 {
    freeResources.find(PairKey(first: thread, second: object))
  }

  /// The region of a kind that a thread entered last and has not left, or -1.
  @inline(__always)
  func region(_ kind: HoldKind, of thread: UInt64) -> Int32 {
    kind == .criticalRegion ? criticalRegions.first(thread) : guardedRegions.first(thread)
  }

  /// The spin lock that a thread took last, or first, of those that it holds; -1 for none.
  @inline(__always)
  func newestSpinLock(of thread: UInt64) -> Int32 { spinLocks.first(thread) }
  @inline(__always)
  func oldestSpinLock(of thread: UInt64) -> Int32 { spinLocks.oldest(thread) }

  /// The spin lock that the thread took before this one, or -1.
  @inline(__always)
  func olderSpinLock(_ hold: Int32) -> Int32 { spinLocks.next(hold) }

  /// What other than spin locks a thread took last; -1 for none.
  @inline(__always)
  func newestOther(of thread: UInt64) -> Int32 { others.first(thread) }

  /// What other than spin locks the thread took before this, or -1.
  @inline(__always)
  func olderOther(_ hold: Int32) -> Int32 { others.next(hold) }

  // MARK: Coming and going

  mutating func insert(_ new: Hold) -> Int32 {
    let hold = holds.insert(new)
    let owner = PairKey(first: new.thread, second: new.key)
    switch new.kind {
    case .spinLock: locks.set(new.key, hold)
    case .queuedSpinLock:
      locks.set(new.lock, hold)
      handles.set(owner, hold)
      byHandle.insert(hold, new.key)
    case .cancelSpinLock: cancel = hold
    case .criticalRegion: criticalRegions.insert(hold, new.thread)
    case .guardedRegion: guardedRegions.insert(hold, new.thread)
    case .resource:
      resources.insert(hold, owner)
      byObject.insert(hold, new.key)
    }
    if new.kind.isSpinLock {
      spinLocks.insert(hold, new.thread)
      spinLockCount += 1
    } else {
      others.insert(hold, new.thread)
    }
    live.append(hold)
    return hold
  }

  /// A hold that a fact is told of, and that nothing else knows.
  mutating func insertPassing(_ new: Hold) -> Int32 {
    let hold = holds.insert(new)
    gone.append(hold)
    return hold
  }

  /// It is not held any more.
  private mutating func leave(_ hold: Int32) {
    let old = holds[hold]
    live.remove(hold)
    if old.kind.isSpinLock {
      spinLocks.remove(hold, old.thread)
      spinLockCount -= 1
    } else {
      others.remove(hold, old.thread)
    }
    switch old.kind {
    case .spinLock, .cancelSpinLock: break
    case .queuedSpinLock:
      byHandle.remove(hold, old.key)
      if locks.find(old.lock) == hold { locks.remove(old.lock) }
    case .criticalRegion: criticalRegions.remove(hold, old.thread)
    case .guardedRegion: guardedRegions.remove(hold, old.thread)
    case .resource:
      resources.remove(hold, PairKey(first: old.thread, second: old.key))
      byObject.remove(hold, old.key)
    }
  }

  /// It was given back, and is kept where that may tell of a fault. The stamp of that is there already.
  mutating func keep(_ hold: Int32) {
    leave(hold)
    let old = holds[hold]
    if old.kind.isRegion {
      gone.append(hold)
      return
    }
    if old.kind == .resource {
      let owner = PairKey(first: old.thread, second: old.key)
      let before = freeResources.find(owner)
      if before >= 0 { forget(before) }
      freeResources.set(owner, hold)
    }
    kept.append(hold)
  }

  /// It is over, or forgotten: what it was held of is not known any more. Its slot may be used again after the
  /// next event.
  mutating func forget(_ hold: Int32) {
    let old = holds[hold]
    if old.isFree { kept.remove(hold) } else { leave(hold) }
    let owner = PairKey(first: old.thread, second: old.key)
    switch old.kind {
    case .spinLock: if locks.find(old.key) == hold { locks.remove(old.key) }
    case .queuedSpinLock: if handles.find(owner) == hold { handles.remove(owner) }
    case .cancelSpinLock: if cancel == hold { cancel = -1 }
    case .resource: if freeResources.find(owner) == hold { freeResources.remove(owner) }
    case .criticalRegion, .guardedRegion: break
    }
    gone.append(hold)
  }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { !gone.isEmpty }

  /// Gives free what the last event's facts named.
  mutating func sweep() {
    while let hold = gone.popLast() { holds.remove(hold) }
  }
}

extension HoldTable {
  /// What does not agree in the lists, for ``ModelAudit``.
  func inconsistencies() -> [String] {
    var problems: [String] = []
    let (held, free) = (live.slots, kept.slots)
    if held.count != live.count || free.count != kept.count {
      problems.append("holds: a list is longer or shorter than it says")
    }
    if holds.count != held.count + free.count + gone.count {
      problems.append("holds: \(holds.count) slots are in use")
    }
    if held.count(where: { holds[$0].kind.isSpinLock }) != spinLockCount {
      problems.append("holds: \(spinLockCount) spin locks are held")
    }
    let isHeld = Set(held)
    for hold in held + free {
      let it = holds[hold]
      if it.isFree == isHeld.contains(hold) { problems.append("hold \(hold): held or not") }
      if !isFound(hold) { problems.append("hold \(hold) is not found") }
      if it.isFree { continue }
      let list = it.kind.isSpinLock ? spinLocks : others
      if !list.contains(hold, it.thread, atMost: holds.count) {
        problems.append("hold \(hold) is not its thread's")
      }
    }
    return problems
  }

  private func isFound(_ hold: Int32) -> Bool {
    let it = holds[hold]
    let owner = PairKey(first: it.thread, second: it.key)
    switch it.kind {
    case .spinLock: return locks.find(it.key) == hold
    case .queuedSpinLock:
      return handles.find(owner) == hold
        && (it.isFree || byHandle.contains(hold, it.key, atMost: holds.count))
    case .cancelSpinLock: return cancel == hold
    case .criticalRegion:
      return criticalRegions.contains(hold, it.thread, atMost: holds.count)
    case .guardedRegion: return guardedRegions.contains(hold, it.thread, atMost: holds.count)
    case .resource:
      return it.isFree
        ? freeResources.find(owner) == hold
        : resources.contains(hold, owner, atMost: holds.count)
          && byObject.contains(hold, it.key, atMost: holds.count)
    }
  }
}
