/// A place in a buffer of bytes. Buffers that are scanned are padded (``BytePadding``), so that eight
/// bytes may be loaded from any place up to their end.
typealias BytePointer = UnsafePointer<UInt8>

/// How far beyond its last byte a scanned buffer must be readable.
let bytePadding = 64

/// Eight bytes in one register, the first in the lowest bits: tests on all of them at once.
enum ByteWord {
  /// 0x01 in every byte.
  static let ones: UInt64 = 0x0101_0101_0101_0101
  /// 0x80 in every byte.
  static let highs: UInt64 = 0x8080_8080_8080_8080

  /// The eight bytes from `p` on.
  @inline(__always) static func load(_ p: BytePointer) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
  }

  /// The two bytes from `p` on.
  @inline(__always) static func load2(_ p: BytePointer) -> UInt16 {
    UInt16(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt16.self))
  }

  /// The four bytes from `p` on.
  @inline(__always) static func load4(_ p: BytePointer) -> UInt32 {
    UInt32(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt32.self))
  }

  /// The first `count` (0–8) bytes from `p` on, the others zero.
  @inline(__always) static func load(_ p: BytePointer, count: Int) -> UInt64 {
    load(p) & lowBytes(count)
  }

  /// All bits in the first `count` (0–8) bytes.
  @inline(__always) static func lowBytes(_ count: Int) -> UInt64 {
    count >= 8 ? ~0 : (1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1
  }

  /// `byte` in every byte.
  @inline(__always) static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* ones }

  /// 0x80 in the first byte that is zero; what stands above it means nothing.
  @inline(__always) static func firstZero(_ word: UInt64) -> UInt64 {
    (word &- ones) & ~word & highs
  }

  /// 0x80 in the first byte that equals `byte`; what stands above it means nothing.
  @inline(__always) static func first(_ byte: UInt8, in word: UInt64) -> UInt64 {
    firstZero(word ^ all(byte))
  }

  /// 0x80 in the first byte that is less than `byte` (at most 0x80); what stands above it means
  /// nothing.
  @inline(__always) static func firstLess(than byte: UInt8, in word: UInt64) -> UInt64 {
    (word &- all(byte)) & ~word & highs
  }

  /// The index of the lowest byte with its 0x80 set in `flags`, 8 for none.
  @inline(__always) static func index(_ flags: UInt64) -> Int {
    flags.trailingZeroBitCount &>> 3
  }
}

/// The bytes that mean something in a trace.
enum Ascii {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let equals = UInt8(ascii: "=")
  static let minus = UInt8(ascii: "-")
  static let at = UInt8(ascii: "@")
  static let zero = UInt8(ascii: "0")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")

  /// Whether `byte` is a decimal digit.
  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// A letter A–Z as its small form, any other byte as it is.
  @inline(__always) static func lower(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
