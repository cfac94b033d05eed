import RuleEngine

/// What a rule says about itself, as it stands in `rules.md` and on a terminal.
public struct RulePage: Sendable {
  private let rule: Rule
  private let tracked: Rule.Form
  private let sdv: Rule.Form

  /// Makes the page of a rule.
  public init(_ rule: Rule) throws(RuleDefinitionError) {
    self.rule = rule
    tracked = try rule.form(in: .tracked)
    sdv = try rule.form(in: .sdv)
  }

  /// The page in Markdown; headings are one below `level`.
  public func markdown(level: Int = 2) -> String {
    let heading = String(repeating: "#", count: level + 1)
    let documentation = rule.documentation
    var out = "\(String(repeating: "#", count: level)) \(rule.id)\n\n"
    out += "\(documentation.summary)\n\n"
    out += "Severity: \(rule.severity.rawValue). Scope: \(scope).\n\n"
    out += "\(heading) Why it matters\n\n\(documentation.rationale)\n\n"
    out += "\(heading) Automaton\n\n\(automaton())"
    if let example = example() {
      out += "\(heading) Example: \(example.title)\n\n```text\n\(example.trace)```\n\n"
      out += "```text\n\(example.finding)```\n\n"
    }
    out += "\(heading) What to do\n\n\(documentation.remedy)\n\n"
    out += "\(heading) The two readings\n\n\(documentation.readings)\n\n"
    if !documentation.bugChecks.isEmpty {
      out += "\(heading) Bug checks\n\n\(bugChecks).\n\n"
    }
    return out + "\(heading) Source\n\n\(source)\n"
  }

  /// The page for a terminal.
  public func text(width: Int, usesColor: Bool) -> String {
    let style = TextStyle(isOn: usesColor)
    let documentation = rule.documentation
    func section(_ title: String, _ body: String) -> String {
      "\n\(style.bold(title))\n" + TextLayout.wrap(body, width: width, indent: 2) + "\n"
    }
    var out = style.severity(rule.severity, "\(rule.severity.rawValue)[\(rule.id)]") + "\n"
    out += TextLayout.wrap(documentation.summary, width: width, indent: 0) + "\n"
    out += section("Why it matters", documentation.rationale)
    out += section("Scope", scope)
    out += "\n\(style.bold("Automaton"))\n"
    if only.machine.rows.isEmpty {
      out += "  a monitor written by hand\n"
    } else if isSameInBoth {
      out += table(only.machine, width: width)
    } else {
      out += " Reading tracked\n" + table(tracked.machine, width: width)
      out += " Reading sdv\n" + table(sdv.machine, width: width)
    }
    if let example = example() {
      out += "\n\(style.bold("Example"))\n  \(example.title)\n\n"
      out += indented(example.trace) + "\n" + indented(example.finding)
    }
    out += section("What to do", documentation.remedy)
    out += section("The two readings", documentation.readings)
    if !documentation.bugChecks.isEmpty { out += section("Bug checks", bugChecks) }
    return out + "\n\(style.bold("Source"))\n  \(documentation.source)\n"
  }

  // MARK: Parts

  private var scope: String {
    if rule.readings.count == 1 { return "\(only.scope.words) (reading \(onlyName) only)" }
    return tracked.scope.words == sdv.scope.words
      ? tracked.scope.words
      : "\(tracked.scope.words) (reading sdv: \(sdv.scope.words))"
  }

  /// The form of a rule that only one reading has; otherwise that of `tracked`.
  private var only: Rule.Form { rule.onlyReading == .sdv ? sdv : tracked }
  private var onlyName: String { rule.onlyReading.rawValue }

  /// Whether a reader would see no difference between the automata, or there is but one.
  private var isSameInBoth: Bool {
    if rule.readings.count == 1 { return true }
    return tracked.machine.rows == sdv.machine.rows
      && tracked.machine.startState == sdv.machine.startState
  }

  private var bugChecks: String {
    rule.documentation.bugChecks.map(\.words).joined(separator: ", ")
  }

