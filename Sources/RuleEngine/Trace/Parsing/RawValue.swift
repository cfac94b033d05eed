/// A field's value as it stands on the line, before it is known whether it can be read.
///
/// JSON strings are read like words of a text line: tracers that print numbers into strings
/// (`"status":"0"`) are common, and nothing else could be meant.
struct RawValue {
  enum Form {
    /// A word of a text line, with or without quotes.
    case text
    /// A JSON string.
    case string
    /// A JSON number.
    case number
    /// `true` or `false`.
    case literal
    /// A JSON object or array.
    case object, array
  }

  var form: Form
  /// The value's bytes; of a string what is between the quotes, escapes written out.
  var bytes: UnsafeBufferPointer<UInt8>
  /// Where the value begins on the line.
  var at: BytePointer

  /// A value that outlives the buffer it was in.
  struct Kept {
    var form: Form
    var bytes: [UInt8]
    var at: BytePointer
  }

  /// What was found, for a message.
  var description: String {
    switch form {
    case .text where bytes.isEmpty: "nothing"
    case .text, .string: "\"\(Self.excerpt(bytes))\""
    case .number, .literal: Self.excerpt(bytes)
    case .object: "an object"
    case .array: "an array"
    }
  }

  /// The bytes as a message shows them: not too many, and nothing that a terminal would act on.
  static func excerpt(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(40), as: UTF8.self)
    var shown = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: shown += "\u{FFFD}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return bytes.count > 40 ? shown + "…" : shown
  }
}

/// A status as the format writes it.
enum StatusValue {
  case bits(UInt32)
  /// A `STATUS_…` name that is none of the table's.
  case unknownName
}

extension RawValue {
  /// A pointer: hex digits, in JSON also a non-negative integer.
  func pointer() -> UInt64? {
    switch form {
    case .text, .string: NumberScanner.hex(withoutMark)
    case .number: NumberScanner.decimal(bytes)
    case .literal, .object, .array: nil
    }
  }

  /// A non-negative integer, or hex digits with `0x`.
  func integer() -> UInt64? {
    switch form {
    case .text, .string:
      NumberScanner.hasHexMark(bytes)
        ? NumberScanner.hex(withoutMark) : NumberScanner.decimal(bytes)
    case .number: NumberScanner.decimal(bytes)
    case .literal, .object, .array: nil
    }
  }

  /// Signed nanoseconds.
  func timestamp() -> Int64? {
    switch form {
    case .text, .string, .number: NumberScanner.signedDecimal(bytes)
    case .literal, .object, .array: nil
    }
  }

  /// A name, hex digits with `0x`, or a signed or unsigned 32-bit integer.
  func status(_ words: Vocabulary) -> StatusValue? {
    if form == .literal || form == .object || form == .array { return nil }
    if form != .number && NumberScanner.hasHexMark(bytes) {
      return NumberScanner.hex(withoutMark).flatMap(UInt32.init(exactly:)).map { .bits($0) }
    }
    if let number = NumberScanner.signedDecimal(bytes) {
      let isFitting = number >= Int64(Int32.min) && number <= Int64(UInt32.max)
      return isFitting ? .bits(UInt32(truncatingIfNeeded: number)) : nil
    }
    guard form != .number, bytes.starts(with: "STATUS_".utf8) else { return nil }
    let isName = bytes.count > 7 && bytes.allSatisfy(Self.isNameByte)
    return isName ? .unknownName : nil
  }

  /// A code of at most 255 as a number: an integer, or hex digits with `0x`.
  func code() -> UInt8? { integer().flatMap(UInt8.init(exactly:)) }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    Ascii.isDigit(byte) || Ascii.lower(byte) &- 0x61 < 26 || byte == UInt8(ascii: "_")
  }

  private var withoutMark: UnsafeBufferPointer<UInt8> {
    NumberScanner.hasHexMark(bytes) ? UnsafeBufferPointer(rebasing: bytes.dropFirst(2)) : bytes
  }
}
