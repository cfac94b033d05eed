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
    if (tool.name, tool.version) < (other.tool.name, other.tool.version) { tool = other.tool }
    traces += other.traces
    findings += other.findings
    diagnostics += other.diagnostics
    summary.add(other.summary)
    sort()
  }

  /// Puts everything into the order that ``merge(_:)`` leaves: rules by id, the rest by place.
  public mutating func sort() {
    summary.rules.sort { $0.id < $1.id }
    Self.sort(&traces) { ($0.path, $0.events) < ($1.path, $1.events) }
    Self.sort(&findings) { ($0.trace, $0.line, $0.rule) < ($1.trace, $1.line, $1.rule) }
    Self.sort(&diagnostics) {
      ($0.trace ?? "", $0.line ?? 0, $0.message) < ($1.trace ?? "", $1.line ?? 0, $1.message)
    }
  }

  /// Sorts; what the order leaves equal is brought into one by all its fields.
  private static func sort<Element: Encodable & Hashable>(
    _ elements: inout [Element], by precedes: (Element, Element) -> Bool
  ) {
    elements.sort { a, b in
      if precedes(a, b) { return true }
      if precedes(b, a) || a == b { return false }
      return text(of: a).lexicographicallyPrecedes(text(of: b))
    }
  }

  private static func text(of element: some Encodable) -> [UInt8] {
    var bytes: [UInt8] = []
    try? JSONValueEncoder.encode(element).append(to: &bytes)
    return bytes
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

  /// Keeps `limit` findings, the first of each fault before further ones; the others are counted as
  /// dropped. Zero keeps all.
  public mutating func keep(findings limit: Int) {
    guard limit > 0, findings.count > limit else { return }
    var seen: Set<String> = []
    let isFirst = findings.map { seen.insert($0.fingerprint).inserted }
    let order = findings.indices.filter { isFirst[$0] } + findings.indices.filter { !isFirst[$0] }
    let kept = Set(order.prefix(limit))
    var dropped: [String: UInt64] = [:]
    for index in findings.indices where !kept.contains(index) {
      dropped[findings[index].fingerprint, default: 0] += 1
    }
    findings = findings.indices.filter(kept.contains).map { findings[$0] }
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
    findings = findings.added(other.findings)
    errors = errors.added(other.errors)
    warnings = warnings.added(other.warnings)
    if dropped != nil || other.dropped != nil {
      var counts: [String: UInt64] = [:]
      for entry in (dropped ?? []) + (other.dropped ?? []) {
        counts[entry.fingerprint] = (counts[entry.fingerprint] ?? 0).added(entry.count)
      }
      dropped = counts.map { Report.Dropped(fingerprint: $0.key, count: $0.value) }
        .sorted { $0.fingerprint < $1.fingerprint }
    }
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
