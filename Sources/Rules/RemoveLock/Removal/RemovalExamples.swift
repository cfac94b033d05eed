import RuleEngine

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

  static let heldAtReturn = "the remove routine returns with the remove lock held"

  /// A routine that returns STATUS_PENDING is judged at the end of the context instead.
  static func whenPended<State: MachineState>(
    _ before: State, _ pended: State
  ) -> [Transition<State, ContextFact>] {
    [
      on(before, .returnsPending, .go(pended)),
      on(
        pended, .endedHoldingOwn,
        .report("the removal is finished and the remove lock is still held for it")),
      on(pended, .ended, .pass),
    ]
  }

  /// IRP_MN_REMOVE_DEVICE that is pended and finished on a thread of the driver's own.
  static let pended = [
    Example(
      "pended; the driver's thread drains the lock", tracked: .passes, sdv: .violation,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      mark-pending
      queue irp=irp
      exit PENDING            !sdv
      T2: callback Thread
      T2: dequeue irp=irp
      T2: release-wait
      T2: wait-return
      T2: complete SUCCESS
      T2: detach
      T2: delete
      T2: callback-exit Thread
      """),
    Example(
      "pended; the driver's thread keeps the lock", .violation,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      mark-pending
      exit PENDING            !sdv
      T2: callback WorkItem irp=irp
      T2: complete SUCCESS
      T2: callback-exit WorkItem   !tracked
      """),
    Example(
      "pended; the worker releases", tracked: .passes, sdv: .violation,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      mark-pending
      exit PENDING            !sdv
      T2: callback WorkItem irp=irp
      T2: release
      T2: complete SUCCESS
      T2: callback-exit WorkItem
      """),
    Example(
      "pended; a wait without an acquire", .violation,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      mark-pending
      exit PENDING            !sdv
      T2: callback WorkItem irp=irp
      T2: release
      T2: release-wait        !tracked
      T2: callback-exit WorkItem
      """),
    Example(
      "pended; an acquire fails", tracked: .undecided, sdv: .violation,
      """
      enter PNP/REMOVE_DEVICE
      acquire
      mark-pending
      exit PENDING            !sdv
      T2: callback WorkItem irp=irp
      T2: acquire DELETE_PENDING
      """),
    Example(
      "pended; it is open whose hold is released", tracked: .undecided, sdv: .violation,
      """
      \(OpenHolding.other)
      enter PNP/REMOVE_DEVICE
      acquire tag=shared
      mark-pending
      exit PENDING            !sdv
      \(OpenHolding.release)
      """),
  ]

  static func undecided(_ entry: String, afterDrain: Bool) -> [Example] {
    undecided(entry) + (afterDrain ? undecidedAfterDrain(entry) : [])
  }

  private static func undecided(_ entry: String) -> [Example] {
    [
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
        "it is open whose hold is released", .undecided,
        """
        \(OpenHolding.other)
        enter \(entry)
        acquire tag=shared
        \(OpenHolding.release)
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
  }

  private static func undecidedAfterDrain(_ entry: String) -> [Example] {
    [
      Example(
        "after the drain it is open whose hold is released", .undecided,
        """
        \(OpenHolding.other)
        enter \(entry)
        acquire
        acquire tag=shared
        release-wait
        \(OpenHolding.release)
        """),
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
