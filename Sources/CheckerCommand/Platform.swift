#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#elseif os(Windows)
  import CRT
  import WinSDK
#endif

/// What the command line asks of the operating system beyond reading traces. Everything that differs
/// between systems stands here.
enum Platform {
  /// A call that failed, by its number in `errno.h`.
  struct Problem: Error, Equatable {
    var code: Int32

    /// What is wrong, in words.
    var words: String {
      switch code {
      case ENOENT: "there is no such directory"
      case EACCES, EPERM: "access is denied"
      case EISDIR: "it is a directory"
      case ENOTDIR: "a part of the path is no directory"
      case ENOSPC: "no space is left on the device"
      case EROFS: "the file system is read-only"
      case EFBIG: "the file would be too large"
      case EIO: "the device reports an error"
      case EMFILE, ENFILE: "too many files are open"
      default: "the system reports error \(code)"
      }
    }

    /// Whether the reader of a pipe has gone.
    var isClosedPipe: Bool { code == EPIPE }
  }

  static let standardOutput: Int32 = 1
  static let standardError: Int32 = 2

  /// Has a write to a closed pipe fail instead of ending the process.
  static func ignoreClosedPipes() {
    #if !os(Windows)
      signal(SIGPIPE, SIG_IGN)
    #endif
  }

  /// Whether a descriptor is a terminal.
  static func isTerminal(_ file: Int32) -> Bool {
    #if os(Windows)
      return _isatty(file) != 0
    #else
      return isatty(file) == 1
    #endif
  }

  /// The columns of the terminal, where that is known.
  static func terminalWidth(_ file: Int32) -> Int? {
    #if os(Windows)
      return nil
    #else
      var size = winsize()
      guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
      return Int(size.ws_col)
    #endif
  }

  /// How many threads run at once.
  static var processorCount: Int {
    #if os(Windows)
      return Int(GetActiveProcessorCount(WORD(ALL_PROCESSOR_GROUPS)))
    #else
      return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    #endif
  }

  static var processID: Int32 {
    #if os(Windows)
      return _getpid()
    #else
      return getpid()
    #endif
  }

  /// The value of an environment variable.
  static func variable(_ name: String) -> String? {
    #if os(Windows)
      return name.withCString(encodedAs: UTF16.self) { name in
        _wgetenv(name).map { String(decodingCString: $0, as: UTF16.self) }
      }
    #else
      return getenv(name).map { String(cString: $0) }
    #endif
  }

  /// Makes a file for writing, emptied where it exists.
  static func create(_ path: String, appends: Bool = false) throws(Problem) -> Int32 {
    #if os(Windows)
      var file: Int32 = -1
      let flags = _O_WRONLY | _O_CREAT | _O_BINARY | (appends ? _O_APPEND : _O_TRUNC)
      let code = path.withCString(encodedAs: UTF16.self) {
        _wsopen_s(&file, $0, flags, _SH_DENYNO, _S_IREAD | _S_IWRITE)
      }
      if code != 0 { throw Problem(code: code) }
    #else
      let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC), 0o666)
      if file < 0 { throw Problem(code: errno) }
    #endif
    return file
  }

  /// Writes all bytes.
  static func write(_ file: Int32, _ bytes: [UInt8]) throws(Problem) {
    if let problem = bytes.withUnsafeBytes({ write(file, $0) }) { throw problem }
  }

  private static func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Problem? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      #if os(Windows)
        let count = Int(_write(file, piece.baseAddress, UInt32(piece.count)))
      #elseif canImport(Darwin)
        let count = Darwin.write(file, piece.baseAddress, piece.count)
      #elseif canImport(Glibc)
        let count = Glibc.write(file, piece.baseAddress, piece.count)
      #elseif canImport(Musl)
        let count = Musl.write(file, piece.baseAddress, piece.count)
      #else
        let count = Android.write(file, piece.baseAddress, piece.count)
      #endif
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return Problem(code: errno)
      }
    }
    return nil
  }

  /// Closes a file; a write that the system had put off may fail here.
  static func close(_ file: Int32) throws(Problem) {
    #if os(Windows)
      let result = _close(file)
    #elseif canImport(Darwin)
      let result = Darwin.close(file)
    #elseif canImport(Glibc)
      let result = Glibc.close(file)
    #elseif canImport(Musl)
      let result = Musl.close(file)
    #else
      let result = Android.close(file)
    #endif
    if result != 0 { throw Problem(code: errno) }
  }

  /// Puts a file in the place of another.
  static func replace(_ path: String, by other: String) throws(Problem) {
    #if os(Windows)
      let isMoved = other.withCString(encodedAs: UTF16.self) { from in
        path.withCString(encodedAs: UTF16.self) { to in
          MoveFileExW(from, to, DWORD(MOVEFILE_REPLACE_EXISTING))
        }
      }
      if !isMoved { throw Problem(code: EACCES) }
    #else
      if rename(other, path) != 0 { throw Problem(code: errno) }
    #endif
  }

  /// Removes a file; one that is not there is no problem.
  static func remove(_ path: String) {
    #if os(Windows)
      _ = path.withCString(encodedAs: UTF16.self) { _wremove($0) }
    #else
      _ = unlink(path)
    #endif
  }

  /// What tells one file from another at the same path.
  struct FileIdentity: Equatable {
    /// The file's number, where the system has one.
    var number: UInt64 = 0
    /// Its size in bytes.
    var size: UInt64 = 0
  }

  /// The file at a path; nil where there is none.
  static func identity(_ path: String) -> FileIdentity? {
    #if os(Windows)
      var info = _stat64()
      let code = path.withCString(encodedAs: UTF16.self) { _wstat64($0, &info) }
      return code == 0 ? FileIdentity(number: 0, size: UInt64(info.st_size)) : nil
    #else
      var info = stat()
      guard stat(path, &info) == 0 else { return nil }
      return FileIdentity(number: UInt64(info.st_ino), size: UInt64(info.st_size))
    #endif
  }

  /// Has Ctrl-C call `handler`, which must do no more than a signal handler may. Windows forgets a
  /// handler when it is called: there the second Ctrl-C ends the process by itself.
  static func onInterrupt(_ handler: @escaping @convention(c) (Int32) -> Void) {
    signal(SIGINT, handler)
  }

  /// Ends the process from within a signal handler.
  static func exitAtOnce(_ status: Int32) -> Never { _exit(status) }

  /// Waits.
  static func sleep(seconds: Double) {
    #if os(Windows)
      Sleep(DWORD(seconds * 1000))
    #else
      usleep(UInt32(seconds * 1_000_000))
    #endif
  }

  /// Whether there is a file or a folder.
  static func exists(_ path: String) -> Bool {
    #if os(Windows)
      return path.withCString(encodedAs: UTF16.self) { _waccess($0, 0) } == 0
    #else
      return access(path, F_OK) == 0
    #endif
  }

  /// Whether there is something at the path that is no plain file: a device, a pipe, a link.
  static func isSpecial(_ path: String) -> Bool {
    #if os(Windows)
      return path.uppercased() == "NUL" || path.uppercased() == "CON"
    #else
      var info = stat()
      return lstat(path, &info) == 0 && info.st_mode & S_IFMT != S_IFREG
    #endif
  }
}

extension Platform {
  /// Ends the process.
  static func exit(_ status: Int32) -> Never {
    #if canImport(Darwin)
      Darwin.exit(status)
    #elseif canImport(Glibc)
      Glibc.exit(status)
    #elseif canImport(Musl)
      Musl.exit(status)
    #elseif canImport(Android)
      Android.exit(status)
    #else
      CRT.exit(status)
    #endif
  }
}
