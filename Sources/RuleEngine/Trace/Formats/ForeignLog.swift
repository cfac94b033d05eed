/// What turns the lines of a foreign log into events. A converter remembers what it must from line to
/// line; what it remembers is bounded.
protocol LogConverter: Sendable {
  /// Takes the next line, without its line break. Up to ``bytePadding`` bytes behind it can be read.
  mutating func take(
    _ line: UnsafeBufferPointer<UInt8>, number: UInt64, into events: inout EventLines,
    _ out: PaddedBytes)
  /// The log has ended.
  mutating func finish(into events: inout EventLines, _ out: PaddedBytes)
}

/// Reads a log that is no trace, piece by piece, as lines of the trace format.
struct ForeignLog: Sendable {
  private var chunker: LineChunker
  private var converter: any LogConverter
  private let maxLineBytes: Int
  /// A piece of the log.
  private let raw = PaddedBytes()
  private var line: UInt64 = 0
  private var isFinished = false

  init(_ chunker: LineChunker, _ converter: any LogConverter, maxLineBytes: Int) {
    self.chunker = chunker
    self.converter = converter
    self.maxLineBytes = maxLineBytes
  }

  /// Bytes read so far.
  var byteCount: UInt64 { chunker.byteCount }
  var source: any TraceByteSource { chunker.source }

  /// Fills `piece` with the lines of the next events and says where they come from; nil at the end.
  mutating func next(into piece: PaddedBytes) throws(TraceReadError) -> EventLines? {
    if isFinished { return nil }
    piece.removeAll()
    var events = EventLines()
    if try chunker.next(into: raw) {
      convert(&events, piece)
    } else {
      isFinished = true
      converter.finish(into: &events, piece)
    }
    return events
  }

  private mutating func convert(_ events: inout EventLines, _ piece: PaddedBytes) {
    var p = UnsafePointer(raw.start)
    let end = p + raw.count
    while p < end {
      let newline = ByteSearch.newline(from: p)
      line += 1
      events.lineCount += 1
      var count = newline - p
      if count > maxLineBytes {
        events.fail(
          "the line is longer than \(maxLineBytes) bytes; raise --max-line-bytes to read it",
          line: line, column: 1, to: piece)
      } else {
        if count > 0, p[count - 1] == Ascii.carriageReturn { count -= 1 }
        let bytes = UnsafeBufferPointer(start: p, count: count)
        if ByteSearch.isSentinel(p) {
          events.pass(bytes, line: line, to: piece)
        } else {
          converter.take(bytes, number: line, into: &events, piece)
        }
      }
      p = newline + 1
    }
  }
}
