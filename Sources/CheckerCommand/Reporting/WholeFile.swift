import RuleEngine

/// A file that is read as a whole: a configuration, a baseline, a report.
enum WholeFile {
  static func read(_ path: String) throws(CommandError) -> [UInt8] {
    do {
      let source = try FileByteSource(path: path)
      var bytes: [UInt8] = []
      var failure: TraceReadError?
      var count = 1
      let piece = 1 << 18
      while count > 0, failure == nil {
        let next = [UInt8](unsafeUninitializedCapacity: piece) { buffer, filled in
          do throws(TraceReadError) {
            filled = try source.read(into: UnsafeMutableRawBufferPointer(buffer))
          } catch {
            failure = error
          }
        }
        count = next.count
        bytes += next
      }
      if let failure { throw failure }
      return bytes
    } catch {
      throw CommandError("\(error)")
    }
  }

  /// Says where in a file something is wrong.
  static func error(_ path: String, _ problem: JSONNode.Problem) -> CommandError {
    CommandError(
      "\(SafeText.escape(path)):\(problem.position.line):\(problem.position.column): "
        + problem.message)
  }
}
