/// Text from a trace or a command line, made safe to show to a person.
public enum SafeText {
  /// Control characters, line breaks and characters that turn the direction of writing around, as
  /// `\u{…}`: a name in a trace cannot move the cursor or hide what follows it.
  public static func escape(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
        safe += scalar.value == 9 ? "\\t" : "\\u{\(String(scalar.value, radix: 16))}"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }
}
