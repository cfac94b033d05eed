import RuleEngine

extension ReportFormat {
  /// JUnit's XML, which every CI shows: a suite for each trace, a test case for each rule.
  public static let junit = ReportFormat(
    "junit", "JUnit XML: a test case for each rule and trace",
    writing: { report, options, stream in JUnitReport(report, options).write(to: &stream) })
}

/// Writes a report as test results.
///
/// A rule that was kept passes; one that was broken fails, each fault under the rule that heads it; one that
/// was not exercised, whose every case is undecided, all of whose findings are accepted or belong to faults
/// of other rules, is skipped and says why. What stops a
/// trace from being read is an error.
struct JUnitReport {
  let report: Report
  let options: ReportOptions
  private let suites: [Suite]
  /// Whether findings that are not kept, and so are in no suite, fail the run.
  private let hasOpenUnkept: Bool

  /// A trace with all files that continue it.
  private struct Suite {
    var path: String
    var events: UInt64 = 0
    var malformed: UInt64 = 0
    var lost: UInt64 = 0
    var rules: [String: Report.RuleCounts] = [:]
    /// Faults by the rules that head them.
    var faults: [String: [Fault]] = [:]
    /// By rule how many of its findings are kept, and of those that nothing accepts the headline of the
    /// fault they belong to.
    var told: [String: UInt64] = [:]
    var headlines: [String: String] = [:]
    var errors: [Report.Diagnostic] = []
  }

  private enum Outcome {
    case passed, skipped(String)
    case failed([Fault], unkept: UInt64)
  }

  init(_ report: Report, _ options: ReportOptions) {
    self.report = report
    self.options = options
    suites = Self.suites(report, options.rules)
    let open = report.findings.filter { $0.accepted == nil }.count
    hasOpenUnkept = report.openErrors + report.openWarnings > UInt64(open)
  }

  private static func suites(_ report: Report, _ rules: [Rule]) -> [Suite] {
    var all: [Suite] = []
    var places: [String: Int] = [:]
    func place(_ path: String) -> Int {
      if let place = places[path] { return place }
      all.append(Suite(path: path))
      places[path] = all.count - 1
      return all.count - 1
    }
    for trace in report.traces {
      let suite = place(trace.continues ?? trace.path)
      places[trace.path] = suite
      all[suite].events += trace.events
      all[suite].malformed += trace.malformed
      all[suite].lost += trace.lost
      for rule in trace.rules ?? [] {
        if all[suite].rules[rule.id]?.add(rule) == nil { all[suite].rules[rule.id] = rule }
      }
    }
    let bySuite = Dictionary(grouping: report.findings) { place($0.trace) }
    for (suite, findings) in bySuite {
      var part = report
      part.findings = findings
      part.summary.dropped = nil
      let faults = part.faults(rules)
      all[suite].faults = Dictionary(grouping: faults) { $0.finding.rule }
      for finding in findings { all[suite].told[finding.rule, default: 0] += 1 }
      for fault in faults where !fault.isKnown {
        for place in fault.places where findings[place].accepted == nil {
          all[suite].headlines[findings[place].rule] = fault.finding.rule
        }
      }
    }
    for diagnostic in report.diagnostics where diagnostic.level == .error {
      all[place(diagnostic.trace ?? "-")].errors.append(diagnostic)
    }
    if let unlisted = report.unlisted { all.append(suite(unlisted)) }
    return all
  }

  /// One suite of all traces that are not listed.
  private static func suite(_ unlisted: Report.UnlistedTraces) -> Suite {
    var suite = Suite(path: Plural.of(unlisted.count, "further trace"))
    suite.events = unlisted.sum.events
    suite.malformed = unlisted.sum.malformed
    suite.lost = unlisted.sum.lost
    for rule in unlisted.sum.rules ?? [] { suite.rules[rule.id] = rule }
    return suite
  }

  private func outcome(_ rule: String, _ suite: Suite) -> Outcome {
    let faults = suite.faults[rule] ?? []
    let open = faults.filter { !$0.isKnown }
    let counts = suite.rules[rule]
    let found = counts?.violated ?? 0
    let told = suite.told[rule] ?? 0
    let unkept = found > told && hasOpenUnkept ? found - told : 0
    if !open.isEmpty || unkept > 0 { return .failed(open, unkept: unkept) }
    if let headline = suite.headlines[rule], headline != rule {
      return .skipped("broken by a fault that is told under \(headline)")
    }
    if found > 0 || told > 0 {
      let accepted = faults.first?.finding.accepted
      let ground = (accepted.map { " (\($0.by.rawValue))" } ?? "")
      let reason = accepted?.reason.map { ": \($0)" } ?? ""
      return .skipped("known findings: \(max(found, told))\(ground)\(reason)")
    }
    guard let counts, counts.armed > 0 else {
      let isAbsent = report.summary.absent.contains { $0.id == rule }
      return .skipped(isAbsent ? "not in the reading \(report.reading.rawValue)" : "not exercised")
    }
    if counts.passed == 0 { return .skipped("undecided: \(counts.undecided) times") }
    return .passed
  }

