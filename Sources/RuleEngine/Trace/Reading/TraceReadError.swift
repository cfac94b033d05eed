/// Why a trace cannot be read, or not to its end. What is wrong *in* a trace is no error but a
/// ``TraceDiagnostic``.
public struct TraceReadError: Error, Sendable, Equatable {
  /// What went wrong.
  public enum Reason: Sendable, Equatable {
    /// There is no file with this name.
    case notFound
    /// The name is that of a directory.
    case isDirectory
    /// The user may not read it.
    case accessDenied
    /// The process has as many files open as it may.
    case tooManyOpenFiles
    /// The device failed, after this many bytes.
    case readFailed(after: UInt64)
    /// It is a binary trace of a version that this program does not know.
    case unknownVersion(Int)
    /// Another error of the operating system, by its number in `errno.h`.
    case other(code: Int32)
  }

  /// The file as it was named; `-` for standard input.
  public var file: String
  /// What went wrong.
  public var reason: Reason

  /// Makes an error.
  public init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }
}

extension TraceReadError {
  /// The error with the number of bytes that had been read before it.
  func placed(after count: UInt64) -> TraceReadError {
    guard case .readFailed = reason else { return self }
    return TraceReadError(file: file, reason: .readFailed(after: count))
  }
}

extension TraceReadError: CustomStringConvertible {
  /// What is wrong and what to do, in lower case and without a final full stop.
  public var description: String {
    let name = file == "-" ? "standard input" : "\"\(file)\""
    switch reason {
    case .notFound: return "cannot open \(name): there is no such file; check the path"
    case .isDirectory: return "cannot read \(name): it is a directory; name the files in it"
    case .accessDenied: return "cannot open \(name): access is denied; check its permissions"
    case .tooManyOpenFiles: return "cannot open \(name): too many files are open; close some"
    case .readFailed(let after):
      return
        "cannot read on in \(name) after \(after) bytes: the device reports an error; copy the "
        + "file and check the copy"
    case .unknownVersion(let version):
      return
        "cannot read \(name): it is a binary trace of version \(version), and this program knows "
        + "version \(BinaryFormat.version); convert it with the program that wrote it"
    case .other(let code): return "cannot read \(name): the system reports error \(code)"
    }
  }
}
