import RuleEngine

/// What was counted while the files of one trace were read.
public struct TraceFile: Sendable {
  /// The path as given.
  public var path: String
  /// What the file held.
  public var counts: TraceCounts
  /// The names of its events that are unknown.
  public var unknown = UnknownEvents()

  /// Makes a file.
  public init(path: String, counts: TraceCounts = TraceCounts()) {
    self.path = path
    self.counts = counts
  }
}

extension Report {
  /// Diagnostics about single lines that are kept of one trace; the others are only counted.
  public static var diagnosticLimit: Int { 1000 }

  /// Adds what a checker came to on one trace.
  ///
  /// - Parameters:
  ///   - checker: The checker, finished.
  ///   - files: The files of the trace, in order.
  ///   - diagnostics: What the reader said about lines; the first ``diagnosticLimit`` are enough.
  ///   - maxFindings: How many findings of the trace are kept at most; 0 for all. How many the report keeps
  ///     is for ``keep(findings:)`` to say.
  public mutating func add(
    _ checker: Checker, files: [TraceFile], diagnostics: [TraceDiagnostic], maxFindings: Int = 0
  ) {
    let paths = files.map(\.path)
    addTraces(checker, files)
    for (index, (rule, verdicts)) in zip(checker.rules, checker.verdicts).enumerated() {
      let counts = RuleCounts(
        id: rule.id, severity: rule.severity, counts: verdicts,
        isInReading: rule.readings.contains(checker.options.reading))
      // Mostly the report has the rules in the checker's order; a search for each would cost more than a small trace.
      let isInPlace = index < summary.rules.count && summary.rules[index].id == rule.id
      let known = isInPlace ? index : summary.rules.firstIndex { $0.id == rule.id }
      if let place = known {
        summary.rules[place].add(counts)
      } else {
        summary.rules.append(counts)
      }
    }
    summary.errors = summary.errors.added(checker.errorCount)
    summary.warnings = summary.warnings.added(checker.warningCount)
    summary.findings = summary.findings.added(checker.errorCount.added(checker.warningCount))
    addFindings(checker, files, maxFindings)
    for diagnostic in diagnostics.prefix(Self.diagnosticLimit) {
      self.diagnostics.append(
        Diagnostic(
          .warning, trace: Self.path(paths, diagnostic.position), line: diagnostic.position.line,
          column: diagnostic.column, diagnostic.message))
    }
    for file in files { addUnknownEvents(file) }
    for (limit, count) in checker.limitsReached {
      self.diagnostics.append(Diagnostic(.warning, trace: paths.first, limit.message(count)))
    }
    addUnmatchedExits(checker, files)
  }

  private mutating func addTraces(_ checker: Checker, _ files: [TraceFile]) {
    for (index, file) in files.enumerated() {
      var trace = Trace(path: file.path)
      trace.events = file.counts.events
      trace.skipped = file.counts.skipped
      trace.malformed = file.counts.malformed
      trace.unknown = file.counts.unknownEvents.added(file.counts.unknownFields)
      trace.unknownEvents = file.counts.unknownEvents > 0 ? file.counts.unknownEvents : nil
      trace.lost = file.counts.lost
      if index == 0 {
        trace.drivers = checker.drivers.isEmpty ? nil : checker.drivers
        trace.rules = zip(checker.rules, checker.verdicts).filter { $0.1.armed > 0 }
          .map { RuleCounts(id: $0.id, severity: $0.severity, counts: $1) }
      } else {
        trace.continues = files[0].path
      }
      traces.append(trace)
    }
  }

