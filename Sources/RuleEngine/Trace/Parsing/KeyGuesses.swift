/// Which field name is expected where: that which stood there in the last event of the same kind, since a
/// tracer writes the fields of an event in one order. One comparison of eight bytes then does for the
/// separator, the name and what is behind it; where it fails, the name is looked up and expected there
/// from then on. What is read does not depend on it.
final class KeyGuesses {
  /// A name in its place.
  struct Guess: BitwiseCopyable {
    /// The field, and for ``word`` the name with what stands before and, if it fits, behind it.
    var entry = KeyTable.Entry()
    /// The bytes that count.
    var mask: UInt64 = 0
    /// From the separator to the value.
    var length = 0

    /// Whether the name stands at `p`, up to eight bytes of it.
    @inline(__always) func fits(_ p: BytePointer) -> Bool {
      ByteWord.load(p) & mask == entry.word
    }

    /// Expects what stands at `p` from now on.
    @inline(__always) mutating func learn(_ p: BytePointer, _ found: KeyTable.Entry, length: Int) {
      mask = ByteWord.lowBytes(min(length, 8))
      entry = found
      entry.word = ByteWord.load(p) & mask
      self.length = length
    }
  }
  /// Fields of an event for which there is a guess; those behind share the last.
  static let places = 16

  private static let kinds = EventKind.allCases.count
  private let guesses: UnsafeMutablePointer<Guess>

  init() {
    let count = Self.kinds * Self.places
    guesses = .allocate(capacity: count)
    // A word that no masked word equals.
    guesses.initialize(repeating: Guess(entry: KeyTable.Entry(word: 1)), count: count)
  }

  /// The guesses for events of a kind, one for each place.
  @inline(__always) func row(of kind: EventKind) -> UnsafeMutablePointer<Guess> {
    guesses + Int(kind.rawValue) &* Self.places
  }

  deinit { guesses.deallocate() }
}

extension KeyTable.Entry {
  /// Whether the name may be guessed. Longer ones are looked up: what is compared would not tell them
  /// from each other.
  @inline(__always) var isGuessed: Bool { nameLength &- 1 < 6 }
}
