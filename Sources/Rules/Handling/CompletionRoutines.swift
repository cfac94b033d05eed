import RuleEngine

// What a driver has the I/O manager keep for an IRP: completion routines that IoSetCompletionRoutineEx
// registers, cancel routines; and what a completion routine says to who waits for it.
extension HandlingRule {
  static let routineMembers: [HandlingRule] = [
    completionRoutineRegistered, ioSetCompletionRoutineExCheck, ioSetCompletionExCompleteIrp,
    completedWithCancelRoutine, signalEventInCompletion,
  ]

  private static let completionRoutineRegistered = HandlingRule(
    id: "CompletionRoutineRegistered",
    tracked: .dormant([
      on(.watching, .registered, .go(.routineSet)),
      on(.routineSet, .registrationReplaced, .report(neverUsed)),
      on(.routineSet, .forwarded, .passAndGo(.watching)),
      on(.routineSet, .endedRegistered, .report(neverUsed)),
      // Another request has taken the memory of the IRP: what became of this one is not known.
      on(.routineSet, .ended, .halt),
    ]),
    sdv: .dormant([
      on(.watching, .registered, .go(.routineSet)),
      on(.routineSet, .registrationReplaced, .report(neverUsed)),
      on(.routineSet, .forwarded, .passAndGo(.watching)),
      on(.routineSet, .returned, .report(neverUsed)),
    ]),
    documentation: RuleDocumentation(
      summary:
        "A completion routine that IoSetCompletionRoutineEx has registered is used: the IRP is passed "
        + "down before another routine is set, and before it is completed.",
      rationale:
        "IoSetCompletionRoutineEx allocates memory, and refers to the driver so that it is not unloaded "
        + "while the routine may run. Both are given back when the lower driver completes the IRP. Where it "
        + "never gets the IRP, the memory is lost and the driver cannot be unloaded any more.",
      remedy:
        "Call IoSetCompletionRoutineEx directly before IoCallDriver, once nothing can fail in between. "
        + "A driver that is not unloaded while its requests are below, as every PnP driver, calls "
        + "IoSetCompletionRoutine, which allocates nothing.",
      readings:
        "Both: armed where IoSetCompletionRoutineEx returns STATUS_SUCCESS, so its status has to be in "
        + "the trace. tracked: reported where another routine is set, or where the handling of the IRP ends. "
        + "sdv: where any routine is set, whatever comes of that, and where the dispatch routine returns.",
      source: Sources.rulePage("CompletionRoutineRegistered")),
    makeExamples: { completionRoutineRegisteredExamples })

  private static let neverUsed = "a completion routine is registered and never used"

  private static let ioSetCompletionRoutineExCheck = HandlingRule(
    id: "IoSetCompletionRoutineExCheck",
    tracked: .dormant([
      on(.watching, .registrationFailed, .go(.unregistered)),
      on(
        .unregistered, .forwardedUnregistered,
        .report("IoSetCompletionRoutineEx failed and the IRP is passed down as if it had not")),
      on(.unregistered, .forwarded, .pass),
      on(.unregistered, .completed, .pass),
      on(.unregistered, .ended, .pass),
    ]),
    documentation: RuleDocumentation(
      summary:
        "A driver looks at the status of IoSetCompletionRoutineEx before it passes the IRP down.",
      rationale:
        "Where it fails no routine is set. A driver that passes the IRP down all the same counts on a "
        + "routine that never runs: what it was to release stays held, and who waits for it waits for ever.",
      remedy:
        "Where the status is a failure, complete the IRP with it and return it; or, where the routine "
        + "can be done without, call IoSkipCurrentIrpStackLocation and pass the IRP down.",
      readings:
        "tracked alone. IoSetCompletionRoutineEx with its status has to be in the trace. Another routine, "
        + "or a stack location that is skipped or copied anew, says that the driver has looked; so does "
        + "IoForwardIrpSynchronously, which brings its own routine.",
      source: Sources.rulePage("IoSetCompletionRoutineExCheck"),
      bugChecks: [BugCheck(0xC4, 0x0004_100F)]),
    makeExamples: { ioSetCompletionRoutineExCheckExamples })

  private static let ioSetCompletionExCompleteIrp = HandlingRule(
    id: "IoSetCompletionExCompleteIrp",
    tracked: .dormant([
      on(.watching, .registrationFailed, .go(.unregistered)),
      on(
        .unregistered, .returnsUnregistered,
        .report(
          "IoSetCompletionRoutineEx failed and the dispatch routine returns without completing the IRP"
        )
      ),
      on(.unregistered, .returned, .pass),
      on(.unregistered, .ended, .pass),
    ]),
    documentation: RuleDocumentation(
      summary: "A driver completes the IRP for which IoSetCompletionRoutineEx fails.",
      rationale:
        "The dispatch routine returns the failure, and nobody has the IRP any more: its thread cannot "
        + "end, and the caller waits for ever.",
      remedy:
        "Set IoStatus.Status to what IoSetCompletionRoutineEx returned, call IoCompleteRequest, and "
        + "return that status.",
      readings:
        "tracked alone. IoSetCompletionRoutineEx with its status has to be in the trace. An IRP that is "
        + "queued, marked pending, or named by a callback on another thread is somebody's; one that was "
        + "forwarded, or for which another routine is set, is not looked at.",
      source: Sources.rulePage("IoSetCompletionExCompleteIrp"),
      bugChecks: [BugCheck(0xC4, 0x0004_100F)]),
    makeExamples: { ioSetCompletionExCompleteIrpExamples })

