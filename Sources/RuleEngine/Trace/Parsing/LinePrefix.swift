/// What a logger writes before an event, where it is one of the known prefixes.
///
/// - tracefmt: `[cpu]PID.TID::MM/DD/YYYY-hh:mm:ss.mmm`, process and thread in hex (the default of
///   TRACE_FORMAT_PREFIX: `[%9!d!]%8!04X!.%3!04X!::%4!s!`). Seen in the field as well: a sequence number and
///   blanks before it, `YYYY-MM-DD hh:mm:ss` and `YYYY/MM/DD-hh:mm:ss` for the date, up to nine digits of a
///   second, a date of zeros where the event has no time, and no time at all.
/// - DebugView: `NNNNNNNN<TAB>seconds<TAB>`, or the time of day in the place of the seconds, or either of
///   them without the number.
struct LinePrefix {
  /// The thread's id.
  private(set) var thread: UInt64?
  /// Nanoseconds: from 1970 for tracefmt's date and time, taken as UTC, from the first line for
  /// DebugView's seconds, and from midnight for its time of day.
  private(set) var timestamp: Int64?

  /// Reads the prefix of the line at `p`.
  init(_ p: BytePointer) {
    var p = Self.skipSomeBlanks(p)
    if p.pointee == Ascii.openBracket {
      readTracefmt(p)
      return
    }
    let start = p
    guard Self.number(&p) != nil else { return }
    switch p.pointee {
    case Ascii.tab: readDebugViewTime(p + 1)
    case Ascii.space:
      p = Self.skipSomeBlanks(p)
      if p.pointee == Ascii.openBracket { readTracefmt(p) }
    default: readDebugViewTime(start)
    }
  }

  /// Passes over as many blanks as a number in a column has before it. Not over any number of them:
  /// each event of a line looks at the line's prefix.
  private static func skipSomeBlanks(_ p: BytePointer) -> BytePointer {
    var p = p
    let end = p + 20
    while p < end && p.pointee == Ascii.space { p += 1 }
    return p
  }

  private mutating func readTracefmt(_ start: BytePointer) {
    var p = start + 1
    guard Self.number(&p) != nil, Self.pass(Ascii.closeBracket, &p), Self.hex(&p) != nil,
      Self.pass(UInt8(ascii: "."), &p), let thread = Self.hex(&p), Self.pass(Ascii.colon, &p),
      Self.pass(Ascii.colon, &p)
    else { return }
    self.thread = thread
    guard let days = Self.date(&p), Self.pass(Ascii.minus, &p) || Self.pass(Ascii.space, &p),
      let time = Self.timeOfDay(&p)
    else { return }
    timestamp = days * 86_400_000_000_000 + time
  }

  private mutating func readDebugViewTime(_ start: BytePointer) {
    var p = start
    if let seconds = Self.number(&p), Self.pass(UInt8(ascii: "."), &p) {
      guard let fraction = Self.fraction(&p), Self.pass(Ascii.tab, &p), seconds < 1 << 33 else {
        return
      }
      timestamp = seconds * 1_000_000_000 + fraction
      return
    }
    p = start
    guard var time = Self.timeOfDay(&p) else { return }
    if Self.pass(Ascii.space, &p) {
      // Twelve o'clock comes before one.
      guard let isAfternoon = Self.halfOfDay(&p), time < 13 * Self.hour else { return }
      if time >= 12 * Self.hour { time -= 12 * Self.hour }
      if isAfternoon { time += 12 * Self.hour }
    }
    if p.pointee == Ascii.tab { timestamp = time }
  }

  private static let hour: Int64 = 3_600_000_000_000

  /// `AM` or `PM`.
  private static func halfOfDay(_ p: inout BytePointer) -> Bool? {
    let first = Ascii.lower(p.pointee)
    guard first == UInt8(ascii: "a") || first == UInt8(ascii: "p"),
      Ascii.lower(p[1]) == UInt8(ascii: "m")
    else { return nil }
    p += 2
    return first == UInt8(ascii: "p")
  }

  /// A date as days from 1970: month, day and year, or year, month and day. The range of years keeps
  /// the nanoseconds within 64 bits.
  private static func date(_ p: inout BytePointer) -> Int64? {
    guard let first = number(&p), pass(UInt8(ascii: "/"), &p) || pass(Ascii.minus, &p),
      let second = number(&p), pass(UInt8(ascii: "/"), &p) || pass(Ascii.minus, &p),
      let third = number(&p)
    else { return nil }
    let (year, month, day) =
      first >= 1000 ? (first, second, third) : (third, first, second)
    guard 1...12 ~= month, 1...31 ~= day, 1970...2261 ~= year else { return nil }
    return daysFrom1970(year: year, month: month, day: day)
  }

  /// `hh:mm:ss`, with or without a fraction of a second, as nanoseconds.
  private static func timeOfDay(_ p: inout BytePointer) -> Int64? {
    guard let hour = number(&p), pass(Ascii.colon, &p), let minute = number(&p),
      pass(Ascii.colon, &p), let second = number(&p), hour < 24, minute < 60, second <= 60
    else { return nil }
    var fraction: Int64 = 0
    if pass(UInt8(ascii: "."), &p) {
      guard let digits = Self.fraction(&p) else { return nil }
      fraction = digits
    }
    return ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
  }

  private static func pass(_ byte: UInt8, _ p: inout BytePointer) -> Bool {
    if p.pointee != byte { return false }
    p += 1
    return true
  }

  /// A decimal number of up to fifteen digits.
  private static func number(_ p: inout BytePointer) -> Int64? {
    let (value, count) = NumberScanner.decimal(p)
    if count == 0 || count == 16 { return nil }
    p += count
    return Int64(truncatingIfNeeded: value)
  }

  private static func hex(_ p: inout BytePointer) -> UInt64? {
    let (value, count) = NumberScanner.hex(p)
    if count == 0 { return nil }
    p += count
    return value
  }

  /// The digits behind a decimal point as billionths; what is beyond nine digits is passed over.
  private static func fraction(_ p: inout BytePointer) -> Int64? {
    guard Ascii.isDigit(p.pointee) else { return nil }
    var value: Int64 = 0
    for _ in 0..<9 {
      value *= 10
      if Ascii.isDigit(p.pointee) {
        value += Int64(p.pointee & 15)
        p += 1
      }
    }
    while Ascii.isDigit(p.pointee) { p += 1 }
    return value
  }

  /// Days from 1970-01-01 to a date of the Gregorian calendar.
  private static func daysFrom1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    // The year begins in March, so that the leap day is its last.
    let y = month > 2 ? year : year - 1
    let m = (month + 9) % 12
    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day - 1 - 719_468
  }
}
