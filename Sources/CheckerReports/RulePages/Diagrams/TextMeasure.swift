/// How wide text is, without a font at hand: the widths of Helvetica, which the usual sans-serif fonts
/// have or stay below, and some room.
enum TextMeasure {
  /// Widths of the characters from U+0020 to U+007E in thousandths of the size.
  private static let widths: [Int] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]

  /// The width of a line of text in a font of `size`.
  static func width(_ text: some StringProtocol, size: Double) -> Double {
    var sum = 0
    for scalar in text.unicodeScalars {
      let place = Int(scalar.value) - 0x20
      sum += widths.indices.contains(place) ? widths[place] : 1000
    }
    return Double(sum) / 1000 * size * 1.1
  }

  /// Breaks text at blanks into lines of at most `width`, and long names after `_`, `/` and `.`; what
  /// cannot be broken stands alone.
  static func lines(_ text: String, width limit: Double, size: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    func add(_ piece: Substring, glue: String) {
      let whole = line.isEmpty ? String(piece) : line + glue + piece
      if !line.isEmpty, width(whole, size: size) > limit {
        lines.append(line)
        line = String(piece)
      } else {
        line = whole
      }
    }
    for word in text.split(separator: " ") {
      if width(word, size: size) <= limit {
        add(word, glue: " ")
      } else {
        for (place, piece) in pieces(of: word).enumerated() {
          add(piece, glue: place == 0 ? " " : "")
        }
      }
    }
    lines.append(line)
    return lines
  }

  private static func pieces(of text: Substring) -> [Substring] {
    var pieces: [Substring] = []
    var start = text.startIndex
    for place in text.indices where "_/.".contains(text[place]) {
      let next = text.index(after: place)
      pieces.append(text[start..<next])
      start = next
    }
    if start < text.endIndex { pieces.append(text[start...]) }
    return pieces
  }
}
