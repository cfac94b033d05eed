import RuleEngine

// The rules about lists of DDIs: what each says, and what to do instead.
extension IrqlTableRule {
  static let members: [IrqlTableRule] =
    executiveMembers + ioMembers + kernelMembers + otherMembers

  private static let executiveMembers: [IrqlTableRule] = [
    IrqlTableRule(
      id: "IrqlExApcLte1",
      summary: "ExAcquireFastMutex and ExTryToAcquireFastMutex are called at APC_LEVEL or "
        + "below.",
      rationale: "A fast mutex raises to APC_LEVEL and makes the thread wait. At "
        + "DISPATCH_LEVEL a wait cannot be left, and the IRQL would be lowered under "
        + "a spin lock.",
      remedy: "Protect what a DPC or a completion routine uses as well with a spin lock; "
        + "otherwise take the fast mutex before any spin lock, or in a work item.",
      bugChecks: [BugCheck(0xC4, 0x33), BugCheck(0xC4, 0x20005), BugCheck(0x192)]),
    IrqlTableRule(
      id: "IrqlExApcLte2",
      summary: "Paged lookaside lists, callback objects, registry callbacks, "
        + "ExSetTimerResolution and the probes of user buffers are used at APC_LEVEL "
        + "or below.",
      rationale: "At DISPATCH_LEVEL and above no page fault can be served and no thread can "
        + "wait: paged lists and user buffers lie in memory that may be paged out.",
      remedy: "Use a nonpaged lookaside list (ExInitializeNPagedLookasideList) where a "
        + "DPC or a completion routine allocates. Probe user buffers in the dispatch "
        + "routine, in the context of the caller, and lock them down with "
        + "MmProbeAndLockPages. Register callbacks in DriverEntry or AddDevice.",
      bugChecks: [BugCheck(0xC4, 0x20006), BugCheck(0xA)]),
    IrqlTableRule(
      id: "IrqlExApcLte3",
      summary: "The routines of ERESOURCE locks are called at APC_LEVEL or below.",
      rationale: "An ERESOURCE makes the thread wait until it is granted, which cannot be "
        + "done at DISPATCH_LEVEL: the processor would wait for a thread that it does"
        + " not run.",
      remedy: "Take the resource before any spin lock, or in a work item; protect what a "
        + "DPC uses as well with a spin lock.",
      bugChecks: [BugCheck(0xC4, 0x20007), BugCheck(0x1C6)],
      events: [
        "ExAcquireResourceExclusiveLite object=resource granted=1",
        "ExAcquireResourceSharedLite object=resource granted=1",
      ]),
    IrqlTableRule(
      id: "IrqlExPassive",
      summary: "ExIsProcessorFeaturePresent, ExUuidCreate and the routines that raise "
        + "exceptions are called at PASSIVE_LEVEL; ExCreateCallback and ExRaiseStatus"
        + " at APC_LEVEL or below.",
      rationale: "An exception that is raised at DISPATCH_LEVEL runs handlers whose code and"
        + " data may be paged out; the others allocate or touch paged memory.",
      remedy: "Return a status instead of raising an exception at DISPATCH_LEVEL. Ask for"
        + " processor features and create callback objects in DriverEntry, and keep "
        + "the answers.",
      bugChecks: [BugCheck(0xC4, 0x20008)]),
  ]

