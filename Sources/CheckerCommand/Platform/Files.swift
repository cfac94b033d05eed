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

// Files: what they are, and how they are opened, replaced and removed.
extension Platform {
  /// What the system says of a file.
  struct FileStatus: Equatable {
    /// The disk that it is on, and its number there; zero where the system has none.
    var device: UInt64 = 0
    var number: UInt64 = 0
    /// Its size in bytes.
    var size: UInt64 = 0
    /// When it was written last, in a unit of the system's own.
    var modified: Int64 = 0
    /// Whether it is a plain file: no pipe, no device, no directory.
    var isRegular = true
    /// Who may do what with it, as POSIX counts.
    var mode: UInt32 = 0o666

    /// Whether both are of one file, whatever has become of it between.
    func isSame(as other: FileStatus) -> Bool {
      device == other.device && number == other.number
    }
  }

  /// What the file at a path is, links followed; nil where there is none.
  static func status(_ path: String) -> FileStatus? {
    #if os(Windows)
      var info = _stat64()
      let code = path.withCString(encodedAs: UTF16.self) { _wstat64($0, &info) }
      return code == 0 ? FileStatus(info) : nil
    #else
      var info = stat()
      return PathBytes.withCString(path) { stat($0, &info) } == 0 ? FileStatus(info) : nil
    #endif
  }

  /// What an open file is.
  static func status(_ file: Int32) -> FileStatus? {
    #if os(Windows)
      var info = _stat64()
      return _fstat64(file, &info) == 0 ? FileStatus(info) : nil
    #else
      var info = stat()
      return fstat(file, &info) == 0 ? FileStatus(info) : nil
    #endif
  }

  /// What a symbolic link holds; nil for anything else.
  static func linkTarget(_ path: String) -> String? {
    #if os(Windows)
      return nil
    #else
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = PathBytes.withCString(path) { path in
        bytes.withUnsafeMutableBytes { room in
          room.withMemoryRebound(to: CChar.self) { room in
            room.baseAddress.map { readlink(path, $0, room.count) } ?? -1
          }
        }
      }
      return count > 0 ? PathBytes.string(bytes.prefix(count)) : nil
    #endif
  }

  /// Whether there is a file or a folder.
  static func exists(_ path: String) -> Bool { status(path) != nil }

  /// The path of a device by that name; nil where the name is none of a device's. (On POSIX systems
  /// devices are told by ``FileStatus/isRegular``.)
  static func isDeviceName(_ path: String) -> Bool {
    #if os(Windows)
      return ["NUL", "CON"].contains(path.uppercased())
    #else
      return false
    #endif
  }
}

extension Platform {
  /// How a file is opened for writing.
  enum Creation {
    /// Its bytes go behind those that are there; it is made where there is none.
    case append
    /// It must not be there yet; its mode.
    case new(mode: UInt32)
    /// It must be there: a device, a pipe.
    case existing
  }

  /// Opens a file for writing.
  static func create(_ path: String, _ creation: Creation) throws(Problem) -> Int32 {
    #if os(Windows)
      var file: Int32 = -1
      var flags = _O_WRONLY | _O_BINARY
      switch creation {
      case .append: flags |= _O_CREAT | _O_APPEND
      case .new: flags |= _O_CREAT | _O_EXCL
      case .existing: break
      }
      let code = path.withCString(encodedAs: UTF16.self) {
        _wsopen_s(&file, $0, flags, _SH_DENYNO, _S_IREAD | _S_IWRITE)
      }
      if code != 0 { throw Problem(code: code) }
    #else
      var flags = O_WRONLY | O_CLOEXEC
      var mode: mode_t = 0o666
      switch creation {
      case .append: flags |= O_CREAT | O_APPEND
      case .new(let wanted):
        flags |= O_CREAT | O_EXCL
        mode = mode_t(wanted)
      case .existing: break
      }
      let file = PathBytes.withCString(path) { open($0, flags, mode) }
      if file < 0 { throw Problem(code: errno) }
    #endif
    return file
  }

  /// A further descriptor of an open file.
  static func duplicate(_ file: Int32) throws(Problem) -> Int32 {
    #if os(Windows)
      let copy = _dup(file)
    #else
      let copy = dup(file)
    #endif
    if copy < 0 { throw Problem(code: errno) }
    return copy
  }

  /// Lets others do with an open file what they may do with the one that it replaces. Where the system
  /// does not allow it, the file stays as private as it is.
  static func setMode(_ file: Int32, _ mode: UInt32) {
    #if !os(Windows)
      _ = fchmod(file, mode_t(mode & 0o7777))
    #endif
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
      let code = PathBytes.withCString(other) { from in
        PathBytes.withCString(path) { rename(from, $0) }
      }
      if code != 0 { throw Problem(code: errno) }
    #endif
  }

  /// Removes a file; one that is not there is no problem.
  static func remove(_ path: String) {
    #if os(Windows)
      _ = path.withCString(encodedAs: UTF16.self) { _wremove($0) }
    #else
      _ = PathBytes.withCString(path) { unlink($0) }
    #endif
  }

  /// Opens a file for reading, and does not wait for the writer of a pipe.
  static func openForReading(_ path: String) throws(Problem) -> Int32 {
    #if os(Windows)
      var file: Int32 = -1
      let code = path.withCString(encodedAs: UTF16.self) {
        _wsopen_s(&file, $0, _O_RDONLY | _O_BINARY | _O_SEQUENTIAL, _SH_DENYNO, _S_IREAD)
      }
      if code != 0 { throw Problem(code: code) }
    #else
      let file = PathBytes.withCString(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
      if file < 0 { throw Problem(code: errno) }
    #endif
    return file
  }

  /// Up to `count` bytes from a place in a plain file; fewer only at its end.
  static func read(_ file: Int32, at offset: UInt64, count: Int) throws(Problem) -> [UInt8] {
    var failure: Problem?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
      do throws(Problem) {
        filled = try read(file, at: offset, into: UnsafeMutableRawBufferPointer(room))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads up to `buffer.count` bytes from a place in a plain file; fewer only at its end.
  static func read(
    _ file: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(Problem) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      #if os(Windows)
        if _lseeki64(file, Int64(offset) + Int64(filled), SEEK_SET) < 0 {
          throw Problem(code: errno)
        }
        let count = Int(_read(file, rest.baseAddress, UInt32(min(rest.count, 1 << 30))))
      #else
        let count = pread(file, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
      #endif
      if count == 0 { break }
      if count > 0 { filled += count } else if errno != EINTR { throw Problem(code: errno) }
    }
    return filled
  }
}

extension Platform.FileStatus {
  #if os(Windows)
    fileprivate init(_ info: _stat64) {
      size = UInt64(info.st_size)
      modified = info.st_mtime
      isRegular = Int32(info.st_mode) & _S_IFMT == _S_IFREG
    }
  #else
    fileprivate init(_ info: stat) {
      device = UInt64(truncatingIfNeeded: info.st_dev)
      number = UInt64(info.st_ino)
      size = UInt64(max(0, info.st_size))
      #if canImport(Darwin)
        let time = info.st_mtimespec
      #else
        let time = info.st_mtim
      #endif
      modified = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
      isRegular = info.st_mode & S_IFMT == S_IFREG
      mode = UInt32(info.st_mode) & 0o7777
    }
  #endif
}
