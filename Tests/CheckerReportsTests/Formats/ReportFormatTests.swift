import RuleEngine
import Testing

@testable import CheckerReports

@Suite("Report formats") struct ReportFormatTests {
  private static let sources = SourceIndex(
    base: "file:///w/", files: ["src/drv/pnp.c", "src/other/pnp.c", "src/done.c"])

  // MARK: SARIF

  private static func sarif(_ report: Report) throws -> JSONNode {
    try JSONNode(parsing: Array(SampleReports.text(.sarif, report, sources: sources).utf8))
  }

  @Test(
    "SARIF has what readers look for",
    arguments: [
      ("version", "2.1.0"), ("runs.count", "1"),
      ("runs.0.tool.driver.name", "checker"), ("runs.0.tool.driver.rules.count", "4"),
      ("runs.0.tool.driver.rules.1.id", "Held"),
      ("runs.0.originalUriBaseIds.SRCROOT.uri", "file:///w/"),
      ("runs.0.results.count", "2"), ("runs.0.results.0.ruleId", "Forward"),
      ("runs.0.results.0.ruleIndex", "0"), ("runs.0.results.0.level", "error"),
      ("runs.0.results.0.occurrenceCount", "2"),
      (
        "runs.0.results.0.message.text",
        "The IRP is forwarded (driver demo, IRP_MJ_PNP/IRP_MN_START_DEVICE, in DemoPnp, seen 2 times)."
      ),
      ("runs.0.results.0.partialFingerprints.ddiRuleChecker/v1", "00000000000000aa"),
      ("runs.0.results.0.partialFingerprints.primaryLocationLineHash", "00000000000000aa:1"),
      ("runs.0.results.0.locations.0.physicalLocation.artifactLocation.uri", "src/drv/pnp.c"),
      ("runs.0.results.0.locations.0.physicalLocation.artifactLocation.uriBaseId", "SRCROOT"),
      ("runs.0.results.0.locations.0.physicalLocation.region.startLine", "55"),
      (
        "runs.0.results.0.relatedLocations.0.physicalLocation.artifactLocation.uri",
        "logs/a%20b.log"
      ),
      ("runs.0.results.0.relatedLocations.0.physicalLocation.region.startLine", "17"),
      ("runs.0.results.0.codeFlows.count", "1"),
      ("runs.0.results.0.codeFlows.0.threadFlows.count", "2"),
      ("runs.0.results.0.codeFlows.0.threadFlows.0.id", "thread 0x10"),
      ("runs.0.results.0.codeFlows.0.threadFlows.0.locations.count", "2"),
      ("runs.0.results.0.codeFlows.0.threadFlows.0.locations.1.executionOrder", "3"),
      ("runs.0.results.0.codeFlows.0.threadFlows.0.locations.1.importance", "essential"),
      ("runs.0.results.0.codeFlows.0.threadFlows.1.locations.0.executionOrder", "2"),
      (
        "runs.0.results.0.codeFlows.0.threadFlows.1.locations.0.location.physicalLocation"
          + ".artifactLocation.uri", "src/done.c"
      ),
      ("runs.0.results.1.level", "warning"),
      ("runs.0.results.1.locations.0.physicalLocation.artifactLocation.uri", "b.log"),
      ("runs.0.results.1.locations.0.physicalLocation.region.startLine", "4"),
      ("runs.0.invocations.0.exitCode", "1"), ("runs.0.invocations.0.executionSuccessful", "true"),
      ("runs.0.invocations.0.toolExecutionNotifications.0.level", "warning"),
      (
        "runs.0.invocations.0.toolExecutionNotifications.0.locations.0.physicalLocation.region"
          + ".startLine", "5"
      ),
    ] as [(String, String)])
  func sarifMembers(_ path: String, _ expected: String) throws {
    #expect(try Self.sarif(SampleReports.report)[path] == expected)
  }

  @Test("SARIF marks what is known as suppressed") func sarifSuppressions() throws {
    var report = SampleReports.report
    for index in report.findings.indices {
      report.findings[index].accepted = Report.Acceptance(by: .baseline, reason: "since 2.1")
    }
    let log = try Self.sarif(report)
    #expect(log["runs.0.results.0.suppressions.0.kind"] == "external")
    #expect(log["runs.0.results.0.suppressions.0.justification"] == "since 2.1")
  }

