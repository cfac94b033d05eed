import RuleEngine

/// SpinLockSafe: no request is completed, and no packet started, with a spin lock held.
struct SpinLockSafeRule: HoldRule {
  let id = "SpinLockSafe"
  let severity = Severity.error

  func scope(in reading: Reading) -> HoldScope { .spinLocks }

  enum State: UInt8, MachineState {
    /// The lock is held.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, HoldFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .calledHolding, .report("called with a spin lock held")),
        on(.watching, .released, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "IoCompleteRequest and IoStartNextPacket are called with no spin lock held.",
    rationale:
      "IoCompleteRequest calls the completion routines of every driver above, and IoStartNextPacket the "
      + "driver's StartIo routine. One of them asks for the same lock sooner or later, often because it sends the "
      + "next request: the processor waits for itself, at DISPATCH_LEVEL, for ever.",
    remedy:
      "Take the request out of the list under the lock, release the lock, then complete it. For many requests "
      + "move them to a local list under the lock and complete them after it. IoStartNextPacket needs "
      + "DISPATCH_LEVEL, not a lock.",
    readings:
      "tracked: a lock counts that the routine itself took, or one below it on the thread of the same "
      + "driver; what a DPC, timer or interrupt routine interrupts does not. sdv: the acquires of all spin locks in "
      + "the thread's run are counted against the releases, queued ones aside, whichever lock it is.",
    source: Sources.rulePage("SpinLockSafe"), bugChecks: [BugCheck(0x0F), BugCheck(0x133)])

  var examples: [Example] {
    reported + kept + open
  }
}

/// SDV's automaton of SpinLockSafe.
struct SpinLockSafeAutomaton: RunAutomaton {
  enum State: UInt8, MachineState {
    /// Nothing was called.
    case idle
    case watching
  }

  var machine: Machine<State, RunFact> {
    Machine(
      start: .idle, dormant: [.idle],
      [
        on([.idle, .watching], .calledUnbalanced, .report("called with a spin lock held")),
        on(.idle, .called, .go(.watching)),
        on(.watching, .ended, .pass),
      ])
  }
}

extension SpinLockSafeRule {
  private var reported: [Example] {
    [
      Example(
        "completed under the lock of the queue", .violation,
        """
        callback Dpc irql=2
        KeAcquireSpinLockAtDpcLevel lock=spin
        dequeue irp=irp
        complete SUCCESS        !
        KeReleaseSpinLockFromDpcLevel lock=spin
        callback-exit Dpc
        """),
      Example(
        "the next packet is started under it", .violation,
        """
        callback Dpc irql=2
        KeAcquireSpinLockAtDpcLevel lock=spin
        IoStartNextPacket       !
        KeReleaseSpinLockFromDpcLevel lock=spin
        callback-exit Dpc
        """),
      Example(
        "a cancel routine completes before it releases the cancel spin lock", .violation,
        """
        enter READ
        IoAcquireCancelSpinLock oldirql=0
        IoReleaseCancelSpinLock newirql=0
        exit PENDING
        T2: callback Cancel irql=2
        T2: IoAcquireCancelSpinLock oldirql=2
        T2: complete CANCELLED  !
        T2: IoReleaseCancelSpinLock newirql=0
        T2: callback-exit Cancel
        """),
      Example(
        "the second request is completed under it", .violation,
        """
        callback Dpc irql=2
        complete SUCCESS irp=first
        KeAcquireSpinLockAtDpcLevel lock=spin
        complete SUCCESS        !
        KeReleaseSpinLockFromDpcLevel lock=spin
        callback-exit Dpc
        """),
      Example(
        "the completion routine of a lock's holder", .violation,
        """
        enter READ drv=driver
        KeAcquireSpinLock lock=spin oldirql=0 drv=driver
        set-routine irp=own drv=driver
        forward irp=own drv=driver
        completion irp=own drv=driver
        complete SUCCESS irp=irp drv=driver  !
        completion-exit MORE_PROCESSING_REQUIRED irp=own drv=driver
        KeReleaseSpinLock lock=spin newirql=0 drv=driver
        exit SUCCESS
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "completed after the release", .passes,
        """
        callback Dpc irql=2
        KeAcquireSpinLockAtDpcLevel lock=spin
        dequeue irp=irp
        KeReleaseSpinLockFromDpcLevel lock=spin
        complete SUCCESS
        callback-exit Dpc
        """),
      Example(
        "a DPC interrupts who holds a lock", tracked: .passes, sdv: .violation,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        callback Isr
        complete SUCCESS irp=second  !sdv
        callback-exit Isr
        KeReleaseSpinLock lock=spin newirql=0
        exit SUCCESS
        """),
      Example(
        "a lower driver completes what is sent under a lock", tracked: .passes, sdv: .violation,
        """
        enter READ drv=upper
        KeAcquireSpinLock lock=spin oldirql=0 drv=upper
        forward irp=own drv=upper
        enter READ irp=own dev=lower drv=lower
        complete SUCCESS irp=own drv=lower  !sdv
        exit SUCCESS irp=own dev=lower drv=lower
        KeReleaseSpinLock lock=spin newirql=0 drv=upper
        exit SUCCESS
        """),
      Example(
        "another processor holds it", .passes,
        """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        T2: enter READ irp=second
        T2: complete SUCCESS irp=second
        T2: exit SUCCESS irp=second
        KeReleaseSpinLock lock=spin newirql=0
        exit SUCCESS
        """),
    ]
  }

  private var open: [Example] {
    [
      Example(
        "after a gap", .undecided,
        """
        enter READ
        complete SUCCESS irp=second
        KeAcquireSpinLock lock=spin oldirql=0
        lost
        exit SUCCESS
        """),
      Example(
        "no spin lock", tracked: .notArmed, sdv: .passes,
        "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
    ]
  }
}
