import RuleEngine

/// IrqlReturn: a routine returns at the IRQL at which it was called.
struct IrqlReturnRule: CallRule {
  let id = "IrqlReturn"
  let severity = Severity.error

  func scope(in reading: Reading) -> CallScope {
    reading == .sdv ? .calls(.dispatchExit) : .calls(.dispatchExit, .completionExit, .callbackExit)
  }

  enum State: UInt8, MachineState {
    /// One return is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .returnsAtOtherIRQL, .report("the routine returns at another IRQL")),
        on(.watching, .returnsAtSameIRQL, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "A routine returns at the IRQL at which it was called.",
    rationale:
      "The caller goes on at an IRQL that it does not know of. Left at DISPATCH_LEVEL the thread never waits "
      + "again and the next page fault stops the machine; lowered, a DPC is preempted under the locks of its caller.",
    remedy:
      "Release each spin lock, and lower each KeRaiseIrql, on every path out of the routine, error paths "
      + "included; release with the IRQL that the acquire returned.",
    readings:
      "Decided by irql at the entry and the exit; where one is missing, nothing is. tracked: dispatch and "
      + "completion routines, and the other routines whose kind is known, cancel routines aside, which are called with "
      + "the cancel spin lock held and return without it. sdv: dispatch routines.",
    source: Sources.rulePage("IrqlReturn"),
    bugChecks: [
      BugCheck(0xC4, 0x2001D), BugCheck(0xC4, 0xFA), BugCheck(0xC4, 0x111), BugCheck(0xC9, 0x05),
      BugCheck(0xC8), BugCheck(0x4A), BugCheck(0xE1),
    ])

  let examples: [Example] = [
    Example(
      "the spin lock is not released on the error path", .violation,
      """
      enter READ irql=0
      KeAcquireSpinLock lock=spin oldirql=0 irql=2
      complete UNSUCCESSFUL irql=2
      exit UNSUCCESSFUL irql=2  !
      """),
    Example(
      "released to PASSIVE_LEVEL, called at DISPATCH_LEVEL", .violation,
      """
      enter WRITE irql=2
      KeAcquireSpinLock lock=spin oldirql=2 irql=2
      KeReleaseSpinLock lock=spin newirql=0 irql=2
      exit SUCCESS irql=0  !
      """),
    Example(
      "the second request with the same IRP", .violation,
      """
      enter READ irql=0
      complete SUCCESS irql=0
      exit SUCCESS irql=0
      enter READ irql=0
      complete SUCCESS irql=0
      exit SUCCESS irql=1  !
      """),
    Example(
      "a completion routine lowers the IRQL", tracked: .violation, sdv: .passes,
      """
      enter READ irql=0
      set-routine irql=0
      forward irql=0
      T2: completion irql=2
      T2: completion-exit SUCCESS irql=0  !tracked
      returns PENDING irql=0
      exit PENDING irql=0
      """),
    Example(
      "a work item returns at DISPATCH_LEVEL", tracked: .violation, sdv: .notArmed,
      """
      callback WorkItem irql=0
      KeRaiseIrql newirql=2 oldirql=0 irql=2
      callback-exit WorkItem irql=2  !tracked
      """),
    Example(
      "acquired and released", .passes,
      """
      enter READ irql=0
      KeAcquireSpinLock lock=spin oldirql=0 irql=2
      KeReleaseSpinLock lock=spin newirql=0 irql=2
      complete SUCCESS irql=0
      exit SUCCESS irql=0
      """),
    Example(
      "called at DISPATCH_LEVEL", .passes,
      "enter READ irql=2\nmark-pending irql=2\nexit PENDING irql=2"),
    Example(
      "a request within a completion routine", .passes,
      """
      enter READ irql=0
      forward irql=0
      T2: completion irql=2
      T2: enter WRITE irp=second irql=2
      T2: exit PENDING irp=second irql=2
      T2: completion-exit SUCCESS irql=2
      exit PENDING irql=0
      """),
    Example(
      "a cancel routine gives the cancel spin lock back", .notArmed,
      """
      callback Cancel irql=2
      IoReleaseCancelSpinLock newirql=0 irql=2
      callback-exit Cancel irql=0
      """),
    Example(
      "a cancel-safe queue takes its lock", .notArmed,
      """
      callback CsqAcquireLock irql=0
      KeAcquireSpinLock lock=spin oldirql=0 irql=2
      callback-exit CsqAcquireLock irql=2
      """),
    Example(
      "a gap between entry and exit", .notArmed,
      "enter READ irql=0\nlost\nexit SUCCESS irql=2"),
    Example("the IRQL is not in the trace", .notArmed, "enter READ irql=0\nexit SUCCESS"),
  ]
}

/// IrqlKeRaiseLower: KeRaiseIrql raises, and KeLowerIrql lowers what was raised.
struct IrqlKeRaiseLowerRule: CallRule {
  let id = "IrqlKeRaiseLower"
  let severity = Severity.error

