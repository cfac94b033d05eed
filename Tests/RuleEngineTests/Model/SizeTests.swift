import Testing

@testable import RuleEngine

/// Sizes that speed and memory hang on. One that has to grow is a decision, not an accident.
@Suite("Sizes") struct SizeTests {
  @Test("of what there is one of for each event") func events() {
    #expect(MemoryLayout<Event>.stride == 120)
    #expect(MemoryLayout<EventStamp>.stride == 32)
    #expect(MemoryLayout<FactRecord>.stride == 16)
    #expect(MemoryLayout<TracePosition>.stride == 8)
  }

  @Test("of what there is one of for each thing that is live") func live() {
    #expect(MemoryLayout<IRPContext>.stride == 152)
    #expect(MemoryLayout<Acquisition>.stride == 88)
    #expect(MemoryLayout<RemoveLock>.stride == 160)
    #expect(MemoryLayout<Frame>.stride == 48)
    #expect(MemoryLayout<EvidenceRecord>.stride == 48)
  }
}
