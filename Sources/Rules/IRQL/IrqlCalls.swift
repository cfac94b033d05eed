import RuleEngine

/// IrqlKeSetEvent: at which IRQL an event object is set.
struct IrqlKeSetEventRule: CallRule {
  let id = "IrqlKeSetEvent"
  let severity = Severity.error

  func scope(in reading: Reading) -> CallScope { .calls(.keSetEvent) }

  enum State: UInt8, MachineState {
    /// One call is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    let waits = "KeSetEvent with Wait TRUE at DISPATCH_LEVEL"
    let above = "KeSetEvent above DISPATCH_LEVEL"
    return Machine(
      start: .watching,
      [
        on(.watching, .setEventToWaitAtDispatch, .report(waits)),
        on(
          .watching, .setEventToWaitAboveDispatch, reading == .tracked ? .report(above) : .pass),
        on(.watching, .setEventAboveDispatch, .report(above)),
        on(.watching, .setEventUnknown, .halt),
        on(.watching, .setEvent, .pass),
      ])
  }

  let documentation = RuleDocumentation(
    summary:
      "KeSetEvent is called at DISPATCH_LEVEL or below, and with its third argument TRUE at APC_LEVEL or "
      + "below.",
    rationale:
      "KeSetEvent takes the lock of the dispatcher, which an interrupt service routine may have "
      + "interrupted: the processor spins for ever. With Wait TRUE it keeps that lock and the raised IRQL until the "
      + "wait that follows; a thread at DISPATCH_LEVEL cannot wait, and runs on with the scheduler locked.",
    remedy:
      "Pass FALSE: Wait is for a KeWaitXxx that is the very next call. In an interrupt service routine queue a "
      + "DPC, and set the event there.",
    readings:
      "Each call is judged by its irql; at DISPATCH_LEVEL it is undecided where the trace does not tell "
      + "wait. tracked: Wait TRUE is wrong at every IRQL above APC_LEVEL. sdv: Wait TRUE above DISPATCH_LEVEL is "
      + "overlooked, as in SDV's automaton.",
    source: Sources.rulePage("IrqlKeSetEvent"),
    bugChecks: [BugCheck(0xC4, 0x80), BugCheck(0xC4, 0x20016), BugCheck(0xA)])

  let examples: [Example] = [
    Example(
      "a completion routine says that it is going to wait", .violation,
      """
      enter READ irql=0
      forward irql=0
      T2: completion irql=2
      T2: set-event object=done wait=1 irql=2  !
      T2: completion-exit MORE_PROCESSING_REQUIRED irql=2
      """),
    Example(
      "in an interrupt service routine", .violation,
      """
      callback Isr irql=8
      set-event object=event wait=0 irql=8  !
      callback-exit Isr irql=8
      """),
    Example(
      "above DISPATCH_LEVEL, the third argument is not in the trace", .violation,
      "callback Isr irql=5\nKeSetEvent object=event irql=5  !"),
    Example(
      "in an interrupt service routine that is going to wait", tracked: .violation, sdv: .passes,
      "callback Isr irql=8\nset-event object=event wait=1 irql=8  !tracked"),
    Example(
      "under a spin lock, and then once more without", .violation,
      """
      enter READ irql=0
      KeAcquireSpinLock lock=spin oldirql=0 irql=2
      set-event object=event wait=1 irql=2  !
      KeReleaseSpinLock lock=spin newirql=0 irql=2
      set-event object=event wait=1 irql=0
      wait SUCCESS irql=0
      """),
    Example(
      "a completion routine wakes the thread that waits", .passes,
      """
      enter PNP irql=0
      forward irql=0
      T2: completion irql=2
      T2: set-event object=done wait=0 irql=2
      T2: completion-exit MORE_PROCESSING_REQUIRED irql=2
      wait SUCCESS irql=0
      """),
    Example(
      "set and waited for in one go", .passes,
      "callback WorkItem irql=0\nset-event object=go wait=1 irql=0\nwait SUCCESS irql=0"),
    Example("at APC_LEVEL", .passes, "enter READ irql=1\nset-event object=go wait=1 irql=1"),
    Example(
      "at DISPATCH_LEVEL, the third argument is not in the trace", .undecided,
      "callback Dpc irql=2\nset-event object=event irql=2"),
    Example("the IRQL is not in the trace", .notArmed, "callback Isr\nset-event wait=1"),
  ]
}

/// IrqlKeWaitForMutexObject, IrqlKeWaitForMultipleObjects: no thread waits at DISPATCH_LEVEL.
struct IrqlWaitRule: CallRule {
  let id: String
  /// The wait, as its events are called.
  let wait: String
  let events: [EventKind]
  let severity = Severity.error

