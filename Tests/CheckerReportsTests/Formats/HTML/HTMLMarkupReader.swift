/// A strict reader of the markup that a report writes: every element is closed, every attribute is in
/// double quotes, nothing that means something to a browser stands in text.
struct MarkupReader {
  struct Element {
    var name: String
    var attributes: [String: String]
    /// The text in it, that of elements in it included.
    var text = ""
  }

  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []
  private var rest: Substring

  private static let void: Set<String> = ["meta", "input", "br"]

  init(_ page: String) throws {
    rest = page[...]
    if rest.hasPrefix("<!DOCTYPE html>\n") { rest.removeFirst(16) }
    while let next = rest.first {
      if next == "<" {
        try rest.hasPrefix("</") ? readEnd() : readStart()
      } else {
        let text = rest.prefix { $0 != "<" }
        rest = rest[text.endIndex...]
        try add(text)
      }
    }
    guard open.isEmpty else { throw problem("elements are left open") }
  }

  private func problem(_ message: String) -> Problem {
    Problem(description: "\(message) before: \(rest.prefix(120))")
  }

  private mutating func add(_ text: Substring) throws {
    let plain = try Self.plain(text)
    for place in open { elements[place].text += plain }
  }

  private static func plain(_ text: Substring) throws -> String {
    guard !text.contains(">"), !text.contains("<") else {
      throw Problem(description: "an angle stands in: \(text.prefix(120))")
    }
    let entities = ["&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'"]
    var out = ""
    var rest = text
    while let next = rest.first {
      if next == "&" {
        guard let entity = entities.first(where: { rest.hasPrefix($0.key) }) else {
          throw Problem(description: "a bare & stands in: \(rest.prefix(120))")
        }
        out += entity.value
        rest.removeFirst(entity.key.count)
      } else {
        out.append(next)
        rest.removeFirst()
      }
    }
    return out
  }

  private mutating func readEnd() throws {
    let name = rest.dropFirst(2).prefix { $0 != ">" }
    guard let place = open.popLast(), elements[place].name == name else {
      throw problem("the end of \(name) closes another element")
    }
    rest = rest[name.endIndex...].dropFirst()
  }

  private mutating func readStart() throws {
    rest.removeFirst()
    let name = String(rest.prefix { $0.isLetter || $0.isNumber })
    guard !name.isEmpty else { throw problem("< without a name") }
    rest.removeFirst(name.count)
    var attributes: [String: String] = [:]
    while rest.first?.isWhitespace == true {
      rest = rest.drop { $0.isWhitespace }
      let key = String(rest.prefix { $0.isLetter || $0 == "-" || $0.isNumber })
      guard !key.isEmpty else { throw problem("no attribute") }
      rest.removeFirst(key.count)
      if rest.hasPrefix("=\"") {
        let value = rest.dropFirst(2).prefix { $0 != "\"" }
        rest = rest[value.endIndex...].dropFirst()
        attributes[key] = try Self.plain(value)
      } else {
        attributes[key] = ""
      }
    }
    elements.append(Element(name: name, attributes: attributes))
    if rest.hasPrefix("/>") {
      rest.removeFirst(2)
      return
    }
    guard rest.first == ">" else { throw problem("\(name) does not end") }
    rest.removeFirst()
    if Self.void.contains(name) { return }
    if name == "script" || name == "style" {
      guard let end = rest.firstRange(of: "</\(name)>") else {
        throw problem("\(name) does not end")
      }
      elements[elements.count - 1].text = String(rest[..<end.lowerBound])
      rest = rest[end.upperBound...]
      return
    }
    open.append(elements.count - 1)
  }
}
