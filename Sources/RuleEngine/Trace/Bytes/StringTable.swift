/// The strings of a run, each stored once. Grows to a limit, so that a trace in which every line
/// names another source position cannot fill the memory.
///
/// Strings are kept as bytes, so that a reader can add one without making a `String`. What is not
/// UTF-8 is kept as it came and read with U+FFFD in its place.
public struct StringTable: Sendable {
  /// A string's place in ``arena``, with its ends for a quick comparison.
  private struct Entry {
    /// The first eight bytes, and the last eight of a string of more than eight.
    var head: UInt64
    var tail: UInt64
    var offset: UInt32
    var length: UInt32
  }

  /// All strings, one behind the other, and padding.
  private var arena: [UInt8]
  private var used = 0
  /// By id; the first is the empty string.
  private var entries = [Entry(head: 0, tail: 0, offset: 0, length: 0)]
  /// Ids by hash, 0 where free; a power of two of them, at most half full.
  private var slots: [UInt32]

  /// The largest number of strings that are kept.
  public let limit: Int
  /// The largest number of bytes that are kept.
  public let byteLimit: Int
  /// How often a string came that was new when the table was full; it reads as ``overflowText``.
  public internal(set) var overflowed = 0

  /// What a string reads as that no longer fitted.
  public static let overflowText = "(string table full)"

  /// Another for each process, so that no trace can be made whose strings all collide.
  private static let seed = UInt64.random(in: 0 ... .max) | 1

  /// Makes an empty table that keeps at most `limit` strings with `byteLimit` bytes in all.
  public init(limit: Int = 1 << 18, byteLimit: Int = 64 << 20) {
    self.limit = min(limit, Int(UInt32.max >> 2))
    self.byteLimit = min(byteLimit, Int(UInt32.max >> 1))
    arena = [UInt8](repeating: 0, count: bytePadding)
    slots = [UInt32](repeating: 0, count: 256)
  }

  /// How many strings there are; the ids are 0 (the empty string) to one less.
  public var count: Int { entries.count }

  /// The id of `string`, which is added where it is new.
  public mutating func intern(_ string: String) -> StringID {
    var string = string
    return string.withUTF8 { intern(unpadded: $0) }
  }

  /// The id of the string with these bytes, which is added where it is new.
  public mutating func intern(_ bytes: UnsafeRawBufferPointer) -> StringID {
    bytes.withMemoryRebound(to: UInt8.self) { intern(unpadded: $0) }
  }

  /// The string with this id; empty for ``StringID/none`` and for ids of another table.
  public subscript(id: StringID) -> String {
    withBytes(of: id) { String(decoding: $0, as: UTF8.self) }
  }

  /// Calls `body` with the bytes of a string.
  public func withBytes<R>(of id: StringID, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let index = Int(id.rawValue)
    guard index < entries.count else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    let entry = entries[index]
    return arena.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[Int(entry.offset)..<Int(entry.offset + entry.length)]))
    }
  }

  /// Calls `body` with a string's place, which is padded, and length.
  func withPaddedBytes<R>(of id: StringID, _ body: (BytePointer, Int) -> R) -> R {
    let index = min(Int(id.rawValue), entries.count)
    let entry = index < entries.count ? entries[index] : entries[0]
    return arena.withUnsafeBufferPointer { arena in
      guard let start = arena.baseAddress else { preconditionFailure("the arena is never empty") }
      return body(start + Int(entry.offset), Int(entry.length))
    }
  }

  /// How many bytes a string has.
  @inline(__always) public func byteCount(of id: StringID) -> Int {
    let index = Int(id.rawValue)
    return index < entries.count ? Int(entries[index].length) : 0
  }

  /// The id of `string` where it has been seen.
  public func find(_ string: String) -> StringID? {
    if string.isEmpty { return StringID.none }
    var string = string
    return string.withUTF8 { bytes in
      Self.withPadding(bytes) { find($0, bytes.count, Self.ends($0, bytes.count)) }
    }
  }

  /// Forgets all strings and keeps the memory.
  mutating func removeAll() {
    if entries.count == 1 && overflowed == 0 { return }
    entries.removeSubrange(1...)
    used = 0
    overflowed = 0
    for index in slots.indices { slots[index] = 0 }
  }

  /// The id of the string of `length` bytes at `p`, which is added where it is new. Eight bytes must
  /// be readable at `p`, whatever the length.
  @inline(__always)
  mutating func intern(_ p: BytePointer, _ length: Int) -> StringID {
    if length == 0 { return .none }
    let ends = Self.ends(p, length)
    return find(p, length, ends) ?? add(p, length, ends)
  }

  private mutating func intern(unpadded bytes: UnsafeBufferPointer<UInt8>) -> StringID {
    Self.withPadding(bytes) { intern($0, bytes.count) }
  }

  /// Calls `body` with a place from which eight bytes can be loaded and which holds `bytes`.
  private static func withPadding<R>(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (BytePointer) -> R
  ) -> R {
    if bytes.count >= 8, let start = bytes.baseAddress { return body(start) }
    var word: UInt64 = 0
    for byte in bytes.reversed() { word = word << 8 | UInt64(byte) }
    return withUnsafePointer(to: word.littleEndian) {
      $0.withMemoryRebound(to: UInt8.self, capacity: 8, body)
    }
  }
}

