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

  enum State: UInt8, MachineState { case watching, drained }
  private static let both: [State] = [.watching, .drained]

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    var rows: [Transition<State, ContextFact>] = [
      on(
        .watching, .detachedOrDeleted,
        .report("the device is detached or deleted before the remove lock is drained")),
      on(
        Self.both, .waitedUnheld,
        .report("IoReleaseRemoveLockAndWait is called without a preceding acquire")),
      on(
        Self.both, .returnsHoldingOwn,
        .report("the remove routine returns with the remove lock held")),
      on(.watching, .drained, .go(.drained)),
      on(Self.both, .returned, .pass),
    ]
    rows += RemovalExamples.halts(Self.both, reading, countingWaits: true)
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
      + "their own (work items, timers) are not this routine's. sdv: the counter of the dispatch.",
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
    ] + RemovalExamples.undecided("PNP/REMOVE_DEVICE", afterDrain: true)
      + RemovalExamples.excluded("PNP/REMOVE_DEVICE", bus: true)
  }
}

/// RemoveLockMnRemove: the balance of the remove lock in IRP_MN_REMOVE_DEVICE.
struct RemoveLockMnRemoveRule: ContextRule {
  let id = "RemoveLockMnRemove"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.pnp], minors: [.removeDevice], devices: [.functionOrFilter, .usesRemoveLocks])
  }

  enum State: UInt8, MachineState { case watching }
  private static let unacquired = "the remove lock is released before it is acquired"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .releasedUnheldCountingWaits, .report(Self.unacquired)),
        on(.watching, .waitedUnheld, .report(Self.unacquired)),
        on(
          .watching, .returnsHoldingOwn,
          .report("the remove routine returns with the remove lock held")),
        on(.watching, .returned, .pass),
      ] + RemovalExamples.halts([.watching], reading, countingWaits: true))
  }

  let documentation = RuleDocumentation(
    summary: "In IRP_MN_REMOVE_DEVICE a release or release-and-wait follows an acquire, and the "
      + "remove lock is not held when the routine returns.",
    rationale: "A lock that the removal itself leaves held is never drained. A release without an "
      + "acquire lets the removal go on while another thread still holds the lock.",
    remedy: "Acquire at the start of the dispatch routine and release once, with "
      + "IoReleaseRemoveLockAndWait and the same tag.",
    readings: "tracked: releases are matched by lock and tag; acquisitions with a tag of their own "
      + "are not this routine's. sdv: the counter of the dispatch, in which release-and-wait "
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
    ] + RemovalExamples.undecided("PNP/REMOVE_DEVICE", afterDrain: false)
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

/// RemoveLockMnSurpriseRemove and RemoveLockQueryMnRemove: the two requests before a removal are
/// forwarded with the remove lock held.
struct BeforeRemovalRule: ContextRule {
  let id: String
  let minor: MinorFunction
  let severity = Severity.error

