import RuleEngine

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

    static var isDirectory: Problem { Problem(code: EISDIR) }

    /// What is wrong, in words.
    var words: String {
      switch code {
      case ENOENT: "there is no such directory"
      case ELOOP: "its links lead nowhere"
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

    /// What is wrong, in words, where a file was to be read.
    var readingWords: String {
      switch code {
      case ENOENT, ENOTDIR: "there is no such file; check the path"
      case EISDIR: "it is a directory; name a file in it"
      case EACCES, EPERM: "access is denied; check its permissions"
      default: words
      }
    }

    /// Whether there is no file that could be read.
    var isFromOpening: Bool { [ENOENT, ENOTDIR, EACCES, EPERM, EMFILE, ENFILE].contains(code) }

    /// Whether the reader of a pipe has gone.
    var isClosedPipe: Bool { code == EPIPE }
  }

  static let standardOutput: Int32 = 1
  static let standardError: Int32 = 2

  /// Has a write that cannot be, to a closed pipe or beyond the largest size of a file, fail instead of
  /// ending the process.
  static func haveWritesFail() {
    #if !os(Windows)
      signal(SIGPIPE, SIG_IGN)
      signal(SIGXFSZ, SIG_IGN)
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

  /// How much memory the machine has; nil where it does not say.
  static var memoryBytes: UInt64? {
    #if os(Windows)
      var kilobytes: UInt64 = 0
      return GetPhysicallyInstalledSystemMemory(&kilobytes) ? kilobytes << 10 : nil
    #else
      let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
      return pages > 0 && size > 0 ? UInt64(pages) * UInt64(size) : nil
    #endif
  }

  /// The value of an environment variable.
  static func variable(_ name: String) -> String? {
    #if os(Windows)
      return name.withCString(encodedAs: UTF16.self) { name in
        _wgetenv(name).map { String(decodingCString: $0, as: UTF16.self) }
      }
    #else
      return getenv(name).map { value in
        PathBytes.string(UnsafeRawBufferPointer(start: value, count: strlen(value)))
      }
    #endif
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

  /// Has Ctrl-C call `handler`, which must do no more than a signal handler may. Windows forgets a
  /// handler when it is called: there the second Ctrl-C ends the process by itself.
  static func onInterrupt(_ handler: @escaping @convention(c) (Int32) -> Void) {
    #if os(Windows)
      signal(SIGINT, handler)
    #else
      // Without SA_RESTART, which `signal` sets: a wait for input is over at once.
      var action = sigaction()
      #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handler
      #elseif canImport(Glibc)
        action.__sigaction_handler.sa_handler = handler
      #elseif canImport(Musl)
        action.__sa_handler.sa_handler = handler
      #else
        action.sa_handler = handler
      #endif
      sigemptyset(&action.sa_mask)
      sigaction(SIGINT, &action, nil)
    #endif
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
}

extension Platform {
  /// The arguments that the process was begun with, the program's name first. What is no UTF-8 is kept:
  /// it may be the path of a file.
  static var arguments: [String] {
    #if os(Windows)
      return CommandLine.arguments
    #else
      return (0..<Int(CommandLine.argc)).compactMap { index in
        CommandLine.unsafeArgv[index].map { argument in
          PathBytes.string(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
        }
      }
    #endif
  }

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
