/// Where the bytes of a trace come from: a file, a pipe, a test.
public protocol TraceByteSource: Sendable {
  /// Puts up to `buffer.count` bytes at the beginning of `buffer` and says how many; 0 means that
  /// there will be no more. A source that waits for a file to grow waits in here.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceReadError) -> Int

  /// Called at the end: goes on to the file that has taken this one's place, such as a log that was
  /// rotated; false where there is none. Its lines count from 1; what was written between the two is
  /// taken as lost.
  mutating func goOn() throws(TraceReadError) -> Bool
}

extension TraceByteSource {
  /// There is none.
  public mutating func goOn() throws(TraceReadError) -> Bool { false }
}

/// A file, or standard input.
public final class FileByteSource: TraceByteSource {
  private let name: String
  private let file: Int32

  /// Opens the file at `path`; `-` is standard input.
  public init(path: String) throws(TraceReadError) {
    name = path
    if path == "-" {
      file = Platform.standardInput
      Platform.makeStandardInputBinary()
      Platform.wishForLargePipe(file)
      return
    }
    do {
      file = try Platform.open(path)
    } catch {
      throw Self.error(error, path)
    }
    Platform.wishForLargePipe(file)
  }

  /// Reads the next bytes.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    do {
      return try Platform.read(file, into: buffer)
    } catch {
      throw Self.error(error, name)
    }
  }

  private static func error(_ problem: Platform.Problem, _ name: String) -> TraceReadError {
    let reason: TraceReadError.Reason =
      switch problem {
      case .notFound: .notFound
      case .isDirectory: .isDirectory
      case .accessDenied: .accessDenied
      case .tooManyOpenFiles: .tooManyOpenFiles
      case .inputOutput: .readFailed(after: 0)
      case .other(let code): .other(code: code)
      }
    return TraceReadError(file: name, reason: reason)
  }

  deinit {
    if file != Platform.standardInput { Platform.close(file) }
  }
}

/// Bytes in memory, handed out in pieces of a given size.
public struct ArrayByteSource: TraceByteSource {
  private let bytes: [UInt8]
  private let pieces: [Int]
  private var position = 0
  private var piece = 0

  /// Makes a source that hands out `bytes` in pieces of the given sizes, in turn; in as large pieces as
  /// are asked for where there are none.
  public init(_ bytes: [UInt8], pieces: [Int] = []) {
    self.bytes = bytes
    self.pieces = pieces.filter { $0 > 0 }
  }

  /// Hands out the next piece.
  public mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    let size = pieces.isEmpty ? Int.max : pieces[piece % pieces.count]
    piece += 1
    let count = min(size, buffer.count, bytes.count - position)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
    }
    position += count
    return count
  }
}
