import RuleEngine

/// The findings of one fingerprint: one fault, however often it was seen.
struct NumberedFault {
  /// The place in the report, from 1: what links lead to.
  var number: Int
  /// The first that was kept.
  var finding: Report.Finding
  /// The others that were kept.
  var others: [Report.Finding] = []
  /// How often it occurred, kept or not.
  var count: UInt64
  /// Other rules that the deciding event of the first finding breaks in the same context.
  var alsoBroken: [String] = []

  var anchor: String { "f\(number)" }

  /// The faults of a report by rule, in the order of the catalog.
  static func byRule(_ report: Report) -> [(rule: String, faults: [NumberedFault])] {
    let occurrences = report.occurrences
    var places: [String: Int] = [:]
    var faults: [NumberedFault] = []
    for finding in report.findings {
      if let place = places[finding.fingerprint] {
        faults[place].others.append(finding)
      } else {
        places[finding.fingerprint] = faults.count
        faults.append(
          NumberedFault(number: 0, finding: finding, count: occurrences[finding.fingerprint] ?? 1))
      }
    }
    let byPlace = rulesByPlace(report)
    let order = report.summary.rules.map(\.id) + faults.map(\.finding.rule)
    var groups: [(rule: String, faults: [NumberedFault])] = []
    let faultsOfRule = Dictionary(grouping: faults, by: \.finding.rule)
    var number = 0
    for rule in order.uniqued() {
      guard var faults = faultsOfRule[rule] else { continue }
      faults.sort { ($0.finding.driver ?? "") < ($1.finding.driver ?? "") }
      for place in faults.indices {
        number += 1
        faults[place].number = number
        let rules = Place(faults[place].finding).flatMap { byPlace[$0] } ?? []
        faults[place].alsoBroken = rules.filter { $0 != rule }
      }
      groups.append((rule, faults))
    }
    return groups
  }

  private struct Place: Hashable {
    var trace: String
    var line: UInt64
    var device: Address?
    var irp: Address

    init?(_ finding: Report.Finding) {
      guard let irp = finding.irp else { return nil }
      trace = finding.trace
      line = finding.line
      device = finding.device
      self.irp = irp
    }
  }

  private static func rulesByPlace(_ report: Report) -> [Place: [String]] {
    var rules: [Place: [String]] = [:]
    for finding in report.findings {
      if let place = Place(finding), rules[place]?.contains(finding.rule) != true {
        rules[place, default: []].append(finding.rule)
      }
    }
    return rules
  }
}
