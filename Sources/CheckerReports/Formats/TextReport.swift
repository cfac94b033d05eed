import RuleEngine

extension ReportFormat {
  /// The report for a person, in the manner of a compiler.
  public static let text = ReportFormat("text", "for a person at a terminal") { report, options in
    var text = TextReport(report: report, options: options)
    text.write()
    return Array(text.out.utf8)
  }
}

/// Writes the text report: faults with their evidence, what is to be said of the traces, counts.
struct TextReport {
  let report: Report
  let options: ReportOptions
  var out = ""

  init(report: Report, options: ReportOptions) {
    self.report = report
    self.options = options
  }

  mutating func write() {
    let faults = report.faults(options.rules)
    for fault in faults where !fault.isKnown {
      var excerpt = TextExcerpt(options: options)
      excerpt.write(fault)
      out += excerpt.out + "\n"
    }
    if options.isQuiet { return }
    writeKnown(faults.filter(\.isKnown))
    writeDiagnostics()
    // Where nothing was read there is nothing to sum up.
    if report.sum(\.events) > 0 {
      writeSummary(faults)
    }
  }

  /// Known faults, a line each.
  private mutating func writeKnown(_ known: [Fault]) {
    for fault in known {
      let finding = fault.finding
      let circumstances = fault.circumstances.isEmpty ? "" : " (\(fault.circumstances))"
      let ground = finding.accepted?.by == .suppression ? "suppressed" : "in the baseline"
      let reason = finding.accepted?.reason.map { ": \($0)" } ?? ""
      out += SafeText.escape(
        "known: \(finding.rule): \(finding.message)\(circumstances); \(ground)\(reason)")
      out += "\n"
    }
    if !known.isEmpty { out += "\n" }
  }

  // MARK: Diagnostics

  /// Diagnostics of one trace that are told one by one.
  private static var shownDiagnostics: Int { 5 }

  private mutating func writeDiagnostics() {
    let traces = Set(report.traces.map(\.path))
    var shown: [String: Int] = [:]
    var isAny = false
    for diagnostic in report.diagnostics {
      if diagnostic.level == .error, !options.tellsErrors { continue }
      if diagnostic.column != nil, traces.contains(diagnostic.trace ?? "") {
        shown[diagnostic.trace ?? "", default: 0] += 1
        if shown[diagnostic.trace ?? ""] ?? 0 > Self.shownDiagnostics { continue }
      }
      out += Self.line(diagnostic, options) + "\n"
      isAny = true
    }
    for trace in report.traces {
      let told = min(shown[trace.path] ?? 0, Self.shownDiagnostics)
      guard told > 0, trace.malformed > told else { continue }
      let more = TextLayout.grouped(trace.malformed - UInt64(told))
      out += "note: \(more) more malformed events in \(SafeText.escape(trace.path))\n"
    }
    if isAny { out += "\n" }
  }

  static func line(_ diagnostic: Report.Diagnostic, _ options: ReportOptions) -> String {
    let style = TextStyle(isOn: options.usesColor)
    var place = ""
    if let trace = diagnostic.trace, let line = diagnostic.line {
      place = "\(SafeText.escape(trace)):\(line)" + (diagnostic.column.map { ":\($0)" } ?? "")
      place += ": "
    } else if let trace = diagnostic.trace, diagnostic.level != .error {
      place = "\(SafeText.escape(trace)): "
    }
    let label = diagnostic.level.rawValue
    let words = "\(label): \(place)\(SafeText.escape(diagnostic.message))"
    let text =
      options.isOnScreen
      ? TextLayout.wrap(words, width: options.width, indent: 4, first: "") : words
    return style.label(label) + text.dropFirst(label.count)
  }

  // MARK: Summary

  private mutating func writeSummary(_ faults: [Fault]) {
    let style = TextStyle(isOn: options.usesColor)
    if options.summary != .none {
      let isFull = options.summary == .full
      writeTable(report.summary.rules.filter { isFull ? $0.armed > 0 : $0.violated > 0 }, style)
      if isFull {
        out += list(report.summary.idle, "not exercised")
        out += list(report.summary.absent, "not in the reading \(report.reading.rawValue)")
      } else {
        out += TextLayout.wrap(ruleLine, width: options.width, indent: 0) + "\n"
      }
    }
    if report.droppedCount > 0 {
      out +=
        "note: \(TextLayout.grouped(report.droppedCount)) findings are counted and not shown; "
        + "raise --max-findings to see them\n"
    }
    let traces = traceLine()
    out +=
      options.isOnScreen ? TextLayout.wrap(traces, width: options.width, indent: 0) : traces
    out += "\n" + resultLine(style, faults) + "\n"
  }

