/// The strings of a block, number 0 being the empty one. They get ids when an event uses them, so that names
/// of events and what nobody uses take no room in the run's table, and what decides how a block is read is
/// never looked up there.
struct BlockTexts {
  /// A string.
  struct Text {
    var start: BytePointer
    var length: UInt32
    /// Its id in the run's table, once it was used.
    fileprivate var id: UInt32

    var bytes: UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(start: start, count: Int(length))
    }
  }

  private var texts: [Text] = []
  private static let unused = UInt32.max

  var count: Int { texts.count }

  subscript(_ number: Int) -> Text { texts[number] }

  /// Begins with the strings of another block, whose payload is at `start`.
  mutating func begin(_ start: BytePointer) {
    texts.removeAll(keepingCapacity: true)
    texts.append(Text(start: start, length: 0, id: 0))
  }

  /// Adds the string of `length` bytes at `start`.
  mutating func append(_ start: BytePointer, _ length: Int) {
    texts.append(Text(start: start, length: UInt32(truncatingIfNeeded: length), id: Self.unused))
  }

  /// The id of a string in the run's table, to which it is added where it is new.
  @inline(__always)
  mutating func id(_ number: Int, in strings: inout StringTable) -> StringID {
    let id = texts[number].id
    return id == Self.unused ? intern(number, &strings) : StringID(id)
  }

  @inline(never)
  private mutating func intern(_ number: Int, _ strings: inout StringTable) -> StringID {
    let id = strings.intern(texts[number].start, Int(texts[number].length))
    texts[number].id = id.rawValue
    return id
  }
}

/// The values that a block has had, by how many new ones came since.
final class DecoderDictionaries {
  private let values: UnsafeMutablePointer<UInt64>
  private let counts: UnsafeMutablePointer<Int>
  private let groups = ValueGroup.allCases.count
  private static let window = BinaryFormat.window

  init() {
    values = .allocate(capacity: groups * Self.window)
    values.initialize(repeating: 0, count: groups * Self.window)
    counts = .allocate(capacity: groups)
    counts.initialize(repeating: 0, count: groups)
  }

  /// A place to point to before there is a block.
  var nothing: UnsafeMutableRawPointer { UnsafeMutableRawPointer(values) }

  func removeAll() { counts.update(repeating: 0, count: groups) }

  /// The value that was new `back` new ones ago, 1 being the last.
  @inline(__always) func find(_ back: UInt64, _ group: Int) -> UInt64? {
    let count = counts[group]
    guard back <= UInt64(min(count, Self.window)) else { return nil }
    let index = (count &- Int(truncatingIfNeeded: back)) & (Self.window &- 1)
    return values[group &* Self.window &+ index]
  }

  /// Adds the value that is `step` more than the last new one, and returns it.
  @inline(__always) func append(_ step: UInt64, _ group: Int) -> UInt64 {
    let count = counts[group]
    let start = values + group &* Self.window
    let last = count == 0 ? 0 : start[(count &- 1) & (Self.window &- 1)]
    let value = last &+ step
    start[count & (Self.window &- 1)] = value
    counts[group] = count &+ 1
    return value
  }

  deinit {
    values.deallocate()
    counts.deallocate()
  }
}

extension EventBatch {
  /// Adds a malformed event with what is to be said about it.
  mutating func report(_ position: TracePosition, _ message: String, column: Int = 1) {
    var event = Event(.malformed)
    event.position = position
    events.append(event)
    counts.malformed += 1
    add(TraceDiagnostic(position: position, column: column, message: message))
  }
}

/// What is the same in many events.
struct BlockShape {
  enum Kind { case event, unknown, malformed }
  var kind: Kind
  /// An event as it is before its fields are read.
  var template: Event
  var fields: UInt64
  /// The slots of a custom event's own fields, one bit each.
  var own: UInt8 = 0
  /// The number of the string with the name of an unknown event, and with what its slots are called.
  var name = 0
}