  private static let ioMembers: [IrqlTableRule] = [
    IrqlTableRule(
      id: "IrqlIoApcLte",
      summary: "IoDeleteDevice, IoGetInitialStack and the routines that show hard errors "
        + "are called at APC_LEVEL or below.",
      rationale: "IoDeleteDevice waits for the lock of the I/O database and frees paged "
        + "memory; a hard error waits for the user.",
      remedy: "Release the spin lock before the device is deleted: take the device out of"
        + " the list under the lock, delete it afterwards. Elsewhere queue a work "
        + "item (IoQueueWorkItem) that makes the call at PASSIVE_LEVEL, or make it "
        + "before the spin lock is taken or after it is released.",
      bugChecks: [BugCheck(0xC4, 0x20009), BugCheck(0xA)],
      events: [
        "IoDeleteDevice"
      ]),
    IrqlTableRule(
      id: "IrqlIoDispatch", readings: [.tracked],
      summary: "IoGetDeviceToVerify and IoSetDeviceToVerify are called at DISPATCH_LEVEL "
        + "or below.",
      rationale: "They use the thread object, which an interrupt service routine interrupts "
        + "at any point.",
      remedy: "Queue a DPC (IoRequestDpc) in the interrupt service routine, and make the "
        + "call there.",
      bugChecks: [BugCheck(0xC4, 0x20022)]),
    IrqlTableRule(
      id: "IrqlIoPassive1",
      summary: "IoAttachDevice and IoSetDeviceInterfaceState are called at PASSIVE_LEVEL; "
        + "IoCreateDevice and IoBuildDeviceIoControlRequest at APC_LEVEL or below.",
      rationale: "They open files and registry keys, and allocate memory that is paged; "
        + "above the limit the machine stops at the first page fault or wait.",
      remedy: "Create and attach devices and switch interfaces in AddDevice and in the "
        + "PnP dispatch routine, which run at PASSIVE_LEVEL. At DISPATCH_LEVEL send "
        + "requests with IoAllocateIrp in place of IoBuildDeviceIoControlRequest.",
      bugChecks: [BugCheck(0xC4, 0x2000A)],
      events: [
        "IoBuildDeviceIoControlRequest",
        "IoCreateDevice",
      ]),
    IrqlTableRule(
      id: "IrqlIoPassive2",
      summary: "IoCheckShareAccess, IoConnectInterrupt and IoCreateController are called "
        + "at PASSIVE_LEVEL.",
      rationale: "They allocate and touch paged memory, and IoConnectInterrupt waits until "
        + "every processor knows of the interrupt.",
      remedy: "Connect interrupts while IRP_MN_START_DEVICE is handled, after the lower "
        + "driver has completed it; check share access in the dispatch routine for "
        + "IRP_MJ_CREATE.",
      bugChecks: [BugCheck(0xC4, 0x2000B)]),
    IrqlTableRule(
      id: "IrqlIoPassive3",
      summary: "IoDetachDevice, IoRegisterDeviceInterface, IoCreateSymbolicLink and "
        + "IoAssignArcName are called at PASSIVE_LEVEL.",
      rationale: "They work on names, on the registry and on the device stack, whose memory "
        + "is paged and whose locks make the thread wait.",
      remedy: "Detach the device while IRP_MN_REMOVE_DEVICE is handled, outside spin "
        + "locks; register interfaces in AddDevice.",
      bugChecks: [BugCheck(0xC4, 0x2000C)],
      events: [
        "IoDetachDevice"
      ]),
    IrqlTableRule(
      id: "IrqlIoPassive4",
      summary: "IoCreateFile, the named events, the symbolic links, IoDeleteController and"
        + " IoDisconnectInterrupt are called at PASSIVE_LEVEL.",
      rationale: "They open and close objects by name, which touches paged memory, and "
        + "IoDisconnectInterrupt waits until no processor runs the interrupt service "
        + "routine.",
      remedy: "Queue a work item (IoQueueWorkItem) that makes the call at PASSIVE_LEVEL, "
        + "or make it before the spin lock is taken or after it is released. "
        + "Disconnect the interrupt while the device is stopped or removed, outside "
        + "spin locks.",
      bugChecks: [BugCheck(0xC4, 0x2000D), BugCheck(0xC9, 0x24A)]),
    IrqlTableRule(
      id: "IrqlIoPassive5",
      summary: "The routines of partition tables, shutdown notifications, share access, "
        + "WMI registration and DMA adapters are called at PASSIVE_LEVEL.",
      rationale: "They call other drivers and wait for them, or touch paged memory.",
      remedy: "Make the call in AddDevice, while IRP_MN_START_DEVICE is handled, or in a "
        + "work item; keep what it returns for use at DISPATCH_LEVEL.",
      bugChecks: [BugCheck(0xC4, 0x2000E)]),
    IrqlTableRule(
      id: "IrqlIoRtlZwPassive", readings: [.tracked],
      summary: "Further Io, Rtl and Zw routines whose pages ask for PASSIVE_LEVEL are "
        + "called there.",
      rationale: "They open files and keys, wait for other drivers, or are code that is "
        + "paged itself: at DISPATCH_LEVEL the first page fault or wait stops the "
        + "machine. Under a fast mutex, or in a critical region by another way, at "
        + "APC_LEVEL I/O does not complete for a thread that waits for it.",
      remedy: "Queue a work item (IoQueueWorkItem) that makes the call at PASSIVE_LEVEL, "
        + "or make it before the spin lock is taken or after it is released. Convert "
        + "strings and read the registry once, in DriverEntry or AddDevice, and keep "
        + "the result in nonpaged memory.",
      bugChecks: [BugCheck(0xC4, 0x20023)],
      events: [
        "IoInitializeRemoveLock lock=lock",
        "IoReleaseRemoveLockAndWait lock=lock tag=irp",
      ]),
  ]

