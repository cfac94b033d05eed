import RuleEngine

/// A rule about the handling of an IRP: its automata and texts are data, in the files of this folder.
struct HandlingRule: ContextRule {
  /// The rule in one reading.
  struct Form: Sendable {
    var scope = ContextScope()
    /// The state on arming; under `tracked` most rules are not armed before something concerns them.
    var start = State.watching
    var dormant: Set<State> = []
    let rows: [Transition<State, ContextFact>]
  }

  /// What has happened so far. Each rule has some of these.
  enum State: UInt8, MachineState {
    case watching
    /// The dispatch routine is about to return; what it returns decides.
    case returning
    /// IoCompleteRequest has been called.
    case completing
    case completed
    /// The context has ended.
    case ended
    case forwarded
    /// The lower driver, or its completion, pended the IRP.
    case pended
    /// The IRP came back from the lower driver, and the driver has it.
    case takenBack
    /// The IRP came back, and went on up.
    case gone
    case marked
    /// The IRP, or one that SDV takes for it, is in a queue.
    case queued
    /// An event was set.
    case signalled
    case handedOver
    /// The device was deleted.
    case deleted
    /// A completion routine is set.
    case routineSet
    /// IoSetCompletionRoutineEx has failed.
    case unregistered
    /// A cancel routine is set.
    case cancelable
    /// An event object was made.
    case eventMade
    /// The lower driver failed the IRP.
    case failed
    /// And a wait succeeded.
    case failedWaited
    /// A wait succeeded.
    case waited
    /// Forwarded without a completion routine, and returned.
    case plain
    /// And a wait succeeded.
    case plainWaited
    /// WmiSystemControl left it to the driver to complete the IRP.
    case toComplete
  }

  let id: String
  var severity = Severity.error
  let tracked: Form
  /// Nil where SDV's automaton is not known: the rule is one of the `tracked` reading alone.
  var sdv: Form?
  let documentation: RuleDocumentation
  let makeExamples: @Sendable () -> [Example]

  var examples: [Example] { makeExamples() }
  var readings: Set<Reading> { sdv == nil ? [.tracked] : Set(Reading.allCases) }

  func scope(in reading: Reading) -> ContextScope { form(in: reading).scope }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    let form = form(in: reading)
    return Machine(start: form.start, dormant: form.dormant, form.rows)
  }

  private func form(in reading: Reading) -> Form {
    reading == .sdv ? sdv ?? tracked : tracked
  }
}

extension HandlingRule.Form {
  /// A form that is not armed before a row leads out of `watching`, nor in the states of `ended`.
  static func dormant(
    _ rows: [Transition<HandlingRule.State, ContextFact>],
    in scope: ContextScope = ContextScope(), ended: Set<HandlingRule.State> = []
  ) -> Self {
    HandlingRule.Form(scope: scope, dormant: ended.union([.watching]), rows: rows)
  }
}

extension Example {
  /// An example whose steps stand on one line, with a semicolon between.
  static func steps(
    _ title: String, _ tracked: Expectation, sdv: Expectation? = nil, _ steps: String
  ) -> Example {
    let lines = steps.split(separator: ";").map { $0.drop { $0 == " " } }
    return Example(
      title, tracked: tracked, sdv: sdv ?? tracked, lines.joined(separator: "\n"))
  }
}
