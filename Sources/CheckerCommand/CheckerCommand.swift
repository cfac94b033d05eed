import RuleEngine

/// The command line of a checker, for any list of rules.
///
/// A program with rules of its own is three lines and takes its name in help, completions and messages
/// from its file:
///
///     import CheckerCommand
///     import Rules
///     CheckerCommand.main(rules: Catalog.all + [Rule(MyRule())])
public enum CheckerCommand {
  /// The version of the checker.
  public static let version = "1.0.0"

  /// Runs the command line of this process and ends it with the exit status: 0 where nothing was found,
  /// 1 for findings, 2 for wrong use, for input that cannot be read, and for rules that are not well
  /// formed, 3 for malformed events where these are asked for.
  ///
  /// - Parameter rules: The rules that there are. Each id must be another.
  public static func main(rules: [Rule]) -> Never {
    let arguments = Platform.arguments
    Platform.exit(
      run(
        arguments: Array(arguments.dropFirst()), rules: rules, streams: .standard,
        program: programName(arguments.first ?? "")))
  }

  /// Runs a command line; returns the exit status.
  ///
  /// - Parameters:
  ///   - arguments: The command line without the program's name.
  ///   - rules: The rules that there are.
  ///   - streams: Where input comes from and output goes.
  ///   - program: The program's name, for messages.
  public static func run(
    arguments: [String], rules: [Rule], streams: CommandStreams, program: String = "checker-cli"
  ) -> Int32 {
    do throws(CommandError) {
      let status = try dispatch(arguments, rules, streams, program)
      guard let problem = streams.output.problem, !problem.isClosedPipe else { return status }
      throw CommandError("cannot write to standard output: \(problem.words)")
    } catch {
      streams.errors.line("\(program): \(error.message)")
      return error.status
    }
  }

  private static func dispatch(
    _ arguments: [String], _ rules: [Rule], _ streams: CommandStreams, _ program: String
  ) throws(CommandError) -> Int32 {
    guard let first = arguments.first else {
      throw CommandError(
        "no command given; type \"\(program) check TRACE\" to check a trace, "
          + "or \"\(program) help\"")
    }
    let width = min(100, streams.output.width)
    switch first {
    case "--version", "version":
      streams.output.line("\(program) \(version)")
      return ExitStatus.clean
    case "--help", "-h", "help":
      if arguments.count > 1, first == "help" {
        let command = try command(arguments[1], program)
        streams.output.write(HelpText.command(program, command, width: width))
      } else {
        streams.output.write(HelpText.program(program, commands, width: width))
      }
      return ExitStatus.clean
    default: break
    }
    let command = try command(first, program)
    let parsed = try ParsedArguments(
      arguments.dropFirst(), for: command, rules: rules.map(\.id))
    if parsed.values["help"] != nil {
      streams.output.write(HelpText.command(program, command, width: width))
      return ExitStatus.clean
    }
    do {
      // A check compiles its rules itself, and begins the sooner for not doing it twice.
      try Rule.check(
        rules, in: command.name == CheckCommand.definition.name ? [] : Reading.allCases)
    } catch {
      throw CommandError("\(error)")
    }
    return try command.run(
      Invocation(program: program, arguments: parsed, rules: rules, streams: streams))
  }

  private static func command(
    _ name: String, _ program: String
  ) throws(CommandError) -> CommandDefinition {
    if let command = commands.first(where: { $0.name == name }) { return command }
    if name.contains(".") || name.contains("/") || name.contains("\\") {
      throw CommandError(
        "unknown command \(name.quoted); to check a trace type "
          + "\"\(program) check \(SafeText.escape(name))\"")
    }
    if name.hasPrefix("-") {
      throw CommandError(
        "the command comes first, then options such as \(name.quoted); type "
          + "\"\(program) check [options] TRACE\"")
    }
    throw CommandError(
      "unknown command \(name.quoted)"
        + Suggestion.question(name, in: commands.map(\.name) + ["help"])
        + " (\"\(program) help\" lists the commands)")
  }

  private static func programName(_ path: String) -> String {
    let name = path.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? "checker-cli"
    return name.hasSuffix(".exe") ? String(name.dropLast(4)) : name
  }

  /// The commands, in the order of the help. The only list.
  static let commands: [CommandDefinition] = [
    CheckCommand.definition, DoctorCommand.definition, StateCommand.definition,
    MinimizeCommand.definition, ConvertCommand.definition, MergeCommand.definition,
    ConfigCommand.definition, RulesCommand.definition, ExplainCommand.definition,
    GraphCommand.definition, NewRuleCommand.definition, SynthesizeCommand.definition,
    CompletionsCommand.definition, ManCommand.definition,
  ]
}

/// A command that is to be run.
struct Invocation {
  var program: String
  var arguments: ParsedArguments
  var rules: [Rule]
  var streams: CommandStreams

  /// Whether what is written there may have colours, by `--color` and the environment.
  func usesColor(on output: CommandOutput) -> Bool {
    switch arguments.text(CheckOptions.color) {
    case "always": true
    case "never": false
    default:
      output.isTerminal && (streams.variable("NO_COLOR") ?? "").isEmpty
        && streams.variable("TERM") != "dumb"
    }
  }
}
