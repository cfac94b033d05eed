import RuleEngine

/// ForwardedAtBadIrqlAllocate, ForwardedAtBadIrqlFsdAsync, ForwardedAtBadIrqlFsdSync: at
/// DISPATCH_LEVEL a driver sends
/// requests of few kinds alone.
struct OwnIrpIrqlRule: OwnIRPRule {
  let id: String
  let kind: OwnIRPKind
  let severity = Severity.error

  static let members = [
    OwnIrpIrqlRule(id: "ForwardedAtBadIrqlAllocate", kind: .allocated),
    OwnIrpIrqlRule(id: "ForwardedAtBadIrqlFsdAsync", kind: .asynchronous),
    OwnIrpIrqlRule(id: "ForwardedAtBadIrqlFsdSync", kind: .synchronous),
  ]

  func scope(in reading: Reading) -> OwnIRPScope { OwnIRPScope([kind]) }

  enum State: UInt8, MachineState {
    /// No forward has told its IRQL and major function.
    case idle
    /// One has.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    let message = "forwarded at DISPATCH_LEVEL"
    if reading == .sdv {
      return Machine(
        start: .watching,
        [
          on(.watching, .forwardedAtHighIRQL, .report(message)),
          on(.watching, .forwarded, .halt),
          on(.watching, .lifeEnded, .pass),
        ])
    }
    return Machine(
      start: .idle, dormant: [.idle],
      [
        on([.idle, .watching], .forwardedAtHighIRQL, .report(message)),
        on(.idle, .forwardedAtRightIRQL, .go(.watching)),
        on(.watching, .lifeEnded, .pass),
      ])
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "At DISPATCH_LEVEL an IRP of \(kind.ddi) is sent only if it reads, writes, "
        + "controls a device "
        + "or is about power.",
      rationale: "Drivers handle the other requests at PASSIVE_LEVEL: they touch paged memory, "
        + "wait, and call "
        + "routines that must not be called above. Sent at DISPATCH_LEVEL such a request stops "
        + "the machine in "
        + "whichever driver handles it.",
      remedy: "Send the request from a work item, or before the spin lock is taken.",
      readings: "Decided by irql and mj of the IoCallDriver or PoCallDriver; an event without "
        + "one of them "
        + "decides nothing. tracked: each forward. sdv: the first forward, of the IRP that was "
        + "made last.",
      source: Sources.rulePage(id), bugChecks: [BugCheck(0xC9, 0x23A)])
  }

  var examples: [Example] {
    reported + kept + [
      Example(
        "after a gap", .undecided,
        """
        \(kind.ddi) irp=own
        forward irp=own irql=0 mj=PNP
        lost
        forward irp=own irql=2 mj=PNP
        """),
      Example("no IRP of that kind", .notArmed, "enter READ\nforward irql=2 mj=PNP"),
    ]
  }
}

extension OwnIrpIrqlRule {
  private var reported: [Example] {
    [
      Example(
        "a PnP request is sent by a DPC", .violation,
        """
        callback Dpc irql=2
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own irql=2 mj=PNP  !
        """),
      Example(
        "a create is sent under a spin lock", .violation,
        """
        enter READ
        \(kind.ddi) irp=own
        KeAcquireSpinLock lock=spin oldirql=0
        forward irp=own irql=2 mj=CREATE  !
        """),
      Example(
        "at the IRQL of a device", .violation,
        """
        callback Isr irql=8
        \(kind.ddi) irp=own
        po-forward irp=own irql=8 mj=SYSTEM_CONTROL  !
        """),
      Example(
        "the second time", tracked: .violation, sdv: .undecided,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own irql=0 mj=FLUSH_BUFFERS
        completion irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        set-routine irp=own
        forward irp=own irql=2 mj=FLUSH_BUFFERS  !tracked
        """),
    ]
  }

  private var kept: [Example] {
    ["READ", "WRITE", "DEVICE_CONTROL", "INTERNAL_DEVICE_CONTROL", "POWER"].map { major in
      Example(
        "\(major) is allowed", tracked: .passes, sdv: .undecided,
        """
        callback Dpc irql=2
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own irql=2 mj=\(major)
        completion irp=own
        free-irp irp=own
        """)
    } + [
      Example(
        "sent at PASSIVE_LEVEL", tracked: .passes, sdv: .undecided,
        """
        callback WorkItem irql=0
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own irql=0 mj=PNP
        returns SUCCESS irp=own
        free-irp irp=own
        """),
      Example(
        "the IRQL is not in the trace", tracked: .notArmed, sdv: .undecided,
        """
        \(kind.ddi) irp=own
        forward irp=own mj=PNP
        returns SUCCESS irp=own
        free-irp irp=own
        """),
      Example(
        "the major function is not in the trace", tracked: .notArmed, sdv: .undecided,
        """
        \(kind.ddi) irp=own
        forward irp=own irql=2
        returns SUCCESS irp=own
        free-irp irp=own
        """),
      Example(
        "freed unsent", tracked: .notArmed, sdv: .passes,
        "\(kind.ddi) irp=own\nfree-irp irp=own"),
      Example(
        "its memory is returned again", tracked: .notArmed, sdv: .passes,
        "\(kind.ddi) irp=own\n\(kind.ddi) irp=own"),
      Example(
        "its memory is a request's", tracked: .notArmed, sdv: .passes,
        "\(kind.ddi) irp=own\nenter READ irp=own\nforward irp=own irql=2 mj=PNP"),
    ]
  }
}
