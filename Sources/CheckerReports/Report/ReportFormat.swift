import RuleEngine

/// A form that a report can be written in.
public struct ReportFormat: Sendable {
  /// The name on the command line.
  public let name: String
  /// What it is for, in a few words.
  public let summary: String
  private let body: @Sendable (Report, ReportOptions, inout ReportStream) -> Void

  /// Makes a format whose reports are as long as a person may read.
  public init(
    _ name: String, _ summary: String,
    render: @escaping @Sendable (Report, ReportOptions) -> [UInt8]
  ) {
    self.init(name, summary, writing: { $2.bytes += render($0, $1) })
  }

  /// Makes a format whose reports may have any length: `body` writes one element after the other.
  public init(
    _ name: String, _ summary: String,
    writing body: @escaping @Sendable (Report, ReportOptions, inout ReportStream) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.body = body
  }

  /// Writes a report and hands it to `sink` piece by piece.
  public func write(
    _ report: Report, _ options: ReportOptions, to sink: @escaping ([UInt8]) -> Void
  ) {
    var stream = ReportStream(sink)
    body(report, options, &stream)
    stream.flush()
  }

  /// A report as a whole.
  public func render(_ report: Report, _ options: ReportOptions) -> [UInt8] {
    let whole = Collected()
    write(report, options) { whole.bytes += $0 }
    return whole.bytes
  }

  private final class Collected {
    var bytes: [UInt8] = []
  }

  /// All formats. The only list.
  public static let all: [ReportFormat] = [
    .text, .json, .html, .sarif, .junit, .github, .azure, .msvc, .markdown,
  ]
}

/// How much the summary of the text report says.
public enum SummaryForm: String, Sendable, Hashable, CaseIterable {
  /// Every rule that was exercised, and the names of those that were not.
  case full
  /// The rules that are broken, and how many others there are of each kind.
  case short
  /// The result alone.
  case none
}

/// What a format may want to know besides the report.
public struct ReportOptions: Sendable {
  /// The rules, whose documentation goes with the findings.
  public var rules: [Rule]
  /// Whether the text may have colours.
  public var usesColor = false
  /// How many columns a line of text should have.
  public var width = 100
  /// Whether the columns are those of a screen, which breaks longer lines anywhere. Elsewhere the line that says
  /// what is wrong stays whole, for programs that look for it.
  public var isOnScreen = false
  /// Whether only findings are told, no summary.
  public var isQuiet = false
  /// How much the summary of the text report says.
  public var summary = SummaryForm.full
  /// Whether errors of the run are told, which the command line otherwise prints by itself.
  public var tellsErrors = false
  /// The exit status of the run.
  public var exitStatus: Int32 = 0
  /// The address of the folder with `rules.md`; nil where that is not known.
  public var docsURL: String?
  /// The program whose `explain` tells more of a rule.
  public var program = RuleBook.ownProgram
  /// The files of the drivers' source, where it is known where they are.
  public var sources: SourceIndex?
  /// The lines of a source file that a trace names, for example `pnp.c`; nil where there is none.
  public var sourceLines: (@Sendable (String) -> [String]?)?

  /// Options without colours.
  public init(rules: [Rule]) { self.rules = rules }

  /// The rule with this id.
  public func rule(_ id: String) -> Rule? { rules.first { $0.id == id } }

  /// Whether a text may be ``docsURL``: it stands in reports as a link.
  public static func isAddress(_ text: String) -> Bool {
    guard let start = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else {
      return false
    }
    return text.utf8.count > start.utf8.count
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
  }

  /// The address of what `rules.md` says of a rule, where that is known.
  func page(of rule: String) -> String? {
    guard let docsURL, self.rule(rule) != nil else { return nil }
    return docsURL + (docsURL.hasSuffix("/") ? "" : "/") + "rules.md#" + rule.lowercased()
  }
}
