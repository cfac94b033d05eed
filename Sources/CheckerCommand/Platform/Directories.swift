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

extension Platform {
  /// What a directory holds.
  struct Entry: Sendable {
    var name: String
    var isDirectory: Bool
  }

  /// The working directory; nil where it is gone.
  static var currentDirectory: String? {
    #if os(Windows)
      guard let buffer = _wgetcwd(nil, 0) else { return nil }
      defer { free(buffer) }
      return String(decodingCString: buffer, as: UTF16.self)
    #else
      guard let buffer = getcwd(nil, 0) else { return nil }
      defer { free(buffer) }
      return PathBytes.string(UnsafeRawBufferPointer(start: buffer, count: strlen(buffer)))
    #endif
  }

  /// The time, in seconds since the beginning of 1970.
  static var secondsSince1970: Int64 {
    #if os(Windows)
      return Int64(_time64(nil))
    #else
      return Int64(time(nil))
    #endif
  }

  /// What is in a directory, links left out, in no order; nil where it cannot be read.
  static func entries(of directory: String) -> [Entry]? {
    var entries: [Entry] = []
    #if os(Windows)
      var data = WIN32_FIND_DATAW()
      let search = (directory + "\\*").withCString(encodedAs: UTF16.self) {
        FindFirstFileW($0, &data)
      }
      guard let search, search != INVALID_HANDLE_VALUE else { return nil }
      defer { FindClose(search) }
      repeat {
        let name = withUnsafeBytes(of: data.cFileName) { bytes in
          String(decoding: bytes.bindMemory(to: UInt16.self).prefix { $0 != 0 }, as: UTF16.self)
        }
        let attributes = data.dwFileAttributes
        if attributes & DWORD(FILE_ATTRIBUTE_REPARSE_POINT) != 0 || name == "." || name == ".." {
          continue
        }
        entries.append(
          Entry(
            name: name, isDirectory: attributes & DWORD(FILE_ATTRIBUTE_DIRECTORY) != 0))
      } while FindNextFileW(search, &data)
    #else
      guard let stream = PathBytes.withCString(directory, { opendir($0) }) else { return nil }
      defer { closedir(stream) }
      while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          PathBytes.string(bytes.prefix { $0 != 0 })
        }
        if name == "." || name == ".." { continue }
        var info = stat()
        let code = PathBytes.withCString(directory + "/" + name) { lstat($0, &info) }
        guard code == 0 else { continue }
        let kind = info.st_mode & S_IFMT
        if kind == S_IFDIR || kind == S_IFREG {
          entries.append(Entry(name: name, isDirectory: kind == S_IFDIR))
        }
      }
    #endif
    return entries
  }

  /// Makes a directory and those that it is in; one that is there is no problem.
  static func createDirectories(_ path: String) throws(Problem) {
    if path.isEmpty || exists(path) { return }
    if let slash = path.lastIndex(where: { $0 == "/" || $0 == "\\" }) {
      try createDirectories(String(path[..<slash]))
    }
    #if os(Windows)
      let result = path.withCString(encodedAs: UTF16.self) { _wmkdir($0) }
    #else
      let result = PathBytes.withCString(path) { mkdir($0, 0o777) }
    #endif
    if result != 0, errno != EEXIST { throw Problem(code: errno) }
  }
}
