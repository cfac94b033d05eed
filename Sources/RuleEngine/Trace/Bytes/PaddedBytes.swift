/// A growing buffer of bytes that is readable for ``bytePadding`` bytes beyond its end.
///
/// `@unchecked Sendable`: a buffer is used by one thread at a time. Of the values that go from thread to
/// thread only a ``LineChunker`` holds one, and there is one of that for each source, which lives in one
/// reader or behind the one lock of a ``ParsePipeline``; all other buffers stay on their thread.
final class PaddedBytes: @unchecked Sendable {
  private(set) var start: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 0) {
    self.capacity = capacity
    start = Self.zeros(capacity + bytePadding)
  }

  /// Makes room for `more` bytes behind the end.
  func reserve(_ more: Int) {
    if count + more <= capacity { return }
    // What is large grows by less, since all of it is held.
    let grown = max(count + more, capacity < Self.large ? capacity * 2 : capacity / 4 * 5)
    let fresh = Self.zeros(grown + bytePadding)
    fresh.update(from: start, count: count)
    start.deallocate()
    start = fresh
    capacity = grown
  }

  private static func zeros(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    let words = (count + 7) / 8
    let block = UnsafeMutableRawPointer.allocate(byteCount: words * 8, alignment: 8)
    block.initializeMemory(as: UInt64.self, repeating: 0, count: words)
    return block.assumingMemoryBound(to: UInt8.self)
  }

  /// The room behind the end.
  var room: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: start + count, count: capacity - count)
  }

  /// Counts in `added` bytes that were written to ``room``.
  func advance(_ added: Int) {
    precondition(added >= 0 && count + added <= capacity, "more bytes than there was room for")
    count += added
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    room.copyMemory(from: bytes)
    count += bytes.count
  }

  func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count += 1
  }

  /// Ends the last line with a newline where it has none.
  func endLine() {
    if count > 0 && start[count - 1] != Ascii.newline { append(Ascii.newline) }
  }

  /// Empties the buffer and keeps its memory, where that is not much.
  func removeAll() {
    count = 0
    if capacity <= Self.large { return }
    start.deallocate()
    capacity = 0
    start = Self.zeros(bytePadding)
  }

  /// From so many bytes on memory is not kept.
  private static let large = 2 << 20

  /// Exchanges what the two hold.
  func swapContents(with other: PaddedBytes) {
    swap(&start, &other.start)
    swap(&count, &other.count)
    swap(&capacity, &other.capacity)
  }

  /// Shortens the buffer to its first `count` bytes.
  func truncate(_ count: Int) { self.count = min(count, self.count) }

  deinit { start.deallocate() }
}
