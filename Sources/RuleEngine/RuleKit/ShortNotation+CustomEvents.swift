// Events beyond the format.
extension ShortNotation {
  /// Keys that any event may have.
  private static let common: Set<Substring> = ["dev", "drv", "src", "fn", "ts", "irql"]

  mutating func customEvent(
    _ arguments: Arguments, _ number: Int
  ) throws(SyntaxError) -> Event {
    guard let name = arguments.words.first else {
      throw SyntaxError(line: number, message: "event needs a name of its own")
    }
    let keys = arguments.keys.filter { !Self.common.contains($0) }.map(String.init)
    let layout = CustomLayout(CustomEvent(String(name), fields: keys))
    if let problem = layout.problem { throw SyntaxError(line: number, message: problem) }
    guard layout.hasRoom else {
      throw SyntaxError(
        line: number,
        message: "\(name) has \(layout.askingForSlots.count) fields of its own; an event can have "
          + "four, size, object, tag and lock among them")
    }
    var event = Event(.custom)
    event.text = strings.intern(layout.signature)
    for (place, key) in keys.enumerated() where !keys[..<place].contains(key) {
      let value = arguments.named[Substring(key)] ?? ""
      if let slot = layout.own.firstIndex(of: key) {
        event.setOwn(slot, FieldValue(reading: value), in: &strings)
      } else {
        try set(key, value, &event, number)
      }
    }
    return event
  }

  /// A field of the format on an event beyond it.
  private mutating func set(
    _ key: String, _ value: Substring, _ event: inout Event, _ number: Int
  ) throws(SyntaxError) {
    switch Field.named(key) {
    case .irp: event.irp = address(value)
    case .lock: event.lock = address(value)
    case .tag: event.tag = address(value)
    case .object: event.operand = address(value)
    case .size:
      guard let size = UInt64(value) else {
        throw SyntaxError(line: number, message: "size needs a number, not \"\(value)\"")
      }
      event.number = size
    case .status: return try setStatus(value, &event, number)
    default: throw SyntaxError(line: number, message: "unknown key \"\(key)\"")
    }
    Field.named(key).map { event.fields.insert($0) }
  }
}
