/// JSON Lines: the thorough way.
extension EventScanner {
  /// Reads the current line, which begins with `{`, blanks aside. Returns the next line.
  @inline(__always) mutating func scanJSONLine() -> BytePointer {
    if let next = scanCommonJSON() { return next }
    return scanAnyJSON()
  }

  @inline(never) private mutating func scanAnyJSON() -> BytePointer {
    let brace = ByteSearch.skipBlanks(lineStart)
    guard ByteSearch.skipBlanks(brace + 1).pointee == Ascii.quote else { return scanTextLine() }
    let newline = ByteSearch.newline(from: brace)
    scanObject(brace)
    return newline + 1
  }

  /// Reads an object of whatever form. The first walk checks the syntax and finds the event's name,
  /// on which it depends what the values mean; the second takes the values.
  private mutating func scanObject(_ brace: BytePointer) {
    var cursor = JSONCursor(brace)
    cursor.open()
    var name: JSONCursor.Token?
    repeat {
      guard let key = cursor.key() else { break }
      let isName = field(of: key) == .ev
      guard let value = cursor.value() else { break }
      if isName { name = value }
      guard let isMore = cursor.more() else { break }
      if !isMore && cursor.end() { break }
    } while cursor.failure == nil
    if let failure = cursor.failure { return report(failure) }
    guard let name else {
      batch.counts.skipped += 1
      return
    }
    scanValues(brace, name)
  }

  private mutating func scanValues(_ brace: BytePointer, _ name: JSONCursor.Token) {
    guard name.kind == .string || name.kind == .escapedString else {
      return report(
        Failure(at: name.at, message: "expected an event's name as a string for \"ev\""))
    }
    let word = name.unescaped(in: scratch)
    guard let start = word.baseAddress, case let number = words.events.find(start, word.count),
      number >= 0
    else {
      batch.counts.unknownEvents += 1
      return
    }
    begin(number)
    var cursor = JSONCursor(brace)
    cursor.open()
    repeat {
      guard let key = cursor.key() else { break }
      let field = field(of: key)
      guard let value = cursor.value() else { break }
      if let field, field != .ev { take(field, value) }
      if field == nil { unknown += 1 }
    } while cursor.more() == true
    finish(at: brace)
  }

  private mutating func field(of key: JSONCursor.Token) -> Field? {
    let word = key.unescaped(in: scratch)
    guard let start = word.baseAddress else { return nil }
    return UInt8(exactly: words.fields.find(start, word.count)).flatMap(Field.init)
  }

  private mutating func take(_ field: Field, _ token: JSONCursor.Token) {
    let form: RawValue.Form
    switch token.kind {
    case .null: return clear(field)
    case .string, .escapedString: form = .string
    case .number: form = .number
    case .literal: form = .literal
    case .object: form = .object
    case .array: form = .array
    }
    take(field, RawValue(form: form, bytes: token.unescaped(in: scratch), at: token.at))
  }
}
