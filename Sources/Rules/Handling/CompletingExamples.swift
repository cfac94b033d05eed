import RuleEngine

extension HandlingRule {
  static let doubleCompletionExamples: [Example] = [
    .steps(
      "completed twice in the dispatch routine", .violation,
      "enter READ; complete SUCCESS; complete SUCCESS !; exit SUCCESS"),
    .steps(
      "refused, completed, and completed once more at the end", .violation,
      "enter READ; acquire DELETE_PENDING; complete DELETE_PENDING; complete DELETE_PENDING !; exit DELETE_PENDING"
    ),
    .steps(
      "completed twice after it came back", .violation,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; \
      returns SUCCESS; complete SUCCESS; complete SUCCESS !; exit SUCCESS
      """),
    .steps(
      "completed by the dispatch routine, and still in the queue", .violation, sdv: .passes,
      """
      enter DEVICE_CONTROL; mark-pending; queue irp=irp; complete CANCELLED; exit PENDING; \
      T2: callback Thread; T2: dequeue irp=irp; T2: complete SUCCESS !tracked; T2: callback-exit Thread
      """),
    .steps(
      "a worker completes what has ended, and names the device", .violation, sdv: .passes,
      "enter READ; complete SUCCESS; exit SUCCESS; T2: complete SUCCESS dev=fdo !tracked"),
    .steps(
      "WmiSystemControl has completed it", .violation, sdv: .passes,
      "enter SYSTEM_CONTROL; wmi IrpProcessed; complete SUCCESS !tracked; exit SUCCESS"),
    .steps(
      "taken from a list in between", .violation, sdv: .undecided,
      "enter READ; complete SUCCESS; dequeue; complete SUCCESS !tracked; exit SUCCESS"),
    .steps(
      "taken from a list before", .violation, sdv: .undecided,
      "enter READ; dequeue; complete SUCCESS; complete SUCCESS !tracked; exit SUCCESS"),
    .steps(
      "completed once", .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps(
      "completed by a worker", .passes,
      """
      enter READ; mark-pending; queue irp=irp; exit PENDING; \
      T2: callback WorkItem irp=irp; T2: complete SUCCESS; T2: callback-exit WorkItem
      """),
    .steps(
      "the address of the IRP is used again at once", .passes,
      "enter READ; complete SUCCESS; exit SUCCESS; T2: enter WRITE; T2: complete SUCCESS; T2: exit SUCCESS"
    ),
    .steps(
      "a filter above completes it as well", .passes,
      """
      add filter FIDO; enter READ dev=filter; forward dev=filter; enter READ; complete SUCCESS; exit SUCCESS; \
      returns SUCCESS dev=filter; exit SUCCESS dev=filter
      """),
    .steps(
      "the IRP is freed, and its memory is another's", .passes,
      "enter READ; complete SUCCESS; exit SUCCESS; T2: free-irp; T2: complete SUCCESS"),
    .steps(
      "an event that belongs to no request names it first", .passes,
      "enter READ; complete SUCCESS; exit SUCCESS; T2: copy; T2: complete SUCCESS"),
    .steps(
      "another driver names the IRP", .passes,
      "enter READ drv=a; complete SUCCESS drv=a; exit SUCCESS drv=a; T2: complete SUCCESS drv=b dev=fdo"
    ),
    .steps(
      "passed down", .notArmed, sdv: .passes, "enter READ; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "events are lost in between", .undecided,
      "enter READ; complete SUCCESS; lost; complete SUCCESS; exit SUCCESS"),
    .steps(
      "events are lost after the end", .passes,
      "enter READ; complete SUCCESS; exit SUCCESS; lost; T2: complete SUCCESS dev=fdo"),
  ]

  static let completeRequestExamples: [Example] = [
    .steps(
      "passed down, and completed when that failed", .violation, sdv: .undecided,
      "enter READ; skip; forward; returns UNSUCCESSFUL; complete UNSUCCESSFUL !tracked; exit UNSUCCESSFUL"
    ),
    .steps(
      "completed while the lower driver has it", .violation, sdv: .undecided,
      "enter READ; copy; set-routine; forward; returns PENDING; complete CANCELLED !tracked; exit CANCELLED"
    ),
    .steps(
      "a time-out on another thread completes it", .violation, sdv: .passes,
      """
      enter READ; mark-pending; copy; set-routine; forward; returns PENDING; exit PENDING; \
      T2: callback Timer irp=irp; T2: complete IO_TIMEOUT !tracked; T2: callback-exit Timer
      """),
    .steps(
      "the completion routine has let it go", .violation,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; \
      complete SUCCESS !; exit SUCCESS
      """),
    .steps(
      "taken back and forgotten", .violation,
      """
      enter PNP/START_DEVICE; copy; set-routine; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; exit SUCCESS !
      """),
    .steps(
      "forgotten where the lower driver failed it", .violation,
      """
      enter PNP/START_DEVICE; copy; set-routine; forward; returns PENDING; completion UNSUCCESSFUL pending; \
      completion-exit MORE_PROCESSING_REQUIRED; wait SUCCESS; exit UNSUCCESSFUL !
      """),
    .steps(
      "IoForwardIrpSynchronously gave it back", .violation, sdv: .passes,
      """
      enter PNP/START_DEVICE; copy; IoForwardIrpSynchronously; IoForwardIrpSynchronouslyReturn SUCCESS; \
      exit SUCCESS !tracked
      """),
    .steps(
      "let go, then taken back", .violation,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; \
      set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; \
      exit SUCCESS !
      """),
    .steps(
      "waited for, taken back and completed", .passes, sdv: .undecided,
      """
      enter PNP/START_DEVICE; copy; set-routine; forward; returns PENDING; T2: completion SUCCESS pending; \
      T2: completion-exit MORE_PROCESSING_REQUIRED; wait SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "the routine is not traced, but the forward returned", .passes, sdv: .undecided,
      "enter READ; copy; set-routine; forward; returns SUCCESS; complete SUCCESS; exit SUCCESS"),
    .steps(
      "the routine is not traced, but somebody waited", .passes, sdv: .undecided,
      "enter READ; copy; set-routine; forward; returns PENDING; wait SUCCESS; complete SUCCESS; exit SUCCESS"
    ),
    .steps(
      "the routine has woken the dispatch thread and not returned", .passes, sdv: .undecided,
      """
      enter READ; copy; set-routine; forward; returns PENDING; T2: completion SUCCESS pending; T2: set-event; \
      complete SUCCESS; T2: completion-exit MORE_PROCESSING_REQUIRED; exit SUCCESS
      """),
    .steps(
      "a lower driver completes before the forward returns", .passes,
      "enter READ; copy; set-routine; forward; complete SUCCESS; returns SUCCESS; exit SUCCESS"
    )
    .inSDV(.undecided),
    .steps(
      "passed down", .passes, "enter READ; skip; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "taken back and given to a worker", .passes,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; \
      returns SUCCESS; mark-pending; queue irp=irp; exit PENDING; \
      T2: callback WorkItem irp=irp; T2: complete SUCCESS; T2: callback-exit WorkItem
      """),
    .steps(
      "taken back and sent on", .passes,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; \
      returns SUCCESS; copy; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "not forwarded", .notArmed, sdv: .undecided, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps(
      "let go by the routine", .passes,
      "enter READ; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; exit SUCCESS"
    ),
    .steps(
      "its memory is used again", .passes,
      "enter READ; set-routine; forward; returns PENDING; exit PENDING; T2: allocate-irp"),
    .steps(
      "taken back, and its memory is used again", .passes,
      """
      enter READ; mark-pending; set-routine; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; exit PENDING; T2: allocate-irp
      """),
    .steps(
      "events are lost", .undecided,
      "enter READ; set-routine; forward; lost; complete SUCCESS; exit SUCCESS"),
    .steps(
      "taken from a list", .violation, sdv: .undecided,
      "enter READ; forward; dequeue; returns PENDING; complete SUCCESS !tracked; exit SUCCESS"),
    .steps(
      "taken from a list after it came back", .passes, sdv: .undecided,
      """
      enter READ; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; dequeue; \
      returns SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "taken from a list after it went on", .passes, sdv: .undecided,
      """
      enter READ; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; dequeue; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "retried by the dispatch routine, and the second let go", .passes,
      """
      enter READ; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; \
      returns SUCCESS; set-routine; forward; completion SUCCESS; completion-exit SUCCESS; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "given back twice", .passes, sdv: .undecided,
      """
      enter READ; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; \
      returns SUCCESS; set-routine; forward; completion SUCCESS; completion-exit MORE_PROCESSING_REQUIRED; \
      returns SUCCESS; complete SUCCESS; exit SUCCESS
      """),
  ]

