import RuleEngine

/// IoAllocateFree: what IoAllocateIrp returned is freed, once, by its driver, when that has it;
/// and nothing else
/// is.
struct IoAllocateFreeRule: OwnIRPRule {
  let id = "IoAllocateFree"
  let severity = Severity.error

  func scope(in reading: Reading) -> OwnIRPScope {
    reading == .tracked ? .all : OwnIRPScope([.allocated])
  }

  enum State: UInt8, MachineState {
    /// The IRP is the driver's.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    Machine(start: .watching, reading == .tracked ? Self.tracked : Self.sdv)
  }

  private static let tracked: [Transition<State, OwnIRPFact>] = [
    on(.watching, .freedForeign, .report("the driver frees an IRP that it did not allocate")),
    on(.watching, .freedAgain, .report("the IRP is freed twice")),
    on(.watching, .freedBelow, .report("the IRP is freed while the lower driver has it")),
    on(.watching, .neverFreed, .report("the IRP is never freed")),
    on(.watching, .doubtful, .halt),
    on(.watching, .lifeEnded, .pass),
  ]

  private static let sdv: [Transition<State, OwnIRPFact>] = [
    on(
      .watching, .dispatchReturnedFinal,
      .report("the dispatch routine returns and the IRP is not freed")),
    on(.watching, .freed, .halt),
    on(.watching, .listUsed, .halt),
    on(.watching, .lifeEnded, .pass),
  ]

  let documentation = RuleDocumentation(
    summary: "IoFreeIrp frees what the driver allocated, once, after the IRP has come back; and "
      + "what "
      + "IoAllocateIrp returned is freed.",
    rationale: "An IRP that is freed while a lower driver has it, or twice, or that the I/O "
      + "manager will "
      + "complete, is memory of somebody else by the time that it is used: the pool is "
      + "corrupted, far from "
      + "the fault. One that is never freed is lost until the machine starts anew.",
    remedy: "Free the IRP in its completion routine, which then returns "
      + "STATUS_MORE_PROCESSING_REQUIRED, or after the routine has signaled that it is back. To "
      + "be rid of a "
      + "request that is still below, IoCancelIrp, and wait for the routine.",
    readings: "tracked: IRPs of every kind are looked at; that one is never freed is said of "
      + "those of "
      + "IoAllocateIrp, when the driver is unloaded and has it. Where a lower driver may have it "
      + "or not, "
      + "because its completion routine is not in the trace, nothing is reported. sdv: the IRP "
      + "that was "
      + "allocated last must be freed before a dispatch routine returns with another status than "
      + "STATUS_PENDING; asynchronous senders are reported too.",
    source: Sources.rulePage("IoAllocateFree"), bugChecks: [BugCheck(0xC9, 0x20A), BugCheck(0xC2)])

