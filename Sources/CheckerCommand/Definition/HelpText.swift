import CheckerReports
import RuleEngine

/// The help of the program and of each command, from the definitions.
enum HelpText {
  /// What `help` prints.
  static func program(_ name: String, _ commands: [CommandDefinition], width: Int) -> String {
    var out =
      "\(name) checks traces of Windows drivers against the rules of remove locks, power, PnP "
    out += "and completion that Static Driver Verifier had.\n"
    out = TextLayout.wrap(out, width: width, indent: 0) + "\n"
    out += "\nusage: \(name) COMMAND [options]\n\ncommands:\n"
    out += table(commands.map { ($0.name, $0.summary) }, width: width)
    out += "\nother:\n"
    out += table(
      [
        ("help [COMMAND]", "print help"), ("--version", "print the version"),
      ], width: width)
    out += "\nexit status: 0 nothing found at or above --fail-on; 1 findings there; 2 wrong use, "
    out +=
      "unreadable input\nor no event recognised; 3 malformed or unknown events (with --strict)\n"
    out += "\nbegin with: \(name) check TRACE\n"
    return out
  }

  /// What `COMMAND --help` prints.
  static func command(_ program: String, _ command: CommandDefinition, width: Int) -> String {
    var out = TextLayout.wrap("\(command.summary)", width: width, indent: 0) + "\n"
    out += "\nusage: \(program) \(command.usage)\n"
    for paragraph in command.discussion {
      out += "\n" + TextLayout.wrap(paragraph.naming(program), width: width, indent: 0) + "\n"
    }
    if !command.operands.isEmpty {
      out += "\n" + table(command.operands.map { ($0.usage, $0.help) }, width: width)
    }
    out += "\noptions:\n"
    out += table(command.allOptions.map { (usage(of: $0), help(of: $0)) }, width: width)
    if !command.examples.isEmpty {
      out += "\nexamples:\n"
      for example in command.examples {
        out += "  \(program) \(example.line.naming(program))\n"
        out += TextLayout.wrap(example.meaning.naming(program), width: width, indent: 6) + "\n"
      }
    }
    return out
  }

  /// `-o, --output FILE`.
  private static func usage(of option: OptionDefinition) -> String {
    option.spellings.joined(separator: ", ") + (option.placeholder.map { " \($0)" } ?? "")
  }

  /// The help of an option, with what holds without it.
  static func help(of option: OptionDefinition) -> String {
    option.help + (option.isRepeatable ? " (repeatable)" : "")
      + (option.standard.map { " [default: \($0)]" } ?? "")
  }

  private static func table(_ rows: [(String, String)], width: Int) -> String {
    let column = min(30, (rows.map(\.0.count).max() ?? 0) + 4)
    var out = ""
    for (name, help) in rows {
      let text = TextLayout.wrap(help, width: width, indent: column)
      if name.count + 4 > column {
        out += "  \(name)\n\(text)\n"
      } else {
        out += "  \(name)" + text.dropFirst(name.count + 2) + "\n"
      }
    }
    return out
  }
}
