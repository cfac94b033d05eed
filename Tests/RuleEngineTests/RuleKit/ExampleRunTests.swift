import RuleEngine
import Rules
import Testing

@Suite("What a failing example says") struct ExampleRunTests {
  static func words(
    _ id: String, _ outcome: Example.Expectation, _ trace: String
  ) throws -> String {
    let rule = try #require(Catalog.all.first { $0.id == id })
    return try #require(ExampleRunner(rule, .tracked).mismatch(of: Example("", outcome, trace)))
  }

  @Test("shows the steps below their lines") func steps() throws {
    let words = try Self.words(
      "RemoveLockForwardRead", .passes,
      """
      enter READ
      forward
      exit SUCCESS
      """)
    #expect(
      words == """
        expected passes, got violation (passed 0, violated 1, undecided 0)
            1 | enter READ
            2 | forward
              |     watching –calledDriverUnheld→ report: the IRP is forwarded without the remove lock
              |     reported: the IRP is forwarded without the remove lock   <-- not expected
            3 | exit SUCCESS
        """)
  }

  @Test("says where a report was expected") func marks() throws {
    let words = try Self.words(
      "RemoveLockForwardRead", .violation,
      """
      enter READ      !
      forward
      exit SUCCESS
      """)
    #expect(words.hasPrefix("expected reports at line 1, got them at line 2\n"))
    #expect(words.contains("    1 | enter READ      !\n      |     <-- no report here\n"))
  }

  @Test("says what the rule is about where it was not armed") func scope() throws {
    let words = try Self.words("RemoveLockForwardRead", .violation, "enter WRITE\nexit SUCCESS")
    #expect(
      words.hasPrefix(
        "expected violation, got not armed (passed 0, violated 0, undecided 0); the rule is about: "
          + "IRP_MJ_READ\n"))
  }

  @Test("names the line of a trace that cannot be read") func notation() throws {
    let words = try Self.words("RemoveLockForwardRead", .passes, "enter READ\nforwrad")
    #expect(words.contains("line 2") && words.contains("forwrad"))
  }
}
