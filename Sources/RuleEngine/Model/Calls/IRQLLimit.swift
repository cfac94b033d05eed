/// At which IRQL a DDI may be called.
public struct IRQLLimit: Sendable, Hashable {
  /// The DDI's name: that of an event of the format, or what `name` of a `Ddi` event says.
  public var ddi: String
  /// The limit.
  public var bound: Bound

  /// What the IRQL of the caller must be.
  public enum Bound: UInt8, Sendable, Hashable, CaseIterable {
    /// PASSIVE_LEVEL.
    case passive
    /// APC_LEVEL or below.
    case apc
    /// DISPATCH_LEVEL or below.
    case dispatch
    /// DISPATCH_LEVEL or above.
    case dispatchOrAbove

    /// The limit in words.
    public var words: String {
      switch self {
      case .passive: "PASSIVE_LEVEL"
      case .apc: "APC_LEVEL or below"
      case .dispatch: "DISPATCH_LEVEL or below"
      case .dispatchOrAbove: "DISPATCH_LEVEL or above"
      }
    }
  }

  /// Makes a limit.
  public init(_ ddi: String, _ bound: Bound) {
    self.ddi = ddi
    self.bound = bound
  }

  /// Routines of the runtime library that ask for PASSIVE_LEVEL do so because their code may be paged; page
  /// faults are served at APC_LEVEL too.
  var isOfRuntimeLibrary: Bool { ddi.hasPrefix("Rtl") }
}

extension IRQLLimit.Bound {
  /// What a call at an IRQL is to the limit.
  func fact(at irql: UInt8, isOfRuntimeLibrary: Bool) -> CallFact {
    switch self {
    case .passive where irql == 1 && isOfRuntimeLibrary: .calledPageableAtAPC
    case .passive where irql > 0: .calledAbovePassive
    case .apc where irql > 1: .calledAboveAPC
    case .dispatch where irql > 2: .calledAboveDispatch
    case .dispatchOrAbove where irql < 2: .calledBelowDispatch
    case .passive, .apc, .dispatch, .dispatchOrAbove: .calledWithinLimit
    }
  }
}

/// The IRQLs that have names on every processor.
enum IRQLWords {
  /// `DISPATCH_LEVEL`; above it `IRQL 5`.
  static func name(_ irql: UInt8) -> String {
    switch irql {
    case 0: "PASSIVE_LEVEL"
    case 1: "APC_LEVEL"
    case 2: "DISPATCH_LEVEL"
    default: "IRQL \(irql)"
    }
  }
}
