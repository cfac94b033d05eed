import RuleEngine
import Rules
import Testing

/// A fault has one fingerprint, whatever else differs between two traces of it.
@Suite("Fingerprints")
struct FingerprintTests {
  /// The examples that rules must report, each with names for functions and source files.
  private static let violations: [(rule: Rule, trace: ShortNotation)] = Catalog.all.flatMap {
    rule in
    rule.examples.filter { $0.expectation(in: .tracked) == .violation }.compactMap { example in
      (try? ShortNotation(example.trace)).map { (rule, $0) }
    }
  }

  private static func fingerprints(
    _ rule: Rule, _ events: some Sequence<Event>, _ strings: StringTable,
    _ reading: Reading = .tracked
  ) throws -> Set<String> {
    var options = Checker.Options()
    options.reading = reading
    var checker = try Checker(rules: [rule], options: options)
    for event in events { checker.consume(event, strings: strings) }
    checker.finish(strings: strings)
    return Set(checker.findings.map(\.fingerprint))
  }

  /// Places in the source as a tracer logs them; `shift` moves every line.
  private static func placed(
    _ notation: ShortNotation, shift: Int, functions: Bool
  ) -> ([Event], StringTable) {
    var strings = notation.strings
    let events = notation.events.enumerated().map { index, event in
      var event = event
      event.source = strings.intern("pnp.c:\(10 + index * 3 + shift)")
      event.fields.insert(.src)
      if functions {
        event.function = strings.intern("Thread\(event.thread)Routine")
        event.fields.insert(.fn)
      }
      return event
    }
    return (events, strings)
  }

  /// Other addresses, other lines of the trace, other thread ids.
  private static func moved(_ events: [Event]) -> [Event] {
    func other(_ pointer: UInt64) -> UInt64 { pointer == 0 ? 0 : pointer ^ 0x5A5A_0F0F_3C30 }
    return events.map { event in
      var event = event
      event.device = other(event.device)
      event.irp = other(event.irp)
      event.lock = other(event.lock)
      event.tag = other(event.tag)
      event.operand = other(event.operand)
      event.thread = event.thread * 3 + 0x1000
      event.position = TracePosition(file: 0, line: event.position.line * 17 + 1_000_000)
      return event
    }
  }

  @Test("survive new line numbers, addresses and threads", arguments: [true, false])
  func survival(functions: Bool) throws {
    var count = 0
    for (rule, trace) in Self.violations {
      let (events, strings) = Self.placed(trace, shift: 0, functions: functions)
      let (later, laterStrings) = Self.placed(trace, shift: 250, functions: functions)
      let expected = try Self.fingerprints(rule, events, strings)
      #expect(!expected.isEmpty, "\(rule.id)")
      let found = try Self.fingerprints(rule, Self.moved(later), laterStrings)
      #expect(found == expected, "\(rule.id)")
      count += expected.count
    }
    #expect(count > 100)
  }

  @Test("tell rules, drivers, functions, files and requests apart")
  func difference() throws {
    func fingerprint(_ change: (String) -> String, rule: String = "RemoveLockForwardRead") throws
      -> String
    {
      let rule = try #require(Catalog.all.first { $0.id == rule })
      let words = change("drv=a fn=F src=x.c:5")
      let trace = try ShortNotation("enter READ \(words)\nforward \(words)\nexit PENDING \(words)")
      let all = try Self.fingerprints(rule, trace.events, trace.strings)
      #expect(all.count == 1, "\(words)")
      return try #require(all.first)
    }
    let first = try fingerprint { $0 }
    let changes: [(name: String, change: (String) -> String, isSame: Bool)] = [
      ("line", { $0.replacing("x.c:5", with: "x.c:77") }, true),
      ("file beside a function", { $0.replacing("x.c", with: "y.c") }, true),
      ("driver", { $0.replacing("drv=a", with: "drv=b") }, false),
      ("function", { $0.replacing("fn=F", with: "fn=G") }, false),
      ("no function", { $0.replacing("fn=F", with: "") }, false),
    ]
    for (name, change, isSame) in changes {
      #expect(try (fingerprint(change) == first) == isSame, "\(name)")
    }
    let withoutFunction: (String) -> String = { $0.replacing("fn=F", with: "") }
    let file = try fingerprint(withoutFunction)
    #expect(try fingerprint { withoutFunction($0).replacing("x.c", with: "y.c") } != file)
    #expect(try fingerprint { withoutFunction($0).replacing(":5", with: ":6") } == file)
  }

