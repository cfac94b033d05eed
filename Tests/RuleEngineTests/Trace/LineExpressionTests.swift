import Testing

@testable import RuleEngine

/// What an expression finds in a line: the whole match, and the groups behind bars; "-" for nothing,
/// "~" for a group that took no part.
private func found(
  _ pattern: String, _ line: String, budget: Int = 1 << 24
) throws -> String {
  let expression = try LineExpression(pattern)
  var matcher = LineMatcher()
  var budget = budget
  let bytes = Array(line.utf8)
  let outcome = bytes.withUnsafeBufferPointer {
    matcher.match(expression, $0, budget: &budget)
  }
  switch outcome {
  case .none: return "-"
  case .tooLong: return "too long"
  case .matched:
    return expression.groups.indices.map { group in
      let (start, end) = (Int(matcher.slots[group * 2]), Int(matcher.slots[group * 2 + 1]))
      return start < 0 ? "~" : String(decoding: bytes[start..<end], as: UTF8.self)
    }.joined(separator: "|")
  }
}

@Suite("expressions for lines") struct LineExpressionTests {
  @Test(arguments: [
    ("a", "xay", "a"), ("a", "xy", "-"), ("", "xy", ""), ("a|b", "xb", "b"), ("^a", "ba", "-"),
    ("a$", "aba", "a"), ("^a$", "a", "a"), ("a.c", "abc", "abc"), ("a.c", "aäc", "aäc"),
    ("(a)(b)?", "a", "a|a|~"), ("(a+)(a*)", "aaa", "aaa|aaa|"), ("(a+?)(a*)", "aaa", "aaa|a|aa"),
    ("(?<n>\\w+) A (?<t>0x[0-9A-Fa-f]+)", "7: tape0 A 0xFFe0;", "tape0 A 0xFFe0|tape0|0xFFe0"),
    ("\\d{2,3}", "1 12345", "123"), ("\\d{2}", "1 12345", "12"), ("x{2,}", "x xx xxx", "xx"),
    ("a{,2}", "a{,2}", "a{,2}"), ("a{x}", "a{x}", "a{x}"), ("(ab|a)(bc)?", "abc", "ab|ab|~"),
    ("\\bend\\b", "bend end", "end"), ("\\Bend", "end bend", "end"), ("[^ ]+$", "a bc", "bc"),
    ("[]x]+", "a]x", "]x"), ("[a-c\\d_-]+", "xx-b3_", "-b3_"), ("[\\]\\\\]+", "a\\]", "\\]"),
    ("(?i)irp_mj", "IRP_MJ_READ", "IRP_MJ"), ("(?i:a)b", "AB Ab", "Ab"),
    ("a(?:b|c)+d", "abcbd", "abcbd"),
    ("\\s+\\S+", "a \t b", " \t b"), ("ä+", "xääy", "ää"), ("[ä-ü]+", "aäöz", "äö"),
    ("\\w+", "…größe…", "größe"), ("\\W+", "größe …", " …"), ("\\x41\\u0042\\x{43}", "ABC", "ABC"),
    ("(a*)*", "aa", "aa|aa"), ("(a*)+b", "aac", "-"), ("a**", "", "wrong"),
    ("\\.", "a.b", "."), ("\\t", "\t", "\t"), ("x*", "aaa", ""), ("(?<a>x)|(?<b>y)", "y", "y|~|y"),
    ("\\Aa\\z", "a", "a"), ("[\\s\\S]+", "aä", "aä"), ("[^a]", "ä", "ä"),
  ])
  func matches(pattern: String, line: String, expected: String) throws {
    if expected == "wrong" {
      #expect(throws: LineExpression.Problem.self) { try LineExpression(pattern) }
    } else {
      #expect(try found(pattern, line) == expected)
    }
  }

