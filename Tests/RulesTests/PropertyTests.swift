import Foundation
import Rules
import Testing

@testable import RuleEngine

/// A clean trace stays clean whatever is cut from it: where the trace leaves something open, nothing
/// is reported. RemoveLockStateStuck aside, which is about traces that end too early.
///
/// `swift test` goes through the examples of the rules. With `DDI_CHECKER_TRACES` set to a folder of
/// traces of drivers, each of them is gone through at every line, which takes minutes.
@Suite("Properties of clean traces")
struct PropertyTests {
  /// A trace without findings in the tracked reading, or one of a real driver with known ones.
  struct Clean: Sendable, CustomTestStringConvertible {
    let name: String
    let events: [Event]
    let strings: StringTable
    /// The rules that the whole trace breaks; what is cut from it may break no other.
    var known: Set<String> = []
    var testDescription: String { name }
  }

  static let traces: [Clean] = examples + files

  /// Every example of every rule in which no rule finds anything; one that several rules have, once.
  private static let examples: [Clean] = {
    var seen: Set<String> = []
    return Catalog.all.flatMap { rule in clean(rule, &seen) }
  }()

  private static func clean(_ rule: Rule, _ seen: inout Set<String>) -> [Clean] {
    rule.examples.compactMap { example in
      guard seen.insert(example.trace).inserted, let notation = try? ShortNotation(example.trace)
      else { return nil }
      let clean = Clean(
        name: "\(rule.id): \(example.title)", events: notation.events, strings: notation.strings)
      return rulesBroken(clean.events, clean.strings).isEmpty ? clean : nil
    }
  }

