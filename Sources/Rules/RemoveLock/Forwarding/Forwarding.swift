import RuleEngine

/// The IRP is forwarded only while the remove lock is held (RemoveLockForward…): ten rules, two for
/// each kind of request. The plain one is about requests that are handled without a completion
/// routine, the one whose name ends in 2 about those with one.
struct ForwardingRule: ContextRule {
  let id: String
  let major: MajorFunction
  let withRoutine: Bool
  let severity = Severity.error

  static let members = [
    ForwardingRule(id: "RemoveLockForward", major: .pnp, withRoutine: false),
    ForwardingRule(id: "RemoveLockForward2", major: .pnp, withRoutine: true),
    ForwardingRule(
      id: "RemoveLockForwardDeviceControl", major: .deviceControl, withRoutine: false),
    ForwardingRule(
      id: "RemoveLockForwardDeviceControl2", major: .deviceControl, withRoutine: true),
    ForwardingRule(
      id: "RemoveLockForwardDeviceControlInternal", major: .internalDeviceControl,
      withRoutine: false),
    ForwardingRule(
      id: "RemoveLockForwardDeviceControlInternal2", major: .internalDeviceControl,
      withRoutine: true),
    ForwardingRule(id: "RemoveLockForwardRead", major: .read, withRoutine: false),
    ForwardingRule(id: "RemoveLockForwardRead2", major: .read, withRoutine: true),
    ForwardingRule(id: "RemoveLockForwardWrite", major: .write, withRoutine: false),
    ForwardingRule(id: "RemoveLockForwardWrite2", major: .write, withRoutine: true),
  ]

  func scope(in reading: Reading) -> ContextScope {
    major == .pnp
      ? ContextScope(
        majors: [.pnp], except: [.removeDevice, .queryRemoveDevice, .surpriseRemoval],
        needsMinor: true, devices: .usesRemoveLocks)
      : ContextScope(majors: [major], devices: .usesRemoveLocks)
  }

  enum State: UInt8, MachineState {
    case watching
    /// A completion routine returned while the lock was held.
    case routineReturnedHolding
    /// The dispatch routine has returned.
    case dispatchReturned
    /// No completion routine so far: the plain rule of the pair watches.
    case withoutRoutine
    /// The same, after the dispatch routine has returned.
    case returnedWithoutRoutine
  }

