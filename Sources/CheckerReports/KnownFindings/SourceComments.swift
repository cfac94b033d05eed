import RuleEngine

/// What comments in a driver's source allow: `// ddi-checker: allow RULE reason`, on the line of the event that
/// decides, alone on the line above it, or at the head of the routine.
package struct SourceComments: Sendable {
  /// What is allowed, with the comments as their origin.
  package private(set) var suppressions: [Suppression] = []
  /// Comments that say something else.
  package private(set) var problems: [Report.Diagnostic] = []
  private let ruleIDs: Set<String>

  private static let mark = "ddi-checker:"
  /// The lines that a routine's head has at most.
  private static let headLimit = 40

  /// None yet. `ruleIDs` are the rules that there are.
  package init(ruleIDs: some Sequence<String>) { self.ruleIDs = Set(ruleIDs) }

  /// Takes the comments of a file.
  ///
  /// - Parameters:
  ///   - text: What the file holds.
  ///   - path: Its path, as reports name it.
  package mutating func read(_ text: String, path: String) {
    guard text.contains(Self.mark) else { return }
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      guard let mark = line.firstRange(of: Self.mark) else { continue }
      let column = line.distance(from: line.startIndex, to: mark.lowerBound) + 1
      let origin = ReportOrigin(path: path, line: index + 1, column: column)
      guard let allowed = allowed(line[mark.upperBound...], origin) else { continue }
      var suppression = Suppression(reason: allowed.reason, origin: origin)
      suppression.rule = allowed.rule
      suppression.file = path
      if let routine = Self.routine(whoseHeadHas: index, lines) {
        suppression.function = routine
      } else {
        let isAlone = Self.isComment(line[..<mark.lowerBound])
        suppression.line = index + (isAlone ? 2 : 1)
      }
      suppressions.append(suppression)
    }
  }

  /// What a comment says behind the mark; nil, with a problem, where it is not understood.
  private mutating func allowed(
    _ text: Substring, _ origin: ReportOrigin
  ) -> (rule: String, reason: String)? {
    var words = text.split { $0 == " " || $0 == "\t" }
    if let end = words.firstIndex(of: "*/") { words.removeSubrange(end...) }
    func problem(_ message: String) {
      problems.append(
        Report.Diagnostic(
          .warning, trace: origin.path, line: UInt64(origin.line), column: origin.column, message))
    }
    guard words.first == "allow", words.count > 1 else {
      problem("a comment for the checker is \"ddi-checker: allow RULE reason\"")
      return nil
    }
    let rule = String(words[1])
    guard ruleIDs.contains(rule) else {
      problem("there is no rule \"\(SafeText.escape(rule))\" to allow; \"rules\" lists them")
      return nil
    }
    let reason = words.dropFirst(2).joined(separator: " ").replacing("*/", with: "")
    if reason.isEmpty {
      problem(
        "a comment that allows \(rule) needs a reason behind it: say why the finding may stay")
      return nil
    }
    return (rule, reason)
  }

  /// Whether nothing but the beginning of a comment stands there.
  private static func isComment(_ text: Substring) -> Bool {
    text.allSatisfy { $0 == " " || $0 == "\t" || $0 == "/" || $0 == "*" || $0 == "-" }
  }

  // MARK: Heads of routines

  /// The routine to whose head a line belongs: from the line above its name to the brace behind it.
  private static func routine(whoseHeadHas index: Int, _ lines: [Substring]) -> String? {
    let first = max(0, index - headLimit)
    for place in first...min(index + 2, lines.count - 1) {
      guard let (name, end) = head(at: place, lines) else { continue }
      // Above the name may stand the type, and above that the comment.
      let start = place > 0 && isType(code(lines[place - 1])) ? place - 1 : place
      if (start - 1...end).contains(index), index != start - 1 || isComment(before(lines[index])) {
        return name
      }
    }
    return nil
  }

  private static func before(_ line: Substring) -> Substring {
    line.firstRange(of: mark).map { line[..<$0.lowerBound] } ?? line
  }

  /// The name of the routine whose definition begins with it on this line, and the line of the brace.
  private static func head(at place: Int, _ lines: [Substring]) -> (String, end: Int)? {
    let line = code(lines[place])
    guard let open = line.firstIndex(of: "(") else { return nil }
    let name = line[..<open].reversed().drop { $0 == " " || $0 == "\t" }
      .prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let word = String(name.reversed())
    guard word.first?.isNumber == false, !statements.contains(word) else { return nil }
    var depth = 0
    for number in place..<min(place + headLimit, lines.count) {
      let text = number == place ? line[open...] : code(lines[number])
      for character in text {
        switch character {
        case "(": depth += 1
        case ")": depth -= 1
        case ";", "=": return nil
        case "{": return depth == 0 ? (word, number) : nil
        default: break
        }
        if depth < 0 { return nil }
      }
    }
    return nil
  }

  private static let statements: Set<String> = [
    "if", "for", "while", "switch", "return", "sizeof", "__except", "catch",
  ]

  /// A line with nothing but words: `static NTSTATUS`.
  private static func isType(_ line: Substring) -> Bool {
    line.contains { $0.isLetter }
      && line.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "*" || $0.isWhitespace }
  }

  /// What of a line stands before a comment.
  private static func code(_ line: Substring) -> Substring {
    var end = line.endIndex
    for comment in ["//", "/*"] {
      if let range = line.firstRange(of: comment), range.lowerBound < end { end = range.lowerBound }
    }
    return line[..<end]
  }
}
