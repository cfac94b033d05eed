/// Parses pieces of a trace, of whatever format.
struct PieceParser {
  private var parser: TraceParser
  private var decoder: BlockDecoder?

  init(options: TraceParser.Options, strings: StringTable) {
    parser = TraceParser(options: options, strings: strings)
  }

  /// The strings of the events so far.
  var strings: StringTable {
    get { parser.strings }
    _modify { yield &parser.strings }
  }

  /// Begins with line 1 of another file, or of a piece that is parsed by itself.
  mutating func begin(file: Int) { parser.begin(file: file) }

  /// Adds the events of a piece to `batch`.
  mutating func parse(
    _ piece: PaddedBytes, _ info: PieceSource.Info, into batch: inout EventBatch
  ) {
    batch.counts.bytes &+= info.byteCount
    switch info.content {
    case .lines: parser.parse(padded: piece.start, piece.count, into: &batch)
    case .foreign(let lines):
      let (events, diagnostics) = (batch.events.count, batch.diagnostics.count)
      let unknown = batch.unknown
      batch.unknown.removeAll()
      parser.begin(file: info.file)
      parser.parse(padded: piece.start, piece.count, into: &batch)
      lines.place(
        &batch, firstEvent: events, firstDiagnostic: diagnostics, file: info.file)
      if !unknown.isEmpty { batch.unknown = unknown + batch.unknown }
    case .block(let header, let offset):
      var decoder = decoder ?? BlockDecoder(words: parser.words)
      self.decoder = nil
      let payload = UnsafeRawBufferPointer(
        start: piece.start + BinaryFormat.blockHeaderBytes, count: Int(header.payloadBytes))
      decoder.decode(
        header, payload, file: info.file, offset: offset, strings: &parser.strings, into: &batch)
      self.decoder = decoder
    case .gap(let line, let message):
      batch.report(TracePosition(file: info.file, line: line), message)
    case .lost:
      var event = Event(.traceLost)
      event.position = TracePosition(file: info.file, line: 1)
      batch.events.append(event)
      batch.counts.events += 1
      batch.counts.lost += 1
    }
  }
}
