import CheckerReports
import RuleEngine
import TraceDoctor

/// What is said of a bug check: the rules that find what leads there, and what to trace for them.
enum BugCheckText {
  static func render(_ wanted: BugCheck, _ rules: [Rule], width: Int) -> String {
    let found = rules.filter { rule in
      rule.documentation.bugChecks.contains { $0.isMeant(by: wanted) }
    }
    guard !found.isEmpty else {
      return TextLayout.wrap(
        "\(wanted.words): no rule is known to find what leads there. \"rules\" lists all rules; "
          + "bug checks that rules name: \(known(rules)).", width: width, indent: 0) + "\n"
    }
    var lines = ["\(wanted.words)", "", "rules that find what leads there (\(found.count))"]
    for rule in found {
      let others = rule.documentation.bugChecks.filter { $0.isMeant(by: wanted) && $0 != wanted }
      let note = others.isEmpty ? "" : " (\(others.map(\.description).joined(separator: ", ")))"
      lines.append("  \(rule.id)\(note)")
      lines.append(TextLayout.wrap(rule.documentation.summary, width: width, indent: 4))
    }
    lines += ["", "what to trace for them (docs/tracing.md)"]
    lines.append(
      TextLayout.wrap(events(found).joined(separator: ", "), width: width, indent: 2))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func events(_ rules: [Rule]) -> [String] {
    var all: [String] = []
    for event in rules.flatMap({ Doctor.events(of: $0, in: .tracked) }) where !all.contains(event) {
      all.append(event)
    }
    return all
  }

  private static func known(_ rules: [Rule]) -> String {
    let all = Set(rules.flatMap(\.documentation.bugChecks))
    return all.sorted { ($0.code, $0.parameter ?? 0) < ($1.code, $1.parameter ?? 0) }
      .map(\.description).joined(separator: ", ")
  }
}
