import RuleEngine

/// IoBuildFsdFree: what IoBuildAsynchronousFsdRequest returned is freed.
struct IoBuildFsdFreeRule: OwnIRPRule {
  let id = "IoBuildFsdFree"
  let severity = Severity.error
  let readings: Set<Reading> = [.tracked]

  func scope(in reading: Reading) -> OwnIRPScope { OwnIRPScope([.asynchronous]) }

  enum State: UInt8, MachineState {
    /// The IRP is the driver's.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .neverFreedBuilt, .report("the IRP is never freed")),
        on(.watching, .doubtful, .halt),
        on(.watching, .lifeEnded, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "The driver frees an IRP that IoBuildAsynchronousFsdRequest returned.",
    rationale: "Unlike that of IoBuildSynchronousFsdRequest, this IRP belongs to no thread, and "
      + "the I/O "
      + "manager does not free it. One that is left is lost until the machine starts anew.",
    remedy: "IoFreeIrp in the completion routine, which then returns "
      + "STATUS_MORE_PROCESSING_REQUIRED; "
      + "unlock and free its MDLs first.",
    readings: "Only tracked has the rule. Decided where the driver is unloaded and has the IRP: "
      + "unsent, or "
      + "given back by its completion routine.",
    source: Sources.rulePage("IoBuildFsdFree"))

  var examples: [Example] {
    [
      Example(
        "unloaded with one left", .violation,
        """
        IoBuildAsynchronousFsdRequest irp=own drv=driver
        unload driver           !tracked
        """),
      Example(
        "given back by its routine, and forgotten", .violation,
        """
        IoBuildAsynchronousFsdRequest irp=own drv=driver
        set-routine irp=own drv=driver
        forward irp=own drv=driver
        returns PENDING irp=own drv=driver
        T2: completion irp=own drv=driver
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own drv=driver
        unload driver           !tracked
        """),
      Example(
        "the second of two", .violation,
        """
        IoBuildAsynchronousFsdRequest irp=own drv=driver
        IoBuildAsynchronousFsdRequest irp=another drv=driver
        free-irp irp=own drv=driver
        unload driver           !tracked
        """),
      Example(
        "freed unsent", .passes,
        "IoBuildAsynchronousFsdRequest irp=own\nfree-irp irp=own"),
      Example(
        "freed in its routine", .passes,
        """
        IoBuildAsynchronousFsdRequest irp=own drv=driver
        set-routine irp=own drv=driver
        forward irp=own drv=driver
        returns PENDING irp=own drv=driver
        T2: completion irp=own drv=driver
        T2: free-irp irp=own drv=driver
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own drv=driver
        unload driver
        """),
      Example(
        "another driver is unloaded", .passes,
        """
        IoBuildAsynchronousFsdRequest irp=own drv=driver
        unload another
        free-irp irp=own drv=driver
        """),
      Example(
        "its memory is used again at once", .passes,
        """
        IoBuildAsynchronousFsdRequest irp=own
        IoBuildAsynchronousFsdRequest irp=own
        """),
      Example(
        "unloaded while the lower driver has it", .undecided,
        """
        IoBuildAsynchronousFsdRequest irp=own drv=driver
        set-routine irp=own drv=driver
        forward irp=own drv=driver
        unload driver
        """),
      Example(
        "no IRP of that kind", .notArmed, "allocate-irp irp=own drv=driver\nunload driver"),
    ]
  }
}

/// IoBuildDeviceControlNoFree and IoBuildSynchronousFsdRequestNoFree: the I/O manager frees an
/// IRP that belongs
/// to a thread.
struct OwnIrpNoFreeRule: OwnIRPRule {
  let id: String
  let kind: OwnIRPKind
  let readings: Set<Reading>
  let severity = Severity.error

  static let members = [
    OwnIrpNoFreeRule(
      id: "IoBuildDeviceControlNoFree", kind: .deviceControl, readings: [.tracked, .sdv]),
    OwnIrpNoFreeRule(
      id: "IoBuildSynchronousFsdRequestNoFree", kind: .synchronous, readings: [.tracked]),
  ]

