import RuleEngine

/// A machine, laid out to be drawn.
struct MachinePicture {
  let graph: MachineGraph
  private(set) var layout: LayeredLayout
  /// The lines of text in each box: first those of the nodes, then those of the arrows.
  private(set) var texts: [[Line]] = []

  /// A line of text in a box.
  struct Line {
    var text: String
    /// The row it is about, on an arrow.
    var row: MachineTable.Row?
    var isFirst = true
    var isHeading = false
  }

  /// A line between two boxes, as a part of an arrow.
  struct Part {
    var arrow: Int
    /// The state it comes from; nil for the part that leads to the target.
    var source: Int?
  }

  private var parts: [Part] = []
  private var steps: [(number: Int, row: Int)] = []
  /// The states one below the other, where side by side they would be too wide.
  private(set) var spine: MachineSpine?

  static let size = 12.0
  static let lineHeight = 15.0
  /// How much wider a label is when the way of a finding makes it bold.
  private static let boldness = 1.05
  /// What separates two facts on one arrow.
  private static let factGap = 6.0
  private static let labelWidth = 156.0
  private static let nodeWidth = 126.0
  private static let stateWidth = 92.0
  private static let margin = 14.0
  /// The least distance of lines that leave a box.
  private static let portGap = 6.0
  /// A picture that would be wider has its states below each other: it would be printed too small.
  private static let greatestWidth = 900.0

  init(_ machine: MachineTable, path: [MachineDiagram.Step], message: String?) {
    graph = MachineGraph(machine)
    layout = LayeredLayout([], [])
    if graph.nodes.isEmpty { return }
    setTexts()
    let lines = lines()
    parts = lines.map(\.part)
    let edges = lines.map { line in
      graph.arrows[line.part.arrow].leadsBack ? (line.to, line.from) : (line.from, line.to)
    }
    layout = LayeredLayout(boxes(edges, layers()), edges)
    if layout.width + 2 * Self.margin > Self.greatestWidth { putStatesBelowEachOther(lines) }
    for (number, step) in path.enumerated() {
      if let row = row(of: step, message, in: machine) { steps.append((number + 1, row)) }
    }
  }

  /// A line from a box to another, in the direction of its arrow.
  typealias Connection = (from: Int, to: Int, part: Part)

  private func lines() -> [Connection] {
    var lines: [Connection] = []
    for (number, arrow) in graph.arrows.enumerated() {
      let label = graph.nodes.count + number
      for source in arrow.sources {
        let from = graph.nodes.firstIndex(of: .state(source)) ?? 0
        lines.append((from, label, Part(arrow: number, source: source)))
      }
      if !arrow.isLoop {
        let target = graph.nodes.firstIndex(of: arrow.target) ?? 0
        lines.append((label, target, Part(arrow: number, source: nil)))
      }
    }
    return lines
  }

  private mutating func putStatesBelowEachOther(_ lines: [Connection]) {
    let order = MachineSpine.order(graph)
    let isInSpine = { (line: Connection) in order.contains(line.from) && order.contains(line.to) }
    let outside = lines.filter { !isInSpine($0) }
    parts = outside.map(\.part)
    let edges = outside.map { ($0.from, $0.to) }
    let layers = texts.indices.map { box in
      order.contains(box) ? 0 : box < graph.nodes.count ? 2 : 1
    }
    layout = LayeredLayout(boxes(edges, layers), edges, spine: order)
    spine = MachineSpine(order, lines.filter(isInSpine), layout.boxes)
  }

  private func row(
    of step: MachineDiagram.Step, _ message: String?, in machine: MachineTable
  ) -> Int? {
    machine.rows.firstIndex { row in
      machine.stateNames[row.state] == step.from && row.factName == step.fact
        && row.next.map { machine.stateNames[$0] } == step.to
        && (row.message == nil || message == nil || row.message == message)
    }
  }

  private mutating func setTexts() {
    texts = graph.nodes.map { node in
      var width = Self.nodeWidth
      if case .state = node { width = Self.stateWidth }
      var lines = TextMeasure.lines(graph.words(of: node), width: width, size: Self.size)
        .map { Line(text: $0) }
      if case .report = node { lines.insert(Line(text: "REPORT", isHeading: true), at: 0) }
      return lines
    }
    for arrow in graph.arrows {
      var lines: [Line] = []
      if arrow.passes { lines.append(Line(text: "passed, and starts again:", isHeading: true)) }
      for row in graph.facts(of: arrow) {
        let words = MachineGraph.words(of: row)
        for (place, text) in TextMeasure.lines(words, width: Self.labelWidth, size: Self.size)
          .enumerated()
        {
          lines.append(Line(text: text, row: row, isFirst: place == 0))
        }
      }
      texts.append(lines)
    }
  }

