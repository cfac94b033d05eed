import CheckerReports
import RuleEngine

/// `minimize`: the smallest trace that still gives a finding.
enum MinimizeCommand {
  private static let rule = OptionDefinition(
    name: "rule", kind: .rule, help: "the rule whose finding is to stay")
  private static let fingerprint = OptionDefinition(
    name: "fingerprint", kind: .text("F"),
    help: "the finding with this fingerprint (the JSON report names them)",
    standard: "the first finding of the rule")
  private static let output = OptionDefinition(
    name: "output", kind: .file, help: "write the trace to this file", standard: "standard output",
    short: "o")
  private static let format = OptionDefinition(
    name: "format", kind: .choice(["jsonl", "text"]), help: "spelling of the trace",
    standard: "jsonl")

  static let definition = CommandDefinition(
    name: "minimize",
    summary: "find the smallest trace that still gives a finding",
    discussion: [
      "Leaves out whole IRPs, then threads, then single events, as long as the rule still finds the "
        + "same fault. What is left is small enough for a bug report or a regression test: no "
        + "single event of it can go. The trace is held in memory while this runs."
    ],
    operands: [
      OperandDefinition(
        placeholder: "TRACE", kind: .file, help: "a file, or - for standard input")
    ],
    options: [rule, fingerprint, CheckOptions.reading, format, output] + InputOptions.all,
    examples: [
      (
        "minimize driver.jsonl --rule RemoveLockReleaseRead -o small.jsonl",
        "the events that break the rule, and no others"
      )
    ],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let arguments = invocation.arguments
    guard let id = arguments.text(rule), let rule = invocation.rules.first(where: { $0.id == id })
    else {
      throw CommandError(
        "minimize needs the rule whose finding is to stay; type --rule RULE "
          + "(\"check\" shows which rules the trace breaks)")
    }
    var events: [Event] = []
    var strings = StringTable()
    let trace = try SingleTrace(arguments.operands[0], invocation)
    try trace.read { batch, known throws(CommandError) in
      events += batch.events
      strings = known
      return true
    }
    let reading =
      arguments.text(CheckOptions.reading).flatMap { Reading(rawValue: $0) } ?? .tracked
    var minimizer = TraceMinimizer(
      rule: rule, fingerprint: arguments.text(fingerprint), reading: reading, strings: strings)
    let small: [Event]?
    do {
      small = try minimizer.minimize(events)
    } catch {
      throw CommandError("\(error)")
    }
    guard let small else {
      let which = arguments.text(fingerprint).map { " with the fingerprint \($0.quoted)" } ?? ""
      throw CommandError(
        "\(id) finds nothing\(which) in \(trace.name) (reading \(reading.rawValue)); \"check\" shows "
          + "what breaks which rule")
    }
    try write(small, strings, arguments, invocation.streams)
    invocation.streams.errors.line(
      "\(TextLayout.grouped(small.count)) of \(TextLayout.grouped(events.count)) events are left, "
        + "after \(TextLayout.grouped(minimizer.checks)) checks")
    return ExitStatus.clean
  }

  private static func write(
    _ events: [Event], _ strings: StringTable, _ arguments: ParsedArguments,
    _ streams: CommandStreams
  ) throws(CommandError) {
    var batch = EventBatch()
    batch.events = events.filter { $0.kind != .malformed }
    let writer = LineWriter(isText: arguments.text(format) == "text")
    var out = try TraceOutput(arguments.text(output), writer, streams)
    try out.append(batch, strings: strings)
    try out.finish()
  }
}
