/// An NTSTATUS, the kernel's result code.
public struct NTStatus: Hashable, Sendable {
  /// The 32 bits of the code.
  public var rawValue: UInt32
  /// Makes the code with these bits.
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// `STATUS_SUCCESS`.
  public static let success = NTStatus(0x0000_0000)
  /// `STATUS_PENDING`.
  public static let pending = NTStatus(0x0000_0103)
  /// `STATUS_UNSUCCESSFUL`.
  public static let unsuccessful = NTStatus(0xC000_0001)
  /// `STATUS_NO_SUCH_DEVICE`.
  public static let noSuchDevice = NTStatus(0xC000_000E)
  /// `STATUS_MORE_PROCESSING_REQUIRED`.
  public static let moreProcessingRequired = NTStatus(0xC000_0016)
  /// `STATUS_DELETE_PENDING`.
  public static let deletePending = NTStatus(0xC000_0056)
  /// `STATUS_NOT_SUPPORTED`.
  public static let notSupported = NTStatus(0xC000_00BB)
  /// `STATUS_CANCELLED`.
  public static let cancelled = NTStatus(0xC000_0120)
  /// `STATUS_INVALID_DEVICE_STATE`.
  public static let invalidDeviceState = NTStatus(0xC000_0184)

  /// The macro `NT_SUCCESS`: 0x00000000–0x7FFFFFFF.
  @inlinable public var isSuccess: Bool { rawValue < 0x8000_0000 }

  /// `STATUS_PENDING`; `0x…` with eight digits for a code without a name.
  public var name: String { NTStatusNames.name(of: rawValue) ?? hex }

  /// The code that ``name`` gives this text for; nil where it gives it for none.
  package init?(name: some StringProtocol) {
    let value =
      name.hasPrefix("0x")
      ? UInt32(name.dropFirst(2), radix: 16)
      : NTStatusNames.all.first { "STATUS_" + $0.name == name }?.value
    guard let value else { return nil }
    self.init(value)
  }

  /// The code as eight hex digits with `0x`.
  public var hex: String {
    let digits = String(rawValue, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
