import RuleEngine

extension ReportFormat {
  /// Markdown to paste in a pull request, and for the summary of a GitHub step.
  public static let markdown = ReportFormat(
    "markdown", "Markdown, to paste in a pull request"
  ) { report, options in
    MarkdownReport.text(report, options)
  }
}

/// Writes a report as Markdown of GitHub's dialect, short enough for a comment.
///
/// What comes from a trace stands in code spans and code blocks only, so that it can be neither markup
/// nor mention; of sentences with parts of a trace in them each word that is no plain word does.
enum MarkdownReport {
  /// A comment on GitHub takes 65,536 characters; UTF-8 bytes are never fewer.
  static let limit = 60_000

  static func text(_ report: Report, _ options: ReportOptions) -> [UInt8] {
    var text = "## Driver rules: \(report.summaryLine(options))\n\n"
    text += table(report)
    let sections =
      report.openFaults(options).map { section($0, options) }
      + [known(report.faults(options.rules)), diagnostics(report), verdicts(report)]
    var left = 0
    for (index, section) in sections.enumerated() {
      if text.utf8.count + section.utf8.count > limit {
        if index < sections.count - 3 { left += 1 }
      } else {
        text += section
      }
    }
    if left > 0 {
      text += "\n\(Plural.of(left, "further fault")) did not fit here; "
      text += "the other reports have them.\n"
    }
    let dropped = report.unkeptFaultCount
    if dropped > 0 || report.hasUncountedFaults {
      let least = report.hasUncountedFaults ? "At least " : ""
      text += "\n\(least)\(Plural.of(max(dropped, 1), "further fault")) "
      text += "\(dropped > 1 ? "are" : "is") counted and not kept; raise --max-findings to have "
      text += "\(dropped > 1 ? "them" : "it").\n"
    }
    return Array(text.utf8)
  }

  /// What was read.
  private static func table(_ report: Report) -> String {
    let shown = 20
    var text = "| trace | events | malformed | lost | violated | undecided |\n"
    text += "|---|--:|--:|--:|--:|--:|\n"
    for trace in report.traces.prefix(shown) {
      let violated = (trace.rules ?? []).reduce(0) { $0 + $1.violated }
      let undecided = (trace.rules ?? []).reduce(0) { $0 + $1.undecided }
      text += "| \(cell(trace.path)) | \(trace.events) | \(trace.malformed) | \(trace.lost) "
      text += "| \(violated) | \(undecided) |\n"
    }
    if report.traceCount > shown {
      let left = report.traceCount - UInt64(min(report.traces.count, shown))
      text += "| and \(Plural.of(left, "further file")) | | | | | |\n"
    }
    return text + "\n"
  }

  private static func section(_ fault: Fault, _ options: ReportOptions) -> String {
    let finding = fault.finding
    let place = finding.place(options)
    let mark = finding.severity == .error ? "❌" : "⚠️"
    var text = "### \(mark) \(code(finding.rule)): \(finding.message)\n\n"
    text += "\(code("\(place.path):\(place.line)"))"
    if let driver = finding.driver { text += ", driver \(code(driver))" }
    if let request = fault.request { text += ", \(code(request))" }
    if let function = finding.function { text += ", in \(code(function))" }
    if fault.count > 1 { text += ", seen \(fault.count) times" }
    text += ".\n"
    if let ends = fault.ends { text += "\n\(prose(ends)).\n" }
    if !fault.alsoBroken.isEmpty {
      text += "It also breaks \(fault.alsoBroken.map(code).joined(separator: ", ")).\n"
    }
    if let doubt = finding.doubt { text += "\n**Doubt:** \(prose(doubt)).\n" }
    for words in fault.caseHelp { text += "\n**Here:** \(prose(words)).\n" }
    if let remedy = options.rule(finding.rule)?.documentation.remedy {
      text += "\n**What to do:** \(remedy) "
      text +=
        options.page(of: finding.rule).map { "([more](\($0)))\n" }
        ?? "(More: \(code("\(options.program) explain \(finding.rule)")).)\n"
    }
    text += "\n<details><summary>The events that led there</summary>\n\n"
    text += block(["\(finding.trace):"] + finding.evidenceLines)
    return text + "\n</details>\n\n"
  }

