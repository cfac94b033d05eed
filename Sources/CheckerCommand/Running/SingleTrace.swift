import RuleEngine

/// Reads one trace from beginning to end, for commands that look at a single one.
struct SingleTrace {
  let path: String
  let streams: CommandStreams
  var options = TraceReader.Options()
  /// Whether a trace without events is no error.
  var mayBeEmpty = false
  /// Where the first bytes are kept.
  var head: Head?

  init(_ path: String, _ invocation: Invocation) throws(CommandError) {
    self.path = path
    streams = invocation.streams
    options.parser.customEvents = try InputOptions.customEvents(of: invocation.rules)
    try InputOptions.apply(invocation, to: &options)
  }

  /// Hands each batch to `take` until that returns false; returns what was read.
  @discardableResult
  func read(
    _ take: (EventBatch, StringTable) throws(CommandError) -> Bool
  ) throws(CommandError) -> TraceCounts {
    var reader = TraceReader([try input()], options: options)
    var batch = EventBatch()
    var counts = TraceCounts()
    while try next(&reader, &batch) {
      counts += batch.counts
      guard try take(batch, reader.strings) else { break }
    }
    if counts.events == 0, !mayBeEmpty {
      throw CommandError(
        "no event recognised in \(name); \"check\" says what was found and what was expected")
    }
    return counts
  }

  /// The trace's name for messages.
  var name: String { path == "-" ? "standard input" : path.quoted }

  private func input() throws(CommandError) -> TraceInput {
    do {
      if let head {
        let source: any TraceByteSource =
          path == "-" ? try streams.input() : try FileByteSource(path: path)
        return .source(HeadKeepingSource(source, head: head))
      }
      return path == "-" ? .source(try streams.input()) : .file(path)
    } catch {
      throw CommandError("\(error)")
    }
  }

  private func next(
    _ reader: inout TraceReader, _ batch: inout EventBatch
  ) throws(CommandError) -> Bool {
    do {
      return try reader.next(into: &batch)
    } catch {
      throw CommandError("\(error)")
    }
  }
}
