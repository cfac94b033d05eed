import RuleEngine

/// IoAllocateIrpSignalEventInCompletion and IoBuildFsdIrpSignalEventInCompletion: where a routine waits for
/// an IRP of its driver's own, the completion routine sets the event that is waited for.
struct OwnIrpSignalRule: OwnIRPRule {
  let id: String
  let kinds: [OwnIRPKind]
  let readings: Set<Reading>
  let severity = Severity.error

  static let members = [
    OwnIrpSignalRule(
      id: "IoAllocateIrpSignalEventInCompletion", kinds: [.allocated], readings: [.tracked, .sdv]),
    OwnIrpSignalRule(
      id: "IoBuildFsdIrpSignalEventInCompletion", kinds: [.asynchronous, .synchronous],
      readings: [.tracked]),
  ]

  func scope(in reading: Reading) -> OwnIRPScope { OwnIRPScope(Set(kinds)) }

  enum State: UInt8, MachineState {
    /// Nothing that concerns the rule has happened.
    case idle
    /// A completion routine has given the IRP back.
    case takenBack
    /// An event object was made.
    case eventMade
    /// And a completion routine set.
    case routineSet
  }

  func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
    Machine(start: .idle, dormant: [.idle], reading == .tracked ? Self.tracked : Self.sdv)
  }

  private static let tracked: [Transition<State, OwnIRPFact>] = [
    on(.idle, .givenBack, .go(.takenBack)),
    on(.takenBack, .waitsInVain, .report(HandlingRule.notSignaled)),
    on(.takenBack, .forwarded, .passAndGo(.idle)),
    on(.takenBack, .lifeEnded, .pass),
  ]

  private static let sdv: [Transition<State, OwnIRPFact>] = [
    on(.idle, .unsignaledEventMade, .go(.eventMade)),
    on([.eventMade, .routineSet], .signaledEventMade, .halt),
    on([.eventMade, .routineSet], .deviceControlBuilt, .halt),
    on([.eventMade, .routineSet], .eventSetInRoutine, .halt),
    on(.eventMade, .routineSet, .go(.routineSet)),
    on(.routineSet, .anyRoutineExited, .report(HandlingRule.notSignaled)),
    on([.eventMade, .routineSet], .dispatchReturned, .pass),
    on([.eventMade, .routineSet], .lifeEnded, .pass),
  ]

  private var ddis: String { kinds.map(\.ddi).joined(separator: " or ") }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary:
        "Where a routine waits for an IRP of \(ddis), the completion routine sets the event that "
        + "is waited for.",
      rationale:
        "Nobody but the completion routine knows that the IRP is back: the thread that waits "
        + "never goes on. If it holds a lock, or handles a PnP or power request, the machine does not shut "
        + "down any more.",
      remedy: "Give the event to IoSetCompletionRoutine as the context; in the routine call "
        + "KeSetEvent(Context, IO_NO_INCREMENT, FALSE) and return STATUS_MORE_PROCESSING_REQUIRED. The I/O "
        + "manager sets no event for such an IRP before its completion routines have let it go.",
      readings: (readings == [.tracked] ? "Only tracked has the rule: " : "tracked: ")
        + "said at the end of the trace, of a thread whose last call is a wait without a time-out "
        + "(KeWaitForSingleObjectCall, with object and timeout=-1), for an event whose KeInitializeEvent is "
        + "in the trace and that no KeSetEvent can have meant since; not for the event that was handed over "
        + "when the IRP was built, nor where the completion routine has started something that may set it, nor "
        + "while another IRP is below."
        + (readings == [.tracked]
          ? ""
          : " sdv: of the IRP that was allocated last, in the dispatch routine, whoever waits."),
      source: Sources.rulePage(id), bugChecks: [BugCheck(0x9F)])
  }

  var examples: [Example] {
    kinds.flatMap { examples(of: $0.ddi) } + (isTrackedAlone ? [] : forSDV)
  }
}

extension OwnIrpSignalRule {
  private var isTrackedAlone: Bool { readings == [.tracked] }

  /// What sdv comes to: nothing where it does not have the rule.
  private func sdv(_ outcome: Example.Expectation) -> Example.Expectation {
    isTrackedAlone ? .notArmed : outcome
  }

