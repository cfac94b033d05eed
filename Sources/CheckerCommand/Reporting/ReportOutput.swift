import CheckerReports
import RuleEngine

/// Where the reports of a command go: what is known is marked, then every report that was asked for
/// is written.
struct ReportOutput {
  private let invocation: Invocation
  private let configuration: Configuration
  private let known: Acceptances
  private let suppressing: NewSuppression?
  private let requests: [Request]

  /// A report that was asked for.
  private struct Request {
    var format: ReportFormat
    /// Nil for standard output.
    var path: String?
  }

  /// The options that say which reports are written, and what is taken for known.
  static let options = [
    CheckOptions.format, CheckOptions.output, ReportOptionDefinitions.report,
    ReportOptionDefinitions.sourceRoot, ReportOptionDefinitions.docsURL,
    ReportOptionDefinitions.baseline, ReportOptionDefinitions.baselineAnyCount,
    ReportOptionDefinitions.writeBaseline, ReportOptionDefinitions.suppress,
    ReportOptionDefinitions.reason,
  ]

  /// Reads what is known, so that what is wrong with it is told before a long run.
  init(_ invocation: Invocation, _ configuration: Configuration) throws(CommandError) {
    self.invocation = invocation
    self.configuration = configuration
    try Self.checkFiles(invocation.arguments, configuration)
    var known = try configuration.acceptances(invocation.streams)
    known.acceptsAnyCount = invocation.arguments.has(ReportOptionDefinitions.baselineAnyCount)
    self.known = known
    suppressing = try NewSuppression(invocation, configuration)
    if let root = configuration.sourceRoot.value { try SourceTree.check(root) }
    if let url = invocation.arguments.text(ReportOptionDefinitions.docsURL),
      !ReportOptions.isAddress(url)
    {
      throw CommandError(
        "--docs-url is an address that begins with https:// or http://, not \(url.quoted)")
    }
    requests = try Self.requests(invocation.arguments)
  }

  /// What is written must be no file that is read, nor written twice. Only a baseline is written anew in
  /// its place.
  private static func checkFiles(
    _ arguments: ParsedArguments, _ configuration: Configuration
  ) throws(CommandError) {
    var plan = FilePlan()
    for path in arguments.operands { plan.read(path) }
    plan.read(configuration.path)
    plan.read(arguments.text(InputOptions.map))
    try plan.write(arguments.text(ReportOptionDefinitions.writeBaseline))
    plan.read(configuration.baseline.value)
    for request in try requests(arguments) { try plan.write(request.path) }
    try plan.write(arguments.text(CheckOptions.each))
  }

  private static func requests(_ arguments: ParsedArguments) throws(CommandError) -> [Request] {
    let output = arguments.text(CheckOptions.output)
    var words = [(arguments.text(CheckOptions.format) ?? "text", output == "-" ? nil : output)]
    for value in arguments.all(ReportOptionDefinitions.report) {
      let parts = value.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      words.append((String(parts[0]), parts[1] == "-" ? nil : String(parts[1])))
    }
    var requests: [Request] = []
    for (name, path) in words {
      guard let format = ReportFormat.all.first(where: { $0.name == name }) else { continue }
      if requests.contains(where: { $0.path == path }) {
        throw CommandError(
          "two reports go to \(path?.quoted ?? "standard output"); give each a file of its own")
      }
      requests.append(Request(format: format, path: path))
    }
    return requests
  }

  /// Whether a report shows the way of the automaton, or may be turned into one that does.
  var showsPaths: Bool {
    invocation.arguments.has(CheckOptions.each)
      || requests.contains {
        [ReportFormat.html.name, ReportFormat.json.name].contains($0.format.name)
      }
  }

  /// Marks what is known, as do comments in the source, and as is to be known from now on.
  func accept(_ report: inout Report) throws(CommandError) {
    var known = known
    if let root = configuration.sourceRoot.value {
      let comments = SourceTree.comments(root: root, ruleIDs: invocation.rules.map(\.id))
      known.suppressions += comments.suppressions
      report.diagnostics += comments.problems
    }
    if let suppressing { known.suppressions.append(try suppressing.write(for: report)) }
    report.accept(known)
  }

  /// The exit status that the findings alone give.
  func status(of report: Report) -> Int32 {
    configuration.failOn.value.failing(report) > 0 ? ExitStatus.findings : ExitStatus.clean
  }

  /// Where `--each` writes; nil where it does not.
  func eachSink() throws(CommandError) -> EachSink? {
    guard let path = invocation.arguments.text(CheckOptions.each) else { return nil }
    if path != "-" { return EachSink(file: FileSink(try OutputFile(path)), output: nil) }
    if requests.contains(where: { $0.path == nil }) {
      throw CommandError(
        "--each - and a report go to standard output; name a file for one of them (--output)")
    }
    return EachSink(file: nil, output: invocation.streams.output)
  }

  /// A file, or standard output.
  struct EachSink {
    fileprivate let file: FileSink?
    fileprivate let output: CommandOutput?

    func take(_ bytes: [UInt8]) {
      file?.take(bytes)
      output?.write(bytes)
    }

    func finish() throws(CommandError) { try file?.finish() }
  }

  /// Whether a JSON report is all that is asked for, and nothing is taken for known: it can be written as
  /// it is read.
  var isPlainJSON: Bool {
    requests.map(\.format.name) == [ReportFormat.json.name] && known.baseline == nil
      && known.suppressions.isEmpty && suppressing == nil && configuration.sourceRoot.value == nil
      && invocation.arguments.text(ReportOptionDefinitions.writeBaseline) == nil
  }

