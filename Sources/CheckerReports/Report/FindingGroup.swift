import RuleEngine

/// A fault as a person is told of it: all findings with one fingerprint, and the findings of other
/// rules that one and the same event of one and the same context breaks by definition.
public struct FindingGroup: Sendable, Hashable {
  /// The first finding that was kept, of the most specific rule.
  public var finding: Report.Finding
  /// The other rules that its event breaks, in the order of the catalog.
  public var alsoBroken: [String]
  /// How often the fault occurred.
  public var count: UInt64

  /// The faults of a report, in the order of their first occurrence.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - rules: The rules, the more general of which step back behind the more specific.
  public static func groups(of report: Report, rules: [Rule]) -> [FindingGroup] {
    let ranks = Ranks(rules: rules, reading: report.reading)
    let occurrences = report.occurrences
    var groups: [FindingGroup] = []
    var placeOfFingerprint: [String: Int] = [:]
    for indices in placesOfFaults(report) {
      let faults = indices.map { report.findings[$0] }
      guard let main = faults.min(by: { ranks[$0.rule] < ranks[$1.rule] }) else { continue }
      let others = faults.map(\.rule).filter { $0 != main.rule }
      if let place = placeOfFingerprint[main.fingerprint] {
        groups[place].alsoBroken += others.filter { !groups[place].alsoBroken.contains($0) }
      } else {
        placeOfFingerprint[main.fingerprint] = groups.count
        groups.append(
          FindingGroup(
            finding: main, alsoBroken: others, count: occurrences[main.fingerprint] ?? 1))
      }
    }
    for place in groups.indices {
      groups[place].alsoBroken.sort { ranks.order($0) < ranks.order($1) }
    }
    return groups
  }

  /// Indices of findings that share context and deciding event, in the order of the first of them.
  private static func placesOfFaults(_ report: Report) -> [[Int]] {
    struct Key: Hashable {
      var trace: String
      var line: UInt64
      var device: Address?
      var irp: Address
    }
    var places: [[Int]] = []
    var known: [Key: Int] = [:]
    for (index, finding) in report.findings.enumerated() {
      guard let irp = finding.irp else {
        places.append([index])
        continue
      }
      let key = Key(trace: finding.trace, line: finding.line, device: finding.device, irp: irp)
      if let place = known[key], !places[place].contains(where: { isSameRule($0, index, report) }) {
        places[place].append(index)
      } else {
        known[key] = places.count
        places.append([index])
      }
    }
    return places
  }

  private static func isSameRule(_ a: Int, _ b: Int, _ report: Report) -> Bool {
    report.findings[a].rule == report.findings[b].rule
  }

  /// How general rules are: the number of kinds of requests that they are about.
  private struct Ranks {
    private var ranks: [String: Int] = [:]
    private var orders: [String: Int] = [:]

    init(rules: [Rule], reading: Reading) {
      for (order, rule) in rules.enumerated() {
        orders[rule.id] = order
        var breadth = 0
        if let form = try? rule.form(in: reading), case .context(let scope) = form.scope {
          let majors = scope.majors?.count ?? 28
          breadth = majors * (scope.minors.map(\.count) ?? 32)
        }
        ranks[rule.id] = breadth * 4096 + order
      }
    }

    subscript(rule: String) -> Int { ranks[rule] ?? .max }

    func order(_ rule: String) -> Int { orders[rule] ?? .max }
  }
}
