import RuleEngine

/// The sum of reports, whose long lists need not be in memory.
package struct MergedReport {
  /// The sum without traces, findings and diagnostics.
  package let head: Report
  /// Whether one of the checks was incomplete.
  package let isIncomplete: Bool
  private var traces: ElementSorter
  private var diagnostics: ElementSorter
  private var findings: Findings

  enum Findings {
    case few([OrderedElement])
    case sorted(ElementSorter)
  }

  init(
    head: Report, isIncomplete: Bool, traces: ElementSorter, diagnostics: ElementSorter,
    findings: Findings
  ) {
    self.head = head
    self.isIncomplete = isIncomplete
    self.traces = traces
    self.diagnostics = diagnostics
    self.findings = findings
  }

  private mutating func forEachFinding(
    _ body: (OrderedElement) throws(ReportReadError) -> Void
  ) throws(ReportReadError) {
    switch findings {
    case .few(let elements):
      for element in elements { try body(element) }
    case .sorted(var sorter):
      findings = .few([])
      defer { findings = .sorted(sorter) }
      try sorter.forEach(body)
    }
  }

  /// The sum as a whole, in memory, for formats that look at all of it.
  package mutating func report() throws(ReportReadError) -> Report {
    var report = head
    try traces.forEach { element throws(ReportReadError) in
      report.traces.append(try Self.decode(element))
    }
    try forEachFinding { element throws(ReportReadError) in
      report.findings.append(try Self.decode(element))
    }
    try diagnostics.forEach { element throws(ReportReadError) in
      report.diagnostics.append(try Self.decode(element))
    }
    return report
  }

  private static func decode<Element: Decodable>(
    _ element: OrderedElement
  ) throws(ReportReadError) -> Element {
    do {
      return try JSONNodeDecoder.decode(
        Element.self, from: try JSONNode(parsing: Array(element.json)))
    } catch {
      throw .problem(error)
    }
  }

  /// Writes the sum as a JSON report, handing it on piece by piece: the same bytes as
  /// ``ReportFormat/json`` makes of ``report()``.
  package mutating func writeJSON(
    to sink: @escaping ([UInt8]) -> Void
  ) throws(ReportReadError) {
    var writer = JSONReportWriter(ReportStream(sink))
    writer.begin(head)
    writer.beginList("traces")
    try traces.forEach { element throws(ReportReadError) in writer.write(json: element.json) }
    writer.endList()
    writer.write("summary", head.summary)
    writer.beginList("findings")
    try forEachFinding { element throws(ReportReadError) in writer.write(json: element.json) }
    writer.endList()
    writer.beginList("diagnostics")
    try diagnostics.forEach { element throws(ReportReadError) in writer.write(json: element.json) }
    writer.endList()
    writer.finish()
  }
}
