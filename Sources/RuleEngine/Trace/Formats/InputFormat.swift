/// How the lines of a trace are read.
public enum InputFormat: String, Sendable, Codable, CaseIterable {
  /// By the first line of each file.
  case auto
  /// JSON Lines; text lines among them are read as well.
  case jsonl
  /// Text behind the sentinel `@ddi`, after any logger's prefix: WPP's tracefmt, DebugView, a kernel
  /// debugger's capture. JSON Lines among them are read as well.
  case text
  /// The binary form of a trace.
  case binary
  /// The log of IRPMon, as text or as JSON.
  case irpmon
  /// Comma-separated values with a header row of field names.
  case csv
  /// Any log whose lines a ``LogMapping`` explains.
  case mapped
}

extension InputFormat {
  /// The format that a file with these first bytes is read in where none is asked for.
  public static func detected(in head: [UInt8]) -> InputFormat {
    head.starts(with: BinaryFormat.fileMagic) ? .binary : detect(head)
  }

  /// How many bytes of a file are looked at to find out its format.
  static let headBytes = 4096

  /// Whether `head` is enough to tell the format, so that more bytes would not change it: it holds a whole line
  /// that is not blank, and of an object or an array of them (``objects(in:)``) the first object's end.
  static func isEnough(_ head: [UInt8]) -> Bool {
    if head.count >= headBytes { return true }
    guard UTF16Decoder.sample(of: head).isWhole, let line = firstLine(head), line.isWhole else {
      return false
    }
    return !beginsObject(line.bytes) || objects(in: head).isWhole
  }

  /// Whether a line begins an object, or an array of them: a logger's prefix may begin with a bracket too.
  private static func beginsObject(_ line: [UInt8]) -> Bool {
    if line.first == Ascii.openBrace { return true }
    guard line.first == Ascii.openBracket else { return false }
    let next = line.dropFirst().first { $0 > Ascii.space }
    return next == nil || next == Ascii.openBrace
  }

  /// What of the first bytes may be an object of a foreign log: the lines up to the one in which the first
  /// object or one within it ends, and whether they are there.
  private static func objects(in head: [UInt8]) -> (bytes: ArraySlice<UInt8>, isWhole: Bool) {
    let head = head.prefix(headBytes)
    guard let brace = head.firstIndex(of: Ascii.closeBrace),
      let end = head[brace...].firstIndex(of: Ascii.newline)
    else { return (head, false) }
    return (head[...end], true)
  }

  /// The format that the first bytes of a file show. What is not recognised is read as native lines,
  /// among which other lines are passed over.
  static func detect(_ head: [UInt8]) -> InputFormat {
    guard let line = firstLine(head)?.bytes else { return .text }
    if IRPMonLog.isBeginning(line) { return .irpmon }
    if beginsObject(line), IRPMonObjects.isBeginning(line, objects(in: head).bytes) {
      return .irpmon
    }
    if CSVLog.isHeader(line) { return .csv }
    return line.first == Ascii.openBrace ? .jsonl : .text
  }

  /// The first line that is not blank, as ASCII: of UTF-16 the zeros are taken out.
  private static func firstLine(_ head: [UInt8]) -> (bytes: [UInt8], isWhole: Bool)? {
    var head = head[...]
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      head = head.dropFirst(2).filter { $0 != 0 }[...]
    } else if UTF16Decoder.byteOrder(of: head) != nil {
      head = head.filter { $0 != 0 }[...]
    } else if head.starts(with: [0xEF, 0xBB, 0xBF]) {
      head = head.dropFirst(3)
    }
    head = head.drop { $0 <= Ascii.space }
    if head.isEmpty { return nil }
    let line = head.prefix { $0 != Ascii.newline }
    let text = line.last == Ascii.carriageReturn ? line.dropLast() : line
    return (Array(text), line.count < head.count)
  }
}
