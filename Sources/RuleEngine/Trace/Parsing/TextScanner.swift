/// Text lines: events behind the sentinel `@ddi `.
extension EventScanner {
  /// Reads the current line, which holds no JSON object. Returns the next line.
  mutating func scanTextLine() -> BytePointer {
    var p = ByteSearch.sentinel(from: lineStart)
    if p.pointee == Ascii.newline {
      batch.counts.skipped += 1
      return p + 1
    }
    while p.pointee != Ascii.newline { p = scanTextEvent(p) }
    return p + 1
  }

  /// Reads the event whose sentinel stands at `sentinel`. Returns the next sentinel or the newline.
  @inline(__always)
  private mutating func scanTextEvent(_ sentinel: BytePointer) -> BytePointer {
    let name = Self.skipSeparators(sentinel + 5)
    let end = ByteSearch.wordEnd(name)
    let number = words.events.find(name, end - name)
    if number < 0 { return scanUnknownTextEvent(sentinel, name) }
    begin(number)
    return scanPairs(sentinel, end)
  }

  /// Reads the fields of the event that was begun, up to its end.
  @inline(__always)
  private mutating func scanPairs(_ sentinel: BytePointer, _ start: BytePointer) -> BytePointer {
    var p = start
    let guesses = memory.textGuesses.row(of: event.pointee.kind)
    var guess = guesses
    let last = guesses + (KeyGuesses.places - 1)
    while true {
      if guess.pointee.fits(p),
        let next = takeCommonText(p + guess.pointee.length, guess.pointee.entry)
      {
        p = next
        if guess < last { guess += 1 }
        continue
      }
      let before = p
      p = Self.skipSeparators(p)
      if p.pointee == Ascii.newline || ByteSearch.isSentinel(p) { break }
      let word = ByteWord.load(p)
      let equals = ByteWord.first(Ascii.equals, in: word)
      let entry = words.textKeys.find(word & (equals ^ (equals &- 1)))
      if equals != 0 && entry.code != .unknown,
        let next = takeCommonText(p + ByteWord.index(equals) + 1, entry)
      {
        let length = Int(entry.nameLength) + 2
        if entry.isGuessed, p - before == 1 {
          guess.pointee.learn(before, entry, length: length)
        }
        p = next
        if guess < last { guess += 1 }
        continue
      }
      guard let next = scanAnyPair(p) else { return abandon(sentinel) }
      p = next
    }
    finishText(at: sentinel)
    return p
  }

  /// Passes over blanks and control characters, newlines aside.
  @inline(__always) private static func skipSeparators(_ p: BytePointer) -> BytePointer {
    var p = p
    while p.pointee <= 0x20 && p.pointee != Ascii.newline { p += 1 }
    return p
  }

  /// Ends an event whose structure is broken. Returns the next sentinel behind the break.
  private mutating func abandon(_ sentinel: BytePointer) -> BytePointer {
    deferredMinor = nil
    guard let failure else { return ByteSearch.sentinel(from: sentinel + 1) }
    self.failure = nil
    report(failure)
    return ByteSearch.sentinel(from: max(failure.at, sentinel + 1))
  }
}

/// The quick way.
extension EventScanner {
  /// Takes the value at `p` in its usual form, and returns what is behind it; nil for any other.
  @inline(__always)
  private mutating func takeCommonText(_ p: BytePointer, _ entry: KeyTable.Entry) -> BytePointer? {
    switch entry.code {
    case .pointer:
      let digits = Self.isHexMark(p) ? p + 2 : p
      let (value, count) = NumberScanner.hex(digits)
      guard count > 0, digits[count] <= 0x20 else { return nil }
      store(pointer: value, entry.field, at: entry.offset)
      return digits + count
    case .integer:
      guard let (value, end) = Self.commonTextInteger(p), value <= Self.largest(entry.field)
      else { return nil }
      store(integer: value, entry.field)
      return end
    case .timestamp:
      guard let (value, end) = Self.commonInteger(p), end.pointee <= 0x20,
        value <= UInt64(Int64.max)
      else { return nil }
      store(timestamp: Int64(truncatingIfNeeded: value))
      return end
    case .status: return takeCommonTextStatus(p)
    case .major:
      guard let (code, end) = Self.commonTextCode(p, words.majorNames) else { return nil }
      store(major: code)
      return end
    case .minor:
      guard allows(.mn), let major = minorContext,
        let (code, end) = Self.commonTextCode(p, words.minorNames(of: major))
      else { return nil }
      store(minor: code)
      return end
    case .word, .text:
      let end = ByteSearch.wordEnd(p)
      guard end > p, p.pointee != Ascii.quote, !Self.runsIntoSentinel(p, end) else { return nil }
      store(string: p, end - p, entry.field)
      return end
    case .duration, .event, .unknown, .own: return nil
    }
  }

