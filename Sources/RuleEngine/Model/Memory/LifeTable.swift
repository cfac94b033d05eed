/// What the rooms of allocations and of handles keep of one life: from where it was handed out to where it
/// was given back.
protocol HandedOut: BitwiseCopyable, Sendable {
  /// The address or the handle.
  var key: UInt64 { get }
  /// Where it was handed out.
  var made: EventStamp { get }
  /// The driver that has it, as a string id; 0 where it is not known.
  var driver: UInt32 { get }
  /// Where it was given back; none while it is live.
  var given: EventStamp { get set }
}

extension HandedOut {
  /// Whether it was given back.
  @inline(__always) var isOver: Bool { !given.isNone }
}

/// Lives of addresses or handles, found by these and by their drivers.
///
/// Those that were given back are kept beside those that are live, the oldest forgotten first: what is done
/// with them once more tells of a fault.
struct LifeTable<Life: HandedOut>: Sendable {
  private var lives = Slab<Life>()
  private var byKey = OpenTable<UInt64>()
  private var byDriver = KeyedLists<UInt64>()
  private var live = SlotQueue()
  private var kept = SlotQueue()
  /// Slots that the facts of the last event still name.
  private var gone = Store<Int32>()
  private let liveLimit: Int
  private let keptLimit: Int
  /// The drivers that have given anything back.
  private var giving = DriverSet()
  /// Of the last unload, for the first life of each place how many there are, and what they amount to.
  private(set) var sums: [Int32: LeftSum] = [:]

  init(live: Int, kept: Int) {
    liveLimit = live
    keptLimit = kept
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    lives.claim()
    byDriver.claim()
    live.claim()
    kept.claim()
    gone.claim()
  }

  @inline(__always)
  subscript(life: Int32) -> Life {
    get { lives[life] }
    _modify { yield &lives[life] }
  }

  /// Whether there are none, live or kept.
  @inline(__always) var isEmpty: Bool { live.count + kept.count == 0 }

  /// The life with this key, live or kept, or -1.
  @inline(__always)
  func find(_ key: UInt64) -> Int32 { byKey.find(key) }

  // MARK: Coming and going

  /// A life begins under a key that has none.
  mutating func insert(_ new: Life) -> Int32 {
    let life = lives.insert(new)
    byKey.set(new.key, life)
    if new.driver != 0 { byDriver.insert(life, UInt64(new.driver)) }
    live.append(life)
    return life
  }

  /// The oldest live one, where there is no room for another.
  var oldestAtLimit: Int32? { live.count >= liveLimit ? live.oldest : nil }

  /// The life was given back, and is kept. Returns one that is forgotten for it.
  mutating func keep(_ life: Int32, _ event: Event, driver: UInt32) -> Int32? {
    lives[life].given = EventStamp(event)
    live.remove(life)
    kept.append(life)
    gives(driver)
    guard kept.count > keptLimit else { return nil }
    let oldest = kept.oldest
    forget(oldest)
    return oldest
  }

  /// The life is over for good; its slot may be used again after the next event.
  mutating func forget(_ life: Int32) {
    if lives[life].isOver { kept.remove(life) } else { live.remove(life) }
    byKey.remove(lives[life].key)
    if lives[life].driver != 0 { byDriver.remove(life, UInt64(lives[life].driver)) }
    gone.append(life)
  }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { !gone.isEmpty }

  /// Gives free what the last event's facts named.
  mutating func sweep() {
    if !sums.isEmpty { sums = [:] }
    while let life = gone.popLast() { lives.remove(life) }
  }

  /// The oldest live one, or -1.
  var oldestLive: Int32 { live.oldest }
  /// The oldest that was given back, or -1.
  var oldestKept: Int32 { kept.oldest }

  // MARK: Drivers

  /// A driver gives something back.
  mutating func gives(_ driver: UInt32) { giving.insert(driver) }

  /// Whether the trace has had the driver give anything back: what it still has it has left.
  func hasGiven(_ driver: UInt32) -> Bool { giving.contains(driver) }

  /// The newest life of a driver, or -1.
  func newest(ofDriver driver: UInt32) -> Int32 { byDriver.first(UInt64(driver)) }

  /// All live ones of a driver, oldest first.
  func live(ofDriver driver: UInt32) -> [Int32] {
    var all: [Int32] = []
    var life = newest(ofDriver: driver)
    while life >= 0 {
      if !lives[life].isOver { all.append(life) }
      life = byDriver.next(life)
    }
    return all.reversed()
  }

  /// Adds up lives of one place, of which the first stands for all.
  mutating func sum(_ life: Int32, size: UInt64) {
    sums[life, default: LeftSum()].add(size)
  }
}

/// What a driver leaves behind of one place in its sources.
struct LeftSum: Sendable, Hashable {
  /// How many.
  private(set) var count = 0
  /// Their sizes together, as far as the trace names them.
  private(set) var bytes: UInt64 = 0

  mutating func add(_ size: UInt64) {
    count += 1
    let (sum, overflow) = bytes.addingReportingOverflow(size)
    bytes = overflow ? .max : sum
  }
}

/// Where something was handed out, as one tells places apart: by the source, or where that is not known by what
/// it is called.
struct LeftPlace: Hashable {
  var source: UInt32
  var name: UInt32
}

extension LifeTable {
  /// The live ones, oldest first. For what is not on the path of an event.
  var all: [Int32] { live.slots }

  /// What does not agree in the lists, for ``ModelAudit``.
  func inconsistencies(_ name: String) -> [String] {
    var problems: [String] = []
    let (open, over) = (live.slots, kept.slots)
    if open.count != live.count || over.count != kept.count {
      problems.append("\(name): a list is longer or shorter than it says")
    }
    if live.count > liveLimit || kept.count > keptLimit {
      problems.append("\(name): more than the limit")
    }
    if lives.count != open.count + over.count + gone.count {
      problems.append("\(name): \(lives.count) slots are in use")
    }
    for life in open + over where find(lives[life].key) != life {
      problems.append("\(name): \(life) is not found")
    }
    let isOver = Set(over)
    for life in open + over {
      if lives[life].isOver != isOver.contains(life) {
        problems.append("\(name): \(life) is over or not")
      }
      let driver = UInt64(lives[life].driver)
      if driver != 0, !byDriver.contains(life, driver, atMost: lives.count) {
        problems.append("\(name): \(life) is not its driver's")
      }
    }
    return problems
  }
}
