import RuleEngine

/// A table rule about events of our own: between our Start and Stop callbacks the data path
/// allocates nothing.
struct NoAllocationWhileRunningRule: EventRule {
  let id = "TeamNoAllocationWhileRunning"
  let severity = Severity.warning
  let subject = EventSubject.device

  enum State: UInt8, MachineState { case stopped, running }

  enum Fact: UInt8, EventVocabulary {
    case started, stopped, allocated

    var pattern: EventPattern {
      switch self {
      case .started: .custom("TeamStart")
      case .stopped: .custom("TeamStop")
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

  let machine = Machine<State, Fact>(
    start: .stopped, dormant: [.stopped],
    [
      on(.stopped, .started, .go(.running)),
      on(.running, .allocated, .report("memory is allocated between Start and Stop")),
      on(.running, .stopped, .passAndGo(.stopped)),
    ])

  let documentation = RuleDocumentation(
    summary: "Between TeamStart and TeamStop no pool memory is allocated for the device.",
    rationale: "The data path runs at a fixed rate; an allocation that has to wait drops samples.",
    remedy: "Allocate in EvtDevicePrepareHardware and keep the memory.",
    readings: "The same in both.",
    source: "the team's real-time guidelines")

  let examples = [
    Example(
      "allocates while it runs", .violation,
      """
      event TeamStart dev=fdo
      allocate dev=fdo        !
      event TeamStop dev=fdo
      """),
    Example(
      "started twice", .violation,
      """
      event TeamStart dev=fdo
      event TeamStop dev=fdo
      event TeamStart dev=fdo
      allocate dev=fdo        !
      """),
    Example(
      "one device of two", .violation,
      """
      event TeamStart dev=fdo
      allocate dev=other
      event TeamStart dev=other
      allocate dev=other      !
      """),
    Example(
      "allocates before", .passes,
      """
      allocate dev=fdo
      event TeamStart dev=fdo
      event TeamStop dev=fdo
      """),
    Example(
      "allocates after", .passes,
      """
      event TeamStart dev=fdo
      event TeamStop dev=fdo
      allocate dev=fdo
      """),
    Example(
      "another device allocates", .passes,
      """
      event TeamStart dev=fdo
      allocate dev=other
      event TeamStop dev=fdo
      """),
    Example("it still runs when the trace ends", .undecided, "event TeamStart dev=fdo"),
    Example("never started", .notArmed, "allocate dev=fdo"),
  ]
}