  static let irpProcessingCompleteExamples: [Example] = [
    .steps(
      "forgotten on one path", .violation,
      "enter CREATE irp=first; complete SUCCESS irp=first; exit SUCCESS irp=first; enter CREATE; exit SUCCESS !"
    ),
    .steps(
      "forgotten after a refused acquire", .violation, sdv: .passes,
      """
      enter READ irp=first; complete SUCCESS irp=first; exit SUCCESS irp=first; \
      enter READ; acquire DELETE_PENDING; exit DELETE_PENDING !tracked
      """),
    .steps(
      "neither a wait nor an event finishes it", .violation,
      """
      enter READ irp=first; forward irp=first; returns SUCCESS irp=first; exit SUCCESS irp=first; \
      enter READ; wait SUCCESS; set-event; exit SUCCESS !
      """),
    .steps(
      "a completion routine is set and nothing sent", .violation,
      """
      enter READ irp=first; forward irp=first; returns SUCCESS irp=first; exit SUCCESS irp=first; \
      enter READ; copy; set-routine; exit SUCCESS !
      """),
    .steps(
      "passed down, pending, and not waited for", .passes, sdv: .violation,
      "enter READ; forward; returns PENDING; exit SUCCESS !sdv"),
    .steps("completed", .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps("passed down", .passes, "enter READ; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "put in a queue that does not name it", .passes, sdv: .violation,
      "enter READ; queue; exit SUCCESS !sdv"),
    .steps(
      "marked, and another status returned", .passes, sdv: .violation,
      "enter READ; mark-pending; exit SUCCESS !sdv"),
    .steps(
      "taken from a list", .undecided, sdv: .passes, "enter READ; dequeue; exit SUCCESS"),
    .steps(
      "WmiSystemControl has processed it", .passes,
      "enter SYSTEM_CONTROL; wmi IrpProcessed; exit SUCCESS"),
    .steps(
      "waited for", .passes,
      "enter READ; set-routine; forward; returns PENDING; wait SUCCESS; complete SUCCESS; exit SUCCESS"
    ),
    .steps(
      "not waited for long", .passes,
      "enter READ; set-routine; forward; returns PENDING; wait TIMEOUT; exit SUCCESS"),
    .steps(
      "pended and completed all the same", .passes,
      "enter READ; set-routine; forward; returns PENDING; complete SUCCESS; exit SUCCESS"),
    .steps(
      "pended, and another taken from a list", .passes,
      "enter READ; set-routine; forward; returns PENDING; dequeue; exit SUCCESS"),
    .steps(
      "pended, and WmiSystemControl has processed it", .passes,
      "enter SYSTEM_CONTROL; set-routine; forward; returns PENDING; wmi IrpProcessed; exit SUCCESS"),
    .steps(
      "passed down, and pending", .notArmed, sdv: .passes,
      "enter READ; forward; returns PENDING; exit PENDING"),
    .steps(
      "another status, nothing done, and no such request before", .undecided, sdv: .passes,
      "enter CREATE; exit UNSUCCESSFUL"),
    .steps(
      "success, nothing done, and no such request before", .undecided, sdv: .violation,
      "enter CREATE; exit SUCCESS !sdv"),
    .steps("pending", .notArmed, sdv: .passes, "enter CREATE; exit PENDING"),
    .steps(
      "the return of the forward is missing", .passes, sdv: .undecided,
      "enter READ; forward; exit SUCCESS"),
    .steps(
      "completed before the forward returns", .passes,
      "enter READ; set-routine; forward; complete SUCCESS; exit SUCCESS"),
    .steps(
      "another taken from a list before the forward returns", .passes,
      "enter READ; forward; dequeue; exit SUCCESS"),
    .steps(
      "WmiSystemControl has processed it before the forward returns", .passes,
      "enter SYSTEM_CONTROL; forward; wmi IrpProcessed; exit SUCCESS"),
    .steps("events are lost", .notArmed, sdv: .undecided, "enter CREATE; lost; exit SUCCESS"),
  ]
}

extension Example {
  /// The same with another outcome under `sdv`.
  func inSDV(_ outcome: Expectation) -> Example {
    var other = self
    other.sdv = outcome
    return other
  }
}
