import RuleEngine

/// DoubleExFreePool: pool memory is freed once.
struct DoubleExFreePoolRule: AllocationRule {
  let id = "DoubleExFreePool"
  let severity = Severity.error
  let readings: Set<Reading> = [.tracked]
  let scope = AllocationScope.everyLife

  enum State: UInt8, MachineState {
    /// The memory is the driver's, or was.
    case watching
  }

  var machine: Machine<State, AllocationFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .freedAgain, .report("pool memory is freed twice")),
        on(.watching, .freed, .pass),
        on(.watching, .lifeEnded, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "What an ExAllocatePool… routine returned is freed once.",
    rationale:
      "The second ExFreePool gives back memory that is somebody else's by then, or makes the pool "
      + "hand out the same block twice. The machine crashes at once (BAD_POOL_CALLER), or later, where the "
      + "other owner of the block finds its data overwritten.",
    remedy:
      "Set the pointer to NULL where the memory is freed, and free it in one place: where a completion "
      + "routine, a cancel routine and the dispatch routine all clean up, let the one that takes the pointer "
      + "away free it (InterlockedExchangePointer).",
    readings:
      "tracked alone. Addresses are used again at once, also by memory whose allocation is not "
      + "traced: a second ExFreePool is reported where it names the tag of the allocation, or stands in the "
      + "same routine as the first. An allocation that returns the address begins anew.",
    source: Sources.rulePage("DoubleExFreePool"),
    bugChecks: [BugCheck(0xC2, 0x07), BugCheck(0x19)])

  let examples: [Example] = [
    Example(
      "freed on the way, and again at the end", tracked: .violation, sdv: .notArmed,
      """
      enter READ
      allocate memory
      ExFreePool ptr=memory
      complete UNSUCCESSFUL
      ExFreePool ptr=memory       !tracked
      exit UNSUCCESSFUL
      """),
    Example(
      "freed by the dispatch routine and by a worker, with its tag", tracked: .violation,
      sdv: .notArmed,
      """
      enter READ
      allocate memory pooltag=LidS
      mark-pending
      ExFreePool ptr=memory pooltag=LidS
      exit PENDING
      T2: callback WorkItem irp=irp
      T2: complete SUCCESS
      T2: ExFreePool ptr=memory pooltag=LidS  !tracked
      T2: callback-exit WorkItem
      """),
    Example(
      "the address was used before", tracked: .violation, sdv: .notArmed,
      """
      enter READ
      allocate memory pooltag=LidA
      ExFreePool ptr=memory pooltag=LidA
      allocate memory pooltag=LidB
      ExFreePool ptr=memory pooltag=LidB
      complete SUCCESS
      exit SUCCESS
      T2: ExFreePool ptr=memory pooltag=LidB  !tracked
      """),
    Example(
      "freed once", tracked: .passes, sdv: .notArmed,
      """
      enter READ
      allocate memory
      ExFreePool ptr=memory
      complete SUCCESS
      exit SUCCESS
      """),
    Example(
      "the address is allocated again", tracked: .passes, sdv: .notArmed,
      """
      enter READ
      allocate memory pooltag=LidS
      ExFreePool ptr=memory pooltag=LidS
      allocate memory pooltag=LidS
      ExFreePool ptr=memory pooltag=LidS
      exit SUCCESS
      """),
    Example(
      "memory of the system's at the same address, freed elsewhere", tracked: .passes,
      sdv: .notArmed,
      """
      enter READ
      allocate memory pooltag=LidS
      ExFreePool ptr=memory pooltag=LidS
      complete SUCCESS
      exit SUCCESS
      T2: enter WRITE irp=other
      T2: ExFreePool ptr=memory
      T2: exit SUCCESS irp=other
      T2: ExFreePool ptr=memory pooltag=LidS
      """),
    Example(
      "freed where no tracer looks", tracked: .passes, sdv: .notArmed,
      """
      allocate memory
      T2: allocate memory
      T2: ExFreePool ptr=memory
      """),
    Example(
      "on threads without routines, without a tag", tracked: .passes, sdv: .notArmed,
      "allocate memory\nExFreePool ptr=memory\nExFreePool ptr=memory"),
    Example(
      "events are lost in between", tracked: .passes, sdv: .notArmed,
      """
      enter READ
      allocate memory
      ExFreePool ptr=memory
      lost
      ExFreePool ptr=memory
      """),
    Example(
      "not freed when the trace ends", tracked: .undecided, sdv: .notArmed, "allocate memory"),
    Example(
      "the allocation fails", .notArmed,
      "enter READ\nallocate NULL\nExFreePool ptr=NULL\nexit SUCCESS"),
  ]
}

