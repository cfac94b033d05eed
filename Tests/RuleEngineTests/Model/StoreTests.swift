import Rules
import Testing
import TraceSynthesizer

@_spi(Audit) @testable import RuleEngine

/// What the model keeps its things in. A fault here would show in wrong verdicts far away.
@Suite("Stores and tables") struct StoreTests {
  @Test("a copy of a store that is claimed changes alone") func claim() {
    var first = Store(repeating: 1, count: 3)
    var second = first
    second.claim()
    second[0] = 2
    for number in 0..<100 { second.append(number) }
    first.claim()
    first[1] = 3
    #expect(first.elements == [1, 3, 1])
    #expect(second.elements == [2, 1, 1] + Array(0..<100))
    #expect(second.popLast() == 99)
    second.removeAll()
    #expect(second.isEmpty && first.count == 3)
  }

  @Test("large stores keep their elements while they grow") func growth() {
    var store = Store<UInt64>()
    for number in 0..<1_500_000 { store.append(UInt64(number)) }
    #expect(store.count == 1_500_000)
    #expect((0..<1_500_000).allSatisfy { store[$0] == UInt64($0) })
  }

  /// Keys with hashes that collide in the table and, of few bits, altogether.
  @Test("an index table finds what a dictionary finds", arguments: [2, 6, 12, 32])
  func indexTable(hashBits: UInt32) {
    var random = TestRandom(seed: UInt64(hashBits))
    let mask: UInt32 = hashBits == 32 ? .max : (1 << hashBits) - 1
    let hash = { (key: Int) in UInt32(truncatingIfNeeded: key &* 0x9E37_79B1) & mask }
    var keys: [Int] = []
    var table = IndexTable()
    var expected: [Int: Int32] = [:]
    for _ in 0..<4000 {
      let key = Int.random(in: 0..<300, using: &random)
      let found = table.find(hash(key)) { keys[Int($0)] == key }
      #expect(found == expected[key] ?? -1)
      let index = Int32(keys.count)
      switch (found >= 0, Int.random(in: 0..<3, using: &random)) {
      case (false, _):
        keys.append(key)
        table.insert(hash(key), index)
        expected[key] = index
      case (true, 0):
        keys.append(key)
        table.replace(hash(key), found, with: index)
        expected[key] = index
      default:
        table.remove(hash(key), found)
        expected[key] = nil
      }
      #expect(table.count == expected.count)
    }
  }

  @Test("looking ahead changes nothing", arguments: Reading.allCases)
  func lookAhead(_ reading: Reading) throws {
    var options = SynthesizerOptions()
    options.events = 8000
    options.fault = Catalog.all[0].id
    options.faultRate = 0.05
    var synthesizer = try TraceSynthesizer(options)
    var events: [Event] = []
    while synthesizer.next(1024, into: &events) {}
    var checkerOptions = Checker.Options()
    checkerOptions.reading = reading
    var checkers = [Checker](
      repeating: try Checker(rules: Catalog.all, options: checkerOptions), count: 2)
    checkers[1].looksAheadFrom = 0
    for index in checkers.indices {
      for start in stride(from: 0, to: events.count, by: 1000) {
        let batch = Array(events[start..<min(start + 1000, events.count)])
        checkers[index].consume(batch, strings: synthesizer.strings)
      }
      checkers[index].finish(strings: synthesizer.strings)
      #expect(checkers[index].inconsistencies().isEmpty)
    }
    #expect(!checkers[0].findings.isEmpty)
    #expect(checkers[0].verdicts == checkers[1].verdicts)
    #expect(checkers[0].findings == checkers[1].findings)
  }

  @Test("a checker that is copied in the middle of a trace goes its own way") func copies() throws {
    var options = SynthesizerOptions()
    options.events = 6000
    options.devices = 3
    var synthesizer = try TraceSynthesizer(options)
    var events: [Event] = []
    while synthesizer.next(1024, into: &events) {}
    let strings = synthesizer.strings
    let (head, tail) = (Array(events[..<3000]), Array(events[3000...]))

    func check(_ parts: [[Event]]) throws -> Checker {
      var checker = try Checker(rules: Catalog.all)
      for part in parts { checker.consume(part, strings: strings) }
      return checker
    }
    var whole = try check([head])
    var short = whole
    var lossy = whole
    whole.consume(tail, strings: strings)
    lossy.consume([Event(.traceLost)] + tail, strings: strings)
    for (copy, parts) in [
      (whole, [head, tail]), (short, [head]), (lossy, [head, [Event(.traceLost)] + tail]),
    ] {
      var copy = copy
      var expected = try check(parts)
      copy.finish(strings: strings)
      expected.finish(strings: strings)
      #expect(copy.verdicts == expected.verdicts)
      #expect(copy.inconsistencies().isEmpty)
    }
    short.consume(tail, strings: strings)
    short.finish(strings: strings)
    whole.finish(strings: strings)
    #expect(short.verdicts == whole.verdicts)
  }
}
