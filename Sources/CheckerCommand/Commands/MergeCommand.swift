import CheckerReports
import RuleEngine

/// `merge`: adds up reports.
enum MergeCommand {
  static let definition = CommandDefinition(
    name: "merge",
    summary: "add up JSON reports of several runs, and write any report of them all",
    discussion: [
      "Takes what check wrote with --format json, a report in a file or several one after the other: "
        + "the runs of a fleet become one report. The order of the reports, and how they are grouped, "
        + "changes nothing. All must be of one reading.",
      "Exit status: 0 nothing found at or above --fail-on; 1 findings there; 2 wrong use, a report "
        + "that cannot be read, or one of a check that was incomplete.",
    ],
    operands: [
      OperandDefinition(
        placeholder: "REPORT", kind: .file, help: "a JSON report, or - for standard input",
        maximum: nil)
    ],
    options: ReportOutput.options + [
      CheckOptions.failOn, CheckOptions.maxFindings, ReportOptionDefinitions.config,
      ReportOptionDefinitions.noConfig, CheckOptions.quiet, CheckOptions.summary,
      CheckOptions.color,
    ],
    examples: [
      ("merge a.json b.json", "print what two runs found"),
      ("merge --report sarif=all.sarif --format json --output all.json runs/*.json", "one of many"),
      ("merge --format html --output night.html reports.jsonl", "what check --each wrote"),
    ],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let configuration = try Configuration.load(invocation)
    let output = try ReportOutput(invocation, configuration)
    var merger = ReportMerger(
      findings: configuration.limit(CheckOptions.maxFindings),
      scratch: TemporaryScratch(invocation.streams))
    var seen: Set<String> = []
    for path in invocation.arguments.operands {
      guard seen.insert(path).inserted else {
        throw CommandError("\(path.quoted) is given twice and would count twice; give it once")
      }
      try ReportInput.add(path, to: &merger, invocation.streams)
    }
    guard var merged = merger.finish(rules: invocation.rules) else {
      throw CommandError("merge needs a report")
    }
    func status(_ report: Report) -> Int32 {
      merged.isIncomplete ? ExitStatus.wrongUse : output.status(of: report)
    }
    if output.isPlainJSON {
      let status = status(merged.head)
      try output.writeJSON { sink throws(CommandError) in
        try read { () throws(ReportReadError) in try merged.writeJSON(to: sink) }
      }
      return status
    }
    var marked = try read { () throws(ReportReadError) in try merged.findingsAlone() }
    try output.accept(&marked)
    let report = try read { () throws(ReportReadError) in
      try merged.take(marked)
      return try merged.report()
    }
    let result = status(report)
    try output.write(report, result) { remarks, sink throws(CommandError) in
      try read { () throws(ReportReadError) in
        try merged.add(remarks)
        try merged.writeJSON(to: sink)
      }
    }
    return result
  }

  /// Reads the sum, whose scratch files may fail.
  private static func read<Value>(
    _ body: () throws(ReportReadError) -> Value
  ) throws(CommandError) -> Value {
    do throws(ReportReadError) {
      return try body()
    } catch {
      throw ReportInput.error(error, "the sum")
    }
  }
}
