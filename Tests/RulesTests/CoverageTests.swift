import Foundation
import RuleEngine
import Rules
import Testing

@Suite("coverage of SDV's rules") struct CoverageTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("every rule of the catalogue is there once, in its set") func catalogueIsWhole() {
    let names = SDVCatalogue.rules.map(\.name)
    #expect(names.count == 168)
    #expect(Set(names).count == names.count)
    let sets = Dictionary(grouping: SDVCatalogue.rules, by: \.set).mapValues(\.count)
    #expect(
      sets == [
        "DdiUsage": 4, "IrpPending": 17, "IrpProcessing": 27, "IrpTracking": 32, "Irql": 40,
        "LocalIrpProcessing": 22, "Locking": 12, "Miscellaneous": 7, "Warning": 7,
      ])
  }

  @Test("every rule that SDV had and that is checked is in it") func checkedRulesAreListed() {
    let names = Set(SDVCatalogue.rules.map(\.name))
    for rule in Catalog.sdvRules { #expect(names.contains(rule.id), "\(rule.id)") }
  }

  @Test("no rule is checked that is said not to be checkable") func obstaclesHold() {
    let ids = Set(Catalog.all.map(\.id))
    for rule in SDVCatalogue.rules where rule.obstacle != nil {
      #expect(!ids.contains(rule.name), "\(rule.name)")
    }
  }

  @Test("docs/coverage.md and the README say what the rules say") func documentsAreUpToDate() throws
  {
    let page = CoveragePage.markdown(Catalog.all)
    let path = Self.root.appendingPathComponent("docs/coverage.md")
    let readme = Self.root.appendingPathComponent("README.md")
    if ProcessInfo.processInfo.environment["UPDATE_DOCUMENTS"] != nil {
      try Data(page.utf8).write(to: path)
      let text = try String(contentsOf: readme, encoding: .utf8)
      try Data(Self.withTable(text).utf8).write(to: readme)
    }
    let command = "UPDATE_DOCUMENTS=1 swift test --filter CoverageTests"
    #expect(
      try String(contentsOf: path, encoding: .utf8) == page,
      "docs/coverage.md is not up to date; run \(command)")
    let text = try String(contentsOf: readme, encoding: .utf8)
    #expect(text == Self.withTable(text), "README.md is not up to date; run \(command)")
  }

  /// The README with the table between its marks.
  private static func withTable(_ text: String) -> String {
    let (begin, end) = ("<!-- coverage -->\n", "<!-- end of coverage -->\n")
    guard let first = text.range(of: begin), let last = text.range(of: end) else { return "" }
    return text[..<first.upperBound] + CoveragePage.summary(Catalog.all) + text[last.lowerBound...]
  }
}
