import RuleEngine

/// IoAllocateForward, IoBuildFsdForward, IoAllocateComplete and IoBuildFsdComplete: what a driver must not do
/// with an IRP that it made and has to free itself.
struct OwnIrpMisuseRule: OwnIRPRule {
  let id: String
  let kind: OwnIRPKind
  let misuse: Misuse
  let severity = Severity.error

  /// What is done with the IRP that must not be, and the words and examples for it.
  struct Misuse: Sendable {
    /// The fact that tells of it.
    let fact: OwnIRPFact
    /// What the report says.
    let message: String
    /// A fact after which SDV's automaton looks no further.
    var haltsUnderSDV: OwnIRPFact? = nil
    let makeDocumentation: @Sendable (_ id: String, _ kind: OwnIRPKind) -> RuleDocumentation
    let makeExamples: @Sendable (_ kind: OwnIRPKind) -> [Example]
  }

  static let members = [
    OwnIrpMisuseRule(id: "IoAllocateForward", kind: .allocated, misuse: .forwardedWithoutRoutine),
    OwnIrpMisuseRule(
      id: "IoBuildFsdForward", kind: .asynchronous, misuse: .forwardedWithoutRoutine),
    OwnIrpMisuseRule(id: "IoAllocateComplete", kind: .allocated, misuse: .completed),
    OwnIrpMisuseRule(id: "IoBuildFsdComplete", kind: .asynchronous, misuse: .completed),
  ]

  func scope(in reading: Reading) -> OwnIRPScope { OwnIRPScope([kind]) }

  enum State: UInt8, MachineState {
    /// The IRP is the driver's.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    let halts = reading == .sdv ? misuse.haltsUnderSDV : nil
    return Machine(
      start: .watching,
      [
        on(.watching, misuse.fact, .report(misuse.message)),
        on(.watching, .lifeEnded, .pass),
      ] + (halts.map { [on(.watching, $0, .halt)] } ?? []))
  }

  var documentation: RuleDocumentation { misuse.makeDocumentation(id, kind) }

  var examples: [Example] { misuse.makeExamples(kind) }
}
