extension RuleTemplate.Text {
  /// One handle of a registry key.
  static let handle =
    Self(
      conformance: "KeyHandleRule",
      body: #"""
        /// Which handles arm the rule: `.every`, `.created` by ZwCreateKey, `.opened` by ZwOpenKey.
        let scope = KeyHandleScope.every

        /// Leave this out for a rule that the `sdv` reading has as well.
        let readings: Set<Reading> = [.tracked]

        /// The states of the automaton, named for what has happened.
        enum State: UInt8, MachineState { case watching }

        /// The automaton: in this state, on this fact, that happens. `KeyHandleFact` lists the facts.
        /// Outcomes: .go(state), .report("message"), .pass, .halt (nobody can tell any more).
        func machine(in reading: Reading) -> Machine<State, KeyHandleFact> {
          Machine(
            start: .watching,
            [
              on(.watching, .usedClosed, .report("the key is used after it was closed")),
              on(.watching, .closed, .pass),
              on(.watching, .lifeEnded, .pass),
            ])
        }
        """#,
      summary: "A key is used while it is open.",
      reported: """
        ZwOpenKey SUCCESS handle=key
        ZwClose handle=key
        ZwQueryKey handle=key   !tracked
        """,
      examples: #"""
        Example(
          "queried after ZwClose", tracked: .violation, sdv: .notArmed,
          """
          ZwOpenKey SUCCESS handle=key
          ZwClose handle=key
          ZwQueryKey handle=key   !tracked
          """),
        Example(
          "written by a worker", tracked: .violation, sdv: .notArmed,
          """
          ZwCreateKey SUCCESS handle=key
          ZwClose handle=key
          T2: ZwSetValueKey handle=key    !tracked
          """),
        Example(
          "the handle was used before", tracked: .violation, sdv: .notArmed,
          """
          ZwOpenKey SUCCESS handle=key
          ZwClose handle=key
          ZwOpenKey SUCCESS handle=key
          ZwClose handle=key
          ZwFlushKey handle=key   !tracked
          """),
        Example(
          "opened, used, closed", tracked: .passes, sdv: .notArmed,
          """
          ZwOpenKey SUCCESS handle=key
          ZwQueryKey handle=key
          ZwClose handle=key
          """),
        Example(
          "closed on another thread", tracked: .passes, sdv: .notArmed,
          """
          ZwCreateKey SUCCESS handle=key
          ZwSetValueKey handle=key
          T2: ZwClose handle=key
          """),
        Example(
          "returned again: closed where no tracer looks", tracked: .passes, sdv: .notArmed,
          """
          ZwOpenKey SUCCESS handle=key
          ZwOpenKey SUCCESS handle=key
          ZwClose handle=key
          """),
        Example(
          "open when the trace ends", tracked: .undecided, sdv: .notArmed,
          "ZwOpenKey SUCCESS handle=key"),
        Example("nothing is opened", .notArmed, "enter READ\nexit SUCCESS"),
        """#)
}
