import RuleEngine

extension HandlingRule {
  static let completionRoutineRegisteredExamples: [Example] = [
    .steps(
      "registered, and the IRP completed because of something else", .violation,
      """
      enter READ; copy; IoSetCompletionRoutineEx SUCCESS; complete INVALID_PARAMETER; \
      exit INVALID_PARAMETER !
      """),
    .steps(
      "registered twice", .violation,
      """
      enter READ; copy; IoSetCompletionRoutineEx SUCCESS; IoSetCompletionRoutineEx SUCCESS !; forward; \
      returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "taken back with NULL", .violation,
      """
      enter READ; copy; IoSetCompletionRoutineEx SUCCESS; IoSetCompletionRoutine routine=0 !; forward; \
      returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "registered by a worker, which completes the IRP on a failure", .violation, sdv: .passes,
      """
      enter READ; mark-pending; copy; IoSetCompletionRoutineEx SUCCESS; forward; returns PENDING; exit PENDING; \
      T2: completion SUCCESS; T2: completion-exit MORE_PROCESSING_REQUIRED; T3: callback WorkItem irp=irp; \
      T3: IoSetCompletionRoutineEx SUCCESS; T3: complete UNSUCCESSFUL; T3: callback-exit WorkItem !tracked
      """),
    .steps(
      "registered again where the first failed", .passes, sdv: .violation,
      """
      enter READ; copy; IoSetCompletionRoutineEx SUCCESS; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES !sdv; \
      forward; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "registered and passed down", .passes,
      """
      enter READ; copy; IoSetCompletionRoutineEx SUCCESS; forward; completion SUCCESS; \
      completion-exit SUCCESS; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "passed down by a worker", .passes, sdv: .violation,
      """
      enter READ; mark-pending; copy; IoSetCompletionRoutineEx SUCCESS; exit PENDING !sdv; \
      T2: callback WorkItem irp=irp; T2: forward; T2: returns SUCCESS; T2: callback-exit WorkItem
      """),
    .steps(
      "registered anew for the second way down", .passes,
      """
      enter READ; copy; IoSetCompletionRoutineEx SUCCESS; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; copy; IoSetCompletionRoutineEx SUCCESS; \
      forward; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "another request takes the memory of the IRP", .undecided, sdv: .violation,
      """
      enter READ; mark-pending; copy; IoSetCompletionRoutineEx SUCCESS; exit PENDING !sdv; \
      T2: enter WRITE; T2: complete SUCCESS; T2: exit SUCCESS
      """),
    .steps(
      "events are lost in between", .undecided,
      """
      enter READ; copy; IoSetCompletionRoutineEx SUCCESS; lost; complete UNSUCCESSFUL; \
      exit UNSUCCESSFUL
      """),
    .steps(
      "IoSetCompletionRoutine registers nothing", .notArmed,
      "enter READ; copy; set-routine; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
    .steps(
      "the trace does not say whether it succeeded", .notArmed,
      "enter READ; copy; IoSetCompletionRoutineEx; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
  ]

  static let ioSetCompletionRoutineExCheckExamples: [Example] = [
    .steps(
      "the status is not looked at", .violation, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; forward !tracked; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "and STATUS_PENDING is returned", .violation, sdv: .notArmed,
      """
      enter READ; mark-pending; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; \
      forward !tracked; returns PENDING; exit PENDING
      """),
    .steps(
      "by a worker", .violation, sdv: .notArmed,
      """
      enter READ; mark-pending; copy; exit PENDING; T2: callback WorkItem irp=irp; \
      T2: IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; T2: forward !tracked; T2: returns SUCCESS; \
      T2: callback-exit WorkItem
      """),
    .steps(
      "completed with the failure", .passes, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; complete INSUFFICIENT_RESOURCES; \
      exit INSUFFICIENT_RESOURCES
      """),
    .steps(
      "passed on without a routine", .passes, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; skip; forward; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "the stack location copied anew", .passes, sdv: .notArmed,
      """
      enter READ; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; copy; forward; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "tried again with success", .passes, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; IoSetCompletionRoutineEx SUCCESS; \
      forward; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "IoForwardIrpSynchronously has a routine of its own", .passes, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; IoForwardIrpSynchronously; \
      IoForwardIrpSynchronouslyReturn SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "another request takes the memory of the IRP", .passes, sdv: .notArmed,
      """
      enter READ; mark-pending; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; exit PENDING; \
      T2: enter READ; T2: forward; T2: returns SUCCESS; T2: exit SUCCESS
      """),
    .steps(
      "events are lost in between", .undecided, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; lost; forward; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "it succeeds", .notArmed,
      "enter READ; copy; IoSetCompletionRoutineEx SUCCESS; forward; returns SUCCESS; exit SUCCESS"),
  ]

  static let ioSetCompletionExCompleteIrpExamples: [Example] = [
    .steps(
      "the failure is returned, and the IRP forgotten", .violation, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; \
      exit INSUFFICIENT_RESOURCES !tracked
      """),
    .steps(
      "STATUS_PENDING is returned", .violation, sdv: .notArmed,
      "enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; exit PENDING !tracked"),
    .steps(
      "on the second way down", .violation, sdv: .notArmed,
      """
      enter PNP/START_DEVICE; copy; set-routine; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; copy; \
      IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; exit INSUFFICIENT_RESOURCES !tracked
      """),
    .steps(
      "completed with the failure", .passes, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; complete INSUFFICIENT_RESOURCES; \
      exit INSUFFICIENT_RESOURCES
      """),
    .steps(
      "passed on without a routine", .passes, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; skip; forward; returns SUCCESS; \
      exit SUCCESS
      """),
    .steps(
      "queued, to be tried again later", .passes, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; mark-pending; queue irp=irp; \
      exit PENDING
      """),
    .steps(
      "another routine is set", .passes, sdv: .notArmed,
      """
      enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; set-routine; forward; \
      returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "a worker fails to register, and completes", .passes, sdv: .notArmed,
      """
      enter READ; mark-pending; exit PENDING; T2: callback WorkItem irp=irp; \
      T2: IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; T2: complete INSUFFICIENT_RESOURCES; \
      T2: callback-exit WorkItem
      """),
    .steps(
      "the dispatch routine's exit is not in the trace", .undecided, sdv: .notArmed,
      "enter READ; copy; IoSetCompletionRoutineEx INSUFFICIENT_RESOURCES; lost"),
    .steps(
      "it succeeds", .notArmed,
      "enter READ; copy; IoSetCompletionRoutineEx SUCCESS; forward; returns SUCCESS; exit SUCCESS"),
  ]

