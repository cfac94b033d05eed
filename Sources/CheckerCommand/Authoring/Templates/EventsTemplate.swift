extension RuleTemplate.Text {
  /// The order of events, some of them of the driver's own.
  static let events =
    Self(
      conformance: "EventRule",
      body: #"""
        /// What there is one machine for each of: a device, thread, driver, IRP, or value of a field.
        let subject = EventSubject.device

        /// The states of the automaton, named for what has happened. In a dormant one nothing has
        /// happened yet that the rule is about.
        enum State: UInt8, MachineState { case stopped, running }

        /// The events that the rule is about, by names of its own: events of the format, and events that
        /// only your driver logs. An event is the first of these facts whose pattern it fits.
        enum Fact: UInt8, EventVocabulary {
          case started, stopped, allocated

          var pattern: EventPattern {
            switch self {
            case .started: .custom("AcmeStart", fields: ["mode"])
            case .stopped: .custom("AcmeStop")
            case .allocated: .event(.exAllocatePool2, .exAllocatePoolWithTag)
            }
          }

          var meaning: String {
            switch self {
            case .started: "the Start callback has run"
            case .stopped: "the Stop callback has run"
            case .allocated: "pool memory is allocated for the device"
            }
          }
        }

        /// The automaton: in this state, on this fact, that happens. Outcomes: .go(state),
        /// .report("message"), .pass, .passAndGo(state), .halt (nobody can tell any more). A row may ask
        /// for more: `when: .irql(above: 0)`, `when: .field("mode", is: "loopback")`.
        let machine = Machine<State, Fact>(
          start: .stopped, dormant: [.stopped],
          [
            on(.stopped, .started, .go(.running)),
            on(.running, .allocated, .report("memory is allocated between Start and Stop")),
            on(.running, .stopped, .passAndGo(.stopped)),
          ])
        """#,
      summary: "Between AcmeStart and AcmeStop no pool memory is allocated for the device.",
      reported: """
        event AcmeStart dev=fdo
        allocate dev=fdo        !
        """,
      examples: #"""
        Example(
          "allocates while it runs", .violation,
          """
          event AcmeStart dev=fdo mode=capture
          allocate dev=fdo        !
          event AcmeStop dev=fdo
          """),
        Example(
          "started a second time", .violation,
          """
          event AcmeStart dev=fdo
          event AcmeStop dev=fdo
          event AcmeStart dev=fdo
          allocate dev=fdo        !
          """),
        Example(
          "one device of two", .violation,
          """
          event AcmeStart dev=fdo
          allocate dev=other
          event AcmeStart dev=other
          allocate dev=other      !
          """),
        Example(
          "allocates before", .passes,
          """
          allocate dev=fdo
          event AcmeStart dev=fdo
          event AcmeStop dev=fdo
          """),
        Example(
          "allocates after", .passes,
          """
          event AcmeStart dev=fdo
          event AcmeStop dev=fdo
          allocate dev=fdo
          """),
        Example(
          "another device allocates", .passes,
          """
          event AcmeStart dev=fdo
          allocate dev=other
          event AcmeStop dev=fdo
          """),
        Example("runs when the trace ends", .undecided, "event AcmeStart dev=fdo"),
        Example("never started", .notArmed, "allocate dev=fdo"),
        """#)
}
