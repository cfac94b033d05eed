extension Rule {
  /// What an example is to come to in a reading; in one that does not have the rule it is never armed.
  public func expectation(of example: Example, in reading: Reading) -> Example.Expectation {
    readings.contains(reading) ? example.expectation(in: reading) : .notArmed
  }
}

/// A rule in a reading, made ready once for many small traces.
public struct ExampleRunner: Sendable {
  /// The rule.
  public let rule: Rule
  /// The reading.
  public let reading: Reading
  private let fresh: Checker
  private let machine: MachineTable

  /// Makes a rule ready.
  ///
  /// - Throws: ``RuleDefinitionError`` where the rule is not well formed.
  public init(_ rule: Rule, _ reading: Reading) throws(RuleDefinitionError) {
    self.rule = rule
    self.reading = reading
    var options = Checker.Options()
    options.reading = reading
    machine = try rule.form(in: reading).machine
    var fresh = try Checker(rules: [rule], options: options)
    fresh.recordSteps = true
    self.fresh = fresh
  }

  /// Runs the rule over a trace in short notation.
  public func run(_ trace: String) throws -> ExampleRun { try ExampleRun(trace, fresh, machine) }

  /// Runs an example; returns what differs from its expectation, in words, or nil: what was expected
  /// and what came of it, then the trace with the steps of the machine below the lines that they are at.
  public func mismatch(of example: Example) -> String? {
    mismatch(example.trace, rule.expectation(of: example, in: reading))
  }

  /// Runs a trace; returns what differs from the outcome, as for an example. Without an outcome the marks
  /// say it: a violation there and nowhere else; where there is none, no violation of a rule that is
  /// armed.
  public func mismatch(_ trace: String, _ outcome: Example.Expectation?) -> String? {
    do {
      return try run(trace).mismatch(trace, outcome, rule, reading)
    } catch {
      return "\(error)"
    }
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

  /// Runs one rule over a trace in short notation; for many traces see ``ExampleRunner``.
  public init(_ rule: Rule, _ trace: String, _ reading: Reading) throws {
    self = try ExampleRunner(rule, reading).run(trace)
  }

  fileprivate init(_ trace: String, _ fresh: Checker, _ machine: MachineTable) throws {
    let notation = try ShortNotation(trace)
    self.notation = notation
    self.machine = machine
    var checker = fresh
    // What the rule does not ask for no reader would give it.
    let events = notation.events.compactMap {
      $0.asRead(for: checker.rules[0].customEvents, in: notation.strings)
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

  /// See ``ExampleRunner/mismatch(_:_:)``.
  fileprivate func mismatch(
    _ trace: String, _ outcome: Example.Expectation?, _ rule: Rule, _ reading: Reading
  ) -> String? {
    let expected = outcome ?? markedOutcome(reading)
    let marked = expected == .violation ? notation.marks[reading] ?? [] : []
    let found = findings.map(\.position.line)
    if self.outcome == expected, marked == found { return nil }
    var out =
      self.outcome == expected
      ? "expected reports at \(Self.lines(marked)), got them at \(Self.lines(found))"
      : "expected \(expected.words), got \(self.outcome.words) (passed \(verdicts.passed), "
        + "violated \(verdicts.violated), undecided \(verdicts.undecided))"
    if self.outcome == .notArmed, let form = try? rule.form(in: reading) {
      out += "; the rule is about: \(form.scope.words)"
    }
    return out + "\n" + story(trace, marked: marked)
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
