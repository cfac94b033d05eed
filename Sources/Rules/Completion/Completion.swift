import RuleEngine

/// CompleteRequestStatusCheck: an IRP is completed with a status that is final and true.
struct CompleteRequestStatusCheckRule: ContextRule {
  let id = "CompleteRequestStatusCheck"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope { ContextScope() }

  enum State: UInt8, MachineState {
    /// sdv: nothing has come back from a lower driver yet.
    case untouched
    case watching
    /// A wait in a frame of the context has succeeded.
    case waited
    /// sdv: the same before anything came back.
    case waitedUntouched
  }

  private static let pending = "the IRP is completed with STATUS_PENDING"
  private static let untrue = "the IRP is completed with success though the lower driver failed it"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    reading == .tracked ? Self.tracked : Self.sdv
  }

  private static let tracked = Machine<State, ContextFact>(
    start: .watching,
    [
      on([.watching, .waited], .acquireFailed, .disarm),
      on([.watching, .waited], .markedPendingInDispatch, .disarm),
      on([.watching, .waited], .stackLocationSkipped, .disarm),
      on(.watching, .waitSucceeded, .go(.waited)),
      on(.watching, .completedPending, .report(pending)),
      on([.watching, .waited], .completedSuccessAfterFailure, .report(untrue)),
      on([.watching, .waited], .returned, .pass),
    ])

  private static let all: [State] = [.untouched, .watching, .waited, .waitedUntouched]

  private static let sdv = Machine<State, ContextFact>(
    start: .untouched,
    [
      on(all, .acquireFailed, .halt),
      on(all, .markedPending, .halt),
      on(all, .stackLocationSkipped, .halt),
      on(all, .waitFailed, .halt),
      on(all, .forwardReturnedCopied, .halt),
      on(all, .forwardReturnedFinished, .halt),
      on(.untouched, .waitSucceeded, .go(.waitedUntouched)),
      on(.watching, .waitSucceeded, .go(.waited)),
      on(.untouched, .forwardReturned, .go(.watching)),
      on(.waitedUntouched, .forwardReturned, .go(.waited)),
      on(.watching, .completedPending, .report(pending)),
      on([.watching, .waited], .completedSuccessAfterFailure, .report(untrue)),
      // The first completion decides.
      on([.watching, .waited], .completed, .pass),
      on(all, .returned, .pass),
    ])

  let documentation = RuleDocumentation(
    summary:
      "In its dispatch routine a driver does not complete an IRP with STATUS_PENDING, nor with "
      + "success after the lower driver failed it.",
    rationale:
      "STATUS_PENDING is no final status: the caller waits for a completion that has already "
      + "happened. Success where the lower driver failed hides that nothing was done.",
    remedy:
      "Set IoStatus.Status to the final status before IoCompleteRequest; after a wait for the "
      + "lower driver take the status from the IRP, not from IoCallDriver.",
    readings: "tracked: the rule does not concern a request after a failed acquire, "
      + "IoMarkIrpPending in the dispatch routine or IoSkipCurrentIrpStackLocation. sdv: after these, "
      + "and IoMarkIrpPending anywhere, nobody can tell; it watches from the first return of a forward on, the first completion "
      + "after that decides, and only a failure that did not pend counts; a failed wait, the return "
      + "of a forward on a copied location without a routine, and of one with a routine that neither "
      + "failed nor pended, end the watch. The sources leave open whether these ends count before "
      + "the first return; here they do.",
    source: Sources.rulePage("CompleteRequestStatusCheck"), bugChecks: [BugCheck(0xC9, 0x06)])

  var examples: [Example] { reported + kept + undecided }

  private var reported: [Example] {
    [
      Example(
        "completed with STATUS_PENDING", tracked: .violation, sdv: .passes,
        """
        enter CREATE
        complete PENDING        !tracked
        exit PENDING
        """),
      Example(
        "completed with the pending answer of the lower driver", .violation,
        """
        enter READ
        copy
        set-routine
        forward
        completion SUCCESS pending
        completion-exit MORE_PROCESSING_REQUIRED
        returns PENDING
        complete PENDING        !
        exit PENDING
        """),
      Example(
        "success after the lower driver failed", .violation,
        """
        enter READ
        copy
        set-routine
        forward
        completion UNSUCCESSFUL
        completion-exit MORE_PROCESSING_REQUIRED
        returns UNSUCCESSFUL
        complete SUCCESS        !
        exit SUCCESS
        """),
      Example(
        "success after the forward returned a failure", .violation,
        """
        enter DEVICE_CONTROL
        copy
        set-routine
        forward
        returns UNSUCCESSFUL
        complete SUCCESS        !
        exit SUCCESS
        """),
      Example(
        "success after a wait and a failure", .violation,
        """
        enter READ
        copy
        set-routine
        forward
        completion UNSUCCESSFUL
        completion-exit MORE_PROCESSING_REQUIRED
        returns UNSUCCESSFUL
        wait SUCCESS
        complete SUCCESS        !
        exit SUCCESS
        """),
      Example(
        "success after a failure that pended", tracked: .violation, sdv: .passes,
        """
        enter READ
        copy
        set-routine
        forward
        completion UNSUCCESSFUL pending
        completion-exit MORE_PROCESSING_REQUIRED
        returns PENDING
        complete SUCCESS        !tracked
        exit SUCCESS
        """),
    ]
  }

  private var kept: [Example] {
    [
      Example(
        "completed with success", .passes,
        """
        enter CREATE
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "the failure is handed on", .passes,
        """
        enter READ
        copy
        set-routine
        forward
        completion UNSUCCESSFUL
        completion-exit MORE_PROCESSING_REQUIRED
        returns UNSUCCESSFUL
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL
        """),
      Example(
        "the IRP's status is set by whom the routine waited for", .passes,
        """
        enter CREATE
        wait SUCCESS
        complete PENDING
        exit PENDING
        """),
      Example(
        "after a wait a pending answer is the final one", .passes,
        """
        enter READ
        wait SUCCESS
        copy
        set-routine
        forward
        completion SUCCESS pending
        completion-exit MORE_PROCESSING_REQUIRED
        returns PENDING
        complete PENDING
        exit PENDING
        """),
      Example(
        "a retry succeeds after a failure", tracked: .passes, sdv: .undecided,
        """
        enter READ
        copy
        set-routine
        forward
        completion UNSUCCESSFUL
        completion-exit MORE_PROCESSING_REQUIRED
        returns UNSUCCESSFUL
        copy
        set-routine
        forward
        completion SUCCESS
        completion-exit MORE_PROCESSING_REQUIRED
        returns SUCCESS
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "completed in a worker", tracked: .passes, sdv: .passes,
        """
        enter READ
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: complete PENDING
        T2: callback-exit WorkItem
        """),
      Example(
        "forwarded without a routine, not copied", .passes,
        """
        enter READ
        forward
        returns UNSUCCESSFUL
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "pends and is not completed here", .passes,
        """
        enter READ
        set-routine
        forward
        completion SUCCESS pending
        completion-exit MORE_PROCESSING_REQUIRED
        returns PENDING
        exit PENDING
        """),
      Example(
        "waited for and not completed here", .passes,
        """
        enter READ
        set-routine
        forward
        completion SUCCESS pending
        completion-exit MORE_PROCESSING_REQUIRED
        returns PENDING
        wait SUCCESS
        exit PENDING
        """),
      Example(
        "waited twice, and the first answer decides", .passes,
        """
        enter READ
        set-routine
        forward
        completion UNSUCCESSFUL pending
        completion-exit MORE_PROCESSING_REQUIRED
        returns PENDING
        wait SUCCESS
        wait SUCCESS
        complete UNSUCCESSFUL
        exit UNSUCCESSFUL
        """),
    ]
  }

  private var undecided: [Example] {
    let returned = """
      set-routine
      forward
      completion UNSUCCESSFUL pending
      completion-exit MORE_PROCESSING_REQUIRED
      returns PENDING
      """
    let starts = [
      "", "wait SUCCESS", returned, returned + "\nwait SUCCESS",
    ]
    return starts.enumerated().flatMap { number, start in
      [
        Example(
          "events are lost (\(number))", .undecided,
          """
          enter READ
          \(start)
          lost
          complete PENDING
          exit PENDING
          """),
        Example(
          "an acquire fails (\(number))", tracked: .notArmed, sdv: .undecided,
          """
          enter READ
          \(start)
          acquire DELETE_PENDING
          complete PENDING
          exit PENDING
          """),
        Example(
          "marked pending (\(number))", tracked: .notArmed, sdv: .undecided,
          """
          enter READ
          \(start)
          mark-pending
          complete PENDING
          exit PENDING
          """),
        Example(
          "the stack location is skipped (\(number))", tracked: .notArmed, sdv: .undecided,
          """
          enter READ
          \(start)
          skip
          complete PENDING
          exit PENDING
          """),
        Example(
          "a wait fails (\(number))", tracked: .passes, sdv: .undecided,
          """
          enter READ
          \(start)
          wait TIMEOUT
          exit SUCCESS
          """),
        Example(
          "forwarded on a copied location (\(number))", tracked: .passes, sdv: .undecided,
          """
          enter READ
          \(start)
          set-routine routine=NULL
          copy
          forward
          returns SUCCESS
          exit SUCCESS
          """),
        Example(
          "forwarded with a routine, and success (\(number))", tracked: .passes, sdv: .undecided,
          """
          enter READ
          \(start)
          set-routine
          forward
          completion SUCCESS
          completion-exit MORE_PROCESSING_REQUIRED
          returns SUCCESS
          exit SUCCESS
          """),
      ]
    }
  }
}
