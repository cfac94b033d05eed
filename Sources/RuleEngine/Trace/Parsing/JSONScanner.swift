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
      let isName = number(of: key) == Int32(Field.ev.rawValue)
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
      batch.countUnknown(word, at: position)
      return
    }
    begin(number)
    takeValues(brace)
    finish(at: brace)
  }

  private mutating func takeValues(_ brace: BytePointer) {
    var cursor = JSONCursor(brace)
    cursor.open()
    repeat {
      guard let key = cursor.key() else { break }
      let number = number(of: key)
      guard let value = cursor.value() else { break }
      if number >= 256 {
        take(own: Int(number) - 256, value)
      } else if let field = UInt8(exactly: number).flatMap(Field.init) {
        if field != .ev { take(field, value) }
      } else {
        unknown += 1
      }
    } while cursor.more() == true
  }

  /// The field's number in ``Vocabulary/fields``.
  private mutating func number(of key: JSONCursor.Token) -> Int32 {
    let word = key.unescaped(in: scratch)
    return word.baseAddress.map { words.fields.find($0, word.count) } ?? -1
  }

  private mutating func take(_ field: Field, _ token: JSONCursor.Token) {
    guard let value = token.value(in: scratch) else { return clear(field) }
    take(field, value)
  }

  /// Takes the value of the field of one's own with this number.
  mutating func take(own number: Int, _ token: JSONCursor.Token) {
    take(own: number, token.value(in: scratch))
  }
}

extension JSONCursor.Token {
  /// The value; nil for `null`. Escapes are written out in `scratch`.
  fileprivate func value(in scratch: PaddedBytes) -> RawValue? {
    let form: RawValue.Form
    switch kind {
    case .null: return nil
    case .string, .escapedString: form = .string
    case .number: form = .number
    case .literal: form = .literal
    case .object: form = .object
    case .array: form = .array
    }
    return RawValue(form: form, bytes: unescaped(in: scratch), at: at)
  }
}
