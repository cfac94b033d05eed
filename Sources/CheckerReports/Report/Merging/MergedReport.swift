import RuleEngine

/// The sum of reports, whose long lists need not be in memory.
package struct MergedReport {
  /// The sum without traces, findings and diagnostics.
  package private(set) var head: Report
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

  /// So many traces, and so many remarks, formats other than JSON get to see.
  package static let listLimit = 10_000

  /// The sum without traces and remarks, which are many, so that findings can be marked as known.
  package mutating func findingsAlone() throws(ReportReadError) -> Report {
    var report = head
    try forEachFinding { element throws(ReportReadError) in
      report.findings.append(try Self.decode(element))
    }
    return report
  }

  /// Takes ``findingsAlone()`` back with what was marked in it, and remarks that are new.
  package mutating func take(_ marked: Report) throws(ReportReadError) {
    head.summary = marked.summary
    findings = .few(marked.findings.map { OrderedElement($0) }.sorted())
    try add(marked.diagnostics)
  }

  /// Adds remarks that are not there yet.
  package mutating func add(_ remarks: [Report.Diagnostic]) throws(ReportReadError) {
    if remarks.isEmpty { return }
    let new = remarks.map { OrderedElement($0) }
    let wanted = Set(new.map(\.bytes))
    var known: Set<[UInt8]> = []
    try diagnostics.forEach { element throws(ReportReadError) in
      if wanted.contains(element.bytes) { known.insert(element.bytes) }
    }
    for element in new where !known.contains(element.bytes) { try diagnostics.add(element) }
  }

  /// The sum in memory, for formats that people read: at most ``listLimit`` traces and remarks, those that
  /// tell most, and the counts of the others.
  package mutating func report(limit: Int = listLimit) throws(ReportReadError) -> Report {
    var report = try findingsAlone()
    var selection = TraceSelection(limit: limit, findings: report.findings)
    try traces.forEach { element throws(ReportReadError) in
      selection.add(try Self.decode(element))
    }
    (report.traces, report.unlisted) = selection.finish()
    var remarks = DiagnosticSelection(limit: limit)
    try diagnostics.forEach { element throws(ReportReadError) in
      remarks.add(try Self.decode(element))
    }
    report.diagnostics = remarks.finish()
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

  /// Writes the sum as a JSON report, handing it on piece by piece: all traces and remarks, in the bytes that
  /// ``ReportFormat/json`` makes of the whole.
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
