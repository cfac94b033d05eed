/// A drawing of a graph in layers from left to right: boxes that do not overlap, in an order with few
/// crossings, and edges that pass between them.
///
/// After Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures"
/// (1981): long edges get a place in each layer that they pass, barycentres give the order.
struct LayeredLayout {
  /// A rectangle; `x` and `y` are its upper left corner once the layout is done.
  struct Box {
    var layer: Int
    var width: Double
    var height: Double
    var x = 0.0
    var y = 0.0
    var middle: Double { y + height / 2 }
  }

  /// An edge to a box in a layer further right.
  struct Edge {
    var from: Int
    var to: Int
    /// The boxes without height that stand for it in the layers between.
    var via: [Int] = []
    var chain: [Int] { [from] + via + [to] }
  }

  /// The given boxes, followed by those that stand for edges.
  private(set) var boxes: [Box]
  private(set) var edges: [Edge]
  private(set) var width = 0.0
  private(set) var height = 0.0

  private var layers: [[Int]] = []
  private var left: [[Int]] = []
  private var right: [[Int]] = []

  private static let rowGap = 14.0
  /// The least distance of boxes that have arrows between them.
  private static let spineGap = 26.0
  private let columnGap: Double
  /// Whether the boxes of the first layer stay in the order in which they were given.
  private let hasSpine: Bool

  /// Lays out `boxes`; `edges` are pairs of their indices.
  ///
  /// - Parameter spine: All boxes of the first layer, where these have an order of their own and
  ///   something is drawn between them.
  init(_ boxes: [Box], _ edges: [(from: Int, to: Int)], spine: [Int] = []) {
    self.boxes = boxes
    hasSpine = !spine.isEmpty
    columnGap = hasSpine ? 52 : 27
    self.edges = edges.map { Edge(from: $0.from, to: $0.to) }
    addPlacesOfEdges()
    layers = Array(repeating: [], count: (self.boxes.map(\.layer).max() ?? 0) + 1)
    for box in self.boxes.indices { layers[self.boxes[box].layer].append(box) }
    if hasSpine { layers[0] = spine }
    order()
    placeColumns()
    placeRows()
  }

  private mutating func addPlacesOfEdges() {
    for edge in edges.indices {
      let layers = boxes[edges[edge].from].layer + 1..<boxes[edges[edge].to].layer
      for layer in layers {
        edges[edge].via.append(boxes.count)
        boxes.append(Box(layer: layer, width: 0, height: 0))
      }
    }
    left = Array(repeating: [], count: boxes.count)
    right = left
    for edge in edges {
      for (a, b) in zip(edge.chain, edge.chain.dropFirst()) {
        right[a].append(b)
        left[b].append(a)
      }
    }
  }

  // MARK: Order within the layers

  private mutating func order() {
    var best = layers
    var fewest = crossings()
    for sweep in 0..<16 where fewest > 0 {
      let isForward = sweep.isMultiple(of: 2)
      for layer in isForward ? Array(layers.indices) : layers.indices.reversed() {
        sort(layer, by: isForward ? left : right)
      }
      let count = crossings()
      if count < fewest { (best, fewest) = (layers, count) }
    }
    layers = best
  }

  private var ranks: [Int] {
    var ranks = Array(repeating: 0, count: boxes.count)
    for layer in layers {
      for (rank, box) in layer.enumerated() { ranks[box] = rank }
    }
    return ranks
  }

  private mutating func sort(_ layer: Int, by neighbours: [[Int]]) {
    if hasSpine, layer == 0 { return }
    let ranks = ranks
    func barycentre(_ box: Int) -> Double {
      let near = neighbours[box]
      if near.isEmpty { return Double(ranks[box]) }
      return Double(near.reduce(0) { $0 + ranks[$1] }) / Double(near.count)
    }
    layers[layer] = layers[layer].map { (key: barycentre($0), box: $0) }
      .sorted { $0.key != $1.key ? $0.key < $1.key : ranks[$0.box] < ranks[$1.box] }
      .map(\.box)
  }

  private func crossings() -> Int {
    let ranks = ranks
    var count = 0
    for layer in layers {
      let segments = layer.flatMap { box in right[box].map { (ranks[box], ranks[$0]) } }
      for (place, a) in segments.enumerated() {
        for b in segments[(place + 1)...] where (a.0 - b.0) * (a.1 - b.1) < 0 { count += 1 }
      }
    }
    return count
  }

  // MARK: Coordinates

  /// All boxes of a layer are as wide as its widest.
  private mutating func placeColumns() {
    var x = 0.0
    for layer in layers {
      let width = layer.map { boxes[$0].width }.max() ?? 0
      for box in layer {
        boxes[box].x = x
        boxes[box].width = width
      }
      x += width + columnGap
    }
    width = max(0, x - columnGap)
  }

  private mutating func placeRows() {
    for layer in layers.indices { settle(layer, at: layers[layer].map { boxes[$0].middle }) }
    for round in 0..<40 {
      let isForward = round.isMultiple(of: 2)
      for layer in isForward ? Array(layers.indices) : layers.indices.reversed() {
        settle(layer, at: layers[layer].map { middleOfNeighbours($0) })
      }
    }
    let top = boxes.map(\.y).min() ?? 0
    for box in boxes.indices { boxes[box].y -= top }
    height = boxes.map { $0.y + $0.height }.max() ?? 0
  }

  /// How straight the edge between two boxes is to be, after Gansner and others, "A Technique for
  /// Drawing Directed Graphs" (1993): the middle of a long edge most.
  private func pull(_ a: Int, _ b: Int) -> Double {
    switch (boxes[a].height == 0, boxes[b].height == 0) {
    case (true, true): 8
    case (false, false): 1
    default: 2
    }
  }

  private func middleOfNeighbours(_ box: Int) -> Double {
    var sum = 0.0
    var weight = 0.0
    for near in left[box] + right[box] {
      sum += boxes[near].middle * pull(box, near)
      weight += pull(box, near)
    }
    return weight == 0 ? boxes[box].middle : sum / weight
  }

  /// Moves the boxes of a layer as near to where they want to be as their order and the gaps allow:
  /// isotonic regression by pooling neighbours that would overlap.
  private mutating func settle(_ layer: Int, at wanted: [Double]) {
    struct Pool {
      var sum: Double
      var weight: Double
      var count: Int
      var mean: Double { sum / weight }
    }
    var offsets: [Double] = []
    var pools: [Pool] = []
    var offset = 0.0
    for (place, box) in layers[layer].enumerated() {
      if place > 0 {
        let above = boxes[layers[layer][place - 1]]
        offset +=
          (above.height + boxes[box].height) / 2
          + (hasSpine && layer == 0 ? Self.spineGap : Self.rowGap)
      }
      offsets.append(offset)
      let weight = (left[box] + right[box]).reduce(0.1) { $0 + pull(box, $1) }
      var pool = Pool(sum: (wanted[place] - offset) * weight, weight: weight, count: 1)
      while let last = pools.last, last.mean > pool.mean {
        pool.sum += last.sum
        pool.weight += last.weight
        pool.count += last.count
        pools.removeLast()
      }
      pools.append(pool)
    }
    var place = 0
    for pool in pools {
      for _ in 0..<pool.count {
        let box = layers[layer][place]
        boxes[box].y = pool.mean + offsets[place] - boxes[box].height / 2
        place += 1
      }
    }
  }
}
