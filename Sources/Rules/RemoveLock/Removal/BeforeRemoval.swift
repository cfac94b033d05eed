import RuleEngine

/// RemoveLockMnSurpriseRemove and RemoveLockQueryMnRemove: the two requests before a removal are
/// forwarded with the remove lock held.
struct BeforeRemovalRule: ContextRule {
  let id: String
  let minor: MinorFunction
  let severity = Severity.error

  static let members = [
    BeforeRemovalRule(id: "RemoveLockMnSurpriseRemove", minor: .surpriseRemoval),
    BeforeRemovalRule(id: "RemoveLockQueryMnRemove", minor: .queryRemoveDevice),
  ]

  func scope(in reading: Reading) -> ContextScope {
    ContextScope(
      majors: [.pnp], minors: [minor], devices: [.functionOrFilter, .usesRemoveLocks])
  }

  enum State: UInt8, MachineState { case watching }
  private static let tooEarly = "the remove lock is released before it is acquired"

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    var rows: [Transition<State, ContextFact>] = [
      on(
        .watching, .calledDriverUnheld,
        .report("the IRP is forwarded without the remove lock")),
      on(.watching, .releasedUnheld, .report(Self.tooEarly)),
      on(.watching, .returned, .pass),
    ]
    if reading == .tracked {
      rows += [
        on(.watching, .holdingOpen, .halt), on(.watching, .waitedUnheld, .report(Self.tooEarly)),
      ]
    }
    return Machine(
      start: .watching,
      rows + RemovalExamples.halts([.watching], reading, countingWaits: false))
  }

  private var request: String { minor.name(of: .pnp) }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "\(request) is forwarded only while the remove lock is held, and a release follows "
        + "an acquire.",
      rationale: "The removal itself may follow on another thread as soon as the request is "
        + "forwarded. Without the lock the device can be gone before the dispatch routine returns.",
      remedy: "Acquire at the start of the dispatch routine; release after IoCallDriver has "
        + "returned.",
      readings: "tracked: the forward counts if it names the request's own IRP, and a release "
        + "without an acquisition counts, release-and-wait too. sdv: any forward in a routine of the "
        + "dispatch counts; release-and-wait does not.",
      source: Sources.rulePage(id))
  }

  var examples: [Example] {
    let entry = "PNP/" + request.dropFirst("IRP_MN_".count)
    return [
      Example(
        "forwarded without the lock", .violation,
        """
        enter \(entry)
        skip
        forward                 !
        exit SUCCESS
        """),
      Example(
        "released before the forward", .violation,
        """
        enter \(entry)
        acquire
        release
        skip
        forward                 !
        exit SUCCESS
        """),
      Example(
        "released without an acquire", .violation,
        """
        enter \(entry)
        release                 !
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "release-and-wait without an acquire", tracked: .violation, sdv: .passes,
        """
        enter \(entry)
        release-wait            !tracked
        complete SUCCESS
        exit SUCCESS
        """),
      Example(
        "acquired, forwarded, released", .passes,
        """
        enter \(entry)
        acquire
        skip
        forward
        returns SUCCESS
        release
        exit SUCCESS
        """),
      Example(
        "the acquire fails", .passes,
        """
        enter \(entry)
        acquire DELETE_PENDING
        complete DELETE_PENDING
        exit DELETE_PENDING
        """),
      Example(
        "the completion routine releases on another thread", .passes,
        """
        enter \(entry)
        acquire
        copy
        set-routine
        forward
        exit PENDING
        T2: completion
        T2: release
        T2: completion-exit SUCCESS
        """),
      Example(
        "a worker handles it", tracked: .passes, sdv: .passes,
        """
        enter \(entry)
        acquire
        mark-pending
        exit PENDING
        T2: callback WorkItem irp=irp
        T2: skip
        T2: forward
        T2: release
        T2: callback-exit WorkItem
        """),
    ] + RemovalExamples.undecided(entry, afterDrain: false)
      + RemovalExamples.excluded(entry, bus: false)
  }
}
