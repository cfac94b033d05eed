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
  /// Acquisitions, oldest first.
  var firstAcquisition: Int32 = -1
  var lastAcquisition: Int32 = -1
  var held: Int32 = 0
  /// The IoInitializeRemoveLock, and the last release-and-wait with its tag.
  var initialized = EventStamp.none
  var waitEntered = EventStamp.none
  var waitTag: UInt64 = 0
  /// Its place among the certain locks, or -1.
  var certainPlace: Int32 = -1
  /// The locks of the same owner, of the same driver, and all locks, oldest first.
  var owned = IRPContext.Links()
  var ofDriver = IRPContext.Links()
  var all = IRPContext.Links()

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

/// A successful acquire whose release has not been seen.
struct Acquisition: Sendable {
  var lock: Int32
  var tag: UInt64
  /// The context it belongs to: an index while that is there, -1 for none.
  var context: Int32
  /// Whether it ever belonged to a context (which may be gone).
  var hadContext: Bool
  /// Whether the context's dispatch routine had returned when the context went.
  var major: MajorFunction
  var minor: MinorFunction
  var hasMinor: Bool
  var irp: UInt64
  var acquired: EventStamp
  /// Of the same (lock, tag), oldest first, the oldest having the last before it; of the same context,
  /// last first; of the same lock, oldest first.
  var ofTag = IRPContext.Links()
  var ofContext = IRPContext.Links()
  var ofLock = IRPContext.Links()
}
