/// Values that a spreadsheet would take for a formula, and run, when it opens the file.
enum CSVCell {
  private static let beginnings = "=+-@\t\r".utf8

  /// The value with an apostrophe before it where it is such, by which spreadsheets know text.
  static func guarded(_ text: String) -> String {
    isFormula(text.utf8) ? "'" + text : text
  }

  /// The value of a cell, without that apostrophe.
  static func value(_ cell: [UInt8]) -> ArraySlice<UInt8> {
    cell.first == UInt8(ascii: "'") && isFormula(cell) ? cell.dropFirst() : cell[...]
  }

  /// Whether the text, apostrophes before it aside, begins as a formula does, and is no number.
  private static func isFormula(_ text: some Collection<UInt8>) -> Bool {
    guard let first = text.first(where: { $0 != UInt8(ascii: "'") }), beginnings.contains(first)
    else {
      return false
    }
    return !(first == Ascii.minus && text.count > 1 && text.dropFirst().allSatisfy(Ascii.isDigit))
  }
}

/// Writes events as comma-separated values (RFC 4180) with a column for every field, as
/// ``InputFormat/csv`` reads them.
package struct CSVWriter {
  private var pairs = EventPairs()
  private var cells: [String]
  private var isBegun = false
  private let header: [String]
  private let columns: [String: Int]

  /// Makes a writer of one file. The fields of these events' own have columns behind those of the
  /// format.
  package init(customEvents: [CustomEvent] = []) {
    var header = Field.allCases.map(\.name)
    for name in customEvents.flatMap(\.fields) where !header.contains(name) { header.append(name) }
    columns = Dictionary(uniqueKeysWithValues: header.enumerated().map { ($1, $0) })
    cells = Array(repeating: "", count: header.count)
    self.header = header
  }

  /// Appends the event as a row, behind the header row where it is the first.
  package mutating func append(_ event: Event, strings: StringTable, to out: inout [UInt8]) {
    begin(&out)
    pairs.take(event, strings: strings)
    for index in cells.indices { cells[index] = "" }
    cells[Int(Field.ev.rawValue)] = pairs.name
    for (key, value) in pairs.fields {
      if let column = columns[key] { cells[column] = value }
    }
    Self.append(cells, to: &out)
  }

  /// Ends the file, which has a header row even where there is no event.
  package mutating func finish(to out: inout [UInt8]) { begin(&out) }

  private mutating func begin(_ out: inout [UInt8]) {
    if isBegun { return }
    isBegun = true
    Self.append(header, to: &out)
  }

  private static func append(_ cells: [String], to out: inout [UInt8]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { out.append(Ascii.comma) }
      let cell = CSVCell.guarded(cell)
      let needsQuotes = cell.utf8.contains {
        $0 == Ascii.comma || $0 == Ascii.quote || $0 == Ascii.newline || $0 == Ascii.carriageReturn
      }
      if !needsQuotes {
        out.append(contentsOf: cell.utf8)
        continue
      }
      out.append(Ascii.quote)
      for byte in cell.utf8 {
        if byte == Ascii.quote { out.append(byte) }
        out.append(byte)
      }
      out.append(Ascii.quote)
    }
    out.append(contentsOf: [Ascii.carriageReturn, Ascii.newline])
  }
}
