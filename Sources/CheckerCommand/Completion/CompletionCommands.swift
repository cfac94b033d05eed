/// `completions`: writes what a shell needs to complete command lines.
enum CompletionsCommand {
  static let definition = CommandDefinition(
    name: "completions",
    summary: "print a script that completes command lines in a shell",
    discussion: Shell.allCases.map { "\($0.rawValue): \($0.installation(.program))" },
    operands: [
      OperandDefinition(
        placeholder: "SHELL", kind: .choice(Shell.allCases.map(\.rawValue)),
        help: "the shell: " + Shell.allCases.map(\.rawValue).joined(separator: ", "))
    ],
    examples: [("completions bash", "the script for bash")]
  ) { invocation throws(CommandError) in
    guard let shell = Shell(rawValue: invocation.arguments.operands[0]) else {
      throw CommandError("there are no completions for that shell")
    }
    invocation.streams.output.write(shell.script(ProgramDescription(invocation)))
    return ExitStatus.clean
  }
}

/// `man`: writes the manual page.
enum ManCommand {
  static let definition = CommandDefinition(
    name: "man",
    summary: "print the manual page",
    examples: [("man > PROGRAM.1", "the page, for man -l PROGRAM.1")]
  ) { invocation throws(CommandError) in
    invocation.streams.output.write(ManualPage.text(ProgramDescription(invocation)))
    return ExitStatus.clean
  }
}

extension ProgramDescription {
  init(_ invocation: Invocation) {
    self.init(
      name: invocation.program, commands: CheckerCommand.commands,
      rules: invocation.rules.map(\.id))
  }
}
