import RuleEngine
import RuleTesting
import TeamRules
import Testing

/// One call for the whole catalog: ids, messages, documentation, examples in both readings, and every
/// row of every machine gone through by an example.
@Test("the team's rules are sound", arguments: TeamRules.all.map(\.id))
func soundness(_ id: String) {
  expectSound(TeamRules.all.filter { $0.id == id })
}

@Test("one rule on one trace") func oneTrace() throws {
  let rule = try #require(TeamRules.all.first { $0.id == "TeamForwardReadConfigAtPassive" })
  expect(
    rule, .violation,
    in: """
      enter DEVICE_CONTROL ioctl=0x220004
      forward irql=2   !
      exit SUCCESS
      """)
}

@Test("fields of our own keep sessions apart") func ownFields() throws {
  let rule = try #require(TeamRules.all.first { $0.id == "TeamNoDataAfterSession" })
  expect(
    rule, .violation,
    in: """
      event TeamSessionBegin session=7
      event TeamSessionEnd session=7
      event TeamBufferDone session=8 bytes=64
      event TeamBufferDone session=7 bytes=64   !
      """)
  #expect(
    try Rule.customEvents(of: [rule]).map(\.fields)
      == [["session", "bytes"], ["session", "mode"], ["session"]])
}