  private static let files: [Clean] = {
    guard let folder = ProcessInfo.processInfo.environment["DDI_CHECKER_TRACES"],
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return [] }
    return names.sorted().compactMap { name in
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return nil }
      var parser = TraceParser()
      var batch = EventBatch()
      parser.parse([UInt8](data), into: &batch)
      return Clean(
        name: name, events: batch.events, strings: parser.strings,
        known: Set(rulesBroken(batch.events, parser.strings)))
    }
  }()

  /// A checker with all rules that was given nothing. It is a value, and copying it costs less by far than
  /// making one for each of the hundred thousand traces here.
  private static let fresh = try? warmedUp(Checker(rules: Catalog.all))

  /// Which rules a kind of request or of another subject arms is worked out when the first comes: for all of them
  /// here, not again and again in each copy.
  private static func warmedUp(_ checker: Checker) -> Checker {
    var fresh = checker
    for example in Catalog.all.flatMap(\.examples) {
      guard let notation = try? ShortNotation(example.trace) else { continue }
      var used = fresh
      used.consume(notation.events, strings: notation.strings)
      fresh.learnArming(from: used)
    }
    return fresh
  }

  /// The rules that are broken by the events that a checker was given and these, with which the trace ends;
  /// RemoveLockStateStuck aside.
  static func rulesBroken(
    _ events: some Sequence<Event>, _ strings: StringTable, after checker: Checker? = fresh
  ) -> [String] {
    guard var checker else { return ["no checker"] }
    for event in events { checker.consume(event, strings: strings) }
    checker.finish(strings: strings)
    return checker.findings.map(\.rule).filter { $0 != "RemoveLockStateStuck" }
  }

  /// The rules that are broken beyond those that the whole trace breaks.
  private static func news(
    _ events: some Sequence<Event>, _ trace: Clean, after checker: Checker? = fresh
  ) -> [String] {
    rulesBroken(events, trace.strings, after: checker).filter { !trace.known.contains($0) }
  }

  /// Calls a body for each event of a trace with a checker that was given those before it. What traces have in
  /// common is checked once: a copy goes on from there.
  private static func forEachPrefix(_ trace: Clean, _ body: (Int, Checker) -> Void) throws {
    var checker = try #require(fresh)
    for (place, event) in trace.events.enumerated() {
      body(place, checker)
      checker.consume(event, strings: trace.strings)
    }
  }

  @Test("there are clean traces to go through") func traceCount() {
    #expect(Self.traces.count > 300)
  }

  @Test("cut at any line", arguments: traces) func cut(_ trace: Clean) throws {
    try Self.forEachPrefix(trace) { end, checker in
      let found = Self.news([], trace, after: checker)
      #expect(found.isEmpty, "cut before event \(end + 1)")
    }
  }

  @Test("begun at any line", arguments: traces) func begin(_ trace: Clean) {
    // Without the AddDevice that told it, a bus driver cannot be told from another.
    let addsBus = trace.events.firstIndex { $0.kind == .addDevice && $0.flags.contains(.bus) }
    for start in trace.events.indices where start <= addsBus ?? .max {
      let found = Self.news(trace.events[start...], trace)
      #expect(found.isEmpty, "begun at event \(start + 1)")
    }
  }

  @Test("any event lost", arguments: traces) func lose(_ trace: Clean) throws {
    try Self.forEachPrefix(trace) { place, checker in
      let lost = trace.events[place]
      if lost.kind == .addDevice, lost.flags.contains(.bus) { return }
      let found = Self.news(
        [Event(.traceLost)] + trace.events[(place + 1)...], trace, after: checker)
      #expect(found.isEmpty, "event \(place + 1) lost")
    }
  }

  @Test("interleaved with another driver's", arguments: traces) func interleave(_ trace: Clean) {
    let other = Self.examples[(trace.events.count * 31) % Self.examples.count]
    // There is one cancel spin lock, and one thread holds it.
    if Self.usesCancelSpinLock(trace.events), Self.usesCancelSpinLock(other.events) { return }
    var random = SplitMix(state: UInt64(trace.events.count))
    var events: [Event] = []
    var mine = Self.named(trace.events, 1)[...]
    // A trace that begins in the middle still does beside another driver's.
    let isWhole = trace.events.first?.kind == .traceStart
    let others = other.events.filter { isWhole || $0.kind != .traceStart }
    var theirs = Self.named(others.map(Self.moved), 2)[...]
    while let next = random.next() & 1 == 0 ? mine.popFirst() : theirs.popFirst() {
      events.append(next)
    }
    events += mine
    events += theirs
    #expect(Self.news(events, trace).isEmpty, "with \(other.name)")
  }

  /// Whole traces without a gap, with findings and without.
  private static let whole: [Clean] = Catalog.all.flatMap { rule in
    rule.examples.compactMap { example in
      guard let notation = try? ShortNotation(example.trace),
        notation.events.first?.kind == .traceStart,
        // An unload that names no driver, as the moved one does not, is every driver's.
        !notation.events.contains(where: { $0.kind == .traceLost || $0.kind == .driverUnload })
      else { return nil }
      return Clean(name: example.title, events: notation.events, strings: notation.strings)
    }
  }

  private static func verdicts(_ events: [Event]) throws -> [VerdictCounts] {
    var checker = try #require(fresh)
    checker.consume(events, strings: StringTable())
    checker.finish(strings: StringTable())
    // Who waits in vain is not known while any IRP is below, another driver's too.
    return zip(checker.rules, checker.verdicts)
      .filter { !$0.0.id.hasSuffix("SignalEventInCompletion") }.map(\.1)
  }

  @Test("interleaving two drivers adds up their verdicts") func interleavedVerdicts() throws {
    #expect(Self.whole.count > 400)
    for (number, trace) in Self.whole.enumerated() {
      let other = Self.whole[(number * 37 + 11) % Self.whole.count]
      // There is one cancel spin lock: what one driver holds of it another does not.
      if Self.usesCancelSpinLock(trace.events), Self.usesCancelSpinLock(other.events) { continue }
      let mine = Self.named(trace.events, 1)
      let theirs = Self.named(other.events.map(Self.moved), 2)
      var random = SplitMix(state: UInt64(number))
      var mixed: [Event] = []
      var first = mine[...]
      var second = theirs[...]
      while let next = random.next() & 1 == 0 ? first.popFirst() : second.popFirst() {
        mixed.append(next)
      }
      mixed += first
      mixed += second
      var sum = try Self.verdicts(mine)
      for (rule, counts) in try Self.verdicts(theirs).enumerated() { sum[rule] += counts }
      #expect(try Self.verdicts(mixed) == sum, "\(trace.name) with \(other.name)")
    }
  }

  private static func usesCancelSpinLock(_ events: [Event]) -> Bool {
    events.contains { $0.kind == .ioAcquireCancelSpinLock || $0.kind == .ioReleaseCancelSpinLock }
  }

  /// The events of a trace that names no driver with one: what an unknown driver does may be anybody's.
  private static func named(_ events: [Event], _ number: UInt32) -> [Event] {
    guard events.allSatisfy({ $0.driver == .none }) else { return events }
    return events.map { event in
      var event = event
      event.driver = StringID(1 << 31 | number)
      return event
    }
  }

  /// The same event of another driver: other addresses, other threads, another name.
  private static func moved(_ event: Event) -> Event {
    var moved = event
    moved.thread += 1 << 32
    moved.driver = .none
    for pointer in [\Event.device, \.irp, \.lock, \.tag] as [WritableKeyPath<Event, UInt64>]
    where event[keyPath: pointer] != 0 {
      moved[keyPath: pointer] = event[keyPath: pointer] ^ 0x5500_0000_0000
    }
    if !event.fields.isDisjoint(with: FieldSet(.object, .ptr, .handle)), event.operand != 0 {
      moved.operand ^= 0x5500_0000_0000
    }
    return moved
  }

  private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