  private static func known(_ faults: [Fault]) -> String {
    let accepted = faults.filter(\.isKnown)
    if accepted.isEmpty { return "" }
    var text = "<details><summary>\(Plural.of(accepted.count, "known fault"))</summary>\n\n"
    for fault in accepted {
      let reason = fault.finding.accepted.flatMap(\.reason) ?? "in the baseline"
      text += "- \(code(fault.finding.rule)): \(fault.finding.message)"
      text += fault.finding.driver.map { ", driver \(code($0))" } ?? ""
      text += ", \(fault.count) times: \(code(reason))\n"
    }
    return text + "\n</details>\n\n"
  }

  private static func diagnostics(_ report: Report) -> String {
    let shown = 20
    if report.diagnostics.isEmpty { return "" }
    let count = Plural.of(report.diagnostics.count, "message")
    var text = "<details><summary>\(count) about the traces</summary>\n\n"
    for diagnostic in report.diagnostics.prefix(shown) {
      var place = diagnostic.trace ?? report.tool.name
      if let line = diagnostic.line { place += ":\(line)" }
      if let column = diagnostic.column { place += ":\(column)" }
      text += "- \(diagnostic.level.rawValue): \(code(place)): \(code(diagnostic.message))\n"
    }
    if report.diagnostics.count > shown {
      text += "- and \(report.diagnostics.count - shown) more\n"
    }
    return text + "\n</details>\n\n"
  }

  private static func verdicts(_ report: Report) -> String {
    let exercised = report.summary.rules.filter { $0.armed > 0 }
    let silent = report.summary.rules.count - exercised.count
    var text = "<details><summary>\(Plural.of(exercised.count, "rule")) exercised, "
    text += "\(silent) not</summary>\n\n"
    text += "| rule | armed | passed | violated | undecided |\n|---|--:|--:|--:|--:|\n"
    for rule in exercised {
      text += "| \(cell(rule.id)) | \(rule.armed) | \(rule.passed) | \(rule.violated) "
      text += "| \(rule.undecided) |\n"
    }
    return text + "\n</details>\n"
  }

  // MARK: Escaping

  /// A code span.
  static func code(_ text: String) -> String {
    let line = SafeText.escape(text)
    let fence = String(repeating: "`", count: longestRun(line) + 1)
    let needsRoom = line.isEmpty || line.hasPrefix("`") || line.hasSuffix("`")
    return needsRoom ? "\(fence) \(line) \(fence)" : fence + line + fence
  }

  /// A sentence in which names, places and addresses are code, and so is whatever else could be markup.
  static func prose(_ text: String) -> String {
    SafeText.escape(text).split(separator: " ", omittingEmptySubsequences: false)
      .map { word($0) }.joined(separator: " ")
  }

  /// The word, as code between the punctuation around it where it is more than a plain word or a number.
  private static func word(_ word: Substring) -> String {
    let start = word.drop { $0 == "(" }
    let opening = word[..<start.startIndex]
    let end = start.lastIndex { !"),;:.".contains($0) }.map { start.index(after: $0) }
    let core = start[..<(end ?? start.startIndex)]
    let closing = start[core.endIndex...]
    let isPlain =
      core.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      && !core.dropFirst().contains { $0.isUppercase }
      && (!core.contains { $0.isNumber } || !core.contains { $0.isLetter })
    if isPlain || core == "IRP" || core == "—" { return String(word) }
    return opening + code(String(core)) + closing
  }

  /// A code span in a table.
  static func cell(_ text: String) -> String {
    code(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  private static func block(_ lines: [String]) -> String {
    let text = lines.map { SafeText.escape($0) + "\n" }.joined()
    let fence = String(repeating: "`", count: max(3, longestRun(text) + 1))
    return "\(fence)text\n\(text)\(fence)\n"
  }

  private static func longestRun(_ text: String) -> Int {
    var longest = 0
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
