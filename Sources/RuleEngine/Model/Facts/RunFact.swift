/// What SDV's automata about threads see of one run: what happens on one thread until its outermost routine has
/// ended.
///
/// SDV watches one lock of a kind, the first that is taken in the run; counts go over all. One event may give
/// several facts; they come in the order of this declaration.
public enum RunFact: UInt8, FactVocabulary {
  // Spin locks
  /// The spin lock that was taken first is taken.
  case spinLockTaken
  /// It is given back.
  case spinLockReleased
  /// The queued spin lock, by its handle, that was taken first is taken.
  case queuedSpinLockTaken
  /// It is given back.
  case queuedSpinLockReleased
  /// The cancel spin lock is taken.
  case cancelSpinLockTaken
  /// It is given back.
  case cancelSpinLockReleased
  /// KeReleaseSpinLock is called at another IRQL than DISPATCH_LEVEL.
  case releasedAtOtherIRQL
  /// KeReleaseSpinLock sets another IRQL than that before the last raise.
  case releasedToOtherIRQL
  /// KeReleaseSpinLock is called.
  case releasedToIRQL
  /// IoCompleteRequest or IoStartNextPacket is called with other than as many acquires as releases.
  case calledUnbalanced
  /// IoCompleteRequest or IoStartNextPacket is called.
  case called

  // Regions and resources
  /// A critical region is left that was not entered.
  case criticalRegionLeftOutside
  /// A critical region is entered.
  case criticalRegionEntered
  /// A guarded region is left that was not entered.
  case guardedRegionLeftOutside
  /// A guarded region is entered.
  case guardedRegionEntered
  /// A resource is acquired or given back at PASSIVE_LEVEL outside a region.
  case resourceUsedOutsideRegion
  /// A resource is acquired or given back.
  case resourceUsed
  /// The resource that was acquired exclusively first is acquired so.
  case resourceTaken
  /// It is given back.
  case resourceReleased

  // Lists
  /// An entry is taken from a list.
  case listUsed

  // Ends
  /// A routine returns in which SDV counts spin locks, and the acquires are not as many as the releases.
  case routineEndsUnbalanced
  /// A dispatch or cancel routine returns.
  case cancelableRoutineEnds
  /// A routine returns, completion routines aside.
  case routineEnds
  /// The outermost routine has returned, in a critical region.
  case endsInCriticalRegion
  /// The outermost routine has returned, in a guarded region.
  case endsInGuardedRegion
  /// The outermost routine has returned.
  case ended

  /// What the fact says, as a sentence.
  public var meaning: String {
    switch self {
    case .spinLockTaken: "the spin lock is acquired"
    case .spinLockReleased: "the spin lock is released"
    case .queuedSpinLockTaken: "the queued spin lock is acquired"
    case .queuedSpinLockReleased: "the queued spin lock is released"
    case .cancelSpinLockTaken: "the cancel spin lock is acquired"
    case .cancelSpinLockReleased: "the cancel spin lock is released"
    case .releasedAtOtherIRQL: "KeReleaseSpinLock is called at another IRQL than DISPATCH_LEVEL"
    case .releasedToOtherIRQL: "KeReleaseSpinLock sets another IRQL than before the last raise"
    case .releasedToIRQL: "KeReleaseSpinLock is called"
    case .calledUnbalanced:
      "IoCompleteRequest or IoStartNextPacket with more or fewer acquires than releases before"
    case .called: "IoCompleteRequest or IoStartNextPacket is called"
    case .criticalRegionLeftOutside: "a critical region is left that was not entered"
    case .criticalRegionEntered: "a critical region is entered"
    case .guardedRegionLeftOutside: "a guarded region is left that was not entered"
    case .guardedRegionEntered: "a guarded region is entered"
    case .resourceUsedOutsideRegion:
      "a resource is acquired or released at PASSIVE_LEVEL outside a region"
    case .resourceUsed: "a resource is acquired or released"
    case .resourceTaken: "the resource is acquired exclusively"
    case .resourceReleased: "the resource is released"
    case .listUsed: "an entry is taken from a list"
    case .routineEndsUnbalanced: "a routine returns after more or fewer acquires than releases"
    case .cancelableRoutineEnds: "a dispatch or cancel routine returns"
    case .routineEnds: "a routine returns"
    case .endsInCriticalRegion: "the outermost routine returns in a critical region"
    case .endsInGuardedRegion: "the outermost routine returns in a guarded region"
    case .ended: "the outermost routine returns"
    }
  }
}