  private func layers() -> [Int] {
    let layers =
      graph.nodes.map { node in
        if case .state(let state) = node { graph.depths[state] * 2 } else { -1 }
      }
      + graph.arrows.map { arrow in
        let depths = arrow.sources.map { graph.depths[$0] * 2 }
        return arrow.leadsBack ? (depths.max() ?? 0) - 1 : (depths.max() ?? 0) + 1
      }
    let last = (layers.max() ?? 0) + 1
    return layers.map { $0 < 0 ? last : $0 }
  }

  private func boxes(
    _ edges: [(from: Int, to: Int)], _ layers: [Int]
  ) -> [LayeredLayout.Box] {
    zip(texts, layers).enumerated().map { number, box in
      let isLabel = number >= graph.nodes.count
      let width = box.0.map { TextMeasure.width($0.text, size: Self.size) }.max() ?? 0
      let count = Double(box.0.count)
      let gaps = Double(box.0.dropFirst().count { $0.row != nil && $0.isFirst }) * Self.factGap
      return LayeredLayout.Box(
        layer: box.1, width: isLabel ? width * Self.boldness + 26 : width + 24,
        height: max(
          count * Self.lineHeight + (isLabel ? 8 + max(0, gaps) : 16),
          12 + Self.portGap * Double(edges.count { $0.from == number } - 1)))
    }
  }

  // MARK: Drawing

  func svg(title: String, _ isStandalone: Bool) -> String {
    let margin = Self.margin
    let left = margin + (spine?.width ?? 16)
    let top = margin + (spine == nil ? 0 : 22)
    let width = MarkupText.number(layout.width + margin + left)
    let height = MarkupText.number(layout.height + margin + top)
    var out = "<svg class=\"md\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\""
    out += " height=\"\(height)\" role=\"img\""
    // In a page that is too narrow it is better to scroll than not to be able to read.
    if !isStandalone {
      let least = MarkupText.number((layout.width + margin + left) * 0.68)
      out += " style=\"min-width:\(least)px\""
    }
    if isStandalone { out += " xmlns=\"http://www.w3.org/2000/svg\"" }
    out += "><title>\(MarkupText.escape(title))</title>"
    if isStandalone {
      out += "<style>\n\(MachineDiagram.standaloneStyle)</style>"
      out += "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>"
    }
    out += "<g transform=\"translate(\(MarkupText.number(left)) \(MarkupText.number(top)))\">"
    let taken = Set(steps.map(\.row))
    for isTaken in [false, true] {
      for edge in layout.edges.indices where self.isTaken(parts[edge], taken) == isTaken {
        out += line(edge, isTaken)
      }
      for line in spine?.lines ?? [] where self.isTaken(line.part, taken) == isTaken {
        out += draw(line, isTaken)
      }
    }
    for (box, node) in graph.nodes.enumerated() { out += draw(node, box, taken) }
    for arrow in graph.arrows.indices { out += drawLabel(arrow, taken) }
    return out + startMark() + "</g></svg>\n"
  }

  private func isTaken(_ part: Part, _ rows: Set<Int>) -> Bool {
    graph.arrows[part.arrow].rows.contains { row in
      rows.contains(row)
        && (part.source ?? graph.machine.rows[row].state)
          == graph.machine.rows[row].state
    }
  }

  private func draw(_ line: MachineSpine.Line, _ isTaken: Bool) -> String {
    let taken = isTaken ? " taken" : ""
    let isLoop = graph.arrows[line.part.arrow].isLoop
    let isEnd = line.part.source == nil
    guard let lane = line.lane else {
      let top = line.from.y + (isLoop ? 6 : 0)
      let bottom = line.to.y - (isEnd ? 6 : 0)
      var out = "<path class=\"line\(taken)\" d=\"M\(point(line.from.x, top))"
      out += "V\(MarkupText.number(bottom))\"/>"
      if isEnd { out += head(x: line.to.x, y: line.to.y, .down, taken) }
      if isLoop { out += head(x: line.from.x, y: line.from.y, .up, taken) }
      return out
    }
    let turn = line.to.y > line.from.y ? 6.0 : -6.0
    let x = MarkupText.number(lane)
    let end = MarkupText.number(line.to.x - (isEnd ? 6 : 0))
    var d = "M\(point(line.from.x - (isLoop ? 6 : 0), line.from.y))H\(MarkupText.number(lane + 6))"
    d += "Q\(x) \(MarkupText.number(line.from.y)) \(point(lane, line.from.y + turn))"
    d += "V\(MarkupText.number(line.to.y - turn))"
    d += "Q\(x) \(MarkupText.number(line.to.y)) \(point(lane + 6, line.to.y))H\(end)"
    var out = "<path class=\"line\(taken)\" d=\"\(d)\"/>"
    if isEnd { out += head(x: line.to.x, y: line.to.y, .right, taken) }
    if isLoop { out += head(x: line.from.x, y: line.from.y, .right, taken) }
    return out
  }

