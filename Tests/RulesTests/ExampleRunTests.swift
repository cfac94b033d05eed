import RuleEngine
import Rules
import Testing

@testable import RuleTesting

@Suite("What a failing example says") struct ExampleRunTests {
  static func words(
    _ id: String, _ outcome: Example.Expectation, _ trace: String
  ) throws -> String {
    let rule = try #require(Catalog.all.first { $0.id == id })
    return try #require(ExampleRun.mismatch(of: rule, Example("", outcome, trace), .tracked))
  }

  @Test("shows the steps below their lines") func steps() throws {
    let words = try Self.words(
      "RemoveLockForwardRead", .passes,
      """
      enter READ
      forward
      exit SUCCESS
      """)
    #expect(
      words == """
        expected passes, got violation (passed 0, violated 1, undecided 0)
            1 | enter READ
            2 | forward
              |     watching –calledDriverUnheld→ report: the IRP is forwarded without the remove lock
              |     reported: the IRP is forwarded without the remove lock   <-- not expected
            3 | exit SUCCESS
        """)
  }

  @Test("says where a report was expected") func marks() throws {
    let words = try Self.words(
      "RemoveLockForwardRead", .violation,
      """
      enter READ      !
      forward
      exit SUCCESS
      """)
    #expect(words.hasPrefix("expected reports at line 1, got them at line 2\n"))
    #expect(words.contains("    1 | enter READ      !\n      |     <-- no report here\n"))
  }

  @Test("says what the rule is about where it was not armed") func scope() throws {
    let words = try Self.words("RemoveLockForwardRead", .violation, "enter WRITE\nexit SUCCESS")
    #expect(
      words.hasPrefix(
        "expected violation, got not armed (passed 0, violated 0, undecided 0); the rule is about: "
          + "IRP_MJ_READ\n"))
  }

  @Test("names the line of a trace that cannot be read") func notation() throws {
    let words = try Self.words("RemoveLockForwardRead", .passes, "enter READ\nforwrad")
    #expect(words.contains("line 2") && words.contains("forwrad"))
  }
}

@Suite("What a failing test says") struct RuleAuditTests {
  /// A rule of the catalog with examples that are wrong.
  struct Trial: ContextRule {
    let base = "Trial"
    var id: String { base }
    let severity = Severity.error
    let documentation = RuleDocumentation(
      summary: "s", rationale: "r", remedy: "", readings: "r", source: "s")
    enum State: UInt8, MachineState { case watching }

    func scope(in reading: Reading) -> ContextScope { ContextScope(majors: [.read]) }
    func machine(in reading: Reading) -> Machine<State, ContextFact> {
      Machine(
        start: .watching,
        [
          on(.watching, .forwardedUnheld, .report("Forwarded.")),
          on(.watching, .markedPending, .halt), on(.watching, .returned, .pass),
        ])
    }
    let examples = [
      Example("wrong", .passes, "enter READ\nforward\nexit SUCCESS"),
      Example("right", .passes, "enter READ\nexit SUCCESS"),
    ]
  }

  @Test("what is the same in both readings is told once, with everything else that is wrong")
  func audit() {
    let problems = RuleAudit.catalog([Rule(Trial()), Rule(Trial())])
    for words in [
      "Trial: two rules have this id", "Trial: message not in form: \"Forwarded.\"",
      "Trial: the documentation has no remedy", "Trial [tracked]: 0 of 3 examples violation",
      "Trial [tracked, sdv] \"wrong\": expected passes, got violation (passed 0, violated 1, ",
      "Trial [sdv]: no example goes through watching –markedPending→ undecided",
    ] {
      #expect(problems.contains { $0.hasPrefix(words) }, "\(words)")
    }
  }

  /// Traces, and what the marks' outcome is missed by; nil where it is met.
  static let marked: [(trace: String, problem: String?)] = [
    ("enter READ\nforward !\nexit SUCCESS", nil),
    ("enter READ\nexit SUCCESS", nil),
    ("enter READ\nmark-pending\nexit PENDING", nil),
    ("enter READ\nforward\nexit SUCCESS", "expected passes, got violation"),
    ("enter READ !\nforward\nexit SUCCESS", "expected reports at line 1, got them at line 2"),
    ("enter READ\nexit SUCCESS !", "expected violation, got passes"),
    ("enter WRITE\nexit SUCCESS", "expected passes, got not armed"),
    ("enter READ\nforwrad", "line 2"),
  ]

  @Test("marks alone say what is expected", arguments: marked.indices) func marks(_ index: Int) {
    let (trace, problem) = Self.marked[index]
    let found = RuleAudit.mismatches(of: Rule(Trial()), nil, trace, Reading.allCases)
    if let problem {
      #expect(found.count == 1)
      #expect(found[0].hasPrefix("Trial [tracked, sdv]: \(problem)"), "\(found)")
    } else {
      #expect(found == [])
      expect(Rule(Trial()), in: trace)
    }
  }

  @Test("a mark is for the reading that it names") func readings() {
    let rule = Rule(Trial())
    let trace = "enter READ\nforward !tracked\nexit SUCCESS"
    expect(rule, in: trace, reading: .tracked)
    let found = RuleAudit.mismatches(of: rule, nil, trace, [.sdv])
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("Trial [sdv]: expected passes, got violation"), "\(found)")
  }
}
