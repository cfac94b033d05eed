import RuleEngine

/// CriticalRegions, GuardedRegions: what is entered is left, by the same routine, and nothing else is.
struct RegionRule: HoldRule {
  let id: String
  let severity = Severity.error
  let kind: HoldKind
  /// SDV's automaton.
  let sdv: RegionAutomaton
  /// How it is entered and left.
  let enter: String
  let leave: String

  static let members = [
    RegionRule(
      id: "CriticalRegions", kind: .criticalRegion,
      sdv: RegionAutomaton(
        entered: .criticalRegionEntered, leftOutside: .criticalRegionLeftOutside,
        ends: .endsInCriticalRegion),
      enter: "KeEnterCriticalRegion", leave: "KeLeaveCriticalRegion"),
    RegionRule(
      id: "GuardedRegions", kind: .guardedRegion,
      sdv: RegionAutomaton(
        entered: .guardedRegionEntered, leftOutside: .guardedRegionLeftOutside,
        ends: .endsInGuardedRegion),
      enter: "KeEnterGuardedRegion", leave: "KeLeaveGuardedRegion"),
  ]

  func scope(in reading: Reading) -> HoldScope { HoldScope([kind]) }

  enum State: UInt8, MachineState {
    /// The region has been entered.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, HoldFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .left, .report("the routine returns inside a region")),
        // Told with another that it entered as well.
        on(.watching, .leftBeside, .yield),
        on(.watching, .releasedFree, .report("leaves a region that it did not enter")),
        on(.watching, .released, .pass),
      ])
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "\(enter) and \(leave) are called in pairs, in one routine.",
      rationale: "In a \(kind.words) the thread gets no "
        + (kind == .criticalRegion ? "normal kernel APCs" : "APCs")
        + ". A thread that stays in one cannot be suspended or ended, and the system stops when it returns to user "
        + "mode with the count wrong. One that leaves too often runs APCs in the region of its caller, who holds a "
        + "lock that the APC asks for.",
      remedy:
        "Look for the path that returns between \(enter) and \(leave), and for an error path that leaves and "
        + "then falls through to the \(leave) at the end. FsRtlEnterFileSystem is \(Self.macro).",
      readings:
        "tracked: each region that is entered is followed; what is entered in a callback that the format does "
        + "not name passes to the routine that called it, and a region is left too often only in a routine whose "
        + "entry the trace shows, with no gap since. sdv: a count over the thread's run.",
      source: Sources.rulePage(id),
      bugChecks: [BugCheck(0x01)] + (kind == .criticalRegion ? [BugCheck(0x20)] : []))
  }

  private static let macro = "KeEnterCriticalRegion under another name"

  var examples: [Example] { reported + kept + open }
}

/// SDV's automaton of a kind of region, over one run of a thread.
struct RegionAutomaton: RunAutomaton {
  let entered: RunFact
  let leftOutside: RunFact
  let ends: RunFact

  enum State: UInt8, MachineState {
    /// No region has been entered.
    case idle
    case watching
  }

  var machine: Machine<State, RunFact> {
    Machine(
      start: .idle, dormant: [.idle],
      [
        on(.idle, entered, .go(.watching)),
        on(
          [.idle, .watching], leftOutside, .report("leaves a region that it did not enter")),
        on(.watching, ends, .report("the routine returns inside a region")),
        on(.watching, .ended, .pass),
      ])
  }
}

extension RegionRule {
  private var reported: [Example] {
    [
      Example(
        "an error returns early", .violation,
        """
        enter DEVICE_CONTROL irql=0
        \(enter)
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL       !
        """),
      Example(
        "left twice", .violation,
        """
        enter DEVICE_CONTROL irql=0
        \(enter)
        \(leave)
        \(leave)                !
        exit SUCCESS
        """),
      Example(
        "a work item leaves what the dispatch routine entered", tracked: .violation,
        sdv: .violation,
        """
        enter DEVICE_CONTROL irql=0
        mark-pending
        \(enter)
        T2: callback WorkItem
        T2: \(leave)            !
        T2: callback-exit WorkItem
        exit PENDING            !
        """),
      Example(
        "two are left", .violation,
        """
        enter DEVICE_CONTROL irql=0
        \(enter)
        \(enter)
        exit SUCCESS            !
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "in pairs", .passes,
        """
        enter DEVICE_CONTROL irql=0
        \(enter)
        \(enter)
        \(leave)
        \(leave)
        exit SUCCESS
        """),
      Example(
        "entered and left by callbacks of a library", .passes,
        """
        enter READ irql=0
        callback AcquireForLazyWrite
        \(enter)
        callback-exit AcquireForLazyWrite
        callback ReleaseFromLazyWrite
        \(leave)
        callback-exit ReleaseFromLazyWrite
        exit SUCCESS
        """),
      Example(
        "after the request went to a worker", .passes,
        """
        enter READ irql=0
        exit PENDING
        T2: callback WorkItem
        T2: \(enter)
        T2: complete SUCCESS
        T2: \(leave)
        T2: callback-exit WorkItem
        """),
    ]
  }

  private var open: [Example] {
    [
      Example(
        "the entry of the routine is not in the trace", tracked: .notArmed, sdv: .violation,
        "\(leave)  !sdv\nexit SUCCESS"),
      Example(
        "entered before a gap", .undecided,
        """
        enter READ irql=0
        \(enter)
        lost
        exit SUCCESS
        """),
      Example(
        "left after a gap", tracked: .notArmed, sdv: .violation,
        """
        enter READ irql=0
        lost
        \(leave)                !sdv
        exit SUCCESS
        """),
      Example(
        "a callback that entered it has no exit", tracked: .undecided, sdv: .violation,
        """
        enter READ irql=0
        callback WorkItem
        \(enter)
        enter WRITE irp=second
        exit SUCCESS            !sdv
        """),
      Example("no region", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }
}
