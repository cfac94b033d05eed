import CheckerReports
import RuleEngine

/// Options about reports and what is known, which several commands share.
enum ReportOptionDefinitions {
  static let config = OptionDefinition(
    name: "config", kind: .file, help: "take the configuration from this file",
    standard: "\(Configuration.fileName) in the working directory or above it")
  static let noConfig = OptionDefinition(
    name: "no-config", kind: .flag, help: "take no configuration file")
  static let report = OptionDefinition(
    name: "report", kind: .choiceAndFile(ReportFormat.all.map(\.name)),
    help: "write a report of this form to this file, besides the one that --format names",
    isRepeatable: true)
  static let sourceRoot = OptionDefinition(
    name: "source-root", kind: .file,
    help: "folder of the drivers' source, to which places in reports are relative")
  static let docsURL = OptionDefinition(
    name: "docs-url", kind: .text("URL"),
    help:
      "address of the folder with rules.md, to which reports link; without it they name the command "
      + "that explains a rule")
  static let baseline = OptionDefinition(
    name: "baseline", kind: .file,
    help: "findings that stand in this file are known and do not fail the run")
  static let baselineAnyCount = OptionDefinition(
    name: "baseline-any-count", kind: .flag,
    help:
      "accept what the baseline names however often it occurs; without it more than it counts is new"
  )
  static let suppress = OptionDefinition(
    name: "suppress", kind: .text("FINGERPRINT"),
    help: "write a suppression of this finding or fault into the configuration; needs --reason")
  static let reason = OptionDefinition(
    name: "reason", kind: .text("TEXT"), help: "with --suppress: why the finding may stay")
  static let writeBaseline = OptionDefinition(
    name: "write-baseline", kind: .file, help: "write the findings to this file as known")
}
