import RuleEngine

/// What a dispatch routine acquires it releases (RemoveLockRelease…): one rule for each of eleven
/// major functions.
struct ReleaseRule: ContextRule {
  let id: String
  let major: MajorFunction
  let severity = Severity.error

  static let members = [
    ReleaseRule(id: "RemoveLockReleaseCleanup", major: .cleanup),
    ReleaseRule(id: "RemoveLockReleaseClose", major: .close),
    ReleaseRule(id: "RemoveLockReleaseCreate", major: .create),
    ReleaseRule(id: "RemoveLockReleaseDeviceControl", major: .deviceControl),
    ReleaseRule(id: "RemoveLockReleaseInternalDeviceControl", major: .internalDeviceControl),
    ReleaseRule(id: "RemoveLockReleasePnp", major: .pnp),
    ReleaseRule(id: "RemoveLockReleasePower", major: .power),
    ReleaseRule(id: "RemoveLockReleaseRead", major: .read),
    ReleaseRule(id: "RemoveLockReleaseShutdown", major: .shutdown),
    ReleaseRule(id: "RemoveLockReleaseSystemControl", major: .systemControl),
    ReleaseRule(id: "RemoveLockReleaseWrite", major: .write),
  ]

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [major], except: major == .pnp ? [.removeDevice] : [],
      devices: .usesRemoveLocks)
  }

  enum State: UInt8, MachineState { case watching }

  static let unacquired = "the remove lock is released without being acquired"
  static let held = "the dispatch routine returns with the remove lock held"
  static let invalid = "the dispatch routine returns with the remove lock in an invalid state"
  static let heldAtEnd = "the IRP is finished and the remove lock is still held for it"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    reading == .tracked
      ? Self.tracked
      : Machine(start: .watching, major == .pnp ? Self.sdvPnp : sdvCountingWaits)
  }

  private static let tracked = Machine<State, ContextFact>(
    start: .watching,
    [
      on(.watching, .acquireFailedWhileHeld, .halt),
      on(.watching, .holdingOpen, .halt),
      on(.watching, .releasedUnheld, .report(unacquired)),
      on(.watching, .waitedUnheld, .report(unacquired)),
      on(.watching, .returnsHolding, .report(held)),
      on(.watching, .endedHolding, .report(heldAtEnd)),
      on(.watching, .ended, .pass),
    ])

  // SDV also reports a counter below zero at the exit. It cannot get there: the release that would
  // bring it below zero has been reported before.

  /// SDV's automaton for PnP does not see release-and-wait.
  private static let sdvPnp: [Transition<State, ContextFact>] = [
    on(.watching, .acquireFailedWhileHeld, .halt),
    on(.watching, .dequeuedInFrame, .halt),
    on(.watching, .releasedUnheld, .report(unacquired)),
    on(.watching, .returnsHolding, .report(held)),
    on(.watching, .returned, .pass),
  ]

  private var sdvCountingWaits: [Transition<State, ContextFact>] {
    var rows: [Transition<State, ContextFact>] = [
      on(.watching, .acquireFailedWhileHeldCountingWaits, .halt),
      on(.watching, .dequeuedInFrame, .halt),
      on(.watching, .insertedInFrame, .halt),
      on(.watching, .releasedUnheldCountingWaits, .report(Self.unacquired)),
      on(.watching, .waitedUnheld, .report(Self.unacquired)),
    ]
    if major == .power { rows.append(on(.watching, .returnsPending, .pass)) }
    return rows + [
      on(.watching, .returnsHoldingCountingWaits, .report(Self.held)),
      on(.watching, .returned, .pass),
    ]
  }
}

extension ReleaseRule {
  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "In \(major.name) requests each acquire of the remove lock has its release, and the "
        + "lock is not held when the dispatch routine returns, unless something that is still to "
        + "come will release it.",
      rationale: "A lock that is never released makes IoReleaseRemoveLockAndWait, and with it the "
        + "removal of the device, wait for ever. A release without an acquire lets the removal go on "
        + "under I/O that is still running.",
      remedy: "Release on each path out of the dispatch routine, error paths too, or in the "
        + "completion routine, DPC or worker that finishes the IRP. Release with the tag that was "
        + "acquired, and only what was acquired: not after a failed acquire.",
      readings:
        "tracked: a release is matched by lock and tag; what the request still holds when its "
        + "dispatch routine returns is judged, unless a completion routine, a queue, IoMarkIrpPending "
        + "or STATUS_PENDING leaves the release to somebody else, and again when the IRP is finished. sdv: the counter of the "
        + "dispatch must be zero at its exit"
        + (major == .power ? ", unless it returns STATUS_PENDING" : "")
        + (major == .pnp
          ? "; release-and-wait does not count." : "; release-and-wait counts as a release.")
        + (major == .pnp
          ? " A request without a minor code is in scope: only one that is known to be "
            + "IRP_MN_REMOVE_DEVICE is left out." : ""),
      source: Sources.rulePage(id))
  }

  private var entry: String {
    major == .pnp ? "PNP/QUERY_ID" : String(major.name.dropFirst("IRP_MJ_".count))
  }

  var examples: [Example] {
    ReleaseExamples.shared(entry: entry)
      + ReleaseExamples.unmatched(entry: entry, countsWaits: major != .pnp)
      + queueExamples
      + (major == .pnp ? pnpExamples : [])
      + (major == .power ? powerExamples : [])
  }

  private var queueExamples: [Example] {
    [
      Example(
        "queued; a DPC completes it and releases", tracked: .passes,
        sdv: major == .pnp ? .violation : .undecided,
        """
        enter \(entry)
        acquire
        mark-pending
        queue irp=irp
        exit PENDING            \(major == .pnp ? "!sdv" : "")
        T2: callback Dpc
        T2: dequeue irp=irp
        T2: complete SUCCESS
        T2: release
        T2: callback-exit Dpc
        """),
      Example(
        "the completion routine releases on another thread", tracked: .passes,
        sdv: major == .power ? .passes : .violation,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING            \(major == .power ? "" : "!sdv")
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
    ]
  }

  private var pnpExamples: [Example] {
    [
      Example(
        "IRP_MN_REMOVE_DEVICE is out of scope", .notArmed,
        """
        enter PNP/REMOVE_DEVICE
        release
        exit SUCCESS
        """),
      Example(
        "no minor code is in scope", .violation,
        """
        enter PNP
        acquire
        exit SUCCESS            !
        """),
    ]
  }

  private var powerExamples: [Example] {
    [
      Example(
        "STATUS_PENDING leaves the release to somebody else", tracked: .undecided, sdv: .passes,
        """
        enter POWER/SET_POWER state=D0
        acquire
        exit PENDING
        """)
    ]
  }
}
