import RuleEngine

extension ReportFormat {
  /// The JSON document of a report, version 1.
  public static let json = ReportFormat(
    "json", "one JSON document, for programs",
    writing: { report, _, stream in JSONReport.write(report, to: &stream) })
}

/// Writes the JSON document element by element, so that neither the tree of a long report nor its text is
/// ever whole.
enum JSONReport {
  /// The document as a whole.
  static func bytes(_ report: Report) -> [UInt8] {
    ReportFormat.json.render(report, ReportOptions(rules: []))
  }

  static func write(_ report: Report, to stream: inout ReportStream) {
    stream.bytes.append(UInt8(ascii: "{"))
    append("version", report.version, to: &stream.bytes)
    append(",tool", report.tool, to: &stream.bytes)
    append(",reading", report.reading, to: &stream.bytes)
    append(",traces", each: report.traces, to: &stream)
    append(",summary", report.summary, to: &stream.bytes)
    append(",findings", each: report.findings, to: &stream)
    append(",diagnostics", each: report.diagnostics, to: &stream)
    stream.write("}\n")
  }

  private static func append(_ key: String, _ value: some Encodable, to out: inout [UInt8]) {
    appendKey(key, to: &out)
    append(value, to: &out)
  }

  private static func append(
    _ key: String, each values: [some Encodable], to stream: inout ReportStream
  ) {
    appendKey(key, to: &stream.bytes)
    stream.write("[")
    for (index, value) in values.enumerated() {
      if index > 0 { stream.write(",\n") }
      append(value, to: &stream.bytes)
      stream.endElement()
    }
    stream.write("]")
  }

  private static func appendKey(_ key: String, to out: inout [UInt8]) {
    if key.hasPrefix(",") { out.append(contentsOf: ",\n".utf8) }
    JSONValue.append(String(key.drop { $0 == "," }), to: &out)
    out.append(UInt8(ascii: ":"))
  }

  private static func append(_ value: some Encodable, to out: inout [UInt8]) {
    // The types of a report have synthesized encodings, which do not throw.
    let json = (try? JSONValueEncoder.encode(value)) ?? .null
    json.append(to: &out)
  }
}
