import RuleEngine

/// What a run takes for known.
public struct Acceptances: Sendable {
  /// Known faults.
  public var baseline: Baseline?
  /// The baseline's file, for messages.
  public var baselinePath = ""
  /// Suppressions of the configuration.
  public var suppressions: [Suppression] = []
  /// Whether the baseline accepts its faults however often they occur.
  public var acceptsAnyCount = false
  /// Today, for the expiry of suppressions.
  public var today: CalendarDate

  /// Nothing is known.
  public init(today: CalendarDate) { self.today = today }
}

extension Report {
  /// Marks the findings that are known, counts them, and says which entries and suppressions are out
  /// of date.
  public mutating func accept(_ known: Acceptances) {
    let before = keptAcceptances
    var counts = summary.accepted ?? AcceptedCounts()
    counts.errors -= min(counts.errors, before.errors)
    counts.warnings -= min(counts.warnings, before.warnings)

    var book = BaselineBook(known)
    let active = known.suppressions.filter { $0.expires.map { $0 >= known.today } ?? true }
    var used: Set<ReportOrigin> = []
    var suppressed: [String: Severity] = [:]
    var open: Set<String> = []
    for index in findings.indices {
      let finding = findings[index]
      let fitting = active.filter { $0.matches(finding) }
      used.formUnion(fitting.map(\.origin))
      if finding.accepted?.by == .baseline { book.take(finding) }
      if finding.accepted != nil { continue }
      if let suppression = fitting.first {
        findings[index].accepted = Acceptance(by: .suppression, reason: suppression.reason)
        // What is suppressed at one line says nothing of findings that are not kept.
        if fitting.contains(where: { $0.line == nil }) {
          suppressed[finding.fingerprint] = finding.severity
        } else {
          open.insert(finding.fingerprint)
        }
      } else if let entry = book.accept(finding) {
        findings[index].accepted = Acceptance(by: .baseline, reason: entry.reason)
      } else {
        open.insert(finding.fingerprint)
      }
    }
    let severities = severities
    for dropped in summary.dropped ?? [] {
      var count = dropped.count
      var severity = open.contains(dropped.fingerprint) ? nil : suppressed[dropped.fingerprint]
      if severity == nil, let entry = book.entry(dropped.fingerprint) {
        count = book.accept(dropped)
        severity =
          severities[dropped.fingerprint] ?? summary.rules.first { $0.id == entry.rule }?.severity
      }
      switch severity {
      case .error: counts.errors = counts.errors.added(count)
      case .warning: counts.warnings = counts.warnings.added(count)
      case nil: break
      }
    }
    let kept = keptAcceptances
    counts.errors = counts.errors.added(kept.errors)
    counts.warnings = counts.warnings.added(kept.warnings)
    if counts.errors > 0 || counts.warnings > 0 { summary.accepted = counts }
    addRemarks(known, used, book)
  }

  private var keptAcceptances: AcceptedCounts {
    var counts = AcceptedCounts()
    for finding in findings where finding.accepted != nil {
      switch finding.severity {
      case .error: counts.errors += 1
      case .warning: counts.warnings += 1
      }
    }
    return counts
  }

  /// The severities of the findings that are kept, by fingerprint.
  private var severities: [String: Severity] {
    Dictionary(
      findings.map { ($0.fingerprint, $0.severity) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func addRemarks(
    _ known: Acceptances, _ used: Set<ReportOrigin>, _ book: BaselineBook
  ) {
    let found = occurrences
    let former = Set(findings.compactMap(\.formerFingerprint))
    var said = Set(diagnostics)
    for message in book.remarks {
      remark(&said, Diagnostic(.note, trace: known.baselinePath, message))
    }
    for entry in known.baseline?.entries ?? []
    where found[entry.fingerprint] == nil && isExercised(entry.rule, by: entry.driver)
      && !(book.isFormer && former.contains(entry.fingerprint))
    {
      remark(
        &said,
        Diagnostic(
          .note, trace: known.baselinePath,
          "a known finding is gone (\(entry.words)); take \(entry.fingerprint) out, or write the "
            + "baseline again"))
    }
    for suppression in known.suppressions {
      let origin = suppression.origin
      func diagnostic(_ level: Diagnostic.Level, _ message: String) -> Diagnostic {
        Diagnostic(
          level, trace: origin.path, line: UInt64(origin.line), column: origin.column, message)
      }
      if let expires = suppression.expires, expires < known.today {
        remark(
          &said,
          diagnostic(
            .warning,
            "the suppression of \(suppression.words) expired on \(expires); mend the fault, or set "
              + "another date"))
      } else if !used.contains(origin), let rule = suppression.rule,
        isExercised(rule, by: suppression.driver)
      {
        remark(
          &said,
          diagnostic(
            .note, "the suppression of \(suppression.words) fits no finding; take it out"))
      }
    }
  }

  /// Adds a diagnostic, once: a merged report may have it already.
  private mutating func remark(_ said: inout Set<Diagnostic>, _ diagnostic: Diagnostic) {
    if said.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
  }
}
