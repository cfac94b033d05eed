import RuleEngine
import Synchronization

/// A file of a trace that is opened when its turn comes, and whose beginning is remembered, so that
/// a file without events can be told about.
struct WatchedSource: TraceByteSource {
  /// What is known of the file besides its events.
  final class Watch: Sendable {
    /// The first bytes.
    let head = Mutex<[UInt8]>([])
    /// Why it could not be read, or not to its end.
    let failure = Mutex<TraceReadError?>(nil)
  }

  let path: String
  let watch: Watch
  /// Whether a failure is a gap in the trace (``CheckOptions/concatenate``) and not its end.
  let failureIsGap: Bool
  /// Whether the file is read on as it grows (``CheckOptions/follow``).
  let follows: Bool
  let standardInput: @Sendable () throws(TraceReadError) -> any TraceByteSource
  private var source: (any TraceByteSource)?
  /// What is handed out after a failure; nil before one.
  private var rest: ArraySlice<UInt8>?

  static let headBytes = 256
  private static let gap = Array("\n@ddi TraceLost\n".utf8)

  init(
    _ path: String, failureIsGap: Bool, follows: Bool, watch: Watch,
    standardInput: @escaping @Sendable () throws(TraceReadError) -> any TraceByteSource
  ) {
    self.path = path
    self.failureIsGap = failureIsGap
    self.follows = follows
    self.watch = watch
    self.standardInput = standardInput
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceReadError) -> Int {
    if rest == nil {
      do {
        return try readOn(into: buffer)
      } catch {
        watch.failure.withLock { $0 = error }
        rest = []
        guard failureIsGap else { throw error }
        rest = Self.gap[...]
      }
    }
    let piece = rest?.prefix(buffer.count) ?? []
    rest = rest?.dropFirst(piece.count)
    buffer.copyBytes(from: piece)
    return piece.count
  }

  mutating func goOn() throws(TraceReadError) -> Bool {
    do {
      return try source?.goOn() ?? false
    } catch {
      watch.failure.withLock { $0 = error }
      throw error
    }
  }

  private func open() throws(TraceReadError) -> any TraceByteSource {
    if path == "-" { return try standardInput() }
    // A pipe is no file that grows or is rotated.
    let isLog = Platform.status(path)?.isRegular ?? true
    if follows, isLog { return try FollowSource(path: path) }
    return try FileByteSource(path: path) { Interruption.isRequested }
  }

  private mutating func readOn(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    if source == nil { source = try open() }
    if Interruption.isRequested { return 0 }
    let count = try source?.read(into: buffer) ?? 0
    watch.head.withLock { head in
      if head.count < Self.headBytes {
        head.append(contentsOf: buffer.prefix(min(count, Self.headBytes - head.count)))
      }
    }
    return count
  }
}
