import RuleEngine

/// MarkDevicePower: a system power IRP that waits for a device power IRP is marked pending.
struct MarkDevicePowerRule: ContextRule {
  let id = "MarkDevicePower"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.power], minors: [.setPower], powerStates: [.s0], devices: .functionOrFilter)
  }

  enum State: UInt8, MachineState {
    case watching
    /// PoRequestPowerIrp returned STATUS_PENDING.
    case requested
  }
  private static let both: [State] = [.watching, .requested]

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      (reading == .tracked
        ? PendingHalts.rows(Self.both, reading) : PendingHalts.calls(Self.both, reading)) + [
          on(Self.both, .forwardedByPoCallDriver, reading == .tracked ? .disarm : .halt),
          on(.watching, .powerIRPPending, .go(.requested)),
          on(.requested, .returned, .report(MarkForwardedRule.unmarked)),
          on(.watching, .returned, .pass),
        ] + (reading == .sdv ? [on(Self.both, .powerIRPRefused, .halt)] : []))
  }

  let documentation = RuleDocumentation(
    summary:
      "A set-power request for S0 for which the driver requests a device power IRP is marked "
      + "pending.",
    rationale:
      "The system power IRP is finished in the callback of the device power IRP, after the "
      + "dispatch routine has returned. STATUS_PENDING without IoMarkIrpPending makes the power "
      + "manager lose track of it, and the system hangs on resume.",
    remedy: "Call IoMarkIrpPending before PoRequestPowerIrp and return STATUS_PENDING.",
    readings: "Both: PoCallDriver hands the request on and ends the watch. tracked: the mark keeps "
      + "the rule; it does not concern a request that is handed on or refused, as in the other "
      + "pending rules. sdv: no exit status is exempt, and another result of PoRequestPowerIrp than "
      + "STATUS_PENDING ends the watch; after the mark nobody can tell any more.",
    source: Sources.rulePage("MarkDevicePower"), bugChecks: [BugCheck(0x9F)])

  var examples: [Example] {
    let start = "enter POWER/SET_POWER state=S0"
    return [
      Example(
        "requested, not marked", .violation,
        """
        \(start)
        power-irp PENDING
        exit PENDING            !
        """),
      Example(
        "requested, not marked, success returned", .violation,
        """
        \(start)
        power-irp PENDING
        exit SUCCESS            !
        """),
      Example(
        "requested in the completion routine of the forward", .violation,
        """
        \(start)
        set-routine
        forward
        completion SUCCESS
        power-irp PENDING
        completion-exit MORE_PROCESSING_REQUIRED
        returns PENDING
        exit PENDING            !
        """),
      Example(
        "nothing requested", .passes,
        """
        \(start)
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "passed down with IoCallDriver", .passes,
        """
        \(start)
        skip
        forward
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "the request fails", tracked: .passes, sdv: .undecided,
        """
        \(start)
        power-irp UNSUCCESSFUL
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL
        """),
      Example(
        "a second request fails", tracked: .violation, sdv: .undecided,
        """
        \(start)
        power-irp PENDING
        power-irp UNSUCCESSFUL
        exit PENDING            !tracked
        """),
      Example(
        "events are lost", .undecided,
        """
        \(start)
        power-irp PENDING
        lost
        exit PENDING
        """),
      Example(
        "marked before the request", tracked: .passes, sdv: .undecided,
        """
        \(start)
        mark-pending
        power-irp PENDING
        exit PENDING
        """),
      Example(
        "marked after the request", tracked: .passes, sdv: .undecided,
        """
        \(start)
        power-irp PENDING
        mark-pending
        exit PENDING
        """),
      Example(
        "passed down", tracked: .notArmed, sdv: .undecided,
        """
        \(start)
        po-forward
        power-irp PENDING
        exit PENDING
        """),
      Example(
        "requested, then passed down", tracked: .notArmed, sdv: .undecided,
        """
        \(start)
        power-irp PENDING
        po-forward
        exit PENDING
        """),
      Example(
        "the routine refuses", tracked: .notArmed, sdv: .violation,
        """
        \(start)
        power-irp PENDING
        exit NOT_SUPPORTED      !sdv
        """),
      Example(
        "the routine refuses at once", tracked: .notArmed, sdv: .passes,
        """
        \(start)
        exit NOT_SUPPORTED
        """),
    ]
      + ["", "power-irp PENDING"].flatMap { before in
        PendingExamples.failures(start, before, "after \"\(before)\"")
      } + [
        Example(
          "a PDO is out of scope", .notArmed,
          """
          bare
          add fdo PDO
          \(start)
          power-irp PENDING
          exit PENDING
          """),
        Example(
          "powering down is out of scope", .notArmed,
          """
          enter POWER/SET_POWER state=S3
          power-irp PENDING
          exit PENDING
          """),
      ]
  }
}
