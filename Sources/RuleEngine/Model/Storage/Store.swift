/// Elements side by side in memory, changed in place without asking whether anybody shares them.
///
/// An array asks that before every change, which on the path of an event costs more than the change.
/// Of a store it is asked once for a batch of events: ``claim()``. So a value that has stores stays a
/// value as long as whatever changes them has claimed them first: ``DriverModel/claim()`` and
/// ``Checker`` do, and nothing else changes one.
///
/// `@unchecked Sendable`: memory is written only through a store that was claimed, which nobody shares,
/// and a value is used by one thread at a time. What is shared is only read.
struct Store<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  /// The memory, and who has it.
  private final class Block {
    let start: UnsafeMutablePointer<Element>
    let capacity: Int

    init(capacity: Int) {
      self.capacity = capacity
      let bytes = capacity * MemoryLayout<Element>.stride
      let isLarge = bytes >= 2 * Platform.largePageBytes
      // Of a million contexts nearly every access is to a page that the processor has not mapped.
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: bytes,
        alignment: isLarge ? Platform.largePageBytes : MemoryLayout<Element>.alignment)
      if isLarge { Platform.wishForLargePages(memory) }
      start = memory.bindMemory(to: Element.self).baseAddress ?? .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }
  }

  private var block: Block
  private var start: UnsafeMutablePointer<Element>
  /// How many elements there are.
  private(set) var count = 0

  /// Makes a store of `count` elements.
  init(repeating element: Element? = nil, count: Int = 0) {
    block = Block(capacity: max(count, 4))
    start = block.start
    guard let element else { return }
    start.initialize(repeating: element, count: count)
    self.count = count
  }

  /// Makes the memory this store's own, by a copy where others have it too.
  mutating func claim() {
    if !isKnownUniquelyReferenced(&block) { move(toCapacity: block.capacity) }
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such element")
      return start[index]
    }
    _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such element")
      yield &start[index]
    }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == block.capacity { move(toCapacity: count * 2) }
    (start + count).initialize(to: element)
    count += 1
  }

  /// Adds `more` elements.
  mutating func append(repeating element: Element, count more: Int) {
    if count + more > block.capacity { move(toCapacity: max(count + more, block.capacity * 2)) }
    (start + count).initialize(repeating: element, count: more)
    count += more
  }

  /// Takes the last element away; nil where there is none.
  @inline(__always)
  mutating func popLast() -> Element? {
    if count == 0 { return nil }
    count -= 1
    return start[count]
  }

  /// Empties the store and keeps its memory.
  @inline(__always)
  mutating func removeAll() { count = 0 }

  @inline(__always) var isEmpty: Bool { count == 0 }

  /// Calls `body` with the place of an element.
  @inline(__always)
  func withElement(_ index: Int, _ body: (UnsafeRawPointer) -> Void) {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such element")
    body(UnsafeRawPointer(start + index))
  }

  /// The elements, for what is not on the path of an event.
  var elements: [Element] { Array(UnsafeBufferPointer(start: start, count: count)) }

  @inline(never)
  private mutating func move(toCapacity capacity: Int) {
    let wide = Block(capacity: capacity)
    wide.start.initialize(from: start, count: count)
    block = wide
    start = wide.start
  }
}

extension Store where Element == UInt8 {
  /// Eight bytes from a place on, the first of them the lowest.
  @inline(__always)
  func word(at index: Int) -> UInt64 {
    precondition(index >= 0 && index + 8 <= count, "no such elements")
    return UInt64(
      littleEndian: UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self))
  }

  /// Sets eight bytes from a place on.
  @inline(__always)
  mutating func setWord(at index: Int, _ word: UInt64) {
    precondition(index >= 0 && index + 8 <= count, "no such elements")
    UnsafeMutableRawPointer(start + index).storeBytes(of: word.littleEndian, as: UInt64.self)
  }
}
