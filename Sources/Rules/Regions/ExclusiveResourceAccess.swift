import RuleEngine

/// ExclusiveResourceAccess: an ERESOURCE is given back as often as it is acquired.
struct ExclusiveResourceAccessRule: HoldRule {
  let id = "ExclusiveResourceAccess"
  let severity = Severity.error

  func scope(in reading: Reading) -> HoldScope { HoldScope([.resource]) }

  enum State: UInt8, MachineState {
    /// The resource is held.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, HoldFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .left, .report("the routine returns with a resource held")),
        // Told with another that it holds as well.
        on(.watching, .leftBeside, .yield),
        on(.watching, .doubtful, .halt),
        on(.watching, .releasedFree, .report("the resource is released without an acquire")),
        on(.watching, .released, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary:
      "Each ExAcquireResourceExclusiveLite or …SharedLite that succeeds has its ExReleaseResourceLite, in the "
      + "routine that called it.",
    rationale:
      "A resource that stays acquired locks out every other thread: the next request for it never returns. "
      + "One that is released too often stops the machine, or lets a second thread into what the first still changes.",
    remedy:
      "Look for the path that returns between the acquire and the release, and for an error path that releases "
      + "and then falls through to the release at the end. Where another thread is to release it, "
      + "ExReleaseResourceForThreadLite with the id of the one that acquired it.",
    readings:
      "tracked: acquires are counted by thread and resource, exclusive and shared ones; a resource may be "
      + "held on after the routine has marked, queued or forwarded a request or started something, because another "
      + "thread may release it. A release by another thread ends the oldest acquire. sdv: the resource that is "
      + "acquired exclusively first is watched, and is neither acquired twice nor held where a routine returns.",
    source: Sources.rulePage("ExclusiveResourceAccess"),
    bugChecks: [BugCheck(0xE3), BugCheck(0xC4, 0x37)])

  var examples: [Example] { reported + kept + open }
}

/// SDV's automaton of ExclusiveResourceAccess.
struct ExclusiveResourceAccessAutomaton: RunAutomaton {
  enum State: UInt8, MachineState {
    /// No resource has been acquired.
    case idle
    case held
    case free
  }

  var machine: Machine<State, RunFact> {
    Machine(
      start: .idle, dormant: [.idle],
      [
        on([.idle, .free], .resourceTaken, .go(.held)),
        on(.held, .resourceTaken, .report("acquired while it is held")),
        on(.held, .resourceReleased, .go(.free)),
        on(.free, .resourceReleased, .report("released without an acquire")),
        on(.held, .routineEnds, .report("a routine returns with a resource held")),
        on([.held, .free], .ended, .pass),
      ])
  }
}

extension ExclusiveResourceAccessRule {
  private var reported: [Example] {
    [
      Example(
        "an error returns early", .violation,
        """
        enter DEVICE_CONTROL irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL       !
        """),
      Example(
        "released twice", .violation,
        """
        enter DEVICE_CONTROL irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        ExReleaseResourceLite object=resource
        ExReleaseResourceLite object=resource  !
        exit SUCCESS
        """),
      Example(
        "a work item leaves it", tracked: .violation, sdv: .passes,
        """
        enter DEVICE_CONTROL irql=0
        mark-pending
        exit PENDING
        T2: callback WorkItem
        T2: ExEnterCriticalRegionAndAcquireResourceExclusive object=resource
        T2: complete SUCCESS
        T2: callback-exit WorkItem  !tracked
        """),
      Example(
        "acquired twice, released once", .violation,
        """
        enter DEVICE_CONTROL irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        ExAcquireResourceExclusiveLite object=resource granted=1  !sdv
        ExReleaseResourceLite object=resource
        exit SUCCESS            !tracked
        """),
      Example(
        "two are left", .violation,
        """
        enter DEVICE_CONTROL irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        ExAcquireResourceExclusiveLite object=another granted=1
        exit SUCCESS            !
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "given back", .passes,
        """
        enter DEVICE_CONTROL irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        ExReleaseResourceLite object=resource
        ExEnterCriticalRegionAndAcquireResourceExclusive object=resource
        ExReleaseResourceAndLeaveCriticalRegion object=resource
        exit SUCCESS
        """),
      Example(
        "recursive", tracked: .passes, sdv: .violation,
        """
        enter DEVICE_CONTROL irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        ExAcquireResourceExclusiveLite object=resource granted=1  !sdv
        ExReleaseResourceLite object=resource
        ExReleaseResourceLite object=resource
        exit SUCCESS
        """),
      Example(
        "not granted", .notArmed,
        """
        enter DEVICE_CONTROL irql=0
        ExAcquireResourceExclusiveLite object=resource granted=0
        exit SUCCESS
        """),
      Example(
        "shared by two threads", tracked: .passes, sdv: .notArmed,
        """
        enter READ irql=0
        ExAcquireResourceSharedLite object=resource granted=1
        T2: enter READ irp=second irql=0
        T2: ExAcquireResourceSharedLite object=resource granted=1
        ExReleaseResourceLite object=resource
        T2: ExReleaseResourceLite object=resource
        T2: exit SUCCESS irp=second
        exit SUCCESS
        """),
      Example(
        "held in turn", .passes,
        """
        enter READ irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        ExReleaseResourceLite object=resource
        ExAcquireResourceExclusiveLite object=resource granted=1
        ExReleaseResourceLite object=resource
        exit SUCCESS
        """),
    ]
  }

  private var open: [Example] {
    [
      Example(
        "released by the worker that gets the request", tracked: .undecided, sdv: .violation,
        """
        enter WRITE irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        mark-pending
        IoQueueWorkItem
        exit PENDING            !sdv
        T2: callback WorkItem
        T2: ExReleaseResourceForThreadLite object=resource
        T2: callback-exit WorkItem
        """),
      Example(
        "after a gap", .undecided,
        """
        enter DEVICE_CONTROL irql=0
        ExAcquireResourceExclusiveLite object=resource granted=1
        lost
        ExReleaseResourceLite object=resource
        exit SUCCESS
        """),
      Example("no resource", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }
}
