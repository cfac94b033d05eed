@_spi(Audit) import RuleEngine

/// What holds of a checker whatever trace it is given. Fuzzing and its regression tests check it.
public struct CheckerInvariants {
  /// What does not hold, in words; empty where all is well.
  public var problems: [String] { log.problems }

  private let log = ProblemLog()
  private let template: Checker
  private let rules: [Rule]
  private let events: [Event]
  private let strings: StringTable
  private let options: Checker.Options

  /// Rules that may report at the end of a trace: somebody waits for ever.
  private static let reportsAtEnd: Set<String> = [
    "RemoveLockStateStuck", "SignalEventInCompletion", "IoAllocateIrpSignalEventInCompletion",
    "IoBuildFsdIrpSignalEventInCompletion",
  ]

  /// Checks a trace in every way that there is.
  ///
  /// - Parameters:
  ///   - template: A checker with the rules and the reading, which has not been given any event.
  ///   - events: The trace.
  ///   - strings: The strings of its events.
  ///   - options: The options that the template was made with.
  ///   - audits: Whether the model's bookkeeping is gone through after every event.
  public init(
    _ template: Checker, _ events: [Event], strings: StringTable, options: Checker.Options,
    audits: Bool = true
  ) {
    self.template = template
    rules = template.rules
    self.events = events
    self.strings = strings
    self.options = options
    guard let whole = run(audits: audits) else { return }
    verdicts(whole)
    findings(whole)
    inOneBatch(whole)
    filtered(whole)
    besideItsCopy(whole)
  }

  // MARK: Runs

  /// Event by event, as a log that grows is checked.
  private mutating func run(audits: Bool) -> Checker? {
    var checker = template.fresh(options)
    for event in events {
      checker.consume(event, strings: strings)
      guard audits else { continue }
      let found = checker.inconsistencies()
      guard found.isEmpty else {
        log.add(found.map { "after line \(event.position.line): \($0)" })
        return nil
      }
    }
    let findings = checker.findings.count
    checker.finish(strings: strings)
    let late = checker.findings.dropFirst(findings).map(\.rule)
    log.check(
      late.allSatisfy { Self.reportsAtEnd.contains($0) },
      "the end of the trace makes \(late) report")
    return checker
  }

  // MARK: What a run has come to

  private mutating func verdicts(_ run: Checker) {
    let kept = Dictionary(grouping: run.findings, by: \.rule).mapValues(\.count)
    let isComplete = run.findings.count == Int(run.errorCount + run.warningCount)
    for (place, (rule, counts)) in zip(rules, run.verdicts).enumerated() {
      let found = UInt64(kept[rule.id, default: 0])
      log.check(
        counts.armed < UInt64(events.count + 1) * UInt64(rules.count),
        "\(rule.id): verdicts \(counts) of \(events.count) events")
      log.check(counts.violated == 0 || !isComplete || found > 0, "\(rule.id) is broken unsaid")
      if template.isAboutContexts(place) {
        log.check(
          !isComplete || found == counts.violated, "\(rule.id): \(found) findings, \(counts)")
      } else {
        log.check(found == 0 || counts.violated > 0, "\(rule.id) reports without a violation")
      }
    }
  }

  private mutating func findings(_ run: Checker) {
    let total = run.errorCount + run.warningCount
    log.check(
      run.occurrences.values.reduce(0, +) == total,
      "\(total) findings, \(run.occurrences.values.reduce(0, +)) occurrences")
    let room = options.maxFindings == 0 ? Int.max : options.maxFindings
    log.check(run.findings.count == min(room, Int(total)), "\(run.findings.count) of \(total) kept")
    let lines = 1...max(events.last?.position.line ?? 1, 1)
    for finding in run.findings {
      let words = "\(finding.rule) at line \(finding.position.line)"
      log.check(lines.contains(finding.position.line), "\(words): there is no such line")
      log.check(
        run.occurrences[finding.fingerprint] != nil, "\(words): its fingerprint is not counted")
      let places = finding.evidence.map(\.position)
      log.check(!places.isEmpty, "\(words): no evidence")
      log.check(places == places.sorted(), "\(words): evidence out of order, \(places.map(\.line))")
      log.check(places.allSatisfy { lines.contains($0.line) }, "\(words): evidence from nowhere")
      log.check(places.contains(finding.position), "\(words): the deciding event is not shown")
      log.check(
        places.count <= max(options.limits.evidence, 8) + 4, "\(words): \(places.count) events")
      log.check(finding.omittedEvidence >= 0, "\(words): omits \(finding.omittedEvidence)")
    }
  }

  // MARK: Other runs over the same trace

  private mutating func inOneBatch(_ whole: Checker) {
    var other = template.fresh(options)
    other.recordSteps = true
    other.consume(events, strings: strings)
    other.finish(strings: strings)
    log.check(other.verdicts == whole.verdicts, "verdicts depend on how events are handed over")
    log.check(other.findings == whole.findings, "findings depend on how events are handed over")
    log.check(other.occurrences == whole.occurrences, "counts depend on how events are handed over")
  }

  /// A filter takes findings away and changes none.
  private mutating func filtered(_ whole: Checker) {
    guard options.driver != nil || options.device != nil else { return }
    var all = options
    all.driver = nil
    all.device = nil
    var other = template.fresh(all)
    other.consume(events, strings: strings)
    other.finish(strings: strings)
    for (rule, (filtered, unfiltered)) in zip(rules, zip(whole.verdicts, other.verdicts)) {
      log.check(
        filtered.violated <= unfiltered.violated,
        "\(rule.id): more violations with a filter than without")
    }
    guard other.findings.count == Int(other.errorCount + other.warningCount) else { return }
    let known = Set(other.findings.map { Place($0) })
    log.check(whole.findings.allSatisfy { known.contains(Place($0)) }, "a filter adds a finding")
  }

