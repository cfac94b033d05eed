import RuleEngine

/// IoAllocateComplete and IoBuildFsdComplete: an IRP that the driver made is freed, not
/// completed, by it.
struct OwnIrpCompleteRule: OwnIRPRule {
  let id: String
  let kind: OwnIRPKind
  let severity = Severity.error

  static let members = [
    OwnIrpCompleteRule(id: "IoAllocateComplete", kind: .allocated),
    OwnIrpCompleteRule(id: "IoBuildFsdComplete", kind: .asynchronous),
  ]

  func scope(in reading: Reading) -> OwnIRPScope { OwnIRPScope([kind]) }

  enum State: UInt8, MachineState {
    /// The IRP is the driver's.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .completed, .report("an own IRP is completed instead of freed")),
        on(.watching, .lifeEnded, .pass),
      ])
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "An IRP that \(kind.ddi) returned is not completed by the driver that made it.",
      rationale: "IoCompleteRequest hands an IRP back to whoever sent it. Of this one that is "
        + "the driver "
        + "itself: there is no stack location for it, so the I/O manager completes an IRP that "
        + "belongs to "
        + "no thread, and the IRP is lost or memory is overwritten.",
      remedy: "IoFreeIrp, or IoReuseIrp and send it again.",
      readings: "tracked: a completion while the IRP is below is the lower driver's, and one "
        + "while it is "
        + "not known where the IRP is may be. sdv: any completion of the IRP that was made last.",
      source: Sources.rulePage(id), bugChecks: [BugCheck(0x44)])
  }

  var examples: [Example] {
    [
      Example(
        "completed unsent", .violation,
        """
        enter READ
        \(kind.ddi) irp=own
        complete SUCCESS irp=own  !
        exit SUCCESS
        """),
      Example(
        "completed in its completion routine", .violation,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        T2: completion irp=own
        T2: complete SUCCESS irp=own  !
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "completed by a worker, once it is back", .violation,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        completion irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        returns SUCCESS irp=own
        T2: callback WorkItem
        T2: complete SUCCESS irp=own  !
        """),
      Example(
        "the lower driver completes it", tracked: .passes, sdv: .violation,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        T2: complete SUCCESS irp=own  !sdv
        T2: completion irp=own
        T2: free-irp irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "a lower device of the driver completes it", .passes,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        enter READ irp=own dev=lower
        complete SUCCESS irp=own
        completion irp=own
        free-irp irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        exit SUCCESS irp=own dev=lower
        returns SUCCESS irp=own
        """),
      Example(
        "freed", .passes,
        """
        \(kind.ddi) irp=own
        free-irp irp=own
        """),
      Example(
        "a request at its address is completed", .passes,
        """
        \(kind.ddi) irp=own
        free-irp irp=own
        enter READ irp=own
        complete SUCCESS irp=own
        exit SUCCESS irp=own
        """),
      Example(
        "after a gap", .undecided,
        """
        \(kind.ddi) irp=own
        lost
        complete SUCCESS irp=own
        """),
      Example("no IRP of its own", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }
}

/// OwnIrpMarkedPending: IoMarkIrpPending writes to the driver's own stack location, and an IRP
/// that it made has none.
struct OwnIrpMarkedPendingRule: OwnIRPRule {
  let id = "OwnIrpMarkedPending"
  let severity = Severity.warning
  let readings: Set<Reading> = [.tracked]

  func scope(in reading: Reading) -> OwnIRPScope { Self.made }

  /// Whatever made it.
  static let made = OwnIRPScope(Set(OwnIRPKind.allCases).subtracting([.received]))

  enum State: UInt8, MachineState {
    /// The IRP is the driver's.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .markedPending, .report("the completion routine marks an own IRP pending")),
        on(.watching, .lifeEnded, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "The completion routine of an IRP that the driver made does not mark it pending.",
    rationale: "`if (Irp->PendingReturned) IoMarkIrpPending(Irp)` passes the mark on to the "
      + "stack location "
      + "of the driver itself. An IRP of its own has none: the mark is written in front of or "
      + "behind the "
      + "stack locations, which corrupts the pool.",
    remedy: "Leave IoMarkIrpPending out of completion routines of the driver's own IRPs. There "
      + "is nobody "
      + "above to whom the mark would tell anything.",
    readings: "Only tracked has the rule. A driver that allocated a stack location more and called "
      + "IoSetNextIrpStackLocation may mark it; a trace does not tell that, hence a warning.",
    source:
      "https://learn.microsoft.com/windows-hardware/drivers/kernel/using-iocompletion-routines",
    bugChecks: [BugCheck(0x19), BugCheck(0xC1)])

  var examples: [Example] {
    OwnIRPKind.allCases.filter { $0 != .received }.map { kind in
      Example(
        "marked in the routine, \(kind.ddi)", .violation,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        T2: completion pending irp=own
        T2: mark-pending irp=own  !tracked
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """)
    } + [
      Example(
        "freed in the routine", .passes,
        """
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        T2: completion pending irp=own
        T2: free-irp irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "the request that waits for it is marked", .passes,
        """
        enter READ
        mark-pending
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        exit PENDING
        T2: completion pending irp=own
        T2: complete SUCCESS
        T2: free-irp irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "a lower device of the driver marks it", .passes,
        """
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        enter READ irp=own dev=lower
        mark-pending irp=own
        exit PENDING irp=own dev=lower
        returns PENDING irp=own
        T2: complete SUCCESS irp=own dev=lower
        T2: completion pending irp=own
        T2: free-irp irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "after a gap", .undecided,
        """
        allocate-irp irp=own
        set-routine irp=own
        forward irp=own
        lost
        completion irp=own
        mark-pending irp=own
        """),
      Example("no IRP of its own", .notArmed, "enter READ\nmark-pending\nexit PENDING"),
    ]
  }
}
