import RuleEngine

/// Cuts JSON documents that come piece by piece into values, none of which is looked at here: that is
/// `JSONNode`'s to do, one value at a time. So a document of any length takes the memory of its longest
/// element.
struct ReportScanner {
  /// Gives the next piece; an empty one is the end.
  typealias Source = () throws(ReportReadError) -> [UInt8]

  private let source: Source
  private var bytes: [UInt8] = []
  private var at = 0
  private var isAtEnd = false
  private var line = 1
  /// A place in the piece whose column is known.
  private var counted = (at: 0, column: 1)

  /// The longest value that is taken whole, in bytes.
  private static let longestValue = 64 << 20
  /// So many values are in it at most: each takes some ten times the memory of its text.
  private static let valueLimit = 2_000_000

  init(_ source: @escaping Source) { self.source = source }

  /// Where the next byte stands.
  var position: JSONNode.Position {
    let further = bytes[counted.at..<at].count { $0 & 0xC0 != 0x80 }
    return JSONNode.Position(line: line, column: counted.column + further)
  }

  func problem(_ message: String) -> ReportReadError {
    .problem(JSONNode.Problem(message, at: position))
  }

  /// The next byte; nil at the end.
  mutating func next() throws(ReportReadError) -> UInt8? {
    while at == bytes.count, !isAtEnd { try refill() }
    return at < bytes.count ? bytes[at] : nil
  }

  private mutating func refill() throws(ReportReadError) {
    counted = (0, position.column)
    bytes = try source()
    at = 0
    isAtEnd = bytes.isEmpty
  }

  /// The bytes that come next; fewer than `count` only at the end.
  mutating func head(_ count: Int) throws(ReportReadError) -> [UInt8] {
    _ = try next()
    while bytes.count - at < count, !isAtEnd {
      let more = try source()
      isAtEnd = more.isEmpty
      bytes += more
    }
    return Array(bytes[at...].prefix(count))
  }

  /// Passes over a byte-order mark.
  mutating func skipMark() throws(ReportReadError) {
    if try head(3) == [0xEF, 0xBB, 0xBF] {
      at += 3
      counted = (at, 1)
    }
  }

  mutating func skipBlanks() throws(ReportReadError) {
    while let byte = try next() {
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      at += 1
      if byte == 0x0A { beginLine() }
    }
  }

  private mutating func beginLine() {
    line += 1
    counted = (at, 1)
  }

  /// Passes over a byte where it comes next.
  mutating func skip(_ byte: UInt8) throws(ReportReadError) -> Bool {
    guard try next() == byte else { return false }
    at += 1
    return true
  }

  /// What comes next, for messages.
  mutating func found() throws(ReportReadError) -> String {
    guard let byte = try next() else { return "the end of the file" }
    let text = String(decoding: try head(4), as: UTF8.self)
    return byte < 0x20 ? "the end of the line" : "\"\(SafeText.escape(String(text.prefix(1))))\""
  }

  /// The value that comes next.
  mutating func value() throws(ReportReadError) -> JSONNode {
    let start = position
    let text = try extent()
    do {
      return try JSONNode(parsing: text, at: start, limit: Self.valueLimit)
    } catch {
      throw .problem(error)
    }
  }

  /// The text of the value that comes next, up to its last bracket or quote, or to what ends a number or a
  /// word.
  private mutating func extent() throws(ReportReadError) -> [UInt8] {
    var text: [UInt8] = []
    var state = Extent()
    while true {
      let start = at
      let end = bytes.endIndex
      while at < end, !state.isOver {
        let byte = bytes[at]
        if state.endsBefore(byte) { break }
        at += 1
        if byte == 0x0A { beginLine() }
      }
      text += bytes[start..<at]
      if text.count > Self.longestValue {
        throw problem("a value of more than \(Self.longestValue >> 20) MB; is it the right file?")
      }
      if state.isOver || at < end { return text }
      if try next() == nil { return text }
    }
  }

  /// How far a value reaches.
  private struct Extent {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var hasBegun = false
    private(set) var isOver = false

    /// Takes a byte; whether it is none of the value's.
    mutating func endsBefore(_ byte: UInt8) -> Bool {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
          isOver = depth == 0
        }
        return false
      }
      switch byte {
      case UInt8(ascii: "\""):
        if depth == 0, hasBegun { return true }
        isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if depth == 0, hasBegun { return true }
        depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return true }
        depth -= 1
        isOver = depth == 0
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D:
        if depth == 0 { return true }
      default: break
      }
      hasBegun = true
      return false
    }
  }
}
