/// A set of characters of an expression: `[A-Za-z_]`, `\w`.
struct ScalarSet: Sendable, Hashable {
  /// Sets that have names.
  enum Name: Sendable, Hashable {
    case digit, word, space
  }

  private var low: (UInt64, UInt64) = (0, 0)
  /// Ranges beyond ASCII.
  private var ranges: [ClosedRange<UInt32>] = []
  /// What the set holds, or lacks, beyond ASCII of those with names.
  private var names: [Name] = []
  private var missing: [Name] = []
  var isInverted = false

  init() {}

  /// The set with this name, or what it leaves.
  init(_ name: Name, isInverted: Bool = false) {
    add(name, isInverted: isInverted)
  }

  static func == (a: Self, b: Self) -> Bool {
    a.low == b.low && a.ranges == b.ranges && a.names == b.names && a.missing == b.missing
      && a.isInverted == b.isInverted
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(low.0)
    hasher.combine(low.1)
    hasher.combine(ranges)
    hasher.combine(isInverted)
  }

  mutating func add(_ range: ClosedRange<UInt32>) {
    if range.lowerBound < 128 {
      for value in range.lowerBound...min(range.upperBound, 127) { insert(ascii: UInt8(value)) }
    }
    if range.upperBound >= 128 { ranges.append(max(range.lowerBound, 128)...range.upperBound) }
  }

  mutating func add(_ name: Name, isInverted: Bool = false) {
    for byte in UInt8(0)..<128 where Self.holds(name, byte) != isInverted { insert(ascii: byte) }
    if isInverted { missing.append(name) } else { names.append(name) }
  }

  /// Adds the other case of each ASCII letter.
  mutating func addOtherCase() {
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") {
      let upper = byte & ~0x20
      if has(byte) { insert(ascii: upper) }
      if has(upper) { insert(ascii: byte) }
    }
  }

  /// Whether an ASCII character is in the set.
  func contains(ascii byte: UInt8) -> Bool { has(byte) != isInverted }

  /// Whether a character beyond ASCII is in the set; nil stands for bytes that are none.
  func contains(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return isInverted }
    let isIn =
      ranges.contains { $0.contains(scalar.value) } || names.contains { Self.holds($0, scalar) }
      || missing.contains { !Self.holds($0, scalar) }
    return isIn != isInverted
  }

  private func has(_ byte: UInt8) -> Bool {
    let bits = byte < 64 ? low.0 : low.1
    return bits >> UInt64(byte & 63) & 1 != 0
  }

  private mutating func insert(ascii byte: UInt8) {
    let bit = UInt64(1) << UInt64(byte & 63)
    if byte < 64 { low.0 |= bit } else { low.1 |= bit }
  }

  private static func holds(_ name: Name, _ byte: UInt8) -> Bool {
    let isDigit = Ascii.isDigit(byte)
    return switch name {
    case .digit: isDigit
    case .word: isDigit || Ascii.lower(byte) &- 0x61 < 26 || byte == UInt8(ascii: "_")
    case .space: byte == 0x20 || byte &- 9 < 5
    }
  }

  private static func holds(_ name: Name, _ scalar: Unicode.Scalar) -> Bool {
    switch name {
    case .digit: scalar.properties.generalCategory == .decimalNumber
    case .word:
      scalar.properties.isAlphabetic || scalar.properties.generalCategory == .decimalNumber
    case .space: scalar.properties.isWhitespace
    }
  }

  /// Whether a word goes on with this byte of a line; of a character beyond ASCII every byte counts.
  static func isWordByte(_ byte: UInt8) -> Bool { byte >= 0x80 || holds(.word, byte) }
}
