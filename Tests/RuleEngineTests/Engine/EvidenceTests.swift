import RuleEngine
import Rules
import Testing

@Suite struct EvidenceTests {
  @Test func whatIsStillHeldIsNamed() throws {
    var count = 0
    for rule in Catalog.all {
      for example in rule.examples {
        let run = try ExampleRun(rule, example.trace, .tracked)
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
}
