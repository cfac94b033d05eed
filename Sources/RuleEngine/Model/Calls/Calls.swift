/// What is wrong with single calls, and what explains it.
///
/// Such a subject lives for one event: the room keeps of it what a report needs beside the event, until the next
/// call is judged.
struct Calls: Sendable {
  /// For each kind of event what rules ask of it: bits of ``Asked``. Given by the checker, which knows the rules.
  private var asked: [Asked]
  /// What explains the facts about the call at ``explained``, oldest first.
  private var earlier: [(fact: UInt8, event: EarlierEvent)] = []
  private var explained: UInt64 = 0
  /// Of the last routine that returned at ``returned``, whose device it handled a request of, and its driver.
  private var caller: (device: UInt64, driver: UInt32) = (0, 0)
  private var returned: UInt64 = 0

  /// What is asked about events of a kind.
  struct Asked: OptionSet, Sendable {
    var rawValue: UInt8
    /// A rule lists the DDI.
    static let limit = Asked(rawValue: 1)
    /// A rule asks for what the model says of such a call.
    static let facts = Asked(rawValue: 2)
  }

  /// Nothing is asked.
  init() { asked = [Asked](repeating: [], count: EventKind.allCases.count) }

  /// Makes a room of which this is asked, by the raw values of kinds.
  init(asked: [Asked]) { self.asked = asked }

  /// The fields that tell the IRQL of a call.
  @inline(__always)
  private static var levels: FieldSet {
    FieldSet(
      rawValue: 1 << UInt64(Field.irql.rawValue) | 1 << UInt64(Field.oldirql.rawValue))
  }

  /// What is asked of an event; nothing where it does not tell an IRQL.
  @inline(__always)
  func asked(of event: Event) -> Asked {
    if event.fields.isDisjoint(with: Self.levels) { return [] }
    return asked[Int(event.kind.rawValue)]
  }

  /// Whether a rule is told what the model says of the event, which tells an IRQL.
  @inline(__always)
  func isTold(_ event: Event) -> Bool { asked(of: event).contains(.facts) }

  /// Adds a fact about a call. `memory` is the DDI that allocated what it frees; `because` explains what is wrong
  /// with it, where its event alone does not.
  mutating func tell(
    _ fact: CallFact, of event: Event, memory: EventKind? = nil, because: [EarlierEvent] = [],
    _ facts: inout FactSink
  ) {
    if !because.isEmpty {
      if explained != event.position.rawValue { earlier.removeAll(keepingCapacity: true) }
      explained = event.position.rawValue
      for event in because { earlier.append((fact.rawValue, event)) }
    }
    facts.add(fact.rawValue, about: .call, 0, operand: memory.map { UInt64($0.rawValue) } ?? 0)
  }

  /// The event is the return of a routine that handled a request of this device.
  mutating func returns(_ event: Event, device: UInt64, driver: UInt32) {
    (caller, returned) = ((device, driver), event.position.rawValue)
  }

  /// Whose device the routine that returns handled a request of; nil where the event is no return, or that is not
  /// known.
  func returning(_ event: Event) -> (device: UInt64, driver: UInt32)? {
    switch event.kind {
    case .dispatchExit, .completionExit, .callbackExit:
      returned == event.position.rawValue ? caller : nil
    default: nil
    }
  }

  /// What explains a fact about a call.
  func explanation(of fact: UInt8, about event: Event) -> [EarlierEvent] {
    guard explained == event.position.rawValue else { return [] }
    return earlier.filter { $0.fact == fact }.map(\.event)
  }
}

/// An event before a call that explains what is wrong with it.
struct EarlierEvent: Sendable {
  var stamp: EventStamp
  var kind: EventKind
  /// Its IRQL, or the one that it sets.
  var irql: UInt8?
  /// The IRQL before it, where it sets one.
  var old: UInt8?
}

extension Event {
  /// The IRQL at which the DDI was called. Those that raise it are logged at their return: then it is `oldirql`.
  /// Nil where it is not known.
  @inline(__always)
  var callerIRQL: UInt8? {
    switch kind {
    case .keAcquireSpinLock, .ioAcquireCancelSpinLock, .keRaiseIrql:
      has(.oldirql) ? oldIRQL : nil
    case .keAcquireInStackQueuedSpinLock: nil
    default: has(.irql) ? irql : nil
    }
  }
}
