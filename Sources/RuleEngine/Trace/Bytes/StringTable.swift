/// The strings of a run, each stored once. Grows to a limit, so that a trace in which every line
/// names another source position cannot fill the memory.
///
/// A string that is new when the table is full is not kept. Its id is a hash of it (``StringID/isStandIn``),
/// the same for the same string and hardly ever that of another, so that what is told apart by its string
/// still is.
///
/// Strings are kept as bytes, so that a reader can add one without making a `String`. What is not
/// UTF-8 is kept as it came and read with U+FFFD in its place.
public struct StringTable: Sendable {
  /// A string's place in ``arena``, with its ends for a quick comparison.
  private struct Entry {
    /// The first eight bytes, and the last eight of a string of more than eight.
    var head: UInt64
    var tail: UInt64
    /// The offset, and above it whether the string is kept however full the table is.
    private var place: UInt32
    var length: UInt32

    init(head: UInt64, tail: UInt64, offset: UInt32, length: UInt32) {
      self.head = head
      self.tail = tail
      place = offset
      self.length = length
    }

    var offset: Int { Int(place & ~(1 << 31)) }
    var isReserved: Bool {
      get { place >> 31 != 0 }
      set { place = newValue ? place | 1 << 31 : place & ~(1 << 31) }
    }
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
  /// Whether a string came for which there was no room. From then on none is kept that is new.
  public private(set) var isFull = false
  /// How many strings were kept for which the limits do not hold, and how many bytes they have.
  private var reservedCount = 0
  private var reservedBytes = 0
  /// How often all strings were forgotten: ids are of one generation.
  private(set) var generation: UInt32 = 0

  /// How many strings, and bytes, may be kept beyond the limits.
  private static let reservedLimit = (strings: 4096, bytes: 1 << 20)

  /// Another for each process, so that no trace can be made whose strings all collide.
  private static let processSeed = UInt64.random(in: 0 ... .max) | 1
  private let seed = Self.processSeed

  /// Makes an empty table that keeps at most `limit` strings with `byteLimit` bytes in all.
  public init(limit: Int = 1 << 18, byteLimit: Int = 16 << 20) {
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
    guard index < entries.count else {
      return Self.standInText(id).withUnsafeBufferPointer {
        body(UnsafeBufferPointer(rebasing: $0.dropLast(bytePadding)))
      }
    }
    let entry = entries[index]
    return arena.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[entry.offset..<entry.offset + Int(entry.length)]))
    }
  }

  /// Calls `body` with a string's place, which is padded, and length.
  func withPaddedBytes<R>(of id: StringID, _ body: (BytePointer, Int) -> R) -> R {
    let index = Int(id.rawValue)
    guard index < entries.count else {
      let text = Self.standInText(id)
      return text.withUnsafeBufferPointer { text in
        guard let start = text.baseAddress else { preconditionFailure("the text is padded") }
        return body(start, text.count - bytePadding)
      }
    }
    let entry = entries[index]
    return arena.withUnsafeBufferPointer { arena in
      guard let start = arena.baseAddress else { preconditionFailure("the arena is never empty") }
      return body(start + entry.offset, Int(entry.length))
    }
  }

  /// How many bytes a string has.
  @inline(__always) public func byteCount(of id: StringID) -> Int {
    let index = Int(id.rawValue)
    return index < entries.count ? Int(entries[index].length) : Self.standInBytes
  }

  /// The id of `string` where it has been seen. In a table that is full that is not known of every
  /// string: there it is the id that the string has, or would have.
  public func find(_ string: String) -> StringID? {
    if string.isEmpty { return StringID.none }
    var string = string
    return string.withUTF8 { bytes in
      Self.withPadding(bytes) { find($0, bytes.count, ends($0, bytes.count)) }
        ?? (isFull ? Self.standIn(bytes) : nil)
    }
  }

  /// Whether the string with this id is `text`.
  func isString(_ id: StringID, _ text: String) -> Bool {
    if id.isStandIn {
      var text = text
      return text.withUTF8 { Self.standIn($0) } == id
    }
    return withBytes(of: id) { $0.elementsEqual(text.utf8) }
  }

  /// Whether the string was kept by ``intern(reserved:)``.
  func isReserved(_ id: StringID) -> Bool {
    Int(id.rawValue) < entries.count && entries[Int(id.rawValue)].isReserved
  }

  /// The id of a string without which what follows cannot be understood, added where it is new, also
  /// beyond the limits; nil where there have been too many such.
  mutating func intern(reserved bytes: UnsafeBufferPointer<UInt8>) -> StringID? {
    if bytes.isEmpty { return StringID.none }
    let id = Self.withPadding(bytes) { p -> StringID? in
      let ends = ends(p, bytes.count)
      if let known = find(p, bytes.count, ends) { return known }
      guard reservedCount < Self.reservedLimit.strings,
        reservedBytes + bytes.count <= Self.reservedLimit.bytes
      else { return nil }
      reservedCount += 1
      reservedBytes += bytes.count
      return append(p, bytes.count, ends)
    }
    if let id { entries[Int(id.rawValue)].isReserved = true }
    return id
  }

  /// Whether there is room for no more than there is already.
  var isHalfFull: Bool { isFull || entries.count > limit / 2 || used > byteLimit / 2 }

  /// Forgets all strings and keeps the memory.
  mutating func removeAll() {
    if entries.count == 1 && !isFull { return }
    entries.removeSubrange(1...)
    used = 0
    isFull = false
    reservedCount = 0
    reservedBytes = 0
    generation &+= 1
    for index in slots.indices { slots[index] = 0 }
  }

  /// The id of the string of `length` bytes at `p`, which is added where it is new. Eight bytes must
  /// be readable at `p`, whatever the length.
  @inline(__always)
  mutating func intern(_ p: BytePointer, _ length: Int) -> StringID {
    if length == 0 { return .none }
    let ends = ends(p, length)
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
  private func ends(_ p: BytePointer, _ length: Int) -> Ends {
    if length <= 8 {
      let head = ByteWord.load(p, count: length)
      return (head, 0, Self.mix(head ^ seed, UInt64(truncatingIfNeeded: length)))
    }
    let head = ByteWord.load(p)
    let tail = ByteWord.load(p + (length - 8))
    var hash = Self.mix(head ^ seed, tail ^ UInt64(truncatingIfNeeded: length))
    var index = 8
    while index < length - 8 {
      hash = Self.mix(hash ^ seed, ByteWord.load(p + index))
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
        && (length <= 16 || sameMiddle(p, length, entry.offset))
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
    guard !isFull, entries.count - reservedCount <= limit,
      used - reservedBytes + length <= byteLimit
    else {
      isFull = true
      return Self.standIn(UnsafeBufferPointer(start: p, count: length))
    }
    return append(p, length, ends)
  }

  private mutating func append(_ p: BytePointer, _ length: Int, _ ends: Ends) -> StringID {
    let id = UInt32(entries.count)
    let needed = used + length + bytePadding
    if arena.count < needed {
      // Doubled, but not beyond what it can come to.
      let wanted = max(needed, min(arena.count * 2, byteLimit + bytePadding))
      arena.append(contentsOf: repeatElement(0, count: wanted - arena.count))
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
        arena.baseAddress.map { ends($0 + entry.offset, Int(entry.length)).hash } ?? 0
      }
      place(UInt32(id), hash)
    }
  }
}

