import RuleEngine

/// The IRP is forwarded only while the remove lock is held (RemoveLockForward…): ten rules, two for
/// each kind of request. The plain one is about requests that are handled without a completion
/// routine, the one whose name ends in 2 about those with one.
struct ForwardingRule: ContextRule {
  let id: String
  let major: MajorFunction
  let withRoutine: Bool
  let severity = Severity.error

  static let members = [
    ForwardingRule(id: "RemoveLockForward", major: .pnp, withRoutine: false),
    ForwardingRule(id: "RemoveLockForward2", major: .pnp, withRoutine: true),
    ForwardingRule(
      id: "RemoveLockForwardDeviceControl", major: .deviceControl, withRoutine: false),
    ForwardingRule(
      id: "RemoveLockForwardDeviceControl2", major: .deviceControl, withRoutine: true),
    ForwardingRule(
      id: "RemoveLockForwardDeviceControlInternal", major: .internalDeviceControl,
      withRoutine: false),
    ForwardingRule(
      id: "RemoveLockForwardDeviceControlInternal2", major: .internalDeviceControl,
      withRoutine: true),
    ForwardingRule(id: "RemoveLockForwardRead", major: .read, withRoutine: false),
    ForwardingRule(id: "RemoveLockForwardRead2", major: .read, withRoutine: true),
    ForwardingRule(id: "RemoveLockForwardWrite", major: .write, withRoutine: false),
    ForwardingRule(id: "RemoveLockForwardWrite2", major: .write, withRoutine: true),
  ]

  func scope(in reading: Reading) -> ContextScope {
    major == .pnp
      ? ContextScope(
        majors: [.pnp], except: [.removeDevice, .queryRemoveDevice, .surpriseRemoval],
        needsMinor: true, devices: .usesRemoveLocks)
      : ContextScope(majors: [major], devices: .usesRemoveLocks)
  }

  enum State: UInt8, MachineState {
    case watching
    /// A completion routine returned while the lock was held.
    case routineReturnedHolding
    /// The dispatch routine has returned.
    case dispatchReturned
    /// No completion routine so far: the plain rule of the pair watches.
    case withoutRoutine
  }

  private static let unheld = "the IRP is forwarded without the remove lock"
  private static let tooEarly = "the remove lock is released before it is acquired"
  private static let heldAtReturn =
    "the remove lock is still held when the dispatch routine returns"
  private static let heldAtEnd =
    "the IRP is finished and the remove lock is still held for it"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    switch (reading, withRoutine) {
    case (.tracked, false): Self.trackedPlain
    case (.tracked, true): Self.trackedWithRoutine
    case (.sdv, false): Self.sdvPlain
    case (.sdv, true): Self.sdvWithRoutine
    }
  }

  private static let trackedPlain = Machine<State, ContextFact>(
    start: .watching,
    [
      on(.watching, .acquireFailedWhileHeld, .halt),
      on(.watching, .calledDriverUnheld, .report(unheld)),
      on(.watching, .releasedUnheld, .report(tooEarly)),
      on(.watching, .waitedUnheld, .report(tooEarly)),
      on(.watching, .returnsHolding, .report(heldAtReturn)),
      on(.watching, .endedHolding, .report(heldAtEnd)),
      // From here on the `2` of the pair watches: one fault is reported under one name.
      on(.watching, .firstCompletionRoutineSet, .disarm),
      on(.watching, .ended, .pass),
    ])

  private static let armed: [State] = [.watching, .routineReturnedHolding, .dispatchReturned]

  private static let trackedWithRoutine = Machine<State, ContextFact>(
    start: .withoutRoutine, dormant: [.withoutRoutine],
    [
      // Where the plain rule comes to a verdict there is nothing left for this one.
      on(.withoutRoutine, .acquireFailedWhileHeld, .disarm),
      on(.withoutRoutine, .calledDriverUnheld, .yield),
      on(.withoutRoutine, .releasedUnheld, .yield),
      on(.withoutRoutine, .waitedUnheld, .yield),
      on(.withoutRoutine, .returnsHolding, .yield),
      on(.withoutRoutine, .firstCompletionRoutineSet, .go(.watching)),
      on(armed, .acquireFailedWhileHeld, .halt),
      on(armed, .calledDriverUnheld, .report(unheld)),
      on(armed, .releasedUnheld, .report(tooEarly)),
      on(armed, .waitedUnheld, .report(tooEarly)),
      // Judged when a completion routine that returned holding, and the dispatch routine, are both
      // past, in either order.
      on(.watching, .completionRoutineExitedHolding, .go(.routineReturnedHolding)),
      on(.routineReturnedHolding, .returnsHolding, .report(heldAtReturn)),
      on([.watching, .routineReturnedHolding], .returned, .go(.dispatchReturned)),
      on(.dispatchReturned, .completionRoutineExitedUncarried, .report(heldAtReturn)),
      on(.dispatchReturned, .endedHolding, .report(heldAtEnd)),
      on(armed, .ended, .pass),
    ])

  private static let sdvHalts: [Transition<State, ContextFact>] = [
    on([.watching, .routineReturnedHolding], .acquireFailedWhileHeld, .halt),
    on([.watching, .routineReturnedHolding], .dequeuedInFrame, .halt),
    on([.watching, .routineReturnedHolding], .insertedInFrame, .halt),
  ]

  private static let sdvPlain = Machine<State, ContextFact>(
    start: .watching,
    [
      on(.watching, .acquireFailedWhileHeld, .halt),
      on(.watching, .dequeuedInFrame, .halt),
      on(.watching, .insertedInFrame, .halt),
      on(.watching, .calledDriverUnheld, .report(unheld)),
      on(.watching, .releasedUnheld, .report(tooEarly)),
      on(.watching, .returnsHolding, .report(heldAtReturn)),
      on(.watching, .returned, .pass),
    ])

  private static let sdvWithRoutine = Machine<State, ContextFact>(
    start: .watching,
    sdvHalts + [
      on([.watching, .routineReturnedHolding], .calledDriverUnheld, .report(unheld)),
      on([.watching, .routineReturnedHolding], .releasedUnheld, .report(tooEarly)),
      on(.watching, .completionRoutineExitedHolding, .go(.routineReturnedHolding)),
      on(.routineReturnedHolding, .returnsHolding, .report(heldAtReturn)),
      on([.watching, .routineReturnedHolding], .returned, .pass),
    ])
}

