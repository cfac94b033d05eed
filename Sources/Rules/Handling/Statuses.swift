import RuleEngine

// What a dispatch routine returns, and what becomes of an IRP that was passed on.
extension HandlingRule {
  static let lowerDriverReturn = HandlingRule(
    id: "LowerDriverReturn",
    tracked: .dormant([
      on(.watching, .returnsForwarded, .go(.returning)),
      on(.returning, .returnsForwardedUnknown, .halt),
      on(.returning, .returnsOtherThanLower, .report(otherThanLower)),
      on(.returning, .returned, .pass),
    ]),
    sdv: Form(
      scope: ContextScope(except: [.removeDevice, .surpriseRemoval]), rows: lowerDriverReturnRows),
    documentation: RuleDocumentation(
      summary:
        "A dispatch routine that passes the IRP down without a completion routine returns what the "
        + "lower driver returned.",
      rationale:
        "The caller goes by the status: STATUS_SUCCESS for an IRP that is pending makes it use a "
        + "result that is not there yet, and STATUS_PENDING for one that is not makes it wait for ever.",
      remedy:
        "`return IoCallDriver(…)`. To change the status set a completion routine that returns "
        + "STATUS_MORE_PROCESSING_REQUIRED, wait, set IoStatus.Status, and complete the IRP.",
      readings:
        "tracked: where the forward without a routine is the last that happened to the IRP, and it is "
        + "not marked. sdv: as the last version of its automaton, mostly about synchronous handling: the "
        + "lower driver failed, the routine waited and returns something else; not for a removal. "
        + "IoSkipCurrentIrpStackLocation, a mark, a failed wait, a forward without a routine on a copied "
        + "location, and one with a routine that did not fail end the watch.",
      source: Sources.rulePage("LowerDriverReturn"), bugChecks: [BugCheck(0xC9, 0x224)]),
    makeExamples: { lowerDriverReturnExamples })

  private static let otherThanLower =
    "the dispatch routine returns another status than the lower driver"

  private static let lowerDriverReturnRows: [Transition<State, ContextFact>] = {
    let all: [State] = [.watching, .waited, .failed, .failedWaited, .plain, .plainWaited]
    return [
      on(all, .stackLocationSkipped, .halt),
      on(all, .markedPending, .halt),
      on(all, .waitFailed, .halt),
      on(.watching, .waitSucceeded, .go(.waited)),
      on(.failed, .waitSucceeded, .go(.failedWaited)),
      on(.plain, .waitSucceeded, .go(.plainWaited)),
      on(.waited, .forwarded, .go(.watching)),
      on(.failedWaited, .forwarded, .go(.failed)),
      on(.plainWaited, .forwarded, .go(.plain)),
      on([.watching, .failed, .plain], .forwardReturnedCopied, .halt),
      on([.watching, .failed, .plain], .forwardReturnedFinished, .halt),
      on([.watching, .plain], .sdvForwardReturnedPended, .go(.watching)),
      on([.watching, .plain], .sdvForwardReturnedFailed, .go(.failed)),
      on(.watching, .sdvForwardReturnedPlain, .go(.plain)),
      on(
        [.failed, .failedWaited, .plain, .plainWaited], .returnsStatusPending,
        .report(otherThanLower)),
      on([.failed, .failedWaited], .returnsStatusSuccess, .report(otherThanLower)),
      on([.failedWaited, .plainWaited], .returnsOtherStatus, .report(otherThanLower)),
      on(all, .returned, .pass),
    ]
  }()

  static let dispatchStatusDiffers = HandlingRule(
    id: "DispatchStatusDiffers",
    tracked: .dormant([
      on(.watching, .completedInDispatch, .go(.completed)),
      on(
        .completed, .returnsOtherThanCompleted,
        .report("the dispatch routine returns another status than it completed the IRP with")),
      on(.completed, .returnsAsCompleted, .pass),
      on(.completed, .returnsPending, .disarm),
      on(.completed, .markedPending, .disarm),
    ]),
    documentation: RuleDocumentation(
      summary:
        "A dispatch routine that completes the IRP returns the status with which it completed it.",
      rationale:
        "Callers read either: one takes the request for done, the other for failed. Drivers above "
        + "that look at the returned status leave resources behind, or use what was not set up.",
      remedy:
        "Keep the status in a variable, since the IRP must not be touched after IoCompleteRequest, and "
        + "return that.",
      readings:
        "tracked alone. Where the IRP was completed in the dispatch routine, on its thread, and not "
        + "marked pending; STATUS_PENDING is a matter of PendedCompletedRequest.",
      source: Sources.bugCheckC9, bugChecks: [BugCheck(0xC9, 0x224)]),
    makeExamples: { dispatchStatusDiffersExamples })

