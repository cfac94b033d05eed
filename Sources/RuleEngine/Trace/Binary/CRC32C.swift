/// CRC-32C (Castagnoli; polynomial 0x1EDC6F41, reflected 0x82F63B78; RFC 3720, appendix B.4), eight
/// bytes at a step.
enum CRC32C {
  /// The checksum of some bytes.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let tables = Self.tables.start
    var crc: UInt32 = ~0
    var index = 0
    while index + 8 <= bytes.count {
      let word =
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        ^ UInt64(crc)
      var next: UInt32 = 0
      for byte in 0..<8 {
        next ^= tables[(7 - byte) << 8 | Int(truncatingIfNeeded: word >> UInt64(byte * 8)) & 0xFF]
      }
      crc = next
      index += 8
    }
    while index < bytes.count {
      crc = tables[Int((crc ^ UInt32(bytes[index])) & 0xFF)] ^ crc >> 8
      index += 1
    }
    return ~crc
  }

  /// `@unchecked Sendable`: filled in `init`, never written again and never given back.
  private struct Tables: @unchecked Sendable {
    /// Eight tables of 256: number k moves a byte on by k more bytes.
    let start: UnsafePointer<UInt32>

    init() {
      let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 8 * 256)
      for byte in 0..<256 {
        var crc = UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 != 0 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
        tables[byte] = crc
      }
      for index in 256..<8 * 256 {
        let before = tables[index - 256]
        tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
      }
      start = UnsafePointer(tables)
    }
  }

  private static let tables = Tables()
}
