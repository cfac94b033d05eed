/// Encodes the events of one block after the other.
struct BlockEncoder {
  private var header = BlockHeader()
  private var events: [UInt8] = []
  private var strings: [UInt8] = []
  private var line: UInt64 = 0
  private var timestamp: Int64 = 0
  /// The line of the last event, in whatever block.
  private var lastLine: UInt64 = 0
  /// Lines that the blocks stand for so far.
  private(set) var lineCount: UInt64 = 0
  /// The timestamp of the block's first event, for the index.
  private(set) var firstTimestamp: Int64 = 0

  /// Shapes by what they are made of.
  private var shapes: [Shape: UInt64] = [:]
  private var lastShapes: [(shape: Shape, number: UInt64)]
  private var dictionaries: [EncoderDictionary]
  /// By string id of the caller's table: the block that used it, and its number there.
  private var localStrings: [(block: UInt32, number: UInt32)] = []
  private var generation: UInt32 = 0
  private var names: [EventKind: UInt32] = [:]
  private var callbackNames: [CallbackKind: UInt32] = [:]
  private var block: UInt32 = 1

  /// What is the same in many events: stated once in a block and then named by its number.
  private struct Shape: Hashable {
    var kind: EventKind
    var fields: UInt64
    var flags: UInt16
    /// The name of an event beyond the format.
    var name: UInt32
  }

  init() {
    dictionaries = ValueGroup.allCases.map { _ in EncoderDictionary() }
    let none = Shape(kind: .malformed, fields: .max, flags: 0, name: 0)
    lastShapes = Array(repeating: (none, 0), count: EventKind.allCases.count)
  }

  var isEmpty: Bool { header.eventCount == 0 && header.lines == 0 }
  var isFull: Bool {
    header.eventCount >= BinaryFormat.blockEvents
      || events.count + strings.count > BinaryFormat.blockBytes
  }
  var eventCount: UInt32 { header.eventCount }

  /// Counts in what a batch held beside events. `linesBefore` is what ``lineCount`` was before it.
  mutating func count(_ counts: TraceCounts, linesBefore: UInt64) {
    let rest = Int64(bitPattern: linesBefore &+ counts.lines &- lineCount)
    if rest > 0 { count(lines: UInt64(rest)) }
    header.skipped &+= UInt32(truncatingIfNeeded: counts.skipped)
    header.unknownEvents &+= UInt32(truncatingIfNeeded: counts.unknownEvents)
    header.unknownFields &+= UInt32(truncatingIfNeeded: counts.unknownFields)
  }

  /// Adds an event.
  mutating func append(_ event: Event, strings table: StringTable) {
    if event.hasStandIns { return append(event.withoutStandIns, strings: table) }
    if table.generation != generation {
      // The ids mean other strings now.
      localStrings.removeAll(keepingCapacity: true)
      generation = table.generation
    }
    let isCustom = event.kind == .custom
    let name = isCustom ? local(event.text, table) : 0
    // That a field holds a text stands with the field.
    let flags = event.flags.subtracting(.ownText).rawValue
    var rest = event.fields.rawValue & ~Self.nameBit
    if isCustom { rest |= BinaryFormat.ownBits(of: event) }
    begin(Shape(kind: event.kind, fields: rest, flags: flags, name: name), event)
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      rest &= rest &- 1
      if let field = Field(rawValue: UInt8(truncatingIfNeeded: index)) {
        append(field, event, table)
      } else {
        append(own: index - BinaryFormat.firstOwnBit, event, table)
      }
    }
  }

  private mutating func append(own slot: Int, _ event: Event, _ table: StringTable) {
    let bits = event.ownBits(slot)
    let type = event.ownType(slot)
    events.append(type.rawValue)
    switch type {
    case .absent: break
    case .integer: events.append(varint: ZigZag.encode(Int64(bitPattern: bits)))
    case .address: events.append(varint: bits)
    case .text: events.append(varint: UInt64(local(event.ownText(slot), table)))
    }
  }

  /// Adds a malformed event with what was said about it.
  mutating func append(_ event: Event, _ diagnostic: TraceDiagnostic) {
    begin(Shape(kind: .malformed, fields: 0, flags: 0, name: 0), event)
    events.append(varint: UInt64(max(diagnostic.column, 0)))
    let text = Array(diagnostic.message.utf8)
    events.append(varint: UInt64(text.withUnsafeBufferPointer { define($0) }))
  }

  /// Ends the block and appends it to `out`; `firstEvent` is how many events the blocks before have.
  mutating func finish(firstEvent: UInt64, to out: inout [UInt8]) {
    header.firstEvent = firstEvent
    header.payloadBytes = UInt32(strings.count + events.count)
    let payload = strings + events
    header.payloadChecksum = BinaryFormat.checksum(payload[...])
    out.append(contentsOf: header.bytes)
    out.append(contentsOf: payload)
    header = BlockHeader()
    events.removeAll(keepingCapacity: true)
    strings.removeAll(keepingCapacity: true)
    shapes.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
    callbackNames.removeAll(keepingCapacity: true)
    for index in lastShapes.indices { lastShapes[index].shape.fields = .max }
    for index in dictionaries.indices { dictionaries[index].removeAll() }
    block &+= 1
  }

  private static let nameBit = FieldSet(.ev).rawValue
}

