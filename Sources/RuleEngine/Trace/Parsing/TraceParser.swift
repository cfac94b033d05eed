/// Reads the lines of a trace, version 1 of the format: JSON Lines and `@ddi` text, mixed line by line.
///
/// Whatever bytes come, parsing ends, in time that grows with their number: what cannot be read
/// becomes a malformed event with a diagnostic, what is no event is skipped and counted.
public struct TraceParser {
  /// What a parser is told.
  public struct Options: Sendable {
    /// A longer line is a malformed event, however it reads.
    public var maxLineBytes = 1 << 20
    /// Events beyond the format, for a checker those of its rules: ``Rule/customEvents(of:)``. They are
    /// read as ``EventKind/custom``, with their own fields, the common ones, and as far as those do not
    /// take the place, `irp lock tag object status mj mn type state size pending`. Of what cannot be
    /// (a name with a blank, a fifth field) nothing is read.
    public var customEvents: [CustomEvent] = []

    /// The limits of the command line, and no events beyond the format.
    public init() {}
  }

  /// The strings of the events so far.
  public var strings: StringTable
  /// The line that was read last, counted from 1; 0 before the first.
  public private(set) var line: UInt64 = 0

  private let options: Options
  private var file: Int
  let words: Vocabulary
  private var buffer: PaddedBytes
  private let memory = ScannerMemory()

  /// Makes a parser for one file.
  public init(
    file: Int = 0, options: Options = Options(), strings: StringTable = StringTable()
  ) {
    self.file = file
    self.options = options
    self.strings = strings
    words =
      options.customEvents.isEmpty
      ? .standard : Vocabulary(customEvents: options.customEvents)
    buffer = PaddedBytes()
  }

  /// Begins with line 1 of another file; the strings stay.
  public mutating func begin(file: Int) {
    self.file = file
    line = 0
  }

  /// Parses whole lines; a last line without a newline counts as whole. Adds to `batch`.
  public mutating func parse(_ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch) {
    buffer.removeAll()
    buffer.append(bytes)
    buffer.endLine()
    parse(padded: buffer.start, buffer.count, into: &batch)
    batch.counts.bytes += UInt64(bytes.count)
  }

  /// Parses whole lines; a last line without a newline counts as whole. Adds to `batch`.
  public mutating func parse(_ bytes: [UInt8], into batch: inout EventBatch) {
    bytes.withUnsafeBytes { parse($0, into: &batch) }
  }

  /// Parses whole lines in a buffer that is padded with ``bytePadding``; the last byte is a newline.
  /// Bytes are not counted.
  mutating func parse(padded start: BytePointer, _ count: Int, into batch: inout EventBatch) {
    if count == 0 { return }
    // The scanner has the batch and the strings to itself while it runs.
    var scanner = EventScanner(
      words: words, maxLineBytes: options.maxLineBytes, memory: memory,
      strings: StringTable(limit: 0),
      position: TracePosition(file: file, line: line),
      start: start)
    swap(&scanner.strings, &strings)
    swap(&scanner.batch, &batch)
    scanner.scan(start, start + count)
    swap(&scanner.strings, &strings)
    swap(&scanner.batch, &batch)
    line = scanner.position.line
  }
}
