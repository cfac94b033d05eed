/// A place in a buffer of known size where bytes are written one after the other. Whoever makes it
/// has reckoned the space; nothing is checked here but in debug builds.
struct ByteWriter {
  private let start: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private(set) var count = 0

  /// How many bytes beyond a piece may be overwritten while the piece is copied in steps of eight.
  static let slack = 16

  init(_ start: UnsafeMutablePointer<UInt8>, capacity: Int) {
    self.start = start
    self.capacity = capacity
  }

  @inline(__always) mutating func put(_ byte: UInt8) {
    assert(count < capacity)
    start[count] = byte
    count &+= 1
  }

  /// Writes the `length` bytes at `p`, in steps of eight: up to seven more are read and overwritten.
  @inline(__always) mutating func put(padded p: BytePointer, _ length: Int) {
    assert(count + length + 8 <= capacity)
    var index = 0
    repeat {
      let word = UnsafeRawPointer(p + index).loadUnaligned(as: UInt64.self)
      UnsafeMutableRawPointer(start + count + index).storeBytes(of: word, as: UInt64.self)
      index &+= 8
    } while index < length
    count &+= length
  }

  /// Writes up to eight bytes, the lowest first.
  @inline(__always) mutating func put(word: UInt64, _ length: Int) {
    assert(count + 8 <= capacity)
    UnsafeMutableRawPointer(start + count).storeBytes(of: word.littleEndian, as: UInt64.self)
    count &+= length
  }

  /// Writes all sixteen hex digits, `letters` being 0x20 for small ones and 0 for capitals.
  @inline(__always) mutating func put(hex16 value: UInt64, letters: UInt8) {
    put(word: Self.hexDigits(UInt32(truncatingIfNeeded: value >> 32), letters), 8)
    put(word: Self.hexDigits(UInt32(truncatingIfNeeded: value), letters), 8)
  }

  /// Writes the hex digits without leading zeros, at least one, in small letters.
  @inline(__always) mutating func put(hex value: UInt64) {
    let digits = max(1, (67 - value.leadingZeroBitCount) >> 2)
    let shifted = value << UInt64(64 - digits * 4)
    put(word: Self.hexDigits(UInt32(truncatingIfNeeded: shifted >> 32), 0x20), min(digits, 8))
    if digits > 8 {
      put(word: Self.hexDigits(UInt32(truncatingIfNeeded: shifted), 0x20), digits - 8)
    }
  }

  /// Writes a number in decimal.
  @inline(__always) mutating func put(decimal value: UInt64) {
    if value < 10 {
      put(0x30 | UInt8(truncatingIfNeeded: value))
    } else {
      put(longDecimal: value)
    }
  }

  private mutating func put(longDecimal value: UInt64) {
    var rest = value
    var length = 0
    var probe = value
    while probe != 0 {
      probe /= 10
      length += 1
    }
    assert(count + length <= capacity)
    var index = count + length
    while rest != 0 {
      index -= 1
      start[index] = 0x30 | UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += length
  }

  /// The eight hex digits of a number, the highest in the lowest byte.
  @inline(__always) private static func hexDigits(_ value: UInt32, _ letters: UInt8) -> UInt64 {
    var x = UInt64(value)
    x = (x << 32 | x >> 16) & 0x0000_FFFF_0000_FFFF
    x = (x << 16 | x >> 8) & 0x00FF_00FF_00FF_00FF
    x = (x << 8 | x >> 4) & 0x0F0F_0F0F_0F0F_0F0F
    // 1 in every byte that is above 9.
    let above = ((x &+ ByteWord.all(6)) >> 4) & ByteWord.ones
    return x &+ ByteWord.all(0x30) &+ above &* UInt64(7 &+ letters)
  }
}
