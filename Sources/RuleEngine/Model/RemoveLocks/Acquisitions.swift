/// A successful acquire whose release has not been seen.
struct Acquisition: Sendable {
  var lock: Int32
  var tag: UInt64
  /// The context it belongs to: an index while that is there, -1 for none.
  var context: Int32
  /// Whether it ever belonged to a context (which may be gone).
  var hadContext: Bool
  /// The request that it was made for, where there was a context.
  var major: MajorFunction
  var minor: MinorFunction
  var hasMinor: Bool
  var irp: UInt64
  var acquired: EventStamp
  /// Of the same (lock, tag), oldest first, the oldest having the last before it; of the same context,
  /// last first; of the same lock, oldest first.
  fileprivate(set) var ofTag = Links()
  fileprivate(set) var ofContext = Links()
  fileprivate(set) var ofLock = Links()

  /// An acquisition that the event makes, for a context or for -1.
  @inline(__always)
  init(_ event: Event, _ lock: Int32, _ context: Int32, _ requests: borrowing Requests) {
    self.lock = lock
    tag = event.tag
    self.context = context
    acquired = EventStamp(event)
    hadContext = context >= 0
    guard hadContext else {
      (major, minor, hasMinor, irp) = (MajorFunction(0), MinorFunction(0), false, 0)
      return
    }
    let request = requests[context]
    major = request.major
    minor = request.minor
    hasMinor = request.parameters.contains(.minor)
    irp = request.irp
  }
}

/// What one context holds of remove locks.
struct Holdings: Sendable, BitwiseCopyable {
  /// The acquisition made last, or -1.
  fileprivate var last: Int32 = -1
  /// How many acquisitions there are.
  fileprivate(set) var depth: Int32 = 0
  /// How many of them have the context's IRP as tag.
  fileprivate(set) var forIRP: Int32 = 0
  /// The lock that was acquired with the IRP as tag (its index), or -1.
  fileprivate(set) var lockOfIRPTag: Int32 = -1
}

/// What one lock's acquisitions are.
struct LockHolders: Sendable, BitwiseCopyable {
  fileprivate(set) var oldest: Int32 = -1
  fileprivate var newest: Int32 = -1
  /// How many there are.
  fileprivate(set) var count: Int32 = 0
}

/// The acquisitions that have not been released, by lock and tag, by context and by lock.
struct Acquisitions: Sendable {
  private var acquisitions = Slab<Acquisition>()
  /// By lock and tag.
  private var oldestOfTag = IndexTable()
  private let stepLimit: Int
  private let seed = UInt64.random(in: .min ... .max)

  init(limits: Limits) { stepLimit = limits.acquisitionsPerTag }

  /// See ``Store/claim()``.
  mutating func claim() { acquisitions.claim() }

  @inline(__always)
  subscript(acquisition: Int32) -> Acquisition { acquisitions[acquisition] }

  /// How many there are.
  var count: Int { acquisitions.count }

  // MARK: Adding and taking away

  /// Adds an acquisition as the newest of its lock.
  @inline(__always)
  mutating func add(_ new: Acquisition, to holders: inout LockHolders) -> Int32 {
    var made = new
    made.ofLock.previous = holders.newest
    let acquisition = acquisitions.insert(made)
    addToTag(acquisition, new.lock, new.tag)
    if made.ofLock.previous >= 0 {
      acquisitions[made.ofLock.previous].ofLock.next = acquisition
    } else {
      holders.oldest = acquisition
    }
    holders.newest = acquisition
    holders.count += 1
    return acquisition
  }

  /// Gives a new acquisition to its context.
  @inline(__always)
  mutating func give(_ acquisition: Int32, to holdings: inout Holdings) {
    acquisitions[acquisition].ofContext.next = holdings.last
    if holdings.last >= 0 { acquisitions[holdings.last].ofContext.previous = acquisition }
    holdings.last = acquisition
    holdings.depth += 1
    if acquisitions[acquisition].tag == acquisitions[acquisition].irp {
      holdings.forIRP += 1
      holdings.lockOfIRPTag = acquisitions[acquisition].lock
    }
  }

  /// Takes an acquisition away from its lock. Its context, where it has one, is to lose it with
  /// ``take(_:from:)``.
  @inline(__always)
  mutating func remove(_ acquisition: Int32, from holders: inout LockHolders) -> Acquisition {
    let gone = acquisitions[acquisition]
    removeFromTag(acquisition, gone)
    if gone.ofLock.previous >= 0 {
      acquisitions[gone.ofLock.previous].ofLock.next = gone.ofLock.next
    } else {
      holders.oldest = gone.ofLock.next
    }
    if gone.ofLock.next >= 0 {
      acquisitions[gone.ofLock.next].ofLock.previous = gone.ofLock.previous
    } else {
      holders.newest = gone.ofLock.previous
    }
    holders.count -= 1
    acquisitions.remove(acquisition)
    return gone
  }

