import RuleEngine

/// A table rule about events of our own with fields of our own: one machine for each session, told
/// apart by the field `session`, and a condition on another field.
struct NoDataAfterSessionRule: EventRule {
  let id = "TeamNoDataAfterSession"
  let severity = Severity.error
  let subject = EventSubject.field("session")

  enum State: UInt8, MachineState { case idle, running, ended }

  enum Fact: UInt8, EventVocabulary {
    case began, delivered, ended

    var pattern: EventPattern {
      switch self {
      // `mode` decides nothing, but a report is easier to understand with it.
      case .began: .custom("TeamSessionBegin", fields: ["mode"])
      case .delivered: .custom("TeamBufferDone", when: .field("bytes", .above, 0))
      case .ended: .custom("TeamSessionEnd")
      }
    }

    var meaning: String {
      switch self {
      case .began: "the session begins"
      case .delivered: "a buffer with data is given to the session's reader"
      case .ended: "the session has ended"
      }
    }
  }

  let machine = Machine<State, Fact>(
    start: .idle, dormant: [.idle, .running],
    [
      on(.idle, .began, .go(.running)),
      on(.running, .ended, .go(.ended)),
      on(.ended, .delivered, .report("data is delivered to a session that has ended")),
      on(.ended, .began, .passAndGo(.running)),
    ])

  let documentation = RuleDocumentation(
    summary: "After TeamSessionEnd no buffer with data is delivered to the session.",
    rationale: "The reader has freed its memory; the data lands in memory of somebody else.",
    remedy: "Drain the DMA before the session is ended; buffers that were cancelled hold no data.",
    readings: "The same in both.",
    source: "the team's streaming guidelines")
}

extension NoDataAfterSessionRule {
  var examples: [Example] {
    [
      Example(
        "a buffer comes late", .violation,
        """
        event TeamSessionBegin session=1 mode=loopback
        event TeamBufferDone session=1 bytes=512
        event TeamSessionEnd session=1
        event TeamBufferDone session=1 bytes=512      !
        """),
      Example(
        "one session of two", .violation,
        """
        event TeamSessionBegin session=1
        event TeamSessionBegin session=2
        event TeamSessionEnd session=1
        event TeamBufferDone session=2 bytes=512
        event TeamBufferDone session=1 bytes=512      !
        """),
      Example(
        "behind a buffer that was cancelled", .violation,
        """
        event TeamSessionBegin session=0x1F
        event TeamSessionEnd session=31
        event TeamBufferDone session=31 bytes=0
        event TeamBufferDone session=31 bytes=1       !
        """),
      Example(
        "the session's number is used again", .passes,
        """
        event TeamSessionBegin session=1
        event TeamSessionEnd session=1
        event TeamSessionBegin session=1
        event TeamBufferDone session=1 bytes=512
        """),
      Example(
        "cancelled buffers come late, then the number is used again", .passes,
        """
        event TeamSessionBegin session=1
        event TeamSessionEnd session=1
        event TeamBufferDone session=1 bytes=0
        event TeamSessionBegin session=1
        """),
      Example(
        "data of another session", .passes,
        """
        event TeamSessionBegin session=1
        event TeamSessionBegin session=2
        event TeamSessionEnd session=1
        event TeamBufferDone session=2 bytes=512
        event TeamSessionBegin session=1
        """),
      Example(
        "cancelled buffers come late", .undecided,
        """
        event TeamSessionBegin session=1
        event TeamSessionEnd session=1
        event TeamBufferDone session=1 bytes=0
        """),
      Example(
        "no session has ended", .notArmed,
        """
        event TeamSessionBegin session=1
        event TeamBufferDone session=1 bytes=512
        """),
      Example(
        "buffers that name no session", .notArmed,
        """
        event TeamSessionBegin
        event TeamSessionEnd
        event TeamBufferDone bytes=512
        """),
    ]
  }
}
