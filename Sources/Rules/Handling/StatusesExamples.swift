import RuleEngine

extension HandlingRule {
  private static let failed =
    "copy; set-routine; forward; completion UNSUCCESSFUL; completion-exit MORE_PROCESSING_REQUIRED; returns PENDING"

  static let lowerDriverReturnExamples: [Example] =
    [
      .steps(
        "success for a request that is pending below", .violation, sdv: .undecided,
        "enter READ; skip; forward; returns PENDING; exit SUCCESS !tracked"),
      .steps(
        "STATUS_PENDING for a request that is finished", .violation, sdv: .passes,
        "enter READ; forward; returns SUCCESS; exit PENDING !tracked"),
      .steps(
        "a failure is hidden", .violation, sdv: .passes,
        "enter READ; forward; returns UNSUCCESSFUL; exit SUCCESS !tracked"),
      .steps(
        "a removal is answered for the lower driver", .violation, sdv: .notArmed,
        "enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; detach; exit NOT_SUPPORTED !tracked"),
      .steps(
        "waited for, and another status returned", .notArmed, sdv: .violation,
        "enter READ; \(failed); wait SUCCESS; complete UNSUCCESSFUL; exit INVALID_PARAMETER !sdv"),
      .steps(
        "success though the lower driver failed it", .notArmed, sdv: .violation,
        "enter READ; \(failed); complete SUCCESS; exit SUCCESS !sdv"),
      .steps(
        "success after a wait though the lower driver failed it", .notArmed, sdv: .violation,
        "enter READ; \(failed); wait SUCCESS; complete SUCCESS; exit SUCCESS !sdv"),
      .steps(
        "completed as pending", .notArmed, sdv: .violation,
        "enter READ; \(failed); complete PENDING; exit PENDING !sdv"),
      .steps(
        "completed as pending after a wait", .notArmed, sdv: .violation,
        "enter READ; \(failed); wait SUCCESS; complete PENDING; exit PENDING !sdv"),
      .steps(
        "not copied, and completed as pending", .notArmed, sdv: .violation,
        "enter READ; forward; returns SUCCESS; complete PENDING; exit PENDING !sdv"),
      .steps(
        "not copied, waited for, and completed as pending", .notArmed, sdv: .violation,
        "enter READ; forward; returns SUCCESS; wait SUCCESS; complete PENDING; exit PENDING !sdv"),
      .steps(
        "not copied, waited for, and another status returned", .notArmed, sdv: .violation,
        "enter READ; forward; returns SUCCESS; wait SUCCESS; complete SUCCESS; exit UNSUCCESSFUL !sdv"
      ),
      .steps(
        "the lower driver's status is returned", .passes,
        "enter READ; forward; returns UNSUCCESSFUL; exit UNSUCCESSFUL"),
      .steps(
        "its success is returned", .passes, "enter READ; forward; returns SUCCESS; exit SUCCESS"),
      .steps(
        "a power request", .passes,
        "enter POWER/SET_POWER state=S0; po-forward; po-returns SUCCESS; exit SUCCESS"),
      .steps(
        "pending, and so returned", .notArmed, sdv: .passes,
        "enter READ; forward; returns PENDING; exit PENDING"),
      .steps(
        "marked, and STATUS_PENDING returned", .notArmed, sdv: .undecided,
        "enter READ; mark-pending; forward; returns SUCCESS; exit PENDING"),
      .steps(
        "with a completion routine", .notArmed, sdv: .undecided,
        """
        enter READ; copy; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; \
        exit PENDING
        """),
      .steps(
        "not forwarded", .notArmed, sdv: .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
      .steps(
        "waited, not forwarded", .notArmed, sdv: .passes, "enter READ; wait SUCCESS; exit SUCCESS"),
      .steps(
        "waited before the forward", .passes,
        "enter READ; wait SUCCESS; forward; returns SUCCESS; exit SUCCESS"),
      .steps(
        "the failure is handed on", .notArmed, sdv: .passes,
        "enter READ; \(failed); wait SUCCESS; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
      .steps(
        "the failure is handed on without a wait", .notArmed, sdv: .passes,
        "enter READ; \(failed); complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
      .steps(
        "waited for, then sent again and failed", .notArmed, sdv: .passes,
        "enter READ; \(failed); wait SUCCESS; \(failed); complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
      .steps(
        "waited for, and pending later", .notArmed, sdv: .passes,
        """
        enter READ; forward; returns SUCCESS; wait SUCCESS; copy; set-routine; forward; \
        completion SUCCESS pending; completion-exit MORE_PROCESSING_REQUIRED; returns PENDING; exit PENDING
        """),
      .steps(
        "pended with a completion routine", .notArmed, sdv: .passes,
        """
        enter READ; copy; set-routine; forward; completion SUCCESS pending; \
        completion-exit MORE_PROCESSING_REQUIRED; returns PENDING; exit PENDING
        """),
      .steps(
        "not copied, then failed with a completion routine", .notArmed, sdv: .passes,
        "enter READ; forward; returns SUCCESS; \(failed); complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
      .steps(
        "not copied and waited for", .notArmed, sdv: .passes,
        "enter READ; forward; returns SUCCESS; wait SUCCESS; complete SUCCESS; exit SUCCESS"),
      .steps(
        "the return of the forward is missing", .undecided, sdv: .passes,
        "enter READ; forward; exit SUCCESS"),
      .steps(
        "events are lost", .notArmed, sdv: .undecided, "enter READ; forward; lost; exit SUCCESS"),
    ]
    + [
      "", "wait SUCCESS", failed, failed + "; wait SUCCESS", "forward; returns SUCCESS",
      "forward; returns SUCCESS; wait SUCCESS",
    ].enumerated().flatMap { number, start in
      [
        ("the stack location is skipped", "skip; exit SUCCESS"),
        ("marked", "mark-pending; exit PENDING"),
        ("a wait fails", "wait TIMEOUT; complete SUCCESS; exit SUCCESS"),
        (
          "sent on a copied location",
          "set-routine routine=NULL; copy; forward; returns PENDING; exit PENDING"
        ),
        (
          "sent with a routine, and success",
          """
          set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; exit SUCCESS
          """
        ),
      ].compactMap { title, rest in
        let isDecided = title == "the stack location is skipped" && number > 3
        return Example.steps(
          "\(title) (\(number))", isDecided ? .passes : .notArmed, sdv: .undecided,
          "enter READ; \(start.isEmpty ? "" : start + "; ")\(rest)")
      }
    }

  static let dispatchStatusDiffersExamples: [Example] = [
    .steps(
      "completed with a failure, and success returned", .violation,
      "enter PNP/QUERY_RESOURCES; complete NOT_SUPPORTED; exit SUCCESS !"),
    .steps(
      "completed with success, and a failure returned", .violation,
      "enter READ; complete SUCCESS; exit UNSUCCESSFUL !"),
    .steps(
      "another failure", .violation,
      "enter DEVICE_CONTROL; complete INVALID_PARAMETER; exit INVALID_DEVICE_REQUEST !"),
    .steps(
      "after it came back", .violation,
      """
      enter READ; set-routine; forward; completion UNSUCCESSFUL; completion-exit MORE_PROCESSING_REQUIRED; \
      returns UNSUCCESSFUL; complete UNSUCCESSFUL; exit SUCCESS !
      """),
    .steps("the same status", .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps(
      "the same failure", .passes, "enter READ; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
    .steps(
      "the same after it came back", .passes,
      """
      enter READ; set-routine; forward; returns SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "marked pending", .notArmed, "enter READ; mark-pending; complete SUCCESS; exit UNSUCCESSFUL"),
    .steps(
      "STATUS_PENDING is another rule's", .notArmed, "enter READ; complete SUCCESS; exit PENDING"),
    .steps(
      "completed on another thread", .notArmed,
      """
      enter READ; T2: callback WorkItem irp=irp; T2: complete SUCCESS; T2: callback-exit WorkItem; \
      exit UNSUCCESSFUL
      """),
    .steps(
      "marked after it was completed", .notArmed,
      "enter READ; complete SUCCESS; mark-pending; exit UNSUCCESSFUL"),
    .steps("the trace ends", .undecided, "enter READ; complete SUCCESS"),
    .steps(
      "events are lost", .undecided, "enter READ; complete SUCCESS; lost; exit UNSUCCESSFUL"),
  ]

  static let forwardedWhileBelowExamples: [Example] = [
    .steps(
      "sent twice", .violation,
      "enter READ; set-routine; forward; returns PENDING; forward !; returns PENDING; exit PENDING"),
    .steps(
      "sent twice without a completion routine", .violation,
      "enter READ; forward; returns PENDING; forward !; returns PENDING; exit PENDING"),
    .steps(
      "a worker sends what is below", .violation,
      """
      enter READ; mark-pending; set-routine; forward; returns PENDING; exit PENDING; \
      T2: callback WorkItem irp=irp; T2: forward !; T2: returns PENDING; T2: callback-exit WorkItem
      """),
    .steps(
      "it has gone on up", .violation,
      """
      enter READ; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; \
      forward !; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "a wait that timed out is none", .violation,
      """
      enter READ; set-routine; forward; returns PENDING; wait TIMEOUT; forward !; returns PENDING; exit PENDING
      """),
    .steps("sent once", .passes, "enter READ; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "sent again after it came back", .passes,
      """
      enter READ; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; \
      returns SUCCESS; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "sent again by its completion routine", .passes,
      """
      enter READ; mark-pending; set-routine; forward; returns PENDING; exit PENDING; T2: completion SUCCESS; \
      T2: set-routine; T2: forward; T2: returns PENDING; T2: completion-exit MORE_PROCESSING_REQUIRED; \
      T2: completion SUCCESS dev=fdo; T2: completion-exit SUCCESS
      """),
    .steps(
      "sent again after a wait", .passes,
      """
      enter READ; set-routine; forward; returns PENDING; wait SUCCESS; forward; completion SUCCESS; \
      completion-exit SUCCESS; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "sent again after another status, the routine not traced", .passes,
      """
      enter READ; set-routine; forward; returns SUCCESS; set-routine; forward; completion SUCCESS; \
      completion-exit SUCCESS; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "a lower driver sends it on before the forward returns", .passes,
      "enter READ; forward; forward; returns SUCCESS; returns SUCCESS; exit SUCCESS"),
    .steps(
      "the address is used again", .passes,
      "enter READ; forward; returns PENDING; exit PENDING; enter WRITE; forward; returns SUCCESS; exit SUCCESS"
    ),
    .steps("not sent", .notArmed, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps(
      "events are lost", .undecided,
      "enter READ; forward; lost; returns PENDING; forward; exit PENDING"),
  ]

  static let requestNeverCompletedExamples: [Example] = [
    .steps(
      "in a queue when the device is deleted", .violation,
      """
      enter READ; mark-pending; queue irp=irp; exit PENDING; enter PNP/REMOVE_DEVICE irp=removal; \
      forward irp=removal; returns SUCCESS irp=removal; detach; delete !; exit SUCCESS irp=removal
      """),
    .steps(
      "marked pending and forgotten", .violation,
      "enter READ; mark-pending; exit PENDING; T2: delete !"),
    .steps(
      "a worker was given it", .violation,
      """
      enter READ; T2: callback WorkItem irp=irp; T2: callback-exit WorkItem; exit PENDING; T3: delete !
      """),
    .steps(
      "the driver is unloaded", .violation,
      "bare; start; enter READ drv=driver; queue-csq; exit PENDING; unload driver !"),
    .steps(
      "taken back, and in a queue again", .violation,
      """
      enter READ; mark-pending; set-routine; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; queue irp=irp; exit PENDING; delete !
      """),
    .steps(
      "completed before", .passes,
      """
      enter READ; mark-pending; queue irp=irp; exit PENDING; T2: callback Thread; T2: dequeue irp=irp; \
      T2: complete DELETE_PENDING; T2: callback-exit Thread; T2: delete
      """),
    .steps(
      "the device stays", .passes,
      """
      enter READ; mark-pending; queue irp=irp; exit PENDING; T2: callback WorkItem irp=irp; \
      T2: complete SUCCESS; T2: callback-exit WorkItem
      """),
    .steps(
      "with the lower driver", .passes,
      """
      enter READ; mark-pending; set-routine; forward; returns PENDING; exit PENDING; T2: delete; \
      T2: completion SUCCESS; T2: completion-exit SUCCESS
      """),
    .steps(
      "another device is deleted", .passes,
      """
      enter READ; mark-pending; queue irp=irp; exit PENDING; T2: delete other; T2: callback WorkItem irp=irp; \
      T2: complete SUCCESS; T2: callback-exit WorkItem
      """),
    .steps(
      "the removal itself", .notArmed,
      "enter PNP/REMOVE_DEVICE; mark-pending; queue irp=irp; exit PENDING; T2: delete"),
    .steps("not handed over", .notArmed, "enter READ; complete SUCCESS; exit SUCCESS; delete"),
    .steps(
      "the trace ends", .undecided, "enter READ; mark-pending; queue irp=irp; exit PENDING"),
    .steps(
      "events are lost", .undecided,
      "enter READ; mark-pending; queue irp=irp; exit PENDING; lost; delete"),
  ]
}
