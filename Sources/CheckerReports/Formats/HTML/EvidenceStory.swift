import RuleEngine

/// The evidence of a finding as a story: who called whom on which thread, who held the lock, and what
/// state the rule's automaton was in.
struct EvidenceStory {
  /// A routine of the driver, or a call that it waits for.
  struct Frame {
    enum Kind { case dispatch, completion, callback, call }
    var kind: Kind
    var thread: UInt64
    /// Indices of the events that open and close it; the last one of the thread where none does.
    var first: Int
    var last: Int
    /// How many frames of the thread it is in.
    var depth: Int
    var title: String
    var isClosed = false
  }

  let finding: Report.Finding
  /// In the order of their first events.
  private(set) var threads: [UInt64] = []
  private(set) var frames: [Frame] = []
  /// For each event the frame that it opens or is in, or -1.
  private(set) var frameOfEvent: [Int] = []
  /// For each event how many of the acquisitions that the evidence names are held after it; empty where no event
  /// is about the lock, and where a report of an earlier version does not say what the releases took.
  private(set) var held: [Int] = []
  /// For each event the state after it; empty where the path is not known.
  private(set) var states: [String] = []
  /// The event that decided.
  private(set) var deciding: Int?

  var events: [Report.Evidence] { finding.evidence }

  init(_ finding: Report.Finding, _ reading: Reading) {
    self.finding = finding
    deciding = events.lastIndex { $0.line == finding.line && $0.trace == nil }
    findFrames()
    countHolds(reading)
    followPath()
  }

  // MARK: Frames

  private mutating func findFrames() {
    var open: [UInt64: [Int]] = [:]
    for (index, event) in events.enumerated() {
      if !threads.contains(event.thread) { threads.append(event.thread) }
      let stack = open[event.thread] ?? []
      for frame in stack { frames[frame].last = index }
      frameOfEvent.append(stack.last ?? -1)
      if let opening = Self.opening(event) {
        frameOfEvent[index] = frames.count
        frames.append(
          Frame(
            kind: opening.kind, thread: event.thread, first: index, last: index,
            depth: stack.count, title: opening.title))
        open[event.thread] = stack + [frames.count - 1]
      } else if let closed = Self.closing(event) {
        guard let place = stack.lastIndex(where: { closed(frames[$0], events) }) else { continue }
        frameOfEvent[index] = stack[place]
        frames[stack[place]].isClosed = true
        open[event.thread] = Array(stack[..<place])
      }
    }
  }

  private static func opening(_ event: Report.Evidence) -> (kind: Frame.Kind, title: String)? {
    switch event.event {
    case "DispatchEnter": (.dispatch, event.function ?? "dispatch routine")
    case "CompletionEnter": (.completion, event.function ?? "completion routine")
    case "CallbackEnter": (.callback, event.function ?? "callback")
    case "IoCallDriver", "PoCallDriver", "IoReleaseRemoveLockAndWait": (.call, event.event)
    default: nil
    }
  }

  /// Whether the event closes a frame, and which.
  private static func closing(
    _ event: Report.Evidence
  ) -> ((Frame, [Report.Evidence]) -> Bool)? {
    switch event.event {
    case "DispatchExit": { frame, _ in frame.kind == .dispatch }
    case "CompletionExit": { frame, _ in frame.kind == .completion }
    case "CallbackExit": { frame, _ in frame.kind == .callback }
    case "IoCallDriverReturn", "PoCallDriverReturn", "IoReleaseRemoveLockAndWaitReturn":
      { frame, events in
        frame.kind == .call && events[frame.first].event + "Return" == event.event
      }
    default: nil
    }
  }

  /// Whether other events of the thread are within a frame.
  func hasInside(_ frame: Int) -> Bool {
    let frame = frames[frame]
    return events.indices.contains { index in
      index > frame.first && index < frame.last && events[index].thread == frame.thread
    }
  }

  // MARK: The lock

  /// Whether the status in the event's words is a success.
  static func succeeded(_ event: Report.Evidence) -> Bool {
    guard let text = event.text, let arrow = text.firstRange(of: "→ ") else { return false }
    let name = text[arrow.upperBound...].prefix { $0 != "," && $0 != " " }
    return NTStatus(name: name)?.isSuccess ?? false
  }

  private static let releases = Set(
    EventKind.allCases.filter(\.isRemoveLockRelease).map(\.name))

  /// Follows the lock as the model has it: the evidence says which acquisition a release took. Where SDV counts
  /// it takes the last one, whatever its tag.
  private mutating func countHolds(_ reading: Reading) {
    guard events.contains(where: { $0.event.contains("RemoveLock") }),
      reading == .sdv
        || events.allSatisfy({ $0.releases != nil || !Self.releases.contains($0.event) })
    else { return }
    var open: [UInt64] = []
    for event in events {
      switch event.event {
      case "IoAcquireRemoveLock" where Self.succeeded(event): open.append(event.line)
      case let name where Self.releases.contains(name):
        let taken = reading == .sdv ? open.last : event.releases
        if let place = open.lastIndex(where: { $0 == taken }) { open.remove(at: place) }
      // Nothing is held any more, also where a release is not in the trace.
      case "IoReleaseRemoveLockAndWaitReturn": open = []
      default: break
      }
      held.append(open.count)
    }
  }

  // MARK: The automaton

  private mutating func followPath() {
    guard let path = finding.path, let first = path.first else { return }
    var state = first.from
    var next = 0
    for (index, event) in events.enumerated() {
      while next < path.count, path[next].trace == event.trace, path[next].line <= event.line {
        guard path[next].to != nil || index == deciding else { break }
        state = path[next].to ?? ""
        next += 1
      }
      states.append(state)
    }
  }

  /// The number of the event at a line, from 1, as the pictures show it.
  func number(ofLine line: UInt64, trace: String?) -> Int? {
    events.firstIndex { $0.line == line && $0.trace == trace }.map { $0 + 1 }
  }

  /// A thread's number as the trace names it.
  static func name(ofThread thread: UInt64) -> String { "thread 0x" + String(thread, radix: 16) }
}
