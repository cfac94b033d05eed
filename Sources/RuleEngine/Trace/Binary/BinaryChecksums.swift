/// What fuzzing does to binary traces. Behind `@_spi(Audit)`: no part of the interface.
@_spi(Audit) public enum BinaryChecksums {
  /// The bytes with the checksums set right, of the file header and of all that stands behind a block's mark
  /// and has room for a block: so that what is changed in them is read, and not taken for damage at once.
  public static func mended(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    if bytes.count >= BinaryFormat.fileHeaderBytes, bytes.starts(with: BinaryFormat.fileMagic) {
      put(BinaryFormat.checksum(bytes[..<12]), at: 12, in: &bytes)
    }
    var start = 0
    while let place = bytes[start...].firstIndex(of: BinaryFormat.blockMagic[0]) {
      start = place + 1
      guard bytes[place...].starts(with: BinaryFormat.blockMagic),
        place + BinaryFormat.blockHeaderBytes <= bytes.count
      else { continue }
      let size: UInt32 = bytes[place...].withUnsafeBytes { $0.little(8) }
      let payload = place + BinaryFormat.blockHeaderBytes
      if Int(size) <= bytes.count - payload {
        put(BinaryFormat.checksum(bytes[payload..<payload + Int(size)]), at: place + 56, in: &bytes)
        start = payload + Int(size)
      }
      put(BinaryFormat.checksum(bytes[place..<place + 60]), at: place + 60, in: &bytes)
    }
    return bytes
  }

  private static func put(_ checksum: UInt32, at place: Int, in bytes: inout [UInt8]) {
    withUnsafeBytes(of: checksum.littleEndian) {
      bytes.replaceSubrange(place..<place + 4, with: $0)
    }
  }
}
