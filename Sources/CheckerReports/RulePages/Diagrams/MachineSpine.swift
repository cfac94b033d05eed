/// The states of a machine one below the other, with what leads from one to another between them.
struct MachineSpine {
  /// A point of a picture.
  struct Point {
    var x: Double
    var y: Double
  }

  /// A line between two boxes of the spine.
  struct Line {
    var part: MachinePicture.Part
    var from: Point
    var to: Point
    /// Where it runs left of the boxes; nil for a line between neighbours.
    var lane: Double?
  }

  private(set) var lines: [Line] = []
  /// The room that it takes left of its boxes.
  private(set) var width = 6.0

  private static let laneGap = 9.0
  private static let portGap = 7.0

  /// The boxes of the spine from top to bottom: states, each followed by the labels of the arrows to
  /// other states, that to the nearest state last.
  static func order(_ graph: MachineGraph) -> [Int] {
    let states = graph.nodes.indices.compactMap { box -> (box: Int, state: Int)? in
      if case .state(let state) = graph.nodes[box] { (box, state) } else { nil }
    }.sorted { (graph.depths[$0.state], $0.state) < (graph.depths[$1.state], $1.state) }
    var places: [Int: Int] = [:]
    for (place, state) in states.enumerated() { places[state.state] = place }
    return states.enumerated().flatMap { place, state in
      let labels = graph.arrows.indices.compactMap { number -> (box: Int, distance: Int)? in
        let arrow = graph.arrows[number]
        guard case .state(let target) = arrow.target,
          arrow.sources.compactMap({ places[$0] }).max() == place
        else { return nil }
        let distance = (places[target] ?? 0) - place
        return (graph.nodes.count + number, distance > 0 ? distance : .max)
      }
      return [state.box]
        + labels.sorted { ($1.distance, $0.box) < ($0.distance, $1.box) }.map(\.box)
    }
  }

  /// Finds the ways of lines between boxes that have their places.
  init(
    _ order: [Int], _ connections: [MachinePicture.Connection], _ boxes: [LayeredLayout.Box]
  ) {
    func place(_ box: Int) -> Int { order.firstIndex(of: box) ?? 0 }
    let beside = connections.filter { place($0.to) != place($0.from) + 1 }
    /// Where a line beside the boxes ends: those of one box stand apart.
    func port(_ box: Int, of other: Int) -> Double {
      let others = beside.filter { $0.from == box || $0.to == box }
        .map { $0.from == box ? $0.to : $0.from }.sorted { boxes[$0].y < boxes[$1].y }
      let rank = Double(others.firstIndex(of: other) ?? 0) - Double(others.count - 1) / 2
      return boxes[box].middle + rank * Self.portGap
    }
    var lanes: [[ClosedRange<Double>]] = []
    // The shortest lines run nearest to the boxes.
    for line in connections.sorted(by: {
      abs(place($0.to) - place($0.from)) < abs(place($1.to) - place($1.from))
    }) {
      let (from, to) = (boxes[line.from], boxes[line.to])
      if place(line.to) == place(line.from) + 1 {
        let x = from.x + from.width / 2
        lines.append(
          Line(
            part: line.part, from: Point(x: x, y: from.y + from.height), to: Point(x: x, y: to.y)))
        continue
      }
      let ends = (port(line.from, of: line.to), port(line.to, of: line.from))
      let range = min(ends.0, ends.1)...max(ends.0, ends.1)
      let lane = lanes.firstIndex { !$0.contains { $0.overlaps(range) } } ?? lanes.count
      if lane == lanes.count { lanes.append([]) }
      lanes[lane].append(range)
      lines.append(
        Line(
          part: line.part, from: Point(x: from.x, y: ends.0), to: Point(x: to.x, y: ends.1),
          lane: from.x - 16 - Double(lane) * Self.laneGap))
    }
    if !lanes.isEmpty { width = 20 + Double(lanes.count) * Self.laneGap }
  }
}