  @inline(__always)
  private static func commonTextInteger(_ p: BytePointer) -> (UInt64, BytePointer)? {
    if isHexMark(p) {
      let (value, count) = NumberScanner.hex(p + 2)
      return count > 0 && p[count + 2] <= 0x20 ? (value, p + count + 2) : nil
    }
    guard let (value, end) = commonInteger(p), end.pointee <= 0x20 else { return nil }
    return (value, end)
  }

  @inline(__always)
  private mutating func takeCommonTextStatus(_ p: BytePointer) -> BytePointer? {
    if p.pointee == Ascii.zero {
      guard let (value, end) = Self.commonTextInteger(p), value <= UInt64(UInt32.max) else {
        return nil
      }
      store(status: UInt32(truncatingIfNeeded: value))
      return end
    }
    let end = ByteSearch.wordEnd(p)
    let index = words.statusNames.find(p, end - p)
    guard index >= 0 else { return nil }
    store(status: words.statusValues[Int(index)])
    return end
  }

  @inline(__always)
  private static func commonTextCode(_ p: BytePointer, _ names: WordTable) -> (UInt8, BytePointer)?
  {
    if Ascii.isDigit(p.pointee) {
      guard let (value, end) = commonTextInteger(p), value <= 255 else { return nil }
      return (UInt8(truncatingIfNeeded: value), end)
    }
    let end = ByteSearch.wordEnd(p)
    let code = names.find(p, end - p)
    return code < 0 ? nil : (UInt8(truncatingIfNeeded: code), end)
  }

  /// Whether the word from `p` to `end` ends with the first four bytes of a sentinel, whose blank then
  /// ended it: two events were glued together.
  @inline(__always)
  private static func runsIntoSentinel(_ p: BytePointer, _ end: BytePointer) -> Bool {
    end.pointee == Ascii.space && end - p >= 4 && ByteSearch.isSentinel(end - 4)
  }
}

/// The thorough way.
extension EventScanner {
  /// Reads a pair of whatever form, and returns what is behind it; nil where it is none, with what is
  /// wrong in ``failure``.
  @inline(never)
  private mutating func scanAnyPair(_ p: BytePointer) -> BytePointer? {
    guard let (key, value) = splitPair(p) else { return nil }
    guard let (raw, end) = textValue(value, of: key) else { return nil }
    let index = key.baseAddress.map { words.fields.find($0, key.count) } ?? -1
    if index >= 256 {
      take(own: Int(index) - 256, raw)
    } else if let field = UInt8(exactly: index).flatMap(Field.init) {
      if field != .ev { take(field, raw) }
    } else {
      unknown += 1
    }
    return end
  }

  /// The name before the `=` of the word at `p`, and what is behind the `=`.
  private mutating func splitPair(
    _ p: BytePointer
  ) -> (key: UnsafeBufferPointer<UInt8>, value: BytePointer)? {
    let end = Self.textWordEnd(p)
    let word = UnsafeBufferPointer(start: p, count: end - p)
    guard let equals = word.firstIndex(of: Ascii.equals) else {
      fail(at: p, "expected key=value, found \"\(RawValue.excerpt(word))\"")
      return nil
    }
    guard equals > 0 else {
      fail(at: p, "expected a field name before \"=\"")
      return nil
    }
    return (UnsafeBufferPointer(start: p, count: equals), p + equals + 1)
  }

  /// The end of the word at `p`: a blank, a control character, or a sentinel.
  private static func textWordEnd(_ p: BytePointer) -> BytePointer {
    let end = ByteSearch.wordEnd(p)
    return runsIntoSentinel(p, end) ? end - 4 : end
  }

