import RuleEngine

// Who completes an IRP, and how often.
extension HandlingRule {
  static let completionMembers: [HandlingRule] = [
    doubleCompletion, completeRequest, irpProcessingComplete, lowerDriverReturn,
    dispatchStatusDiffers, forwardedWhileBelow, completionRoutineMarkPending,
    completionEventChecking, requestNeverCompleted,
  ]

  private static let doubleCompletion = HandlingRule(
    id: "DoubleCompletion",
    tracked: .dormant(
      [
        on(.watching, .completed, .go(.completed)),
        on(.watching, .wmiProcessed, .go(.completed)),
        on(.completed, .completedAgain, .report(twice)),
        on(.completed, .ended, .passAndGo(.ended)),
        on(.ended, .completedAgain, .report(twice)),
      ], ended: [.ended]),
    sdv: Form(rows: [
      on([.watching, .completed], .dequeuedInFrame, .halt),
      on(.watching, .completed, .go(.completed)),
      on(.completed, .completed, .report(twice)),
      on([.watching, .completed], .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary: "A driver completes an IRP once.",
      rationale:
        "After IoCompleteRequest the IRP is not the driver's any more: its memory may be free, or "
        + "bear another request already. A second completion crashes the machine "
        + "(MULTIPLE_IRP_COMPLETE_REQUESTS), or completes somebody else's request.",
      remedy:
        "Let one place complete the IRP: where a cancel routine, a time-out and a worker may all get "
        + "to it, take it out of its queue under the lock first, and complete only what was taken out.",
      readings: "tracked: on whichever thread, until the address is named again by a request or an "
        + "allocation; IrpProcessed of WmiSystemControl completes as well. Where the second completion names "
        + "no device, only if no other request can be meant. sdv: within the dispatch routine; after a "
        + "removal from a list nobody can tell which IRP is meant.",
      source: Sources.rulePage("DoubleCompletion"), bugChecks: [BugCheck(0x44)]),
    makeExamples: { doubleCompletionExamples })

  private static let twice = "the IRP is completed a second time"

  private static let completeRequest = HandlingRule(
    id: "CompleteRequest",
    tracked: .dormant([
      on([.watching, .takenBack], .forwarded, .go(.forwarded)),
      on(.forwarded, .givenBack, .go(.takenBack)),
      on(.forwarded, .completedWhileAway, .report(notOwned)),
      on([.forwarded, .takenBack], .completed, .pass),
      on(.takenBack, .returnsTakenBack, .report(notCompleted)),
      on([.forwarded, .takenBack], .ended, .pass),
    ]),
    sdv: Form(rows: [
      on([.watching, .takenBack, .gone], .dequeuedInFrame, .halt),
      on(
        [.watching, .takenBack, .gone], .completionRoutineExited,
        when: .status(.moreProcessingRequired), .go(.takenBack)),
      on([.watching, .takenBack], .completionRoutineExited, .go(.gone)),
      on(.gone, .completed, .report(notOwned)),
      on([.watching, .takenBack], .completed, .halt),
      on(.takenBack, .returnsPending, .pass),
      on(.takenBack, .returned, .report(notCompleted)),
      on([.watching, .gone], .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary:
        "A driver completes an IRP only while it has it, and one that it has taken back from the "
        + "lower driver it completes or sends on.",
      rationale:
        "An IRP that was passed down belongs to the lower driver until a completion routine "
        + "gives it back with STATUS_MORE_PROCESSING_REQUIRED: completed by both, it is completed twice. One "
        + "that was given back and is forgotten never reaches the caller, who waits for ever.",
      remedy:
        "After IoCallDriver return its status and leave the IRP alone; or set a completion routine that "
        + "returns STATUS_MORE_PROCESSING_REQUIRED, wait for it, and then call IoCompleteRequest.",
      readings:
        "tracked: armed by a forward. What a completion routine may have done that the trace does not "
        + "show (it was entered and has not returned, or the forward returned another status than "
        + "STATUS_PENDING, or a wait succeeded) is held against nobody; nor what happens in the frame "
        + "of a forward before that returns. An IRP that was queued, marked pending or given to a callback "
        + "on another thread is handed over. sdv: only what completion routines return counts.",
      source: Sources.rulePage("CompleteRequest"),
      bugChecks: [BugCheck(0x44), BugCheck(0xC9, 0x209)]),
    makeExamples: { completeRequestExamples })

  private static let notOwned = "the driver completes an IRP that it does not own"
  private static let notCompleted = "the IRP was taken back and is neither completed nor sent on"

  private static let irpProcessingComplete = HandlingRule(
    id: "IrpProcessingComplete", severity: .warning,
    tracked: .dormant([
      on(.watching, .returnsFinal, .go(.returning)),
      on(.returning, .returnsUnhandled, .report(unhandled)),
      on(.returning, .returnsUnhandledUnfamiliar, .halt),
      on(.returning, .returned, .pass),
    ]),
    sdv: Form(rows: [
      on([.watching, .forwarded, .pended], .completed, .pass),
      on([.watching, .forwarded, .pended], .dequeuedInFrame, .pass),
      on([.watching, .forwarded, .pended], .wmiProcessed, .pass),
      on(.watching, .forwarded, .go(.forwarded)),
      on(.forwarded, .forwardReturned, when: .status(.pending), .go(.pended)),
      on(.forwarded, .forwardReturned, .pass),
      // The return of the forward is missing.
      on(.forwarded, .returned, .halt),
      on(.pended, .waitSucceeded, .pass),
      on(.pended, .waitFailed, .pass),
      on([.watching, .pended], .returned, when: .status(.success), .report(unhandled)),
      on([.watching, .pended], .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary:
        "A dispatch routine that does not return STATUS_PENDING has completed the IRP, passed it down, "
        + "or given it to somebody of the driver.",
      rationale:
        "The I/O manager takes any other status for that of an IRP that is finished. One that nobody "
        + "completes stays for ever: its thread cannot end, and its file object is never closed.",
      remedy:
        "Complete the IRP on every path through the dispatch routine, also where it fails; or pass it "
        + "down; or mark it pending, queue it, and return STATUS_PENDING.",
      readings:
        "tracked: at any other status than STATUS_PENDING; only where the device has completed or "
        + "forwarded a request of the same major function before, as a class or port library may handle the "
        + "major function for it: until then undecided. A warning, as it may for single requests. sdv: at "
        + "STATUS_SUCCESS alone; a removal from a list, or a forward that did not pend or was waited for, is "
        + "enough.",
      source: Sources.rulePage("IrpProcessingComplete"), bugChecks: [BugCheck(0xC9, 0x226)]),
    makeExamples: { irpProcessingCompleteExamples })

  private static let unhandled =
    "the dispatch routine returns and has neither completed nor passed on the IRP"
}
