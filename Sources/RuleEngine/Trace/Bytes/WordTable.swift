/// Words with a number each, recognised by their bytes: an open-addressing table that is filled once.
///
/// A word of up to sixteen bytes is told from the others by its first and last eight bytes and its
/// length; of a longer one the middle is compared too.
struct WordTable {
  private struct Entry {
    var head: UInt64 = 0
    var tail: UInt64 = 0
    /// 0 where the entry is free.
    var length: UInt32 = 0
    var value: Int32 = -1
    /// Where the word stands in ``text``.
    var offset: UInt32 = 0
  }

  private let entries: UnsafePointer<Entry>
  private let mask: Int
  private let text: BytePointer

  /// Makes a table in memory of `storage`, which must live as long as it. Of equal words the first
  /// counts.
  init(_ words: [(word: String, value: Int32)], in storage: Storage) {
    var size = 16
    while size < words.count * 4 { size *= 2 }
    let table = storage.allocate(of: Entry(), count: size)
    let bytes = words.reduce(0) { $0 + $1.word.utf8.count }
    let text = storage.allocate(of: UInt8(0), count: bytes + bytePadding)
    var offset = 0
    for (word, value) in words where !word.isEmpty {
      let length = word.utf8.count
      for (index, byte) in word.utf8.enumerated() { text[offset + index] = byte }
      let (head, tail) = Self.ends(text + offset, length)
      var slot = Self.slot(head, tail, length) & (size - 1)
      while table[slot].length != 0 { slot = (slot + 1) & (size - 1) }
      table[slot] = Entry(
        head: head, tail: tail, length: UInt32(length), value: value, offset: UInt32(offset))
      offset += length
    }
    entries = UnsafePointer(table)
    self.text = UnsafePointer(text)
    mask = size - 1
  }

  /// The number of the word of `length` bytes at `p`, negative where it is none of the table's. Eight
  /// bytes must be readable at `p`, whatever the length.
  @inline(__always) func find(_ p: BytePointer, _ length: Int) -> Int32 {
    let (head, tail) = Self.ends(p, length)
    var slot = Self.slot(head, tail, length) & mask
    while true {
      let entry = entries + slot
      if entry.pointee.length == 0 { return -1 }
      if entry.pointee.head == head && entry.pointee.tail == tail
        && Int(entry.pointee.length) == length
        && (length <= 16 || sameMiddle(p, length, text + Int(entry.pointee.offset)))
      {
        return entry.pointee.value
      }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(__always)
  private func sameMiddle(_ p: BytePointer, _ length: Int, _ word: BytePointer) -> Bool {
    var index = 8
    while index < length - 8 {
      if ByteWord.load(p + index) != ByteWord.load(word + index) { return false }
      index &+= 8
    }
    return true
  }

  @inline(__always)
  private static func ends(_ p: BytePointer, _ length: Int) -> (head: UInt64, tail: UInt64) {
    length <= 8
      ? (ByteWord.load(p, count: length), 0)
      : (ByteWord.load(p), ByteWord.load(p + (length &- 8)))
  }

  @inline(__always)
  private static func slot(_ head: UInt64, _ tail: UInt64, _ length: Int) -> Int {
    let mixed = (head ^ (tail << 23 | tail >> 41)) &+ UInt64(truncatingIfNeeded: length)
    return Int(truncatingIfNeeded: (mixed &* 0x9E37_79B9_7F4A_7C15) >> 44)
  }
}

extension WordTable {
  /// Memory that is given back all at once.
  final class Storage {
    private var blocks: [UnsafeMutableRawPointer] = []

    init() {}

    /// Memory for `count` copies of `value`, a plain value without references.
    func allocate<T: BitwiseCopyable>(of value: T, count: Int) -> UnsafeMutablePointer<T> {
      let block = UnsafeMutablePointer<T>.allocate(capacity: count)
      block.initialize(repeating: value, count: count)
      blocks.append(UnsafeMutableRawPointer(block))
      return block
    }

    deinit {
      for block in blocks { block.deallocate() }
    }
  }
}