  private mutating func addFindings(_ checker: Checker, _ files: [TraceFile], _ maxFindings: Int) {
    let paths = files.map(\.path)
    let slips = files.flatMap { $0.unknown.names.filter(\.isSlip) }
    let kept = Self.mostTelling(checker.findings, maxFindings == 0 ? Int.max : maxFindings)
    // A table of a million names would take more than all else here: none where nothing was left out.
    let isAll = checker.options.maxFindings == 0 && kept.count == checker.findings.count
    var left = isAll ? [:] : checker.occurrences
    let start = findings.count
    // Growing takes twice the room of what is many; what is few must not make each of many reports grow it.
    if kept.count > findings.count { findings.reserveCapacity(findings.count + kept.count) }
    for finding in kept {
      findings.append(Finding(finding, paths))
      findings[findings.count - 1].doubt =
        slips.first { $0.first < finding.position }.map(Self.doubt)
      // Of more faults than are told apart some are not counted one by one.
      if let count = left[finding.fingerprint], count > 0 { left[finding.fingerprint] = count - 1 }
    }
    addDropped(left.filter { $0.value > 0 })
    FaultGrouping.assign(
      &findings, from: start, RuleRanks(checker.rules, checker.options.reading))
  }

  /// How many names of unknown events are told of one file.
  static var unknownNameLimit: Int { 20 }

  private mutating func addUnknownEvents(_ file: TraceFile) {
    for name in file.unknown.names.prefix(Self.unknownNameLimit) {
      let meant = name.nearest.map { "; did you mean \($0)?" } ?? ""
      let times = name.count == 1 ? "" : ", \(name.count) times from here on"
      diagnostics.append(
        Diagnostic(
          .warning, trace: file.path, line: name.first.line,
          "\(name.text.debugDescription) is no event that is known\(times)\(meant)"))
    }
    let told = file.unknown.names.prefix(Self.unknownNameLimit).reduce(0) { $0 &+ $1.count }
    if told < file.counts.unknownEvents {
      diagnostics.append(
        Diagnostic(
          .warning, trace: file.path,
          "\(file.counts.unknownEvents - told) events with further unknown names"))
    }
  }

  /// Why a finding that follows an event with a misspelled name may be none.
  private static func doubt(_ name: UnknownEvents.Name) -> String {
    "\(name.text.debugDescription) in line \(name.first.line) is no event that is known; if it is to "
      + "be \(name.nearest ?? ""), this finding may only come from that"
  }

  /// As many findings as there is room for, in their order: of each fault one before any is repeated.
  private static func mostTelling(
    _ findings: [RuleEngine.Finding], _ room: Int
  ) -> [RuleEngine.Finding] {
    if findings.count <= room { return findings }
    var seen: Set<String> = []
    var (first, repeated): ([Int], [Int]) = ([], [])
    for (index, finding) in findings.enumerated() {
      if seen.insert(finding.fingerprint).inserted {
        first.append(index)
      } else {
        repeated.append(index)
      }
    }
    return (first + repeated).prefix(room).sorted().map { findings[$0] }
  }

  mutating func addDropped(_ more: [String: UInt64]) {
    if more.isEmpty { return }
    var counts = DroppedCounts()
    for dropped in summary.dropped ?? [] { counts.add(dropped.fingerprint, dropped.count) }
    for (fingerprint, count) in more { counts.add(fingerprint, count) }
    summary.dropped = counts.all
  }

  private mutating func addUnmatchedExits(_ checker: Checker, _ files: [TraceFile]) {
    let events = files.reduce(UInt64(0)) { $0.added($1.counts.events) }
    // A few are what a trace that begins in mid-life has; many mean that entries are not logged.
    guard checker.unmatchedExits > 100, checker.unmatchedExits > events / 20 else { return }
    diagnostics.append(
      Diagnostic(
        .warning, trace: files.first?.path,
        "\(checker.unmatchedExits) exits match no entry; the tracer does not log every "
          + "DispatchEnter, CompletionEnter and CallbackEnter, or logs them under another tid"))
  }

  static func path(_ paths: [String], _ position: TracePosition) -> String {
    position.file < paths.count ? paths[position.file] : paths.last ?? "-"
  }
}

