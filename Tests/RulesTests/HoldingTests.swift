import RuleEngine
import Rules
import Testing

/// Whose hold it is: traces on which all rules together find exactly this.
@Suite("Holds of remove locks")
struct HoldingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// `rule@line`, blanks between.
    let found: String
    let trace: String

    init(_ title: String, _ found: String, _ trace: String) {
      (testDescription, self.found, self.trace) = (title, found, trace)
    }
  }

  static let cases = reuse + handedOn + removal + synchronous

  private static let reuse = [
    Case(
      "the memory of a request that kept the lock is used again, and the next is released",
      "RemoveLockForwardRead@3 RemoveLockRelease2@3 RemoveLockReleaseRead@3",
      """
      enter READ
      acquire
      exit SUCCESS
      enter READ
      acquire
      mark-pending
      queue irp=irp
      exit PENDING
      T2: callback Dpc
      T2: dequeue irp=irp
      T2: complete SUCCESS
      T2: release
      T2: callback-exit Dpc
      """),
    Case(
      "whose the release is is open, and nothing more is reported of the second",
      "RemoveLockForwardRead@3 RemoveLockRelease2@3 RemoveLockReleaseRead@3",
      """
      enter READ
      acquire
      exit SUCCESS
      enter READ
      acquire
      mark-pending
      exit PENDING
      T2: callback Timer
      T2: release
      T2: callback-exit Timer
      T3: callback Dpc
      T3: complete SUCCESS
      T3: callback-exit Dpc
      """),
    Case(
      "a second release in the frame that completed the request, while the memory has its next request",
      "RemoveLockStateUnderflow@13",
      """
      enter READ
      acquire
      mark-pending
      exit PENDING
      T2: callback WorkItem
      T2: complete SUCCESS
      enter READ
      acquire
      T2: release
      T2: release
      complete SUCCESS
      T2: callback-exit WorkItem
      release
      exit SUCCESS
      """),
    Case(
      "a second release in the frame that completed the request, before its memory's next request acquires",
      "RemoveLockStateUnderflow@9",
      """
      enter READ
      acquire
      mark-pending
      exit PENDING
      T2: callback WorkItem
      T2: complete SUCCESS
      T2: release
      enter WRITE
      T2: release
      T2: callback-exit WorkItem
      acquire
      complete SUCCESS
      release
      exit SUCCESS
      """),
    Case(
      "a completion routine that could not be set keeps nothing",
      "IoSetCompletionRoutineExCheck@4 RemoveLockForwardRead@6 RemoveLockRelease2@6 "
        + "RemoveLockReleaseRead@6",
      """
      enter READ
      acquire
      IoSetCompletionRoutineEx irp=irp routine=1 status=INSUFFICIENT_RESOURCES
      forward
      returns SUCCESS
      exit SUCCESS
      """),
    Case(
      "one that could be set carries the hold", "",
      """
      enter READ
      acquire
      copy
      IoSetCompletionRoutineEx irp=irp routine=1 status=SUCCESS
      forward
      returns PENDING
      exit PENDING
      """),
    Case(
      "the frame that completed a request decides among holds with one tag", "",
      """
      enter READ irp=a
      acquire tag=NULL
      mark-pending irp=a
      exit PENDING irp=a
      enter READ irp=b
      acquire tag=NULL
      mark-pending irp=b
      exit PENDING irp=b
      T2: callback Dpc
      T2: complete SUCCESS irp=b
      T2: complete SUCCESS irp=a
      T2: release tag=NULL
      T2: release tag=NULL
      T2: callback-exit Dpc
      """),
  ]

  private static let handedOn = [
    "allocate-irp irp=own\nT2: IoSetCompletionRoutine irp=own routine=1\nT2: IoCallDriver irp=own",
    "IoQueueWorkItem", "KeInsertQueueDpc",
    "KeSetTimer", "PsCreateSystemThread", "power-irp PENDING",
  ].flatMap { call in
    [
      Case(
        "the completion routine hands the hold on: \(call)", "",
        """
        enter READ
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion SUCCESS
        T2: \(call)
        T2: completion-exit SUCCESS
        """),
      Case(
        "what was acquired after it is not handed on: \(call)",
        ["RemoveLockForwardRead", "RemoveLockRelease2", "RemoveLockReleaseRead"]
          .map { "\($0)@\(call.split(separator: "\n").count + 4)" }.joined(separator: " "),
        """
        enter READ
        \(call.replacing("T2: ", with: ""))
        acquire
        complete SUCCESS
        exit SUCCESS
        """),
    ]
  }

  private static let removal = [
    Case(
      "a refused acquire is released while another holds with the same tag",
      "RemoveLock@9 RemoveLockForward@9 RemoveLockReleasePnp@9 RemoveLockStateFailedAcquire@9",
      """
      enter READ irp=read
      acquire tag=NULL
      T2: enter PNP/REMOVE_DEVICE
      T2: acquire tag=NULL
      T2: release-wait tag=NULL
      T3: enter PNP/QUERY_ID irp=query
      T3: acquire DELETE_PENDING tag=NULL
      T3: complete DELETE_PENDING irp=query
      T3: release tag=NULL
      T3: exit DELETE_PENDING irp=query
      T2: wait-return
      T2: forward
      T2: detach
      T2: delete
      T2: exit SUCCESS
      complete SUCCESS irp=read
      release tag=NULL
      exit SUCCESS irp=read
      """),
    Case(
      "a release is logged after the return of the wait that it ended", "",
      """
      enter READ irp=read
      acquire irp=read
      T2: enter PNP/REMOVE_DEVICE
      T2: acquire
      T2: release-wait
      T2: wait-return
      T2: delete
      T2: exit SUCCESS
      release irp=read
      complete SUCCESS irp=read
      exit SUCCESS irp=read
      """),
  ]

  private static let synchronous = ["wait SUCCESS", "KeWaitForMultipleObjects WAIT_0"].map { wait in
    Case(
      "a start that is handled synchronously: \(wait)", "",
      """
      enter PNP/START_DEVICE
      acquire
      copy
      set-routine
      forward
      returns PENDING
      T2: completion SUCCESS pending
      T2: completion-exit MORE_PROCESSING_REQUIRED
      \(wait)
      complete SUCCESS
      release
      exit SUCCESS
      """)
  }

  private static func checked(_ trace: String) throws -> Checker {
    let notation = try ShortNotation(trace)
    var checker = try Checker(rules: Catalog.all)
    checker.consume(notation.events, strings: notation.strings)
    checker.finish(strings: notation.strings)
    return checker
  }

  @Test("are found to be whose they are", arguments: cases)
  func findings(_ test: Case) throws {
    let checker = try Self.checked(test.trace)
    let found = checker.findings.map { "\($0.rule)@\($0.position.line)" }.sorted()
    #expect(found.joined(separator: " ") == test.found)
    #expect(checker.findings.allSatisfy { !$0.evidence.isEmpty })
  }

  /// Two reads with one tag, of which one is released, nobody knows which.
  private static let open = """
    enter READ irp=a
    acquire tag=shared
    mark-pending irp=a
    exit PENDING irp=a
    enter READ irp=b
    acquire tag=shared
    mark-pending irp=b
    exit PENDING irp=b
    T2: callback Timer
    T2: release tag=shared
    T2: callback-exit Timer

    """

  @Test(
    "every candidate is named by the lock's own rules",
    arguments: [
      (
        "RemoveLockStateStuck",
        "enter PNP/REMOVE_DEVICE irp=c\nacquire irp=c\nrelease-wait irp=c"
      ), ("RemoveLockStateLeaked", "delete"),
    ])
  func candidates(_ rule: String, _ rest: String) throws {
    let checker = try Self.checked(Self.open + rest)
    let finding = try #require(checker.findings.first { $0.rule == rule })
    let named = finding.evidence.filter { $0.kind == .ioAcquireRemoveLock }
    #expect(named.map(\.position.line) == [2, 6])
    #expect(
      named.map(\.note) == [
        "released, or another with this tag", "still held, or another with this tag",
      ])
  }

  @Test("a refused acquire is part of the evidence") func refusal() throws {
    let checker = try Self.checked("enter READ\nacquire DELETE_PENDING\nrelease")
    let finding = try #require(
      checker.findings.first { $0.rule == "RemoveLockStateFailedAcquire" })
    #expect(finding.evidence.contains { $0.position.line == 2 && $0.note == "refused" })
  }

  @Test("DPCs on two idle processors do not share a stack", arguments: [true, false])
  func idle(_ namesProcessors: Bool) throws {
    let lines = [
      "TraceStart tid=1", "AddDevice tid=1 dev=1 role=FDO",
      "IoInitializeRemoveLock tid=1 lock=5 dev=1",
      "DispatchEnter tid=1 dev=1 irp=2 mj=IRP_MJ_READ",
      "IoAcquireRemoveLock tid=1 lock=5 tag=0 status=0",
      "IoMarkIrpPending tid=1 irp=2", "DispatchExit tid=1 dev=1 irp=2 status=STATUS_PENDING",
      "CallbackEnter tid=0 cpu=0 kind=Dpc", "IoCompleteRequest tid=0 cpu=0 irp=2 status=0",
      "CallbackEnter tid=0 cpu=1 kind=Dpc", "IoReleaseRemoveLock tid=0 cpu=0 lock=5 tag=0",
      "CallbackExit tid=0 cpu=0 kind=Dpc",
    ]
    let text = lines.map { "@ddi \($0)\n" }.joined()
    var parser = TraceParser()
    var batch = EventBatch()
    parser.parse(
      Array(
        (namesProcessors ? text : text.replacing(" cpu=0", with: "").replacing(" cpu=1", with: ""))
          .utf8), into: &batch)
    var checker = try Checker(rules: Catalog.all)
    checker.recordSteps = true
    checker.consume(batch.events, strings: parser.strings)
    // The routine on the one processor knows nothing of that on the other: only in a frame that completed
    // the request can its hold without a tag of its own be released, and it be over.
    let ended = checker.steps.contains { $0.position.line == 12 }
    #expect(ended == namesProcessors)
  }

  @Test("a worker that never returns does not keep its last request open") func worker() throws {
    let checker = try Self.checked(
      """
      enter READ
      acquire
      mark-pending
      queue irp=irp
      exit PENDING
      T2: callback WorkItem
      T2: dequeue irp=irp
      T2: complete SUCCESS
      T2: release
      """)
    let rule = try #require(Catalog.all.firstIndex { $0.id == "RemoveLockReleaseRead" })
    #expect(checker.verdicts[rule].passed == 1)
    #expect(checker.verdicts[rule].undecided == 0)
  }
}
