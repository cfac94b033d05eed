import RuleEngine

extension HandlingRule {
  static let markIrpPendingExamples: [Example] =
    [
      .steps(
        "marked, queued, and success returned", .violation,
        "enter READ; mark-pending; queue irp=irp; exit SUCCESS !"),
      .steps(
        "marked, forwarded, and the lower driver's status returned", .violation,
        "enter READ; mark-pending; copy; set-routine; forward; returns SUCCESS; exit SUCCESS !"),
      .steps(
        "marked, and refused", .violation,
        "enter READ; acquire DELETE_PENDING; mark-pending; exit DELETE_PENDING !"),
      .steps(
        "completed in between", .violation, sdv: .undecided,
        "enter READ; mark-pending; complete CANCELLED; exit CANCELLED !tracked"),
      .steps(
        "completed as pending in between", .violation,
        "enter READ; mark-pending; complete PENDING; exit SUCCESS !"),
      .steps(
        "completed as pending, then marked", .violation,
        "enter READ; complete PENDING; mark-pending; exit SUCCESS !"),
      .steps(
        "completed as pending, and its routine lets it go", .notArmed, sdv: .violation,
        "enter READ; set-routine; forward; complete PENDING; completion SUCCESS; completion-exit SUCCESS !sdv"
      ),
      .steps(
        "marked and completed as pending, and its routine lets it go", .violation,
        """
        enter READ; mark-pending; set-routine; forward; complete PENDING; completion SUCCESS; \
        completion-exit SUCCESS !sdv; exit SUCCESS !tracked
        """),
      .steps(
        "marked and queued", .passes, "enter READ; mark-pending; queue irp=irp; exit PENDING"),
      .steps(
        "marked, completed, and STATUS_PENDING returned", .passes, sdv: .undecided,
        "enter READ; mark-pending; complete CANCELLED; exit PENDING"),
      .steps(
        "marked and completed as pending, and STATUS_PENDING returned", .passes,
        "enter READ; mark-pending; complete PENDING; exit PENDING"),
      .steps(
        "marked and forwarded", .passes,
        "enter READ; mark-pending; set-routine; forward; returns SUCCESS; exit PENDING"),
      .steps("not marked", .notArmed, sdv: .passes, "enter READ; queue irp=irp; exit SUCCESS"),
      .steps(
        "completed as pending, not marked", .notArmed, sdv: .passes,
        "enter READ; complete PENDING; exit SUCCESS"),
      .steps(
        "marked in the completion routine", .notArmed, sdv: .violation,
        """
        enter READ; set-routine; forward; completion SUCCESS pending; mark-pending; completion-exit SUCCESS; \
        returns PENDING; exit SUCCESS !sdv
        """),
      .steps(
        "marked by a worker after the return", .notArmed, sdv: .passes,
        "enter READ; exit SUCCESS; T2: callback WorkItem irp=irp; T2: mark-pending; T2: callback-exit WorkItem"
      ),
      .steps("events are lost", .undecided, "enter READ; mark-pending; lost; exit SUCCESS"),
    ]
    + ["", "complete PENDING; ", "mark-pending; ", "mark-pending; complete PENDING; "].enumerated()
    .flatMap { number, start in
      let isMarked = start.hasPrefix("mark")
      let outcome: Example.Expectation = isMarked ? .passes : .notArmed
      return [
        ("another taken from a list", "dequeue; exit PENDING"),
        ("another taken out of the middle", "remove-entry; exit PENDING"),
        ("completed", "complete SUCCESS; exit PENDING"),
        (
          "given back",
          """
          set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; exit PENDING
          """
        ),
        (
          "pended below",
          "set-routine; forward; completion PENDING pending; completion-exit CANCELLED; returns PENDING; exit PENDING"
        ),
      ].map { title, rest in
        Example.steps(
          "\(title) (\(number))", outcome, sdv: .undecided, "enter READ; \(start)\(rest)")
      }
    }