  @Test("SARIF keeps to the limits of code scanning and says so") func sarifLimits() throws {
    var report = SampleReports.report
    report.findings = (0..<12).map { index in
      var finding = SampleReports.warning
      finding.fingerprint = String(repeating: "0", count: 14) + String(10 + index)
      finding.severity = index == 11 ? .error : .warning
      finding.evidence = (1...9).map { SampleReports.event($0, "KeSetEvent", 1, "x", nil, nil) }
      return finding
    }
    let limits = SARIFReport.Limits(
      results: 10, shown: 5, flowLocations: 4, notifications: 0, bytes: 9_000)
    var options = ReportOptions(rules: [])
    options.exitStatus = 2
    let log = try JSONNode(parsing: SARIFReport(report, options, limits: limits).bytes)
    #expect(log["runs.0.results.count"] == "10")
    // The worst comes first, whatever is left out.
    #expect(log["runs.0.results.0.level"] == "error")
    let flow = "runs.0.results.0.codeFlows.0.threadFlows.0.locations"
    #expect(log["\(flow).count"] == "4")
    #expect(log["\(flow).3.executionOrder"] == "9")
    #expect(
      log["runs.0.results.0.codeFlows.0.message.text"]?.contains("5 in the middle") == true)
    #expect(log["runs.0.results.9.codeFlows"] == nil)
    #expect(log["runs.0.invocations.0.executionSuccessful"] == "false")
    let said = (0..<4).compactMap {
      log["runs.0.invocations.0.toolExecutionNotifications.\($0).message.text"]
    }.joined(separator: "; ")
    for words in ["2 results are left out", "shows 5 results of 12", "without the events"] {
      #expect(said.contains(words), "\(words) in \(said)")
    }
  }

  @Test(
    "paths become URIs",
    arguments: [
      ("src/a b.c", "src/a%20b.c"), ("/w/ü.c", "file:///w/%C3%BC.c"),
      ("C:/x/y.c", "file:///C:/x/y.c"),
      ("//server/share/y.c", "file://server/share/y.c"), ("a:b/c:d", "a%3Ab/c:d"),
      ("100%.log", "100%25.log"), ("#?[]", "%23%3F%5B%5D"),
    ] as [(String, String)])
  func uris(_ path: String, _ expected: String) {
    #expect(SARIFReport.uri(path) == expected)
  }

  // MARK: JUnit

  @Test(
    "JUnit has a case for each rule and trace",
    arguments: [
      "<testsuites name=\"checker 9.8\" tests=\"8\" failures=\"2\" errors=\"0\">",
      "<testsuite name=\"logs\\a b.log\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"3\"",
      "<property name=\"malformed\" value=\"1\"/>",
      "<testcase name=\"Idle\" classname=\"b.log\"><skipped message=\"not exercised\"/></testcase>",
      "<skipped message=\"undecided: 4 times\"/><system-out>armed 4, passed 0, violated 0",
      "<failure type=\"error Forward\" message=\"the IRP is forwarded (src/drv/pnp.c:55)\">",
      "16  thread 0x20  completion routine enters  (done.c:7)\n",
      "17  thread 0x10  IoCallDriver  (pnp.c:55)  &lt;- the IRP is forwarded",
      "<failure type=\"warning Held\" message=\"the lock is held too long (b.log:4)\">",
    ])
  func junit(_ part: String) {
    let text = SampleReports.text(.junit, SampleReports.report, sources: Self.sources)
    #expect(text.contains(part), "\(text)")
  }

  @Test("JUnit skips known findings, and fails where some are not kept") func junitKnown() {
    var report = SampleReports.report
    for index in report.findings.indices {
      report.findings[index].accepted = Report.Acceptance(by: .suppression, reason: "a < b")
    }
    report.summary.accepted = Report.AcceptedCounts()
    report.summary.accepted?.errors = 2
    report.summary.accepted?.warnings = 1
    var text = SampleReports.text(.junit, report)
    #expect(text.contains("failures=\"0\""))
    #expect(text.contains("<skipped message=\"known findings: 2 (suppression): a &lt; b\"/>"))
    report.summary.errors = 3
    report.traces[0].rules?[0].violated = 3
    text = SampleReports.text(.junit, report)
    #expect(text.contains("message=\"1 findings that are counted and not kept\""))
  }

  @Test("JUnit tells traces that cannot be read as errors") func junitErrors() {
    var report = SampleReports.report
    report.diagnostics.append(Report.Diagnostic(.error, trace: "gone.log", "no such \u{1} file"))
    let text = SampleReports.text(.junit, report)
    #expect(text.contains("<testsuite name=\"gone.log\" tests=\"5\" failures=\"0\" errors=\"1\""))
    #expect(text.contains("<error message=\"no such \\u{1} file\"/>"))
  }

  // MARK: Build logs

  @Test("build logs get a line for each fault", arguments: ["github", "azure", "msvc"])
  func annotations(_ name: String) throws {
    let expected = [
      "github": """
      ::error file=src/drv/pnp.c,line=55,title=Forward::the IRP is forwarded (driver demo, \
      IRP_MJ_PNP/IRP_MN_START_DEVICE, in DemoPnp, seen 2 times); trace logs\\a b.log, line 17
      ::warning file=b.log,line=4,title=Held::the lock is held too long (driver demo)
      ::warning file=b.log,line=5,title=the trace is not all understood::a word without "="
      2 faults (1 error, 1 warning) in 2 traces; 1 malformed event

      """,
      "azure": """
      ##vso[task.logissue type=error;sourcepath=src/drv/pnp.c;linenumber=55;code=Forward;]\
      Forward: the IRP is forwarded (driver demo, IRP_MJ_PNP/IRP_MN_START_DEVICE, in DemoPnp, \
      seen 2 times); trace logs\\a b.log, line 17
      ##vso[task.logissue type=warning;sourcepath=b.log;linenumber=4;code=Held;]Held: the lock is \
      held too long (driver demo)
      ##vso[task.logissue type=warning;sourcepath=b.log;linenumber=5;]a word without "="
      2 faults (1 error, 1 warning) in 2 traces; 1 malformed event

      """,
      "msvc": """
      b.log(5): warning Trace: a word without "="
      src/drv/pnp.c(55): error Forward: the IRP is forwarded (driver demo, \
      IRP_MJ_PNP/IRP_MN_START_DEVICE, in DemoPnp, seen 2 times)
      logs/a b.log(14): note: IRP_MJ_PNP enters
      src/done.c(7): note: completion routine enters (logs/a b.log, line 16)
      pnp.c(55): note: IoCallDriver: the IRP is forwarded (logs/a b.log, line 17)
      b.log(4): warning Held: the lock is held too long (driver demo)
      b.log(1): note: IRP_MJ_PNP enters
      b.log(3): note: completion routine enters
      b.log(4): note: IoCallDriver: the IRP is forwarded
      2 faults (1 error, 1 warning) in 2 traces; 1 malformed event

      """,
    ]
    let format = try #require(ReportFormat.all.first { $0.name == name })
    #expect(
      SampleReports.text(format, SampleReports.report, sources: Self.sources) == expected[name])
  }

  @Test(
    "at most ten annotations of a severity, and the rest counted", arguments: ["github", "azure"])
  func annotationLimit(_ name: String) throws {
    var report = SampleReports.report
    report.findings = (0..<13).map { index in
      SampleReports.finding("Forward", .error, "t", 10 + index, "00000000000000\(10 + index)")
    }
    report.findings += (0..<11).map { index in
      SampleReports.finding("Held", .warning, "t", 50 + index, "00000000000000\(50 + index)")
    }
    let format = try #require(ReportFormat.all.first { $0.name == name })
    let lines = SampleReports.text(format, report).split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("::error ") || $0.contains("type=error") } == 10)
    #expect(lines.count { $0.hasPrefix("::warning ") || $0.contains("type=warning") } == 10)
    #expect(lines.contains { $0.contains("3 further errors and 2 further warnings") })
  }

  /// Names that would be a command, markup or the end of something, in every format.
  static let hostile =
    "x\n::error::pwned%0A,::\r]##vso[task.complete]`|</failure>\u{1B}[31m\u{202E}\"&"

  /// The page has tests of its own, in a browser; it is never printed to a build's log.
  @Test(
    "what a trace says stays text",
    arguments: ReportFormat.all.map(\.name).filter { $0 != "html" })
  func hostileNames(_ name: String) throws {
    var report = SampleReports.report
    for index in report.findings.indices {
      report.findings[index].driver = Self.hostile
      report.findings[index].function = Self.hostile
      report.findings[index].source = Self.hostile + ":3"
      report.findings[index].evidence[0].text = Self.hostile
    }
    report.traces[0].path = Self.hostile
    report.diagnostics.append(Report.Diagnostic(.error, trace: Self.hostile, Self.hostile))
    let format = try #require(ReportFormat.all.first { $0.name == name })
    let text = SampleReports.text(format, report)
    for line in text.split(separator: "\n") {
      #expect(!line.hasPrefix("::error::pwned"), "\(line)")
      if name == "azure" || name == "msvc" {
        #expect(line.ranges(of: "##vso[task.c").isEmpty || line.hasPrefix("##vso[task.logissue"))
      }
    }
    switch name {
    case "json", "sarif": _ = try JSONNode(parsing: Array(text.utf8))
    case "junit":
      #expect(!text.contains("\u{1B}") && text.contains("&lt;/failure&gt;"))
    case "github":
      let line = try #require(text.split(separator: "\n").first)
      #expect(line.contains("file=x%0A%3A%3Aerror%3A%3Apwned%250A%2C"), "\(line)")
      #expect(line.contains("::x\\u{a}::error::pwned%250A,::\\u{d}]#\\u{23}vso"), "\(line)")
    case "azure":
      let line = try #require(text.split(separator: "\n").first)
      #expect(line.contains("sourcepath=x%0A::error::pwned%AZP250A,::%0D%5D##vso"), "\(line)")
    default: #expect(!text.contains("\u{1B}[31m"))
    }
  }

  // MARK: Markdown

  @Test(
    "Markdown has the faults, what is known, and the counts",
    arguments: [
      "## Driver rules: 1 fault (1 error) in 2 traces; 1 known fault; 1 malformed event\n",
      "| `logs\\a b.log` | 40 | 1 | 0 | 2 | 4 |",
      "### ❌ `Forward`: the IRP is forwarded\n\n`src/drv/pnp.c:55`, driver `demo`, "
        + "`IRP_MJ_PNP/IRP_MN_START_DEVICE`, in `DemoPnp`, seen 2 times.\n",
      "16  thread 0x20  completion routine enters  (done.c:7)\n",
      "- `Held`: the lock is held too long, driver `demo`, 1 times: `slow disk`\n",
      "- warning: `b.log:5:3`: `a word without \"=\"`\n",
      "3 rules exercised, 1 not", "| `Open` | 4 | 0 | 0 | 4 |",
    ])
  func markdown(_ part: String) {
    var report = SampleReports.report
    report.findings[2].accepted = Report.Acceptance(by: .suppression, reason: "slow disk")
    report.summary.accepted = Report.AcceptedCounts()
    report.summary.accepted?.warnings = 1
    let text = SampleReports.text(.markdown, report, sources: Self.sources)
    #expect(text.contains(part), "\(text)")
  }

  @Test("Markdown fits in a comment") func markdownLimit() {
    var report = SampleReports.report
    report.findings = (100..<400).map { index in
      SampleReports.finding("Forward", .error, "t", index, "0000000000000\(index)")
    }
    let text = SampleReports.text(.markdown, report)
    #expect(text.utf8.count < 65_536)
    #expect(text.contains("further faults did not fit here"))
  }

  static let sentences: [(String, String)] = [
    (
      "the release is missing in TapRead: it returns STATUS_CANCELLED (line 36); see tap.c:347",
      "the release is missing in `TapRead`: it returns `STATUS_CANCELLED` (line 36); see `tap.c:347`"
    ),
    ("the IRP is marked", "the IRP is marked"), ("", ""), ("a  b (", "a  b ("),
    (
      "@team (#12, <b>x</b>) [a](b) *c* `d` www.x.y",
      "`@team` (`#12`, `<b>x</b>`) `[a](b`) `*c*` `` `d` `` `www.x.y`"
    ),
  ]

  @Test("Markdown has names as code and sentences as text", arguments: sentences)
  func markdownProse(_ row: (text: String, markdown: String)) {
    #expect(MarkdownReport.prose(row.text) == row.markdown)
  }
}
