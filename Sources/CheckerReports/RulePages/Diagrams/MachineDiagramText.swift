import RuleEngine

extension MachineDiagram {
  /// The automaton in the language of Graphviz.
  package static func dot(_ machine: MachineTable, name: String = "automaton") -> String {
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
  package static func mermaid(_ machine: MachineTable) -> String {
    let graph = MachineGraph(machine)
    var out = "stateDiagram-v2\n  direction \(direction(of: graph))\n"
    for (number, node) in graph.nodes.enumerated() {
      out += "  state \"\(mermaidText(graph.name(of: node)))\" as n\(number)\n"
      if node == .state(machine.startState) { out += "  [*] --> n\(number)\n" }
    }
    for (from, to, labels) in edges(of: graph) {
      out += "  n\(from) --> n\(to): \(mermaidLabel(labels))\n"
    }
    return out + mermaidStyles(of: graph)
  }

  /// Mermaid takes a column for each state on the longest way, and a row for each end: downwards,
  /// a few ends are narrower than a few states; to the right, many ends are.
  private static func direction(of graph: MachineGraph) -> String {
    let states = graph.nodes.count { if case .state = $0 { true } else { false } }
    return states > 1 && graph.nodes.count - states <= 3 ? "TB" : "LR"
  }

  /// Mermaid breaks lines itself; a dot stays with the first word after it.
  private static func mermaidLabel(_ labels: [String]) -> String {
    let texts = labels.map(mermaidText)
    return texts.count == 1 ? texts[0] : texts.map { "•\u{A0}" + $0 }.joined(separator: "<br/>")
  }

  /// Only strokes: the ground and the writing are the page's, light or dark.
  private static func mermaidStyles(of graph: MachineGraph) -> String {
    let styles = [
      ("violation", "stroke:#b22222,stroke-width:3px"),
      ("passed", "stroke:#228b22,stroke-width:3px"),
      ("dormant", "stroke-dasharray:4"),
    ]
    var out = ""
    for (name, style) in styles {
      let nodes = graph.nodes.indices.filter {
        mermaidStyle(of: graph.nodes[$0], graph.machine) == name
      }
      guard !nodes.isEmpty else { continue }
      out += "  classDef \(name) \(style)\n"
      out += "  class \(nodes.map { "n\($0)" }.joined(separator: ",")) \(name)\n"
    }
    return out
  }

  private static func mermaidStyle(
    of node: MachineGraph.Node, _ machine: MachineTable
  ) -> String? {
    switch node {
    case .state(let state): machine.isDormant(state) ? "dormant" : nil
    case .report: "violation"
    case .passed: "passed"
    case .undecided, .notArmed, .leftToAnother: nil
    }
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
