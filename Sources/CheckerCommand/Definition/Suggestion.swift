/// What somebody probably meant.
enum Suggestion {
  /// The word of `candidates` nearest to `word`; nil where none is near.
  static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased())
    var best: (distance: Int, word: String)?
    for candidate in candidates {
      let letters = Array(candidate.lowercased())
      // A beginning counts as near: people stop typing, and rules share long beginnings.
      let isPrefix =
        wanted.count >= 3 && letters.count > wanted.count && letters.starts(with: wanted)
      let distance = isPrefix ? 1 : distance(wanted, letters)
      if distance <= max(2, letters.count / 3), distance < best?.distance ?? .max {
        best = (distance, candidate)
      }
    }
    return best?.word
  }

  /// `; did you mean --format?`, or nothing.
  static func question(_ word: String, in candidates: some Sequence<String>) -> String {
    nearest(to: word, in: candidates).map { "; did you mean \($0)?" } ?? ""
  }

  /// How many letters must be put in, left out, replaced or exchanged with their neighbour.
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
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
