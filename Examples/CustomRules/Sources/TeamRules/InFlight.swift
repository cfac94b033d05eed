import RuleEngine

/// A rule with a monitor of its own, for what no finite automaton can say: the device has so many
/// hardware slots, and never more writes in flight than that.
struct InFlightRule: MonitorRule {
  let id = "TeamWritesInFlight"
  let severity = Severity.error
  let limit: Int
  let scopeInWords = "IRP_MJ_WRITE, each device"

  func makeMonitor(in reading: Reading) -> any Monitor { InFlightMonitor(limit: limit) }

  var documentation: RuleDocumentation {
    RuleDocumentation(
      summary: "At most \(limit) writes of a device are in flight at once.",
      rationale: "The hardware has \(limit) slots; one write more overwrites a slot in use.",
      remedy: "Queue the write and start it when another one completes.",
      readings: "The same in both.",
      source: "the hardware manual, chapter 5")
  }

  var examples: [Example] {
    let writes = { (count: Int) in
      (1...count).map { "enter WRITE irp=w\($0)\nexit PENDING irp=w\($0)" }.joined(separator: "\n")
    }
    return [
      Example(
        "one too many", .violation,
        """
        \(writes(limit))
        enter WRITE irp=last    !
        """),
      Example(
        "again after a completion", .violation,
        """
        \(writes(limit))
        complete SUCCESS irp=w1 dev=fdo
        enter WRITE irp=w1
        enter WRITE irp=last    !
        """),
      Example(
        "of two devices one", .violation,
        """
        enter WRITE irp=other dev=other
        \(writes(limit))
        enter WRITE irp=last    !
        """),
      Example(
        "as many as there are slots", .passes,
        """
        \(writes(limit))
        \((1...limit).map { "complete SUCCESS irp=w\($0) dev=fdo" }.joined(separator: "\n"))
        """),
      Example(
        "one after the other", .passes,
        """
        enter WRITE
        complete SUCCESS dev=fdo
        exit SUCCESS
        enter WRITE
        complete SUCCESS dev=fdo
        exit SUCCESS
        """),
      Example(
        "each device has its own slots", .passes,
        """
        \(writes(limit))
        enter WRITE irp=other dev=other
        complete SUCCESS irp=other dev=other
        """),
      Example("in flight when the trace ends", .undecided, "enter WRITE"),
      Example(
        "events are lost", .undecided,
        """
        \(writes(limit))
        lost
        enter WRITE irp=last
        """),
      Example("no write", .notArmed, "enter READ\nexit SUCCESS"),
    ]
  }
}

/// Counts the writes of each device that have entered and are not completed.
private struct InFlightMonitor: Monitor {
  let limit: Int
  /// The DispatchEnter of each write in flight, by device and IRP.
  private var inFlight: [UInt64: [UInt64: Event]] = [:]

  init(limit: Int) { self.limit = limit }

  mutating func take(
    _ events: ArraySlice<Event>, strings: StringTable, verdicts: inout MonitorVerdicts
  ) {
    for event in events {
      switch event.kind {
      case .dispatchEnter where event.major == .write:
        inFlight[event.device, default: [:]][event.irp] = event
        let writes = inFlight[event.device, default: [:]]
        guard writes.count > limit else { continue }
        verdicts.report(
          "more writes are in flight than the hardware has slots", at: event,
          evidence: writes.values.sorted { $0.position < $1.position })
        inFlight[event.device]?[event.irp] = nil
      case .ioCompleteRequest:
        if inFlight[event.device]?.removeValue(forKey: event.irp) != nil { verdicts.pass() }
      case .traceLost, .malformed: finish(verdicts: &verdicts)
      default: break
      }
    }
  }

  mutating func finish(verdicts: inout MonitorVerdicts) {
    for writes in inFlight.values {
      for _ in writes { verdicts.undecide() }
    }
    inFlight = [:]
  }
}
