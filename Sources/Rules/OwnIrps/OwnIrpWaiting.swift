import RuleEngine

/// IoBuildDeviceControlWait and IoBuildSynchronousFsdRequestWait: a routine that has sent an IRP
/// with an event and a
/// status block on its stack waits for it before it returns.
struct OwnIrpWaitRule: OwnIRPRule {
  let id: String
  let kind: OwnIRPKind
  let readings: Set<Reading>
  let severity = Severity.warning

  static let members = [
    OwnIrpWaitRule(
      id: "IoBuildDeviceControlWait", kind: .deviceControl, readings: [.tracked, .sdv]),
    OwnIrpWaitRule(
      id: "IoBuildSynchronousFsdRequestWait", kind: .synchronous, readings: [.tracked]),
  ]

  func scope(in reading: Reading) -> OwnIRPScope {
    OwnIRPScope([kind], needsEvent: reading == .sdv)
  }

  enum State: UInt8, MachineState {
    /// The lower driver has not said that it goes on with the IRP.
    case idle
    /// It has, and the routine that sent the IRP has not returned.
    case pending
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    let message = "the routine returns while its own IRP is still pending"
    let begins: [Transition<State, OwnIRPFact>] = [
      on(.idle, .forwardPended, .go(.pending)),
      on(.pending, .lifeEnded, .pass),
    ]
    if reading == .sdv {
      return Machine(
        start: .idle, dormant: [.idle],
        begins + [
          on(.pending, .eventWaited, .halt),
          on(.pending, .dispatchReturned, .report(message)),
        ])
    }
    return Machine(
      start: .idle, dormant: [.idle],
      begins + [
        on(.pending, .waited, .pass),
        on(.pending, .leftPending, .report(message)),
        on(.pending, .doubtful, .halt),
      ])
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "A routine whose IRP of \(kind.ddi) is pending waits for it before it returns.",
      rationale: "The event and the status block that were handed over lie on the stack of the "
        + "routine, as a "
        + "rule. Once it has returned the I/O manager writes both into whatever the stack holds "
        + "then.",
      remedy: "Where IoCallDriver returns STATUS_PENDING, KeWaitForSingleObject on the event, "
        + "without a "
        + "time-out. If the wait may end otherwise: IoCancelIrp, and wait again. To send a "
        + "request and not "
        + "wait, IoBuildAsynchronousFsdRequest.",
      readings: (readings == [.tracked] ? "Only tracked has the rule. " : "tracked: ")
        + "Any wait that succeeds on the thread counts; one that times out does not. Not armed "
        + "on a thread "
        + "without an open routine. An event and a status block in pool memory cannot be told, "
        + "hence a "
        + "warning."
        + (readings == [.tracked]
          ? ""
          : " sdv: only where the event was made, not signaled, before the IRP was built; a "
            + "wait for another event does not count."),
      source: Sources.rulePage(id), bugChecks: [BugCheck(0xC9, 0x0C), BugCheck(0xC9, 0x0D)])
  }

  var examples: [Example] {
    reported + kept + forSDV + [
      Example(
        "the routine's exit is not in the trace", .undecided,
        """
        KeInitializeEvent object=event
        enter READ
        T2: enter WRITE irp=other
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        lost
        exit SUCCESS
        """),
      Example(
        "its completion routine has run", tracked: .undecided, sdv: .violation,
        """
        KeInitializeEvent object=event
        enter READ
        \(kind.ddi) irp=own object=event
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        T2: completion irp=own
        T2: completion-exit SUCCESS irp=own
        exit SUCCESS            !sdv
        """),
      Example(
        "on a thread without an open routine", .notArmed,
        """
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        """),
    ]
  }
}

extension OwnIrpWaitRule {
  private var reported: [Example] {
    [
      Example(
        "not waited for", .violation,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        complete SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "the wait times out", .violation,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        wait TIMEOUT
        exit IO_TIMEOUT         !
        """),
      Example(
        "another thread waits", .violation,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        T2: wait SUCCESS
        exit PENDING            !
        """),
      Example(
        "sent by a worker", tracked: .violation, sdv: .undecided,
        """
        callback WorkItem
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        callback-exit WorkItem  !tracked
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "waited for", tracked: .passes, sdv: .undecided,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        KeWaitForSingleObjectCall object=event
        wait SUCCESS
        exit SUCCESS
        """),
      Example(
        "cancelled, and waited for", tracked: .passes, sdv: .undecided,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        KeWaitForSingleObject TIMEOUT object=event
        IoCancelIrp irp=own
        KeWaitForSingleObject SUCCESS object=event
        exit CANCELLED
        """),
      Example(
        "two that are waited for", tracked: .passes, sdv: .undecided,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        KeWaitForSingleObject SUCCESS object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        KeWaitForSingleObject SUCCESS object=event
        exit SUCCESS
        """),
      Example(
        "answered at once", .notArmed,
        """
        enter READ
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns SUCCESS irp=own
        exit SUCCESS
        """),
    ]
  }

  private var forSDV: [Example] {
    [
      Example(
        "another is built before it returns", .passes,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        wait SUCCESS
        \(kind.ddi) irp=another object=event
        """),
      Example(
        "its memory is returned again", .passes,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        \(kind.ddi) irp=own object=event
        """),
      Example(
        "its memory is allocated", .passes,
        """
        enter READ
        KeInitializeEvent object=event
        \(kind.ddi) irp=own object=event
        forward irp=own
        returns PENDING irp=own
        allocate-irp irp=own
        """),
    ]
  }
}