  private func examples(of ddi: String) -> [Example] {
    let mark = isTrackedAlone ? "!tracked" : "!"
    let sdvMark = isTrackedAlone ? "" : "!sdv"
    let sent = """
      enter READ; KeInitializeEvent object=event; \(ddi) irp=own; set-routine irp=own; forward irp=own; \
      returns PENDING irp=own
      """
    let wait = "KeWaitForSingleObjectCall object=event timeout=-1"
    let back = "T2: completion-exit MORE_PROCESSING_REQUIRED irp=own"
    return [
      .steps(
        "\(ddi): no event is set", .violation, sdv: sdv(.violation),
        "\(sent); \(wait); T2: completion SUCCESS irp=own; \(back) \(mark)"),
      .steps(
        "\(ddi): back before the wait begins", .violation, sdv: sdv(.violation),
        "\(sent); T2: completion SUCCESS irp=own; \(back) \(mark); \(wait)"),
      .steps(
        "\(ddi): an interrupt's DPC runs on the thread", .violation, sdv: sdv(.violation),
        """
        \(sent); \(wait); T2: completion SUCCESS irp=own; \(back) \(mark); callback Dpc; \
        callback-exit Dpc
        """),
      .steps(
        "\(ddi): set by the routine", .passes, sdv: sdv(.undecided),
        """
        \(sent); \(wait); T2: completion SUCCESS irp=own; T2: set-event object=event; \(back); \
        wait SUCCESS object=event; free-irp irp=own; complete SUCCESS; exit SUCCESS
        """),
      .steps(
        "\(ddi): sent again", .passes, sdv: sdv(.undecided),
        """
        \(sent); \(wait); T2: completion SUCCESS irp=own; T2: set-event object=event; \(back); \
        wait SUCCESS object=event; KeClearEvent object=event; set-routine irp=own; forward irp=own; \
        returns PENDING irp=own; \(wait)
        """),
      .steps(
        "\(ddi): not waited for", .passes, sdv: sdv(.violation),
        """
        \(sent); T2: completion SUCCESS irp=own; \(back) \(sdvMark); T3: free-irp irp=own; \
        exit SUCCESS
        """),
      .steps(
        "\(ddi): the routine has queued a work item", .undecided, sdv: sdv(.violation),
        "\(sent); \(wait); T2: completion SUCCESS irp=own; T2: IoQueueWorkItem; \(back) \(sdvMark)"),
      .steps(
        "\(ddi): the wait ends by itself", .undecided, sdv: sdv(.violation),
        """
        \(sent); KeWaitForSingleObjectCall object=event timeout=5000; T2: completion SUCCESS irp=own; \
        \(back) \(sdvMark)
        """),
      .steps(
        "\(ddi): events are lost", .notArmed, sdv: sdv(.undecided),
        "\(sent); \(wait); lost; T2: completion SUCCESS irp=own; \(back)"),
    ]
  }

  private var forSDV: [Example] {
    let sent = "enter READ; KeInitializeEvent object=event; allocate-irp irp=own"
    let set = sent + "; set-routine irp=own"
    let routine = "completion SUCCESS; set-event object=event; completion-exit SUCCESS"
    return [
      .steps(
        "made before the IRP, in a routine of the request", .notArmed, sdv: .violation,
        """
        enter READ; KeInitializeEvent object=event; copy; set-routine; forward; completion SUCCESS; \
        allocate-irp irp=own; set-routine irp=own; forward irp=own; completion SUCCESS irp=own; \
        completion-exit SUCCESS irp=own !sdv
        """),
      .steps(
        "made signaled", .notArmed, sdv: .undecided,
        "\(sent); KeInitializeEvent object=event signaled=1"),
      .steps(
        "made signaled when the routine is set", .notArmed, sdv: .undecided,
        "\(set); KeInitializeEvent object=event signaled=1"),
      .steps(
        "another request takes the event", .notArmed, sdv: .undecided,
        "\(sent); IoBuildDeviceIoControlRequest irp=second object=event"),
      .steps(
        "another request takes the event when the routine is set", .notArmed, sdv: .undecided,
        "\(set); IoBuildDeviceIoControlRequest irp=second object=event"),
      .steps(
        "set in another routine", .notArmed, sdv: .undecided, "\(sent); \(routine)"),
      .steps(
        "the dispatch routine returns", .notArmed, sdv: .passes,
        "\(sent); complete SUCCESS; exit SUCCESS"),
      .steps(
        "the dispatch routine returns first", .notArmed, sdv: .passes,
        "\(set); forward irp=own; returns PENDING irp=own; complete SUCCESS; exit SUCCESS"),
      .steps(
        "freed unsent", .notArmed, sdv: .passes, "\(sent); free-irp irp=own"),
      .steps(
        "freed with the routine set", .notArmed, sdv: .passes, "\(set); free-irp irp=own"),
      .steps(
        "no event", .notArmed, "enter READ; allocate-irp irp=own; free-irp irp=own"),
    ]
  }
}
