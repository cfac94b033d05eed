/// The states of the machines of rules about requests: for each context's slot its group of rules and a row of
/// bytes, one for each rule of the group, that are set and looked through eight at a time.
struct ContextStates: Sendable {
  /// The rule does not answer any more.
  static let disarmed: UInt8 = 0xFF
  /// Eight of them.
  static let allDisarmed = UInt64.max
  static let cellsPerWord = 8

  private var groups = Store<Int32>()
  private var cells = Store<UInt8>()
  private var wordsPerRow = 1

  /// See ``Store/claim()``.
  mutating func claim() {
    groups.claim()
    cells.claim()
  }

  /// The group of a context that has begun.
  @inline(__always)
  func group(of context: Int32) -> Int32 { groups[Int(context)] }

  /// The cell of a rule by its place in the group.
  @inline(__always)
  func cell(_ context: Int32, _ place: Int) -> Int {
    Int(context) * wordsPerRow * Self.cellsPerWord + place
  }

  @inline(__always)
  subscript(cell: Int) -> UInt8 {
    get { cells[cell] }
    _modify { yield &cells[cell] }
  }

  /// A context begins: its rules are in the states of these words.
  @inline(__always)
  mutating func begin(_ context: Int32, group: Int32, _ starts: ArraySlice<UInt64>) {
    if starts.count > wordsPerRow || Int(context) >= groups.count {
      makeRoom(context, starts.count)
    }
    groups[Int(context)] = group
    var cell = cell(context, 0)
    for word in starts {
      cells.setWord(at: cell, word)
      cell += Self.cellsPerWord
    }
  }

  @inline(never)
  private mutating func makeRoom(_ context: Int32, _ words: Int) {
    if words > wordsPerRow { widen(to: words) }
    while groups.count <= Int(context) {
      groups.append(0)
      cells.append(repeating: Self.disarmed, count: wordsPerRow * Self.cellsPerWord)
    }
  }

  /// A group with more rules than a row holds: the rows are laid out anew. Happens a few times.
  private mutating func widen(to words: Int) {
    var wide = Store(repeating: Self.disarmed, count: groups.count * words * Self.cellsPerWord)
    for slot in 0..<groups.count {
      for word in 0..<wordsPerRow {
        wide.setWord(
          at: (slot * words + word) * Self.cellsPerWord,
          cells.word(at: (slot * wordsPerRow + word) * Self.cellsPerWord))
      }
    }
    cells = wide
    wordsPerRow = words
  }

  /// Disarms eight rules of a context. Returns their states, and in `open` the highest bit of each byte whose
  /// rule was neither disarmed nor in the state that `quiet` has for it.
  @inline(__always)
  mutating func takeWord(
    _ word: Int, of context: Int32, quiet: UInt64
  ) -> (states: UInt64, open: UInt64) {
    let cell = cell(context, word * Self.cellsPerWord)
    let states = cells.word(at: cell)
    if states == Self.allDisarmed { return (states, 0) }
    cells.setWord(at: cell, Self.allDisarmed)
    return (states, Self.differing(states, Self.allDisarmed) & Self.differing(states, quiet))
  }

  /// The highest bit of each byte in which two words differ.
  @inline(__always)
  private static func differing(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let lows: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let bits = a ^ b
    return (bits & lows &+ lows | bits) & ~lows
  }

  /// See ``Store/touch(_:)``.
  @inline(__always)
  func touch(_ context: Int) -> UInt64 {
    groups.touch(context) &+ cells.touch(context * wordsPerRow * Self.cellsPerWord)
  }
}