  private func startMark() -> String {
    guard let start = graph.nodes.firstIndex(of: .state(graph.machine.startState)) else {
      return ""
    }
    if spine != nil {
      let box = layout.boxes[start]
      let x = box.x + box.width / 2
      return "<circle class=\"dot\" cx=\"\(MarkupText.number(x))\""
        + " cy=\"\(MarkupText.number(box.y - 22))\" r=\"4\"/>"
        + "<path class=\"line\" d=\"M\(point(x, box.y - 18))V\(MarkupText.number(box.y - 6))\"/>"
        + head(x: x, y: box.y, .down, "")
    }
    let y = MarkupText.number(layout.boxes[start].middle)
    let x = layout.boxes[start].x
    return "<circle class=\"dot\" cx=\"\(MarkupText.number(x - 20))\" cy=\"\(y)\" r=\"4\"/>"
      + "<path class=\"line\" d=\"M\(MarkupText.number(x - 16)) \(y)H\(MarkupText.number(x - 6))\"/>"
      + head(x: x, y: layout.boxes[start].middle, .right, "")
  }

  private enum Direction { case left, right, up, down }

  private func head(x: Double, y: Double, _ direction: Direction, _ taken: String) -> String {
    let corners: [(Double, Double)] =
      switch direction {
      case .left: [(7, -3.6), (7, 3.6)]
      case .right: [(-7, -3.6), (-7, 3.6)]
      case .up: [(-3.6, 7), (3.6, 7)]
      case .down: [(-3.6, -7), (3.6, -7)]
      }
    let points = ([(0, 0)] + corners).map { (x + $0.0, y + $0.1) }
      .map { "\(MarkupText.number($0.0)),\(MarkupText.number($0.1))" }.joined(separator: " ")
    return "<polygon class=\"head\(taken)\" points=\"\(points)\"/>"
  }

  /// The places on the right (or left) side of a box at which its edges end, so that they stay apart.
  private func port(_ edge: Int, of box: Int, onRight: Bool) -> Double {
    func next(_ edge: Int) -> Double {
      let chain = layout.edges[edge].chain
      return layout.boxes[onRight ? chain[1] : chain[chain.count - 2]].middle
    }
    let all = layout.edges.indices
      .filter { onRight ? layout.edges[$0].from == box : layout.edges[$0].to == box }
      .sorted { next($0) != next($1) ? next($0) < next($1) : $0 < $1 }
    let middle = layout.boxes[box].middle
    guard all.count > 1, let place = all.firstIndex(of: edge) else { return middle }
    let gap = min(9, (layout.boxes[box].height - 12) / Double(all.count - 1))
    return middle + (Double(place) - Double(all.count - 1) / 2) * gap
  }

  private func line(_ edge: Int, _ isTaken: Bool) -> String {
    let arrow = graph.arrows[parts[edge].arrow]
    let chain = layout.edges[edge].chain
    let from = layout.boxes[chain[0]]
    let to = layout.boxes[chain[chain.count - 1]]
    let taken = isTaken ? " taken" : ""
    var at = (x: from.x + from.width, y: port(edge, of: chain[0], onRight: true))
    let endsInNode = parts[edge].source == nil
    let headAtEnd = endsInNode && !arrow.leadsBack
    let headAtStart = endsInNode && arrow.leadsBack || arrow.isLoop
    var heads = ""
    if headAtStart {
      heads += head(x: at.x, y: at.y, .left, taken)
      at.x += 6
    }
    var d = "M\(point(at.x, at.y))"
    for box in chain.dropFirst() {
      let isLast = box == chain[chain.count - 1]
      let y = isLast ? port(edge, of: box, onRight: false) : layout.boxes[box].middle
      let x = layout.boxes[box].x - (isLast && headAtEnd ? 6 : 0)
      let middle = (at.x + x) / 2
      d += "C\(point(middle, at.y)) \(point(middle, y)) \(point(x, y))"
      at = (x, y)
      if !isLast {
        at.x = layout.boxes[box].x + layout.boxes[box].width
        d += "H\(MarkupText.number(at.x))"
      }
    }
    if headAtEnd { heads += head(x: to.x, y: at.y, .right, taken) }
    return "<path class=\"line\(taken)\" d=\"\(d)\"/>" + heads
  }

