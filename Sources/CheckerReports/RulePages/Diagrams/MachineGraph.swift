import RuleEngine

/// A machine as a graph to draw: its states, its ends, and arrows that stand for rows.
struct MachineGraph {
  /// A state, or one of the ways in which a machine ends.
  enum Node: Hashable {
    case state(Int)
    case report(String)
    case passed, undecided, notArmed, leftToAnother
  }

  /// Rows with the same outcome in the same states.
  struct Arrow {
    /// The states it comes from.
    var sources: [Int]
    var target: Node
    /// Whether the rule counts as kept on the way to the next state.
    var passes: Bool
    /// Indices of rows; those of one fact stand together.
    var rows: [Int]
    /// Whether it leads back to a state that its source comes after.
    var leadsBack = false
    var isLoop: Bool { target == .state(sources[0]) && sources.count == 1 }
  }

  let machine: MachineTable
  /// The nodes: states that occur in the order of their numbers, then ends in the order of the rows.
  private(set) var nodes: [Node] = []
  private(set) var arrows: [Arrow] = []
  /// For each state how many states come before it at most.
  private(set) var depths: [Int]

  init(_ machine: MachineTable) {
    self.machine = machine
    depths = Array(repeating: 0, count: machine.stateNames.count)
    guard !machine.rows.isEmpty else { return }
    let occurring = Set(
      machine.rows.flatMap { [$0.state] + ($0.next.map { [$0] } ?? []) } + [machine.startState])
    nodes = occurring.sorted().map { Node.state($0) }
    for row in machine.rows {
      let node = Self.target(of: row)
      if !nodes.contains(node) { nodes.append(node) }
    }
    let back = backSteps()
    setDepths(back)
    group(back)
  }

  static func target(of row: MachineTable.Row) -> Node {
    switch row.kind {
    case .go, .passAndGo: .state(row.next ?? row.state)
    case .report: .report(row.message ?? "")
    case .halt: .undecided
    case .pass: .passed
    case .disarm: .notArmed
    case .yield: .leftToAnother
    }
  }

  private struct Step: Hashable {
    var from: Int
    var to: Int
  }

  /// The steps that close a cycle, found by a walk in depth from the start.
  private func backSteps() -> Set<Step> {
    var back: Set<Step> = []
    var finished: Set<Int> = []
    var open: [(state: Int, rest: [Int])] = []
    var isOpen: Set<Int> = []
    func enter(_ state: Int) {
      open.append((state, machine.rows.filter { $0.state == state }.compactMap(\.next)))
      isOpen.insert(state)
    }
    enter(machine.startState)
    while let top = open.last {
      guard let next = top.rest.first else {
        isOpen.remove(top.state)
        finished.insert(top.state)
        open.removeLast()
        continue
      }
      open[open.count - 1].rest.removeFirst()
      if isOpen.contains(next) {
        back.insert(Step(from: top.state, to: next))
      } else if !finished.contains(next) {
        enter(next)
      }
    }
    return back
  }

  private mutating func setDepths(_ back: Set<Step>) {
    let steps = Set(
      machine.rows.compactMap { row in row.next.map { Step(from: row.state, to: $0) } }
    ).subtracting(back)
    // As many rounds as there are states suffice: the steps that are left have no cycle.
    for _ in depths.indices {
      for step in steps { depths[step.to] = max(depths[step.to], depths[step.from] + 1) }
    }
  }

  private struct FactKey: Hashable {
    var target: Node
    var passes: Bool
    var fact: Int
    var condition: EventCondition?
    /// The source of a step back, which stands alone.
    var alone: Int?
  }

  private struct ArrowKey: Hashable {
    var target: Node
    var passes: Bool
    var sources: [Int]
  }

  private mutating func group(_ back: Set<Step>) {
    var facts: [(key: FactKey, rows: [Int])] = []
    var places: [FactKey: Int] = [:]
    for (index, row) in machine.rows.enumerated() {
      let isBack = row.next.map { back.contains(Step(from: row.state, to: $0)) } ?? false
      let key = FactKey(
        target: Self.target(of: row), passes: row.kind == .passAndGo, fact: row.fact,
        condition: row.condition, alone: isBack ? row.state : nil)
      if let place = places[key] {
        facts[place].rows.append(index)
      } else {
        places[key] = facts.count
        facts.append((key, [index]))
      }
    }
    var known: [ArrowKey: Int] = [:]
    for (key, rows) in facts {
      let sources = rows.map { machine.rows[$0].state }
      let arrow = ArrowKey(target: key.target, passes: key.passes, sources: sources)
      if let place = known[arrow] {
        arrows[place].rows += rows
      } else {
        known[arrow] = arrows.count
        arrows.append(
          Arrow(
            sources: sources, target: key.target, passes: key.passes, rows: rows,
            leadsBack: key.alone != nil && key.target != .state(sources[0])))
      }
    }
  }

  /// The rows of an arrow, one for each fact and condition.
  func facts(of arrow: Arrow) -> [MachineTable.Row] {
    var found: [MachineTable.Row] = []
    for row in arrow.rows.map({ machine.rows[$0] })
    where !found.contains(where: { $0.fact == row.fact && $0.condition == row.condition }) {
      found.append(row)
    }
    return found
  }

  /// What is written in a node.
  func words(of node: Node) -> String {
    switch node {
    case .state(let state): MarkupText.words(machine.stateNames[state])
    case .report(let message): message
    case .passed: "passed"
    case .undecided: "undecided"
    case .notArmed: "not armed"
    case .leftToAnother: "left to another rule"
    }
  }

  /// What is written in a node where its kind is not drawn: a violation says that it is one.
  func name(of node: Node) -> String {
    if case .report(let message) = node { return "violation: " + message }
    return words(of: node)
  }

  /// What is written on an arrow for a row.
  static func words(of row: MachineTable.Row) -> String {
    row.factMeaning + (row.condition.map { ", \($0.words)" } ?? "")
  }
}
