/// Events that are one fact of an ``EventRule``.
public struct EventPattern: Sendable, Hashable {
  /// The kinds of event; empty for a custom event.
  public var kinds: Set<EventKind>
  /// The name of an event that the format does not know.
  public var customName: String?
  /// Fields of such an event that are kept beside those that the conditions and the rule's subject
  /// name.
  public var fields: [String]
  /// What the event must satisfy beside.
  public var conditions: [EventCondition]

  /// Events of these kinds.
  public static func event(_ kinds: EventKind..., when conditions: EventCondition...)
    -> EventPattern
  {
    EventPattern(kinds: Set(kinds), customName: nil, fields: [], conditions: conditions)
  }

  /// Events with a name that the format does not know, for example `MyDriverStart`. The reader keeps
  /// them because the rule asks for them, with the fields that the format knows and these of one's own.
  /// Fields that the conditions name, and the rule's subject, need not be listed; those that are listed
  /// beside are shown with the event in a report.
  public static func custom(
    _ name: String, fields: [String] = [], when conditions: EventCondition...
  ) -> EventPattern {
    EventPattern(kinds: [], customName: name, fields: fields, conditions: conditions)
  }

  /// Whether an event is one of those.
  func matches(_ event: Event, _ strings: StringTable) -> Bool {
    if let customName {
      guard event.isCustom(customName, in: strings) else { return false }
    } else if !kinds.contains(event.kind) {
      return false
    }
    return conditions.allSatisfy { $0.holds(for: event, strings: strings) }
  }
}

/// A vocabulary of facts that are events as they stand in the trace. An event is the first fact whose
/// pattern it fits.
public protocol EventVocabulary: FactVocabulary {
  /// The events that are this fact.
  var pattern: EventPattern { get }
}

/// What an ``EventRule`` keeps one machine for each of.
public enum EventSubject: Sendable, Hashable {
  /// Each thread (`tid`).
  case thread
  /// Each device object (`dev`).
  case device
  /// Each driver (`drv`).
  case driver
  /// Each IRP address (`irp`).
  case irp
  /// Each value of a field by its name, for example of a session's number: one of the rule's own events,
  /// or one that the format knows. Events without the field are about none. A number is the same
  /// whether it is written in decimal or in hex.
  case field(String)

  /// What there is one machine for, in words.
  public var words: String {
    switch self {
    case .thread: "thread"
    case .device: "device"
    case .driver: "driver"
    case .irp: "irp"
    case .field(let name): "value of \(name)"
    }
  }
}

/// A rule about the order of events, for one thread, device, driver, IRP or value of a field at a time:
/// for what the model of IRPs and remove locks does not know, such as a team's own events.
///
/// A machine begins with the first event of its subject that is a fact, and again from its start
/// after each verdict. A gap, and the end of the trace, leave it undecided.
public protocol EventRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// The events that it steps on, by names of its own.
  associatedtype Fact: EventVocabulary
  /// What there is one machine for each of.
  var subject: EventSubject { get }
  /// The automaton.
  var machine: Machine<State, Fact> { get }
}

/// A rule that is no finite automaton: it supplies a monitor of its own.
public protocol MonitorRule: RuleDescription {
  /// What the rule is about, in words.
  var scopeInWords: String { get }
  /// Events beyond the format that the monitor needs, with the fields that it looks at; none where the
  /// rule does not say.
  var customEvents: [CustomEvent] { get }
  /// A monitor at the start of a trace.
  func makeMonitor(in reading: Reading) -> any Monitor
}

extension MonitorRule {
  /// None.
  public var customEvents: [CustomEvent] { [] }
}

/// What watches a trace for a ``MonitorRule``. It is handed the events in batches, in order;
/// ``EventKind/traceLost`` and ``EventKind/malformed`` among them are gaps, after which it must not
/// report what may have happened in them.
public protocol Monitor: Sendable {
  /// Takes the next events.
  mutating func take(
    _ events: ArraySlice<Event>, strings: StringTable, verdicts: inout MonitorVerdicts)
  /// The trace has ended.
  mutating func finish(verdicts: inout MonitorVerdicts)
}

/// Where a monitor puts its verdicts.
public struct MonitorVerdicts: Sendable {
  struct Report: Sendable {
    var message: String
    var event: Event
    var evidence: [Event]
  }
  var reports: [Report] = []
  var passed: UInt64 = 0
  var undecided: UInt64 = 0

  /// The rule is violated by `event`; `evidence` are the events that led there, in order.
  public mutating func report(_ message: String, at event: Event, evidence: [Event] = []) {
    reports.append(Report(message: message, event: event, evidence: evidence))
  }
  /// The rule was armed and has been kept.
  public mutating func pass() { passed += 1 }
  /// The rule was armed, and nobody can tell.
  public mutating func undecide() { undecided += 1 }
}
