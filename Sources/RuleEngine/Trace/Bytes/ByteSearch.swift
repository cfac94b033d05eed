/// Searches in a padded buffer whose last byte is a newline; none of them goes beyond it.
enum ByteSearch {
  /// The next newline from `p` on.
  static func newline(from p: BytePointer) -> BytePointer {
    var p = p
    while true {
      let found = ByteWord.first(Ascii.newline, in: ByteWord.load(p))
      if found != 0 { return p + ByteWord.index(found) }
      p += 8
    }
  }

  /// The next byte that is no blank (space, tab, carriage return).
  @inline(__always) static func skipBlanks(_ p: BytePointer) -> BytePointer {
    var p = p
    while p.pointee == Ascii.space || p.pointee == Ascii.tab || p.pointee == Ascii.carriageReturn {
      p += 1
    }
    return p
  }

  /// The next quote, backslash or control character from `p` on.
  @inline(__always) static func stringEnd(_ p: BytePointer) -> BytePointer {
    var p = p
    while true {
      let word = ByteWord.load(p)
      let found =
        ByteWord.first(Ascii.quote, in: word) | ByteWord.first(Ascii.backslash, in: word)
        | ByteWord.firstLess(than: 0x20, in: word)
      if found != 0 { return p + ByteWord.index(found) }
      p += 8
    }
  }

  /// The next blank or control character from `p` on.
  @inline(__always) static func wordEnd(_ p: BytePointer) -> BytePointer {
    var p = p
    while true {
      let found = ByteWord.firstLess(than: 0x21, in: ByteWord.load(p))
      if found != 0 { return p + ByteWord.index(found) }
      p += 8
    }
  }

  /// The next sentinel `@ddi ` from `p` on, or the newline before it.
  @inline(__always) static func sentinel(from p: BytePointer) -> BytePointer {
    var p = p
    while true {
      let word = ByteWord.load(p)
      let found =
        ByteWord.first(Ascii.at, in: word) | ByteWord.first(Ascii.newline, in: word)
      if found == 0 {
        p += 8
        continue
      }
      p += ByteWord.index(found)
      if p.pointee == Ascii.newline || isSentinel(p) { return p }
      p += 1
    }
  }

  /// Whether the sentinel `@ddi ` stands at `p`.
  @inline(__always) static func isSentinel(_ p: BytePointer) -> Bool {
    ByteWord.load(p) & 0xFF_FFFF_FFFF == 0x20_6964_6440
  }
}