  private static let completedWithCancelRoutine = HandlingRule(
    id: "CompletedWithCancelRoutine",
    tracked: .dormant([
      on(.watching, .cancelRoutineSet, .go(.cancelable)),
      on(
        .cancelable, .completedWithCancelRoutine,
        .report("the IRP is completed while its cancel routine is set")),
      on(.cancelable, .cancelRoutineGone, .passAndGo(.watching)),
      on(.cancelable, .forwarded, .passAndGo(.watching)),
      on(.cancelable, .completed, .pass),
      on(.cancelable, .ended, .pass),
    ]),
    documentation: RuleDocumentation(
      summary:
        "A driver takes its cancel routine away before it completes the IRP with another status than "
        + "STATUS_CANCELLED.",
      rationale:
        "The I/O manager may call a cancel routine as long as it is set. One that runs while the IRP is "
        + "completed, or after that, completes it a second time, or touches memory that is another "
        + "request's by then.",
      remedy:
        "`if (IoSetCancelRoutine(Irp, NULL) == NULL)` the cancel routine is running or will run, and "
        + "completes the IRP: leave the IRP to it. Otherwise complete it. IoCsqRemoveNextIrp does both.",
      readings:
        "tracked alone. Not where the routine may have been called or taken away since it was set: "
        + "IoSetCancelRoutine, IoCancelIrp, or a cancel callback of the IRP or of one that the trace does "
        + "not name. A forward ends the watch.",
      source: Sources.bugCheckC9,
      bugChecks: [BugCheck(0xC9, 0x07), BugCheck(0xC9, 0x23C), BugCheck(0x48)]),
    makeExamples: { completedWithCancelRoutineExamples })

  private static let signalEventInCompletion = HandlingRule(
    id: "SignalEventInCompletion",
    tracked: .dormant(
      [
        on(.watching, .completionRoutineEnteredPended, .go(.pended)),
        on(.pended, .givenBack, .go(.takenBack)),
        on(.pended, .completionRoutineExited, .go(.watching)),
        on(.takenBack, .waitsInVain, .report(notSignaled)),
        on(.takenBack, .forwarded, .passAndGo(.watching)),
        on(.takenBack, .ended, .pass),
      ], ended: [.pended]),
    sdv: .dormant([
      on(.watching, .eventInitialized, when: .field("signaled", .equal, 1), .halt),
      on(.watching, .eventInitialized, .go(.eventMade)),
      on(
        [.eventMade, .routineSet, .pended], .eventInitialized,
        when: .field("signaled", .equal, 1), .halt),
      on([.eventMade, .routineSet, .pended], .eventSetInRoutine, .halt),
      on([.eventMade, .routineSet, .pended], .deviceControlBuilt, .halt),
      on(.eventMade, .completionRoutineSetPlain, .go(.routineSet)),
      on(.routineSet, .completionRoutineEnteredPended, .go(.pended)),
      on(.pended, .completionRoutineExited, .report(notSignaled)),
      on([.eventMade, .routineSet, .pended], .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary:
        "Where a routine waits for an IRP that it has passed down, the completion routine sets the event "
        + "that is waited for.",
      rationale:
        "The thread that waits never goes on. If it holds a remove lock, or handles a PnP or power "
        + "request, the machine does not shut down any more.",
      remedy:
        "In the completion routine, `if (Irp->PendingReturned) KeSetEvent(Context, IO_NO_INCREMENT, FALSE);` "
        + "and `return STATUS_MORE_PROCESSING_REQUIRED;`: the same event that the waiting routine gave to "
        + "IoSetCompletionRoutine as its context.",
      readings:
        "tracked: said at the end of the trace, of a thread whose last call is a wait without a time-out "
        + "(KeWaitForSingleObjectCall, with object and timeout=-1), for an event whose KeInitializeEvent is in "
        + "the trace and that no KeSetEvent can have meant since; not where the completion routine has "
        + "started a work item, DPC, timer or thread, or queued the IRP, nor while another IRP is below, whose "
        + "routine may set the event. sdv: in the dispatch routine, whoever waits.",
      source: Sources.rulePage("SignalEventInCompletion"), bugChecks: [BugCheck(0x9F)]),
    makeExamples: { signalEventInCompletionExamples })

  static let notSignaled =
    "the thread waits for an event that the completion routine does not signal"
}
