import RuleEngine

/// A chapter of `rules.md`: the rules of a family. What several of them have in common is told once.
struct RuleChapter {
  private let family: RuleFamily
  private let pages: [(rule: Rule, page: RulePage)]
  private let program: String

  init(_ family: RuleFamily, _ rules: [Rule], _ program: String) throws(RuleDefinitionError) {
    self.family = family
    self.program = program
    var pages: [(Rule, RulePage)] = []
    for rule in rules { pages.append((rule, try RulePage(rule))) }
    self.pages = pages
  }

  /// Rules for which the same is at stake and the same is to be done.
  private struct Group {
    var members: [(rule: Rule, page: RulePage)]
    var text: RuleDocumentation { members[0].rule.documentation }
    var ids: [String] { members.map(\.rule.id) }

    /// What the names begin with, or the first of them.
    var title: String {
      guard let first = ids.first, ids.count > 1 else { return ids.first ?? "" }
      var common = first
      for id in ids { while !id.hasPrefix(common) { common.removeLast() } }
      return common.count > 3
        ? "\(common)… (\(ids.count) rules)"
        : "\(first) and \(ids.count - 1) \(ids.count == 2 ? "other" : "others")"
    }
  }

  private var groups: [Group] {
    var groups: [Group] = []
    for member in pages {
      let text = member.rule.documentation
      let place = groups.firstIndex {
        $0.text.rationale == text.rationale && $0.text.remedy == text.remedy
      }
      if let place {
        groups[place].members.append(member)
      } else {
        groups.append(Group(members: [member]))
      }
    }
    return groups
  }

  func markdown() -> String {
    var out = "\n## \(family.title)\n\n\(family.introduction)\n"
    if let (rule, page) = pages.first, let example = page.example() {
      out += "\nFor example, \(example.title) ([\(rule.id)](#\(rule.id.lowercased()))):\n\n"
      out += String(example.markdown.dropLast())
    }
    for group in groups {
      out += group.members.count == 1 ? alone(group.members[0]) : together(group)
    }
    return out
  }

  private func alone(_ member: (rule: Rule, page: RulePage)) -> String {
    let text = member.rule.documentation
    var out = "\n### \(member.rule.id)\n\n\(text.summary)\n\n"
    out += "- Severity and scope: \(member.rule.severity.rawValue); \(member.page.scope).\n"
    out += common(Group(members: [member]))
    return out + "- \(more([member.rule.id])) Source: \(member.page.source)\n"
  }

  private func together(_ group: Group) -> String {
    var out = "\n### \(group.title)\n\n| rule | severity | scope |\n|---|---|---|\n"
    for (rule, page) in group.members {
      // The anchor of a rule that has no heading of its own.
      out +=
        "| <a id=\"\(rule.id.lowercased())\"></a>\(link(rule.id)) | \(rule.severity.rawValue) "
        + "| \(RuleBook.cell(page.scope)) |\n"
    }
    out += "\n- **What \(group.ids[0]) says**, and the others likewise: \(group.text.summary)\n"
    out += common(group)
    return out + "- \(more(group.ids)) Source: \(group.members[0].page.source)\n"
  }

  private func common(_ group: Group) -> String {
    let text = group.text
    var out = "- **Why it matters:** \(text.rationale)\n- **What to do:** \(text.remedy)\n"
    var told: [String] = []
    for (rule, _) in group.members where !told.contains(rule.documentation.readings) {
      let readings = rule.documentation.readings
      let sharing = group.members.filter { $0.rule.documentation.readings == readings }
      let names =
        sharing.count == group.members.count
        ? "" : " (\(sharing.map(\.rule.id).joined(separator: ", ")))"
      out += "- **The two readings\(names):** \(readings)\n"
      told.append(readings)
    }
    if !text.bugChecks.isEmpty { out += "- **Bug checks:** \(group.members[0].page.bugChecks).\n" }
    return out
  }

  private func link(_ id: String) -> String {
    program == RuleBook.ownProgram ? "[\(id)](\(RuleBook.pageFolder)/\(id).md)" : id
  }

  /// Where the automaton and the examples are.
  private func more(_ ids: [String]) -> String {
    if program != RuleBook.ownProgram {
      return "Automaton and examples: `\(program) explain \(ids[0])`."
    }
    return ids.count == 1
      ? "[Automaton and examples](\(RuleBook.pageFolder)/\(ids[0]).md)."
      : "Automata and examples: behind the names above."
  }
}
