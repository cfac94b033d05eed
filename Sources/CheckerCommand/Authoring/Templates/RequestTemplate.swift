extension RuleTemplate.Text {
  /// How one IRP is handled by one device.
  static let request =
    Self(
      conformance: "ContextRule",
      body: #"""
        /// The states of the automaton, named for what has happened.
        enum State: UInt8, MachineState { case watching }

        /// Which IRPs the rule is about: major and minor functions, power states, IOCTLs, devices.
        func scope(in reading: Reading) -> ContextScope {
          ContextScope(majors: [.read])
        }

        /// The automaton: in this state, on this fact, that happens. `ContextFact` lists the facts.
        /// Outcomes: .go(state), .report("message"), .pass, .halt (nobody can tell any more).
        func machine(in reading: Reading) -> Machine<State, ContextFact> {
          Machine(
            start: .watching,
            [
              on(.watching, .completedPending, .report("the read is completed with STATUS_PENDING")),
              on(.watching, .markedPending, .halt),
              on(.watching, .returned, .pass),
            ])
        }
        """#,
      summary: "A read is not completed with STATUS_PENDING.",
      reported: """
        enter READ
        complete PENDING        !
        exit PENDING
        """,
      examples: #"""
        Example(
          "completed with STATUS_PENDING", .violation,
          """
          enter READ
          complete PENDING        !
          exit PENDING
          """),
        Example(
          "the same while the lock is held", .violation,
          """
          enter READ
          acquire
          complete PENDING        !
          release
          exit PENDING
          """),
        Example(
          "the second of two", .violation,
          """
          enter READ
          complete SUCCESS
          exit SUCCESS
          enter READ
          complete PENDING        !
          exit PENDING
          """),
        Example(
          "completed with success", .passes,
          """
          enter READ
          complete SUCCESS
          exit SUCCESS
          """),
        Example(
          "completed with a failure", .passes,
          """
          enter READ
          complete UNSUCCESSFUL
          exit UNSUCCESSFUL
          """),
        Example(
          "forwarded", .passes,
          """
          enter READ
          skip
          forward
          exit SUCCESS
          """),
        Example(
          "marked pending", .undecided,
          """
          enter READ
          mark-pending
          exit PENDING
          """),
        Example(
          "another request", .notArmed,
          """
          enter WRITE
          complete PENDING
          exit PENDING
          """),
        """#)
}
