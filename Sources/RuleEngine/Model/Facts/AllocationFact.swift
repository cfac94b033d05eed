/// What the model says about one life of pool memory.
///
/// One event may give several facts; they come in the order of this declaration, the more specific before
/// the more general.
public enum AllocationFact: UInt8, FactVocabulary {
  /// The memory is freed though it was, and no allocation has returned its address since.
  case freedAgain
  /// The memory is freed.
  case freed
  /// The driver is unloaded and has not freed the memory: the first of the allocations of its place.
  case leftAtUnload
  /// The same, of a further allocation of that place.
  case leftWithOthers
  /// An allocation returns the address again: the memory was freed where no tracer looks.
  case lifeEnded

  /// What the fact says, as a sentence.
  public var meaning: String {
    switch self {
    case .freedAgain: "the memory is freed a second time"
    case .freed: "the memory is freed"
    case .leftAtUnload: "the driver is unloaded and has not freed the memory"
    case .leftWithOthers:
      "the driver is unloaded and has not freed the memory, nor other memory of the same place"
    case .lifeEnded: "an allocation returns the address again"
    }
  }
}
