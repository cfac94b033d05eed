import RuleEngine
import Testing

@testable import CheckerReports

@Suite("Escaping in the HTML report") struct HTMLEscapingTests {
  /// What a trace may hold to get out of its place in a page.
  static let hostile = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style></title></svg></pre></textarea>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" onmouseover=\"alert(1)",
    "]]>", "--", "--><b>", "<!--", "<![CDATA[", "&lt;", "&#60;b&#62;", "&", "${1}",
    "\\u003cb\\u003e",
    "javascript:alert(1)", "https://example.com/\"onclick=\"alert(1)",
    "\u{0}\u{1}\u{8}\u{B}\u{1B}[31m\u{7F}\u{85}\u{9B}", "a\r\nb\tc",
    "\u{202E}txt.exe\u{2066}\u{200B}\u{FEFF}\u{2028}", "\u{E000}\u{E0041}\u{10FFFE}", "\u{FFFD}",
    "ä€😀", "",
  ]

  @Test("text stays text wherever it stands", arguments: hostile)
  func staysText(_ words: String) throws {
    let plain = try MarkupReader(HTMLSamples.page(HTMLSamples.report(rule: "Sample")))
    let page = HTMLSamples.page(HTMLSamples.report(rule: "Sample\(words)", words: words))
    let read = try MarkupReader(page)
    // Long words are broken into lines in pictures, which are as many text elements more; and an
    // address in a rule's documentation is a link.
    let countable: (MarkupReader.Element) -> Bool = { !["text", "title", "a"].contains($0.name) }
    #expect(
      read.elements.filter(countable).map(\.name) == plain.elements.filter(countable).map(\.name))
    let known = Set(plain.elements.flatMap(\.attributes.keys))
    #expect(Set(read.elements.flatMap(\.attributes.keys)).isSubset(of: known))
    for element in read.elements where element.name == "a" {
      let address = element.attributes["href"] ?? ""
      #expect(address.hasPrefix("#") || address.hasPrefix("https://"))
    }
    #expect(read.elements.filter { $0.name == "script" }.map(\.text) == [HTMLScript.text])
    let bad = page.unicodeScalars.filter { scalar in
      scalar != "\n" && scalar != "\t" && (scalar.value < 0x20 || 0x7F..<0xA0 ~= scalar.value)
        || 0x202A...0x202E ~= scalar.value || 0x2066...0x2069 ~= scalar.value
    }
    #expect(bad.isEmpty)
  }

  @Test("what is escaped can be read again", arguments: hostile.filter { $0.allSatisfy(\.isASCII) })
  func isNotLost(_ words: String) throws {
    let isPrintable = words.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
    guard isPrintable else { return }
    let read = try MarkupReader(HTMLSamples.page(HTMLSamples.report(words: words)))
    let fault = try #require(read.elements.first { $0.attributes["class"] == "fault" })
    #expect(fault.attributes["data-driver"] == "driver\(words)")
    for text in ["message \(words)", "f\(words)", "not released \(words)", "remedy \(words)"] {
      #expect(fault.text.contains(text))
    }
  }

  @Test("the page of a rule is well formed", arguments: hostile)
  func rulePage(_ words: String) throws {
    let rule = Rule(HTMLSamples.SampleRule(id: "Sample\(words)", words: words))
    let read = try MarkupReader(try HTMLRulePage.page(rule))
    #expect(read.elements.count { $0.name == "svg" } == 1)
    #expect(!read.elements.contains { $0.name == "script" || $0.name == "img" })
  }

  static let escapes: [(text: String, markup: String)] = [
    ("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"),
    ("\u{0}\u{1B}", "␀␛"),
    ("\u{7F}", "⟨U+7F⟩"),
    ("x\u{202E}y", "x⟨U+202E⟩y"),
    ("a\tb\nc", "a\tb␊c"),
    ("\r\n", "␍␊"),
    ("ä→", "ä→"),
  ]

  @Test(arguments: escapes)
  func escape(_ row: (text: String, markup: String)) {
    #expect(MarkupText.escape(row.text) == row.markup)
    let text = row.text
    let markup: Markup = "<b>\(text)</b>"
    #expect(markup.text == "<b>\(row.markup)</b>")
  }

  @Test("links lead to the web only")
  func links() {
    for address in ["javascript:alert(1)", "data:text/html,x", "//x", "https://a b", "file:///x"] {
      #expect(MarkupText.link(address) == nil)
    }
    #expect(MarkupText.link("https://a/?b=\"c\"") == "https://a/?b=&quot;c&quot;")
  }

  @Test("a style or script cannot be closed from within")
  func rawText() {
    #expect(!HTMLScript.text.contains("</"))
    #expect(!HTMLStyle.text.contains("<") && !MachineDiagram.style.contains("<"))
  }
}
