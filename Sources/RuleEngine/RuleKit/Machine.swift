/// The states of a rule's machine: an enumeration with `UInt8` raw values from 0.
///
/// Rules name their states for what has happened, for example `watching`, `forwarded`.
public protocol MachineState: RawRepresentable<UInt8>, CaseIterable, Hashable, Sendable {}

/// What a row of a machine does.
public enum Outcome<State: MachineState>: Hashable, Sendable {
  /// Go to a state.
  case go(State)
  /// The rule is violated, with this message. The machine disarms: one fault, one finding.
  case report(String)
  /// As ``report(_:)``, and a warning whatever the rule's severity is.
  case warn(String)
  /// Nobody can tell any more: undecided.
  case halt
  /// The rule has been kept.
  case pass
  /// The rule has been kept, and the machine starts again in a state: a new arming.
  case passAndGo(State)
  /// The rule does not apply after all: no verdict, not armed.
  case disarm
  /// Another rule reports here: no verdict, wherever that rule's report would count.
  case yield
}

/// One row: in these states, on this fact, that happens.
public struct Transition<State: MachineState, Fact: FactVocabulary>: Sendable {
  /// The states the row applies in.
  public var states: [State]
  /// The fact it answers to.
  public var fact: Fact
  /// What the event must satisfy beside; rows with conditions are tried in their order, before the
  /// row without.
  public var condition: EventCondition?
  /// What it does.
  public var outcome: Outcome<State>
}

/// Makes a row for one state: `on(.watching, .forwardedUnheld, .report("…"))`.
public func on<State: MachineState, Fact: FactVocabulary>(
  _ state: State, _ fact: Fact, when condition: EventCondition? = nil, _ outcome: Outcome<State>
) -> Transition<State, Fact> {
  Transition(states: [state], fact: fact, condition: condition, outcome: outcome)
}

/// Makes a row for several states.
public func on<State: MachineState, Fact: FactVocabulary>(
  _ states: [State], _ fact: Fact, when condition: EventCondition? = nil,
  _ outcome: Outcome<State>
) -> Transition<State, Fact> {
  Transition(states: states, fact: fact, condition: condition, outcome: outcome)
}

/// A rule's automaton: states × facts → what happens. Facts without a row change nothing.
public struct Machine<State: MachineState, Fact: FactVocabulary>: Sendable {
  /// The state on arming.
  public var start: State
  /// States in which the rule is not armed yet: an end there counts for nothing.
  public var dormant: Set<State>
  /// The rows.
  public var transitions: [Transition<State, Fact>]

  /// Makes a machine.
  public init(
    start: State, dormant: Set<State> = [], _ transitions: [Transition<State, Fact>]
  ) {
    self.start = start
    self.dormant = dormant
    self.transitions = transitions
  }
}

/// What a fault in a rule's definition is: found when a checker is made, before any event is read.
public struct RuleDefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rule's id.
  public var rule: String
  /// What is wrong, and in which row.
  public var message: String
  /// Both, as one line.
  public var description: String { "rule \(rule): \(message)" }
}
