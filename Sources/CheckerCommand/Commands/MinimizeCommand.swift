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

  private static let budget = OptionDefinition(
    name: "budget", kind: .number(1...UInt64(Int64.max)),
    help:
      "events that are checked, in all traces that are tried together, before the smallest one found "
      + "so far is given", standard: String(TraceMinimizer.standardBudget))

  static let definition = CommandDefinition(
    name: "minimize",
    summary: "find the smallest trace that still gives a finding",
    discussion: [
      "Leaves out whole IRPs, then threads, then single events, as long as the rule still finds the "
        + "same fault. What is left is small enough for a bug report or a regression test: no "
        + "single event of it can go, unless it is said that the budget was used up. The trace is held "
        + "in memory up to the finding."
    ],
    operands: [
      OperandDefinition(
        placeholder: "TRACE", kind: .file, help: "a file, or - for standard input")
    ],
    options: [rule, fingerprint, budget, CheckOptions.reading, format, output] + InputOptions.all,
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
    var plan = FilePlan()
    plan.read(arguments.operands[0])
    plan.read(arguments.text(InputOptions.map))
    try plan.write(arguments.text(output))
    var events: [Event] = []
    var strings = StringTable()
    let reading =
      arguments.text(CheckOptions.reading).flatMap { Reading(rawValue: $0) } ?? .tracked
    var finder = try self.finder(rule, reading)
    let trace = try SingleTrace(arguments.operands[0], invocation)
    try trace.read { batch, known throws(CommandError) in
      strings = known
      events += withoutRepeatedGaps(batch.events, after: events.last)
      finder.consume(batch.events, strings: known)
      return !TraceMinimizer.isFound(arguments.text(fingerprint), by: finder)
    }
    var minimizer = TraceMinimizer(
      rule: rule, fingerprint: arguments.text(fingerprint), reading: reading, strings: strings)
    minimizer.budget = arguments.number(budget) ?? TraceMinimizer.standardBudget
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
        + "after \(TextLayout.grouped(minimizer.checks)) checks"
        + (minimizer.isExhausted
          ? "; the budget is used up, so that some of them may not be needed; raise --budget" : ""))
    return ExitStatus.clean
  }

  private static func finder(_ rule: Rule, _ reading: Reading) throws(CommandError) -> Checker {
    do {
      return try TraceMinimizer.finder(of: rule, reading)
    } catch {
      throw CommandError("\(error)")
    }
  }

  /// The events, of gaps that follow each other the first alone: the others say no more, and a log that is
  /// none may hold millions.
  private static func withoutRepeatedGaps(_ events: [Event], after last: Event?) -> [Event] {
    func isGap(_ event: Event?) -> Bool { event?.kind == .malformed || event?.kind == .traceLost }
    var isAfterGap = isGap(last)
    return events.filter { event in
      defer { isAfterGap = isGap(event) }
      return !isAfterGap || !isGap(event)
    }
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
