import RuleEngine

/// A file that is read as a whole: a configuration, a baseline, a mapping, a report. It is a plain file of
/// limited size, so that no path that is given by mistake (a pipe, a disk) hangs a run or fills the memory.
enum WholeFile {
  /// How large a file may be, in bytes.
  static let limit: UInt64 = 64 << 20

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - what: What it is read as, for messages: `a configuration`.
  ///   - limit: How many bytes it may have.
  static func read(
    _ path: String, as what: String, limit: UInt64 = limit
  ) throws(CommandError) -> [UInt8] {
    if path == "-" { return try readStandardInput(what, limit) }
    do {
      let file = try Platform.openForReading(path)
      defer { try? Platform.close(file) }
      guard let status = Platform.status(file), status.isRegular else {
        if Platform.entries(of: path) != nil { throw Platform.Problem.isDirectory }
        throw CommandError(
          "cannot read \(path.quoted): \(what) must be a plain file, no pipe and no device; save it "
            + "in a file first")
      }
      if status.size > limit { throw tooLarge(path.quoted, what, limit) }
      return try collect(path.quoted, what, limit) { count, room throws(Platform.Problem) in
        try Platform.read(file, at: count, into: room)
      }
    } catch let error as CommandError {
      throw error
    } catch let problem as Platform.Problem {
      throw CommandError(
        "cannot \(problem.isFromOpening ? "open" : "read") \(path.quoted): "
          + problem.readingWords)
    } catch {
      throw CommandError("cannot read \(path.quoted): \(error)")
    }
  }

  private static func readStandardInput(
    _ what: String, _ limit: UInt64
  ) throws(CommandError) -> [UInt8] {
    do {
      let source = try FileByteSource(path: "-")
      return try collect("standard input", what, limit) { _, room throws(TraceReadError) in
        try source.read(into: room)
      }
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError("\(error)")
    }
  }

  /// Collects what `read` gives, which is told how much there is already, up to its end.
  private static func collect<Failure: Error>(
    _ name: String, _ what: String, _ limit: UInt64,
    _ read: (UInt64, UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = try piece.withUnsafeMutableBytes { try read(UInt64(bytes.count), $0) }
      if count == 0 { return bytes }
      bytes += piece.prefix(count)
      if UInt64(bytes.count) > limit { throw tooLarge(name, what, limit) }
    }
  }

  private static func tooLarge(_ name: String, _ what: String, _ limit: UInt64) -> CommandError {
    CommandError(
      "\(name) is too large: \(what) has at most \(limit >> 20) MB; is it the right file?")
  }

  /// Says where in a file something is wrong.
  static func error(_ path: String, _ problem: JSONNode.Problem) -> CommandError {
    CommandError(
      "\(SafeText.escape(path)):\(problem.position.line):\(problem.position.column): "
        + problem.message)
  }
}
