// Events by their names in the format, for which there is no verb of their own.
extension ShortNotation {
  /// The event that a verb names as a trace does: `KeAcquireSpinLock lock=spin oldirql=0`.
  ///
  /// Keys are the event's fields; addresses are names, statuses are written without `STATUS_`. A field
  /// `irp`, `dev` or `lock` that the event must have and the line does not name is the usual one.
  mutating func namedEvent(
    _ verb: Substring, _ arguments: Arguments, _ number: Int
  ) throws(SyntaxError) -> Event? {
    guard
      let row = EventKind.schema.first(where: {
        $0.name == verb || $0.synonyms.contains(String(verb))
      })
    else { return nil }
    var event = Event(row.kind)
    if let word = arguments.words.first {
      guard row.required.union(row.optional).contains(.status) else {
        throw SyntaxError(line: number, message: "\(verb) has no status; write key=value")
      }
      try setStatus(word, &event, number)
    }
    for (field, usual) in Self.usual where row.required.contains(field) {
      set(field, address: arguments.named[Substring(field.name)] ?? usual, &event)
    }
    try setNamedFields(arguments, &event, number)
    let missing = row.required.subtracting(event.fields).subtracting(FieldSet(.drv)).fields
    if let field = missing.first {
      throw SyntaxError(line: number, message: "\(verb) needs \(field.name)=…")
    }
    return event
  }

  private static let usual: [(Field, Substring)] = [
    (.irp, "irp"), (.dev, "fdo"), (.lock, "lock"),
  ]

  /// Takes the keys that are fields of this event and that nothing has set yet.
  mutating func setNamedFields(
    _ arguments: Arguments, _ event: inout Event, _ number: Int
  ) throws(SyntaxError) {
    for field in Self.fields(of: event.kind).subtracting(event.fields).fields {
      guard let value = arguments.named[Substring(field.name)] else { continue }
      try set(field, value, &event, number)
    }
  }

  /// Whether a key is a field of such an event, beside the common ones.
  static func knows(_ key: Substring, _ kind: EventKind) -> Bool {
    Field.named(String(key)).map(fields(of: kind).contains) ?? false
  }

  private static func fields(of kind: EventKind) -> FieldSet {
    guard let row = EventKind.schema.first(where: { $0.kind == kind }) else { return [] }
    return row.required.union(row.optional).subtracting(EventSchema.common)
  }

  private mutating func set(_ field: Field, address name: Substring, _ event: inout Event) {
    switch field {
    case .irp: event.irp = address(name)
    case .dev: event.device = address(name)
    case .lock: event.lock = address(name)
    case .tag, .previous: event.tag = address(name)
    default: event.operand = address(name)
    }
    event.fields.insert(field)
  }

  private mutating func set(
    _ field: Field, _ value: Substring, _ event: inout Event, _ number: Int
  ) throws(SyntaxError) {
    switch field.valueKind {
    case .pointer: return set(field, address: value, &event)
    case .status: return try setStatus(value, &event, number)
    case .integer, .duration, .timestamp: try set(field, number: value, &event, number)
    case .majorFunction:
      guard let code = MajorFunction.names.firstIndex(of: String(value)) else {
        throw SyntaxError(line: number, message: "mj needs a major function such as READ")
      }
      event.major = MajorFunction(UInt8(code))
    case .minorFunction:
      let major = event.kind == .poRequestPowerIrp ? .power : event.major
      let names = MinorFunction.names(of: major)
      guard let code = names.first(where: { $0.name == value }) else {
        throw SyntaxError(line: number, message: "there is no minor function \(value)")
      }
      event.minor = MinorFunction(code.value)
    case .text: event.text = strings.intern(String(value))
    case .word where field == .state:
      event.powerState = PowerState.allCases.first { $0.name == value } ?? .unknown
    case .word:
      throw SyntaxError(line: number, message: "\(field.name) is written with a verb of its own")
    }
    event.fields.insert(field)
  }

  private func set(
    _ field: Field, number text: Substring, _ event: inout Event, _ line: Int
  ) throws(SyntaxError) {
    guard let value = Int64(text) else {
      throw SyntaxError(line: line, message: "\(field.name) needs a number, not \"\(text)\"")
    }
    let bits = UInt64(bitPattern: value)
    switch field {
    case .oldirql: event.oldIRQL = UInt8(truncatingIfNeeded: bits)
    case .newirql: event.newIRQL = UInt8(truncatingIfNeeded: bits)
    case .highwater: event.highWatermark = UInt32(truncatingIfNeeded: bits)
    case .pooltype, .poolflags: event.tag = bits
    default:
      if let flag = Event.Flags(field) {
        if value != 0 { event.flags.insert(flag) }
      } else {
        event.number = bits
      }
    }
  }
}
