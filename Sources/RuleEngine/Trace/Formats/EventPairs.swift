/// An event as its name and its fields with their values, spelled as in a text line.
package struct EventPairs {
  package private(set) var name = ""
  package private(set) var fields: [(key: String, value: String)] = []
  private var line: [UInt8] = []

  package init() {}

  /// Takes an event.
  package mutating func take(_ event: Event, strings: StringTable) {
    line.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    TraceWriter.appendText(event, strings: strings, to: &line)
    var rest = line.dropFirst(5).dropLast()[...]
    name = Self.word(&rest, until: Ascii.space)
    while !rest.isEmpty {
      let key = Self.word(&rest, until: Ascii.equals)
      fields.append(
        (key, rest.first == Ascii.quote ? Self.quoted(&rest) : Self.word(&rest, until: Ascii.space))
      )
    }
  }

  private static func word(_ rest: inout ArraySlice<UInt8>, until end: UInt8) -> String {
    let word = rest.prefix { $0 != end }
    rest = rest.dropFirst(word.count + 1)
    return String(decoding: word, as: UTF8.self)
  }

  private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    rest = rest.dropFirst()
    while let byte = rest.popFirst(), byte != Ascii.quote {
      text.append(byte == Ascii.backslash ? rest.popFirst() ?? byte : byte)
    }
    rest = rest.dropFirst()
    return String(decoding: text, as: UTF8.self)
  }
}
