/// How an IRP of a driver's own was made.
public enum OwnIRPKind: UInt8, CaseIterable, Sendable, Hashable, BitwiseCopyable {
  /// IoAllocateIrp.
  case allocated
  /// IoBuildAsynchronousFsdRequest.
  case asynchronous
  /// IoBuildDeviceIoControlRequest.
  case deviceControl
  /// IoBuildSynchronousFsdRequest.
  case synchronous
  /// IoMakeAssociatedIrp.
  case associated
  /// It is none: a dispatch routine was given it, and it is handled like one.
  case received

  /// The DDI that makes such an IRP, as a trace names it.
  public var ddi: String {
    switch self {
    case .allocated: "IoAllocateIrp"
    case .asynchronous: "IoBuildAsynchronousFsdRequest"
    case .deviceControl: "IoBuildDeviceIoControlRequest"
    case .synchronous: "IoBuildSynchronousFsdRequest"
    case .associated: "IoMakeAssociatedIrp"
    case .received: "DispatchEnter"
    }
  }

  /// Whether the I/O manager frees it: the IRP is queued to the thread that built it.
  var isThreaded: Bool { self == .deviceControl || self == .synchronous }

  @inline(__always)
  init(_ kind: EventKind) {
    switch kind {
    case .ioAllocateIrp: self = .allocated
    case .ioBuildAsynchronousFsdRequest: self = .asynchronous
    case .ioBuildDeviceIoControlRequest: self = .deviceControl
    case .ioBuildSynchronousFsdRequest: self = .synchronous
    default: self = .associated
    }
  }
}

/// One life of an IRP that a driver made itself: what an allocation returned, until it is freed or its memory
/// is used again.
struct OwnIRP: Sendable, BitwiseCopyable {
  var irp: UInt64
  /// The device for which it was made; 0 where that is not known.
  var device: UInt64
  /// The event object that was handed over when it was built; 0 for none.
  var object: UInt64
  /// The allocation.
  var made: EventStamp
  /// The thread of the last forward: see ``Event/threadKey``.
  var thread: UInt64 = 0
  /// The entry of the frame of the last forward; 0 where there was none.
  var frame: UInt64 = 0
  /// Where the last forward stands in the trace.
  var forwarded: UInt64 = 0
  /// `drv` of the event that made it, as a string id; 0 where it is not known.
  var driver: UInt32
  var kind: OwnIRPKind
  var place = Place.here
  var state: State = []
  var evidence = EvidenceList()

  /// Where the IRP is.
  enum Place: UInt8, BitwiseCopyable, Sendable {
    /// The driver has it; also once a completion routine gave it back.
    case here
    /// Forwarded, and not back.
    case below
    /// A completion routine of it runs.
    case comingBack
    /// Not known.
    case open
  }

  struct State: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt16
    /// A completion routine is set.
    static let routineSet = State(rawValue: 1)
    /// Forwarded at some time.
    static let forwarded = State(rawValue: 2)
    /// The last forward has returned.
    static let returned = State(rawValue: 4)
    /// It returned STATUS_PENDING, in a frame.
    static let pended = State(rawValue: 8)
    /// The I/O manager has freed it, or will: only a call that frees it means anything still.
    static let over = State(rawValue: 16)
    /// The driver has freed it.
    static let freed = State(rawValue: 32)
    /// In the list of its thread: see ``OwnIRPTable``.
    static let onThread = State(rawValue: 64)
    /// The event had been made, not signaled, for this IRP.
    static let eventMade = State(rawValue: 128)
    /// A completion routine gave it back since the last forward.
    static let givenBack = State(rawValue: 256)
    /// And started something that may go on with it.
    static let routineHandedOn = State(rawValue: 512)
  }

  /// Whether rules other than those about freeing are over with it.
  @inline(__always) var isOver: Bool { !state.isDisjoint(with: [.over, .freed]) }
}
