import RuleEngine

// Acquire and release.
extension LockStateRule {
  static let failedAcquire = LockStateRule(
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
      readings: sameInBoth + " The refusal is remembered with the request that it was for, or "
        + "with the routine that is no request's, until that is over. A release there that none of "
        + "its own acquisitions answers to takes nothing away, whoever else holds with that tag.",
      source: Sources.usingRemoveLocks, bugChecks: [BugCheck(0xC4, 0xD5)]),
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
        "another holds with the same tag", .violation,
        """
        enter READ irp=read
        acquire tag=NULL
        T2: enter WRITE irp=write
        T2: acquire DELETE_PENDING tag=NULL
        T2: release tag=NULL    !
        T2: exit DELETE_PENDING irp=write
        release tag=NULL
        exit SUCCESS irp=read
        """),
      Example(
        "refused in a routine that works for no request", .violation,
        """
        enter READ irp=read
        acquire tag=NULL
        T2: callback Timer
        T2: acquire DELETE_PENDING tag=NULL
        T2: release tag=NULL    !
        T2: callback-exit Timer
        release tag=NULL
        exit SUCCESS irp=read
        """),
      Example(
        "the request's own hold with the tag is released", .passes,
        """
        enter READ
        acquire tag=NULL
        acquire DELETE_PENDING tag=NULL
        release tag=NULL
        exit SUCCESS
        delete
        """),
      Example(
        "refused in a timer that has returned", .passes,
        """
        enter READ irp=read
        acquire tag=NULL
        T2: callback Timer
        T2: acquire DELETE_PENDING tag=NULL
        T2: callback-exit Timer
        T2: callback Timer
        T2: release tag=NULL
        T2: callback-exit Timer
        exit SUCCESS irp=read
        delete
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

  static let underflow = LockStateRule(
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

  static let tagMismatch = LockStateRule(
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
      source: Sources.bugCheckC4,
      bugChecks: [BugCheck(0xC4, 0xD5), BugCheck(0xC4, 0xD6)]),
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
