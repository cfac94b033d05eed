import RuleEngine
import Rules
import Testing

@Suite("Findings that are kept")
struct KeptFindingsTests {
  /// Many times one fault, then another one.
  private static let trace =
    (1...20).map { "enter READ irp=r\($0)\nforward irp=r\($0)\nexit SUCCESS irp=r\($0)" }
    .joined(separator: "\n") + "\nenter WRITE irp=w\nforward irp=w\nexit SUCCESS irp=w"

  @Test("a fault that comes late is kept, counts are exact", arguments: [0, 1, 2, 3, 5, 100])
  func lateFault(_ limit: Int) throws {
    let notation = try ShortNotation(Self.trace)
    var options = Checker.Options()
    options.maxFindings = limit
    var checker = try Checker(
      rules: Catalog.all.filter { $0.id.hasPrefix("RemoveLockForward") }, options: options)
    checker.consume(notation.events, strings: notation.strings)
    checker.finish(strings: notation.strings)
    #expect(checker.errorCount == 21)
    #expect(checker.occurrences.values.sorted() == [1, 20])
    #expect(checker.findings.count == (limit == 0 ? 21 : min(limit, 21)))
    let rules = Set(checker.findings.map(\.rule))
    #expect(rules.contains("RemoveLockForwardRead"))
    if limit != 1 { #expect(rules.contains("RemoveLockForwardWrite")) }
    let lines = checker.findings.map(\.position.line)
    #expect(lines == lines.sorted())
  }
}
