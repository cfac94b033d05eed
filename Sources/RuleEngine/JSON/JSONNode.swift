/// A value of a JSON document that knows where it stands, so that what is wrong with it can be told
/// with its place. For files that people write (configuration, baseline) and for reports, not for
/// traces.
package struct JSONNode: Sendable {
  /// A place in the document: both from 1, the column in characters.
  package struct Position: Sendable, Hashable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  /// What is wrong, and where.
  package struct Problem: Error, Sendable, Hashable {
    package var position: Position
    /// Lower case, no final full stop.
    package var message: String

    package init(_ message: String, at position: Position) {
      self.position = position
      self.message = message
    }
  }

  /// A member of an object.
  package struct Member: Sendable {
    package var key: String
    package var position: Position
    package var value: JSONNode

    package init(key: String, position: Position, value: JSONNode) {
      self.key = key
      self.position = position
      self.value = value
    }
  }

  package enum Value: Sendable {
    case null
    case bool(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([Member])
  }

  package var value: Value
  package var position: Position

  /// Reads a document, of at most so many values: each takes some ten times the memory of its text.
  package init(parsing bytes: [UInt8], limit: Int = .max) throws(Problem) {
    var parser = JSONNodeParser(bytes, limit: limit)
    self = try parser.document()
  }

  /// Reads a value that stands at a place of a longer document, so that what is wrong with it is told with
  /// its place there.
  package init(
    parsing bytes: [UInt8], at start: Position, limit: Int = .max
  ) throws(Problem) {
    var parser = JSONNodeParser(bytes, limit: limit, at: start)
    self = try parser.document()
  }

  /// As many values as a file may have that people write.
  package static let settingsLimit = 1_500_000

  package init(_ value: Value, at position: Position) {
    self.value = value
    self.position = position
  }

  /// What the value is, for messages.
  package var kind: String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): text
    case .string(let text): "\"\(SafeText.escape(text))\""
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The member of an object.
  package func member(_ key: String) -> JSONNode? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// A problem with this value.
  package func problem(_ message: String) -> Problem { Problem(message, at: position) }

  /// The members of an object.
  package func object(_ what: String) throws(Problem) -> [Member] {
    guard case .object(let members) = value else {
      throw problem("\(what) must be an object {…}, not \(kind)")
    }
    return members
  }

  /// The elements of an array.
  package func array(_ what: String) throws(Problem) -> [JSONNode] {
    guard case .array(let elements) = value else {
      throw problem("\(what) must be an array […], not \(kind)")
    }
    return elements
  }

  /// A text with something in it.
  package func text(_ what: String) throws(Problem) -> String {
    guard case .string(let text) = value else {
      throw problem("\(what) must be a string, not \(kind)")
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw problem("\(what) must not be empty")
    }
    return text
  }

  /// A whole number in a range.
  package func number(_ what: String, in range: ClosedRange<UInt64>) throws(Problem) -> UInt64 {
    guard case .number(let text) = value, let number = UInt64(text), range.contains(number) else {
      throw problem(
        "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound), "
          + "not \(kind)")
    }
    return number
  }
}

/// Reads JSON as RFC 8259 has it.
private struct JSONNodeParser {
  private let bytes: [UInt8]
  private var at = 0
  private var line = 1
  /// A place on the line whose column is known: columns are counted on from there.
  private var counted = (at: 0, column: 1)
  private var depth = 0
  /// How many values there may still be.
  private var left: Int
  /// Whether a file begins here, and with it perhaps a byte-order mark.
  private var isBeginning = true

  static let depthLimit = 128
  private static let fewKeys = 16

  init(_ bytes: [UInt8], limit: Int, at start: JSONNode.Position) {
    self.bytes = bytes
    left = limit
    line = start.line
    counted.column = start.column
    isBeginning = false
  }

