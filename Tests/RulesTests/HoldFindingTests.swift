import RuleEngine
import Rules
import Testing

/// What findings about locks tell beside the rule.
@Suite("Findings about locks") struct HoldFindingTests {
  private static func evidence(of rule: String, _ trace: String) throws -> [Evidence] {
    let notation = try ShortNotation(trace)
    var checker = try Checker(rules: Catalog.all)
    checker.consume(notation.events, strings: notation.strings)
    checker.finish(strings: notation.strings)
    return try #require(checker.findings.first { $0.rule == rule }).evidence
  }

  @Test("tell where the lock of the list was acquired and released, and no other") func list()
    throws
  {
    let evidence = try Self.evidence(
      of: "MarkingQueuedIrps",
      """
      enter READ
      KeAcquireSpinLock lock=spin oldirql=0
      queue irp=irp
      KeReleaseSpinLock lock=spin newirql=0
      KeAcquireSpinLock lock=other oldirql=0
      KeReleaseSpinLock lock=other newirql=0
      mark-pending
      exit PENDING
      """)
    #expect(evidence.map(\.position.line) == [1, 2, 3, 4, 7, 8])
    #expect(evidence[1].words.hasPrefix("KeAcquireSpinLock, spin lock 0x"))
    #expect(evidence[3].words.hasPrefix("KeReleaseSpinLock, spin lock 0x"))
  }

  @Test("put the acquire where it happened, before what was noted until then") func order() throws {
    let evidence = try Self.evidence(
      of: "MarkingQueuedIrps",
      """
      enter READ
      KeAcquireInStackQueuedSpinLock lock=spin handle=queued
      acquire
      queue irp=irp
      KeReleaseInStackQueuedSpinLock handle=queued
      exit PENDING
      """)
    #expect(evidence.map(\.position.line) == [1, 2, 3, 4, 5, 6])
    #expect(evidence[4].words.hasPrefix("KeReleaseInStackQueuedSpinLock, handle 0x"))
  }
}
