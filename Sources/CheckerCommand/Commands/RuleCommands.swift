import CheckerReports
import RuleEngine

/// `rules`: lists the rules.
enum RulesCommand {
  private static let markdown = OptionDefinition(
    name: "markdown", kind: .flag,
    help: "print what rules.md holds: an index and a chapter for each family")

  private static let pages = OptionDefinition(
    name: "pages", kind: .text("FOLDER"),
    help: "write a page for each rule into this folder: its automata and all its examples")

  private static let family = OptionDefinition(
    name: "family", kind: .text("NAME"), help: "the rules of this family alone", isRepeatable: true)

  private static let coverage = OptionDefinition(
    name: "coverage", kind: .flag,
    help: "run the rules' examples and count the transitions of the automata that they go through")

  static let definition = CommandDefinition(
    name: "rules",
    summary: "list the rules",
    options: [family, markdown, pages, coverage, CheckOptions.reading],
    examples: [
      ("rules", "list every rule with its severity and scope"),
      ("rules --family removal", "list those about the removal of devices"),
      ("rules --coverage", "which transitions no example goes through"),
      ("rules --markdown > rules.md", "write the documentation of all rules"),
      ("rules --pages docs/rules", "write a page for each, to which rules.md links"),
    ]
  ) { invocation throws(CommandError) in
    let output = invocation.streams.output
    let reading =
      invocation.arguments.text(CheckOptions.reading).flatMap { Reading(rawValue: $0) }
    let rules = try selected(invocation)
    if invocation.arguments.has(coverage) {
      output.write(RuleBook.coverage(rules))
      return ExitStatus.clean
    }
    do {
      if let folder = invocation.arguments.text(pages) {
        let all = try RuleBook.pages(rules, program: invocation.program)
        try write(all, into: folder)
        if !invocation.arguments.has(markdown) {
          output.line("wrote \(all.count) pages into \(SafeText.escape(folder))")
          return ExitStatus.clean
        }
      }
      output.write(
        invocation.arguments.has(markdown)
          ? try RuleBook.markdown(rules, program: invocation.program)
          : try RuleBook.table(rules, reading: reading ?? .tracked, width: max(60, output.width)))
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError("\(error)")
    }
    return ExitStatus.clean
  }

  /// The rules of the families that are asked for, or all.
  private static func selected(_ invocation: Invocation) throws(CommandError) -> [Rule] {
    let wanted = invocation.arguments.all(family)
    let names = invocation.rules.families.map(\.name)
    for name in wanted where !names.contains(name) {
      throw CommandError(
        "there is no family \(name.quoted)\(Suggestion.question(name, in: names)); there are "
          + names.joined(separator: ", "))
    }
    return invocation.rules.filter { wanted.isEmpty || wanted.contains($0.family.name) }
  }

  private static func write(
    _ pages: [(name: String, text: String)], into folder: String
  ) throws(CommandError) {
    do {
      try Platform.createDirectories(folder)
    } catch {
      throw CommandError("cannot make the folder \(folder.quoted): \(error.words)")
    }
    for page in pages {
      let file = try OutputFile("\(folder)/\(page.name)")
      try file.write(Array(page.text.utf8))
      try file.commit()
    }
  }
}

/// `explain`: tells about one rule, or which rules find what leads to a bug check.
enum ExplainCommand {
  private static let format = OptionDefinition(
    name: "format", kind: .choice(["text", "markdown", "html"]),
    help: "form of the page",
    standard: "text")

  static let definition = CommandDefinition(
    name: "explain",
    summary: "say what a rule is about, why it matters and what to do",
    discussion: [
      "For a bug check (0xC9/226, 0x44, DRIVER_POWER_STATE_FAILURE) it lists the rules that find what "
        + "leads there or what Driver Verifier tells by it, and what of a driver is to be traced.",
      "As a page for a browser (--format html) it has pictures of the automaton, one for each reading "
        + "where these differ. docs/readings.md says what the readings are.",
    ],
    operands: [
      OperandDefinition(
        placeholder: "RULE", kind: .ruleOrBugCheck, help: "the id of a rule, or a bug check")
    ],
    options: [format, CheckOptions.color],
    examples: [
      ("explain RemoveLockForwardRead", "what the rule says, with an example"),
      ("explain 0x9F", "which rules find what makes a power transition hang"),
    ]
  ) { invocation throws(CommandError) in
    let output = invocation.streams.output
    let operand = invocation.arguments.operands[0]
    if !invocation.rules.contains(where: { $0.id == operand }), let wanted = BugCheck(operand) {
      output.write(
        BugCheckText.render(wanted, invocation.rules, width: min(100, max(60, output.width))))
      return ExitStatus.clean
    }
    let page = try RuleCommands.page(invocation)
    switch invocation.arguments.text(format) {
    case "markdown": output.write(page.markdown(level: 1))
    case "html":
      let rule = try RuleCommands.rule(invocation)
      do {
        output.write(try HTMLRulePage.page(rule))
      } catch {
        throw CommandError("\(error)")
      }
    default:
      output.write(
        page.text(
          width: min(100, max(60, output.width)), usesColor: invocation.usesColor(on: output),
          program: invocation.program))
    }
    return ExitStatus.clean
  }
}

/// `graph`: draws a rule's automaton.
enum GraphCommand {
  private static let format = OptionDefinition(
    name: "format", kind: .choice(["dot", "mermaid", "svg"]),
    help: "a picture (svg), or the language of Graphviz or Mermaid", standard: "dot")

  static let definition = CommandDefinition(
    name: "graph",
    summary: "draw the automaton of a rule",
    operands: [OperandDefinition(placeholder: "RULE", kind: .rule, help: "the id of a rule")],
    options: [format, CheckOptions.reading],
    examples: [
      ("graph WmiForward --format svg > WmiForward.svg", "a picture"),
      ("graph WmiForward | dot -Tpdf > WmiForward.pdf", "another, with Graphviz"),
    ]
  ) { invocation throws(CommandError) in
    let rule = try RuleCommands.rule(invocation)
    let reading =
      invocation.arguments.text(CheckOptions.reading).flatMap { Reading(rawValue: $0) }
    let machine: MachineTable
    if let reading, !rule.readings.contains(reading) {
      throw CommandError(
        "\(rule.id) is not in the reading \(reading.rawValue); leave --reading out")
    }
    do {
      machine = try rule.form(in: reading ?? rule.onlyReading).machine
    } catch {
      throw CommandError("\(error)")
    }
    if machine.rows.isEmpty {
      throw CommandError(
        "\(rule.id) has a monitor written by hand, and no automaton to draw; type "
          + "\"\(invocation.program) explain \(rule.id)\" for what it watches")
    }
    let diagram =
      switch invocation.arguments.text(format) {
      case "mermaid": MachineDiagram.mermaid(machine)
      case "svg": MachineDiagram.svg(machine, title: "automaton of \(rule.id)")
      default: MachineDiagram.dot(machine, name: rule.id)
      }
    invocation.streams.output.write(diagram)
    return ExitStatus.clean
  }
}

/// What the commands about one rule share.
enum RuleCommands {
  static func rule(_ invocation: Invocation) throws(CommandError) -> Rule {
    guard let rule = invocation.rules.first(where: { $0.id == invocation.arguments.operands[0] })
    else { throw CommandError("there is no rule \(invocation.arguments.operands[0].quoted)") }
    return rule
  }

  static func page(_ invocation: Invocation) throws(CommandError) -> RulePage {
    let rule = try rule(invocation)
    do {
      return try RulePage(rule)
    } catch {
      throw CommandError("\(error)")
    }
  }
}
