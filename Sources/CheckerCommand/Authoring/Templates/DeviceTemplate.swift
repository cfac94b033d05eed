extension RuleTemplate.Text {
  /// One device object.
  static let device =
    Self(
      conformance: "DeviceRule",
      body: #"""
        /// The states of the automaton, named for what has happened.
        enum State: UInt8, MachineState { case watching }

        /// The automaton: in this state, on this fact, that happens. `DeviceFact` lists the facts.
        /// Outcomes: .go(state), .report("message"), .pass, .halt (nobody can tell any more).
        let machine = Machine<State, DeviceFact>(
          start: .watching,
          [
            on(.watching, .acquiredFurtherLock, .report("a second remove lock is used for the device")),
            on(.watching, .lifeEnded, .pass),
          ])
        """#,
      summary: "A device has one remove lock.",
      reported: """
        init second dev=fdo
        enter READ
        acquire
        acquire lock=second     !
        """,
      examples: #"""
        Example(
          "two locks in two requests", .violation,
          """
          init second dev=fdo
          enter READ
          acquire
          release
          exit SUCCESS
          enter WRITE
          acquire lock=second     !
          release lock=second
          exit SUCCESS
          """),
        Example(
          "two locks in one request", .violation,
          """
          init second dev=fdo
          enter READ
          acquire
          acquire lock=second     !
          release lock=second
          release
          exit SUCCESS
          """),
        Example(
          "a third lock is one more finding", .violation,
          """
          init second dev=fdo
          init third dev=fdo
          enter READ
          acquire
          acquire lock=second     !
          acquire lock=third      !
          exit SUCCESS
          """),
        Example(
          "one lock", .passes,
          """
          enter READ
          acquire
          release
          exit SUCCESS
          delete
          """),
        Example(
          "one lock with two tags", .passes,
          """
          enter READ
          acquire
          acquire tag=item
          release tag=item
          release
          exit SUCCESS
          delete
          """),
        Example(
          "the second is never acquired", .passes,
          """
          init second dev=fdo
          enter READ
          acquire
          release
          exit SUCCESS
          delete
          """),
        Example(
          "the device is in use when the trace ends", .undecided,
          """
          enter READ
          acquire
          release
          exit SUCCESS
          """),
        Example(
          "no remove lock", .notArmed,
          """
          enter READ
          exit SUCCESS
          """),
        """#)
}
