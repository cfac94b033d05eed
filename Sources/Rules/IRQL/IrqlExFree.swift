import RuleEngine

/// IrqlExFree1, IrqlExFree2, IrqlExFree3: at which IRQL pool memory is freed, by the routine that allocated it.
struct IrqlExFreeRule: CallRule {
  let id: String
  let memory: CallScope.Memory
  /// Allocations of that kind in short notation: of paged memory, and of nonpaged.
  let paged: String
  let nonpaged: String
  let severity = Severity.error
  /// SDV's automata are not known.
  let readings: Set<Reading> = [.tracked]

  private static let tagged: Set<EventKind> = [
    .exAllocatePoolWithTag, .exAllocatePoolZero, .exAllocatePoolUninitialized,
  ]

  static let members = [
    IrqlExFreeRule(
      id: "IrqlExFree1", memory: .allocated(by: tagged),
      paged: "ExAllocatePoolWithTag ptr=memory pooltype=1",
      nonpaged: "ExAllocatePoolZero ptr=memory pooltype=512"),
    IrqlExFreeRule(
      id: "IrqlExFree2", memory: .allocated(by: [.exAllocatePoolWithTagPriority]),
      paged: "ExAllocatePoolWithTagPriority ptr=memory pooltype=1",
      nonpaged: "ExAllocatePoolWithTagPriority ptr=memory pooltype=0"),
    IrqlExFreeRule(
      id: "IrqlExFree3",
      memory: .allocatedOtherwise(than: tagged.union([.exAllocatePoolWithTagPriority])),
      paged: "ExAllocatePool2 ptr=memory poolflags=256",
      nonpaged: "ExAllocatePool2 ptr=memory poolflags=64"),
  ]

  func scope(in reading: Reading) -> CallScope { CallScope(events: [.exFreePool], memory: memory) }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .freesPaged, .report("paged memory is freed above APC_LEVEL")),
        on(.watching, .freesAboveDispatch, .report("memory is freed above DISPATCH_LEVEL")),
        on(.watching, .frees, .pass),
      ])
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary:
        "Pool memory that \(memory.words) is freed at DISPATCH_LEVEL or below, and paged memory at APC_LEVEL or "
        + "below.",
      rationale:
        "The paged pool is managed in memory that is paged itself: at DISPATCH_LEVEL a page fault on it cannot "
        + "be served. Above DISPATCH_LEVEL the lock of the pool may be held by the code that was interrupted.",
      remedy:
        "Free paged memory in a work item, or before the spin lock is taken; or allocate it nonpaged "
        + "(POOL_FLAG_NON_PAGED) where a DPC or a completion routine frees it. In an interrupt service routine queue a "
        + "DPC, and free there.",
      readings:
        "tracked only: by the irql of ExFreePool, and the kind of memory that the allocation told. At "
        + "DISPATCH_LEVEL memory of which that is not known is not judged.",
      source: Sources.rulePage(id),
      bugChecks: [
        BugCheck(0xC4, 0x11), BugCheck(0xC4, 0x12), BugCheck(0xC2, 0x09), BugCheck(0xA),
      ])
  }

  var examples: [Example] { reported + kept + notJudged }

  private var reported: [Example] {
    [
      Example(
        "paged memory is freed under a spin lock", .violation,
        """
        enter READ irql=0
        \(paged) irql=0
        KeAcquireSpinLock lock=spin oldirql=0 irql=2
        ExFreePool ptr=memory irql=2  !
        """),
      Example(
        "paged memory is freed in a completion routine", .violation,
        """
        enter READ irql=0
        \(paged) irql=0
        forward irql=0
        T2: completion irql=2
        T2: ExFreePool ptr=memory irql=2  !
        """),
      Example(
        "freed in an interrupt service routine", .violation,
        """
        \(nonpaged) irql=0
        callback Isr irql=8
        ExFreePool ptr=memory irql=8  !
        """),
      Example(
        "the address was used before, for nonpaged memory", .violation,
        """
        \(nonpaged) irql=0
        ExFreePool ptr=memory irql=2
        \(paged) irql=0
        T2: callback Dpc irql=2
        T2: ExFreePool ptr=memory irql=2  !
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "paged memory is freed at PASSIVE_LEVEL", .passes,
        "enter READ irql=0\n\(paged) irql=0\nExFreePool ptr=memory irql=0"),
      Example(
        "paged memory is freed under a fast mutex", .passes,
        "callback WorkItem irql=0\n\(paged) irql=0\nExFreePool ptr=memory irql=1"),
      Example(
        "nonpaged memory is freed in a DPC", .passes,
        "\(nonpaged) irql=0\nT2: callback Dpc irql=2\nT2: ExFreePool ptr=memory irql=2"),
      Example(
        "the address was used before, for paged memory", .passes,
        """
        \(paged) irql=0
        ExFreePool ptr=memory irql=0
        T2: callback Dpc irql=2
        T2: \(nonpaged) irql=2
        T2: ExFreePool ptr=memory irql=2
        """),
    ]
  }

  private var notJudged: [Example] {
    [
      Example(
        "after a gap", .notArmed,
        "\(paged) irql=0\nlost\ncallback Dpc irql=2\nExFreePool ptr=memory irql=2"),
      Example(
        "the allocation is not in the trace", .notArmed,
        "callback Dpc irql=2\nExFreePool ptr=memory irql=2"),
      Example("the IRQL is not in the trace", .notArmed, "\(paged)\nExFreePool ptr=memory"),
    ]
  }
}
