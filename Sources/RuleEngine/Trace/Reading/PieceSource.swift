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
}

/// Cuts the files of a trace into pieces that can be parsed independently of each other.
struct PieceSource: Sendable {
  /// What is known of a piece before it is parsed.
  struct Info {
    /// The index of its file.
    var file: Int
    /// How many bytes were read for it.
    var byteCount: UInt64
  }

  private var inputs: ArraySlice<TraceInput>
  private let options: TraceReader.Options
  private var chunker: LineChunker?
  private var file = -1
  /// Bytes of the current file that belong to pieces before.
  private var accounted: UInt64 = 0

  init(_ inputs: [TraceInput], options: TraceReader.Options) {
    self.inputs = inputs[...]
    self.options = options
  }

  /// Fills `piece` with the next lines; nil where there are no more.
  mutating func next(into piece: PaddedBytes) throws(TraceReadError) -> Info? {
    while true {
      if chunker == nil {
        guard let input = inputs.popFirst() else { return nil }
        try open(input)
      }
      let isFilled = try chunker?.next(into: piece) ?? false
      let byteCount = (chunker?.byteCount ?? 0) - accounted
      accounted += byteCount
      if !isFilled { chunker = nil }
      if isFilled || byteCount > 0 { return Info(file: file, byteCount: byteCount) }
    }
  }

  private mutating func open(_ input: TraceInput) throws(TraceReadError) {
    var source = try input.open()
    file += 1
    accounted = 0
    let head = try Self.head(of: &source)
    chunker = LineChunker(
      source, head: head, chunkBytes: options.chunkBytes,
      maxLineBytes: options.parser.maxLineBytes)
  }

  /// The first bytes of a source, by which its format is recognised.
  private static func head(
    of source: inout any TraceByteSource
  ) throws(TraceReadError) -> [UInt8] {
    var head: [UInt8] = []
    let buffer = PaddedBytes(capacity: headBytes)
    while head.count < headBytes {
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer.room.prefix(headBytes - head.count))
      let count = try source.read(into: room)
      if count == 0 { break }
      head.append(contentsOf: room.prefix(count))
    }
    return head
  }

  private static let headBytes = 8
}
