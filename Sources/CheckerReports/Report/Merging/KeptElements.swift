import RuleEngine

/// Of any number of findings those that a report keeps: the first of each fault before further ones, in
/// the order of a report.
///
/// Which they are does not depend on how the findings are shared out among reports that are merged: what
/// one part leaves out, it leaves out for so many that stand before it in the whole as well.
struct KeptElements {
  /// A finding, and what it is chosen by.
  struct Entry {
    var element: OrderedElement
    var fingerprint: String
  }

  private let limit: Int
  private(set) var entries: [Entry] = []
  private(set) var dropped = DroppedCounts()

  init(limit: Int) { self.limit = limit }

  mutating func add(_ entry: Entry) {
    entries.append(entry)
    if entries.count - limit > max(limit, 1024) { trim() }
  }

  /// Puts the findings into their order and leaves out those for which there is no room.
  mutating func trim() {
    entries.sort { $0.element < $1.element }
    if entries.count <= limit { return }
    let kept = Self.kept(entries.map(\.fingerprint), limit: limit)
    for index in entries.indices where !kept[index] {
      dropped.add(entries[index].fingerprint, 1)
    }
    entries = entries.indices.filter { kept[$0] }.map { entries[$0] }
  }

  /// Which of the findings are kept that have these fingerprints, in the order of a report.
  static func kept(_ fingerprints: [String], limit: Int) -> [Bool] {
    var seen: Set<String> = []
    let isFirst = fingerprints.map { seen.insert($0).inserted }
    let order =
      fingerprints.indices.filter { isFirst[$0] } + fingerprints.indices.filter { !isFirst[$0] }
    var kept = [Bool](repeating: false, count: fingerprints.count)
    for index in order.prefix(limit) { kept[index] = true }
    return kept
  }
}

/// How many findings of each fault were counted and not kept.
struct DroppedCounts {
  private var counts: [String: UInt64] = [:]

  /// So many faults are told apart; findings of others are only part of the sum, so that no number of
  /// reports fills the memory. They are the first in the order of their fingerprints, which does not depend
  /// on what came first.
  private let limit: Int

  init(limit: Int = 100_000) { self.limit = limit }

  mutating func add(_ fingerprint: String, _ count: UInt64) {
    counts[fingerprint] = (counts[fingerprint] ?? 0).added(count)
    if counts.count > 2 * limit { trim() }
  }

  private mutating func trim() {
    let kept = counts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .prefix(limit)
    counts = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
  }

  /// The counts in the order of a report; nil where there are none.
  var all: [Report.Dropped]? {
    if counts.isEmpty { return nil }
    return counts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .prefix(limit).map { Report.Dropped(fingerprint: $0.key, count: $0.value) }
  }
}
