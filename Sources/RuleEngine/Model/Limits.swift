/// How much the checker keeps. What falls out is undecided, counted, and said in a diagnostic.
public struct Limits: Sendable, Hashable {
  /// IRP contexts that are live at once.
  public var contexts = 1 << 16
  /// Contexts that are live at once with the same IRP address.
  public var contextsPerIRP = 1024
  /// Acquisitions that are remembered at once.
  public var acquisitions = 1 << 17
  /// Remove locks and device objects that are known at once.
  public var locks = 1 << 16
  /// Threads with open frames.
  public var threads = 1 << 14
  /// Frames on one thread's stack.
  public var frames = 1024
  /// Allocations of pool memory that are live at once.
  public var allocations = 1 << 16
  /// Handles of registry keys that are open at once.
  public var keyHandles = 1 << 12
  /// Spin locks, regions and resources that threads hold at once.
  public var holds = 1 << 14
  /// Evidence records of one finding.
  public var evidence = 64
  /// Acquisitions with one lock and tag that are looked through for the one to release.
  public var acquisitionsPerTag = 512

  /// Chunks of evidence, of three records each, beyond which no context has more than two.
  var evidenceChunks: Int { contexts + (1 << 16) }
  /// IRPs of drivers' own that are live at once.
  var ownIRPs: Int { max(contexts / 4, 1) }
  /// IRPs of drivers' own that were freed, or are over, and are remembered.
  var keptOwnIRPs: Int { max(contexts / 16, 1) }
  /// Contexts of completed IRPs that are kept beyond their end, in case one is completed again.
  var keptRequests: Int { min(contexts, 1 << 10) }
  /// Allocations that were freed and are remembered.
  var keptAllocations: Int { max(allocations / 4, 1) }
  /// Handles that were closed and are remembered.
  var keptKeyHandles: Int { max(keyHandles / 4, 1) }
  /// Event objects of which is known that nobody has set them.
  var eventObjects: Int { max(contexts / 16, 1) }
  /// Spin locks and resources that were given back and are remembered.
  var keptHolds: Int { max(holds / 4, 1) }
  /// Frames of all threads together, beyond which each thread loses its outermost ones.
  var allFrames: Int { threads + (1 << 16) }

  /// The defaults. They are far beyond what drivers have open at once, and what they allow takes less than
  /// 64 MB, whatever the trace is: docs/performance.md says how much each takes.
  public init() {}
}

/// A limit that was reached.
public enum LimitKind: UInt8, CaseIterable, Sendable {
  /// What there was too much of: the property of ``Limits`` of the same name.
  case contexts, contextsPerIRP, acquisitions, locks, threads, frames
  /// As above.
  case allocations, keyHandles, holds
}
