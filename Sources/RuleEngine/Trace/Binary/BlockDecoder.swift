/// Decodes one block of a binary trace.
struct BlockDecoder {
  private let words: Vocabulary
  private let dictionaries: DecoderDictionaries
  private let stage = EventStage()
  private var shapes: [BlockShape] = []
  private var texts = BlockTexts()

  private var p: BytePointer
  private var end: BytePointer
  private var line: UInt64 = 0
  private var file = 0
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
      decodeStrings(header, payload),
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
    _ header: BlockHeader, _ payload: UnsafeRawBufferPointer
  ) -> Bool {
    guard let start = payload.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      return header.eventCount == 0
    }
    p = start
    end = start + payload.count
    texts.begin(start)
    for _ in 0..<header.stringCount {
      let length = varint()
      guard p <= end, length <= UInt64(end - p) else { return false }
      texts.append(p, Int(length))
      p += Int(length)
    }
    return true
  }

  private mutating func decodeEvents(
    _ header: BlockHeader, _ file: Int, _ strings: inout StringTable, _ batch: inout EventBatch
  ) -> Bool {
    shapes.removeAll(keepingCapacity: true)
    dictionaries.removeAll()
    line = header.firstLine &- 1
    self.file = file
    timestamp = 0
    isDamaged = false
    version = header.version
    // Growing would take half as much again. No event takes less than a byte.
    if header.eventCount > EventBatch.keptEvents {
      batch.events.reserveCapacity(
        batch.events.count + min(Int(header.eventCount), Int(header.payloadBytes)))
    }
    var event = stage.start
    for _ in 0..<header.eventCount {
      guard p < end, let shape = nextShape(&strings) else { return false }
      switch shape.kind {
      case .event:
        event.initialize(to: shape.template)
        event.pointee.position = position
        decodeFields(shape.fields, into: event, &strings)
        if shape.own != 0 { decodeOwnFields(shape.own, into: event, &strings) }
        batch.counts.events &+= 1
        if event.pointee.kind == .traceLost { batch.counts.lost &+= 1 }
        event += 1
      case .unknown:
        var ignored = shape.template
        withUnsafeMutablePointer(to: &ignored) {
          decodeFields(shape.fields, into: $0, &strings)
          decodeOwnFields(shape.own, into: $0, &strings)
        }
        countUnknown(shape.name, &batch)
      case .malformed:
        stage.flush(&event, to: &batch)
        decodeMalformed(&batch)
      }
      if p > end || isDamaged { return false }
      if event == stage.end { stage.flush(&event, to: &batch) }
    }
    stage.flush(&event, to: &batch)
    return p == end
  }

  private func countUnknown(_ name: Int, _ batch: inout EventBatch) {
    let bytes = texts[name].bytes
    let name = bytes.prefix(CustomSignature.nameLength(bytes))
    batch.countUnknown(UnsafeBufferPointer(rebasing: name), at: position)
  }

  /// Where the event is that is being read.
  private var position: TracePosition { TracePosition(file: file, line: line) }

  private mutating func decodeMalformed(_ batch: inout EventBatch) {
    let column = varint()
    let message = text()
    batch.report(
      position, String(decoding: message.bytes, as: UTF8.self), column: Int(clamping: column))
  }

  /// Reads the number of an event's shape, with its definition where it is new, and the line.
  @inline(__always) private mutating func nextShape(_ strings: inout StringTable) -> BlockShape? {
    let code = varint()
    let number = Int(truncatingIfNeeded: code >> 1)
    guard number < shapes.count || number == shapes.count && defineShape(&strings) else {
      return nil
    }
    line &+= code & 1 != 0 ? 1 : UInt64(bitPattern: ZigZag.decode(varint()))
    if line > TracePosition.lastLine { isDamaged = true }
    return shapes[number]
  }

  @inline(never) private mutating func defineShape(_ strings: inout StringTable) -> Bool {
    let index = varint()
    let (fields, own) = fieldBits(varint())
    let flags = version == 1 ? UInt64(byte()) : varint()
    guard index < UInt64(texts.count), own >> UInt64(OwnSlot.count) == 0, fields & 1 == 0,
      fields >> UInt64(Field.allCases.count) == 0, p <= end
    else { return false }
    var template = Event()
    template.fields = FieldSet(rawValue: fields)
    template.flags = BinaryFormat.flags(flags, of: template.fields)
    if index == 0 {
      shapes.append(BlockShape(kind: .malformed, template: template, fields: 0))
      return fields | own == 0
    }
    let name = texts[Int(index)].bytes
    let (number, isSigned) = self.number(of: name)
    if number >= 256 {
      template.kind = .custom
      guard isSound(String(decoding: name, as: UTF8.self), template.fields, own),
        let signature = strings.intern(reserved: name)
      else { return false }
      template.text = signature
    } else if number >= 0 {
      template.kind = words.kinds[Int(number)].kind
      guard own == 0, !isSigned, isSound(fields, words.kinds[Int(number)]) else { return false }
    }
    shapes.append(
      BlockShape(
        kind: number < 0 ? .unknown : .event, template: template, fields: fields,
        own: UInt8(truncatingIfNeeded: own), name: Int(index)))
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
    of signature: UnsafeBufferPointer<UInt8>
  ) -> (number: Int32, isSigned: Bool) {
    guard let start = signature.baseAddress else { return (-1, false) }
    let name = CustomSignature.nameLength(signature)
    let number = words.events.find(start, name)
    // A file of version 1 may call an event of somebody's own what the format calls one since.
    let isOlder = version == 1 && name < signature.count && number < 256
    return (isOlder ? -1 : number, name < signature.count)
  }

  /// Whether an event of the format can carry these fields: all that it needs, and none that it does not
  /// have, of which two could share a place.
  private func isSound(_ fields: UInt64, _ kind: Vocabulary.KindFields) -> Bool {
    let named = fields | FieldSet(.ev).rawValue
    return kind.required & ~named == 0 && fields & ~kind.allowed == 0
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

  /// The id of the string that stands next.
  @inline(__always) private mutating func string(_ strings: inout StringTable) -> StringID {
    let index = varint()
    guard index < UInt64(texts.count) else {
      isDamaged = true
      return .none
    }
    return texts.id(Int(truncatingIfNeeded: index), in: &strings)
  }

  /// A status with a name that the format does not know. What lines could not say, no block can.
  @inline(never) private mutating func unknownStatus(_ strings: inout StringTable) -> StringID {
    let before = p
    let name = RawValue(form: .text, bytes: text().bytes, at: before)
    guard let start = name.bytes.baseAddress, case .unknownName = name.status(words),
      words.statusNames.find(start, name.bytes.count) < 0
    else {
      isDamaged = true
      return .none
    }
    p = before
    return string(&strings)
  }

  /// The string that stands next, as it is in the block.
  private mutating func text() -> BlockTexts.Text {
    let index = varint()
    if index < UInt64(texts.count) { return texts[Int(truncatingIfNeeded: index)] }
    isDamaged = true
    return texts[0]
  }

  /// A number for which there are 32 bits.
  @inline(__always) private mutating func number32(_ value: UInt64) -> UInt32 {
    if value > UInt64(UInt32.max) { isDamaged = true }
    return UInt32(truncatingIfNeeded: value)
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
    _ fields: UInt64, into event: UnsafeMutablePointer<Event>, _ strings: inout StringTable
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
          ? unknownStatus(&strings).rawValue : number32(value(.statuses))
      case .mj: event.pointee.major = MajorFunction(byte())
      case .mn: event.pointee.minor = MinorFunction(byte())
      case .src: event.pointee.source = string(&strings)
      case .fn: event.pointee.function = string(&strings)
      case .drv: event.pointee.driver = string(&strings)
      case .cpu: event.pointee.cpu = number32(varint())
      case .irql: event.pointee.irql = byte()
      case .oldirql: event.pointee.oldIRQL = byte()
      case .newirql: event.pointee.newIRQL = byte()
      case .ev, .bus, .pending, .shutdown, .wait, .irpout, .granted, .signaled, .deferred,
        .noncancelable, nil:
        break
      case .some(let field): decodeRare(field, into: event, &strings)
      }
    }
  }

  /// Fields of a custom event's own.
  @inline(never)
  private mutating func decodeOwnFields(
    _ slots: UInt8, into event: UnsafeMutablePointer<Event>, _ strings: inout StringTable
  ) {
    for slot in 0..<OwnSlot.count where slots >> UInt8(slot) & 1 != 0 {
      switch byte() {
      case 1: event.pointee.setOwn(slot, .integer, UInt64(bitPattern: ZigZag.decode(varint())))
      case 2: event.pointee.setOwn(slot, .address, varint())
      case 3:
        let before = p
        // A text that reads as a number would be one when it is written as a line and read again.
        guard OwnValue.isText(text().bytes) else { return isDamaged = true }
        p = before
        event.pointee.setOwn(slot, string(&strings))
      default: isDamaged = true
      }
    }
  }

  @inline(never)
  private mutating func decodeRare(
    _ field: Field, into event: UnsafeMutablePointer<Event>, _ strings: inout StringTable
  ) {
    switch field {
    case .highwater: event.pointee.highWatermark = number32(varint())
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
      let before = p
      let kind = text()
      p = before
      event.pointee.text = string(&strings)
      let (hash, number) = words.callbackKind(kind.start, Int(kind.length))
      event.pointee.operand = hash
      event.pointee.word = UInt8(max(number, 0))
    default: event.pointee.text = string(&strings)
    }
  }
}
