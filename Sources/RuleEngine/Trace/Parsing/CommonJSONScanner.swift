/// JSON Lines: the quick way, for the forms that tracers write. Fields may come in any order and with
/// blanks between them, fields may be unknown, but there are no escapes, no duplicate names of
/// events, and nothing is wrong.
extension EventScanner {
  /// Reads the current line, which begins with `{`, blanks aside, and returns the next; nil where the
  /// line is for the thorough way, which then begins anew.
  @inline(__always) mutating func scanCommonJSON() -> BytePointer? {
    // `{"ev":"`
    if ByteWord.load(lineStart) & 0xFF_FFFF_FFFF_FFFF == 0x22_3A22_7665_227B {
      let name = lineStart + 7
      guard let length = beginCommon(name) else { return nil }
      return scanCommonFields(name + length + 1, separator: Ascii.comma, isNamed: true)
    }
    return scanCommonUnsorted()
  }

  /// An object whose name is not the first field.
  @inline(never) private mutating func scanCommonUnsorted() -> BytePointer? {
    guard let name = Self.findName(lineStart), beginCommon(name) != nil else { return nil }
    let brace = ByteSearch.skipBlanks(lineStart)
    return scanCommonFields(brace, separator: Ascii.openBrace, isNamed: false)
  }

  /// Begins the event whose name stands at `name`; its length.
  @inline(__always) private mutating func beginCommon(_ name: BytePointer) -> Int? {
    let end = ByteSearch.stringEnd(name)
    let number = words.events.find(name, end - name)
    guard end.pointee == Ascii.quote, number >= 0 else { return nil }
    begin(number)
    return end - name
  }

  /// Where the name stands in the first thing that looks like the field `ev`; a guess.
  private static func findName(_ line: BytePointer) -> BytePointer? {
    var p = line
    while true {
      p = ByteSearch.stringEnd(p)
      guard p.pointee == Ascii.quote else { return nil }
      // `"ev"`
      if ByteWord.load4(p) == 0x2276_6522 {
        p = ByteSearch.skipBlanks(p + 4)
        guard p.pointee == Ascii.colon else { continue }
        p = ByteSearch.skipBlanks(p + 1)
        return p.pointee == Ascii.quote ? p + 1 : nil
      }
      p += 1
    }
  }

  @inline(__always)
  private mutating func scanCommonFields(
    _ start: BytePointer, separator first: UInt8, isNamed: Bool
  ) -> BytePointer? {
    var p = start
    var separator = first
    var isNamed = isNamed
    // The first place is that of a field behind the brace, the others of fields behind a comma.
    let guesses = memory.jsonGuesses.row(of: event.pointee.kind)
    var guess = isNamed ? guesses + 1 : guesses
    let last = guesses + (KeyGuesses.places - 1)
    while true {
      let (code, field, offset): (ValueCode, Field, UInt16)
      // `":` is behind the name.
      if guess.pointee.fits(p), ByteWord.load2(p + guess.pointee.length - 2) == 0x3A22 {
        code = guess.pointee.entry.code
        field = guess.pointee.entry.field
        offset = guess.pointee.entry.offset
        p += guess.pointee.length
        if p.pointee <= 0x20 { p = ByteSearch.skipBlanks(p) }
      } else {
        let before = p
        if p.pointee <= 0x20 { p = ByteSearch.skipBlanks(p) }
        if p.pointee != separator { break }
        guard let (entry, value) = scanCommonKey(p + 1) else { return nil }
        (code, field, offset) = (entry.code, entry.field, entry.offset)
        p = value
        if p.pointee <= 0x20 { p = ByteSearch.skipBlanks(p) }
        let length = Int(entry.nameLength) + 4
        if entry.isGuessed, value - before == length {
          guess.pointee.learn(before, entry, length: length)
        }
      }
      separator = Ascii.comma
      if guess < last { guess += 1 }
      let next: BytePointer?
      switch code {
      case .pointer: next = takeCommonPointer(p, field, offset)
      case .integer: next = takeCommonInteger(p, field)
      case .timestamp: next = takeCommonTimestamp(p)
      case .duration: next = takeCommonDuration(p)
      case .status: next = takeCommonStatus(p)
      case .major: next = takeCommonMajor(p)
      case .minor: next = takeCommonMinor(p)
      case .word, .text: next = takeCommonString(p, field)
      case .event:
        next = passSameName(p)
        isNamed = true
      case .unknown: next = passUnknown(p)
      case .own: next = takeCommonOwn(p, Int(offset))
      }
      guard let next else { return nil }
      p = next
    }
    guard isNamed, p.pointee == Ascii.closeBrace else { return nil }
    p += 1
    if p.pointee != Ascii.newline { p = ByteSearch.skipBlanks(p) }
    guard p.pointee == Ascii.newline, required & ~event.pointee.fields.rawValue == 0 else {
      return nil
    }
    append()
    return p + 1
  }

