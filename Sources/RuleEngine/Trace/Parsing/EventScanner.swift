/// Turns a piece of a trace into events: what the scanners of both spellings share.
///
/// A piece is whole lines in a padded buffer (``bytePadding``). Each spelling has a quick way, which
/// knows the forms that tracers write and gives up at anything else, and a thorough one, which takes
/// up what the quick one gave up, checks everything, and says what is wrong and where.
struct EventScanner {
  /// A value that could not be read, and what was expected.
  struct Failure {
    var at: BytePointer
    var message: String
  }

  let words: Vocabulary
  let maxLineBytes: Int

  var strings: StringTable
  var batch = EventBatch()
  /// The position of the current line.
  var position: TracePosition
  /// Where the current line begins.
  var lineStart: BytePointer

  /// The event that is being read: the next free place of the stage.
  private(set) var event: UnsafeMutablePointer<Event>
  /// The bits of the fields that are read on this kind of event, and of those that must be there.
  var allowed: UInt64 = 0
  var required: UInt64 = 0
  /// Of an event beyond the format: the slots of its own fields, by their numbers.
  var ownSlots: UnsafePointer<UInt8>?
  /// Unknown fields and words of the event.
  var unknown: UInt64 = 0
  /// A minor code's name that waits for the major code.
  var deferredMinor: RawValue.Kept?
  /// The first thing that is wrong with the event.
  var failure: Failure?

  /// What outlives the piece.
  let memory: ScannerMemory
  /// Escaped strings, written out.
  var scratch: PaddedBytes { memory.scratch }

  init(
    words: Vocabulary, maxLineBytes: Int, memory: ScannerMemory, strings: StringTable,
    position: TracePosition, start: BytePointer
  ) {
    self.words = words
    self.maxLineBytes = maxLineBytes
    self.strings = strings
    self.position = position
    lineStart = start
    self.memory = memory
    event = memory.stage.start
  }

  /// Reads the lines from `start` to `end`; the last byte is a newline.
  mutating func scan(_ start: BytePointer, _ end: BytePointer) {
    let before = position.line
    let isBounded = end - start > maxLineBytes
    var p = start
    while p < end {
      lineStart = p
      position.rawValue &+= 1
      if isBounded && end - p > maxLineBytes, let next = passOverlongLine() {
        p = next
      } else if p[0] == Ascii.openBrace {
        p = scanJSONLine()
      } else {
        p = scanOtherLine()
      }
    }
    batch.counts.lines += position.line &- before
    flush()
  }

  /// Reports the current line and returns the next where the line is longer than the limit.
  private mutating func passOverlongLine() -> BytePointer? {
    let newline = ByteSearch.newline(from: lineStart)
    if newline - lineStart <= maxLineBytes { return nil }
    report(
      Failure(
        at: lineStart,
        message: "the line is longer than \(maxLineBytes) bytes; raise --max-line-bytes to read it"
      ))
    return newline + 1
  }

  /// A line that does not begin with an object: blanks may stand before one, or a prefix before a
  /// sentinel.
  private mutating func scanOtherLine() -> BytePointer {
    let p = ByteSearch.skipBlanks(lineStart)
    return p.pointee == Ascii.openBrace ? scanJSONLine() : scanTextLine()
  }
}

extension EventScanner {
  /// Begins an event whose name has this number in ``Vocabulary/events``.
  @inline(__always) mutating func begin(_ number: Int32) {
    let index = number < 256 ? Int(number) : Int(EventKind.custom.rawValue)
    let fields = words.kinds[index]
    event.initialize(to: Event(fields.kind))
    event.pointee.position = position
    allowed = fields.allowed
    required = fields.required
    unknown = 0
    if number >= 256 { beginCustom(number) }
  }

  /// Names an event beyond the format and says which fields it has.
  private mutating func beginCustom(_ number: Int32) {
    let custom = words.customs[Int(number) - 256]
    event.pointee.text = signature(custom)
    allowed = custom.allowed
    ownSlots = custom.slots
  }

  /// The id of the event's signature, for which every table has room.
  private mutating func signature(_ custom: Vocabulary.CustomFields) -> StringID {
    let bytes = UnsafeBufferPointer(start: custom.signature, count: custom.signatureBytes)
    return strings.intern(reserved: bytes)
      ?? strings.intern(custom.signature, custom.signatureBytes)
  }

  /// Ends the event that was begun: adds it to the batch, or reports why it cannot be.
  mutating func finish(at start: BytePointer) {
    if let minor = deferredMinor {
      deferredMinor = nil
      resolve(minor)
    }
    if failure == nil && required & ~event.pointee.fields.rawValue != 0 {
      failure = Failure(at: start, message: missingFields())
    }
    if let failure {
      self.failure = nil
      return report(failure)
    }
    append()
  }

  /// Adds the event to the batch.
  @inline(__always) mutating func append() {
    if event.pointee.fields.rawValue & Self.stateAndType == Self.stateAlone {
      event.pointee.powerType = event.pointee.powerState.type
    }
    batch.counts.events &+= 1
    batch.counts.unknownFields &+= unknown
    if event.pointee.kind == .traceLost { batch.counts.lost &+= 1 }
    advance()
  }

  private static var stateAlone: UInt64 { 1 << UInt64(Field.state.rawValue) }
  private static var stateAndType: UInt64 { stateAlone | 1 << UInt64(Field.type.rawValue) }

  @inline(__always) private mutating func advance() {
    event += 1
    if event == memory.stage.end { flush() }
  }

  /// Puts the events that are read into the batch.
  private mutating func flush() { memory.stage.flush(&event, to: &batch) }

  /// Adds a malformed event to the batch and says what is wrong.
  mutating func report(_ failure: Failure) {
    event.initialize(to: Event(.malformed))
    event.pointee.position = position
    advance()
    batch.counts.malformed += 1
    batch.add(
      TraceDiagnostic(
        position: position, column: failure.at - lineStart + 1, message: failure.message))
  }

  private func missingFields() -> String {
    let names = FieldSet(rawValue: required & ~event.pointee.fields.rawValue).fields
      .map { "\"\($0.name)\"" }
    let list =
      names.count == 1
      ? "field \(names[0])"
      : "fields \(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
    return "\(event.pointee.kind.name) needs the \(list)"
  }
}