extension StringTable {
  /// The first and the last eight bytes of a string, and its hash.
  private typealias Ends = (head: UInt64, tail: UInt64, hash: UInt64)

  @inline(__always)
  private static func ends(_ p: BytePointer, _ length: Int) -> Ends {
    if length <= 8 {
      let head = ByteWord.load(p, count: length)
      return (head, 0, mix(head ^ seed, UInt64(truncatingIfNeeded: length)))
    }
    let head = ByteWord.load(p)
    let tail = ByteWord.load(p + (length - 8))
    var hash = mix(head ^ seed, tail ^ UInt64(truncatingIfNeeded: length))
    var index = 8
    while index < length - 8 {
      hash = mix(hash ^ seed, ByteWord.load(p + index))
      index += 8
    }
    return (head, tail, hash)
  }

  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: b ^ 0xD1B5_4A32_D192_ED03)
    return product.high ^ product.low
  }

  @inline(__always)
  private func find(_ p: BytePointer, _ length: Int, _ ends: Ends) -> StringID? {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: ends.hash) & mask
    while true {
      let id = slots[slot]
      if id == 0 { return nil }
      let entry = entries[Int(id)]
      if entry.head == ends.head && entry.tail == ends.tail && Int(entry.length) == length
        && (length <= 16 || sameMiddle(p, length, Int(entry.offset)))
      {
        return StringID(id)
      }
      slot = (slot + 1) & mask
    }
  }

  private func sameMiddle(_ p: BytePointer, _ length: Int, _ offset: Int) -> Bool {
    arena.withUnsafeBufferPointer { arena in
      guard let start = arena.baseAddress else { return false }
      var index = 8
      while index < length - 8 {
        if ByteWord.load(p + index) != ByteWord.load(start + offset + index) { return false }
        index += 8
      }
      return true
    }
  }

  @inline(never)
  private mutating func add(_ p: BytePointer, _ length: Int, _ ends: Ends) -> StringID {
    guard entries.count <= limit, used + length <= byteLimit else {
      overflowed += 1
      return overflowID()
    }
    return append(p, length, ends)
  }

  private mutating func append(_ p: BytePointer, _ length: Int, _ ends: Ends) -> StringID {
    let id = UInt32(entries.count)
    while arena.count < used + length + bytePadding {
      arena.append(contentsOf: repeatElement(0, count: max(arena.count, length)))
    }
    arena.withUnsafeMutableBufferPointer { arena in
      guard let start = arena.baseAddress else { return }
      (start + used).update(from: p, count: length)
    }
    entries.append(
      Entry(head: ends.head, tail: ends.tail, offset: UInt32(used), length: UInt32(length)))
    used += length
    if entries.count * 2 > slots.count { grow() } else { place(id, ends.hash) }
    return StringID(id)
  }

  /// The id of ``overflowText``, for which there is always room.
  private mutating func overflowID() -> StringID {
    var text = Self.overflowText
    return text.withUTF8 { bytes in
      Self.withPadding(bytes) { p in
        let ends = Self.ends(p, bytes.count)
        return find(p, bytes.count, ends) ?? append(p, bytes.count, ends)
      }
    }
  }

  private mutating func place(_ id: UInt32, _ hash: UInt64) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = id
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    for (id, entry) in entries.enumerated().dropFirst() {
      let hash = arena.withUnsafeBufferPointer { arena in
        arena.baseAddress.map { Self.ends($0 + Int(entry.offset), Int(entry.length)).hash } ?? 0
      }
      place(UInt32(id), hash)
    }
  }
}
