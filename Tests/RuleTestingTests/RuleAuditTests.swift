import RuleEngine
import Testing

@testable import RuleTesting

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
