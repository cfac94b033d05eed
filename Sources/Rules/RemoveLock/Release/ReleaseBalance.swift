import RuleEngine

/// RemoveLockRelease2: the balance of ``ReleaseRule`` for every major function in one rule.
struct Release2Rule: ContextRule {
  let id = "RemoveLockRelease2"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    reading == .tracked
      ? ContextScope(devices: .usesRemoveLocks)
      : ContextScope(except: [.removeDevice], devices: .usesRemoveLocks)
  }

  typealias State = ReleaseRule.State

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    reading == .tracked
      ? Machine(
        start: .watching,
        [
          on(.watching, .acquireFailedWhileHeld, .halt),
          on(.watching, .holdingOpen, .halt),
          on(.watching, .returnsHolding, .report(ReleaseRule.held)),
          on(.watching, .endedHolding, .report(ReleaseRule.heldAtEnd)),
          on(.watching, .ended, .pass),
        ])
      : Machine(
        start: .watching,
        [
          on(.watching, .acquireFailedWhileHeld, .halt),
          on(.watching, .dequeuedInFrame, .halt),
          on(.watching, .insertedInFrame, .halt),
          on(.watching, .entryRemovedInFrame, .halt),
          on(.watching, .returnsPending, .pass),
          on(.watching, .returnsHolding, .report(ReleaseRule.held)),
          on(.watching, .returnsBelowZero, .report(ReleaseRule.invalid)),
          on(.watching, .returned, .pass),
        ])
  }

  let documentation = RuleDocumentation(
    summary:
      "In every request each acquire of the remove lock has its release, and the lock is not "
      + "held when the dispatch routine returns, unless something that is still to come will "
      + "release it.",
    rationale: "A lock that is never released makes the removal of the device wait for ever.",
    remedy:
      "Release on each path out of the dispatch routine, or in the completion routine, DPC or "
      + "worker that finishes the IRP.",
    readings: "tracked: as RemoveLockRelease… for the major function, which is reported with it. "
      + "sdv: IRP_MN_REMOVE_DEVICE is out of scope, a dispatch routine that returns STATUS_PENDING "
      + "passes, release-and-wait does not count, and the counter must be exactly zero.",
    source: Sources.rulePage("RemoveLockRelease2"))

  var examples: [Example] {
    ReleaseExamples.shared(entry: "FLUSH_BUFFERS") + ReleaseExamples.shared(entry: "READ") + [
      Example(
        "released twice", tracked: .passes, sdv: .violation,
        """
        enter READ
        acquire
        release
        release
        complete SUCCESS
        exit SUCCESS            !sdv
        """),
      Example(
        "the dispatch routine takes something from a queue", tracked: .passes, sdv: .undecided,
        """
        enter READ
        acquire
        dequeue
        complete SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "the dispatch routine removes an entry from a list", tracked: .passes, sdv: .undecided,
        """
        enter READ
        acquire
        remove-entry
        release
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "queued; a DPC completes it and releases", tracked: .passes, sdv: .undecided,
        """
        enter READ
        acquire
        mark-pending
        queue irp=irp
        exit PENDING
        T2: callback Dpc
        T2: dequeue irp=irp
        T2: complete SUCCESS
        T2: release
        T2: callback-exit Dpc
        """),
      Example(
        "the completion routine releases on another thread", .passes,
        """
        enter READ
        acquire
        copy
        set-routine
        forward
        returns PENDING
        exit PENDING
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "removal that keeps the lock", tracked: .violation, sdv: .notArmed,
        """
        enter PNP/REMOVE_DEVICE
        acquire
        forward
        exit SUCCESS            !tracked
        """),
    ]
  }
}

/// RemoveLock: PnP and power requests leave the remove lock as they found it.
struct RemoveLockRule: ContextRule {
  let id = "RemoveLock"
  let severity = Severity.error

  func scope(in reading: Reading) -> ContextScope {
    reading == .tracked
      ? ContextScope(majors: [.pnp, .power], devices: .usesRemoveLocks)
      : ContextScope(majors: [.pnp], except: [.removeDevice], devices: .usesRemoveLocks)
  }

  typealias State = ReleaseRule.State
  private static let unreleased = "the routine returns without releasing the remove lock"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    reading == .tracked
      ? Machine(
        start: .watching,
        [
          on(.watching, .acquireFailedWhileHeld, .halt),
          on(.watching, .holdingOpen, .halt),
          on(.watching, .releasedUnheld, .report(ReleaseRule.unacquired)),
          on(.watching, .waitedUnheld, .report(ReleaseRule.unacquired)),
          on(.watching, .returnsHolding, .report(Self.unreleased)),
          on(.watching, .endedHolding, .report(ReleaseRule.heldAtEnd)),
          on(.watching, .ended, .pass),
        ])
      : Machine(
        start: .watching,
        [
          on(.watching, .acquireFailedWhileHeldCountingWaits, .halt),
          on(.watching, .dequeuedInFrame, .halt),
          on(.watching, .releasedUnheldCountingWaits, .report(ReleaseRule.unacquired)),
          on(.watching, .waitedUnheld, .report(ReleaseRule.unacquired)),
          on(.watching, .returnsHoldingCountingWaits, .report(Self.unreleased)),
          on(.watching, .returned, .pass),
        ])
  }

  let documentation = RuleDocumentation(
    summary: "In PnP and power requests a release follows an acquire, and what was acquired is "
      + "released when the routine returns, unless something that is still to come will release it.",
    rationale: "These requests come just before and during removal: a lock that is left held makes "
      + "the removal wait for ever, one that is released too often lets it go on under running I/O.",
    remedy:
      "Acquire at the start of the dispatch routine, release on each path out of it, or in the "
      + "completion routine that finishes the IRP; in IRP_MN_REMOVE_DEVICE release with "
      + "IoReleaseRemoveLockAndWait.",
    readings:
      "tracked: IRP_MJ_PNP and IRP_MJ_POWER; releases are matched by lock and tag, and what "
      + "something still to come is to release is judged when the IRP is finished. sdv: IRP_MJ_PNP without "
      + "IRP_MN_REMOVE_DEVICE; the counter of the dispatch, in which release-and-wait counts, must "
      + "not be above zero at its exit.",
    source: Sources.rulePage("RemoveLock"))

  var examples: [Example] {
    ReleaseExamples.shared(entry: "PNP/START_DEVICE")
      + ReleaseExamples.unmatched(entry: "PNP/START_DEVICE", countsWaits: true) + [
        Example(
          "power is in scope", tracked: .violation, sdv: .notArmed,
          """
          enter POWER/QUERY_POWER
          acquire
          forward
          exit SUCCESS            !tracked
          """),
        Example(
          "removal that never releases", tracked: .violation, sdv: .notArmed,
          """
          enter PNP/REMOVE_DEVICE
          acquire
          forward
          exit SUCCESS            !tracked
          """),
        Example(
          "the completion routine releases on another thread", tracked: .passes, sdv: .violation,
          """
          enter PNP/START_DEVICE
          acquire
          copy
          set-routine
          mark-pending
          forward
          returns PENDING
          exit PENDING            !sdv
          T2: completion
          T2: release
          T2: completion-exit SUCCESS
          """),
        Example(
          "a worker finishes the start", tracked: .passes, sdv: .violation,
          """
          enter PNP/START_DEVICE
          acquire
          mark-pending
          exit PENDING            !sdv
          T2: callback WorkItem irp=irp
          T2: complete SUCCESS
          T2: release
          T2: callback-exit WorkItem
          """),
        Example(
          "other requests are out of scope", .notArmed,
          """
          enter READ
          acquire
          exit SUCCESS
          """),
      ]
  }
}
