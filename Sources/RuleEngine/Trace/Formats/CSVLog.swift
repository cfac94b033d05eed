/// Comma-separated values (RFC 4180): the first row names the fields of the trace format, each other row
/// is an event. An empty cell is a field that is not there; columns with other names are passed over
/// and counted as the parser counts unknown fields.
struct CSVLog: LogConverter {
  private struct Cell {
    var bytes: [UInt8]
    var line: UInt64
    var column: Int
  }

  private var header: [[UInt8]] = []
  /// The cells of the row so far; the last one is open while ``isQuoted``.
  private var row: [Cell] = []
  private var isQuoted = false
  private let maxLineBytes: Int

  init(maxLineBytes: Int) { self.maxLineBytes = maxLineBytes }

  /// Whether a file that begins with this line is one: a header row in which `ev` stands, and the name
  /// of another field.
  static func isHeader(_ line: [UInt8]) -> Bool {
    let names = line.split(separator: Ascii.comma, omittingEmptySubsequences: false).map { cell in
      String(decoding: cell.filter { $0 != Ascii.quote && $0 > Ascii.space }, as: UTF8.self)
    }
    return names.contains("ev")
      && names.contains { name in name != "ev" && Field.allCases.contains { $0.name == name } }
  }

  mutating func take(
    _ line: UnsafeBufferPointer<UInt8>, number: UInt64, into events: inout EventLines,
    _ out: PaddedBytes
  ) {
    if row.isEmpty && line.allSatisfy({ $0 == Ascii.space || $0 == Ascii.tab }) {
      events.skipped += 1
      return
    }
    if let column = read(line, number) {
      let failure =
        "unexpected text behind the closing quote of a cell; double a quote inside quotes"
      events.fail(failure, line: number, column: column, to: out)
      return reset()
    }
    if isQuoted {
      row[row.count - 1].bytes.append(Ascii.newline)
      let size = row[row.count - 1].bytes.count
      if size > maxLineBytes { failOpenQuote(&events, out) }
      return
    }
    finishRow(&events, out)
  }

  mutating func finish(into events: inout EventLines, _ out: PaddedBytes) {
    if isQuoted { failOpenQuote(&events, out) }
  }

  private mutating func failOpenQuote(_ events: inout EventLines, _ out: PaddedBytes) {
    guard let cell = row.last else { return }
    events.fail(
      "the quote that opens here is never closed", line: cell.line, column: cell.column, to: out)
    reset()
  }

  private mutating func reset() {
    row.removeAll(keepingCapacity: true)
    isQuoted = false
  }

  /// Reads the cells of a line. Returns the column of what cannot be read.
  private mutating func read(_ line: UnsafeBufferPointer<UInt8>, _ number: UInt64) -> Int? {
    var index = 0
    if !isQuoted { begin(line, &index, number) }
    while index < line.count {
      let byte = line[index]
      index += 1
      if isQuoted {
        if byte != Ascii.quote {
          row[row.count - 1].bytes.append(byte)
        } else if index < line.count && line[index] == Ascii.quote {
          row[row.count - 1].bytes.append(byte)
          index += 1
        } else {
          isQuoted = false
          if index < line.count && line[index] != Ascii.comma { return index + 1 }
        }
      } else if byte == Ascii.comma {
        begin(line, &index, number)
      } else {
        row[row.count - 1].bytes.append(byte)
      }
    }
    return nil
  }

  /// Begins the cell at `index`.
  private mutating func begin(
    _ line: UnsafeBufferPointer<UInt8>, _ index: inout Int, _ number: UInt64
  ) {
    row.append(Cell(bytes: [], line: number, column: index + 1))
    if index < line.count && line[index] == Ascii.quote {
      isQuoted = true
      index += 1
    }
  }

  private mutating func finishRow(_ events: inout EventLines, _ out: PaddedBytes) {
    defer { reset() }
    if header.isEmpty { return takeHeader(&events, out) }
    guard let first = row.first else { return }
    if row.count != header.count {
      return events.fail(
        "the row has \(row.count) cells where the header has \(header.count); quote a value that "
          + "holds a comma", line: first.line, column: 1, to: out)
    }
    guard let name = header.firstIndex(of: Self.name), !row[name].bytes.isEmpty else {
      events.skipped += 1
      return
    }
    events.begin(row[name].bytes, line: first.line, column: row[name].column, to: out)
    for (index, cell) in row.enumerated() where index != name && !cell.bytes.isEmpty {
      events.add(
        header[index], CSVCell.value(cell.bytes), line: cell.line, column: cell.column, to: out)
    }
    events.end(to: out)
  }

  private static let name = Array("ev".utf8)

  private mutating func takeHeader(_ events: inout EventLines, _ out: PaddedBytes) {
    header = row.map { cell in cell.bytes.filter { $0 > Ascii.space } }
    if header.contains(Self.name) {
      events.skipped += 1
    } else {
      events.fail(
        "the header row names no column \"ev\"; the first row must hold the names of fields",
        line: row.first?.line ?? 1, column: 1, to: out)
    }
  }
}
