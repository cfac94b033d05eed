import RuleEngine

// What there is to say about a fault from what the trace shows of this case.
extension Fault {
  /// Sentences about this case, before the remedy of its rule.
  var caseHelp: [String] {
    [
      missingRelease, forwardedWithout, nothingToRelease, waitForItself, timeHeld,
      firstInitialisation, tagsHeld,
    ].compactMap { $0 }
  }

  /// In which routine, and under which status, a release is missing; and where another request of the kind
  /// was released.
  private var missingRelease: String? {
    guard finding.irp != nil, finding.evidence.contains(where: { $0.note == "not released" }),
      let place = finding.evidence.lastIndex(where: { Self.entries[$0.event] != nil })
    else { return nil }
    let end = finding.evidence[place]
    var words = "the release is missing"
    words += routine(thatEndsAt: place).map { " in \($0)" } ?? ""
    words += ": \(end.text ?? end.event) (line \(end.line))"
    if let other = finding.releasedElsewhere, finding.evidence.allSatisfy({ $0.source != other }) {
      words += "; another \(finding.major ?? "request") was released at \(other)"
    }
    return words
  }

  /// What became of the lock in a request that is forwarded without it.
  private var forwardedWithout: String? {
    guard finding.message == "the IRP is forwarded without the remove lock" else { return nil }
    let forward = "forwarded in line \(finding.line)\(finding.source.map { " (\($0))" } ?? "")"
    let before = finding.evidence.filter { $0.line < finding.line && $0.trace == nil }
    if let release = before.last(where: { $0.event == "IoReleaseRemoveLock" && $0.releases != 0 }) {
      return "released in line \(release.line)\(release.place), before the IRP is \(forward)"
    }
    let acquires = before.filter { $0.event == "IoAcquireRemoveLock" }
    if let refused = acquires.last, !EvidenceStory.succeeded(refused) {
      return "the acquire in line \(refused.line)\(refused.place) was refused, and the IRP is "
        + "\(forward) all the same"
    }
    guard acquires.isEmpty, finding.omitted == nil else { return nil }
    return "nothing has acquired the lock for this request before it is \(forward)"
  }

  /// Why there is nothing that a release could take: it was taken already, or refused, or not acquired.
  private var nothingToRelease: String? {
    guard let release = finding.decidingRelease, release.releases == 0, tagsHeld == nil else {
      return nil
    }
    let again = "line \(release.line)\(release.place)"
    let before = finding.evidence.filter {
      $0.line < finding.line && $0.trace == nil && $0.tagWords == release.tagWords
    }
    for event in before.reversed() {
      if event.event.hasPrefix("IoReleaseRemoveLock"), event.releases != 0 {
        return "released in line \(event.line)\(event.place) already, and again in \(again)"
      }
      guard event.event == "IoAcquireRemoveLock" else { continue }
      if EvidenceStory.succeeded(event) { return nil }
      return "the acquire in line \(event.line)\(event.place) was refused: there is nothing to "
        + "release in \(again)"
    }
    guard finding.irp != nil, finding.omitted == nil else { return nil }
    return "nothing has acquired the lock with \(release.tagWords ?? "this tag") for this request "
      + "before it is released in \(again)"
  }

  /// The events that end a routine, with those that begin it.
  private static let entries = [
    "DispatchExit": "DispatchEnter", "CompletionExit": "CompletionEnter",
    "CallbackExit": "CallbackEnter",
  ]

  /// The name of the routine: where its end does not tell, its beginning may.
  private func routine(thatEndsAt place: Int) -> String? {
    let end = finding.evidence[place]
    let entry = finding.evidence[..<place].last {
      $0.event == Self.entries[end.event] && $0.thread == end.thread && $0.function != nil
    }
    return end.function ?? entry?.function ?? finding.function
  }

  /// How long an acquisition was held, and how long it may be.
  private var timeHeld: String? {
    guard let held = finding.evidence.last(where: { $0.note == "held too long" }),
      let time = TimeText.between(held.timestamp, finding.timestamp)
    else { return nil }
    var words = "acquired in line \(held.line)\(held.place), held for \(TimeText.duration(time))"
    let limit = "MaxLockedMinutes = "
    let first = finding.evidence.last { $0.event == "IoInitializeRemoveLock" }
    if let first, let text = first.text, let range = text.firstRange(of: limit) {
      let minutes = text[range.upperBound...].prefix { $0.isNumber }
      words += "; \(limit)\(minutes) (line \(first.line)) allows \(minutes) min"
    }
    return words
  }

  /// Where a lock was initialised first, and whether it was drained since.
  private var firstInitialisation: String? {
    guard let first = finding.evidence.first(where: { $0.note == "initialised first" }) else {
      return nil
    }
    var words = "initialised first in line \(first.line)\(first.place)"
    if let drain = finding.evidence.last(where: { $0.note == "drained" }) {
      words += ", drained in line \(drain.line)\(drain.place)"
    }
    let held = finding.evidence.count { $0.note?.hasPrefix("still held") == true }
    words += ", and again in line \(finding.line)"
    if held > 0 { words += ", while it is held (\(held == 1 ? "once" : "\(held) times"))" }
    return words
  }

  /// With which tags the lock is held that is released with another.
  private var tagsHeld: String? {
    guard let release = finding.decidingRelease, let released = release.tagWords else { return nil }
    let isAboutTags = ["with a tag that nobody", "released without being acquired"].contains {
      finding.message.contains($0)
    }
    let held = finding.evidence.filter { $0.isLeft && $0.tagWords != released }
    let isHeld = finding.evidence.contains { $0.isLeft && $0.tagWords == released }
    if !isAboutTags || held.isEmpty || isHeld { return nil }
    let shown = held.prefix(4).map { "\($0.tagWords ?? "another tag") (line \($0.line))" }
    let more = held.count > shown.count ? " and \(held.count - shown.count) more" : ""
    return "released with \(released), held with \(shown.joined(separator: ", "))\(more)"
  }

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

extension Report.Evidence {
  /// ` (pnp.c:113)`, where the event tells.
  fileprivate var place: String { (source ?? function).map { " (\($0))" } ?? "" }

  /// Whether it is an acquisition that nothing releases, as far as the trace goes.
  var isLeft: Bool {
    note == "not released" || note == "held" || note?.hasPrefix("still held") == true
  }

  /// Whether it has to do with the fault: more than a step on the way, or a lock that is held meanwhile.
  var isTelling: Bool { note != nil && note != "held" }

  /// `tag = NULL`, of an operation on a lock.
  var tagWords: String? {
    guard let text, let start = text.firstRange(of: "tag = ") else { return nil }
    return String(text[start.lowerBound...].prefix { $0 != "," })
  }
}

extension Report.Finding {
  /// The release of a remove lock that decided, if one did.
  var decidingRelease: Report.Evidence? {
    evidence.last { $0.line == line && $0.trace == nil }
      .flatMap { $0.event.hasPrefix("IoReleaseRemoveLock") ? $0 : nil }
  }

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
    guard let event = placed.last(where: \.isTelling) ?? placed.last,
      let source = event.source
    else { return nil }
    return (source, event.event)
  }
}
