/// The states of the machines of rules about one kind of subject: for each subject's slot its group of rules
/// (``RuleGroups``) and a row of bytes, one for each rule of the group, that are set and looked through eight
/// at a time.
struct MachineStates: Sendable {
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

  /// Whether a subject with this slot has ever begun.
  @inline(__always)
  func isKnown(_ slot: Int32) -> Bool { Int(slot) < groups.count }

  /// The group of a subject that has begun.
  @inline(__always)
  func group(of slot: Int32) -> Int32 { groups[Int(slot)] }

  /// The cell of the first rule of its group. Those of the others follow, by their places.
  @inline(__always)
  func row(_ slot: Int32) -> Int { Int(slot) &* wordsPerRow &* Self.cellsPerWord }

  @inline(__always)
  subscript(cell: Int) -> UInt8 {
    get { cells[cell] }
    _modify { yield &cells[cell] }
  }

  /// A subject begins: its rules are in the states of these words.
  @inline(__always)
  mutating func begin(_ slot: Int32, group: Int32, _ starts: ArraySlice<UInt64>) {
    if starts.count > wordsPerRow || !isKnown(slot) { makeRoom(slot, starts.count) }
    groups[Int(slot)] = group
    var cell = row(slot)
    for word in starts {
      cells.setWord(at: cell, word)
      cell += Self.cellsPerWord
    }
  }

  @inline(never)
  private mutating func makeRoom(_ slot: Int32, _ words: Int) {
    if words > wordsPerRow { widen(to: words) }
    while !isKnown(slot) {
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

  /// Disarms eight rules of a subject. Returns their states, and in `open` the highest bit of each byte whose
  /// rule was neither disarmed nor in the state that `quiet` has for it.
  @inline(__always)
  mutating func takeWord(
    _ word: Int, of slot: Int32, quiet: UInt64
  ) -> (states: UInt64, open: UInt64) {
    let cell = row(slot) + word * Self.cellsPerWord
    let states = cells.word(at: cell)
    if states == Self.allDisarmed { return (states, 0) }
    cells.setWord(at: cell, Self.allDisarmed)
    return (states, Self.differing(states, Self.allDisarmed) & Self.differing(states, quiet))
  }

  /// Disarms the rules of a subject that lie in so many words, unless their states have the flag.
  @inline(__always)
  mutating func disarm(_ slot: Int32, words: Int, unless flag: UInt8) {
    let shift = UInt64(flag.trailingZeroBitCount)
    for word in 0..<words {
      let cell = row(slot) + word * Self.cellsPerWord
      let states = cells.word(at: cell)
      let kept = (states >> shift & 0x0101_0101_0101_0101) &* 0xFF
      cells.setWord(at: cell, states | ~kept)
    }
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
  func touch(_ slot: Int) -> UInt64 {
    groups.touch(slot) &+ cells.touch(slot * wordsPerRow * Self.cellsPerWord)
  }
}
