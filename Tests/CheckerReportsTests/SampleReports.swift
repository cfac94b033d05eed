import RuleEngine

@testable import CheckerReports

/// Reports made by hand.
enum SampleReports {
  static let tool = Report.Tool(name: "checker", version: "9.8")

  /// Two traces; one fault seen twice on two threads, one warning, one rule not exercised.
  static var report: Report {
    var report = Report(tool: tool, reading: .tracked, rules: [])
    report.summary.rules = [
      counts("Forward", .error, passed: 3, violated: 2), counts("Held", .warning, violated: 1),
      counts("Idle", .error), counts("Open", .error, undecided: 4),
    ]
    report.summary.findings = 3
    report.summary.errors = 2
    report.summary.warnings = 1
    var first = Report.Trace(path: "logs\\a b.log")
    first.events = 40
    first.malformed = 1
    first.drivers = ["demo"]
    first.rules = [
      counts("Forward", .error, passed: 3, violated: 2), counts("Open", .error, undecided: 4),
    ]
    var second = Report.Trace(path: "b.log")
    second.events = 7
    second.rules = [counts("Held", .warning, violated: 1)]
    report.traces = [first, second]
    report.findings = [
      finding("Forward", .error, "logs\\a b.log", 17, "00000000000000aa"),
      finding("Forward", .error, "logs\\a b.log", 29, "00000000000000aa"),
      warning,
    ]
    report.diagnostics = [
      Report.Diagnostic(.warning, trace: "b.log", line: 5, column: 3, "a word without \"=\"")
    ]
    return report
  }

  static func counts(
    _ id: String, _ severity: Severity, passed: UInt64 = 0, violated: UInt64 = 0,
    undecided: UInt64 = 0
  ) -> Report.RuleCounts {
    var counts = VerdictCounts()
    counts.passed = passed
    counts.violated = violated
    counts.undecided = undecided
    return Report.RuleCounts(id: id, severity: severity, counts: counts)
  }

  static func finding(
    _ rule: String, _ severity: Severity, _ trace: String, _ line: UInt64, _ fingerprint: String
  ) -> Report.Finding {
    Report.Finding(
      rule: rule, severity: severity, message: "the IRP is forwarded", trace: trace, line: line,
      timestamp: 5, thread: 0x10, driver: "demo", device: Address(0xD0),
      irp: Address(0xFFFF_E000_0000_0000 + line), lock: nil, tag: nil, major: "IRP_MJ_PNP",
      minor: "IRP_MN_START_DEVICE", source: "C:\\build\\drv\\pnp.c:55", fingerprint: fingerprint,
      function: "DemoPnp",
      evidence: [
        event(line - 3, "DispatchEnter", 0x10, "IRP_MJ_PNP enters", nil, nil),
        event(line - 1, "CompletionEnter", 0x20, "completion routine enters", "done.c:7", nil),
        event(line, "IoCallDriver", 0x10, "IoCallDriver", "pnp.c:55", "the IRP is forwarded"),
      ], omitted: nil)
  }

  static func event(
    _ line: UInt64, _ name: String, _ thread: UInt64, _ text: String, _ source: String?,
    _ note: String?
  ) -> Report.Evidence {
    Report.Evidence(
      line: line, event: name, timestamp: Int64(line), thread: thread, device: nil, irp: nil,
      source: source, function: nil, note: note, text: text, trace: nil)
  }

  /// A finding without a place in the source.
  static var warning: Report.Finding {
    var finding = finding("Held", .warning, "b.log", 4, "00000000000000bb")
    finding.message = "the lock is held too long"
    (finding.source, finding.function, finding.major, finding.minor, finding.irp) =
      (nil, nil, nil, nil, nil)
    for index in finding.evidence.indices { finding.evidence[index].source = nil }
    return finding
  }

  static func text(_ format: ReportFormat, _ report: Report, sources: SourceIndex? = nil) -> String
  {
    var options = ReportOptions(rules: [])
    options.exitStatus = 1
    options.sources = sources
    return String(decoding: format.render(report, options), as: UTF8.self)
  }
}

extension JSONNode {
  /// The value at a path such as `runs.0.results.1.level`, as text; nil where there is none.
  subscript(path: String) -> String? {
    var node = self
    for part in path.split(separator: ".") {
      if let index = Int(part), case .array(let elements) = node.value {
        guard index < elements.count else { return nil }
        node = elements[index]
      } else if part == "count", case .array(let elements) = node.value {
        return String(elements.count)
      } else {
        guard let next = node.member(String(part)) else { return nil }
        node = next
      }
    }
    if case .string(let text) = node.value { return text }
    return node.kind
  }
}
