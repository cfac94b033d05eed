import RuleEngine
import Testing

@testable import CheckerReports

@Suite("Sums of many traces list some of them") struct ListedTracesTests {
  /// Forty traces of 10 events: of the third something was violated, of the fourth there is a finding, the fifth
  /// has a gap.
  private static func sum() throws -> MergedReport {
    var merger = ReportMerger(findings: 100, scratch: MemoryScratch(), budget: 2000)
    for number in 0..<40 {
      var report = Report(tool: SampleReports.tool, reading: .tracked, rules: [])
      var trace = Report.Trace(path: "t\(10 + number)")
      trace.events = 10
      trace.unknownEvents = 2
      trace.lost = number == 5 ? 1 : 0
      trace.rules = [
        SampleReports.counts("Forward", .error, passed: 3, violated: number == 3 ? 1 : 0)
      ]
      report.traces = [trace]
      report.summary.rules = trace.rules ?? []
      if number == 3 || number == 4 {
        report.summary.findings = 1
        report.summary.errors = 1
      }
      if number == 4 {
        report.findings = [SampleReports.finding("Forward", .error, trace.path, 17, "f")]
      }
      let level: Report.Diagnostic.Level = number == 39 ? .error : number > 30 ? .warning : .note
      report.diagnostics = [Report.Diagnostic(level, trace: trace.path, "m")]
      var bytes: [[UInt8]] = [JSONReport.bytes(report)]
      try merger.add { () throws(ReportReadError) in bytes.popLast() ?? [] }
    }
    return try #require(merger.finish(rules: []))
  }

  @Test("those that tell most; all are counted") func selection() throws {
    var sum = try Self.sum()
    let whole = try sum.report()
    #expect(whole.unlisted == nil && whole.traces.count == 40 && whole.diagnostics.count == 40)
    let report = try sum.report(limit: 5)
    #expect(report.traces.map(\.path) == ["t10", "t11", "t13", "t14", "t15"])
    #expect(report.unlisted?.sum.rules?.map(\.passed) == [105])
    #expect(report.traceCount == 40)
    for count in [\.events, \.lost, \.skipped] as [KeyPath<Report.Trace, UInt64>] {
      #expect(report.sum(count) == whole.sum(count))
    }
    // The error, then warnings; and what is left.
    #expect(report.diagnostics.map(\.trace) == ["t41", "t42", "t43", "t44", "t49", nil])
    #expect(report.diagnostics.last?.message.contains("35 further messages") == true)
    let least = try sum.report(limit: 0)
    #expect(least.traces.map(\.path) == ["t14"], "the findings' own trace")
  }

  @Test("formats say how many there are") func formats() throws {
    var sum = try Self.sum()
    let report = try sum.report(limit: 5)
    let text = SampleReports.text(.text, report)
    #expect(text.contains("checked 40 traces: 400 events, 1 gap"), "\(text)")
    let markdown = SampleReports.text(.markdown, report)
    #expect(markdown.contains("in 40 traces; 80 events of unknown name"), "\(markdown)")
    #expect(markdown.contains("| and 35 further files |"), "\(markdown)")
    let page = SampleReports.text(.html, report)
    #expect(page.contains("in 40 traces") && page.contains("and 35 further traces"))
    let junit = SampleReports.text(.junit, report)
    #expect(
      junit.contains(#"<testsuite name="35 further traces" tests="1" failures="0""#), "\(junit)")
    #expect(
      junit.contains("passed 105") && junit.contains(#"tests="8" failures="2" errors="1""#),
      "\(junit)")
  }

  @Test("a page lists a thousand at most") func page() {
    var report = SampleReports.report
    for number in 0..<3000 {
      var trace = Report.Trace(path: "more\(number)")
      trace.events = 1
      report.traces.append(trace)
    }
    let page = SampleReports.text(.html, report)
    #expect(page.split(separator: "<th>more").count == 999, "beside the two that tell something")
    #expect(page.contains("and 2,002 further traces"))
  }

  @Test("what is known is marked in the JSON that is written as a stream") func marks() throws {
    var known = Acceptances(today: CalendarDate(secondsSince1970: 1_775_000_000))
    known.baseline = Baseline(of: try Self.whole(), keeping: Baseline())
    var whole = try Self.whole()
    whole.accept(known)
    #expect(whole.summary.accepted?.errors == 1)
    var sum = try Self.sum()
    var marked = try sum.findingsAlone()
    marked.accept(known)
    try sum.take(marked)
    try sum.add([
      Report.Diagnostic(.note, trace: "t10", "m"), Report.Diagnostic(.note, trace: "t10", "n"),
    ])
    whole.diagnostics.append(Report.Diagnostic(.note, trace: "t10", "n"))
    var bytes: [UInt8] = []
    try sum.writeJSON { bytes += $0 }
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == String(decoding: JSONReport.bytes(whole), as: UTF8.self))
  }

  private static func whole() throws -> Report {
    var sum = try sum()
    return try sum.report()
  }
}
