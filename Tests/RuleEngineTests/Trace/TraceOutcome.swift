import RuleEngine

/// What the parser makes of some lines, as one string: the events as text lines without sentinel and
/// leading zeros, malformed ones as `!column message`, then what was counted beside them.
func outcome(of bytes: [UInt8], _ options: TraceParser.Options = .init()) -> String {
  var parser = TraceParser(options: options)
  var batch = EventBatch()
  parser.parse(bytes, into: &batch)
  return render(batch, parser.strings)
}

func outcome(of line: String) -> String { outcome(of: Array(line.utf8)) }

/// Renders a batch as ``outcome(of:_:)`` does.
func render(_ batch: EventBatch, _ strings: StringTable) -> String {
  var diagnostics = batch.diagnostics[...]
  var parts = batch.events.map { event in
    guard event.kind == .malformed, let diagnostic = diagnostics.popFirst() else {
      var line: [UInt8] = []
      TraceWriter.appendText(event, strings: strings, to: &line)
      return withoutLeadingZeros(String(decoding: line.dropFirst(5).dropLast(), as: UTF8.self))
    }
    return "!\(diagnostic.column) \(diagnostic.message)"
  }
  let counts = batch.counts
  if counts.skipped > 0 { parts.append("(\(counts.skipped) skipped)") }
  if counts.unknownEvents > 0 { parts.append("(\(counts.unknownEvents) unknown events)") }
  if counts.unknownFields > 0 { parts.append("(\(counts.unknownFields) unknown)") }
  return parts.joined(separator: " | ")
}

private func withoutLeadingZeros(_ line: String) -> String {
  line.split(separator: " ", omittingEmptySubsequences: false).map { pair in
    guard let equals = pair.firstIndex(of: "="),
      pair.distance(from: equals, to: pair.endIndex) == 17
    else { return String(pair) }
    let value = pair[pair.index(after: equals)...].drop { $0 == "0" }
    return String(pair[...equals] + (value.isEmpty ? "0" : value))
  }.joined(separator: " ")
}
