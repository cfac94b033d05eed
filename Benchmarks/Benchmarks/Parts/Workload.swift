import RuleEngine
import TraceSynthesizer

/// One synthesized trace in every form: events, and the bytes of each spelling.
struct Workload: Sendable {
  static let eventCount = 100_000

  let events: [Event]
  let strings: StringTable
  private(set) var json: [UInt8] = []
  private(set) var text: [UInt8] = []
  private(set) var binary: [UInt8] = []

  init() throws {
    var options = SynthesizerOptions()
    options.events = Self.eventCount
    options.devices = 16
    options.threads = 4
    var synthesizer = try TraceSynthesizer(options)
    var events: [Event] = []
    while synthesizer.next(4096, into: &events) {}
    self.events = events
    strings = synthesizer.strings
    json = writeJSON()
    text = writeText()
    binary = writeBinary()
  }

  func writeJSON() -> [UInt8] {
    var bytes: [UInt8] = []
    for event in events { TraceWriter.appendJSON(event, strings: strings, to: &bytes) }
    return bytes
  }

  func writeText() -> [UInt8] {
    var bytes: [UInt8] = []
    for event in events { TraceWriter.appendText(event, strings: strings, to: &bytes) }
    return bytes
  }

  func writeBinary() -> [UInt8] {
    var bytes: [UInt8] = []
    var writer = BinaryTraceWriter()
    for event in events { writer.append(event, strings: strings, to: &bytes) }
    writer.finish(to: &bytes)
    return bytes
  }
}
