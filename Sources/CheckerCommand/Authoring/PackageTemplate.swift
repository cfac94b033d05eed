/// The files of a new package of rules.
struct PackageTemplate {
  /// The first rule.
  var rule: RuleTemplate
  /// The target with the rules, and the type that lists them.
  var module: String
  /// The program: the checker's command line with these rules.
  var program: String
  /// What the package is called.
  var name: String
  /// The dependency on the checker, as the manifest writes it.
  var checker: PackageDependency

  /// A package in a folder of this name: `team` and `team-rules` both give TeamRules and team-checker.
  init(folder: String, rule: RuleTemplate, checker: PackageDependency) {
    self.rule = rule
    self.checker = checker
    var words = folder.lowercased()
      .split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
    if words.count > 1, words.last == "rules" { words.removeLast() }
    if words.isEmpty || words[0].first?.isLetter != true { words.insert("team", at: 0) }
    name = folder
    let camel = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    module = camel == "Rules" ? "TeamRules" : camel + "Rules"
    program = (camel == "Rules" ? "team" : words.joined(separator: "-")) + "-checker"
  }

  /// Paths in the package and what is written there.
  var files: [(path: String, text: String)] {
    [
      ("Package.swift", manifest),
      ("README.md", readme),
      (".gitignore", "/.build\n/.swiftpm\n"),
      ("Sources/\(module)/\(module).swift", list),
      ("Sources/\(module)/\(rule.name).swift", rule.rule),
      ("Sources/\(program)/main.swift", main),
      ("Tests/\(module)Tests/CatalogTests.swift", catalogTest),
      ("Tests/\(module)Tests/\(rule.name)Tests.swift", rule.test(module: module)),
    ]
  }

  /// In the order that swift-format asks for.
  private func imports(_ modules: String...) -> String {
    modules.sorted().map { "import \($0)" }.joined(separator: "\n")
  }

  private var manifest: String {
    """
    // swift-tools-version: 6.2

    import PackageDescription

    // Rules of our own, and the checker's whole command line with them in it.
    let package = Package(
      name: "\(name)",
      platforms: [.macOS(.v15)],
      dependencies: [
        \(checker.text)
      ],
      targets: [
        .target(
          name: "\(module)",
          dependencies: [.product(name: "RuleEngine", package: "\(checker.identity)")]),
        .executableTarget(
          name: "\(program)",
          dependencies: [
            "\(module)",
            .product(name: "CheckerCommand", package: "\(checker.identity)"),
            .product(name: "Rules", package: "\(checker.identity)"),
          ]),
        .testTarget(
          name: "\(module)Tests",
          dependencies: [
            "\(module)", .product(name: "RuleTesting", package: "\(checker.identity)"),
          ]),
      ],
      swiftLanguageModes: [.v6]
    )

    """
  }

  private var list: String {
    """
    import RuleEngine

    /// The rules of this package. The only list: a new rule is added here.
    public enum \(module) {
      /// All of them.
      public static let all: [Rule] = [
        Rule(\(rule.type)())
      ]
    }

    """
  }

  private var main: String {
    """
    \(imports("CheckerCommand", "Rules", module))

    CheckerCommand.main(rules: Catalog.all + \(module).all)

    """
  }

  private var catalogTest: String {
    """
    \(imports("RuleTesting", "Testing", module))

    /// All rules together: no id twice, messages in form, every example as it says, every row of every
    /// machine gone through by an example.
    @Test("the rules are sound") func catalog() {
      expectSound(\(module).all)
    }

    """
  }

  private var readme: String {
    """
    # \(name)

    Rules of our own for ddi-rule-checker, and `\(program)`: its command line with them in it.

    ```sh
    swift test                                # every rule comes to the outcome of its examples
    swift run \(program) check TRACE
    swift run \(program) explain \(rule.name)
    swift run \(program) new-rule NAME    # one more rule; add it to Sources/\(module)/\(module).swift
    ```

    """
  }
}
