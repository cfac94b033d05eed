import RuleEngine
import Testing

@testable import Rules

@Suite("The IRQL table") struct IRQLTableTests {
  @Test("has a row for every line") func everyLineIsRead() {
    let lines = IRQLTable.text.split(separator: "\n")
    #expect(lines.count > 300)
    for (line, row) in zip(lines, IRQLTable.rows) {
      #expect(line.hasPrefix("\(row.rule),\(row.limit.ddi),"), "\(line) is no row")
    }
    #expect(IRQLTable.rows.count == lines.count)
  }

  @Test("says of each DDI once at which IRQL it may be called, and where that is from")
  func rowsAreWellFormed() {
    var seen: Set<String> = []
    for row in IRQLTable.rows {
      let name = row.limit.ddi
      #expect(seen.insert(name).inserted, "\(name) has two rows")
      #expect(
        name.first?.isUppercase == true
          && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" },
        "\(name) is no name")
      #expect(!row.source.isEmpty, "\(name) has no source")
    }
  }

  @Test("belongs to the rules on it, and each of them has a list") func rulesHaveLists() {
    #expect(Set(IRQLTable.rows.map(\.rule)) == Set(IrqlTableRule.members.map(\.id)))
    #expect(IrqlTableRule.members.count == 24)
  }

  @Test("decides by the kind of event and by name alike", arguments: ["ZwClose", "KeClearEvent"])
  func eventsAndNames(_ ddi: String) throws {
    let rule = try #require(
      IrqlTableRule.members.first { $0.limits.contains { $0.ddi == ddi } }.map { Rule($0) })
    for irql in 0...3 {
      let fields = ddi == "ZwClose" ? "handle=key" : "object=event"
      let event = try ExampleRun(rule, "\(ddi) \(fields) irql=\(irql)", .tracked)
      let named = try ExampleRun(rule, "Ddi name=\(ddi) irql=\(irql)", .tracked)
      #expect(event.outcome == named.outcome)
      #expect(event.outcome == (irql > (ddi == "ZwClose" ? 0 : 2) ? .violation : .passes))
    }
  }
}
