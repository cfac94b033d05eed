import RuleEngine

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
      let distance = isPrefix ? 1 : EditDistance.between(wanted, letters)
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
}