  func scope(in reading: Reading) -> CallScope { .calls(.keRaiseIrql, .keLowerIrql) }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    let raises: [Transition<State, CallFact>] = [
      on(.watching, .raisesToLower, .report("KeRaiseIrql to a lower IRQL")),
      on(.watching, .raises, .pass),
    ]
    let lowers: [Transition<State, CallFact>] =
      reading == .sdv
      ? [on(.watching, .lowersUnraised, .report("KeLowerIrql without a KeRaiseIrql"))]
      : [
        on(.watching, .lowersToHigher, .report("KeLowerIrql to a higher IRQL")),
        on(.watching, .lowersBelowEntry, .report("KeLowerIrql below the IRQL of the caller")),
      ]
    return Machine(start: .watching, raises + lowers + [on(.watching, .lowers, .pass)])
  }

  let documentation = RuleDocumentation(
    summary:
      "KeRaiseIrql raises the IRQL or leaves it, and KeLowerIrql lowers it, not below what the caller had.",
    rationale:
      "A driver that lowers the IRQL by KeRaiseIrql, or below that of its caller, is preempted under the "
      + "caller's spin lock or within its DPC; other processors spin for ever, and the lock's data is half changed.",
    remedy:
      "Keep what KeRaiseIrql returned in a local variable, and give it to KeLowerIrql in the same routine. Do "
      + "not call KeRaiseIrql with a fixed level where the routine may be called above it: ask KeGetCurrentIrql.",
    readings:
      "tracked: KeRaiseIrql where oldirql is known. KeLowerIrql by its irql, and by the irql at the entry of "
      + "the routine on top, unless what it lowers was raised by another routine. sdv: KeLowerIrql without a "
      + "KeRaiseIrql before it, since the thread's outermost routine was entered.",
    source: Sources.rulePage("IrqlKeRaiseLower"),
    bugChecks: [BugCheck(0xC4, 0x30), BugCheck(0xC4, 0x31), BugCheck(0xC8)])

  let examples: [Example] = [
    Example(
      "a DPC \"raises\" to APC_LEVEL", .violation,
      """
      callback Dpc irql=2
      KeRaiseIrql newirql=1 oldirql=2 irql=1  !
      """),
    Example(
      "lowers in place of raising", .violation,
      """
      enter READ irql=2
      KeRaiseIrql newirql=0 oldirql=2 irql=0  !
      """),
    Example(
      "the second time, on another thread", .violation,
      """
      enter READ irql=0
      KeRaiseIrql newirql=2 oldirql=0 irql=2
      KeLowerIrql newirql=0 irql=2
      T2: callback Timer irql=2
      T2: KeRaiseIrql newirql=1 oldirql=2 irql=1  !
      """),
    Example(
      "a DPC lowers to PASSIVE_LEVEL", .violation,
      """
      callback Dpc irql=2
      KeLowerIrql newirql=0 irql=2  !
      """),
    Example(
      "lowers to more than it is at", tracked: .violation, sdv: .passes,
      """
      enter READ irql=0
      KeRaiseIrql newirql=1 oldirql=0 irql=1
      KeLowerIrql newirql=2 irql=1  !tracked
      """),
    Example(
      "below the caller's IRQL, in spite of a raise", tracked: .violation, sdv: .passes,
      """
      callback Dpc irql=2
      KeRaiseIrql newirql=5 oldirql=2 irql=5
      KeLowerIrql newirql=0 irql=5  !tracked
      """),
    Example(
      "raised and lowered", .passes,
      """
      enter READ irql=0
      KeRaiseIrql newirql=2 oldirql=0 irql=2
      KeLowerIrql newirql=0 irql=2
      """),
    Example(
      "raised to where it is", .passes,
      """
      callback Dpc irql=2
      KeRaiseIrql newirql=2 oldirql=2 irql=2
      KeLowerIrql newirql=2 irql=2
      callback-exit Dpc irql=2
      """),
    Example(
      "nested", .passes,
      """
      enter READ irql=0
      KeRaiseIrql newirql=1 oldirql=0 irql=1
      KeRaiseIrql newirql=2 oldirql=1 irql=2
      KeLowerIrql newirql=1 irql=2
      KeLowerIrql newirql=0 irql=1
      """),
    Example(
      "two threads", .passes,
      """
      enter READ irql=0
      KeRaiseIrql newirql=2 oldirql=0 irql=2
      T2: callback WorkItem irql=0
      T2: KeRaiseIrql newirql=1 oldirql=0 irql=1
      KeLowerIrql newirql=0 irql=2
      T2: KeLowerIrql newirql=0 irql=1
      """),
    Example(
      "the IRQLs are not in the trace", tracked: .notArmed, sdv: .notArmed,
      "enter READ\nKeRaiseIrql newirql=2\nKeLowerIrql newirql=0"),
  ]
}

