/// A condition on the fields of an event, for rows of a machine that depend on more than a fact:
/// `on(.watching, .forwarded, when: .irql(above: 0), .report("…"))`.
public struct EventCondition: Sendable, Hashable {
  /// What is looked at.
  public enum Value: String, Sendable, Hashable {
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
  public var operand: UInt64

  /// Makes a condition. An event that does not carry the value does not satisfy it.
  public init(_ value: Value, _ comparison: Comparison, _ operand: UInt64) {
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

  /// The condition in words.
  public var words: String {
    let number = value == .irql || value == .cpu ? String(operand) : EventWords.hex(operand)
    return "\(value.rawValue) \(comparison.rawValue) \(number)"
  }

  /// Whether an event satisfies the condition.
  public func holds(for event: Event) -> Bool {
    guard let found = Self.value(value, of: event) else { return false }
    return switch comparison {
    case .equal: found == operand
    case .notEqual: found != operand
    case .above: found > operand
    case .below: found < operand
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
    }
  }
}
