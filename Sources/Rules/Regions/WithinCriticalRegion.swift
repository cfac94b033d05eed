import RuleEngine

/// WithinCriticalRegion: a resource is used with normal kernel APCs held off.
struct WithinCriticalRegionRule: HoldRule {
  let id = "WithinCriticalRegion"
  let severity = Severity.warning

  func scope(in reading: Reading) -> HoldScope { HoldScope([.resource]) }

  enum State: UInt8, MachineState {
    /// No call has shown whether the thread is in a region.
    case idle
    /// One has.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, HoldFact> {
    Machine(
      start: .idle, dormant: [.idle],
      [
        on(.idle, .takenOutsideRegion, .report("a resource is acquired outside a region")),
        on(
          [.idle, .watching], .releasedOutsideRegion,
          .report("a resource is released outside a region")),
        on(.idle, .takenInRegion, .go(.watching)),
        on(.idle, .releasedInRegion, .go(.watching)),
        on(.watching, .released, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary:
      "At PASSIVE_LEVEL an ERESOURCE is acquired and released in a critical or guarded region.",
    rationale:
      "A thread that holds a resource can be suspended by an APC, from user mode as well: whoever waits for "
      + "the resource waits as long as it pleases whoever suspended the thread. The system can hang, and security "
      + "software calls it a way to deny service.",
    remedy:
      "Call KeEnterCriticalRegion before the acquire and KeLeaveCriticalRegion after the release, or "
      + "ExEnterCriticalRegionAndAcquireResourceExclusive and ExReleaseResourceAndLeaveCriticalRegion.",
    readings:
      "Decided by irql on the calls about the resource. tracked: in routines whose entry the trace shows, of "
      + "drivers that have region events; not once a wait has succeeded, which may have got a mutex, and that holds "
      + "APCs off as well. So may the caller of the routine, hence a warning. sdv: any call at IRQL 0 while the "
      + "thread's run counts no region.",
    source: Sources.rulePage("WithinCriticalRegion"), bugChecks: [])

  var examples: [Example] { reported + kept + open }
}

/// SDV's automaton of WithinCriticalRegion.
struct WithinCriticalRegionAutomaton: RunAutomaton {
  enum State: UInt8, MachineState {
    /// No resource has been used.
    case idle
    case watching
  }

  var machine: Machine<State, RunFact> {
    Machine(
      start: .idle, dormant: [.idle],
      [
        on(
          [.idle, .watching], .resourceUsedOutsideRegion,
          .report("a resource is used outside a region")),
        on(.idle, .resourceUsed, .go(.watching)),
        on(.watching, .ended, .pass),
      ])
  }
}

extension WithinCriticalRegionRule {
  private var reported: [Example] {
    [
      Example(
        "acquired after the region was left", .violation,
        """
        enter DEVICE_CONTROL irql=0
        KeEnterCriticalRegion
        KeLeaveCriticalRegion
        ExAcquireResourceExclusiveLite object=resource granted=1 irql=0  !
        ExReleaseResourceLite object=resource irql=0
        exit SUCCESS
        """),
      Example(
        "released after the region was left", .violation,
        """
        enter DEVICE_CONTROL irql=0
        KeEnterCriticalRegion
        ExAcquireResourceExclusiveLite object=resource granted=1 irql=0
        KeLeaveCriticalRegion
        ExReleaseResourceLite object=resource irql=0  !
        exit SUCCESS
        """),
      Example(
        "a work item acquires outside", .violation,
        """
        enter READ irql=0
        KeEnterCriticalRegion
        KeLeaveCriticalRegion
        exit PENDING
        T2: callback WorkItem
        T2: ExAcquireResourceSharedLite object=resource granted=1 irql=0  !
        T2: ExReleaseResourceLite object=resource irql=0
        T2: callback-exit WorkItem
        """),
      Example(
        "a resource of another thread is released outside", .violation,
        """
        enter READ irql=0
        KeEnterCriticalRegion
        ExAcquireResourceSharedLite object=resource granted=1
        T2: callback WorkItem
        T2: ExReleaseResourceForThreadLite object=resource irql=0  !
        T2: callback-exit WorkItem
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "in a critical region", .passes,
        """
        enter READ irql=0
        KeEnterCriticalRegion
        ExAcquireResourceSharedLite object=resource granted=1 irql=0
        ExReleaseResourceLite object=resource irql=0
        KeLeaveCriticalRegion
        exit SUCCESS
        """),
      Example(
        "in a guarded region", .passes,
        """
        callback WorkItem irql=0
        KeEnterGuardedRegion
        ExAcquireResourceExclusiveLite object=resource granted=1 irql=0
        ExReleaseResourceLite object=resource irql=0
        KeLeaveGuardedRegion
        callback-exit WorkItem
        """),
      Example(
        "acquired and entered in one", tracked: .passes, sdv: .passes,
        """
        enter READ irql=0
        ExEnterCriticalRegionAndAcquireResourceExclusive object=resource
        ExReleaseResourceLite object=resource irql=0
        KeLeaveCriticalRegion
        exit SUCCESS
        """),
      Example(
        "at APC_LEVEL", tracked: .notArmed, sdv: .passes,
        """
        enter READ irql=0
        KeEnterCriticalRegion
        KeLeaveCriticalRegion
        ExAcquireResourceExclusiveLite object=resource granted=1 irql=1
        ExReleaseResourceLite object=resource irql=1
        exit SUCCESS
        """),
      Example(
        "a mutex holds APCs off", tracked: .notArmed, sdv: .violation,
        """
        enter READ irql=0
        KeEnterCriticalRegion
        KeLeaveCriticalRegion
        wait SUCCESS
        ExAcquireResourceExclusiveLite object=resource granted=1 irql=0  !sdv
        ExReleaseResourceLite object=resource irql=0
        exit SUCCESS
        """),
    ]
  }

  private var open: [Example] {
    [
      Example(
        "regions are not logged", tracked: .notArmed, sdv: .violation,
        """
        enter READ irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1 irql=0  !sdv
        ExReleaseResourceLite object=resource irql=0
        exit SUCCESS
        """),
      Example(
        "after a gap", .undecided,
        """
        enter READ irql=0
        KeEnterCriticalRegion
        ExAcquireResourceExclusiveLite object=resource granted=1 irql=0
        lost
        ExReleaseResourceLite object=resource irql=1
        """),
      Example("no resource", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }
}
