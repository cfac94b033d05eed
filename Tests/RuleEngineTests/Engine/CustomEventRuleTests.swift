import Testing
import TraceDoctor

@testable import RuleEngine

private let documentation = RuleDocumentation(
  summary: "A session moves no data after it has ended.", rationale: "It is gone.",
  remedy: "Wait.", readings: "The same in both.", source: "a test")

/// A rule about sessions: after the end of one in the mode `fast` nothing of it moves.
private struct SessionRule: EventRule {
  enum State: UInt8, MachineState { case idle, running, ended }

  enum Fact: UInt8, EventVocabulary {
    case started, moved, ended

    var pattern: EventPattern {
      switch self {
      case .started: .custom("Start", when: .field("mode", is: "fast"))
      case .moved: .custom("Move", fields: ["bytes"])
      case .ended: .custom("End")
      }
    }
    var meaning: String { "\(self)" }
  }

  let id = "SessionEnded"
  let severity = Severity.error
  let subject = EventSubject.field("session")
  let documentation = RuleEngineTests.documentation
  let examples: [Example] = []
  let machine = Machine<State, Fact>(
    start: .idle, dormant: [.idle],
    [
      on(.idle, .started, .go(.running)),
      on(.running, .ended, .go(.ended)),
      on(.ended, .moved, when: .field("bytes", .above, 0), .report("data of an ended session")),
      on(.ended, .started, .passAndGo(.running)),
    ])
}

/// A rule with a monitor that does nothing, and what it asks for.
private struct Asking: MonitorRule {
  struct Nothing: Monitor {
    mutating func take(
      _ events: ArraySlice<Event>, strings: StringTable, verdicts: inout MonitorVerdicts
    ) {}
    mutating func finish(verdicts: inout MonitorVerdicts) {}
  }

  let id: String
  let severity = Severity.error
  let documentation = RuleEngineTests.documentation
  let examples: [Example] = []
  let scopeInWords = "nothing"
  var customEvents: [CustomEvent] = []
  init(_ id: String, _ events: CustomEvent...) {
    self.id = id
    customEvents = events
  }
  func makeMonitor(in reading: Reading) -> any Monitor { Nothing() }
}

private struct Silent: MonitorRule {
  let id = "Silent"
  let severity = Severity.error
  let documentation = RuleEngineTests.documentation
  let examples: [Example] = []
  let scopeInWords = "nothing"
  func makeMonitor(in reading: Reading) -> any Monitor { Asking.Nothing() }
}

/// A rule about events with one row, in which everything can be put.
private struct OneRow: EventRule {
  enum State: UInt8, MachineState { case start }
  enum Fact: UInt8, EventVocabulary {
    case fact
    nonisolated(unsafe) static var current = EventPattern.event(.ioFreeIrp)
    var pattern: EventPattern { Self.current }
    var meaning: String { "it happens" }
  }
  let id = "OneRow"
  let severity = Severity.error
  let documentation = RuleEngineTests.documentation
  let examples: [Example] = []
  var subject = EventSubject.thread
  var condition: EventCondition?
  var machine: Machine<State, Fact> {
    Machine(
      start: .start,
      [
        condition.map { on(.start, .fact, when: $0, .report("no")) }
          ?? on(.start, .fact, .report("no"))
      ])
  }
}

@Suite("rules with events of one's own", .serialized) struct CustomEventRuleTests {
  private func run(_ trace: String) throws -> ExampleRun {
    try ExampleRun(Rule(SessionRule()), trace, .tracked)
  }

  @Test("there is one machine for each value of a field") func subjects() throws {
    let cases: [(trace: String, lines: [UInt64])] = [
      ("event Start session=1 mode=fast\nevent End session=1\nevent Move session=1 bytes=4", [3]),
      // In whichever spelling the number is written.
      (
        "event Start session=16 mode=fast\nevent End session=0x10\nevent Move session=16 bytes=4",
        [3]
      ),
      ("event Start session=1 mode=fast\nevent End session=1\nevent Move session=2 bytes=4", []),
      ("event Start session=a mode=fast\nevent End session=a\nevent Move session=a bytes=4", [3]),
      // A negative number is not the large one with the same bits, a number no text.
      (
        "event Start session=-1 mode=fast\nevent End session=-1\n"
          + "event Move session=0xffffffffffffffff bytes=4", []
      ),
      // The condition on the first event, and that of the row.
      ("event Start session=1 mode=slow\nevent End session=1\nevent Move session=1 bytes=4", []),
      ("event Start session=1\nevent End session=1\nevent Move session=1 bytes=4", []),
      ("event Start session=1 mode=fast\nevent End session=1\nevent Move session=1 bytes=0", []),
      ("event Start session=1 mode=fast\nevent End session=1\nevent Move session=1", []),
      // Without the field an event is about no session.
      ("event Start mode=fast\nevent End\nevent Move bytes=4", []),
    ]
    for (trace, lines) in cases {
      #expect(try run(trace).findings.map(\.position.line) == lines, "\(trace)")
    }
  }

