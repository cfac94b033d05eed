/// Turns UTF-16 into UTF-8, in pieces that may be cut anywhere. What is no UTF-16 becomes U+FFFD.
struct UTF16Decoder {
  private let isBigEndian: Bool
  /// The first byte of a unit that a piece ended in.
  private var half: UInt8?
  /// The first half of a surrogate pair that a piece ended in; 0 for none.
  private var high: UInt32 = 0

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Whether text that begins with these bytes, and with no byte-order mark, is UTF-16 with the high byte
  /// first; nil where it is UTF-8. Text is mostly ASCII, of which UTF-16 has every other byte 0, and UTF-8
  /// none. Bytes behind ``sample(of:)`` are not looked at.
  static func byteOrder(of head: some Collection<UInt8>) -> Bool? {
    let sample = sample(of: head).bytes
    var zeros = (even: 0, odd: 0)
    var count = 0
    for byte in sample {
      if byte == 0 { if count & 1 == 0 { zeros.even += 1 } else { zeros.odd += 1 } }
      count += 1
    }
    let half = max(2, count / 4)
    if zeros.even == 0, zeros.odd >= half { return false }
    if zeros.odd == 0, zeros.even >= half { return true }
    return nil
  }

  /// What of the first bytes tells the encoding: the first line that is not blank, and not more than 64 bytes;
  /// and whether that is there. So it does not matter how many bytes come at once, and a source that grows
  /// slowly is waited for no longer than a line takes.
  static func sample<Bytes: Collection<UInt8>>(
    of head: Bytes
  ) -> (bytes: Bytes.SubSequence, isWhole: Bool) {
    let most = 64
    var isBlank = true
    var end = head.startIndex
    for (count, byte) in head.enumerated() {
      if count == most { return (head[..<end], true) }
      end = head.index(after: end)
      if byte > Ascii.space { isBlank = false }
      if byte == Ascii.newline, !isBlank { return (head[..<end], true) }
    }
    return (head[...], head.count >= most)
  }

  /// Decodes the next bytes and appends them to `out`.
  mutating func decode(_ bytes: UnsafeRawBufferPointer, to out: PaddedBytes) {
    out.reserve(bytes.count / 2 * 3 + 8)
    var index = 0
    if let first = half, !bytes.isEmpty {
      half = nil
      put(unit(first, bytes[0]), to: out)
      index = 1
    }
    while index + 1 < bytes.count {
      if high == 0, let count = putAscii(bytes, index, to: out) {
        index += count
      } else {
        put(unit(bytes[index], bytes[index + 1]), to: out)
        index += 2
      }
    }
    if index < bytes.count { half = bytes[index] }
  }

  /// Ends the text: what was cut off is U+FFFD.
  mutating func finish(to out: PaddedBytes) {
    out.reserve(8)
    if high != 0 { put(scalar: 0xFFFD, to: out) }
    if half != nil { put(scalar: 0xFFFD, to: out) }
    high = 0
    half = nil
  }

  /// Appends four units at once where all of them are ASCII; how many bytes they took.
  @inline(__always)
  private func putAscii(
    _ bytes: UnsafeRawBufferPointer, _ index: Int, to out: PaddedBytes
  ) -> Int? {
    guard index + 8 <= bytes.count else { return nil }
    let raw = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    var word = UInt64(littleEndian: raw)
    if isBigEndian { word = word >> 8 & 0x00FF_00FF_00FF_00FF | word << 8 & 0xFF00_FF00_FF00_FF00 }
    if word & 0xFF80_FF80_FF80_FF80 != 0 { return nil }
    word = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
    word = word | word >> 16
    out.append(ascii4: UInt32(truncatingIfNeeded: word))
    return 8
  }

  private func unit(_ a: UInt8, _ b: UInt8) -> UInt32 {
    isBigEndian ? UInt32(a) << 8 | UInt32(b) : UInt32(b) << 8 | UInt32(a)
  }

  private mutating func put(_ unit: UInt32, to out: PaddedBytes) {
    if high != 0 {
      let first = high
      high = 0
      if unit & 0xFC00 == 0xDC00 {
        return put(scalar: 0x1_0000 + (first & 0x3FF) << 10 + unit & 0x3FF, to: out)
      }
      put(scalar: 0xFFFD, to: out)
    }
    switch unit & 0xFC00 {
    case 0xD800: high = unit
    case 0xDC00: put(scalar: 0xFFFD, to: out)
    default: put(scalar: unit, to: out)
    }
  }

  private func put(scalar value: UInt32, to out: PaddedBytes) {
    guard let scalar = Unicode.Scalar(value) else { return }
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { out.append(byte) }
  }
}

extension TraceReader {
  /// Whether a trace that begins with these bytes, and with no byte-order mark, is read as UTF-16 with the high
  /// byte first; nil where it is read as UTF-8.
  @_spi(Audit) public static func byteOrder(ofUTF16 head: [UInt8]) -> Bool? {
    UTF16Decoder.byteOrder(of: head)
  }
}

extension PaddedBytes {
  /// Appends four bytes, the lowest first.
  @inline(__always) func append(ascii4 word: UInt32) {
    reserve(4)
    room.storeBytes(of: word.littleEndian, as: UInt32.self)
    advance(4)
  }
}
