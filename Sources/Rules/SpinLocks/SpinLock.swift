import RuleEngine

/// SpinLock, QueuedSpinLock, CancelSpinLock: a spin lock is acquired and released in turn.
struct SpinLockRule: HoldRule {
  let id: String
  let severity = Severity.error
  let kind: HoldKind
  /// What SDV's automaton sees.
  let sdv: SpinLockAutomaton
  /// How the lock is taken and given back in the examples.
  let taken: String
  let released: String
  let documentation: RuleDocumentation

  static let members = [
    SpinLockRule(
      "SpinLock", .spinLock, SpinLockAutomaton(.spinLockTaken, .spinLockReleased),
      taken: "KeAcquireSpinLock lock=spin", released: "KeReleaseSpinLock lock=spin newirql=0",
      ddis: "KeAcquireSpinLock and KeReleaseSpinLock, and their like at DISPATCH_LEVEL,",
      bugChecks: [
        BugCheck(0x0F), BugCheck(0x10), BugCheck(0xC4, 0x40009), BugCheck(0xC4, 0x4000B),
      ]),
    SpinLockRule(
      "QueuedSpinLock", .queuedSpinLock,
      SpinLockAutomaton(.queuedSpinLockTaken, .queuedSpinLockReleased),
      taken: "KeAcquireInStackQueuedSpinLock lock=spin handle=queued",
      released: "KeReleaseInStackQueuedSpinLock handle=queued",
      ddis: "KeAcquireInStackQueuedSpinLock and KeReleaseInStackQueuedSpinLock",
      bugChecks: [
        BugCheck(0x0F), BugCheck(0x10), BugCheck(0xC4, 0x40006), BugCheck(0xC4, 0x40007),
      ]),
    SpinLockRule(
      "CancelSpinLock", .cancelSpinLock,
      SpinLockAutomaton(
        .cancelSpinLockTaken, .cancelSpinLockReleased, ends: .cancelableRoutineEnds,
        stopsAtLists: true),
      taken: "IoAcquireCancelSpinLock", released: "IoReleaseCancelSpinLock newirql=0",
      ddis: "IoAcquireCancelSpinLock and IoReleaseCancelSpinLock",
      bugChecks: [BugCheck(0x0F), BugCheck(0x10), BugCheck(0x11B)]),
  ]

  private init(
    _ id: String, _ kind: HoldKind, _ sdv: SpinLockAutomaton, taken: String, released: String,
    ddis: String, bugChecks: [BugCheck]
  ) {
    self.id = id
    self.kind = kind
    self.sdv = sdv
    self.taken = taken
    self.released = released
    documentation = RuleDocumentation(
      summary:
        "\(ddis) are called in turn: none is acquired that is held, and none released that is not.",
      rationale:
        "A thread that acquires a spin lock which it holds waits for itself: the processor turns in a loop "
        + "at DISPATCH_LEVEL for ever. Only on a machine with one processor, where nothing is waited for, and under "
        + "a test harness does such a call return. A release of a lock that is free lets two processors into what "
        + "the lock guards, and lowers the IRQL of whoever called.",
      remedy:
        "Let one routine acquire and release, and let those that it calls ask for the lock to be held. Look for "
        + "an error path that releases and then falls through to the release at the end, and for a helper that "
        + "acquires the lock of its caller.",
      readings:
        "tracked: each lock is followed by itself, over routines and threads; nothing is known of it before "
        + "its first event. It is free once its holder released it"
        + (kind == .cancelSpinLock
          ? ", in the routine that did, until IoCancelIrp is called there. A cancel routine is entered with it"
          : "")
        + ". An acquire whose oldirql is below 2 shows that the thread held none. sdv: "
        + (kind == .cancelSpinLock
          ? "the lock may also not be held where a dispatch or cancel routine returns; what is taken from a list ends "
            + "the watch."
          : "the lock that is acquired first is watched, and may not be held where a routine returns."),
      source: Sources.rulePage(id), bugChecks: bugChecks)
  }

  func scope(in reading: Reading) -> HoldScope { HoldScope([kind]) }

  enum State: UInt8, MachineState {
    /// It has been acquired.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, HoldFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .takenAgain, .report("the \(kind.words) is acquired while it is held")),
        on(.watching, .releasedFree, .report("the \(kind.words) is released without an acquire")),
        on(.watching, .released, .pass),
      ])
  }

  var examples: [Example] {
    reported + reportedBySDV + kept + open + (kind == .queuedSpinLock ? handles : [])
      + (kind == .cancelSpinLock ? Self.cancelRoutines : [])
  }
}

/// SDV's automaton of a spin lock, over one run of a thread.
struct SpinLockAutomaton: RunAutomaton {
  private let taken: RunFact
  private let released: RunFact
  private let ends: RunFact
  private let stopsAtLists: Bool

  init(
    _ taken: RunFact, _ released: RunFact, ends: RunFact = .routineEnds, stopsAtLists: Bool = false
  ) {
    self.taken = taken
    self.released = released
    self.ends = ends
    self.stopsAtLists = stopsAtLists
  }

  enum State: UInt8, MachineState {
    /// It has not been acquired.
    case idle
    case held
    case free
  }

