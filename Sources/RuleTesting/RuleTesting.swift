import RuleEngine
import Testing

/// Expects a rule to report the marked events of a small trace and nothing else.
///
///     expect(Rule(MyRule()), in: """
///       enter READ
///       forward   !
///       """)
///
/// Where no event is marked, the rule must be armed and report nothing: it passes, or nobody can tell.
/// With an outcome that is asked for as well.
///
/// A failure shows the trace, and below each line what the rule made of it: state, fact, the state
/// after or the verdict, and what was reported.
///
/// - Parameters:
///   - rule: The rule.
///   - outcome: What it is to come to; nil where the marks say enough.
///   - trace: The trace in short notation (`ShortNotation` of RuleEngine); events that must be reported
///     bear a mark.
///   - reading: The reading; nil for both.
///   - sourceLocation: Where a failure is shown; the call unless told otherwise.
public func expect(
  _ rule: Rule, _ outcome: Example.Expectation? = nil, in trace: String, reading: Reading? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let readings = reading.map { [$0] } ?? Reading.allCases.filter(rule.readings.contains)
  for problem in RuleAudit.mismatches(of: rule, outcome, trace, readings) {
    Issue.record("\(problem)", sourceLocation: sourceLocation)
  }
}

/// Runs all examples of a rule in both readings and expects each to come to its outcome.
///
/// - Parameters:
///   - rule: The rule.
///   - sourceLocation: Where a failure is shown; the call unless told otherwise.
public func expectExamples(
  of rule: Rule, sourceLocation: SourceLocation = #_sourceLocation
) {
  for problem in RuleAudit.examples(of: rule) {
    Issue.record("\(problem)", sourceLocation: sourceLocation)
  }
}

/// Expects a catalog of rules to be in order: see ``RuleAudit/catalog(_:)``.
///
/// - Parameters:
///   - rules: The rules, all of them: ids are compared.
///   - sourceLocation: Where a failure is shown; the call unless told otherwise.
public func expectSound(
  _ rules: [Rule], sourceLocation: SourceLocation = #_sourceLocation
) {
  for problem in RuleAudit.catalog(rules) {
    Issue.record("\(problem)", sourceLocation: sourceLocation)
  }
}