/// IrqlKeRaiseLower2: KeLowerIrql goes back to the IRQL before the KeRaiseIrql.
struct IrqlKeRaiseLower2Rule: CallRule {
  let id = "IrqlKeRaiseLower2"
  let severity = Severity.error

  func scope(in reading: Reading) -> CallScope { .calls(.keLowerIrql) }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .lowersToOther, .report("lowered to another IRQL than before it was raised")),
        on(.watching, .lowersAsRaised, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "KeLowerIrql is given the IRQL that KeRaiseIrql returned.",
    rationale:
      "Lowered too far, the routine is preempted under its caller's locks; not far enough, the thread goes on "
      + "at a raised IRQL, where it can neither wait nor touch paged memory.",
    remedy:
      "Keep what KeRaiseIrql returned in a local variable of the routine, one for each raise, and give that to "
      + "KeLowerIrql. Lower in the opposite order.",
    readings:
      "Each KeLowerIrql lowers the innermost KeRaiseIrql that is not lowered. tracked: judged where that was "
      + "made by the same routine, with the same spin locks held, and oldirql is known. sdv: against the IRQL before "
      + "the last raise or acquire of a spin lock.",
    source: Sources.rulePage("IrqlKeRaiseLower2"),
    bugChecks: [BugCheck(0xC4, 0x31), BugCheck(0xC8)])

  let examples: [Example] = [
    Example(
      "lowered to PASSIVE_LEVEL, whatever it was before", .violation,
      """
      enter READ irql=1
      KeRaiseIrql newirql=2 oldirql=1 irql=2
      KeLowerIrql newirql=0 irql=2  !
      """),
    Example(
      "not lowered far enough", .violation,
      """
      callback WorkItem irql=0
      KeRaiseIrql newirql=2 oldirql=0 irql=2
      KeLowerIrql newirql=1 irql=2  !
      callback-exit WorkItem irql=1
      """),
    Example(
      "nested, the wrong way round", .violation,
      """
      enter READ irql=0
      KeRaiseIrql newirql=1 oldirql=0 irql=1
      KeRaiseIrql newirql=2 oldirql=1 irql=2
      KeLowerIrql newirql=0 irql=2  !
      """),
    Example(
      "the second request", .violation,
      """
      enter READ irql=0
      KeRaiseIrql newirql=2 oldirql=0 irql=2
      KeLowerIrql newirql=0 irql=2
      exit SUCCESS irql=0
      T2: enter READ irql=1
      T2: KeRaiseIrql newirql=2 oldirql=1 irql=2
      T2: KeLowerIrql newirql=0 irql=2  !
      """),
    Example(
      "raised and lowered", .passes,
      """
      enter READ irql=1
      KeRaiseIrql newirql=2 oldirql=1 irql=2
      KeLowerIrql newirql=1 irql=2
      """),
    Example(
      "nested", .passes,
      """
      callback WorkItem irql=0
      KeRaiseIrql newirql=1 oldirql=0 irql=1
      KeRaiseIrql newirql=2 oldirql=1 irql=2
      KeLowerIrql newirql=1 irql=2
      KeLowerIrql newirql=0 irql=1
      """),
    Example(
      "a spin lock in between", .passes,
      """
      enter READ irql=0
      KeRaiseIrql newirql=1 oldirql=0 irql=1
      KeAcquireSpinLock lock=spin oldirql=1 irql=2
      KeReleaseSpinLock lock=spin newirql=1 irql=2
      KeLowerIrql newirql=0 irql=1
      """),
    Example(
      "a release has lowered it", tracked: .notArmed, sdv: .violation,
      """
      enter READ irql=0
      KeAcquireSpinLock lock=spin oldirql=0 irql=2
      KeRaiseIrql newirql=2 oldirql=2 irql=2
      KeReleaseSpinLock lock=spin newirql=0 irql=2
      KeLowerIrql newirql=1 irql=0  !sdv
      """),
    Example(
      "a raise of another routine", tracked: .notArmed, sdv: .violation,
      """
      enter READ irql=1
      KeRaiseIrql newirql=2 oldirql=1 irql=2
      callback CsqReleaseLock irql=2
      KeLowerIrql newirql=0 irql=2  !sdv
      """),
    Example(
      "after a gap", .notArmed,
      """
      enter READ irql=1
      KeRaiseIrql newirql=2 oldirql=1 irql=2
      lost
      KeLowerIrql newirql=0 irql=2
      """),
    Example("the IRQL is not in the trace", .notArmed, "enter READ\nKeLowerIrql newirql=0"),
  ]
}
