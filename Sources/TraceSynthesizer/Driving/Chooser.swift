/// What happens next to whom: tables made once, from which a scenario is drawn in one step.
struct Chooser: Sendable {
  /// By shape and level, paths as often as their weight says: for started devices, and for those
  /// that were removed by surprise.
  fileprivate struct Tables: Sendable {
    var started: [[Int32]] = []
    var surprised: [[Int32]] = []
  }

  private static let tableSize = 1024
  fileprivate static let maxDepth = 4
  /// Those of the library, made once.
  private static let tables = Tables(.shared)

  /// By clean path, the faulty paths that may take its place.
  let replacements: [[Int32]]
  let hotplugReplacements: [Int32]
  /// All faulty paths that may be seeded.
  let faultPaths: [Int32]

  /// Makes the tables for the faults of a rule, nil for all.
  init(rule: String?) {
    let library = ScenarioLibrary.shared
    let faults = library.faults.filter { rule.map($0.rules.contains) ?? true }
    faultPaths = faults.map(\.path)
    hotplugReplacements = faults.filter { $0.request == nil }.map(\.path)
    replacements = library.paths.indices.map { path in
      guard library.paths[path].fault < 0, !library.paths[path].isHotplug else { return [] }
      return faults.filter { $0.request == library.requests[path] }.map(\.path)
    }
  }

  fileprivate static func table(_ offers: [ScenarioLibrary.Offer]) -> [Int32] {
    let total = offers.reduce(0) { $0 + $1.weight }
    if total == 0 { return [] }
    var table: [Int32] = []
    var sum = 0
    // Every offer has at least one place, however small its weight.
    for offer in offers {
      sum += offer.weight
      table.append(offer.path)
      while table.count < sum * tableSize / total { table.append(offer.path) }
    }
    return table
  }

  /// A path for a device at `level` of a stack; nil where there is none.
  func path(
    shape: Int, level: Int, surprised isSurprised: Bool, _ random: inout RandomSource
  ) -> Int32? {
    let tables = isSurprised ? Self.tables.surprised : Self.tables.started
    let table = tables[shape * Self.maxDepth + level]
    return table.isEmpty ? nil : table[random.below(table.count)]
  }
}

extension Chooser.Tables {
  fileprivate init(_ library: ScenarioLibrary) {
    for shape in ScenarioLibrary.shapes {
      for level in 0..<Chooser.maxDepth {
        let rest = level < shape.count ? Array(shape[level...]) : []
        let offers = library.offers.filter {
          $0.chain == rest || $0.chain.count == 1 && $0.chain.first == rest.first
        }
        started.append(Chooser.table(offers))
        surprised.append(Chooser.table(offers.filter(\.survives)))
      }
    }
  }
}
