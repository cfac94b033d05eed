/// An address in a report: written as `0x…` in lower case.
public struct Address: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The address.
  public var rawValue: UInt64

  /// Makes an address.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads hex digits, with or without `0x`.
  public init?(_ text: some StringProtocol) {
    let digits = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : text[...]
    guard !digits.isEmpty, digits.allSatisfy(\.isHexDigit), let value = UInt64(digits, radix: 16)
    else { return nil }
    rawValue = value
  }

  /// `0xffffe000aaaa0010`.
  public var description: String { "0x" + String(rawValue, radix: 16) }

  /// Numeric order.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension Address: Codable {
  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let address = Address(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected an address such as 0xffffe000aaaa0010")
    }
    self = address
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
