import RuleEngine

/// MarkingQueuedIrps: an IRP is marked pending before the spin lock of its list is released.
struct MarkingQueuedIrpsRule: ContextRule {
  let id = "MarkingQueuedIrps"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope { ContextScope() }

  enum State: UInt8, MachineState {
    /// Nothing has happened that the rule is about.
    case watching
    /// An entry, under `tracked` the IRP under a lock, is in a list.
    case queued
    /// SDV: a spin lock is held.
    case locked
    /// Both.
    case queuedLocked
    /// The lock was released, and the IRP was not marked.
    case unlocked
  }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    reading == .sdv
      ? Machine(
        start: .watching, dormant: [.watching, .locked], Self.sdv)
      : Machine(start: .watching, dormant: [.watching], Self.tracked)
  }

  private static let message = "in the queue, and the lock released, before it is marked pending"

  private static let tracked: [Transition<State, ContextFact>] = [
    on(.watching, .insertedUnderLock, .go(.queued)),
    on(.queued, .returnsQueuedUnlocked, .report(message)),
    on(.queued, .returnsPending, .pass),
    on(.queued, .returned, .disarm),
  ]

  private static let sdv: [Transition<State, ContextFact>] = [
    on(.watching, .insertedInList, .go(.queued)),
    on(.locked, .insertedInList, .go(.queuedLocked)),
    on(.watching, .spinLockTakenInFrame, .go(.locked)),
    on(.queued, .spinLockTakenInFrame, .go(.queuedLocked)),
    on(.locked, .spinLockReleasedInFrame, .go(.watching)),
    on(.queuedLocked, .spinLockReleasedInFrame, .go(.unlocked)),
    on([.watching, .locked], .forwardedSkipped, .disarm),
    on([.queued, .queuedLocked, .unlocked], .forwardedSkipped, .halt),
    on([.watching, .locked], .dequeuedInFrame, .disarm),
    on([.queued, .queuedLocked, .unlocked], .dequeuedInFrame, .halt),
    on([.watching, .locked], .markedPending, .disarm),
    on([.queued, .queuedLocked], .markedPending, .pass),
    on(.unlocked, .returnsPending, .report(message)),
  ]

  let documentation = RuleDocumentation(
    summary:
      "An IRP that is put in a list under a spin lock is marked pending before the lock is released.",
    rationale:
      "Once the lock is free another thread may take the IRP out, complete it and have it freed. "
      + "IoMarkIrpPending then writes to memory that is somebody else's; and a completion that comes before the mark "
      + "is not told to the driver above as a pending one.",
    remedy:
      "Under the lock: IoMarkIrpPending first, then InsertTailList; then release the lock and return "
      + "STATUS_PENDING. A cancel-safe queue (IoCsqInsertIrp) marks the IRP itself.",
    readings:
      "tracked: where the insertion names the IRP, in a routine of the request that holds spin locks, each of "
      + "which is released before the mark, and the thread has not taken it out, forwarded or completed it since. sdv: "
      + "any insertion in a list, and any release of a spin lock after it, before the mark; not where the IRP is sent "
      + "on with IoSkipCurrentIrpStackLocation or something is taken from a list.",
    source: Sources.rulePage("MarkingQueuedIrps"), bugChecks: [BugCheck(0x19), BugCheck(0x50)])

  var examples: [Example] { reported + kept + open }
}