extension ForwardingRule {
  var documentation: RuleDocumentation {
    let request = major == .pnp ? "a PnP request" : "an \(major.name) request"
    let kind = withRoutine ? "with" : "without"
    return RuleDocumentation(
      summary: "While it handles \(request) \(kind) a completion routine, the driver holds the "
        + "remove lock whenever it forwards the IRP, and releases it when it is done.",
      rationale: "IRP_MN_REMOVE_DEVICE may arrive on another thread at any time. An IRP that is "
        + "forwarded without the remove lock can reach the lower device after it was detached and "
        + "deleted (a use after free); a lock that is never released makes the removal wait for "
        + "ever.",
      remedy: "Call IoAcquireRemoveLock with the IRP as tag before anything else, and complete the "
        + "IRP with the status it returns if it fails. Release after IoCallDriver has returned, or "
        + "in the completion routine where there is one.",
      readings: "tracked: the forward counts if it names the context's own IRP; what a completion "
        + "routine, a queue or STATUS_PENDING legitimately carries beyond the dispatch routine is "
        + "not held against it, and what is left when the IRP is finished is. The first completion "
        + "routine that is set hands the request from the plain rule to the `2`. sdv: any forward "
        + "in a frame of the dispatch counts, both rules of the pair are armed at the entry and "
        + "pass at its exit; taking from or putting in a queue ends the watch.",
      source: Sources.rulePage(id))
  }

  var examples: [Example] {
    let shared = withRoutine ? routineExamples : plainExamples
    return shared + (major == .pnp ? pnpExamples : [])
  }

  private var entry: String {
    major == .pnp ? "PNP/QUERY_CAPABILITIES" : String(major.name.dropFirst("IRP_MJ_".count))
  }

