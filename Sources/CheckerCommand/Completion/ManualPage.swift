/// The manual page, as `man` takes it.
enum ManualPage {
  static func text(_ program: ProgramDescription) -> String {
    let name = program.name
    var out = ".TH \"\(name.uppercased())\" 1 \"\" \"\(name) \(CheckerCommand.version)\"\n"
    out += ".SH NAME\n\(escaped(name)) \\- check traces of Windows drivers against rules\n"
    out += ".SH SYNOPSIS\n"
    for (index, command) in program.commands.enumerated() {
      out += (index > 0 ? ".br\n" : "") + ".B \(escaped(name)) \(escaped(command.usage))\n"
    }
    out += ".SH DESCRIPTION\n"
    out += paragraph(
      "Reads what a Windows driver did, event by event, and reports where it broke the rules of "
        + "remove locks, power, PnP and completion that Static Driver Verifier had.")
    out += ".SH COMMANDS\n"
    for command in program.commands { out += section(name, command) }
    out += ".SH EXIT STATUS\n"
    for (status, meaning) in [
      ("0", "Nothing was found at or above \\-\\-fail\\-on."), ("1", "Something was found there."),
      ("2", "Wrong use, unreadable input, or a trace in which no event was recognised."),
      ("3", "With \\-\\-strict: there are malformed or unknown events."),
    ] {
      out += ".TP\n.B \(status)\n\(meaning)\n"
    }
    out += ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nWhere it is set and not empty, no colours are used "
    out += "unless \\-\\-color always is given.\n"
    return out
  }

  private static func section(_ program: String, _ command: CommandDefinition) -> String {
    var out = ".SS \"\(escaped(command.usage))\"\n"
    out += paragraph(command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".")
    for text in command.discussion { out += ".PP\n" + paragraph(text.naming(program)) }
    for operand in command.operands {
      out += ".TP\n.I \(escaped(operand.usage))\n" + paragraph(operand.help)
    }
    for option in command.allOptions {
      let value = option.placeholder.map { " \\fI\(escaped($0))\\fR" } ?? ""
      let names = option.spellings.map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ")
      out += ".TP\n\(names)\(value)\n"
      out += paragraph(HelpText.help(of: option))
    }
    if !command.examples.isEmpty { out += ".PP\nExamples:\n" }
    for example in command.examples {
      out += ".TP\n.B \(escaped("\(program) \(example.line.naming(program))"))\n"
      out += paragraph(example.meaning.naming(program))
    }
    return out
  }

  private static func paragraph(_ text: some StringProtocol) -> String {
    let line = escaped(String(text))
    // A line that begins with a dot or a quote would be a request.
    return (line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line + "\n"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
      .replacing("'", with: "\\(aq").replacing("…", with: "...").replacing("\u{2019}", with: "'")
  }
}
