import RuleEngine

/// Adds reports up as they are read, element by element, in memory that depends on what the sum keeps and
/// not on how many reports there are or how long they are: what is more goes through scratch files.
///
/// The sum does not depend on the order of the reports, nor on how they are grouped: sums can be added up
/// again.
package struct ReportMerger {
  private let limit: Int
  private var tool: Report.Tool?
  private var reading: Reading?
  private var summary = Report.Summary(rules: [])
  private var places: [String: Int] = [:]
  private var traces: ElementSorter
  private var diagnostics: ElementSorter
  /// All findings, where all are kept.
  private var all: ElementSorter
  /// The findings that are kept, where not all are.
  private var kept: KeptElements
  private var dropped = DroppedCounts()
  private var isIncomplete = false

  /// Makes a merger.
  ///
  /// - Parameters:
  ///   - findings: How many findings the sum keeps; 0 for all.
  ///   - budget: About how many bytes of elements are kept in memory.
  package init(findings: Int, scratch: any MergeScratch, budget: Int = 24 << 20) {
    limit = findings
    traces = ElementSorter(scratch, budget: budget / 3)
    diagnostics = ElementSorter(scratch, budget: budget / 3)
    all = ElementSorter(scratch, budget: budget / 3)
    kept = KeptElements(limit: findings)
  }

  /// Adds the reports that the pieces of `source` hold; an empty piece is their end.
  package mutating func add(
    _ source: @escaping () throws(ReportReadError) -> [UInt8]
  ) throws(ReportReadError) {
    var reader = ReportReader(source)
    try reader.read(into: &self)
  }

  /// The sum; nil where nothing was added.
  package consuming func finish(rules: [Rule]) -> MergedReport? {
    guard let tool, let reading else { return nil }
    var report = Report(tool: tool, reading: reading, rules: [])
    kept.trim()
    for entry in kept.dropped.all ?? [] { dropped.add(entry.fingerprint, entry.count) }
    report.summary = summary
    report.summary.dropped = dropped.all
    report.orderRules(as: rules)
    return MergedReport(
      head: report, isIncomplete: isIncomplete, traces: traces, diagnostics: diagnostics,
      findings: limit == 0 ? .sorted(all) : .few(kept.entries.map(\.element)))
  }
}

extension ReportMerger: ReportTaker {
  mutating func take(_ trace: Report.Trace) throws(ReportReadError) {
    try traces.add(OrderedElement(trace))
  }

  mutating func take(_ finding: Report.Finding) throws(ReportReadError) {
    let element = OrderedElement(finding)
    if limit == 0 { return try all.add(element) }
    kept.add(KeptElements.Entry(element: element, fingerprint: finding.fingerprint))
  }

  mutating func take(_ diagnostic: Report.Diagnostic) throws(ReportReadError) {
    if diagnostic.level == .error { isIncomplete = true }
    try diagnostics.add(OrderedElement(diagnostic))
  }

  mutating func take(_ head: ReportHead) throws(ReportReadError) {
    if let reading, reading != head.reading {
      throw .merge(ReportMergeError(readings: [reading, head.reading]))
    }
    reading = head.reading
    if let known = tool {
      tool = Report.later(known, head.tool)
    } else {
      tool = head.tool
    }
    for counts in head.summary.rules {
      if let place = places[counts.id] {
        summary.rules[place].add(counts)
      } else {
        places[counts.id] = summary.rules.count
        summary.rules.append(counts)
      }
    }
    if places.count > ReportReader.ruleLimit {
      throw .unreadable("the reports have more than \(ReportReader.ruleLimit) rules together")
    }
    summary.addSums(head.summary)
    for entry in head.summary.dropped ?? [] { dropped.add(entry.fingerprint, entry.count) }
  }
}