extension BlockEncoder {
  private mutating func count(lines: UInt64) {
    header.lines &+= lines
    lineCount &+= lines
  }

  /// Writes the shape's number and how far the line is from that of the event before.
  private mutating func begin(_ shape: Shape, _ event: Event) {
    let eventLine = event.position.line
    if header.eventCount == 0 {
      header.firstLine = eventLine
      line = eventLine &- 1
      timestamp = 0
      firstTimestamp = event.timestamp
    }
    header.eventCount += 1
    let step = Int64(bitPattern: eventLine &- line)
    line = eventLine
    // Lines up to the event belong to its block; a smaller number is that of another file.
    if eventLine > lastLine { count(lines: eventLine - lastLine) }
    lastLine = eventLine
    let isNext: UInt64 = step == 1 ? 1 : 0
    let last = lastShapes[Int(shape.kind.rawValue)]
    if last.shape == shape {
      events.append(varint: last.number << 1 | isNext)
    } else if let number = shapes[shape] {
      events.append(varint: number << 1 | isNext)
      lastShapes[Int(shape.kind.rawValue)] = (shape, number)
    } else {
      let number = UInt64(shapes.count)
      events.append(varint: number << 1 | isNext)
      shapes[shape] = number
      lastShapes[Int(shape.kind.rawValue)] = (shape, number)
      define(shape)
    }
    if isNext == 0 { events.append(varint: ZigZag.encode(step)) }
  }

  private mutating func define(_ shape: Shape) {
    switch shape.kind {
    case .malformed: events.append(varint: 0)
    case .custom: events.append(varint: UInt64(shape.name))
    default: events.append(varint: UInt64(name(of: shape.kind)))
    }
    events.append(varint: shape.fields)
    events.append(varint: UInt64(shape.flags))
  }

  private mutating func name(of kind: EventKind) -> UInt32 {
    if let number = names[kind] { return number }
    let bytes = Array(kind.name.utf8)
    let number = bytes.withUnsafeBufferPointer { define($0) }
    names[kind] = number
    return number
  }

  /// A callback's kind of which only the number is there.
  private mutating func name(of kind: CallbackKind) -> UInt32 {
    if let number = callbackNames[kind] { return number }
    let bytes = Array(kind.name.utf8)
    let number = bytes.withUnsafeBufferPointer { define($0) }
    callbackNames[kind] = number
    return number
  }

  /// The number of a string in this block; 0 is the empty one.
  @inline(__always) private mutating func local(_ id: StringID, _ table: StringTable) -> UInt32 {
    if id == .none { return 0 }
    let index = Int(id.rawValue)
    if index < localStrings.count && localStrings[index].block == block {
      return localStrings[index].number
    }
    return define(id, table)
  }

  private mutating func define(_ id: StringID, _ table: StringTable) -> UInt32 {
    let index = Int(id.rawValue)
    while localStrings.count <= index {
      localStrings.append(
        contentsOf: repeatElement((block: 0, number: 0), count: max(64, localStrings.count)))
    }
    let number = table.withBytes(of: id) { define($0) }
    localStrings[index] = (block, number)
    return number
  }