// Strings that were not kept.
extension StringTable {
  /// What is to be said of a trace for whose strings there was no room.
  public static let fullMessage =
    "there are more different names (drivers, functions, source positions, texts) than are kept; later ones "
    + "are told apart by a hash alone and shown as that; check the tracer, which may write numbers into names"

  /// What such a string reads as, its hash in place of the zeros.
  private static let standInForm = Array("(table of strings full: #00000000)".utf8)
  private static let standInBytes = standInForm.count

  /// The id of a string that is not kept: FNV-1a, 64 bits, folded to 31.
  private static func standIn(_ bytes: UnsafeBufferPointer<UInt8>) -> StringID {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return StringID(UInt32(truncatingIfNeeded: hash ^ hash >> 32) | 1 << 31)
  }

  /// The text of an id for which there is no string, padded.
  private static func standInText(_ id: StringID) -> [UInt8] {
    let padding = [UInt8](repeating: 0, count: bytePadding)
    guard id.isStandIn else { return padding }
    var text = standInForm
    for digit in 0..<8 {
      let value = UInt8(truncatingIfNeeded: id.rawValue >> UInt32(digit * 4)) & 15
      text[text.count - 2 - digit] = value < 10 ? 0x30 | value : 0x57 + value
    }
    return text + padding
  }
}

extension Event {
  /// Whether a string of the event was not kept.
  @inline(__always) var hasStandIns: Bool {
    (driver.rawValue | source.rawValue | function.rawValue | text.rawValue) >> 31 != 0
      || !flags.isDisjoint(with: [.unknownStatus, .ownText]) && hasRareStandIns
  }

  private var hasRareStandIns: Bool {
    if isStatusUnknown, StringID(statusBits).isStandIn { return true }
    return flags.contains(.ownText)
      && (0..<OwnSlot.count).contains { ownType($0) == .text && ownText($0).isStandIn }
  }

  /// The event without the fields whose strings were not kept: what stands in for them is not to be taken
  /// for what the trace says.
  var withoutStandIns: Event {
    var event = self
    func drop(_ fields: FieldSet, _ id: WritableKeyPath<Event, StringID>) {
      guard event[keyPath: id].isStandIn else { return }
      event.fields.subtract(fields)
      event[keyPath: id] = .none
    }
    drop(FieldSet(.drv), \.driver)
    drop(FieldSet(.src), \.source)
    drop(FieldSet(.fn), \.function)
    if kind != .custom { drop(FieldSet(.note, .pooltag, .op, .name, .kind), \.text) }
    if isStatusUnknown, StringID(statusBits).isStandIn {
      event.fields.subtract(FieldSet(.status))
      event.flags.remove(.unknownStatus)
      event.statusBits = 0
    }
    if flags.contains(.ownText) {
      for slot in 0..<OwnSlot.count where ownType(slot) == .text && ownText(slot).isStandIn {
        event.setOwn(slot, .absent, 0)
      }
    }
    return event
  }
}
