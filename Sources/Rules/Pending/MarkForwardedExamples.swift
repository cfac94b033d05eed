import RuleEngine

extension MarkForwardedRule {
  private var entry: String {
    switch id {
    case "MarkStartDevice": "PNP/START_DEVICE"
    case "MarkQueryRelations": "PNP/QUERY_DEVICE_RELATIONS relation=RemovalRelations"
    case "MarkPower": "POWER/SET_POWER state=S0"
    default: "POWER/SET_POWER state=S3"
    }
  }

  /// The examples' first lines: a bus driver's FDO where the rule is about those.
  private var start: String {
    id == "MarkQueryRelations" ? "bare\nadd fdo FDO bus\nenter \(entry)" : "enter \(entry)"
  }

  private func forwarded(_ rest: String) -> String {
    """
    \(start)
    copy
    set-routine
    forward
    \(rest)
    """
  }

  var examples: [Example] { reported + kept + undecided + outOfScope }

  private var reported: [Example] {
    [
      Example(
        "the lower driver pends, nobody marks", tracked: .violation, sdv: .violation,
        forwarded(
          """
          completion SUCCESS
          completion-exit SUCCESS
          returns PENDING
          exit PENDING          !
          """)),
      Example(
        "returns STATUS_PENDING for a request that is not marked", .violation,
        forwarded(
          """
          completion SUCCESS
          completion-exit SUCCESS
          returns SUCCESS
          exit PENDING          !
          """)),
      Example(
        "the completion routine runs later and does not mark", .violation,
        forwarded(
          """
          returns PENDING
          exit PENDING          !sdv
          T2: completion pending
          T2: completion-exit SUCCESS   !tracked
          """)),
      Example(
        "the lower driver pends, the routine returns success", .violation,
        forwarded(
          """
          completion SUCCESS
          completion-exit SUCCESS
          returns PENDING
          exit SUCCESS          !
          """)),
      Example(
        "the routine is taken over by another device's handling of the IRP and never runs",
        tracked: .notArmed, sdv: .violation,
        forwarded(
          """
          returns PENDING
          exit PENDING          !sdv
          T2: callback WorkItem irp=irp
          T2: complete SUCCESS
          T2: callback-exit WorkItem
          """)),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "the lower driver answers at once", tracked: .passes, sdv: .violation,
        forwarded(
          """
          completion SUCCESS
          completion-exit SUCCESS
          returns SUCCESS
          exit SUCCESS          !sdv
          """)),
      Example(
        "forwarded without a completion routine", .passes,
        """
        \(start)
        skip
        forward
        returns PENDING
        exit PENDING
        """),
      Example(
        "completed, not forwarded", tracked: .notArmed, sdv: .passes,
        """
        \(start)
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "not handled", tracked: .notArmed, sdv: .passes,
        """
        \(start)
        set-routine
        complete INVALID_PARAMETER
        exit INVALID_PARAMETER
        """),
    ]
  }

  private var undecided: [Example] {
    [
      Example(
        "events are lost", .undecided,
        forwarded(
          """
          lost
          returns PENDING
          exit PENDING
          """)),
      Example(
        "completed after the lower driver has answered", tracked: .notArmed, sdv: .violation,
        forwarded(
          """
          returns SUCCESS
          complete SUCCESS
          exit SUCCESS          !sdv
          """)),
      Example(
        "completed by the routine that got STATUS_PENDING", tracked: .notArmed, sdv: .violation,
        forwarded(
          """
          returns PENDING
          completion SUCCESS pending
          completion-exit MORE_PROCESSING_REQUIRED
          complete SUCCESS
          exit SUCCESS          !sdv
          """)),
      Example(
        "waits for several objects", tracked: .notArmed, sdv: .violation,
        forwarded(
          """
          returns PENDING
          KeWaitForMultipleObjects WAIT_1
          exit PENDING          !sdv
          """)),
      Example(
        "a wait that an APC ends is none", .violation,
        forwarded(
          """
          returns PENDING
          wait USER_APC
          completion SUCCESS
          completion-exit SUCCESS
          exit PENDING          !
          """)),
      Example(
        "forwards and waits in one call", tracked: .notArmed, sdv: .passes,
        """
        \(start)
        copy
        IoForwardIrpSynchronously
        IoForwardIrpSynchronouslyReturn SUCCESS
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "the IRP is used again before the routine has run", tracked: .passes, sdv: .violation,
        forwarded(
          """
          returns PENDING
          exit PENDING          !sdv
          allocate-irp irp=irp
          """)),
      Example(
        "marked before the forward", tracked: .passes, sdv: .undecided,
        """
        \(start)
        mark-pending
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        """),
      Example(
        "marked after the forward", tracked: .passes, sdv: .undecided,
        forwarded(
          """
          mark-pending
          returns PENDING
          exit PENDING
          """)),
      Example(
        "marked after the forward has returned", tracked: .passes, sdv: .undecided,
        forwarded(
          """
          returns PENDING
          mark-pending
          exit PENDING
          """)),
      Example(
        "the completion routine marks it later", tracked: .passes, sdv: .violation,
        forwarded(
          """
          returns PENDING
          exit PENDING          !sdv
          T2: completion pending
          T2: mark-pending
          T2: completion-exit SUCCESS
          """)),
      Example(
        "waits for the lower driver that pended", tracked: .notArmed, sdv: .violation,
        forwarded(
          """
          returns PENDING
          completion SUCCESS
          completion-exit MORE_PROCESSING_REQUIRED
          wait SUCCESS
          complete SUCCESS
          exit SUCCESS          !sdv
          """)),
      Example(
        "waits after an answer at once", tracked: .notArmed, sdv: .violation,
        forwarded(
          """
          returns SUCCESS
          wait SUCCESS
          exit SUCCESS          !sdv
          """)),
    ] + halts("", in: "watching") + halts("copy\nset-routine\nforward", in: "forwarded")
      + halts("copy\nset-routine\nforward\nreturns PENDING", in: "pending")
  }

  /// Each halt, after `before`.
  private func halts(_ before: String, in state: String) -> [Example] {
    PendingExamples.failures(start, before, "(\(state))") + [
      Example(
        "the routine returns STATUS_NO_SUCH_DEVICE (\(state))", tracked: .notArmed, sdv: .undecided,
        """
        \(start)
        \(before)
        exit NO_SUCH_DEVICE
        """)
    ]
  }

  private var outOfScope: [Example] {
    let pdo =
      start.hasPrefix("bare")
      ? start.replacing("FDO", with: "PDO") : "bare\nadd fdo PDO\n" + start
    let other = start.replacing("START_DEVICE", with: "STOP_DEVICE")
      .replacing("SET_POWER", with: "QUERY_POWER")
      .replacing("RemovalRelations", with: "BusRelations")
    var examples = [
      Example(
        "a PDO is out of scope", .notArmed,
        """
        \(pdo)
        set-routine
        forward
        exit PENDING
        """),
      Example(
        "another request is out of scope", .notArmed,
        """
        \(other)
        set-routine
        forward
        exit PENDING
        """),
    ]
    if id == "MarkQueryRelations" {
      examples.append(
        Example(
          "a driver that is no bus driver is out of scope", .notArmed,
          """
          enter \(entry)
          set-routine
          forward
          exit PENDING
          """))
      examples.append(
        Example(
          "no relation given is taken for RemovalRelations", .violation,
          """
          bare
          add fdo FDO bus
          enter PNP/QUERY_DEVICE_RELATIONS
          set-routine
          forward
          completion SUCCESS
          completion-exit SUCCESS
          returns PENDING
          exit PENDING          !
          """))
    }
    return examples
  }
}
