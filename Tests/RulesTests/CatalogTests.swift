import Foundation
import RuleEngine
import RuleTesting
import Rules
import Testing

@Suite("The catalog")
struct CatalogTests {
  @Test("has all of its chapters") func counts() {
    #expect(Catalog.sdvRules.count == 42)
    #expect(Catalog.lockRules.count == 11)
    #expect(Catalog.handlingRules.count == 29)
    #expect(Catalog.ownIRPRules.count == 19)
    #expect(Catalog.memoryRules.count == 4)
    #expect(Catalog.callRules.count == 3)
    #expect(Catalog.irqlRules.count == 34)
    #expect(Catalog.all.count >= 152)
    #expect(Catalog.holdRules.count == 13)
  }

  @Test("files every rule under a family") func families() {
    for rule in Catalog.all {
      #expect(
        rule.family != .other,
        "\(rule.id) needs a family: .filed(under:) in Catalog.swift, of those in Families.swift")
    }
    let names = Catalog.all.families.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test("is sound, rule by rule", arguments: Catalog.all.map(\.id)) func soundness(_ id: String) {
    expectSound(Catalog.all.filter { $0.id == id })
  }

  @Test("uses no id twice") func ids() {
    #expect(Set(Catalog.all.map(\.id)).count == Catalog.all.count)
  }

  @Test("lists every rule that is declared") func nothingForgotten() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Rules").standardizedFileURL
    let catalog = try String(contentsOf: folder.appending(path: "Catalog.swift"), encoding: .utf8)
    let declaration =
      /struct (\w+): (?:Context|Lock|Device|OwnIRP|Allocation|KeyHandle|Call|Hold)Rule/
    var declared = 0
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path())
    where file.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for match in text.matches(of: declaration) {
        declared += 1
        #expect(catalog.contains(match.1), "\(match.1) in \(file) is not in Catalog.swift")
      }
    }
    #expect(declared > 10)
  }
}
