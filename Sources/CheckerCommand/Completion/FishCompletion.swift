/// Completions for fish.
enum FishCompletion {
  static func script(_ program: ProgramDescription) -> String {
    let name = program.name
    let rules = program.rules.joined(separator: " ")
    var out = """
      # fish completion for \(name): \(Shell.fish.installation(name))
      complete -c \(name) -f
      complete -c \(name) -n __fish_use_subcommand -l help -d 'print help'
      complete -c \(name) -n __fish_use_subcommand -l version -d 'print the version'

      """
    for command in program.commands.map({ ($0.name, $0.summary) }) + [ProgramDescription.help] {
      out += "complete -c \(name) -n __fish_use_subcommand -a \(command.0) "
      out += "-d '\(quoted(command.1))'\n"
    }
    for command in program.commands {
      let condition = "-n '__fish_seen_subcommand_from \(command.name)'"
      for option in command.allOptions {
        let value = arguments(ProgramDescription.value(of: option), rules, isOption: true)
        let short = option.short.map { " -s \($0)" } ?? ""
        out += "complete -c \(name) \(condition)\(short) -l \(option.name)\(value) "
        out += "-d '\(quoted(option.help))'\n"
      }
      for operand in command.operands {
        let value = arguments(ProgramDescription.value(of: operand), rules, isOption: false)
        out += "complete -c \(name) \(condition)\(value)\n"
      }
    }
    let names = program.commands.map(\.name).joined(separator: " ")
    out += "complete -c \(name) -n '__fish_seen_subcommand_from help' -a '\(names)'\n"
    return out
  }

  private static func arguments(
    _ value: ProgramDescription.Value, _ rules: String, isOption: Bool
  ) -> String {
    switch value {
    case .none: ""
    case .words(let words): (isOption ? " -x" : "") + " -a '\(words.joined(separator: " "))'"
    case .rule: (isOption ? " -x" : "") + " -a '\(rules)'"
    case .file: (isOption ? " -r" : "") + " -F"
    case .other: " -x"
    }
  }

  private static func quoted(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
  }
}
