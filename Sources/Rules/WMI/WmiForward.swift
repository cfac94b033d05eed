import RuleEngine

/// WmiForward: a WMI request that is not for this driver is passed down.
struct WmiForwardRule: ContextRule {
  let id = "WmiForward"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(majors: [.systemControl], devices: .notBus)
  }

  enum State: UInt8, MachineState {
    /// WmiSystemControl has not said IrpForward.
    case idle
    /// It has, and the IRP has not been forwarded since.
    case toForward
  }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .idle, dormant: [.idle],
      [
        on(.idle, .wmiForward, .go(.toForward)),
        on(.toForward, .forwarded, .passAndGo(.idle)),
        on(.toForward, .returned, .report("the WMI request is not forwarded")),
        on(.idle, .returned, .disarm),
      ])
  }

  let documentation = RuleDocumentation(
    summary:
      "After WmiSystemControl returned the disposition IrpForward or IrpNotWmi, the IRP is passed to the "
      + "next lower driver.",
    rationale: "The request is for another driver in the stack. A driver that keeps it leaves the "
      + "caller waiting for ever.",
    remedy: "IoSkipCurrentIrpStackLocation and IoCallDriver.",
    readings:
      "The same in both. The rule is armed by such a disposition, and again by one after the forward.",
    source: Sources.rulePage("WmiForward"))

  var examples: [Example] {
    [
      Example(
        "completed instead", .violation,
        """
        enter SYSTEM_CONTROL
        wmi IrpForward
        complete NOT_SUPPORTED
        exit NOT_SUPPORTED      !
        """),
      Example(
        "no WMI request, and completed", .violation,
        """
        enter SYSTEM_CONTROL
        wmi IrpNotWmi
        complete NOT_SUPPORTED
        exit NOT_SUPPORTED      !
        """),
      Example(
        "forgotten", .violation,
        """
        enter SYSTEM_CONTROL
        acquire
        wmi IrpForward
        release
        exit SUCCESS            !
        """),
      Example(
        "forwarded before, not after", .violation,
        """
        enter SYSTEM_CONTROL
        set-routine
        forward
        completion SUCCESS
        completion-exit MORE_PROCESSING_REQUIRED
        wmi IrpForward
        exit SUCCESS            !
        """),
      Example(
        "forwarded", .passes,
        """
        enter SYSTEM_CONTROL
        wmi IrpForward
        skip
        forward
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "asked twice, forwarded once", .passes,
        """
        enter SYSTEM_CONTROL
        wmi IrpForward
        wmi IrpForward
        skip
        forward
        exit SUCCESS
        """),
      Example(
        "forwarded with a completion routine", .passes,
        """
        enter SYSTEM_CONTROL
        acquire
        wmi IrpForward
        copy
        set-routine
        forward
        exit PENDING
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "events are lost", .undecided,
        """
        enter SYSTEM_CONTROL
        wmi IrpForward
        lost
        exit SUCCESS
        """),
      Example(
        "the trace ends", .undecided,
        """
        enter SYSTEM_CONTROL
        wmi IrpForward
        """),
      Example(
        "another disposition", .notArmed,
        """
        enter SYSTEM_CONTROL
        wmi IrpProcessed
        exit SUCCESS
        """),
      Example(
        "a bus driver is out of scope", .notArmed,
        """
        bare
        add fdo FDO bus
        enter SYSTEM_CONTROL
        wmi IrpForward
        exit SUCCESS
        """),
    ]
  }
}