  /// The field whose name stands at `p`, blanks aside, and what is behind the colon.
  @inline(__always)
  private func scanCommonKey(_ start: BytePointer) -> (KeyTable.Entry, BytePointer)? {
    var p = start
    if p.pointee <= 0x20 { p = ByteSearch.skipBlanks(p) }
    guard p.pointee == Ascii.quote, let (entry, afterKey) = Self.commonKey(p + 1, words) else {
      return nil
    }
    p = afterKey
    if p.pointee <= 0x20 { p = ByteSearch.skipBlanks(p) }
    return p.pointee == Ascii.colon ? (entry, p + 1) : nil
  }

  /// The field whose name stands at `p`, and what is behind the quote after it.
  @inline(__always)
  private static func commonKey(
    _ p: BytePointer, _ words: Vocabulary
  ) -> (entry: KeyTable.Entry, next: BytePointer)? {
    let word = ByteWord.load(p)
    let quotes = ByteWord.first(Ascii.quote, in: word)
    if quotes != 0 {
      let entry = words.jsonKeys.find(word & (quotes ^ (quotes &- 1)))
      if entry.code != .unknown { return (entry, p + ByteWord.index(quotes) + 1) }
    }
    return rareKey(p, words)
  }

  /// A long or unknown name.
  @inline(never)
  private static func rareKey(
    _ p: BytePointer, _ words: Vocabulary
  ) -> (entry: KeyTable.Entry, next: BytePointer)? {
    let end = ByteSearch.stringEnd(p)
    guard end.pointee == Ascii.quote else { return nil }
    let index = words.fields.find(p, end - p)
    if index >= 256 { return (KeyTable.own(index), end + 1) }
    return (index < 0 ? KeyTable.Entry() : words.entries[Int(index)], end + 1)
  }

  @inline(__always)
  private mutating func takeCommonPointer(
    _ p: BytePointer, _ field: Field, _ offset: UInt16
  ) -> BytePointer? {
    guard p.pointee == Ascii.quote else {
      guard let (value, end) = Self.commonInteger(p) else { return nil }
      store(pointer: value, field, at: offset)
      return end
    }
    guard let (value, end) = Self.commonHex(p + 1, isMarked: Self.isHexMark(p + 1)) else {
      return nil
    }
    store(pointer: value, field, at: offset)
    return end
  }

  @inline(__always)
  private mutating func takeCommonInteger(_ p: BytePointer, _ field: Field) -> BytePointer? {
    if p.pointee != Ascii.quote {
      guard let (value, end) = Self.commonInteger(p), value <= Self.largest(field) else {
        return nil
      }
      store(integer: value, field)
      return end
    }
    guard Self.isHexMark(p + 1), let (value, end) = Self.commonHex(p + 1, isMarked: true),
      value <= Self.largest(field)
    else { return nil }
    store(integer: value, field)
    return end
  }

  @inline(__always)
  private mutating func takeCommonTimestamp(_ p: BytePointer) -> BytePointer? {
    guard let (value, end) = Self.commonInteger(p), value <= UInt64(Int64.max) else { return nil }
    store(timestamp: Int64(truncatingIfNeeded: value))
    return end
  }

  /// A time-out, mostly -1.
  @inline(never)
  private mutating func takeCommonDuration(_ p: BytePointer) -> BytePointer? {
    let isNegative = p.pointee == Ascii.minus
    guard let (value, end) = Self.commonInteger(isNegative ? p + 1 : p),
      value <= UInt64(Int64.max)
    else { return nil }
    store(duration: isNegative ? -Int64(value) : Int64(value))
    return end
  }

  @inline(__always)
  private mutating func takeCommonStatus(_ p: BytePointer) -> BytePointer? {
    guard p.pointee == Ascii.quote else { return nil }
    let start = p + 1
    if start.pointee == Ascii.zero {
      guard Self.isHexMark(start), let (value, end) = Self.commonHex(start, isMarked: true),
        value <= UInt64(UInt32.max)
      else { return nil }
      store(status: UInt32(truncatingIfNeeded: value))
      return end
    }
    let end = ByteSearch.stringEnd(start)
    let index = words.statusNames.find(start, end - start)
    guard index >= 0, end.pointee == Ascii.quote else { return nil }
    store(status: words.statusValues[Int(index)])
    return end + 1
  }

