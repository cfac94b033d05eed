extension Rule {
  /// What an example is to come to in a reading; in one that does not have the rule it is never armed.
  public func expectation(of example: Example, in reading: Reading) -> Example.Expectation {
    readings.contains(reading) ? example.expectation(in: reading) : .notArmed
  }
}

/// What a rule came to on a small trace.
public struct ExampleRun: Sendable {
  /// The verdicts.
  public let verdicts: VerdictCounts
  /// The findings.
  public let findings: [Finding]
  /// The trace that was run.
  public let notation: ShortNotation
  /// The steps of the rule's machines.
  package let steps: [MachineStep]
  /// The rule's automaton in the reading.
  package let machine: MachineTable

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

  /// Runs an example; returns what differs from its expectation, in words, or nil: what was expected
  /// and what came of it, then the trace with the steps of the machine below the lines that they are at.
  public static func mismatch(of rule: Rule, _ example: Example, _ reading: Reading) -> String? {
    mismatch(of: rule, example.trace, rule.expectation(of: example, in: reading), reading)
  }

  /// Runs a trace; returns what differs from the outcome, as for an example. Without an outcome the marks
  /// say it: a violation there and nowhere else; where there is none, no violation of a rule that is
  /// armed.
  public static func mismatch(
    of rule: Rule, _ trace: String, _ outcome: Example.Expectation?, _ reading: Reading
  ) -> String? {
    let run: ExampleRun
    do {
      run = try ExampleRun(rule, trace, reading)
    } catch {
      return "\(error)"
    }
    let expected = outcome ?? run.markedOutcome(reading)
    let marked = expected == .violation ? run.notation.marks[reading] ?? [] : []
    let found = run.findings.map(\.position.line)
    if run.outcome == expected, marked == found { return nil }
    let counts = run.verdicts
    var out =
      run.outcome == expected
      ? "expected reports at \(lines(marked)), got them at \(lines(found))"
      : "expected \(expected.words), got \(run.outcome.words) (passed \(counts.passed), "
        + "violated \(counts.violated), undecided \(counts.undecided))"
    if run.outcome == .notArmed, let form = try? rule.form(in: reading) {
      out += "; the rule is about: \(form.scope.words)"
    }
    return out + "\n" + run.story(trace, marked: marked)
  }

  /// The outcome that the marks ask for; without one, whichever of passing and undecided has come.
  private func markedOutcome(_ reading: Reading) -> Example.Expectation {
    if notation.marks[reading]?.isEmpty == false { return .violation }
    return outcome == .undecided ? .undecided : .passes
  }

  private static func lines(_ numbers: [UInt64]) -> String {
    numbers.isEmpty
      ? "no line (mark the event with !)"
      : "line \(numbers.map(String.init).joined(separator: ", "))"
  }

  /// The trace with what happened below each line.
  private func story(_ trace: String, marked: [UInt64]) -> String {
    let lines = trace.split(separator: "\n", omittingEmptySubsequences: false)
    var out: [String] = []
    for (place, text) in lines.enumerated() {
      let number = UInt64(place + 1)
      let margin = String(repeating: " ", count: max(0, 5 - String(number).count))
      out.append("\(margin)\(number) | \(text)")
      out += steps.filter { $0.position.line == number }.map { "      |     \(words(of: $0))" }
      let reports = findings.filter { $0.position.line == number }
      out += reports.map { finding in
        let isExpected = marked.contains(number) ? "" : "   <-- not expected"
        return "      |     reported: \(finding.message)\(isExpected)"
      }
      if marked.contains(number), reports.isEmpty { out.append("      |     <-- no report here") }
    }
    let rest = steps.filter { !(1...UInt64(lines.count)).contains($0.position.line) }
    if !rest.isEmpty { out.append("  end |") }
    out += rest.map { "      |     \(words(of: $0))" }
    return out.joined(separator: "\n")
  }

  /// `watching –returned→ passed`.
  private func words(of step: MachineStep) -> String {
    let row = machine.rows.first {
      $0.state == step.state && $0.fact == step.fact && $0.condition == step.condition
    }
    let condition = step.condition.map { " (\($0.words))" } ?? ""
    return "\(machine.stateNames[step.state]) –\(row?.factName ?? "?")\(condition)→ "
      + (row.map { machine.outcome(of: $0) } ?? "?")
  }
}
