/// Finds the blocks of a binary trace, one after the other, and what is missing between them.
struct BlockReader: Sendable {
  /// What was found.
  enum Found {
    /// A block, whose header is sound; what is in its payload is not checked yet.
    case block(BlockHeader, offset: UInt64)
    /// Something is damaged or missing before the given line.
    case gap(line: UInt64, message: String)
  }

  private(set) var source: any TraceByteSource
  private let name: String
  /// What is read and not yet passed on, from `cursor` on.
  private let buffer = PaddedBytes()
  private var cursor = 0
  private var isAtEnd = false
  /// Bytes read so far.
  private(set) var byteCount: UInt64 = 0

  /// The number that the next block's first event has where nothing is missing.
  private var nextEvent: UInt64 = 0
  private var nextLine: UInt64 = 1
  /// Whether the index has been seen, with which a trace ends.
  private var hasEnded = false
  /// Whether what is missing here has been reported.
  private var isInGap = false

  /// How many bytes are read at once.
  private static let readBytes = 1 << 17
  /// A larger block is not copied.
  private static let copiedBytes = 1 << 21

  /// Makes a reader of what `source` has still to give, `head` having been read from it already.
  init(_ source: any TraceByteSource, name: String, head: [UInt8]) {
    self.source = source
    self.name = name
    head.withUnsafeBytes { buffer.append($0) }
    byteCount = UInt64(head.count)
  }

  /// Finds the next block and copies it, with its header, to `piece`; nil at the end of the trace.
  mutating func next(into piece: PaddedBytes) throws(TraceReadError) -> Found? {
    while true {
      try ensure(BinaryFormat.blockHeaderBytes)
      if available == 0 {
        if hasEnded || isInGap { return nil }
        isInGap = true
        return .gap(
          line: nextLine, message: "the trace ends at byte \(offset) without its end mark")
      }
      if let header = BlockHeader(bytes(available)) {
        if let found = try take(header, piece) { return found }
      } else if try passIndex() {
        if let gap = missingEvents(until: declaredEvents) { return gap }
      } else if try passFileHeader() {
        continue
      } else if let gap = reportDamage() {
        return gap
      } else {
        passDamage()
      }
    }
  }

  private var declaredEvents: UInt64 = 0
  /// The version of the file that is being read.
  private var version = BinaryFormat.version

  /// Passes on a block where all of it is there, and nothing is missing before it.
  private mutating func take(
    _ found: BlockHeader, _ piece: PaddedBytes
  ) throws(TraceReadError) -> Found? {
    var header = found
    header.version = version
    let size = BinaryFormat.blockHeaderBytes + Int(header.payloadBytes)
    try ensure(size + BinaryFormat.blockMagic.count)
    guard available >= size, isFollowed(at: size) || isFoundSound(header, size) else {
      let gap = reportDamage()
      passDamage()
      return gap
    }
    if let gap = missingEvents(until: header.firstEvent) { return gap }
    let found = Found.block(header, offset: offset)
    hand(size, to: piece)
    nextEvent = header.firstEvent &+ UInt64(header.eventCount)
    nextLine &+= header.lines
    isInGap = false
    return found
  }

  /// Whether what follows a block of this size is another, the index, or the end.
  private func isFollowed(at size: Int) -> Bool {
    let rest = UnsafeRawBufferPointer(rebasing: bytes(available)[size...])
    return rest.isEmpty || rest.starts(with: BinaryFormat.blockMagic)
      || rest.starts(with: BinaryFormat.indexMagic)
  }

  /// Up to where in the file payloads were checked for what they are.
  private var checkedUpTo: UInt64 = 0

