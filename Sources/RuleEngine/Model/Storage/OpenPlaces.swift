/// A place of a hash table with open addressing.
protocol TablePlace: BitwiseCopyable, Sendable {
  /// Nothing.
  static var empty: Self { get }
  var isEmpty: Bool { get }
  /// The hash of the key, of which the lower bits say where the place would best be.
  func hash(seed: UInt64) -> UInt32
}

/// The places of a hash table: open addressing, linear probing, deletion by backward shift.
/// `Dictionary` costs several times as much on the path of an event.
///
/// The seed differs from run to run, so that no trace can be made to collide; nothing observable
/// depends on the order of the entries.
struct OpenPlaces<Place: TablePlace>: Sendable {
  private var places: Store<Place>
  private var mask: Int
  private(set) var count = 0
  let seed: UInt64

  init(seed: UInt64) {
    places = Store(repeating: .empty, count: 64)
    mask = 63
    self.seed = seed
  }

  /// Where a search for this hash begins.
  @inline(__always)
  func first(_ hash: UInt32) -> Int { Int(hash) & mask }

  /// Where it goes on.
  @inline(__always)
  func next(_ at: Int) -> Int { (at + 1) & mask }

  @inline(__always)
  subscript(at: Int) -> Place {
    get { places[at] }
    _modify { yield &places[at] }
  }

  /// Makes the places this table's own.
  mutating func claim() { places.claim() }

  /// Adds what is not in the table. The places are to be claimed.
  @inline(__always)
  mutating func insert(_ place: Place, _ hash: UInt32) {
    if count * 4 >= places.count * 3 { grow() }
    put(place, hash)
    count += 1
  }

  /// Empties a place that is not empty. The places are to be claimed.
  mutating func remove(at place: Int) {
    var hole = place
    count -= 1
    var at = next(hole)
    while !places[at].isEmpty {
      // What is there may move back into the hole unless it is best placed cyclically in (hole, at].
      if (at - first(places[at].hash(seed: seed))) & mask >= (at - hole) & mask {
        places[hole] = places[at]
        hole = at
      }
      at = next(at)
    }
    places[hole] = .empty
  }

  @inline(__always)
  private mutating func put(_ place: Place, _ hash: UInt32) {
    var at = first(hash)
    while !places[at].isEmpty { at = next(at) }
    places[at] = place
  }

  private mutating func grow() {
    let old = places
    places = Store(repeating: .empty, count: old.count * 2)
    mask = places.count - 1
    for at in 0..<old.count where !old[at].isEmpty { put(old[at], old[at].hash(seed: seed)) }
  }
}
