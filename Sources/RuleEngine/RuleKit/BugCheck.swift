/// A bug check to which a violation of a rule leads, or by which Driver Verifier tells of it.
///
/// Codes and names are those of "Bug check code reference" in the Windows driver documentation; the
/// first parameter is that of the pages of 0xC4 and 0xC9, where it says what the verifier saw.
public struct BugCheck: Hashable, Sendable, CustomStringConvertible {
  /// The code, for example 0xC9.
  public var code: UInt32
  /// The first parameter, where it tells the fault, for example 0x226.
  public var parameter: UInt32?

  /// Makes a bug check.
  public init(_ code: UInt32, _ parameter: UInt32? = nil) {
    self.code = code
    self.parameter = parameter
  }

  /// `0xC9/226`, `0xC9/06`, `0x44`.
  public var description: String {
    "0x" + Self.hex(code) + (parameter.map { ($0 < 0x10 ? "/0" : "/") + Self.hex($0) } ?? "")
  }

  /// `DRIVER_VERIFIER_IOMANAGER_VIOLATION`; nil for a code that has no name here.
  public var name: String? { Self.names[code] }

  /// The code and, where it is known, its name.
  public var words: String { name.map { "\(description) \($0)" } ?? description }

  /// Whether who asks for `other` means this one: the same, or the same code without a parameter.
  public func isMeant(by other: BugCheck) -> Bool {
    code == other.code && (other.parameter == nil || other.parameter == parameter)
  }

  /// Reads `0xC9/226`, `0xC9/0x226`, `C9`, or a name in whichever case; nil for anything else.
  public init?(_ text: String) {
    let word = text.uppercased()
    if let named = Self.names.first(where: { $0.value == word }) {
      self.init(named.key)
      return
    }
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts[0].contains(where: \.isNumber), let code = Self.number(parts[0])
    else { return nil }
    self.init(code)
    if parts.count == 2 {
      guard let parameter = Self.number(parts[1]) else { return nil }
      self.parameter = parameter
    }
  }

  private static func number(_ text: Substring) -> UInt32? {
    UInt32(text.hasPrefix("0X") ? text.dropFirst(2) : text, radix: 16)
  }

  private static func hex(_ value: UInt32) -> String {
    String(value, radix: 16, uppercase: true)
  }

  /// Names of bug checks that faults in drivers lead to.
  public static let names: [UInt32: String] = [
    0x01: "APC_INDEX_MISMATCH",
    0x0A: "IRQL_NOT_LESS_OR_EQUAL",
    0x0F: "SPIN_LOCK_ALREADY_OWNED",
    0x10: "SPIN_LOCK_NOT_OWNED",
    0x19: "BAD_POOL_HEADER",
    0x20: "KERNEL_APC_PENDING_DURING_EXIT",
    0x2A: "INCONSISTENT_IRP",
    0x44: "MULTIPLE_IRP_COMPLETE_REQUESTS",
    0x48: "CANCEL_STATE_IN_COMPLETED_IRP",
    0x4A: "IRQL_GT_ZERO_AT_SYSTEM_SERVICE",
    0x50: "PAGE_FAULT_IN_NONPAGED_AREA",
    0x7F: "UNEXPECTED_KERNEL_MODE_TRAP",
    0x9F: "DRIVER_POWER_STATE_FAILURE",
    0xB8: "ATTEMPTED_SWITCH_FROM_DPC",
    0xC1: "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION",
    0xC2: "BAD_POOL_CALLER",
    0xC4: "DRIVER_VERIFIER_DETECTED_VIOLATION",
    0xC7: "TIMER_OR_DPC_INVALID",
    0xC8: "IRQL_UNEXPECTED_VALUE",
    0xC9: "DRIVER_VERIFIER_IOMANAGER_VIOLATION",
    0xCE: "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS",
    0xD1: "DRIVER_IRQL_NOT_LESS_OR_EQUAL",
    0xD3: "DRIVER_PORTION_MUST_BE_NONPAGED",
    0xD5: "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL",
    0xE1: "WORKER_THREAD_RETURNED_AT_BAD_IRQL",
    0xE3: "RESOURCE_NOT_OWNED",
    0x11B: "DRIVER_RETURNED_HOLDING_CANCEL_LOCK",
    0x133: "DPC_WATCHDOG_VIOLATION",
    0x139: "KERNEL_SECURITY_CHECK_FAILURE",
    0x192: "KERNEL_AUTO_BOOST_LOCK_ACQUISITION_WITH_RAISED_IRQL",
    0x1C6: "FAST_ERESOURCE_PRECONDITION_VIOLATION",
  ]
}
