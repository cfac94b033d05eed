/// Where the rules come from.
enum Sources {
  /// The page of the Windows driver documentation on an SDV rule.
  static func rulePage(_ id: String) -> String {
    "https://learn.microsoft.com/windows-hardware/drivers/devtest/wdm-\(id.lowercased())"
  }

  /// How remove locks are meant to be used.
  static let usingRemoveLocks =
    "https://learn.microsoft.com/windows-hardware/drivers/kernel/using-remove-locks"

  /// The codes of DRIVER_VERIFIER_DETECTED_VIOLATION.
  static let bugCheckC4 =
    "https://learn.microsoft.com/windows-hardware/drivers/debugger/"
    + "bug-check-0xc4--driver-verifier-detected-violation"

  /// The codes of DRIVER_VERIFIER_IOMANAGER_VIOLATION.
  static let bugCheckC9 =
    "https://learn.microsoft.com/windows-hardware/drivers/debugger/"
    + "bug-check-0xc9--driver-verifier-iomanager-violation"
}
