/// Text from a trace or a command line, made safe to show to a person, or to a build system.
public enum SafeText {
  /// Control characters, line breaks and characters that turn the direction of writing around, as
  /// `\u{…}`: a name in a trace cannot move the cursor or hide what follows it. The second of two number
  /// signs, and a colon before which nothing but blanks stands and behind which another one does, are
  /// written so as well: `##vso[`, `##[` and `::` are commands where a build system reads the output.
  /// Bytes of paths that are no UTF-8 are `\xNN`.
  public static func escape(_ text: String) -> String {
    if isPlain(text) { return text }
    var safe = ""
    var last: Unicode.Scalar?
    var rest = text[...].unicodeScalars
    let blanks = rest.prefix { $0 == " " }
    if rest.dropFirst(blanks.count).starts(with: "::".unicodeScalars) {
      safe = String(blanks) + "\\u{3a}"
      rest.removeFirst(blanks.count + 1)
    }
    for scalar in rest {
      defer { last = scalar }
      if scalar == "#", last == "#" {
        safe += "\\u{23}"
        continue
      }
      if let byte = PathBytes.byte(scalar) {
        safe += "\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
        continue
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
        safe += scalar.value == 9 ? "\\t" : "\\u{\(String(scalar.value, radix: 16))}"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  /// Whether nothing of the text needs to be escaped.
  private static func isPlain(_ text: String) -> Bool {
    var last: UInt8 = 0
    var isBeginning = true
    for byte in text.utf8 {
      if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") && last == byte { return false }
      if isBeginning, byte == UInt8(ascii: ":"), last == byte { return false }
      if byte != UInt8(ascii: " "), byte != UInt8(ascii: ":") { isBeginning = false }
      last = byte
    }
    return true
  }
}
