import RuleEngine

/// MultRemoveLock: one remove lock for a device.
struct MultRemoveLockRule: DeviceRule {
  let id = "MultRemoveLock"
  let severity = Severity.warning

  enum State: UInt8, MachineState { case watching }

  let machine = Machine<State, DeviceFact>(
    start: .watching,
    [
      on(
        .watching, .acquiredFurtherLock,
        .report("more than one remove lock is used for one device")),
      on(.watching, .lifeEnded, .pass),
    ])

  let documentation = RuleDocumentation(
    summary: "A device has one remove lock.",
    rationale:
      "The removal drains one lock. I/O that is protected by another one can still run when "
      + "the device is deleted.",
    remedy: "Keep one IO_REMOVE_LOCK in the device extension and use it for every request; for a "
      + "work item or a timer use the same lock with another tag.",
    readings:
      "tracked: a lock that was initialised in IRP_MJ_CREATE (one for each open file), or for "
      + "another device, is not the device's; one whose initialisation named no device or is not in "
      + "the trace counts only in a whole trace, from TraceStart and without a gap. sdv: every lock "
      + "counts. Both: one finding for each further lock.",
    source: Sources.rulePage("MultRemoveLock"))

  var examples: [Example] {
    [
      Example(
        "two locks of one device", .violation,
        """
        init second dev=fdo
        enter READ
        acquire
        release
        exit SUCCESS
        enter WRITE
        acquire lock=second     !
        release lock=second
        exit SUCCESS
        """),
      Example(
        "two locks in one dispatch routine", .violation,
        """
        init second dev=fdo
        enter READ
        acquire
        acquire lock=second     !
        release lock=second
        release
        exit SUCCESS
        """),
      Example(
        "a third lock is one more finding", .violation,
        """
        init second dev=fdo
        init third dev=fdo
        enter READ
        acquire
        acquire lock=second     !
        acquire lock=second
        acquire lock=third      !
        exit SUCCESS
        """),
      Example(
        "a lock that was never initialised, in a whole trace", .violation,
        """
        enter READ
        acquire
        acquire lock=second     !
        exit SUCCESS
        """),
      Example(
        "one lock, until the device is deleted", .passes,
        """
        enter READ
        acquire
        release
        exit SUCCESS
        delete
        """),
      Example(
        "one lock with several tags", .passes,
        """
        enter READ
        acquire
        acquire tag=item
        release tag=item
        release
        exit SUCCESS
        delete
        """),
      Example(
        "each device its own", .passes,
        """
        add other FIDO
        init second dev=other
        enter READ
        acquire
        enter READ dev=other
        acquire lock=second
        release lock=second
        exit SUCCESS dev=other
        release
        exit SUCCESS
        delete fdo
        delete other
        """),
      Example(
        "a lock for each open file", tracked: .passes, sdv: .violation,
        """
        enter CREATE
        acquire
        init file
        release
        exit SUCCESS
        enter READ irp=second
        acquire irp=second lock=file    !sdv
        release irp=second lock=file
        exit SUCCESS irp=second
        delete
        """),
      Example(
        "a lock of another device", tracked: .passes, sdv: .violation,
        """
        add other FDO
        init second dev=other
        enter READ
        acquire
        acquire lock=second     !sdv
        exit SUCCESS
        delete
        """),
      Example(
        "a lock whose initialisation names no device, not acquired for the request",
        tracked: .passes, sdv: .violation,
        """
        enter DEVICE_CONTROL
        acquire
        init control
        acquire lock=control tag=NULL   !sdv
        release
        exit SUCCESS
        delete
        """),
      Example(
        "a lock whose initialisation names no device, acquired for the request", .violation,
        """
        init second
        enter READ
        acquire
        acquire lock=second     !
        release lock=second
        release
        exit SUCCESS
        """),
      Example(
        "a lock whose initialisation is before the trace", tracked: .undecided, sdv: .violation,
        """
        bare
        init lock dev=fdo
        enter READ
        acquire
        acquire lock=second     !sdv
        exit SUCCESS
        """),
      Example(
        "the device is in use when the trace ends", .undecided,
        """
        enter READ
        acquire
        release
        exit SUCCESS
        """),
      Example(
        "events are lost", .undecided,
        """
        init second dev=fdo
        enter READ
        acquire
        lost
        acquire lock=second
        exit SUCCESS
        """),
      Example(
        "no remove lock", .notArmed,
        """
        enter READ
        exit SUCCESS
        """),
    ]
  }
}
