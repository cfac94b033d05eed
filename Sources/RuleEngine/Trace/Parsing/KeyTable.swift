/// How the value of a field is read and where it goes: ``Field/ValueKind`` with what the scanners need
/// to know beside it.
enum ValueCode: UInt8, BitwiseCopyable {
  case unknown, event, pointer, integer, timestamp, duration, status, major, minor, word, text, own

  init(_ field: Field) {
    self =
      switch field.valueKind {
      case .pointer: .pointer
      case .integer: .integer
      case .timestamp: .timestamp
      case .duration: .duration
      case .status: .status
      case .majorFunction: .major
      case .minorFunction: .minor
      case .word: .word
      case .text: field == .ev ? .event : .text
      }
  }
}

/// The field names of up to seven bytes together with the byte that ends them (`"` or `=`), found by
/// one multiplication: no two of them share a slot.
struct KeyTable {
  struct Entry: BitwiseCopyable {
    /// The name and the byte behind it; 0 where the entry is free.
    var word: UInt64 = 0
    var field = Field.ev
    var code = ValueCode.unknown
    /// For a pointer: where it stands in an ``Event``. For a field of one's own: its number.
    var offset: UInt16 = 0
    /// The bytes of the name.
    var nameLength: UInt8 = 0
  }

  private let entries: UnsafePointer<Entry>
  private let factor: UInt64

  private static let bits: UInt64 = 8

  init(terminator: UInt8, in storage: WordTable.Storage) {
    let keys = Field.allCases.filter { $0.name.utf8.count <= 7 }
      .map { Entry(word: Self.word($0.name, terminator), field: $0) }
    var factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    while Set(keys.map { Self.slot($0.word, factor) }).count < keys.count {
      factor = factor &* 0x5851_F42D_4C95_7F2D | 1
    }
    let table = storage.allocate(of: Entry(), count: 1 << Int(Self.bits))
    for key in keys { table[Self.slot(key.word, factor)] = Self.entry(key.field, key.word) }
    entries = UnsafePointer(table)
    self.factor = factor
  }

  /// The entry for the name in `word`: a name with its terminator, the other bytes zero. Its code is
  /// ``ValueCode/unknown`` where there is none.
  @inline(__always) func find(_ word: UInt64) -> Entry {
    let entry = entries[Self.slot(word, factor)]
    return entry.word == word ? entry : Entry()
  }

  /// The entry for a field of one's own, by its number in ``Vocabulary/fields``.
  static func own(_ number: Int32) -> Entry {
    Entry(code: .own, offset: UInt16(truncatingIfNeeded: number &- 256))
  }

  /// The entry for a field.
  static func entry(_ field: Field, _ word: UInt64 = 0) -> Entry {
    Entry(
      word: word, field: field, code: ValueCode(field), offset: UInt16(offset(of: field)),
      nameLength: UInt8(field.name.utf8.count))
  }

  /// Where a pointer's value stands in an ``Event``.
  private static func offset(of field: Field) -> Int {
    let path: PartialKeyPath<Event> =
      switch field {
      case .dev: \.device
      case .irp: \.irp
      case .lock: \.lock
      case .tag, .previous: \.tag
      default: \.operand
      }
    return MemoryLayout<Event>.offset(of: path) ?? 0
  }

  private static func word(_ name: String, _ terminator: UInt8) -> UInt64 {
    var word = UInt64(terminator)
    for byte in name.utf8.reversed() { word = word << 8 | UInt64(byte) }
    return word
  }

  @inline(__always) private static func slot(_ word: UInt64, _ factor: UInt64) -> Int {
    Int(truncatingIfNeeded: (word &* factor) >> (64 &- bits))
  }
}
