import CheckerCommand
import Foundation
import RuleEngine
import Rules
import Testing
import TraceDoctor

@Suite("doctor") struct DoctorTests {
  /// A trace with what must be said about it, and what must not.
  struct Case: Sendable, CustomTestStringConvertible {
    var title: String
    var trace: String
    var says: [String] = []
    var keepsSilent: [String] = []
    /// Rules with their decidability.
    var rules: [String: DoctorReport.Decidability] = [:]
    var testDescription: String { title }
  }

  private static let start = "@ddi TraceStart ts=1 tid=1\n"
  private static let added = "@ddi AddDevice ts=2 tid=1 dev=F0 role=FDO drv=demo\n"
  private static let enter = "@ddi DispatchEnter ts=3 tid=1 dev=F0 irp=A0 "
  private static let exit = "@ddi DispatchExit ts=9 tid=1 dev=F0 irp=A0 status=0\n"

  static let cases: [Case] = [
    Case(
      title: "a whole trace", trace: Traces.clean,
      says: ["no event names a thread", "no event has a time stamp"],
      keepsSilent: ["AddDevice", "no TraceStart", "remove locks are used"],
      rules: [
        "RemoveLockForwardRead": .partly, "RemoveLockForwardWrite": .notExercised,
        "RemoveLockRelease2": .decided, "RemoveLockStateUnderflow": .undecidable,
        "RemoveLockStateHeldTooLong": .notExercised, "WmiForward": .notExercised,
        "MarkQueryRelations": .undecidable,
      ]),
    Case(
      title: "no exits", trace: start + added + enter + "mj=IRP_MJ_READ\n",
      says: ["no DispatchExit: what holds when a dispatch routine returns cannot be decided"],
      keepsSilent: ["no DispatchEnter", "time stamp", "names a thread"],
      rules: ["CompleteRequestStatusCheck": .undecidable, "RemoveLockForwardRead": .undecidable]),
    Case(
      title: "no entries", trace: start + exit,
      says: [
        "no DispatchEnter: there is no request to check", "1 of 1 exits of routines match no",
      ],
      rules: ["CompleteRequestStatusCheck": .undecidable]),
    Case(
      title: "no roles", trace: enter + "mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE\n" + exit,
      says: ["no AddDevice: the roles of devices are unknown", "no TraceStart at the beginning"],
      rules: ["NsRemoveLockMnRemove": .undecidable, "CompleteRequestStatusCheck": .partly]),
    Case(
      title: "roles from forwards",
      trace: enter + "mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE\n"
        + "@ddi IoCallDriver ts=4 tid=1 dev=F0 irp=A0\n" + exit,
      rules: ["NsRemoveLockMnRemove": .partly]),
    Case(
      title: "no minor codes", trace: added + enter + "mj=IRP_MJ_PNP\n" + exit,
      rules: ["NsRemoveLockMnRemove": .undecidable, "MarkStartDevice": .undecidable]),
    Case(
      title: "completion routines that are never entered",
      trace: added + enter + "mj=IRP_MJ_READ\n"
        + "@ddi IoSetCompletionRoutine ts=4 tid=1 dev=F0 irp=A0\n" + exit,
      says: ["completion routines are set, and none is ever entered"]),
    Case(
      title: "times that go back",
      trace: added + "@ddi KeSetEvent tid=1 ts=90000000\n@ddi KeSetEvent tid=2 ts=80000000\n"
        + "@ddi KeSetEvent tid=2 ts=79999999\n",
      says: ["time goes back 2 times, first at line 3"]),
    Case(
      title: "threads that overtake each other by a little",
      trace: added + "@ddi KeSetEvent tid=1 ts=90000000\n@ddi KeSetEvent tid=2 ts=86000000\n",
      keepsSilent: ["time goes back"]),
    Case(
      title: "what check counts as passed",
      trace: Traces.clean.replacing("@ddi AddDevice dev=F0 role=FDO drv=demo\n", with: ""),
      rules: ["RemoveLockForwardRead": .partly, "CompleteRequestStatusCheck": .partly]),
    Case(
      title: "an IRP of the driver's own",
      trace: added + "@ddi IoAllocateIrp ts=3 tid=1 irp=C0\n@ddi IoCallDriver ts=4 tid=1 irp=C0\n"
        + "@ddi IoFreeIrp ts=5 tid=1 irp=C0\n",
      keepsSilent: ["name an irp and no dev"]),
    Case(
      title: "a misspelled event", trace: Traces.clean + "@ddi IoReleaseRemovLock lock=F8 tag=0\n",
      says: ["\"IoReleaseRemovLock\" is no event that is known; it occurs once"]),
    Case(
      title: "gaps", trace: "@ddi TraceLost tid=1 ts=1\n@ddi IoFreeIrp tid=1\n",
      says: ["1 gaps (TraceLost) and 1 malformed events, the first at line 1"]),
    Case(
      title: "half of the lock",
      trace: added + enter + "mj=IRP_MJ_READ\n"
        + "@ddi IoReleaseRemoveLock ts=4 tid=1 dev=F0 lock=F8 tag=A0\n" + exit,
      says: [
        "remove locks are released, and none is ever acquired",
        "1 of 1 remove locks are used and not initialised",
      ]),
    Case(
      title: "IRPs without their device",
      trace: added + enter + "mj=IRP_MJ_READ\n"
        + "@ddi IoCompleteRequest ts=4 tid=1 irp=A0 status=0\n" + exit,
      says: ["1 of 3 events name an irp and no dev"]),
    Case(title: "nothing", trace: "hello\n", says: ["no event is recognised"]),
  ]

