/// What a reader says about a place in a trace: what is wrong there and what was expected.
public struct TraceDiagnostic: Sendable, Hashable {
  /// The line.
  public var position: TracePosition
  /// The byte in the line, counted from 1.
  public var column: Int
  /// Lower case, no final full stop.
  public var message: String

  /// Makes a diagnostic.
  public init(position: TracePosition, column: Int, message: String) {
    self.position = position
    self.column = column
    self.message = message
  }
}

/// What a trace is made of, counted.
public struct TraceCounts: Sendable, Hashable {
  /// Bytes read, before any conversion from UTF-16.
  public var bytes: UInt64 = 0
  /// Lines read.
  public var lines: UInt64 = 0
  /// Events understood; malformed and unknown ones are not among them.
  public var events: UInt64 = 0
  /// Lines that hold no event.
  public var skipped: UInt64 = 0
  /// Events that could not be read.
  public var malformed: UInt64 = 0
  /// Events with an unknown name.
  public var unknownEvents: UInt64 = 0
  /// Unknown fields, unknown words and unknown status names on known events.
  public var unknownFields: UInt64 = 0
  /// `TraceLost` events.
  public var lost: UInt64 = 0

  /// Nothing yet.
  public init() {}

  /// The sums of two counts.
  public static func += (a: inout Self, b: Self) {
    // A file can claim any number of lines: the largest number stands for what is beyond it.
    for count in [
      \TraceCounts.bytes, \.lines, \.events, \.skipped, \.malformed, \.unknownEvents,
      \.unknownFields,
      \.lost,
    ] as [WritableKeyPath<TraceCounts, UInt64>] {
      let (sum, overflow) = a[keyPath: count].addingReportingOverflow(b[keyPath: count])
      a[keyPath: count] = overflow ? .max : sum
    }
  }
}

/// The events of a piece of a trace, in order. Malformed events stand among them as
/// ``EventKind/malformed``, so that the gap they make is in its place.
public struct EventBatch: Sendable, Equatable {
  /// In the order of the trace.
  public var events: [Event] = []
  /// One for each malformed event, in order, up to ``diagnosticLimit``.
  public var diagnostics: [TraceDiagnostic] = []
  /// What the piece held.
  public var counts = TraceCounts()
  /// The names of the events that are counted as unknown.
  public var unknown = UnknownEvents()

  /// How many malformed events of a batch are told about: nobody reads more, and a piece of a trace may
  /// hold thousands.
  public static let diagnosticLimit = 1024

  /// An empty batch.
  public init() {}

  /// Adds what is to be said about the malformed event that was added last.
  mutating func add(_ diagnostic: @autoclosure () -> TraceDiagnostic) {
    if diagnostics.count < Self.diagnosticLimit { diagnostics.append(diagnostic()) }
  }

  /// Gives memory back that an empty batch need not keep: pieces with so many events are rare.
  mutating func shrink() {
    if events.capacity > Self.keptEvents { events = [] }
  }

  /// For so many events a batch keeps memory.
  static let keptEvents = 1 << 14

  /// Empties the batch and keeps its memory.
  public mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    diagnostics.removeAll(keepingCapacity: true)
    counts = TraceCounts()
    unknown.removeAll()
  }

  /// Adds what comes next in the trace.
  package mutating func append(_ next: EventBatch) {
    events += next.events
    diagnostics += next.diagnostics
    counts += next.counts
    unknown += next.unknown
  }
}

extension EventBatch {
  /// Counts an event with an unknown name.
  mutating func countUnknown(_ name: UnsafeBufferPointer<UInt8>, at position: TracePosition) {
    counts.unknownEvents += 1
    unknown.add(name, at: position)
  }
}
