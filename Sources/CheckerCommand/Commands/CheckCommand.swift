import CheckerReports
import RuleEngine

/// `check`: checks traces and reports.
struct CheckCommand {
  static let definition = CommandDefinition(
    name: "check",
    summary: "check traces and report what the drivers did wrong",
    discussion: [
      "A trace holds one event a line: JSON Lines, or text behind the sentinel \"@ddi\" after any "
        + "logger's prefix. Each TRACE is checked by itself; \"-\" is standard input.",
      "Exit status: 0 nothing found at or above --fail-on; 1 findings there; 2 wrong use, "
        + "unreadable input or no event recognised; 3 malformed or unknown events (with --strict only). "
        + "Of several that hold it is 2, then 1, then 3: findings are told before doubts about the trace.",
    ],
    operands: [
      OperandDefinition(
        placeholder: "TRACE", kind: .file, help: "a file, or - for standard input", maximum: nil)
    ],
    options: CheckOptions.all,
    examples: [
      ("check driver.jsonl", "check a trace and print what is wrong"),
      ("check --format json --output report.json a.log b.log", "check two traces for a program"),
      ("check --concatenate driver.log.1 driver.log", "check a log that was rotated"),
      ("check --rule RemoveLockForwardRead -", "check one rule on standard input"),
    ],
    run: { invocation throws(CommandError) in try CheckCommand(invocation).run() })

  private let invocation: Invocation
  private let arguments: ParsedArguments
  private let settings: TraceCheck.Settings
  private let rules: [Rule]
  private let configuration: Configuration
  private let output: ReportOutput
  private let maxFindings: Int

  private init(_ invocation: Invocation) throws(CommandError) {
    self.invocation = invocation
    arguments = invocation.arguments
    configuration = try Configuration.load(invocation)
    output = try ReportOutput(invocation, configuration)
    rules = try configuration.selectedRules(invocation)
    maxFindings = configuration.limit(CheckOptions.maxFindings)
    var settings = TraceCheck.Settings()
    settings.checker.reading = configuration.reading.value
    settings.checker.driver = arguments.text(CheckOptions.driver)
    settings.checker.device = arguments.address(CheckOptions.device)?.rawValue
    settings.checker.limits = configuration.engineLimits
    settings.checker.maxFindings = maxFindings
    settings.reader.parser.customEvents = try InputOptions.customEvents(of: rules)
    settings.checker.keepsPaths = output.showsPaths
    settings.reader.parser.maxLineBytes = configuration.limit(CheckOptions.maxLineBytes)
    settings.reader.jobs =
      arguments.number(CheckOptions.jobs).map { Int($0) } ?? min(8, Platform.processorCount)
    try InputOptions.apply(invocation, to: &settings.reader)
    settings.follows = arguments.has(CheckOptions.follow)
    settings.checker.announcesFindings = settings.follows
    if settings.follows {
      if arguments.operands.count > 1 {
        throw CommandError("--follow reads one log; give one TRACE")
      }
      // What is there is parsed at once, not when a piece is full.
      settings.reader.jobs = 1
    }
    settings.isQuiet = arguments.has(CheckOptions.quiet)
    self.settings = settings
  }

  // MARK: Running

  /// What came of all traces.
  private struct Run {
    var report: Report
    /// Whether what is wrong is told on standard error as well.
    var isTold = true
    var isUnreadable = false
    var isStringTableFull = false
    /// How many traces were checked.
    var taken = 0
    /// Whether the driver and the device that are wanted occur in any of them.
    var hasDriver = false
    var hasDevice = false
    /// Drivers that the traces name.
    var drivers: Set<String> = []
  }

