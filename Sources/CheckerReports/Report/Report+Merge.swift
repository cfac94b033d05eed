import RuleEngine

/// Why reports cannot be added up.
public struct ReportMergeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The readings of the two.
  public var readings: [Reading]

  /// What is wrong, for a person.
  public var description: String {
    "one report is of the reading \(readings[0].rawValue), the other of \(readings[1].rawValue); "
      + "only reports of one reading add up"
  }
}

extension Report {
  /// Adds what another report holds: traces, findings and diagnostics side by side, counts added up.
  ///
  /// The order in which reports are added, and how they are grouped, changes nothing: afterwards
  /// everything stands in an order of its own (``sort()``). A report that is added twice counts twice.
  public mutating func merge(_ other: Report) throws(ReportMergeError) {
    guard reading == other.reading else {
      throw ReportMergeError(readings: [reading, other.reading])
    }
    tool = Self.later(tool, other.tool)
    traces += other.traces
    findings += other.findings
    diagnostics += other.diagnostics
    summary.add(other.summary)
    sort()
  }

  /// Of two tools the one whose name and version come last.
  static func later(_ a: Tool, _ b: Tool) -> Tool {
    func precedes(_ a: String, _ b: String) -> Bool {
      a.utf8.lexicographicallyPrecedes(b.utf8)
    }
    if precedes(a.name, b.name) { return b }
    if precedes(b.name, a.name) { return a }
    return precedes(a.version, b.version) ? b : a
  }

  /// Puts everything into the order that ``merge(_:)`` leaves, and that JSON reports have: rules by id,
  /// traces by path, findings by trace, line and rule, diagnostics by trace, line and message.
  public mutating func sort() {
    summary.rules.sort { $0.id < $1.id }
    Self.sort(&traces)
    Self.sort(&findings)
    Self.sort(&diagnostics)
  }

  /// Brings the rules into the order of a catalog; those that are not in it come last.
  public mutating func orderRules(as rules: [Rule]) {
    let places = Dictionary(
      rules.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first }
    )
    summary.rules.sort {
      (places[$0.id] ?? .max, $0.id) < (places[$1.id] ?? .max, $1.id)
    }
  }

  /// Keeps `limit` findings, the first of each fault before further ones, where first is meant in the order
  /// of ``sort()``; the others are counted as dropped. Zero keeps all.
  ///
  /// Which are kept does not depend on how findings were shared out among reports before.
  public mutating func keep(findings limit: Int) {
    guard limit > 0, findings.count > limit else { return }
    let order = Self.order(of: findings) ?? Array(findings.indices)
    let kept = KeptElements.kept(order.map { findings[$0].fingerprint }, limit: limit)
    var isKept = [Bool](repeating: true, count: findings.count)
    var dropped: [String: UInt64] = [:]
    for (place, index) in order.enumerated() where !kept[place] {
      isKept[index] = false
      dropped[findings[index].fingerprint, default: 0] += 1
    }
    findings = findings.indices.filter { isKept[$0] }.map { findings[$0] }
    addDropped(dropped)
  }
}

extension Report.Summary {
  /// Rules that nothing armed, though the reading has them.
  var idle: [Report.RuleCounts] { rules.filter { $0.armed == 0 && $0.notInReading != true } }

  /// Rules that the reading does not have.
  var absent: [Report.RuleCounts] { rules.filter { $0.notInReading == true } }

  /// Adds the counts of another report.
  mutating func add(_ other: Report.Summary) {
    for counts in other.rules {
      if let place = rules.firstIndex(where: { $0.id == counts.id }) {
        rules[place].add(counts)
      } else {
        rules.append(counts)
      }
    }
    addSums(other)
    if dropped != nil || other.dropped != nil {
      var counts = DroppedCounts()
      for entry in (dropped ?? []) + (other.dropped ?? []) {
        counts.add(entry.fingerprint, entry.count)
      }
      dropped = counts.all
    }
  }

  /// Adds the sums of another report.
  mutating func addSums(_ other: Report.Summary) {
    findings = findings.added(other.findings)
    errors = errors.added(other.errors)
    warnings = warnings.added(other.warnings)
    if accepted != nil || other.accepted != nil {
      var sum = accepted ?? Report.AcceptedCounts()
      sum.errors = sum.errors.added(other.accepted?.errors ?? 0)
      sum.warnings = sum.warnings.added(other.accepted?.warnings ?? 0)
      accepted = sum
    }
  }
}

extension UInt64 {
  /// The sum, or the largest number where it is larger: counts in a report that was made by hand
  /// must not stop a run.
  func added(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
