import CheckerReports
import RuleEngine

/// `convert`: reads a trace, or a log, and writes it in another form.
enum ConvertCommand {
  /// What can be written.
  private enum Target: String, CaseIterable {
    case jsonl, text, binary, csv, perfetto
  }

  private static let to = OptionDefinition(
    name: "to", kind: .choice(Target.allCases.map(\.rawValue)), help: "form of the output",
    standard: "jsonl")

  static let definition = CommandDefinition(
    name: "convert",
    summary: "write a trace, or a log of another tool, in another form",
    discussion: [
      "Reads whatever \"check\" reads: traces of any form, IRPMon's log, CSV, and with --map any "
        + "log whose lines a mapping file explains. docs/logs.md tells what is read from which log.",
      "perfetto writes a file that the Perfetto UI shows (ui.perfetto.dev, \"Open trace file\"): the "
        + "routines of each thread, how long remove locks are held, and what the rules find.",
    ],
    operands: [
      OperandDefinition(placeholder: "IN", kind: .file, help: "a file, or - for standard input"),
      OperandDefinition(
        placeholder: "OUT", kind: .file, help: "the file to write, or - for standard output"),
    ],
    options: [to] + InputOptions.all,
    examples: [
      ("convert --to perfetto driver.log driver.json", "look at a trace in the Perfetto UI"),
      ("convert --to binary driver.jsonl driver.trace", "make a trace small"),
      ("convert --map map.json driver.log driver.jsonl", "turn a driver's own log into a trace"),
    ],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let arguments = invocation.arguments
    let target = arguments.text(to).flatMap { Target(rawValue: $0) } ?? .jsonl
    var plan = FilePlan()
    plan.read(arguments.operands[0])
    plan.read(arguments.text(InputOptions.map))
    try plan.write(arguments.operands[1])
    var trace = try SingleTrace(arguments.operands[0], invocation)
    // The findings behind the events want all strings.
    trace.options.renewsStrings = target != .perfetto
    var output = try TraceOutput(
      arguments.operands[1], try writer(for: target, invocation), invocation.streams)
    let counts = try trace.read { batch, strings throws(CommandError) in
      try output.append(batch, strings: strings)
      return true
    }
    try output.finish()
    if counts.malformed > 0 {
      invocation.streams.errors.line(
        "\(invocation.program): \(TextLayout.grouped(counts.malformed)) malformed events of "
          + "\(trace.name) stand as gaps in the output; \"check\" says what is wrong with them")
    }
    return ExitStatus.clean
  }

  private static func writer(
    for target: Target, _ invocation: Invocation
  ) throws(CommandError) -> any BatchWriter {
    switch target {
    case .jsonl: return LineWriter(isText: false)
    case .text: return LineWriter(isText: true)
    case .binary: return BinaryTraceWriter()
    case .csv:
      return CSVBatchWriter(customEvents: try InputOptions.customEvents(of: invocation.rules))
    case .perfetto:
      do {
        return PerfettoBatchWriter(checker: try Checker(rules: invocation.rules))
      } catch {
        throw CommandError("\(error)")
      }
    }
  }
}

private struct CSVBatchWriter: BatchWriter {
  private var writer: CSVWriter

  init(customEvents: [CustomEvent]) { writer = CSVWriter(customEvents: customEvents) }

  mutating func append(_ batch: EventBatch, strings: StringTable, to out: inout [UInt8]) {
    for event in batch.events { writer.append(event, strings: strings, to: &out) }
  }

  mutating func finish(to out: inout [UInt8]) { writer.finish(to: &out) }
}

/// Checks as it writes, and puts the findings behind the events.
private struct PerfettoBatchWriter: BatchWriter {
  private var writer = PerfettoWriter()
  private var checker: Checker
  private var strings = StringTable(limit: 0)

  init(checker: Checker) { self.checker = checker }

  mutating func append(_ batch: EventBatch, strings: StringTable, to out: inout [UInt8]) {
    checker.consume(batch.events, strings: strings)
    for event in batch.events { writer.append(event, strings: strings, to: &out) }
    self.strings = strings
  }

  mutating func finish(to out: inout [UInt8]) {
    checker.finish(strings: strings)
    for finding in checker.findings { writer.append(finding, to: &out) }
    writer.finish(to: &out)
  }
}