/// PoolLeftAtUnload: a driver that is unloaded has freed what it has allocated.
struct PoolLeftAtUnloadRule: AllocationRule {
  let id = "PoolLeftAtUnload"
  let severity = Severity.warning
  let readings: Set<Reading> = [.tracked]
  let scope = AllocationScope.ofDriver

  enum State: UInt8, MachineState {
    /// The memory is the driver's.
    case watching
  }

  var machine: Machine<State, AllocationFact> {
    Machine(
      start: .watching,
      [
        on(
          .watching, .leftAtUnload,
          .report("pool memory is left when the driver is unloaded")),
        // One finding tells of all that was allocated there.
        on(.watching, .leftWithOthers, .disarm),
        on(.watching, .freed, .pass),
        on(.watching, .lifeEnded, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary: "A driver that is unloaded has freed the pool memory that it allocated.",
    rationale:
      "Nobody can free it any more: it is lost until the machine starts anew, and again each time "
      + "that the driver is loaded. Driver Verifier stops the machine for it.",
    remedy:
      "Free in DriverUnload what was allocated in DriverEntry, and in IRP_MN_REMOVE_DEVICE what belongs "
      + "to a device; look at paths that leave a routine early. The evidence names where the memory was "
      + "allocated, how many blocks are left of there, and how many bytes.",
    readings:
      "tracked alone, in a trace that begins with TraceStart, has no gap, and in which the driver has "
      + "freed any memory with a DDI that is traced. One finding for each place, or tag where no source is "
      + "named. Not memory that was allocated while the driver handled a PnP request whose answer its caller "
      + "frees. A warning: memory may also be handed to whoever frees it.",
    source: Sources.bugCheckC4, bugChecks: [BugCheck(0xC4, 0x62)])

  let examples: [Example] = [
    Example(
      "one of two is freed", tracked: .violation, sdv: .notArmed,
      """
      allocate first drv=driver
      allocate second drv=driver
      ExFreePool ptr=first drv=driver
      unload driver       !tracked
      """),
    Example(
      "left by the handling of a request", tracked: .violation, sdv: .notArmed,
      """
      enter READ drv=driver
      allocate first size=64 drv=driver
      allocate second drv=driver
      ExFreePool ptr=second drv=driver
      complete SUCCESS
      exit SUCCESS
      unload driver       !tracked
      """),
    Example(
      "two of one place are one finding", tracked: .violation, sdv: .notArmed,
      """
      allocate first size=64 drv=driver src=a.c:10
      allocate second size=64 drv=driver src=a.c:10
      allocate third drv=driver
      T2: ExFreePool ptr=third drv=driver
      unload driver       !tracked
      """),
    Example(
      "the address was used before", tracked: .violation, sdv: .notArmed,
      """
      allocate memory drv=driver
      ExFreePool ptr=memory drv=driver
      T2: allocate memory drv=driver
      unload driver       !tracked
      """),
    Example(
      "all is freed", tracked: .passes, sdv: .notArmed,
      """
      allocate memory drv=driver
      T2: ExFreePool ptr=memory drv=driver
      unload driver
      """),
    Example(
      "freed by another driver", tracked: .passes, sdv: .notArmed,
      """
      allocate memory drv=driver
      ExFreePool ptr=memory drv=other
      unload driver
      """),
    Example(
      "its address is returned again: freed where no tracer looks", tracked: .passes,
      sdv: .notArmed,
      """
      allocate memory drv=driver
      allocate memory drv=other
      unload driver
      """),
    Example(
      "the driver never frees in the trace", tracked: .undecided, sdv: .notArmed,
      "allocate memory drv=driver\nunload driver"),
    Example(
      "another driver is unloaded", tracked: .undecided, sdv: .notArmed,
      """
      allocate first drv=driver
      ExFreePool ptr=second drv=other
      unload other
      """),
    Example(
      "the trace does not begin with the driver", tracked: .undecided, sdv: .notArmed,
      """
      bare
      allocate first drv=driver
      ExFreePool ptr=second drv=driver
      unload driver
      """),
    Example(
      "events were lost before", tracked: .undecided, sdv: .notArmed,
      """
      lost
      allocate first drv=driver
      ExFreePool ptr=second drv=driver
      unload driver
      """),
    Example(
      "the answer to a PnP request", .notArmed,
      """
      enter PNP/QUERY_DEVICE_RELATIONS drv=driver
      allocate relations drv=driver
      complete SUCCESS
      exit SUCCESS
      ExFreePool ptr=other drv=driver
      unload driver
      """),
    Example("whose it is is not known", .notArmed, "allocate memory\nunload driver"),
  ]
}
