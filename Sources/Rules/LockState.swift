import RuleEngine

/// The rules about the remove lock itself, on its own state machine (RemoveLockState…): what
/// `IO_REMOVE_LOCK` requires of its user whatever the request. The model finds the faults; each rule
/// is one fact with its message.
struct LockStateRule: LockRule {
  let id: String
  let severity: Severity
  let scope: LockScope
  let reportsOncePerLife: Bool
  /// The facts that break the rule, each with its message.
  let faults: [(fact: LockFact, message: String)]
  let documentation: RuleDocumentation
  let examples: [Example]

  enum State: UInt8, MachineState { case watching }

  var machine: Machine<State, LockFact> {
    Machine(
      start: .watching,
      faults.map { on(.watching, $0.fact, .report($0.message)) }
        + [on(.watching, .lifeEnded, .pass)])
  }

  static let members = [
    uninitialized, reinitialized, failedAcquire, underflow, tagMismatch, acquiredAfterDrain, leaked,
    heldTooLong, highWatermark,
  ]

  init(
    _ id: String, severity: Severity = .error, scope: LockScope = .everyLife,
    oncePerLife: Bool = false, _ faults: [(fact: LockFact, message: String)],
    _ documentation: RuleDocumentation, _ examples: [Example]
  ) {
    self.id = id
    self.severity = severity
    self.scope = scope
    reportsOncePerLife = oncePerLife
    self.faults = faults
    self.documentation = documentation
    self.examples = examples
  }

  static let sameInBoth =
    "The same in both: the lock's acquisitions are always followed by lock and tag. A lock that "
    + "lived through a gap in the trace is not judged until it is drained or initialised again."
}

