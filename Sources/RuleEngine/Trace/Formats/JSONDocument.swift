/// A JSON document for settings: every value with its place, so that what is wrong with it can be
/// pointed at.
struct JSONDocument {
  /// A place in the document, counted from 1; columns are bytes.
  struct Place: Sendable, Hashable {
    var line = 1
    var column = 1
  }

  /// What is wrong, and where.
  struct Failure: Error {
    var place: Place
    var message: String
  }

  /// A value.
  struct Node {
    enum Content {
      case null
      case bool(Bool)
      /// As it is written.
      case number(String)
      case string(String)
      case array([Node])
      case object([Member])
    }
    var place: Place
    var content: Content
  }

  /// A member of an object.
  struct Member {
    var key: String
    var place: Place
    var value: Node
  }

  private let bytes: [UInt8]
  private var index = 0
  private var place = Place()
  private var depth = 0

  private static let depthLimit = 32

  /// Reads a document.
  static func parse(_ text: String) throws(Failure) -> Node {
    var document = JSONDocument(bytes: Array(text.utf8))
    let node = try document.value()
    document.skipBlanks()
    if document.peek != nil { throw document.failure("unexpected text behind the document") }
    return node
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func next() {
    if peek == Ascii.newline {
      place.line += 1
      place.column = 1
    } else {
      place.column += 1
    }
    index += 1
  }

  private mutating func skipBlanks() {
    while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { next() }
  }

  private func failure(_ message: String) -> Failure { Failure(place: place, message: message) }

  private mutating func pass(_ byte: UInt8) -> Bool {
    skipBlanks()
    if peek != byte { return false }
    next()
    return true
  }

  private mutating func value() throws(Failure) -> Node {
    skipBlanks()
    let start = place
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw failure("the document is nested too deeply") }
    switch peek {
    case Ascii.openBrace: return Node(place: start, content: .object(try object()))
    case Ascii.openBracket: return Node(place: start, content: .array(try array()))
    case Ascii.quote: return Node(place: start, content: .string(try string()))
    case nil: throw failure("the document ends where a value is expected")
    default: return Node(place: start, content: try word())
    }
  }

  private mutating func object() throws(Failure) -> [Member] {
    next()
    var members: [Member] = []
    var keys: Set<String> = []
    if pass(Ascii.closeBrace) { return members }
    repeat {
      skipBlanks()
      let start = place
      guard peek == Ascii.quote else { throw failure("expected a name in quotes") }
      let key = try string()
      guard pass(Ascii.colon) else { throw failure("expected \":\" behind a name") }
      let value = try value()
      if !keys.insert(key).inserted {
        throw Failure(place: start, message: "\"\(key)\" is given twice")
      }
      members.append(Member(key: key, place: start, value: value))
    } while pass(Ascii.comma)
    guard pass(Ascii.closeBrace) else { throw failure("expected \",\" or \"}\"") }
    return members
  }

  private mutating func array() throws(Failure) -> [Node] {
    next()
    var nodes: [Node] = []
    if pass(Ascii.closeBracket) { return nodes }
    repeat { nodes.append(try value()) } while pass(Ascii.comma)
    guard pass(Ascii.closeBracket) else { throw failure("expected \",\" or \"]\"") }
    return nodes
  }

  private mutating func word() throws(Failure) -> Node.Content {
    let start = index
    let place = place
    while let byte = peek, byte > 0x20,
      ![Ascii.comma, Ascii.closeBrace, Ascii.closeBracket].contains(byte)
    { next() }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    switch text {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      guard Double(text) != nil,
        text.utf8.allSatisfy({ Ascii.isDigit($0) || "+-.eE".utf8.contains($0) })
      else { throw Failure(place: place, message: "expected a value, found \"\(text)\"") }
      return .number(text)
    }
  }

  private mutating func string() throws(Failure) -> String {
    next()
    var text: [UInt8] = []
    while let byte = peek, byte != Ascii.quote {
      if byte == Ascii.newline { throw failure("a string ends before the end of its line") }
      next()
      if byte == Ascii.backslash {
        try escape(to: &text)
      } else {
        text.append(byte)
      }
    }
    if peek == nil { throw failure("the document ends within a string") }
    next()
    return String(decoding: text, as: UTF8.self)
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D,
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "/"): UInt8(ascii: "/"),
    UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "\""): UInt8(ascii: "\""),
  ]

  private mutating func escape(to text: inout [UInt8]) throws(Failure) {
    guard let byte = peek else { return }
    if let plain = Self.escapes[byte] {
      next()
      return text.append(plain)
    }
    guard byte == UInt8(ascii: "u") else {
      throw failure("\"\\\(Character(Unicode.Scalar(byte)))\" is no escape of JSON; write \"\\\\\"")
    }
    next()
    var code = try hexCode()
    if 0xD800..<0xDC00 ~= code, peek == Ascii.backslash {
      next()
      next()
      let low = try hexCode()
      code = 0x10000 + (code - 0xD800) << 10 + (low &- 0xDC00) & 0x3FF
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("a broken \\u escape") }
    text.append(contentsOf: String(scalar).utf8)
  }

  private mutating func hexCode() throws(Failure) -> UInt32 {
    guard index + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
    else { throw failure("expected four hex digits") }
    for _ in 0..<4 { next() }
    return code
  }
}
