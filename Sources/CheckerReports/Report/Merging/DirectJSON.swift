import RuleEngine

/// A part of a report that writes its JSON itself: the same bytes as its synthesized encoding, several times
/// as fast. For what there is much of in the reports of many small traces, which is verdicts.
protocol DirectJSON: Encodable {
  /// Appends the value's JSON.
  func appendJSON(to bytes: inout [UInt8])
}

/// Writes the members of an object, those without a value left out.
private struct MemberWriter {
  private var isFirst = true

  mutating func begin(_ key: StaticString, _ bytes: inout [UInt8]) {
    bytes.append(isFirst ? UInt8(ascii: "{") : UInt8(ascii: ","))
    isFirst = false
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func write(_ key: StaticString, _ number: UInt64?, _ bytes: inout [UInt8]) {
    guard let number else { return }
    begin(key, &bytes)
    bytes.append(contentsOf: String(number).utf8)
  }

  mutating func write(_ key: StaticString, _ text: String?, _ bytes: inout [UInt8]) {
    guard let text else { return }
    begin(key, &bytes)
    JSONValue.append(text, to: &bytes)
  }

  mutating func write(_ key: StaticString, _ rules: [Report.RuleCounts]?, _ bytes: inout [UInt8]) {
    guard let rules else { return }
    begin(key, &bytes)
    bytes.append(UInt8(ascii: "["))
    for (index, rule) in rules.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      rule.appendJSON(to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func write(_ key: StaticString, any value: (some Encodable)?, _ bytes: inout [UInt8]) {
    guard let value else { return }
    begin(key, &bytes)
    OrderedElement.appendJSON(value, to: &bytes)
  }
}

extension Report.RuleCounts: DirectJSON {
  func appendJSON(to bytes: inout [UInt8]) {
    var members = MemberWriter()
    members.write("id", id, &bytes)
    members.write("severity", severity.rawValue, &bytes)
    members.write("armed", armed, &bytes)
    members.write("passed", passed, &bytes)
    members.write("violated", violated, &bytes)
    members.write("undecided", undecided, &bytes)
    members.write("notInReading", any: notInReading, &bytes)
    bytes.append(UInt8(ascii: "}"))
  }
}

extension Report.Trace: DirectJSON {
  func appendJSON(to bytes: inout [UInt8]) {
    var members = MemberWriter()
    members.write("path", path, &bytes)
    members.write("events", events, &bytes)
    members.write("skipped", skipped, &bytes)
    members.write("malformed", malformed, &bytes)
    members.write("unknown", unknown, &bytes)
    members.write("unknownEvents", unknownEvents, &bytes)
    members.write("lost", lost, &bytes)
    members.write("drivers", any: drivers, &bytes)
    members.write("rules", rules, &bytes)
    members.write("continues", continues, &bytes)
    bytes.append(UInt8(ascii: "}"))
  }
}

extension Report.Summary: DirectJSON {
  func appendJSON(to bytes: inout [UInt8]) {
    var members = MemberWriter()
    members.write("rules", rules, &bytes)
    members.write("findings", findings, &bytes)
    members.write("errors", errors, &bytes)
    members.write("warnings", warnings, &bytes)
    members.write("dropped", any: dropped, &bytes)
    members.write("accepted", any: accepted, &bytes)
    bytes.append(UInt8(ascii: "}"))
  }
}
