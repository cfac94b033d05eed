import RuleEngine

// PnP, power and WMI requests, and at which IRQL requests are passed on.
extension HandlingRule {
  static let removalMembers: [HandlingRule] = [
    pnpSurpriseRemove, pnpRemove, deleteDevice, deviceLeftAtRemove,
  ]
  static let stackMembers: [HandlingRule] = [pnpIrpCompletion, forwardedAtBadIrql]
  static let powerMembers: [HandlingRule] = [powerIrpCompletion]
  static let wmiMembers: [HandlingRule] = [wmiComplete]

  private static func minors(_ codes: [UInt8]) -> [ContextScope.Request] {
    codes.map { ContextScope.Request(.pnp, MinorFunction($0)) }
  }

  private static let pnpIrpCompletion = HandlingRule(
    id: "PnpIrpCompletion", severity: .warning,
    tracked: .dormant(
      [
        on(.watching, .completes, .go(.completing)),
        on(.completing, .completedUnforwarded, .report(pnpCompleted)),
        on([.completing, .forwarded], .completed, .pass),
        on(.watching, .forwarded, .go(.forwarded)),
        on(.forwarded, .ended, .pass),
      ],
      // QUERY_INTERFACE, QUERY_STOP_DEVICE, QUERY_REMOVE_DEVICE
      in: ContextScope(
        majors: [.pnp], except: minors([0x08, 0x05, 0x01]), needsMinor: true,
        devices: [.knownFunctionOrFilter, .notBus])),
    sdv: Form(
      scope: ContextScope(
        majors: [.pnp],
        except: minors([0x01, 0x05, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x13, 0x14, 0x15, 0x18]),
        devices: [.functionOrFilter, .notBus]),
      rows: [
        on([.watching, .completed], .forwarded, .pass),
        on(.watching, .completed, .go(.completed)),
        on(.completed, .returnsFailure, .pass),
        on(.completed, .returned, .report(pnpCompleted)),
        on(.watching, .returned, .pass),
      ]),
    documentation: RuleDocumentation(
      summary: "A function or filter driver that succeeds a PnP request passes it down as well.",
      rationale:
        "The drivers below, the bus driver among them, never see the request: the device is not "
        + "started, stopped or removed on the bus, and the stack disagrees about its state.",
      remedy:
        "Forward the IRP, also those that the driver does not know; complete it itself only after it came "
        + "back, or where it fails it.",
      readings:
        "tracked: decided at a completion before the dispatch routine has returned, for devices that an AddDevice told to be FDO or FIDO, and "
        + "not for bus drivers; IoForwardIrpSynchronously counts as forwarding, and a tracer that does not log "
        + "it makes this a warning. Query-interface, query-stop and query-remove may be answered. sdv: decided "
        + "at the return, and most queries may be answered.",
      source: Sources.rulePage("PnpIrpCompletion"),
      bugChecks: [BugCheck(0xC9, 0x22D), BugCheck(0xC9, 0x22E), BugCheck(0xC9, 0x22F)]),
    makeExamples: { pnpIrpCompletionExamples })

  private static let pnpCompleted = "a PnP IRP is completed with success and not passed down"

  private static let powerIrpCompletion = HandlingRule(
    id: "PowerIrpCompletion", severity: .warning,
    tracked: .dormant(
      [
        on(.watching, .completes, .go(.completing)),
        on(
          .completing, .completedUnforwarded,
          .report("a power IRP is completed with success and not passed down")),
        on([.completing, .forwarded], .completed, .pass),
        on(.watching, .forwarded, .go(.forwarded)),
        on(.forwarded, .ended, .pass),
      ],
      in: ContextScope(
        majors: [.power], minors: [.setPower, .queryPower],
        devices: [.knownFunctionOrFilter, .notBus])),
    documentation: RuleDocumentation(
      summary: "A function or filter driver that succeeds a power request passes it down as well.",
      rationale:
        "The bus driver sets the device's power: without the request it stays as it is, and the power "
        + "manager believes otherwise.",
      remedy:
        "PoCallDriver (IoCallDriver from Windows Vista on) with every power IRP that the driver does not "
        + "fail.",
      readings:
        "tracked alone, at a completion before the dispatch routine has returned, for devices that an "
        + "AddDevice told to be FDO or FIDO, and not for bus drivers. A warning, since a tracer may not log IoForwardIrpSynchronously.",
      source: Sources.bugCheckC9,
      bugChecks: [BugCheck(0xC9, 0x230), BugCheck(0xC9, 0x231), BugCheck(0xC9, 0x232)]),
    makeExamples: { powerIrpCompletionExamples })

