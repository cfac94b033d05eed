import RuleEngine

// What is marked pending is pending, and what is pending is marked.
extension HandlingRule {
  static let pendingMembers: [HandlingRule] = [
    markIrpPending, markIrpPending2,
    pendedCompletedRequest(
      "PendedCompletedRequest", .returnsPendingPlain, .completionRoutineSetPlain),
    pendedCompletedRequest("PendedCompletedRequestEx", .returnsPendingEx, .completionRoutineSetEx),
    pendedCompletedRequest2, pendedCompletedRequest3, markingInterlockedQueuedIrps,
  ]

  private static let markIrpPending = HandlingRule(
    id: "MarkIrpPending",
    tracked: .dormant([
      on(.watching, .markedByDriver, .go(.marked)),
      on(.marked, .returnsFinal, .report(markedOnly)),
      on(.marked, .returnsPending, .pass),
    ]),
    sdv: Form(rows: [
      on([.watching, .completed, .marked, .pended], .dequeuedInFrame, .halt),
      on([.watching, .completed, .marked, .pended], .entryRemovedInFrame, .halt),
      on([.watching, .completed, .marked, .pended], .sdvStatusPendingAtReturn, .halt),
      on(.watching, .markedPending, .go(.marked)),
      on(.completed, .markedPending, .go(.pended)),
      on(.watching, .completed, when: .status(.pending), .go(.completed)),
      on(.marked, .completed, when: .status(.pending), .go(.pended)),
      on([.watching, .completed, .marked, .pended], .completed, .halt),
      on(
        [.completed, .pended], .completionRoutineExited, when: .status(.success),
        .report(slippedThrough)),
      on(
        [.watching, .completed, .marked, .pended], .completionRoutineExited,
        when: .status(.moreProcessingRequired), .halt),
      on([.marked, .pended], .returnsPending, .pass),
      on([.marked, .pended], .returned, .report(markedOnly)),
      on([.watching, .completed], .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary: "A dispatch routine that has marked the IRP pending returns STATUS_PENDING.",
      rationale:
        "The mark makes the I/O manager finish the request asynchronously, any other status makes it "
        + "finish it at once: it is finished twice, and memory of the caller is freed while it is in use.",
      remedy:
        "Return STATUS_PENDING wherever IoMarkIrpPending was called, even if the IRP has been completed "
        + "since; or call it only where the request stays.",
      readings:
        "tracked: a mark outside completion routines, before the return, on whichever thread; also "
        + "where the IRP was completed in between. sdv: not where it was completed with another status than "
        + "STATUS_PENDING, came back, or something was taken from a list.",
      source: Sources.rulePage("MarkIrpPending"), bugChecks: [BugCheck(0xC9, 0x23E)]),
    makeExamples: { markIrpPendingExamples })

  private static let markedOnly =
    "the IRP is marked pending and the dispatch routine returns another status"
  private static let slippedThrough =
    "an IRP that was completed with STATUS_PENDING goes on with success"

  private static let markIrpPending2 = HandlingRule(
    id: "MarkIrpPending2",
    tracked: .dormant([
      on(.watching, .returnsPending, .go(.returning)),
      on(.returning, .returnsMarked, .pass),
      on(.returning, .returnsPassedDown, .disarm),
      on(.returning, .returnsQueuedUnmarked, .report(neither)),
      on(.returning, .pendedUnmarked, .report(neither)),
    ]),
    sdv: Form(
      scope: {
        var scope = ContextScope()
        scope.exceptMajors = [.pnp, .power]
        return scope
      }(),
      rows: [
        on(.watching, .markedPending, .pass),
        on(.watching, .forwardReturned, .pass),
        on(.watching, .dequeuedInFrame, .pass),
        on(.watching, .returnsPending, .report(neither)),
        on(.watching, .returned, .pass),
      ]),
    documentation: RuleDocumentation(
      summary:
        "A dispatch routine returns STATUS_PENDING only for an IRP that it has marked pending or passed "
        + "down.",
      rationale:
        "Without the mark the I/O manager does not know that the request will be finished later, and "
        + "never tells its caller: the thread waits for ever.",
      remedy:
        "IoMarkIrpPending before the IRP is queued or handed to a worker, and then STATUS_PENDING. "
        + "IoCsqInsertIrp marks by itself, IoStartPacket does not.",
      readings:
        "tracked: where the IRP is in a queue the verdict falls at the return. Elsewhere a port or "
        + "class library may have it: it falls once the driver itself completes or forwards it, and stays "
        + "undecided until then. sdv: not for PnP and power requests; any forward that returned, and a removal "
        + "from a list, are enough.",
      source: Sources.rulePage("MarkIrpPending2"),
      bugChecks: [BugCheck(0xC9, 0x23D), BugCheck(0xC9, 0x24C)]),
    makeExamples: { markIrpPending2Examples })

  private static let neither =
    "STATUS_PENDING is returned for an IRP that was neither marked pending nor passed down"

  private static func pendedCompletedRequest(
    _ id: String, _ returnsPending: ContextFact, _ routineSet: ContextFact
  ) -> HandlingRule {
    let message = "STATUS_PENDING is returned for an IRP that the dispatch routine completed"
    let isEx = id.hasSuffix("Ex")
    return HandlingRule(
      id: id,
      tracked: .dormant([
        on(.watching, returnsPending, .go(.returning)),
        on(.returning, .returnsCompletedUnmarked, .report(message)),
        on(.returning, .ended, .pass),
      ]),
      sdv: Form(rows: [
        on([.watching, .routineSet, .pended], .sdvForwardReturnedUnpended, .halt),
        on([.watching, .routineSet, .pended], .waitFailed, .halt),
        on(.watching, routineSet, .go(.routineSet)),
        on(.routineSet, .eventInitialized, .go(.watching)),
        on(.routineSet, .forwardReturnedPending, .go(.pended)),
        on(.pended, .waitSucceeded, .go(.routineSet)),
        on(.pended, .completed, .go(.completed)),
        on(.completed, .returnsPending, .report(message)),
        on([.watching, .routineSet, .pended, .completed], .returned, .pass),
      ]),
      documentation: RuleDocumentation(
        summary:
          "A dispatch routine that has completed the IRP, and not marked it pending, does not return "
          + "STATUS_PENDING"
          + (isEx ? " (completion routines set with IoSetCompletionRoutineEx)." : "."),
        rationale:
          "The caller waits for a completion that has been and gone. With a completion routine set the "
          + "lower driver's STATUS_PENDING was handed on although the IRP was finished here.",
        remedy:
          "Return the status with which the IRP was completed; where the lower driver pended it, wait, take "
          + "IoStatus.Status, complete, and return that.",
        readings:
          "tracked: where the dispatch routine completed the IRP itself, on its thread. It is this rule "
          + "where the last completion routine was "
          + (isEx
            ? "set with IoSetCompletionRoutineEx, else PendedCompletedRequest. "
            : "not set with IoSetCompletionRoutineEx, else PendedCompletedRequestEx. ")
          + "sdv: only with a completion routine, after the lower driver pended the IRP and nobody waited.",
        source: Sources.rulePage(id)),
      makeExamples: {
        pendedCompletedRequestExamples(isEx ? "IoSetCompletionRoutineEx" : "set-routine")
      })
  }

  private static let pendedCompletedRequest2 = HandlingRule(
    id: "PendedCompletedRequest2",
    tracked: .dormant([
      on(.watching, .forwardReturnedPending, .go(.pended)),
      on(.pended, .completedWhilePended, .report(stillBelow)),
      on(.pended, .completed, .pass),
      on(.pended, .ended, .pass),
    ]),
    sdv: Form(rows: [
      on([.watching, .pended], .dequeuedInFrame, .halt),
      on(.watching, .forwardReturnedPending, .go(.pended)),
      on(.pended, .waitSucceeded, .go(.watching)),
      on(.pended, .waitFailed, .go(.watching)),
      on(.pended, .completed, .report(stillBelow)),
      on(.watching, .completed, .halt),
      on([.watching, .pended], .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary:
        "A dispatch routine to which the lower driver returned STATUS_PENDING waits before it completes "
        + "the IRP.",
      rationale:
        "The lower driver still uses the IRP and will complete it: memory that is freed is written to, "
        + "and the request is completed twice.",
      remedy:
        "Set a completion routine that sets an event and returns STATUS_MORE_PROCESSING_REQUIRED, and "
        + "KeWaitForSingleObject before IoCompleteRequest whenever IoCallDriver returned STATUS_PENDING.",
      readings:
        "tracked: in the dispatch routine, while no completion routine has been entered and no wait "
        + "succeeded on its thread. sdv: any wait is enough, and only waits count.",
      source: Sources.rulePage("PendedCompletedRequest2"),
      bugChecks: [BugCheck(0xC9, 0x209), BugCheck(0x44)]),
    makeExamples: { pendedCompletedRequest2Examples })

  private static let stillBelow = "the IRP is completed while the lower driver still has it"

  private static let pendedCompletedRequest3 = HandlingRule(
    id: "PendedCompletedRequest3",
    tracked: .dormant([
      on(.watching, .completes, .go(.completing)),
      on(.completing, .completedPending, .report(withPending)),
      on(.completing, .completed, .go(.completed)),
      on(.completed, .completedPending, .report(withPending)),
      on(.completed, .ended, .pass),
    ]),
    sdv: Form(rows: [
      on([.watching, .completed], .forwarded, .halt),
      on([.watching, .completed], .markedPending, .halt),
      on([.watching, .completed], .dequeuedInFrame, .halt),
      on([.watching, .completed], .waitFailed, .halt),
      on([.watching, .completed], .completedPending, .report(withPending)),
      on(.watching, .completed, .go(.completed)),
      on(.completed, .returnsPending, .report(returnedPending)),
      on([.watching, .completed], .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary: "An IRP is not completed with STATUS_PENDING.",
      rationale:
        "STATUS_PENDING is no final status: whoever waits for the request reads it and waits on, and "
        + "drivers above that look at IoStatus.Status take a finished request for one that is under way.",
      remedy:
        "Set IoStatus.Status to the final status before IoCompleteRequest; after a wait take it from the "
        + "IRP, not from the variable that holds what IoCallDriver returned.",
      readings:
        "tracked: each completion, wherever it is made. sdv: in the dispatch routine, and a completion "
        + "with another status after which STATUS_PENDING is returned; not after a forward, a mark, a failed "
        + "wait or a removal from a list.",
      source: Sources.rulePage("PendedCompletedRequest3"), bugChecks: [BugCheck(0xC9, 0x06)]),
    makeExamples: { pendedCompletedRequest3Examples })

  private static let withPending = "completed with STATUS_PENDING"
  private static let returnedPending = "STATUS_PENDING is returned for an IRP that was completed"

  private static let markingInterlockedQueuedIrps = HandlingRule(
    id: "MarkingInterlockedQueuedIrps",
    tracked: .dormant([
      on(.watching, .insertedInterlocked, .go(.queued)),
      on(.queued, .insertedMarked, .pass),
      on(.queued, .markedAfterInsertion, .report(queuedFirst)),
      on(.queued, .markedPending, .disarm),
      on(.queued, .returnsUnmarked, .report(queuedFirst)),
      on(.queued, .returned, .disarm),
    ]),
    sdv: Form(rows: [
      on(.watching, .markedPending, .pass),
      on(.watching, .insertedInterlocked, .go(.queued)),
      on(.queued, .returnsPending, .report(queuedFirst)),
      on([.watching, .queued], .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary: "An IRP is marked pending before it is put in an interlocked list.",
      rationale:
        "As soon as it is in the list another thread may take it out, complete it and have it freed: "
        + "IoMarkIrpPending then writes to memory that is somebody else's.",
      remedy:
        "IoMarkIrpPending first, then ExInterlockedInsertTailList, then return STATUS_PENDING.",
      readings:
        "tracked: where the insertion names the IRP; decided at the mark, if that is made on the same "
        + "thread, or at a return of STATUS_PENDING without one. sdv: any insertion in an interlocked list "
        + "before the mark, at a return of STATUS_PENDING.",
      source: Sources.rulePage("MarkingInterlockedQueuedIrps"),
      bugChecks: [BugCheck(0x19), BugCheck(0x50)]),
    makeExamples: { markingInterlockedQueuedIrpsExamples })

  private static let queuedFirst = "the IRP is in the queue before it is marked pending"
}