  private static let unheld = "the IRP is forwarded without the remove lock"
  private static let tooEarly = "the remove lock is released before it is acquired"
  private static let heldAtReturn =
    "the remove lock is still held when the dispatch routine returns"
  private static let heldAtEnd =
    "the IRP is finished and the remove lock is still held for it"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    switch (reading, withRoutine) {
    case (.tracked, false): Self.trackedPlain
    case (.tracked, true): Self.trackedWithRoutine
    case (.sdv, false): Self.sdvPlain
    case (.sdv, true): Self.sdvWithRoutine
    }
  }

  private static let trackedPlain = Machine<State, ContextFact>(
    start: .watching,
    [
      on(.watching, .acquireFailedWhileHeld, .halt),
      on(.watching, .holdingOpen, .halt),
      on(.watching, .calledDriverUnheld, .report(unheld)),
      on(.watching, .releasedUnheld, .report(tooEarly)),
      on(.watching, .waitedUnheld, .report(tooEarly)),
      on(.watching, .returnsHolding, .report(heldAtReturn)),
      on(.watching, .endedHolding, .report(heldAtEnd)),
      // From here on the `2` of the pair watches: one fault is reported under one name.
      on(.watching, .firstCompletionRoutineSet, .disarm),
      on(.watching, .ended, .pass),
    ])

  /// The states in which the plain rule of the pair watches.
  private static let plains: [State] = [.withoutRoutine, .returnedWithoutRoutine]
  private static let armed: [State] = [.watching, .routineReturnedHolding, .dispatchReturned]

  private static let trackedWithRoutine = Machine<State, ContextFact>(
    start: .withoutRoutine, dormant: Set(plains),
    [
      // Where the plain rule comes to a verdict there is nothing left for this one.
      on(plains, .acquireFailedWhileHeld, .disarm),
      on(plains, .holdingOpen, .disarm),
      on(plains, .calledDriverUnheld, .yield),
      on(plains, .releasedUnheld, .yield),
      on(plains, .waitedUnheld, .yield),
      on(.withoutRoutine, .returnsHolding, .yield),
      on(.withoutRoutine, .firstCompletionRoutineSet, .go(.watching)),
      on(.withoutRoutine, .returned, .go(.returnedWithoutRoutine)),
      // Set in a DPC or a worker.
      on(.returnedWithoutRoutine, .firstCompletionRoutineSet, .go(.dispatchReturned)),
      on(armed, .acquireFailedWhileHeld, .halt),
      on(armed, .holdingOpen, .halt),
      on(armed, .calledDriverUnheld, .report(unheld)),
      on(armed, .releasedUnheld, .report(tooEarly)),
      on(armed, .waitedUnheld, .report(tooEarly)),
      // Judged when a completion routine that returned holding, and the dispatch routine, are both
      // past, in either order.
      on(.watching, .completionRoutineExitedHolding, .go(.routineReturnedHolding)),
      on(.routineReturnedHolding, .returnsHolding, .report(heldAtReturn)),
      on([.watching, .routineReturnedHolding], .returned, .go(.dispatchReturned)),
      on(.dispatchReturned, .completionRoutineExitedUncarried, .report(heldAtReturn)),
      on(.dispatchReturned, .endedHolding, .report(heldAtEnd)),
      on(armed, .ended, .pass),
    ])

  private static let sdvHalts: [Transition<State, ContextFact>] = [
    on([.watching, .routineReturnedHolding], .acquireFailedWhileHeld, .halt),
    on([.watching, .routineReturnedHolding], .dequeuedInFrame, .halt),
    on([.watching, .routineReturnedHolding], .insertedInFrame, .halt),
  ]

  private static let sdvPlain = Machine<State, ContextFact>(
    start: .watching,
    [
      on(.watching, .acquireFailedWhileHeld, .halt),
      on(.watching, .dequeuedInFrame, .halt),
      on(.watching, .insertedInFrame, .halt),
      on(.watching, .calledDriverUnheld, .report(unheld)),
      on(.watching, .releasedUnheld, .report(tooEarly)),
      on(.watching, .returnsHolding, .report(heldAtReturn)),
      on(.watching, .returned, .pass),
    ])

  private static let sdvWithRoutine = Machine<State, ContextFact>(
    start: .watching,
    sdvHalts + [
      on([.watching, .routineReturnedHolding], .calledDriverUnheld, .report(unheld)),
      on([.watching, .routineReturnedHolding], .releasedUnheld, .report(tooEarly)),
      on(.watching, .completionRoutineExitedHolding, .go(.routineReturnedHolding)),
      on(.routineReturnedHolding, .returnsHolding, .report(heldAtReturn)),
      on([.watching, .routineReturnedHolding], .returned, .pass),
    ])
}

extension ForwardingRule {
  var documentation: RuleDocumentation {
    let request = major == .pnp ? "a PnP request" : "an \(major.name) request"
    let kind = withRoutine ? "with" : "without"
    return RuleDocumentation(
      summary: "While it handles \(request) \(kind) a completion routine, the driver holds the "
        + "remove lock whenever it forwards the IRP, and releases it when it is done.",
      rationale: "IRP_MN_REMOVE_DEVICE may arrive on another thread at any time. An IRP that is "
        + "forwarded without the remove lock can reach the lower device after it was detached and "
        + "deleted (a use after free); a lock that is never released makes the removal wait for "
        + "ever.",
      remedy: "Call IoAcquireRemoveLock with the IRP as tag before anything else, and complete the "
        + "IRP with the status it returns if it fails. Release after IoCallDriver has returned, or "
        + "in the completion routine where there is one.",
      readings: "tracked: the forward counts if it names the request's own IRP; what a completion "
        + "routine, a queue or STATUS_PENDING leaves to be released after the dispatch routine is "
        + "not held against it, and what is left when the IRP is finished is. The first completion "
        + "routine that is set hands the request from the plain rule to the `2`. sdv: any forward "
        + "in a routine of the request counts, both rules of the pair are armed at the entry and "
        + "pass at its exit; taking from or putting in a queue ends the watch.",
      source: Sources.rulePage(id), bugChecks: [BugCheck(0xCE), BugCheck(0xD1)])
  }

  var examples: [Example] {
    let shared = withRoutine ? routineExamples : plainExamples
    return shared + (major == .pnp ? pnpExamples : [])
  }

  var entry: String {
    major == .pnp ? "PNP/QUERY_CAPABILITIES" : String(major.name.dropFirst("IRP_MJ_".count))
  }
}
