import RuleEngine

extension ReportFormat {
  /// The JSON document of a report, version 1.
  public static let json = ReportFormat("json", "one JSON document, for programs") { report, _ in
    JSONReport.bytes(report)
  }
}

/// Writes the JSON document element by element, so that the tree of a long report is never whole.
enum JSONReport {
  static func bytes(_ report: Report) -> [UInt8] {
    var out: [UInt8] = []
    out.append(UInt8(ascii: "{"))
    append("version", report.version, to: &out)
    append(",tool", report.tool, to: &out)
    append(",reading", report.reading, to: &out)
    append(",traces", each: report.traces, to: &out)
    append(",summary", report.summary, to: &out)
    append(",findings", each: report.findings, to: &out)
    append(",diagnostics", each: report.diagnostics, to: &out)
    out.append(contentsOf: "}\n".utf8)
    return out
  }

  private static func append(_ key: String, _ value: some Encodable, to out: inout [UInt8]) {
    appendKey(key, to: &out)
    append(value, to: &out)
  }

  private static func append(_ key: String, each values: [some Encodable], to out: inout [UInt8]) {
    appendKey(key, to: &out)
    out.append(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { out.append(contentsOf: ",\n".utf8) }
      append(value, to: &out)
    }
    out.append(UInt8(ascii: "]"))
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
