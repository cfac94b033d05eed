import RuleEngine

/// RequestedPowerIrp: PoRequestPowerIrp does not hand out the IRP that it allocates.
struct RequestedPowerIrpRule: CallRule {
  let id = "RequestedPowerIrp"
  let severity = Severity.error

  func scope(in reading: Reading) -> CallScope { .callsAtAnyIRQL(.poRequestPowerIrp) }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    let message = "PoRequestPowerIrp is asked to hand out the IRP that it allocates"
    return Machine(
      start: .watching,
      [
        on(.watching, .handsOutPowerIRP, .report(message)),
        on(.watching, .handsOutWaitWakeIRP, reading == .sdv ? .report(message) : .pass),
        on(.watching, .handsOutUnknownIRP, reading == .sdv ? .report(message) : .halt),
        on(.watching, .requestsPowerIRP, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "PoRequestPowerIrp is given NULL for its last argument, unless it asks for "
      + "IRP_MN_WAIT_WAKE.",
    rationale: "The power manager frees the IRP when it is completed, which may be before "
      + "PoRequestPowerIrp returns: the driver keeps a pointer to memory that is somebody else's. A request "
      + "for wait/wake stays with the driver below until it is cancelled; only there the pointer is of use.",
    remedy: "Pass NULL, and do what is to be done after the request in its completion routine "
      + "(PREQUEST_POWER_COMPLETE).",
    readings:
      "Both: where the trace tells the argument (irpout). tracked: not for IRP_MN_WAIT_WAKE; "
      + "undecided where the minor function is not in the trace. sdv: whatever the minor function, once "
      + "until the outermost routine of the thread has returned.",
    source: Sources.rulePage("RequestedPowerIrp"), bugChecks: [BugCheck(0xC4, 0x0004_100B)])

  let examples: [Example] = [
    Example(
      "a set-power request", .violation,
      """
      enter POWER/SET_POWER state=S0
      mark-pending
      power-irp PENDING mn=SET_POWER irpout=1  !
      exit PENDING
      """),
    Example(
      "by a worker", .violation,
      """
      callback WorkItem
      power-irp PENDING mn=QUERY_POWER irpout=1  !
      callback-exit WorkItem
      """),
    Example(
      "by each of two threads at once", .violation,
      """
      callback WorkItem
      T2: callback Dpc
      power-irp PENDING mn=SET_POWER irpout=1  !
      T2: power-irp PENDING mn=SET_POWER irpout=1  !
      callback-exit WorkItem
      T2: callback-exit Dpc
      """),
    Example(
      "twice in one routine", .violation,
      """
      callback WorkItem
      power-irp PENDING mn=SET_POWER irpout=1  !
      power-irp PENDING mn=SET_POWER irpout=1  !tracked
      callback-exit WorkItem
      callback WorkItem
      power-irp PENDING mn=SET_POWER irpout=1  !
      callback-exit WorkItem
      """),
    Example(
      "wait/wake", tracked: .passes, sdv: .violation,
      "callback AddDevice\npower-irp PENDING mn=WAIT_WAKE irpout=1  !sdv\ncallback-exit AddDevice"),
    Example(
      "NULL", .passes,
      """
      enter POWER/SET_POWER state=S0
      mark-pending
      power-irp PENDING mn=SET_POWER irpout=0
      exit PENDING
      """),
    Example(
      "NULL, on a thread without a routine", .passes, "power-irp PENDING mn=QUERY_POWER irpout=0"),
    Example(
      "NULL, and refused", .passes,
      "callback WorkItem\npower-irp UNSUCCESSFUL mn=SET_POWER irpout=0\ncallback-exit WorkItem"),
    Example(
      "the minor function is not in the trace", tracked: .undecided, sdv: .violation,
      "callback WorkItem\npower-irp PENDING irpout=1  !sdv\ncallback-exit WorkItem"),
    Example("the argument is not in the trace", .notArmed, "power-irp PENDING mn=SET_POWER"),
  ]
}
