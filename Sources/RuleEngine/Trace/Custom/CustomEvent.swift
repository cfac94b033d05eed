/// An event of one's own that rules ask for: its name, which the format does not know, and the fields
/// that a reader keeps of it.
///
/// A string literal is an event of which only the fields that the format knows are kept.
public struct CustomEvent: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The event's name, for example `MyDriverStart`: letters, digits, `_`, `.` and `-`, the first a
  /// letter or `_`.
  public var name: String
  /// The fields that are kept, by name. Most are names of one's own, formed as the event's. A field
  /// that the format knows (`tag`) keeps its meaning; it is named here where a rule needs it, so that
  /// no field of one's own takes its place. At most four can be kept, those of the format that stand
  /// in the same places (`size`, `object`, `tag`, `lock`) among them.
  public var fields: [String]

  /// Makes an event.
  public init(_ name: String, fields: [String] = []) {
    self.name = name
    self.fields = fields
  }

  /// Makes an event without fields of one's own.
  public init(stringLiteral name: String) { self.init(name) }
}

extension CustomEvent {
  /// Whether a name of one's own can be written in both spellings of the format.
  static func isUsable(_ name: some StringProtocol) -> Bool { isUsable(name.utf8) }

  static func isUsable(_ name: some Collection<UInt8>) -> Bool {
    guard let first = name.first, !Ascii.isDigit(first), first != Ascii.minus, first != dot else {
      return false
    }
    return name.allSatisfy { byte in
      Ascii.isDigit(byte) || Ascii.lower(byte) &- 0x61 < 26 || byte == UInt8(ascii: "_")
        || byte == dot || byte == Ascii.minus
    }
  }

  private static let dot = UInt8(ascii: ".")

  /// The events with each name once, in the order of their first occurrence, with the fields of all.
  static func merge(_ events: some Sequence<CustomEvent>) -> [CustomEvent] {
    var merged: [CustomEvent] = []
    for event in events {
      if let place = merged.firstIndex(where: { $0.name == event.name }) {
        for field in event.fields where !merged[place].fields.contains(field) {
          merged[place].fields.append(field)
        }
      } else {
        merged.append(event)
      }
    }
    return merged
  }
}

/// The places in an ``Event`` in which a custom event's own fields stand, in this order.
enum OwnSlot {
  static let count = 4

  /// The fields of the format that stand there on other events.
  static let formatFields: [FieldSet] = [
    FieldSet(.size, .count, .ioctl, .version, .maxmin, .timeout),
    FieldSet(.target, .lower, .object, .routine, .ptr, .handle),
    FieldSet(.tag, .previous, .pooltype, .poolflags), FieldSet(.lock),
  ]

  /// The place of a field of the format, where it is one of these.
  static func slot(of field: Field) -> Int? {
    formatFields.firstIndex { $0.contains(field) }
  }

  /// Fields of the format that cannot stand on a custom event: they are kept where what its own
  /// fields are is, or are of no use there.
  static let unusable = FieldSet(
    .ev, .role, .relation, .disposition, .kind, .note, .pooltag, .op, .name)
}

/// Where the fields of a ``CustomEvent`` stand.
struct CustomLayout {
  /// What ``Event/text`` names: the event's name, and behind a blank each what its slots hold, as far
  /// as the last field of its own. A field of the format stands for itself.
  private(set) var signature: String
  /// By slot: the field of one's own that stands there.
  private(set) var own = [String?](repeating: nil, count: OwnSlot.count)
  /// The fields of the format that are read, as a ``FieldSet``'s bits.
  private(set) var allowed: UInt64 = 0
  /// All fields that ask for a slot.
  private(set) var askingForSlots: [String] = []
  /// The first thing that is wrong with the event's name or fields, in words.
  private(set) var problem: String?

  /// The layout of an event. What cannot be is passed over.
  ///
  /// - Parameter known: The fields that the format had when the event was written down; what is one only
  ///   since is a field of its own there.
  init(_ event: CustomEvent, known: FieldSet = FieldSet(rawValue: .max)) {
    signature = event.name
    var allowed = Vocabulary.customFields
    var kept = [Field?](repeating: nil, count: OwnSlot.count)
    var names: [String] = []
    note(Self.problem(ofEvent: event.name))
    for name in event.fields where !names.contains(name) {
      guard let field = Field.named(name), known.contains(field) else {
        if CustomEvent.isUsable(name) { names.append(name) } else { note(Self.misnamed(name)) }
        continue
      }
      if OwnSlot.unusable.contains(field) {
        note(Self.problem(ofFormatField: name, on: event.name))
        continue
      }
      allowed.insert(field)
      guard let slot = OwnSlot.slot(of: field) else { continue }
      if kept[slot] == nil { kept[slot] = field }
      askingForSlots.append(name)
      if kept[slot] != field { note(Self.shared(name, kept[slot], event.name)) }
    }
    askingForSlots += names
    var used: [String] = []
    for slot in 0..<OwnSlot.count {
      if let field = kept[slot] {
        allowed.subtract(OwnSlot.formatFields[slot].subtracting(FieldSet(field)))
        used.append(field.name)
      } else if !names.isEmpty {
        allowed.subtract(OwnSlot.formatFields[slot])
        own[slot] = names.removeFirst()
        used.append(own[slot] ?? "")
      }
    }
    hasRoom = names.isEmpty
    let last = own.lastIndex { $0 != nil } ?? -1
    for name in used.prefix(last + 1) { signature += " " + name }
    self.allowed = allowed.subtracting(FieldSet(.ev)).rawValue
  }

  /// Whether there is a slot for each field that asks for one.
  private(set) var hasRoom = true

  private mutating func note(_ problem: String?) { self.problem = self.problem ?? problem }

  private static let form =
    "letters, digits, \"_\", \".\" and \"-\", the first a letter or \"_\""

  private static func problem(ofEvent name: String) -> String? {
    let isKnown = EventKind.schema.contains { $0.name == name || $0.synonyms.contains(name) }
    if isKnown {
      return "\(name) is an event of the format and none of one's own; ask for it by its kind"
    }
    return CustomEvent.isUsable(name)
      ? nil : "\(name.debugDescription) cannot be an event's name; it needs \(form)"
  }

  private static func misnamed(_ field: String) -> String {
    "\(field.debugDescription) cannot be a field's name; it needs \(form)"
  }

  private static func problem(ofFormatField name: String, on event: String) -> String {
    name == Field.ev.name
      ? "a field of \(event) cannot be called \"ev\", which names the event; choose another name"
      : "\(event) cannot carry the format's field \"\(name)\"; choose another name"
  }

  private static func shared(_ name: String, _ other: Field?, _ event: String) -> String {
    "\(event) cannot carry both \"\(other?.name ?? "")\" and \"\(name)\", for which there is one "
      + "place; choose another name for one of them"
  }
}

extension Field {
  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

  /// The field with this name.
  static func named(_ name: String) -> Field? { byName[name] }
}
