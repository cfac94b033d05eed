import RuleEngine

/// Drawings of a rule's automaton, made from the table that the engine runs.
package enum MachineDiagram {
  /// A step to show in a diagram.
  package struct Step: Sendable, Hashable {
    /// The names of the state before, the fact, and the state after; nil where the machine ends.
    package var from: String
    /// The name of the fact.
    package var fact: String
    /// The name of the state after; nil where the machine ends.
    package var to: String?

    /// Makes a step.
    package init(from: String, fact: String, to: String?) {
      self.from = from
      self.fact = fact
      self.to = to
    }
  }

  /// A picture in SVG: states as boxes, facts on the arrows, and at the right the ways in which the
  /// machine ends. Empty for a machine without rows.
  ///
  /// - Parameters:
  ///   - machine: The machine.
  ///   - title: What the picture is called, for those who do not see it.
  ///   - path: Steps that are shown as taken, numbered from 1.
  ///   - message: Which of the reports the path leads to; nil for any.
  ///   - isStandalone: Whether the picture is a file of its own, which brings its style.
  package static func svg(
    _ machine: MachineTable, title: String = "automaton", path: [Step] = [],
    message: String? = nil, isStandalone: Bool = true
  ) -> String {
    let picture = MachinePicture(machine, path: path, message: message)
    return picture.graph.nodes.isEmpty ? "" : picture.svg(title: title, isStandalone)
  }

  /// The rules of style for pictures in a page. Colours come from variables that the page may set.
  static let style = """
    .md{font:12px "Segoe UI",Helvetica,Arial,"Liberation Sans",sans-serif;max-width:100%;height:auto}
    .md .paper{fill:var(--paper,#fff)}
    .md text{fill:var(--ink,#1b2430)}
    .md .box{fill:var(--paper,#fff);stroke:var(--edge,#75808f);stroke-width:1.2}
    .md .dormant .box{stroke-dasharray:4 3}
    .md .state text{font-weight:600}
    .md .label rect{fill:var(--soft,#f1f4f8)}
    .md .label text{fill:var(--ink-2,#465264)}
    .md .report .box{fill:var(--bad-soft,#fdecea);stroke:var(--bad,#b3261e)}
    .md .passed .box{fill:var(--good-soft,#e8f4ea);stroke:var(--good,#2e7d32)}
    .md .end .kind{font-size:10px;letter-spacing:.06em;fill:var(--ink-2,#465264)}
    .md .line{fill:none;stroke:var(--edge,#75808f);stroke-width:1.1}
    .md .head{fill:var(--edge,#75808f)}
    .md .taken .line,.md .line.taken{stroke:var(--accent,#0b62c4);stroke-width:2.6}
    .md .head.taken{fill:var(--accent,#0b62c4)}
    .md .state.taken .box{stroke:var(--accent,#0b62c4);stroke-width:2.4}
    .md .report.taken .box{stroke-width:2.8}
    .md .label text.taken{fill:var(--ink,#1b2430);font-weight:600}
    .md .badge circle{fill:var(--accent,#0b62c4)}
    .md .badge text{fill:var(--paper,#fff);font-size:10px;font-weight:600}
    .md .dot{fill:var(--ink,#1b2430)}
    """

  /// The style of a picture that stands alone. Not every program that shows SVG knows variables: the
  /// colours are put in.
  static let standaloneStyle =
    colored(style, [:]) + "\n@media (prefers-color-scheme:dark){\n" + colored(style, dark) + "\n}\n"

  private static let dark = [
    "ink": "#e6eaf0", "ink-2": "#aeb8c6", "paper": "#14181e", "soft": "#20262f", "edge": "#8693a5",
    "bad": "#ff8a80", "bad-soft": "#3a1d1b", "good": "#81c784", "good-soft": "#18301b",
    "accent": "#6db3ff",
  ]

  /// The rules with colours in place of variables: those given, else those that stand behind them.
  private static func colored(_ style: String, _ colors: [String: String]) -> String {
    var out = ""
    var rest = style[...]
    while let start = rest.firstRange(of: "var(--"),
      let end = rest[start.upperBound...].firstIndex(of: ")")
    {
      let parts = rest[start.upperBound..<end].split(separator: ",")
      out += rest[..<start.lowerBound] + (colors[String(parts[0])] ?? String(parts[1]))
      rest = rest[rest.index(after: end)...]
    }
    return out + rest
  }
}
