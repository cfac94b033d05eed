/// A machine compiled to bytes: for each fact that it answers to a column with one action for each state.
/// So it costs nothing to have facts in a vocabulary that a machine does not ask for.
package struct MachineTable: Sendable {
  /// One action in a byte.
  struct Action: Hashable, Sendable {
    var rawValue: UInt8
    static let ignore = Action(rawValue: 0)
    static let halt = Action(rawValue: 1)
    static let pass = Action(rawValue: 2)
    static let disarm = Action(rawValue: 3)
    static let yield = Action(rawValue: 4)
    /// What happens depends on the event: see ``MachineTable/choices``.
    static func choice(_ number: Int) -> Action { Action(rawValue: UInt8(8 + number)) }
    var isChoice: Bool { rawValue >= 8 && rawValue < 0x40 }
    /// Whether it goes to another state, and no more.
    @inline(__always) var isGo: Bool { rawValue & 0xC0 == 0x40 }
    static func go(_ state: UInt8) -> Action { Action(rawValue: 0x40 | state) }
    static func passAndGo(_ state: UInt8) -> Action { Action(rawValue: 0x80 | state) }
    static func report(_ message: Int) -> Action { Action(rawValue: 0xC0 | UInt8(message)) }
    /// The state or message of the upper three kinds.
    var operand: Int { Int(rawValue & 0x3F) }
  }

  static let stateLimit = 32
  static let messageLimit = 64
  static let choiceLimit = 56

  /// Rows of one state and fact that ask for something of the event beside.
  struct Choice: Sendable {
    var alternatives: [(condition: EventCondition, action: Action)] = []
    var otherwise = Action.ignore
  }

  /// The names of the states, by number.
  package var stateNames: [String] { words.contents.stateNames }
  /// Row by row as declared, in words: for documentation, diagrams and error messages.
  package var rows: [Row] { words.contents.rows }
  /// The messages of the reports, by number.
  package let messages: [String]
  /// For each message whether it is a warning whatever the rule's severity is.
  let warnings: [Bool]
  /// The columns, one behind the other.
  let actions: [UInt8]
  /// Where the column of each fact begins, -1 for facts that no state answers to; facts behind the end have
  /// none either.
  private let columns: [Int32]
  let choices: [Choice]
  let start: UInt8
  let dormantStates: UInt32
  private let words: MachineWords

  /// A transition in words.
  package struct Row: Sendable, Hashable {
    /// The number of the state.
    package var state: Int
    /// The number of the fact.
    package var fact: Int
    /// The name of the fact in its vocabulary.
    package var factName: String
    /// What the fact says.
    package var factMeaning: String
    /// What the event must satisfy beside, where it must.
    package var condition: EventCondition?
    /// The number of the next state, where there is one.
    package var next: Int?
    /// What happens.
    package var kind: Kind
    /// The message of a report.
    package var message: String?
    /// Whether it is a warning whatever the rule's severity is.
    package var isWarning = false

    /// The kinds of outcome.
    package enum Kind: String, Sendable {
      /// What ``Outcome`` calls the same.
      case go, report, halt, pass, passAndGo, disarm, yield
    }
  }

  /// What a row does, in words.
  package func outcome(of row: Row) -> String {
    switch row.kind {
    case .go: row.next.map { stateNames[$0] } ?? ""
    case .report: "\(row.isWarning ? "warning" : "report"): \(row.message ?? "")"
    case .halt: "undecided"
    case .pass: "passed"
    case .passAndGo: "passed, \(row.next.map { stateNames[$0] } ?? "")"
    case .disarm: "not armed"
    case .yield: "left to another rule"
    }
  }

  /// The number of the first state.
  package var startState: Int { Int(start) }

  /// Whether the rule is not armed yet in a state.
  @inline(__always)
  package func isDormant(_ state: Int) -> Bool { dormantStates & (1 << UInt32(state)) != 0 }

  /// Where the column of a fact begins in ``actions``; nil where no state answers to it.
  func column(of fact: UInt8) -> Int? {
    guard Int(fact) < columns.count, columns[Int(fact)] >= 0 else { return nil }
    return Int(columns[Int(fact)])
  }

  func action(_ state: UInt8, _ fact: UInt8) -> Action {
    column(of: fact).map { Action(rawValue: actions[$0 + Int(state)]) } ?? .ignore
  }

  /// The action for an event, with the condition of its row; nil where there is no row.
  func resolve(
    state: UInt8, fact: UInt8, _ event: Event, _ strings: StringTable
  ) -> (action: Action, condition: EventCondition?)? {
    let found = action(state, fact)
    if found == .ignore { return nil }
    guard found.isChoice else { return (found, nil) }
    let (chosen, condition) = resolve(found, event, strings)
    return chosen == .ignore ? nil : (chosen, condition)
  }

  /// The action of a row with conditions for an event, and the condition that holds; ``Action/ignore`` where
  /// none does.
  func resolve(
    _ found: Action, _ event: Event, _ strings: StringTable
  ) -> (action: Action, condition: EventCondition?) {
    let choice = choices[Int(found.rawValue) - 8]
    let (chosen, alternative) = choice.resolve(event, strings)
    return (chosen, alternative.map { choice.alternatives[$0].condition })
  }

  /// No machine: the rule has a monitor of its own.
  init(handWritten: Void) {
    words = MachineWords { MachineWords.Contents(stateNames: [], rows: []) }
    messages = []
    warnings = []
    actions = []
    columns = []
    choices = []
    start = 0
    dormantStates = 0
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
    var builder = TableBuilder(states: states.count)
    for (number, transition) in machine.transitions.enumerated() {
      try builder.add(transition, number, rule)
    }
    let (rows, messages) = (builder.rows, builder.messages.map(\.text))
    let warnings = builder.messages.map(\.isWarning)
    self.messages = messages
    self.warnings = warnings
    words = MachineWords {
      let facts = CaseNames.of(Fact.self)
      return MachineWords.Contents(
        stateNames: CaseNames.of(State.self),
        rows: rows.map { row in
          row.inWords(
            factName: facts[Int(row.fact)], meaning: Fact(rawValue: row.fact)?.meaning ?? "",
            messages, warnings)
        })
    }
    (actions, columns) = builder.columns
    choices = builder.choices
    start = machine.start.rawValue
    dormantStates = machine.dormant.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    try checkReachability(rows, states: states.count, rule: rule)
  }

  private func checkReachability(
    _ rows: [CompiledRow], states: Int, rule: String
  ) throws(RuleDefinitionError) {
    var reached: UInt32 = 1 << UInt32(start)
    var open = [start]
    while let state = open.popLast() {
      for row in rows where row.state == state {
        guard let next = row.next, reached & 1 << UInt32(next) == 0 else { continue }
        reached |= 1 << UInt32(next)
        open.append(next)
      }
    }
    let leaving = rows.reduce(UInt32(0)) { $0 | 1 << UInt32($1.state) }
    for state in 0..<states {
      let isReached = reached & 1 << UInt32(state) != 0
      let hasRows = leaving & 1 << UInt32(state) != 0
      // A state without rows that nothing leads to is one of the other reading.
      if hasRows == isReached { continue }
      let name = stateNames[state]
      let remedy =
        hasRows
        ? "to the state \(name); add one with .go(.\(name)), or take the rows of that state out"
        : "out of the state \(name); add one that begins with on(.\(name), and ends in .report, "
          + ".pass or .halt"
      throw RuleDefinitionError(rule: rule, message: "no row leads " + remedy)
    }
    guard rows.contains(where: { $0.kind == .report }) else {
      throw RuleDefinitionError(
        rule: rule, message: "no row reports a violation; add one with .report(\"what is wrong\")")
    }
  }
}

