import RuleEngine

extension ReportFormat {
  /// The JSON document of a report, version 1.
  public static let json = ReportFormat(
    "json", "one JSON document, for programs",
    writing: { report, _, stream in JSONReport.write(report, to: &stream) })
}

/// Writes the JSON document element by element, so that neither the tree of a long report nor its text is
/// ever whole. Its lists stand in one order, whatever the report was made from.
enum JSONReport {
  /// The document as a whole.
  static func bytes(_ report: Report) -> [UInt8] {
    ReportFormat.json.render(report, ReportOptions(rules: []))
  }

  static func write(_ report: Report, isLine: Bool = false, to stream: inout ReportStream) {
    var writer = JSONReportWriter(stream, isLine: isLine)
    writer.begin(report)
    writer.write("traces", each: report.traces)
    writer.write("summary", report.summary)
    writer.write("findings", each: report.findings)
    writer.write("diagnostics", each: report.diagnostics)
    writer.finish()
    stream = writer.stream
  }
}

extension Report {
  /// Writes the report as a line of JSON, so that a file may hold many.
  package func writeLine(to sink: @escaping ([UInt8]) -> Void) {
    var stream = ReportStream(sink)
    JSONReport.write(self, isLine: true, to: &stream)
  }
}

/// Writes a JSON report part by part.
struct JSONReportWriter {
  private(set) var stream: ReportStream
  private var isFirst = true
  /// What stands between elements: they have lines of their own, or the report is one line.
  private let separator: String

  init(_ stream: ReportStream, isLine: Bool = false) {
    self.stream = stream
    separator = isLine ? "," : ",\n"
  }

  mutating func begin(_ report: Report) {
    stream.bytes.append(UInt8(ascii: "{"))
    isFirst = true
    write("version", report.version)
    write("tool", report.tool)
    write("reading", report.reading)
  }

  mutating func finish() {
    stream.write("}\n")
    stream.flush()
  }

  mutating func write(_ key: String, _ value: some Encodable) {
    writeKey(key)
    OrderedElement.appendJSON(value, to: &stream.bytes)
    isFirst = false
  }

  mutating func write(_ key: String, each elements: [some ReportElement]) {
    beginList(key)
    for index in Report.order(of: elements) ?? Array(elements.indices) {
      beginElement()
      OrderedElement.appendJSON(elements[index], to: &stream.bytes)
      stream.endElement()
    }
    endList()
  }

  mutating func beginList(_ key: String) {
    writeKey(key)
    stream.write("[")
    isFirst = true
  }

  mutating func endList() {
    stream.write("]")
    isFirst = false
  }

  mutating func write(json: ArraySlice<UInt8>) {
    beginElement()
    stream.bytes += json
    stream.endElement()
  }

  private mutating func beginElement() {
    if !isFirst { stream.write(separator) }
    isFirst = false
  }

  private mutating func writeKey(_ key: String) {
    if !isFirst { stream.write(separator) }
    JSONValue.append(key, to: &stream.bytes)
    stream.bytes.append(UInt8(ascii: ":"))
  }
}