  /// Hands `body` where the JSON report goes, the only one.
  func writeJSON(
    _ body: (@escaping ([UInt8]) -> Void) throws(CommandError) -> Void
  ) throws(CommandError) {
    try writeJSON(to: requests.first?.path, body)
  }

  private func writeJSON(
    to path: String?, _ body: (@escaping ([UInt8]) -> Void) throws(CommandError) -> Void
  ) throws(CommandError) {
    guard let path else {
      let output = invocation.streams.output
      return try body { output.write($0) }
    }
    let sink = FileSink(try OutputFile(path))
    try body(sink.take)
    try sink.finish()
  }

  /// Hands on the JSON of a report that is not whole in memory, with these remarks besides its own.
  typealias JSONSource =
    ([Report.Diagnostic], @escaping ([UInt8]) -> Void) throws(CommandError) -> Void

  /// Writes all reports, and the baseline where one is asked for. One that cannot be written does not
  /// keep back the others. JSON comes from `json` where that is given.
  func write(
    _ report: Report, _ status: Int32, json: JSONSource? = nil
  ) throws(CommandError) {
    var report = report
    var remarks: [Report.Diagnostic] = []
    var options = ReportOptions(rules: invocation.rules)
    options.exitStatus = status
    options.program = invocation.program
    options.docsURL = configuration.docsURL.value
    options.isQuiet = invocation.arguments.has(CheckOptions.quiet)
    options.summary =
      invocation.arguments.text(CheckOptions.summary).flatMap { SummaryForm(rawValue: $0) }
      ?? .short
    if let root = configuration.sourceRoot.value {
      let walk = SourceTree.index(root: root, for: report)
      options.sources = walk.index
      options.sourceLines = { name in
        walk.index.path(of: name).flatMap { SourceTree.lines(of: $0, root: root) }
      }
      if walk.isCut {
        remarks.append(
          Report.Diagnostic(
            .warning, trace: nil,
            "the source root has more than \(SourceTree.limit) files; only some were searched; "
              + "name a smaller folder"))
      }
    }
    report.diagnostics += remarks
    var failure: CommandError?
    for request in requests {
      do throws(CommandError) {
        if let json, request.format.name == ReportFormat.json.name {
          try writeJSON(to: request.path) { sink throws(CommandError) in try json(remarks, sink) }
        } else {
          try write(report, request, options)
        }
      } catch {
        failure = failure ?? error
      }
    }
    do throws(CommandError) {
      try writeStepSummary(report, options)
      try writeBaseline(report)
    } catch {
      failure = failure ?? error
    }
    if let failure { throw failure }
  }

  private func write(
    _ report: Report, _ request: Request, _ options: ReportOptions
  ) throws(CommandError) {
    let streams = invocation.streams
    var options = options
    options.tellsErrors = request.path != nil
    if streams.output.isTerminal, request.path == nil {
      options.width = max(80, streams.output.width)
      options.isOnScreen = true
    }
    let always = invocation.arguments.text(CheckOptions.color) == "always"
    options.usesColor = always || request.path == nil && invocation.usesColor(on: streams.output)
    guard let path = request.path else {
      return request.format.write(report, options) { streams.output.write($0) }
    }
    let sink = FileSink(try OutputFile(path))
    request.format.write(report, options, to: sink.take)
    try sink.finish()
  }

  /// Writes what a report hands on, until something cannot be written.
  fileprivate final class FileSink {
    private let file: OutputFile
    private var failure: CommandError?

    init(_ file: OutputFile) { self.file = file }

    func take(_ bytes: [UInt8]) {
      if failure != nil { return }
      do throws(CommandError) {
        try file.write(bytes)
      } catch {
        failure = error
      }
    }

    func finish() throws(CommandError) {
      if let failure { throw failure }
      try file.commit()
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(CommandError) {
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.commit()
  }

  /// With annotations for GitHub goes the summary of the step, where GitHub says where it is.
  private func writeStepSummary(_ report: Report, _ options: ReportOptions) throws(CommandError) {
    guard requests.contains(where: { $0.format.name == ReportFormat.github.name }),
      let path = invocation.streams.variable("GITHUB_STEP_SUMMARY"), !path.isEmpty
    else { return }
    do {
      let file = try Platform.create(path, .append)
      try Platform.write(file, ReportFormat.markdown.render(report, options))
      try Platform.close(file)
    } catch {
      throw CommandError("cannot write the step summary \(path.quoted): \(error.words)")
    }
  }

  private func writeBaseline(_ report: Report) throws(CommandError) {
    guard let path = invocation.arguments.text(ReportOptionDefinitions.writeBaseline) else {
      return
    }
    let baseline = Baseline(of: report, keeping: known.baseline ?? Baseline())
    try Self.write(baseline.bytes(tool: report.tool), to: path)
    let count = baseline.entries.count
    invocation.streams.errors.line(
      "\(invocation.program): wrote \(count) known \(count == 1 ? "finding" : "findings") to "
        + path.quoted)
    let unkept = report.unkeptFaultCount
    if unkept > 0 || report.hasUncountedFaults {
      let least = report.hasUncountedFaults ? "at least " : ""
      invocation.streams.errors.line(
        "\(invocation.program): \(least)\(max(unkept, 1)) further "
          + "\(max(unkept, 1) == 1 ? "fault is" : "faults are") not kept and so not in it; raise "
          + "--max-findings")
    }
  }
}
