import RuleEngine
import TraceSynthesizer

/// `synthesize`: makes traces.
enum SynthesizeCommand {
  /// What can be written.
  private enum Form: String, CaseIterable {
    case jsonl, text, binary

    var writer: any BatchWriter {
      switch self {
      case .jsonl: LineWriter(isText: false)
      case .text: LineWriter(isText: true)
      case .binary: BinaryTraceWriter()
      }
    }
  }

  private static let standard = SynthesizerOptions()
  private static let events = OptionDefinition(
    name: "events", kind: .number(1...UInt64(Int64.max)), help: "about how many events",
    standard: String(standard.events))
  private static let seed = OptionDefinition(
    name: "seed", kind: .number(0 ... .max), help: "the same options give the same trace",
    standard: String(standard.seed))
  private static let devices = OptionDefinition(
    name: "devices", kind: .number(1...(1 << 20)), help: "device objects at a time",
    standard: String(standard.devices))
  private static let threads = OptionDefinition(
    name: "threads", kind: .number(1...(1 << 16)), help: "threads that send requests",
    standard: String(standard.threads))
  private static let fault = OptionDefinition(
    name: "fault", kind: .rule,
    help: "put violations of this rule in; without it the trace is clean")
  private static let faultRate = OptionDefinition(
    name: "fault-rate", kind: .fraction,
    help: "share of the chances for a violation that are taken; without --fault, of any rule",
    standard: "0.1 with --fault")
  private static let format = OptionDefinition(
    name: "format", kind: .choice(Form.allCases.map(\.rawValue)), help: "form of the trace",
    standard: "jsonl")
  private static let output = OptionDefinition(
    name: "output", kind: .file, help: "write the trace to this file", standard: "standard output",
    short: "o")
  private static let faults = OptionDefinition(
    name: "list-faults", kind: .file,
    help: "write the violations that were put in to this file: line, rule, device, and other rules "
      + "that break with it")

  static let definition = CommandDefinition(
    name: "synthesize",
    summary: "make a realistic trace, with or without violations",
    discussion: [
      "The traces show several drivers under load on several threads: requests that are passed down, "
        + "waited for, queued, completed by workers; devices that come, sleep, and go."
    ],
    options: [events, seed, devices, threads, fault, faultRate, format, output, faults],
    examples: [
      ("synthesize --events 100000 --seed 7 --output clean.jsonl", "a clean trace"),
      (
        "synthesize --events 10000000 --format binary --output large.trace",
        "a large one, in the form that takes the least room"
      ),
      (
        "synthesize --events 5000 --fault RemoveLockForwardRead | PROGRAM check -",
        "violations of one rule, found"
      ),
    ]
  ) { invocation throws(CommandError) in try run(invocation) }

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let arguments = invocation.arguments
    var plan = FilePlan()
    try plan.write(arguments.text(output))
    try plan.write(arguments.text(faults))
    var synthesizer = try makeSynthesizer(arguments)
    let form = arguments.text(format).flatMap { Form(rawValue: $0) } ?? .jsonl
    let path = arguments.text(output) ?? "-"
    if form == .binary, path == "-", invocation.streams.output.isTerminal {
      throw CommandError("a binary trace is not for a terminal; name a file with --output")
    }
    var out = try TraceOutput(path, form.writer, invocation.streams)
    let list = try arguments.text(faults)
      .map { path throws(CommandError) in try OutputFile(path) }
    var batch = EventBatch()
    // A reader that went away, such as head, ends the work.
    while out.problem == nil, synthesizer.next(256, into: &batch.events) {
      try out.append(batch, strings: synthesizer.strings)
      batch.removeAll()
      let lines = synthesizer.takeFaults().map(line).joined()
      try list?.write(Array(lines.utf8))
    }
    try out.finish()
    try list?.commit()
    return ExitStatus.clean
  }

  private static func makeSynthesizer(
    _ arguments: ParsedArguments
  ) throws(CommandError) -> TraceSynthesizer {
    var options = standard
    if let number = arguments.number(events) { options.events = Int(clamping: number) }
    if let number = arguments.number(seed) { options.seed = number }
    if let number = arguments.number(devices) { options.devices = Int(number) }
    if let number = arguments.number(threads) { options.threads = Int(number) }
    options.fault = arguments.text(fault)
    options.faultRate = arguments.fraction(faultRate) ?? (options.fault == nil ? 0 : 0.1)
    do {
      return try TraceSynthesizer(options)
    } catch {
      throw CommandError(
        "\(error); those that --fault takes are \(TraceSynthesizer.faultRules.joined(separator: ", "))"
      )
    }
  }

  private static func line(_ fault: SeededFault) -> String {
    "\(fault.line)\t\(fault.rule)\t\(Address(fault.device))\t"
      + fault.companions.joined(separator: ",") + "\n"
  }
}