extension MarkingQueuedIrpsRule {
  private var reported: [Example] {
    [
      Example(
        "marked after the lock is released", .violation,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        KeReleaseSpinLock lock=spin newirql=0
        mark-pending
        exit PENDING            !
        """),
      Example(
        "never marked", .violation,
        """
        enter READ
        KeAcquireInStackQueuedSpinLock lock=spin handle=queued
        queue irp=irp
        KeReleaseInStackQueuedSpinLock handle=queued
        exit PENDING            !
        """),
      Example(
        "completed by a DPC before the mark", .violation,
        """
        enter WRITE
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        KeReleaseSpinLock lock=spin newirql=0
        T2: callback Dpc irql=2
        T2: KeAcquireSpinLockAtDpcLevel lock=spin
        T2: dequeue irp=irp
        T2: KeReleaseSpinLockFromDpcLevel lock=spin
        T2: complete SUCCESS
        T2: callback-exit Dpc
        mark-pending
        exit PENDING            !
        """),
      Example(
        "under two locks, both released", .violation,
        """
        enter READ
        KeAcquireSpinLock lock=outer oldirql=0
        KeAcquireSpinLock lock=inner oldirql=2
        queue irp=irp
        KeReleaseSpinLock lock=inner newirql=2
        KeReleaseSpinLock lock=outer newirql=0
        mark-pending
        exit PENDING            !
        """),
      Example(
        "inserted before SDV's lock is acquired", tracked: .notArmed, sdv: .violation,
        """
        enter READ
        queue irp=irp
        KeAcquireSpinLock lock=spin oldirql=0
        KeReleaseSpinLock lock=spin newirql=0
        mark-pending
        exit PENDING            !sdv
        """),
      Example(
        "skipped and never sent", .violation,
        """
        enter READ
        skip
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        KeReleaseSpinLock lock=spin newirql=0
        mark-pending
        exit PENDING            !
        """),
      Example(
        "a lock that was released before is none", tracked: .violation, sdv: .violation,
        """
        enter READ
        KeAcquireSpinLock lock=other oldirql=0
        KeReleaseSpinLock lock=other newirql=0
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        KeReleaseSpinLock lock=spin newirql=0
        exit PENDING            !
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "marked first", tracked: .notArmed, sdv: .notArmed,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        mark-pending
        queue irp=irp
        KeReleaseSpinLock lock=spin newirql=0
        exit PENDING
        """),
      Example(
        "marked under the lock", .passes,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        mark-pending
        KeReleaseSpinLock lock=spin newirql=0
        exit PENDING
        """),
      Example(
        "marked before the lock is released, taken out by a DPC later", .passes,
        """
        enter WRITE
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        mark-pending
        KeReleaseSpinLock lock=spin newirql=0
        T2: callback Dpc irql=2
        T2: dequeue irp=irp
        T2: complete SUCCESS
        T2: callback-exit Dpc
        exit PENDING
        """),
      Example(
        "the inner lock is released, the outer is held", tracked: .passes, sdv: .violation,
        """
        enter READ
        KeAcquireSpinLock lock=outer oldirql=0
        KeAcquireSpinLock lock=inner oldirql=2
        queue irp=irp
        KeReleaseSpinLock lock=inner newirql=2
        mark-pending
        KeReleaseSpinLock lock=outer newirql=0
        exit PENDING            !sdv
        """),
      Example(
        "taken out again and completed", tracked: .passes, sdv: .undecided,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        KeReleaseSpinLock lock=spin newirql=0
        KeAcquireSpinLock lock=spin oldirql=0
        dequeue irp=irp
        KeReleaseSpinLock lock=spin newirql=0
        mark-pending
        complete SUCCESS
        exit PENDING
        """),
      Example(
        "the same address, another request", .passes,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        mark-pending
        KeReleaseSpinLock lock=spin newirql=0
        exit PENDING
        T2: callback Dpc irql=2
        T2: dequeue irp=irp
        T2: complete SUCCESS
        T2: callback-exit Dpc
        enter WRITE
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        mark-pending
        KeReleaseSpinLock lock=spin newirql=0
        exit PENDING
        """),
    ]
  }

  private var open: [Example] {
    [
      Example(
        "returns another status", tracked: .notArmed, sdv: .undecided,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        KeReleaseSpinLock lock=spin newirql=0
        exit SUCCESS
        """),
      Example(
        "after a gap", .undecided,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        lost
        KeReleaseSpinLock lock=spin newirql=0
        exit PENDING
        """),
      Example(
        "where the lock was released is not known", tracked: .passes, sdv: .undecided,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        queue irp=irp
        allocate irql=0
        exit PENDING
        """),
    ] + Self.others
  }

  /// A request that is sent on, or where something is taken from a list, at each point.
  private static let others: [Example] = [
    .steps(
      "sent on after the release", .passes, sdv: .undecided,
      "enter READ; skip; \(acquire); queue irp=irp; \(release); forward; returns PENDING; exit PENDING"
    ),
    .steps(
      "sent on under the lock", .passes, sdv: .undecided,
      "enter READ; skip; \(acquire); queue irp=irp; forward; returns PENDING; \(release); exit PENDING"
    ),
    .steps(
      "sent on out of the list", .notArmed, sdv: .undecided,
      "enter READ; skip; queue irp=irp; forward; returns PENDING; exit PENDING"),
    .steps(
      "sent on", .notArmed, "enter READ; skip; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "sent on under a lock", .notArmed,
      "enter READ; skip; \(acquire); forward; returns SUCCESS; \(release); exit SUCCESS"),
    .steps("something is taken out", .notArmed, "enter READ; dequeue; exit SUCCESS"),
    .steps(
      "something is taken out under the lock", .notArmed,
      "enter READ; \(acquire); dequeue; \(release); exit SUCCESS"),
    .steps(
      "put in and something taken out", .notArmed, sdv: .undecided,
      "enter READ; queue irp=irp; dequeue; exit PENDING"),
    .steps(
      "put in and something taken out under the lock", .passes, sdv: .undecided,
      "enter READ; \(acquire); queue irp=irp; dequeue; \(release); exit PENDING"),
    .steps(
      "marked without a lock", .notArmed, "enter READ; mark-pending; queue irp=irp; exit PENDING"),
    .steps(
      "put in without a lock, marked", .notArmed, sdv: .passes,
      "enter READ; queue irp=irp; mark-pending; exit PENDING"),
  ]

  private static let acquire = "KeAcquireSpinLock lock=spin oldirql=0"
  private static let release = "KeReleaseSpinLock lock=spin newirql=0"
}
