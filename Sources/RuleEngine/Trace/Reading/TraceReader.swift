/// Reads a trace from files, standard input or other sources, batch by batch.
///
/// ```swift
/// var reader = TraceReader([.file("driver.jsonl")])
/// var batch = EventBatch()
/// while try reader.next(into: &batch) { … }
/// ```
///
/// Several files are one trace, one after the other. UTF-8 and UTF-16 are read.
/// Never more than a few pieces of the trace are in memory. Whatever ``Options/jobs`` is, the events,
/// their order, their positions and the string ids are the same.
public struct TraceReader: ~Copyable {
  /// What a reader is told.
  public struct Options: Sendable {
    /// What is told to the parser.
    public var parser = TraceParser.Options()
    /// How the files are read. Logs that are no traces are turned into events by one thread.
    public var inputFormat = InputFormat.auto
    /// How the lines of a log that is no trace become events; for ``InputFormat/auto`` and
    /// ``InputFormat/mapped``.
    public var mapping: LogMapping?
    /// How many threads parse, the caller's among them: the others parse ahead of it. With 1 it parses
    /// alone. More than ``jobLimit`` count as that many: one thread checks no faster than they parse.
    public var jobs = 1
    /// About how many bytes make one piece, and so one batch; less where many threads have one each.
    public var chunkBytes = 1 << 18
    /// Whether the table of strings is begun anew, between two batches, where it is half full. For who is
    /// done with a batch when the next one comes: ids of an earlier one mean nothing then.
    public var renewsStrings = false
    /// How many strings are kept.
    public var stringLimit = 1 << 18

    /// One job, and the limits of the command line.
    public init() {}

    /// As many threads parse one trace at most.
    public static let jobLimit = 16

    /// The options as they are used: so that what all threads hold at once does not grow with their number.
    var bounded: Options {
      var options = self
      options.jobs = min(max(jobs, 1), Self.jobLimit)
      options.chunkBytes = min(chunkBytes, max(1 << 14, (3 << 18) / (options.jobs * 2 + 1)))
      return options
    }
  }

  /// What the caller parses with, and, where no other thread reads, what it reads.
  private var source: PieceSource
  private var parser: PieceParser
  private let piece = PaddedBytes()
  /// Where others parse.
  private let pipeline: ParsePipeline?
  private var merged: PieceMerge
  private var file = 0
  private var isFinished = false
  private let renewsStrings: Bool

  /// Makes a reader of these files as one trace. Nothing is opened before the first batch is asked for,
  /// but with more than one job, where reading begins at once.
  public init(_ inputs: [TraceInput], options: Options = Options()) {
    let options = options.bounded
    renewsStrings = options.renewsStrings && options.jobs == 1
    let source = PieceSource(inputs, options: options)
    self.source = PieceSource([], options: options)
    parser = PieceParser(
      options: options.parser, strings: StringTable(limit: options.stringLimit))
    merged = PieceMerge(strings: StringTable(limit: 0))
    if options.jobs > 1 {
      pipeline = ParsePipeline(source, options: options)
      merged.strings = parser.strings
      parser = ParsePipeline.makeParser(options)
    } else {
      pipeline = nil
      self.source = source
    }
  }

  /// The strings of the batches so far. A copy that is kept makes the next batch with a new string
  /// slow; ask again instead.
  public var strings: StringTable { pipeline == nil ? parser.strings : merged.strings }

  /// The index, among the inputs, of the file that the last batch is from.
  public var fileOfBatch: Int { pipeline == nil ? file : merged.file }

  /// Replaces what is in `batch` by the next piece of the trace; false where there is no more. A batch
  /// may be empty. After an error there is no more.
  public mutating func next(into batch: inout EventBatch) throws(TraceReadError) -> Bool {
    batch.removeAll()
    if isFinished { return false }
    isFinished = true
    if let pipeline {
      isFinished = try !pipeline.next(into: &batch, &merged, piece, &parser)
    } else {
      isFinished = try !parseNext(into: &batch)
    }
    return !isFinished
  }

  /// Adds all that is left of the trace to `batch`, for traces that fit into memory. What came before an
  /// error is there.
  package mutating func appendAll(to batch: inout EventBatch) throws(TraceReadError) {
    var piece = EventBatch()
    while try next(into: &piece) { batch.append(piece) }
  }

  private mutating func parseNext(into batch: inout EventBatch) throws(TraceReadError) -> Bool {
    guard let info = try source.next(into: piece) else { return false }
    if renewsStrings, parser.strings.isHalfFull { parser.strings.removeAll() }
    if info.file != file { parser.begin(file: info.file) }
    file = info.file
    parser.parse(piece, info, into: &batch)
    return true
  }

  deinit { pipeline?.stop() }
}
