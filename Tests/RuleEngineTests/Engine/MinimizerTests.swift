import RuleEngine
import Rules
import Testing
import TraceSynthesizer

@Suite("Minimizing a trace")
struct MinimizerTests {
  static let rules = [
    "RemoveLockForwardRead", "RemoveLockReleaseWrite", "RemoveLockMnRemove2", "MarkStartDevice",
    "MultRemoveLock", "RemoveLockStateStuck", "WmiForward", "RemoveLockStateTagMismatch",
  ]

  @Test("leaves a few events, none of which can go", arguments: rules)
  func minimize(_ id: String) throws {
    let rule = try #require(Catalog.all.first { $0.id == id })
    var options = SynthesizerOptions()
    options.events = 4000
    options.fault = id
    options.faultRate = 0.05
    var synthesizer = try TraceSynthesizer(options)
    var events: [Event] = []
    while synthesizer.next(1000, into: &events) {}
    var minimizer = TraceMinimizer(
      rule: rule, fingerprint: nil, reading: .tracked, strings: synthesizer.strings)
    let small = try #require(try minimizer.minimize(events))
    #expect(small.count < 20, "\(small.count) events are left")
    #expect(try found(rule, small, synthesizer.strings))
    for place in small.indices {
      var fewer = small
      fewer.remove(at: place)
      #expect(try !found(rule, fewer, synthesizer.strings), "event \(place) could go")
    }
  }

  @Test("a trace without the finding gives none") func nothing() throws {
    let rule = try #require(Catalog.all.first)
    let notation = try ShortNotation("enter READ\nexit SUCCESS")
    var minimizer = TraceMinimizer(
      rule: rule, fingerprint: nil, reading: .tracked, strings: notation.strings)
    #expect(try minimizer.minimize(notation.events) == nil)
  }

  private func found(_ rule: Rule, _ events: [Event], _ strings: StringTable) throws -> Bool {
    var checker = try Checker(rules: [rule])
    checker.consume(events, strings: strings)
    checker.finish(strings: strings)
    return !checker.findings.isEmpty
  }
}
