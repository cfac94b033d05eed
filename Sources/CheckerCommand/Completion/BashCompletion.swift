/// Completions for bash 3.2 and later, without the bash-completion package.
enum BashCompletion {
  static func script(_ program: ProgramDescription) -> String {
    let function = "_\(program.identifier)"
    let names = (program.commands.map(\.name) + ["help"]).joined(separator: " ")
    var out = """
      # bash completion for \(program.name): \(Shell.bash.installation(program.name))
      \(function)() {
        local IFS=$' \\t\\n' current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
        local command=${COMP_WORDS[1]} words=
        local rules='\(program.rules.joined(separator: " "))'
        COMPREPLY=()
        # bash takes --option=value apart at the sign.
        if [ "$current" = = ]; then
          current=
        elif [ "$previous" = = ] && [ "$COMP_CWORD" -gt 1 ]; then
          previous=${COMP_WORDS[COMP_CWORD-2]}
        fi
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W '\(names) --help --version' -- "$current"))
          return
        fi
        case "$command $previous" in

      """
    for command in program.commands {
      for option in command.allOptions { out += valueCase(command.name, option) }
    }
    out += """
        esac
        case "$command" in

      """
    for command in program.commands {
      let options = command.allOptions.flatMap(\.spellings).joined(separator: " ")
      out += "    \(command.name))\n"
      out += "      words='\(options)'\n"
      if let operand = command.operands.first {
        let words = words(ProgramDescription.value(of: operand))
        if !words.isEmpty { out += "      [[ $current == -* ]] || words=\(words)\n" }
      }
      out += "      ;;\n"
    }
    out += """
          help) words='\(program.commands.map(\.name).joined(separator: " "))' ;;
        esac
        COMPREPLY=($(compgen -W "$words" -- "$current"))
      }
      complete -o default -F \(function) \(program.name)

      """
    return out
  }

  private static func valueCase(_ command: String, _ option: OptionDefinition) -> String {
    let value = ProgramDescription.value(of: option)
    let pattern =
      "    " + option.spellings.map { "\"\(command) \($0)\"" }.joined(separator: " | ") + ")"
    switch value {
    case .none: return ""
    // No reply: bash completes file names by itself.
    case .file, .other: return "\(pattern) return ;;\n"
    case .words, .rule:
      let words = words(value)
      return "\(pattern)\n      COMPREPLY=($(compgen -W \(words) -- \"$current\"))\n"
        + "      return\n      ;;\n"
    }
  }

  private static func words(_ value: ProgramDescription.Value) -> String {
    switch value {
    case .words(let words): "'\(words.joined(separator: " "))'"
    case .rule: "\"$rules\""
    case .none, .file, .other: ""
    }
  }
}
