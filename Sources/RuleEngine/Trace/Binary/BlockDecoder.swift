/// Decodes one block of a binary trace.
struct BlockDecoder {
  /// What is the same in many events.
  private struct Shape {
    enum Kind { case event, unknown, malformed }
    var kind: Kind
    /// An event as it is before its fields are read.
    var template: Event
    var fields: UInt64
    /// The slots of a custom event's own fields, one bit each.
    var own: UInt8 = 0
    /// The name of an unknown event, with what its slots are called.
    var name = StringID.none
  }

  private let words: Vocabulary
  private let dictionaries: DecoderDictionaries
  private let stage = EventStage()
  private var shapes: [Shape] = []
  /// The ids of the block's strings in the run's table.
  private var ids: [StringID] = []

  private var p: BytePointer
  private var end: BytePointer
  private var line: UInt64 = 0
  private var timestamp: Int64 = 0
  private var isDamaged = false
  private var version = BinaryFormat.version

  init(words: Vocabulary) {
    self.words = words
    dictionaries = DecoderDictionaries()
    p = UnsafePointer(dictionaries.nothing.assumingMemoryBound(to: UInt8.self))
    end = p
  }

  /// Adds a block's events to `batch`, or one malformed event where the block is damaged.
  ///
  /// - Parameters:
  ///   - header: The block's header, which is sound.
  ///   - payload: What follows the header, padded with ``BinaryFormat/maxEventBytes``.
  ///   - offset: Where in the file the block begins, for the message.
  mutating func decode(
    _ header: BlockHeader, _ payload: UnsafeRawBufferPointer, file: Int, offset: UInt64,
    strings: inout StringTable, into batch: inout EventBatch
  ) {
    let before = batch.events.count
    let diagnostics = batch.diagnostics.count
    let counts = batch.counts
    let unknown = batch.unknown
    if CRC32C.checksum(payload) == header.payloadChecksum,
      decodeStrings(header, payload, &strings),
      decodeEvents(header, file, &strings, &batch)
    {
      batch.counts.lines &+= header.lines
      batch.counts.skipped &+= UInt64(header.skipped)
      batch.counts.unknownEvents &+= UInt64(header.unknownEvents)
      batch.counts.unknownFields &+= UInt64(header.unknownFields)
      return
    }
    batch.events.removeLast(batch.events.count - before)
    batch.diagnostics.removeLast(batch.diagnostics.count - diagnostics)
    batch.counts = counts
    batch.unknown = unknown
    batch.counts.lines &+= header.lines
    batch.report(
      TracePosition(file: file, line: header.firstLine),
      "the block at byte \(offset) is damaged: \(header.eventCount) events are lost")
  }

