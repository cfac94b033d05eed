import RuleEngine

/// A flush is forwarded only while the remove lock is held.
struct FlushForwardedRule {
  let id = "TeamFlushForwarded"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(majors: [.flushBuffers], devices: .usesRemoveLocks)
  }

  enum State: UInt8, MachineState { case watching }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .forwardedUnheld, .report("the flush is forwarded without the remove lock")),
        on(.watching, .acquireFailedWhileHeld, .halt),
        on(.watching, .returned, .pass),
      ])
  }
}
