import RuleEngine
import Testing

@testable import CheckerReports

@Suite("Merging reports as a stream") struct ReportMergerTests {
  /// Gives bytes in pieces of some sizes, one after the other.
  private static func source(
    _ bytes: [UInt8], _ sizes: [Int]
  ) -> () throws(ReportReadError) -> [UInt8] {
    var rest = bytes[...]
    var turn = 0
    return { () throws(ReportReadError) in
      let piece = rest.prefix(sizes[turn % sizes.count])
      turn += 1
      rest = rest.dropFirst(piece.count)
      return Array(piece)
    }
  }

  /// The sum of JSON documents, as JSON. A small budget has nearly everything go through scratch files.
  private static func merged(
    _ files: [[UInt8]], findings: Int = 0, budget: Int = 1 << 20, sizes: [Int] = [4096]
  ) throws -> [UInt8] {
    var merger = ReportMerger(findings: findings, scratch: MemoryScratch(), budget: budget)
    for file in files { try merger.add(source(file, sizes)) }
    var sum = try #require(merger.finish(rules: []))
    var bytes: [UInt8] = []
    try sum.writeJSON { bytes += $0 }
    let whole = try sum.report()
    #expect(JSONReport.bytes(whole) == bytes, "the sum as a whole is written as the stream")
    return bytes
  }

  /// Reports in random groups, these in random groups and so on, until one is left.
  private static func tree(
    _ reports: [[UInt8]], _ findings: Int, _ dice: inout ReportDice
  ) throws -> [UInt8] {
    var level = reports
    repeat {
      level.shuffle(using: &dice)
      var next: [[UInt8]] = []
      while !level.isEmpty {
        let group = Array(level.prefix(1 + Int(dice.roll(4))))
        level.removeFirst(group.count)
        // One file may hold them all.
        let files = dice.roll(2) == 0 ? group : [group.reduce([], +)]
        next.append(
          try merged(files, findings: findings, budget: dice.roll(2) == 0 ? 300 : 1 << 20))
      }
      level = next
    } while level.count > 1
    return level[0]
  }

  @Test("does not depend on order and grouping, whatever is kept", arguments: [0, 1, 5, 1000])
  func laws(findings: Int) throws {
    for seed in 0..<4 as Range<UInt64> {
      var dice = ReportDice(state: seed)
      let reports = (0..<12 as Range<UInt64>).map {
        var report = ReportMergeTests.report(seed * 100 + $0)
        report.keep(findings: findings)
        return JSONReport.bytes(report)
      }
      let sum = try Self.merged(reports, findings: findings)
      for _ in 0..<2 {
        #expect(try Self.tree(reports, findings, &dice) == sum, "seed \(seed)")
      }
    }
  }