  static let members = [
    BeforeRemovalRule(id: "RemoveLockMnSurpriseRemove", minor: .surpriseRemoval),
    BeforeRemovalRule(id: "RemoveLockQueryMnRemove", minor: .queryRemoveDevice),
  ]

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.pnp], minors: [minor], devices: [.functionOrFilter, .usesRemoveLocks])
  }

  enum State: UInt8, MachineState { case watching }
  private static let tooEarly = "the remove lock is released before it is acquired"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    var rows: [Transition<State, ContextFact>] = [
      on(
        .watching, .calledDriverUnheld,
        .report("the IRP is forwarded without the remove lock")),
      on(.watching, .releasedUnheld, .report(Self.tooEarly)),
      on(.watching, .returned, .pass),
    ]
    if reading == .tracked { rows.append(on(.watching, .waitedUnheld, .report(Self.tooEarly))) }
    return Machine(
      start: .watching,
      rows + RemovalExamples.halts([.watching], reading, countingWaits: false))
  }

  private var request: String { minor.name(of: .pnp) }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "\(request) is forwarded only while the remove lock is held, and a release follows "
        + "an acquire.",
      rationale: "The removal itself may follow on another thread as soon as the request is "
        + "forwarded. Without the lock the device can be gone before the dispatch routine returns.",
      remedy: "Acquire at the start of the dispatch routine; release after IoCallDriver has "
        + "returned.",
      readings: "tracked: the forward counts if it names the context's own IRP, and a release "
        + "without an acquisition counts, release-and-wait too. sdv: any forward in a frame of the "
        + "dispatch counts; release-and-wait does not.",
      source: Sources.rulePage(id))
  }

  var examples: [Example] {
    let entry = "PNP/" + request.dropFirst("IRP_MN_".count)
    return [
      Example(
        "forwarded without the lock", .violation,
        """
        enter \(entry)
        skip
        forward                 !
        exit SUCCESS
        """),
      Example(
        "released before the forward", .violation,
        """
        enter \(entry)
        acquire
        release
        skip
        forward                 !
        exit SUCCESS
        """),
      Example(
        "released without an acquire", .violation,
        """
        enter \(entry)
        release                 !
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "release-and-wait without an acquire", tracked: .violation, sdv: .passes,
        """
        enter \(entry)
        release-wait            !tracked
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "acquired, forwarded, released", .passes,
        """
        enter \(entry)
        acquire
        skip
        forward
        returns SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "the acquire fails", .passes,
        """
        enter \(entry)
        acquire DELETE_PENDING
        complete DELETE_PENDING
        exit DELETE_PENDING
        """),
      Example(
        "the completion routine releases on another thread", .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        exit PENDING
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "a worker handles it", tracked: .passes, sdv: .passes,
        """
        enter \(entry)
        acquire
        mark-pending
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: skip
        T2: forward
        T2: release
        T2: callback-exit WorkItem
        """),
    ] + RemovalExamples.undecided(entry, afterDrain: false)
      + RemovalExamples.excluded(entry, bus: false)
  }
}

/// What the removal rules have in common.
enum RemovalExamples {
  /// The halts of the lock rules.
  static func halts<State: MachineState>(
    _ states: [State], _ reading: Reading, countingWaits: Bool
  ) -> [Transition<State, ContextFact>] {
    let failed: ContextFact =
      countingWaits ? .acquireFailedWhileHeldCountingWaits : .acquireFailedWhileHeld
    return [on(states, failed, .halt)]
      + (reading == .sdv ? [on(states, .dequeuedInFrame, .halt)] : [])
  }

  static func undecided(_ entry: String, afterDrain: Bool) -> [Example] {
    let examples = [
      Example(
        "a second acquire fails while the first is held", .undecided,
        """
        enter \(entry)
        acquire
        acquire DELETE_PENDING
        release
        exit SUCCESS
        """),
      Example(
        "something is taken from a queue", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        dequeue
        release
        exit SUCCESS
        """),
      Example(
        "events are lost", .undecided,
        """
        enter \(entry)
        acquire
        lost
        forward
        exit SUCCESS
        """),
    ]
    let drained = [
      Example(
        "a third acquire fails after the drain", .undecided,
        """
        enter \(entry)
        acquire
        acquire
        release-wait
        acquire DELETE_PENDING
        exit SUCCESS
        """),
      Example(
        "something is taken from a queue after the drain", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        release-wait
        wait-return
        dequeue
        exit SUCCESS
        """),
    ]
    return afterDrain ? examples + drained : examples
  }

  static func excluded(_ entry: String, bus: Bool) -> [Example] {
    let trace = { (role: String) in
      """
      bare
      start
      add fdo \(role)
      init lock dev=fdo
      enter \(entry)
      release
      forward
      delete
      exit SUCCESS
      """
    }
    return [Example("a PDO is out of scope", .notArmed, trace("PDO"))]
      + (bus ? [Example("a bus driver is out of scope", .notArmed, trace("FDO bus"))] : [])
      + [
        Example(
          "the device uses no remove lock", .notArmed,
          """
          bare
          add fdo FDO
          enter \(entry)
          forward
          exit SUCCESS
          """)
      ]
  }
}

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
