/// Reads a regular expression.
struct ExpressionParser {
  typealias Problem = LineExpression.Problem

  private(set) var sets: [ScalarSet] = []
  private(set) var groups = [""]
  private var rest: Substring.UnicodeScalarView
  private var depth = 0
  private var ignoresCase = false

  private static let depthLimit = 64
  private static let repetitionLimit = 1000

  init(_ pattern: String) { rest = pattern[...].unicodeScalars }

  /// The whole expression.
  mutating func parse() throws(Problem) -> ExpressionNode {
    let tree = try alternatives()
    if !rest.isEmpty {
      throw Problem(description: "\")\" closes nothing; write \"\\)\" for the sign")
    }
    return tree
  }

  private mutating func pass(_ text: String) -> Bool {
    guard rest.starts(with: text.unicodeScalars) else { return false }
    rest.removeFirst(text.unicodeScalars.count)
    return true
  }

  private mutating func alternatives() throws(Problem) -> ExpressionNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw Problem(description: "groups are nested too deeply") }
    let outerCase = ignoresCase
    defer { ignoresCase = outerCase }
    var choices = [try sequence()]
    while pass("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .alternatives(choices)
  }

  private mutating func sequence() throws(Problem) -> ExpressionNode {
    var parts: [ExpressionNode] = []
    while let next = rest.first, next != "|", next != ")" {
      rest.removeFirst()
      let part = try part(next)
      if let repeated = try repetition(of: part) {
        parts.append(repeated)
      } else {
        parts.append(part)
      }
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func part(_ next: Unicode.Scalar) throws(Problem) -> ExpressionNode {
    switch next {
    case "(": return try group()
    case "[": return set(try characterSet())
    case ".": return .any
    case "^": return .assertion(.lineStart)
    case "$": return .assertion(.lineEnd)
    case "\\": return try escape()
    case "*", "+", "?":
      throw Problem(description: "\"\(next)\" repeats nothing; write \"\\\(next)\" for the sign")
    default: return literal(next)
    }
  }

  private mutating func literal(_ scalar: Unicode.Scalar) -> ExpressionNode {
    let bytes = Array(String(scalar).utf8)
    if ignoresCase, bytes.count == 1, Ascii.lower(bytes[0]) &- 0x61 < 26 {
      var both = ScalarSet()
      both.add(scalar.value...scalar.value)
      return set(both)
    }
    return bytes.count == 1 ? .byte(bytes[0]) : .sequence(bytes.map { .byte($0) })
  }

  private mutating func set(_ new: ScalarSet) -> ExpressionNode {
    var new = new
    if ignoresCase { new.addOtherCase() }
    if let known = sets.firstIndex(of: new) { return .set(known) }
    sets.append(new)
    return .set(sets.count - 1)
  }
}

// Groups and repetitions.
extension ExpressionParser {
  private mutating func group() throws(Problem) -> ExpressionNode {
    var number: Int?
    if pass("?") {
      if pass("i)") {
        // Holds up to the end of the group that it stands in.
        ignoresCase = true
        return .empty
      }
      if pass("i:") {
        let outer = ignoresCase
        ignoresCase = true
        defer { ignoresCase = outer }
        return try closed(try alternatives())
      }
      if !pass(":") { number = try namedGroup() }
    } else {
      number = groups.count
      groups.append("")
    }
    let inner = try closed(try alternatives())
    return number.map { .group($0, inner) } ?? inner
  }

  private mutating func closed(_ inner: ExpressionNode) throws(Problem) -> ExpressionNode {
    if !pass(")") { throw Problem(description: "a group is not closed; \")\" is missing") }
    return inner
  }

  private mutating func namedGroup() throws(Problem) -> Int {
    let isNamed =
      pass("P<")
      || !rest.starts(with: "<=".unicodeScalars)
        && !rest.starts(with: "<!".unicodeScalars) && pass("<")
    guard isNamed else {
      let sign = String(rest.prefix(2))
      throw Problem(
        description:
          "groups that begin with \"(?\(SafeText.escape(sign))\" are not supported: looking ahead "
          + "or behind, and atomic groups, could take too long")
    }
    let name = String(rest.prefix { $0 != ">" })
    rest.removeFirst(name.unicodeScalars.count)
    let isName =
      name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || Self.isDigit($0) }
      && name.unicodeScalars.first.map { !Self.isDigit($0) } ?? false
    guard pass(">"), isName else {
      throw Problem(
        description: "a group's name has letters, digits and \"_\", and \">\" behind it")
    }
    if groups.contains(name) { throw Problem(description: "two groups have the name \"\(name)\"") }
    groups.append(name)
    return groups.count - 1
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && Ascii.isDigit(UInt8(scalar.value))
  }

  /// How often a part is repeated, where that stands behind it.
  private mutating func repetition(of part: ExpressionNode) throws(Problem) -> ExpressionNode? {
    let bounds: (least: Int, most: Int?)
    if pass("*") {
      bounds = (0, nil)
    } else if pass("+") {
      bounds = (1, nil)
    } else if pass("?") {
      bounds = (0, 1)
    } else if let counted = try countedBounds() {
      bounds = counted
    } else {
      return nil
    }
    let isLazy = pass("?")
    if let sign = rest.first, ["*", "+", "?"].contains(sign) {
      throw Problem(
        description: "\"\(sign)\" behind a repetition is not supported; put the part into a group "
          + "(?:…) to repeat it again")
    }
    return .repeated(part, least: bounds.least, most: bounds.most, isLazy: isLazy)
  }

  /// `{2}`, `{2,}`, `{2,5}`; anything else in braces is what it is.
  private mutating func countedBounds() throws(Problem) -> (least: Int, most: Int?)? {
    let before = rest
    guard pass("{"), let least = number() else {
      rest = before
      return nil
    }
    var most: Int? = least
    if pass(",") { most = number() }
    guard pass("}") else {
      rest = before
      return nil
    }
    if let most, most < least {
      throw Problem(description: "{\(least),\(most)} counts down; the smaller number comes first")
    }
    guard max(least, most ?? 0) <= Self.repetitionLimit else {
      throw Problem(description: "a part can be repeated \(Self.repetitionLimit) times at most")
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    let digits = rest.prefix { Self.isDigit($0) }
    guard !digits.isEmpty, digits.count < 9 else { return nil }
    rest.removeFirst(digits.count)
    return Int(String(digits))
  }
}

// Escapes and sets.
extension ExpressionParser {
  private mutating func escape() throws(Problem) -> ExpressionNode {
    guard let next = rest.popFirst() else {
      throw Problem(description: "it ends behind a backslash")
    }
    switch next {
    case "b": return .assertion(.wordBoundary)
    case "B": return .assertion(.noWordBoundary)
    case "A": return .assertion(.lineStart)
    case "z", "Z": return .assertion(.lineEnd)
    default: break
    }
    if let named = Self.name(next) {
      return set(ScalarSet(named.name, isInverted: named.isInverted))
    }
    return literal(try plain(next))
  }

  /// The character that an escape stands for.
  private mutating func plain(_ letter: Unicode.Scalar) throws(Problem) -> Unicode.Scalar {
    switch letter {
    case "t": return "\t"
    case "n": return "\n"
    case "r": return "\r"
    case "f": return "\u{C}"
    case "e": return "\u{1B}"
    case "0": return "\0"
    case "x", "u": return try hexCode(digits: letter == "x" ? 2 : 4)
    case "1"..."9", "k":
      throw Problem(
        description:
          "references back to a group (\"\\\(letter)\") are not supported: they could take too "
          + "long")
    default: break
    }
    let isLetter = letter.isASCII && Ascii.lower(UInt8(letter.value)) &- 0x61 < 26
    if isLetter { throw Problem(description: "\"\\\(letter)\" is no escape that is known") }
    return letter
  }

  /// `\x1b`, `\u00e4`, `\x{1F600}`.
  private mutating func hexCode(digits count: Int) throws(Problem) -> Unicode.Scalar {
    let isBraced = pass("{")
    let digits = isBraced ? rest.prefix { $0 != "}" } : rest.prefix(count)
    rest.removeFirst(digits.count)
    guard !digits.isEmpty, digits.count <= 8, let code = UInt32(String(digits), radix: 16),
      let scalar = Unicode.Scalar(code), isBraced ? pass("}") : digits.count == count
    else {
      throw Problem(description: "expected the hex digits of a character behind \"\\x\" or \"\\u\"")
    }
    return scalar
  }

  /// What stands in brackets.
  private mutating func characterSet() throws(Problem) -> ScalarSet {
    var set = ScalarSet()
    set.isInverted = pass("^")
    var isFirst = true
    while let next = rest.popFirst() {
      if next == "]", !isFirst { return set }
      isFirst = false
      if next == "[" {
        throw Problem(description: "sets in sets are not supported; write \"\\[\" for the sign")
      }
      if next == "\\", let letter = rest.first, let named = Self.name(letter) {
        rest.removeFirst()
        set.add(named.name, isInverted: named.isInverted)
        continue
      }
      let first = try member(next)
      guard rest.first == "-", let end = rest.dropFirst().first, end != "]" else {
        set.add(first.value...first.value)
        continue
      }
      rest.removeFirst(2)
      let last = try member(end)
      guard first.value <= last.value else {
        throw Problem(
          description: "a range in a set counts down; the smaller character comes first")
      }
      set.add(first.value...last.value)
    }
    throw Problem(description: "a set is not closed; \"]\" is missing")
  }

  private static func name(
    _ letter: Unicode.Scalar
  ) -> (name: ScalarSet.Name, isInverted: Bool)? {
    switch letter {
    case "d": (.digit, false)
    case "D": (.digit, true)
    case "w": (.word, false)
    case "W": (.word, true)
    case "s": (.space, false)
    case "S": (.space, true)
    default: nil
    }
  }

  private mutating func member(_ scalar: Unicode.Scalar) throws(Problem) -> Unicode.Scalar {
    guard scalar == "\\" else { return scalar }
    guard let letter = rest.popFirst() else {
      throw Problem(description: "it ends behind a backslash")
    }
    return letter == "b" ? "\u{8}" : try plain(letter)
  }
}
