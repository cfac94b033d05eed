extension RuleTemplate.Text {
  /// One life of a remove lock.
  static let lock =
    Self(
      conformance: "LockRule",
      body: #"""
        /// Which lives of a remove lock the rule is about; a life begins with IoInitializeRemoveLock.
        let scope = LockScope.everyLife
        /// Whether a life gives one finding, or each tag in it.
        let reportsOncePerLife = true

        /// The states of the automaton, named for what has happened. In a dormant one nothing has
        /// happened yet that the rule is about.
        enum State: UInt8, MachineState { case unused, waiting }

        /// The automaton: in this state, on this fact, that happens. `LockFact` lists the facts.
        /// Outcomes: .go(state), .report("message"), .pass, .halt (nobody can tell any more).
        let machine = Machine<State, LockFact>(
          start: .unused, dormant: [.unused],
          [
            on(.unused, .waiting, .go(.waiting)),
            on(.waiting, .waiting, .report("the removal drains the remove lock a second time")),
            on(.waiting, .lifeEnded, .pass),
          ])
        """#,
      summary: "A remove lock is drained once.",
      reported: """
        enter PNP/REMOVE_DEVICE
        acquire
        release-wait
        release-wait            !
        """,
      examples: #"""
        Example(
          "a second time in the removal", .violation,
          """
          enter PNP/REMOVE_DEVICE
          acquire
          acquire
          release-wait
          release-wait            !
          exit SUCCESS
          """),
        Example(
          "after the first has returned", .violation,
          """
          enter PNP/REMOVE_DEVICE
          acquire
          release-wait
          wait-return
          release-wait            !
          exit SUCCESS
          """),
        Example(
          "in the surprise removal and in the removal", .violation,
          """
          enter PNP/SURPRISE_REMOVAL
          acquire
          release-wait
          wait-return
          exit SUCCESS
          enter PNP/REMOVE_DEVICE irp=second
          release-wait irp=second !
          exit SUCCESS irp=second
          """),
        Example(
          "once", .passes,
          """
          enter PNP/REMOVE_DEVICE
          acquire
          release-wait
          wait-return
          delete
          exit SUCCESS
          """),
        Example(
          "after a read", .passes,
          """
          enter READ
          acquire
          release
          exit SUCCESS
          enter PNP/REMOVE_DEVICE
          acquire
          release-wait
          wait-return
          delete
          exit SUCCESS
          """),
        Example(
          "each lock once", .passes,
          """
          init second dev=fdo
          enter PNP/REMOVE_DEVICE
          acquire
          acquire lock=second
          release-wait
          wait-return
          release-wait lock=second
          wait-return lock=second
          delete
          exit SUCCESS
          """),
        Example(
          "the trace ends in the wait", .undecided,
          """
          enter PNP/REMOVE_DEVICE
          acquire
          release-wait
          """),
        Example(
          "no removal", .notArmed,
          """
          enter READ
          acquire
          release
          exit SUCCESS
          """),
        """#)
}
