import RuleEngine
import Testing

@testable import CheckerReports

@Suite("Baselines and suppressions") struct BaselineTests {
  private static let today = CalendarDate(secondsSince1970: 1_775_000_000)

  private static func known(
    _ baseline: Baseline? = nil, _ suppressions: [Suppression] = []
  ) -> Acceptances {
    var known = Acceptances(today: today)
    known.baseline = baseline
    known.baselinePath = "base.json"
    known.suppressions = suppressions
    return known
  }

  private static func suppression(_ line: Int = 1, _ set: (inout Suppression) -> Void)
    -> Suppression
  {
    var suppression = Suppression(
      reason: "why", origin: ReportOrigin(path: "c.json", line: line, column: 5))
    set(&suppression)
    return suppression
  }

  /// The sample report after acceptance: which findings are known, what is open, what is said.
  private static func outcome(_ known: Acceptances, _ report: Report = SampleReports.report)
    -> (known: [Bool], open: [UInt64], said: [String])
  {
    var report = report
    let before = report.diagnostics.count
    report.accept(known)
    return (
      report.findings.map { $0.accepted != nil }, [report.openErrors, report.openWarnings],
      report.diagnostics.dropFirst(before).map { "\($0.level.rawValue): \($0.message)" }
    )
  }

  @Test("what is written is read again, and accepts everything") func roundTrip() throws {
    let baseline = Baseline(of: SampleReports.report)
    #expect(baseline.entries.map(\.rule) == ["Forward", "Held"])
    #expect(baseline.entries.map(\.count) == [2, 1])
    let again = try Baseline(json: baseline.bytes(tool: SampleReports.tool))
    #expect(again == baseline)
    let (known, open, said) = Self.outcome(Self.known(again))
    #expect(known == [true, true, true] && open == [0, 0] && said.isEmpty)
  }

