import RuleEngine
import Testing

/// A rule whose machine is given, for trying out wrong ones.
private struct TrialRule: ContextRule {
  enum State: UInt8, MachineState { case first, second, third }
  typealias Row = Transition<State, ContextFact>

  var id = "Trial"
  var severity: Severity { .error }
  var rows: [Row] = [on(.first, .returned, .report("it returns"))]
  var documentation: RuleDocumentation {
    RuleDocumentation(summary: "s", rationale: "r", remedy: "r", readings: "r", source: "s")
  }
  var examples: [Example] { [] }

  func scope(in reading: Reading) -> ContextScope { ContextScope(majors: [.read]) }
  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(start: .first, rows)
  }
}

/// A rule whose states are not numbered from 0.
private struct GapRule: ContextRule {
  enum State: UInt8, MachineState { case first = 3 }
  let id = "Gap"
  let severity = Severity.error
  let documentation = RuleDocumentation(
    summary: "s", rationale: "r", remedy: "r", readings: "r", source: "s")
  let examples: [Example] = []

  func scope(in reading: Reading) -> ContextScope { ContextScope() }
  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(start: .first, [on(.first, .returned, .report("it returns"))])
  }
}

@Suite("Wrong rules") struct RuleDefinitionTests {
  private static func trial(_ rows: [TrialRule.Row]) -> [Rule] { [Rule(TrialRule(rows: rows))] }

  /// Rules, and what is said about them.
  static let wrong: [(rules: [Rule], words: String)] = [
    (
      trial([
        on(.first, .forwarded, .report("it is forwarded")), on(.first, .returned, .pass),
        on(.first, .returned, .halt),
      ]),
      "rule Trial: row 3 answers to returned in state first, as row 2 does; take one of them out, or "
        + "give one a condition with when:"
    ),
    (
      trial([
        on(.first, .forwarded, when: .irql(above: 0), .report("it is forwarded")),
        on(.first, .forwarded, when: .irql(above: 0), .pass),
      ]),
      "rule Trial: row 2 answers to forwarded when"
    ),
    (
      trial([
        on(.first, .returned, .report("it returns")), on(.second, .returned, .pass),
      ]),
      "rule Trial: no row leads to the state second; add one with .go(.second), or take the rows"
    ),
    (
      trial([
        on(.first, .returned, .report("it returns")), on(.first, .forwarded, .go(.third)),
      ]),
      "rule Trial: no row leads out of the state third; add one that begins with on(.third, and ends "
        + "in .report, .pass or .halt"
    ),
    (
      trial([on(.first, .returned, .pass)]),
      "rule Trial: no row reports a violation; add one with .report(\"what is wrong\")"
    ),
    (
      [Rule(TrialRule()), Rule(TrialRule(id: "Other")), Rule(TrialRule())],
      "rule Trial: two rules have this id, numbers 1 and 3 of the list; rename one of them"
    ),
    ([Rule(TrialRule(id: ""))], "rule without an id: an id is made of letters, digits, - and _"),
    ([Rule(TrialRule(id: "my rule"))], "rule \"my rule\": an id is made of letters, digits"),
    (
      [Rule(GapRule())],
      "rule Gap: the states of State need raw values from 0 to at most 31, without gaps"
    ),
  ]

  @Test("are named with their row, and with what to do", arguments: wrong.indices)
  func messages(_ index: Int) {
    let (rules, words) = Self.wrong[index]
    let error = #expect(throws: RuleDefinitionError.self) { try Rule.check(rules) }
    #expect(error?.description.hasPrefix(words) == true, "\(error?.description ?? "")")
  }

  @Test("a rule that is well formed is none of them") func wellFormed() throws {
    try Rule.check([Rule(TrialRule()), Rule(TrialRule(id: "Other-2_b"))])
  }
}
