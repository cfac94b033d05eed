@_spi(Audit) import RuleEngine

/// What a fuzzer's input means: how a target and the test that replays its inputs agree on it.
public enum FuzzInput {
  /// Checks the readers on the input; returns what does not hold.
  public static func checkReaders(_ input: [UInt8]) -> [String] {
    ReaderInvariants(input).problems
  }

  /// Checks the readers on a binary trace whose checksums are set right first; returns what does not hold.
  public static func checkBinary(_ input: [UInt8]) -> [String] {
    let header = input.prefix(ReaderInvariants.headerBytes)
    let trace = BinaryChecksums.mended(Array(input.dropFirst(ReaderInvariants.headerBytes)))
    return ReaderInvariants(Array(header) + trace).problems
  }

  /// Checks lines in forms that mean the same; returns what does not hold.
  public static func checkLines(_ input: [UInt8]) -> [String] {
    var lines = LineInvariants()
    return lines.problems(input)
  }

  /// Checks a mapping and the reading of a log with it; returns what does not hold.
  public static func checkMapping(_ input: [UInt8]) -> [String] { LogInvariants(input).problems }

  /// Checks a checker on the input; returns what does not hold. The first byte chooses between text,
  /// which goes through the parser first, and ``ArbitraryTrace``.
  ///
  /// - Parameters:
  ///   - input: The fuzzer's bytes.
  ///   - templates: A checker for each reading, which has not been given any event.
  public static func checkChecker(_ input: [UInt8], _ templates: [Reading: Checker]) -> [String] {
    guard let first = input.first else { return [] }
    if first & 3 != 0 {
      let trace = ArbitraryTrace(input.dropFirst())
      guard let template = templates[trace.options.reading] else { return [] }
      return CheckerInvariants(
        template, trace.events, strings: trace.strings, options: trace.options
      ).problems
    }
    var parser = TraceParser()
    var batch = EventBatch()
    parser.parse(Array(input.dropFirst()), into: &batch)
    return templates.values.flatMap { template in
      CheckerInvariants(
        template, batch.events, strings: parser.strings, options: template.options
      ).problems
    }
  }

  /// The checkers that ``checkChecker(_:_:)`` needs; beside the rules they have one about events of
  /// one's own.
  public static func templates(_ rules: [Rule]) throws(RuleDefinitionError) -> [Reading: Checker] {
    var templates: [Reading: Checker] = [:]
    for reading in Reading.allCases {
      var options = Checker.Options()
      options.reading = reading
      templates[reading] = try Checker(rules: rules + [Rule(SessionRule())], options: options)
    }
    return templates
  }
}

/// A rule about the events of one's own that an ``ArbitraryTrace`` has, with a machine for each value of
/// a field, and conditions on others.
private struct SessionRule: EventRule {
  enum State: UInt8, MachineState { case idle, open }

  enum Fact: UInt8, EventVocabulary {
    case opened, closed

    var pattern: EventPattern {
      switch self {
      case .opened: .custom("Custom", when: .field("mode", is: "fast"))
      case .closed: .custom("Custom", when: .field("mode", isNot: "fast"))
      }
    }
    var meaning: String { self == .opened ? "a session is opened" : "a session is closed" }
  }

  let id = "FuzzedSession"
  let severity = Severity.warning
  let subject = EventSubject.field("session")
  let documentation = RuleDocumentation(
    summary: "A session is closed without a buffer.", rationale: "It is fuzzed.",
    remedy: "None.", readings: "The same in both.", source: "this file")
  let examples: [Example] = []
  let machine = Machine<State, Fact>(
    start: .idle, dormant: [.idle],
    [
      on(.idle, .opened, .go(.open)),
      on(.open, .closed, when: .field("buffer", .above, 1), .report("a buffer is left")),
      on(.open, .closed, .passAndGo(.idle)),
    ])
}
