import RuleEngine
import Synchronization
import TraceDoctor

/// `doctor`: what a trace contains and lacks, and which rules can be decided on it.
enum DoctorCommand {
  private static let format = OptionDefinition(
    name: "format", kind: .choice(["text", "json"]), help: "form of the report", standard: "text")

  private static let all = OptionDefinition(
    name: "all", kind: .flag, help: "list all events and all rules, however many they are")

  static let definition = CommandDefinition(
    name: "doctor",
    summary: "say what a trace contains and lacks, and which rules can be decided on it",
    discussion: [
      "For a new log, before anything is concluded from a clean check: a rule finds nothing where what "
        + "it looks at is not logged. For each rule that cannot be decided it is said what to log."
    ],
    operands: [
      OperandDefinition(
        placeholder: "TRACE", kind: .file, help: "a file, or - for standard input")
    ],
    options: [CheckOptions.reading, all, format] + InputOptions.all,
    examples: [
      ("doctor driver.log", "what a log is good for"),
      ("doctor --map map.json driver.log", "whether a mapping says enough"),
    ],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let arguments = invocation.arguments
    let path = arguments.operands[0]
    let reading = arguments.text(CheckOptions.reading).flatMap { Reading(rawValue: $0) }
    var doctor: Doctor
    do {
      doctor = try Doctor(rules: invocation.rules, reading: reading ?? .tracked)
    } catch {
      throw CommandError("\(error)")
    }
    var trace = try SingleTrace(path, invocation)
    trace.mayBeEmpty = true
    var strings = StringTable()
    let known = Head()
    trace.head = known
    try trace.read { batch, table throws(CommandError) in
      doctor.consume(batch, strings: table)
      strings = table
      return true
    }
    let first = known.bytes.withLock { $0 }
    let report = doctor.report(
      strings: strings, path: path, format: format(trace.options, first), head: first)
    let output = invocation.streams.output
    if arguments.text(format) == "json" {
      output.write(report.json)
    } else {
      output.write(report.text(width: min(100, output.width), listsAll: arguments.has(all)))
    }
    return report.trace.events == 0 ? ExitStatus.wrongUse : ExitStatus.clean
  }

  private static func format(_ options: TraceReader.Options, _ head: [UInt8]) -> InputFormat {
    if options.inputFormat != .auto { return options.inputFormat }
    return options.mapping == nil ? InputFormat.detected(in: head) : .mapped
  }
}

/// The first bytes of a file, kept while it is read.
final class Head: Sendable {
  static let limit = 1 << 16
  let bytes = Mutex<[UInt8]>([])

  /// Keeps what fits.
  func take(_ new: some Collection<UInt8>) {
    bytes.withLock { bytes in
      if bytes.count < Self.limit { bytes.append(contentsOf: new.prefix(Self.limit - bytes.count)) }
    }
  }
}

/// A source whose first bytes are kept.
struct HeadKeepingSource: TraceByteSource {
  private var source: any TraceByteSource
  private let head: Head

  init(_ source: any TraceByteSource, head: Head) {
    self.source = source
    self.head = head
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceReadError) -> Int {
    let count = try source.read(into: buffer)
    head.take(buffer.prefix(count))
    return count
  }
}
