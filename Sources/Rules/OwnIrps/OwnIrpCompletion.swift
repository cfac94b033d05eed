import RuleEngine

extension OwnIrpMisuseRule.Misuse {
  /// It is completed instead of freed.
  static let completed = Self(
    fact: .completed,
    message: "an own IRP is completed instead of freed",
    makeDocumentation: completionDocumentation,
    makeExamples: { completionFaults($0) + completionKept($0) })

  private static func completionDocumentation(_ id: String, _ kind: OwnIRPKind) -> RuleDocumentation
  {
    RuleDocumentation(
      summary: "An IRP that \(kind.ddi) returned is not completed by the driver that made it.",
      rationale: "IoCompleteRequest hands an IRP back to whoever sent it. Of this one that is the "
        + "driver itself: there is no stack location for it, so the I/O manager completes an IRP "
        + "that belongs to no thread, and the IRP is lost or memory is overwritten.",
      remedy: "IoFreeIrp, or IoReuseIrp and send it again.",
      readings: "tracked: a completion while the IRP is below is the lower driver's, and one "
        + "while it is not known where the IRP is may be. sdv: any completion of the IRP that was "
        + "made last.",
      source: Sources.rulePage(id), bugChecks: [BugCheck(0x44)])
  }

  private static func completionFaults(_ kind: OwnIRPKind) -> [Example] {
    [
      Example(
        "completed unsent", .violation,
        """
        enter READ
        \(kind.ddi) irp=own
        complete SUCCESS irp=own  !
        exit SUCCESS
        """),
      Example(
        "completed in its completion routine", .violation,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        T2: completion irp=own
        T2: complete SUCCESS irp=own  !
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "completed by a worker, once it is back", .violation,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        completion irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        returns SUCCESS irp=own
        T2: callback WorkItem
        T2: complete SUCCESS irp=own  !
        """),
      Example(
        "the lower driver completes it", tracked: .passes, sdv: .violation,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        T2: complete SUCCESS irp=own  !sdv
        T2: completion irp=own
        T2: free-irp irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
    ]
  }

  private static func completionKept(_ kind: OwnIRPKind) -> [Example] {
    [
      Example(
        "a lower device of the driver completes it", .passes,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        enter READ irp=own dev=lower
        complete SUCCESS irp=own
        completion irp=own
        free-irp irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        exit SUCCESS irp=own dev=lower
        returns SUCCESS irp=own
        """),
      Example(
        "freed", .passes,
        """
        \(kind.ddi) irp=own
        free-irp irp=own
        """),
      Example(
        "a request at its address is completed", .passes,
        """
        \(kind.ddi) irp=own
        free-irp irp=own
        enter READ irp=own
        complete SUCCESS irp=own
        exit SUCCESS irp=own
        """),
      Example(
        "after a gap", .undecided,
        """
        \(kind.ddi) irp=own
        lost
        complete SUCCESS irp=own
        """),
      Example("no IRP of its own", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }
}