  @inline(__always)
  mutating func take(_ gone: Acquisition, from holdings: inout Holdings) {
    // The acquisition keeps its context's IRP.
    if gone.tag == gone.irp { holdings.forIRP -= 1 }
    if gone.ofContext.previous >= 0 {
      acquisitions[gone.ofContext.previous].ofContext.next = gone.ofContext.next
    } else {
      holdings.last = gone.ofContext.next
    }
    if gone.ofContext.next >= 0 {
      acquisitions[gone.ofContext.next].ofContext.previous = gone.ofContext.previous
    }
    holdings.depth -= 1
  }

  /// What a context holds that is going belongs to nobody from here on.
  mutating func disown(_ holdings: Holdings) {
    var acquisition = holdings.last
    while acquisition >= 0 {
      let next = acquisitions[acquisition].ofContext.next
      acquisitions[acquisition].context = -1
      acquisitions[acquisition].ofContext = Links()
      acquisition = next
    }
  }

  // MARK: Questions

  /// The acquisition that a release of the lock with this tag takes away, or -1: the one made last by
  /// the current context, else the oldest whose dispatch routine has returned, else the
  /// oldest.
  mutating func toRelease(
    _ lock: Int32, tag: UInt64, by current: Int32, _ requests: inout Requests
  ) -> Int32 {
    var steps = stepLimit
    if current >= 0 {
      var own = requests[current].holdings.last
      while own >= 0, steps > 0 {
        if acquisitions[own].lock == lock, acquisitions[own].tag == tag { return own }
        own = acquisitions[own].ofContext.next
        steps -= 1
      }
    }
    let oldest = oldest(lock, tag)
    var acquisition = oldest
    steps = stepLimit
    while acquisition >= 0, steps > 0 {
      let context = acquisitions[acquisition].context
      if context < 0 || requests[context].dispatchFrames == 0 { return acquisition }
      acquisition = acquisitions[acquisition].ofTag.next
      steps -= 1
    }
    return oldest
  }

  /// How many acquisitions a context holds that were not made for something else (a work item, a
  /// timer): with its IRP as tag, or with none unless the IRP is a tag of that lock as well.
  mutating func forItself(_ holdings: Holdings) -> Int {
    if holdings.forIRP == holdings.depth { return Int(holdings.forIRP) }
    var count = Int(holdings.forIRP)
    var acquisition = holdings.last
    while acquisition >= 0 {
      let held = acquisitions[acquisition]
      if held.tag == 0, held.irp != 0, holdings.lockOfIRPTag != held.lock { count += 1 }
      acquisition = acquisitions[acquisition].ofContext.next
    }
    return count
  }

  /// The acquisitions of a context, the last made first.
  func all(of holdings: Holdings) -> [Acquisition] {
    var all: [Acquisition] = []
    var acquisition = holdings.last
    while acquisition >= 0 {
      all.append(acquisitions[acquisition])
      acquisition = acquisitions[acquisition].ofContext.next
    }
    return all
  }

  /// The acquisitions of a lock, oldest first.
  func all(of holders: LockHolders) -> [Acquisition] {
    var all: [Acquisition] = []
    var acquisition = holders.oldest
    while acquisition >= 0 {
      all.append(acquisitions[acquisition])
      acquisition = acquisitions[acquisition].ofLock.next
    }
    return all
  }

  // MARK: By lock and tag

  /// The oldest acquisition of the lock with this tag, or -1.
  @inline(__always)
  func oldest(_ lock: Int32, _ tag: UInt64) -> Int32 {
    oldestOfTag.find(hash(lock, tag)) {
      acquisitions[$0].tag == tag && acquisitions[$0].lock == lock
    }
  }

  @inline(__always)
  private func hash(_ lock: Int32, _ tag: UInt64) -> UInt32 {
    let mixed = tag &+ UInt64(UInt32(bitPattern: lock)) &* 0xD1B5_4A32_D192_ED03
    return UInt32(truncatingIfNeeded: mixed.hashWord(seed: seed))
  }

  /// Adds a new acquisition as the last with its lock and tag.
  private mutating func addToTag(_ acquisition: Int32, _ lock: Int32, _ tag: UInt64) {
    let first = oldest(lock, tag)
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
      let follower = next >= 0 ? next : oldest(gone.lock, gone.tag)
      acquisitions[follower].ofTag.previous = previous
    }
  }

  // MARK: Looking ahead

  /// The acquisition that ``oldest(_:_:)`` probably finds, or -1.
  @inline(__always)
  func guess(_ lock: Int32, _ tag: UInt64) -> Int32 { oldestOfTag.guess(hash(lock, tag)) }

  /// See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ acquisition: Int32) -> UInt64 { acquisitions.touch(acquisition) }

  /// See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ holdings: Holdings) -> UInt64 { acquisitions.touch(holdings.last) }

  /// Everything, for ``ModelAudit``.
  var contents: (acquisitions: Slab<Acquisition>, oldestOfTag: IndexTable) {
    (acquisitions, oldestOfTag)
  }
}

extension Holdings {
  /// The first of the list of acquisitions, for ``ModelAudit``.
  var first: Int32 { last }
}

extension LockHolders {
  /// The last of the list of acquisitions, for ``ModelAudit``.
  var last: Int32 { newest }
}
