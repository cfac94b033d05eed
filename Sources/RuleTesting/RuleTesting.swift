import RuleEngine
import Testing

/// Expects a rule to come to an outcome on a small trace.
///
///     expect(Rule(MyRule()), .violation, in: """
///       enter READ
///       forward   !
///       """)
///
/// A failure shows the steps of the rule's machine: line, event, state, fact, what happened.
///
/// - Parameters:
///   - rule: The rule.
///   - outcome: What it is to come to.
///   - trace: The trace in ``ShortNotation``; events that must be reported bear a mark.
///   - reading: The reading; nil for both.
public func expect(
  _ rule: Rule, _ outcome: Example.Expectation, in trace: String, reading: Reading? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let example = Example("", outcome, trace)
  for reading in reading.map({ [$0] }) ?? Reading.allCases {
    guard let mismatch = ExampleRun.mismatch(of: rule, example, reading) else { continue }
    Issue.record("\(rule.id) [\(reading.rawValue)]: \(mismatch)", sourceLocation: sourceLocation)
  }
}

/// Runs all examples of a rule in both readings and expects each to come to its outcome.
public func expectExamples(
  of rule: Rule, sourceLocation: SourceLocation = #_sourceLocation
) {
  for problem in RuleAudit.examples(of: rule) {
    Issue.record("\(problem)", sourceLocation: sourceLocation)
  }
}

/// Expects a catalog of rules to be in order: see ``RuleAudit/catalog(_:)``.
public func expectSound(
  _ rules: [Rule], sourceLocation: SourceLocation = #_sourceLocation
) {
  for problem in RuleAudit.catalog(rules) {
    Issue.record("\(problem)", sourceLocation: sourceLocation)
  }
}
