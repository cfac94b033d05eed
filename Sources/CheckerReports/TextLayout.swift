/// Plain text in columns.
package enum TextLayout {
  /// Breaks a paragraph at blanks into lines of at most `width` columns, each behind `indent` blanks.
  /// The first line stands behind `first` where it is given.
  package static func wrap(
    _ text: String, width: Int, indent: Int, first: String? = nil
  ) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = first ?? margin
    var isEmpty = true
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !isEmpty, line.count + 1 + word.count > max(width, indent + 20) {
        lines.append(line)
        line = margin
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }

  /// The text with blanks behind it up to `width` columns.
  package static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// The text with blanks before it up to `width` columns.
  package static func padLeft(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// A number with a comma between thousands.
  package static func grouped(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number))
    var out = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0, digits[index - 1] != "-" { out += "," }
      out.append(digit)
    }
    return out
  }
}
