import RuleEngine

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
    rationale: "`if (Irp->PendingReturned) IoMarkIrpPending(Irp)` passes the mark on to the stack "
      + "location of the driver itself. An IRP of its own has none: the mark is written in front "
      + "of or behind the stack locations, which corrupts the pool.",
    remedy: "Leave IoMarkIrpPending out of completion routines of the driver's own IRPs. There is "
      + "nobody above to whom the mark would tell anything.",
    readings: "Only tracked has the rule. A driver that allocated a stack location more and "
      + "called IoSetNextIrpStackLocation may mark it; a trace does not tell that, hence a "
      + "warning.",
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