  @Test(arguments: cases) func observations(_ test: Case) throws {
    let text = try CommandRun(["doctor", "@log"], files: ["log": test.trace])
    let run = try CommandRun(["doctor", "--format", "json", "@log"], files: ["log": test.trace])
    #expect(run.status == (test.title == "nothing" ? 2 : 0))
    #expect(text.status == run.status)
    let report = try JSONDecoder().decode(DoctorReport.self, from: Data(run.output.utf8))
    let messages = report.observations.map(\.message).joined(separator: "\n")
    for said in test.says { #expect(messages.contains(said), "\(messages)") }
    for unsaid in test.keepsSilent { #expect(!messages.contains(unsaid), "\(messages)") }
    let found = Dictionary(uniqueKeysWithValues: report.rules.map { ($0.id, $0) })
    for (rule, expected) in test.rules {
      #expect(found[rule]?.decidability == expected, "\(rule): \(String(describing: found[rule]))")
    }
    #expect(Set(found.keys) == Set(Catalog.all.map(\.id)))
    for rule in report.rules where rule.decidability == .undecidable {
      #expect(!rule.reasons.isEmpty, "\(rule.id)")
      #expect(text.output.contains(rule.id))
    }
    // Messages have the form of all messages.
    for message in report.observations.flatMap({ [$0.message] + ($0.advice.map { [$0] } ?? []) })
      + report.rules.flatMap(\.reasons)
    {
      #expect(!message.hasSuffix("."), "\(message)")
    }
  }

  @Test func formatsAndPrefixes() throws {
    let cases = [
      "@ddi KeSetEvent\n": "read as text; 0 threads",
      "{\"ev\":\"KeSetEvent\"}\n": "read as jsonl; 0 threads",
      "[0]0AF4.0C64::07/25/2003-13:55:39.998 [t]@ddi KeSetEvent\n":
        "tracefmt's prefix, with thread and time",
      "noise\n[0]0AF4.0C64::[t]@ddi KeSetEvent\n":
        "tracefmt's prefix, with thread and without time",
      "00000001\t0.00000000\t@ddi KeSetEvent\n": "DebugView's prefix, with time and without thread",
      "kd> @ddi KeSetEvent\n": "the prefix \"kd> \", of which neither thread nor time is read",
      "ev,tid\nKeSetEvent,1\n": "read as csv; 1 threads",
      "ID = 1\nType = IRPComp\nIRP address = 0x1\nIOSB.Status value = 0x0\n": "read as irpmon",
    ]
    for (trace, expected) in cases {
      let run = try CommandRun(["doctor", "-"], input: trace)
      #expect(run.output.contains(expected), "\(run.output.prefix(300))")
    }
  }

  /// Nothing is missing in a trace that a whole driver's life makes.
  @Test func synthesizedTrace() throws {
    let directory = try TemporaryDirectory()
    let made = CommandRun(
      ["synthesize", "--events", "60000", "--seed", "2", "--output", "@in"], in: directory)
    #expect(made.status == 0)
    let run = CommandRun(["doctor", "--format", "json", "@in"], in: directory)
    let report = try JSONDecoder().decode(DoctorReport.self, from: Data(run.output.utf8))
    let undecidable = report.rules.filter { $0.decidability == .undecidable }
    #expect(undecidable.map(\.id) == [], "\(undecidable.map(\.reasons))")
    #expect(report.observations.filter { $0.weight == .problem } == [])
  }
}
