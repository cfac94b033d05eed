/// The evidence of faults as data in a page, for the page's script to build it when a fault is opened.
///
/// Bodies of faults are alike: the same words and pictures around other lines, times and addresses. A body is
/// cut before each `<`, `>` and `"`, and where an earlier one has the same parts only those are kept in which it
/// differs. So thousands of bodies take the place of some hundred, and a browser does not look at them before
/// somebody does.
struct LaterBodies {
  /// The number of the first fault that is here.
  private let first: Int
  /// The places of bodies that stand here as they are, by their tags.
  private var models: [[UInt8]: Int] = [:]
  private var partsOfModel: [Int: [Part]] = [:]
  private var entries: [String] = []

  private typealias Part = ArraySlice<UInt8>

  init(first: Int) { self.first = first }

  /// Adds the body of the next fault.
  mutating func add(_ body: Markup) {
    let parts = Self.parts(Array(body.text.utf8))
    let tags = parts.filter { $0.first == UInt8(ascii: "<") }.flatMap { $0 }
    guard let place = models[tags], let model = partsOfModel[place], model.count == parts.count
    else {
      models[tags] = entries.count
      partsOfModel[entries.count] = parts
      return entries.append(Self.quoted(body.text.utf8))
    }
    var entry = "[\(place)"
    for (place, part) in parts.enumerated() where part != model[place] {
      entry += ",\(place),\(Self.quoted(part))"
    }
    entries.append(entry + "]")
  }

  /// An element with all that was added; empty where nothing was.
  func markup() -> Markup {
    if entries.isEmpty { return "" }
    let data = Markup(trusted: "[" + entries.joined(separator: ",\n") + "]")
    return """
      <script type="application/json" id="bodies" data-first="\(first)">\(data)</script>

      """
  }

  /// The text, cut as the page's script cuts it.
  private static func parts(_ text: [UInt8]) -> [Part] {
    var parts: [Part] = []
    var start = 0
    for (place, byte) in text.enumerated() where place > start {
      if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"") {
        parts.append(text[start..<place])
        start = place
      }
    }
    if start < text.count { parts.append(text[start...]) }
    return parts
  }

  /// The text as a string of JSON in which nothing ends or changes the element around it.
  private static func quoted(_ text: some Sequence<UInt8>) -> String {
    var out = [UInt8(ascii: "\"")]
    var last = UInt8(0)
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "/") where last == UInt8(ascii: "<"): out += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "!") where last == UInt8(ascii: "<"): out += Array("\\u0021".utf8)
      case UInt8(ascii: "\n"): out += Array("\\n".utf8)
      case UInt8(ascii: "\t"): out += Array("\\t".utf8)
      // `MarkupText.escape` has made signs of all others.
      case 0..<0x20: break
      default: out.append(byte)
      }
      last = byte
    }
    out.append(UInt8(ascii: "\""))
    return String(decoding: out, as: UTF8.self)
  }
}