/// Fills a machine's table row by row.
private struct TableBuilder {
  /// For each fact, as far as facts occur, the actions of all states.
  var table: [UInt8] = []
  let states: Int
  var rows: [CompiledRow] = []
  /// For each of `rows` its number in the rule.
  var numbers: [Int] = []
  var messages: [Message] = []
  var choices: [MachineTable.Choice] = []

  struct Message: Hashable {
    var text: String
    var isWarning: Bool
  }

  init(states: Int) { self.states = states }

  /// The columns with an action, and where that of each fact begins.
  var columns: (actions: [UInt8], starts: [Int32]) {
    var actions: [UInt8] = []
    var starts: [Int32] = []
    for start in stride(from: 0, to: table.count, by: states) {
      let column = table[start..<start + states]
      let isEmpty = column.allSatisfy { $0 == MachineTable.Action.ignore.rawValue }
      starts.append(isEmpty ? -1 : Int32(actions.count))
      if !isEmpty { actions += column }
    }
    return (actions, starts)
  }

  mutating func add<State: MachineState, Fact: FactVocabulary>(
    _ transition: Transition<State, Fact>, _ number: Int, _ rule: String
  ) throws(RuleDefinitionError) {
    let (action, row) = try compile(transition, number, rule)
    let column = Int(transition.fact.rawValue) * states
    if table.count < column + states {
      table += [UInt8](repeating: 0, count: column + states - table.count)
    }
    for state in transition.states {
      let place = column + Int(state.rawValue)
      let isFree =
        transition.condition == nil
        ? set(action, place) : try addAlternative(transition.condition, action, place, rule)
      guard isFree else {
        throw RuleDefinitionError(
          rule: rule,
          message: ambiguity(transition.fact, state, transition.condition, number))
      }
      var inState = row
      inState.state = state.rawValue
      rows.append(inState)
      numbers.append(number)
    }
  }