  private static let kernelMembers: [IrqlTableRule] = [
    IrqlTableRule(
      id: "IrqlDispatch",
      summary: "The routines of DMA adapters, controllers and device queues, "
        + "IoStartNextPacket and the spin-lock routines for DISPATCH_LEVEL are called"
        + " at DISPATCH_LEVEL.",
      rationale: "These routines leave the IRQL as it is and count on DISPATCH_LEVEL: below "
        + "it the thread can be preempted while it holds the lock or changes the "
        + "queue, and the next processor spins for ever or sees the queue half "
        + "changed.",
      remedy: "Below DISPATCH_LEVEL call KeAcquireSpinLock and KeReleaseSpinLock, which "
        + "raise and lower the IRQL themselves; around the others raise it with "
        + "KeRaiseIrql to DISPATCH_LEVEL and lower it again. IoWriteErrorLogEntry is "
        + "called at DISPATCH_LEVEL or below; from an ISR queue a DPC.",
      bugChecks: [BugCheck(0xC4, 0x20003), BugCheck(0xC4, 0x40), BugCheck(0xC4, 0x41)],
      events: [
        "KeAcquireSpinLockAtDpcLevel lock=spin",
        "KeReleaseSpinLockFromDpcLevel lock=spin",
        "IoStartNextPacket",
      ]),
    IrqlTableRule(
      id: "IrqlKeApcLte1",
      summary: "Guarded mutexes and KeDelayExecutionThread are used at APC_LEVEL or below.",
      rationale: "They make the thread wait, which cannot be done at DISPATCH_LEVEL.",
      remedy: "To wait for microseconds at DISPATCH_LEVEL call KeStallExecutionProcessor;"
        + " for longer set a timer with a DPC (KeSetTimer). Protect what a DPC uses "
        + "as well with a spin lock in place of the guarded mutex.",
      bugChecks: [BugCheck(0xC4, 0x2000F)]),
    IrqlTableRule(
      id: "IrqlKeApcLte2",
      summary: "Critical and guarded regions are entered and left, and NMI callbacks "
        + "registered, at APC_LEVEL or below.",
      rationale: "A region holds APCs off for the thread. Above APC_LEVEL none is delivered "
        + "anyway, and the thread's counters may be those of a thread that was only "
        + "interrupted.",
      remedy: "Enter the region before the spin lock is taken, and leave it after that is"
        + " released; register NMI callbacks when the driver starts.",
      bugChecks: [BugCheck(0xC4, 0x20010), BugCheck(0xC4, 0x11A), BugCheck(0xC4, 0x11B)],
      events: [
        "KeEnterCriticalRegion",
        "KeLeaveCriticalRegion",
        "KeEnterGuardedRegion",
        "KeLeaveGuardedRegion",
      ]),
    IrqlTableRule(
      id: "IrqlKeDispatchLte",
      summary: "Timers, event objects, device queues, mutexes, semaphores and spin locks "
        + "are used at DISPATCH_LEVEL or below.",
      rationale: "They take the lock of the dispatcher, or a spin lock, at DISPATCH_LEVEL. "
        + "An interrupt service routine that calls them may have interrupted just the"
        + " code that holds that lock: the processor spins for ever.",
      remedy: "Queue a DPC in the interrupt service routine (IoRequestDpc, "
        + "KeInsertQueueDpc), and make the call there. Share data with the interrupt "
        + "service routine through KeSynchronizeExecution or "
        + "KeAcquireInterruptSpinLock.",
      bugChecks: [BugCheck(0xC4, 0x20011), BugCheck(0xC4, 0x42)],
      events: [
        "KeClearEvent object=event",
        "KeSetTimer object=timer",
        "KeAcquireSpinLock lock=spin",
      ]),
  ]