extension Report.Finding {
  init(_ finding: Finding, _ paths: [String]) {
    rule = finding.rule
    severity = finding.severity
    message = finding.message
    trace = Report.path(paths, finding.position)
    line = finding.position.line
    timestamp = finding.timestamp
    thread = finding.thread
    driver = finding.driver.isEmpty ? nil : finding.driver
    device = finding.device.map(Address.init)
    irp = finding.irp.map(Address.init)
    lock = finding.lock.map(Address.init)
    tag = finding.tag.map(Address.init)
    major = finding.major?.name
    if let code = finding.major, let minor = finding.minor { self.minor = minor.name(of: code) }
    source = finding.source.isEmpty ? nil : finding.source
    fingerprint = finding.fingerprint
    if !finding.formerFingerprint.isEmpty { formerFingerprint = finding.formerFingerprint }
    function = finding.function.isEmpty ? nil : finding.function
    let file = finding.position.file
    evidence = finding.evidence.map { Report.Evidence($0, paths, findingFile: file) }
    for (place, event) in finding.evidence.enumerated() where event.kind.isRemoveLockRelease {
      evidence[place].releases = event.taken.map { evidence[$0].line } ?? 0
    }
    omitted = finding.omittedEvidence > 0 ? finding.omittedEvidence : nil
    releasedElsewhere = finding.releasedElsewhere.isEmpty ? nil : finding.releasedElsewhere
    path =
      finding.path.isEmpty
      ? nil : finding.path.map { Report.PathStep($0, paths, findingFile: file) }
    omittedSteps = finding.omittedSteps > 0 ? finding.omittedSteps : nil
  }
}

extension Report.PathStep {
  init(_ step: PathStep, _ paths: [String], findingFile: Int) {
    line = step.position.line
    from = step.from
    fact = step.fact
    to = step.to
    if step.position.file != findingFile { trace = Report.path(paths, step.position) }
  }
}

extension Report.Evidence {
  init(_ evidence: Evidence, _ paths: [String], findingFile: Int) {
    line = evidence.position.line
    event = evidence.customName ?? evidence.kind.name
    timestamp = evidence.timestamp
    thread = evidence.thread
    device = evidence.device.map(Address.init)
    irp = evidence.irp.map(Address.init)
    source = evidence.source.isEmpty ? nil : evidence.source
    function = evidence.function.isEmpty ? nil : evidence.function
    note = evidence.note
    text = evidence.words
    if evidence.position.file != findingFile { trace = Report.path(paths, evidence.position) }
  }
}

extension LimitKind {
  /// What reaching the limit means, and which option raises it.
  func message(_ count: UInt64) -> String {
    let times = count == 1 ? "once" : "\(count) times"
    switch self {
    case .contexts:
      return "the limit on live IRP contexts was reached \(times): the oldest became undecided; "
        + "raise --max-contexts"
    case .contextsPerIRP:
      return
        "the limit on live contexts of one IRP address was reached \(times): the oldest became "
        + "undecided; log completions, or raise --max-contexts-per-irp"
    case .acquisitions:
      return "the limit on remembered lock acquisitions was reached \(times): their locks became "
        + "undecided; raise --max-acquisitions"
    case .locks:
      return "the limit on known locks and devices was reached \(times): the oldest was forgotten; "
        + "raise --max-locks"
    case .threads:
      return "the limit on threads with open routines was reached \(times): the oldest was "
        + "forgotten; raise --max-threads"
    case .frames:
      return "the limit on open routines of one thread was reached \(times): the outermost was "
        + "forgotten; raise --max-frames"
    case .allocations:
      return "the limit on live allocations was reached \(times): the oldest became undecided; log "
        + "ExFreePool as well as ExAllocatePool…, or raise --max-allocations"
    case .keyHandles:
      return
        "the limit on open handles of keys was reached \(times): the oldest became undecided; log "
        + "ZwClose as well as ZwCreateKey and ZwOpenKey, or raise --max-key-handles"
    case .holds:
      return "the limit on what threads hold was reached \(times): the oldest spin lock, region or "
        + "resource became undecided; log releases as well as acquires, or raise --max-holds"
    }
  }
}