// Initialisation.
extension LockStateRule {
  private static let uninitialized = LockStateRule(
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

  private static let reinitialized = LockStateRule(
    "RemoveLockStateReinitialized", oncePerLife: true,
    [
      (
        .initializedAgain,
        "the remove lock is initialised while it is in use (bug check 0xC4, 0xD7)"
      )
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
      source: Sources.bugCheckC4),
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

// Acquire and release.
extension LockStateRule {
  private static let failedAcquire = LockStateRule(
    "RemoveLockStateFailedAcquire",
    [
      (
        .refusedReleased,
        "the remove lock is released after the acquire was refused (bug check 0xC4, 0xD5)"
      )
    ],
    RuleDocumentation(
      summary: "An acquire that failed is not released.",
      rationale:
        "IoAcquireRemoveLock returns STATUS_DELETE_PENDING once the removal has begun, and "
        + "has then counted nothing. A release takes somebody else's count away, and the removal "
        + "goes on while I/O is running. Driver Verifier raises bug check 0xC4 with parameter 0xD5.",
      remedy: "Where the acquire fails, complete the IRP with its status and return, without a "
        + "release.",
      readings: sameInBoth + " The refusal is remembered with the context that it was for, until "
        + "that is over.",
      source: Sources.usingRemoveLocks),
    [
      Example(
        "released after a refusal", .violation,
        """
        enter READ
        acquire DELETE_PENDING
        release                 !
        exit DELETE_PENDING
        """),
      Example(
        "release-and-wait after a refusal", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire DELETE_PENDING
        release-wait            !
        exit SUCCESS
        """),
      Example(
        "each tag is a finding of its own", .violation,
        """
        enter READ
        acquire DELETE_PENDING
        release                 !
        release
        exit DELETE_PENDING
        enter READ irp=second
        acquire DELETE_PENDING irp=second
        release irp=second      !
        exit DELETE_PENDING irp=second
        """),
      Example(
        "a lock that was first seen in mid-life", .violation,
        """
        bare
        enter READ
        acquire DELETE_PENDING
        release                 !
        exit DELETE_PENDING
        """),
      Example(
        "completed without a release", .passes,
        """
        enter READ
        acquire DELETE_PENDING
        complete DELETE_PENDING
        exit DELETE_PENDING
        delete
        """),
      Example(
        "acquired at the second try", .passes,
        """
        enter READ
        acquire DELETE_PENDING
        acquire
        release
        exit SUCCESS
        delete
        """),
      Example(
        "an earlier acquire with the tag is released", .passes,
        """
        enter READ
        acquire
        acquire DELETE_PENDING
        release
        exit SUCCESS
        delete
        """),
      Example(
        "NULL as tag in mid-life", .undecided,
        """
        bare
        enter READ
        acquire DELETE_PENDING tag=NULL
        release tag=NULL
        exit SUCCESS
        """),
      Example("no lock", .notArmed, "bare\nenter READ\nexit SUCCESS"),
    ])

  private static let underflow = LockStateRule(
    "RemoveLockStateUnderflow", scope: .countKnown,
    [
      (
        .releasedEmpty,
        "the remove lock is released and nobody holds it"
      )
    ],
    RuleDocumentation(
      summary: "A remove lock is not released more often than it was acquired.",
      rationale: "The count falls below the one that keeps the device alive: the next removal does "
        + "not wait for the I/O that is running, and the device is deleted under it.",
      remedy: "Find the path that releases twice, or without an acquire: often an error path that "
        + "falls through into the common exit.",
      readings: sameInBoth,
      source: Sources.usingRemoveLocks),
    [
      Example(
        "released twice", .violation,
        """
        enter READ
        acquire
        release
        release                 !
        exit SUCCESS
        """),
      Example(
        "released without an acquire", .violation,
        """
        enter READ
        release                 !
        exit SUCCESS
        """),
      Example(
        "release-and-wait without an acquire", .violation,
        """
        enter PNP/REMOVE_DEVICE
        release-wait            !
        exit SUCCESS
        """),
      Example(
        "released after the drain", .violation,
        """
        bare
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        wait-return
        release                 !
        exit SUCCESS
        """),
      Example(
        "balanced", .passes,
        """
        enter READ
        acquire
        acquire
        release
        release
        exit SUCCESS
        delete
        """),
      Example(
        "released on another thread", .passes,
        """
        enter READ
        acquire
        mark-pending
        exit PENDING
        T2: callback Dpc
        T2: release
        T2: callback-exit Dpc
        delete
        """),
      Example(
        "what was left is released after the owner is deleted", .passes,
        """
        enter READ
        acquire
        mark-pending
        exit PENDING
        delete
        T2: callback Dpc
        T2: release
        T2: release
        T2: callback-exit Dpc
        """),
      Example(
        "after a gap", .undecided,
        """
        lost
        enter READ
        release
        exit SUCCESS
        """),
      Example(
        "in mid-life the count is not known", .notArmed,
        """
        bare
        enter READ
        release
        exit SUCCESS
        """),
    ])

  private static let tagMismatch = LockStateRule(
    "RemoveLockStateTagMismatch", scope: .countKnown,
    [
      (
        .releasedForeignTag,
        "the remove lock is released with a tag that nobody holds it with (bug check 0xC4, 0xD5)"
      ),
      (
        .waitedForeignTag,
        "IoReleaseRemoveLockAndWait is called with a tag that nobody holds the remove lock with "
          + "(bug check 0xC4, 0xD6)"
      ),
    ],
    RuleDocumentation(
      summary: "A remove lock is released with the tag that it was acquired with.",
      rationale: "A checked lock looks the tag up: Driver Verifier raises bug check 0xC4 with "
        + "parameter 0xD5, for IoReleaseRemoveLockAndWait 0xD6. In a free build the count is right "
        + "and `!remlock` shows holders that are gone.",
      remedy: "Pass the same pointer to both, usually the IRP. In a completion routine use the IRP "
        + "parameter, not the context.",
      readings: sameInBoth,
      source: Sources.bugCheckC4),
    [
      Example(
        "released with NULL", .violation,
        """
        enter READ
        acquire
        release tag=NULL        !
        exit SUCCESS
        """),
      Example(
        "the completion routine releases with its context", .violation,
        """
        enter READ
        acquire
        copy
        set-routine
        forward
        completion SUCCESS
        release tag=extension   !
        completion-exit SUCCESS
        exit SUCCESS
        """),
      Example(
        "release-and-wait with another tag", .violation,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait tag=NULL   !
        exit SUCCESS
        """),
      Example(
        "each wrong tag once", .violation,
        """
        enter READ
        acquire
        release tag=a           !
        release tag=a
        release tag=b           !
        exit SUCCESS
        """),
      Example(
        "the same tag", .passes,
        """
        enter READ
        acquire tag=NULL
        release tag=NULL
        exit SUCCESS
        delete
        """),
      Example(
        "several tags", .passes,
        """
        enter READ
        acquire
        acquire tag=item
        release
        release tag=item
        exit SUCCESS
        delete
        """),
      Example(
        "nobody holds the lock: that is another rule's", .passes,
        """
        enter READ
        release tag=NULL
        exit SUCCESS
        delete
        """),
      Example(
        "after a gap", .undecided,
        """
        lost
        enter READ
        acquire
        release tag=NULL
        exit SUCCESS
        """),
      Example(
        "in mid-life the count is not known", .notArmed,
        """
        bare
        enter READ
        acquire
        release tag=NULL
        exit SUCCESS
        """),
    ])
}

// Draining and the end.
extension LockStateRule {
  private static let acquiredAfterDrain = LockStateRule(
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

  private static let leaked = LockStateRule(
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

  private static let heldTooLong = LockStateRule(
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

  private static let highWatermark = LockStateRule(
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

/// RemoveLockStateStuck: the removal waits, and somebody never releases.
struct StuckRule: LockRule {
  let id = "RemoveLockStateStuck"
  let severity = Severity.error
  let scope = LockScope.everyLife
  let reportsOncePerLife = false

  enum State: UInt8, MachineState { case idle, waiting }

  let machine = Machine<State, LockFact>(
    start: .idle, dormant: [.idle],
    [
      on(.idle, .waiting, .go(.waiting)),
      on(.waiting, .waitReturned, .passAndGo(.idle)),
      on(
        .waiting, .stuck,
        .report("IoReleaseRemoveLockAndWait never returns: the remove lock is still held")),
    ])

  let documentation = RuleDocumentation(
    summary: "IoReleaseRemoveLockAndWait returns.",
    rationale: "The thread that removes the device waits for every acquisition to be released. One "
      + "that never is hangs the removal, and with it the PnP manager: no further device of the "
      + "machine is started or removed.",
    remedy: "The evidence names each acquisition that is left: its tag, the source line that made "
      + "it and its age. Find the path on which that request's release is missing.",
    readings: LockStateRule.sameInBoth + " Decided where the trace ends, and told at the line of "
      + "the release-and-wait: a trace that is cut off while a removal waits shows it too.",
    source: Sources.usingRemoveLocks)

  let examples = [
    Example(
      "a read is never released", .violation,
      """
      enter READ irp=read
      acquire irp=read
      mark-pending irp=read
      exit PENDING irp=read
      enter PNP/REMOVE_DEVICE
      acquire
      forward
      release-wait            !
      """),
    Example(
      "a completion routine that forgets", .violation,
      """
      enter READ irp=read
      acquire irp=read
      copy irp=read
      set-routine irp=read
      forward irp=read
      completion irp=read
      completion-exit SUCCESS irp=read
      exit SUCCESS irp=read
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait            !
      """),
    Example(
      "the wrong tag", .violation,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait tag=NULL   !
      """),
    Example(
      "it returns", .passes,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      wait-return
      exit SUCCESS
      """),
    Example(
      "it returns when the last request is done", .passes,
      """
      enter READ irp=read
      acquire irp=read
      exit PENDING irp=read
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      T2: callback Dpc
      T2: release irp=read
      T2: callback-exit Dpc
      wait-return
      exit SUCCESS
      """),
    Example(
      "two drains", .passes,
      """
      init second dev=fdo
      enter PNP/REMOVE_DEVICE
      acquire
      acquire lock=second
      release-wait
      wait-return
      release-wait lock=second
      wait-return lock=second
      exit SUCCESS
      """),
    Example(
      "the trace ends in the wait with nothing left", .undecided,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      """),
    Example(
      "events are lost in the wait", .undecided,
      """
      enter READ irp=read
      acquire irp=read
      exit PENDING irp=read
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      lost
      """),
    Example(
      "no drain", .notArmed,
      """
      enter READ
      acquire
      exit SUCCESS
      """),
  ]
}

/// IoReleaseRemoveLockAndWaitOutsideRemoveDevice: SDV's rule of that name.
struct WaitOutsideRemoveDeviceRule: LockRule {
  let id = "IoReleaseRemoveLockAndWaitOutsideRemoveDevice"
  let severity = Severity.error
  let scope = LockScope.everyLife
  let reportsOncePerLife = false

  enum State: UInt8, MachineState { case idle, waited }

  let machine = Machine<State, LockFact>(
    start: .idle, dormant: [.idle],
    [
      on(.idle, .waiting, .go(.waited)),
      on(.waited, .waiting, .passAndGo(.waited)),
      on(
        .waited, .waitedOutsideRemoveDevice,
        .report("IoReleaseRemoveLockAndWait is called outside IRP_MN_REMOVE_DEVICE")),
      on(.waited, .lifeEnded, .pass),
    ])

  let documentation = RuleDocumentation(
    summary: "A PnP driver calls IoReleaseRemoveLockAndWait only in IRP_MN_REMOVE_DEVICE.",
    rationale:
      "After it the lock refuses every acquire for good. A device that is not being removed "
      + "then fails all its I/O, and its real removal hangs.",
    remedy: "In every other request release with IoReleaseRemoveLock.",
    readings: LockStateRule.sameInBoth + " Drivers that are not PnP drivers, as far as the trace "
      + "shows, may drain where they like.",
    source: Sources.rulePage("IoReleaseRemoveLockAndWaitOutsideRemoveDevice"))

  let examples = [
    Example(
      "in a stop", .violation,
      """
      enter PNP/STOP_DEVICE
      acquire
      release-wait            !
      wait-return
      exit SUCCESS
      """),
    Example(
      "in a surprise removal", .violation,
      """
      enter PNP/SURPRISE_REMOVAL
      acquire
      forward
      release-wait            !
      exit SUCCESS
      """),
    Example(
      "in a read", .violation,
      """
      enter READ
      acquire
      release-wait            !
      exit SUCCESS
      """),
    Example(
      "in the removal", .passes,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      wait-return
      delete
      exit SUCCESS
      """),
    Example(
      "twice in the removal", .passes,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      acquire
      release-wait
      release-wait
      wait-return
      delete
      exit SUCCESS
      """),
    Example(
      "a driver without PnP, in cleanup", .passes,
      """
      bare
      init
      enter CLEANUP
      acquire
      release-wait
      wait-return
      exit SUCCESS
      delete
      """),
    Example(
      "the trace ends before the life does", .undecided,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      release-wait
      wait-return
      exit SUCCESS
      """),
    Example(
      "no drain", .notArmed,
      """
      enter READ
      acquire
      release
      exit SUCCESS
      delete
      """),
  ]
}
