/// Cuts IRPMon's JSON log, an object a line or one array of objects in any layout, into its objects.
///
/// A line end within a string, which JSON does not allow, ends an object that is damaged, so that the
/// next is read again.
struct IRPMonObjects: Sendable {
  /// What stands in the log.
  enum Found {
    case record(IRPMonRecord)
    case failure(String, line: UInt64, column: Int)
  }

  private var bytes: [UInt8] = []
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  /// Where the object begins that is being read.
  private var line: UInt64 = 0
  private var column = 0
  /// Lines since the last object, this one's among them.
  private var lineCount: UInt64 = 0
  /// Whether text that is no object has been reported on this line.
  private var isReported = false

  /// A longer object is damage.
  private static let limit = 1 << 16

  /// Whether a log whose first line that is not blank is this, with what follows it, is one.
  static func isBeginning(_ line: [UInt8], _ head: ArraySlice<UInt8>) -> Bool {
    guard line.first == Ascii.openBrace || line.first == Ascii.openBracket else { return false }
    let text = String(decoding: head.lazy.filter { $0 != 0 }, as: UTF8.self)
    return text.contains("\"Type\"") && !text.contains("\"ev\"")
      && ["\"IRP address\"", "\"Device object\"", "\"Driver name\""].contains { text.contains($0) }
  }

  /// Takes the next line and hands on what it ends.
  mutating func take(
    _ text: UnsafeBufferPointer<UInt8>, _ number: UInt64, _ body: (Found) -> Void
  ) {
    lineCount += 1
    isReported = false
    for (index, byte) in text.enumerated() {
      if depth == 0 {
        begin(byte, number, index + 1, body)
      } else {
        bytes.append(byte)
        follow(byte)
        if depth == 0 { body(finish()) }
      }
    }
    guard depth > 0 else { return }
    bytes.append(Ascii.newline)
    if isInString {
      body(damage("a string has no end on its line"))
    } else if bytes.count > Self.limit {
      body(damage("an object is longer than \(Self.limit) bytes"))
    }
  }

  /// The log has ended.
  mutating func finish(_ body: (Found) -> Void) {
    if depth > 0 { body(damage("the log ends within an object")) }
  }

  /// A byte between objects.
  private mutating func begin(
    _ byte: UInt8, _ number: UInt64, _ column: Int, _ body: (Found) -> Void
  ) {
    switch byte {
    case Ascii.openBrace:
      (bytes, depth, line, self.column) = ([byte], 1, number, column)
    case Ascii.openBracket, Ascii.closeBracket, Ascii.comma, 0...Ascii.space, 0xEF, 0xBB, 0xBF:
      break
    default:
      if isReported { return }
      isReported = true
      body(.failure("expected an object of an IRPMon log", line: number, column: column))
    }
  }

  private mutating func follow(_ byte: UInt8) {
    if isEscaped {
      isEscaped = false
    } else if byte == Ascii.backslash {
      isEscaped = isInString
    } else if byte == Ascii.quote {
      isInString.toggle()
    } else if !isInString {
      switch byte {
      case Ascii.openBrace, Ascii.openBracket: depth += 1
      case Ascii.closeBrace, Ascii.closeBracket: depth -= 1
      default: break
      }
    }
  }

  private mutating func damage(_ message: String) -> Found {
    (bytes, depth, isInString, isEscaped) = ([], 0, false, false)
    return .failure(message, line: line, column: column)
  }

  private mutating func finish() -> Found {
    do {
      let node = try JSONDocument.parse(String(decoding: bytes, as: UTF8.self))
      guard case .object(let members) = node.content else { return damage("expected an object") }
      var record = IRPMonRecord(line: line, lineCount: lineCount)
      for member in members {
        guard let text = Self.text(member.value) else { continue }
        let (line, column) = place(member.value.place)
        record.take(member.key, IRPMonRecord.Value(text: text, line: line, column: column))
      }
      lineCount = 0
      return .record(record)
    } catch {
      let (line, column) = place(error.place)
      lineCount = 0
      return .failure(error.message, line: line, column: column)
    }
  }

  /// Where in the log a place in the object is.
  private func place(_ place: JSONDocument.Place) -> (UInt64, Int) {
    (
      line + UInt64(place.line) - 1,
      place.line == 1 ? column + place.column - 1 : place.column
    )
  }

  private static func text(_ value: JSONDocument.Node) -> String? {
    switch value.content {
    case .string(let text), .number(let text): text
    case .null, .bool, .array, .object: nil
    }
  }
}
