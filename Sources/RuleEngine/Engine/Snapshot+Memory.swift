// The pool memory that is left, by the places where it was allocated.
extension Checker {
  /// How many places are shown.
  private static let placesShown = 10

  /// What tells places apart.
  private struct PlaceKey: Hashable {
    var driver: UInt32
    var source: UInt32
    var function: UInt32
    var tag: UInt32
  }

  func snapshotMemory(_ strings: StringTable) -> Snapshot.Memory {
    var places: [PlaceKey: Snapshot.MemoryPlace] = [:]
    var all = LeftSum()
    var sums: [PlaceKey: LeftSum] = [:]
    for life in model.allocations.live {
      let allocation = model.allocations[life]
      let key = PlaceKey(
        driver: allocation.driver, source: allocation.made.source,
        function: allocation.made.function, tag: allocation.tag)
      all.add(allocation.size)
      sums[key, default: LeftSum()].add(allocation.size)
      guard places[key] == nil else { continue }
      places[key] = Snapshot.MemoryPlace(
        driver: strings[StringID(key.driver)], source: strings[StringID(key.source)],
        function: strings[StringID(key.function)], tag: strings[StringID(key.tag)], count: 0,
        bytes: 0, oldest: TracePosition(rawValue: allocation.made.position))
    }
    for (key, sum) in sums {
      places[key]?.count = sum.count
      places[key]?.bytes = sum.bytes
    }
    let ordered = places.values.sorted {
      ($0.bytes, $0.count, $1.oldest) > ($1.bytes, $1.count, $0.oldest)
    }
    return Snapshot.Memory(
      allocations: all.count, bytes: all.bytes, largest: Array(ordered.prefix(Self.placesShown)))
  }
}
