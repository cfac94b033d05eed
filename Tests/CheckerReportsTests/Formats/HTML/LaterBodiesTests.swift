import RuleEngine
import Testing

@testable import CheckerReports

@Suite("Evidence as data in the page") struct LaterBodiesTests {
  /// The bodies that the page's script makes of an element's data.
  private func read(_ data: String) throws -> [String] {
    guard case .array(let entries) = try JSONNode(parsing: Array(data.utf8)).value else {
      return []
    }
    func text(_ place: Int) -> String {
      if case .string(let text) = entries[place].value { text } else { "" }
    }
    return entries.map { entry in
      guard case .array(let items) = entry.value, let model = number(items[0]) else {
        if case .string(let text) = entry.value { return text }
        return ""
      }
      var parts: [String] = []
      for sign in text(model) {
        if parts.isEmpty || ["<", ">", "\""].contains(sign) { parts.append("") }
        parts[parts.count - 1].append(sign)
      }
      for at in stride(from: 1, to: items.count, by: 2) {
        if let place = number(items[at]), case .string(let text) = items[at + 1].value {
          parts[place] = text
        }
      }
      return parts.joined()
    }
  }

  private func number(_ node: JSONNode) -> Int? {
    if case .number(let digits) = node.value { Int(digits) } else { nil }
  }

  static let bodies: [[String]] = [
    ["<p class=\"a\">one</p>", "<p class=\"a\">two</p>", "<p class=\"b\">one</p>"],
    ["<p>a</p>", "<p>a<b>c</b></p>", "<p></p>", "<p>a<b></b></p>", "<p>a</p>"],
    ["<p>\\ / ä\t\n&lt;/script&gt;</p>", "<p>\n\\u003c\t</p>", "<p>😀</p>"],
    [], ["<p>a</p>"],
  ]

  @Test("bodies come back as they were", arguments: bodies)
  func comeBack(_ bodies: [String]) throws {
    var later = LaterBodies(first: 7)
    for body in bodies { later.add(Markup(trusted: body)) }
    let markup = later.markup().text
    if bodies.isEmpty { return #expect(markup.isEmpty) }
    let element = try #require(try MarkupReader(markup).elements.first)
    #expect(element.attributes["data-first"] == "7")
    #expect(try read(element.text) == bodies)
  }

  @Test("nothing in them ends the element") func staysInside() {
    var later = LaterBodies(first: 1)
    later.add("<p></script><!-- <script> --></p>")
    let markup = later.markup().text
    #expect(markup.components("</script").count == 2 && !markup.contains("<!"))
  }

  @Test("faults beyond the first have a line, and their evidence as data")
  func manyFaults() throws {
    let later = HTMLEscapingTests.hostile
    let findings = (1...HTMLReport.wholeLimit + later.count).map { number in
      HTMLSamples.finding(
        words: later[number % later.count], fingerprint: "\(number)",
        line: UInt64(6 + number % 2))
    }
    let read = try MarkupReader(
      HTMLSamples.page(HTMLSamples.report(words: later[0], findings: findings)))
    let faults = read.elements.filter { $0.attributes["class"] == "fault" }
    #expect(faults.count == findings.count)
    #expect(faults.count { $0.text.contains("What to do") } == HTMLReport.wholeLimit)
    #expect(faults.last?.attributes["id"] == "f\(faults.count)")
    #expect(read.elements.contains { $0.text.contains("This browser runs no scripts") })
    let data = try #require(read.elements.first { $0.attributes["id"] == "bodies" })
    let bodies = try self.read(data.text)
    #expect(bodies.count == later.count)
    for body in bodies {
      let body = try MarkupReader("<div>" + body + "</div>")
      #expect(body.elements[0].text.contains("What to do"))
      #expect(!body.elements.contains { ["script", "img"].contains($0.name) })
    }
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
