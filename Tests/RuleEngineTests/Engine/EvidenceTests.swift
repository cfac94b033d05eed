import RuleEngine
import Rules
import Testing

@Suite struct EvidenceTests {
  @Test func whatIsStillHeldIsNamed() throws {
    var count = 0
    for rule in Catalog.all {
      let runner = try ExampleRunner(rule, .tracked)
      for example in rule.examples {
        let run = try runner.run(example.trace)
        for finding in run.findings where finding.message.contains("still held for it") {
          #expect(finding.lock != nil, "\(rule.id): \(example.title)")
          #expect(
            finding.evidence.contains { $0.note == "not released" }, "\(rule.id): \(example.title)")
          count += 1
        }
      }
    }
    #expect(count > 10)
  }

  @Test(
    "a release names an acquisition before it that nothing else took, and none that is still held")
  func whatReleasesTookIsNamed() throws {
    var count = 0
    for rule in Catalog.all {
      for runner in try rule.readings.map({ try ExampleRunner(rule, $0) }) {
        for example in rule.examples {
          for finding in try runner.run(example.trace).findings {
            var taken: Set<Int> = []
            for (place, event) in finding.evidence.enumerated() {
              guard let acquisition = event.taken else { continue }
              let acquire = finding.evidence[acquisition]
              #expect(
                acquisition < place && acquire.kind == .ioAcquireRemoveLock
                  && taken.insert(acquisition).inserted
                  && !["not released", "held", "still held"].contains(acquire.note),
                "\(rule.id): \(example.title)")
              count += 1
            }
          }
        }
      }
    }
    #expect(count > 20)
  }

  /// Traces of a read that forwards without a lock in the end, and which of its lines each release takes.
  static let releases: [(trace: String, taken: [UInt64?])] = [
    ("acquire; release", [2]),
    ("acquire; release tag=NULL", [nil]),
    ("acquire; acquire; release; release", [3, 2]),
    ("acquire tag=NULL; acquire; release tag=NULL; release", [2, 3]),
  ]

  @Test("a release takes what the model says", arguments: releases)
  func releasesTakeTheirTags(_ row: (trace: String, taken: [UInt64?])) throws {
    let rule = try #require(Catalog.all.first { $0.id == "RemoveLockForwardRead" })
    let lines = row.trace.split(separator: ";").map { $0.drop { $0 == " " } }
    let trace = (["enter READ"] + lines + ["forward"]).joined(separator: "\n")
    let finding = try #require(try ExampleRun(rule, trace, .tracked).findings.first)
    let taken = finding.evidence.filter { $0.kind == .ioReleaseRemoveLock }
      .map { event in event.taken.map { finding.evidence[$0].position.line } }
    #expect(taken == row.taken)
  }
}
