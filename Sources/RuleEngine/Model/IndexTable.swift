/// A hash table of indices whose elements bear their keys themselves: eight bytes a place, half of them
/// the hash, so that hardly an element is looked at that is not the one.
///
/// Open addressing, linear probing, deletion by backward shift, as in ``OpenTable``. Who asks works
/// out the hash and compares the key.
struct IndexTable: Sendable {
  /// The hash in the upper half, the index and one in the lower; 0 is an empty place.
  private var places: Store<UInt64>
  private var mask: Int
  private(set) var count = 0

  init() {
    places = Store(repeating: 0, count: 64)
    mask = 63
  }

  @inline(__always)
  private static func home(_ place: UInt64) -> Int { Int(truncatingIfNeeded: place >> 32) }

  @inline(__always)
  private static func index(_ place: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: place & 0xFFFF_FFFF) - 1
  }

  @inline(__always)
  private static func place(_ hash: UInt32, _ index: Int32) -> UInt64 {
    UInt64(hash) << 32 | UInt64(UInt32(bitPattern: index + 1))
  }

  /// The index whose key has this hash and satisfies `isKey`, or -1.
  @inline(__always)
  func find(_ hash: UInt32, where isKey: (Int32) -> Bool) -> Int32 {
    var at = Int(hash) & mask
    while true {
      let place = places[at]
      if place == 0 { return -1 }
      if UInt32(truncatingIfNeeded: place >> 32) == hash, isKey(Self.index(place)) {
        return Self.index(place)
      }
      at = (at + 1) & mask
    }
  }

  /// The index that ``find(_:where:)`` probably finds, or -1: its key is not looked at, nor places far
  /// from the first.
  @inline(__always)
  func guess(_ hash: UInt32) -> Int32 {
    for distance in 0..<4 {
      let place = places[(Int(hash) + distance) & mask]
      if place == 0 { return -1 }
      if UInt32(truncatingIfNeeded: place >> 32) == hash { return Self.index(place) }
    }
    return -1
  }

  /// Adds an index whose key is not in the table.
  @inline(__always)
  mutating func insert(_ hash: UInt32, _ index: Int32) {
    places.claim()
    if count * 4 >= places.count * 3 { grow() }
    var at = Int(hash) & mask
    while places[at] != 0 { at = (at + 1) & mask }
    places[at] = Self.place(hash, index)
    count += 1
  }

  /// Puts `new` in the place of `old`, which bears the same key.
  @inline(__always)
  mutating func replace(_ hash: UInt32, _ old: Int32, with new: Int32) {
    places.claim()
    let wanted = Self.place(hash, old)
    var at = Int(hash) & mask
    while places[at] != 0 {
      if places[at] == wanted {
        places[at] = Self.place(hash, new)
        return
      }
      at = (at + 1) & mask
    }
  }

  /// Removes an index, if it is there.
  mutating func remove(_ hash: UInt32, _ index: Int32) {
    places.claim()
    let wanted = Self.place(hash, index)
    var hole = Int(hash) & mask
    while places[hole] != wanted {
      if places[hole] == 0 { return }
      hole = (hole + 1) & mask
    }
    count -= 1
    var next = (hole + 1) & mask
    while places[next] != 0 {
      // A place may move back into the hole unless its home lies cyclically in (hole, next].
      if (next - Self.home(places[next])) & mask >= (next - hole) & mask {
        places[hole] = places[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    places[hole] = 0
  }

  private mutating func grow() {
    let old = places
    places = Store(repeating: 0, count: old.count * 2)
    mask = places.count - 1
    for from in 0..<old.count where old[from] != 0 {
      var at = Self.home(old[from]) & mask
      while places[at] != 0 { at = (at + 1) & mask }
      places[at] = old[from]
    }
  }
}
