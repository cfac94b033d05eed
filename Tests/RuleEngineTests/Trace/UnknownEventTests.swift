import Testing

@testable import RuleEngine

@Suite("events of unknown name") struct UnknownEventTests {
  private static func read(_ text: String, jobs: Int, chunkBytes: Int) throws -> UnknownEvents {
    var options = TraceReader.Options()
    options.jobs = jobs
    options.chunkBytes = chunkBytes
    var reader = TraceReader([.source(ArrayByteSource(Array(text.utf8)))], options: options)
    var batch = EventBatch()
    var unknown = UnknownEvents()
    while try reader.next(into: &batch) { unknown += batch.unknown }
    return unknown
  }

  @Test("are told apart, counted and placed, however the file is cut")
  func counted() throws {
    var text = ""
    for index in 0..<300 {
      text += index % 3 == 0 ? "@ddi Own x=1\n" : "{\"ev\":\"KeSetEvent\"}\n"
      if index % 50 == 49 { text += "{\"ev\":\"IoRelease\\u0052emovLock\",\"tag\":1}\n" }
    }
    let whole = try Self.read(text, jobs: 1, chunkBytes: 1 << 18)
    #expect(whole.names.map(\.text) == ["Own", "IoReleaseRemovLock"])
    #expect(whole.names.map(\.count) == [100, 6])
    #expect(whole.names.map(\.first.line) == [1, 51])
    for (jobs, chunkBytes) in [(1, 64), (2, 64), (3, 1 << 10)] {
      #expect(try Self.read(text, jobs: jobs, chunkBytes: chunkBytes) == whole)
    }
  }

  @Test("take no more room than for a few names")
  func bounded() throws {
    let text = (0..<5000).map { "@ddi Own\($0) x=1\n" }.joined()
    let unknown = try Self.read(text, jobs: 2, chunkBytes: 1 << 10)
    #expect(unknown.names.count == UnknownEvents.limit)
    #expect(unknown.others == UInt64(5000 - UnknownEvents.limit))
  }

  static let slips: [(String, String?, Bool)] = [
    ("IoReleaseRemovLock", "IoReleaseRemoveLock", true),
    ("IoRelaeseRemoveLock", "IoReleaseRemoveLock", true),
    ("ioacquireremovelock", "IoAcquireRemoveLock", true),
    ("DispatchExitt", "DispatchExit", true),
    ("IoAquireRemoveLok", "IoAcquireRemoveLock", true),
    ("IoCompleteTheRequest", "IoCompleteRequest", false),
    ("TeamSessionBegin", nil, false),
    ("KeBugCheck", nil, false),
    ("", nil, false),
  ]

  @Test("which name may be meant", arguments: slips)
  func nearest(_ text: String, _ expected: String?, _ isSlip: Bool) {
    let name = UnknownEvents.Name(
      text: text, count: 1, first: TracePosition(file: 0, line: 1))
    #expect(name.nearest == expected)
    #expect(name.isSlip == isSlip)
  }
}
