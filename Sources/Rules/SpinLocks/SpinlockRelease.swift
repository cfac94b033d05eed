import RuleEngine

/// SpinlockRelease, QueuedSpinLockRelease, CancelSpinlockRelease: the routine that takes a spin lock gives it back before it returns.
///
/// SDV's automaton of the first is ``SpinlockReleaseAutomaton``.
struct SpinlockReleaseRule: HoldRule {
  let id: String
  let severity = Severity.error
  let readings: Set<Reading>
  let kind: HoldKind
  /// How the lock is taken and given back in the examples.
  let taken: String
  let released: String
  let documentation: RuleDocumentation

  static let members = [
    SpinlockReleaseRule(
      "SpinlockRelease", .spinLock, taken: "KeAcquireSpinLock lock=spin",
      released: "KeReleaseSpinLock lock=spin newirql=0",
      summary:
        "A spin lock that KeAcquireSpinLock or one of its like took is given back before the routine "
        + "that took it returns.",
      rationale:
        "The thread goes on at DISPATCH_LEVEL with the lock held: the next wait or page fault stops the "
        + "machine, and every processor that asks for the lock turns in a loop for ever.",
      remedy:
        "Look for the path on which the routine returns early: an error, a `break`, a `return` between the "
        + "acquire and the release. One exit at the end of the routine, which releases, is easier to keep right.",
      bugChecks: [BugCheck(0xC4, 0x4000B), BugCheck(0x0F), BugCheck(0x133)],
      readings: Set(Reading.allCases),
      sdv:
        "sdv: a dispatch, AddDevice, StartIo, Unload or DriverEntry routine returns after more or fewer acquires "
        + "than releases in the thread's run, whichever lock they are of"),
    SpinlockReleaseRule(
      "QueuedSpinLockRelease", .queuedSpinLock,
      taken: "KeAcquireInStackQueuedSpinLock lock=spin handle=queued",
      released: "KeReleaseInStackQueuedSpinLock handle=queued",
      summary:
        "KeReleaseInStackQueuedSpinLock gives a spin lock back before the routine that took it returns.",
      rationale:
        "The KLOCK_QUEUE_HANDLE lies on the stack of the routine. Once that has returned, the next "
        + "processor that waits for the lock follows a pointer to what lies there by then, or waits for ever.",
      remedy:
        "Look for the path on which the routine returns early: an error, a `break`, a `return` between "
        + "KeAcquireInStackQueuedSpinLock and KeReleaseInStackQueuedSpinLock.",
      bugChecks: [BugCheck(0xC4, 0x40007), BugCheck(0x133)]),
    SpinlockReleaseRule(
      "CancelSpinlockRelease", .cancelSpinLock, taken: "IoAcquireCancelSpinLock oldirql=0",
      released: "IoReleaseCancelSpinLock newirql=0",
      summary:
        "The cancel spin lock is given back before the routine that took it returns; a cancel routine, "
        + "which is called with it, gives it back too.",
      rationale:
        "There is one cancel spin lock for the whole system. Whoever cancels a request, or sets a cancel "
        + "routine with the lock, waits for it for ever, with every processor that asks: the machine hangs or stops.",
      remedy:
        "A cancel routine calls IoReleaseCancelSpinLock(Irp->CancelIrql) on every path, first of all where it "
        + "needs the lock no longer. Elsewhere look for the path that returns between IoAcquireCancelSpinLock and "
        + "IoReleaseCancelSpinLock. A cancel-safe queue (IoCsqInitialize) needs no cancel spin lock.",
      bugChecks: [BugCheck(0x11B)]),
  ]

  private init(
    _ id: String, _ kind: HoldKind, taken: String, released: String, summary: String,
    rationale: String, remedy: String, bugChecks: [BugCheck], readings: Set<Reading> = [.tracked],
    sdv: String = "Only tracked has the rule"
  ) {
    self.id = id
    self.kind = kind
    self.readings = readings
    self.taken = taken
    self.released = released
    documentation = RuleDocumentation(
      summary: summary, rationale: rationale, remedy: remedy,
      readings:
        "\(sdv). tracked: each lock is followed by itself. What is taken in a callback that the format "
        + "does not name, such as the lock routine of a cancel-safe queue, passes to the routine that called it. "
        + "Where the thread is seen below DISPATCH_LEVEL, another takes the lock, or an exit is missing, the release "
        + "was not traced, and nothing is reported."
        + (kind == .cancelSpinLock
          ? " A cancel routine is taken to hold the lock where the trace shows that lock at all."
          : ""),
      source: Sources.rulePage(id), bugChecks: bugChecks)
  }

  func scope(in reading: Reading) -> HoldScope { HoldScope([kind]) }

  enum State: UInt8, MachineState {
    /// The lock is held.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, HoldFact> {
    // Another that it left as well tells it; there is one cancel spin lock.
    let others: [Transition<State, HoldFact>] =
      kind == .cancelSpinLock ? [] : [on(.watching, .leftBeside, .yield)]
    return Machine(
      start: .watching,
      [
        on(.watching, .left, .report("the routine returns with the \(kind.words) held")),
        on(.watching, .released, .pass),
      ] + others)
  }