  func scope(in reading: Reading) -> OwnIRPScope { OwnIRPScope([kind]) }

  enum State: UInt8, MachineState {
    /// The IRP is the I/O manager's to free.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    let message = "the driver frees an IRP that the I/O manager frees"
    let rows: [Transition<State, OwnIRPFact>] = [
      on(.watching, .freedThreaded, .report(message)),
      on(.watching, .lifeEnded, .pass),
    ]
    return Machine(
      start: .watching, reading == .sdv ? rows + [on(.watching, .freed, .report(message))] : rows)
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "The driver does not free an IRP that \(kind.ddi) returned and that it has sent.",
      rationale: "The IRP belongs to the thread that built it, and the I/O manager frees it when "
        + "it is "
        + "completed. Freed once more it is torn out of the thread's list: the list is "
        + "corrupted, and the "
        + "next IRP in the same memory is freed while it is in use.",
      remedy: "Wait for the event that was handed over, then leave the IRP alone. Where the "
        + "driver needs "
        + "an IRP that it frees itself, IoAllocateIrp or IoBuildAsynchronousFsdRequest.",
      readings: readings == [.tracked]
        ? "Only tracked has the rule. An IRP that was never sent is left aside: there is no good "
          + "way to be "
          + "rid of one."
        : "tracked: an IRP that was never sent is left aside: there is no good way to be rid of "
          + "one. sdv: "
          + "freed, sent or not.",
      source: Sources.rulePage(id), bugChecks: [BugCheck(0xC9, 0x20C)])
  }

  var examples: [Example] {
    [
      Example(
        "freed after the wait", .violation,
        """
        enter READ
        \(kind.ddi) irp=own
        forward irp=own
        returns PENDING irp=own
        wait SUCCESS
        free-irp irp=own        !
        exit SUCCESS
        """),
      Example(
        "freed after it was refused", .violation,
        """
        callback WorkItem
        \(kind.ddi) irp=own
        forward irp=own
        returns INVALID_DEVICE_REQUEST irp=own
        free-irp irp=own        !
        """),
      Example(
        "freed in its completion routine", .violation,
        """
        callback WorkItem
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        T2: completion irp=own
        T2: free-irp irp=own    !
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "never sent, and freed", tracked: .passes, sdv: .violation,
        """
        \(kind.ddi) irp=own
        free-irp irp=own        !sdv
        """),
      Example(
        "waited for", tracked: .passes, sdv: .undecided,
        """
        enter READ
        \(kind.ddi) irp=own
        forward irp=own
        returns PENDING irp=own
        wait SUCCESS
        exit SUCCESS
        """),
      Example(
        "answered at once", .passes,
        """
        enter READ
        \(kind.ddi) irp=own
        forward irp=own
        returns SUCCESS irp=own
        exit SUCCESS
        """),
      Example(
        "its memory is an IRP that is freed", .passes,
        """
        \(kind.ddi) irp=own
        forward irp=own
        returns SUCCESS irp=own
        allocate-irp irp=own
        free-irp irp=own
        """),
      Example(
        "an allocation that was not traced in its memory", .passes,
        """
        \(kind.ddi) irp=own
        forward irp=own
        returns SUCCESS irp=own
        set-routine irp=own
        free-irp irp=own
        """),
      Example(
        "another driver's IRP at its address", .passes,
        """
        \(kind.ddi) irp=own drv=first
        forward irp=own drv=first
        returns SUCCESS irp=own drv=first
        free-irp irp=own drv=second
        """),
      Example(
        "after a gap", .undecided,
        """
        \(kind.ddi) irp=own
        forward irp=own
        lost
        free-irp irp=own
        """),
      Example("no IRP of that kind", .notArmed, "allocate-irp irp=own\nfree-irp irp=own"),
    ]
  }
}
