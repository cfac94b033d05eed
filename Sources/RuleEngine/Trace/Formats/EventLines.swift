/// Events of a foreign log, written as lines of the trace format, one event a line, and where in the log
/// each of them comes from.
///
/// So what the events need is checked in one place, the parser of the format, on as many threads as
/// there are; ``place(_:from:file:)`` then puts what the parser says back to where the log says it.
struct EventLines: Sendable {
  /// Where an event comes from.
  private struct Row {
    var line: UInt64
    /// Its first entry in ``columns``; none for a line that was passed on as it is.
    var firstColumn: Int
    /// What is wrong, where the log itself cannot be read.
    var failure: String?
  }

  private var rows: [Row] = []
  /// From which column of the log on an event's line comes from which of its own.
  private var columns: [(own: Int, line: UInt64, source: Int)] = []
  private var failures = 0
  private var lineStart = 0
  private var isOpen = false

  /// Lines of the log, and those that hold no event.
  var lineCount: UInt64 = 0
  var skipped: UInt64 = 0

  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// Begins an event of the log's line `line`.
  mutating func begin(_ name: some Sequence<UInt8>, line: UInt64, column: Int, to out: PaddedBytes)
  {
    open(Row(line: line, firstColumn: columns.count), out)
    columns.append((0, line, column))
    append("{\"ev\":", to: out)
    append(quoted: name, to: out)
    isOpen = true
  }

  /// Adds a field whose value stands in the given column, of the event's line or of another.
  mutating func add(
    _ field: some Sequence<UInt8>, _ value: some Sequence<UInt8>, line: UInt64? = nil, column: Int,
    to out: PaddedBytes
  ) {
    append(",", to: out)
    append(quoted: field, to: out)
    append(":", to: out)
    columns.append((out.count - lineStart, line ?? rows.last?.line ?? 0, column))
    append(quoted: value, to: out)
  }

  /// Adds a field that stands nowhere in the log but follows from it.
  mutating func add(_ field: Field, _ value: String, to out: PaddedBytes) {
    add(field.name.utf8, value.utf8, column: columns.last?.source ?? 1, to: out)
  }

  /// Ends the event.
  mutating func end(to out: PaddedBytes) {
    if isOpen { append("}\n", to: out) }
    isOpen = false
  }

  /// Takes a line of the log as it is.
  mutating func pass(_ bytes: UnsafeBufferPointer<UInt8>, line: UInt64, to out: PaddedBytes) {
    open(Row(line: line, firstColumn: columns.count), out)
    out.append(UnsafeRawBufferPointer(bytes))
    append("\n", to: out)
  }

  /// Reports what cannot be read.
  mutating func fail(
    _ message: @autoclosure () -> String, line: UInt64, column: Int, to out: PaddedBytes
  ) {
    // What nobody will be told is not kept.
    failures += 1
    let kept = failures <= EventBatch.diagnosticLimit ? message() : nil
    open(Row(line: line, firstColumn: columns.count, failure: kept), out)
    columns.append((0, line, column))
    // A sentinel without a name is a malformed event, whose message is replaced.
    append("@ddi \n", to: out)
  }

  private mutating func open(_ row: Row, _ out: PaddedBytes) {
    rows.append(row)
    lineStart = out.count
  }

  private func append(_ text: StaticString, to out: PaddedBytes) {
    out.append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private func append(quoted bytes: some Sequence<UInt8>, to out: PaddedBytes) {
    out.append(Ascii.quote)
    for byte in bytes {
      if byte == Ascii.quote || byte == Ascii.backslash { out.append(Ascii.backslash) }
      if byte >= 0x20 {
        out.append(byte)
      } else {
        append("\\u00", to: out)
        out.append(Self.hexDigits[Int(byte >> 4)])
        out.append(Self.hexDigits[Int(byte & 15)])
      }
    }
    out.append(Ascii.quote)
  }
}

extension EventLines {
  /// Puts what the parser made of the lines, which it counted from 1, to where it stands in the log.
  /// `firstEvent` and `firstDiagnostic` are the first in the batch that are of these lines.
  func place(
    _ batch: inout EventBatch, firstEvent: Int, firstDiagnostic: Int, file: Int
  ) {
    var diagnostic = firstDiagnostic
    for index in firstEvent..<batch.events.count {
      let row = Int(batch.events[index].position.line) - 1
      var place = TracePosition(file: file, line: rows[row].line)
      if batch.events[index].kind == .malformed, diagnostic < batch.diagnostics.count {
        place = self.place(&batch.diagnostics[diagnostic], row, file)
        diagnostic += 1
      }
      batch.events[index].position = place
    }
    batch.unknown.forEachPlace {
      $0 = TracePosition(file: file, line: rows[Int($0.line) - 1].line)
    }
    batch.counts.lines += lineCount
    batch.counts.lines -= UInt64(rows.count)
    batch.counts.skipped += skipped
  }

  /// Puts what is wrong with the event of a row to its place; returns that.
  private func place(
    _ diagnostic: inout TraceDiagnostic, _ number: Int, _ file: Int
  ) -> TracePosition {
    let row = rows[number]
    if let failure = row.failure { diagnostic.message = failure }
    let end = number + 1 < rows.count ? rows[number + 1].firstColumn : columns.count
    let own = diagnostic.column - 1
    var line = row.line
    if let place = columns[row.firstColumn..<end].last(where: { $0.own <= own }) {
      diagnostic.column = place.source
      line = place.line
    }
    diagnostic.position = TracePosition(file: file, line: line)
    return diagnostic.position
  }
}