  var examples: [Example] {
    reported + kept + open + (kind == .cancelSpinLock ? Self.cancelRoutines : ofLocks)
  }
}

/// SDV's automaton of SpinlockRelease.
struct SpinlockReleaseAutomaton: RunAutomaton {
  enum State: UInt8, MachineState {
    /// No spin lock has been acquired.
    case idle
    case watching
  }

  var machine: Machine<State, RunFact> {
    Machine(
      start: .idle, dormant: [.idle],
      [
        on(
          [.idle, .watching], .routineEndsUnbalanced,
          .report("the routine returns with a spin lock held")),
        on(.idle, .spinLockTaken, .go(.watching)),
        on(.watching, .ended, .pass),
      ])
  }
}

extension SpinlockReleaseRule {
  private var reported: [Example] {
    [
      Example(
        "an error returns early", .violation,
        """
        enter READ
        \(taken)
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL       !
        """),
      Example(
        "a DPC leaves it", tracked: .violation, sdv: .passes,
        """
        callback Dpc
        \(taken.replacing(" oldirql=0", with: ""))
        callback-exit Dpc       !tracked
        """),
      Example(
        "a completion routine leaves it", tracked: .violation, sdv: .passes,
        """
        enter READ
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: \(taken)
        T2: completion-exit SUCCESS  !tracked
        """),
      Example(
        "taken again once it was given back", .violation,
        """
        enter READ
        \(taken)
        \(released)
        \(taken)
        exit SUCCESS            !
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "given back", .passes,
        """
        enter READ
        \(taken)
        \(released)
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "the lock callbacks of a cancel-safe queue", .passes,
        """
        enter READ
        callback CsqAcquireLock
        \(taken)
        callback-exit CsqAcquireLock
        callback CsqReleaseLock
        \(released)
        callback-exit CsqReleaseLock
        exit PENDING
        """),
      Example(
        "taken and given back by a callback, after the request is forwarded", .passes,
        """
        enter READ
        forward
        returns PENDING
        exit PENDING
        T2: callback WorkItem
        T2: \(taken)
        T2: \(released)
        T2: callback-exit WorkItem
        """),
      Example(
        "a processor's idle thread is interrupted", .passes,
        """
        T0: callback Dpc cpu=1
        T0: \(taken) cpu=1
        T0: callback Dpc cpu=2
        T0: callback-exit Dpc cpu=2
        T0: \(released) cpu=1
        T0: callback-exit Dpc cpu=1
        """),
    ]
  }

  private var open: [Example] {
    [
      Example(
        "the routine returns at PASSIVE_LEVEL: the release was not traced", tracked: .undecided,
        sdv: .violation,
        """
        enter READ
        \(taken)
        exit SUCCESS irql=0     !sdv
        """),
      Example(
        "after a gap", .undecided,
        """
        enter READ
        \(taken)
        lost
        exit SUCCESS
        """),
      Example(
        "the exit of the routine is missing", tracked: .undecided, sdv: .violation,
        """
        enter READ
        callback Timer
        \(taken)
        exit SUCCESS            !sdv
        """),
      Example(
        "another thread has it by then", tracked: .undecided, sdv: .violation,
        """
        enter READ
        \(taken)
        T2: \(taken)
        exit SUCCESS            !sdv
        """),
      Example(
        "no routine of a driver is open", tracked: .undecided, sdv: .violation,
        """
        \(taken)
        enter READ
        exit SUCCESS            !sdv
        """),
      Example(
        "the acquire was not traced", tracked: .notArmed, sdv: .violation,
        """
        enter READ
        \(released)
        exit SUCCESS            !sdv
        """),
      Example("no such lock", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }

  /// Two locks in one routine.
  private var ofLocks: [Example] {
    let second =
      taken.replacing("=spin", with: "=second").replacing("=queued", with: "=another")
    return [
      Example(
        "two are left", .violation,
        """
        enter READ
        \(taken)
        \(second)
        exit SUCCESS            !
        """)
    ]
  }

  private static let cancelRoutines: [Example] = [
    Example(
      "a cancel routine returns with it", .violation,
      """
      enter READ
      IoAcquireCancelSpinLock oldirql=0
      IoSetCancelRoutine routine=cancel
      IoReleaseCancelSpinLock newirql=0
      exit PENDING
      T2: callback Cancel irql=2
      T2: complete CANCELLED
      T2: callback-exit Cancel  !
      """),
    Example(
      "a cancel routine gives it back", .passes,
      """
      enter READ
      IoAcquireCancelSpinLock oldirql=0
      IoReleaseCancelSpinLock newirql=0
      exit PENDING
      T2: callback Cancel
      T2: IoReleaseCancelSpinLock newirql=0
      T2: complete CANCELLED
      T2: callback-exit Cancel
      """),
    Example(
      "the driver calls its own cancel routine", .passes,
      """
      callback WorkItem
      IoAcquireCancelSpinLock oldirql=0
      callback Cancel
      IoReleaseCancelSpinLock newirql=0
      callback-exit Cancel
      callback-exit WorkItem
      """),
    Example(
      "a tracer that does not log the lock", .notArmed,
      """
      callback Cancel
      complete CANCELLED
      callback-exit Cancel
      """),
  ]
}
