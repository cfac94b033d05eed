/// A condition on the fields of an event, for rows of a machine that depend on more than a fact:
/// `on(.watching, .forwarded, when: .irql(above: 0), .report("…"))`.
public struct EventCondition: Sendable, Hashable {
  /// What is looked at.
  public enum Value: Sendable, Hashable {
    /// `irql`.
    case irql
    /// `status` as its 32 bits; an unknown name satisfies no condition.
    case status
    /// `size`, `count`, `ioctl`, `version` or `maxmin`, whichever the event has.
    case number
    /// `tag`.
    case tag
    /// `target`, `lower`, `object`, `routine` or `ptr`, whichever the event has.
    case pointer
    /// `cpu`.
    case cpu
    /// The field with this name: one of a custom event's own, or one that the format knows.
    case field(String)

    /// What is looked at, in words.
    var words: String {
      switch self {
      case .irql: "irql"
      case .status: "status"
      case .number: "number"
      case .tag: "tag"
      case .pointer: "pointer"
      case .cpu: "cpu"
      case .field(let name): name
      }
    }
  }

  /// How the value is compared.
  public enum Comparison: String, Sendable, Hashable {
    /// As the sign says.
    case equal = "=", notEqual = "≠", above = ">", below = "<"
  }

  /// What is looked at.
  public var value: Value
  /// How it is compared.
  public var comparison: Comparison
  /// With what.
  public var operand: FieldValue

  /// Makes a condition. An event that does not carry the value does not satisfy it.
  public init(_ value: Value, _ comparison: Comparison, _ operand: UInt64) {
    self.init(value, comparison, .address(operand))
  }

  /// Makes a condition. An event that does not carry the value does not satisfy it, and a text is
  /// neither above nor below anything.
  public init(_ value: Value, _ comparison: Comparison, _ operand: FieldValue) {
    self.value = value
    self.comparison = comparison
    self.operand = operand
  }

  /// The IRQL is higher: 0 PASSIVE_LEVEL, 1 APC_LEVEL, 2 DISPATCH_LEVEL.
  public static func irql(above level: UInt8) -> EventCondition {
    EventCondition(.irql, .above, UInt64(level))
  }

  /// The event carries this status.
  public static func status(_ status: NTStatus) -> EventCondition {
    EventCondition(.status, .equal, UInt64(status.rawValue))
  }

  /// A field is a number that compares so with another, in whichever spelling the trace has it.
  public static func field(
    _ name: String, _ comparison: Comparison, _ number: Int
  ) -> EventCondition {
    EventCondition(.field(name), comparison, .integer(Int64(number)))
  }

  /// A field is written so.
  public static func field(_ name: String, is text: String) -> EventCondition {
    EventCondition(.field(name), .equal, FieldValue(reading: text))
  }

  /// A field is there and written otherwise.
  public static func field(_ name: String, isNot text: String) -> EventCondition {
    EventCondition(.field(name), .notEqual, FieldValue(reading: text))
  }

  /// The condition in words.
  public var words: String {
    let isPlain = value == .irql || value == .cpu
    let shown = isPlain ? String(operand.bits) : operand.description
    return "\(value.words) \(comparison.rawValue) \(shown)"
  }

  /// Whether an event satisfies the condition.
  public func holds(for event: Event, strings: StringTable) -> Bool {
    guard case .field(let name) = value else {
      return Self.value(value, of: event).map { compares($0, to: operand.bits) } ?? false
    }
    if case .text(let text) = operand, comparison == .equal || comparison == .notEqual,
      let isEqual = event.ownText(of: name, is: text, in: strings)
        ?? event.text(of: name, is: text, in: strings)
    {
      return isEqual == (comparison == .equal)
    }
    guard let found = event.value(of: name, in: strings) else { return false }
    guard let order = found.compare(to: operand) else {
      return switch comparison {
      case .equal: found == operand
      case .notEqual: found != operand
      case .above, .below: false
      }
    }
    return compares(order, to: 0)
  }

  /// Whether a value compares with another as the condition asks.
  @inline(__always)
  private func compares<T: Comparable>(_ found: T, to other: T) -> Bool {
    switch comparison {
    case .equal: found == other
    case .notEqual: found != other
    case .above: found > other
    case .below: found < other
    }
  }

  private static let numbers = FieldSet(.size, .count, .ioctl, .version, .maxmin)
  private static let pointers = FieldSet(.target, .lower, .object, .routine, .ptr)

  private static func value(_ value: Value, of event: Event) -> UInt64? {
    switch value {
    case .irql: event.has(.irql) ? UInt64(event.irql) : nil
    case .status: event.status.map { UInt64($0.rawValue) }
    case .number: event.fields.isDisjoint(with: numbers) ? nil : event.number
    case .tag: event.has(.tag) ? event.tag : nil
    case .pointer: event.fields.isDisjoint(with: pointers) ? nil : event.operand
    case .cpu: event.has(.cpu) ? UInt64(event.cpu) : nil
    case .field: nil
    }
  }

  /// The field that a custom event must keep for the condition, where it is one that could give way to a
  /// field of one's own.
  var field: String? {
    switch value {
    case .field(let name): name
    case .number: Field.size.name
    case .pointer: Field.object.name
    case .tag: Field.tag.name
    case .irql, .status, .cpu: nil
    }
  }
}
