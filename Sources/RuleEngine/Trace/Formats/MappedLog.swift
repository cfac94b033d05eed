/// Turns the lines of a log into events as a ``LogMapping`` says. The first line of the mapping that
/// fits decides. A line that is an event of the trace format is taken as that; any other is passed over.
///
/// Thread and time that the mapping does not give come from the line's prefix, where it is a known one.
///
/// What the expressions may cost is limited by what is read: each byte allows so many steps, and what a
/// line does not use is there for the next, up to a limit. A line that needs more is a malformed event.
struct MappedLog: LogConverter {
  private let mapping: LogMapping
  private var matcher = LineMatcher()
  private var budget: Int

  init(_ mapping: LogMapping) {
    self.mapping = mapping
    budget = mapping.budget.first
  }

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
    budget = min(budget + (line.count + 1) * mapping.budget.perByte, mapping.budget.largest)
    for form in mapping.lines
    where Self.holds(line, form.contains) && Self.holds(line, form.expression.required) {
      switch matcher.match(form.expression, line, budget: &budget) {
      case .none: continue
      case .matched: return write(form, line, number, start, &events, out)
      case .tooLong:
        budget = 0
        return events.fail(
          "matching the line with the mapping takes too long; give the mapping's lines \"contains\" "
            + "and simpler expressions", line: number, column: 1, to: out)
      }
    }
    events.skipped += 1
  }

  mutating func finish(into events: inout EventLines, _ out: PaddedBytes) {}

  /// Whether the line holds the text.
  private static func holds(_ line: UnsafeBufferPointer<UInt8>, _ text: [UInt8]) -> Bool {
    guard let first = text.first else { return true }
    if line.count < text.count { return false }
    for index in 0...(line.count - text.count) where line[index] == first {
      if text.indices.allSatisfy({ line[index + $0] == text[$0] }) { return true }
    }
    return false
  }

  private func write(
    _ form: LogMapping.Line, _ line: UnsafeBufferPointer<UInt8>, _ number: UInt64,
    _ start: BytePointer, _ events: inout EventLines, _ out: PaddedBytes
  ) {
    let match = Match(line: line, slots: matcher.slots)
    let place = match.column(0) ?? 1
    var values: [(name: String, text: String, column: Int)] = []
    for (name, value) in form.fields {
      switch Self.text(of: value, match) {
      case .absent: continue
      case .found(let text, let column): values.append((name, text, column ?? place))
      case .unreadable(let why, let column):
        return events.fail("\(why) for \"\(name)\"", line: number, column: column, to: out)
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

  /// What the groups of an expression matched.
  private struct Match {
    var line: UnsafeBufferPointer<UInt8>
    var slots: [Int32]

    func column(_ group: Int) -> Int? {
      slots[group * 2] < 0 ? nil : Int(slots[group * 2]) + 1
    }

    /// The text of a group; nil where it took no part.
    func text(_ group: Int) -> String? {
      let (start, end) = (Int(slots[group * 2]), Int(slots[group * 2 + 1]))
      guard start >= 0, end >= start else { return nil }
      return String(decoding: line[start..<end], as: UTF8.self)
    }
  }

  private enum Text {
    /// A group took no part in the match.
    case absent
    case found(String, column: Int?)
    case unreadable(String, column: Int)
  }

  private static func text(of value: LogMapping.Value, _ match: Match) -> Text {
    switch value {
    case .template(let parts): return text(of: parts, match)
    case .table(let group, let table, let otherwise):
      guard let found = match.text(group), let column = match.column(group) else { return .absent }
      if let text = table[found] ?? otherwise { return .found(text, column: column) }
      return .unreadable(
        "\"\(SafeText.escape(found))\" is not in the mapping's table", column: column)
    case .decimal(let group):
      guard let found = match.text(group), let column = match.column(group) else { return .absent }
      guard let number = UInt64(found) else {
        return .unreadable(
          "expected a decimal number, found \"\(SafeText.escape(found))\"", column: column)
      }
      return .found("0x" + String(number, radix: 16), column: column)
    case .name(let group):
      guard let found = match.text(group), let column = match.column(group) else { return .absent }
      return .found(Address(hash(found)).description, column: column)
    }
  }

  private static func text(of parts: [LogMapping.Part], _ match: Match) -> Text {
    var text = ""
    var place: Int?
    for part in parts {
      switch part {
      case .text(let plain): text += plain
      case .group(let group):
        guard let found = match.text(group) else { return .absent }
        place = place ?? match.column(group)
        text += found
      }
    }
    return .found(text, column: place)
  }

  /// FNV-1a, 64 bits.
  private static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
