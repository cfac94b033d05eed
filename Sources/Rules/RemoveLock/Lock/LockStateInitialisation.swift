import RuleEngine

// Initialisation.
extension LockStateRule {
  static let uninitialized = LockStateRule(
    "RemoveLockStateUninitialized", oncePerLife: true,
    [(.usedUninitialized, "the remove lock is used and was never initialised")],
    RuleDocumentation(
      summary: "A remove lock is initialised before it is used.",
      rationale:
        "The lock counts from whatever the memory held: the removal hangs, or does not wait "
        + "at all.",
      remedy:
        "Call IoInitializeRemoveLock in AddDevice, after IoCreateDevice and before the device "
        + "is attached.",
      readings: sameInBoth
        + " Judged only where the trace would show the initialisation: it begins "
        + "with TraceStart, has no gap before, and shows AddDevice for the lock's owner.",
      source: Sources.usingRemoveLocks),
    [
      Example(
        "acquired, never initialised", .violation,
        """
        bare
        start
        add fdo FDO
        enter READ
        acquire                 !
        release
        exit SUCCESS
        """),
      Example(
        "released, never initialised", .violation,
        """
        bare
        start
        add fdo FDO
        enter READ
        acquire                 !
        exit SUCCESS
        enter WRITE irp=second
        release
        exit SUCCESS irp=second
        """),
      Example(
        "two devices, the second without a lock", .violation,
        """
        add second FIDO
        enter READ
        acquire
        release
        exit SUCCESS
        enter READ dev=second irp=other
        acquire lock=another irp=other  !
        exit SUCCESS dev=second irp=other
        """),
      Example(
        "initialised", .passes,
        """
        enter READ
        acquire
        release
        exit SUCCESS
        delete
        """),
      Example(
        "the trace begins in mid-life", .passes,
        """
        bare
        enter READ
        acquire
        release
        exit SUCCESS
        delete
        """),
      Example(
        "AddDevice is not in the trace", .passes,
        """
        bare
        start
        enter READ
        acquire
        release
        exit SUCCESS
        delete
        """),
      Example(
        "only a failed acquire", .undecided,
        """
        bare
        start
        add fdo FDO
        enter READ
        acquire DELETE_PENDING
        exit DELETE_PENDING
        """),
      Example(
        "events are lost before", .undecided,
        """
        bare
        start
        add fdo FDO
        lost
        enter READ
        acquire
        exit SUCCESS
        """),
      Example("no lock", .notArmed, "bare\nenter READ\nexit SUCCESS"),
    ])

  static let reinitialized = LockStateRule(
    "RemoveLockStateReinitialized", oncePerLife: true,
    [
      (.initializedAgain, "the remove lock is initialised again (bug check 0xC4, 0xD7)")
    ],
    RuleDocumentation(
      summary: "A remove lock that is initialised is not initialised again.",
      rationale: "The count starts anew: the releases of what was held before bring it below zero, "
        + "and a removal that waits is never woken. Driver Verifier raises bug check 0xC4 with "
        + "parameter 0xD7.",
      remedy: "Initialise the lock once, where the memory that holds it is set up.",
      readings: sameInBoth
        + " A drained lock whose initialisation named no owner, or whose owner is "
        + "deleted, is taken for freed memory used again.",
      source: Sources.bugCheckC4, bugChecks: [BugCheck(0xC4, 0xD7)]),
    [
      Example(
        "initialised twice", .violation,
        """
        init                    !
        """),
      Example(
        "initialised while held", .violation,
        """
        enter READ
        acquire
        init                    !
        release
        exit SUCCESS
        """),
      Example(
        "initialised while it drains", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        T2: init                !
        """),
      Example(
        "initialised after the drain, the owner still there", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        init dev=fdo            !
        """),
      Example(
        "initialised again with its device", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        delete
        exit SUCCESS
        add fdo FDO
        init dev=fdo
        """),
      Example(
        "memory without a named owner, used again", .passes,
        """
        bare
        init
        enter CLEANUP
        acquire
        release-wait
        wait-return
        exit SUCCESS
        init
        """),
      Example(
        "the owner is deleted while the lock is held", .passes,
        """
        enter READ
        acquire
        delete
        init
        """),
      Example(
        "first seen in mid-life", .passes,
        """
        bare
        enter READ
        acquire
        init
        """),
      Example(
        "after a gap", .undecided,
        """
        lost
        init
        """),
      Example("no lock", .notArmed, "bare\nenter READ\nexit SUCCESS"),
    ])
}