  private mutating func define(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    strings.append(varint: UInt64(bytes.count))
    strings.append(contentsOf: bytes)
    header.stringCount += 1
    return header.stringCount
  }

  /// Writes a value as the number of steps back to where it was new, or as new.
  @inline(__always) private mutating func append(_ value: UInt64, in group: ValueGroup) {
    if let back = dictionaries[group.rawValue].find(value) {
      events.append(varint: back)
    } else {
      events.append(0)
      events.append(
        varint: ZigZag.encode(
          Int64(bitPattern: value &- dictionaries[group.rawValue].last)))
      dictionaries[group.rawValue].append(value)
    }
  }

  private mutating func append(_ field: Field, _ event: Event, _ table: StringTable) {
    switch field {
    case .ev, .bus, .pending, .shutdown, .wait, .irpout, .granted, .signaled, .deferred,
      .noncancelable:
      break
    case .ts:
      events.append(varint: ZigZag.encode(event.timestamp &- timestamp))
      timestamp = event.timestamp
    case .tid: append(event.thread, in: .threads)
    case .dev: append(event.device, in: .devices)
    case .irp: append(event.irp, in: .requests)
    case .lock: append(event.lock, in: .locks)
    case .tag: append(event.tag, in: .requests)
    case .previous: append(event.tag, in: .others)
    case .pooltype, .poolflags: events.append(varint: event.tag)
    case .target, .lower, .object, .routine, .ptr, .handle:
      append(event.operand, in: ValueGroup(pointer: field))
    case .status:
      if event.isStatusUnknown {
        events.append(varint: UInt64(local(StringID(event.statusBits), table)))
      } else {
        append(UInt64(event.statusBits), in: .statuses)
      }
    case .cpu: events.append(varint: UInt64(event.cpu))
    case .irql: events.append(event.irql)
    case .oldirql: events.append(event.oldIRQL)
    case .newirql: events.append(event.newIRQL)
    case .timeout: events.append(varint: ZigZag.encode(Int64(bitPattern: event.number)))
    case .mj: events.append(event.major.rawValue)
    case .mn: events.append(event.minor.rawValue)
    case .highwater: events.append(varint: UInt64(event.highWatermark))
    case .ioctl, .size, .count, .version, .maxmin: events.append(varint: event.number)
    case .type: events.append(event.powerType.rawValue)
    case .state: events.append(event.powerState.rawValue)
    case .role, .relation, .disposition: events.append(event.word)
    case .kind where event.text == .none && event.callbackKind != .other:
      events.append(varint: UInt64(name(of: event.callbackKind)))
    case .kind, .note, .pooltag, .op, .name:
      events.append(varint: UInt64(local(event.text, table)))
    case .drv: events.append(varint: UInt64(local(event.driver, table)))
    case .src: events.append(varint: UInt64(local(event.source, table)))
    case .fn: events.append(varint: UInt64(local(event.function, table)))
    }
  }
}

/// The values of a group that a block has had, to be named by how many new ones came since.
struct EncoderDictionary {
  /// Where each value was new, at the place of its hash; of two with one place the later is kept.
  private var slots: [(value: UInt64, number: UInt64)]
  /// How many values were new, in this block and before.
  private var count: UInt64 = 0
  private var blockStart: UInt64 = 0
  private(set) var last: UInt64 = 0

  private static let bits: UInt64 = 13

  init() { slots = Array(repeating: (0, 0), count: 1 << Int(Self.bits)) }

  /// How many new values back the value was new, counted from 1; nil where it is too far or unknown.
  @inline(__always) func find(_ value: UInt64) -> UInt64? {
    let slot = slots[Self.slot(value)]
    let back = count &- slot.number &+ 1
    return slot.value == value && slot.number > blockStart && back <= BinaryFormat.window
      ? back : nil
  }

  mutating func append(_ value: UInt64) {
    count += 1
    slots[Self.slot(value)] = (value, count)
    last = value
  }

  mutating func removeAll() {
    blockStart = count
    last = 0
  }

  @inline(__always) private static func slot(_ value: UInt64) -> Int {
    Int(truncatingIfNeeded: (value &* 0x9E37_79B9_7F4A_7C15) >> (64 - bits))
  }
}
