extension Report {
  /// Why a finding is known and does not fail a run.
  public struct Acceptance: Sendable, Hashable, Codable {
    /// What accepts it.
    public enum Ground: String, Sendable, Hashable, Codable {
      /// A file of known findings.
      case baseline
      /// A suppression in the configuration.
      case suppression
    }

    /// What accepts it.
    public var by: Ground
    /// The reason that was written down.
    public var reason: String?

    /// Makes an acceptance.
    public init(by: Ground, reason: String? = nil) {
      self.by = by
      self.reason = reason
    }
  }

  /// How many findings are accepted, kept or not.
  public struct AcceptedCounts: Sendable, Hashable, Codable {
    /// Those of severity `error`.
    public var errors: UInt64 = 0
    /// Those of severity `warning`.
    public var warnings: UInt64 = 0

    /// None.
    public init() {}
  }

  /// Findings of severity `error` that nothing accepts.
  public var openErrors: UInt64 {
    summary.errors - min(summary.errors, summary.accepted?.errors ?? 0)
  }

  /// Findings of severity `warning` that nothing accepts.
  public var openWarnings: UInt64 {
    summary.warnings - min(summary.warnings, summary.accepted?.warnings ?? 0)
  }

  /// How many findings a baseline or a suppression accepts.
  public var acceptedCount: UInt64 {
    (summary.accepted?.errors ?? 0) + (summary.accepted?.warnings ?? 0)
  }
}
