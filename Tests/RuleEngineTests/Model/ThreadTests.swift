import Testing

@testable import RuleEngine

/// What is kept of threads and of the routines that are open on them.
@Suite("Threads") struct ThreadTests {
  /// A routine that does not return handles IRPs in turn, each again and again: what is kept of it does
  /// not grow with what it does.
  @Test("a routine that alternates between requests keeps each once", arguments: [2, 3, 200])
  func alternatingRoutine(requests: Int) {
    var lines = (1...requests).map {
      "@ddi DispatchEnter dev=0xd1 irp=0x\(String($0, radix: 16)) mj=IRP_MJ_READ tid=\($0)"
    }
    lines.append("@ddi CallbackEnter kind=WorkItem tid=0x7000")
    for round in 0..<20_000 {
      let irp = round % requests + 1
      lines.append("@ddi RemoveHeadList irp=0x\(String(irp, radix: 16)) tid=0x7000")
    }
    var model = DriverModel(reading: .tracked)
    for event in Self.parse(lines) { model.apply(event) }
    let touches = model.threads.contents.touches
    #expect(touches.count >= requests && touches.capacity <= 4 * requests + 256)
    #expect(model.coverage.gaps == 0)
    let rest = ["@ddi CallbackExit kind=WorkItem tid=0x7000"]
    for event in Self.parse(rest) { model.apply(event) }
    #expect(model.threads.contents.touches.count == 0)
  }

  private static func parse(_ lines: [String]) -> [Event] {
    var parser = TraceParser()
    var batch = EventBatch()
    parser.parse(Array(lines.joined(separator: "\n").utf8), into: &batch)
    return batch.events
  }
}
