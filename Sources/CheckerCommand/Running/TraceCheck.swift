import RuleEngine

/// Reads one trace, of one file or several, and checks it.
struct TraceCheck {
  /// How traces are checked.
  struct Settings {
    var checker = Checker.Options()
    var reader = TraceReader.Options()
    var isQuiet = false
    /// Whether the trace is read on as it grows, and findings are told as they are decided.
    var follows = false
  }

  /// What came out.
  struct Outcome {
    var checker: Checker
    var files: [TraceFile]
    /// The first diagnostics about lines.
    var diagnostics: [TraceDiagnostic]
    /// Files that could not be read, or not to their end.
    var failures: [TraceReadError]
    /// The first bytes of each file.
    var heads: [[UInt8]]
    /// Whether the wanted driver occurs.
    var hasDriver = true

    var counts: TraceCounts {
      var sum = TraceCounts()
      for file in files { sum += file.counts }
      return sum
    }
  }

  let settings: Settings
  let streams: CommandStreams

  func run(_ paths: [String], rules: [Rule]) throws(RuleDefinitionError) -> Outcome {
    var outcome = Outcome(
      checker: try Checker(rules: rules, options: settings.checker),
      files: paths.map { TraceFile(path: $0) }, diagnostics: [], failures: [], heads: [])
    let watches = paths.map { _ in WatchedSource.Watch() }
    let inputs = zip(paths, watches).map { path, watch in
      TraceInput.source(
        WatchedSource(
          path, failureIsGap: paths.count > 1, follows: settings.follows, watch: watch,
          standardInput: streams.input))
    }
    var reader = TraceReader(inputs, options: settings.reader)
    read(&reader, &outcome)
    outcome.checker.finish(strings: reader.strings)
    if let driver = settings.checker.driver {
      outcome.hasDriver = reader.strings.find(driver) != nil
    }
    outcome.failures = watches.compactMap { $0.failure.withLock { $0 } }
    outcome.heads = watches.map { $0.head.withLock { $0 } }
    return outcome
  }

  private func read(_ reader: inout TraceReader, _ outcome: inout Outcome) {
    var batch = EventBatch()
    var progress = Progress(streams.errors, isOn: !settings.isQuiet && !settings.follows)
    var told = 0
    // What ends the reading early is kept by the watch of the file.
    while (try? reader.next(into: &batch)) == true {
      outcome.checker.consume(batch.events, strings: reader.strings)
      outcome.files[min(reader.fileOfBatch, outcome.files.count - 1)].counts += batch.counts
      let room = Report.diagnosticLimit - outcome.diagnostics.count
      outcome.diagnostics += batch.diagnostics.prefix(max(0, room))
      progress.add(batch.counts)
      if settings.follows { told = tell(outcome.checker, from: told, outcome.files) }
    }
    progress.clear()
  }

  /// Tells the findings from number `from` on, a line each; the report with the evidence follows at
  /// the end. Returns how many have been told.
  private func tell(_ checker: Checker, from: Int, _ files: [TraceFile]) -> Int {
    for finding in checker.findings[from...] {
      let place = finding.source.isEmpty ? "" : " (\(finding.source))"
      let file = files[min(finding.position.file, files.count - 1)].path
      streams.errors.line(
        SafeText.escape(
          "\(file):\(finding.position.line): \(finding.severity.rawValue) \(finding.rule): "
            + "\(finding.message)\(place)"))
    }
    return checker.findings.count
  }
}