  private mutating func decodeStrings(
    _ header: BlockHeader, _ payload: UnsafeRawBufferPointer, _ strings: inout StringTable
  ) -> Bool {
    guard let start = payload.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      return header.eventCount == 0
    }
    p = start
    end = start + payload.count
    ids.removeAll(keepingCapacity: true)
    ids.append(.none)
    for _ in 0..<header.stringCount {
      let length = varint()
      guard p <= end, length <= UInt64(end - p) else { return false }
      ids.append(strings.intern(p, Int(length)))
      p += Int(length)
    }
    return true
  }

  private mutating func decodeEvents(
    _ header: BlockHeader, _ file: Int, _ strings: inout StringTable, _ batch: inout EventBatch
  ) -> Bool {
    shapes.removeAll(keepingCapacity: true)
    dictionaries.removeAll()
    line = TracePosition(file: file, line: header.firstLine &- 1).rawValue
    timestamp = 0
    isDamaged = false
    version = header.version
    var event = stage.start
    for _ in 0..<header.eventCount {
      guard p < end, let shape = nextShape(strings) else { return false }
      switch shape.kind {
      case .event:
        event.initialize(to: shape.template)
        event.pointee.position.rawValue = line
        decodeFields(shape.fields, into: event, strings)
        if shape.own != 0 { decodeOwnFields(shape.own, into: event, strings) }
        batch.counts.events &+= 1
        if event.pointee.kind == .traceLost { batch.counts.lost &+= 1 }
        event += 1
      case .unknown:
        var ignored = shape.template
        withUnsafeMutablePointer(to: &ignored) {
          decodeFields(shape.fields, into: $0, strings)
          decodeOwnFields(shape.own, into: $0, strings)
        }
        countUnknown(shape.name, strings, &batch)
      case .malformed:
        stage.flush(&event, to: &batch)
        decodeMalformed(strings, &batch)
      }
      if p > end || isDamaged { return false }
      if event == stage.end { stage.flush(&event, to: &batch) }
    }
    stage.flush(&event, to: &batch)
    return p == end
  }

  private func countUnknown(
    _ signature: StringID, _ strings: StringTable, _ batch: inout EventBatch
  ) {
    var position = TracePosition(file: 0, line: 0)
    position.rawValue = line
    strings.withBytes(of: signature) { bytes in
      let name = bytes.prefix(CustomSignature.nameLength(bytes))
      batch.countUnknown(UnsafeBufferPointer(rebasing: name), at: position)
    }
  }

  private mutating func decodeMalformed(_ strings: StringTable, _ batch: inout EventBatch) {
    var position = TracePosition(file: 0, line: 0)
    position.rawValue = line
    let column = varint()
    let message = string()
    batch.report(
      position, strings[message],
      column: Int(clamping: column))
  }

  /// Reads the number of an event's shape, with its definition where it is new, and the line.
  @inline(__always) private mutating func nextShape(_ strings: StringTable) -> Shape? {
    let code = varint()
    let number = Int(truncatingIfNeeded: code >> 1)
    guard number < shapes.count || number == shapes.count && defineShape(strings) else {
      return nil
    }
    line &+= code & 1 != 0 ? 1 : UInt64(bitPattern: ZigZag.decode(varint()))
    return shapes[number]
  }

  @inline(never) private mutating func defineShape(_ strings: StringTable) -> Bool {
    let index = varint()
    let (fields, own) = fieldBits(varint())
    let flags = version == 1 ? UInt64(byte()) : varint()
    guard index < UInt64(ids.count), own >> UInt64(OwnSlot.count) == 0, fields & 1 == 0,
      fields >> UInt64(Field.allCases.count) == 0, p <= end
    else { return false }
    var template = Event()
    template.flags = Event.Flags(rawValue: UInt16(truncatingIfNeeded: flags))
      .subtracting(.ownText)
    template.fields = FieldSet(rawValue: fields)
    if index == 0 {
      shapes.append(Shape(kind: .malformed, template: template, fields: 0))
      return fields | own == 0
    }
    let (number, isSigned) = self.number(of: ids[Int(index)], strings)
    if number >= 256 {
      template.kind = .custom
      template.text = ids[Int(index)]
      guard isSound(strings[template.text], template.fields, own) else { return false }
    } else if number >= 0 {
      template.kind = words.kinds[Int(number)].kind
      guard own == 0, !isSigned else { return false }
    }
    shapes.append(
      Shape(
        kind: number < 0 ? .unknown : .event, template: template, fields: fields,
        own: UInt8(truncatingIfNeeded: own), name: ids[Int(index)]))
    return true
  }

  /// The bits of the format's fields and, from bit 0 on, of the slots of a custom event's own.
  private func fieldBits(_ bits: UInt64) -> (fields: UInt64, own: UInt64) {
    let first =
      version == 1 ? BinaryFormat.firstOwnBitOfVersion1 : BinaryFormat.firstOwnBit
    return (bits & (1 << UInt64(first) - 1), bits >> UInt64(first))
  }

  /// The number of the event with the name of a signature, and whether the signature says more.
  private func number(
    of signature: StringID, _ strings: StringTable
  ) -> (number: Int32, isSigned: Bool) {
    strings.withPaddedBytes(of: signature) { start, length in
      let name = CustomSignature.nameLength(UnsafeBufferPointer(start: start, count: length))
      let number = words.events.find(start, name)
      // A file of version 1 may call an event of somebody's own what the format calls one since.
      let isOlder = version == 1 && name < length && number < 256
      return (isOlder ? -1 : number, name < length)
    }
  }

  /// Whether a custom event can carry these fields of the format and these slots, as its signature
  /// tells: no two values in one place.
  private func isSound(_ signature: String, _ fields: FieldSet, _ own: UInt64) -> Bool {
    let known = version == 1 ? BinaryFormat.firstFields : FieldSet(rawValue: .max)
    guard let event = CustomEvent(signature: signature, known: known),
      fields.isDisjoint(with: OwnSlot.unusable)
    else { return false }
    let layout = CustomLayout(event, known: known)
    return (0..<OwnSlot.count).allSatisfy { slot in
      let there = OwnSlot.formatFields[slot].intersection(fields)
      if layout.own[slot] != nil { return there.isEmpty }
      return own >> UInt64(slot) & 1 == 0 && there.rawValue.nonzeroBitCount <= 1
    }
  }
}

extension BlockDecoder {
  @inline(__always) private mutating func varint() -> UInt64 {
    let first = p.pointee
    if first < 0x80 {
      p += 1
      return UInt64(first)
    }
    let second = p[1]
    if second < 0x80 {
      p += 2
      return UInt64(first & 0x7F) | UInt64(second) << 7
    }
    return longVarint()
  }

