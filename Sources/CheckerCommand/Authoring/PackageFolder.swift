import RuleEngine

/// A Swift package on disk. Its targets are looked for where SwiftPM looks for them: what a manifest
/// says about other places is not known.
struct PackageFolder {
  /// The folder that Package.swift is in, as a beginning of paths: empty or with a slash at its end.
  var path: String
  var manifest: String

  /// The package that a folder is in; nil where it is in none.
  static func containing(_ directory: String) throws(CommandError) -> PackageFolder? {
    let name = "Package.swift"
    for candidate in Configuration.paths(of: name, fromDirectory: directory)
    where Platform.exists(candidate) {
      return PackageFolder(
        path: String(candidate.dropLast(name.count)),
        manifest: String(
          decoding: try WholeFile.read(candidate, as: "a package's manifest"), as: UTF8.self))
    }
    return nil
  }

  /// The folder for a new rule: Sources/Rules, else that of the only library whose files import
  /// RuleEngine.
  func ruleFolder() throws(CommandError) -> String {
    let usual = "\(path)Sources/Rules"
    if Platform.exists(usual) { return usual }
    var fitting: [String] = []
    for folder in Self.folders(in: "\(path)Sources") {
      let files = try SwiftFile.all(in: folder)
      if files.contains(where: { $0.imports("RuleEngine") }), !files.contains(where: \.isMain) {
        fitting.append(folder)
      }
    }
    if let folder = fitting.first, fitting.count == 1 { return folder }
    if fitting.isEmpty {
      throw CommandError(
        "no library target of \((path + "Package.swift").quoted) imports RuleEngine; name the folder "
          + "with --sources Sources/TARGET, or make a package with --new-package FOLDER")
    }
    throw CommandError(
      "several targets have rules: \(fitting.map { SafeText.escape($0) }.joined(separator: ", ")); "
        + "name one of them with --sources")
  }

  /// The folder for the tests of a target: Tests/TARGETTests, else the only one whose files import
  /// the target, else the usual one, which is not there yet.
  func testFolder(of module: String) throws(CommandError) -> String {
    let usual = "\(path)Tests/\(module)Tests"
    if Platform.exists(usual) { return usual }
    var fitting: [String] = []
    for folder in Self.folders(in: "\(path)Tests")
    where try SwiftFile.all(in: folder).contains(where: { $0.imports(module) }) {
      fitting.append(folder)
    }
    return fitting.count == 1 ? fitting[0] : usual
  }

  /// The name by which the manifest knows the checker's package.
  var checkerIdentity: String {
    let beginning = "\"RuleEngine\", package: \""
    guard let place = manifest.firstRange(of: beginning) else { return "ddi-rule-checker" }
    return String(manifest[place.upperBound...].prefix { $0 != "\"" })
  }

  /// Whether the manifest names a product or a target.
  func names(_ target: String) -> Bool { manifest.contains("\"\(target)\"") }

  private static func folders(in folder: String) -> [String] {
    (Platform.entries(of: folder) ?? []).filter(\.isDirectory).map { "\(folder)/\($0.name)" }
      .sorted()
  }
}

/// A file of Swift source.
struct SwiftFile {
  var path: String
  private var lines: [Substring]

  /// The files in a folder and in those below it.
  static func all(in folder: String) throws(CommandError) -> [SwiftFile] {
    var files: [SwiftFile] = []
    for entry in (Platform.entries(of: folder) ?? []).sorted(by: { $0.name < $1.name })
    where !entry.name.hasPrefix(".") {
      let path = "\(folder)/\(entry.name)"
      if entry.isDirectory {
        files += try all(in: path)
      } else if entry.name.hasSuffix(".swift") {
        files.append(try SwiftFile(path))
      }
    }
    return files
  }

  init(_ path: String) throws(CommandError) {
    self.path = path
    lines = String(decoding: try WholeFile.read(path, as: "a source file"), as: UTF8.self)
      .split(whereSeparator: \.isNewline)
  }

  /// Whether it imports a module.
  func imports(_ module: String) -> Bool {
    lines.contains { line in
      let words = line.split(separator: " ")
      return words.last == module[...] && words.dropLast().last == "import"
        && words.first?.hasPrefix("/") == false
    }
  }

  /// Whether a program begins in it.
  var isMain: Bool {
    path.hasSuffix("/main.swift") || lines.contains { $0.hasPrefix("@main") }
  }

  /// Whether it declares a list of rules.
  var hasListOfRules: Bool {
    lines.contains { $0.contains("let ") && $0.contains(": [Rule]") }
  }
}