  /// Whether the payload fits its checksum. That is computed once for each byte: what stands in a payload
  /// that did not fit is taken for damage, whatever it claims to be.
  private mutating func isFoundSound(_ header: BlockHeader, _ size: Int) -> Bool {
    guard offset >= checkedUpTo else { return false }
    checkedUpTo = offset + UInt64(size)
    let payload = bytes(size)[BinaryFormat.blockHeaderBytes...]
    return CRC32C.checksum(UnsafeRawBufferPointer(rebasing: payload)) == header.payloadChecksum
  }

  /// Puts the next bytes into `piece`, many of them without a copy.
  private mutating func hand(_ size: Int, to piece: PaddedBytes) {
    piece.removeAll()
    if size <= Self.copiedBytes {
      piece.reserve(size + BinaryFormat.maxEventBytes)
      piece.append(bytes(size))
      cursor += size
      return
    }
    buffer.remove(0..<cursor)
    cursor = 0
    let rest = Array(bytes(available)[size...])
    buffer.truncate(size)
    buffer.reserve(BinaryFormat.maxEventBytes)
    buffer.swapContents(with: piece)
    rest.withUnsafeBytes { buffer.append($0) }
  }

  private mutating func missingEvents(until event: UInt64) -> Found? {
    let missing = Int64(bitPattern: event &- nextEvent)
    nextEvent = event
    if missing == 0 || isInGap { return nil }
    isInGap = true
    let what = missing > 0 ? "\(missing) events are missing" : "blocks are out of order"
    return .gap(line: nextLine, message: "\(what) before byte \(offset)")
  }

  private mutating func reportDamage() -> Found? {
    if isInGap { return nil }
    isInGap = true
    return .gap(
      line: nextLine,
      message: "the trace is damaged at byte \(offset): reading goes on at the next block")
  }

  /// Passes on to the next byte that may begin something.
  private mutating func passDamage() {
    cursor += 1
    while cursor < buffer.count, buffer.start[cursor] != BinaryFormat.blockMagic[0],
      buffer.start[cursor] != BinaryFormat.fileMagic[0]
    {
      cursor += 1
    }
  }

  /// Passes over the index with which a trace ends.
  private mutating func passIndex() throws(TraceReadError) -> Bool {
    guard let size = BinaryTraceIndex.size(header: bytes(available)) else { return false }
    declaredEvents = bytes(available).little(16)
    hasEnded = true
    var rest = size
    while rest > 0 && available > 0 {
      let step = min(rest, available)
      cursor += step
      rest -= step
      try ensure(min(rest, Self.readBytes))
    }
    return true
  }

  /// Passes over the header of a file: the first, or that of a trace that was appended.
  private mutating func passFileHeader() throws(TraceReadError) -> Bool {
    let size = BinaryFormat.fileHeaderBytes
    guard available >= size, bytes(size).starts(with: BinaryFormat.fileMagic),
      bytes(size).little(12, UInt32.self)
        == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes(size)[..<12]))
    else { return false }
    let version: UInt16 = bytes(size).little(8)
    guard 1...BinaryFormat.version ~= version else {
      throw TraceReadError(file: name, reason: .unknownVersion(Int(version)))
    }
    self.version = version
    cursor += size
    nextEvent = 0
    declaredEvents = 0
    hasEnded = false
    return true
  }
}

extension BlockReader {
  /// Where in the file the cursor is.
  private var offset: UInt64 { byteCount - UInt64(available) }

  private var available: Int { buffer.count - cursor }

  /// The next bytes.
  private func bytes(_ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: buffer.start + cursor, count: count)
  }

  /// Reads on until `count` bytes are there, or the source is at its end.
  private mutating func ensure(_ count: Int) throws(TraceReadError) {
    while available < count && !isAtEnd {
      if cursor > 0 { buffer.remove(0..<cursor) }
      cursor = 0
      buffer.reserve(Self.readBytes)
      do {
        let added = try source.read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer.room.prefix(Self.readBytes)))
        buffer.advance(added)
        byteCount += UInt64(added)
        isAtEnd = added == 0
      } catch {
        throw error.placed(after: byteCount)
      }
    }
  }
}