  /// One fault, the threads running as they may.
  private static let interleavings: [(name: String, rule: String, traces: [String])] = [
    (
      "a read that is never released: whichever routine returns last", "RemoveLockForwardRead",
      [
        """
        enter READ fn=Read
        acquire fn=Read
        mark-pending fn=Read
        queue irp=irp fn=Read
        T2: callback Dpc fn=ReadDpc
        T2: dequeue irp=irp fn=ReadDpc
        T2: complete SUCCESS fn=ReadDpc
        T2: callback-exit Dpc fn=ReadDpc
        exit PENDING fn=Read
        """,
        """
        enter READ fn=Read
        acquire fn=Read
        mark-pending fn=Read
        queue irp=irp fn=Read
        exit PENDING fn=Read
        T2: callback Dpc fn=ReadDpc
        T2: dequeue irp=irp fn=ReadDpc
        T2: complete SUCCESS fn=ReadDpc
        T2: callback-exit Dpc fn=ReadDpc
        """,
      ]
    ),
    (
      "a lock of each path: whichever is acquired first", "MultRemoveLock",
      [
        """
        init second dev=fdo
        enter READ fn=Read
        acquire fn=Read
        T2: enter WRITE irp=other fn=Write
        T2: acquire lock=second irp=other tag=other fn=Write
        """,
        """
        init second dev=fdo
        T2: enter WRITE irp=other fn=Write
        T2: acquire lock=second irp=other tag=other fn=Write
        enter READ fn=Read
        acquire fn=Read
        """,
      ]
    ),
  ]

  @Test("survive other interleavings", arguments: interleavings.indices)
  func interleaved(_ index: Int) throws {
    let (name, id, traces) = Self.interleavings[index]
    let rule = try #require(Catalog.all.first { $0.id == id })
    var seen: Set<Set<String>> = []
    var places: Set<String> = []
    for text in traces {
      let trace = try ShortNotation(text)
      seen.insert(try Self.fingerprints(rule, trace.events, trace.strings))
      var checker = try Checker(rules: [rule])
      for event in trace.events { checker.consume(event, strings: trace.strings) }
      checker.finish(strings: trace.strings)
      places.formUnion(checker.findings.map(\.function))
    }
    #expect(seen.count == 1 && seen.first?.count == 1, "\(name): \(seen)")
    #expect(places.count == 2, "\(name): the events that decide must differ, \(places)")
  }

  @Test("survive another driver's events in between", arguments: 1...2 as ClosedRange<UInt64>)
  func beside(_ seed: UInt64) throws {
    let quiet = try ShortNotation(
      """
      T91: enter WRITE dev=quiet irp=q1
      T91: acquire lock=ql tag=q1
      T91: forward irp=q1
      T92: enter READ dev=quiet irp=q2 drv=quiet
      T91: release lock=ql tag=q1
      T92: acquire lock=ql tag=q2
      T91: exit SUCCESS irp=q1
      T92: release lock=ql tag=q2
      T92: exit SUCCESS irp=q2
      """)
    var random = seed
    for (rule, trace) in Self.violations {
      let (events, strings) = Self.placed(trace, shift: 0, functions: true)
      var both: [Event] = []
      var own = events[...]
      var other = Self.moved(quiet.events.filter { $0.thread >= 91 })[...]
      while !own.isEmpty || !other.isEmpty {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // TraceStart says something at the beginning alone.
        let takesOwn = other.isEmpty || both.isEmpty || !own.isEmpty && random >> 63 == 0
        if let event = takesOwn ? own.popFirst() : other.popFirst() {
          both.append(event)
        }
      }
      let expected = try Self.fingerprints(rule, events, strings)
      let found = try Self.fingerprints(rule, both, strings)
      #expect(found == expected, "\(rule.id): \(trace.events.count)")
    }
  }
}
