import RuleEngine

/// A file that is written beside its place and moved there when it is whole, so that nobody ever sees half
/// of it, and the old one stays where the new one cannot be written. A link stays a link: what it leads to
/// is replaced. A device or a pipe is written to as it comes.
final class OutputFile {
  private let path: String
  private let place: OutputPlace
  /// The file that is written, where it is moved when it is whole.
  private var temporaryPath: String?
  private var file: Int32?

  /// Opens the file for writing.
  init(_ path: String) throws(CommandError) {
    self.path = path
    place = OutputPlace(path)
    do {
      switch place {
      case .descriptor(let descriptor): file = try Platform.duplicate(descriptor)
      case .device(let path): file = try Platform.create(path, .existing)
      case .file(let path): (file, temporaryPath) = try Self.createBeside(path)
      }
    } catch {
      throw Self.error(path, error)
    }
  }

  /// Makes a file with a name that nobody can foresee, and so have made already, in the folder of `path`.
  private static func createBeside(
    _ path: String
  ) throws(Platform.Problem) -> (Int32, String) {
    let old = Platform.status(path)
    if old != nil, Platform.entries(of: path) != nil { throw Platform.Problem.isDirectory }
    let suffix = String(UInt64.random(in: 0 ... .max), radix: 36)
    let temporary = "\(path).\(suffix).tmp"
    // Nobody sees what only some may see before the file has its mode.
    let file = try Platform.create(temporary, .new(mode: old == nil ? 0o666 : 0o600))
    if let old { Platform.setMode(file, old.mode) }
    return (file, temporary)
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
      if let temporaryPath, case .file(let place) = place {
        try Platform.replace(place, by: temporaryPath)
      }
      temporaryPath = nil
    } catch {
      throw Self.error(path, error)
    }
  }

  private static func error(_ path: String, _ problem: Platform.Problem) -> CommandError {
    CommandError("cannot write \(path.quoted): \(problem.words)")
  }

  deinit {
    if let file { try? Platform.close(file) }
    if let temporaryPath { Platform.remove(temporaryPath) }
  }
}
