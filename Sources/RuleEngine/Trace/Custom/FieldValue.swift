/// The value of a field, as a rule looks at it.
public enum FieldValue: Hashable, Sendable, CustomStringConvertible {
  /// A number that was written in decimal.
  case integer(Int64)
  /// A number that was written in hex, or that is larger than any ``integer(_:)``.
  case address(UInt64)
  /// Anything else.
  case text(String)

  /// The value as a trace spells it: `3`, `0x1f`, `fast`.
  public var description: String {
    switch self {
    case .integer(let value): String(value)
    case .address(let value): "0x" + String(value, radix: 16)
    case .text(let value): value
    }
  }

  /// How the number compares with another, in whichever spelling either was written: negative where it
  /// is smaller, 0 where both are equal, positive where it is larger. Nil where one of the two is a
  /// text.
  public func compare(to other: FieldValue) -> Int? {
    switch (self, other) {
    case (.text, _), (_, .text): nil
    case (.integer(let a), .integer(let b)): a < b ? -1 : a == b ? 0 : 1
    case (.integer(let a), _) where a < 0: -1
    case (_, .integer(let b)) where b < 0: 1
    default: bits < other.bits ? -1 : bits == other.bits ? 0 : 1
    }
  }

  /// The number's bits; 0 for a text.
  var bits: UInt64 {
    switch self {
    case .integer(let value): UInt64(bitPattern: value)
    case .address(let value): value
    case .text: 0
    }
  }

  /// A number that is none of a field written in hex.
  static func number(_ value: UInt64) -> FieldValue {
    Int64(exactly: value).map { .integer($0) } ?? .address(value)
  }

  /// The value that is written so: a number where it reads as one.
  init(reading text: some StringProtocol) {
    var text = String(text)
    self = text.withUTF8 { bytes in
      switch OwnValue(bytes) {
      case .integer(let value): .integer(value)
      case .address(let value): .address(value)
      case .text: .text(String(decoding: bytes, as: UTF8.self))
      }
    }
  }
}

/// What the bytes of an own field's value are.
enum OwnValue {
  case integer(Int64)
  case address(UInt64)
  case text

  /// Looks at a value as it is written, without quotes.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    if let value = NumberScanner.signedDecimal(bytes) {
      self = .integer(value)
    } else if let value = NumberScanner.decimal(bytes) {
      self = .address(value)
    } else if NumberScanner.hasHexMark(bytes),
      let value = NumberScanner.hex(UnsafeBufferPointer(rebasing: bytes.dropFirst(2)))
    {
      self = .address(value)
    } else {
      self = .text
    }
  }

  /// Whether the bytes are no number.
  static func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if case .text = OwnValue(bytes) { true } else { false }
  }
}
