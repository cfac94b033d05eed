/// How much the checker keeps. What falls out is undecided, counted, and said in a diagnostic.
public struct Limits: Sendable, Hashable {
  /// IRP contexts that are live at once.
  public var contexts = 4_000_000
  /// Contexts that are live at once with the same IRP address.
  public var contextsPerIRP = 1024
  /// Acquisitions that are remembered at once.
  public var acquisitions = 8_000_000
  /// Remove locks and device objects that are known at once.
  public var locks = 1_000_000
  /// Threads with open frames.
  public var threads = 65_536
  /// Frames on one thread's stack.
  public var frames = 1024
  /// Evidence records of one finding.
  public var evidence = 64
  /// Acquisitions with one lock and tag that are looked through for the one to release.
  public var acquisitionsPerTag = 4096

  /// The defaults, which a user does not meet.
  public init() {}
}

/// A limit that was reached.
public enum LimitKind: UInt8, CaseIterable, Sendable {
  /// What there was too much of: the property of ``Limits`` of the same name.
  case contexts, contextsPerIRP, acquisitions, locks, threads, frames
}
