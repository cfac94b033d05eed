import RuleEngine

extension HandlingRule {
  static let signalEventInCompletionExamples: [Example] =
    signalReported + signalKept + signalForSDV + [
      .steps(
        "events are lost before the wait", .undecided, sdv: .violation,
        """
        enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
        returns PENDING; T2: completion SUCCESS pending; T2: completion-exit MORE_PROCESSING_REQUIRED !sdv; \
        lost; KeWaitForSingleObjectCall object=event timeout=-1
        """),
      .steps(
        "passed down and not waited for", .notArmed,
        "enter READ; skip; forward; returns SUCCESS; exit SUCCESS"),
    ]

  private static let signalReported: [Example] = [
    .steps(
      "the completion routine keeps the IRP, and sets no event", .violation,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; KeWaitForSingleObjectCall object=event timeout=-1; T2: completion SUCCESS pending; \
      T2: completion-exit MORE_PROCESSING_REQUIRED !
      """),
    .steps(
      "it was over before the wait began", .violation,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      T2: completion SUCCESS pending; T2: completion-exit MORE_PROCESSING_REQUIRED !; returns PENDING; \
      KeWaitForSingleObjectCall object=event timeout=-1
      """),
    .steps(
      "it sets another event", .violation, sdv: .undecided,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; KeWaitForSingleObjectCall object=event timeout=-1; T2: completion SUCCESS pending; \
      T2: set-event object=other; T2: completion-exit MORE_PROCESSING_REQUIRED !tracked
      """),
    .steps(
      "a DPC runs on the thread that waits", .violation,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; KeWaitForSingleObjectCall object=event timeout=-1; callback Dpc; \
      callback-exit Dpc; T2: completion SUCCESS pending; T2: completion-exit MORE_PROCESSING_REQUIRED !
      """),
    .steps(
      "the event was set before it was made anew", .violation,
      """
      set-event object=event; enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; \
      forward; returns PENDING; KeWaitForSingleObjectCall object=event timeout=-1; \
      T2: completion SUCCESS pending; T2: completion-exit MORE_PROCESSING_REQUIRED !
      """),
  ]

  private static let signalKept: [Example] = [
    .steps(
      "the completion routine sets the event", .passes, sdv: .undecided,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; KeWaitForSingleObjectCall object=event timeout=-1; T2: completion SUCCESS pending; \
      T2: set-event object=event; T2: completion-exit MORE_PROCESSING_REQUIRED; wait SUCCESS; \
      complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "a work item sets it", .undecided, sdv: .violation,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; KeWaitForSingleObjectCall object=event timeout=-1; T2: completion SUCCESS pending; \
      T2: IoQueueWorkItem; T2: completion-exit MORE_PROCESSING_REQUIRED !sdv
      """),
    .steps(
      "the trace ends before the event is set", .undecided, sdv: .violation,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; KeWaitForSingleObjectCall object=event timeout=1000; T2: completion SUCCESS pending; \
      T2: completion-exit MORE_PROCESSING_REQUIRED !sdv
      """),
    .steps(
      "another IRP is below, whose routine may set it", .undecided, sdv: .violation,
      """
      T3: enter READ irp=other; T3: copy irp=other; T3: set-routine irp=other; T3: forward irp=other; \
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; KeWaitForSingleObjectCall object=event timeout=-1; T2: completion SUCCESS pending; \
      T2: completion-exit MORE_PROCESSING_REQUIRED !sdv
      """),
    .steps(
      "an event that the trace does not name is set", .undecided, sdv: .violation,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; KeWaitForSingleObjectCall object=event timeout=-1; T2: completion SUCCESS pending; \
      T2: completion-exit MORE_PROCESSING_REQUIRED !sdv; T3: set-event
      """),
    .steps(
      "sent down once more", .passes, sdv: .undecided,
      """
      enter PNP/START_DEVICE; KeInitializeEvent object=event; copy; set-routine; forward; \
      returns PENDING; T2: completion SUCCESS pending; T2: set-event object=event; \
      T2: completion-exit MORE_PROCESSING_REQUIRED; wait SUCCESS; copy; forward; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "the routine lets the IRP go on", .notArmed, sdv: .violation,
      """
      enter READ; KeInitializeEvent object=event; copy; set-routine; forward; completion SUCCESS pending; \
      mark-pending; completion-exit SUCCESS !sdv; returns PENDING; exit PENDING
      """),
  ]

  private static let signalForSDV: [Example] = [
    .steps(
      "the event is made signaled", .notArmed,
      "enter READ; KeInitializeEvent object=event signaled=1; skip; forward; returns SUCCESS; exit SUCCESS"
    ),
    .steps(
      "made again, signaled", .notArmed, sdv: .undecided,
      """
      enter READ; KeInitializeEvent object=event; KeInitializeEvent object=event signaled=1; skip; forward; \
      returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "made again, signaled, when the routine is set", .notArmed, sdv: .undecided,
      """
      enter READ; KeInitializeEvent object=event; copy; set-routine; \
      KeInitializeEvent object=event signaled=1; forward; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "made again, signaled, in the routine", .notArmed, sdv: .undecided,
      """
      enter READ; KeInitializeEvent object=event; copy; set-routine; forward; completion SUCCESS pending; \
      mark-pending; KeInitializeEvent object=event signaled=1; completion-exit SUCCESS; returns PENDING; \
      exit PENDING
      """),
    .steps(
      "set in the routine", .notArmed, sdv: .undecided,
      """
      enter READ; KeInitializeEvent object=event; copy; set-routine; forward; completion SUCCESS; \
      set-event object=event; completion-exit SUCCESS; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "set in another routine", .notArmed, sdv: .undecided,
      """
      enter READ; copy; set-routine; forward; completion SUCCESS; KeInitializeEvent object=event; \
      set-event object=event; completion-exit SUCCESS; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "set where the lower driver pended it", .passes, sdv: .undecided,
      """
      enter READ; KeInitializeEvent object=event; copy; set-routine; forward; completion SUCCESS pending; \
      set-event object=event; completion-exit MORE_PROCESSING_REQUIRED; returns PENDING; wait SUCCESS; \
      complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "a request of its own takes the event", .notArmed, sdv: .undecided,
      """
      enter READ; KeInitializeEvent object=event; IoBuildDeviceIoControlRequest irp=own object=event; skip; \
      forward; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "a request of its own takes the event when a routine is set", .notArmed, sdv: .undecided,
      """
      enter READ; KeInitializeEvent object=event; copy; set-routine; \
      IoBuildDeviceIoControlRequest irp=own object=event; forward; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "a request of its own takes the event in the routine", .notArmed, sdv: .undecided,
      """
      enter READ; KeInitializeEvent object=event; copy; set-routine; forward; completion SUCCESS pending; \
      mark-pending; IoBuildDeviceIoControlRequest irp=own object=event; completion-exit SUCCESS; \
      returns PENDING; exit PENDING
      """),
    .steps(
      "no routine is set", .notArmed, sdv: .passes,
      "enter READ; KeInitializeEvent object=event; skip; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "the routine has not run when the dispatch routine returns", .notArmed, sdv: .passes,
      """
      enter READ; KeInitializeEvent object=event; mark-pending; copy; set-routine; forward; returns PENDING; \
      exit PENDING
      """),
    .steps(
      "the routine runs when the dispatch routine returns", .undecided, sdv: .passes,
      """
      enter READ; KeInitializeEvent object=event; mark-pending; copy; set-routine; forward; returns PENDING; \
      T2: completion SUCCESS pending; exit PENDING; T2: completion-exit MORE_PROCESSING_REQUIRED
      """),
  ]
}
