import CheckerReports
import RuleEngine

/// Reads one trace, of one file or several, and checks it.
struct TraceCheck: Sendable {
  /// How traces are checked.
  struct Settings: Sendable {
    var checker = Checker.Options()
    var reader = TraceReader.Options()
    var isQuiet = false
    /// Whether the trace is read on as it grows, and findings are told as they are decided.
    var follows = false
  }

  /// What came out.
  struct Outcome: Sendable {
    var checker: Checker
    var files: [TraceFile]
    /// The first diagnostics about lines.
    var diagnostics: [TraceDiagnostic]
    /// Files that could not be read, or not to their end.
    var failures: [TraceReadError]
    /// The first bytes of each file.
    var heads: [[UInt8]]
    /// Whether the driver and the device that are wanted occur.
    var hasDriver = true
    var hasDevice = true
    /// The drivers that the trace names, where the wanted one is none of them.
    var drivers: [String] = []
    /// Whether there were more names than can be told apart for certain.
    var isStringTableFull = false

    var counts: TraceCounts {
      var sum = TraceCounts()
      for file in files { sum += file.counts }
      return sum
    }
  }

  let settings: Settings
  /// A checker that has not been given any event: compiling the rules takes longer than to check a
  /// small trace.
  let checker: Checker
  /// Opens standard input.
  let input: @Sendable () throws(TraceReadError) -> any TraceByteSource

  init(_ settings: Settings, rules: [Rule], streams: CommandStreams) throws(RuleDefinitionError) {
    self.settings = settings
    checker = try Checker(rules: rules, options: settings.checker)
    input = streams.input
  }

  /// Checks the trace of these files; `after` is called after each piece of it, with what the piece
  /// held.
  func run(
    _ paths: [String], jobs: Int, after: (inout Outcome, TraceCounts) -> Void = { _, _ in }
  ) -> Outcome {
    var outcome = Outcome(
      checker: checker, files: paths.map { TraceFile(path: $0) }, diagnostics: [], failures: [],
      heads: [])
    let watches = paths.map { _ in WatchedSource.Watch() }
    let inputs = zip(paths, watches).map { path, watch in
      TraceInput.source(
        WatchedSource(
          path, failureIsGap: paths.count > 1, follows: settings.follows, watch: watch,
          standardInput: input))
    }
    var options = settings.reader
    options.jobs = jobs
    var reader = TraceReader(inputs, options: options)
    read(&reader, &outcome, after)
    outcome.checker.finish(strings: reader.strings)
    if let driver = settings.checker.driver {
      outcome.hasDriver = reader.strings.find(driver) != nil
      if !outcome.hasDriver { outcome.drivers = outcome.checker.drivers }
    }
    outcome.isStringTableFull = reader.strings.isFull
    outcome.failures = watches.compactMap { $0.failure.withLock { $0 } }
    outcome.heads = watches.map { $0.head.withLock { $0 } }
    return outcome
  }

  private func read(
    _ reader: inout TraceReader, _ outcome: inout Outcome,
    _ after: (inout Outcome, TraceCounts) -> Void
  ) {
    var batch = EventBatch()
    let device = settings.checker.device
    outcome.hasDevice = device == nil
    // What ends the reading early is kept by the watch of the file.
    while (try? reader.next(into: &batch)) == true {
      outcome.checker.consume(batch.events, strings: reader.strings)
      if !outcome.hasDevice {
        outcome.hasDevice = batch.events.contains { $0.has(.dev) && $0.device == device }
      }
      // A log that was rotated while it was followed is one file more of the same name.
      while reader.fileOfBatch >= outcome.files.count, let last = outcome.files.last {
        outcome.files.append(TraceFile(path: last.path))
      }
      outcome.files[reader.fileOfBatch].counts += batch.counts
      outcome.files[reader.fileOfBatch].unknown += batch.unknown
      let room = Report.diagnosticLimit - outcome.diagnostics.count
      outcome.diagnostics += batch.diagnostics.prefix(max(0, room))
      after(&outcome, batch.counts)
    }
  }
}
