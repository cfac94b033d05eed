/// Walks over a JSON object token by token and checks its syntax.
///
/// The line ends at a newline, which is part of no token: no other check against the end is needed.
/// Control characters in strings are let pass; everything else is as RFC 8259 has it.
struct JSONCursor {
  /// A value on the line.
  struct Token {
    enum Kind { case string, escapedString, number, literal, null, object, array }
    var kind: Kind
    /// The token without quotes.
    var bytes: UnsafeBufferPointer<UInt8>
    /// Where it begins, with its quote.
    var at: BytePointer
  }

  var p: BytePointer
  /// Where the syntax was found broken, and what was expected.
  private(set) var failure: EventScanner.Failure?

  /// How deep objects and arrays may be nested in an event.
  static let depthLimit = 64

  init(_ p: BytePointer) { self.p = p }

  /// Passes over the `{` of the event.
  mutating func open() {
    p = ByteSearch.skipBlanks(p) + 1
  }

  /// The next field's name, and the colon after it.
  mutating func key() -> Token? {
    p = ByteSearch.skipBlanks(p)
    guard p.pointee == Ascii.quote else { return fail("expected a field name in quotes") }
    guard let key = string() else { return nil }
    p = ByteSearch.skipBlanks(p)
    guard p.pointee == Ascii.colon else { return fail("expected \":\" after a field name") }
    p += 1
    return key
  }

  /// What follows a value: true for another field, false for the end of the object, nil for neither.
  mutating func more() -> Bool? {
    p = ByteSearch.skipBlanks(p)
    switch p.pointee {
    case Ascii.comma:
      p += 1
      return true
    case Ascii.closeBrace:
      p += 1
      return false
    default: return fail("expected \",\" or \"}\" after a value")
    }
  }

  /// Checks that nothing but blanks follows on the line.
  mutating func end() -> Bool {
    p = ByteSearch.skipBlanks(p)
    if p.pointee == Ascii.newline { return true }
    let _: Void? = fail("unexpected text after the object")
    return false
  }

  /// The next value; of an object or array the whole is passed over.
  mutating func value() -> Token? {
    p = ByteSearch.skipBlanks(p)
    switch p.pointee {
    case Ascii.openBrace, Ascii.openBracket: return container()
    default: return scalar()
    }
  }

  private mutating func scalar() -> Token? {
    switch p.pointee {
    case Ascii.quote: return string()
    case Ascii.minus, 0x30...0x39: return number()
    case UInt8(ascii: "t"): return literal("true", .literal)
    case UInt8(ascii: "f"): return literal("false", .literal)
    case UInt8(ascii: "n"): return literal("null", .null)
    default: return fail("expected a value")
    }
  }

  private mutating func token(_ kind: Token.Kind, from start: BytePointer, at: BytePointer) -> Token
  {
    Token(kind: kind, bytes: UnsafeBufferPointer(start: start, count: p - start), at: at)
  }

  private mutating func literal(_ word: StaticString, _ kind: Token.Kind) -> Token? {
    let start = p
    for index in 0..<word.utf8CodeUnitCount where start[index] != word.utf8Start[index] {
      return fail("expected a value")
    }
    p += word.utf8CodeUnitCount
    return token(kind, from: start, at: start)
  }

  private mutating func string() -> Token? {
    let quote = p
    let start = p + 1
    var kind = Token.Kind.string
    var end = ByteSearch.stringEnd(start)
    while end.pointee != Ascii.quote {
      switch end.pointee {
      case Ascii.newline:
        p = end
        return fail("expected a closing quote")
      case Ascii.backslash:
        kind = .escapedString
        guard let length = Self.escapeLength(end) else {
          p = end
          return fail("expected an escape of JSON after \"\\\"")
        }
        end += length
      default: end += 1
      }
      end = ByteSearch.stringEnd(end)
    }
    p = end
    let string = token(kind, from: start, at: quote)
    p += 1
    return string
  }

  /// The length of the escape that begins at `p`.
  private static func escapeLength(_ p: BytePointer) -> Int? {
    switch p[1] {
    case Ascii.quote, Ascii.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      for index in 2..<6 where NumberScanner.hexDigit(p[index]) == nil { return nil }
      return 6
    default: return nil
    }
  }

  private mutating func number() -> Token? {
    let start = p
    if p.pointee == Ascii.minus { p += 1 }
    if p.pointee == Ascii.zero {
      p += 1
      if Ascii.isDigit(p.pointee) { return fail("a number must not begin with 0") }
    } else if !digits() {
      return nil
    }
    if p.pointee == UInt8(ascii: ".") {
      p += 1
      if !digits() { return nil }
    }
    if p.pointee | 0x20 == UInt8(ascii: "e") {
      p += 1
      if p.pointee == Ascii.minus || p.pointee == UInt8(ascii: "+") { p += 1 }
      if !digits() { return nil }
    }
    return token(.number, from: start, at: start)
  }

