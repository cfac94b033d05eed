/// One handling of one IRP by one device object.
struct IRPContext: Sendable {
  /// The device object's address and the IRP's: the key.
  var devicePointer: UInt64
  var irp: UInt64
  /// The device's life in which the context opened.
  var device: Int32
  var major: MajorFunction
  var minor: MinorFunction
  var powerType: PowerStateType
  var powerState: PowerState
  var relation: DeviceRelation
  var parameters: Parameters
  var ioctl: UInt32
  /// The DispatchEnter.
  var opened: EventStamp
  /// The number of gaps before it opened: what is live at a later gap is uncertain.
  var epoch: UInt32

  /// Dispatch frames that are open, frames of any kind, and frames of others that have handled the
  /// IRP and keep the context open.
  var dispatchFrames: Int32 = 0
  var frames: Int32 = 0
  var touchingFrames: Int32 = 0

  /// What it holds of remove locks, and what it was refused: kept here, so that both are in one place of
  /// memory, and known to ``RemoveLocks`` alone.
  var holdings = Holdings()
  var refusals = RefusalList()
  /// SDV's counters: without and with release-and-wait as a release.
  var sdvDepth: Int32 = 0
  var sdvDepthCountingWaits: Int32 = 0

  var state: State
  /// Contexts with the same IRP, newest first; all live contexts, oldest first.
  var sameIRP = Links()
  var live = Links()
  var evidence = EvidenceList()

  /// Which parameters the DispatchEnter named.
  struct Parameters: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt8
    static let minor = Parameters(rawValue: 1)
    static let relation = Parameters(rawValue: 2)
    static let ioctl = Parameters(rawValue: 4)
  }

  /// What is known of the handling.
  struct State: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt32
    /// Found by its key; not ended, not superseded.
    static let live = State(rawValue: 1 << 0)
    /// No gap and no missing exit so far: rules may judge it.
    static let certain = State(rawValue: 1 << 1)
    /// The driver has the IRP.
    static let hasIRP = State(rawValue: 1 << 2)
    static let completed = State(rawValue: 1 << 3)
    /// Forwarded, and not taken back by STATUS_MORE_PROCESSING_REQUIRED.
    static let forwarded = State(rawValue: 1 << 4)
    /// A completion routine returned with another status than STATUS_MORE_PROCESSING_REQUIRED.
    static let routineFinished = State(rawValue: 1 << 5)
    /// A completion routine is set and has not returned.
    static let routineOutstanding = State(rawValue: 1 << 6)
    /// Forwarded since the outstanding routine was set.
    static let forwardedWithRoutine = State(rawValue: 1 << 7)
    /// Queued or marked pending, and neither completed nor forwarded since.
    static let parked = State(rawValue: 1 << 8)
    /// The dispatch routine returned STATUS_PENDING: what is held is carried for good.
    static let carriedForGood = State(rawValue: 1 << 9)
    /// A completion routine has been set at some time.
    static let routineEverSet = State(rawValue: 1 << 10)
    /// An acquire that belongs to the context has succeeded.
    static let everAcquired = State(rawValue: 1 << 11)
    /// A shared or mid-life lock was released from elsewhere: "not held" is not known any more.
    static let depthUnknown = State(rawValue: 1 << 12)
    /// Completed or forwarded on a thread without a frame.
    static let finishedOutsideFrames = State(rawValue: 1 << 13)
    /// The last forward failed, and a completion routine was set for it.
    static let lastForwardFailed = State(rawValue: 1 << 14)
    static let lastForwardHadRoutine = State(rawValue: 1 << 15)
    /// CompletionEnter of the last forward had `pending` set.
    static let lastForwardPended = State(rawValue: 1 << 16)
    /// The stack location was copied since the last forward.
    static let copied = State(rawValue: 1 << 17)
    /// The last forward went down on a copied stack location, without a routine.
    static let lastForwardCopied = State(rawValue: 1 << 18)
    /// Forwarded at some time.
    static let forwardedEver = State(rawValue: 1 << 19)
    /// Closed by the last event: its slot may be given free with the next.
    static let leaving = State(rawValue: 1 << 20)
    /// Completed and ended, and kept in case it is completed again: see ``KeptRequests``.
    static let kept = State(rawValue: 1 << 21)
    /// IoSkipCurrentIrpStackLocation was called.
    static let skipped = State(rawValue: 1 << 22)
  }

  /// Whether rules may judge the context.
  @inline(__always)
  var isJudged: Bool { state.isSuperset(of: [.live, .certain]) }

  /// Whether it is an IRP_MN_REMOVE_DEVICE.
  var isRemoval: Bool {
    major == .pnp && minor == .removeDevice && parameters.contains(.minor)
  }

  /// Whether it is an IRP_MN_SURPRISE_REMOVAL.
  var isSurpriseRemoval: Bool {
    major == .pnp && minor == .surpriseRemoval && parameters.contains(.minor)
  }

  /// Whether what the context holds when its dispatch routine returns is carried beyond it, its
  /// acquisitions for something else aside.
  var carries: Bool {
    state.contains(.carriedForGood) || state.contains(.parked)
      || state.isSuperset(of: [.routineOutstanding, .forwardedWithRoutine])
  }

  /// How many acquisitions are not carried beyond the dispatch routine.
  @inline(__always) var uncarried: Int32 { carries ? 0 : holdings.forItself }

  /// Whether the IRP is finished, as far as the driver is concerned.
  @inline(__always)
  var isFinished: Bool {
    if !state.isDisjoint(with: [.completed, .routineFinished]) { return true }
    return state.contains(.forwarded) && state.isDisjoint(with: [.routineOutstanding, .parked])
  }
}
