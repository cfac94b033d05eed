import CheckerCommand
import Foundation
import RuleEngine
import Rules
import Testing

/// A team's rule about events of its own: data that moves after its session has ended.
private struct SessionRule: EventRule {
  enum State: UInt8, MachineState { case idle, running, ended }

  enum Fact: UInt8, EventVocabulary {
    case started, moved, ended
    var pattern: EventPattern {
      switch self {
      case .started: .custom("Start", fields: ["mode"])
      case .moved: .custom("Move", when: .field("bytes", .above, 0))
      case .ended: .custom("End")
      }
    }
    var meaning: String { "\(self)" }
  }

  var id = "SessionEnded"
  let severity = Severity.error
  let subject = EventSubject.field("session")
  let documentation = RuleDocumentation(
    summary: "A session moves no data after it has ended.", rationale: "It is gone.",
    remedy: "Wait.", readings: "The same in both.", source: "a test")
  let examples: [Example] = []
  let machine = Machine<State, Fact>(
    start: .idle, dormant: [.idle],
    [
      on(.idle, .started, .go(.running)),
      on(.running, .ended, .go(.ended)),
      on(.ended, .moved, .report("data of a session that has ended")),
      on(.ended, .started, .passAndGo(.running)),
    ])
}

private struct Greedy: MonitorRule {
  struct Nothing: Monitor {
    mutating func take(
      _ events: ArraySlice<Event>, strings: StringTable, verdicts: inout MonitorVerdicts
    ) {}
    mutating func finish(verdicts: inout MonitorVerdicts) {}
  }
  let id = "Greedy"
  let severity = Severity.error
  let documentation = SessionRule().documentation
  let examples: [Example] = []
  let scopeInWords = "nothing"
  let customEvents = [CustomEvent("Move", fields: ["a", "b", "c"])]
  func makeMonitor(in reading: Reading) -> any Monitor { Nothing() }
}

@Suite("events of one's own on the command line") struct CustomEventCommandTests {
  private static let rules = Catalog.all + [Rule(SessionRule())]

  private static let trace = """
    @ddi TraceStart tid=0x1
    @ddi Start tid=0x1 dev=00000000000000F0 session=7 mode="two words"
    @ddi Start tid=0x1 session=8 mode=slow
    @ddi End tid=0x1 session=7 src=a.c:1
    @ddi Move tid=0x1 session=7 bytes=0x200 src=a.c:2 fn=Move
    @ddi Move tid=0x1 session=8 bytes=-5

    """

  private func run(_ arguments: String..., input: String = Self.trace) throws -> CommandRun {
    try CommandRun(arguments, input: input, rules: Self.rules)
  }

  @Test("check finds by them and shows them") func check() throws {
    let text = try run("check", "-")
    #expect(text.status == 1)
    for words in [
      "Start session=7 mode=two words", "End session=7", "Move session=7 bytes=0x200",
      "data of a session that has ended",
    ] {
      #expect(text.output.contains(words), "\(text.output)")
    }
    let report = try run("check", "--format", "json", "-").report()
    #expect(report.findings.map(\.rule) == ["SessionEnded"])
    #expect(report.findings[0].evidence.map(\.event) == ["Start", "End", "Move"])
    #expect(report.findings[0].evidence.last?.text == "Move session=7 bytes=0x200")
    #expect(report.traces[0].unknown == 0)
    // Without the rule its events are unknown.
    let bare = try CommandRun(["check", "--format", "json", "-"], input: Self.trace).report()
    #expect(bare.traces[0].unknown == 5)
    let skipped = try run("check", "--format", "json", "--skip", "SessionEnded", "-").report()
    #expect(skipped.traces[0].unknown == 5)
  }

  @Test("what they say cannot act on a terminal") func escaping() throws {
    let trace = Self.trace.replacing("two words", with: "a\u{1B}[2Jb")
    let text = try run("check", "-", input: trace)
    #expect(text.status == 1)
    #expect(!text.output.contains("\u{1B}"))
    let directory = try TemporaryDirectory()
    let page = CommandRun(
      ["check", "--report", "html=@page", "-"], in: directory,
      input: Self.trace.replacing("two words", with: "<i onclick=x>"), rules: Self.rules)
    #expect(page.status == 1)
    let html = try directory.read("page")
    #expect(html.contains("mode=&lt;i onclick=x") && !html.contains("<i onclick"))
  }