  private mutating func digits() -> Bool {
    guard Ascii.isDigit(p.pointee) else {
      let _: Void? = fail("expected a digit")
      return false
    }
    while Ascii.isDigit(p.pointee) { p += 1 }
    return true
  }

  private mutating func fail<T>(_ message: String) -> T? {
    let message = p.pointee == Ascii.newline ? message + ", but the line ends" : message
    failure = EventScanner.Failure(at: p, message: message)
    return nil
  }
}

extension JSONCursor {
  /// Passes over an object or array, without recursion.
  private mutating func container() -> Token? {
    let start = p
    let isObject = p.pointee == Ascii.openBrace
    /// One bit for each container that is open, the innermost the lowest: 1 for an object.
    var objects: UInt64 = 0
    var depth = 0
    repeat {
      p = ByteSearch.skipBlanks(p)
      if p.pointee == Ascii.openBrace || p.pointee == Ascii.openBracket {
        guard depth < Self.depthLimit else {
          return fail("objects and arrays are nested deeper than \(Self.depthLimit)")
        }
        objects = objects << 1 | (p.pointee == Ascii.openBrace ? 1 : 0)
        depth += 1
        p += 1
        if !closesAtOnce(objects) {
          if objects & 1 != 0 && key() == nil { return nil }
          continue
        }
        objects >>= 1
        depth -= 1
      } else if scalar() == nil {
        return nil
      }
      guard passSeparators(&objects, &depth) else { return nil }
    } while depth > 0
    return token(isObject ? .object : .array, from: start, at: start)
  }

  private mutating func closesAtOnce(_ objects: UInt64) -> Bool {
    p = ByteSearch.skipBlanks(p)
    guard p.pointee == (objects & 1 != 0 ? Ascii.closeBrace : Ascii.closeBracket) else {
      return false
    }
    p += 1
    return true
  }

  /// After a value within a container: passes over what closes containers, up to the next value.
  private mutating func passSeparators(_ objects: inout UInt64, _ depth: inout Int) -> Bool {
    while depth > 0 {
      p = ByteSearch.skipBlanks(p)
      let isObject = objects & 1 != 0
      if p.pointee == Ascii.comma {
        p += 1
        return !isObject || key() != nil
      }
      guard p.pointee == (isObject ? Ascii.closeBrace : Ascii.closeBracket) else {
        let _: Void? = fail("expected \",\" or \"\(isObject ? "}" : "]")\" after a value")
        return false
      }
      p += 1
      objects >>= 1
      depth -= 1
    }
    return true
  }
}

extension JSONCursor.Token {
  /// The bytes of a string with its escapes written out, in `scratch` where there are any.
  func unescaped(in scratch: PaddedBytes) -> UnsafeBufferPointer<UInt8> {
    guard kind == .escapedString, let start = bytes.baseAddress else { return bytes }
    scratch.reserve(bytes.count)
    let out = scratch.start
    var count = 0
    var index = 0
    while index < bytes.count {
      let byte = start[index]
      if byte != Ascii.backslash {
        out[count] = byte
        count += 1
        index += 1
      } else if start[index + 1] == UInt8(ascii: "u") {
        let (scalar, length) = Self.scalar(start + index, bytes.count - index)
        for byte in Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter {
          out[count] = byte
          count += 1
        }
        index += length
      } else {
        out[count] = Self.escaped(start[index + 1])
        count += 1
        index += 2
      }
    }
    return UnsafeBufferPointer(start: out, count: count)
  }

  private static func escaped(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: byte
    }
  }

  /// The scalar of a `\u` escape or of two that make a pair, and the length of what it is written
  /// with; half a pair reads as U+FFFD.
  private static func scalar(_ p: BytePointer, _ rest: Int) -> (Unicode.Scalar, Int) {
    let first = unit(p)
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    if first < 0xDC00, rest >= 12, p[6] == Ascii.backslash, p[7] == UInt8(ascii: "u") {
      let second = unit(p + 6)
      if second & 0xFC00 == 0xDC00,
        let scalar = Unicode.Scalar(0x1_0000 + (first & 0x3FF) << 10 + second & 0x3FF)
      {
        return (scalar, 12)
      }
    }
    return ("\u{FFFD}", 6)
  }

  private static func unit(_ p: BytePointer) -> UInt32 {
    (2..<6).reduce(0) { $0 << 4 | UInt32(NumberScanner.hexDigit(p[$1]) ?? 0) }
  }
}
