/// Writes events as lines that the readers take back.
///
/// What an event carries is what its ``Event/fields`` say; a line ends with a newline. The event kinds
/// ``EventKind/malformed`` (nothing to say) writes `TraceLost`, which means the same.
public enum TraceWriter {
  /// Appends `event` as a line of JSON Lines.
  public static func appendJSON(
    _ event: Event, strings: StringTable, to out: inout [UInt8]
  ) {
    append(event, strings, .json, to: &out)
  }

  /// Appends `event` as a text line: the sentinel, the name, and `key=value` pairs.
  ///
  /// A line break in a string cannot be written in this spelling; a blank stands in its place.
  public static func appendText(
    _ event: Event, strings: StringTable, to out: inout [UInt8]
  ) {
    append(event, strings, .text, to: &out)
  }

  private static func append(
    _ event: Event, _ strings: StringTable, _ spelling: LineComposer.Spelling,
    to out: inout [UInt8]
  ) {
    if event.hasStandIns { return append(event.withoutStandIns, strings, spelling, to: &out) }
    let capacity = LineComposer.capacity(event, strings)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      guard let start = buffer.baseAddress else { return }
      let count = withUnsafePointer(to: event) { event in
        withUnsafePointer(to: strings) { strings in
          var composer = LineComposer(
            event: event, strings: strings, spelling: spelling,
            out: ByteWriter(start, capacity: capacity))
          composer.compose()
          return composer.out.count
        }
      }
      out.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    }
  }
}

/// Writes one line of one event. Everything it works with it reaches by pointers, so that no reference
/// is counted on the way.
struct LineComposer {
  enum Spelling { case json, text }

  private let eventPlace: UnsafePointer<Event>
  private let stringsPlace: UnsafePointer<StringTable>
  private let tablesPlace: UnsafePointer<WriterTables>
  private let spelling: Spelling
  private(set) var out: ByteWriter

  private var event: Event { @inline(__always) get { eventPlace.pointee } }
  private var strings: StringTable { @inline(__always) get { stringsPlace.pointee } }
  private var tables: WriterTables { @inline(__always) get { tablesPlace.pointee } }

  init(
    event: UnsafePointer<Event>, strings: UnsafePointer<StringTable>, spelling: Spelling,
    out: ByteWriter
  ) {
    eventPlace = event
    stringsPlace = strings
    self.spelling = spelling
    self.out = out
    tablesPlace = WriterTables.shared
  }

  /// Space that is enough for the event's line in either spelling.
  static func capacity(_ event: Event, _ strings: StringTable) -> Int {
    // The longest key is 17 bytes with its punctuation, the longest value of a field that is no
    // string a status name; two of the names may be longer than what other fields leave free.
    var bytes = 192 + event.fields.rawValue.nonzeroBitCount * 40
    for id in [event.driver, event.source, event.function, event.text] where id != .none {
      bytes += strings.byteCount(of: id) * 6
    }
    if event.isStatusUnknown {
      bytes += strings.byteCount(of: StringID(event.statusBits)) * 6
    }
    if event.kind == .custom && event.word != 0 {
      for slot in 0..<OwnSlot.count {
        bytes += 40
        if event.ownType(slot) == .text {
          bytes += strings.byteCount(of: event.ownText(slot)) * 6
        }
      }
    }
    return bytes
  }

  /// The fields that are written last.
  private static let trailing = FieldSet(.src, .fn, .note).rawValue

  mutating func compose() {
    composeName()
    let fields = event.fields.rawValue & ~(1 << UInt64(Field.ev.rawValue))
    compose(fields & ~Self.trailing)
    if event.kind == .custom && event.word != 0 { composeOwnFields() }
    compose(fields & Self.trailing)
    if spelling == .json { out.put(Ascii.closeBrace) }
    out.put(Ascii.newline)
  }

