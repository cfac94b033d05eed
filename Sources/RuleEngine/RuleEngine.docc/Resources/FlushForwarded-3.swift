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

  let documentation = RuleDocumentation(
    summary: "An IRP_MJ_FLUSH_BUFFERS request is forwarded only while the remove lock is held.",
    rationale: "Without the lock the device can be removed before the flush reaches the lower "
      + "driver, which is then gone.",
    remedy: "Acquire the remove lock at the start of the dispatch routine; release it after "
      + "IoCallDriver has returned, or in the completion routine.",
    readings: "tracked: what the IRP itself holds. sdv: the counter of the dispatch.",
    source: "the team's driver guidelines")
}
