import CheckerReports
import RuleEngine

/// A line on the terminal that says how far a long run is.
struct Progress {
  private let output: CommandOutput
  private let isOn: Bool
  private let start = ContinuousClock.now
  private var last = ContinuousClock.now
  private var bytes: UInt64 = 0
  private var events: UInt64 = 0
  private var isShown = false

  init(_ output: CommandOutput, isOn: Bool) {
    self.output = output
    self.isOn = isOn && output.isTerminal
  }

  /// Counts on; shows the line where the run takes longer than a second.
  mutating func add(_ counts: TraceCounts) {
    guard isOn else { return }
    bytes += counts.bytes
    events += counts.events
    let now = ContinuousClock.now
    guard now - start > .seconds(1), now - last > .milliseconds(200) || !isShown else { return }
    last = now
    isShown = true
    let seconds = (now - start) / .seconds(1)
    let rate = UInt64(Double(events) / seconds)
    output.write(
      "\r\u{1B}[K\(TextLayout.grouped(bytes >> 20)) MB, \(TextLayout.grouped(events)) events, "
        + "\(TextLayout.grouped(rate)) events/s")
  }

  /// Takes the line away.
  mutating func clear() {
    if isShown { output.write("\r\u{1B}[K") }
    isShown = false
  }
}
