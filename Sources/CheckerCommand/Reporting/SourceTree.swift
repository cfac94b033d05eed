import CheckerReports
import RuleEngine

/// Walks the drivers' source for the files that a report names.
enum SourceTree {
  /// How many entries are looked at before the walk ends: a wrong root (a disk) must not hang a run.
  static let limit = 500_000

  /// What was found.
  struct Walk {
    var index: SourceIndex
    /// Whether the tree is larger than ``limit``.
    var isCut: Bool
  }

  /// Whether the root can be read.
  static func check(_ root: String) throws(CommandError) {
    if Platform.entries(of: root) != nil { return }
    throw CommandError(
      "cannot read the source root \(root.quoted); name the folder with the drivers' source")
  }

  /// The files under `root` that the report's findings name.
  static func index(root: String, for report: Report) -> Walk {
    var wanted: Set<String> = []
    for finding in report.findings {
      for source in [finding.source] + finding.evidence.map(\.source) {
        if let source { wanted.insert(SourceIndex.fileName(of: source)) }
      }
    }
    let prefix = prefix(root, in: Platform.currentDirectory)
    var files: [String] = []
    let isCut = walk(root) { path, name in
      if wanted.contains(name.lowercased()) { files.append(prefix + path) }
    }
    return Walk(index: SourceIndex(base: base(root, prefix), files: files.sorted()), isCut: isCut)
  }

  /// Goes through the files of a tree, those of hidden folders left out; returns whether it is too large.
  private static func walk(_ root: String, _ body: (_ path: String, _ name: String) -> Void) -> Bool
  {
    var pending = [""]
    var count = 0
    while let folder = pending.popLast(), count < limit {
      for entry in Platform.entries(of: root + "/" + folder) ?? [] {
        count += 1
        if entry.name.hasPrefix(".") { continue }
        if entry.isDirectory {
          pending.append(folder + entry.name + "/")
        } else {
          body(folder + entry.name, entry.name)
        }
      }
    }
    return count >= limit
  }

  /// What comments in the source allow.
  static func comments(root: String, ruleIDs: [String]) -> SourceComments {
    let prefix = prefix(root, in: Platform.currentDirectory)
    var paths: [String] = []
    _ = walk(root) { path, name in
      let ending = name.split(separator: ".").last?.lowercased() ?? ""
      if sourceEndings.contains(ending) { paths.append(path) }
    }
    var comments = SourceComments(ruleIDs: ruleIDs)
    var bytesLeft = commentBytes
    for path in paths.sorted() {
      guard bytesLeft > 0,
        let bytes = try? WholeFile.read(root + "/" + path, as: "a source file", limit: longestFile)
      else { continue }
      bytesLeft -= bytes.count
      if bytes.contains(commentMark) {
        comments.read(String(decoding: bytes, as: UTF8.self), path: prefix + path)
      }
    }
    return comments
  }

  private static let sourceEndings: Set<String> = ["c", "cc", "cpp", "cxx", "h", "hpp", "inl"]
  private static let commentMark = Array("ddi-checker:".utf8)
  /// How much source is searched for comments: a root that is too large must not hang a run.
  private static let commentBytes = 256 << 20

  /// The largest source file that is shown, in bytes.
  private static let longestFile: UInt64 = 8 << 20

  /// The lines of a file that the index has found; its path is relative to the working directory, or
  /// else to the root.
  static func lines(of path: String, root: String) -> [String]? {
    for candidate in [path, root + "/" + path] {
      guard let bytes = try? WholeFile.read(candidate, as: "a source file", limit: longestFile)
      else { continue }
      return String(decoding: bytes, as: UTF8.self)
        .split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    }
    return nil
  }

  /// Paths in reports are relative to the working directory, which in CI is the checkout, where the
  /// root is in it; otherwise to the root.
  static func prefix(_ root: String, in directory: String?) -> String {
    var parts = parts(of: root)
    if Configuration.isAbsolute(root) {
      let above = directory.map(Self.parts) ?? []
      guard !above.isEmpty, parts.starts(with: above) else { return "" }
      parts.removeFirst(above.count)
    }
    if parts.isEmpty || parts.contains("..") { return "" }
    return parts.joined(separator: "/") + "/"
  }

  private static func parts(of path: String) -> [Substring] {
    path.split { $0 == "/" || $0 == "\\" }.filter { $0 != "." }
  }

  private static func base(_ root: String, _ prefix: String) -> String? {
    let current = Platform.currentDirectory
    if !prefix.isEmpty { return current.map(SourceIndex.directoryURI) }
    if Configuration.isAbsolute(root) { return SourceIndex.directoryURI(root) }
    return current.map { SourceIndex.directoryURI($0 + "/" + root) }
  }
}
