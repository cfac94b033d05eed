import Testing

@testable import RuleEngine

/// Bytes that nobody meant as a trace: reading them ends, accounts for every line, and says something
/// about every malformed event.
@Suite struct TraceHostileTests {
  private static let lines: [[UInt8]] = {
    var generator = EventGenerator(seed: 7)
    var lines: [[UInt8]] = []
    for row in EventKind.schema {
      var line: [UInt8] = []
      TraceWriter.appendJSON(generator.event(row), strings: generator.strings, to: &line)
      lines.append(line)
      line.removeAll()
      TraceWriter.appendText(generator.event(row), strings: generator.strings, to: &line)
      lines.append(line)
    }
    return lines
  }()

  private func check(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    var parser = TraceParser()
    var batch = EventBatch()
    parser.parse(bytes, into: &batch)
    let newlines = bytes.count { $0 == 10 } + (bytes.isEmpty || bytes.last == 10 ? 0 : 1)
    #expect(batch.counts.lines == UInt64(newlines), sourceLocation: sourceLocation)
    #expect(
      min(batch.counts.malformed, UInt64(EventBatch.diagnosticLimit))
        == UInt64(batch.diagnostics.count), sourceLocation: sourceLocation)
    #expect(
      batch.counts.events + batch.counts.malformed == UInt64(batch.events.count),
      sourceLocation: sourceLocation)
    let malformed = batch.events.filter { $0.kind == .malformed }.map(\.position)
    let told = batch.diagnostics.map(\.position)
    let isInOrder = malformed.starts(with: told)
    #expect(isInOrder, sourceLocation: sourceLocation)
    for diagnostic in batch.diagnostics {
      #expect(diagnostic.column >= 1 && !diagnostic.message.isEmpty)
      #expect(!diagnostic.message.hasSuffix("."))
    }
  }

  @Test func randomBytes() {
    var random = TestRandom(seed: 3)
    let pool = Array("{}[]\":,\\@ddi =0xev irp\n\r\t\u{0}".utf8) + [0xFF, 0x80, 0xC3]
    for _ in 0..<2000 {
      let count = Int.random(in: 0...300, using: &random)
      check((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
      check((0..<count).map { _ in pool[Int.random(in: 0..<pool.count, using: &random)] })
    }
  }

  @Test func cutLines() {
    for line in Self.lines {
      for end in 0..<line.count {
        check(Array(line[..<end]))
        check(Array(line[..<end]) + [10] + line)
      }
    }
  }

  @Test func damagedLines() {
    var random = TestRandom(seed: 5)
    for line in Self.lines {
      for _ in 0..<40 {
        var damaged = line
        for _ in 0...Int.random(in: 0...3, using: &random) {
          let index = Int.random(in: 0..<damaged.count, using: &random)
          damaged[index] = UInt8.random(in: 0...255, using: &random)
        }
        check(damaged)
        let from = Int.random(in: 0..<line.count, using: &random)
        check(line + line[from...] + line[..<from])
      }
    }
  }

  /// A line's outcome does not depend on what stands around it.
  @Test func linesAreIndependent() {
    var random = TestRandom(seed: 11)
    for _ in 0..<300 {
      var line = Self.lines[Int.random(in: 0..<Self.lines.count, using: &random)]
      if Bool.random(using: &random) {
        line[Int.random(in: 0..<line.count - 1, using: &random)] = UInt8.random(
          in: 32...126, using: &random)
      }
      let alone = outcome(of: line)
      let other = Array("@ddi KeSetEvent\n".utf8)
      let among = outcome(of: other + line + other)
      let parts = alone.split(separator: " | ", omittingEmptySubsequences: false)
      let events = parts.filter { !$0.hasPrefix("(") }
      let counts = parts.filter { $0.hasPrefix("(") }
      let expected = (["KeSetEvent"] + events + ["KeSetEvent"] + counts).joined(separator: " | ")
      #expect(among == expected)
    }
  }

  /// Eight times the length may take eight times the time and, on a busy machine, some more; in
  /// quadratic time it would be 64 times.
  @Test(
    arguments: [
      "@ddi ", "@ddi KeSetEvent ", "{\"", "x=\"", "@ddi KeSetEvent a=\"", "\\\"", "[", " ",
    ],
    [
      "", "{\"ev\":\"KeSetEvent\",\"x\":\"", "@ddi KeSetEvent x=\"",
      "{\"ev\":\"KeSetEvent\",\"x\":",
    ])
  func longLinesTakeLinearTime(unit: String, head: String) {
    let clock = ContinuousClock()
    func time(_ length: Int) -> Duration {
      let body = String(repeating: unit, count: length / unit.utf8.count)
      let line = Array((head + body).utf8)
      let best = (0..<3).map { _ in clock.measure { check(line) } }.min()
      return best ?? .zero
    }
    let short = time(60_000)
    let long = time(480_000)
    #expect(long < short * 32 + .milliseconds(20), "\(short), then \(long)")
  }
}

extension TraceHostileTests {
  /// Numbers beyond the room that there is for them are wrong, in whatever form.
  @Test(arguments: [
    ("cpu", "4294967295", "4294967296"), ("irql", "255", "256"),
    ("highwater", "0xffffffff", "0x100000000"),
  ])
  func numbersBeyondTheirRange(field: String, largest: String, beyond: String) {
    for (value, isRead) in [(largest, true), (beyond, false), ("18446744073709551615", false)] {
      let quoted = value.hasPrefix("0x") ? "\"\(value)\"" : value
      for line in [
        "@ddi IoInitializeRemoveLock lock=1 \(field)=\(value)\n",
        "{\"ev\":\"IoInitializeRemoveLock\",\"lock\":\"0x1\",\"\(field)\":\(quoted)}\n",
        "{\"\(field)\":\"\(value)\",\"lock\":1,\"ev\":\"IoInitializeRemoveLock\"}\n",
      ] {
        var parser = TraceParser()
        var batch = EventBatch()
        parser.parse(Array(line.utf8), into: &batch)
        #expect(
          batch.counts.events == (isRead ? 1 : 0) && batch.counts.malformed == (isRead ? 0 : 1),
          "\(line)")
        if !isRead {
          #expect(
            batch.diagnostics.first?.message.hasPrefix("expected a number of at most ") == true)
        }
      }
    }
  }

  /// UTF-16 is known without a byte-order mark too.
  @Test(arguments: [true, false])
  func utf16WithoutMark(isBigEndian: Bool) throws {
    for text in [
      "@ddi KeSetEvent drv=größe\n@ddi KeSetEvent\n", "{\"ev\":\"KeSetEvent\"}\n",
      "\n\nlog\n@ddi KeSetEvent\n",
      "ev,drv\nKeSetEvent,a\n",
    ] {
      let bytes = text.utf16.flatMap { unit in
        let pair = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
        return isBigEndian ? pair.reversed() : pair
      }
      let expected = try outcomes(Array(text.utf8))
      let found = try outcomes(bytes)
      #expect(found == expected && expected.0 > 0)
    }
  }

  private func outcomes(_ bytes: [UInt8]) throws -> (UInt64, UInt64, [String]) {
    var reader = TraceReader([.source(ArrayByteSource(bytes, pieces: [5, 64]))])
    var batch = EventBatch()
    var counts = TraceCounts()
    var drivers: [String] = []
    while try reader.next(into: &batch) {
      counts += batch.counts
      drivers += batch.events.map { reader.strings[$0.driver] }
    }
    return (counts.events, counts.lines, drivers)
  }

  /// What is said about malformed events does not grow with their number, and their number is exact.
  @Test func manyMalformedEvents() {
    var parser = TraceParser()
    var batch = EventBatch()
    parser.parse(Array(String(repeating: "@ddi\n@ddi \n", count: 5000).utf8), into: &batch)
    #expect(batch.counts.malformed == 5000 && batch.events.count == 5000)
    #expect(batch.diagnostics.count == EventBatch.diagnosticLimit)
  }

  /// However many jobs are asked for, what they hold at once is limited.
  @Test func manyJobs() throws {
    var options = TraceReader.Options()
    options.jobs = 256
    #expect(options.bounded.jobs == TraceReader.Options.jobLimit)
    #expect(options.bounded.chunkBytes * (options.bounded.jobs * 2 + 1) <= 2 << 20)
    options.jobs = 1
    #expect(options.bounded.chunkBytes == options.chunkBytes)
  }
}
