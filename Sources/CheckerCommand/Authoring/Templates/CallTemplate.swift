extension RuleTemplate.Text {
  /// Single calls and their IRQL.
  static let call =
    Self(
      conformance: "CallRule",
      body: #"""
        /// The calls that arm the rule: DDIs with the IRQL that they allow. A DDI that has no event of its
        /// own is logged as `Ddi name=… irql=…`; routines of your own can be too.
        func scope(in reading: Reading) -> CallScope {
          .ddis([IRQLLimit("TeamReadSettings", .passive), IRQLLimit("TeamFlushLog", .apc)])
        }

        /// The states of the automaton. Each call is judged by itself: one is enough.
        enum State: UInt8, MachineState { case watching }

        /// The automaton: in this state, on this fact, that happens. `CallFact` lists the facts.
        /// Outcomes: .report("message"), .warn("message"), .pass, .halt (nobody can tell).
        func machine(in reading: Reading) -> Machine<State, CallFact> {
          Machine(
            start: .watching,
            [
              on(.watching, .calledAbovePassive, .report("called above PASSIVE_LEVEL")),
              on(.watching, .calledAboveAPC, .report("called above APC_LEVEL")),
              on(.watching, .calledWithinLimit, .pass),
            ])
        }
        """#,
      summary: "The settings are read at PASSIVE_LEVEL, the log is flushed at APC_LEVEL or below.",
      reported: """
        callback Dpc irql=2
        Ddi name=TeamReadSettings irql=2     !
        """,
      examples: #"""
        Example(
          "in a DPC", .violation,
          """
          callback Dpc irql=2
          Ddi name=TeamReadSettings irql=2     !
          """),
        Example(
          "under a spin lock", .violation,
          """
          enter READ irql=0
          KeAcquireSpinLock lock=spin oldirql=0 irql=2
          Ddi name=TeamFlushLog irql=2         !
          """),
        Example(
          "the second call, on another thread", .violation,
          """
          enter READ irql=0
          Ddi name=TeamReadSettings irql=0
          T2: completion irql=2
          T2: Ddi name=TeamReadSettings irql=2 !
          """),
        Example("at PASSIVE_LEVEL", .passes, "Ddi name=TeamReadSettings irql=0"),
        Example("at the limit", .passes, "Ddi name=TeamFlushLog irql=1"),
        Example(
          "left to a work item", .passes,
          """
          callback Dpc irql=2
          IoQueueWorkItem irql=2
          T2: callback WorkItem irql=0
          T2: Ddi name=TeamReadSettings irql=0
          """),
        Example("the IRQL is not in the trace", .notArmed, "Ddi name=TeamReadSettings"),
        """#)
}
