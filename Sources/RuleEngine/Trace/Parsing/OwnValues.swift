/// Fields of one's own: how their values get into the event, in whichever spelling they are written.
extension EventScanner {
  /// Takes the value of the field of one's own with this number; nil takes it out of the event again,
  /// as JSON's `null` after an earlier value does. On an event that has no such field it counts as
  /// unknown, and so does an object or a list, which is no value.
  mutating func take(own number: Int, _ value: RawValue?) {
    guard event.pointee.kind == .custom, let slot = ownSlots?[number], slot < OwnSlot.count else {
      unknown += 1
      return
    }
    guard let value else { return event.pointee.setOwn(Int(slot), .absent, 0) }
    switch value.form {
    case .object, .array: unknown += 1
    case .literal: store(ownText: value.bytes, Int(slot))
    case .text, .string, .number: store(own: value.bytes, Int(slot))
    }
  }

  private mutating func store(own bytes: UnsafeBufferPointer<UInt8>, _ slot: Int) {
    switch OwnValue(bytes) {
    case .integer(let value): event.pointee.setOwn(slot, .integer, UInt64(bitPattern: value))
    case .address(let value): event.pointee.setOwn(slot, .address, value)
    case .text: store(ownText: bytes, slot)
    }
  }

  private mutating func store(ownText bytes: UnsafeBufferPointer<UInt8>, _ slot: Int) {
    guard let start = bytes.baseAddress else { return }
    event.pointee.setOwn(slot, strings.intern(start, bytes.count))
  }
}
