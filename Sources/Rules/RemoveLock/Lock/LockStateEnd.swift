import RuleEngine

// Draining and the end.
extension LockStateRule {
  static let acquiredAfterDrain = LockStateRule(
    "RemoveLockStateAcquiredAfterDrain",
    [
      (
        .acquiredAfterDrain,
        "the remove lock is acquired after IoReleaseRemoveLockAndWait has returned"
      )
    ],
    RuleDocumentation(
      summary: "Once a remove lock is drained, nobody acquires it any more.",
      rationale: "A drained lock refuses every acquire. One that succeeds means that the lock was "
        + "initialised again, or that its memory is freed and used for something else.",
      remedy: "Initialise the lock only in AddDevice; see to it that nothing reaches the device "
        + "after it was detached and deleted.",
      readings: sameInBoth,
      source: Sources.usingRemoveLocks),
    [
      Example(
        "a read after the removal", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        exit SUCCESS
        enter READ irp=late
        acquire irp=late        !
        exit SUCCESS irp=late
        """),
      Example(
        "a read while the removal goes on", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        T2: enter READ irp=late
        T2: acquire irp=late    !
        """),
      Example(
        "after the device is deleted", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        delete
        exit SUCCESS
        T2: callback WorkItem
        T2: acquire tag=item    !
        """),
      Example(
        "refused", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        exit SUCCESS
        enter READ irp=late
        acquire DELETE_PENDING irp=late
        exit DELETE_PENDING irp=late
        delete
        """),
      Example(
        "acquired while release-and-wait waits", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        T2: enter READ irp=late
        T2: acquire irp=late
        T2: release irp=late
        T2: exit SUCCESS irp=late
        wait-return
        delete
        """),
      Example(
        "a new lock in the same memory", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        delete
        exit SUCCESS
        add fdo FDO
        init dev=fdo
        enter READ irp=new
        acquire irp=new
        release irp=new
        exit SUCCESS irp=new
        """),
      Example(
        "after a gap", .undecided,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        lost
        acquire
        """),
      Example("no lock", .notArmed, "bare\nenter READ\nexit SUCCESS"),
    ])

  static let leaked = LockStateRule(
    "RemoveLockStateLeaked", oncePerLife: true,
    [
      (
        .leftAtEnd,
        "the device is deleted or its driver unloaded while the remove lock is held"
      )
    ],
    RuleDocumentation(
      summary: "Nobody holds a remove lock when its device is deleted or its driver unloaded.",
      rationale: "Whoever still holds the lock goes on to use the device extension that it is in: "
        + "freed memory. The evidence lists who.",
      remedy:
        "Call IoReleaseRemoveLockAndWait before IoDetachDevice and IoDeleteDevice; release the "
        + "acquisitions that are listed as still held.",
      readings: sameInBoth,
      source: Sources.usingRemoveLocks),
    [
      Example(
        "deleted while a read is pending", .violation,
        """
        enter READ irp=read
        acquire irp=read
        mark-pending irp=read
        exit PENDING irp=read
        enter PNP/REMOVE_DEVICE
        acquire
        release
        delete                  !
        exit SUCCESS
        """),
      Example(
        "the removal deletes before it releases", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        delete                  !
        release
        exit SUCCESS
        """),
      Example(
        "the driver is unloaded", .violation,
        """
        bare
        add fdo FDO drv=driver
        init dev=fdo
        enter READ
        acquire
        exit PENDING
        unload driver           !
        """),
      Example(
        "drained, deleted", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        delete
        exit SUCCESS
        """),
      Example(
        "released, deleted", .passes,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release
        delete
        exit SUCCESS
        """),
      Example(
        "unloaded with nothing held", .passes,
        """
        bare
        add fdo FDO drv=driver
        init dev=fdo
        unload driver
        """),
      Example(
        "added again without having been deleted", .undecided,
        """
        enter READ
        acquire
        add fdo FDO
        release
        exit SUCCESS
        """),
      Example(
        "after a gap", .undecided,
        """
        enter READ
        acquire
        lost
        delete
        """),
      Example("no lock", .notArmed, "bare\nenter READ\nexit SUCCESS"),
    ])
}
