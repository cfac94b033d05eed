/// Time as a person reads it.
package enum TimeText {
  /// Nanoseconds with three digits or so: `850 ns`, `12.3 µs`, `2 h 5 min`.
  package static func duration(_ nanoseconds: Int64) -> String {
    let value = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "−" : ""
    switch value {
    case ..<1000: return "\(sign)\(value) ns"
    case ..<1_000_000: return sign + scaled(value, 1000) + " µs"
    case ..<1_000_000_000: return sign + scaled(value, 1_000_000) + " ms"
    case ..<60_000_000_000: return sign + scaled(value, 1_000_000_000) + " s"
    default:
      let minutes = value / 60_000_000_000
      if minutes < 60 { return "\(sign)\(minutes) min \(value / 1_000_000_000 % 60) s" }
      return "\(sign)\(minutes / 60) h \(minutes % 60) min"
    }
  }

  /// A time stamp in seconds.
  static func stamp(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds.magnitude / 1_000_000_000
    let rest = String(nanoseconds.magnitude % 1_000_000_000)
    return (nanoseconds < 0 ? "−" : "") + "\(seconds)."
      + String(repeating: "0", count: 9 - rest.count) + rest + " s"
  }

  private static func scaled(_ value: UInt64, _ unit: UInt64) -> String {
    let whole = value / unit
    let digits = whole >= 100 ? 1 : whole >= 10 ? 10 : 100
    let rest = value % unit * UInt64(digits) / unit
    if digits == 1 || rest == 0 { return String(whole) }
    let fraction = String(rest)
    return "\(whole)." + String(repeating: "0", count: (digits == 100 ? 2 : 1) - fraction.count)
      + fraction
  }

  /// The time between two stamps, where both are there and do not run off.
  static func between(_ from: Int64?, _ to: Int64?) -> Int64? {
    guard let from, let to else { return nil }
    let (elapsed, overflow) = to.subtractingReportingOverflow(from)
    return overflow ? nil : elapsed
  }
}
