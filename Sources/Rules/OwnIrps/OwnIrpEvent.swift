import RuleEngine

/// IoBuildDeviceIoControlSetEvent: the event of a synchronous request is set by the I/O manager.
struct IoBuildDeviceIoControlSetEventRule: OwnIRPRule {
  let id = "IoBuildDeviceIoControlSetEvent"
  let severity = Severity.error

  func scope(in reading: Reading) -> OwnIRPScope { OwnIRPScope([.deviceControl], needsEvent: true) }

  enum State: UInt8, MachineState {
    /// The event is the IRP's.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    let rows: [Transition<State, OwnIRPFact>] = [
      on(
        .watching, .eventSet,
        .report("the driver signals the event that belongs to the I/O manager")),
      on(.watching, .lifeEnded, .pass),
    ]
    let ends: [Transition<State, OwnIRPFact>] =
      reading == .tracked
      ? [on(.watching, .eventInitialized, .disarm)]
      : [on(.watching, .eventInitialized, .halt), on(.watching, .eventCleared, .halt)]
    return Machine(start: .watching, rows + ends)
  }

  let documentation = RuleDocumentation(
    summary: "The driver does not set the event that it handed to IoBuildDeviceIoControlRequest.",
    rationale: "The I/O manager sets it when the IRP is completed and its result has been "
      + "copied. Set before "
      + "that, the wait ends while the lower driver still writes to the buffer and the status "
      + "block.",
    remedy: "Leave the event to the I/O manager. A completion routine of such an IRP is rarely "
      + "needed; if "
      + "there is one, it returns STATUS_CONTINUE_COMPLETION and sets nothing.",
    readings: "tracked: until the event is made anew or the IRP is over: answered at once, "
      + "waited for, or left by the routine that "
      + "sent it. sdv: as long as the event is not made or reset again.",
    source: Sources.rulePage("IoBuildDeviceIoControlSetEvent"))

  var examples: [Example] {
    reported + kept + [
      Example(
        "the event is reset", tracked: .passes, sdv: .undecided,
        """
        enter READ
        IoBuildDeviceIoControlRequest irp=own object=event
        KeClearEvent object=event
        forward irp=own
        returns SUCCESS irp=own
        exit SUCCESS
        """),
      Example(
        "after a gap", .undecided,
        """
        IoBuildDeviceIoControlRequest irp=own object=event
        lost
        set-event object=event
        """),
      Example(
        "no event named", .notArmed,
        "IoBuildDeviceIoControlRequest irp=own\nset-event object=event"),
    ]
  }

  private var reported: [Example] {
    [
      Example(
        "set by the completion routine", .violation,
        """
        enter READ
        IoBuildDeviceIoControlRequest irp=own object=event
        set-routine irp=own
        forward irp=own
        T2: completion irp=own
        T2: set-event object=event  !
        T2: completion-exit SUCCESS irp=own
        """),
      Example(
        "set before it is sent", .violation,
        """
        enter READ
        IoBuildDeviceIoControlRequest irp=own object=event
        set-event object=event  !
        forward irp=own
        returns SUCCESS irp=own
        exit SUCCESS
        """),
      Example(
        "set by another thread while it is waited for", .violation,
        """
        enter READ
        IoBuildDeviceIoControlRequest irp=own object=event
        forward irp=own
        returns PENDING irp=own
        T2: callback Dpc
        T2: set-event object=event  !
        wait SUCCESS
        exit SUCCESS
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "another event is set", .passes,
        """
        enter READ
        IoBuildDeviceIoControlRequest irp=own object=event
        forward irp=own
        set-event object=other
        returns SUCCESS irp=own
        allocate-irp irp=own
        """),
      Example(
        "another driver sets one at that address", .passes,
        """
        IoBuildDeviceIoControlRequest irp=own object=event drv=first
        set-event object=event drv=second
        allocate-irp irp=own drv=first
        """),
      Example(
        "its memory is used again, then the event is", .passes,
        """
        IoBuildDeviceIoControlRequest irp=own object=event
        allocate-irp irp=own
        set-event object=event
        """),
      Example(
        "the event is made anew", tracked: .notArmed, sdv: .undecided,
        """
        IoBuildDeviceIoControlRequest irp=own object=event
        KeInitializeEvent object=event
        set-event object=event
        """),
      Example(
        "set once the wait is over", tracked: .passes, sdv: .violation,
        """
        enter READ
        IoBuildDeviceIoControlRequest irp=own object=event
        forward irp=own
        returns PENDING irp=own
        wait SUCCESS
        set-event object=event  !sdv
        exit SUCCESS
        """),
    ]
  }
}