  private var plainExamples: [Example] {
    [
      Example(
        "forwarded before the acquire", .violation,
        """
        enter \(entry)
        skip
        forward                 !
        returns SUCCESS
        acquire
        release
        exit SUCCESS
        """),
      Example(
        "released before the acquire", .violation,
        """
        enter \(entry)
        release                 !
        acquire
        forward
        exit SUCCESS
        """),
      Example(
        "release-and-wait before the acquire", tracked: .violation, sdv: .passes,
        """
        enter \(entry)
        release-wait            !tracked
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "returns without the release", .violation,
        """
        enter \(entry)
        acquire
        skip
        forward
        returns SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "a worker completes the queued IRP and keeps the lock", tracked: .violation,
        sdv: .undecided,
        """
        enter \(entry)
        acquire
        mark-pending
        queue irp=irp
        exit PENDING
        T2: callback WorkItem
        T2: dequeue irp=irp
        T2: complete SUCCESS
        T2: callback-exit WorkItem    !tracked
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
        "completed at once", .passes,
        """
        enter \(entry)
        acquire
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "the acquire fails and the IRP is completed", .passes,
        """
        enter \(entry)
        acquire DELETE_PENDING
        complete DELETE_PENDING
        exit DELETE_PENDING
        """),
      Example(
        "queued; a DPC completes it and releases", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        mark-pending
        queue irp=irp
        exit PENDING
        T2: callback Dpc
        T2: dequeue irp=irp
        T2: complete SUCCESS
        T2: release
        T2: callback-exit Dpc
        """),
      Example(
        "a worker forwards it after the dispatch routine has returned", tracked: .passes,
        sdv: .violation,
        """
        enter \(entry)
        acquire
        mark-pending
        exit PENDING            !sdv
        T2: callback WorkItem irp=irp
        T2: skip
        T2: forward
        T2: returns SUCCESS
        T2: release
        T2: callback-exit WorkItem
        """),
      Example(
        "a second acquire fails while the first is held", .undecided,
        """
        enter \(entry)
        acquire
        acquire DELETE_PENDING
        forward
        exit SUCCESS
        """),
      Example(
        "something is taken from a queue", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        dequeue
        complete SUCCESS
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
      Example(
        "the device uses no remove lock", .notArmed,
        """
        bare
        start
        add fdo FDO
        enter \(entry)
        forward
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "the trace begins after the acquire", .notArmed,
        """
        bare
        forward
        release
        exit SUCCESS
        """),
      Example(
        "the completion routine is the other rule's", tracked: .notArmed, sdv: .violation,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING            !sdv
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
    ]
  }

  private var routineExamples: [Example] {
    [
      Example(
        "forwarded before the acquire", .violation,
        """
        enter \(entry)
        copy
        set-routine
        forward                 !
        acquire
        exit PENDING
        """),
      Example(
        "released before the acquire", .violation,
        """
        enter \(entry)
        set-routine
        release                 !
        exit SUCCESS
        """),
      Example(
        "release-and-wait before the acquire", tracked: .violation, sdv: .passes,
        """
        enter \(entry)
        set-routine
        release-wait            !tracked
        exit SUCCESS
        """),
      Example(
        "forwarded and waited for, never released", .violation,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        completion SUCCESS
        completion-exit MORE_PROCESSING_REQUIRED
        returns SUCCESS
        complete SUCCESS
        exit SUCCESS            !
        """),
      Example(
        "the completion routine on another thread never releases", tracked: .violation,
        sdv: .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: completion-exit SUCCESS   !tracked
        """),
      Example(
        "the completion routine keeps the lock after the dispatch routine has returned",
        tracked: .violation, sdv: .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns SUCCESS
        exit SUCCESS
        T2: completion
        T2: completion-exit MORE_PROCESSING_REQUIRED   !tracked
        """),
      Example(
        "the completion routine releases in the forward", .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        completion SUCCESS
        release
        completion-exit SUCCESS
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "the completion routine releases on another thread", .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "forwarded, waited for, released", .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        completion SUCCESS
        completion-exit MORE_PROCESSING_REQUIRED
        returns SUCCESS
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "a worker finishes what the completion routine kept", tracked: .passes, sdv: .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: completion-exit MORE_PROCESSING_REQUIRED
        T3: callback WorkItem irp=irp
        T3: complete SUCCESS
        T3: release
        T3: callback-exit WorkItem
        """),
      Example(
        "a second acquire fails while the first is held", .undecided,
        """
        enter \(entry)
        acquire
        set-routine
        acquire DELETE_PENDING
        forward
        exit PENDING
        """),
      Example(
        "the dispatch routine puts something in a queue", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        queue
        forward
        completion SUCCESS
        release
        completion-exit SUCCESS
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "the dispatch routine takes something from a queue", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        dequeue
        forward
        completion SUCCESS
        release
        completion-exit SUCCESS
        returns SUCCESS
        exit SUCCESS
        """),
      Example(
        "without a completion routine", tracked: .notArmed, sdv: .passes,
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
        "the plain rule reports before a routine is set", tracked: .notArmed, sdv: .violation,
        """
        enter \(entry)
        forward                 !sdv
        acquire
        set-routine
        exit SUCCESS
        """),
      Example(
        "events are lost", .undecided,
        """
        enter \(entry)
        acquire
        set-routine
        lost
        forward
        exit PENDING
        """),
    ] + dormantExamples + kept + returned
  }

  /// After a completion routine has returned holding the lock.
  private var kept: [Example] {
    let start = """
      enter \(entry)
      acquire
      copy
      set-routine
      forward
      completion SUCCESS
      completion-exit MORE_PROCESSING_REQUIRED
      """
    return [
      Example(
        "kept; then an acquire fails", .undecided,
        """
        \(start)
        acquire DELETE_PENDING
        release
        exit SUCCESS
        """),
      Example(
        "kept; then forwarded again without the lock", .violation,
        """
        \(start)
        release
        forward                 !
        exit PENDING
        """),
      Example(
        "kept; then released twice", .violation,
        """
        \(start)
        release
        release                 !
        exit SUCCESS
        """),
      Example(
        "kept; then release-and-wait too much", tracked: .violation, sdv: .passes,
        """
        \(start)
        release
        release-wait            !tracked
        exit SUCCESS
        """),
      Example(
        "kept; then something is taken from a queue", tracked: .passes, sdv: .undecided,
        """
        \(start)
        dequeue
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "kept; then something is put in a queue", tracked: .passes, sdv: .undecided,
        """
        \(start)
        queue
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "kept and released; then the memory is a new IRP", tracked: .passes, sdv: .undecided,
        """
        \(start)
        release
        allocate-irp
        """),
      Example(
        "released in time; then the memory is a new IRP", tracked: .passes, sdv: .undecided,
        """
        enter \(entry)
        acquire
        set-routine
        release
        allocate-irp
        """),
    ]
  }

  /// After the dispatch routine has returned: the completion routine runs on another thread.
  private var returned: [Example] {
    let start = """
      enter \(entry)
      acquire
      copy
      set-routine
      forward
      returns PENDING
      exit PENDING
      T2: completion
      """
    return [
      Example(
        "later; an acquire fails", tracked: .undecided, sdv: .passes,
        """
        \(start)
        T2: acquire DELETE_PENDING
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "later; forwarded again without the lock", tracked: .violation, sdv: .passes,
        """
        \(start)
        T2: release
        T2: forward             !tracked
        T2: completion-exit MORE_PROCESSING_REQUIRED
        """),
      Example(
        "later; released twice", tracked: .violation, sdv: .passes,
        """
        \(start)
        T2: release
        T2: release             !tracked
        T2: completion-exit SUCCESS
        """),
      Example(
        "later; release-and-wait too much", tracked: .violation, sdv: .passes,
        """
        \(start)
        T2: release
        T2: release-wait        !tracked
        T2: completion-exit SUCCESS
        """),
    ]
  }

  /// The plain rule of the pair comes to a verdict; a routine that is set later changes nothing.
  private var dormantExamples: [Example] {
    [
      Example(
        "an acquire fails before a routine is set", tracked: .notArmed, sdv: .undecided,
        """
        enter \(entry)
        acquire
        acquire DELETE_PENDING
        set-routine
        exit SUCCESS
        """),
      Example(
        "released too early, before a routine is set", tracked: .notArmed, sdv: .violation,
        """
        enter \(entry)
        release                 !sdv
        set-routine
        exit SUCCESS
        """),
      Example(
        "release-and-wait too early, before a routine is set", tracked: .notArmed, sdv: .passes,
        """
        enter \(entry)
        release-wait
        set-routine
        exit SUCCESS
        """),
      Example(
        "returned holding before a worker sets a routine", tracked: .notArmed, sdv: .passes,
        """
        enter \(entry)
        acquire
        exit SUCCESS
        T2: callback WorkItem irp=irp
        T2: set-routine
        T2: callback-exit WorkItem
        """),
    ]
  }

  private var pnpExamples: [Example] {
    ["PNP/REMOVE_DEVICE", "PNP/QUERY_REMOVE_DEVICE", "PNP/SURPRISE_REMOVAL", "PNP"].map { request in
      Example(
        "\(request) is out of scope", .notArmed,
        """
        enter \(request)
        set-routine
        forward
        exit SUCCESS
        """)
    }
  }
}
