/// What stands before the text events of a trace, in words.
package enum PrefixDescription {
  /// Looks at the first line with a sentinel; nil where there is none in `head`, or nothing before it.
  package static func describe(_ head: [UInt8]) -> String? {
    let bytes = PaddedBytes()
    head.withUnsafeBytes { bytes.append($0) }
    // What is behind the last newline may be the beginning of a line only.
    bytes.append(Ascii.newline)
    var start = UnsafePointer(bytes.start)
    let end = start + bytes.count
    while start < end {
      let sentinel = ByteSearch.sentinel(from: start)
      if sentinel.pointee != Ascii.newline { return describe(start, upTo: sentinel) }
      start = sentinel + 1
    }
    return nil
  }

  private static func describe(_ start: BytePointer, upTo sentinel: BytePointer) -> String? {
    if sentinel == start { return nil }
    let prefix = LinePrefix(start)
    switch (prefix.thread, prefix.timestamp) {
    case (.some, .some): return "tracefmt's prefix, with thread and time"
    case (.some, nil): return "tracefmt's prefix, with thread and without time"
    case (nil, .some): return "DebugView's prefix, with time and without thread"
    case (nil, nil):
      let text = RawValue.excerpt(UnsafeBufferPointer(start: start, count: sentinel - start))
      return "the prefix \"\(SafeText.escape(text))\", of which neither thread nor time is read"
    }
  }
}
