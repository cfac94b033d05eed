import RuleEngine

/// Looks for what is wrong with rules; every function returns problems in words, none if all is well.
public enum RuleAudit {
  /// Examples of a rule that do not come to their outcome, in either reading.
  public static func examples(of rule: Rule) -> [String] {
    let runners = runners(of: rule, Reading.allCases)
    return rule.examples.flatMap { example in
      mismatches(of: rule, title: example.title, runners) { $0.mismatch(of: example) }
    }
  }

  /// What differs from the outcome of a trace, or where there is none, from what its marks say.
  static func mismatches(
    of rule: Rule, _ outcome: Example.Expectation?, _ trace: String, _ readings: [Reading]
  ) -> [String] {
    mismatches(of: rule, title: "", runners(of: rule, readings)) { $0.mismatch(trace, outcome) }
  }

  /// A rule in readings, or why it cannot be run.
  private typealias Runner = (reading: Reading, ready: Result<ExampleRunner, RuleDefinitionError>)

  private static func runners(of rule: Rule, _ readings: [Reading]) -> [Runner] {
    readings.map { reading in
      (
        reading,
        Result { () throws(RuleDefinitionError) in try ExampleRunner(rule, reading) }
      )
    }
  }

  /// What is found in each reading; what is the same in several is told once.
  private static func mismatches(
    of rule: Rule, title: String, _ runners: [Runner], in mismatch: (ExampleRunner) -> String?
  ) -> [String] {
    var found: [(readings: [String], words: String)] = []
    for (reading, ready) in runners {
      let words: String?
      switch ready {
      case .success(let runner): words = mismatch(runner)
      case .failure(let error): words = "\(error)"
      }
      guard let words else { continue }
      if let known = found.firstIndex(where: { $0.words == words }) {
        found[known].readings.append(reading.rawValue)
      } else {
        found.append(([reading.rawValue], words))
      }
    }
    let quoted = title.isEmpty ? "" : " \"\(title)\""
    return found.map {
      "\(rule.id) [\($0.readings.joined(separator: ", "))]\(quoted): \($0.words)"
    }
  }

  /// All that can be wrong with a catalog: machines that are not well formed, ids that are used
  /// twice, messages that are not in form, documentation that is missing, too few examples,
  /// examples that fail, and rows of a machine that no example goes through.
  public static func catalog(_ rules: [Rule]) -> [String] {
    ids(rules)
      + rules.flatMap { rule in
        definition(of: rule) + form(of: rule) + counts(of: rule) + examples(of: rule)
          + uncovered(rule)
      }
  }

  /// Rows of a rule's machines that no example goes through.
  public static func uncovered(_ rule: Rule) -> [String] {
    RuleCoverage(rule).rows.filter { !$0.isTaken }.map { row in
      "\(rule.id) [\(row.reading.rawValue)]: no example goes through \(row.words)"
    }
  }

  private static func ids(_ rules: [Rule]) -> [String] {
    Dictionary(grouping: rules, by: \.id).filter { $0.value.count > 1 }.keys.sorted()
      .map { "\($0): two rules have this id" }
  }

  private static func definition(of rule: Rule) -> [String] {
    Reading.allCases.compactMap { reading in
      do {
        _ = try rule.form(in: reading)
        return nil
      } catch {
        return "\(error) [\(reading.rawValue)]"
      }
    }
  }

  /// Messages say what happened, in lower case (names of the kernel's aside), without a full stop.
  private static func form(of rule: Rule) -> [String] {
    var problems: [String] = []
    if rule.readings.isEmpty { problems.append("\(rule.id): no reading has the rule") }
    let messages = Reading.allCases.flatMap { (try? rule.form(in: $0).machine.messages) ?? [] }
    for message in Set(messages).sorted() {
      let first = message.prefix { $0 != " " }
      let isName = first.dropFirst().contains { $0.isUppercase }
      if message.isEmpty || message.hasSuffix(".") || (first.first?.isUppercase == true && !isName)
      {
        problems.append("\(rule.id): message not in form: \"\(message)\"")
      }
    }
    let documentation = rule.documentation
    for (name, text) in [
      ("summary", documentation.summary), ("rationale", documentation.rationale),
      ("remedy", documentation.remedy), ("readings", documentation.readings),
      ("source", documentation.source),
    ] where text.isEmpty {
      problems.append("\(rule.id): the documentation has no \(name)")
    }
    return problems
  }

  /// At least three examples that must be reported, three that must not, and one that nobody can
  /// decide; of a rule about single calls that comes to a verdict on each that it judges, one that it does not.
  private static func counts(of rule: Rule) -> [String] {
    Reading.allCases.filter(rule.readings.contains).flatMap { reading -> [String] in
      let outcomes = rule.examples.map { $0.expectation(in: reading) }
      let open = decidesAll(rule, reading) ? Example.Expectation.notArmed : .undecided
      let wanted: [(Example.Expectation, Int)] = [(.violation, 3), (.passes, 3), (open, 1)]
      return wanted.compactMap { outcome, least in
        let count = outcomes.count { $0 == outcome }
        return count < least
          ? "\(rule.id) [\(reading.rawValue)]: \(count) of \(least) examples \(outcome.rawValue)"
          : nil
      }
    }
  }

  private static func decidesAll(_ rule: Rule, _ reading: Reading) -> Bool {
    guard let form = try? rule.form(in: reading), case .call = form.scope else { return false }
    return !form.machine.rows.contains { $0.kind == .halt }
  }
}
