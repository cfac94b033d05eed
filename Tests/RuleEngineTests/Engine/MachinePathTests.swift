import RuleEngine
import Rules
import Testing

@Suite struct MachinePathTests {
  @Test(arguments: Reading.allCases)
  func pathsLeadFromTheStartToTheReport(_ reading: Reading) throws {
    var longest = 0
    for rule in Catalog.all {
      let machine = try rule.form(in: reading).machine
      for example in rule.examples {
        for finding in try findings(of: rule, example, reading, keepsPaths: true) {
          #expect(problem(in: finding, machine) == nil, "\(rule.id): \(example.title)")
          longest = max(longest, finding.path.count)
        }
      }
    }
    #expect(longest > 2)
  }

  private func problem(in finding: Finding, _ machine: MachineTable) -> String? {
    var state = machine.stateNames[machine.startState]
    for (number, step) in finding.path.enumerated() {
      guard step.from == state else { return "step \(number) is in \(step.from), not in \(state)" }
      // Of several rows for a state and a fact the event's fields choose.
      let rows = machine.rows.filter {
        machine.stateNames[$0.state] == step.from && $0.factName == step.fact
      }
      if rows.isEmpty { return "no row for \(step)" }
      if number == finding.path.count - 1 {
        let reports = rows.contains { $0.message == finding.message }
        return reports && step.to == nil ? nil : "ends with \(step)"
      }
      guard let next = step.to,
        rows.contains(where: { $0.next.map { machine.stateNames[$0] } == next })
      else { return "\(step) goes elsewhere" }
      state = next
    }
    return "no path"
  }

  @Test func pathsAreAllThatTheOptionAdds() throws {
    for rule in Catalog.all {
      for example in rule.examples {
        var with = try findings(of: rule, example, .tracked, keepsPaths: true)
        for place in with.indices { with[place].path = [] }
        #expect(with == (try findings(of: rule, example, .tracked, keepsPaths: false)))
      }
    }
  }

  private func findings(
    of rule: Rule, _ example: Example, _ reading: Reading, keepsPaths: Bool
  ) throws -> [Finding] {
    let notation = try ShortNotation(example.trace)
    var options = Checker.Options()
    options.reading = reading
    options.keepsPaths = keepsPaths
    var checker = try Checker(rules: [rule], options: options)
    checker.consume(notation.events, strings: notation.strings)
    checker.finish(strings: notation.strings)
    return checker.findings
  }
}
