import RuleEngine

/// What a file is that was given as a report and is none, and what to do about it.
enum ForeignFile {
  private static let advice = "make a report of it with \"check --format json\""

  /// By its first bytes; nil where it may be a JSON report.
  static func kind(of head: [UInt8]) -> String? {
    if head.isEmpty { return "the file is empty; was the check that wrote it stopped?" }
    if InputFormat.detected(in: head) == .binary { return "this is a binary trace; \(advice)" }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      return "the file is UTF-16; a JSON report is UTF-8: have the checker write it with --output"
    }
    if head.starts(with: [0x1F, 0x8B]) || head.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || head.starts(with: Array("PK\u{3}\u{4}".utf8))
    {
      return "the file is compressed; unpack it first"
    }
    let text = String(decoding: head, as: UTF8.self)
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    if start.isEmpty {
      return head.count < 512 ? "the file is blank; was the check that wrote it stopped?" : nil
    }
    if start.hasPrefix("@ddi") || start.contains("@ddi ") || start.hasPrefix("{\"ev\"") {
      return "this is a trace; \(advice)"
    }
    let lower = start.prefix(64).lowercased()
    if lower.hasPrefix("<!doctype") || lower.hasPrefix("<html") {
      return "this is an HTML report; reports are merged as JSON: \(advice)"
    }
    if lower.hasPrefix("<?xml") || lower.hasPrefix("<testsuite") {
      return "this is a JUnit report; reports are merged as JSON: \(advice)"
    }
    if lower.hasPrefix("error[") || lower.hasPrefix("warning[") || lower.hasPrefix("checked ") {
      return "this is a report as text; reports are merged as JSON: \(advice)"
    }
    return nil
  }

  /// By the members of a JSON document.
  static func words(_ keys: [String]) -> String {
    if keys.contains("runs") {
      return "this is a SARIF log; reports are merged as JSON, and the sum is written as SARIF: "
        + advice
    }
    if keys.contains("ev") { return "this is a trace; \(advice)" }
    if keys.contains("findings") {
      return "this is a baseline; give it with --baseline, and reports as operands"
    }
    if keys.contains("suppressions") || keys.contains("failOn") || keys.contains("limits") {
      return "this is a configuration; give it with --config, and reports as operands"
    }
    return "this is no JSON report; make one with --format json"
  }
}
