// Events of one's own. What such an event carries it says itself: ``Event/text`` names its signature,
// and ``Event/word`` has two bits for each slot with what stands there.
extension Event {
  /// What stands in a slot.
  enum OwnType: UInt8 { case absent, integer, address, text }

  /// What stands in one of the slots of ``OwnSlot``.
  @inline(__always) func ownType(_ slot: Int) -> OwnType {
    OwnType(rawValue: word >> UInt8(slot * 2) & 3) ?? .absent
  }

  /// The bits of the value in a slot: of a text its ``StringID``.
  func ownBits(_ slot: Int) -> UInt64 {
    switch slot {
    case 0: number
    case 1: operand
    case 2: tag
    default: lock
    }
  }

  /// The text in a slot that holds one.
  func ownText(_ slot: Int) -> StringID { StringID(UInt32(truncatingIfNeeded: ownBits(slot))) }

  /// Puts a text into a slot.
  mutating func setOwn(_ slot: Int, _ text: StringID) {
    setOwn(slot, .text, UInt64(text.rawValue))
  }

  /// Puts a value into a slot.
  mutating func setOwn(_ slot: Int, _ type: OwnType, _ bits: UInt64) {
    word = word & ~(3 << UInt8(slot * 2)) | type.rawValue << UInt8(slot * 2)
    switch slot {
    case 0: number = bits
    case 1: operand = bits
    case 2: tag = bits
    default: lock = bits
    }
    // Both bits of a text are set.
    if word & word >> 1 & 0x55 != 0 { flags.insert(.ownText) } else { flags.remove(.ownText) }
  }

  mutating func setOwn(_ slot: Int, _ value: FieldValue, in strings: inout StringTable) {
    switch value {
    case .integer: setOwn(slot, .integer, value.bits)
    case .address: setOwn(slot, .address, value.bits)
    case .text(let text): setOwn(slot, strings.intern(text))
    }
  }

  /// Calls `body` with each slot that holds a text, and its string.
  mutating func forEachOwnText(_ body: (inout StringID) -> Void) {
    for slot in 0..<OwnSlot.count where ownType(slot) == .text {
      var text = ownText(slot)
      body(&text)
      setOwn(slot, text)
    }
  }
}

extension Event {
  /// The name of a ``EventKind/custom`` event; of any other that of its kind.
  public func customName(in strings: StringTable) -> String {
    if kind != .custom { return kind.name }
    return strings.withBytes(of: text) { bytes in
      String(decoding: bytes.prefix(CustomSignature.nameLength(bytes)), as: UTF8.self)
    }
  }

  /// Whether this is the custom event with this name.
  func isCustom(_ name: String, in strings: StringTable) -> Bool {
    kind == .custom && strings.withBytes(of: text) { CustomSignature.hasName($0, name) }
  }

  /// The value of a field by its name: one of a custom event's own, or one that the format knows. Nil
  /// where the event does not carry it.
  public func value(of field: String, in strings: StringTable) -> FieldValue? {
    if kind == .custom, let slot = ownSlot(of: field, in: strings) {
      return value(in: slot, strings)
    }
    return Field.named(field).flatMap { value(of: $0, in: strings) }
  }

  /// Whether a field of a custom event's own is this text; nil where it is none, or a number. As
  /// ``value(of:in:)`` tells, without a String made for it.
  func ownText(of field: String, is text: String, in strings: StringTable) -> Bool? {
    guard flags.contains(.ownText), let slot = ownSlot(of: field, in: strings),
      ownType(slot) == .text
    else { return nil }
    return strings.isString(ownText(slot), text)
  }

  /// The fields of a custom event that are its own, with their values; those that it does not carry
  /// are left out.
  public func ownFields(in strings: StringTable) -> [(name: String, value: FieldValue)] {
    if kind != .custom || word == 0 { return [] }
    return strings.withBytes(of: text) { bytes in
      CustomSignature.Slots(bytes).enumerated().compactMap { slot, name in
        value(in: slot, strings).map { (String(decoding: name, as: UTF8.self), $0) }
      }
    }
  }

