import RuleEngine

/// IrqlExAllocatePool: at which IRQL pool memory is asked for.
struct IrqlExAllocatePoolRule: CallRule {
  let id = "IrqlExAllocatePool"
  let severity = Severity.error

  func scope(in reading: Reading) -> CallScope {
    .calls(
      .exAllocatePoolWithTag, .exAllocatePool, .exAllocatePool2, .exAllocatePool3,
      .exAllocatePoolZero, .exAllocatePoolUninitialized, .exAllocatePoolWithQuotaTag,
      .exAllocatePoolWithTagPriority)
  }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .allocatesPaged, .report("paged memory is allocated above APC_LEVEL")),
        on(
          .watching, .allocatesAboveDispatch, .report("memory is allocated above DISPATCH_LEVEL")),
        on(.watching, .allocatesUnknown, .halt),
        on(.watching, .allocates, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary:
      "Pool memory is allocated at DISPATCH_LEVEL or below, and paged memory at APC_LEVEL or below.",
    rationale:
      "The paged pool is managed in memory that is paged itself: at DISPATCH_LEVEL a page fault on it cannot "
      + "be served. Above DISPATCH_LEVEL even the lock of the nonpaged pool may be held by the code that was "
      + "interrupted.",
    remedy:
      "Ask for nonpaged memory (POOL_FLAG_NON_PAGED, NonPagedPoolNx) where a DPC, a completion routine or code "
      + "under a spin lock allocates, or allocate before the spin lock is taken. For an interrupt service routine "
      + "have the memory ready when the device starts.",
    readings:
      "Both readings judge alike. A POOL_TYPE is paged where its lowest bit is set, whatever flags such as "
      + "NonPagedPoolNx's 512 there are; POOL_FLAGS where POOL_FLAG_PAGED (0x100) is. Memory of a kind that the "
      + "trace does not tell is undecided at DISPATCH_LEVEL.",
    source: Sources.rulePage("IrqlExAllocatePool"),
    bugChecks: [
      BugCheck(0xC4, 0x01), BugCheck(0xC4, 0x02), BugCheck(0xC4, 0x20004), BugCheck(0xA),
      BugCheck(0xC2, 0x08),
    ])

  let examples: [Example] = [
    Example(
      "paged memory under a spin lock", .violation,
      """
      enter DEVICE_CONTROL irql=0
      KeAcquireSpinLock lock=spin oldirql=0 irql=2
      allocate memory pooltype=1 irql=2  !
      """),
    Example(
      "paged memory in a completion routine", .violation,
      """
      enter READ irql=0
      forward irql=0
      T2: completion irql=2
      T2: ExAllocatePool2 ptr=memory poolflags=256 irql=2  !
      """),
    Example(
      "in an interrupt service routine", .violation,
      "callback Isr irql=8\nExAllocatePoolZero ptr=memory pooltype=512 irql=8  !"),
    Example(
      "of an unknown kind in an interrupt service routine", .violation,
      "callback Isr irql=8\nExAllocatePoolWithTag ptr=memory irql=8  !"),
    Example(
      "paged and cache aligned, with a quota, in a DPC", .violation,
      "callback Dpc irql=2\nExAllocatePoolWithQuotaTag ptr=memory pooltype=5 irql=2  !"),
    Example(
      "the second of two, at the same address", .violation,
      """
      enter READ irql=0
      allocate memory pooltype=1 irql=0
      ExFreePool ptr=memory irql=0
      T2: callback Dpc irql=2
      T2: allocate memory pooltype=1 irql=2  !
      """),
    Example(
      "nonpaged memory in a DPC", .passes,
      "callback Dpc irql=2\nallocate memory pooltype=512 irql=2"),
    Example(
      "nonpaged, cache aligned memory in a DPC", .passes,
      "callback Dpc irql=2\nExAllocatePoolWithTagPriority ptr=memory pooltype=516 irql=2"),
    Example(
      "POOL_FLAG_NON_PAGED in a DPC", .passes,
      "callback Dpc irql=2\nExAllocatePool3 ptr=memory poolflags=64 irql=2"),
    Example(
      "paged memory under a fast mutex", .passes,
      "callback WorkItem irql=0\nExAllocatePoolUninitialized ptr=memory pooltype=1 irql=1"),
    Example("at PASSIVE_LEVEL", .passes, "enter READ irql=0\nExAllocatePool ptr=memory irql=0"),
    Example(
      "the kind is not in the trace", .undecided, "callback Dpc irql=2\nallocate memory irql=2"),
    Example(
      "the IRQL is not in the trace", .notArmed, "callback Dpc\nallocate memory pooltype=1"),
  ]
}
