/// A successful acquire whose release has not been seen.
struct Acquisition: Sendable {
  var lock: Int32
  /// Tells the context that it was made for apart from others, also when that is gone; 0 for none.
  var maker: UInt32
  var tag: UInt64
  /// The context it belongs to: an index while that is there, -1 for none.
  var context: Int32
  fileprivate(set) var state: State
  /// The request that it was made for, where there was a context.
  var major: MajorFunction
  var minor: MinorFunction
  var irp: UInt64
  var acquired: EventStamp
  /// Of the same (lock, tag), oldest first, the oldest having the last before it; of the same context,
  /// last first; of the same lock, oldest first.
  fileprivate(set) var ofTag = Links()
  fileprivate(set) var ofContext = Links()
  fileprivate(set) var ofLock = Links()

  struct State: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt8
    /// It belonged to a context once, which may be gone.
    static let hadContext = State(rawValue: 1)
    /// The request named a minor function.
    static let hasMinor = State(rawValue: 2)
    /// It is among ``Holdings/forIRP``.
    fileprivate static let forIRP = State(rawValue: 4)
    /// It is among ``Holdings/untagged``.
    fileprivate static let untagged = State(rawValue: 8)
  }

  /// An acquisition that the event makes, for a context or for -1.
  @inline(__always)
  init(_ event: Event, _ lock: Int32, _ context: Int32, _ requests: borrowing Requests) {
    self.lock = lock
    tag = event.tag
    self.context = context
    acquired = EventStamp(event)
    state = []
    guard context >= 0 else {
      (major, minor, irp, maker) = (MajorFunction(0), MinorFunction(0), 0, 0)
      return
    }
    let request = requests[context]
    major = request.major
    minor = request.minor
    irp = request.irp
    maker = requests.number(of: context)
    state = request.parameters.contains(.minor) ? [.hadContext, .hasMinor] : .hadContext
  }
}

/// What one context holds of remove locks.
struct Holdings: Sendable, BitwiseCopyable {
  /// The acquisition made last, or -1.
  fileprivate var last: Int32 = -1
  /// How many acquisitions there are.
  fileprivate(set) var depth: Int32 = 0
  /// How many of them have the context's IRP as tag and were not handed on.
  fileprivate(set) var forIRP: Int32 = 0
  /// How many have none, were not handed on, and are of locks that do not have the IRP as a tag as well.
  fileprivate(set) var untagged: Int32 = 0
  /// The lock that was acquired with the IRP as tag (its index), or -1.
  fileprivate var lockOfIRPTag: Int32 = -1

  /// How many acquisitions were not made for something else (a work item, a timer), nor handed on.
  @inline(__always) var forItself: Int32 { forIRP + untagged }
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

