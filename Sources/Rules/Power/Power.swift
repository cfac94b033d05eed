import RuleEngine

/// Set-power requests are not failed (PowerDownFail, PowerUpFail).
struct PowerFailRule: ContextRule {
  let id: String
  let isUp: Bool
  let severity = Severity.error

  static let members = [
    PowerFailRule(id: "PowerDownFail", isUp: false),
    PowerFailRule(id: "PowerUpFail", isUp: true),
  ]

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.power], minors: [.setPower],
      powerStates: isUp ? [.s0, .d0] : [.s1, .s2, .s3, .s4, .s5, .d1, .d2, .d3],
      devices: .functionOrFilter)
  }

  enum State: UInt8, MachineState { case watching }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    let excuse: Outcome<State> = reading == .tracked ? .disarm : .halt
    return Machine(
      start: .watching,
      [
        on(.watching, .acquireFailed, excuse),
        on(.watching, .forwarded, excuse),
        on(.watching, .powerIRPRequested, excuse),
        on(.watching, .returnsFailure, .report("a set-power request is failed")),
        on(.watching, .returned, .pass),
      ] + (isUp ? [on(.watching, .allocationFailed, excuse)] : []))
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "A driver does not fail a request to power \(isUp ? "up" : "down").",
      rationale: isUp
        ? "A device whose IRP_MN_SET_POWER for S0 or D0 fails is gone for the system, though the "
          + "user did nothing."
        : "The power manager does not expect IRP_MN_SET_POWER to fail: the system goes down all the "
          + "same, or hangs on the way.",
      remedy:
        "Do what can be done and complete the request with success; report a broken device with "
        + "IoInvalidateDeviceState.",
      readings: "The same in both. Once the request is forwarded or a power IRP is requested, the "
        + "status is another driver's"
        + (isUp ? "; a failed allocation excuses the driver." : "."),
      source: Sources.rulePage(id), bugChecks: [BugCheck(0x9F)])
  }

  var examples: [Example] {
    let states = isUp ? ["S0", "D0"] : ["S3", "D3"]
    let first = "POWER/SET_POWER state=\(states[0])"
    return states.map { state in
      Example(
        "\(state) is failed", .violation,
        """
        enter POWER/SET_POWER state=\(state)
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL       !
        """)
    } + [
      Example(
        "failed while the lock is held", .violation,
        """
        enter \(first)
        acquire
        complete INVALID_DEVICE_STATE
        release
        exit INVALID_DEVICE_STATE   !
        """),
      Example(
        "success", .passes,
        """
        enter \(first)
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "pending", .passes,
        """
        enter \(first)
        mark-pending
        exit PENDING
        """),
      Example(
        "the other state succeeds", .passes,
        """
        enter POWER/SET_POWER state=\(states[1])
        acquire
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "events are lost", .undecided,
        """
        enter \(first)
        lost
        exit UNSUCCESSFUL
        """),
      Example(
        "the acquire fails", tracked: .notArmed, sdv: .undecided,
        """
        enter \(first)
        acquire DELETE_PENDING
        exit DELETE_PENDING
        """),
      Example(
        "forwarded", tracked: .notArmed, sdv: .undecided,
        """
        enter \(first)
        po-forward
        po-returns UNSUCCESSFUL
        exit UNSUCCESSFUL
        """),
      Example(
        "a power IRP is requested", tracked: .notArmed, sdv: .undecided,
        """
        enter \(first)
        power-irp UNSUCCESSFUL
        exit UNSUCCESSFUL
        """),
      Example(
        "an allocation fails", tracked: isUp ? .notArmed : .violation,
        sdv: isUp ? .undecided : .violation,
        """
        enter \(first)
        allocate NULL
        exit INSUFFICIENT_RESOURCES \(isUp ? "" : "!")
        """),
      Example(
        "a PDO is out of scope", .notArmed,
        """
        bare
        add fdo PDO
        enter \(first)
        exit UNSUCCESSFUL
        """),
      Example(
        "the other direction is out of scope", .notArmed,
        """
        enter POWER/SET_POWER state=\(isUp ? "D3" : "D0")
        exit UNSUCCESSFUL
        """),
    ]
  }
}

/// PowerDownAllocate: no memory is allocated while the system powers down.
struct PowerDownAllocateRule: ContextRule {
  let id = "PowerDownAllocate"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.power], minors: [.setPower], powerStates: [.s1, .s2, .s3, .s4, .s5],
      devices: .functionOrFilter)
  }

  enum State: UInt8, MachineState { case watching }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .acquireFailed, reading == .tracked ? .disarm : .halt),
        on(.watching, .allocated, .report("memory is allocated while powering down")),
        on(.watching, .returned, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary:
      "A driver allocates no pool memory in the dispatch routine of a request that powers the "
      + "system down.",
    rationale:
      "The disk that the paging file is on may already be asleep: an allocation that needs "
      + "paging then hangs the system, one that fails cannot be handled.",
    remedy: "Allocate what is needed when the device starts and keep it.",
    readings: "The same in both. Any ExAllocatePool… counts, also one that fails.",
    source: Sources.rulePage("PowerDownAllocate"), bugChecks: [BugCheck(0x9F)])

  var examples: [Example] {
    [
      Example(
        "allocates", .violation,
        """
        enter POWER/SET_POWER state=S3
        allocate                !
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "an allocation that fails", .violation,
        """
        enter POWER/SET_POWER state=S4
        allocate NULL           !
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "allocates in the completion routine of the forward", .violation,
        """
        enter POWER/SET_POWER state=S3
        set-routine
        po-forward
        completion SUCCESS
        allocate                !
        completion-exit SUCCESS
        po-returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "allocates nothing", .passes,
        """
        enter POWER/SET_POWER state=S3
        acquire
        po-forward
        release
        exit SUCCESS
        """),
      Example(
        "allocates after the dispatch routine has returned", .passes,
        """
        enter POWER/SET_POWER state=S3
        mark-pending
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: allocate
        T2: callback-exit WorkItem
        """),
      Example(
        "allocated before the request", .passes,
        """
        enter POWER/QUERY_POWER state=S3 irp=query
        allocate
        exit SUCCESS irp=query
        enter POWER/SET_POWER state=S3
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "a DPC that interrupts it allocates", tracked: .passes, sdv: .violation,
        """
        enter POWER/SET_POWER state=S3
        callback Dpc
        allocate                !sdv
        callback-exit Dpc
        exit SUCCESS
        """),
      Example(
        "the acquire fails", tracked: .notArmed, sdv: .undecided,
        """
        enter POWER/SET_POWER state=S3
        acquire DELETE_PENDING
        allocate
        exit DELETE_PENDING
        """),
      Example(
        "events are lost", .undecided,
        """
        enter POWER/SET_POWER state=S3
        lost
        allocate
        exit SUCCESS
        """),
      Example(
        "a PDO is out of scope", .notArmed,
        """
        bare
        add fdo PDO
        enter POWER/SET_POWER state=S3
        allocate
        exit SUCCESS
        """),
      Example(
        "a device power state is out of scope", .notArmed,
        """
        enter POWER/SET_POWER state=D3
        allocate
        exit SUCCESS
        """),
    ]
  }
}