  @inline(__always)
  private mutating func takeCommonMajor(_ p: BytePointer) -> BytePointer? {
    guard let (code, end) = Self.commonCode(p, words.majorNames) else { return nil }
    store(major: code)
    return end
  }

  @inline(__always)
  private mutating func takeCommonMinor(_ p: BytePointer) -> BytePointer? {
    guard allows(.mn), let major = minorContext,
      let (code, end) = Self.commonCode(p, words.minorNames(of: major))
    else { return nil }
    store(minor: code)
    return end
  }

  @inline(__always)
  private static func commonCode(_ p: BytePointer, _ names: WordTable) -> (UInt8, BytePointer)? {
    if p.pointee != Ascii.quote {
      guard let (value, end) = commonInteger(p), value <= 255 else { return nil }
      return (UInt8(truncatingIfNeeded: value), end)
    }
    let end = ByteSearch.stringEnd(p + 1)
    let code = names.find(p + 1, end - (p + 1))
    guard code >= 0, end.pointee == Ascii.quote else { return nil }
    return (UInt8(truncatingIfNeeded: code), end + 1)
  }

  @inline(__always)
  private mutating func takeCommonString(_ p: BytePointer, _ field: Field) -> BytePointer? {
    guard p.pointee == Ascii.quote else { return nil }
    let end = ByteSearch.stringEnd(p + 1)
    guard end.pointee == Ascii.quote else { return nil }
    store(string: p + 1, end - (p + 1), field)
    return end + 1
  }

  /// Passes over the name of the event, which must be the one that was begun.
  private mutating func passSameName(_ p: BytePointer) -> BytePointer? {
    guard p.pointee == Ascii.quote else { return nil }
    let end = ByteSearch.stringEnd(p + 1)
    let number = words.events.find(p + 1, end - (p + 1))
    guard end.pointee == Ascii.quote, number >= 0, number < 256,
      number == Int32(event.pointee.kind.rawValue)
    else { return nil }
    return end + 1
  }

  /// Takes the value of a field of one's own.
  @inline(never) private mutating func takeCommonOwn(_ p: BytePointer, _ number: Int)
    -> BytePointer?
  {
    var cursor = JSONCursor(p)
    guard let token = cursor.value(), token.kind != .escapedString else { return nil }
    take(own: number, token)
    return cursor.p
  }

  /// Passes over the value of an unknown field.
  private mutating func passUnknown(_ p: BytePointer) -> BytePointer? {
    var cursor = JSONCursor(p)
    guard cursor.value() != nil else { return nil }
    unknown += 1
    return cursor.p
  }
}

extension EventScanner {
  @inline(__always) static func isHexMark(_ p: BytePointer) -> Bool {
    p[0] == Ascii.zero && p[1] == UInt8(ascii: "x")
  }

  /// A decimal integer at `p`, and what is behind it. Nil for one with a leading zero or one that
  /// needs more than 64 bits.
  @inline(__always)
  static func commonInteger(_ p: BytePointer) -> (UInt64, BytePointer)? {
    let (value, count) = NumberScanner.decimal(p)
    if count == 16 { return longInteger(p, value) }
    guard count > 0, p.pointee != Ascii.zero || count == 1 else { return nil }
    return (value, p + count)
  }

  /// A number of sixteen digits and more, the first sixteen being `head`.
  @inline(never)
  private static func longInteger(_ p: BytePointer, _ head: UInt64) -> (UInt64, BytePointer)? {
    if p.pointee == Ascii.zero { return nil }
    var value = head
    var p = p + 16
    while Ascii.isDigit(p.pointee) {
      let (tens, tooBig) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooBigBy) = tens.addingReportingOverflow(UInt64(p.pointee & 15))
      if tooBig || tooBigBy { return nil }
      value = sum
      p += 1
    }
    return (value, p)
  }

  /// Hex digits at `p` with a quote behind them, and what is behind that.
  @inline(__always)
  private static func commonHex(_ p: BytePointer, isMarked: Bool) -> (UInt64, BytePointer)? {
    let digits = isMarked ? p + 2 : p
    let (value, count) = NumberScanner.hex(digits)
    guard count > 0, digits[count] == Ascii.quote else { return nil }
    return (value, digits + count + 1)
  }
}
