/// A machine compiled to bytes: one action for each state and fact.
public struct MachineTable: Sendable {
  /// One action in a byte.
  struct Action: Hashable, Sendable {
    var rawValue: UInt8
    static let ignore = Action(rawValue: 0)
    static let halt = Action(rawValue: 1)
    static let pass = Action(rawValue: 2)
    static let disarm = Action(rawValue: 3)
    static let yield = Action(rawValue: 4)
    static func go(_ state: UInt8) -> Action { Action(rawValue: 0x40 | state) }
    static func passAndGo(_ state: UInt8) -> Action { Action(rawValue: 0x80 | state) }
    static func report(_ message: Int) -> Action { Action(rawValue: 0xC0 | UInt8(message)) }
    /// The state or message of the upper three kinds.
    var operand: Int { Int(rawValue & 0x3F) }
  }

  static let factCount = 64
  static let stateLimit = 32
  static let messageLimit = 64

  /// The names of the states, by number.
  public let stateNames: [String]
  /// Row by row as declared, in words: for documentation, diagrams and error messages.
  public let rows: [Row]
  /// The messages of the reports, by number.
  public let messages: [String]
  let actions: [UInt8]
  let start: UInt8
  let dormantStates: UInt32
  /// The facts that any state answers to, one bit each.
  let interest: UInt64

  /// A transition in words.
  public struct Row: Sendable, Hashable {
    /// The number of the state.
    public var state: Int
    /// The number of the fact.
    public var fact: Int
    /// The name of the fact in its vocabulary.
    public var factName: String
    /// What the fact says.
    public var factMeaning: String
    /// The number of the next state, where there is one.
    public var next: Int?
    /// What happens.
    public var kind: Kind
    /// The message of a report.
    public var message: String?

    /// The kinds of outcome.
    public enum Kind: String, Sendable { case go, report, halt, pass, passAndGo, disarm, yield }
  }

  /// What a row does, in words.
  public func outcome(of row: Row) -> String {
    switch row.kind {
    case .go: row.next.map { stateNames[$0] } ?? ""
    case .report: "report: \(row.message ?? "")"
    case .halt: "undecided"
    case .pass: "passed"
    case .passAndGo: "passed, \(row.next.map { stateNames[$0] } ?? "")"
    case .disarm: "not armed"
    case .yield: "left to another rule"
    }
  }

  /// The number of the first state.
  public var startState: Int { Int(start) }

  /// Whether the rule is not armed yet in a state.
  @inline(__always)
  public func isDormant(_ state: Int) -> Bool { dormantStates & (1 << UInt32(state)) != 0 }

  @inline(__always)
  func action(_ state: UInt8, _ fact: UInt8) -> Action {
    Action(rawValue: actions[Int(state) * Self.factCount + Int(fact)])
  }

  /// Compiles a machine. Ambiguous rows, unreachable states and states that lead nowhere are errors.
  init<State: MachineState, Fact: FactVocabulary>(_ machine: Machine<State, Fact>, rule: String)
    throws(RuleDefinitionError)
  {
    let states = Array(State.allCases)
    guard states.count <= Self.stateLimit, states.allSatisfy({ Int($0.rawValue) < states.count })
    else {
      throw RuleDefinitionError(
        rule: rule,
        message: "the states of \(State.self) need raw values from 0 to at most 31, without gaps")
    }
    var table = [UInt8](repeating: 0, count: states.count * Self.factCount)
    var rows: [Row] = []
    var messages: [String] = []
    var interest: UInt64 = 0
    for (number, transition) in machine.transitions.enumerated() {
      let (action, row) = try Self.compile(transition, number, &messages, rule)
      for state in transition.states {
        let place = Int(state.rawValue) * Self.factCount + Int(transition.fact.rawValue)
        guard table[place] == 0 else {
          throw RuleDefinitionError(
            rule: rule,
            message: "row \(number + 1) answers to \(transition.fact) in state \(state), "
              + "which an earlier row does")
        }
        table[place] = action.rawValue
        var inState = row
        inState.state = Int(state.rawValue)
        rows.append(inState)
      }
      interest |= 1 << UInt64(transition.fact.rawValue)
    }
    stateNames = states.map { String(describing: $0) }
    self.rows = rows
    self.messages = messages
    actions = table
    start = machine.start.rawValue
    dormantStates = machine.dormant.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    self.interest = interest
    try checkReachability(rule: rule)
  }

  private static func compile<State: MachineState, Fact: FactVocabulary>(
    _ transition: Transition<State, Fact>, _ number: Int, _ messages: inout [String],
    _ rule: String
  ) throws(RuleDefinitionError) -> (Action, Row) {
    var row = Row(
      state: 0, fact: Int(transition.fact.rawValue), factName: String(describing: transition.fact),
      factMeaning: transition.fact.meaning, kind: .go)
    let action: Action
    switch transition.outcome {
    case .go(let state):
      action = .go(state.rawValue)
      row.next = Int(state.rawValue)
    case .passAndGo(let state):
      action = .passAndGo(state.rawValue)
      row.next = Int(state.rawValue)
      row.kind = .passAndGo
    case .report(let message):
      let known = messages.firstIndex(of: message)
      if known == nil { messages.append(message) }
      guard messages.count <= messageLimit else {
        throw RuleDefinitionError(
          rule: rule, message: "row \(number + 1) is the 65th message; 64 are possible")
      }
      action = .report(known ?? messages.count - 1)
      row.message = message
      row.kind = .report
    case .halt: (action, row.kind) = (.halt, .halt)
    case .pass: (action, row.kind) = (.pass, .pass)
    case .disarm: (action, row.kind) = (.disarm, .disarm)
    case .yield: (action, row.kind) = (.yield, .yield)
    }
    return (action, row)
  }

  private func checkReachability(rule: String) throws(RuleDefinitionError) {
    var reached: Set<Int> = [startState]
    var open = [startState]
    while let state = open.popLast() {
      for row in rows where row.state == state {
        if let next = row.next, reached.insert(next).inserted { open.append(next) }
      }
    }
    for state in stateNames.indices {
      let hasRows = rows.contains { $0.state == state }
      if hasRows, !reached.contains(state) {
        throw RuleDefinitionError(
          rule: rule, message: "no row leads to the state \(stateNames[state])")
      }
      // A state without rows that nothing leads to is one of the other reading.
      if !hasRows, reached.contains(state) {
        throw RuleDefinitionError(
          rule: rule, message: "no row leads out of the state \(stateNames[state])")
      }
    }
    guard rows.contains(where: { $0.kind == .report }) else {
      throw RuleDefinitionError(rule: rule, message: "no row reports a violation")
    }
  }
}
