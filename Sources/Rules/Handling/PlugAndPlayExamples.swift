import RuleEngine

extension HandlingRule {
  static let pnpIrpCompletionExamples: [Example] = [
    .steps(
      "a start is completed here", .violation,
      "enter PNP/START_DEVICE; complete SUCCESS !tracked; exit SUCCESS !sdv"),
    .steps(
      "a stop is completed here", .violation,
      "enter PNP/STOP_DEVICE; complete SUCCESS !tracked; exit SUCCESS !sdv"),
    .steps(
      "a surprise removal is completed here", .violation,
      "enter PNP/SURPRISE_REMOVAL; complete SUCCESS !tracked; exit SUCCESS !sdv"),
    .steps(
      "a filter completes a query", .violation, sdv: .notArmed,
      "bare; add filter FIDO; enter PNP/QUERY_ID dev=filter; complete SUCCESS dev=filter !tracked; exit SUCCESS"
    ),
    .steps(
      "completed by a worker, which may have sent it", .passes,
      """
      enter PNP/START_DEVICE; mark-pending; exit PENDING; T2: callback WorkItem irp=irp; T2: complete SUCCESS; \
      T2: callback-exit WorkItem
      """),
    .steps(
      "completed after it came back", .passes,
      """
      enter PNP/START_DEVICE; copy; set-routine; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "waited for in one call", .passes,
      """
      enter PNP/START_DEVICE; forward; returns SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "failed", .passes,
      "enter PNP/START_DEVICE; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
    .steps(
      "completed, then passed down", .violation, sdv: .passes,
      "enter PNP/START_DEVICE; complete SUCCESS !tracked; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "with IoForwardIrpSynchronously", .passes, sdv: .violation,
      """
      enter PNP/START_DEVICE; copy; IoForwardIrpSynchronously; IoForwardIrpSynchronouslyReturn SUCCESS; \
      complete SUCCESS; exit SUCCESS !sdv
      """),
    .steps(
      "passed down", .passes,
      "enter PNP/STOP_DEVICE; forward; returns SUCCESS; exit SUCCESS"),
    .steps("pending", .notArmed, sdv: .passes, "enter PNP/STOP_DEVICE; mark-pending; exit PENDING"),
    .steps(
      "a query that may be answered", .notArmed,
      "enter PNP/QUERY_REMOVE_DEVICE; complete SUCCESS; exit SUCCESS"),
    .steps(
      "a PDO", .notArmed,
      "bare; add pdo PDO; enter PNP/START_DEVICE dev=pdo; complete SUCCESS dev=pdo; exit SUCCESS"),
    .steps(
      "a bus driver", .notArmed,
      "bare; add fdo FDO bus; enter PNP/START_DEVICE; complete SUCCESS; exit SUCCESS"),
    .steps(
      "the device's role is not known", .notArmed, sdv: .violation,
      "bare; enter PNP/START_DEVICE; complete SUCCESS; exit SUCCESS !sdv"),
    .steps(
      "events are lost", .undecided,
      "enter PNP/START_DEVICE; set-routine; IoForwardIrpSynchronously; lost; complete SUCCESS; exit SUCCESS"
    ),
  ]

  static let powerIrpCompletionExamples: [Example] = [
    .steps(
      "a device power request is completed here", .violation,
      "enter POWER/SET_POWER state=D0; complete SUCCESS !; exit SUCCESS"),
    .steps(
      "a system power request", .violation,
      "enter POWER/SET_POWER state=S3; complete SUCCESS !; exit SUCCESS"),
    .steps(
      "a query", .violation, "enter POWER/QUERY_POWER state=S3; complete SUCCESS !; exit SUCCESS"),
    .steps(
      "completed after it came back", .passes,
      """
      enter POWER/SET_POWER state=D0; copy; set-routine; po-forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; po-returns SUCCESS; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "a query is failed", .passes,
      "enter POWER/QUERY_POWER state=S3; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
    .steps(
      "completed by a worker after it came back", .passes,
      """
      enter POWER/SET_POWER state=S0; mark-pending; copy; set-routine; po-forward; po-returns PENDING; exit PENDING; \
      T2: completion SUCCESS pending; T2: completion-exit MORE_PROCESSING_REQUIRED; \
      T3: callback PowerCompletion irp=irp; T3: complete SUCCESS; T3: callback-exit PowerCompletion
      """),
    .steps(
      "passed down", .passes,
      "enter POWER/SET_POWER state=D3; po-forward; po-returns SUCCESS; exit SUCCESS"),
    .steps(
      "events are lost", .undecided,
      "enter POWER/SET_POWER state=D3; po-forward; lost; po-returns SUCCESS; exit SUCCESS"),
    .steps(
      "a PDO", .notArmed,
      "bare; add pdo PDO; enter POWER/SET_POWER state=D0 dev=pdo; complete SUCCESS dev=pdo; exit SUCCESS"
    ),
    .steps(
      "a bus driver", .notArmed,
      "bare; add fdo FDO bus; enter POWER/SET_POWER state=D0; complete SUCCESS; exit SUCCESS"),
    .steps(
      "wait-wake", .notArmed, "enter POWER/WAIT_WAKE; complete SUCCESS; exit SUCCESS"),
  ]

  static let pnpSurpriseRemoveExamples: [Example] = [
    .steps(
      "deleted", .violation,
      "enter PNP/SURPRISE_REMOVAL; forward; returns SUCCESS; delete !; exit SUCCESS"),
    .steps(
      "detached", .violation,
      "enter PNP/SURPRISE_REMOVAL; detach !; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "detached and deleted", .violation,
      "enter PNP/SURPRISE_REMOVAL; forward; returns SUCCESS; detach !; delete; exit SUCCESS"),
    .steps(
      "deleted by another thread meanwhile", .violation, sdv: .passes,
      "enter PNP/SURPRISE_REMOVAL; T2: delete !tracked; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "deleted by the worker that finishes it", .violation, sdv: .passes,
      """
      enter PNP/SURPRISE_REMOVAL; mark-pending; exit PENDING; T2: callback WorkItem irp=irp; T2: delete !tracked; \
      T2: forward; T2: returns SUCCESS; T2: callback-exit WorkItem
      """),
    .steps(
      "another device is deleted", .passes, sdv: .violation,
      "add other FDO; enter PNP/SURPRISE_REMOVAL; delete other !sdv; forward; returns SUCCESS; exit SUCCESS"
    ),
    .steps(
      "passed down", .passes, "enter PNP/SURPRISE_REMOVAL; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "deleted in the removal", .passes,
      """
      enter PNP/SURPRISE_REMOVAL; forward; returns SUCCESS; exit SUCCESS; enter PNP/REMOVE_DEVICE irp=removal; \
      forward irp=removal; returns SUCCESS irp=removal; detach; delete; exit SUCCESS irp=removal
      """),
    .steps(
      "the removal comes while it is pending", .passes,
      """
      enter PNP/SURPRISE_REMOVAL; mark-pending; exit PENDING; T2: enter PNP/REMOVE_DEVICE irp=removal; \
      T2: forward irp=removal; T2: returns SUCCESS irp=removal; T2: delete; T2: exit SUCCESS irp=removal; \
      T3: callback WorkItem irp=irp; T3: complete SUCCESS; T3: callback-exit WorkItem
      """),
    .steps(
      "deleted after it is gone", .passes,
      """
      enter PNP/SURPRISE_REMOVAL; T2: callback WorkItem irp=irp; forward; returns SUCCESS; exit SUCCESS; T3: delete; \
      T2: callback-exit WorkItem
      """),
    .steps("another request", .notArmed, "enter PNP/STOP_DEVICE; delete; exit SUCCESS"),
    .steps("events are lost", .undecided, "enter PNP/SURPRISE_REMOVAL; lost; delete; exit SUCCESS"),
  ]

  static let pnpRemoveExamples: [Example] = [
    .steps(
      "a surprise removal is failed", .violation,
      "enter PNP/SURPRISE_REMOVAL; complete NOT_SUPPORTED !; exit NOT_SUPPORTED"),
    .steps(
      "a removal is failed", .violation, "enter PNP/REMOVE_DEVICE; exit UNSUCCESSFUL !"),
    .steps(
      "failed after the lower driver succeeded it", .violation,
      """
      enter PNP/CANCEL_STOP_DEVICE; copy; set-routine; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; complete UNSUCCESSFUL !; exit UNSUCCESSFUL
      """),
    .steps(
      "failed by a PDO", .violation,
      """
      bare; add pdo PDO; enter PNP/CANCEL_REMOVE_DEVICE dev=pdo; complete NOT_SUPPORTED dev=pdo !; \
      exit NOT_SUPPORTED
      """),
    .steps(
      "passed down", .passes, "enter PNP/SURPRISE_REMOVAL; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "the lower driver's failure is handed on", .passes,
      """
      enter PNP/CANCEL_STOP_DEVICE; copy; set-routine; forward; completion NOT_SUPPORTED; \
      completion-exit MORE_PROCESSING_REQUIRED; returns NOT_SUPPORTED; complete NOT_SUPPORTED; exit NOT_SUPPORTED
      """),
    .steps(
      "its failure is returned", .passes,
      "enter PNP/REMOVE_DEVICE; forward; returns NOT_SUPPORTED; exit NOT_SUPPORTED"),
    .steps(
      "succeeded by a PDO", .passes,
      "bare; add pdo PDO; enter PNP/REMOVE_DEVICE dev=pdo; complete SUCCESS dev=pdo; exit SUCCESS"),
    .steps(
      "refused by the remove lock", .notArmed,
      "enter PNP/SURPRISE_REMOVAL; acquire DELETE_PENDING; complete DELETE_PENDING; exit DELETE_PENDING"
    ),
    .steps(
      "a query may fail", .notArmed,
      "enter PNP/QUERY_REMOVE_DEVICE; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
    .steps("events are lost", .undecided, "enter PNP/REMOVE_DEVICE; lost; exit UNSUCCESSFUL"),
  ]

  static let deleteDeviceExamples: [Example] = [
    .steps(
      "deleted first", .violation,
      "enter PNP/REMOVE_DEVICE; delete; skip; forward !tracked; returns SUCCESS !sdv; exit SUCCESS"),
    .steps(
      "detached and deleted first", .violation,
      "enter PNP/REMOVE_DEVICE; detach; delete; forward !tracked; returns PENDING !sdv; exit PENDING"
    ),
    .steps(
      "a filter is deleted first", .violation,
      """
      bare; add filter FIDO; enter PNP/REMOVE_DEVICE dev=filter; delete filter; forward dev=filter !tracked; \
      returns SUCCESS dev=filter !sdv; exit SUCCESS
      """),
    .steps(
      "deleted while it is passed down", .violation,
      "enter PNP/REMOVE_DEVICE; forward; delete !tracked; returns SUCCESS !sdv; exit SUCCESS"),
    .steps(
      "passed down first", .passes, sdv: .undecided,
      "enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; detach; delete; exit SUCCESS"),
    .steps(
      "after its completion routine", .passes, sdv: .violation,
      """
      enter PNP/REMOVE_DEVICE; set-routine; forward; completion SUCCESS; delete; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS !sdv; complete SUCCESS; exit SUCCESS
      """),
    .steps(
      "passed down and not deleted", .passes, sdv: .undecided,
      "enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "not passed down", .notArmed, sdv: .passes,
      "enter PNP/REMOVE_DEVICE; complete SUCCESS; delete; exit SUCCESS"),
    .steps(
      "nothing done", .notArmed, sdv: .passes,
      "enter PNP/REMOVE_DEVICE; complete SUCCESS; exit SUCCESS"),
    .steps(
      "completed as refused", .notArmed, sdv: .passes,
      "enter PNP/REMOVE_DEVICE; complete DELETE_PENDING; exit DELETE_PENDING"),
    .steps(
      "a PDO", .notArmed,
      "bare; add pdo PDO; enter PNP/REMOVE_DEVICE dev=pdo; delete pdo; complete SUCCESS dev=pdo; exit SUCCESS"
    ),
    .steps(
      "another request", .notArmed,
      "enter PNP/STOP_DEVICE; delete; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "events are lost", .undecided,
      "enter PNP/REMOVE_DEVICE; forward; lost; returns SUCCESS; exit SUCCESS"),
  ]

  static let deviceLeftAtRemoveExamples: [Example] = [
    .steps(
      "forgotten", .violation, "enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; exit SUCCESS !"),
    .steps(
      "forgotten by a filter", .violation,
      """
      bare; add filter FIDO; enter PNP/REMOVE_DEVICE dev=filter; forward dev=filter; returns SUCCESS dev=filter; \
      exit SUCCESS !
      """),
    .steps(
      "another device is deleted", .violation,
      "add other FDO; enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; detach other; delete other; exit SUCCESS !"
    ),
    .steps(
      "forgotten after it came back", .violation,
      """
      enter PNP/REMOVE_DEVICE; set-routine; forward; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; complete SUCCESS; exit SUCCESS !
      """),
    .steps(
      "detached and deleted", .passes,
      "enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; detach; delete; exit SUCCESS"),
    .steps(
      "detached", .passes, "enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; detach; exit SUCCESS"
    ),
    .steps(
      "deleted before, in another request", .passes,
      """
      enter PNP/SURPRISE_REMOVAL irp=first; detach; forward irp=first; returns SUCCESS irp=first; \
      exit SUCCESS irp=first; enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "failed", .passes, "enter PNP/REMOVE_DEVICE; forward; returns UNSUCCESSFUL; exit UNSUCCESSFUL"
    ),
    .steps(
      "a work item may do it", .notArmed,
      "enter PNP/REMOVE_DEVICE; IoQueueWorkItem; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "refused", .notArmed,
      "enter PNP/REMOVE_DEVICE; acquire DELETE_PENDING; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "a PDO stays", .notArmed,
      "bare; add pdo PDO; enter PNP/REMOVE_DEVICE dev=pdo; complete SUCCESS dev=pdo; exit SUCCESS"),
    .steps(
      "the device was not seen to be added", .notArmed,
      "bare; enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "events were lost since it was added", .passes,
      "lost; enter PNP/REMOVE_DEVICE; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "events are lost", .undecided,
      "enter PNP/REMOVE_DEVICE; forward; lost; returns SUCCESS; exit SUCCESS"),
  ]

  static let wmiCompleteExamples: [Example] = [
    .steps("forgotten", .violation, "enter SYSTEM_CONTROL; wmi IrpNotCompleted; exit SUCCESS !"),
    .steps(
      "forgotten on failure", .violation,
      "enter SYSTEM_CONTROL; wmi IrpNotCompleted; exit UNSUCCESSFUL !"),
    .steps(
      "STATUS_PENDING and nothing else", .violation,
      "enter SYSTEM_CONTROL; acquire; wmi IrpNotCompleted; release; exit PENDING !"),
    .steps(
      "completed", .passes,
      "enter SYSTEM_CONTROL; wmi IrpNotCompleted; complete SUCCESS; exit SUCCESS"),
    .steps(
      "completed with a failure", .passes,
      "enter SYSTEM_CONTROL; wmi IrpNotCompleted; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
    .steps(
      "completed under the lock", .passes,
      "enter SYSTEM_CONTROL; acquire; wmi IrpNotCompleted; complete SUCCESS; release; exit SUCCESS"),
    .steps(
      "a worker completes it", .notArmed, sdv: .violation,
      """
      enter SYSTEM_CONTROL; wmi IrpNotCompleted; mark-pending; exit PENDING !sdv; T2: callback WorkItem irp=irp; \
      T2: complete SUCCESS; T2: callback-exit WorkItem
      """),
    .steps(
      "passed down", .notArmed,
      "enter SYSTEM_CONTROL; wmi IrpForward; forward; returns SUCCESS; exit SUCCESS"),
    .steps("processed", .notArmed, "enter SYSTEM_CONTROL; wmi IrpProcessed; exit SUCCESS"),
    .steps(
      "events are lost", .undecided, "enter SYSTEM_CONTROL; wmi IrpNotCompleted; lost; exit SUCCESS"
    ),
  ]

  static let forwardedAtBadIrqlExamples: [Example] = [
    .steps(
      "a PnP request under a spin lock", .violation,
      "enter PNP/STOP_DEVICE irql=0; forward irql=2 !; returns SUCCESS; exit SUCCESS irql=0"),
    .steps("a create", .violation, "enter CREATE; forward irql=2 !; returns SUCCESS; exit SUCCESS"),
    .steps(
      "above DISPATCH_LEVEL", .violation,
      "enter SYSTEM_CONTROL; forward irql=5 !; returns SUCCESS; exit SUCCESS"),
    .steps(
      "in a DPC", .violation, sdv: .passes,
      """
      enter CLEANUP; mark-pending; queue irp=irp; exit PENDING; T2: callback Dpc; T2: dequeue irp=irp; \
      T2: forward irql=2 !tracked; T2: returns SUCCESS; T2: callback-exit Dpc
      """),
    .steps(
      "a read that goes on as something else", .violation,
      "enter READ; forward mj=FLUSH_BUFFERS irql=2 !; returns SUCCESS; exit SUCCESS"),
    .steps(
      "at PASSIVE_LEVEL", .passes, sdv: .undecided,
      "enter PNP/STOP_DEVICE; forward irql=0; returns SUCCESS; exit SUCCESS"),
    .steps(
      "at APC_LEVEL", .passes, sdv: .undecided,
      "enter CREATE; forward irql=1; returns SUCCESS; exit SUCCESS"),
    .steps(
      "twice at PASSIVE_LEVEL", .passes, sdv: .undecided,
      """
      enter PNP/START_DEVICE; set-routine; forward irql=0; completion SUCCESS; \
      completion-exit MORE_PROCESSING_REQUIRED; returns SUCCESS; forward irql=0; returns SUCCESS; exit SUCCESS
      """),
    .steps(
      "a read may", .notArmed, sdv: .undecided,
      "enter READ; forward irql=2; returns SUCCESS; exit SUCCESS"),
    .steps(
      "a power request may", .notArmed, sdv: .undecided,
      "enter POWER/SET_POWER state=D0; po-forward irql=2; po-returns SUCCESS; exit SUCCESS"),
    .steps(
      "the IRQL is not known", .notArmed, sdv: .undecided,
      "enter CREATE; forward; returns SUCCESS; exit SUCCESS"),
    .steps(
      "not forwarded", .notArmed, sdv: .passes, "enter CREATE; complete SUCCESS; exit SUCCESS"),
    .steps(
      "completed with a failure", .notArmed, sdv: .passes,
      "enter CREATE; complete UNSUCCESSFUL; exit UNSUCCESSFUL"),
    .steps(
      "read and completed", .notArmed, sdv: .passes, "enter READ; complete SUCCESS; exit SUCCESS"),
    .steps(
      "events are lost", .undecided,
      "enter CREATE; forward irql=0; lost; returns SUCCESS; exit SUCCESS"),
  ]
}
