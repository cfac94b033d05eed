import RuleEngine

/// What the formats of build logs have in common: a CI shows a few annotations of each severity and
/// drops the others without a word, so the worst come first and the rest is counted.
struct Annotations {
  /// An error or a warning at a place.
  struct Annotation {
    var severity: Severity
    var place: ReportPlace?
    /// The rule; nil where it is about a trace.
    var rule: String?
    /// One line.
    var message: String
    /// What it is about, in a word or two.
    var title: String {
      rule ?? (severity == .error ? "the check is incomplete" : "the trace is not all understood")
    }
  }

  /// GitHub shows ten errors and ten warnings of a step.
  static let limit = 10

  /// Those to be shown, errors first.
  var shown: [Annotation]
  /// How many errors and warnings are not among them.
  var left: (errors: Int, warnings: Int)
  /// The run in one line.
  var summary: String

  init(_ report: Report, _ options: ReportOptions) {
    let all = Self.all(report, options)
    let errors = all.filter { $0.severity == .error }
    let warnings = all.filter { $0.severity == .warning }
    shown = Array(errors.prefix(Self.limit) + warnings.prefix(Self.limit))
    left = (max(0, errors.count - Self.limit), max(0, warnings.count - Self.limit))
    summary = report.summaryLine(options)
  }

  /// Everything that deserves one: what made the check incomplete, the faults that nothing accepts, and
  /// what in the traces could not be understood.
  static func all(_ report: Report, _ options: ReportOptions) -> [Annotation] {
    var all: [Annotation] = []
    for diagnostic in report.diagnostics where diagnostic.level == .error {
      let place = diagnostic.trace.map { ReportPlace(trace: $0, line: diagnostic.line ?? 1) }
      all.append(
        Annotation(
          severity: .error, place: place, rule: nil,
          message: SafeText.escape(diagnostic.message)))
    }
    for fault in report.openFaults(options) {
      let finding = fault.finding
      let place = finding.place(options)
      var message = fault.line
      if place.isSource { message += "; trace \(finding.trace), line \(finding.line)" }
      all.append(
        Annotation(
          severity: finding.severity, place: place, rule: finding.rule,
          message: SafeText.escape(message)))
    }
    for diagnostic in report.diagnostics where diagnostic.level == .warning {
      let place = diagnostic.trace.map { ReportPlace(trace: $0, line: diagnostic.line ?? 1) }
      all.append(
        Annotation(
          severity: .warning, place: place, rule: nil,
          message: SafeText.escape(diagnostic.message)))
    }
    return all
  }

  /// What is said of those that are not shown; nil where all are.
  var leftWords: String? {
    guard left.errors + left.warnings > 0 else { return nil }
    return "\(Plural.of(left.errors, "further error")) and "
      + "\(Plural.of(left.warnings, "further warning")) are in the report and not annotated"
  }
}

/// A number with its noun.
package enum Plural {
  /// `1 error`, `2 errors`.
  package static func of(_ count: some BinaryInteger, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }
}

extension Report {
  /// `1 known fault, 4 known findings`: a fault is known where all its findings are.
  func knownWords(_ faults: some Sequence<Fault>) -> String {
    let known = faults.count(where: \.isKnown)
    let findings =
      "\(TextLayout.grouped(acceptedCount)) known \(acceptedCount == 1 ? "finding" : "findings")"
    if known == 0 { return findings }
    let words = "\(TextLayout.grouped(known)) known \(known == 1 ? "fault" : "faults")"
    return UInt64(known) == acceptedCount ? words : "\(words), \(findings)"
  }

  /// `2 faults (1 error, 1 warning) in 2 traces; 1 known fault, 4 known findings`.
  func summaryLine(_ options: ReportOptions) -> String {
    let beginnings = UInt64(traces.count { $0.continues == nil }).added(unlisted?.beginnings ?? 0)
    let open = openFaults(options)
    let known = acceptedCount > 0 ? knownWords(faults(options.rules)) : ""
    var line = droppedCount > 0 ? "at least " : ""
    line += Plural.of(open.count, "fault")
    if !open.isEmpty { line += " (\(faultWords(open)))" }
    line += " in \(Plural.of(beginnings, "trace"))"
    if acceptedCount > 0 { line += "; \(known)" }
    let malformed = sum(\.malformed)
    let unknown = traces.reduce(unlisted?.sum.unknownEvents ?? 0) {
      $0.added($1.unknownEvents ?? 0)
    }
    if malformed > 0 { line += "; \(Plural.of(malformed, "malformed event"))" }
    if unknown > 0 { line += "; \(Plural.of(unknown, "event")) of unknown name" }
    let incomplete = diagnostics.filter { $0.level == .error }.count
    if incomplete > 0 { line += "; the check is incomplete" }
    return line
  }
}