  init(_ bytes: [UInt8], limit: Int) {
    self.bytes = bytes
    left = limit
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      at = 3
      counted.at = 3
    }
  }

  private var position: JSONNode.Position {
    // Bytes that continue a character count for nothing.
    let further = bytes[counted.at..<at].count { $0 & 0xC0 != 0x80 }
    return JSONNode.Position(line: line, column: counted.column + further)
  }

  private mutating func here() -> JSONNode.Position {
    let position = position
    counted = (at, position.column)
    return position
  }

  private func problem(_ message: String) -> JSONNode.Problem {
    JSONNode.Problem(message, at: position)
  }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  /// What stands here, for messages.
  private var found: String {
    guard let next else { return "the end of the file" }
    let rest = String(decoding: bytes[at...].prefix(8), as: UTF8.self)
    return next < 0x20 ? "the end of the line" : "\"\(SafeText.escape(String(rest.prefix(1))))\""
  }

  mutating func document() throws(JSONNode.Problem) -> JSONNode {
    if isBeginning, bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw problem("the file is UTF-16; save it as UTF-8")
    }
    skipBlanks()
    let node = try value()
    skipBlanks()
    if next != nil { throw problem("expected the end of the file, found \(found)") }
    return node
  }

  private mutating func skipBlanks() {
    while let byte = next {
      switch byte {
      case 0x0A:
        at += 1
        line += 1
        counted = (at, 1)
      case 0x20, 0x09, 0x0D: at += 1
      default: return
      }
    }
  }

  private mutating func value() throws(JSONNode.Problem) -> JSONNode {
    let start = here()
    left -= 1
    if left < 0 { throw problem("the file has too many values; is it the right file?") }
    guard let first = next else { throw problem("expected a value, found \(found)") }
    switch first {
    case UInt8(ascii: "{"): return JSONNode(.object(try members()), at: start)
    case UInt8(ascii: "["): return JSONNode(.array(try elements()), at: start)
    case UInt8(ascii: "\""): return JSONNode(.string(try string()), at: start)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return JSONNode(.number(try number()), at: start)
    case UInt8(ascii: "/"): throw problem("expected a value; JSON has no comments")
    default: break
    }
    for (word, value) in [
      ("true", JSONNode.Value.bool(true)), ("false", .bool(false)), ("null", .null),
    ] where bytes[at...].starts(with: word.utf8) {
      at += word.utf8.count
      return JSONNode(value, at: start)
    }
    throw problem("expected a value, found \(found)")
  }

  private mutating func members() throws(JSONNode.Problem) -> [JSONNode.Member] {
    try open()
    var members: [JSONNode.Member] = []
    var keys: Set<String> = []
    while next != UInt8(ascii: "}") {
      let start = here()
      guard next == UInt8(ascii: "\"") else {
        throw problem("expected a key in quotes, found \(found)")
      }
      let key = try string()
      // Few keys are compared faster than they are hashed.
      let isKnown =
        members.count < Self.fewKeys
        ? members.contains { $0.key == key } : !keys.insert(key).inserted
      if members.count == Self.fewKeys - 1 { keys = Set(members.map(\.key) + [key]) }
      guard !isKnown else {
        throw JSONNode.Problem("the key \"\(SafeText.escape(key))\" occurs twice", at: start)
      }
      skipBlanks()
      guard next == UInt8(ascii: ":") else {
        throw problem("expected \":\" after a key, found \(found)")
      }
      at += 1
      skipBlanks()
      members.append(JSONNode.Member(key: key, position: start, value: try value()))
      if try !separator(UInt8(ascii: "}")) { break }
    }
    close()
    return members
  }

  private mutating func elements() throws(JSONNode.Problem) -> [JSONNode] {
    try open()
    var elements: [JSONNode] = []
    while next != UInt8(ascii: "]") {
      elements.append(try value())
      if try !separator(UInt8(ascii: "]")) { break }
    }
    close()
    return elements
  }

  private mutating func open() throws(JSONNode.Problem) {
    depth += 1
    if depth > Self.depthLimit { throw problem("nested deeper than \(Self.depthLimit)") }
    at += 1
    skipBlanks()
  }

  private mutating func close() {
    depth -= 1
    at += 1
  }

  /// Passes over a comma; false where the container ends instead.
  private mutating func separator(_ end: UInt8) throws(JSONNode.Problem) -> Bool {
    skipBlanks()
    if next == end { return false }
    let closing = Character(Unicode.Scalar(end))
    guard next == UInt8(ascii: ",") else {
      throw problem("expected \",\" or \"\(closing)\" after a value, found \(found)")
    }
    let comma = position
    at += 1
    skipBlanks()
    if next == end {
      throw JSONNode.Problem("a comma before \"\(closing)\"; take it away", at: comma)
    }
    return true
  }

  private mutating func number() throws(JSONNode.Problem) -> String {
    let start = at
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    func digits(_ at: inout Int, _ bytes: [UInt8]) -> Bool {
      let first = at
      while at < bytes.count, isDigit(bytes[at]) { at += 1 }
      return at > first
    }
    if next == UInt8(ascii: "-") { at += 1 }
    let first = at
    var isWhole = digits(&at, bytes)
    if isWhole, bytes[first] == UInt8(ascii: "0"), at > first + 1 { isWhole = false }
    if isWhole, next == UInt8(ascii: ".") {
      at += 1
      isWhole = digits(&at, bytes)
    }
    if isWhole, next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      isWhole = digits(&at, bytes)
    }
    guard isWhole else { throw problem("expected a number") }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func string() throws(JSONNode.Problem) -> String {
    at += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw problem("a string that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw problem("expected the closing quote, found \(found)")
      default:
        text.append(byte)
        at += 1
      }
    }
    throw problem("expected the closing quote, found \(found)")
  }

  private mutating func escape() throws(JSONNode.Problem) -> [UInt8] {
    at += 1
    let letter = next
    at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return letter.map { [$0] } ?? []
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try unicodeEscape()
    default:
      at -= 1
      throw problem("unknown escape; a backslash itself is written \\\\")
    }
  }

  private mutating func unicodeEscape() throws(JSONNode.Problem) -> [UInt8] {
    var units = [try hexUnit()]
    if UTF16.isLeadSurrogate(units[0]), bytes[at...].starts(with: Array("\\u".utf8)) {
      at += 2
      units.append(try hexUnit())
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw problem("half a surrogate pair")
    }
    return Array(text.utf8)
  }

  private mutating func hexUnit() throws(JSONNode.Problem) -> UInt16 {
    let digits = bytes[at...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("expected four hex digits after \\u") }
    at += 4
    return unit
  }
}