  @inline(never) private mutating func longVarint() -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<10 {
      let byte = p[index]
      value |= UInt64(byte & 0x7F) << UInt64(index * 7)
      if byte < 0x80 {
        p += index + 1
        return value
      }
    }
    isDamaged = true
    p += 10
    return 0
  }

  @inline(__always) private mutating func string() -> StringID {
    let index = varint()
    if index < UInt64(ids.count) { return ids[Int(truncatingIfNeeded: index)] }
    isDamaged = true
    return .none
  }

  @inline(__always) private mutating func byte() -> UInt8 {
    let byte = p.pointee
    p += 1
    return byte
  }

  @inline(__always) private mutating func value(_ group: ValueGroup) -> UInt64 {
    let back = varint()
    if back == 0 {
      let step = UInt64(bitPattern: ZigZag.decode(varint()))
      return dictionaries.append(step, group.rawValue)
    }
    if let value = dictionaries.find(back, group.rawValue) { return value }
    isDamaged = true
    return 0
  }

  @inline(__always)
  private mutating func decodeFields(
    _ fields: UInt64, into event: UnsafeMutablePointer<Event>, _ strings: StringTable
  ) {
    var rest = fields
    while rest != 0 {
      let field = Field(rawValue: UInt8(truncatingIfNeeded: rest.trailingZeroBitCount))
      rest &= rest &- 1
      switch field {
      case .ts:
        timestamp &+= ZigZag.decode(varint())
        event.pointee.timestamp = timestamp
      case .tid: event.pointee.thread = value(.threads)
      case .dev: event.pointee.device = value(.devices)
      case .irp: event.pointee.irp = value(.requests)
      case .lock: event.pointee.lock = value(.locks)
      case .tag: event.pointee.tag = value(.requests)
      case .previous: event.pointee.tag = value(.others)
      case .target, .lower: event.pointee.operand = value(.devices)
      case .object, .routine, .ptr, .handle: event.pointee.operand = value(.others)
      case .status:
        event.pointee.statusBits =
          event.pointee.isStatusUnknown
          ? string().rawValue : UInt32(truncatingIfNeeded: value(.statuses))
      case .mj: event.pointee.major = MajorFunction(byte())
      case .mn: event.pointee.minor = MinorFunction(byte())
      case .src: event.pointee.source = string()
      case .fn: event.pointee.function = string()
      case .drv: event.pointee.driver = string()
      case .cpu: event.pointee.cpu = UInt32(truncatingIfNeeded: varint())
      case .irql: event.pointee.irql = byte()
      case .oldirql: event.pointee.oldIRQL = byte()
      case .newirql: event.pointee.newIRQL = byte()
      case .ev, .bus, .pending, .shutdown, .wait, .irpout, .granted, .signaled, .deferred,
        .noncancelable, nil:
        break
      case .some(let field): decodeRare(field, into: event, strings)
      }
    }
  }

  /// Fields of a custom event's own.
  @inline(never)
  private mutating func decodeOwnFields(
    _ slots: UInt8, into event: UnsafeMutablePointer<Event>, _ strings: StringTable
  ) {
    for slot in 0..<OwnSlot.count where slots >> UInt8(slot) & 1 != 0 {
      switch byte() {
      case 1: event.pointee.setOwn(slot, .integer, UInt64(bitPattern: ZigZag.decode(varint())))
      case 2: event.pointee.setOwn(slot, .address, varint())
      case 3:
        let text = string()
        // A text that reads as a number would be one when it is written as a line and read again.
        guard strings.withBytes(of: text, OwnValue.isText) else { return isDamaged = true }
        event.pointee.setOwn(slot, text)
      default: isDamaged = true
      }
    }
  }

  @inline(never)
  private mutating func decodeRare(
    _ field: Field, into event: UnsafeMutablePointer<Event>, _ strings: StringTable
  ) {
    switch field {
    case .highwater: event.pointee.highWatermark = UInt32(truncatingIfNeeded: varint())
    case .ioctl, .size, .count, .version, .maxmin: event.pointee.number = varint()
    case .timeout: event.pointee.number = UInt64(bitPattern: ZigZag.decode(varint()))
    case .pooltype, .poolflags: event.pointee.tag = varint()
    case .type: event.pointee.powerType = PowerStateType(rawValue: byte()) ?? .unknown
    case .state:
      event.pointee.powerState = PowerState(rawValue: byte()) ?? .unknown
      if !event.pointee.has(.type) {
        event.pointee.powerType = event.pointee.powerState.type
      }
    case .role, .relation, .disposition: event.pointee.word = byte()
    case .kind:
      event.pointee.text = string()
      let (hash, number) = strings.withPaddedBytes(of: event.pointee.text) {
        words.callbackKind($0, $1)
      }
      event.pointee.operand = hash
      event.pointee.word = UInt8(max(number, 0))
    default: event.pointee.text = string()
    }
  }
}

/// The values that a block has had, by how many new ones came since.
private final class DecoderDictionaries {
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
    diagnostics.append(TraceDiagnostic(position: position, column: column, message: message))
  }
}