  var examples: [Example] {
    reported + reportedBySDV + kept + keptForSDV + [
      Example(
        "unloaded while the lower driver has it", tracked: .undecided, sdv: .passes,
        """
        allocate-irp irp=own drv=driver
        set-routine irp=own drv=driver
        forward irp=own drv=driver
        returns PENDING irp=own drv=driver
        unload driver
        """),
      Example(
        "put in a list", .undecided,
        """
        enter READ
        allocate-irp irp=own
        queue irp=own
        complete SUCCESS
        """),
      Example("after a gap", .undecided, "allocate-irp irp=own\nlost\nfree-irp irp=own"),
      Example("no IRP of its own", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }
}

extension IoAllocateFreeRule {
  private var reported: [Example] {
    [
      Example(
        "freed as soon as it is sent", tracked: .violation, sdv: .undecided,
        """
        enter READ
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        free-irp irp=own        !tracked
        """),
      Example(
        "frees the request that it was given", tracked: .violation, sdv: .notArmed,
        """
        enter READ
        free-irp                !tracked
        exit SUCCESS
        """),
      Example(
        "freed twice", tracked: .violation, sdv: .undecided,
        """
        allocate-irp irp=own
        free-irp irp=own
        T2: free-irp irp=own    !tracked
        """),
      Example(
        "freed twice, the memory used in between", tracked: .violation, sdv: .undecided,
        """
        allocate-irp irp=own
        free-irp irp=own
        allocate-irp irp=own
        free-irp irp=own
        free-irp irp=own        !tracked
        """),
      Example(
        "an IoBuildAsynchronousFsdRequest is freed while it is below", tracked: .violation,
        sdv: .notArmed,
        """
        IoBuildAsynchronousFsdRequest irp=own
        set-routine irp=own
        forward irp=own
        T2: callback Dpc
        T2: free-irp irp=own    !tracked
        """),
      Example(
        "unloaded with one left", tracked: .violation, sdv: .passes,
        """
        allocate-irp irp=own drv=driver
        unload driver           !tracked
        """),
      Example(
        "unloaded with one that came back", tracked: .violation, sdv: .passes,
        """
        allocate-irp irp=own drv=driver
        set-routine irp=own drv=driver
        forward irp=own drv=driver
        completion irp=own drv=driver
        completion-exit MORE_PROCESSING_REQUIRED irp=own drv=driver
        returns SUCCESS irp=own drv=driver
        unload driver           !tracked
        """),
    ]
  }

  private var reportedBySDV: [Example] {
    [
      Example(
        "forgotten", tracked: .undecided, sdv: .violation,
        """
        enter READ
        allocate-irp irp=own
        complete SUCCESS
        exit SUCCESS            !sdv
        """),
      Example(
        "forgotten where the lower driver fails", tracked: .undecided, sdv: .violation,
        """
        enter READ
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        completion irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        returns PENDING irp=own
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL       !sdv
        """),
      Example(
        "sent, and freed in the routine, later", tracked: .passes, sdv: .violation,
        """
        enter READ
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        complete SUCCESS
        exit SUCCESS            !sdv
        T2: completion irp=own
        T2: free-irp irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "allocated, freed", tracked: .passes, sdv: .undecided,
        """
        enter READ
        allocate-irp irp=own
        free-irp irp=own
        exit SUCCESS
        """),
      Example(
        "freed after the wait", tracked: .passes, sdv: .undecided,
        """
        enter READ
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        wait SUCCESS
        free-irp irp=own
        exit SUCCESS
        """),
      Example(
        "given back by its routine, freed by a worker", tracked: .passes, sdv: .undecided,
        """
        enter READ
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        exit PENDING
        T2: completion irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        T3: callback WorkItem
        T3: free-irp irp=own
        """),
      Example(
        "an allocation that was not traced", tracked: .passes, sdv: .undecided,
        """
        allocate-irp irp=own
        free-irp irp=own
        T2: set-routine irp=own
        T2: forward irp=own
        T2: free-irp irp=own
        """),
      Example(
        "a lower driver still handles it when its routine frees it", tracked: .passes,
        sdv: .undecided,
        """
        allocate-irp irp=own drv=upper
        set-routine irp=own drv=upper
        forward irp=own drv=upper
        enter READ irp=own dev=lower drv=lower
        complete SUCCESS irp=own drv=lower
        completion irp=own drv=upper
        free-irp irp=own drv=upper
        completion-exit MORE_PROCESSING_REQUIRED irp=own drv=upper
        exit SUCCESS irp=own dev=lower drv=lower
        returns SUCCESS irp=own drv=upper
        """),
    ]
  }

  private var keptForSDV: [Example] {
    [
      Example(
        "two, both with a pending request", tracked: .undecided, sdv: .passes,
        """
        enter READ
        allocate-irp irp=own
        exit PENDING
        enter READ irp=second
        allocate-irp irp=another
        exit PENDING irp=second
        """),
      Example(
        "its memory is returned again", .passes,
        """
        enter READ
        allocate-irp irp=own
        exit PENDING
        allocate-irp irp=own
        """),
      Example(
        "its memory is a request's", .passes,
        """
        allocate-irp irp=own
        enter READ irp=own
        exit PENDING irp=own
        """),
    ]
  }
}
