import RuleEngine

/// Colours of a terminal, or none.
struct TextStyle {
  let isOn: Bool

  func bold(_ text: String) -> String { paint("1", text) }
  func gutter(_ text: String) -> String { paint("34", text) }
  func good(_ text: String) -> String { paint("1;32", text) }
  func severity(_ severity: Severity, _ text: String) -> String {
    paint(severity == .error ? "1;31" : "1;33", text)
  }
  /// The word that a line begins with.
  func label(_ word: String) -> String {
    switch word {
    case "error": paint("1;31", word)
    case "warning": paint("1;33", word)
    default: paint("1;36", word)
    }
  }

  private func paint(_ code: String, _ text: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
