import RuleEngine
import Rules
import Testing

@Suite struct MachinePathTests {
  @Test(arguments: Reading.allCases)
  func pathsLeadFromTheStartToTheReport(_ reading: Reading) throws {
    var longest = 0
    for rule in Catalog.all {
      let machine = try rule.form(in: reading).machine
      let with = try checker(of: rule, reading, keepsPaths: true)
      let without = try checker(of: rule, reading, keepsPaths: false)
      for example in rule.examples {
        let trace = try ShortNotation(example.trace)
        var found = findings(in: trace, with)
        for place in found.indices {
          #expect(problem(in: found[place], machine) == nil, "\(rule.id): \(example.title)")
          longest = max(longest, found[place].path.count)
          found[place].path = []
        }
        // They are all that the option adds.
        #expect(found == findings(in: trace, without))
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

  private func checker(of rule: Rule, _ reading: Reading, keepsPaths: Bool) throws -> Checker {
    var options = Checker.Options()
    options.reading = reading
    options.keepsPaths = keepsPaths
    return try Checker(rules: [rule], options: options)
  }

  private func findings(in trace: ShortNotation, _ fresh: Checker) -> [Finding] {
    var checker = fresh
    checker.consume(trace.events, strings: trace.strings)
    checker.finish(strings: trace.strings)
    return checker.findings
  }
}