  private mutating func writeTable(_ rules: [Report.RuleCounts], _ style: TextStyle) {
    if rules.isEmpty { return }
    let width = max(4, rules.map(\.id.count).max() ?? 0)
    let header =
      TextLayout.pad("rule", width)
      + ["armed", "passed", "violated", "undecided"].map { TextLayout.padLeft($0, 11) }.joined()
    out += style.bold(header) + "\n"
    for rule in rules {
      let row =
        TextLayout.pad(rule.id, width)
        + [rule.armed, rule.passed].map { TextLayout.padLeft(TextLayout.grouped($0), 11) }
        .joined()
      let violated = TextLayout.padLeft(TextLayout.grouped(rule.violated), 11)
      out +=
        row + (rule.violated > 0 ? style.severity(rule.severity, violated) : violated)
        + TextLayout.padLeft(TextLayout.grouped(rule.undecided), 11) + "\n"
    }
    out += "\n"
  }

  /// How many rules came to what, and what they are about.
  private var ruleLine: String {
    let rules = report.summary.rules
    let tried = rules.filter { $0.armed > 0 }
    let broken = tried.count { $0.violated > 0 }
    let passed = tried.count { $0.violated == 0 && $0.passed > 0 }
    var parts = ["\(passed) passed"]
    if broken > 0 { parts.insert("\(broken) broken", at: 0) }
    let undecided = tried.count - broken - passed
    if undecided > 0 { parts.append("\(undecided) undecided") }
    if !report.summary.idle.isEmpty { parts.append("\(report.summary.idle.count) not exercised") }
    if !report.summary.absent.isEmpty {
      parts.append("\(report.summary.absent.count) not in the reading \(report.reading.rawValue)")
    }
    let ids = Set(tried.map(\.id))
    let families = options.rules.filter { ids.contains($0.id) }.families.map(\.name)
    return "of \(rules.count) \(rules.count == 1 ? "rule" : "rules"): "
      + parts.joined(separator: ", ")
      + (families.isEmpty ? "" : "; tried: \(families.joined(separator: ", "))")
      + "; --summary full lists them, \(options.program) explain RULE tells of one"
  }

  private func list(_ rules: [Report.RuleCounts], _ what: String) -> String {
    if rules.isEmpty { return "" }
    let names = rules.map(\.id).joined(separator: ", ")
    let words = "\(what) (\(rules.count)): \(names)"
    return TextLayout.wrap(words, width: options.width, indent: 0) + "\n\n"
  }

  private func traceLine() -> String {
    let sum = report.sum
    func plural(_ count: UInt64, _ one: String, _ many: String) -> String {
      "\(TextLayout.grouped(count)) \(count == 1 ? one : many)"
    }
    var parts = [plural(sum(\.events), "event", "events")]
    if sum(\.skipped) > 0 { parts.append(plural(sum(\.skipped), "other line", "other lines")) }
    if sum(\.malformed) > 0 { parts.append("\(TextLayout.grouped(sum(\.malformed))) malformed") }
    if sum(\.unknown) > 0 {
      parts.append(plural(sum(\.unknown), "unknown name", "unknown names"))
    }
    if sum(\.lost) > 0 { parts.append(plural(sum(\.lost), "gap", "gaps") + " (TraceLost)") }
    return "checked \(plural(report.traceCount, "trace", "traces")): "
      + parts.joined(separator: ", ") + "; reading \(report.reading.rawValue)"
  }

  private func resultLine(_ style: TextStyle, _ all: [Fault]) -> String {
    let summary = report.summary
    let faults = all.filter { !$0.isKnown }
    if summary.findings == 0 { return style.good("no violation found") }
    let accepted = report.acceptedCount
    let known = report.knownWords(all)
    if accepted >= summary.findings { return style.good("no new violation found; \(known)") }
    let errors = faults.count { $0.finding.severity == .error }
    var parts: [String] = []
    if errors > 0 {
      let words = "\(TextLayout.grouped(errors)) \(errors == 1 ? "error" : "errors")"
      parts.append(style.severity(.error, words))
    }
    let warnings = faults.count - errors
    if warnings > 0 {
      let words = "\(TextLayout.grouped(warnings)) \(warnings == 1 ? "warning" : "warnings")"
      parts.append(style.severity(.warning, words))
    }
    let open = report.openErrors.added(report.openWarnings)
    // What is not kept is not known to be accepted.
    let isCounted = accepted == 0 || report.droppedCount > 0
    let violated =
      isCounted
      ? summary.rules.count { $0.violated > 0 }
      : Set(report.findings.filter { $0.accepted == nil }.map(\.rule)).count
    let least = report.droppedCount > 0 ? "at least " : ""
    return "found \(least)\(faults.count) \(faults.count == 1 ? "fault" : "faults"): "
      + parts.joined(separator: ", ")
      + "; \(TextLayout.grouped(open)) \(open == 1 ? "finding" : "findings")"
      + " of \(violated) \(violated == 1 ? "rule" : "rules")"
      + (accepted > 0 ? "; \(known)" : "")
  }
}
