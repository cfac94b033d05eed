/// Where and when something happened, kept for reports.
struct EventStamp: Sendable, BitwiseCopyable {
  var position: UInt64
  var thread: UInt64
  /// Nanoseconds; `Int64.min` where the trace names none.
  var timestamp: Int64
  var source: UInt32
  var function: UInt32

  static let noTimestamp = Int64.min
  static let none = EventStamp(
    position: 0, thread: 0, timestamp: noTimestamp, source: 0, function: 0)
}

extension EventStamp {
  @inline(__always)
  init(_ event: Event) {
    position = event.position.rawValue
    thread = event.thread
    timestamp = event.has(.ts) ? event.timestamp : Self.noTimestamp
    source = event.source.rawValue
    function = event.function.rawValue
  }

  /// Whether there is a place at all.
  var isNone: Bool { position == 0 }

  /// What tells it apart among the events of one finding: the lower half of its position.
  @inline(__always) var sign: UInt32 { UInt32(truncatingIfNeeded: position) }
}
