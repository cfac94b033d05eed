#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#elseif os(Windows)
  import ucrt
#endif

/// What the engine asks of the operating system: to read files and pipes, and how large blocks of
/// memory are mapped. Everything that differs between systems stands here.
enum Platform {
  /// Why a call failed.
  enum Problem: Error, Equatable {
    case notFound, isDirectory, accessDenied, tooManyOpenFiles, inputOutput
    /// Another code of `errno.h`.
    case other(Int32)
  }

  /// The descriptor of standard input.
  static let standardInput: Int32 = 0

  /// Opens a file for reading. A pipe that nobody writes to yet is opened all the same, on Linux: it is
  /// ``waitForInput(_:milliseconds:)`` that waits, so that the wait can be ended.
  static func open(_ path: String) throws(Problem) -> Int32 {
    #if os(Windows)
      var file: Int32 = -1
      let code = path.withCString(encodedAs: UTF16.self) {
        _wsopen_s(&file, $0, _O_RDONLY | _O_BINARY | _O_SEQUENTIAL, _SH_DENYNO, _S_IREAD)
      }
      if code != 0 { throw problem(code) }
      return file
    #else
      let file = PathBytes.withCString(path) { path in
        #if canImport(Darwin)
          Darwin.open(path, O_RDONLY | O_CLOEXEC)
        #elseif canImport(Glibc)
          Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        #elseif canImport(Musl)
          Musl.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        #else
          Android.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        #endif
      }
      if file < 0 { throw problem(errno) }
      return file
    #endif
  }

  /// Whether a read of the file may take long: it is no plain file.
  static func mayWait(_ file: Int32) -> Bool {
    #if os(Windows)
      return false
    #else
      var info = stat()
      return fstat(file, &info) == 0 && info.st_mode & S_IFMT != S_IFREG
    #endif
  }

  /// Waits until something can be read, or the end of the file is reached; false where neither was so
  /// for so long. On Windows the read itself waits.
  static func waitForInput(_ file: Int32, milliseconds: Int32) -> Bool {
    #if os(Windows)
      return true
    #else
      var request = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let count = poll(&request, 1, milliseconds)
      // What cannot be waited for is read, and says then what is wrong with it.
      return count > 0 || count < 0 && errno != EINTR && errno != EAGAIN
    #endif
  }

  /// Reads up to `buffer.count` bytes; 0 at the end of the file.
  static func read(
    _ file: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Problem) -> Int {
    while true {
      #if os(Windows)
        let count = Int(
          _read(file, buffer.baseAddress, UInt32(truncatingIfNeeded: min(buffer.count, 1 << 30))))
      #elseif canImport(Darwin)
        let count = Darwin.read(file, buffer.baseAddress, buffer.count)
      #elseif canImport(Glibc)
        let count = Glibc.read(file, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
        let count = Musl.read(file, buffer.baseAddress, buffer.count)
      #else
        let count = Android.read(file, buffer.baseAddress, buffer.count)
      #endif
      if count >= 0 { return count }
      switch errno {
      case EINTR: break
      // A pipe that was opened without waiting for its writer.
      case EAGAIN: _ = waitForInput(file, milliseconds: -1)
      default: throw problem(errno)
      }
    }
  }

  /// The size of a large page, to which blocks of memory that are to lie in such are aligned.
  static let largePageBytes = 1 << 21

  /// Asks for large pages where the system has them: a wish, without which the block is as good.
  static func wishForLargePages(_ block: UnsafeMutableRawBufferPointer) {
    #if os(Linux) || os(Android)
      _ = madvise(block.baseAddress, block.count, MADV_HUGEPAGE)
    #endif
  }

  /// Asks that a pipe hold a megabyte, where the system lets one ask, so that who writes a trace and who
  /// checks it wait less for each other. A wish: what is no pipe, or may not grow, stays as it is.
  static func wishForLargePipe(_ file: Int32) {
    #if os(Linux)
      // F_SETPIPE_SZ of <linux/fcntl.h>, which the module of the C library leaves out.
      let setPipeSize: Int32 = 1031
      _ = fcntl(file, setPipeSize, 1 << 20)
    #endif
  }

  /// Closes a file.
  static func close(_ file: Int32) {
    #if os(Windows)
      _ = _close(file)
    #elseif canImport(Darwin)
      _ = Darwin.close(file)
    #elseif canImport(Glibc)
      _ = Glibc.close(file)
    #elseif canImport(Musl)
      _ = Musl.close(file)
    #else
      _ = Android.close(file)
    #endif
  }

  /// Has standard input handed over byte by byte as it comes, line ends included.
  static func makeStandardInputBinary() {
    #if os(Windows)
      _ = _setmode(standardInput, _O_BINARY)
    #endif
  }

  static func problem(_ code: Int32) -> Problem {
    switch code {
    case ENOENT, ENOTDIR: .notFound
    case EISDIR: .isDirectory
    case EACCES, EPERM: .accessDenied
    case EMFILE, ENFILE: .tooManyOpenFiles
    case EIO: .inputOutput
    default: .other(code)
    }
  }
}
