import RuleEngine

/// RemoveLockMnRemove: the balance of the remove lock in IRP_MN_REMOVE_DEVICE.
struct RemoveLockMnRemoveRule: ContextRule {
  let id = "RemoveLockMnRemove"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.pnp], minors: [.removeDevice], devices: [.functionOrFilter, .usesRemoveLocks])
  }

  enum State: UInt8, MachineState {
    case watching
    /// The dispatch routine has returned STATUS_PENDING.
    case pended
  }
  private static let unacquired = "the remove lock is released before it is acquired"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    let open: [State] = reading == .tracked ? [.watching, .pended] : [.watching]
    return Machine(
      start: .watching,
      [
        on(open, .releasedUnheldCountingWaits, .report(Self.unacquired)),
        on(open, .waitedUnheld, .report(Self.unacquired)),
        on(.watching, .returnsHoldingOwn, .report(RemovalExamples.heldAtReturn)),
        on(.watching, .returned, .pass),
      ] + RemovalExamples.halts(open, reading, countingWaits: true)
        + (reading == .tracked
          ? RemovalExamples.whenPended(.watching, .pended) + [on(open, .holdingOpen, .halt)] : []))
  }

  let documentation = RuleDocumentation(
    summary: "In IRP_MN_REMOVE_DEVICE a release or release-and-wait follows an acquire, and the "
      + "remove lock is not held when the routine returns.",
    rationale: "A lock that the removal itself leaves held is never drained. A release without an "
      + "acquire lets the removal go on while another thread still holds the lock.",
    remedy: "Acquire at the start of the dispatch routine and release once, with "
      + "IoReleaseRemoveLockAndWait and the same tag.",
    readings:
      "tracked: releases are matched by lock and tag; acquisitions with a tag of their own, "
      + "and those that were handed on, are not this routine's; one that returns STATUS_PENDING is "
      + "judged when the removal is finished. sdv: the counter of the dispatch, in which release-and-wait "
      + "counts.",
    source: Sources.rulePage("RemoveLockMnRemove"))

  var examples: [Example] {
    [
      Example(
        "released before the acquire", .violation,
        """
        enter PNP/REMOVE_DEVICE
        release                 !
        forward
        exit SUCCESS
        """),
      Example(
        "release-and-wait without an acquire", .violation,
        """
        enter PNP/REMOVE_DEVICE
        forward
        release-wait            !
        wait-return
        exit SUCCESS
        """),
      Example(
        "returns with the lock held", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        returns SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "released and released again", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release
        release                 !
        exit SUCCESS
        """),
      Example(
        "acquired, drained", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        release-wait
        wait-return
        exit SUCCESS
        """),
      Example(
        "a plain release", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        release
        exit SUCCESS
        """),
      Example(
        "the acquire fails", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire DELETE_PENDING
        exit DELETE_PENDING
        """),
      Example(
        "a timer's own acquisition", tracked: .passes, sdv: .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        acquire tag=timer
        forward
        release-wait
        exit SUCCESS            !sdv
        """),
      Example(
        "pended; released without an acquire", tracked: .violation, sdv: .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release
        mark-pending
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: release             !tracked
        T2: callback-exit WorkItem
        """),
    ] + RemovalExamples.pended + RemovalExamples.undecided("PNP/REMOVE_DEVICE", afterDrain: false)
      + RemovalExamples.excluded("PNP/REMOVE_DEVICE", bus: false)
  }
}

/// RemoveLockMnRemove2: IRP_MN_REMOVE_DEVICE is forwarded with the remove lock.
struct RemoveLockMnRemove2Rule: ContextRule {
  let id = "RemoveLockMnRemove2"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.pnp], minors: [.removeDevice], devices: [.functionOrFilter, .usesRemoveLocks])
  }

  enum State: UInt8, MachineState { case watching }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      [
        on(
          .watching, reading == .tracked ? .forwardedNeverAcquired : .forwardedUnheld,
          .report("the removal is forwarded without having acquired the remove lock")),
        on(.watching, .returned, .pass),
      ] + RemovalExamples.halts([.watching], reading, countingWaits: false))
  }

  let documentation = RuleDocumentation(
    summary: "IRP_MN_REMOVE_DEVICE is forwarded only after the remove lock was acquired for it.",
    rationale:
      "The acquire tells the lock that a removal is under way in this driver, and keeps the "
      + "device until the driver itself has drained the lock.",
    remedy:
      "Call IoAcquireRemoveLock at the start of the dispatch routine, before the switch on the "
      + "minor code.",
    readings:
      "Shipping samples call IoReleaseRemoveLockAndWait before the forward as well as after "
      + "it; the documentation asks for after. tracked accepts both: it asks only that an acquire "
      + "succeeded. sdv: the counter, in which release-and-wait does not count, must not be zero.",
    source: Sources.rulePage("RemoveLockMnRemove2"))

  var examples: [Example] {
    [
      Example(
        "forwarded without an acquire", .violation,
        """
        enter PNP/REMOVE_DEVICE
        skip
        forward                 !
        exit SUCCESS
        """),
      Example(
        "forwarded before the acquire", .violation,
        """
        enter PNP/REMOVE_DEVICE
        forward                 !
        acquire
        release-wait
        exit SUCCESS
        """),
      Example(
        "the acquire fails and the IRP is forwarded", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire DELETE_PENDING
        forward                 !
        exit SUCCESS
        """),
      Example(
        "acquired, forwarded, drained", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        release-wait
        wait-return
        exit SUCCESS
        """),
      Example(
        "drained before the forward", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        forward
        exit SUCCESS
        """),
      Example(
        "released before the forward", tracked: .passes, sdv: .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release
        forward                 !sdv
        exit SUCCESS
        """),
      Example(
        "not forwarded", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        complete SUCCESS
        exit SUCCESS
        """),
    ] + RemovalExamples.undecided("PNP/REMOVE_DEVICE", afterDrain: false)
      + RemovalExamples.excluded("PNP/REMOVE_DEVICE", bus: false)
  }
}
