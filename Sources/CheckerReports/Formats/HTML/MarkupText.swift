/// Text for HTML and SVG. Whatever a trace says goes through here before it becomes markup.
enum MarkupText {
  /// The text as character data or as the value of a quoted attribute. Characters that a reader cannot
  /// see, or that change how others are shown, become visible signs.
  static func escape(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count + 8)
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      defer { last = scalar }
      switch scalar {
      // Two of them begin a command where a build system reads the page on standard output.
      case "#" where last == "#": out += "&#35;"
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\t": out.unicodeScalars.append(scalar)
      default:
        if let sign = visibleSign(scalar) {
          out += sign
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  /// What stands for a control character, or for one that is invisible or turns the direction of
  /// writing, with which one text can be made to look like another.
  private static func visibleSign(_ scalar: Unicode.Scalar) -> String? {
    if scalar.value < 0x20 { return Unicode.Scalar(0x2400 + scalar.value).map { String($0) } }
    if scalar.value < 0x7F { return nil }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
      .unassigned:
      return "\u{27E8}U+" + String(scalar.value, radix: 16, uppercase: true) + "\u{27E9}"
    default: return nil
    }
  }

  /// A length or coordinate with at most one digit after the point.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let whole = String(abs(tenths) / 10)
    let rest = abs(tenths) % 10
    return (tenths < 0 ? "-" : "") + whole + (rest == 0 ? "" : ".\(rest)")
  }

  /// An address that a link may lead to: nothing but the web.
  static func link(_ address: String) -> String? {
    guard address.hasPrefix("https://") || address.hasPrefix("http://"),
      !address.contains(where: \.isWhitespace)
    else { return nil }
    return escape(address)
  }

  /// `routineReturnedHolding` as `routine returned holding`.
  static func words(_ name: String) -> String {
    var out = ""
    var previousIsLower = false
    let letters = Array(name)
    for (place, letter) in letters.enumerated() {
      let nextIsLower = place + 1 < letters.count && letters[place + 1].isLowercase
      if letter.isUppercase, previousIsLower || nextIsLower, !out.isEmpty {
        out += " "
        out += nextIsLower ? letter.lowercased() : String(letter)
      } else {
        out.append(letter)
      }
      previousIsLower = letter.isLowercase || letter.isNumber
    }
    return out
  }
}