  private static let surprise = ContextScope(majors: [.pnp], minors: [.surpriseRemoval])

  private static let pnpSurpriseRemove = HandlingRule(
    id: "PnpSurpriseRemove",
    tracked: Form(
      scope: surprise,
      rows: [
        on(.watching, .deviceRemoved, .report(goneEarly)),
        on(.watching, .ended, .pass),
      ]),
    sdv: Form(
      scope: surprise,
      rows: [
        on(.watching, .deviceRemoved, .report(goneEarly)),
        on(.watching, .returned, .pass),
      ]),
    documentation: RuleDocumentation(
      summary: "A device is not detached or deleted in IRP_MN_SURPRISE_REMOVAL.",
      rationale:
        "Handles to the device are still open and requests still come; the device object and its place "
        + "in the stack are needed until IRP_MN_REMOVE_DEVICE.",
      remedy:
        "In surprise removal fail what is queued and stop the hardware; IoDetachDevice and IoDeleteDevice "
        + "in IRP_MN_REMOVE_DEVICE.",
      readings:
        "tracked: of the device that is removed, in a routine of the request, or until its dispatch "
        + "routine has returned and the IRP is gone; a removal that comes meanwhile ends the watch. sdv: in the "
        + "dispatch routine, whichever device.",
      source: Sources.rulePage("PnpSurpriseRemove"),
      bugChecks: [BugCheck(0xC9, 0x241), BugCheck(0xC9, 0x242)]),
    makeExamples: { pnpSurpriseRemoveExamples })

  private static let goneEarly = "the device is detached or deleted during surprise removal"

  private static let pnpRemove = HandlingRule(
    id: "PnpRemove",
    tracked: Form(
      scope: ContextScope(
        majors: [.pnp],
        minors: [.surpriseRemoval, .cancelRemoveDevice, .cancelStopDevice, .removeDevice]),
      rows: [
        on(.watching, .acquireFailed, .disarm),
        on(.watching, .completedFailing, .report(mustNotFail)),
        on(.watching, .returnsFailing, .report(mustNotFail)),
        on(.watching, .ended, .pass),
      ]),
    documentation: RuleDocumentation(
      summary: "Requests that tell of a removal, or take back a query, are not failed.",
      rationale:
        "They are no questions: the PnP manager goes on whatever the answer, and a driver above that "
        + "believes the failure is left in the wrong state.",
      remedy:
        "Set STATUS_SUCCESS and pass the IRP down; what can fail is done before, in the query.",
      readings:
        "tracked alone: a completion with a failure that is not the lower driver's, or a return of one by "
        + "a routine that has neither forwarded nor completed the IRP. A failed IoAcquireRemoveLock excuses.",
      source: Sources.bugCheckC4,
      bugChecks: [BugCheck(0xC4, 0x43006), BugCheck(0xC9, 0x247), BugCheck(0xC9, 0x306)]),
    makeExamples: { pnpRemoveExamples })

  private static let mustNotFail = "a request that must not fail is failed"

  private static let deleteDevice = HandlingRule(
    id: "DeleteDevice",
    tracked: .dormant(
      [
        on(.watching, .forwardedAfterDelete, .report(deletedFirst)),
        on(.watching, .forwarded, .go(.forwarded)),
        on(.forwarded, .deletedBeforeReturn, .report(deletedFirst)),
        on(.forwarded, .cameBack, .pass),
      ],
      in: ContextScope(
        majors: [.pnp], minors: [.removeDevice], devices: .functionOrFilter)),
    sdv: Form(
      scope: ContextScope(majors: [.pnp], minors: [.removeDevice], devices: .functionOrFilter),
      rows: [
        on(.watching, .ownDeviceDeleted, .go(.deleted)),
        on(.watching, .forwardReturned, .halt),
        on(.deleted, .forwardReturned, .report(deletedFirst)),
        on([.watching, .deleted], .returned, .pass),
      ]),
    documentation: RuleDocumentation(
      summary: "In IRP_MN_REMOVE_DEVICE the device is deleted after the request was passed down.",
      rationale:
        "The device extension, which holds the pointer to the lower device, is freed with the device "
        + "object: IoCallDriver goes to wherever that memory leads.",
      remedy: "IoCallDriver first, then IoDetachDevice, then IoDeleteDevice.",
      readings:
        "tracked: the device is deleted before the first forward has returned or a completion routine was "
        + "entered, where the IRP is forwarded at all. sdv: decided where IoCallDriver returns.",
      source: Sources.rulePage("DeleteDevice")),
    makeExamples: { deleteDeviceExamples })

