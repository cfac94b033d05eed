import RuleEngine

/// Reads one trace from beginning to end, for commands that look at a single one.
struct SingleTrace {
  let path: String
  let streams: CommandStreams
  var options = TraceReader.Options()

  init(_ path: String, _ invocation: Invocation) {
    self.path = path
    streams = invocation.streams
    options.parser.customEvents = invocation.rules.flatMap(\.customEvents)
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
    if counts.events == 0 {
      throw CommandError(
        "no event recognised in \(name); \"check\" says what was found and what was expected")
    }
    return counts
  }

  /// The trace's name for messages.
  var name: String { path == "-" ? "standard input" : path.quoted }

  private func input() throws(CommandError) -> TraceInput {
    guard path == "-" else { return .file(path) }
    do {
      return .source(try streams.input())
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
