import RuleEngine

/// IoReuseIrp: only what IoAllocateIrp returned is reused.
struct IoReuseIrpRule: OwnIRPRule {
  let id = "IoReuseIrp"
  let severity = Severity.error

  func scope(in reading: Reading) -> OwnIRPScope {
    reading == .tracked ? OwnIrpMarkedPendingRule.made : OwnIRPScope([.allocated])
  }

  enum State: UInt8, MachineState {
    /// The IRP is the driver's.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    if reading == .tracked {
      return Machine(
        start: .watching,
        [
          on(
            .watching, .reusedOtherKind,
            .report("the driver reuses an IRP that IoAllocateIrp did not make")),
          on(.watching, .lifeEnded, .pass),
        ])
    }
    return Machine(
      start: .watching,
      [
        on(
          .watching, .anotherReused,
          .report("the driver reuses another IRP than the one that it allocated")),
        on(.watching, .listUsed, .halt),
        on(.watching, .lifeEnded, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "IoReuseIrp is called for IRPs that IoAllocateIrp returned, and for no others.",
    rationale: "IoReuseIrp makes the IRP anew. One of an IoBuild… routine has buffers, an MDL "
      + "and a place in "
      + "the list of its thread, all of which are lost: memory that stays locked, or a list that "
      + "leads to "
      + "freed memory.",
    remedy: "Allocate an IRP that is to be used more than once with IoAllocateIrp, and fill in "
      + "its stack "
      + "location oneself; or build a new one each time.",
    readings: "tracked: by what made the IRP, whichever it is. sdv: an IRP other than the one "
      + "that was "
      + "allocated last; a driver with two that it reuses is reported.",
    source: Sources.rulePage("IoReuseIrp"), bugChecks: [BugCheck(0xC9, 0x20D)])

  var examples: [Example] {
    reported + kept + [
      Example(
        "two that are reused in turn", tracked: .undecided, sdv: .violation,
        """
        allocate-irp irp=first
        allocate-irp irp=second
        IoReuseIrp irp=first    !sdv
        IoReuseIrp irp=second
        """),
      Example(
        "a request that was given is reused", tracked: .undecided, sdv: .violation,
        """
        allocate-irp irp=own
        enter READ
        IoReuseIrp              !sdv
        """),
      Example(
        "an entry is put in a list", .undecided,
        """
        allocate-irp irp=own
        queue
        IoReuseIrp irp=own
        """),
      Example("after a gap", .undecided, "allocate-irp irp=own\nlost\nIoReuseIrp irp=other"),
      Example("no IRP of its own", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }

  private var reported: [Example] {
    [
      Example(
        "built by IoBuildDeviceIoControlRequest", .violation,
        """
        allocate-irp irp=first
        IoBuildDeviceIoControlRequest irp=own
        IoReuseIrp irp=own      !
        """),
      Example(
        "built by IoBuildAsynchronousFsdRequest", tracked: .violation, sdv: .notArmed,
        """
        IoBuildAsynchronousFsdRequest irp=own
        set-routine irp=own
        forward irp=own
        T2: completion irp=own
        T2: IoReuseIrp irp=own  !tracked
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "made by IoMakeAssociatedIrp", tracked: .violation, sdv: .notArmed,
        """
        IoMakeAssociatedIrp irp=own
        IoReuseIrp irp=own      !tracked
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "reused, and sent again", .passes,
        """
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        completion irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        returns SUCCESS irp=own
        IoReuseIrp irp=own
        set-routine irp=own
        forward irp=own
        completion irp=own
        free-irp irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "its memory was built before", .passes,
        """
        IoBuildDeviceIoControlRequest irp=own
        allocate-irp irp=own
        IoReuseIrp irp=own
        free-irp irp=own
        """),
      Example(
        "freed unused", .passes,
        "allocate-irp irp=own\nfree-irp irp=own"),
    ]
  }
}

/// IoReuseIrp2: an IRP is reused by the driver that made it, when that has it.
struct IoReuseIrp2Rule: OwnIRPRule {
  let id = "IoReuseIrp2"
  let severity = Severity.error
  let readings: Set<Reading> = [.tracked]

  func scope(in reading: Reading) -> OwnIRPScope { .all }

  enum State: UInt8, MachineState {
    /// The IRP is the driver's.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    Machine(
      start: .watching,
      [
        on(
          .watching, .reusedForeign,
          .report("the driver reuses an IRP that its dispatch routine was given")),
        on(.watching, .reusedBelow, .report("the driver reuses an IRP that the lower driver has")),
        on(.watching, .lifeEnded, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "IoReuseIrp is called for an IRP of the driver's own that is not on its way.",
    rationale: "It clears the IRP, stack locations and all. Whoever is still to complete it "
      + "finds nothing of "
      + "what it needs: the request of an application is lost, or a lower driver completes an "
      + "empty IRP.",
    remedy: "Reuse the IRP in its completion routine, or after that has signaled that it is "
      + "back. Send on a "
      + "request that was given; to have one of its own, IoAllocateIrp.",
    readings: "Only tracked has the rule.",
    source: Sources.rulePage("IoReuseIrp2"), bugChecks: [BugCheck(0xC9, 0x310)])

  var examples: [Example] {
    [
      Example(
        "the request that it was given", .violation,
        """
        enter READ
        IoReuseIrp              !tracked
        """),
      Example(
        "reused while it is pending below", .violation,
        """
        enter READ
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        IoReuseIrp irp=own      !tracked
        """),
      Example(
        "a timer reuses it before it is back", .violation,
        """
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        T2: callback Timer
        T2: IoReuseIrp irp=own  !tracked
        """),
      Example(
        "reused in its completion routine", .passes,
        """
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        T2: completion irp=own
        T2: IoReuseIrp irp=own
        T2: set-routine irp=own
        T2: forward irp=own
        T2: returns PENDING irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        T3: completion irp=own
        T3: free-irp irp=own
        T3: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "reused after the wait", .passes,
        """
        enter READ
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        wait SUCCESS
        IoReuseIrp irp=own
        free-irp irp=own
        """),
      Example(
        "at the address of a request that is finished", .passes,
        """
        enter READ irp=own
        complete SUCCESS irp=own
        exit SUCCESS irp=own
        allocate-irp irp=own
        IoReuseIrp irp=own
        free-irp irp=own
        """),
      Example("after a gap", .undecided, "allocate-irp irp=own\nlost\nIoReuseIrp irp=own"),
      Example("no IRP of its own", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }
}
