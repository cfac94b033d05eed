import RuleEngine

/// A family of table rules: two of our IOCTLs are forwarded at PASSIVE_LEVEL, since the driver below
/// us touches paged memory when it handles them.
struct ForwardAtPassiveRule: ContextRule {
  let id: String
  let ioctl: UInt32
  let severity = Severity.error

  static let members = [
    ForwardAtPassiveRule(id: "TeamForwardReadConfigAtPassive", ioctl: 0x220004),
    ForwardAtPassiveRule(id: "TeamForwardWriteConfigAtPassive", ioctl: 0x220008),
  ]

  enum State: UInt8, MachineState { case watching }

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(majors: [.deviceControl], ioctls: [ioctl])
  }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      [
        on(
          .watching, .forwarded, when: .irql(above: 0),
          .report("the configuration request is forwarded above PASSIVE_LEVEL")),
        on(.watching, .forwarded, .pass),
        on(.watching, .returned, .pass),
      ])
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "IOCTL 0x\(String(ioctl, radix: 16)) is forwarded at PASSIVE_LEVEL.",
      rationale: "The driver below reads the registry when it handles the request. Above "
        + "PASSIVE_LEVEL that is a bug check 0xA on a machine that has paged the hive out.",
      remedy: "Forward from a work item where the request may arrive at DISPATCH_LEVEL.",
      readings: "The same in both. Needs `irql` on IoCallDriver.",
      source: "the team's interface document, section 3.2")
  }

  var examples: [Example] {
    let entry = "enter DEVICE_CONTROL ioctl=0x\(String(ioctl, radix: 16))"
    return [
      Example(
        "at DISPATCH_LEVEL", .violation,
        """
        \(entry)
        forward irql=2          !
        exit SUCCESS
        """),
      Example(
        "at APC_LEVEL", .violation,
        """
        \(entry)
        forward irql=1          !
        exit SUCCESS
        """),
      Example(
        "in a DPC", .violation,
        """
        \(entry)
        exit PENDING irql=0
        T2: callback Dpc irp=irp
        T2: callback-exit Dpc
        \(entry) irp=second
        forward irql=2 irp=second   !
        exit SUCCESS irp=second
        """),
      Example(
        "at PASSIVE_LEVEL", .passes,
        """
        \(entry)
        forward irql=0
        exit SUCCESS
        """),
      Example(
        "the trace names no IRQL", .passes,
        """
        \(entry)
        forward
        exit SUCCESS
        """),
      Example(
        "completed here", .passes,
        """
        \(entry)
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "events are lost", .undecided,
        """
        \(entry)
        lost
        forward irql=2
        exit SUCCESS
        """),
      Example(
        "another IOCTL", .notArmed,
        """
        enter DEVICE_CONTROL ioctl=0x22000c
        forward irql=2
        exit SUCCESS
        """),
    ]
  }
}
