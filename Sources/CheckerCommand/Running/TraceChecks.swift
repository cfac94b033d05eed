import CheckerReports
import Dispatch
import RuleEngine
import Synchronization

/// Checks several traces, side by side where there is more than one job, and hands on what came of
/// them in their order, so that a report does not depend on the number of jobs.
final class TraceChecks: Sendable {
  private let check: TraceCheck
  private let traces: [[String]]
  private let workers: Int
  /// The next trace that nobody has begun.
  private let next = Atomic(0)
  private let outcomes: [Slot]
  /// Room for traces that are begun and not handed on: what came of one is kept until those before it
  /// are done.
  private let room: DispatchSemaphore

  private final class Slot: Sendable {
    let outcome = Mutex<TraceCheck.Outcome?>(nil)
    let isDone = DispatchSemaphore(value: 0)
  }

  /// As many traces are checked at once at most: with default limits one takes up to 64 MB, and a quarter of
  /// the memory is enough for all.
  private static let workerLimit = Int(
    clamping: max(1, (Platform.memoryBytes ?? 1 << 32) / 4 / (64 << 20)))

  init(_ check: TraceCheck, _ traces: [[String]]) {
    self.check = check
    self.traces = traces
    workers = min(check.settings.reader.jobs, traces.count, Self.workerLimit)
    outcomes = traces.map { _ in Slot() }
    room = DispatchSemaphore(value: 0)
  }

  /// Checks the traces and calls `take` for each of them in order. Traces that were not begun before
  /// Ctrl-C are left out.
  func run(_ errors: CommandOutput, take: ([String], TraceCheck.Outcome) -> Void) {
    var progress = CheckProgress(errors, check.settings)
    guard workers > 1 else {
      for paths in traces where !Interruption.isRequested {
        let outcome = check.run(paths, jobs: check.settings.reader.jobs) { progress.add(&$0, $1) }
        progress.clear()
        take(paths, outcome)
      }
      return
    }
    let queue = DispatchQueue(label: "traces", attributes: .concurrent)
    for _ in 0..<workers {
      room.signal()
      room.signal()
      queue.async { self.work() }
    }
    for (slot, paths) in zip(outcomes, traces) {
      slot.isDone.wait()
      let outcome = slot.outcome.withLock { outcome in
        defer { outcome = nil }
        return outcome
      }
      room.signal()
      guard let outcome else { continue }
      progress.add(outcome.counts)
      progress.clear()
      take(paths, outcome)
    }
  }

  private func work() {
    while true {
      room.wait()
      let number = next.add(1, ordering: .relaxed).oldValue
      guard number < traces.count else {
        room.signal()
        return
      }
      let jobs = max(1, check.settings.reader.jobs / workers)
      let isLeftOut = Interruption.isRequested
      let outcome = isLeftOut ? nil : check.run(traces[number], jobs: jobs)
      outcomes[number].outcome.withLock { $0 = outcome }
      outcomes[number].isDone.signal()
    }
  }
}

/// What is told on standard error while traces are checked.
private struct CheckProgress {
  private let errors: CommandOutput
  private let follows: Bool
  private var progress: Progress
  private var told: Set<String> = []

  init(_ errors: CommandOutput, _ settings: TraceCheck.Settings) {
    self.errors = errors
    follows = settings.follows
    progress = Progress(errors, isOn: !settings.isQuiet && !settings.follows)
  }

  mutating func add(_ counts: TraceCounts) { progress.add(counts) }

  mutating func add(_ outcome: inout TraceCheck.Outcome, _ counts: TraceCounts) {
    progress.add(counts)
    if follows { tell(&outcome) }
  }

  mutating func clear() { progress.clear() }

  /// Tells what was found since the last call, a line each; the report with the evidence follows at the end.
  /// A fault is told once, under the most specific of the rules that it breaks with one event.
  private mutating func tell(_ outcome: inout TraceCheck.Outcome) {
    let found = outcome.checker.takeAnnouncedFindings()
    if found.isEmpty { return }
    let ranks = RuleRanks(outcome.checker.rules, outcome.checker.options.reading)
    var heads: [Int] = []
    var members: [[Int]] = []
    for index in found.indices {
      let isSame = { (other: Int) in
        found[other].position == found[index].position && found[other].irp == found[index].irp
          && found[other].rule != found[index].rule
      }
      if let place = heads.firstIndex(where: isSame) {
        members[place].append(index)
        if ranks[found[index].rule] < ranks[found[heads[place]].rule] { heads[place] = index }
      } else {
        heads.append(index)
        members.append([index])
      }
    }
    for (head, members) in zip(heads, members) {
      let finding = found[head]
      let isNew = !told.contains(finding.fingerprint)
      // What goes with it is told by it, also where it comes alone another time.
      told.formUnion(members.map { found[$0].fingerprint })
      guard isNew else { continue }
      let place = finding.source.isEmpty ? "" : " (\(finding.source))"
      let file = outcome.files[min(finding.position.file, outcome.files.count - 1)].path
      errors.line(
        SafeText.escape(
          "\(file):\(finding.position.line): \(finding.severity.rawValue) \(finding.rule): "
            + "\(finding.message)\(place)"))
    }
  }
}