  private static let deletedFirst = "the device is deleted before the removal was passed down"

  private static let deviceLeftAtRemove = HandlingRule(
    id: "DeviceLeftAtRemove", severity: .warning,
    tracked: Form(
      scope: ContextScope(
        majors: [.pnp], minors: [.removeDevice], devices: .knownFunctionOrFilter),
      rows: [
        on(.watching, .acquireFailed, .disarm),
        on(.watching, .workStarted, .disarm),
        on(.watching, .deviceLeft, .report("the removal leaves the device attached")),
        on(.watching, .ended, .pass),
      ]),
    documentation: RuleDocumentation(
      summary: "IRP_MN_REMOVE_DEVICE leaves no device object of the driver in the stack.",
      rationale:
        "A device object that stays attached keeps its driver loaded, and requests for the next device "
        + "on the bus run into it.",
      remedy:
        "IoDetachDevice and IoDeleteDevice at the end of IRP_MN_REMOVE_DEVICE, on every path.",
      readings:
        "tracked alone, for devices that an AddDevice told to be FDO or FIDO. Not where an acquire "
        + "failed, or a work item, DPC, timer or thread was started that may do it. A warning, since a tracer may "
        + "not log IoDetachDevice.",
      source: Sources.bugCheckC9, bugChecks: [BugCheck(0xC9, 0x21D), BugCheck(0xC9, 0x21E)]),
    makeExamples: { deviceLeftAtRemoveExamples })

  private static let notCompleted = "the WMI request is not completed"

  private static let wmiComplete = HandlingRule(
    id: "WmiComplete",
    tracked: .dormant(
      [
        on(.watching, .wmiNotCompleted, .go(.toComplete)),
        on(.toComplete, .completed, .pass),
        on(.toComplete, .returnsWMIUncompleted, .report(notCompleted)),
        on(.toComplete, .returned, .disarm),
      ], in: ContextScope(majors: [.systemControl])),
    sdv: .dormant(
      [
        on(.watching, .wmiNotCompleted, .go(.toComplete)),
        on(.toComplete, .completed, .pass),
        on(.toComplete, .returned, .report(notCompleted)),
      ], in: ContextScope(majors: [.systemControl])),
    documentation: RuleDocumentation(
      summary:
        "After WmiSystemControl returned the disposition IrpNotCompleted the driver completes the IRP.",
      rationale:
        "WMILIB has worked on the request and leaves its completion to the driver: nobody else will "
        + "complete it, and the caller waits for ever.",
      remedy: "IoCompleteRequest with the status that WmiSystemControl returned.",
      readings:
        "tracked: an IRP that was marked pending, queued or given to a callback may be completed later. "
        + "sdv: it is completed before the dispatch routine returns.",
      source: Sources.rulePage("WmiComplete")),
    makeExamples: { wmiCompleteExamples })

  private static let forwardedAtBadIrql = HandlingRule(
    id: "ForwardedAtBadIrql",
    tracked: .dormant([
      on(.watching, .forwardedIRQLCounts, .go(.forwarded)),
      on(.forwarded, .forwardedAtBadIRQL, .report(atDispatch)),
      on(.forwarded, .ended, .pass),
    ]),
    sdv: Form(rows: [
      on(.watching, .forwardedIRQLCounts, .go(.forwarded)),
      on(.forwarded, .forwardedAtBadIRQL, .report(atDispatch)),
      // The first forward decides.
      on([.watching, .forwarded], .forwarded, .halt),
      on(.watching, .returned, .pass),
    ]),
    documentation: RuleDocumentation(
      summary: "Requests other than reads, writes, device controls and power are passed down below "
        + "DISPATCH_LEVEL.",
      rationale:
        "The dispatch routines of the drivers below are pageable for these requests, or wait: at "
        + "DISPATCH_LEVEL either stops the machine.",
      remedy:
        "Release spin locks before IoCallDriver; from a DPC or a completion routine pass the request on in "
        + "a work item.",
      readings:
        "Where the event names its IRQL. The major function is that of the next stack location where the "
        + "call names it, else the request's. sdv: the first forward decides.",
      source: Sources.rulePage("ForwardedAtBadIrql"),
      bugChecks: [BugCheck(0xC9, 0x23A), BugCheck(0x0A)]),
    makeExamples: { forwardedAtBadIrqlExamples })

  private static let atDispatch = "forwarded at DISPATCH_LEVEL"
}
