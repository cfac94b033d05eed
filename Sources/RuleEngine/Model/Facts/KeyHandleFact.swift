/// What the model says about one life of the handle of a registry key.
///
/// One event may give several facts; they come in the order of this declaration, the more specific before
/// the more general.
public enum KeyHandleFact: UInt8, FactVocabulary {
  /// A key routine is called with the handle after ZwClose.
  case usedClosed
  /// ZwClose.
  case closed
  /// The driver is unloaded and has not closed the handle: the first of those of its place.
  case leftOpen
  /// The same, of a further handle of that place.
  case leftWithOthers
  /// Under `sdv`: the outermost routine of the thread that opened the handle returns, and it is open.
  case leftInRun
  /// The handle is returned again: it was closed where no tracer looks.
  case lifeEnded

  /// What the fact says, as a sentence.
  public var meaning: String {
    switch self {
    case .usedClosed: "a key routine is called with the handle after ZwClose"
    case .closed: "ZwClose"
    case .leftOpen: "the driver is unloaded and has not closed the handle"
    case .leftWithOthers:
      "the driver is unloaded and has not closed the handle, nor others of the same place"
    case .leftInRun: "the outermost routine returns and has not closed the handle"
    case .lifeEnded: "ZwCreateKey or ZwOpenKey returns the handle again"
    }
  }
}