  private func run() throws(CommandError) -> Int32 {
    let paths = arguments.operands
    Interruption.install()
    if arguments.has(CheckOptions.concatenate), paths.count > TracePosition.lastFile + 1 {
      throw CommandError(
        "--concatenate takes at most \(TracePosition.lastFile + 1) files; join them into fewer")
    }
    if paths.count(where: { $0 == "-" }) > 1 {
      throw CommandError("standard input (-) is given twice; give it once")
    }
    var run = Run(report: emptyReport)
    let traces = arguments.has(CheckOptions.concatenate) ? [paths] : paths.map { [$0] }
    let check: TraceCheck
    do {
      check = try TraceCheck(settings, rules: rules, streams: invocation.streams)
    } catch {
      throw CommandError("\(error)")
    }
    let each = try output.eachSink()
    TraceChecks(check, traces).run(invocation.streams.errors) { paths, outcome in
      take(outcome, paths, &run)
      if let each { writeEach(outcome, paths, to: each.take) }
    }
    let left = traces.count - run.taken
    if left > 0 {
      complain("interrupted: \(left) of \(traces.count) traces are not checked", nil, &run)
    }
    if run.taken > 0, !Interruption.isRequested { complainOfFilters(&run) }
    run.report.keep(findings: maxFindings)
    try each?.finish()
    if each == nil { try output.accept(&run.report) }
    let status = status(of: run)
    try output.write(run.report, status)
    return status
  }

  private var emptyReport: Report {
    Report(
      tool: Report.Tool(name: invocation.program, version: CheckerCommand.version),
      reading: settings.checker.reading, rules: rules)
  }

  /// The line that `--each` writes of a trace: its report, as if it had been checked alone.
  private func writeEach(
    _ outcome: TraceCheck.Outcome, _ paths: [String], to sink: @escaping ([UInt8]) -> Void
  ) {
    var run = Run(report: emptyReport, isTold: false)
    take(outcome, paths, &run)
    if !Interruption.isRequested { complainOfFilters(&run) }
    run.report.writeLine(to: sink)
  }

  /// Takes what came of a trace into the report.
  private func take(_ outcome: TraceCheck.Outcome, _ paths: [String], _ run: inout Run) {
    run.taken += 1
    run.report.add(
      outcome.checker, files: outcome.files, diagnostics: outcome.diagnostics,
      maxFindings: maxFindings)
    if maxFindings > 0, run.report.findings.count > 2 * max(maxFindings, 1000) {
      run.report.keep(findings: maxFindings)
    }
    if outcome.isStringTableFull {
      run.isStringTableFull = true
      run.report.diagnostics.append(
        Report.Diagnostic(.warning, trace: paths.first, StringTable.fullMessage))
    }
    for failure in outcome.failures {
      run.isUnreadable = true
      complain(failure.description, failure.file, &run)
    }
    let counts = outcome.counts
    if counts.events == 0, outcome.failures.isEmpty, !Interruption.isRequested {
      run.isUnreadable = true
      let head = outcome.heads.first { !$0.isEmpty } ?? []
      complain(
        EmptyTrace.message(paths[0], counts, head: head, outcome.diagnostics.first), paths[0],
        &run)
    }
    if !outcome.hasDriver, let driver = self.settings.checker.driver {
      let message = "no event of the trace names the driver \(driver.quoted)"
      run.report.diagnostics.append(Report.Diagnostic(.warning, trace: paths[0], message))
    }
    run.hasDriver = run.hasDriver || outcome.hasDriver
    run.hasDevice = run.hasDevice || outcome.hasDevice
    run.drivers.formUnion(outcome.drivers)
  }

  /// A filter that fits nothing leaves nothing to check: no trace is clean by that.
  private func complainOfFilters(_ run: inout Run) {
    if !run.hasDriver, let driver = settings.checker.driver {
      run.isUnreadable = true
      let known = run.drivers.sorted()
      var message = "--driver \(driver.quoted) fits no event"
      message +=
        known.isEmpty
        ? "; no event names a driver (drv)"
        : "; the drivers are \(known.prefix(10).map(\.quoted).joined(separator: ", "))"
          + (known.count > 10 ? " and \(known.count - 10) more" : "")
          + Suggestion.question(driver, in: known)
      complain(message, nil, &run)
    }
    if !run.hasDevice, let device = settings.checker.device {
      run.isUnreadable = true
      complain(
        "--device \(Address(device)) fits no event; \"doctor\" and \"state\" show which devices "
          + "there are", nil, &run)
    }
  }

  private func complain(_ message: String, _ path: String?, _ run: inout Run) {
    run.report.diagnostics.append(Report.Diagnostic(.error, trace: path, message))
    if run.isTold {
      invocation.streams.errors.line("\(invocation.program): \(SafeText.escape(message))")
    }
  }

