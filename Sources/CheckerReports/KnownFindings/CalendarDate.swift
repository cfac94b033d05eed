/// A day of the calendar, in UTC.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// From 1 on.
  public let year: Int
  /// From 1.
  public let month: Int
  /// From 1.
  public let day: Int

  /// Reads `2026-01-31`; nil where there is no such day.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      year >= 1, (1...12).contains(month), day >= 1, day <= Self.days(month, year)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The day of a time in seconds since the beginning of 1970.
  public init(secondsSince1970 seconds: Int64) {
    var days = Int(seconds / 86_400) - (seconds % 86_400 < 0 ? 1 : 0)
    // 400 years are always as many days.
    let cycles = days >= 0 ? days / 146_097 : (days - 146_096) / 146_097
    days -= cycles * 146_097
    var year = 1970 + cycles * 400
    while days >= Self.days(inYear: year) {
      days -= Self.days(inYear: year)
      year += 1
    }
    var month = 1
    while days >= Self.days(month, year) {
      days -= Self.days(month, year)
      month += 1
    }
    (self.year, self.month, day) = (year, month, days + 1)
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func days(inYear year: Int) -> Int { isLeap(year) ? 366 : 365 }

  private static func days(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// `2026-01-31`.
  public var description: String {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// The order of time.
  public static func < (a: Self, b: Self) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }
}
