import RuleEngine

// The limits that the initialisation sets.
extension LockStateRule {
  static let heldTooLong = LockStateRule(
    "RemoveLockStateHeldTooLong", severity: .warning, scope: .maximumTime,
    [
      (
        .heldTooLong,
        "the remove lock was held longer than the minutes given to IoInitializeRemoveLock"
      )
    ],
    RuleDocumentation(
      summary: "An acquisition is released within the MaxLockedMinutes of its lock.",
      rationale: "The driver's author has said how long I/O may take. What takes longer delays a "
        + "removal by as much.",
      remedy: "Complete or cancel the IRP in time, or raise MaxLockedMinutes where the time is "
        + "legitimate.",
      readings: sameInBoth + " Needs `maxmin` and time stamps; judged at the release.",
      source: Sources.usingRemoveLocks),
    [
      Example(
        "held for two minutes of one", .violation,
        """
        init second dev=fdo maxmin=1
        enter READ
        acquire lock=second ts=0
        release lock=second ts=120000000000   !
        exit SUCCESS
        """),
      Example(
        "a nanosecond too long", .violation,
        """
        init second dev=fdo maxmin=1
        enter READ
        acquire lock=second ts=5
        release lock=second ts=60000000006    !
        exit SUCCESS
        """),
      Example(
        "a drain after an hour", .violation,
        """
        init second dev=fdo maxmin=30
        enter PNP/REMOVE_DEVICE
        acquire lock=second ts=0
        release-wait lock=second ts=3600000000000   !
        exit SUCCESS
        """),
      Example(
        "exactly the minutes", .passes,
        """
        init second dev=fdo maxmin=1
        enter READ
        acquire lock=second ts=0
        release lock=second ts=60000000000
        exit SUCCESS
        delete
        """),
      Example(
        "without time stamps", .passes,
        """
        init second dev=fdo maxmin=1
        enter READ
        acquire lock=second
        release lock=second ts=120000000000
        exit SUCCESS
        delete
        """),
      Example(
        "time runs backward", .passes,
        """
        init second dev=fdo maxmin=1
        enter READ
        acquire lock=second ts=120000000000
        release lock=second ts=0
        exit SUCCESS
        delete
        """),
      Example(
        "after a gap", .undecided,
        """
        init second dev=fdo maxmin=1
        enter READ
        acquire lock=second ts=0
        lost
        release lock=second ts=120000000000
        exit SUCCESS
        """),
      Example(
        "no maximum", .notArmed,
        """
        enter READ
        acquire ts=0
        release ts=9000000000000
        exit SUCCESS
        """),
    ])

  static let highWatermark = LockStateRule(
    "RemoveLockStateHighWatermark", severity: .warning, scope: .highWatermark, oncePerLife: true,
    [
      (
        .aboveHighWatermark,
        "the remove lock is held more often at once than the high watermark given to "
          + "IoInitializeRemoveLock"
      )
    ],
    RuleDocumentation(
      summary: "A remove lock is not held more often at once than its HighWatermark.",
      rationale:
        "The driver's author has said how many requests there can be at once. More of them "
        + "is a sign of acquisitions that are never released.",
      remedy: "Look at the acquisitions that are listed as still held; raise HighWatermark where "
        + "they are legitimate.",
      readings: sameInBoth,
      source: Sources.usingRemoveLocks),
    [
      Example(
        "a second acquisition of one", .violation,
        """
        init second dev=fdo highwater=1
        enter READ
        acquire lock=second
        acquire lock=second tag=item    !
        exit SUCCESS
        """),
      Example(
        "reported once", .violation,
        """
        init second dev=fdo highwater=1
        enter READ
        acquire lock=second
        acquire lock=second tag=a       !
        acquire lock=second tag=b
        exit SUCCESS
        """),
      Example(
        "two requests at once", .violation,
        """
        init second dev=fdo highwater=1
        enter READ
        acquire lock=second
        mark-pending
        exit PENDING
        enter READ irp=more
        acquire lock=second irp=more    !
        exit PENDING irp=more
        """),
      Example(
        "as many as allowed", .passes,
        """
        init second dev=fdo highwater=2
        enter READ
        acquire lock=second
        acquire lock=second tag=item
        release lock=second
        release lock=second tag=item
        exit SUCCESS
        delete
        """),
      Example(
        "one after the other", .passes,
        """
        init second dev=fdo highwater=1
        enter READ
        acquire lock=second
        release lock=second
        acquire lock=second
        release lock=second
        exit SUCCESS
        delete
        """),
      Example(
        "a refused acquire does not count", .passes,
        """
        init second dev=fdo highwater=1
        enter READ
        acquire lock=second
        acquire DELETE_PENDING lock=second tag=item
        release lock=second
        exit SUCCESS
        delete
        """),
      Example(
        "after a gap", .undecided,
        """
        init second dev=fdo highwater=1
        lost
        enter READ
        acquire lock=second
        acquire lock=second tag=item
        exit SUCCESS
        """),
      Example(
        "no limit", .notArmed,
        """
        enter READ
        acquire
        acquire tag=a
        acquire tag=b
        exit SUCCESS
        """),
    ])
}
