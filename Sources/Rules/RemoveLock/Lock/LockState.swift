import RuleEngine

/// The rules about the remove lock itself, on its own state machine (RemoveLockState…): what
/// `IO_REMOVE_LOCK` requires of its user whatever the request. The model finds the faults; each rule
/// is one fact with its message.
struct LockStateRule: LockRule {
  let id: String
  let severity: Severity
  let scope: LockScope
  let reportsOncePerLife: Bool
  /// The facts that break the rule, each with its message.
  let faults: [(fact: LockFact, message: String)]
  let documentation: RuleDocumentation
  let examples: [Example]

  enum State: UInt8, MachineState { case watching }

  var machine: Machine<State, LockFact> {
    Machine(
      start: .watching,
      faults.map { on(.watching, $0.fact, .report($0.message)) }
        + [on(.watching, .lifeEnded, .pass)])
  }

  static let members = [
    uninitialized, reinitialized, failedAcquire, underflow, tagMismatch, acquiredAfterDrain, leaked,
    heldTooLong, highWatermark,
  ]

  init(
    _ id: String, severity: Severity = .error, scope: LockScope = .everyLife,
    oncePerLife: Bool = false, _ faults: [(fact: LockFact, message: String)],
    _ documentation: RuleDocumentation, _ examples: [Example]
  ) {
    self.id = id
    self.severity = severity
    self.scope = scope
    reportsOncePerLife = oncePerLife
    self.faults = faults
    self.documentation = documentation
    self.examples = examples
  }

  static let sameInBoth =
    "The same in both: the lock's acquisitions are always followed by lock and tag. A lock that "
    + "lived through a gap in the trace is not judged until it is drained or initialised again."
}