  @Test("each form keeps everything", arguments: ["jsonl", "text", "binary", "csv"])
  func convert(form: String) throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.trace, to: "in")
    let there = CommandRun(
      ["convert", "--to", form, "@in", "@there"], in: directory, rules: Self.rules)
    #expect(there.status == 0, "\(there.errors)")
    let back = CommandRun(
      ["convert", "--to", "text", "@there", "-"], in: directory, rules: Self.rules)
    #expect(back.output == Self.trace, "\(back.errors)")
    let check = CommandRun(
      ["check", "--format", "json", "@there"], in: directory, rules: Self.rules)
    #expect(try check.report().findings.map(\.rule) == ["SessionEnded"])
  }

  @Test("a smallest trace keeps the fields") func minimize() throws {
    let small = try run("minimize", "--rule", "SessionEnded", "--format", "text", "-")
    #expect(
      small.output == """
        @ddi Start tid=0x1 dev=00000000000000F0 session=7 mode="two words"
        @ddi End tid=0x1 session=7 src=a.c:1
        @ddi Move tid=0x1 session=7 bytes=0x200 src=a.c:2 fn=Move

        """)
  }

  @Test("state and doctor read them") func otherCommands() throws {
    #expect(try run("state", "-").status == 0)
    let doctor = try run("doctor", "-", input: "@ddi Start mode=x\n").output
    #expect(doctor.contains("log session on Start: the rule tells cases apart by it"))
    #expect(doctor.contains("Start 1"))
  }

  @Test("a mapping can give them") func mapping() throws {
    let map = """
      {"defaults": {"mode": "plain"}, "lines": [
        {"match": "begin (?<s>\\\\w+)", "event": "Start", "fields": {"session": "$s"}},
        {"match": "finish (?<s>\\\\w+)", "event": "End",
         "fields": {"session": "$s", "dev": "F0"}},
        {"match": "(?<n>\\\\d+) of (?<s>\\\\w+)", "event": "Move",
         "fields": {"session": "$s", "bytes": "$n"}}
      ]}
      """
    let log = "begin 0x7\nfinish 7\n12 of 7\n0 of 7\n"
    func run(_ map: String, _ arguments: String...) throws -> CommandRun {
      try CommandRun(
        arguments + ["--map", "@map", "@log"] + (arguments[0] == "convert" ? ["-"] : []),
        files: ["map": map, "log": log], rules: Self.rules)
    }
    #expect(
      try run(map, "convert", "--to", "text").output == """
        @ddi Start session=0x7 mode=plain
        @ddi End dev=00000000000000F0 session=7
        @ddi Move session=7 bytes=12
        @ddi Move session=7 bytes=0

        """)
    let report = try run(map, "check", "--format", "json").report()
    #expect(report.findings.map(\.line) == [3])
    let wrong: [(old: String, new: String, message: String)] = [
      ("\"bytes\"", "\"mode\"", "map:6:32: Move has no field \"mode\""),
      ("\"bytes\"", "\"sessions\"", "map:6:32: unknown field \"sessions\"; docs/trace-format.md"),
      ("\"mode\"", "\"modes\"", "map:1:15: unknown field \"modes\"; docs/trace-format.md"),
      ("\"Move\"", "\"Moves\"", "map:5:50: unknown event \"Moves\""),
    ]
    for (old, new, message) in wrong {
      let run = try run(map.replacing(old, with: new), "check")
      #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test(
    "rules that ask for too much are told", arguments: ["check", "doctor", "state", "minimize"])
  func tooMany(command: String) throws {
    let rules = [Rule(SessionRule()), Rule(Greedy())]
    let rule = command == "minimize" ? ["--rule", "Greedy"] : []
    let run = try CommandRun([command, "-"] + rule, input: Self.trace, rules: rules)
    #expect(run.status == 2)
    #expect(
      run.errors.contains(
        "rule Greedy: of the event Move at most four fields can be kept, size, object, tag and lock "
          + "among them; 5 are asked for: session, bytes, a, b, c (SessionEnded asks for it too)"),
      "\(run.errors)")
  }
}