  private mutating func composeName() {
    if event.kind == .custom {
      composeCustomName()
      return
    }
    let kind = event.kind == .malformed ? EventKind.traceLost : event.kind
    switch spelling {
    case .json: tables.jsonEvents.put(Int(kind.rawValue), to: &out)
    case .text: tables.textEvents.put(Int(kind.rawValue), to: &out)
    }
  }

  private mutating func composeCustomName() {
    switch spelling {
    case .json: for byte in "{\"ev\":\"".utf8 { out.put(byte) }
    case .text: for byte in "@ddi ".utf8 { out.put(byte) }
    }
    strings.withBytes(of: event.text) { bytes in
      let name = UnsafeBufferPointer(rebasing: bytes.prefix(CustomSignature.nameLength(bytes)))
      if spelling == .json { put(json: name) } else { for byte in name { out.put(byte) } }
    }
    quoteInJSON()
  }

  private mutating func composeOwnFields() {
    strings.withBytes(of: event.text) { signature in
      for (slot, name) in CustomSignature.Slots(signature).enumerated()
      where event.ownType(slot) != .absent {
        out.put(spelling == .json ? Ascii.comma : Ascii.space)
        quoteInJSON()
        for byte in name { out.put(byte) }
        quoteInJSON()
        out.put(spelling == .json ? Ascii.colon : Ascii.equals)
        put(ownValue: slot)
      }
    }
  }

  private mutating func put(ownValue slot: Int) {
    let bits = event.ownBits(slot)
    switch event.ownType(slot) {
    case .absent: break
    case .integer: put(signed: Int64(bitPattern: bits))
    case .address: put(hex: bits)
    case .text: put(event.ownText(slot))
    }
  }

  private mutating func compose(_ fields: UInt64) {
    var rest = fields
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      rest &= rest &- 1
      guard let field = Field(rawValue: UInt8(truncatingIfNeeded: index)) else { return }
      switch spelling {
      case .json: tables.jsonKeys.put(index, to: &out)
      case .text: tables.textKeys.put(index, to: &out)
      }
      compose(field)
    }
  }

  private mutating func compose(_ field: Field) {
    switch field {
    case .ev: break
    case .ts: put(signed: event.timestamp)
    case .tid: put(hex: event.thread)
    case .cpu: out.put(decimal: UInt64(event.cpu))
    case .irql: out.put(decimal: UInt64(event.irql))
    case .dev: put(pointer: event.device)
    case .irp: put(pointer: event.irp)
    case .lock: put(pointer: event.lock)
    case .tag, .previous: put(pointer: event.tag)
    case .target, .lower, .object, .routine, .ptr, .handle: put(pointer: event.operand)
    case .status: putStatus()
    case .mj: putMajor()
    case .mn: putMinor()
    case .ioctl: put(hex: event.number)
    case .size, .count, .version, .maxmin: out.put(decimal: event.number)
    case .highwater: out.put(decimal: UInt64(event.highWatermark))
    case .timeout: put(signed: Int64(bitPattern: event.number))
    case .pooltype: out.put(decimal: event.tag)
    case .poolflags: put(hex: event.tag)
    case .oldirql: out.put(decimal: UInt64(event.oldIRQL))
    case .newirql: out.put(decimal: UInt64(event.newIRQL))
    case .bus, .pending, .shutdown, .wait, .irpout, .granted, .signaled, .deferred, .noncancelable:
      if let flag = Event.Flags(field) { put(flag: flag) }
    case .type: put(tables.powerTypes, event.powerType.rawValue)
    case .state: put(tables.powerStates, event.powerState.rawValue)
    case .role: put(tables.roles, event.role.rawValue)
    case .relation: put(tables.relations, event.relation.rawValue)
    case .disposition: put(tables.dispositions, event.disposition.rawValue)
    case .kind: putCallbackKind()
    case .drv: put(event.driver)
    case .src: put(event.source)
    case .fn: put(event.function)
    case .note, .pooltag, .op, .name: put(event.text)
    }
  }
}

