import RuleEngine
import Testing

@testable import CheckerReports

@Suite("Merging reports") struct ReportMergeTests {
  /// Any report, of few different parts, so that parts of two reports are often equal.
  static func report(_ seed: UInt64) -> Report {
    var dice = ReportDice(state: seed)
    var report = Report(
      tool: Report.Tool(name: "checker", version: "1.\(dice.roll(3))"), reading: .tracked, rules: []
    )
    for rule in ["Zeta", "Alpha", "Mid"].shuffled(using: &dice) where dice.roll(3) > 0 {
      report.summary.rules.append(
        SampleReports.counts(
          rule, dice.roll(4) == 0 ? .warning : .error, passed: dice.roll(9),
          violated: dice.roll(3), undecided: dice.roll(2)))
    }
    for _ in 0..<dice.roll(4) {
      var trace = Report.Trace(path: "t\(dice.roll(3))")
      trace.events = dice.roll(3)
      trace.lost = dice.roll(2)
      if dice.roll(2) == 0 { trace.continues = "t0" }
      report.traces.append(trace)
    }
    for _ in 0..<dice.roll(6) {
      var finding = SampleReports.finding(
        "R\(dice.roll(2))", .error, "t\(dice.roll(2))", 10 + dice.roll(2), "f\(dice.roll(3))")
      finding.thread = dice.roll(2)
      if dice.roll(3) == 0 { finding.accepted = Report.Acceptance(by: .baseline) }
      report.findings.append(finding)
    }
    for _ in 0..<dice.roll(3) {
      report.diagnostics.append(
        Report.Diagnostic(
          dice.roll(2) == 0 ? .note : .error, trace: dice.roll(2) == 0 ? nil : "t",
          line: dice.roll(2), "m\(dice.roll(2))"))
    }
    report.summary.findings = UInt64(report.findings.count) + dice.roll(3)
    report.summary.errors = report.summary.findings
    if dice.roll(2) == 0 {
      report.summary.dropped = [Report.Dropped(fingerprint: "f\(dice.roll(3))", count: 1)]
    }
    if dice.roll(2) == 0 {
      var accepted = Report.AcceptedCounts()
      accepted.errors = dice.roll(4)
      report.summary.accepted = accepted
    }
    return report
  }

  private static func merged(_ reports: [Report]) throws -> Report {
    var sum = reports[0]
    for report in reports.dropFirst() { try sum.merge(report) }
    return sum
  }

  @Test("is associative and commutative") func laws() throws {
    for seed in 0..<100 as Range<UInt64> {
      let (a, b, c) = (Self.report(seed), Self.report(seed + 1000), Self.report(seed + 2000))
      let all = try Self.merged([a, b, c])
      for order in [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
        #expect(try Self.merged(order) == all, "seed \(seed)")
      }
      #expect(try Self.merged([a, Self.merged([b, c])]) == all, "seed \(seed)")
      #expect(try Self.merged([Self.merged([c, a]), b]) == all, "seed \(seed)")
    }
  }

  @Test("loses nothing") func sums() throws {
    for seed in 0..<50 as Range<UInt64> {
      let (a, b) = (Self.report(seed), Self.report(seed + 1000))
      let sum = try Self.merged([a, b])
      #expect(sum.findings.count == a.findings.count + b.findings.count)
      #expect(sum.traces.count == a.traces.count + b.traces.count)
      #expect(sum.diagnostics.count == a.diagnostics.count + b.diagnostics.count)
      #expect(sum.summary.errors == a.summary.errors + b.summary.errors)
      let counts = a.occurrences.merging(b.occurrences, uniquingKeysWith: +)
      #expect(sum.occurrences == counts)
      for rule in sum.summary.rules {
        let parts = (a.summary.rules + b.summary.rules).filter { $0.id == rule.id }
        #expect(rule.armed == parts.reduce(0) { $0 + $1.armed })
      }
    }
  }

  @Test("survives JSON") func roundTrip() throws {
    for seed in 0..<30 as Range<UInt64> {
      let sum = try Self.merged([Self.report(seed), Self.report(seed + 1000)])
      #expect(try Report(json: JSONReport.bytes(sum)) == sum)
    }
    // JSON has its own order, whatever the report's.
    var sorted = SampleReports.report
    sorted.sort()
    #expect(try Report(json: JSONReport.bytes(SampleReports.report)) == sorted)
  }

  @Test("of two readings is refused") func readings() {
    var a = Self.report(1)
    var b = Self.report(2)
    b.reading = .sdv
    #expect(throws: ReportMergeError(readings: [.tracked, .sdv])) { try a.merge(b) }
  }

  @Test("counts that would overflow stay the largest") func overflow() throws {
    var a = Self.report(1)
    a.summary.errors = .max
    var b = a
    b.summary.errors = 5
    #expect(try Self.merged([a, b]).summary.errors == .max)
  }

  @Test("what is kept of too many is one of each fault first") func limit() throws {
    var report = SampleReports.report
    report.keep(findings: 2)
    #expect(report.findings.map(\.fingerprint) == ["00000000000000aa", "00000000000000bb"])
    #expect(report.occurrences == SampleReports.report.occurrences)
    report.keep(findings: 0)
    #expect(report.findings.count == 2)
  }
}

/// A generator of small numbers; equal seeds give equal reports.
struct ReportDice: RandomNumberGenerator {
  var state: UInt64

  mutating func roll(_ count: UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % count
  }

  mutating func next() -> UInt64 { roll(1 << 31) << 33 ^ roll(1 << 31) }
}
