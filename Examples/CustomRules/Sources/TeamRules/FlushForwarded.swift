import RuleEngine

/// A flush is forwarded only while the remove lock is held.
struct FlushForwardedRule: ContextRule {
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

  let examples = [
    Example(
      "without an acquire", .violation,
      """
      enter FLUSH_BUFFERS
      forward                 !
      exit SUCCESS
      """),
    Example(
      "released too early", .violation,
      """
      enter FLUSH_BUFFERS
      acquire
      release
      forward                 !
      exit SUCCESS
      """),
    Example(
      "the acquire fails and the flush goes down", .violation,
      """
      enter FLUSH_BUFFERS
      acquire DELETE_PENDING
      forward                 !
      exit SUCCESS
      """),
    Example(
      "with the lock", .passes,
      """
      enter FLUSH_BUFFERS
      acquire
      forward
      release
      exit SUCCESS
      """),
    Example(
      "completed here", .passes,
      """
      enter FLUSH_BUFFERS
      acquire
      complete SUCCESS
      release
      exit SUCCESS
      """),
    Example(
      "the completion routine releases later", .passes,
      """
      enter FLUSH_BUFFERS
      acquire
      set-routine
      forward
      exit PENDING
      T2: completion
      T2: release
      T2: completion-exit SUCCESS
      """),
    Example(
      "a second acquire fails", .undecided,
      """
      enter FLUSH_BUFFERS
      acquire
      acquire DELETE_PENDING
      forward
      exit SUCCESS
      """),
    Example(
      "the device uses no remove lock", .notArmed,
      """
      bare
      enter FLUSH_BUFFERS
      forward
      exit SUCCESS
      """),
  ]
}
