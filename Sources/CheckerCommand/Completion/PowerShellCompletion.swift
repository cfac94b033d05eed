/// Completions for Windows PowerShell 5.1 and PowerShell 7.
enum PowerShellCompletion {
  static func script(_ program: ProgramDescription) -> String {
    var out = """
      # PowerShell completion for \(program.name): \(Shell.powershell.installation(program.name))
      Register-ArgumentCompleter -Native -CommandName \(program.name) -ScriptBlock {
        param($wordToComplete, $commandAst, $cursorPosition)
        $rules = @(\(list(program.rules)))
        $commands = [ordered]@{

      """
    for command in program.commands {
      out += "    \(quoted(command.name)) = @{\n"
      out += "      Help = \(quoted(command.summary))\n      Options = [ordered]@{\n"
      for option in command.allOptions {
        let values = values(ProgramDescription.value(of: option))
        for spelling in option.spellings {
          out += "        \(quoted(spelling)) = "
          out += "@{ Help = \(quoted(option.help)); Values = \(values) }\n"
        }
      }
      let operand = command.operands.first.map { values(ProgramDescription.value(of: $0)) }
      out += "      }\n      Operands = \(operand ?? "@()")\n    }\n"
    }
    out += """
        }
        $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
        if ($wordToComplete -ne '') { $words = @($words | Select-Object -SkipLast 1) }
        $found = [ordered]@{}
        $command = if ($words.Count -gt 1) { $commands[$words[1]] }
        if ($words.Count -le 1) {
          foreach ($name in $commands.Keys) { $found[$name] = $commands[$name].Help }
          $found['help'] = \(quoted(ProgramDescription.help.summary))
          $found['--version'] = 'print the version'
        } elseif ($words[1] -eq 'help') {
          foreach ($name in $commands.Keys) { $found[$name] = $commands[$name].Help }
        } elseif ($command) {
          $option = $command.Options[$words[-1]]
          if ($option -and $null -ne $option.Values) {
            foreach ($value in $option.Values) { $found[$value] = $option.Help }
          } else {
            foreach ($value in $command.Operands) { $found[$value] = $value }
            foreach ($name in $command.Options.Keys) { $found[$name] = $command.Options[$name].Help }
          }
        }
        foreach ($name in $found.Keys) {
          if ($name -like "$wordToComplete*") {
            [System.Management.Automation.CompletionResult]::new(
              $name, $name, 'ParameterValue', $found[$name])
          }
        }
      }

      """
    return out
  }

  /// No values where the option takes none, an empty list where PowerShell completes file names.
  private static func values(_ value: ProgramDescription.Value) -> String {
    switch value {
    case .none: "$null"
    case .words(let words): "@(\(list(words)))"
    case .rule: "$rules"
    case .file, .other: "@()"
    }
  }

  private static func list(_ words: [String]) -> String {
    words.map(quoted).joined(separator: ", ")
  }

  private static func quoted(_ text: String) -> String {
    "'\(text.replacing("'", with: "''"))'"
  }
}
