/// How far two words are from each other.
package enum EditDistance {
  /// How many letters must be put in, left out, replaced or exchanged with their neighbour, large and
  /// small ones being the same (optimal string alignment).
  package static func between(_ a: String, _ b: String) -> Int {
    between(Array(a.lowercased()), Array(b.lowercased()))
  }

  package static func between(_ a: [Character], _ b: [Character]) -> Int {
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(row[j] + 1, previous[j + 1] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      before = previous
      previous = row
    }
    return previous[b.count]
  }
}
