import CheckerReports
import RuleEngine
import RuleTesting
import Testing

/// A rule that one reading alone has.
private struct TrackedAloneRule: ContextRule {
  let id = "TrackedAlone"
  let severity = Severity.error
  let readings: Set<Reading> = [.tracked]

  enum State: UInt8, MachineState { case watching }

  func scope(in reading: Reading) -> ContextScope { ContextScope(majors: [.read]) }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .forwarded, .report("a read is forwarded")),
        on(.watching, .returned, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "A read is not forwarded.", rationale: "None.", remedy: "None.",
    readings: "tracked alone.", source: "this test")

  var examples: [Example] {
    let forwarded = Example("forwarded", .violation, "enter READ\nforward !\nexit SUCCESS")
    let kept = Example("completed", .passes, "enter READ\ncomplete SUCCESS\nexit SUCCESS")
    let open = Example("the trace ends", .undecided, "enter READ")
    return [forwarded, forwarded, forwarded, kept, kept, kept, open]
  }
}

@Suite("A rule that one reading alone has") struct RuleReadingsTests {
  private let rule = Rule(TrackedAloneRule())

  private func report(_ reading: Reading) throws -> Report {
    var options = Checker.Options()
    options.reading = reading
    var checker = try Checker(rules: [rule], options: options)
    let trace = try ShortNotation("enter READ\nforward\nexit SUCCESS")
    checker.consume(trace.events, strings: trace.strings)
    checker.finish(strings: trace.strings)
    var report = Report(
      tool: Report.Tool(name: "checker", version: "1"), reading: reading, rules: [rule])
    var counts = TraceCounts()
    counts.events = 3
    report.add(checker, files: [TraceFile(path: "a.log", counts: counts)], diagnostics: [])
    return report
  }

  private func written(_ report: Report, _ format: ReportFormat) -> String {
    String(decoding: format.render(report, ReportOptions(rules: [rule])), as: UTF8.self)
  }

  @Test("is sound, and is never armed in the other") func soundness() throws {
    expectSound([rule])
    #expect(try rule.form(in: .sdv).scope == .absent)
    #expect(try report(.sdv).summary.rules.map(\.armed) == [0])
    #expect(try report(.tracked).summary.rules.map(\.violated) == [1])
  }

  @Test("reports tell it from a rule that is not exercised") func reports() throws {
    let (sdv, tracked) = (try report(.sdv), try report(.tracked))
    #expect(sdv.summary.rules.map(\.notInReading) == [true])
    #expect(tracked.summary.rules.map(\.notInReading) == [nil])
    for format in [ReportFormat.text, .html] {
      #expect(written(sdv, format).contains("not in the reading sdv (1): TrackedAlone"))
      #expect(!written(sdv, format).contains("not exercised"))
      #expect(!written(tracked, format).contains("not in the reading"))
    }
    #expect(written(sdv, .junit).contains("not in the reading sdv"))
    #expect(written(sdv, .json).contains("\"notInReading\":true"))
    #expect(!written(tracked, .json).contains("notInReading"))
  }

  @Test("its page, and the list of rules, say so") func pages() throws {
    let page = try RulePage(rule).markdown()
    #expect(page.contains("(reading tracked only)"))
    #expect(!page.contains("Reading sdv"))
    #expect(try RulePage(rule).text(width: 80, usesColor: false).contains("(reading tracked only)"))
    for reading in Reading.allCases {
      #expect(
        try RuleBook.table([rule], reading: reading, width: 80).contains(
          "IRP_MJ_READ (only tracked)"))
    }
    #expect(try HTMLRulePage.page(rule).contains("reading tracked, the only one"))
  }
}
