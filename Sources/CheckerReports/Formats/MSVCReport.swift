import RuleEngine

extension ReportFormat {
  /// The form of the Microsoft compiler, which Visual Studio and MSBuild show in their error lists.
  public static let msvc = ReportFormat(
    "msvc", "file(line): error RULE: message, for Visual Studio and MSBuild"
  ) { report, options in
    MSVCReport.text(report, options)
  }
}

/// Writes a report as a compiler writes its diagnostics: each with the events that prove it as notes.
enum MSVCReport {
  static func text(_ report: Report, _ options: ReportOptions) -> [UInt8] {
    var lines: [String] = []
    for diagnostic in report.diagnostics where diagnostic.level != .note {
      let place = diagnostic.trace.map { ReportPlace(trace: $0, line: diagnostic.line ?? 1) }
      lines.append(
        "\(origin(place, report)): \(diagnostic.level.rawValue) Trace: "
          + oneLine(diagnostic.message))
    }
    for fault in report.openFaults(options) {
      let finding = fault.finding
      lines.append(
        "\(origin(finding.place(options), report)): \(fault.level) \(finding.rule): "
          + oneLine(fault.line))
      lines += notes(finding, report, options)
    }
    let text = lines.map { $0 + "\n" }.joined() + oneLine(report.summaryLine(options)) + "\n"
    return Array(text.utf8)
  }

  private static func notes(
    _ finding: Report.Finding, _ report: Report, _ options: ReportOptions
  ) -> [String] {
    var lines: [String] = []
    for event in finding.evidence {
      let traced = ReportPlace(trace: event.trace ?? finding.trace, line: event.line)
      let place =
        event.source.map { ReportPlace(source: $0, driver: finding.driver, options) } ?? traced
      var words = event.text ?? event.event
      if let note = event.note { words += ": \(note)" }
      if place.isSource { words += " (\(traced.path), line \(traced.line))" }
      lines.append("\(origin(place, report)): note: \(oneLine(words))")
    }
    return lines
  }

  /// `file(line)`; the tool where there is no file. MSBuild takes no colon there but a drive's.
  private static func origin(_ place: ReportPlace?, _ report: Report) -> String {
    guard let place else { return oneLine(report.tool.name) }
    let path = place.path.enumerated().map { offset, character in
      offset != 1 && character == ":" ? "_" : character
    }
    return oneLine("\(String(path))(\(place.line))")
  }

  /// No line breaks and no control characters. Azure Pipelines obeys `##vso[` in the middle of a line,
  /// too, and a name in a trace may hold it.
  private static func oneLine(_ text: String) -> String {
    var line = SafeText.escape(text)
    while let command = line.firstRange(of: "##") { line.replaceSubrange(command, with: "# #") }
    return line
  }
}
