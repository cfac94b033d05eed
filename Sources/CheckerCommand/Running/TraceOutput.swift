import RuleEngine

/// A trace that is written, to a file or to standard output.
struct TraceOutput {
  private let file: OutputFile?
  private let output: CommandOutput
  private var writer: any BatchWriter
  private var bytes: [UInt8] = []

  /// Opens the file at `path`; without one, and for `-`, standard output.
  init(
    _ path: String?, _ writer: any BatchWriter, _ streams: CommandStreams
  ) throws(CommandError) {
    if let path, path != "-" { file = try OutputFile(path) } else { file = nil }
    output = streams.output
    self.writer = writer
  }

  /// Why nothing more can be written to standard output, such as that its reader went away.
  var problem: Platform.Problem? { file == nil ? output.problem : nil }

  /// Writes the events of a batch.
  mutating func append(_ batch: EventBatch, strings: StringTable) throws(CommandError) {
    writer.append(batch, strings: strings, to: &bytes)
    try flush()
  }

  /// Writes the end, and puts the file in its place.
  mutating func finish() throws(CommandError) {
    writer.finish(to: &bytes)
    try flush()
    try file?.commit()
  }

  private mutating func flush() throws(CommandError) {
    if let file { try file.write(bytes) } else { output.write(bytes) }
    bytes.removeAll(keepingCapacity: true)
  }
}
