/// Completions for zsh.
enum ZshCompletion {
  static func script(_ program: ProgramDescription) -> String {
    let function = "_\(program.identifier)"
    var out = """
      #compdef \(program.name)
      # zsh completion for \(program.name): \(Shell.zsh.installation(program.name))
      \(function)() {
        local curcontext="$curcontext" state line
        local -a commands rules
        rules=(\(program.rules.joined(separator: " ")))
        _arguments -C '(- *)--help[print help]' '(- *)--version[print the version]' \\
          '1: :->command' '*:: :->arguments'
        case $state in
          command)
            commands=(

      """
    for command in program.commands.map({ ($0.name, $0.summary) }) + [ProgramDescription.help] {
      out += "        '\(command.0):\(quoted(command.1))'\n"
    }
    out += """
            )
            _describe command commands
            ;;
          arguments)
            case $words[1] in

      """
    for command in program.commands {
      let specifications =
        command.allOptions.flatMap(specifications) + command.operands.map(specification)
      out += "          \(command.name))\n            _arguments \\\n"
      out += specifications.map { "              '\($0)'" }.joined(separator: " \\\n")
      out += "\n            ;;\n"
    }
    out += """
                help) _values command \(program.commands.map(\.name).joined(separator: " ")) ;;
            esac
            ;;
        esac
      }
      if [ "$funcstack[1]" = "\(function)" ]; then
        \(function) "$@"
      else
        compdef \(function) \(program.name)
      fi

      """
    return out
  }

  /// One for each spelling; those of one option exclude each other.
  private static func specifications(_ option: OptionDefinition) -> [String] {
    let others = option.short == nil ? "" : "(\(option.spellings.joined(separator: " ")))"
    let value = ProgramDescription.value(of: option)
    return option.spellings.map { spelling in
      let name = (option.isRepeatable ? "*" : others) + spelling
      guard let placeholder = option.placeholder else {
        return "\(name)[\(bracketed(option.help))]"
      }
      let sign = spelling.hasPrefix("--") ? "=" : ""
      return
        "\(name)\(sign)[\(bracketed(option.help))]:\(quoted(placeholder)):\(action(value))"
    }
  }

  private static func specification(_ operand: OperandDefinition) -> String {
    let place = operand.maximum == 1 ? (operand.minimum == 0 ? ":" : "") : "*"
    let name = quoted(operand.placeholder)
    return "\(place):\(name):\(action(ProgramDescription.value(of: operand)))"
  }

  private static func action(_ value: ProgramDescription.Value) -> String {
    switch value {
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .rule: "($rules)"
    case .file: "_files"
    case .none, .other: " "
    }
  }

  private static func bracketed(_ text: String) -> String {
    quoted(text).replacing("[", with: "\\[").replacing("]", with: "\\]")
  }

  private static func quoted(_ text: String) -> String {
    text.replacing("'", with: "'\\''").replacing(":", with: "\\:")
  }
}
