import CheckerReports
import RuleEngine

/// `merge`: adds up reports.
enum MergeCommand {
  static let definition = CommandDefinition(
    name: "merge",
    summary: "add up JSON reports of several runs, and write any report of them all",
    discussion: [
      "Takes what check wrote with --format json: the runs of a fleet become one report. The order "
        + "of the files changes nothing. All must be of one reading.",
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
      ReportOptionDefinitions.noConfig, CheckOptions.quiet, CheckOptions.color,
    ],
    examples: [
      ("merge a.json b.json", "print what two runs found"),
      ("merge --report sarif=all.sarif --format json --output all.json runs/*.json", "one of many"),
    ],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let configuration = try Configuration.load(invocation)
    let output = try ReportOutput(invocation, configuration)
    var merged: Report?
    var seen: Set<String> = []
    for path in invocation.arguments.operands {
      guard seen.insert(path).inserted else {
        throw CommandError("\(path.quoted) is given twice and would count twice; give it once")
      }
      let report = try read(path)
      guard var sum = merged else {
        merged = report
        continue
      }
      merged = nil
      do {
        try sum.merge(report)
      } catch {
        throw CommandError("cannot add \(path.quoted): \(error)")
      }
      merged = sum
    }
    guard var report = merged else { throw CommandError("merge needs a report") }
    report.sort()
    report.orderRules(as: invocation.rules)
    report.keep(findings: configuration.limit(CheckOptions.maxFindings))
    output.accept(&report)
    let isIncomplete = report.diagnostics.contains { $0.level == .error }
    let status = isIncomplete ? ExitStatus.wrongUse : output.status(of: report)
    try output.write(report, status)
    return status
  }

  private static func read(_ path: String) throws(CommandError) -> Report {
    do {
      return try Report(json: try WholeFile.read(path, as: "a report"))
    } catch let problem as JSONNode.Problem {
      throw WholeFile.error(path, problem)
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError("\(error)")
    }
  }
}