  @Test("comes to the same as adding reports that are in memory")
  func sameAsInMemory() throws {
    for seed in 0..<8 as Range<UInt64> {
      let reports = (0..<5 as Range<UInt64>).map { ReportMergeTests.report(seed * 10 + $0) }
      for limit in [0, 4] {
        var sum = reports[0]
        for report in reports.dropFirst() { try sum.merge(report) }
        sum.keep(findings: limit)
        #expect(
          try Self.merged(reports.map(JSONReport.bytes), findings: limit) == JSONReport.bytes(sum))
      }
    }
  }

  @Test("does not depend on how the bytes come", arguments: [[1], [2, 3], [7, 1, 64], [100_000]])
  func pieces(sizes: [Int]) throws {
    let report = JSONReport.bytes(SampleReports.report)
    let blanks = Array(" \n\t ".utf8)
    var lines: [UInt8] = []
    for _ in 0..<3 { SampleReports.report.writeLine { lines += $0 } }
    #expect(lines.count { $0 == 10 } == 3)
    let sum = try Self.merged([report, report, report])
    #expect(try Self.merged([blanks + report + blanks + report + report], sizes: sizes) == sum)
    #expect(try Self.merged([lines], sizes: sizes) == sum)
  }

  @Test("of thousands of findings stays in order through many scratch files") func spills() throws {
    var report = SampleReports.report
    report.findings = []
    for number in 0..<1000 as Range<UInt64> {
      report.findings.append(
        SampleReports.finding("R", .error, "t", 10 + number * 7919 % 1009, "f\(number % 50)"))
    }
    let whole = JSONReport.bytes(report)
    // Some hundreds of files, which are joined level by level.
    #expect(try Self.merged([whole], budget: 3000) == whole)
  }

  @Test("faults that are dropped are bounded, whatever the order") func droppedFaults() {
    var (forward, backward) = (DroppedCounts(limit: 20), DroppedCounts(limit: 20))
    let count = 99
    for number in 0..<count {
      forward.add(String(number, radix: 16), 1)
      backward.add(String(count - 1 - number, radix: 16), 1)
    }
    #expect(forward.all?.count == 20)
    #expect(forward.all == backward.all)
  }

  @Test("counts that would overflow stay the largest") func overflow() throws {
    var report = SampleReports.report
    report.summary.findings = .max
    report.summary.errors = .max
    report.summary.rules[0].armed = .max
    report.summary.dropped = [Report.Dropped(fingerprint: "00000000000000aa", count: .max)]
    report.summary.accepted = Report.AcceptedCounts()
    report.summary.accepted?.errors = .max
    let bytes = JSONReport.bytes(report)
    for limit in [0, 1] {
      let sum = try Report(json: try Self.merged([bytes, bytes], findings: limit))
      #expect(sum.summary.findings == .max && sum.summary.errors == .max)
      #expect(sum.summary.rules.first { $0.id == "Forward" }?.armed == .max)
      #expect(sum.summary.dropped?.first?.count == .max)
      #expect(sum.summary.accepted?.errors == .max)
      for format in ReportFormat.all {
        #expect(!format.render(sum, ReportOptions(rules: [])).isEmpty)
      }
    }
  }

  @Test(
    "what is no report is told with what it is",
    arguments: [
      ("", "1:1 the file is empty"), ("  \n ", "1:1 the file is blank"),
      ("@ddi AddDevice dev=F0\n", "1:1 this is a trace"),
      ("00000001\t0.1\t@ddi AddDevice dev=F0\n", "1:1 this is a trace"),
      ("{\"ev\":\"AddDevice\"}", "1:1 this is a trace"),
      ("\u{89}DDIT\r\n", "1:1 expected a JSON report"), ("\u{1F}", "1:1 expected a JSON report"),
      ("<!DOCTYPE html>", "1:1 this is an HTML report"), ("<?xml?>", "1:1 this is a JUnit report"),
      ("error[R]: x", "1:1 this is a report as text"),
      ("PK\u{3}\u{4}", "1:1 the file is compressed"),
      ("{\"runs\":[]}", "1:1 this is a SARIF log"),
      ("{\"a\":1,\"runs\":2,\"c\":3,\"d\":4,", "1:1 this is a SARIF log"),
      ("{\"findings\":[]}", "1:1 this is a baseline"),
      ("{\"suppressions\":[]}", "1:1 this is a configuration"),
      ("{}", "1:1 this is no JSON report"), ("[]", "1:1 expected a JSON report"),
      ("{\"version\":2,\"summary\":{},\"reading\":\"sdv\"}", "1:12 a report of version 2"),
      ("{\"version\":1,\"summary\":{},\"traces\":7}", "1:36 \"traces\" must be a list"),
      ("{\"traces\":[\n {\"path\": 5}", "2:11 expected a string, found 5"),
      ("{\"traces\":[{\"path\":\"a\",\"events\":1e99", "1:37 expected \",\" or \"}\""),
      ("{\"traces\":[] \"a\"", "1:14 expected \",\" or \"}\""),
      ("{\"traces\":[,", "1:12 expected a value"), ("{\"traces\":[1", "1:12"),
      ("{\"version\":1,\n\"version\":1", "2:1 the key \"version\" occurs twice"),
    ] as [(String, String)])
  func foreign(text: String, expected: String) {
    for sizes in [[1], [4096]] {
      do {
        _ = try Self.merged([Array(text.utf8)], sizes: sizes)
        Issue.record("\(text) was read")
      } catch ReportReadError.problem(let problem) {
        let words = "\(problem.position.line):\(problem.position.column) \(problem.message)"
        #expect(words.hasPrefix(expected), "\(words)")
      } catch {
        Issue.record("\(error)")
      }
    }
  }

  @Test("a report that is cut off anywhere is refused") func cut() throws {
    let whole = JSONReport.bytes(SampleReports.report)
    for end in stride(from: 0, to: whole.count - 2, by: 31) {
      #expect(throws: ReportReadError.self) { try Self.merged([Array(whole[..<end])]) }
    }
  }

  @Test("what writes its JSON itself writes that of its encoding") func directJSON() throws {
    func compare(_ value: some DirectJSON) throws {
      var (direct, encoded): ([UInt8], [UInt8]) = ([], [])
      value.appendJSON(to: &direct)
      try JSONValueEncoder.encode(value).append(to: &encoded)
      #expect(direct == encoded, "\(String(decoding: direct, as: UTF8.self))")
    }
    for seed in 0..<30 as Range<UInt64> {
      let report = ReportMergeTests.report(seed)
      try compare(report.summary)
      for trace in report.traces { try compare(trace) }
    }
    var trace = Report.Trace(path: "a\"\\\n\u{202E}##")
    trace.events = .max
    trace.unknownEvents = 3
    trace.drivers = ["b", "é"]
    trace.rules = [SampleReports.counts("R", .warning, undecided: 1)]
    trace.rules?[0].notInReading = true
    trace.continues = "c"
    try compare(trace)
  }
}
