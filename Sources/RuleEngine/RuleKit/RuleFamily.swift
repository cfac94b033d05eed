/// Rules that a developer thinks of together: a chapter of their documentation, and a word that chooses
/// them (`--rule family:removal`).
public struct RuleFamily: Sendable, Hashable {
  /// The word on the command line: lower case, words joined by hyphens.
  public var name: String
  /// The heading of the chapter.
  public var title: String
  /// What the rules have in common, in a sentence or two.
  public var introduction: String
  /// How far its rules step back where a rule about as many requests sees the same mistake: 0 where they do
  /// not, at most 15.
  public var generality: Int

  /// Makes a family.
  public init(name: String, title: String, introduction: String, generality: Int = 0) {
    self.name = name
    self.title = title
    self.introduction = introduction
    self.generality = min(max(generality, 0), 15)
  }

  /// The family of rules for which none was said.
  public static let other = RuleFamily(
    name: "other", title: "Further rules", introduction: "Rules that stand alone.")
}

extension [Rule] {
  /// The rules, as members of a family.
  public func filed(under family: RuleFamily) -> [Rule] {
    map { rule in
      var rule = rule
      rule.family = family
      return rule
    }
  }

  /// The families of the rules, in the order of their first members.
  public var families: [RuleFamily] {
    var all: [RuleFamily] = []
    for rule in self where !all.contains(rule.family) { all.append(rule.family) }
    return all
  }
}
