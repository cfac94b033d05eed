/// A rule's automaton as a diagram.
public enum RuleGraph {
  /// Mermaid, which GitHub and others draw.
  public static func mermaid(_ machine: MachineTable) -> String {
    var out = "stateDiagram-v2\n"
    for edge in edges(of: machine) {
      // A colon ends the name of a state, a semicolon a statement.
      let label = edge.label.map {
        ": " + $0.replacing(":", with: ",").replacing(";", with: ",")
      }
      out += "  \(edge.from == start ? "[*]" : edge.from) --> \(edge.to)\(label ?? "")\n"
    }
    return out
  }

  /// Graphviz DOT.
  public static func dot(_ machine: MachineTable, name: String) -> String {
    var out = "digraph \"\(name)\" {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"
    out += "  \"\(start)\" [shape=point];\n"
    for (ending, color) in endings where machine.rows.contains(where: { word($0) == ending }) {
      out += "  \"\(ending)\" [shape=box, style=filled, fillcolor=\"\(color)\"];\n"
    }
    for edge in edges(of: machine) {
      let label = edge.label.map { " [label=\"\($0.replacing("\"", with: "\\\""))\"]" } ?? ""
      out += "  \"\(edge.from)\" -> \"\(edge.to)\"\(label);\n"
    }
    return out + "}\n"
  }

  /// What a row does, in a word or two: a state's name, or how the rule ends.
  static func word(_ row: MachineTable.Row) -> String {
    switch row.kind {
    case .report: "violation"
    case .halt: "undecided"
    case .pass: "passed"
    case .disarm, .yield: "not_armed"
    case .go, .passAndGo: ""
    }
  }

  private static let start = "start"
  private static let endings = [
    ("violation", "#f4b6b6"), ("passed", "#bfe3bf"), ("undecided", "#e6e6e6"),
    ("not_armed", "#ffffff"),
  ]

  private struct Edge {
    var from: String
    var to: String
    var label: String?
  }

  private static func edges(of machine: MachineTable) -> [Edge] {
    guard machine.stateNames.indices.contains(machine.startState) else { return [] }
    var edges = [Edge(from: start, to: machine.stateNames[machine.startState], label: nil)]
    for row in machine.rows {
      var label = row.factMeaning
      if row.kind == .passAndGo { label += " (passed)" }
      edges.append(
        Edge(
          from: machine.stateNames[row.state],
          to: row.next.map { machine.stateNames[$0] } ?? word(row), label: label))
    }
    return edges
  }
}
