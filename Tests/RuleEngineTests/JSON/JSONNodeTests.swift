import Testing

@testable import RuleEngine

@Suite("JSON with places") struct JSONNodeTests {
  /// What reading comes to: the document again, or what is wrong and where.
  private static func outcome(_ text: String) -> String {
    outcome(Array(text.utf8))
  }

  private static func outcome(_ bytes: [UInt8]) -> String {
    do {
      return render(try JSONNode(parsing: bytes))
    } catch {
      return "\(error.position.line):\(error.position.column) \(error.message)"
    }
  }

  private static func render(_ node: JSONNode) -> String {
    let place = "\(node.position.line):\(node.position.column)"
    switch node.value {
    case .array(let elements):
      return "\(place)[" + elements.map(render).joined(separator: " ") + "]"
    case .object(let members):
      return "\(place){"
        + members.map {
          "\($0.position.line):\($0.position.column)\($0.key)=\(render($0.value))"
        }.joined(separator: " ") + "}"
    default: return "\(place)\(node.kind)"
    }
  }

  @Test(
    "values stand where they stand",
    arguments: [
      ("{}", "1:1{}"), (" [ ] ", "1:2[]"), ("-0.5e+3", "1:1-0.5e+3"), ("true", "1:1true"),
      ("{\"a\": [1,\n  null], \"b\":\r\n\t\"x\"}", "1:1{1:2a=1:7[1:81 2:3null] 2:10b=3:2\"x\"}"),
      ("{\"ü\":1,\"b\":2}", "1:1{1:2ü=1:61 1:8b=1:122}"), ("\u{FEFF}[1]", "1:1[1:21]"),
      ("\"\\u00fc\\ud83d\\ude00\\n\"", "1:1\"ü😀\\u{a}\""), ("\"\\\"\\\\\\/\"", "1:1\"\"\\/\""),
    ])
  func values(_ text: String, _ expected: String) {
    #expect(Self.outcome(text) == expected)
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      ("", "1:1 expected a value, found the end of the file"),
      ("{\"a\":1,}", "1:7 a comma before \"}\"; take it away"),
      ("[1\n 2]", "2:2 expected \",\" or \"]\" after a value, found \"2\""),
      ("{a:1}", "1:2 expected a key in quotes, found \"a\""),
      ("{\"a\" 1}", "1:6 expected \":\" after a key, found \"1\""),
      ("{\"a\":1, \"a\":2}", "1:9 the key \"a\" occurs twice"),
      ("// no\n{}", "1:1 expected a value; JSON has no comments"),
      ("{} x", "1:4 expected the end of the file, found \"x\""),
      ("01", "1:3 expected a number"), ("1.", "1:3 expected a number"),
      ("-", "1:2 expected a number"),
      ("\"a\nb\"", "1:3 expected the closing quote, found the end of the line"),
      ("\"a", "1:3 expected the closing quote, found the end of the file"),
      ("\"\\x\"", "1:3 unknown escape; a backslash itself is written \\\\"),
      ("\"\\ud800\"", "1:8 half a surrogate pair"),
      ("\"\\u12g4\"", "1:4 expected four hex digits after \\u"),
      ("nul", "1:1 expected a value, found \"n\""),
      (String(repeating: "[", count: 500), "1:129 nested deeper than 128"),
    ])
  func problems(_ text: String, _ expected: String) {
    #expect(Self.outcome(text) == expected)
  }

  @Test("bytes that are no UTF-8") func encodings() {
    #expect(Self.outcome([0x22, 0xFF, 0x22]) == "1:4 a string that is not UTF-8")
    #expect(Self.outcome([0xFF, 0xFE, 0x7B, 0]) == "1:1 the file is UTF-16; save it as UTF-8")
  }

  @Test("a document cut anywhere is told, never a crash") func cuts() {
    let bytes = Array("{\"a\":[1,-2.5e3,true,null,\"\\u00e9\\\\\"],\"b\":{\"c\":\"ü\"}}".utf8)
    for count in 0..<bytes.count {
      #expect(throws: JSONNode.Problem.self) { try JSONNode(parsing: Array(bytes.prefix(count))) }
      var changed = bytes
      changed[count] = 0x2C
      _ = Self.outcome(changed)
    }
  }
}
