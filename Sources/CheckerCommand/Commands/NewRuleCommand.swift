import RuleEngine

/// `new-rule`: a commented rule to start from, with its test.
enum NewRuleCommand {
  private static let sources = OptionDefinition(
    name: "sources", kind: .text("FOLDER"), help: "where the rule's file is written",
    standard: "Sources/Rules where that is, else the current folder")
  private static let tests = OptionDefinition(
    name: "tests", kind: .text("FOLDER"), help: "where the test's file is written",
    standard: "Tests/RulesTests where that is, else the current folder")

  static let definition = CommandDefinition(
    name: "new-rule",
    summary: "write a commented rule file, with an example and its test, to start from",
    discussion: [
      "The rule that is written works: its test passes. Change its scope, its machine and its "
        + "examples to what you want to say, and add it to your list of rules."
    ],
    operands: [
      OperandDefinition(
        placeholder: "NAME", kind: .file,
        help: "the rule's name, in upper camel case, such as ForwardAtPassive")
    ],
    options: [sources, tests],
    examples: [("new-rule ForwardAtPassive", "write ForwardAtPassive.swift and its test")],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let name = invocation.arguments.operands[0]
    guard name.first?.isUppercase == true, name.first?.isASCII == true,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else {
      throw CommandError(
        "a rule's name is a Swift type name such as ForwardAtPassive, not \(name.quoted)")
    }
    if invocation.rules.contains(where: { $0.id == name }) {
      throw CommandError("there is a rule \(name.quoted) already; take another name")
    }
    let source = folder(invocation.arguments.text(sources), "Sources/Rules")
    let test = folder(invocation.arguments.text(tests), "Tests/RulesTests")
    let module = source.split(separator: "/").last.map(String.init) ?? "Rules"
    for (path, text) in [
      ("\(source)/\(name).swift", RuleTemplate.rule(name)),
      ("\(test)/\(name)Tests.swift", RuleTemplate.test(name, module: module)),
    ] {
      if Platform.exists(path) {
        throw CommandError("\(path.quoted) exists already; take another name or move it away")
      }
      let file = try OutputFile(path)
      try file.write(Array(text.utf8))
      try file.commit()
      invocation.streams.output.line("wrote \(SafeText.escape(path))")
    }
    invocation.streams.output.line(
      "add Rule(\(name)Rule()) to your list of rules, then run swift test")
    return ExitStatus.clean
  }

  private static func folder(_ wanted: String?, _ usual: String) -> String {
    wanted ?? (Platform.exists(usual) ? usual : ".")
  }
}

/// The text of a new rule.
enum RuleTemplate {
  static func rule(_ name: String) -> String {
    """
    import RuleEngine

    /// \(name): say here, in a sentence, what the driver must do.
    struct \(name)Rule: ContextRule {
      let id = "\(name)"
      let severity = Severity.error

      /// The states of the automaton, named for what has happened.
      enum State: UInt8, MachineState { case watching }

      /// Which IRPs the rule is about: major and minor functions, power states, IOCTLs, devices.
      func scope(in reading: Reading) -> ContextScope {
        ContextScope(majors: [.read])
      }

      /// The automaton: in this state, on this fact, that happens. `ContextFact` lists the facts.
      /// Outcomes: .go(state), .report("message"), .pass, .halt (nobody can tell any more).
      func machine(in reading: Reading) -> Machine<State, ContextFact> {
        Machine(
          start: .watching,
          [
            on(.watching, .completedPending, .report("the read is completed with STATUS_PENDING")),
            on(.watching, .markedPending, .halt),
            on(.watching, .returned, .pass),
          ])
      }

      let documentation = RuleDocumentation(
        summary: "A read is not completed with STATUS_PENDING.",
        rationale: "What happens on a machine when the rule is broken.",
        remedy: "What to do about it.",
        readings: "The same in both.",
        source: "where the rule comes from")

      /// Small traces with their outcomes: the rule's tests, and its documentation. `!` marks the
      /// event that must be reported. At least three of each kind; every row of the machine is gone
      /// through by one.
      let examples = [
        Example("completed with STATUS_PENDING", .violation, \"""
          enter READ
          complete PENDING        !
          exit PENDING
          \"""),
        Example("the same while the lock is held", .violation, \"""
          enter READ
          acquire
          complete PENDING        !
          release
          exit PENDING
          \"""),
        Example("the second of two", .violation, \"""
          enter READ
          complete SUCCESS
          exit SUCCESS
          enter READ
          complete PENDING        !
          exit PENDING
          \"""),
        Example("completed with success", .passes, \"""
          enter READ
          complete SUCCESS
          exit SUCCESS
          \"""),
        Example("completed with a failure", .passes, \"""
          enter READ
          complete UNSUCCESSFUL
          exit UNSUCCESSFUL
          \"""),
        Example("forwarded", .passes, \"""
          enter READ
          skip
          forward
          exit SUCCESS
          \"""),
        Example("marked pending", .undecided, \"""
          enter READ
          mark-pending
          exit PENDING
          \"""),
        Example("another request", .notArmed, \"""
          enter WRITE
          complete PENDING
          exit PENDING
          \"""),
      ]
    }

    """
  }

  static func test(_ name: String, module: String) -> String {
    """
    import RuleEngine
    import RuleTesting
    import Testing

    @testable import \(module == "." ? "Rules" : module)

    @Test("\(name) is sound: examples, messages, every row of its machine")
    func \(name.prefix(1).lowercased() + name.dropFirst())() {
      expectSound([Rule(\(name)Rule())])
    }

    """
  }
}