  var machine: Machine<State, RunFact> {
    let lists: [Transition<State, RunFact>] =
      stopsAtLists ? [on([.held, .free], .listUsed, .halt), on(.idle, .listUsed, .disarm)] : []
    return Machine(
      start: .idle, dormant: [.idle],
      [
        on([.idle, .free], taken, .go(.held)),
        on(.held, taken, .report("acquired while it is held")),
        on(.held, released, .go(.free)),
        // Without an acquire SDV watches no lock that has an address.
        on(
          taken == .cancelSpinLockTaken ? [.idle, .free] : [.free], released,
          .report("released without an acquire")),
        on(.held, ends, .report("a routine returns with it")),
        on([.held, .free], .ended, .pass),
      ] + lists)
  }
}

extension SpinLockRule {
  private var reported: [Example] {
    [
      Example(
        "a helper acquires the lock of its caller", .violation,
        """
        enter READ
        \(taken)
        \(taken)                !
        """),
      Example(
        "released twice", .violation,
        """
        enter READ
        \(taken)
        \(released)
        \(released)             !
        exit SUCCESS
        """),
      Example(
        "an interrupted DPC", .violation,
        """
        callback Dpc
        \(taken)
        \(released)
        \(taken)
        \(released)
        \(released)             !
        callback-exit Dpc
        """),
      Example(
        "released twice in a completion routine", tracked: .violation, sdv: .violation,
        """
        enter READ
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: \(taken)
        T2: \(released)
        T2: \(released)         !
        T2: completion-exit SUCCESS
        """),
    ]
  }

  private var reportedBySDV: [Example] {
    [
      Example(
        "left by the routine", tracked: .undecided, sdv: .violation,
        """
        enter READ
        \(taken)
        exit SUCCESS            !sdv
        """)
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "in turn", .passes,
        """
        enter READ
        \(taken)
        \(released)
        \(taken)
        \(released)
        exit SUCCESS
        """),
      Example(
        "a thread after another", .passes,
        """
        enter READ
        \(taken)
        T2: enter READ irp=second
        \(released)
        T2: \(taken)
        exit SUCCESS
        T2: \(released)
        T2: exit SUCCESS irp=second
        """),
      Example(
        "a work item and a dispatch routine, one after the other", .passes,
        """
        enter READ
        \(taken)
        \(released)
        exit PENDING
        T2: callback WorkItem
        T2: \(taken)
        T2: \(released)
        T2: callback-exit WorkItem
        """),
    ]
  }

  private var open: [Example] {
    [
      Example(
        "the acquire was not traced", tracked: .notArmed,
        sdv: kind == .cancelSpinLock ? .violation : .notArmed,
        """
        enter READ
        \(released)\(kind == .cancelSpinLock ? "  !sdv" : "")
        exit SUCCESS
        """),
      Example(
        "after a gap", .undecided,
        """
        enter READ
        \(taken)
        lost
        \(taken)
        lost
        """),
      Example(
        "below DISPATCH_LEVEL it was not held any more", tracked: .passes, sdv: .violation,
        """
        enter READ
        \(taken)
        allocate irql=0
        \(taken)                !sdv
        \(released)
        exit SUCCESS
        """),
      Example("no spin lock", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }

  /// Handles lie on stacks, which threads use one after the other.
  private var handles: [Example] {
    [
      Example(
        "another thread's handle at the same address", tracked: .passes, sdv: .violation,
        """
        enter READ
        \(taken)
        \(released)
        T2: KeAcquireInStackQueuedSpinLock lock=other handle=queued
        \(released)             !sdv
        exit SUCCESS
        """)
    ]
  }

  private static let cancelRoutines: [Example] = [
    Example(
      "a cancel routine that releases it twice", tracked: .violation, sdv: .violation,
      """
      IoAcquireCancelSpinLock
      IoReleaseCancelSpinLock newirql=0
      T2: callback Cancel irql=2
      T2: IoReleaseCancelSpinLock newirql=0  !sdv
      T2: IoReleaseCancelSpinLock newirql=0  !tracked
      T2: callback-exit Cancel
      """),
    Example(
      "IoCancelIrp may have called a cancel routine that is not traced", tracked: .passes,
      sdv: .violation,
      """
      enter READ
      IoAcquireCancelSpinLock
      IoReleaseCancelSpinLock newirql=0
      IoCancelIrp irp=own
      IoReleaseCancelSpinLock newirql=0  !sdv
      exit SUCCESS
      """),
    Example(
      "something is taken from a list before", tracked: .passes, sdv: .notArmed,
      """
      enter READ
      dequeue
      IoAcquireCancelSpinLock
      IoReleaseCancelSpinLock newirql=0
      exit SUCCESS
      """),
    Example(
      "something is taken from a list after it", tracked: .passes, sdv: .undecided,
      """
      enter READ
      IoAcquireCancelSpinLock
      IoReleaseCancelSpinLock newirql=0
      dequeue
      exit SUCCESS
      """),
    Example(
      "something is taken from a list", tracked: .passes, sdv: .undecided,
      """
      enter READ
      IoAcquireCancelSpinLock
      dequeue
      IoReleaseCancelSpinLock newirql=0
      exit SUCCESS
      """),
  ]
}