  private struct Place: Hashable {
    var rule: String
    var position: TracePosition
    init(_ finding: Finding) {
      rule = finding.rule
      position = finding.position
    }
  }

  // MARK: Interleaving

  /// Another driver that does the same at the same time on other threads, devices, IRPs and locks
  /// comes to the same verdicts, and changes none.
  private mutating func besideItsCopy(_ whole: Checker) {
    guard options.limits == Limits(), options.device == nil, options.driver == nil,
      options.maxFindings == 0 || whole.findings.count * 2 < options.maxFindings, canBeMoved
    else { return }
    var both = template.fresh(options)
    var strings = strings
    var names: [StringID: StringID] = [:]
    for event in events where event.driver != .none {
      names[event.driver] = strings.intern(strings[event.driver] + "'")
    }
    for event in events {
      both.consume(event, strings: strings)
      let moved = Self.moved(event, names, &strings)
      both.consume(moved, strings: strings)
    }
    both.finish(strings: strings)
    // What SDV watches of drivers' own IRPs is the one made last, whoever's it is: there a copy does
    // change verdicts.
    // The copy of what happens on a thread that is not known is on one that is.
    let isOnKnownThreads = !events.contains { event in
      // An address of 0 is the same for both.
      event.thread == 0 && event.has(.tid) && !event.has(.cpu)
        || event.operand == 0 && (event.has(.object) || event.has(.handle))
    }
    let places = rules.indices.filter {
      (options.reading != .sdv || !template.isAboutOwnIRPs($0))
        && !template.isAboutWhatDriversShare($0)
        && (isOnKnownThreads || !template.isAboutThreads($0) && !template.isAboutCalls($0))
    }
    let (once, doubled) = (whole.verdicts, both.verdicts)
    for place in places {
      var twice = once[place]
      twice += once[place]
      log.check(
        doubled[place] == twice,
        "\(rules[place].id): \(once[place]) alone, \(doubled[place]) with a copy")
    }
    let compared = Set(places.map { rules[$0].id })
    let alone = whole.findings.map { Place($0) }.filter { compared.contains($0.rule) }
    let apart = (alone + alone).sorted { ($0.position, $0.rule) < ($1.position, $1.rule) }
    let beside = both.findings.map { Place($0) }.filter { compared.contains($0.rule) }
      .sorted { ($0.position, $0.rule) < ($1.position, $1.rule) }
    log.check(beside == apart, "other findings beside a copy than alone")
  }

  /// Whether a copy shares nothing with the trace: no address is 0, which stays what it is, and none
  /// is where another's copy would be.
  private var canBeMoved: Bool {
    var threads: Set<UInt64> = []
    var addresses: Set<UInt64> = []
    for event in events {
      threads.insert(event.thread)
      if event.has(.dev) { addresses.insert(event.device) }
      if event.has(.lock) { addresses.insert(event.lock) }
      if event.has(.irp), !Self.allocates(event) { addresses.insert(event.irp) }
      if Self.namesTag(event), event.tag != 0 { addresses.insert(event.tag) }
      if Self.namesObject(event) { addresses.insert(event.operand) }
    }
    return !addresses.contains(0) && addresses.isDisjoint(with: addresses.map { $0 ^ 1 << 55 })
      && threads.isDisjoint(with: threads.map { $0 ^ 1 << 40 })
  }

  /// Whether an `irp` of 0 says that there was no memory for one.
  private static func allocates(_ event: Event) -> Bool {
    switch event.kind {
    case .ioAllocateIrp, .ioBuildDeviceIoControlRequest, .ioBuildSynchronousFsdRequest,
      .ioBuildAsynchronousFsdRequest:
      true
    default: false
    }
  }

  /// Whether the event's tag is that of an acquisition: a custom event may have a field of its own there,
  /// others have flags and types there.
  private static func namesTag(_ event: Event) -> Bool {
    event.kind != .custom && event.has(.tag)
  }

  /// Whether the event names an event object or something else that a driver has to itself.
  private static func namesObject(_ event: Event) -> Bool {
    event.kind != .custom && event.operand != 0
      && !event.fields.isDisjoint(with: FieldSet(.object, .ptr, .handle))
  }

  private static func moved(
    _ event: Event, _ names: [StringID: StringID], _ strings: inout StringTable
  ) -> Event {
    var moved = event
    moved.thread ^= 1 << 40
    moved.driver = names[event.driver] ?? .none
    var pointers: [WritableKeyPath<Event, UInt64>] = [\.device, \.irp]
    if event.kind != .custom { pointers.append(\.lock) }
    if namesTag(event) { pointers.append(\.tag) }
    if namesObject(event) { pointers.append(\.operand) }
    for pointer in pointers where event[keyPath: pointer] != 0 {
      moved[keyPath: pointer] ^= 1 << 55
    }
    if event.kind == .custom {
      // The copy has sessions of its own too; the other fields are what the rules look at.
      let fields = event.ownFields(in: strings).map { name, value in
        if name == "session", case .integer(let number) = value {
          return (name: name, value: FieldValue.integer(number &+ 1000))
        }
        return (name: name, value: value)
      }
      moved.setCustom(event.customName(in: strings), fields, in: &strings)
    }
    return moved
  }
}
