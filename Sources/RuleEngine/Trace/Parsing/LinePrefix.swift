/// What a logger writes before an event, where it is one of the known prefixes.
///
/// - tracefmt: `[cpu]PID.TID::MM/DD/YYYY-hh:mm:ss.mmm`, process and thread in hex (the default of
///   TRACE_FORMAT_PREFIX: `[%9!d!]%8!04X!.%3!04X!::%4!s!`).
/// - DebugView: `NNNNNNNN<TAB>seconds<TAB>`.
struct LinePrefix {
  /// The thread's id.
  private(set) var thread: UInt64?
  /// Nanoseconds: from 1970 for tracefmt's date and time, taken as UTC, and from the first line for
  /// DebugView's seconds.
  private(set) var timestamp: Int64?

  /// Reads the prefix of the line at `p`.
  init(_ p: BytePointer) {
    if p.pointee == Ascii.openBracket { readTracefmt(p) } else { readDebugView(p) }
  }

  private mutating func readTracefmt(_ start: BytePointer) {
    var p = start + 1
    guard Self.number(&p) != nil, Self.pass(Ascii.closeBracket, &p), Self.hex(&p) != nil,
      Self.pass(UInt8(ascii: "."), &p), let thread = Self.hex(&p), Self.pass(Ascii.colon, &p),
      Self.pass(Ascii.colon, &p)
    else { return }
    self.thread = thread
    guard let month = Self.number(&p), Self.pass(UInt8(ascii: "/"), &p),
      let day = Self.number(&p), Self.pass(UInt8(ascii: "/"), &p),
      let year = Self.number(&p), Self.pass(Ascii.minus, &p),
      let hour = Self.number(&p), Self.pass(Ascii.colon, &p),
      let minute = Self.number(&p), Self.pass(Ascii.colon, &p),
      let second = Self.number(&p), Self.pass(UInt8(ascii: "."), &p),
      let fraction = Self.fraction(&p)
    else { return }
    // The range of years keeps the nanoseconds within 64 bits.
    guard 1...12 ~= month, 1...31 ~= day, 1970...2261 ~= year, hour < 24, minute < 60, second <= 60
    else { return }
    let days = Self.daysFrom1970(year: year, month: month, day: day)
    timestamp = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
  }

  private mutating func readDebugView(_ start: BytePointer) {
    var p = start
    guard Self.number(&p) != nil, Self.pass(Ascii.tab, &p), let seconds = Self.number(&p),
      Self.pass(UInt8(ascii: "."), &p), let fraction = Self.fraction(&p),
      Self.pass(Ascii.tab, &p), seconds < 1 << 33
    else { return }
    timestamp = seconds * 1_000_000_000 + fraction
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
