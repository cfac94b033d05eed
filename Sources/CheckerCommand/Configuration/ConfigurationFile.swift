import CheckerReports
import RuleEngine

extension Configuration {
  /// Takes what a file says.
  ///
  /// - Parameters:
  ///   - bytes: What the file holds.
  ///   - path: Its path, for messages, and for the paths in it.
  ///   - ruleIDs: The rules that there are.
  ///   - families: The families that there are.
  mutating func read(
    _ bytes: [UInt8], path: String, ruleIDs: [String], families: [String]
  ) throws(JSONNode.Problem) {
    self.path = path
    var reader = ConfigurationReader(
      path: path, ruleIDs: ruleIDs, families: families, configuration: self)
    try reader.read(try JSONNode(parsing: bytes, limit: JSONNode.settingsLimit))
    self = reader.configuration
  }
}

/// Reads the members of a configuration file; what is unknown or wrong is an error with its place.
private struct ConfigurationReader {
  let path: String
  let ruleIDs: [String]
  let families: [String]
  var configuration: Configuration

  static let keys = [
    "$schema", "reading", "rules", "failOn", "sourceRoot", "docsUrl", "baseline", "limits",
    "suppressions",
  ]

  typealias Problem = JSONNode.Problem

  private func place(_ node: JSONNode) -> ReportOrigin {
    ReportOrigin(path: path, line: node.position.line, column: node.position.column)
  }

  private func setting<Value>(_ value: Value, _ node: JSONNode) -> Setting<Value> {
    Setting(value, .file(place(node)))
  }

  mutating func read(_ root: JSONNode) throws(Problem) {
    for member in try root.object("the configuration") {
      let node = member.value
      switch member.key {
      case "$schema": _ = try node.text("\"$schema\"")
      case "reading": configuration.reading = try choice(node, "\"reading\"")
      case "failOn": configuration.failOn = try choice(node, "\"failOn\"")
      case "sourceRoot": configuration.sourceRoot = try file(node, "\"sourceRoot\"")
      case "docsUrl": configuration.docsURL = try address(node)
      case "baseline": configuration.baseline = try file(node, "\"baseline\"")
      case "rules": try readRules(node)
      case "limits": try readLimits(node)
      case "suppressions": try readSuppressions(node)
      default: throw unknown("key", member.key, at: member.position, among: Self.keys)
      }
    }
  }

  private func unknown(
    _ what: String, _ word: String, at position: JSONNode.Position, among words: [String]
  ) -> Problem {
    let question = Suggestion.question(word, in: words)
    let known = words.count <= 10 ? "; there are \(words.joined(separator: ", "))" : ""
    return Problem(
      "unknown \(what) \(word.quoted)\(question.isEmpty ? known : question)", at: position)
  }

  private func choice<Value: CaseIterable & RawRepresentable<String> & Sendable>(
    _ node: JSONNode, _ what: String
  ) throws(Problem) -> Setting<Value> {
    let words = Value.allCases.map(\.rawValue)
    guard case .string(let word) = node.value else {
      throw node.problem("\(what) is one of \(words.joined(separator: ", ")), not \(node.kind)")
    }
    guard let value = Value(rawValue: word) else {
      throw node.problem(
        "\(what) is one of \(words.joined(separator: ", ")), not \(word.quoted)"
          + Suggestion.question(word, in: words))
    }
    return setting(value, node)
  }

  private func file(_ node: JSONNode, _ what: String) throws(Problem) -> Setting<String?> {
    setting(Configuration.resolve(try node.text(what), besides: path), node)
  }

  private func address(_ node: JSONNode) throws(Problem) -> Setting<String?> {
    let text = try node.text("\"docsUrl\"")
    guard ReportOptions.isAddress(text) else {
      throw node.problem(
        "\"docsUrl\" is an address that begins with https:// or http://, not \(text.quoted)")
    }
    return setting(text, node)
  }

  private mutating func readRules(_ node: JSONNode) throws(Problem) {
    for member in try node.object("\"rules\"") {
      let wanted = RuleChoice(member.key)
      if wanted.family != nil || wanted.isPattern {
        if let problem = wanted.problem(ruleIDs, families: families) {
          throw Problem("a key of \"rules\" \(problem)", at: member.position)
        }
      } else if !ruleIDs.contains(member.key) {
        throw unknown("rule", member.key, at: member.position, among: ruleIDs)
      }
      configuration.rules[member.key] = try choice(member.value, member.key.quoted)
    }
  }

  private mutating func readLimits(_ node: JSONNode) throws(Problem) {
    let options = Configuration.limitOptions
    let keys = options.map { Configuration.key(ofOption: $0.name) }
    for member in try node.object("\"limits\"") {
      guard let index = keys.firstIndex(of: member.key) else {
        throw unknown("limit", member.key, at: member.position, among: keys)
      }
      let option = options[index]
      guard case .number(let range) = option.kind else { continue }
      configuration.limits[option.name] = setting(
        try member.value.number(member.key.quoted, in: range), member.value)
    }
  }

  // MARK: Suppressions

  private static let suppressionKeys = [
    "rule", "fingerprint", "driver", "source", "function", "reason", "expires",
  ]

  private mutating func readSuppressions(_ node: JSONNode) throws(Problem) {
    for element in try node.array("\"suppressions\"") {
      configuration.suppressions.append(try suppression(element))
    }
  }

  private func suppression(_ node: JSONNode) throws(Problem) -> Suppression {
    var suppression = Suppression(reason: "", origin: place(node))
    for member in try node.object("a suppression") {
      let value = member.value
      let text = try value.text(member.key.quoted)
      switch member.key {
      case "rule":
        guard ruleIDs.contains(text) else {
          throw unknown("rule", text, at: value.position, among: ruleIDs)
        }
        suppression.rule = text
      case "fingerprint":
        guard text.utf8.count == 16, text.allSatisfy(\.isHexDigit) else {
          throw value.problem("a fingerprint has 16 hex digits")
        }
        suppression.fingerprint = text
      case "driver": suppression.driver = text
      case "function": suppression.function = text
      case "source": (suppression.file, suppression.line) = try source(text, value)
      case "reason": suppression.reason = text
      case "expires":
        guard let date = CalendarDate(text) else {
          throw value.problem("\"expires\" is a day such as 2026-01-31, not \(text.quoted)")
        }
        suppression.expires = date
      default:
        throw unknown("key", member.key, at: member.position, among: Self.suppressionKeys)
      }
    }
    if suppression.reason.isEmpty {
      throw node.problem("a suppression needs a \"reason\": say why the finding may stay")
    }
    if suppression.rule == nil, suppression.driver == nil, suppression.file == nil,
      suppression.function == nil, suppression.fingerprint == nil
    {
      throw node.problem(
        "a suppression names a rule, fingerprint, driver, source or function, or several")
    }
    return suppression
  }

  private func source(_ text: String, _ node: JSONNode) throws(Problem) -> (String, Int?) {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex else { return (text, nil) }
    let end = text[text.index(after: colon)...]
    // The colon of a drive is none before a line.
    if end.contains("/") || end.contains("\\") { return (text, nil) }
    guard let line = Int(end), line > 0 else {
      throw node.problem("\"source\" is file.c or file.c:123, not \(text.quoted)")
    }
    return (String(text[..<colon]), line)
  }
}