  @Test(arguments: [
    ("(x", "a group is not closed; \")\" is missing"),
    ("x)", "\")\" closes nothing; write \"\\)\" for the sign"),
    ("[x", "a set is not closed; \"]\" is missing"),
    ("*x", "\"*\" repeats nothing; write \"\\*\" for the sign"),
    ("x\\", "it ends behind a backslash"), ("\\q", "\"\\q\" is no escape that is known"),
    ("[z-a]", "a range in a set counts down; the smaller character comes first"),
    ("x{3,2}", "{3,2} counts down; the smaller number comes first"),
    ("x{1001}", "a part can be repeated 1000 times at most"),
    ("(?<a>x)(?<a>y)", "two groups have the name \"a\""),
    ("(?<1a>x)", "a group's name has letters, digits and \"_\", and \">\" behind it"),
    (
      "(?:(?:abc){100}){100}",
      "it is too long once its repetitions are written out; repeat less, or with * and +"
    ),
    (
      "(?=x)",
      "groups that begin with \"(?=x\" are not supported: looking ahead or behind, and atomic groups, "
        + "could take too long"
    ),
    ("(a)\\1", "references back to a group (\"\\1\") are not supported: they could take too long"),
    (
      "a++",
      "\"+\" behind a repetition is not supported; put the part into a group (?:…) to repeat it again"
    ),
    ("[[:alpha:]]", "sets in sets are not supported; write \"\\[\" for the sign"),
    ("(?:(?:){1000}){1000}x\\", "it ends behind a backslash"),
    (String(repeating: "(", count: 100), "groups are nested too deeply"),
  ])
  func wrong(pattern: String, expected: String) {
    #expect {
      _ = try LineExpression(pattern)
    } throws: { error in
      "\(error)" == expected
    }
  }

  /// On expressions and lines made at random it finds what the standard library's finds.
  @Test func agreesWithTheStandardLibrary() throws {
    var random = TestRandom(seed: 23)
    let pieces = [
      "a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\d", "(a|b)", "(?:ab|a)", "(b)", "^", "$", "\\b",
      "1",
    ]
    let signs = ["", "", "", "*", "+", "?", "*?", "+?", "{1,2}", "{2}"]
    var compared = 0
    for _ in 0..<600 {
      let pattern = (0..<Int.random(in: 1...5, using: &random)).map { _ -> String in
        let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
        let sign =
          ["^", "$", "\\b"].contains(piece)
          ? "" : signs[Int.random(in: 0..<signs.count, using: &random)]
        return piece + sign
      }.joined()
      let regex = try Regex(pattern).wordBoundaryKind(.simple)
      for _ in 0..<8 {
        let line = String(
          (0..<Int.random(in: 0...8, using: &random)).map { _ in
            "abc1 ".randomElement(using: &random) ?? "a"
          })
        let expected = try regex.firstMatch(in: line)
        let own = try found(pattern, line).split(separator: "|", omittingEmptySubsequences: false)
        #expect(
          own.first.map(String.init) == (expected.map { String(line[$0.range]) } ?? "-"),
          "\(pattern) in \(line)")
        compared += 1
      }
    }
    #expect(compared == 4800)
  }

  /// Twice the line costs twice the steps, for expressions that others take exponentially long for.
  @Test(arguments: [
    "^(a+)+$", "(a|aa)+$", "(a*)*b", "(\\w+\\s?)+$", "(?:a|b|ab)*c", "(.*)(.*)(.*)(.*)x",
    "\\w+ > \\w+",
  ])
  func stepsGrowWithTheLine(pattern: String) throws {
    let expression = try LineExpression(pattern)
    func steps(_ count: Int) -> Int {
      var matcher = LineMatcher()
      var budget = Int.max
      let line = [UInt8](repeating: UInt8(ascii: "a"), count: count) + Array("!".utf8)
      _ = line.withUnsafeBufferPointer { matcher.match(expression, $0, budget: &budget) }
      return Int.max - budget
    }
    let (short, long) = (steps(2000), steps(4000))
    #expect(long < short * 21 / 10, "\(short), then \(long)")
  }

  @Test func budget() throws {
    let line = String(repeating: "a", count: 10_000) + "!"
    #expect(try found("(a+)+$", line) == "-")
    #expect(try found("(a+)+$", line, budget: 5000) == "too long")
    #expect(try found("a", line, budget: 5000) == "a")
  }
}
