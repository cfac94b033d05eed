/// Where the blocks of a binary trace are: the end of its file.
package struct BinaryTraceIndex: Sendable, Equatable {
  /// A block.
  package struct Entry: Sendable, Equatable {
    /// Where in the file the block begins.
    package var offset: UInt64
    /// How many events are before the block.
    package var firstEvent: UInt64
    /// The line of the block's first event in the original.
    package var firstLine: UInt64
    /// The time stamp of the block's first event; 0 where it has none.
    package var firstTimestamp: Int64
  }

  /// The blocks in their order.
  package var entries: [Entry]
  /// How many events the trace has.
  package var eventCount: UInt64
  /// How many lines the original had.
  package var lineCount: UInt64

  init(entries: [Entry], eventCount: UInt64, lineCount: UInt64) {
    self.entries = entries
    self.eventCount = eventCount
    self.lineCount = lineCount
  }

  /// Where in a file the index begins, given the last 16 bytes of the file; nil where these are not the
  /// end of a binary trace.
  package static func offset(trailer: [UInt8]) -> UInt64? {
    guard trailer.count == BinaryFormat.trailerBytes,
      Array(trailer[8...]) == BinaryFormat.endMagic
    else { return nil }
    return trailer.withUnsafeBytes { $0.little(0) }
  }

  /// The index in `bytes`, which are a file from the index's offset on; nil where it is damaged.
  package init?(_ bytes: [UInt8]) {
    guard let size = Self.size(bytes) else { return nil }
    let head = BinaryFormat.indexHeaderBytes
    let payload = bytes[head..<size - BinaryFormat.trailerBytes]
    entries = []
    (eventCount, lineCount) = bytes.withUnsafeBytes { ($0.little(16), $0.little(24)) }
    let expected: UInt32 = bytes.withUnsafeBytes { $0.little(32) }
    guard BinaryFormat.checksum(payload) == expected else { return nil }
    payload.withUnsafeBytes { raw in
      for start in stride(from: 0, to: raw.count, by: BinaryFormat.indexEntryBytes) {
        entries.append(
          Entry(
            offset: raw.little(start), firstEvent: raw.little(start + 8),
            firstLine: raw.little(start + 16), firstTimestamp: raw.little(start + 24)))
      }
    }
  }

  /// How many bytes index and trailer take, given at least the index's header; nil where that is
  /// damaged or not all of it is there.
  static func size(_ bytes: [UInt8]) -> Int? {
    let head = BinaryFormat.indexHeaderBytes
    guard let size = bytes.withUnsafeBytes({ size(header: $0) }), bytes.count >= size,
      size >= head
    else { return nil }
    return size
  }

  static func size(header: UnsafeRawBufferPointer) -> Int? {
    let head = BinaryFormat.indexHeaderBytes
    guard header.count >= head, header.starts(with: BinaryFormat.indexMagic),
      header.little(head - 4, UInt32.self)
        == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: header[..<(head - 4)]))
    else { return nil }
    let count = Int(header.little(8, UInt64.self) & 0xFF_FFFF_FFFF)
    return head + count * BinaryFormat.indexEntryBytes + BinaryFormat.trailerBytes
  }

  /// The index, and the trailer that ends the file.
  func bytes(offset: UInt64) -> [UInt8] {
    var payload: [UInt8] = []
    for entry in entries {
      payload.append(little: entry.offset)
      payload.append(little: entry.firstEvent)
      payload.append(little: entry.firstLine)
      payload.append(little: entry.firstTimestamp)
    }
    var bytes = BinaryFormat.indexMagic
    bytes.append(little: UInt64(entries.count))
    bytes.append(little: eventCount)
    bytes.append(little: lineCount)
    bytes.append(little: BinaryFormat.checksum(payload[...]))
    bytes.append(little: BinaryFormat.checksum(bytes[...]))
    bytes.append(contentsOf: payload)
    bytes.append(little: offset)
    bytes.append(contentsOf: BinaryFormat.endMagic)
    return bytes
  }
}