  @Test("the evidence shows own fields") func evidence() throws {
    let trace = """
      event Start session=7 mode=fast
      event End session=7 dev=fdo
      event Move bytes=512 session=0x7
      """
    let finding = try #require(try run(trace).findings.first)
    #expect(
      finding.evidence.map(\.words)
        == ["Start session=7 mode=fast", "End session=7", "Move bytes=512 session=0x7"])
    #expect(finding.evidence.map(\.customName) == ["Start", "End", "Move"])
    #expect(finding.device == nil)
  }

  @Test("a rule's fields follow from its patterns, conditions and subject") func declared() throws {
    #expect(
      Rule(SessionRule()).customEvents == [
        CustomEvent("Start", fields: ["session", "mode"]),
        CustomEvent("Move", fields: ["session", "bytes"]), CustomEvent("End", fields: ["session"]),
      ])
    #expect(Rule(Silent()).customEvents.isEmpty)
    OneRow.Fact.current = .custom("E", when: EventCondition(.tag, .above, 0 as UInt64))
    let rule = OneRow(condition: EventCondition(.number, .above, 1 as UInt64))
    #expect(Rule(rule).customEvents == [CustomEvent("E", fields: ["tag", "size"])])
  }

  @Test("the events of several rules become one list") func merging() throws {
    let rules = [
      Rule(Asking("One", CustomEvent("B", fields: ["x"]), "A")), Rule(Silent()),
      Rule(Asking("Two", CustomEvent("B", fields: ["y", "x"]), CustomEvent("C", fields: ["tag"]))),
    ]
    #expect(
      try Rule.customEvents(of: rules) == [
        "A", CustomEvent("B", fields: ["x", "y"]), CustomEvent("C", fields: ["tag"]),
      ])
    #expect(try Rule.customEvents(of: []).isEmpty)
  }

  private func check(
    _ rules: [Rule], _ expected: String, isOneRule: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let checker = { _ = try Checker(rules: rules) }
    let events = { _ = try Rule.customEvents(of: rules) }
    for make in isOneRule ? [checker] : [checker, events] {
      #expect(sourceLocation: sourceLocation) {
        try make()
      } throws: { error in
        "\(error)" == expected
      }
    }
  }

  @Test("what cannot be is told when a checker is made") func errors() {
    func asking(_ event: CustomEvent) -> [Rule] { [Rule(Asking("R", event))] }
    let form = #"it needs letters, digits, "_", "." and "-", the first a letter or "_""#
    check(asking("my event"), #"rule R: "my event" cannot be an event's name; \#(form)"#)
    check(asking(""), #"rule R: "" cannot be an event's name; \#(form)"#)
    check(asking("3D"), #"rule R: "3D" cannot be an event's name; \#(form)"#)
    check(
      asking(CustomEvent("E", fields: ["a=b"])),
      #"rule R: "a=b" cannot be a field's name; \#(form)"#)
    check(
      asking(CustomEvent("E", fields: ["ev"])),
      "rule R: a field of E cannot be called \"ev\", which names the event; choose another name")
    check(
      asking(CustomEvent("E", fields: ["kind"])),
      "rule R: E cannot carry the format's field \"kind\"; choose another name")
    check(
      asking(CustomEvent("E", fields: ["size", "count"])),
      "rule R: E cannot carry both \"size\" and \"count\", for which there is one place; "
        + "choose another name for one of them")
    for name in ["IoFreeIrp", "IofCallDriver"] {
      check(
        asking(CustomEvent(name)),
        "rule R: \(name) is an event of the format and none of one's own; ask for it by its kind")
    }
    check(
      asking(CustomEvent("E", fields: ["a", "b", "tag", "c", "d"])),
      "rule R: of the event E at most four fields can be kept, size, object, tag and lock among "
        + "them; 5 are asked for: tag, a, b, c, d")
    check(
      [
        Rule(Asking("One", CustomEvent("E", fields: ["a", "b", "c"]))),
        Rule(Asking("Two", "E")), Rule(Asking("Three", CustomEvent("E", fields: ["c", "d", "e"]))),
      ],
      "rule Three: of the event E at most four fields can be kept, size, object, tag and lock "
        + "among them; 5 are asked for: a, b, c, d, e (One and Two ask for it too)")
  }

  @Test("only events of one's own have fields of one's own") func fieldsOfTheFormat() throws {
    let words = "carries no field \"session\": only events of one's own have fields of one's own"
    OneRow.Fact.current = .event(.ioFreeIrp)
    check(
      [Rule(OneRow(subject: .field("session")))], "rule OneRow: IoFreeIrp \(words)", isOneRule: true
    )
    check(
      [Rule(OneRow(condition: .field("session", .above, 1)))], "rule OneRow: IoFreeIrp \(words)",
      isOneRule: true)
    OneRow.Fact.current = .event(.ioFreeIrp, when: .field("session", is: "1"))
    check([Rule(OneRow())], "rule OneRow: IoFreeIrp \(words)", isOneRule: true)
    // Those that the format knows are looked at by their names.
    OneRow.Fact.current = .event(.ioFreeIrp, when: .field("irql", .above, 1))
    let run = try ExampleRun(
      Rule(OneRow(subject: .field("irp"))), "free-irp\nfree-irp irql=2", .sdv)
    #expect(run.findings.map(\.position.line) == [2])
  }

  @Test("conditions") func conditions() throws {
    let notation = try ShortNotation(
      "bare\nevent E n=3 hex=0x10 neg=-4 mode=fast dev=fdo irql=1 status=PENDING")
    let cases: [(EventCondition, Bool, String)] = [
      (.field("n", .above, 2), true, "n > 2"), (.field("n", .above, 3), false, "n > 3"),
      (.field("n", .below, 4), true, "n < 4"), (.field("n", .equal, 3), true, "n = 3"),
      (.field("n", .notEqual, 3), false, "n ≠ 3"), (.field("n", is: "3"), true, "n = 3"),
      (.field("n", is: "0x3"), true, "n = 0x3"), (.field("hex", .equal, 16), true, "hex = 16"),
      (.field("neg", .below, 0), true, "neg < 0"), (.field("neg", .above, -5), true, "neg > -5"),
      (.field("hex", .above, -1), true, "hex > -1"),
      (.field("mode", is: "fast"), true, "mode = fast"),
      (.field("mode", isNot: "slow"), true, "mode ≠ slow"),
      (.field("mode", isNot: "fast"), false, "mode ≠ fast"),
      (.field("mode", .above, 0), false, "mode > 0"),
      (.field("mode", .equal, 0), false, "mode = 0"),
      (.field("mode", .notEqual, 0), true, "mode ≠ 0"),
      (.field("n", isNot: "x"), true, "n ≠ x"),
      (.field("absent", .notEqual, 0), false, "absent ≠ 0"),
      (.field("absent", isNot: "x"), false, "absent ≠ x"),
      (.field("irql", .equal, 1), true, "irql = 1"), (.irql(above: 0), true, "irql > 0"),
      (.field("status", is: "STATUS_PENDING"), true, "status = STATUS_PENDING"),
      (.status(.pending), true, "status = 0x103"),
    ]
    for (condition, holds, words) in cases {
      #expect(
        condition.holds(for: notation.events[0], strings: notation.strings) == holds, "\(words)")
      #expect(condition.words == words)
    }
  }

  @Test("short notation") func shortNotation() throws {
    func text(_ line: String) throws -> String {
      let notation = try ShortNotation("bare\n" + line)
      var out: [UInt8] = []
      for event in notation.events {
        TraceWriter.appendText(event, strings: notation.strings, to: &out)
      }
      return String(decoding: out.dropFirst(5).dropLast(), as: UTF8.self)
    }
    let fdo = "FFFFE00100002000"
    #expect(try text("event E") == "E tid=0x1")
    #expect(
      try text("T7: event E b=x a=3 dev=fdo # words") == "E tid=0x7 dev=\(fdo) b=x a=3")
    #expect(
      try text("event E irp=i lock=l tag=NULL a=0x1f status=SUCCESS")
        == "E tid=0x1 irp=FFFFE00100002000 lock=FFFFE00100003000 tag=0000000000000000 "
        + "status=STATUS_SUCCESS a=0x1f")
    #expect(try text("event E size=5 object=o") == "E tid=0x1 object=\(fdo) size=5")
    #expect(try text("event E a=1 a=2 b=") == #"E tid=0x1 a=2 b="""#)
    let wrong: [(String, String)] = [
      (
        "event E a=1 b=2 c=3 d=4 e=5",
        "E has 5 fields of its own; an event can have four, size, object, tag and lock among them"
      ),
      (
        "event E a=1 b=2 c=3 d=4 lock=l",
        "E has 5 fields of its own; an event can have four, size, "
          + "object, tag and lock among them"
      ),
      ("event", "event needs a name of its own"),
      ("event E kind=Dpc", "E cannot carry the format's field \"kind\"; choose another name"),
      ("event E size=big", "size needs a number, not \"big\""),
      ("event E maxmin=1", "unknown key \"maxmin\""),
      ("event E status=GOOD", "expected a status such as SUCCESS, found \"GOOD\""),
      ("forward session=3", "unknown key \"session\""),
      (
        "event IoFreeIrp",
        "IoFreeIrp is an event of the format and none of one's own; ask for it by its kind"
      ),
    ]
    for (line, message) in wrong {
      #expect { _ = try ShortNotation("bare\n" + line) } throws: { error in
        "\(error)" == "line 2: \(message)"
      }
    }
  }

  @Test("a program tells its reader what its rules ask for") func embedding() throws {
    let rules = [Rule(SessionRule())]
    var options = TraceReader.Options()
    options.parser.customEvents = try Rule.customEvents(of: rules)
    let trace = """
      @ddi Start session=4 mode=fast
      @ddi End session=4
      {"ev":"Move","session":4,"bytes":512,"other":1}
      """
    var checker = try Checker(rules: rules)
    var reader = TraceReader([.source(ArrayByteSource(Array(trace.utf8)))], options: options)
    var batch = EventBatch()
    while try reader.next(into: &batch) { checker.consume(batch.events, strings: reader.strings) }
    checker.finish(strings: reader.strings)
    #expect(checker.findings.map(\.position.line) == [3])
  }

  @Test("the doctor says which events and fields a rule lacks") func doctor() throws {
    func diagnose(_ trace: String, _ rules: [Rule]) throws -> DoctorReport {
      var options = TraceParser.Options()
      options.customEvents = try Rule.customEvents(of: rules)
      var parser = TraceParser(options: options)
      var batch = EventBatch()
      parser.parse(Array(trace.utf8), into: &batch)
      var doctor = try Doctor(rules: rules)
      doctor.consume(batch, strings: parser.strings)
      return doctor.report(strings: parser.strings)
    }
    let session = [Rule(SessionRule())]
    let monitor = [Rule(Asking("R", CustomEvent("A", fields: ["x"]), "B"))]
    let start = "@ddi Start session=1 mode=fast\n"
    let cases: [(String, [Rule], DoctorReport.Decidability, [String])] = [
      (
        "@ddi KeSetEvent", session, .undecidable,
        [
          "log Start with session and mode, Move with session and bytes, End with session"
        ]
      ),
      (
        "@ddi Start mode=fast", session, .undecidable,
        ["log session on Start: the rule tells cases apart by it"]
      ),
      (
        start + "@ddi End session=1\n@ddi Move session=1\n" + start, session, .partly,
        ["log bytes on Move: what depends on that is not found"]
      ),
      (
        start + "@ddi End session=1\n" + start, session, .partly,
        ["what depends on these is not found, as they do not occur: Move with session and bytes"]
      ),
      (
        start + "@ddi End session=1\n@ddi Move session=1 bytes=0\n" + start, session, .decided, []
      ),
      ("@ddi KeSetEvent", monitor, .undecidable, ["log A with x, B"]),
      ("@ddi A x=1", monitor, .notExercised, []),
    ]
    for (trace, rules, decidability, reasons) in cases {
      let report = try diagnose(trace, rules)
      #expect(report.rules.map(\.decidability) == [decidability], "\(trace)")
      #expect(report.rules[0].reasons == reasons, "\(trace)")
    }
    let kinds = try diagnose(start + start + "@ddi End x=1\n@ddi KeSetEvent", session).trace.kinds
    #expect(kinds.map { "\($0.event) \($0.count)" } == ["End 1", "Start 2", "KeSetEvent 1"])
  }
}
