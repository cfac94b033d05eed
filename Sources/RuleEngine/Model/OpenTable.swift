/// A key of an ``OpenTable``: a few machine words.
protocol TableKey: Equatable, Sendable, BitwiseCopyable {
  /// The key's bits, mixed. Equal keys give equal words.
  func hashWord(seed: UInt64) -> UInt64
}

extension UInt64: TableKey {
  @inline(__always)
  func hashWord(seed: UInt64) -> UInt64 {
    let product = (self ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}

/// Two words as one key, for example a remove lock and a tag.
struct PairKey: TableKey {
  var first: UInt64
  var second: UInt64

  @inline(__always)
  func hashWord(seed: UInt64) -> UInt64 {
    (first.hashWord(seed: seed) &+ second).hashWord(seed: seed)
  }
}

/// A hash table from a key to an index, with open addressing, linear probing and deletion by
/// backward shift. `Dictionary` costs several times as much on the path of an event.
///
/// The seed differs from run to run, so that no trace can be made to collide; nothing observable
/// depends on the order of the entries.
struct OpenTable<Key: TableKey>: Sendable {
  private struct Entry: BitwiseCopyable {
    var key: Key
    /// The index; -1 marks an empty place.
    var value: Int32
  }

  private var entries: Store<Entry>
  private var mask: Int
  private let empty: Entry
  private let seed = UInt64.random(in: .min ... .max)
  private(set) var count = 0

  /// Makes an empty table; `zero` is any key, used to fill empty places.
  init(zero: Key) {
    empty = Entry(key: zero, value: -1)
    entries = Store(repeating: empty, count: 64)
    mask = 63
  }

  @inline(__always)
  private func home(_ key: Key) -> Int {
    Int(truncatingIfNeeded: key.hashWord(seed: seed)) & mask
  }

  /// The index stored under `key`, or -1.
  @inline(__always)
  func find(_ key: Key) -> Int32 {
    var place = home(key)
    while true {
      let entry = entries[place]
      if entry.value < 0 { return -1 }
      if entry.key == key { return entry.value }
      place = (place + 1) & mask
    }
  }

  /// Stores `value` (≥ 0) under `key`, in place of what was there.
  @inline(__always)
  mutating func set(_ key: Key, _ value: Int32) {
    entries.claim()
    if count * 4 >= entries.count * 3 { grow() }
    var place = home(key)
    while entries[place].value >= 0 {
      if entries[place].key == key {
        entries[place].value = value
        return
      }
      place = (place + 1) & mask
    }
    entries[place] = Entry(key: key, value: value)
    count += 1
  }

  /// Removes what is stored under `key`, if anything.
  mutating func remove(_ key: Key) {
    entries.claim()
    var hole = home(key)
    while true {
      if entries[hole].value < 0 { return }
      if entries[hole].key == key { break }
      hole = (hole + 1) & mask
    }
    count -= 1
    var next = (hole + 1) & mask
    while entries[next].value >= 0 {
      // An entry may move back into the hole unless its home lies cyclically in (hole, next].
      if (next - home(entries[next].key)) & mask >= (next - hole) & mask {
        entries[hole] = entries[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    entries[hole] = empty
  }

  private mutating func grow() {
    let old = entries
    entries = Store(repeating: empty, count: old.count * 2)
    mask = entries.count - 1
    for index in 0..<old.count {
      let entry = old[index]
      if entry.value < 0 { continue }
      var place = home(entry.key)
      while entries[place].value >= 0 { place = (place + 1) & mask }
      entries[place] = entry
    }
  }
}