  static let members = [
    IrqlWaitRule(
      id: "IrqlKeWaitForMutexObject", wait: "KeWaitForSingleObject",
      events: [.keWaitForSingleObjectCall, .keWaitForSingleObject]),
    IrqlWaitRule(
      id: "IrqlKeWaitForMultipleObjects", wait: "KeWaitForMultipleObjects",
      events: [.keWaitForMultipleObjectsCall, .keWaitForMultipleObjects]),
  ]

  func scope(in reading: Reading) -> CallScope { CallScope(events: Set(events)) }

  enum State: UInt8, MachineState {
    /// One wait is looked at.
    case watching
  }

  func machine(in reading: Reading) -> Machine<State, CallFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .waitsAtDispatch, .report("waits at DISPATCH_LEVEL")),
        on(.watching, .waitsAboveDispatch, .report("waits above DISPATCH_LEVEL")),
        on(.watching, .waits, .pass),
      ])
  }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary:
        "\(wait) is called at APC_LEVEL or below; with a time-out of zero at DISPATCH_LEVEL as well.",
      rationale:
        "At DISPATCH_LEVEL the scheduler does not run: a thread that has to wait cannot be left for "
        + "another. The machine stops with ATTEMPTED_SWITCH_FROM_DPC, or hangs, on the day on which the object is "
        + "not signaled yet.",
      remedy:
        "Do not wait in a DPC, in a completion routine or under a spin lock: go on in a routine that the event "
        + "starts (a completion routine, a timer's DPC), or wait in a work item. To look whether the object is "
        + "signaled pass a time-out of zero; protect data that a DPC uses with a spin lock in place of a mutex.",
      readings:
        "Both readings judge alike. A wait is judged where it is called (\(wait)Call), if irql and, at "
        + "DISPATCH_LEVEL, timeout stand there, and otherwise where it returns. At DISPATCH_LEVEL a wait whose "
        + "timeout the trace does not tell is not judged.",
      source: Sources.rulePage(id),
      bugChecks: [
        BugCheck(0xB8), BugCheck(0xC4, 0x3B), BugCheck(0xC4, 0x120), BugCheck(0xC4, 0x121),
        BugCheck(0xC4, 0x122),
      ])
  }

  var examples: [Example] { reported + kept }

  private var reported: [Example] {
    [
      Example(
        "a completion routine waits", .violation,
        """
        enter READ irql=0
        forward irql=0
        T2: completion irql=2
        T2: \(wait)Call timeout=-1 irql=2  !
        """),
      Example(
        "under a spin lock, for a time", .violation,
        """
        enter READ irql=0
        KeAcquireSpinLock lock=spin oldirql=0 irql=2
        \(wait) TIMEOUT timeout=1000000 irql=2  !
        """),
      Example(
        "an interrupt service routine looks whether an object is signaled", .violation,
        "callback Isr irql=8\n\(wait) TIMEOUT timeout=0 irql=8  !"),
      Example(
        "the time-out is told at the return alone", .violation,
        """
        callback Dpc irql=2
        \(wait)Call irql=2
        \(wait) SUCCESS timeout=-1 irql=2  !
        """),
      Example(
        "told twice, at the call and at the return", .violation,
        """
        callback Dpc irql=2
        \(wait)Call timeout=5000 irql=2  !
        \(wait) TIMEOUT timeout=5000 irql=2
        \(wait) TIMEOUT timeout=5000 irql=2  !
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "the dispatch routine waits for the lower driver", .passes,
        """
        enter PNP irql=0
        forward irql=0
        returns PENDING irql=0
        \(wait)Call timeout=-1 irql=0
        T2: completion irql=2
        T2: set-event wait=0 irql=2
        T2: completion-exit MORE_PROCESSING_REQUIRED irql=2
        \(wait) SUCCESS timeout=-1 irql=0
        """),
      Example(
        "a DPC looks whether an object is signaled", .passes,
        "callback Dpc irql=2\n\(wait)Call timeout=0 irql=2\n\(wait) TIMEOUT timeout=0 irql=2"),
      Example(
        "under a fast mutex", .passes,
        "callback WorkItem irql=0\n\(wait) SUCCESS timeout=-1 irql=1"),
      Example(
        "the time-out is not in the trace", .notArmed,
        "callback Dpc irql=2\n\(wait)Call irql=2\n\(wait) TIMEOUT irql=2"),
      Example(
        "the IRQL is not in the trace", .notArmed, "callback Dpc\n\(wait) SUCCESS timeout=-1"),
    ]
  }
}
