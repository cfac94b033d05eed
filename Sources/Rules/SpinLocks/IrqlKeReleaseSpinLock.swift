import RuleEngine

/// IrqlKeReleaseSpinLock: KeReleaseSpinLock goes back to the IRQL at which the lock was acquired.
struct IrqlKeReleaseSpinLockRule: HoldRule {
  let id = "IrqlKeReleaseSpinLock"
  let severity = Severity.error

  func scope(in reading: Reading) -> HoldScope { HoldScope([.spinLock]) }

  enum State: UInt8, MachineState {
    /// The lock is held.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, HoldFact> {
    Machine(
      start: .watching,
      [
        on(
          .watching, .releasedHoldingAnother, .report("lowers the IRQL with a spin lock held")),
        on(
          .watching, .releasedToOtherIRQL,
          .report("lowers to another IRQL than before the acquire")),
        on(.watching, .releasedBelowCaller, .report("lowers below the caller's IRQL")),
        on(.watching, .releasedToIRQL, .pass),
        // What FromDpcLevel releases sets no IRQL.
        on(.watching, .released, .disarm),
      ])
  }

  let documentation = RuleDocumentation(
    summary:
      "KeReleaseSpinLock is given the IRQL that KeAcquireSpinLock returned, and sets it once no spin lock is "
      + "held any more.",
    rationale:
      "Below DISPATCH_LEVEL the thread can be taken off its processor. If it holds a spin lock then, whoever "
      + "asks for the lock on that processor waits for ever; if its caller counts on DISPATCH_LEVEL, the caller's "
      + "lock or per-processor data is no longer safe. An IRQL that stays too high stops the next wait or page fault.",
    remedy:
      "Keep one KIRQL for each lock, on the stack of the routine that acquires it. Release nested locks in the "
      + "opposite order, or acquire the inner ones with KeAcquireSpinLockAtDpcLevel; in a DPC, StartIo or completion "
      + "routine use the AtDpcLevel form throughout.",
    readings:
      "Decided by oldirql and newirql. tracked: locks may be released in any order and with any DDI, as long "
      + "as no lock is held below DISPATCH_LEVEL, the last release goes back to where the first acquire began, and no "
      + "release goes below the IRQL at which the routine was entered (a cancel routine aside). sdv: the call is made "
      + "at DISPATCH_LEVEL, and goes back to the IRQL before the last raise of any kind.",
    source: Sources.rulePage("IrqlKeReleaseSpinLock"),
    bugChecks: [BugCheck(0xC4, 0x32), BugCheck(0x0A), BugCheck(0xD1)])

  var examples: [Example] {
    reported + kept + open
  }
}

/// SDV's automaton of IrqlKeReleaseSpinLock.
struct IrqlKeReleaseSpinLockAutomaton: RunAutomaton {
  enum State: UInt8, MachineState {
    /// Nothing was released.
    case idle
    case watching
  }

  var machine: Machine<State, RunFact> {
    Machine(
      start: .idle, dormant: [.idle],
      [
        on(
          [.idle, .watching], .releasedAtOtherIRQL,
          .report("called at another IRQL than DISPATCH_LEVEL")),
        on(
          [.idle, .watching], .releasedToOtherIRQL,
          .report("lowers to another IRQL than before the acquire")),
        on(.idle, .releasedToIRQL, .go(.watching)),
        on(.watching, .ended, .pass),
      ])
  }
}

extension IrqlKeReleaseSpinLockRule {
  private var reported: [Example] {
    [
      Example(
        "the saved IRQL was overwritten", .violation,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=1
        KeReleaseSpinLock lock=spin newirql=0  !
        exit SUCCESS
        """),
      Example(
        "the outer lock's IRQL is given to the inner one", .violation,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=outer oldirql=0
        KeAcquireSpinLock lock=inner oldirql=2
        KeReleaseSpinLock lock=inner newirql=0  !
        KeReleaseSpinLock lock=outer newirql=0
        exit SUCCESS
        """),
      Example(
        "stays at DISPATCH_LEVEL", .violation,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=0
        KeReleaseSpinLock lock=spin newirql=2  !
        exit SUCCESS
        """),
      Example(
        "the outer lock is released first, with the IRQL before it", .violation,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=outer oldirql=0
        KeAcquireSpinLock lock=inner oldirql=2
        KeReleaseSpinLock lock=outer newirql=0  !
        KeReleaseSpinLock lock=inner newirql=0
        exit SUCCESS
        """),
      Example(
        "a completion routine lowers its caller's IRQL", .violation,
        """
        T2: completion irql=2
        T2: KeAcquireSpinLockAtDpcLevel lock=spin
        T2: KeReleaseSpinLock lock=spin newirql=0  !
        T2: completion-exit SUCCESS
        """),
      Example(
        "goes to another IRQL the second time", .violation,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=0
        KeReleaseSpinLock lock=spin newirql=0
        KeAcquireSpinLock lock=spin oldirql=0
        KeReleaseSpinLock lock=spin newirql=1  !
        exit SUCCESS
        """),
      Example(
        "released at PASSIVE_LEVEL, the second time", tracked: .passes, sdv: .violation,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=0
        KeReleaseSpinLock lock=spin newirql=0
        KeAcquireSpinLock lock=spin oldirql=0
        KeReleaseSpinLock lock=spin newirql=0 irql=0  !sdv
        exit SUCCESS
        """),
      Example(
        "released at PASSIVE_LEVEL", tracked: .undecided, sdv: .violation,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=0
        KeReleaseSpinLock lock=spin newirql=0 irql=0  !sdv
        exit SUCCESS
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "back to where it came from", .passes,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=0
        KeReleaseSpinLock lock=spin newirql=0
        KeAcquireSpinLock lock=spin oldirql=1
        KeReleaseSpinLock lock=spin newirql=1
        exit SUCCESS
        """),
      Example(
        "nested", .passes,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=outer oldirql=0
        KeAcquireSpinLock lock=inner oldirql=2
        KeReleaseSpinLock lock=inner newirql=2
        KeReleaseSpinLock lock=outer newirql=0
        exit SUCCESS
        """),
      Example(
        "hand over hand, the IRQLs exchanged", .passes,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=first oldirql=0
        KeAcquireSpinLock lock=second oldirql=2
        KeReleaseSpinLock lock=first newirql=2
        KeReleaseSpinLock lock=second newirql=0
        exit SUCCESS
        """),
      Example(
        "a DPC on another processor", .passes,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=0
        T2: callback Dpc irql=2
        T2: KeAcquireSpinLock lock=other oldirql=2
        T2: KeReleaseSpinLock lock=other newirql=2
        T2: callback-exit Dpc
        KeReleaseSpinLock lock=spin newirql=0
        exit SUCCESS
        """),
    ]
  }

  private var open: [Example] {
    [
      Example(
        "the trace does not tell the IRQL", .notArmed,
        """
        enter READ
        KeAcquireSpinLock lock=spin
        KeReleaseSpinLock lock=spin
        exit SUCCESS
        """),
      Example(
        "at DISPATCH_LEVEL throughout", .notArmed,
        """
        callback Dpc irql=2
        KeAcquireSpinLockAtDpcLevel lock=spin
        KeReleaseSpinLockFromDpcLevel lock=spin
        callback-exit Dpc
        """),
      Example(
        "after a gap", .undecided,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=0
        lost
        KeReleaseSpinLock lock=spin newirql=0
        """),
    ]
  }
}