  /// What tells its acquire apart in reports; 0 for none.
  @inline(__always)
  func sign(of acquisition: Int32) -> UInt32 {
    acquisition >= 0 ? acquisitions[acquisition].acquired.sign : 0
  }

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
    let lock = acquisitions[acquisition].lock
    if acquisitions[acquisition].tag == acquisitions[acquisition].irp {
      acquisitions[acquisition].state.insert(.forIRP)
      holdings.forIRP += 1
      holdings.lockOfIRPTag = lock
      if holdings.untagged > 0 { excuseUntagged(of: lock, &holdings) }
    } else if acquisitions[acquisition].tag == 0, holdings.lockOfIRPTag != lock {
      acquisitions[acquisition].state.insert(.untagged)
      holdings.untagged += 1
    }
  }

  /// The context acquires the lock with its IRP as tag as well: what it holds of it without a tag was made
  /// for something else.
  private mutating func excuseUntagged(of lock: Int32, _ holdings: inout Holdings) {
    var acquisition = holdings.last
    while acquisition >= 0 {
      if acquisitions[acquisition].lock == lock { excuse(acquisition, .untagged, &holdings) }
      acquisition = acquisitions[acquisition].ofContext.next
    }
  }

  /// Something else may go on with what the context holds: see `docs/model.md`.
  mutating func handOn(_ holdings: inout Holdings) {
    guard holdings.forItself > 0 else { return }
    var acquisition = holdings.last
    while acquisition >= 0 {
      excuse(acquisition, .forIRP, &holdings)
      excuse(acquisition, .untagged, &holdings)
      acquisition = acquisitions[acquisition].ofContext.next
    }
  }

  private mutating func excuse(
    _ acquisition: Int32, _ kind: Acquisition.State, _ holdings: inout Holdings
  ) {
    guard acquisitions[acquisition].state.contains(kind) else { return }
    acquisitions[acquisition].state.remove(kind)
    if kind == .forIRP { holdings.forIRP -= 1 } else { holdings.untagged -= 1 }
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
    if gone.state.contains(.forIRP) { holdings.forIRP -= 1 }
    if gone.state.contains(.untagged) { holdings.untagged -= 1 }
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

  // MARK: Which a release takes

  /// The acquisition of the lock with this tag that the context made last, or -1.
  @inline(__always)
  func last(of holdings: Holdings, _ lock: Int32, tag: UInt64) -> Int32 {
    var own = holdings.last
    var steps = stepLimit
    while own >= 0, steps > 0 {
      if acquisitions[own].lock == lock, acquisitions[own].tag == tag { return own }
      own = acquisitions[own].ofContext.next
      steps -= 1
    }
    return -1
  }

  /// That of the context that the thread's frames have handled last, or -1.
  mutating func handled(
    _ event: Event, _ lock: Int32, _ thread: Int, _ threads: inout Threads,
    _ requests: inout Requests
  ) -> Int32 {
    if oldest(lock, event.tag) < 0 { return -1 }
    var cursor = threads.handled(thread)
    while let reference = threads.next(&cursor) {
      let context = requests.resolve(reference)
      guard context >= 0 else { continue }
      let one = last(of: requests[context].holdings, lock, tag: event.tag)
      if one >= 0 { return one }
    }
    return -1
  }

  /// The oldest acquisition of a live context whose dispatch routine has returned, or of none; else the
  /// oldest of a live context; else the oldest; -1 where there is none.
  mutating func byAge(_ lock: Int32, tag: UInt64, _ requests: inout Requests) -> Int32 {
    let oldest = oldest(lock, tag)
    var ofLive: Int32 = -1
    var acquisition = oldest
    var steps = stepLimit
    while acquisition >= 0, steps > 0 {
      let context = acquisitions[acquisition].context
      if context < 0 {
        if !acquisitions[acquisition].state.contains(.hadContext) { return acquisition }
      } else if requests[context].state.contains(.live) {
        if requests[context].dispatchFrames == 0 { return acquisition }
        if ofLive < 0 { ofLive = acquisition }
      }
      acquisition = acquisitions[acquisition].ofTag.next
      steps -= 1
    }
    return ofLive >= 0 ? ofLive : oldest
  }

  /// Whether acquisitions that were made for different contexts bear the lock and the tag.
  mutating func areOfSeveral(_ lock: Int32, tag: UInt64) -> Bool {
    let oldest = oldest(lock, tag)
    var acquisition = oldest
    var steps = stepLimit
    while acquisition >= 0, steps > 0 {
      if acquisitions[acquisition].maker != acquisitions[oldest].maker { return true }
      acquisition = acquisitions[acquisition].ofTag.next
      steps -= 1
    }
    return false
  }

  /// The one that was made last with this lock and tag; there is one.
  func youngest(_ lock: Int32, tag: UInt64) -> Acquisition {
    acquisitions[acquisitions[oldest(lock, tag)].ofTag.previous]
  }

  /// The contexts that hold the lock with this tag.
  mutating func holders(_ lock: Int32, tag: UInt64) -> [Int32] {
    var all: [Int32] = []
    var acquisition = oldest(lock, tag)
    while acquisition >= 0, all.count < stepLimit {
      let context = acquisitions[acquisition].context
      if context >= 0, !all.contains(context) { all.append(context) }
      acquisition = acquisitions[acquisition].ofTag.next
    }
    return all
  }

  // MARK: Lists

  /// The acquisitions of a lock, oldest first; of more than `most` that many.
  func all(of holders: LockHolders, atMost most: Int = .max) -> [Acquisition] {
    var all: [Acquisition] = []
    var acquisition = holders.oldest
    while acquisition >= 0, all.count < most {
      all.append(acquisitions[acquisition])
      acquisition = acquisitions[acquisition].ofLock.next
    }
    return all
  }

  /// The acquisitions of a context, the last made first; of more than `most` that many.
  func all(of holdings: Holdings, atMost most: Int = .max) -> [Acquisition] {
    var all: [Acquisition] = []
    var acquisition = holdings.last
    while acquisition >= 0, all.count < most {
      all.append(acquisitions[acquisition])
      acquisition = acquisitions[acquisition].ofContext.next
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
