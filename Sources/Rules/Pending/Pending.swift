import RuleEngine

/// A request that is forwarded with a completion routine and pends is marked pending
/// (MarkStartDevice, MarkQueryRelations, MarkPower, MarkPowerDown).
struct MarkForwardedRule: ContextRule {
  let id: String
  let scope: ContextScope
  let severity = Severity.error

  static let members = [
    MarkForwardedRule(
      id: "MarkStartDevice",
      scope: ContextScope(
        majors: [.pnp], minors: [.startDevice], devices: .functionOrFilter)),
    MarkForwardedRule(
      id: "MarkQueryRelations",
      scope: ContextScope(
        majors: [.pnp], minors: [.queryDeviceRelations], relation: .removal,
        devices: [.functionOrFilter, .onlyBus])),
    MarkForwardedRule(
      id: "MarkPower",
      scope: ContextScope(
        majors: [.power], minors: [.setPower], powerStates: [.s0], devices: .functionOrFilter)),
    MarkForwardedRule(
      id: "MarkPowerDown",
      scope: ContextScope(
        majors: [.power], minors: [.setPower], powerStates: [.s1, .s2, .s3, .s4, .s5],
        devices: .functionOrFilter)),
  ]

  func scope(in reading: Reading) -> ContextScope { scope }

  enum State: UInt8, MachineState {
    case watching
    /// Forwarded with a completion routine set.
    case forwarded
    /// And STATUS_PENDING is what the forward, or the dispatch routine, returned.
    case pending
    /// The dispatch routine has returned; the completion routine may still mark the IRP.
    case awaitingRoutine
  }

  static let unmarked = "the dispatch routine returns and the IRP is not marked pending"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    reading == .tracked ? Self.tracked : Self.sdv
  }

  private static let tracked = Machine<State, ContextFact>(
    start: .watching,
    PendingHalts.rows([.watching, .forwarded, .pending], .tracked)
      + [
        on(.awaitingRoutine, .markedPending, .pass),
        on(.watching, .forwardedWithRoutine, .go(.forwarded)),
        // Whoever waits for the lower driver, or completes the IRP, handles the request synchronously.
        on([.forwarded, .pending], .waitSucceeded, .disarm),
        on([.watching, .forwarded, .pending, .awaitingRoutine], .completed, .disarm),
        on(.forwarded, .forwardReturnedPending, .go(.pending)),
        on(.forwarded, .returnsPending, .go(.pending)),
        on(.pending, .returnsRoutineOutstanding, .go(.awaitingRoutine)),
        on(.pending, .returned, .report(unmarked)),
        on([.watching, .forwarded], .returned, .pass),
        on(.awaitingRoutine, .completionRoutineExited, .report(unmarked)),
        on(.awaitingRoutine, .ended, .pass),
      ])

  private static let sdv = Machine<State, ContextFact>(
    start: .watching,
    PendingHalts.rows([.watching, .forwarded], .sdv)
      + [
        on(.watching, .forwardedWithRoutine, .go(.forwarded)),
        on(.forwarded, .returned, .report(unmarked)),
        on(.watching, .returned, .pass),
      ])
}

/// The halts of the pending rules.
enum PendingHalts {
  static func rows<State: MachineState>(
    _ states: [State], _ reading: Reading
  ) -> [Transition<State, ContextFact>] {
    calls(states, reading) + [on(states, .returnsRefused, reading == .tracked ? .disarm : .halt)]
  }

  static func calls<State: MachineState>(
    _ states: [State], _ reading: Reading
  ) -> [Transition<State, ContextFact>] {
    [
      on(states, .markedPending, reading == .tracked ? .pass : .halt),
      on(states, .acquireFailed, reading == .tracked ? .disarm : .halt),
      on(states, .irpAllocationFailed, reading == .tracked ? .disarm : .halt),
    ]
  }
}

extension MarkForwardedRule {
  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "A request (\(scope.words)) that is forwarded with a completion routine set and "
        + "stays pending is marked pending.",
      rationale:
        "STATUS_PENDING without IoMarkIrpPending leaves SL_PENDING_RETURNED unset: the I/O "
        + "manager completes the request while the caller still waits for its event, and the system "
        + "hangs or uses freed memory.",
      remedy: "Call IoMarkIrpPending before the IRP is forwarded and return STATUS_PENDING; or, in "
        + "the completion routine, `if (Irp->PendingReturned) IoMarkIrpPending(Irp)`; or wait for "
        + "the lower driver and return its status.",
      readings:
        "tracked: only where STATUS_PENDING came from the forward or goes out of the dispatch "
        + "routine; a completion routine that is outstanding may still mark the IRP. A mark keeps "
        + "the rule. It does not concern a request that the driver completes itself, or waits for "
        + "after the forward (KeWaitForSingleObject, KeWaitForMultipleObjects, "
        + "IoForwardIrpSynchronously), one for which an acquire or IoAllocateIrp failed, or an exit "
        + "with STATUS_DELETE_PENDING, …INVALID_DEVICE_STATE, …NOT_SUPPORTED or …NO_SUCH_DEVICE. "
        + "sdv: every forward with a routine must be marked; after a mark, a failure or such an "
        + "exit nobody can tell any more.",
      source: Sources.rulePage(id),
      bugChecks: scope.powerStates != nil ? [BugCheck(0x9F)] : [])
  }
}
