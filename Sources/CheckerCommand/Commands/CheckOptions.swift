import CheckerReports
import RuleEngine

/// The options of `check`.
enum CheckOptions {
  static let reading = OptionDefinition(
    name: "reading", kind: .choice(Reading.allCases.map(\.rawValue)),
    help: "follow remove locks by lock and tag through routines and threads, or count them in each "
      + "dispatch routine as Static Driver Verifier did (docs/readings.md)", standard: "tracked")
  static let rule = OptionDefinition(
    name: "rule", kind: .rules,
    help:
      "check this rule alone; 'RemoveLock*' is all whose names begin so, family:removal a family "
      + "(\"rules\" lists both)", isRepeatable: true)
  static let skip = OptionDefinition(
    name: "skip", kind: .rules, help: "do not check this rule, or these", isRepeatable: true)
  static let format = OptionDefinition(
    name: "format", kind: .choice(ReportFormat.all.map(\.name)), help: "form of the report",
    standard: "text")
  static let output = OptionDefinition(
    name: "output", kind: .file,
    help: "write the report to this file; it is replaced only when the report is whole",
    standard: "standard output", short: "o")
  static let maxFindings = OptionDefinition(
    name: "max-findings", kind: .number(0...UInt64(Int32.max)),
    help: "findings that are kept for the report, 0 for all; counts are always exact",
    standard: "1000")
  static let each = OptionDefinition(
    name: "each", kind: .file,
    help: "write a JSON report of each trace to this file, one a line, besides the report of all; "
      + "neither marks what is known: merge does that")
  static let failOn = OptionDefinition(
    name: "fail-on", kind: .choice(["error", "warning", "never"]),
    help: "least severity of a finding that makes the exit status 1", standard: "error")
  static let driver = OptionDefinition(
    name: "driver", kind: .text("NAME"), help: "findings and counts of this driver alone (drv)")
  static let device = OptionDefinition(
    name: "device", kind: .address, help: "findings and counts of this device object alone (dev)")
  static let concatenate = OptionDefinition(
    name: "concatenate", kind: .flag,
    help: "take the files as one trace, in the order given (rotated logs)")
  static let follow = OptionDefinition(
    name: "follow", kind: .flag,
    help: "read on as the log grows, in the new file where it is rotated or begun anew, and tell "
      + "findings on standard error as they are decided; Ctrl-C ends the run with the report")
  static let strict = OptionDefinition(
    name: "strict", kind: .flag,
    help:
      "exit status 3 where an event is malformed or unknown, or where there were more names than are "
      + "kept apart")
  static let summary = OptionDefinition(
    name: "summary", kind: .choice(SummaryForm.allCases.map(\.rawValue)),
    help:
      "what the text report says of rules: every one that was tried and every one that was not, those "
      + "that are broken with the numbers of the others, or nothing", standard: "short")
  static let quiet = OptionDefinition(
    name: "quiet", kind: .flag, help: "print findings alone: no summary, no progress",
    short: "q")
  static let color = OptionDefinition(
    name: "color", kind: .choice(["auto", "always", "never"]),
    help: "colours in the text report; auto: on a terminal, where NO_COLOR is not set",
    standard: "auto")
  static let jobs = OptionDefinition(
    name: "jobs", kind: .number(1...256),
    help: "threads: so many traces are checked at once, and one trace is parsed ahead of the check",
    standard: "one for each processor, at most 8")

  static let maxLineBytes = limit(
    "max-line-bytes", "longest line; a longer one is a malformed event",
    UInt64(TraceParser.Options().maxLineBytes))
  /// The limits of the model, each with what it sets.
  static let modelLimits: [(option: OptionDefinition, limit: LimitPath)] = {
    let limits: [(name: String, help: String, path: LimitPath)] = [
      ("max-contexts", "IRP contexts that are live at once", \.contexts),
      ("max-contexts-per-irp", "live contexts of one IRP address", \.contextsPerIRP),
      (
        "max-acquisitions", "acquisitions of remove locks that are remembered at once",
        \.acquisitions
      ),
      ("max-locks", "remove locks, and device objects, that are known at once", \.locks),
      ("max-threads", "threads with open routines", \.threads),
      ("max-frames", "open routines of one thread", \.frames),
      ("max-allocations", "allocations of pool memory that are live at once", \.allocations),
      ("max-key-handles", "handles of registry keys that are open at once", \.keyHandles),
      ("max-holds", "spin locks, regions and resources that threads hold at once", \.holds),
      ("max-evidence", "events that a finding shows", \.evidence),
    ]
    return limits.map { (limit($0.name, $0.help, UInt64(Limits()[keyPath: $0.path])), $0.path) }
  }()

  typealias LimitPath = any WritableKeyPath<Limits, Int> & Sendable

  private static func limit(
    _ name: String, _ help: String, _ standard: UInt64
  ) -> OptionDefinition {
    OptionDefinition(
      name: name, kind: .number(1...UInt64(Int32.max)), help: "limit: " + help,
      standard: String(standard))
  }

  static let limits = [maxLineBytes] + modelLimits.map(\.option)

  static let all =
    [reading, rule, skip] + ReportOutput.options
    + [
      ReportOptionDefinitions.config, ReportOptionDefinitions.noConfig, maxFindings, each, failOn,
      driver, device, concatenate, follow, strict, quiet, summary, color, jobs,
    ] + InputOptions.all + limits
}