  private var source: String {
    rule.documentation.source.split(separator: " ", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("https://") ? "<\($0)>" : String($0) }.joined(separator: " ")
  }

  private func automaton() -> String {
    if only.machine.rows.isEmpty { return "A monitor written by hand.\n\n" }
    func both(_ machine: MachineTable) -> String {
      markdownTable(machine) + "\n```mermaid\n\(MachineDiagram.mermaid(machine))```\n\n"
    }
    if isSameInBoth { return both(only.machine) }
    return "Reading tracked:\n\n\(both(tracked.machine))Reading sdv:\n\n\(both(sdv.machine))"
  }

  /// The rows that say the same for several states are told once.
  private func rows(_ machine: MachineTable) -> [(states: String, fact: String, then: String)] {
    var merged: [(states: [String], fact: String, then: String)] = []
    for row in machine.rows {
      let name = machine.stateNames[row.state]
      let state = machine.isDormant(row.state) ? "\(name) (not armed yet)" : name
      let then = outcome(row, machine)
      if let place = merged.firstIndex(where: { $0.fact == row.factMeaning && $0.then == then }) {
        merged[place].states.append(state)
      } else {
        merged.append(([state], row.factMeaning, then))
      }
    }
    return merged.map { ($0.states.joined(separator: ", "), $0.fact, $0.then) }
  }

  private func outcome(_ row: MachineTable.Row, _ machine: MachineTable) -> String {
    let next = row.next.map { machine.stateNames[$0] } ?? ""
    switch row.kind {
    case .go: return "→ \(next)"
    case .passAndGo: return "passed, → \(next)"
    case .report: return "violation: \(row.message ?? "")"
    case .halt: return "undecided"
    case .pass: return "passed"
    case .disarm: return "not armed after all"
    case .yield: return "left to another rule"
    }
  }

  private func markdownTable(_ machine: MachineTable) -> String {
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
    var out = "| in state | when | then |\n|---|---|---|\n"
    for row in rows(machine) {
      out += "| \(cell(row.states)) | \(cell(row.fact)) | \(cell(row.then)) |\n"
    }
    return out
  }

  private func table(_ machine: MachineTable, width: Int) -> String {
    let rows = rows(machine)
    var order: [String] = []
    for row in rows where !order.contains(row.states) { order.append(row.states) }
    var out = ""
    for states in order {
      out += TextLayout.wrap("in " + states, width: width, indent: 6, first: "  ") + "\n"
      for row in rows where row.states == states {
        out += TextLayout.wrap(row.fact, width: width, indent: 6, first: "    ") + "\n"
        out += TextLayout.wrap(row.then, width: width, indent: 10, first: "        ") + "\n"
      }
    }
    return out
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
  }

  // MARK: Example

  /// The first example that is reported, and what is reported.
  private func example() -> (title: String, trace: String, finding: String)? {
    for reading in Reading.allCases {
      for example in rule.examples where rule.expectation(of: example, in: reading) == .violation {
        guard let run = try? ExampleRun(rule, example.trace, reading),
          let first = run.findings.first
        else { continue }
        var finding = Report.Finding(first, ["example"])
        // What the notation puts before its first line is no line of the example.
        finding.evidence.removeAll { $0.line == 0 }
        var excerpt = TextExcerpt(options: ReportOptions(rules: [rule]))
        excerpt.writeFinding(finding)
        let note = reading == .tracked ? "" : " (reading sdv)"
        return (example.title + note, Self.numbered(example.trace), excerpt.out)
      }
    }
    return nil
  }

  /// The trace with its line numbers, the marks for tests left out.
  private static func numbered(_ trace: String) -> String {
    var lines = trace.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.enumerated().map { index, line in
      var text = line
      for mark in ["!tracked", "!sdv", "!"] {
        if let range = text.range(of: " \(mark)") { text = text[..<range.lowerBound] }
      }
      while text.last == " " { text.removeLast() }
      return TextLayout.padLeft(String(index + 1), 2) + "  " + text + "\n"
    }.joined()
  }
}

extension Substring {
  fileprivate func range(of part: String) -> Range<Index>? { firstRange(of: part) }
}