  @Test("findings that are new fail, those that are gone are named") func goneAndNew() {
    var baseline = Baseline(of: SampleReports.report)
    baseline.entries[0].fingerprint = "0000000000000fff"
    baseline.entries[1].reason = "slow disk"
    let (known, open, said) = Self.outcome(Self.known(baseline))
    #expect(known == [false, false, true] && open == [2, 0])
    #expect(
      said == [
        "note: a known finding is gone (Forward, driver demo, in DemoPnp, "
          + "\"the IRP is forwarded\"); take 0000000000000fff out, or write the baseline again"
      ])
  }

  @Test("what was not exercised is not said to be gone, and stays in a new baseline")
  func notExercised() {
    var baseline = Baseline(of: SampleReports.report)
    baseline.entries[0].rule = "Idle"
    baseline.entries[0].fingerprint = "0000000000000fff"
    baseline.entries[0].reason = "kept"
    var elsewhere = baseline.entries[0]
    elsewhere.rule = "Forward"
    elsewhere.driver = "another"
    elsewhere.fingerprint = "0000000000000ffe"
    baseline.entries.append(elsewhere)
    #expect(Self.outcome(Self.known(baseline)).said.isEmpty)
    let next = Baseline(of: SampleReports.report, keeping: baseline)
    #expect(next.entries.map(\.rule) == ["Forward", "Forward", "Held", "Idle"])
    #expect(next.entries.map(\.reason) == ["kept", nil, nil, "kept"])
  }

  @Test("findings that are counted and not kept are known by their fingerprint") func dropped() {
    var report = SampleReports.report
    report.findings[2].trace = "z.log"
    report.keep(findings: 1)
    let baseline = Baseline(of: SampleReports.report)
    #expect(Self.outcome(Self.known(baseline), report).open == [0, 0])
    var partial = baseline
    partial.entries.removeLast()
    #expect(Self.outcome(Self.known(partial), report).open == [0, 1])
    let rule = Self.suppression { $0.rule = "Forward" }
    #expect(Self.outcome(Self.known(nil, [rule]), report).open == [0, 1])
    // What is suppressed at a line says nothing of a finding whose line is not known.
    let line = Self.suppression {
      $0.file = "pnp.c"
      $0.line = 55
    }
    #expect(Self.outcome(Self.known(nil, [line]), report).open == [1, 1])
  }

  @Test("more of a fault than the baseline counts is new, unless any count is accepted")
  func counts() {
    var baseline = Baseline(of: SampleReports.report)
    baseline.entries[0].count = 1
    let outcome = Self.outcome(Self.known(baseline))
    #expect(outcome.known == [true, false, true] && outcome.open == [1, 0])
    #expect(outcome.said.count == 1 && outcome.said[0].contains("1 more than the baseline's 1 of"))
    var known = Self.known(baseline)
    known.acceptsAnyCount = true
    #expect(Self.outcome(known).open == [0, 0])
    // What is not kept is counted, too.
    var report = SampleReports.report
    report.keep(findings: 1)
    #expect(Self.outcome(Self.known(baseline), report).open == [1, 0])
    baseline.entries[0].count = 0
    #expect(Self.outcome(Self.known(baseline)).open == [0, 0])
  }

  @Test("a baseline of version 1 is read, and knows the fingerprints of its time") func former()
    throws
  {
    var report = SampleReports.report
    for index in report.findings.indices where report.findings[index].rule == "Forward" {
      report.findings[index].formerFingerprint = "00000000000000f1"
    }
    let text = """
      {"version":1,"findings":[{"fingerprint":"00000000000000f1","rule":"Forward","count":2,
      "reason":"old"}]}
      """
    let old = try Baseline(json: Array(text.utf8))
    let outcome = Self.outcome(Self.known(old), report)
    #expect(outcome.known == [true, true, false])
    #expect(outcome.said.count == 1 && outcome.said[0].contains("write it again"))
    let mended = Baseline(of: report, keeping: old)
    #expect(mended.entries.map(\.reason) == ["old", nil] && !mended.isFormer)
    // A file of today says which routine it means.
    var new = old
    new.isFormer = false
    #expect(Self.outcome(Self.known(new), report).known == [false, false, false])
  }

  @Test("a fault is suppressed by its name, one rule of it by the rule's") func faults() {
    var report = SampleReports.report
    for index in report.findings.indices { report.findings[index].fault = "00000000000000fa" }
    let all = Self.suppression { $0.fingerprint = "00000000000000fa" }
    #expect(Self.outcome(Self.known(nil, [all]), report).known == [true, true, true])
    let one = Self.suppression { $0.fingerprint = report.findings[2].fingerprint }
    #expect(Self.outcome(Self.known(nil, [one]), report).known == [false, false, true])
    let rule = Self.suppression { $0.rule = "Held" }
    #expect(Self.outcome(Self.known(nil, [rule]), report).known == [false, false, true])
  }

  @Test("accepting twice changes nothing") func twice() {
    var report = SampleReports.report
    let known = Self.known(Baseline(of: report), [Self.suppression { $0.expires = nil }])
    report.accept(known)
    let once = report
    report.accept(known)
    #expect(report == once)
  }

  private static func named(
    rule: String? = nil, driver: String? = nil, file: String? = nil, line: Int? = nil,
    function: String? = nil, expires: CalendarDate? = nil
  ) -> Suppression {
    suppression {
      ($0.rule, $0.driver, $0.file, $0.line) = (rule, driver, file, line)
      ($0.function, $0.expires) = (function, expires)
    }
  }

  private static let yesterday = CalendarDate(secondsSince1970: 1_775_000_000 - 86_400)

  @Test(
    "a suppression fits what it names",
    arguments: [
      (named(rule: "Forward"), "110"), (named(driver: "DEMO"), "111"),
      (named(driver: "dem"), "000"),
      (named(function: "DemoPnp"), "110"), (named(file: "pnp.c"), "110"),
      (named(file: "drv/PNP.c"), "110"), (named(file: "other/pnp.c"), "000"),
      (named(file: "w/c:/build/drv/pnp.c"), "110"), (named(file: "pnp.c", line: 55), "110"),
      (named(file: "pnp.c", line: 56), "000"), (named(rule: "Held", driver: "demo"), "001"),
      (named(rule: "Held", expires: today), "001"),
      (named(rule: "Held", expires: yesterday), "000"),
    ])
  func matching(_ suppression: Suppression, _ expected: String) {
    let outcome = Self.outcome(Self.known(nil, [suppression]))
    #expect(outcome.known.map { $0 ? "1" : "0" }.joined() == expected)
  }

  @Test("suppressions that expired or fit nothing are said") func remarks() {
    let expired = Self.suppression(3) {
      $0.rule = "Held"
      $0.expires = CalendarDate("2020-02-29")
    }
    let idle = Self.suppression(4) { $0.rule = "Idle" }
    let unused = Self.suppression(5) {
      $0.rule = "Forward"
      $0.function = "Nothing"
    }
    let outcome = Self.outcome(Self.known(nil, [expired, idle, unused]))
    #expect(
      outcome.said == [
        "warning: the suppression of Held expired on 2020-02-29; mend the fault, or set another date",
        "note: the suppression of Forward, in Nothing fits no finding; take it out",
      ])
  }

  @Test("suppressed findings are not written to a baseline") func suppressedAside() {
    var report = SampleReports.report
    report.accept(Self.known(nil, [Self.suppression { $0.rule = "Held" }]))
    #expect(Baseline(of: report).entries.map(\.rule) == ["Forward"])
  }

  @Test(
    "a baseline that cannot be read is told with its place",
    arguments: [
      ("{}", "1:1 this is no baseline; make one with --write-baseline"),
      (
        "{\"version\":3,\"findings\":[]}",
        "1:12 a baseline of version 3; this checker reads versions 1 and 2"
      ),
      (
        "{\"version\":1,\"found\":[]}",
        "1:14 unknown key \"found\"; a baseline has version, tool and findings"
      ),
      ("{\"findings\":[{\"rule\":\"R\"}]}", "1:14 \"fingerprint\" is missing"),
      ("{\"findings\":[{\"fingerprint\":\"xyz\"}]}", "1:29 a fingerprint has 16 hex digits"),
      (
        "{\"findings\":[{\"fingerprint\":\"00000000000000aa\",\"rule\":\"R\",\"count\":-1}]}",
        "1:67 \"count\" must be a whole number from 0 to 18446744073709551615, not -1"
      ),
      (
        "{\"findings\":[{\"fingerprint\":\"00000000000000aa\",\"rule\":\"R\"},\n"
          + "{\"fingerprint\":\"00000000000000aa\",\"rule\":\"R\"}]}",
        "2:1 the fingerprint 00000000000000aa occurs twice"
      ),
    ])
  func problems(_ text: String, _ expected: String) {
    do {
      _ = try Baseline(json: Array(text.utf8))
      Issue.record("\(text) was read")
    } catch {
      #expect("\(error.position.line):\(error.position.column) \(error.message)" == expected)
    }
  }
}
