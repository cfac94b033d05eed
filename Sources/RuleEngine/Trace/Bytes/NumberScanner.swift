/// Numbers at a place in a padded buffer, eight digits at a step.
enum NumberScanner {
  /// The hex digits from `p` on, at most sixteen, and how many there are.
  @inline(__always) static func hex(_ p: BytePointer) -> (value: UInt64, count: Int) {
    let word = ByteWord.load(p)
    let wrong = notHex(word)
    if wrong != 0 {
      let count = ByteWord.index(wrong)
      return (fromHex(word << UInt64(64 &- count &* 8)), count)
    }
    let next = ByteWord.load(p + 8)
    let wrongNext = notHex(next)
    if wrongNext != 0 {
      let count = ByteWord.index(wrongNext)
      let high = fromHex(word) << UInt64(truncatingIfNeeded: count &* 4)
      return (high | fromHex(next << UInt64(64 &- count &* 8)), 8 &+ count)
    }
    return (fromHex(word) << 32 | fromHex(next), 16)
  }

  /// The decimal digits from `p` on, at most sixteen, and how many there are.
  @inline(__always) static func decimal(_ p: BytePointer) -> (value: UInt64, count: Int) {
    let word = ByteWord.load(p)
    let wrong = notDecimal(word)
    if wrong != 0 {
      let count = ByteWord.index(wrong)
      return (fromDecimal(word, count), count)
    }
    let next = ByteWord.load(p + 8)
    let count = ByteWord.index(notDecimal(next))
    return (fromDecimal(word, 8) &* powerOfTen(count) &+ fromDecimal(next, count), 8 &+ count)
  }

  /// 0x80 in every byte that is no hex digit.
  @inline(__always) private static func notHex(_ word: UInt64) -> UInt64 {
    let low = word & ~ByteWord.highs
    let digit = (low &+ ByteWord.all(0x80 - 0x30)) & ~(low &+ ByteWord.all(0x80 - 0x3A))
    let small = low | ByteWord.all(0x20)
    let letter = (small &+ ByteWord.all(0x80 - 0x61)) & ~(small &+ ByteWord.all(0x80 - 0x67))
    return ~(digit | letter) & ByteWord.highs | word & ByteWord.highs
  }

  /// The value of eight hex digits, zero bytes counting as zeros.
  @inline(__always) private static func fromHex(_ word: UInt64) -> UInt64 {
    var x = (word & ByteWord.all(0x0F)) &+ ((word >> 6) & ByteWord.ones) &* 9
    x = (x << 4 | x >> 8) & 0x00FF_00FF_00FF_00FF
    x = (x << 8 | x >> 16) & 0x0000_FFFF_0000_FFFF
    return (x << 16 | x >> 32) & 0xFFFF_FFFF
  }

  /// 0x80 in every byte that is no decimal digit.
  @inline(__always) private static func notDecimal(_ word: UInt64) -> UInt64 {
    let low = word & ~ByteWord.highs
    let digit = (low &+ ByteWord.all(0x80 - 0x30)) & ~(low &+ ByteWord.all(0x80 - 0x3A))
    return ~digit & ByteWord.highs | word & ByteWord.highs
  }

  /// The value of the first `count` digits of eight.
  @inline(__always) private static func fromDecimal(_ word: UInt64, _ count: Int) -> UInt64 {
    var x = (word & ByteWord.all(0x0F)) << UInt64(64 &- count &* 8)
    x = (x &* 10 &+ x >> 8) & 0x00FF_00FF_00FF_00FF
    x = (x &* 100 &+ x >> 16) & 0x0000_FFFF_0000_FFFF
    return (x &* 10_000 &+ x >> 32) & 0xFFFF_FFFF
  }

  /// 10 to the power of 0–8.
  @inline(__always) private static func powerOfTen(_ exponent: Int) -> UInt64 {
    let ones: UInt64 = exponent & 1 != 0 ? 10 : 1
    let twos: UInt64 = exponent & 2 != 0 ? 100 : 1
    let fours: UInt64 = exponent & 4 != 0 ? 10_000 : 1
    return exponent & 8 != 0 ? 100_000_000 : ones &* twos &* fours
  }
}

extension NumberScanner {
  /// The value of a string of hex digits of any length; nil where it is empty, holds anything else, or
  /// needs more than 64 bits.
  static func hex(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64? {
    if bytes.isEmpty { return nil }
    var value: UInt64 = 0
    for byte in bytes {
      guard let digit = hexDigit(byte), value >> 60 == 0 else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  /// The value of a string of decimal digits of any length; nil where it is empty, holds anything else,
  /// or needs more than 64 bits.
  static func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64? {
    if bytes.isEmpty { return nil }
    var value: UInt64 = 0
    for byte in bytes {
      guard Ascii.isDigit(byte) else { return nil }
      let (tens, tooBig) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooBigBy) = tens.addingReportingOverflow(UInt64(byte & 15))
      if tooBig || tooBigBy { return nil }
      value = sum
    }
    return value
  }

  /// The value of a string of decimal digits with or without a minus sign.
  static func signedDecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard bytes.first == Ascii.minus else { return decimal(bytes).flatMap(Int64.init(exactly:)) }
    guard let size = decimal(UnsafeBufferPointer(rebasing: bytes.dropFirst())) else { return nil }
    return size <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- size) : nil
  }

  /// Whether the bytes are `0x` (or `0X`) and more.
  static func hasHexMark(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count > 2 && bytes[0] == Ascii.zero && bytes[1] | 0x20 == UInt8(ascii: "x")
  }

  /// The value of a hex digit.
  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
