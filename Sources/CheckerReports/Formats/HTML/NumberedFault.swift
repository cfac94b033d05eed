import RuleEngine

/// A fault with its place on a page.
struct NumberedFault {
  /// The place in the report, from 1: what links lead to.
  var number: Int
  /// What is told.
  var fault: Fault
  /// Other findings of its rule that were kept.
  var others: [Report.Finding] = []

  /// The finding that heads it.
  var finding: Report.Finding { fault.finding }
  /// How often it occurred, kept or not.
  var count: UInt64 { fault.count }
  /// Other rules that it breaks.
  var alsoBroken: [String] { fault.alsoBroken }

  var anchor: String { "f\(number)" }

  /// The faults of a report by the rules that head them, in the order of the catalog.
  static func byRule(
    _ report: Report, _ rules: [Rule]
  ) -> [(rule: String, faults: [NumberedFault])] {
    let all = report.faults(rules)
    let order = report.summary.rules.map(\.id) + all.map(\.finding.rule)
    let faultsOfRule = Dictionary(grouping: all, by: \.finding.rule)
    var groups: [(rule: String, faults: [NumberedFault])] = []
    var number = 0
    for rule in order.uniqued() {
      guard var faults = faultsOfRule[rule] else { continue }
      faults.sort { ($0.finding.driver ?? "") < ($1.finding.driver ?? "") }
      let numbered = faults.map { fault -> NumberedFault in
        number += 1
        let same = fault.places.lazy.map { report.findings[$0] }
          .filter { $0.rule == rule && $0 != fault.finding }
        return NumberedFault(number: number, fault: fault, others: Array(same))
      }
      groups.append((rule, numbered))
    }
    return groups
  }
}