  // MARK: Writing

  /// Writes suite by suite: of many traces the text is long. What they come to stands before them, and is
  /// counted first.
  func write(to stream: inout ReportStream) {
    var total = (tests: 0, failures: 0, errors: 0)
    for suite in suites {
      total.tests += report.summary.rules.count + suite.errors.count
      total.failures += report.summary.rules.count { isFailed(outcome($0.id, suite)) }
      total.errors += suite.errors.count
    }
    stream.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites")
    stream.write(attribute("name", "\(report.tool.name) \(report.tool.version)"))
    stream.write(attribute("tests", "\(total.tests)") + attribute("failures", "\(total.failures)"))
    stream.write(attribute("errors", "\(total.errors)") + ">\n")
    for suite in suites { write(suite, to: &stream) }
    stream.write("</testsuites>\n")
  }

  private func write(_ suite: Suite, to stream: inout ReportStream) {
    let cases = report.summary.rules.map { ($0.id, outcome($0.id, suite)) }
    let failures = cases.count { isFailed($0.1) }
    let skipped = cases.count { if case .skipped = $0.1 { true } else { false } }
    let tests = cases.count + suite.errors.count
    stream.write("  <testsuite")
    stream.write(attribute("name", suite.path) + attribute("tests", "\(tests)"))
    stream.write(
      attribute("failures", "\(failures)") + attribute("errors", "\(suite.errors.count)"))
    stream.write(attribute("skipped", "\(skipped)") + attribute("file", suite.path) + ">\n")
    stream.write(properties(suite))
    for diagnostic in suite.errors { stream.write(errorCase(diagnostic, suite)) }
    for (rule, outcome) in cases { stream.write(testCase(rule, outcome, suite)) }
    stream.write("  </testsuite>\n")
    stream.endElement()
  }

  private func isFailed(_ outcome: Outcome) -> Bool {
    if case .failed = outcome { true } else { false }
  }

  private func properties(_ suite: Suite) -> String {
    let values: KeyValuePairs = [
      "reading": report.reading.rawValue, "events": "\(suite.events)",
      "malformed": "\(suite.malformed)", "lost": "\(suite.lost)",
    ]
    var text = "    <properties>\n"
    for (name, value) in values {
      text += "      <property\(attribute("name", name))\(attribute("value", value))/>\n"
    }
    return text + "    </properties>\n"
  }

  private func errorCase(_ diagnostic: Report.Diagnostic, _ suite: Suite) -> String {
    "    <testcase" + attribute("name", "the trace is read") + attribute("classname", suite.path)
      + "><error" + attribute("message", diagnostic.message) + "/></testcase>\n"
  }

  private func testCase(_ rule: String, _ outcome: Outcome, _ suite: Suite) -> String {
    var text = "    <testcase" + attribute("name", rule) + attribute("classname", suite.path) + ">"
    switch outcome {
    case .passed: break
    case .skipped(let why): text += "<skipped" + attribute("message", why) + "/>"
    case .failed(let faults, let unkept):
      for fault in faults { text += "\n      " + failure(fault) }
      if unkept > 0 {
        text += "\n      <failure" + attribute("type", rule)
        text += attribute("message", "\(unkept) findings that are counted and not kept") + "/>"
      }
    }
    if let counts = suite.rules[rule] {
      text += "<system-out>armed \(counts.armed), passed \(counts.passed), "
      text += "violated \(counts.violated), undecided \(counts.undecided)</system-out>"
    }
    return text + "</testcase>\n"
  }

  private func failure(_ fault: Fault) -> String {
    let finding = fault.finding
    let place = finding.place(options)
    var lines = ["\(place.path):\(place.line): \(fault.level): \(finding.message)"]
    lines.append("trace \(finding.trace), line \(finding.line)")
    if !fault.circumstances.isEmpty { lines.append(fault.circumstances) }
    if let ends = fault.ends { lines.append(ends) }
    if !fault.alsoBroken.isEmpty {
      lines.append("also breaks \(fault.alsoBroken.joined(separator: ", "))")
    }
    lines += finding.evidenceLines
    lines += fault.caseHelp
    if let remedy = options.rule(finding.rule)?.documentation.remedy {
      lines.append("what to do: \(remedy)")
    }
    return "<failure" + attribute("type", "\(fault.level) \(finding.rule)")
      + attribute("message", "\(finding.message) (\(place.path):\(place.line))") + ">"
      + lines.map { XMLText.escaped(SafeText.escape($0)) }.joined(separator: "\n") + "</failure>"
  }

  private func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(XMLText.escaped(SafeText.escape(value)))\""
  }
}

/// Text in XML 1.0. What it cannot hold, ``SafeText`` has taken out before.
enum XMLText {
  static func escaped(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out.append(contentsOf: "&amp;".unicodeScalars)
      case "<": out.append(contentsOf: "&lt;".unicodeScalars)
      case ">": out.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
      case "\u{FFFE}", "\u{FFFF}": out.append("\u{FFFD}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
