/// Where the IRP of a context is, and what else was done with it that rules about its handling ask for.
/// Kept beside the context, which is looked at far more often. Followed in the `tracked` reading; of the `sdv`
/// reading it knows the status in the IRP alone.
struct IRPPlace: Sendable, BitwiseCopyable {
  enum Whereabouts: UInt8, Sendable, BitwiseCopyable {
    /// The driver has it.
    case here
    /// Forwarded, and no completion routine of it has been entered since.
    case below
    /// A completion routine has been entered and has not exited: it may have woken who waits.
    case comingBack
    /// Completed by the driver, or by its completion routine's return.
    case gone
  }

  /// The thread on which the context opened: see ``Event/threadKey``.
  var dispatchThread: UInt64
  /// Where the last forward was made, and when.
  var forwardSite = FrameSite.none
  var forwardPosition: UInt64 = 0
  /// On which thread the IRP was put in an interlocked list unmarked.
  var insertionThread: UInt64 = 0
  /// On which thread, and where, it was put in a list unmarked with a spin lock held.
  var lockedThread: UInt64 = 0
  var lockedInsertion: UInt64 = 0
  var inList = InList.no
  /// With what the last forward returned, and the IRP's own status: of the driver's completion, in the `sdv`
  /// reading of the lower driver's too.
  var lowerStatus: UInt32 = 0
  var ownStatus: UInt32 = 0
  var state: State = []
  var whereabouts = Whereabouts.here
  /// How often all cancel routines were forgotten before this one's was set: see ``Requests``.
  var cancelEpoch: UInt32 = 0
  /// Those of its device that are handed over.
  var handedOver = Links()

  /// Whether the IRP is in a list that a spin lock guards, where its thread has had nothing more to do with it.
  enum InList: UInt8, Sendable, BitwiseCopyable {
    case no
    /// It was put there unmarked, with the spin lock held.
    case insertedLocked
    /// And was marked once the spin lock was released.
    case markedUnlocked
  }

  struct State: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt32
    /// The last forward has not returned.
    static let forwardOpen = State(rawValue: 1 << 0)
    /// ``lowerStatus`` is known.
    static let lowerStatusKnown = State(rawValue: 1 << 1)
    /// ``ownStatus`` is known.
    static let ownStatusKnown = State(rawValue: 1 << 2)
    /// The last forward went without a completion routine: the IRP is gone as well.
    static let goneByForward = State(rawValue: 1 << 3)
    /// Nothing has happened to the IRP since the last forward.
    static let forwardIsLast = State(rawValue: 1 << 4)
    /// A completion routine, or IoForwardIrpSynchronously, has given it back.
    static let givenBack = State(rawValue: 1 << 5)
    static let markedByDriver = State(rawValue: 1 << 6)
    static let markedInRoutine = State(rawValue: 1 << 7)
    /// IoCsqInsertIrp has marked it.
    static let markedByQueue = State(rawValue: 1 << 8)
    /// Put in a queue, or named by a callback on another thread, since the last forward.
    static let passedOn = State(rawValue: 1 << 9)
    /// Put in a queue at some time.
    static let everQueued = State(rawValue: 1 << 10)
    /// Something that is not named was put in a queue in a frame of the context.
    static let insertedInFrame = State(rawValue: 1 << 11)
    /// WmiSystemControl had it.
    static let wmiSeen = State(rawValue: 1 << 12)
    /// And left it to the driver to complete.
    static let wmiNotCompleted = State(rawValue: 1 << 13)
    /// Completed in a frame of the context on its dispatch thread.
    static let completedInDispatch = State(rawValue: 1 << 14)
    /// The lower driver's last answer is known, and is success.
    static let lowerSucceeded = State(rawValue: 1 << 15)
    /// The last completion routine was set with IoSetCompletionRoutineEx.
    static let routineEx = State(rawValue: 1 << 16)
    /// Put in an interlocked list, and not marked.
    static let insertedUnmarked = State(rawValue: 1 << 17)
    /// The dispatch routine has returned STATUS_PENDING for it, unmarked and here.
    static let pendedUnmarked = State(rawValue: 1 << 18)
    /// The device was deleted before the first forward returned.
    static let deletedBelow = State(rawValue: 1 << 19)
    /// Of a removal: the device is one that the driver has to take out of the stack, and has not.
    static let deviceToLeave = State(rawValue: 1 << 20)
    /// The dispatch routine returned, or the IRP was completed, with success.
    static let succeeded = State(rawValue: 1 << 21)
    /// Among the contexts of its device that are handed over.
    static let listed = State(rawValue: 1 << 22)
    /// The last completion routine was entered with PendingReturned set.
    static let enteredPended = State(rawValue: 1 << 23)
    /// A forward has returned, or a completion routine has been entered.
    static let cameBackOnce = State(rawValue: 1 << 24)

    /// The device was deleted while the context was open.
    static let deviceDeleted = State(rawValue: 1 << 25)
    /// IoSetCompletionRoutineEx has registered a routine, and the IRP was not forwarded since.
    static let registered = State(rawValue: 1 << 26)
    /// IoSetCompletionRoutineEx has failed; no other routine was set, nor the IRP forwarded since.
    static let registrationFailed = State(rawValue: 1 << 27)
    /// And its stack location was neither skipped nor copied since.
    static let registrationIgnored = State(rawValue: 1 << 28)
    /// A cancel routine is set: see ``Requests/isCancelable(_:)``.
    static let cancelRoutineSet = State(rawValue: 1 << 29)
    /// A completion routine has started something that may go on with the IRP, since the last forward.
    static let routineHandedOn = State(rawValue: 1 << 30)
    /// Under `sdv`: an event object was made in the dispatch, not signaled.
    static let sdvEventMade = State(rawValue: 1 << 31)

    static let marked: State = [.markedByDriver, .markedInRoutine, .markedByQueue]
    /// What a new forward makes void.
    static let ofTrip: State = [
      .lowerStatusKnown, .goneByForward, .givenBack, .passedOn, .lowerSucceeded, .enteredPended,
      .registered, .registrationFailed, .registrationIgnored, .cancelRoutineSet, .routineHandedOn,
    ]
  }

  /// Whether somebody of the driver is to go on with the IRP.
  var isHandedOver: Bool {
    !state.isDisjoint(with: [.passedOn, .markedByDriver, .markedByQueue])
  }

  var isMarked: Bool { !state.isDisjoint(with: .marked) }

  var lowerReturnedPending: Bool {
    state.contains(.lowerStatusKnown) && lowerStatus == NTStatus.pending.rawValue
  }
}

/// A frame on a thread, as one can still tell when it is gone.
struct FrameSite: Sendable, BitwiseCopyable, Hashable {
  /// See ``Event/threadKey``.
  var thread: UInt64
  /// The frame's entry; 0 on a thread without frames.
  var frame: UInt64
  static let none = FrameSite(thread: .max, frame: 0)
}
