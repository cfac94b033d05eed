/// The state machine of one IO_REMOVE_LOCK, in one life of its memory.
struct RemoveLock: Sendable {
  /// The address.
  var pointer: UInt64
  var phase: Phase
  var state: State
  /// The device's life that owns the lock, or -1 where it is not known.
  var owner: Int32 = -1
  /// `drv` of the events that named the lock, for locks whose owner is not known.
  var driver: UInt32 = 0
  /// From IoInitializeRemoveLock: minutes that an acquisition may be held, 0 for no limit.
  var maximumMinutes: UInt64 = 0
  /// From IoInitializeRemoveLock: acquisitions at once, 0 for no limit.
  var highWatermark: UInt32 = 0
  /// The acquisitions that are left.
  var holders = LockHolders()
  /// What is remembered of those that are gone.
  var gone = GoneHolders()
  /// The IoInitializeRemoveLock, and the last release-and-wait with its tag.
  var initialized = EventStamp.none
  var waitEntered = EventStamp.none
  var waitTag: UInt64 = 0
  /// How often it went over to a new life of its owner that was not deleted before.
  var passings: UInt8 = 0
  /// Its place among the certain locks, or -1.
  var certainPlace: Int32 = -1
  /// The locks of the same owner, of the same driver, and all locks, oldest first.
  var owned = Links()
  var ofDriver = Links()
  var all = Links()

  /// Where the lock stands. *Initialised* and *held n* are one phase, told apart by `held`.
  enum Phase: UInt8, Sendable {
    /// First seen in mid-life.
    case unknown
    case initialized
    /// Release-and-wait has been entered and has not returned.
    case draining
    case drained
    /// The owner is deleted or the driver unloaded; what is left is matched silently.
    case over
  }

  struct State: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt8
    /// No gap since it was initialised, drained or first seen.
    static let certain = State(rawValue: 1)
    /// The number of acquisitions is known.
    static let countKnown = State(rawValue: 2)
    /// Its initialisation is not in the trace.
    static let midLife = State(rawValue: 4)
    /// Its initialisation named the device that owns it.
    static let ownerNamed = State(rawValue: 8)
    /// It was initialised in an IRP_MJ_CREATE context: one lock for each open file.
    static let ofOpenFile = State(rawValue: 16)
    /// Drained, and its owner is deleted: its rules have passed.
    static let settled = State(rawValue: 32)
  }
}

extension RemoveLock {
  /// Whether initialising the lock is a fault. Drained memory of an unknown or deleted owner may
  /// have been freed and be a new lock.
  var isInUse: Bool {
    switch phase {
    case .unknown, .over: false
    case .initialized, .draining: true
    case .drained: state.contains(.ownerNamed) && !state.contains(.settled)
    }
  }

  /// A life begins with IoInitializeRemoveLock.
  mutating func initialize(_ event: Event, isOwnerNamed: Bool, isOfOpenFile: Bool) {
    phase = .initialized
    state = .countKnown
    if isOwnerNamed { state.insert(.ownerNamed) }
    if isOfOpenFile { state.insert(.ofOpenFile) }
    maximumMinutes = event.has(.maxmin) ? event.number : 0
    highWatermark = event.highWatermark
    initialized = EventStamp(event)
    waitEntered = .none
  }

  /// Whether an acquisition made then is older at the event than the lock allows.
  func isTooOld(_ acquired: EventStamp, at event: Event) -> Bool {
    guard maximumMinutes > 0, event.has(.ts), acquired.timestamp != EventStamp.noTimestamp else {
      return false
    }
    let (age, overflow) = event.timestamp.subtractingReportingOverflow(acquired.timestamp)
    let (limit, limitless) = maximumMinutes.multipliedReportingOverflow(by: 60_000_000_000)
    return !overflow && !limitless && age > 0 && UInt64(age) > limit
  }

  /// Whether it is one of those of which a device should have only one. A lock for each open file and a
  /// lock of another device are not. The first of a device must be known to be its own.
  func counts(for device: Int32, asFirst: Bool, isWhole: Bool) -> Bool {
    guard state.contains(.certain), !state.contains(.ofOpenFile) else { return false }
    if state.contains(.ownerNamed) { return owner == device }
    return isWhole && (!asFirst || owner == device)
  }
}