  static let forwardedWhileBelow = HandlingRule(
    id: "ForwardedWhileBelow",
    tracked: .dormant([
      on(.watching, .forwarded, .go(.forwarded)),
      on(
        .forwarded, .forwardedWhileBelow,
        .report(
          "the IRP is sent on while the lower driver still has it")),
      on(.forwarded, .ended, .pass),
    ]),
    documentation: RuleDocumentation(
      summary: "A driver does not pass an IRP down that the lower driver still has.",
      rationale:
        "Two drivers work on one IRP: its stack locations are overwritten, and it is completed "
        + "twice.",
      remedy:
        "Wait for the completion routine before the IRP is sent on, and let the routine return "
        + "STATUS_MORE_PROCESSING_REQUIRED; or build a second IRP.",
      readings:
        "tracked alone. Not where the completion routine may have run: the forward returned another "
        + "status than STATUS_PENDING, or a wait succeeded on its thread or that of the dispatch routine.",
      source: Sources.bugCheckC9, bugChecks: [BugCheck(0xC9, 0x205)]),
    makeExamples: { forwardedWhileBelowExamples })

  static let completionRoutineMarkPending = HandlingRule(
    id: "CompletionRoutineMarkPending",
    tracked: .dormant([
      on(.watching, .completionRoutineEnteredPended, .go(.pended)),
      on(
        .pended, .completionRoutineExitedUnmarked,
        .report(
          "the lower driver pended the IRP and the completion routine does not pass that on")),
      on(.pended, .givenBack, .disarm),
      on(.pended, .completionRoutineExited, .pass),
    ]),
    documentation: RuleDocumentation(
      summary:
        "A completion routine that is entered with PendingReturned set, and lets the IRP go on, marks "
        + "it pending.",
      rationale:
        "The I/O manager looks at the mark of each stack location. Where it is missing the caller "
        + "that was told STATUS_PENDING is never woken, or its memory is freed while it is in use.",
      remedy:
        "`if (Irp->PendingReturned) IoMarkIrpPending(Irp);` at the beginning of every completion routine "
        + "that does not return STATUS_MORE_PROCESSING_REQUIRED.",
      readings:
        "tracked alone. A mark anywhere in the handling of the request is enough; an IRP that the "
        + "routine gives back is handled synchronously, and not concerned.",
      source: Sources.bugCheckC9, bugChecks: [BugCheck(0xC9, 0x228)]),
    makeExamples: { completionRoutineMarkPendingExamples })

  static let completionEventChecking = HandlingRule(
    id: "CompletionEventChecking", severity: .warning,
    tracked: .dormant([
      on(.watching, .markedInRoutine, .go(.marked)),
      on(.watching, .eventSetInRoutine, .go(.signalled)),
      on(.marked, .eventSetInRoutine, .report(markedAndSignalled)),
      on(.signalled, .markedInRoutine, .report(markedAndSignalled)),
      on([.marked, .signalled], .completionRoutineExited, .passAndGo(.watching)),
    ]),
    documentation: RuleDocumentation(
      summary: "A completion routine either marks the IRP pending or sets an event, not both.",
      rationale: "An event says that somebody waits for the lower driver: the request is handled "
        + "synchronously and its stack location must not say that it pended. With both, the I/O manager "
        + "finishes a request asynchronously whose caller has got its status already.",
      remedy:
        "In a routine that sets an event return STATUS_MORE_PROCESSING_REQUIRED and leave the mark out.",
      readings:
        "tracked alone, within one call of the routine. A warning, since the event may be for "
        + "something else.",
      source: Sources.rulePage("CompletionEventChecking")),
    makeExamples: { completionEventCheckingExamples })

  private static let markedAndSignalled =
    "the completion routine marks the IRP pending and signals an event"

  static let requestNeverCompleted = HandlingRule(
    id: "RequestNeverCompleted",
    tracked: .dormant([
      on(.watching, .handedOver, .go(.handedOver)),
      on(.handedOver, .deviceDeletedHolding, .report("the device is deleted while it has the IRP")),
      on(.handedOver, .ended, .pass),
    ]),
    documentation: RuleDocumentation(
      summary: "A device is not deleted while a request of it waits in the driver.",
      rationale:
        "Nobody will complete the request: its thread cannot end, and a worker that gets to it uses "
        + "a device extension that is gone.",
      remedy: "Before IoDeleteDevice empty the device's queues: complete what is in them with "
        + "STATUS_DELETE_PENDING or STATUS_CANCELLED, and wait for workers, as IoReleaseRemoveLockAndWait does.",
      readings:
        "tracked alone. Decided where the device is deleted or its driver unloaded; the removal "
        + "itself is not meant.",
      source: Sources.bugCheckC9),
    makeExamples: { requestNeverCompletedExamples })
}
