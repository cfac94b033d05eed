/// A key of an ``OpenTable``: a few machine words.
protocol TableKey: Equatable, Sendable, BitwiseCopyable {
  /// Any key, to fill empty places with.
  static var zero: Self { get }
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
  static let zero = PairKey(first: 0, second: 0)
  var first: UInt64
  var second: UInt64

  @inline(__always)
  func hashWord(seed: UInt64) -> UInt64 {
    (first.hashWord(seed: seed) &+ second).hashWord(seed: seed)
  }
}

/// A hash table from a key to an index.
struct OpenTable<Key: TableKey>: Sendable {
  private struct Entry: TablePlace {
    static var empty: Entry { Entry(key: .zero, value: -1) }
    var key: Key
    /// The index; -1 marks an empty place.
    var value: Int32

    @inline(__always) var isEmpty: Bool { value < 0 }

    @inline(__always)
    func hash(seed: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key.hashWord(seed: seed)) }
  }

  private var places = OpenPlaces<Entry>(seed: .random(in: .min ... .max))
  var count: Int { places.count }

  @inline(__always)
  private func hash(_ key: Key) -> UInt32 {
    UInt32(truncatingIfNeeded: key.hashWord(seed: places.seed))
  }

  /// The place that holds `key`, or the empty one that a search for it ends at.
  @inline(__always)
  private func place(of key: Key) -> Int {
    var at = places.first(hash(key))
    while !places[at].isEmpty, places[at].key != key { at = places.next(at) }
    return at
  }

  /// The index stored under `key`, or -1.
  @inline(__always)
  func find(_ key: Key) -> Int32 { places[place(of: key)].value }

  /// Stores `value` (≥ 0) under `key`, in place of what was there.
  @inline(__always)
  mutating func set(_ key: Key, _ value: Int32) {
    places.claim()
    let at = place(of: key)
    if places[at].isEmpty {
      places.insert(Entry(key: key, value: value), hash(key))
    } else {
      places[at].value = value
    }
  }

  /// Removes what is stored under `key`, if anything.
  mutating func remove(_ key: Key) {
    places.claim()
    let at = place(of: key)
    if !places[at].isEmpty { places.remove(at: at) }
  }
}
