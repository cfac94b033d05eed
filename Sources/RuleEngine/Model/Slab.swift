/// A dense store of elements under small indices that are used again. The generation tells an
/// index apart from the same index of an element that is gone.
struct Slab<Element: Sendable>: Sendable {
  private(set) var items: [Element] = []
  private var generations: [UInt32] = []
  private(set) var free: [Int32] = []

  /// How many elements there are.
  var count: Int { items.count - free.count }

  /// How many indices have been given out at most at once.
  var capacity: Int { items.count }

  @inline(__always)
  subscript(index: Int32) -> Element {
    get { items[Int(index)] }
    _modify { yield &items[Int(index)] }
  }

  /// Stores `element` and returns its index.
  mutating func insert(_ element: Element) -> Int32 {
    if let index = free.popLast() {
      items[Int(index)] = element
      return index
    }
    items.append(element)
    generations.append(0)
    return Int32(items.count - 1)
  }

  /// Gives the index free. The caller forgets it.
  mutating func remove(_ index: Int32) {
    generations[Int(index)] &+= 1
    free.append(index)
  }

  /// The generation of `index`; together with it a ``SlabRef``.
  @inline(__always)
  func reference(_ index: Int32) -> SlabRef {
    index < 0 ? .none : SlabRef(index: index, generation: generations[Int(index)])
  }

  /// The index that `reference` stands for, or -1 if its element is gone.
  @inline(__always)
  func resolve(_ reference: SlabRef) -> Int32 {
    guard reference.index >= 0, generations[Int(reference.index)] == reference.generation else {
      return -1
    }
    return reference.index
  }
}

/// An index into a ``Slab`` that notices when its element is gone.
struct SlabRef: Hashable, Sendable, BitwiseCopyable {
  var index: Int32
  var generation: UInt32
  static let none = SlabRef(index: -1, generation: 0)
  var isNone: Bool { index < 0 }
}
