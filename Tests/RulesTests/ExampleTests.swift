import RuleEngine
import Rules
import Testing

@Suite("Examples of the rules")
struct ExampleTests {
  /// One case for each example in each reading.
  struct Case: Sendable, CustomTestStringConvertible {
    let rule: Rule
    let example: Example
    let reading: Reading
    var testDescription: String { "\(rule.id) [\(reading.rawValue)] \(example.title)" }
  }

  static let cases: [Case] = Catalog.all.flatMap { rule in
    rule.examples.flatMap { example in
      Reading.allCases.map { Case(rule: rule, example: example, reading: $0) }
    }
  }

  @Test("comes to the stated outcome", arguments: cases)
  func outcome(_ test: Case) {
    let mismatch = ExampleRun.mismatch(of: test.rule, test.example, test.reading)
    #expect(mismatch == nil, "\(mismatch ?? "")")
  }
}