  /// The value at `p`, and what is behind it.
  private mutating func textValue(
    _ p: BytePointer, of key: UnsafeBufferPointer<UInt8>
  ) -> (RawValue, BytePointer)? {
    guard p.pointee == Ascii.quote else {
      let end = Self.textWordEnd(p)
      let bytes = UnsafeBufferPointer(start: p, count: end - p)
      return (RawValue(form: .text, bytes: bytes, at: p), end)
    }
    guard let end = Self.closingQuote(p) else {
      fail(at: p, "no closing quote for \"\(RawValue.excerpt(key))\"")
      return nil
    }
    if end[1] > 0x20 && !ByteSearch.isSentinel(end + 1) {
      fail(at: end + 1, "expected a blank after the closing quote")
      return nil
    }
    return (RawValue(form: .text, bytes: unquoted(p + 1, end), at: p), end + 1)
  }

  /// The quote that ends the string whose first quote stands at `p`.
  private static func closingQuote(_ p: BytePointer) -> BytePointer? {
    var p = p + 1
    while p.pointee != Ascii.newline {
      if p.pointee == Ascii.quote { return p }
      p += isEscape(p) ? 2 : 1
    }
    return nil
  }

  /// Whether `\"` or `\\` stands at `p`; any other backslash is one.
  private static func isEscape(_ p: BytePointer) -> Bool {
    p.pointee == Ascii.backslash && (p[1] == Ascii.quote || p[1] == Ascii.backslash)
  }

  private mutating func unquoted(_ start: BytePointer, _ end: BytePointer) -> UnsafeBufferPointer<
    UInt8
  > {
    let raw = UnsafeBufferPointer(start: start, count: end - start)
    guard raw.contains(Ascii.backslash) else { return raw }
    scratch.reserve(raw.count)
    var count = 0
    var p = start
    while p < end {
      if Self.isEscape(p) { p += 1 }
      scratch.start[count] = p.pointee
      count += 1
      p += 1
    }
    return UnsafeBufferPointer(start: scratch.start, count: count)
  }

  /// An event with an unknown name, or without one. What its fields mean is unknown, but they must be
  /// pairs: where they are not, the line is damaged.
  @inline(never)
  private mutating func scanUnknownTextEvent(
    _ sentinel: BytePointer, _ name: BytePointer
  ) -> BytePointer {
    let end = Self.textWordEnd(name)
    let word = UnsafeBufferPointer(start: name, count: end - name)
    let number = words.events.find(name, word.count)
    if number >= 0 {
      begin(number)
      return scanPairs(sentinel, end)
    }
    if word.isEmpty || word.contains(Ascii.equals) {
      fail(at: name, "expected an event's name after \"@ddi \"")
      return abandon(sentinel)
    }
    var p = end
    while true {
      p = Self.skipSeparators(p)
      if p.pointee == Ascii.newline || ByteSearch.isSentinel(p) { break }
      guard let (key, value) = splitPair(p), let (_, next) = textValue(value, of: key) else {
        return abandon(sentinel)
      }
      p = next
    }
    batch.countUnknown(word, at: position)
    return p
  }

  /// Ends a text event: what it does not say of thread and time the line's prefix may.
  @inline(__always)
  private mutating func finishText(at sentinel: BytePointer) {
    if !event.pointee.has(.tid) || !event.pointee.has(.ts) { takePrefix() }
    if failure == nil && deferredMinor == nil && required & ~event.pointee.fields.rawValue == 0 {
      append()
    } else {
      finish(at: sentinel)
    }
  }

  @inline(__always) private mutating func takePrefix() {
    let first = lineStart.pointee
    guard first == Ascii.openBracket || Ascii.isDigit(first) || first == Ascii.space else { return }
    takeKnownPrefix()
  }

  private mutating func takeKnownPrefix() {
    let prefix = LinePrefix(lineStart)
    if !event.pointee.has(.tid), let thread = prefix.thread {
      event.pointee.fields.insert(.tid)
      event.pointee.thread = thread
    }
    if !event.pointee.has(.ts), let timestamp = prefix.timestamp {
      event.pointee.fields.insert(.ts)
      event.pointee.timestamp = timestamp
    }
  }
}
