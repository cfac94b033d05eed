import RuleEngine

/// RemoveLockCheck: the remove lock is drained before the device is detached or deleted.
struct RemoveLockCheckRule: ContextRule {
  let id = "RemoveLockCheck"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.pnp], minors: [.removeDevice],
      devices: [.functionOrFilter, .notBus, .usesRemoveLocks])
  }

  enum State: UInt8, MachineState {
    case watching, drained
    /// The same, after the dispatch routine has returned STATUS_PENDING.
    case pended, pendedDrained
    /// It is open what the context holds: only whether the lock is drained is watched.
    case unheard
  }

  private static let early =
    "the device is detached or deleted before the remove lock is drained"
  private static let unacquired =
    "IoReleaseRemoveLockAndWait is called without a preceding acquire"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    let both: [State] = [.watching, .drained]
    let open = reading == .tracked ? both + [.pended, .pendedDrained] : both
    var rows: [Transition<State, ContextFact>] = [
      on(.watching, .detachedOrDeleted, .report(Self.early)),
      on(open, .waitedUnheld, .report(Self.unacquired)),
      on(both, .returnsHoldingOwn, .report(RemovalExamples.heldAtReturn)),
      on(.watching, .drained, .go(.drained)),
      on(both, .returned, .pass),
    ]
    if reading == .tracked {
      rows += [
        on([.pended, .unheard], .detachedOrDeleted, .report(Self.early)),
        on(.pended, .drained, .go(.pendedDrained)),
        on([.watching, .pended], .holdingOpen, .go(.unheard)),
        on([.drained, .pendedDrained], .holdingOpen, .halt),
        on(.unheard, .drained, .halt),
      ]
      rows += RemovalExamples.whenPended(.watching, .pended)
      rows += RemovalExamples.whenPended(.drained, .pendedDrained)
    }
    rows += RemovalExamples.halts(open, reading, countingWaits: true)
    return Machine(start: .watching, rows)
  }

  let documentation = RuleDocumentation(
    summary: "In IRP_MN_REMOVE_DEVICE the driver acquires the remove lock, drains it with "
      + "IoReleaseRemoveLockAndWait, and only then detaches and deletes the device.",
    rationale:
      "Until the lock is drained other threads may still be handling I/O for the device. To "
      + "detach or delete it under them is a use after free.",
    remedy: "Acquire at the start of the dispatch routine, forward the IRP, call "
      + "IoReleaseRemoveLockAndWait with the same tag, then IoDetachDevice and IoDeleteDevice.",
    readings:
      "tracked: IoDetachDevice in a device whose role the trace does not tell is judged only "
      + "once the IRP was forwarded, since a PDO completes it instead; acquisitions with a tag of "
      + "their own (work items, timers), and those that were handed on, are not this routine's; one "
      + "that returns STATUS_PENDING is judged when the removal is finished. sdv: the counter of the "
      + "dispatch.",
    source: Sources.rulePage("RemoveLockCheck"))

  var examples: [Example] {
    [
      Example(
        "detached before the lock is drained", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        skip
        forward
        detach                  !
        release-wait
        wait-return
        delete
        exit SUCCESS
        """),
      Example(
        "deleted and never drained", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        release
        delete                  !
        exit SUCCESS
        """),
      Example(
        "release-and-wait without an acquire", .violation,
        """
        enter PNP/REMOVE_DEVICE
        forward
        release-wait            !
        wait-return
        detach
        delete
        exit SUCCESS
        """),
      Example(
        "release-and-wait twice", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        release-wait
        wait-return
        release-wait            !
        exit SUCCESS
        """),
      Example(
        "returns with the lock held", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        exit SUCCESS            !
        """),
      Example(
        "drained, and acquired again", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        acquire
        exit SUCCESS            !
        """),
      Example(
        "drained, detached, deleted", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        skip
        forward
        release-wait
        wait-return
        detach
        delete
        exit SUCCESS
        """),
      Example(
        "drained before the forward", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        skip
        forward
        detach
        delete
        exit SUCCESS
        """),
      Example(
        "a work item's own acquisition", tracked: .passes, sdv: .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        acquire tag=item
        forward
        release
        exit SUCCESS            !sdv
        """),
      Example(
        "the last I/O is completed on another thread while removal waits", .passes,
        """
        enter READ irp=other
        acquire irp=other
        mark-pending irp=other
        exit PENDING irp=other
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        release-wait
        T2: callback Dpc
        T2: complete SUCCESS irp=other
        T2: release irp=other
        T2: callback-exit Dpc
        wait-return
        detach
        delete
        exit SUCCESS
        """),
      Example(
        "an unknown device detaches before it has forwarded", tracked: .notArmed, sdv: .violation,
        """
        bare
        init lock dev=fdo
        enter PNP/REMOVE_DEVICE
        acquire
        detach                  !sdv
        release-wait
        wait-return
        exit SUCCESS
        """),
    ] + RemovalExamples.pended + pendedExamples + openExamples
      + RemovalExamples.undecided("PNP/REMOVE_DEVICE", afterDrain: true)
      + RemovalExamples.excluded("PNP/REMOVE_DEVICE", bus: true)
  }
  private var pendedExamples: [Example] {
    [
      Example(
        "pended; detached before the lock is drained", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        mark-pending
        exit PENDING            !sdv
        T2: callback WorkItem irp=irp
        T2: detach              !tracked
        T2: callback-exit WorkItem
        """),
      Example(
        "drained, pended, finished elsewhere", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        mark-pending
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: complete SUCCESS
        T2: callback-exit WorkItem
        """),
      Example(
        "drained, pended, acquired again and kept", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        acquire
        mark-pending
        exit PENDING            !sdv
        T2: callback WorkItem irp=irp
        T2: complete SUCCESS
        T2: callback-exit WorkItem   !tracked
        """),
      Example(
        "drained, pended, drained again", tracked: .violation, sdv: .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        mark-pending
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: release-wait        !tracked
        T2: callback-exit WorkItem
        """),
      Example(
        "drained, pended, and an acquire fails", tracked: .undecided, sdv: .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        acquire
        release-wait
        mark-pending
        exit PENDING            !sdv
        T2: callback WorkItem irp=irp
        T2: acquire DELETE_PENDING
        """),
    ]
  }

  /// It is open what the removal holds: only the order of drain and detach is watched.
  private var openExamples: [Example] {
    [
      Example(
        "it is open whose hold is released, and the device is detached", .violation,
        """
        \(OpenHolding.other)
        enter PNP/REMOVE_DEVICE
        acquire tag=shared
        forward
        \(OpenHolding.release)
        detach                  !
        """),
      Example(
        "it is open whose hold is released, and the lock is drained", .undecided,
        """
        \(OpenHolding.other)
        enter PNP/REMOVE_DEVICE
        acquire tag=shared
        \(OpenHolding.release)
        release-wait tag=shared
        """),
      Example(
        "drained, pended, and it is open whose hold is released",
        tracked: .undecided, sdv: .violation,
        """
        \(OpenHolding.other)
        enter PNP/REMOVE_DEVICE
        acquire
        acquire tag=shared
        release-wait
        mark-pending
        exit PENDING            !sdv
        \(OpenHolding.release)
        """),
    ]
  }
}