  private static let otherMembers: [IrqlTableRule] = [
    IrqlTableRule(
      id: "IrqlApcLte",
      summary: "ObGetObjectSecurity and ObReleaseObjectSecurity are called at APC_LEVEL or"
        + " below.",
      rationale: "At DISPATCH_LEVEL and above no page fault can be served and no thread can "
        + "wait: a security descriptor lies in paged memory, and its first access "
        + "there stops the machine.",
      remedy: "Look at the security of the object where the request is opened "
        + "(IRP_MJ_CREATE is handled at PASSIVE_LEVEL), keep the answer, and use that"
        + " at DISPATCH_LEVEL.",
      bugChecks: [BugCheck(0xC4, 0x20002), BugCheck(0xA)]),
    IrqlTableRule(
      id: "IrqlMmApcLte",
      summary: "Sections of the driver are locked and unlocked, user memory secured, and "
        + "noncached memory allocated and freed at APC_LEVEL or below; pages for an "
        + "MDL at DISPATCH_LEVEL or below.",
      rationale: "The memory manager brings pages in, takes its own locks and waits.",
      remedy: "Lock the section in the dispatch routine, before the request reaches the "
        + "code that runs at DISPATCH_LEVEL, and unlock it in a work item; allocate "
        + "noncached memory when the device starts.",
      bugChecks: [BugCheck(0xC4, 0x20019), BugCheck(0xC4, 0x7E)]),
    IrqlTableRule(
      id: "IrqlMmDispatch",
      summary: "MmFreeContiguousMemory is called at DISPATCH_LEVEL or below.",
      rationale: "It takes locks of the memory manager, which an interrupt service routine "
        + "may have interrupted.",
      remedy: "Free the memory in a DPC, or when the device is stopped or removed.",
      bugChecks: [BugCheck(0xC4, 0x2001A)]),
    IrqlTableRule(
      id: "IrqlObPassive",
      summary: "ObReferenceObjectByHandle is called at PASSIVE_LEVEL.",
      rationale: "A handle means something in the table of the process alone, which is paged"
        + " memory, and whose locks make the thread wait.",
      remedy: "Turn the handle into a pointer in the dispatch routine, in the process "
        + "that has it, keep the pointer, and release it with ObDereferenceObject.",
      bugChecks: [BugCheck(0xC4, 0x2001B)]),
    IrqlTableRule(
      id: "IrqlPsPassive",
      summary: "Threads are created and ended, and notify routines of processes, threads "
        + "and images registered, at PASSIVE_LEVEL.",
      rationale: "These routines make kernel objects, whose memory is paged, and wait.",
      remedy: "Create the thread in DriverEntry, AddDevice or while IRP_MN_START_DEVICE "
        + "is handled, or use a work item in its place. Let a thread that is to end "
        + "lower its IRQL and leave its locks first.",
      bugChecks: [BugCheck(0xC4, 0x2001C)],
      events: [
        "PsCreateSystemThread"
      ]),
    IrqlTableRule(
      id: "IrqlRtlPassive",
      summary: "RtlDeleteRegistryValue is called at PASSIVE_LEVEL.",
      rationale: "The registry is paged memory, and opening a key waits.",
      remedy: "Queue a work item (IoQueueWorkItem) that makes the call at PASSIVE_LEVEL, "
        + "or make it before the spin lock is taken or after it is released.",
      bugChecks: [BugCheck(0xC4, 0x2001E)]),
    IrqlTableRule(
      id: "IrqlZwPassive",
      summary: "ZwClose and the Zw routines of registry keys are called at PASSIVE_LEVEL.",
      rationale: "The registry is paged memory, its locks make the thread wait, and I/O for "
        + "a page of it does not complete at APC_LEVEL.",
      remedy: "Read the registry in DriverEntry, AddDevice or a work item, and keep what "
        + "is needed in nonpaged memory. Release the fast mutex before the call: it "
        + "raises to APC_LEVEL; a guarded mutex does not.",
      bugChecks: [BugCheck(0xC4, 0x2001F), BugCheck(0xC4, 0xE6)],
      events: [
        "ZwClose handle=key",
        "ZwCreateKey SUCCESS handle=key",
        "ZwOpenKey SUCCESS handle=key",
        "ZwDeleteKey handle=key",
        "ZwEnumerateKey handle=key",
        "ZwEnumerateValueKey handle=key",
        "ZwFlushKey handle=key",
        "ZwQueryKey handle=key",
        "ZwQueryValueKey handle=key",
        "ZwSetValueKey handle=key",
      ]),
    IrqlTableRule(
      id: "PagedCode",
      summary: "Code that is marked with PAGED_CODE() runs at APC_LEVEL or below.",
      rationale: "The routine lies in memory that may be paged out. Reached at "
        + "DISPATCH_LEVEL the processor cannot bring it in, and the machine stops; on"
        + " most days the page happens to be there.",
      remedy: "Take the routine out of the paged section (#pragma alloc_text), with its "
        + "PAGED_CODE(), or do not call it under a spin lock, in a DPC or in a "
        + "completion routine.",
      bugChecks: [BugCheck(0xD3), BugCheck(0xA), BugCheck(0xD1)]),
  ]
}