  static let completedWithCancelRoutineExamples: [Example] = [
    .steps(
      "a DPC completes what can still be cancelled", .violation, sdv: .notArmed,
      """
      enter READ; mark-pending; IoSetCancelRoutine routine=cancel; exit PENDING; T2: callback Dpc irp=irp; \
      T2: complete SUCCESS !tracked; T2: callback-exit Dpc
      """),
    .steps(
      "completed in the dispatch routine", .violation, sdv: .notArmed,
      """
      enter READ; IoSetCancelRoutine routine=cancel; complete DEVICE_NOT_READY !tracked; \
      exit DEVICE_NOT_READY
      """),
    .steps(
      "set again after it was taken away", .violation, sdv: .notArmed,
      """
      enter READ; mark-pending; IoSetCancelRoutine routine=cancel; IoSetCancelRoutine routine=0; \
      IoSetCancelRoutine routine=cancel; exit PENDING; T2: callback WorkItem irp=irp; \
      T2: complete SUCCESS !tracked; T2: callback-exit WorkItem
      """),
    .steps(
      "taken away first", .passes, sdv: .notArmed,
      """
      enter READ; mark-pending; IoSetCancelRoutine routine=cancel; exit PENDING; T2: callback Dpc irp=irp; \
      T2: IoSetCancelRoutine routine=0 previous=cancel; T2: complete SUCCESS; T2: callback-exit Dpc
      """),
    .steps(
      "the cancel routine completes it", .passes, sdv: .notArmed,
      """
      enter READ; mark-pending; IoSetCancelRoutine routine=cancel; exit PENDING; T2: IoCancelIrp; \
      T2: callback Cancel irp=irp; T2: complete CANCELLED; T2: callback-exit Cancel
      """),
    .steps(
      "cancelled in the dispatch routine", .passes, sdv: .notArmed,
      """
      enter READ; IoSetCancelRoutine routine=cancel; complete CANCELLED; exit CANCELLED
      """),
    .steps(
      "a cancel routine runs that names no IRP", .passes, sdv: .notArmed,
      """
      enter READ; mark-pending; IoSetCancelRoutine routine=cancel; exit PENDING; T2: callback Cancel; \
      T2: complete IO_TIMEOUT; T2: callback-exit Cancel
      """),
    .steps(
      "passed down", .passes, sdv: .notArmed,
      """
      enter READ; IoSetCancelRoutine routine=cancel; copy; set-routine; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "the memory of the IRP is another request's", .passes, sdv: .notArmed,
      """
      enter READ; mark-pending; IoSetCancelRoutine routine=cancel; exit PENDING; T2: enter WRITE; \
      T2: complete SUCCESS; T2: exit SUCCESS
      """),
    .steps(
      "events are lost in between", .undecided, sdv: .notArmed,
      """
      enter READ; mark-pending; IoSetCancelRoutine routine=cancel; lost; complete SUCCESS; \
      exit PENDING
      """),
    .steps(
      "no cancel routine", .notArmed,
      "enter READ; IoSetCancelRoutine routine=0; complete SUCCESS; exit SUCCESS"),
  ]
}
