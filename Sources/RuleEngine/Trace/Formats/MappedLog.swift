/// Turns the lines of a log into events as a ``LogMapping`` says. The first line of the mapping that
/// fits decides. A line that is an event of the trace format is taken as that; any other is passed over.
///
/// Thread and time that the mapping does not give come from the line's prefix, where it is a known one.
struct MappedLog: LogConverter {
  private let mapping: LogMapping

  init(_ mapping: LogMapping) { self.mapping = mapping }

  mutating func take(
    _ line: UnsafeBufferPointer<UInt8>, number: UInt64, into events: inout EventLines,
    _ out: PaddedBytes
  ) {
    guard let start = line.baseAddress else {
      events.skipped += 1
      return
    }
    let first = ByteSearch.skipBlanks(start).pointee
    if first == Ascii.openBrace || ByteSearch.sentinel(from: start).pointee != Ascii.newline {
      return events.pass(line, line: number, to: out)
    }
    var text: String?
    for form in mapping.lines where Self.holds(line, form.contains) {
      let decoded = text ?? String(decoding: line, as: UTF8.self)
      text = decoded
      guard let match = form.expression.match(decoded) else { continue }
      return write(form, match, decoded, number, start, &events, out)
    }
    events.skipped += 1
  }

  mutating func finish(into events: inout EventLines, _ out: PaddedBytes) {}

  /// Whether the line holds the text.
  private static func holds(_ line: UnsafeBufferPointer<UInt8>, _ text: [UInt8]) -> Bool {
    guard let first = text.first else { return true }
    if line.count < text.count { return false }
    for index in 0...(line.count - text.count) where line[index] == first {
      if line[index..<index + text.count].elementsEqual(text) { return true }
    }
    return false
  }

  private func write(
    _ form: LogMapping.Line, _ match: Regex<AnyRegexOutput>.Match, _ line: String,
    _ number: UInt64, _ start: BytePointer, _ events: inout EventLines, _ out: PaddedBytes
  ) {
    let place = line.utf8.distance(from: line.startIndex, to: match.range.lowerBound) + 1
    var values: [(name: String, text: String, column: Int)] = []
    for (name, value) in form.fields {
      switch Self.text(of: value, match) {
      case .absent: continue
      case .found(let text, let index):
        let column = index.map { line.utf8.distance(from: line.startIndex, to: $0) + 1 }
        values.append((name, text, column ?? place))
      case .unreadable(let why, let index):
        let column = line.utf8.distance(from: line.startIndex, to: index) + 1
        return events.fail(
          "\(why) for \"\(name)\"", line: number, column: column, to: out)
      }
    }
    events.begin(form.event.utf8, line: number, column: place, to: out)
    for value in values {
      events.add(value.name.utf8, value.text.utf8, column: value.column, to: out)
    }
    let prefix = LinePrefix(start)
    if let thread = prefix.thread, !values.contains(where: { $0.name == Field.tid.name }) {
      events.add(.tid, String(thread), to: out)
    }
    if let timestamp = prefix.timestamp, !values.contains(where: { $0.name == Field.ts.name }) {
      events.add(.ts, String(timestamp), to: out)
    }
    events.end(to: out)
  }

  private enum Text {
    /// A group took no part in the match.
    case absent
    case found(String, String.Index?)
    case unreadable(String, String.Index)
  }

  private static func text(
    of value: LogMapping.Value, _ match: Regex<AnyRegexOutput>.Match
  ) -> Text {
    switch value {
    case .template(let parts): return text(of: parts, match)
    case .table(let group, let table, let otherwise):
      guard let found = match[group]?.substring else { return .absent }
      if let text = table[String(found)] ?? otherwise { return .found(text, found.startIndex) }
      return .unreadable(
        "\"\(SafeText.escape(String(found)))\" is not in the mapping's table", found.startIndex)
    case .decimal(let group):
      guard let found = match[group]?.substring else { return .absent }
      guard let number = UInt64(found) else {
        return .unreadable(
          "expected a decimal number, found \"\(SafeText.escape(String(found)))\"",
          found.startIndex)
      }
      return .found("0x" + String(number, radix: 16), found.startIndex)
    case .name(let group):
      guard let found = match[group]?.substring else { return .absent }
      return .found(Address(hash(found)).description, found.startIndex)
    }
  }

  private static func text(
    of parts: [LogMapping.Part], _ match: Regex<AnyRegexOutput>.Match
  ) -> Text {
    var text = ""
    var place: String.Index?
    for part in parts {
      switch part {
      case .text(let plain): text += plain
      case .group(let name):
        guard let found = match[name]?.substring else { return .absent }
        place = place ?? found.startIndex
        text += found
      }
    }
    return .found(text, place)
  }

  /// FNV-1a, 64 bits.
  private static func hash(_ text: Substring) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
