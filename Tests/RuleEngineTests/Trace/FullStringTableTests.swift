import Testing

@testable import RuleEngine

@Suite("a table of strings that is full") struct FullStringTableTests {
  @Test func standInsTellStringsApart() {
    var table = StringTable(limit: 2)
    let kept = ["a", "b"].map { table.intern($0) }
    #expect(!table.isFull)
    #expect(table.find("c") == nil)
    let late = (0..<1000).map { table.intern("late \($0)") }
    #expect(table.isFull && late.allSatisfy(\.isStandIn) && !kept.contains(where: \.isStandIn))
    #expect(Set(late).count == 1000)
    #expect(table.intern("late 7") == late[7] && table.find("late 7") == late[7])
    #expect(table.intern("a") == kept[0] && table[kept[1]] == "b")
    #expect(table.isString(late[7], "late 7") && !table.isString(late[7], "late 8"))
    #expect(table[late[7]].hasPrefix("(table of strings full: #"))
    #expect(
      table[late[7]] != table[late[8]] && table.byteCount(of: late[7]) == table[late[7]].utf8.count)
    // What must be kept still is.
    let reserved = Array("name x".utf8).withUnsafeBufferPointer { table.intern(reserved: $0) }
    #expect(reserved.map { table[$0] } == "name x")
    table.removeAll()
    #expect(!table.isFull && table.find("a") == nil && table.generation == 1)
  }

  /// The bytes of a table are limited as well, and once full it stays so.
  @Test func bytes() {
    var table = StringTable(limit: 1000, byteLimit: 100)
    let first = table.intern(String(repeating: "x", count: 90))
    #expect(!first.isStandIn)
    #expect(table.intern(String(repeating: "y", count: 20)).isStandIn)
    #expect(table.intern("z").isStandIn)
  }

  /// Rules ask for texts that were not kept: the same is found as where they were.
  @Test func conditions() throws {
    let condition = EventCondition.field("mode", is: "fast")
    let other = EventCondition.field("drv", isNot: "late")
    for limit in [1000, 1] {
      var parser = TraceParser(
        options: {
          var options = TraceParser.Options()
          options.customEvents = [CustomEvent("Go", fields: ["mode"])]
          return options
        }(), strings: StringTable(limit: limit))
      var batch = EventBatch()
      parser.parse(
        Array(
          "@ddi KeSetEvent drv=x\n@ddi KeSetEvent drv=y\n@ddi Go mode=fast drv=late\n@ddi Go mode=slow drv=z\n"
            .utf8
        ), into: &batch)
      #expect(parser.strings.isFull == (limit == 1))
      let held = batch.events.map { condition.holds(for: $0, strings: parser.strings) }
      #expect(held == [false, false, true, false])
      let others = batch.events.map { other.holds(for: $0, strings: parser.strings) }
      #expect(others == [true, true, false, true])
      #expect(
        batch.events.map { $0.customName(in: parser.strings) } == [
          "KeSetEvent", "KeSetEvent", "Go", "Go",
        ])
    }
  }

  /// A table that is begun anew between batches keeps every name, in every form that is written.
  @Test func renewedTables() throws {
    let text = (0..<5000).map { "@ddi KeSetEvent drv=d\($0) src=s\($0 % 7).c fn=f\($0)\n" }.joined()
    var options = TraceReader.Options()
    options.renewsStrings = true
    options.stringLimit = 600
    options.chunkBytes = 4096
    var reader = TraceReader([.source(ArrayByteSource(Array(text.utf8)))], options: options)
    var writer = BinaryTraceWriter()
    var (batch, binary, lines): (EventBatch, [UInt8], [UInt8]) = (EventBatch(), [], [])
    while try reader.next(into: &batch) {
      writer.append(batch, strings: reader.strings, to: &binary)
      for event in batch.events {
        TraceWriter.appendText(event, strings: reader.strings, to: &lines)
      }
    }
    writer.finish(to: &binary)
    #expect(String(decoding: lines, as: UTF8.self) == text)
    var again = TraceReader([.source(ArrayByteSource(binary))])
    lines.removeAll()
    while try again.next(into: &batch) {
      for event in batch.events {
        TraceWriter.appendText(event, strings: again.strings, to: &lines)
      }
    }
    #expect(String(decoding: lines, as: UTF8.self) == text)
  }
}
