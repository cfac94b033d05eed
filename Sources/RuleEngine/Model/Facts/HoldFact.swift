/// What the model says about one life of something that a thread holds: a spin lock, a region, a resource.
///
/// One event may give several facts; they come in the order of this declaration, the more specific before
/// the more general.
public enum HoldFact: UInt8, FactVocabulary {
  // Taking
  /// A resource is acquired, not in a region, at PASSIVE_LEVEL.
  case takenOutsideRegion
  /// A resource is acquired in a region, at PASSIVE_LEVEL.
  case takenInRegion
  /// The thread takes it again while it holds it.
  case takenAgain

  // Holding
  /// IoCompleteRequest or IoStartNextPacket is called while the spin lock is held.
  case calledHolding

  // Giving back
  /// A resource is given back, not in a region, at PASSIVE_LEVEL.
  case releasedOutsideRegion
  /// A resource is given back in a region, at PASSIVE_LEVEL.
  case releasedInRegion
  /// KeReleaseSpinLock lowers the IRQL below DISPATCH_LEVEL while the thread holds another spin lock.
  case releasedHoldingAnother
  /// KeReleaseSpinLock of the last spin lock sets another IRQL than before the first was taken.
  case releasedToOtherIRQL
  /// KeReleaseSpinLock sets a lower IRQL than that at which the routine was entered.
  case releasedBelowCaller
  /// KeReleaseSpinLock says which IRQL it sets.
  case releasedToIRQL
  /// It is given back.
  case released
  /// It is given back and is not held.
  case releasedFree

  // The routine's end
  /// The routine that took it returns and holds it, and others of its kind that it took before.
  case leftBeside
  /// The routine that took it returns and holds it.
  case left
  /// The routine that took it returns and may have handed it on.
  case doubtful

  /// What the fact says, as a sentence.
  public var meaning: String {
    switch self {
    case .takenOutsideRegion: "a resource is acquired outside a region"
    case .takenInRegion: "a resource is acquired in a region"
    case .takenAgain: "the thread takes it again"
    case .calledHolding: "IoCompleteRequest or IoStartNextPacket is called while it is held"
    case .releasedOutsideRegion: "a resource is given back outside a region"
    case .releasedInRegion: "a resource is given back in a region"
    case .releasedHoldingAnother:
      "KeReleaseSpinLock goes below DISPATCH_LEVEL while another spin lock is held"
    case .releasedToOtherIRQL:
      "KeReleaseSpinLock sets another IRQL than before the first spin lock was taken"
    case .releasedBelowCaller:
      "KeReleaseSpinLock sets a lower IRQL than that at which the routine was entered"
    case .releasedToIRQL: "KeReleaseSpinLock sets an IRQL"
    case .released: "it is given back"
    case .releasedFree: "it is given back and is not held"
    case .leftBeside: "the routine that took it returns, and holds another as well"
    case .left: "the routine that took it returns and holds it"
    case .doubtful: "the routine that took it returns, and may have handed it on"
    }
  }
}
