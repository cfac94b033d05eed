/// A program's commands as the writers of completion scripts and of the manual page take them.
struct ProgramDescription {
  var name: String
  var commands: [CommandDefinition]
  var rules: [String]

  /// The name with what a shell takes in the name of a function.
  var identifier: String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// What `help` stands before, as a command that has no definition.
  static let help = (name: "help", summary: "print help about a command")

  /// What may stand for an option's or operand's value.
  enum Value {
    case none
    case words([String])
    case rule
    case file
    /// Anything that a script cannot know.
    case other
  }

  static func value(of option: OptionDefinition) -> Value {
    switch option.kind {
    case .flag: .none
    case .choice(let words): .words(words)
    case .choiceAndFile(let words): .words(words.map { $0 + "=" })
    case .rule, .rules: .rule
    case .file: .file
    case .text, .number, .fraction, .address: .other
    }
  }

  static func value(of operand: OperandDefinition) -> Value {
    switch operand.kind {
    case .file: .file
    case .text: .other
    case .rule, .ruleOrBugCheck: .rule
    case .choice(let words): .words(words)
    }
  }
}

/// The shells that completions can be written for.
enum Shell: String, CaseIterable {
  case bash, zsh, fish, powershell

  func script(_ program: ProgramDescription) -> String {
    switch self {
    case .bash: BashCompletion.script(program)
    case .zsh: ZshCompletion.script(program)
    case .fish: FishCompletion.script(program)
    case .powershell: PowerShellCompletion.script(program)
    }
  }

  /// Where the script goes.
  func installation(_ program: String) -> String {
    switch self {
    case .bash: "eval \"$(\(program) completions bash)\" in ~/.bashrc"
    case .zsh: "save as _\(program) in a folder of $fpath, before compinit"
    case .fish: "save as ~/.config/fish/completions/\(program).fish"
    case .powershell:
      "\(program) completions powershell | Out-String | Invoke-Expression in $PROFILE"
    }
  }
}
