/// A JSON value whose objects keep the order of their members.
package enum JSONValue: Sendable, Hashable {
  /// The word `null`.
  case null
  /// The words `true` and `false`.
  case bool(Bool)
  /// A whole number, in decimal digits.
  case integer(String)
  /// A number with a fraction or an exponent.
  case double(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; its members in their order.
  case object([Member])

  /// A member of an object.
  package struct Member: Sendable, Hashable {
    /// The name.
    package var key: String
    /// The value.
    package var value: JSONValue
    /// Makes a member.
    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// A whole number.
  package static func number(_ value: some BinaryInteger) -> JSONValue { .integer(String(value)) }

  /// An object of these members, those without a value left out.
  package static func fields(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(members.compactMap { member in member.value.map { Member(member.key, $0) } })
  }

  /// Appends the value's text, without blanks.
  package func append(to out: inout [UInt8]) {
    switch self {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let digits): out.append(contentsOf: digits.utf8)
    case .double(let value): out.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    case .string(let text): Self.append(text, to: &out)
    case .array(let values):
      out.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        value.append(to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        Self.append(member.key, to: &out)
        out.append(UInt8(ascii: ":"))
        member.value.append(to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a string in quotes. Everything that is not printable ASCII or plain UTF-8 is escaped: control
  /// characters, those that turn the direction of writing around, and the second of two number signs, by
  /// which build systems know commands in the output of a step.
  package static func append(_ text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var text = text
    let isASCII = text.withUTF8 { bytes in
      let isASCII = !bytes.contains { $0 >= 0x80 }
      if isASCII { appendASCII(bytes, to: &out) }
      return isASCII
    }
    if !isASCII {
      for scalar in text.unicodeScalars { append(scalar, to: &out) }
    }
    out.append(UInt8(ascii: "\""))
  }

  private static func append(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    if scalar.isASCII { return append(ascii: UInt8(scalar.value), to: &out) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
        let digits = String(unit, radix: 16)
        out.append(
          contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
      }
    default: out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  /// Appends what needs no escape in runs.
  private static func appendASCII(_ text: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    var place = 0
    while place < text.count {
      let start = place
      while place < text.count, isPlain[Int(text[place])] { place += 1 }
      out.append(contentsOf: text[start..<place])
      if place < text.count { append(ascii: text[place], to: &out) }
      place += 1
    }
  }

  /// Which bytes stand for themselves whatever is before them.
  private static let isPlain = (0..<256).map { byte in
    byte >= 0x20 && byte < 0x7F && !"#\"\\".utf8.contains(UInt8(byte))
  }

  private static func append(ascii byte: UInt8, to out: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "#") where out.last == byte: out.append(contentsOf: "\\u0023".utf8)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      out.append(UInt8(ascii: "\\"))
      out.append(byte)
    case 0x0A: out.append(contentsOf: "\\n".utf8)
    case 0x0D: out.append(contentsOf: "\\r".utf8)
    case 0x09: out.append(contentsOf: "\\t".utf8)
    case 0..<0x20, 0x7F:
      out.append(contentsOf: "\\u00".utf8)
      out.append(contentsOf: (byte < 0x10 ? "0" : "").utf8)
      out.append(contentsOf: String(byte, radix: 16).utf8)
    default: out.append(byte)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
  /// A string.
  package init(stringLiteral value: String) { self = .string(value) }
  /// An array.
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// A whole number.
  package init(integerLiteral value: Int) { self = .number(value) }
  /// A truth value.
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}
