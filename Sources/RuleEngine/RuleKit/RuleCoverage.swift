/// Which rows of a rule's automaton its examples go through, in each reading.
package struct RuleCoverage: Sendable, Hashable {
  /// A row of the automaton in one reading. Rows that a rule writes for several states count once for
  /// each state.
  package struct Row: Sendable, Hashable {
    /// The reading.
    package let reading: Reading
    /// The row in words: state, fact, outcome.
    package let words: String
    /// Whether an example goes through it.
    package let isTaken: Bool
  }

  /// The rule's id.
  package let rule: String
  /// How many examples the rule has.
  package let examples: Int
  /// The rows; none for a rule with a monitor of its own, or one that is not well formed.
  package let rows: [Row]

  /// Runs the examples of a rule and notes the rows that they go through.
  package init(_ rule: Rule) {
    self.rule = rule.id
    examples = rule.examples.count
    rows = Reading.allCases.flatMap { Self.rows(of: rule, $0) }
  }

  /// How many rows an example goes through.
  package var taken: Int { rows.count(where: \.isTaken) }

  private struct Key: Hashable {
    var state: Int
    var fact: Int
    var condition: EventCondition?
  }

  private static func rows(of rule: Rule, _ reading: Reading) -> [Row] {
    guard let machine = try? rule.form(in: reading).machine, !machine.rows.isEmpty else {
      return []
    }
    guard let runner = try? ExampleRunner(rule, reading) else { return [] }
    var taken: Set<Key> = []
    for example in rule.examples {
      // An example that cannot be read goes through nothing; that it cannot is said elsewhere.
      guard let run = try? runner.run(example.trace) else { continue }
      for step in run.steps {
        taken.insert(Key(state: step.state, fact: step.fact, condition: step.condition))
      }
    }
    return machine.rows.map { row in
      Row(
        reading: reading,
        words: "\(machine.stateNames[row.state]) –\(row.factName)→ \(machine.outcome(of: row))",
        isTaken: taken.contains(
          Key(state: row.state, fact: row.fact, condition: row.condition)))
    }
  }
}