extension LineComposer {
  private mutating func put(signed value: Int64) {
    if value < 0 { out.put(Ascii.minus) }
    out.put(decimal: value.magnitude)
  }

  /// `"0x…"` in JSON, `0x…` in text.
  private mutating func put(hex value: UInt64) {
    if spelling == .json { out.put(Ascii.quote) }
    out.put(word: 0x7830, 2)
    out.put(hex: value)
    if spelling == .json { out.put(Ascii.quote) }
  }

  private mutating func put(pointer value: UInt64) {
    switch spelling {
    case .json: put(hex: value)
    case .text: out.put(hex16: value, letters: 0)
    }
  }

  private mutating func put(flag: Event.Flags) {
    out.put(event.flags.contains(flag) ? 0x31 : 0x30)
  }

  private mutating func quoteInJSON() {
    if spelling == .json { out.put(Ascii.quote) }
  }

  private mutating func putStatus() {
    if event.isStatusUnknown { return put(StringID(event.statusBits)) }
    quoteInJSON()
    if !tables.put(status: event.statusBits, to: &out) {
      out.put(word: 0x7830, 2)
      out.put(hex: UInt64(event.statusBits))
    }
    quoteInJSON()
  }

  private mutating func putMajor() {
    let code = Int(event.major.rawValue)
    guard code < MajorFunction.names.count else { return out.put(decimal: UInt64(code)) }
    quoteInJSON()
    tables.majors.put(code, to: &out)
    quoteInJSON()
  }

  private mutating func putMinor() {
    let major = event.has(.mj) ? event.major : event.kind == .poRequestPowerIrp ? .power : nil
    guard let major, tables.hasName(event.minor, of: major) else {
      return out.put(decimal: UInt64(event.minor.rawValue))
    }
    quoteInJSON()
    tables.put(event.minor, of: major, to: &out)
    quoteInJSON()
  }

  private mutating func putCallbackKind() {
    if event.text != .none { return put(event.text) }
    put(tables.callbackKinds, event.callbackKind.rawValue)
  }

  private mutating func put(_ words: ByteStrings, _ index: UInt8) {
    quoteInJSON()
    words.put(Int(index), to: &out)
    quoteInJSON()
  }

  private mutating func put(_ id: StringID) {
    switch spelling {
    case .json: put(json: id)
    case .text: put(text: id)
    }
  }

  private mutating func put(json id: StringID) {
    out.put(Ascii.quote)
    strings.withBytes(of: id) { put(json: $0) }
    out.put(Ascii.quote)
  }

  private mutating func put(json bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      if byte >= 0x20 && byte != Ascii.quote && byte != Ascii.backslash {
        out.put(byte)
      } else if byte >= 0x20 {
        out.put(Ascii.backslash)
        out.put(byte)
      } else {
        for escape in "\\u00".utf8 { out.put(escape) }
        out.put(0x30 | byte >> 4)
        out.put(byte & 15 < 10 ? 0x30 | byte & 15 : 0x57 + byte & 15)
      }
    }
  }

  private mutating func put(text id: StringID) {
    strings.withBytes(of: id) { bytes in
      guard Self.needsQuotes(bytes) else {
        for byte in bytes { out.put(byte) }
        return
      }
      out.put(Ascii.quote)
      for byte in bytes {
        if byte == Ascii.quote || byte == Ascii.backslash { out.put(Ascii.backslash) }
        out.put(byte == Ascii.newline ? Ascii.space : byte)
      }
      out.put(Ascii.quote)
    }
  }

  /// Whether a value would not be read back without quotes: it is empty, begins with a quote, or holds
  /// a blank, a control character or a sentinel.
  private static func needsQuotes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.isEmpty || bytes[0] == Ascii.quote || bytes.contains { $0 <= 0x20 || $0 == Ascii.at }
  }
}