  static let markIrpPending2Examples: [Example] = [
    .steps(
      "queued, not marked", .violation, "enter READ; queue irp=irp; exit PENDING !"),
    .steps(
      "queued without its name, not marked", .violation, "enter READ; queue; exit PENDING !"),
    .steps(
      "a worker completes it", .violation,
      """
      enter READ; exit PENDING !; T2: callback WorkItem irp=irp; T2: complete SUCCESS; \
      T2: callback-exit WorkItem
      """),
    .steps(
      "a worker forwards it", .violation,
      """
      enter WRITE; exit PENDING !; T2: callback WorkItem irp=irp; T2: forward; T2: returns SUCCESS; \
      T2: callback-exit WorkItem
      """),
    .steps(
      "given back, and pending again", .violation, sdv: .passes,
      """
      enter READ; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; \
      returns SUCCESS; queue irp=irp; exit PENDING !tracked
      """),
    .steps("marked and queued", .passes, "enter READ; mark-pending; queue irp=irp; exit PENDING"),
    .steps(
      "IoCsqInsertIrp marks", .passes, sdv: .violation, "enter READ; queue-csq; exit PENDING !sdv"),
    .steps(
      "marked by a worker before the return", .passes,
      """
      enter READ; T2: callback WorkItem irp=irp; T2: mark-pending; T2: callback-exit WorkItem; exit PENDING
      """),
    .steps("marked and forgotten", .passes, "enter READ; mark-pending; exit PENDING"),
    .steps(
      "passed down", .notArmed, sdv: .passes, "enter READ; forward; returns PENDING; exit PENDING"),
    .steps(
      "taken from a list and completed", .notArmed, sdv: .passes,
      "enter READ; dequeue; complete SUCCESS; exit PENDING"),
    .steps("another status", .notArmed, sdv: .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps(
      "a PnP request", .undecided, sdv: .notArmed, "enter PNP/START_DEVICE; exit PENDING"),
    .steps(
      "a library may have it", .undecided, sdv: .violation, "enter READ; exit PENDING !sdv"),
    .steps("events are lost", .notArmed, sdv: .undecided, "enter READ; lost; exit PENDING"),
  ]

  static func pendedCompletedRequestExamples(_ set: String) -> [Example] {
    let isEx = set != "set-routine"
    let pended = """
      \(set); forward; completion SUCCESS pending; completion-exit MORE_PROCESSING_REQUIRED; returns PENDING
      """
    let violates: Example.Expectation = isEx ? .notArmed : .violation
    let mark = isEx ? "" : " !tracked"
    return [
      .steps(
        "completed after the lower driver pended it", .violation,
        "enter READ; copy; \(pended); complete SUCCESS; exit PENDING !"),
      .steps(
        "the same of a control code", .violation,
        "enter DEVICE_CONTROL; copy; \(pended); complete UNSUCCESSFUL; exit PENDING !"),
      .steps(
        "an event was made before", .violation,
        "enter PNP/START_DEVICE; KeInitializeEvent object=done; copy; \(pended); complete SUCCESS; exit PENDING !"
      ),
      .steps(
        "waited for and pending all the same", .violation, sdv: .passes,
        "enter READ; copy; \(pended); wait SUCCESS; complete SUCCESS; exit PENDING !tracked"),
      .steps(
        "completed without a forward", violates, sdv: .passes,
        "enter READ; complete SUCCESS; exit PENDING\(mark)"),
      .steps(
        "the other form of the call", isEx ? .violation : .notArmed, sdv: .passes,
        """
        enter READ; IoSetCompletionRoutineEx; forward; completion SUCCESS pending; \
        completion-exit MORE_PROCESSING_REQUIRED; returns PENDING; complete SUCCESS; exit PENDING\
        \(isEx ? " !" : "")
        """
      ).inSDV(isEx ? .violation : .passes),
      .steps(
        "marked, completed and pending", .passes, sdv: .violation,
        "enter READ; mark-pending; copy; \(pended); complete SUCCESS; exit PENDING !sdv"),
      .steps(
        "passed down and pending", .passes, sdv: .undecided,
        """
        enter READ; copy; \(set); forward; returns PENDING; exit PENDING; T2: completion SUCCESS pending; \
        T2: mark-pending; T2: completion-exit SUCCESS
        """),
      .steps(
        "queued and pending", .undecided, sdv: .passes,
        "enter READ; \(set); mark-pending; queue irp=irp; exit PENDING"),
      .steps(
        "a worker completes it", .passes,
        """
        enter READ; \(set); mark-pending; exit PENDING; T2: callback WorkItem irp=irp; T2: complete SUCCESS; \
        T2: callback-exit WorkItem
        """),
    ] + pendedCompletedRequestHalts(set, pended)
  }

  private static func pendedCompletedRequestHalts(_ set: String, _ pended: String) -> [Example] {
    [
      .steps(
        "waited for, and its status returned", .notArmed, sdv: .passes,
        "enter READ; copy; \(pended); wait SUCCESS; complete SUCCESS; exit SUCCESS"),
      .steps(
        "pended, and another status returned", .notArmed, sdv: .passes,
        "enter READ; copy; \(pended); complete SUCCESS; exit SUCCESS"),
      .steps("nothing set", .notArmed, sdv: .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
      .steps(
        "another event is made after the routine is set", .notArmed, sdv: .passes,
        "enter READ; \(set); KeInitializeEvent object=done; complete SUCCESS; exit SUCCESS"),
      .steps(
        "pended, and nothing more", .notArmed, sdv: .passes,
        "enter READ; copy; \(pended); exit SUCCESS"),
      .steps(
        "not pended", .notArmed, sdv: .undecided,
        "enter READ; \(set); forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; exit SUCCESS"
      ),
      .steps(
        "without a routine", .notArmed, sdv: .undecided,
        "enter READ; forward; returns SUCCESS; exit SUCCESS"),
      .steps(
        "sent again, and not pended", .notArmed, sdv: .undecided,
        "enter READ; \(pended); \(set); forward; returns SUCCESS; exit SUCCESS"),
      .steps("a wait fails", .notArmed, sdv: .undecided, "enter READ; wait TIMEOUT; exit SUCCESS"),
      .steps(
        "a wait fails after the routine was set", .notArmed, sdv: .undecided,
        "enter READ; \(set); wait TIMEOUT; exit SUCCESS"),
      .steps(
        "a wait fails after it was pended", .notArmed, sdv: .undecided,
        "enter READ; \(pended); wait TIMEOUT; exit SUCCESS"),
      .steps("events are lost", .notArmed, sdv: .undecided, "enter READ; lost; exit PENDING"),
    ]
  }

  static let pendedCompletedRequest2Examples: [Example] = [
    .steps(
      "completed at once", .violation,
      "enter READ; copy; set-routine; forward; returns PENDING; complete SUCCESS !; exit SUCCESS"),
    .steps(
      "without a completion routine", .violation,
      "enter READ; skip; forward; returns PENDING; complete UNSUCCESSFUL !; exit UNSUCCESSFUL"),
    .steps(
      "marked and completed", .violation,
      "enter READ; mark-pending; copy; set-routine; forward; returns PENDING; complete CANCELLED !; exit PENDING"
    ),
    .steps(
      "an event is not waited for", .violation,
      """
      enter PNP/START_DEVICE; copy; set-routine; forward; returns PENDING; set-event; complete SUCCESS !; \
      exit SUCCESS
      """),
    .steps(
      "a wait timed out", .violation, sdv: .undecided,
      """
      enter READ; copy; set-routine; forward; returns PENDING; wait TIMEOUT; complete IO_TIMEOUT !tracked; \
      exit IO_TIMEOUT
      """),
    .steps(
      "waited for", .passes, sdv: .undecided,
      """
      enter READ; copy; set-routine; forward; returns PENDING; T2: completion SUCCESS pending; T2: set-event; \
      T2: completion-exit MORE_PROCESSING_REQUIRED; wait SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "waited for, the routine not traced", .passes, sdv: .undecided,
      "enter READ; copy; set-routine; forward; returns PENDING; wait SUCCESS; complete SUCCESS; exit SUCCESS"
    ),
    .steps(
      "pending, and so returned", .passes,
      """
      enter READ; copy; set-routine; forward; returns PENDING; exit PENDING; T2: completion SUCCESS pending; \
      T2: mark-pending; T2: completion-exit SUCCESS
      """),
    .steps(
      "passed down", .passes, "enter READ; skip; forward; returns PENDING; exit PENDING"),
    .steps(
      "a worker completes it", .passes,
      """
      enter READ; mark-pending; set-routine; forward; returns PENDING; exit PENDING; \
      T2: completion SUCCESS pending; T2: completion-exit MORE_PROCESSING_REQUIRED; \
      T3: callback WorkItem irp=irp; T3: complete SUCCESS; T3: callback-exit WorkItem
      """),
    .steps(
      "not pended", .notArmed, sdv: .undecided,
      "enter READ; set-routine; forward; returns SUCCESS; complete SUCCESS; exit SUCCESS"),
    .steps(
      "passed down, finished", .notArmed, sdv: .passes,
      "enter READ; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "another taken from a list", .notArmed, sdv: .undecided, "enter READ; dequeue; exit SUCCESS"),
    .steps(
      "pended, and another taken from a list", .passes, sdv: .undecided,
      "enter READ; forward; returns PENDING; dequeue; exit PENDING"),
    .steps(
      "events are lost", .undecided,
      "enter READ; forward; returns PENDING; lost; complete SUCCESS; exit SUCCESS"),
  ]

  static let pendedCompletedRequest3Examples: [Example] = [
    .steps(
      "completed as pending", .violation, "enter READ; complete PENDING !; exit PENDING"),
    .steps(
      "another status returned", .violation, "enter CREATE; complete PENDING !; exit SUCCESS"),
    .steps(
      "once more, as pending", .violation,
      "enter READ; complete SUCCESS; complete PENDING !; exit SUCCESS"),
    .steps(
      "a worker completes it as pending", .violation, sdv: .undecided,
      """
      enter READ; mark-pending; exit PENDING; T2: callback WorkItem irp=irp; T2: complete PENDING !tracked; \
      T2: callback-exit WorkItem
      """),
    .steps(
      "the lower driver's answer is taken for the status", .violation, sdv: .undecided,
      "enter READ; set-routine; forward; returns PENDING; wait SUCCESS; complete PENDING !tracked; exit PENDING"
    ),
    .steps(
      "completed, and STATUS_PENDING returned", .passes, sdv: .violation,
      "enter READ; complete SUCCESS; exit PENDING !sdv"),
    .steps("completed", .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps("failed", .passes, "enter READ; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
    .steps(
      "waited, and completed", .passes, "enter READ; wait SUCCESS; complete SUCCESS; exit SUCCESS"),
    .steps(
      "completed by a worker", .passes, sdv: .undecided,
      """
      enter READ; mark-pending; exit PENDING; T2: callback WorkItem irp=irp; T2: complete SUCCESS; \
      T2: callback-exit WorkItem
      """),
    .steps("not completed", .notArmed, sdv: .passes, "enter READ; exit SUCCESS"),
    .steps(
      "passed down", .notArmed, sdv: .undecided,
      "enter READ; forward; returns SUCCESS; exit SUCCESS"),
    .steps("a list", .notArmed, sdv: .undecided, "enter READ; dequeue; exit SUCCESS"),
    .steps("a wait fails", .notArmed, sdv: .undecided, "enter READ; wait TIMEOUT; exit SUCCESS"),
    .steps(
      "completed, then passed down", .passes, sdv: .undecided,
      "enter READ; complete SUCCESS; forward; exit SUCCESS"),
    .steps(
      "completed, then marked", .passes, sdv: .undecided,
      "enter READ; complete SUCCESS; mark-pending; exit PENDING"),
    .steps(
      "completed, then another from a list", .passes, sdv: .undecided,
      "enter READ; complete SUCCESS; dequeue; exit SUCCESS"),
    .steps(
      "completed, and a wait fails", .passes, sdv: .undecided,
      "enter READ; complete SUCCESS; wait TIMEOUT; exit SUCCESS"),
    .steps("events are lost", .undecided, "enter READ; complete SUCCESS; lost; exit SUCCESS"),
  ]

  static let markingInterlockedQueuedIrpsExamples: [Example] = [
    .steps(
      "queued, then marked", .violation,
      "enter READ; ExInterlockedInsertTailList irp=irp; mark-pending !tracked; exit PENDING !sdv"),
    .steps(
      "queued and never marked", .violation,
      "enter READ; ExInterlockedInsertHeadList irp=irp; exit PENDING !"),
    .steps(
      "pushed on a list, then marked", .violation,
      """
      enter DEVICE_CONTROL; ExInterlockedPushEntryList irp=irp; mark-pending !tracked; set-event; exit PENDING !sdv
      """),
    .steps(
      "a worker queues and marks", .violation, sdv: .passes,
      """
      enter READ; T2: callback WorkItem irp=irp; T2: ExInterlockedInsertTailList irp=irp; \
      T2: mark-pending !tracked; T2: callback-exit WorkItem; exit PENDING
      """
    ).inSDV(.violation).marked(sdv: "exit PENDING"),
    .steps(
      "marked, then queued", .passes,
      "enter READ; mark-pending; ExInterlockedInsertTailList irp=irp; exit PENDING"),
    .steps(
      "the same at the head", .passes,
      "enter WRITE; mark-pending; ExInterlockedInsertHeadList irp=irp; exit PENDING"),
    .steps(
      "queued again by a worker", .passes,
      """
      enter READ; mark-pending; exit PENDING; T2: callback WorkItem irp=irp; \
      T2: ExInterlockedInsertTailList irp=irp; T2: callback-exit WorkItem
      """),
    .steps(
      "marked on another thread, as far as the trace shows", .notArmed, sdv: .violation,
      """
      enter READ; ExInterlockedInsertTailList irp=irp; T2: callback WorkItem irp=irp; T2: mark-pending; \
      T2: callback-exit WorkItem; exit PENDING !sdv
      """),
    .steps(
      "not pending", .notArmed, sdv: .passes,
      "enter READ; ExInterlockedInsertTailList irp=irp; ExInterlockedRemoveHeadList irp=irp; complete SUCCESS; exit SUCCESS"
    ),
    .steps(
      "something else is queued", .notArmed, sdv: .violation,
      "enter READ; ExInterlockedInsertTailList; mark-pending; exit PENDING !sdv"),
    .steps(
      "nothing is queued", .notArmed, sdv: .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps(
      "events are lost", .undecided,
      "enter READ; ExInterlockedInsertTailList irp=irp; lost; mark-pending; exit PENDING"),
  ]
}

extension Example {
  /// The same with a mark of `sdv` at the last line that is this.
  func marked(sdv line: String) -> Example {
    var other = self
    other.trace = trace.replacing(line, with: line + " !sdv")
    return other
  }
}
