import RuleEngine

/// A word that chooses rules: an id, a pattern of ids in which `*` stands for any letters, or a family.
struct RuleChoice: Sendable, Hashable {
  /// What stands before the name of a family.
  static let familyMark = "family:"

  /// As it was written.
  var word: String

  init(_ word: String) { self.word = word }

  var family: String? {
    word.hasPrefix(Self.familyMark) ? String(word.dropFirst(Self.familyMark.count)) : nil
  }

  var isPattern: Bool { family == nil && word.contains("*") }

  /// Whether it chooses a rule.
  func fits(_ rule: Rule) -> Bool {
    if let family { return rule.family.name == family }
    return fits(id: rule.id)
  }

  /// Whether it chooses a rule by its id.
  func fits(id: String) -> Bool {
    guard isPattern else { return word == id }
    let parts = word.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last, id.hasPrefix(first) else { return false }
    var rest = id.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return rest.hasSuffix(last)
  }

  /// How closely it chooses: an id wins over a pattern, and that over a family; a longer pattern over a
  /// shorter.
  var closeness: Int {
    if family != nil { return 0 }
    return isPattern ? word.count : .max
  }

  /// What is wrong with it among these rules; nil where it chooses some. `families` is nil where they
  /// are not known yet.
  func problem(_ ids: [String], families: [String]?) -> String? {
    if let family {
      guard let families, !families.contains(family) else { return nil }
      return
        "names no family: \(family.quoted)\(Suggestion.question(family, in: families)); there are "
        + families.joined(separator: ", ")
    }
    if ids.contains(where: { fits(id: $0) }) { return nil }
    return isPattern
      ? "fits no rule: \(word.quoted) (the command \"rules\" lists them)"
      : "names no rule: \(word.quoted)\(Suggestion.question(word, in: ids))"
        + " (the command \"rules\" lists them)"
  }
}
