/// A file that is written beside its place and moved there when it is whole, so that nobody ever
/// sees half of it.
final class OutputFile {
  private let path: String
  private let temporaryPath: String
  private var file: Int32?

  /// Opens the file for writing.
  init(_ path: String) throws(CommandError) {
    self.path = path
    // A device or a pipe cannot be replaced.
    temporaryPath = Platform.isSpecial(path) ? path : "\(path).\(Platform.processID).tmp"
    do {
      file = try Platform.create(temporaryPath)
    } catch {
      throw Self.error(path, error)
    }
  }

  /// Writes bytes.
  func write(_ bytes: [UInt8]) throws(CommandError) {
    guard let file else { return }
    do {
      try Platform.write(file, bytes)
    } catch {
      throw Self.error(path, error)
    }
  }

  /// Puts the file in its place.
  func commit() throws(CommandError) {
    guard let file else { return }
    do {
      self.file = nil
      try Platform.close(file)
      if temporaryPath != path { try Platform.replace(path, by: temporaryPath) }
    } catch {
      if temporaryPath != path { Platform.remove(temporaryPath) }
      throw Self.error(path, error)
    }
  }

  private static func error(_ path: String, _ problem: Platform.Problem) -> CommandError {
    CommandError("cannot write \"\(path)\": \(problem.words)")
  }

  deinit {
    guard let file else { return }
    try? Platform.close(file)
    if temporaryPath != path { Platform.remove(temporaryPath) }
  }
}
