import RuleEngine
import Rules
import Testing

/// What findings about calls tell beside the rule: whose call it is, and which.
@Suite("Findings about calls") struct CallFindingTests {
  private static func findings(_ trace: String) throws -> [Finding] {
    let notation = try ShortNotation(trace)
    var checker = try Checker(rules: Catalog.irqlRules)
    checker.consume(notation.events, strings: notation.strings)
    checker.finish(strings: notation.strings)
    return checker.findings
  }

  @Test("name the driver of the request that the routine handles") func driver() throws {
    let found = try Self.findings(
      """
      enter READ drv=lower irql=0
      exit PENDING irql=0
      enter WRITE dev=upper irp=second drv=upper irql=0
      Ddi name=ZwCreateFile irql=2
      enter READ irql=2
      exit SUCCESS irql=1
      """)
    #expect(found.map(\.rule) == ["IrqlIoRtlZwPassive", "IrqlReturn"])
    #expect(found.map(\.driver) == ["upper", "lower"])
    #expect(found[1].evidence.map(\.words).first == "DispatchEnter at DISPATCH_LEVEL")
  }

  @Test("tell DDIs of one rule apart, and calls of one DDI in one place not") func fingerprints()
    throws
  {
    let found = try Self.findings(
      """
      callback Dpc irql=2
      Ddi name=ZwCreateFile irql=2 src=a.c:1 fn=Dpc
      Ddi name=ZwDeleteFile irql=2 src=a.c:1 fn=Dpc
      Ddi name=ZwCreateFile irql=2 src=a.c:1 fn=Dpc
      """)
    #expect(found.count == 3)
    #expect(found[0].fingerprint == found[2].fingerprint)
    #expect(found[0].fingerprint != found[1].fingerprint)
    #expect(found.allSatisfy { $0.formerFingerprint.isEmpty })
    #expect(found[1].evidence.last?.words == "ZwDeleteFile at DISPATCH_LEVEL")
  }

  @Test("are warnings where a row says so, in a rule of errors") func severities() throws {
    let found = try Self.findings(
      """
      callback WorkItem irql=0
      Ddi name=RtlAnsiStringToUnicodeString irql=1
      Ddi name=RtlAnsiStringToUnicodeString irql=2
      """)
    #expect(found.map(\.severity) == [.warning, .error])
  }

  @Test("say where the IRQL was raised") func raise() throws {
    let found = try Self.findings(
      """
      enter READ irql=1
      KeRaiseIrql newirql=2 oldirql=1 irql=2
      KeLowerIrql newirql=0 irql=2
      """)
    let raised = try #require(found.first { $0.rule == "IrqlKeRaiseLower2" })
    #expect(raised.evidence.map(\.position.line) == [2, 3])
    #expect(raised.evidence[0].words == "KeRaiseIrql from APC_LEVEL to DISPATCH_LEVEL")
  }

  @Test("come from a --device and a --driver alone where one is asked for") func selection() throws
  {
    let notation = try ShortNotation(
      """
      enter READ drv=one irql=0
      Ddi name=ZwCreateFile irql=2
      T2: enter READ irp=second dev=other drv=two irql=0
      T2: Ddi name=ZwCreateFile irql=2
      """)
    var options = Checker.Options()
    options.driver = "two"
    var checker = try Checker(rules: Catalog.irqlRules, options: options)
    checker.consume(notation.events, strings: notation.strings)
    checker.finish(strings: notation.strings)
    #expect(checker.findings.map(\.position.line) == [4])
  }
}
