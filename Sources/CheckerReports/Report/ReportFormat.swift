import RuleEngine

/// A form that a report can be written in.
public struct ReportFormat: Sendable {
  /// The name on the command line.
  public let name: String
  /// What it is for, in a few words.
  public let summary: String
  /// Writes a report.
  public let render: @Sendable (Report, ReportOptions) -> [UInt8]

  /// Makes a format.
  public init(
    _ name: String, _ summary: String,
    render: @escaping @Sendable (Report, ReportOptions) -> [UInt8]
  ) {
    self.name = name
    self.summary = summary
    self.render = render
  }

  /// All formats. The only list.
  public static let all: [ReportFormat] = [
    .text, .json, .html, .sarif, .junit, .github, .azure, .msvc, .markdown,
  ]
}

/// What a format may want to know besides the report.
public struct ReportOptions: Sendable {
  /// The rules, whose documentation goes with the findings.
  public var rules: [Rule]
  /// Whether the text may have colours.
  public var usesColor = false
  /// How many columns a line of text should have.
  public var width = 100
  /// Whether only findings are told, no summary.
  public var isQuiet = false
  /// Whether errors of the run are told, which the command line otherwise prints by itself.
  public var tellsErrors = false
  /// The exit status of the run.
  public var exitStatus: Int32 = 0
  /// The files of the drivers' source, where it is known where they are.
  public var sources: SourceIndex?
  /// The lines of a source file that a trace names, for example `pnp.c`; nil where there is none.
  public var sourceLines: (@Sendable (String) -> [String]?)?

  /// Options without colours.
  public init(rules: [Rule]) { self.rules = rules }

  /// The rule with this id.
  public func rule(_ id: String) -> Rule? { rules.first { $0.id == id } }
}
