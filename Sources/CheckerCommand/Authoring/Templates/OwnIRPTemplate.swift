extension RuleTemplate.Text {
  /// One IRP that a driver makes itself.
  static let ownIRP =
    Self(
      conformance: "OwnIRPRule",
      body: #"""
        /// In which readings there is the rule. What becomes of an own IRP is followed in tracked.
        let readings: Set<Reading> = [.tracked]

        /// Which IRPs the rule is about: `.all`, or those that some DDIs make.
        func scope(in reading: Reading) -> OwnIRPScope { .all }

        /// The states of the automaton, named for what has happened.
        enum State: UInt8, MachineState { case watching }

        /// The automaton: in this state, on this fact, that happens. `OwnIRPFact` lists the facts.
        /// Outcomes: .go(state), .report("message"), .pass, .halt (nobody can tell any more).
        func machine(in reading: Reading) -> Machine<State, OwnIRPFact> {
          Machine(
            start: .watching,
            [
              on(.watching, .freedAgain, .report("an IRP of the driver's own is freed twice")),
              on(.watching, .doubtful, .halt),
              on(.watching, .lifeEnded, .pass),
            ])
        }
        """#,
      summary: "An IRP that the driver made is freed once.",
      reported: """
        allocate-irp irp=own
        free-irp irp=own
        free-irp irp=own        !
        """,
      examples: #"""
        Example(
          "freed twice", .violation,
          """
          allocate-irp irp=own
          free-irp irp=own
          free-irp irp=own        !
          """),
        Example(
          "freed on another thread as well", .violation,
          """
          allocate-irp irp=own
          free-irp irp=own
          T2: free-irp irp=own    !
          """),
        Example(
          "the memory is used in between", .violation,
          """
          allocate-irp irp=own
          free-irp irp=own
          allocate-irp irp=own
          free-irp irp=own
          free-irp irp=own        !
          """),
        Example("freed once", .passes, "allocate-irp irp=own\nfree-irp irp=own"),
        Example(
          "freed on another thread", .passes,
          """
          allocate-irp irp=own
          T2: free-irp irp=own
          """),
        Example(
          "two IRPs one after the other in the same memory", .passes,
          """
          allocate-irp irp=own
          free-irp irp=own
          allocate-irp irp=own
          free-irp irp=own
          """),
        Example("after a gap", .undecided, "allocate-irp irp=own\nlost\nfree-irp irp=own"),
        Example(
          "unloaded while the lower driver has it", .undecided,
          """
          allocate-irp irp=own drv=driver
          set-routine irp=own drv=driver
          forward irp=own drv=driver
          returns PENDING irp=own drv=driver
          unload driver
          """),
        Example("there when the trace ends", .undecided, "allocate-irp irp=own"),
        Example("no IRP of its own", .notArmed, "enter READ\ncomplete SUCCESS\nexit SUCCESS"),
        """#)
}
