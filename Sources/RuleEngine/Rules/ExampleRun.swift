/// What a rule came to on a small trace.
public struct ExampleRun: Sendable {
  /// The verdicts.
  public let verdicts: VerdictCounts
  /// The findings.
  public let findings: [Finding]
  /// The trace that was run.
  public let notation: ShortNotation
  /// The steps of the rule's machines.
  public let steps: [MachineStep]
  /// The rule's automaton in the reading.
  public let machine: MachineTable

  /// Runs one rule over a trace in short notation.
  public init(_ rule: Rule, _ trace: String, _ reading: Reading) throws {
    let notation = try ShortNotation(trace)
    self.notation = notation
    var options = Checker.Options()
    options.reading = reading
    machine = try rule.form(in: reading).machine
    var checker = try Checker(rules: [rule], options: options)
    checker.recordSteps = true
    // What the rule does not ask for no reader would give it.
    let events = notation.events.compactMap {
      $0.asRead(for: rule.customEvents, in: notation.strings)
    }
    checker.consume(events, strings: notation.strings)
    checker.finish(strings: notation.strings)
    verdicts = checker.verdicts[0]
    findings = checker.findings
    steps = checker.steps
  }

  /// The steps in words, one a line: trace line, event, state, fact, what happened.
  public var explanation: String {
    steps.map { step in
      let row = machine.rows.first {
        $0.state == step.state && $0.fact == step.fact && $0.condition == step.condition
      }
      let place = step.position.line == 0 ? "  –" : "line \(step.position.line)"
      return "\(place): \(step.event.name): in \(machine.stateNames[step.state])"
        + " \(row?.factName ?? "?") → \(row.map { machine.outcome(of: $0) } ?? "?")"
    }.joined(separator: "\n")
  }

  /// What the run came to.
  public var outcome: Example.Expectation {
    if verdicts.violated > 0 { return .violation }
    if verdicts.passed > 0 { return .passes }
    return verdicts.undecided > 0 ? .undecided : .notArmed
  }

  /// Runs an example; returns what differs from its expectation, in words, or nil.
  public static func mismatch(of rule: Rule, _ example: Example, _ reading: Reading) -> String? {
    let run: ExampleRun
    do {
      run = try ExampleRun(rule, example.trace, reading)
    } catch {
      return "\(error)"
    }
    let expected = example.expectation(in: reading)
    if run.outcome != expected {
      return "expected \(expected.rawValue), got \(run.outcome.rawValue) \(run.verdicts)"
        + run.findings.map { "; line \($0.position.line): \($0.message)" }.joined()
        + "\n" + run.explanation
    }
    let marked = run.notation.marks[reading] ?? []
    let found = run.findings.map(\.position.line)
    if expected == .violation, marked != found {
      return "expected reports at lines \(marked), got them at \(found)\n\(run.explanation)"
    }
    return nil
  }
}
