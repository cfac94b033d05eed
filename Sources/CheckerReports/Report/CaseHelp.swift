import RuleEngine

// What there is to say about a fault from what the trace shows of this case.
extension Fault {
  /// Sentences about this case, before the remedy of its rule.
  var caseHelp: [String] {
    [missingRelease, waitForItself].compactMap { $0 }
  }

  /// In which routine, and under which status, a release is missing.
  private var missingRelease: String? {
    guard finding.irp != nil, finding.evidence.contains(where: { $0.note == "not released" }),
      let end = finding.evidence.last(where: { Self.exits.contains($0.event) })
    else { return nil }
    let routine = end.function ?? finding.function
    var words = "the release is missing"
    words += routine.map { " in \($0)" } ?? ""
    words += ": \(end.text ?? end.event) (line \(end.line))"
    return words
  }

  private static let exits: Set<String> = ["DispatchExit", "CompletionExit", "CallbackExit"]

  /// Whether the thread that waits is one that holds.
  private var waitForItself: String? {
    let end = otherEnd ?? finding
    guard let wait = end.evidence.last(where: { $0.event == "IoReleaseRemoveLockAndWait" }),
      let held = end.evidence.first(where: {
        $0.note?.hasPrefix("still held") == true && $0.thread == wait.thread && $0.line < wait.line
      }), wait.line == end.line, otherEnd == nil
    else { return nil }
    return
      "the thread that waits has acquired the lock itself (line \(held.line)) and not released it: "
      + "it waits for itself"
  }
}

extension Report.Finding {
  /// How long an acquisition has been held, where the trace tells: ` for 2 s`.
  func age(of event: Report.Evidence) -> String {
    guard event.note?.hasPrefix("still held") == true,
      let age = TimeText.between(event.timestamp, timestamp), age > 0
    else { return "" }
    return " for \(TimeText.duration(age))"
  }

  /// The event that tells where in the source the fault is, as ``sourceAndFunction``: its place, and its name
  /// where it is not the deciding one.
  var sourceEvent: (source: String, name: String?)? {
    if let source { return (source, nil) }
    let placed = evidence.filter { $0.source != nil }
    guard let event = placed.last(where: { $0.note != nil }) ?? placed.last,
      let source = event.source
    else { return nil }
    return (source, event.event)
  }
}