  private func status(of run: Run) -> Int32 {
    if run.isUnreadable { return ExitStatus.wrongUse }
    let status = output.status(of: run.report)
    if status != ExitStatus.clean { return status }
    let isDoubtful =
      run.isStringTableFull
      || run.report.traces.contains { $0.malformed > 0 || $0.unknownEvents ?? 0 > 0 }
    return arguments.has(CheckOptions.strict) && isDoubtful
      ? ExitStatus.malformed : ExitStatus.clean
  }
}

/// What is said about a trace in which there is no event: it is never clean.
enum EmptyTrace {
  static func message(
    _ path: String, _ counts: TraceCounts, head: [UInt8], _ diagnostic: TraceDiagnostic?
  ) -> String {
    let name = path == "-" ? "standard input" : path.quoted
    if counts.bytes == 0 {
      return "no event in \(name): it is empty; expected \(expected)"
    }
    let lines = counts.lines == 1 ? "1 line" : "\(TextLayout.grouped(counts.lines)) lines"
    let kind = Self.kind(head).map { ", \($0)" } ?? ""
    var found = "\(lines), the first of them \(excerpt(head))"
    if counts.unknownEvents > 0 {
      found += ", \(TextLayout.grouped(counts.unknownEvents)) events of unknown name"
    }
    if counts.malformed > 0 {
      found += ", \(TextLayout.grouped(counts.malformed)) malformed events"
    }
    if let diagnostic {
      found += " (line \(diagnostic.position.line): \(diagnostic.message))"
    }
    return "no event recognised in \(name): found \(found)\(kind); expected \(expected); \(ways)"
  }

  /// How a person comes from a log without events to one with them.
  private static let ways =
    "three ways on: build the driver with Tracing/ddi_trace.h, which logs such lines "
    + "(docs/tracing.md); say with --map which lines of the log are which events (docs/mapping.md); "
    + "or look at what \"doctor\" finds in it"

  /// What the beginning of a file looks like that is no trace.
  private static func kind(_ head: [UInt8]) -> String? {
    if InputFormat.detected(in: head) == .irpmon {
      return "an IRPMon log that shows of no request who handled it, since the devices below are "
        + "not watched (docs/logs.md)"
    }
    let text = String(decoding: head.prefix(4096).filter { $0 != 0 }, as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).prefix(20)
    if text.lowercased().contains("remlock") || text.contains("IO_REMOVE_LOCK") {
      return "output of a debugger about a remove lock, which is a state and no sequence of events"
    }
    if lines.contains(where: { isDebugView($0) }) {
      return "a DebugView log in which no driver writes events"
    }
    if lines.contains(where: { $0.first == "[" && $0.contains("::") }) {
      return "a WPP log (tracefmt) in which no driver writes events"
    }
    if lines.first?.first == "{" || lines.first?.first == "[" {
      return "JSON in which no object has the field \"ev\""
    }
    return nil
  }

  /// `00000001<TAB>0.00000000<TAB>…`, or a time of day and a tab.
  private static func isDebugView(_ line: Substring) -> Bool {
    let columns = line.split(separator: "\t", maxSplits: 2)
    guard columns.count >= 2 else { return false }
    return columns.prefix(2).contains { column in
      column.count >= 4 && column.contains { $0 == "." || $0 == ":" }
        && column.allSatisfy { $0.isNumber || ".: AMP".contains($0) }
    }
  }

  private static let expected =
    "lines such as {\"ev\":\"DispatchEnter\",…} or "
    + "@ddi DispatchEnter tid=… dev=… irp=… mj=…"

  private static func excerpt(_ head: [UInt8]) -> String {
    var bytes = head[...]
    // UTF-16 with a byte-order mark: what matters in an excerpt is its ASCII.
    let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    if isWide { bytes = bytes.filter { $0 != 0 && $0 < 0x80 }[...] }
    let line = bytes.split(separator: 0x0A).first ?? []
    let text = String(decoding: line, as: UTF8.self)
    let short = text.prefix(60)
    return (String(short) + (short.count < text.count ? "…" : "")).quoted
  }
}
