import RuleEngine

/// How a new package depends on the checker.
struct PackageDependency {
  static let placeholder = "https://example.com/ddi-rule-checker.git"
  /// The entry in the manifest's list.
  var text: String
  /// The name by which targets refer to the package.
  var identity: String
  /// Whether somebody has to put an address in.
  var isPlaceholder: Bool

  init(path: String?, url: String?) throws(CommandError) {
    if path != nil, url != nil {
      throw CommandError("--checker-path and --checker-url exclude each other; give one of them")
    }
    isPlaceholder = path == nil && url == nil
    for text in [path, url].compactMap({ $0 })
    where text.isEmpty || text.contains(where: { "\"\\\n".contains($0) }) {
      throw CommandError("\(text.quoted) cannot stand in a Package.swift; type it with slashes")
    }
    guard let path else {
      let url = url ?? Self.placeholder
      text = ".package(url: \"\(url)\", from: \"\(CheckerCommand.version)\")"
      // SwiftPM calls a package by the last part of its address.
      let last = url.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? url
      identity = last.hasSuffix(".git") ? String(last.dropLast(4)) : last
      return
    }
    identity = "ddi-rule-checker"
    guard Platform.exists(path + "/Package.swift") else {
      throw CommandError(
        "there is no Package.swift in \(path.quoted); --checker-path names the checker's own folder"
      )
    }
    // The manifest lies elsewhere: a path that begins here would mean something else there.
    let isAbsolute = Configuration.isAbsolute(path)
    let whole = isAbsolute ? path : "\(Platform.currentDirectory ?? ".")/\(path)"
    text = ".package(name: \"ddi-rule-checker\", path: \"\(whole.replacing("\\", with: "/"))\")"
  }
}
