/// A file of a trace, or what stands for one.
public enum TraceInput: Sendable {
  /// The file at a path; `-` is standard input.
  case file(String)
  /// Anything else that gives bytes.
  case source(any TraceByteSource)

  func open() throws(TraceReadError) -> any TraceByteSource {
    switch self {
    case .file(let path): try FileByteSource(path: path)
    case .source(let source): source
    }
  }

  /// The name for messages.
  var name: String {
    switch self {
    case .file(let path): path
    case .source: "-"
    }
  }
}

/// Cuts the files of a trace into pieces that can be parsed independently of each other.
struct PieceSource: Sendable {
  /// What is known of a piece before it is parsed.
  struct Info {
    /// The index of its file.
    var file: Int
    /// How many bytes were read for it.
    var byteCount: UInt64
    var content: Content
  }

  /// What a piece is.
  enum Content {
    /// Whole lines of JSON or text; their numbers count from the piece's first.
    case lines
    /// A block of a binary trace, with its header.
    case block(BlockHeader, offset: UInt64)
    /// Something is missing before the given line of a binary trace.
    case gap(line: UInt64, message: String)
    /// Events of a foreign log as lines, which stand somewhere else there.
    case foreign(EventLines)
    /// Nothing; what stood before the file's first line is lost.
    case lost
  }

  private enum Format {
    case lines(LineChunker)
    case foreign(ForeignLog)
    case blocks(BlockReader)

    var source: any TraceByteSource {
      switch self {
      case .lines(let chunker): chunker.source
      case .foreign(let log): log.source
      case .blocks(let reader): reader.source
      }
    }
  }

  private var inputs: ArraySlice<TraceInput>
  private let options: TraceReader.Options
  private var format: Format?
  private var file = -1
  /// The name of the current file for messages.
  private var name = ""
  /// Bytes of the current file that belong to pieces before.
  private var accounted: UInt64 = 0

  init(_ inputs: [TraceInput], options: TraceReader.Options) {
    self.inputs = inputs[...]
    self.options = options
  }

  /// Fills `piece` with the next piece; nil where there are no more.
  mutating func next(into piece: PaddedBytes) throws(TraceReadError) -> Info? {
    while true {
      if format == nil {
        guard let input = inputs.popFirst() else { return nil }
        name = input.name
        try begin(input.open())
      }
      let (content, byteCount) = try fill(piece)
      let added = byteCount - accounted
      accounted = byteCount
      if let content { return Info(file: file, byteCount: added, content: content) }
      let ended = format?.source
      format = nil
      piece.removeAll()
      if var source = ended, try source.goOn() {
        try begin(source)
        return Info(file: file, byteCount: added, content: .lost)
      }
      // Bytes that made no piece, such as a byte-order mark and nothing behind it.
      if added > 0 { return Info(file: file, byteCount: added, content: .lines) }
    }
  }

  private mutating func fill(
    _ piece: PaddedBytes
  ) throws(TraceReadError) -> (Content?, byteCount: UInt64) {
    // What is changed must not have a second owner, or it would be copied.
    let current = format
    format = nil
    switch current {
    case .lines(var chunker):
      let isFilled = try chunker.next(into: piece)
      format = .lines(chunker)
      return (isFilled ? .lines : nil, chunker.byteCount)
    case .foreign(var log):
      let events = try log.next(into: piece)
      format = .foreign(log)
      return (events.map { .foreign($0) }, log.byteCount)
    case .blocks(var reader):
      let found = try reader.next(into: piece)
      format = .blocks(reader)
      switch found {
      case .block(let header, let offset): return (.block(header, offset: offset), reader.byteCount)
      case .gap(let line, let message):
        return (.gap(line: line, message: message), reader.byteCount)
      case nil: return (nil, reader.byteCount)
      }
    case nil: return (nil, accounted)
    }
  }

  /// Begins with a file whose first bytes are still to be read.
  private mutating func begin(_ source: any TraceByteSource) throws(TraceReadError) {
    var source = source
    // A log that was rotated more often than there are numbers keeps the last of them.
    file = min(file + 1, TracePosition.lastFile)
    accounted = 0
    let wanted = options.inputFormat
    let head = try Self.head(of: &source) { head in
      switch wanted {
      case .binary: true
      case .auto where options.mapping == nil: InputFormat.isEnough(head)
      default: UTF16Decoder.sample(of: head).isWhole
      }
    }
    if wanted == .binary || wanted == .auto && head.starts(with: BinaryFormat.fileMagic) {
      format = .blocks(BlockReader(source, name: name, head: head))
      return
    }
    let converter = converter(of: head)
    // An event of a foreign log takes more room on its way than one that is parsed at once.
    let chunkBytes = converter == nil ? options.chunkBytes : options.chunkBytes / 4
    let chunker = LineChunker(
      source, head: head, chunkBytes: chunkBytes, maxLineBytes: options.parser.maxLineBytes)
    if let converter {
      format = .foreign(
        ForeignLog(chunker, converter, maxLineBytes: options.parser.maxLineBytes))
    } else {
      format = .lines(chunker)
    }
  }

  /// What turns the lines of a foreign log into events; nil for native lines.
  private func converter(of head: [UInt8]) -> (any LogConverter)? {
    var wanted = options.inputFormat
    if wanted == .auto { wanted = options.mapping == nil ? InputFormat.detect(head) : .mapped }
    switch wanted {
    case .irpmon: return IRPMonLog()
    case .csv: return CSVLog(maxLineBytes: options.parser.maxLineBytes)
    case .mapped: return options.mapping.map { MappedLog($0) }
    case .auto, .jsonl, .text, .binary: return nil
    }
  }

  /// The first bytes of a source, by which its format and encoding are recognised: as few as are enough, so
  /// that a source that grows slowly is not waited for.
  private static func head(
    of source: inout any TraceByteSource, until isEnough: ([UInt8]) -> Bool
  ) throws(TraceReadError) -> [UInt8] {
    let least = BinaryFormat.fileMagic.count
    let size = InputFormat.headBytes
    var head: [UInt8] = []
    let buffer = PaddedBytes(capacity: size)
    while head.count < least || !isEnough(head) && head.count < size {
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer.room.prefix(size - head.count))
      let count = try source.read(into: room)
      if count == 0 { break }
      head.append(contentsOf: room.prefix(count))
    }
    return head
  }
}