  private func point(_ x: Double, _ y: Double) -> String {
    "\(MarkupText.number(x)) \(MarkupText.number(y))"
  }

  private func rectangle(_ box: LayeredLayout.Box, _ attributes: String) -> String {
    "<rect \(attributes) x=\"\(MarkupText.number(box.x))\" y=\"\(MarkupText.number(box.y))\""
      + " width=\"\(MarkupText.number(box.width))\" height=\"\(MarkupText.number(box.height))\"/>"
  }

  private func draw(_ node: MachineGraph.Node, _ number: Int, _ taken: Set<Int>) -> String {
    let box = layout.boxes[number]
    var kind = "end"
    var title = ""
    var isTaken = taken.contains { MachineGraph.target(of: graph.machine.rows[$0]) == node }
    switch node {
    case .state(let state):
      kind = graph.machine.isDormant(state) ? "state dormant" : "state"
      title = graph.machine.stateNames[state]
      if graph.machine.isDormant(state) { title += ": the rule is not armed yet" }
      isTaken = isTaken || taken.contains { graph.machine.rows[$0].state == state }
    case .report: kind = "end report"
    case .passed: kind = "end passed"
    default: break
    }
    var out = "<g class=\"\(kind)\(isTaken ? " taken" : "")\">"
    if !title.isEmpty { out += "<title>\(MarkupText.escape(title))</title>" }
    out += rectangle(box, "class=\"box\" rx=\"9\"")
    // A box with many lines leaving it is higher than its text.
    var y = box.middle - Double(texts[number].count) * Self.lineHeight / 2 + 11
    for line in texts[number] {
      out += "<text\(line.isHeading ? " class=\"kind\"" : "") text-anchor=\"middle\""
      out += " x=\"\(MarkupText.number(box.x + box.width / 2))\" y=\"\(MarkupText.number(y))\">"
      out += MarkupText.escape(line.text) + "</text>"
      y += Self.lineHeight
    }
    return out + "</g>"
  }

  private func drawLabel(_ number: Int, _ taken: Set<Int>) -> String {
    let box = layout.boxes[graph.nodes.count + number]
    let arrow = graph.arrows[number]
    var out = "<g class=\"label\">" + rectangle(box, "rx=\"4\"")
    var y = box.y + 4 + 11
    for (place, line) in texts[graph.nodes.count + number].enumerated() {
      if line.row != nil, line.isFirst, place > 0 { y += Self.factGap }
      let rows = arrow.rows.filter { row in
        graph.machine.rows[row].fact == line.row?.fact
          && graph.machine.rows[row].condition == line.row?.condition
      }
      let numbers = steps.filter { rows.contains($0.row) }.map(\.number)
      if line.isFirst, !numbers.isEmpty { out += badge(numbers, x: box.x, y: y - 4) }
      out += "<text\(numbers.isEmpty ? "" : " class=\"taken\"")"
      out += " x=\"\(MarkupText.number(box.x + 13))\" y=\"\(MarkupText.number(y))\">"
      if let row = line.row, line.isFirst {
        out += "<title>\(MarkupText.escape(row.factName))</title>"
      }
      out += MarkupText.escape(line.text) + "</text>"
      y += Self.lineHeight
    }
    return out + "</g>"
  }

  private func badge(_ numbers: [Int], x: Double, y: Double) -> String {
    let text = numbers.count > 2 ? "…" : numbers.map(String.init).joined(separator: ",")
    return
      "<g class=\"badge\"><circle cx=\"\(MarkupText.number(x))\" cy=\"\(MarkupText.number(y))\""
      + " r=\"8.5\"/><text text-anchor=\"middle\" x=\"\(MarkupText.number(x))\""
      + " y=\"\(MarkupText.number(y + 3.6))\">\(text)</text></g>"
  }
}
