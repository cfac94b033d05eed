import RuleEngine

extension OwnIrpMisuseRule.Misuse {
  /// It is sent without a completion routine, which is where the driver gets it back.
  static let forwardedWithoutRoutine = Self(
    fact: .forwardedWithoutRoutine,
    message: "an own IRP is forwarded without a completion routine",
    haltsUnderSDV: .forwarded,
    makeDocumentation: forwardingDocumentation,
    makeExamples: { forwardingFaults($0) + forwardingKept($0) + forwardingRest($0) })

  private static func forwardingDocumentation(_ id: String, _ kind: OwnIRPKind) -> RuleDocumentation
  {
    RuleDocumentation(
      summary: "An IRP that \(kind.ddi) returned has a completion routine when it is passed to a "
        + "driver.",
      rationale: "The I/O manager does not free such an IRP: the driver must, once it is "
        + "completed, and only a completion routine that returns STATUS_MORE_PROCESSING_REQUIRED "
        + "tells it when that is. Without one the I/O manager goes on to complete an IRP that "
        + "belongs to no thread.",
      remedy: "IoSetCompletionRoutine before IoCallDriver, each time that the IRP is sent; free "
        + "or reuse the IRP in the routine, or after it has signaled an event.",
      readings: "tracked: each forward of the IRP is looked at, and IoForwardIrpSynchronously "
        + "brings a routine of its own. sdv: the first forward, of the IRP that was made last.",
      source: Sources.rulePage(id))
  }

  private static func forwardingRest(_ kind: OwnIRPKind) -> [Example] {
    [
      Example(
        "after a gap", .undecided,
        """
        \(kind.ddi) irp=own
        lost
        forward irp=own
        """),
      Example("no IRP of its own", .notArmed, "enter READ\nset-routine\nforward\nexit PENDING"),
    ]
  }

  private static func forwardingFaults(_ kind: OwnIRPKind) -> [Example] {
    [
      Example(
        "sent as it was made", .violation,
        """
        enter READ
        \(kind.ddi) irp=own
        forward irp=own         !
        returns PENDING irp=own
        exit PENDING
        """),
      Example(
        "the routine is taken back", .violation,
        """
        callback WorkItem
        \(kind.ddi) irp=own
        set-routine irp=own
        set-routine irp=own routine=NULL
        forward irp=own         !
        """),
      Example(
        "made on one thread, sent on another", .violation,
        """
        \(kind.ddi) irp=own
        T2: callback WorkItem
        T2: forward irp=own     !
        """),
      Example(
        "made after another at the address of the one before, which the trace does not tell",
        .violation,
        """
        \(kind.ddi) irp=own
        free-irp irp=own
        set-routine irp=own
        \(kind.ddi) irp=other
        forward irp=other       !
        """),
      Example(
        "sent a second time without", tracked: .violation, sdv: .undecided,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        completion irp=own
        completion-exit MORE_PROCESSING_REQUIRED irp=own
        returns SUCCESS irp=own
        forward irp=own         !tracked
        """),
    ]
  }

  private static func forwardingKept(_ kind: OwnIRPKind) -> [Example] {
    [
      Example(
        "freed in the completion routine, later", tracked: .passes, sdv: .undecided,
        """
        enter READ
        \(kind.ddi) irp=own
        set-routine irp=own
        forward irp=own
        returns PENDING irp=own
        exit PENDING
        T2: completion irp=own
        T2: free-irp irp=own
        T2: completion-exit MORE_PROCESSING_REQUIRED irp=own
        """),
      Example(
        "freed unsent", .passes,
        """
        \(kind.ddi) irp=own
        free-irp irp=own
        """),
      Example(
        "its memory is used again at once", .passes,
        """
        \(kind.ddi) irp=own
        set-routine irp=own
        free-irp irp=own
        \(kind.ddi) irp=own
        free-irp irp=own
        """),
      Example(
        "a request at its address", .passes,
        """
        \(kind.ddi) irp=own
        free-irp irp=own
        enter READ irp=own
        forward irp=own
        exit SUCCESS irp=own
        """),
      Example(
        "another driver's request at its address", .passes,
        """
        \(kind.ddi) irp=own drv=first
        forward irp=own drv=second
        free-irp irp=own drv=first
        """),
      Example(
        "sent and waited for in one call", .passes,
        """
        \(kind.ddi) irp=own
        IoForwardIrpSynchronously irp=own
        IoForwardIrpSynchronouslyReturn SUCCESS irp=own
        free-irp irp=own
        """),
    ]
  }
}
