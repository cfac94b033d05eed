extension MachineDiagram {
  /// The automaton in the language of Graphviz.
  public static func dot(_ machine: MachineTable, name: String = "automaton") -> String {
    let graph = MachineGraph(machine)
    var out = "digraph \(quoted(name)) {\n  rankdir=LR\n"
    out += "  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=12]\n"
    out += "  edge [fontname=\"Helvetica\", fontsize=10]\n"
    if !graph.nodes.isEmpty { out += "  start [shape=point]\n" }
    for (number, node) in graph.nodes.enumerated() {
      let label = wrapped([graph.name(of: node)]).joined(separator: "\n")
      out += "  n\(number) [label=\(quoted(label))\(shape(of: node, machine))]\n"
      if node == .state(machine.startState) { out += "  start -> n\(number)\n" }
    }
    for (from, to, labels) in edges(of: graph) {
      out += "  n\(from) -> n\(to) [label=\(quoted(wrapped(labels).joined(separator: "\n")))]\n"
    }
    return out + "}\n"
  }

  private static func shape(of node: MachineGraph.Node, _ machine: MachineTable) -> String {
    switch node {
    case .state(let state):
      machine.isDormant(state) ? ", style=\"rounded,dashed\"" : ""
    case .report: ", shape=octagon, style=solid, color=firebrick"
    case .passed: ", shape=oval, style=solid, color=forestgreen"
    case .undecided, .notArmed, .leftToAnother: ", shape=oval, style=solid"
    }
  }

  /// Labels in lines that are not too long; several begin with a dot each.
  private static func wrapped(_ labels: [String]) -> [String] {
    labels.flatMap { label in
      var lines = TextMeasure.lines(label, width: 180, size: 12)
      if labels.count > 1 { lines[0] = "• " + lines[0] }
      return lines
    }
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case "\n": out += "\\n"
      case "\r", "\0": out += " "
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// The automaton as a Mermaid state diagram, which GitHub draws in Markdown.
  public static func mermaid(_ machine: MachineTable) -> String {
    let graph = MachineGraph(machine)
    var out = "stateDiagram-v2\n  direction LR\n"
    for (number, node) in graph.nodes.enumerated() {
      out += "  state \"\(mermaidText(graph.name(of: node)))\" as n\(number)\n"
      if node == .state(machine.startState) { out += "  [*] --> n\(number)\n" }
    }
    for (from, to, labels) in edges(of: graph) {
      let lines = wrapped(labels).map(mermaidText).joined(separator: "<br/>")
      out += "  n\(from) --> n\(to): \(lines)\n"
    }
    return out
  }

  /// Text without what means something to Mermaid: a colon ends a name, a semicolon a statement.
  private static func mermaidText(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case ":", ";": out += ","
      case "\"": out += "'"
      case "#", "<", ">", "&", "%", "{", "}", "[", "]", "\\", "`": out += "#\(scalar.value);"
      case "\n", "\r", "\0": out += " "
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// One edge for each pair of nodes, with what stands on it.
  private static func edges(of graph: MachineGraph) -> [(from: Int, to: Int, labels: [String])] {
    var edges: [(from: Int, to: Int, labels: [String])] = []
    for row in graph.machine.rows {
      guard let from = graph.nodes.firstIndex(of: .state(row.state)),
        let to = graph.nodes.firstIndex(of: MachineGraph.target(of: row))
      else { continue }
      let label = (row.kind == .passAndGo ? "passed: " : "") + MachineGraph.words(of: row)
      if let known = edges.firstIndex(where: { $0.from == from && $0.to == to }) {
        edges[known].labels.append(label)
      } else {
        edges.append((from, to, [label]))
      }
    }
    return edges
  }
}
