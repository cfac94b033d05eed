extension RuleTemplate.Text {
  /// One life of something that a thread holds.
  static let hold =
    Self(
      conformance: "HoldRule",
      body: #"""
        /// What is held where the rule is armed: spin locks of each kind, regions, resources. A life begins with
        /// the acquire and ends with the release.
        func scope(in reading: Reading) -> HoldScope { .spinLocks }

        /// The states of the automaton, named for what has happened.
        enum State: UInt8, MachineState { case held }

        /// The automaton: in this state, on this fact, that happens. `HoldFact` lists the facts.
        /// Outcomes: .go(state), .report("message"), .pass, .halt (nobody can tell any more).
        func machine(in reading: Reading) -> Machine<State, HoldFact> {
          Machine(
            start: .held,
            [
              on(.held, .left, .report("the routine returns with a spin lock held")),
              // Another that it left as well tells it.
              on(.held, .leftBeside, .yield),
              on(.held, .released, .pass),
            ])
        }
        """#,
      summary: "A routine that takes a spin lock, of any kind, gives it back.",
      reported: """
        enter READ
        KeAcquireSpinLock lock=spin oldirql=0
        exit SUCCESS            !
        """,
      examples: #"""
        Example(
          "an error returns early", .violation,
          """
          enter READ
          KeAcquireSpinLock lock=spin oldirql=0
          exit SUCCESS            !
          """),
        Example(
          "two of a kind are left", .violation,
          """
          enter READ
          KeAcquireSpinLock lock=spin oldirql=0
          KeAcquireSpinLock lock=second oldirql=2
          exit SUCCESS            !
          """),
        Example(
          "left by a DPC", .violation,
          """
          callback Dpc irql=2
          KeAcquireInStackQueuedSpinLockAtDpcLevel lock=spin handle=queued
          callback-exit Dpc       !
          """),
        Example(
          "given back", .passes,
          """
          enter READ
          KeAcquireSpinLock lock=spin oldirql=0
          KeReleaseSpinLock lock=spin newirql=0
          exit SUCCESS
          """),
        Example(
          "given back by the next callback of a library", .passes,
          """
          enter READ
          callback CsqAcquireLock
          KeAcquireSpinLock lock=spin oldirql=0
          callback-exit CsqAcquireLock
          callback CsqReleaseLock
          KeReleaseSpinLock lock=spin newirql=0
          callback-exit CsqReleaseLock
          exit SUCCESS
          """),
        Example(
          "the cancel spin lock", .passes,
          """
          enter READ
          IoAcquireCancelSpinLock oldirql=0
          IoReleaseCancelSpinLock newirql=0
          exit SUCCESS
          """),
        Example(
          "after a gap", .undecided,
          """
          enter READ
          KeAcquireSpinLock lock=spin oldirql=0
          lost
          exit SUCCESS
          """),
        Example(
          "no spin lock", .notArmed,
          """
          enter READ
          complete SUCCESS
          exit SUCCESS
          """),
        """#)
}
