import RuleEngine

/// A flush is forwarded only while the remove lock is held.
struct FlushForwardedRule {
  let id = "TeamFlushForwarded"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(majors: [.flushBuffers], devices: .usesRemoveLocks)
  }
}