  /// Says which two rows of a rule answer to the same.
  private func ambiguity<State: MachineState, Fact: FactVocabulary>(
    _ fact: Fact, _ state: State, _ condition: EventCondition?, _ number: Int
  ) -> String {
    let first = rows.indices.first {
      rows[$0].state == state.rawValue && rows[$0].fact == fact.rawValue
        && rows[$0].condition == condition
    }
    let words = condition.map { " when \($0.words)" } ?? ""
    return "row \(number + 1) answers to \(fact)\(words) in state \(state), as row "
      + "\(first.map { numbers[$0] + 1 } ?? 0) does; take one of them out, or give one a condition "
      + "with when:"
  }

  /// Sets the action of a place, unless it has one.
  private mutating func set(_ action: MachineTable.Action, _ place: Int) -> Bool {
    let old = MachineTable.Action(rawValue: table[place])
    if old.isChoice {
      let choice = Int(old.rawValue) - 8
      guard choices[choice].otherwise == .ignore else { return false }
      choices[choice].otherwise = action
      return true
    }
    guard old == .ignore else { return false }
    table[place] = action.rawValue
    return true
  }

  private mutating func addAlternative(
    _ condition: EventCondition?, _ action: MachineTable.Action, _ place: Int, _ rule: String
  ) throws(RuleDefinitionError) -> Bool {
    guard let condition else { return false }
    let old = MachineTable.Action(rawValue: table[place])
    if !old.isChoice {
      guard choices.count < MachineTable.choiceLimit else {
        throw RuleDefinitionError(
          rule: rule,
          message: "more than \(MachineTable.choiceLimit) states and facts have conditions")
      }
      choices.append(MachineTable.Choice(otherwise: old))
      table[place] = MachineTable.Action.choice(choices.count - 1).rawValue
    }
    let choice = Int(table[place]) - 8
    if choices[choice].alternatives.contains(where: { $0.condition == condition }) { return false }
    choices[choice].alternatives.append((condition, action))
    return true
  }

  private mutating func compile<State: MachineState, Fact: FactVocabulary>(
    _ transition: Transition<State, Fact>, _ number: Int, _ rule: String
  ) throws(RuleDefinitionError) -> (MachineTable.Action, CompiledRow) {
    var row = CompiledRow(fact: transition.fact.rawValue, condition: transition.condition)
    let action: MachineTable.Action
    switch transition.outcome {
    case .go(let state):
      action = .go(state.rawValue)
      row.next = state.rawValue
    case .passAndGo(let state):
      action = .passAndGo(state.rawValue)
      row.next = state.rawValue
      row.kind = .passAndGo
    case .report(let text):
      action = try report(Message(text: text, isWarning: false), &row, number, rule)
    case .warn(let text):
      action = try report(Message(text: text, isWarning: true), &row, number, rule)
    case .halt: (action, row.kind) = (.halt, .halt)
    case .pass: (action, row.kind) = (.pass, .pass)
    case .disarm: (action, row.kind) = (.disarm, .disarm)
    case .yield: (action, row.kind) = (.yield, .yield)
    }
    return (action, row)
  }

  private mutating func report(
    _ message: Message, _ row: inout CompiledRow, _ number: Int, _ rule: String
  ) throws(RuleDefinitionError) -> MachineTable.Action {
    let known = messages.firstIndex(of: message)
    if known == nil { messages.append(message) }
    guard messages.count <= MachineTable.messageLimit else {
      throw RuleDefinitionError(
        rule: rule, message: "row \(number + 1) is the 65th message; 64 are possible")
    }
    let place = known ?? messages.count - 1
    row.message = place
    row.kind = .report
    return .report(place)
  }
}

extension MachineTable.Choice {
  /// The action for an event, and which alternative it is; nil for the row without a condition.
  func resolve(
    _ event: Event, _ strings: StringTable
  ) -> (action: MachineTable.Action, alternative: Int?) {
    for (number, alternative) in alternatives.enumerated()
    where alternative.condition.holds(for: event, strings: strings) {
      return (alternative.action, number)
    }
    return (otherwise, nil)
  }
}
