extension RuleTemplate.Text {
  /// One allocation of pool memory.
  static let allocation =
    Self(
      conformance: "AllocationRule",
      body: #"""
        /// Which allocations arm the rule: `.everyLife`, or `.ofDriver` for those whose driver is known.
        let scope = AllocationScope.everyLife

        /// Allocations are followed in the `tracked` reading alone.
        let readings: Set<Reading> = [.tracked]

        /// The states of the automaton, named for what has happened.
        enum State: UInt8, MachineState { case watching }

        /// The automaton: in this state, on this fact, that happens. `AllocationFact` lists the facts.
        /// Outcomes: .go(state), .report("message"), .pass, .halt (nobody can tell any more).
        let machine = Machine<State, AllocationFact>(
          start: .watching,
          [
            on(.watching, .freedAgain, .report("the memory is freed twice")),
            on(.watching, .freed, .pass),
            on(.watching, .lifeEnded, .pass),
          ])
        """#,
      summary: "Memory is freed once.",
      reported: """
        enter READ
        allocate memory
        ExFreePool ptr=memory
        ExFreePool ptr=memory   !tracked
        """,
      examples: #"""
        Example(
          "twice in one routine", tracked: .violation, sdv: .notArmed,
          """
          enter READ
          allocate memory
          ExFreePool ptr=memory
          ExFreePool ptr=memory   !tracked
          exit SUCCESS
          """),
        Example(
          "with its tag, on another thread", tracked: .violation, sdv: .notArmed,
          """
          enter READ
          allocate memory pooltag=Team
          ExFreePool ptr=memory pooltag=Team
          exit SUCCESS
          T2: ExFreePool ptr=memory pooltag=Team  !tracked
          """),
        Example(
          "the address was used before", tracked: .violation, sdv: .notArmed,
          """
          enter READ
          allocate memory
          ExFreePool ptr=memory
          allocate memory
          ExFreePool ptr=memory
          ExFreePool ptr=memory   !tracked
          exit SUCCESS
          """),
        Example(
          "once", tracked: .passes, sdv: .notArmed,
          """
          allocate memory
          T2: ExFreePool ptr=memory
          """),
        Example(
          "the address is returned again in between", tracked: .passes, sdv: .notArmed,
          """
          enter READ
          allocate memory
          ExFreePool ptr=memory
          allocate memory
          ExFreePool ptr=memory
          """),
        Example(
          "freed where no tracer looks", tracked: .passes, sdv: .notArmed,
          """
          allocate memory
          T2: allocate memory
          T2: ExFreePool ptr=memory
          """),
        Example(
          "not freed when the trace ends", tracked: .undecided, sdv: .notArmed, "allocate memory"),
        Example("nothing is allocated", .notArmed, "enter READ\nexit SUCCESS"),
        """#)
}
