import RuleEngine

/// Where what is written to a path goes.
enum OutputPlace: Equatable {
  /// A stream that the process has open already, such as `/dev/stdout`.
  case descriptor(Int32)
  /// A device or a pipe, which is written to and not replaced.
  case device(String)
  /// A plain file, or none yet: where all links lead.
  case file(String)

  /// As many links may lead to a file.
  private static let linkLimit = 40

  /// Follows the path's links.
  init(_ path: String) {
    if Platform.isDeviceName(path) {
      self = .device(path)
      return
    }
    var place = path
    for _ in 0..<Self.linkLimit {
      if let descriptor = Self.descriptor(place) {
        self = .descriptor(descriptor)
        return
      }
      guard let target = Platform.linkTarget(place) else { break }
      place = target.hasPrefix("/") ? target : (Self.folder(of: place) ?? "") + target
    }
    // A directory goes the way of a file, whose opening says what is wrong.
    let isDevice = Platform.status(place).map { !$0.isRegular && !Self.isFolder(place) } ?? false
    self = isDevice ? .device(place) : .file(place)
  }

  /// The descriptor that a path of the system's own stands for.
  private static func descriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return Platform.standardOutput
    case "/dev/stderr": return Platform.standardError
    default: break
    }
    for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
      return Int32(path.dropFirst(folder.count))
    }
    return nil
  }

  private static func isFolder(_ path: String) -> Bool { Platform.entries(of: path) != nil }

  /// What stands before the last part of the path, with its slash.
  static func folder(of path: String) -> String? {
    path.lastIndex(of: "/").map { String(path[...$0]) }
  }
}

/// The files of a command: what it reads and what it writes must not be the same, and that is found out
/// before anything is read.
struct FilePlan {
  private var inputs: [String] = []
  private var outputs: [String] = []

  init() {}

  /// Notes a file that is read; `-` and nil are none.
  mutating func read(_ path: String?) {
    if let path, path != "-" { inputs.append(path) }
  }

  /// Notes a file that is written; `-` and nil are none.
  ///
  /// - Throws: Where it is one of those that were noted before.
  mutating func write(_ path: String?) throws(CommandError) {
    guard let path, path != "-", case .file(let place) = OutputPlace(path) else { return }
    let name = Self.name(place)
    for input in inputs where Self.name(input) == name || Self.isOneFile(input, place) {
      throw CommandError(
        "\(path.quoted) is read and is to be written as well; name another file for the output")
    }
    for output in outputs where Self.name(output) == name || Self.isOneFile(output, place) {
      throw CommandError("two outputs go to \(path.quoted); give each a file of its own")
    }
    outputs.append(place)
  }

  private static func isOneFile(_ a: String, _ b: String) -> Bool {
    guard let first = Platform.status(a), let second = Platform.status(b), first.number != 0 else {
      return false
    }
    return first.isSame(as: second)
  }

  /// The path without parts that lead nowhere, in the folder that it is in, as the system knows that.
  private static func name(_ path: String) -> String {
    let folder = OutputPlace.folder(of: path) ?? "./"
    let last = path.dropFirst(OutputPlace.folder(of: path)?.count ?? 0)
    guard let status = Platform.status(folder), status.number != 0 else {
      return path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
    return "\(status.device):\(status.number)/\(last)"
  }
}
