/// How much of what happened the trace shows, and how much of that the model could keep.
struct Coverage: Sendable {
  /// How many gaps there have been.
  private(set) var gaps: UInt32 = 0
  /// Exits that matched no frame.
  private(set) var unmatchedExits: UInt64 = 0
  private var beginsWithTraceStart = false
  private var hasEvents = false
  /// The last event that was taken.
  private(set) var last: UInt64 = 0
  private var limitHits = [UInt64](repeating: 0, count: LimitKind.allCases.count)

  /// Whether nothing is missing so far: what has not been seen has not happened. A lock that fell out
  /// at a limit would come back as if it had never been initialised.
  var isWhole: Bool { beginsWithTraceStart && gaps == 0 && hits(.locks) == 0 }

  /// Whether the trace begins with TraceStart, and has no gap so far.
  var isUninterrupted: Bool { beginsWithTraceStart && gaps == 0 }

  /// How often a limit was reached.
  func hits(_ limit: LimitKind) -> UInt64 { limitHits[Int(limit.rawValue)] }

  @inline(__always)
  mutating func eventTaken(_ event: Event) {
    hasEvents = true
    last = event.position.rawValue
  }

  mutating func traceStarted() { beginsWithTraceStart = beginsWithTraceStart || !hasEvents }

  mutating func gap() { gaps += 1 }

  mutating func exitUnmatched() { unmatchedExits += 1 }

  mutating func reached(_ limit: LimitKind) { limitHits[Int(limit.rawValue)] += 1 }
}
