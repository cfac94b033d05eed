/// Cuts the bytes of a source into pieces of whole lines in UTF-8.
///
/// A line that is longer than the limit is cut off just beyond it, so that the parser, which has the
/// same limit, reports it and no more of it is kept.
struct LineChunker: Sendable {
  private enum Encoding {
    case utf8
    case utf16(UTF16Decoder)
  }

  private(set) var source: any TraceByteSource
  private let chunkBytes: Int
  private let maxLineBytes: Int
  private var encoding: Encoding?
  /// The bytes behind the last newline of the piece before.
  private var carry: [UInt8] = []
  /// Bytes of UTF-16 before they are decoded.
  private let raw = PaddedBytes()
  /// Whether the rest of a line is passed over, because it is too long.
  private var isInOverlongLine = false
  private var isAtEnd = false
  /// Bytes read so far.
  private(set) var byteCount: UInt64 = 0

  /// Makes a chunker of what `source` has still to give, `head` having been read from it already.
  init(_ source: any TraceByteSource, head: [UInt8], chunkBytes: Int, maxLineBytes: Int) {
    self.source = source
    self.chunkBytes = max(chunkBytes, 64)
    self.maxLineBytes = maxLineBytes
    byteCount = UInt64(head.count)
    let first = PaddedBytes()
    head.withUnsafeBytes { take($0, into: first) }
    carry = Array(UnsafeBufferPointer(start: first.start, count: first.count))
  }

  /// Fills `piece` with the next whole lines, the last byte being a newline; false where there are no
  /// more. The last line of the source is ended with a newline where it has none.
  mutating func next(into piece: PaddedBytes) throws(TraceReadError) -> Bool {
    piece.removeAll()
    carry.withUnsafeBytes { piece.append($0) }
    carry.removeAll(keepingCapacity: true)
    var searched = 0
    while true {
      if let end = Self.lastLineEnd(piece, from: searched) {
        carry.append(
          contentsOf: UnsafeBufferPointer(start: piece.start + end, count: piece.count - end))
        piece.truncate(end)
        return true
      }
      cutOverlongLine(piece)
      searched = piece.count
      if isAtEnd {
        piece.endLine()
        return piece.count > 0
      }
      try fill(piece)
    }
  }

  /// What is behind the last newline of the piece at or after `start`.
  private static func lastLineEnd(_ piece: PaddedBytes, from start: Int) -> Int? {
    var end = piece.count
    while end > start {
      if piece.start[end - 1] == Ascii.newline { return end }
      end -= 1
    }
    return nil
  }

  /// Cuts off a line without an end that is longer than the limit.
  private mutating func cutOverlongLine(_ piece: PaddedBytes) {
    guard piece.count > maxLineBytes else { return }
    piece.truncate(maxLineBytes + 1)
    isInOverlongLine = true
  }

  /// Reads on.
  private mutating func fill(_ piece: PaddedBytes) throws(TraceReadError) {
    if case .utf8 = encoding, !isInOverlongLine {
      piece.reserve(chunkBytes)
      let count = try read(UnsafeMutableRawBufferPointer(rebasing: piece.room.prefix(chunkBytes)))
      return piece.advance(count)
    }
    raw.removeAll()
    raw.reserve(chunkBytes)
    let count = try read(UnsafeMutableRawBufferPointer(rebasing: raw.room.prefix(chunkBytes)))
    take(UnsafeRawBufferPointer(start: raw.start, count: count), into: piece)
    if isAtEnd, case .utf16(var decoder) = encoding {
      decoder.finish(to: piece)
      encoding = .utf16(decoder)
    }
  }

  private mutating func read(
    _ room: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    do {
      let count = try source.read(into: room)
      isAtEnd = count == 0
      byteCount += UInt64(count)
      return count
    } catch {
      throw error.placed(after: byteCount)
    }
  }
}

extension LineChunker {
  /// Decodes bytes of the source and appends them.
  private mutating func take(_ bytes: UnsafeRawBufferPointer, into piece: PaddedBytes) {
    var bytes = bytes
    let encoding = encoding ?? Self.detect(&bytes)
    let start = piece.count
    switch encoding {
    case .utf8:
      self.encoding = encoding
      piece.append(bytes)
    case .utf16(var decoder):
      decoder.decode(bytes, to: piece)
      self.encoding = .utf16(decoder)
    }
    if isInOverlongLine { passOverlongLine(piece, from: start) }
  }

  /// Finds out how a source is encoded, and takes a byte-order mark off its beginning.
  private static func detect(_ head: inout UnsafeRawBufferPointer) -> Encoding {
    if head.starts(with: [0xFF, 0xFE]) {
      head = UnsafeRawBufferPointer(rebasing: head.dropFirst(2))
      return .utf16(UTF16Decoder(isBigEndian: false))
    }
    if head.starts(with: [0xFE, 0xFF]) {
      head = UnsafeRawBufferPointer(rebasing: head.dropFirst(2))
      return .utf16(UTF16Decoder(isBigEndian: true))
    }
    if head.starts(with: [0xEF, 0xBB, 0xBF]) {
      head = UnsafeRawBufferPointer(rebasing: head.dropFirst(3))
    }
    return UTF16Decoder.byteOrder(of: head).map { .utf16(UTF16Decoder(isBigEndian: $0)) } ?? .utf8
  }

  /// Takes out of the piece what belongs to a line that is too long.
  private mutating func passOverlongLine(_ piece: PaddedBytes, from start: Int) {
    var end = start
    while end < piece.count && piece.start[end] != Ascii.newline { end += 1 }
    if end < piece.count { isInOverlongLine = false }
    piece.remove(start..<end)
  }
}

extension PaddedBytes {
  /// Takes bytes out.
  func remove(_ range: Range<Int>) {
    (start + range.lowerBound).update(
      from: start + range.upperBound, count: count - range.upperBound)
    truncate(count - range.count)
  }
}
