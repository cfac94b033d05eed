import RuleEngine
import Testing

/// What automata and the doctor show of facts.
@Suite("Facts") struct FactTests {
  @Test("have a meaning of their own") func meanings() {
    let meanings = ContextFact.allCases.map(\.meaning)
    #expect(meanings.allSatisfy { !$0.isEmpty && $0.last != "." })
    #expect(Set(meanings).count == meanings.count)
  }
}
