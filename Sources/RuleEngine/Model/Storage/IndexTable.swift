/// A hash table of indices whose elements bear their keys themselves: eight bytes a place, half of them
/// the hash, so that hardly an element is looked at that is not the one.
///
/// Who asks works out the hash, with a seed of its own, and compares the key.
struct IndexTable: Sendable {
  /// The hash in the upper half, the index and one in the lower; 0 is an empty place.
  private struct Entry: TablePlace {
    static let empty = Entry(bits: 0)
    var bits: UInt64

    @inline(__always)
    init(bits: UInt64) { self.bits = bits }

    @inline(__always)
    init(_ hash: UInt32, _ index: Int32) {
      bits = UInt64(hash) << 32 | UInt64(UInt32(bitPattern: index + 1))
    }

    @inline(__always) var isEmpty: Bool { bits == 0 }
    @inline(__always) var hash: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
    @inline(__always) var index: Int32 { Int32(truncatingIfNeeded: bits & 0xFFFF_FFFF) - 1 }

    @inline(__always)
    func hash(seed: UInt64) -> UInt32 { hash }
  }

  private var places = OpenPlaces<Entry>(seed: 0)
  var count: Int { places.count }

  /// The index whose key has this hash and satisfies `isKey`, or -1.
  @inline(__always)
  func find(_ hash: UInt32, where isKey: (Int32) -> Bool) -> Int32 {
    var at = places.first(hash)
    while true {
      let place = places[at]
      if place.isEmpty { return -1 }
      if place.hash == hash, isKey(place.index) { return place.index }
      at = places.next(at)
    }
  }

  /// The index that ``find(_:where:)`` probably finds, or -1: its key is not looked at, nor places far
  /// from the first.
  @inline(__always)
  func guess(_ hash: UInt32) -> Int32 {
    var at = places.first(hash)
    for _ in 0..<4 {
      let place = places[at]
      if place.isEmpty { return -1 }
      if place.hash == hash { return place.index }
      at = places.next(at)
    }
    return -1
  }

  /// Adds an index whose key is not in the table.
  @inline(__always)
  mutating func insert(_ hash: UInt32, _ index: Int32) {
    places.claim()
    places.insert(Entry(hash, index), hash)
  }

  /// Puts `new` in the place of `old`, which bears the same key.
  @inline(__always)
  mutating func replace(_ hash: UInt32, _ old: Int32, with new: Int32) {
    places.claim()
    if let at = place(of: Entry(hash, old)) { places[at] = Entry(hash, new) }
  }

  /// Removes an index, if it is there.
  mutating func remove(_ hash: UInt32, _ index: Int32) {
    places.claim()
    if let at = place(of: Entry(hash, index)) { places.remove(at: at) }
  }

  @inline(__always)
  private func place(of entry: Entry) -> Int? {
    var at = places.first(entry.hash)
    while places[at].bits != entry.bits {
      if places[at].isEmpty { return nil }
      at = places.next(at)
    }
    return at
  }
}
