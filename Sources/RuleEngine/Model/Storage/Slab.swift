/// A dense store of elements under small indices that are used again.
struct Slab<Element: BitwiseCopyable & Sendable>: Sendable {
  private(set) var items = Store<Element>()
  private(set) var free = Store<Int32>()

  /// See ``Store/claim()``.
  mutating func claim() {
    items.claim()
    free.claim()
  }

  /// How many indices there are, free ones among them.
  var capacity: Int { items.count }

  /// How many elements there are.
  var count: Int { items.count - free.count }

  @inline(__always)
  subscript(index: Int32) -> Element {
    get { items[Int(index)] }
    _modify { yield &items[Int(index)] }
  }

  /// Stores `element` and returns its index.
  @inline(__always)
  mutating func insert(_ element: Element) -> Int32 {
    if let index = free.popLast() {
      items[Int(index)] = element
      return index
    }
    items.append(element)
    return Int32(items.count - 1)
  }

  /// Gives the index free. The caller forgets it.
  @inline(__always)
  mutating func remove(_ index: Int32) { free.append(index) }
}

/// A ``Slab`` whose indices can be kept beyond the life of the element: the generation tells an index
/// apart from the same index of an element that is gone.
struct TrackingSlab<Element: BitwiseCopyable & Sendable>: Sendable {
  private(set) var slab = Slab<Element>()
  private var generations = Store<UInt32>()

  /// See ``Store/claim()``.
  mutating func claim() {
    slab.claim()
    generations.claim()
  }

  @inline(__always)
  subscript(index: Int32) -> Element {
    get { slab[index] }
    _modify { yield &slab[index] }
  }

  /// Stores `element` and returns its index.
  @inline(__always)
  mutating func insert(_ element: Element) -> Int32 {
    let index = slab.insert(element)
    if Int(index) == generations.count { generations.append(0) }
    return index
  }

  /// Gives the index free; references to it resolve no more.
  @inline(__always)
  mutating func remove(_ index: Int32) {
    generations[Int(index)] &+= 1
    slab.remove(index)
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

/// An index into a ``TrackingSlab`` that notices when its element is gone.
struct SlabRef: Hashable, Sendable, BitwiseCopyable {
  var index: Int32
  var generation: UInt32
  static let none = SlabRef(index: -1, generation: 0)
  var isNone: Bool { index < 0 }
}
