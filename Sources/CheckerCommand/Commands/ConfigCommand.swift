import CheckerReports
import RuleEngine

/// `config`: what is in force, and where it comes from.
enum ConfigCommand {
  /// The options that the configuration has, too.
  static let options =
    [
      ReportOptionDefinitions.config, ReportOptionDefinitions.noConfig, CheckOptions.reading,
      CheckOptions.rule, CheckOptions.skip, CheckOptions.failOn,
      ReportOptionDefinitions.sourceRoot, ReportOptionDefinitions.docsURL,
      ReportOptionDefinitions.baseline,
    ] + Configuration.limitOptions

  static let definition = CommandDefinition(
    name: "config",
    summary: "show the settings that are in force, and where each comes from",
    discussion: [
      "Settings come from \(Configuration.fileName), searched in the working directory and above "
        + "it; options of the command line win. Give the options that you give to check, to see "
        + "what they do."
    ],
    options: options,
    examples: [
      ("config", "what check takes from the configuration file"),
      ("config --reading sdv", "the same with an option that wins"),
    ],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let configuration = try Configuration.load(invocation)
    let rows = configuration.rows(
      invocation.rules, wanted: invocation.arguments.all(CheckOptions.rule),
      skipped: invocation.arguments.all(CheckOptions.skip))
    let output = invocation.streams.output
    output.line("configuration: \(SafeText.escape(configuration.path ?? "no file"))")
    let keyWidth = rows.map(\.key.count).max() ?? 0
    let valueWidth = min(40, rows.map(\.value.count).max() ?? 0)
    for row in rows {
      let text =
        TextLayout.pad(row.key, keyWidth) + "  "
        + TextLayout.pad(SafeText.escape(row.value), valueWidth)
        + (row.origin.isEmpty ? "" : "  \(SafeText.escape(row.origin))")
      output.line(String(text.reversed().drop { $0 == " " }.reversed()))
    }
    return ExitStatus.clean
  }
}
