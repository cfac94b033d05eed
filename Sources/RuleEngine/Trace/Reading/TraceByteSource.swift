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
  /// Whether a read may have to wait.
  private let mayWait: Bool
  private let isStopped: @Sendable () -> Bool

  /// How long is waited before it is asked again whether to stop, in milliseconds.
  private static let pause: Int32 = 100

  /// Opens the file at `path`; `-` is standard input.
  ///
  /// - Parameters:
  ///   - path: The path, of a pipe or a device as well.
  ///   - isStopped: Asked while a pipe is waited for: once it is true, the file has ended.
  public init(
    path: String, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(TraceReadError) {
    name = path
    self.isStopped = isStopped
    if path == "-" {
      file = Platform.standardInput
      Platform.makeStandardInputBinary()
    } else {
      do {
        file = try Platform.open(path)
      } catch {
        throw TraceReadError(file: path, error)
      }
    }
    mayWait = Platform.mayWait(file)
    if mayWait { Platform.wishForLargePipe(file) }
  }

  /// Reads the next bytes.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceReadError) -> Int {
    while mayWait, !Platform.waitForInput(file, milliseconds: Self.pause) {
      if isStopped() { return 0 }
    }
    do {
      return try Platform.read(file, into: buffer)
    } catch {
      throw TraceReadError(file: name, error)
    }
  }

  deinit {
    if file != Platform.standardInput { Platform.close(file) }
  }
}

extension TraceReadError {
  init(file: String, _ problem: Platform.Problem) {
    let reason: Reason =
      switch problem {
      case .notFound: .notFound
      case .isDirectory: .isDirectory
      case .accessDenied: .accessDenied
      case .tooManyOpenFiles: .tooManyOpenFiles
      case .inputOutput: .readFailed(after: 0)
      case .other(let code): .other(code: code)
      }
    self.init(file: file, reason: reason)
  }

  /// What a number of `errno.h` means for a file that is read.
  package init(file: String, errno code: Int32) {
    self.init(file: file, Platform.problem(code))
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
