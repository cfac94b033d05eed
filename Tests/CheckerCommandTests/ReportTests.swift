import CheckerCommand
import CheckerReports
import Foundation
import RuleEngine
import Rules
import Testing

@Suite("Reports") struct ReportTests {
  @Test("the JSON document has the members that it must have, and no empty ones")
  func jsonMembers() throws {
    let run = try CommandRun(
      ["check", "--format", "json", "@held", "@malformed"], files: CheckTests.files)
    #expect(run.status == 1)
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let shape = Self.shape(of: document)
    for path in [
      "version", "tool.name", "tool.version", "reading", "traces.path", "traces.events",
      "traces.skipped", "traces.malformed", "traces.unknown", "traces.lost", "summary.rules.id",
      "summary.rules.severity", "summary.rules.armed", "summary.rules.passed",
      "summary.rules.violated", "summary.rules.undecided", "summary.findings", "summary.errors",
      "summary.warnings", "findings.rule", "findings.severity", "findings.message",
      "findings.trace", "findings.line", "findings.tid", "findings.drv", "findings.dev",
      "findings.irp", "findings.major", "findings.src", "findings.fingerprint", "findings.fn",
      "findings.evidence.line", "findings.evidence.event", "findings.evidence.tid",
      "findings.evidence.dev", "findings.evidence.irp", "findings.evidence.src",
      "findings.evidence.fn", "findings.evidence.note", "diagnostics.trace", "diagnostics.line",
      "diagnostics.column", "diagnostics.message",
    ] {
      #expect(shape.contains(path), "\(path)")
    }
    #expect(!shape.contains("findings.ts") && !shape.contains("findings.minor"))
    #expect(!run.output.contains("null"))
    #expect(document["version"] as? Int == 1)
    let report = try run.report()
    #expect(report.findings.count == 3)
    #expect(report.findings.allSatisfy { $0.irp == Address(0xA0) && $0.major == "IRP_MJ_READ" })
    #expect(run.output.contains("\"irp\":\"0xa0\""))
    #expect(report.traces.map(\.path).count == 2 && report.traces[1].malformed == 1)
    #expect(report.diagnostics.first?.line == 10 && report.diagnostics.first?.column == 1)
  }

  /// The paths of all members.
  private static func shape(of value: Any, _ path: String = "") -> Set<String> {
    switch value {
    case let object as [String: Any]:
      object.reduce(into: []) { shape, member in
        let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
        shape.insert(inner)
        shape.formUnion(self.shape(of: member.value, inner))
      }
    case let array as [Any]: array.reduce(into: []) { $0.formUnion(shape(of: $1, path)) }
    default: []
    }
  }

  @Test("every value of a report survives JSON") func roundTrip() throws {
    let report = Self.fullReport
    let json = try JSONValueEncoder.encode(report)
    var bytes: [UInt8] = []
    json.append(to: &bytes)
    #expect(try JSONDecoder().decode(Report.self, from: Data(bytes)) == report)
    let written = ReportFormat.json.render(report, ReportOptions(rules: Catalog.all))
    #expect(try JSONDecoder().decode(Report.self, from: Data(written)) == report)
  }

  static var fullReport: Report {
    var report = Report(
      tool: Report.Tool(name: "t\"\\\n\u{1}é", version: "1"), reading: .sdv, rules: Catalog.all)
    var trace = Report.Trace(path: "a\tb")
    trace.rules = [
      Report.RuleCounts(id: "RemoveLock", severity: .error, counts: VerdictCounts())
    ]
    trace.continues = "first"
    report.traces = [trace]
    report.diagnostics = [Report.Diagnostic(.note, trace: nil, line: 3, column: 4, "x")]
    return report
  }

  @Test("members stand in the order of their declaration") func order() throws {
    let run = try CommandRun(["check", "--format", "json", "@faulty"], files: CheckTests.files)
    var rest = run.output[...]
    for key in ["version", "tool", "reading", "traces", "summary", "findings", "diagnostics"] {
      let range = try #require(rest.firstRange(of: "\"\(key)\":"))
      rest = rest[range.upperBound...]
    }
  }

  @Test("findings keep the path as it was given") func paths() throws {
    let run = try CommandRun(
      ["check", "--format", "json", "--concatenate", "@first", "@second"],
      files: CheckTests.files)
    let report = try run.report()
    #expect(report.findings.map { $0.trace.hasSuffix("second") } == [true])
    #expect(report.findings[0].line == 2)
    #expect(report.traces.map(\.events) == [3, 6])
    #expect(report.traces[1].continues == report.traces[0].path)
  }

  @Test("a fault is told under its most specific rule") func groups() throws {
    let run = try CommandRun(
      ["check", "--format", "json", "--fail-on", "never", "@held"], files: CheckTests.files)
    let report = try run.report()
    let faults = report.faults(Catalog.all)
    #expect(faults.map(\.finding.rule) == ["RemoveLockReleaseRead"])
    #expect(faults.map(\.alsoBroken) == [["RemoveLockForwardRead", "RemoveLockRelease2"]])
    // Without the specific ones the general rule is told.
    var general = report
    general.findings.removeAll { $0.rule != "RemoveLockRelease2" }
    #expect(general.faults(Catalog.all).map(\.finding.rule) == ["RemoveLockRelease2"])
  }
}
