/// Writes events as comma-separated values (RFC 4180) with a column for every field, as
/// ``InputFormat/csv`` reads them.
public struct CSVWriter {
  private var pairs = EventPairs()
  private var cells = [String](repeating: "", count: Field.allCases.count)
  private var isBegun = false

  private static let columns = Dictionary(
    uniqueKeysWithValues: Field.allCases.map { ($0.name, Int($0.rawValue)) })

  /// Makes a writer of one file.
  public init() {}

  /// Appends the event as a row, behind the header row where it is the first.
  public mutating func append(_ event: Event, strings: StringTable, to out: inout [UInt8]) {
    begin(&out)
    pairs.take(event, strings: strings)
    for index in cells.indices { cells[index] = "" }
    cells[Int(Field.ev.rawValue)] = pairs.name
    for (key, value) in pairs.fields {
      if let column = Self.columns[key] { cells[column] = value }
    }
    Self.append(cells, to: &out)
  }

  /// Ends the file, which has a header row even where there is no event.
  public mutating func finish(to out: inout [UInt8]) { begin(&out) }

  private mutating func begin(_ out: inout [UInt8]) {
    if isBegun { return }
    isBegun = true
    Self.append(Field.allCases.map(\.name), to: &out)
  }

  private static func append(_ cells: [String], to out: inout [UInt8]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { out.append(Ascii.comma) }
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
