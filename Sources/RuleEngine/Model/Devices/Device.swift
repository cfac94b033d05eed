/// One life of a device object: from AddDevice, or first sight, to IoDeleteDevice.
struct Device: Sendable {
  var pointer: UInt64
  /// `drv` as a ``StringID``.
  var driver: UInt32 = 0
  var role = DeviceRole.unknown
  var state: State = []
  /// Live contexts, locks and table entries that refer to this life.
  var references: Int32 = 0
  /// The remove lock that was acquired first for it (its address), with the place, since the last
  /// gap; 0 for none.
  var firstLock: UInt64 = 0
  var firstLockAcquired = EventStamp.none
  var firstLockTag: UInt64 = 0
  /// Its place among the devices with a first lock, or -1.
  var firstLockPlace: Int32 = -1
  /// The last IRP_MN_REMOVE_DEVICE context that opened for it.
  var removal = SlabRef.none
  /// The last IRP_MN_SURPRISE_REMOVAL context, until a removal opens.
  var surprise = SlabRef.none
  /// The major functions, as bits, of which a request was completed or forwarded in its contexts.
  var handled: UInt32 = 0
  /// How many gaps there had been at its AddDevice.
  var addedAfter: UInt32 = 0
  /// How many gaps there had been at its IoCreateDevice.
  var createdAfter: UInt32 = 0
  /// The last IoSetStartIoAttributes that told NonCancelable.
  var startIoSet = EventStamp.none
  /// All devices, oldest first.
  var all = Links()

  struct State: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt16
    /// AddDevice was seen.
    static let added = State(rawValue: 1)
    /// AddDevice said `bus=1`.
    static let bus = State(rawValue: 2)
    /// It uses remove locks.
    static let usesLocks = State(rawValue: 4)
    /// An IRP was forwarded in one of its contexts.
    static let hasForwarded = State(rawValue: 8)
    /// It had a PnP context.
    static let pnp = State(rawValue: 16)
    /// Its pointer leads here.
    static let current = State(rawValue: 32)
    /// It was detached or deleted.
    static let left = State(rawValue: 64)
    /// IoCreateDevice was seen.
    static let created = State(rawValue: 128)
    /// IoSetStartIoAttributes may have set DeferredStartIo.
    static let startIoDeferred = State(rawValue: 256)
    /// IoSetStartIoAttributes has set NonCancelable to FALSE, last.
    static let startIoCancelable = State(rawValue: 512)
    /// IoSetStartIoAttributes has set NonCancelable to TRUE, last.
    static let startIoNoncancelable = State(rawValue: 1024)
    /// What IoSetStartIoAttributes has said.
    static let startIo: State = [.startIoDeferred, .startIoCancelable, .startIoNoncancelable]
  }
}

/// What is known of a driver, by its `drv`.
struct Driver: Sendable {
  /// The string's id.
  var name: UInt32
  /// One of its devices was added or had a PnP context.
  var isPnP = false
}
