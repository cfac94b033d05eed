import RuleEngine

/// Removal requests are not answered STATUS_NOT_SUPPORTED (NsRemoveLock…).
struct NotSupportedRule: ContextRule {
  let id: String
  let minor: MinorFunction
  let severity = Severity.error

  static let members = [
    NotSupportedRule(id: "NsRemoveLockMnRemove", minor: .removeDevice),
    NotSupportedRule(id: "NsRemoveLockMnSurpriseRemove", minor: .surpriseRemoval),
    NotSupportedRule(id: "NsRemoveLockQueryMnRemove", minor: .queryRemoveDevice),
  ]

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(majors: [.pnp], minors: [minor], devices: .functionOrFilter)
  }

  enum State: UInt8, MachineState { case watching }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .acquireFailed, reading == .tracked ? .disarm : .halt),
        on(
          .watching, .returnsNotSupported,
          .report("the removal request is answered STATUS_NOT_SUPPORTED")),
        on(.watching, .returned, .pass),
      ])
  }

  private var request: String { minor.name(of: .pnp) }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "\(request) is not answered STATUS_NOT_SUPPORTED.",
      rationale: "A function or filter driver must handle the requests that remove its device. "
        + "STATUS_NOT_SUPPORTED tells the PnP manager that nobody did: the device stays half "
        + "removed.",
      remedy:
        "Set STATUS_SUCCESS in IoStatus.Status before the IRP is passed down, and return what "
        + "IoCallDriver returned.",
      readings:
        "The same in both. Where an acquire failed the rule does not concern the request (sdv: "
        + "nobody can tell).",
      source: Sources.rulePage(id))
  }

  var examples: [Example] {
    let entry = "PNP/" + request.dropFirst("IRP_MN_".count)
    return [
      Example(
        "answered at once", .violation,
        """
        enter \(entry)
        complete NOT_SUPPORTED
        exit NOT_SUPPORTED      !
        """),
      Example(
        "passed down with the initial status", .violation,
        """
        enter \(entry)
        acquire
        skip
        forward
        returns NOT_SUPPORTED
        release
        exit NOT_SUPPORTED      !
        """),
      Example(
        "after waiting for the lower driver", .violation,
        """
        enter \(entry)
        set-routine
        forward
        completion NOT_SUPPORTED
        completion-exit MORE_PROCESSING_REQUIRED
        returns NOT_SUPPORTED
        complete NOT_SUPPORTED
        exit NOT_SUPPORTED      !
        """),
      Example(
        "success", .passes,
        """
        enter \(entry)
        acquire
        skip
        forward
        returns SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "another failure", .passes,
        """
        enter \(entry)
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL
        """),
      Example(
        "pending", .passes,
        """
        enter \(entry)
        mark-pending
        exit PENDING
        """),
      Example(
        "the acquire fails", tracked: .notArmed, sdv: .undecided,
        """
        enter \(entry)
        acquire DELETE_PENDING
        complete NOT_SUPPORTED
        exit NOT_SUPPORTED
        """),
      Example(
        "events are lost", .undecided,
        """
        enter \(entry)
        lost
        exit NOT_SUPPORTED
        """),
      Example(
        "a PDO is out of scope", .notArmed,
        """
        bare
        add fdo PDO
        enter \(entry)
        exit NOT_SUPPORTED
        """),
      Example(
        "a device that may be a PDO: it has not forwarded", tracked: .notArmed, sdv: .violation,
        """
        bare
        enter \(entry)
        exit NOT_SUPPORTED      !sdv
        """),
      Example(
        "another request is out of scope", .notArmed,
        """
        enter PNP/QUERY_ID
        exit NOT_SUPPORTED
        """),
    ]
  }
}
