import RuleEngine

@testable import CheckerReports

/// Reports for tests of the page, made without a trace.
enum HTMLSamples {
  struct SampleRule: ContextRule {
    enum State: UInt8, MachineState { case watching, wasForwarded }
    var id: String
    var words: String
    var severity: Severity { .error }
    var documentation: RuleDocumentation {
      RuleDocumentation(
        summary: "summary \(words)", rationale: "rationale \(words)", remedy: "remedy \(words)",
        readings: "readings \(words)", source: "https://example.com/?a=1&b=2 \(words)")
    }
    var examples: [Example] { [] }
    func scope(in reading: Reading) -> ContextScope { ContextScope() }
    func machine(in reading: Reading) -> Machine<State, ContextFact> {
      Machine(
        start: .watching,
        [
          on(.watching, .forwarded, .go(.wasForwarded)),
          on(.watching, .ended, .pass),
          on(.wasForwarded, .returned, .report("message \(words)")),
        ])
    }
  }

  static func evidence(
    _ line: UInt64, _ event: String, thread: UInt64 = 1, at time: Int64? = nil,
    _ words: String = "", text: String? = nil, note: String? = nil
  ) -> Report.Evidence {
    Report.Evidence(
      line: line, event: event, timestamp: time, thread: thread, device: Address(1),
      irp: Address(2), source: "\(words)a.c:\(line)", function: "f\(words)", note: note,
      text: text ?? "\(event) \(words)", trace: nil)
  }

  static func finding(
    rule: String = "Sample", words: String = "", fingerprint: String = "0123456789abcdef",
    line: UInt64 = 6, evidence: [Report.Evidence]? = nil
  ) -> Report.Finding {
    Report.Finding(
      rule: rule, severity: .error, message: "message \(words)", trace: "t\(words)", line: line,
      timestamp: 5, thread: 1, driver: "driver\(words)", device: Address(1), irp: Address(2),
      lock: Address(3), tag: Address(4), major: "IRP_MJ_READ\(words)", minor: "MN\(words)",
      source: "\(words)a.c:6", fingerprint: fingerprint, function: "f\(words)",
      evidence: evidence ?? story(words), omitted: 3,
      path: [
        Report.PathStep(line: 3, from: "watching", fact: "forwarded", to: "wasForwarded"),
        Report.PathStep(line: 6, from: "wasForwarded", fact: "returned", to: nil),
      ], omittedSteps: 1)
  }

  static func story(_ words: String) -> [Report.Evidence] {
    [
      evidence(1, "DispatchEnter", at: 100, words),
      evidence(
        2, "IoAcquireRemoveLock", at: 200, words, text: "IoAcquireRemoveLock → STATUS_SUCCESS",
        note: "not released \(words)"),
      evidence(3, "IoCallDriver", at: 300, words),
      evidence(4, "CompletionEnter", thread: 2, at: 9_000_000, words),
      evidence(5, "IoCallDriverReturn", at: 9_000_100, words),
      evidence(6, "DispatchExit", at: 9_000_200, words, note: "message \(words)"),
    ]
  }

  static func report(
    rule: String = "Sample", words: String = "", findings: [Report.Finding]? = nil
  ) -> (Report, ReportOptions) {
    let rules = [Rule(SampleRule(id: rule, words: words))]
    var report = Report(
      tool: Report.Tool(name: "tool\(words)", version: "1\(words)"), reading: .tracked, rules: rules
    )
    report.findings = findings ?? [finding(rule: rule, words: words)]
    report.summary.findings = UInt64(report.findings.count)
    report.summary.errors = report.summary.findings
    report.summary.rules[0].violated = 1
    report.summary.rules[0].armed = 1
    var trace = Report.Trace(path: "t\(words)")
    trace.continues = "u\(words)"
    report.traces = [trace]
    report.diagnostics = [Report.Diagnostic(.error, trace: "t\(words)", line: 1, "said \(words)")]
    var options = ReportOptions(rules: rules)
    options.sourceLines = { file in Array(repeating: "\(file) line \(words)", count: 9) }
    return (report, options)
  }

  static func page(_ sample: (Report, ReportOptions)) -> String {
    String(decoding: ReportFormat.html.render(sample.0, sample.1), as: UTF8.self)
  }
}