  /// Makes the event a custom one with these fields of its own, as many as there is room for.
  @_spi(Audit)
  public mutating func setCustom(
    _ name: String, _ fields: [(name: String, value: FieldValue)], in strings: inout StringTable
  ) {
    let layout = CustomLayout(CustomEvent(name, fields: fields.map(\.name)))
    kind = .custom
    text = strings.intern(layout.signature)
    for (name, value) in fields {
      if let slot = layout.own.firstIndex(of: name) { setOwn(slot, value, in: &strings) }
    }
  }

  /// The event as a reader gives it that was told of these events; nil where it is a custom one of
  /// which the reader was not told.
  func asRead(for events: [CustomEvent], in strings: StringTable) -> Event? {
    if kind != .custom { return self }
    guard let asked = events.first(where: { isCustom($0.name, in: strings) }) else { return nil }
    var event = self
    for (name, _) in ownFields(in: strings) where !asked.fields.contains(name) {
      if let slot = ownSlot(of: name, in: strings) { event.setOwn(slot, .absent, 0) }
    }
    return event
  }

  /// A custom event in words: `TeamStart session=3 mode=fast`.
  func customWords(in strings: StringTable) -> String {
    ownFields(in: strings).reduce(customName(in: strings)) { "\($0) \($1.name)=\($1.value)" }
  }

  /// The slot of an own field that the event carries.
  func ownSlot(of field: String, in strings: StringTable) -> Int? {
    let slot = strings.withBytes(of: text) { CustomSignature.slot(of: field, in: $0) }
    return slot.flatMap { ownType($0) == .absent ? nil : $0 }
  }

  private func value(in slot: Int, _ strings: StringTable) -> FieldValue? {
    let bits = ownBits(slot)
    return switch ownType(slot) {
    case .absent: nil
    case .integer: .integer(Int64(bitPattern: bits))
    case .address: .address(bits)
    case .text: .text(strings[ownText(slot)])
    }
  }
}

/// The signature of a custom event: its name, and behind a blank each what its slots hold.
enum CustomSignature {
  /// How long the name is with which a signature begins.
  static func nameLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    bytes.firstIndex(of: Ascii.space) ?? bytes.count
  }

  static func hasName(_ bytes: UnsafeBufferPointer<UInt8>, _ name: String) -> Bool {
    let length = name.utf8.count
    guard bytes.count == length || bytes.count > length && bytes[length] == Ascii.space else {
      return false
    }
    return name.utf8.elementsEqual(bytes.prefix(length))
  }

  /// The slot that a signature names so.
  static func slot(of field: String, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    for (slot, name) in Slots(bytes).enumerated()
    where name.count == field.utf8.count && name.elementsEqual(field.utf8) {
      return slot
    }
    return nil
  }

  /// What a signature says of the slots, in their order.
  struct Slots: Sequence, IteratorProtocol {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>
    private var left = OwnSlot.count

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes.dropFirst(nameLength(bytes)) }

    mutating func next() -> Slice<UnsafeBufferPointer<UInt8>>? {
      // A blank is in front of each.
      guard left > 0, rest.popFirst() != nil else { return nil }
      left -= 1
      let name = rest.prefix { $0 != Ascii.space }
      rest = rest[name.endIndex...]
      return name
    }
  }
}

extension CustomEvent {
  /// The event that a signature is of; nil where it is none. Its layout, for the fields that the format
  /// had then, has the same signature.
  init?(signature: String, known: FieldSet = FieldSet(rawValue: .max)) {
    let words = signature.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard let name = words.first else { return nil }
    self.init(name, fields: Array(words.dropFirst()))
    let layout = CustomLayout(self, known: known)
    if layout.problem != nil || !layout.hasRoom || layout.signature != signature { return nil }
  }
}
