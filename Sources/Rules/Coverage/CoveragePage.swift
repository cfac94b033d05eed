import RuleEngine

/// `docs/coverage.md`: what of SDV's rules and of Driver Verifier's bug checks is checked here. Written
/// from ``SDVCatalogue`` and the rules themselves.
public enum CoveragePage {
  /// The page in Markdown.
  public static func markdown(_ rules: [Rule]) -> String {
    introduction + summary(rules) + "\n" + bySet(rules) + bugChecks(rules)
  }

  /// The table of the rule sets with how many of their rules are checked, for the README as well.
  public static func summary(_ rules: [Rule]) -> String {
    let ids = Set(rules.map(\.id))
    var out =
      "| SDV's rule set | rules | checked | not on a trace | open |\n|---|--:|--:|--:|--:|\n"
    var sums = [0, 0, 0, 0]
    for set in setNames {
      let counts = counts(SDVCatalogue.rules.filter { $0.set == set }, ids)
      out += "| \(set) | \(counts.map(String.init).joined(separator: " | ")) |\n"
      for place in sums.indices { sums[place] += counts[place] }
    }
    let own = ids.subtracting(SDVCatalogue.rules.map(\.name)).count
    out += "| **together** | \(sums.map(String.init).joined(separator: " | ")) |\n"
    return out + "| rules of our own | | \(own) | | |\n"
  }

  private static let introduction = """
    # What is checked

    Static Driver Verifier had \(SDVCatalogue.rules.count) rules for WDM drivers, checked on their source. \
    Here they are checked on traces: each says what becomes of it. The page is written from the rules \
    (`swift test --filter CoverageTests` says how, where it is not up to date).


    """

  private static var setNames: [String] {
    var names: [String] = []
    for rule in SDVCatalogue.rules where !names.contains(rule.set) { names.append(rule.set) }
    return names
  }

  private static func counts(_ rules: [SDVRule], _ ids: Set<String>) -> [Int] {
    let checked = rules.count { rule in
      if case .partOf(let other) = rule.obstacle { return ids.contains(other) }
      return ids.contains(rule.name)
    }
    let impossible = rules.count { rule in
      if case .notOnATrace = rule.obstacle { return !ids.contains(rule.name) }
      return false
    }
    return [rules.count, checked, impossible, rules.count - checked - impossible]
  }

  private static func bySet(_ rules: [Rule]) -> String {
    let known = Dictionary(uniqueKeysWithValues: rules.map { ($0.id, $0) })
    var out = ""
    for set in setNames {
      out += "## \(set)\n\n| rule | here |\n|---|---|\n"
      for rule in SDVCatalogue.rules where rule.set == set {
        out += "| \(rule.name) | \(state(rule, known[rule.name])) |\n"
      }
      out += "\n"
    }
    return out
  }

  private static func state(_ rule: SDVRule, _ known: Rule?) -> String {
    if let known {
      return "checked as [\(known.id)](../rules.md#\(known.id.lowercased())): "
        + known.documentation.summary
    }
    switch rule.obstacle {
    case .notOnATrace(let reason): return "not on a trace, because \(reason)"
    case .partOf(let other):
      return "checked by [\(other)](../rules.md#\(other.lowercased())) as well"
    case .open(let reason): return "open: it \(reason)"
    case nil: return "open"
    }
  }

  private static func bugChecks(_ rules: [Rule]) -> String {
    var rulesOf: [BugCheck: [String]] = [:]
    for rule in rules {
      for bugCheck in rule.documentation.bugChecks {
        rulesOf[bugCheck, default: []].append(rule.id)
      }
    }
    let all = rulesOf.keys.sorted { ($0.code, $0.parameter ?? 0) < ($1.code, $1.parameter ?? 0) }
    var out = "## Bug checks\n\n"
    out +=
      "Bug checks, those of Driver Verifier (0xC4, 0xC9) with their first parameter, and the rules "
    out += "that find what leads there. `checker-cli explain 0xC9/226` tells the same of one.\n\n"
    out += "| bug check | name | rules |\n|---|---|---|\n"
    for bugCheck in all {
      let links = (rulesOf[bugCheck] ?? []).map { "[\($0)](../rules.md#\($0.lowercased()))" }
      out += "| \(bugCheck) | \(bugCheck.name ?? "") | \(links.joined(separator: ", ")) |\n"
    }
    return out
  }
}
