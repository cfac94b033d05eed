/// How a whole run understands remove locks.
public enum Reading: String, Sendable, CaseIterable, Codable {
  /// Remove locks are followed by lock and tag, through completion routines, queues and workers.
  case tracked
  /// SDV's own: one counter for each dispatch and nothing beyond it.
  case sdv
}
