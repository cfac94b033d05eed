import RuleEngine

/// Brings any number of elements into order in little memory: what is more than fits is sorted piece by
/// piece into scratch files, which are read side by side in the end.
struct ElementSorter {
  private let scratch: any MergeScratch
  /// How many bytes of elements are kept in memory.
  private let budget: Int
  private var pending: [OrderedElement] = []
  private var pendingBytes = 0
  /// Files of elements in order, and how many merges they went through.
  private var files: [(file: any MergeScratchFile, level: Int)] = []
  private(set) var count: UInt64 = 0

  /// So many files are read side by side at most: each costs a descriptor and a buffer.
  private static let fanIn = 32

  init(_ scratch: any MergeScratch, budget: Int) {
    self.scratch = scratch
    self.budget = budget
  }

  mutating func add(_ element: OrderedElement) throws(ReportReadError) {
    pending.append(element)
    pendingBytes += element.bytes.count + MemoryLayout<OrderedElement>.stride + 32
    count += 1
    if pendingBytes >= budget { try spill() }
  }

  private mutating func spill() throws(ReportReadError) {
    pending.sort()
    var writer = ElementWriter(try scratch.makeFile())
    for element in pending { try writer.write(element) }
    files.append((try writer.finish(), 0))
    pending.removeAll()
    pendingBytes = 0
    while let level = files.last?.level, files.suffix(Self.fanIn).count == Self.fanIn,
      files.suffix(Self.fanIn).allSatisfy({ $0.level == level })
    {
      try join(Self.fanIn, into: level + 1)
    }
  }

  /// Makes one of the last files.
  private mutating func join(_ count: Int, into level: Int) throws(ReportReadError) {
    var writer = ElementWriter(try scratch.makeFile())
    try Self.merge(files.suffix(count).map(\.file), []) { element throws(ReportReadError) in
      try writer.write(element)
    }
    files.removeLast(count)
    files.append((try writer.finish(), level))
  }

  /// Hands on all elements in their order.
  mutating func forEach(
    _ body: (OrderedElement) throws(ReportReadError) -> Void
  ) throws(ReportReadError) {
    while files.count > Self.fanIn { try join(Self.fanIn, into: files.last?.level ?? 0) }
    pending.sort()
    try Self.merge(files.map(\.file), pending, body)
  }

  private static func merge(
    _ files: [any MergeScratchFile], _ rest: [OrderedElement],
    _ body: (OrderedElement) throws(ReportReadError) -> Void
  ) throws(ReportReadError) {
    var heads = ElementHeap()
    for file in files { try heads.add(ElementCursor(file)) }
    var next = 0
    while let least = heads.least {
      if next < rest.count, rest[next] < least {
        try body(rest[next])
        next += 1
      } else {
        try body(least)
        try heads.advance()
      }
    }
    for element in rest[next...] { try body(element) }
  }
}

/// Writes elements to a scratch file.
private struct ElementWriter {
  private let file: any MergeScratchFile
  private var bytes: [UInt8] = []

  init(_ file: any MergeScratchFile) { self.file = file }

  mutating func write(_ element: OrderedElement) throws(ReportReadError) {
    for number in [element.keyCount, element.bytes.count] {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    bytes += element.bytes
    if bytes.count >= 1 << 18 {
      try file.append(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
  }

  func finish() throws(ReportReadError) -> any MergeScratchFile {
    if !bytes.isEmpty { try file.append(bytes) }
    return file
  }
}

/// Reads the elements of a scratch file one by one.
private struct ElementCursor {
  private let file: any MergeScratchFile
  private var offset: UInt64 = 0
  private var bytes: [UInt8] = []
  private var at = 0
  private(set) var element: OrderedElement?

  private static let pieceBytes = 1 << 16

  init(_ file: any MergeScratchFile) throws(ReportReadError) {
    self.file = file
    try advance()
  }

  mutating func advance() throws(ReportReadError) {
    element = nil
    guard try fill(8) else { return }
    let (keyCount, count) = (number(at), number(at + 4))
    guard try fill(8 + count) else { return }
    element = OrderedElement(bytes: Array(bytes[(at + 8)..<(at + 8 + count)]), keyCount: keyCount)
    at += 8 + count
  }

  private func number(_ place: Int) -> Int {
    bytes[place..<(place + 4)].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// Sees to it that so many bytes are there; false at the end.
  private mutating func fill(_ count: Int) throws(ReportReadError) -> Bool {
    if bytes.count - at >= count { return true }
    bytes.removeFirst(at)
    at = 0
    let more = try file.read(at: offset, count: max(Self.pieceBytes, count - bytes.count))
    offset += UInt64(more.count)
    bytes += more
    return bytes.count >= count
  }
}

/// The cursors, the one with the least element first.
private struct ElementHeap {
  private var cursors: [ElementCursor] = []

  var least: OrderedElement? { cursors.first?.element }

  mutating func add(_ cursor: ElementCursor) {
    guard cursor.element != nil else { return }
    cursors.append(cursor)
    var place = cursors.count - 1
    while place > 0, precedes(place, (place - 1) / 2) {
      cursors.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func advance() throws(ReportReadError) {
    try cursors[0].advance()
    if cursors[0].element == nil {
      cursors.swapAt(0, cursors.count - 1)
      cursors.removeLast()
    }
    var place = 0
    while true {
      let children = [2 * place + 1, 2 * place + 2].filter { $0 < cursors.count }
      guard let child = children.min(by: precedes), precedes(child, place) else { return }
      cursors.swapAt(child, place)
      place = child
    }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    guard let first = cursors[a].element, let second = cursors[b].element else { return false }
    return first < second
  }
}
