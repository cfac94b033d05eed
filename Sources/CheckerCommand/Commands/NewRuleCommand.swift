import RuleEngine

/// `new-rule`: a commented rule to start from, with its test; on request in a package of its own.
enum NewRuleCommand {
  private static let kind = OptionDefinition(
    name: "kind", kind: .choice(RuleKind.allCases.map(\.rawValue)),
    help: "what the rule is about: "
      + RuleKind.allCases.map { "\($0.rawValue), \($0.meaning)" }.joined(separator: "; "),
    standard: RuleKind.request.rawValue)
  private static let sources = OptionDefinition(
    name: "sources", kind: .text("FOLDER"), help: "where the rule's file is written",
    standard: "the library of the package whose files import RuleEngine")
  private static let tests = OptionDefinition(
    name: "tests", kind: .text("FOLDER"), help: "where the test's file is written",
    standard: "Tests/TARGETTests of the package")
  private static let newPackage = OptionDefinition(
    name: "new-package", kind: .text("FOLDER"),
    help: "make a package there, with the rule, its test and a program that has the rule in it")
  private static let checkerPath = OptionDefinition(
    name: "checker-path", kind: .text("FOLDER"),
    help: "with --new-package: the checker's package on this machine")
  private static let checkerURL = OptionDefinition(
    name: "checker-url", kind: .text("URL"),
    help: "with --new-package: the address of the checker's repository",
    standard: PackageDependency.placeholder)

  static let definition = CommandDefinition(
    name: "new-rule",
    summary: "write a commented rule file, with examples and its test, to start from",
    discussion: [
      "The rule that is written works: its test passes. Change its scope, its machine and its "
        + "examples to what you want to say, and add it to your list of rules.",
      "The files go into the package that you are in: beside its other rules, and into the target "
        + "that tests them. With --new-package the rule gets a package of its own.",
    ],
    operands: [
      OperandDefinition(
        placeholder: "NAME", kind: .text,
        help: "the rule's name, in upper camel case, such as ForwardAtPassive")
    ],
    options: [kind, sources, tests, newPackage, checkerPath, checkerURL],
    examples: [
      ("new-rule ForwardAtPassive", "write ForwardAtPassive.swift and its test"),
      ("new-rule StartBeforeStop --kind events", "one about events of your own"),
      (
        "new-rule ForwardAtPassive --new-package team-rules",
        "make a package with that rule and a program team-checker"
      ),
    ],
    run: { invocation throws(CommandError) in try run(invocation) })

  private static func run(_ invocation: Invocation) throws(CommandError) -> Int32 {
    let name = invocation.arguments.operands[0]
    guard name.first?.isUppercase == true,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else {
      throw CommandError(
        "a rule's name is a Swift type name such as ForwardAtPassive, not \(name.quoted)")
    }
    if invocation.rules.contains(where: { $0.id == name }) {
      throw CommandError("there is a rule \(name.quoted) already; take another name")
    }
    let kind = invocation.arguments.text(kind).flatMap { RuleKind(rawValue: $0) } ?? .request
    let rule = RuleTemplate(name: name, kind: kind)
    if invocation.arguments.has(newPackage) {
      try writePackage(rule, invocation)
    } else {
      try writeRule(rule, invocation)
    }
    return ExitStatus.clean
  }

  // MARK: Into a package that is there

  private static func writeRule(
    _ rule: RuleTemplate, _ invocation: Invocation
  ) throws(CommandError) {
    let arguments = invocation.arguments
    for option in [checkerPath, checkerURL] where arguments.has(option) {
      throw CommandError(
        "--\(option.name) belongs to --new-package FOLDER; add that or leave it out")
    }
    let package = try invocation.streams.workingDirectory.flatMap {
      directory throws(CommandError) in try PackageFolder.containing(directory)
    }
    var source = arguments.text(sources)
    if source == nil { source = try package?.ruleFolder() }
    guard let source else {
      throw CommandError(
        "there is no Package.swift here or above; make a package with "
          + "\"\(invocation.program) new-rule \(rule.name) --new-package FOLDER\", or name the folders with "
          + "--sources and --tests")
    }
    let module = module(of: source)
    var test = arguments.text(tests)
    if test == nil { test = try package?.testFolder(of: module) }
    guard let test else {
      throw CommandError(
        "there is no Package.swift here or above; name the folder of the test with --tests")
    }
    let isNewTarget = !Platform.exists(test)
    if isNewTarget, arguments.has(tests) {
      throw CommandError("there is no folder \(test.quoted); make it or name another with --tests")
    }
    let files = [
      ("\(source)/\(rule.name).swift", rule.rule),
      ("\(test)/\(rule.name)Tests.swift", rule.test(module: module)),
    ]
    try write(files, invocation.streams)
    var steps = try [listStep(rule, source)]
    if let package { steps += manifestSteps(package, module, test, isNewTarget) }
    let place = package.map { $0.path.isEmpty ? "" : " --package-path \($0.path)" } ?? ""
    steps.append("run: swift test\(place) --filter \(lastPart(of: test))")
    say(steps, invocation.streams)
  }

  /// The target that a folder belongs to: what stands behind Sources, or the folder itself.
  private static func module(of folder: String) -> String {
    let parts = folder.split { $0 == "/" || $0 == "\\" }.map(String.init)
    if let place = parts.lastIndex(of: "Sources"), place + 1 < parts.count {
      return parts[place + 1]
    }
    return parts.last ?? "Rules"
  }

  private static func lastPart(of path: String) -> String {
    path.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? path
  }

  private static func listStep(
    _ rule: RuleTemplate, _ source: String
  ) throws(CommandError) -> String {
    let list = try SwiftFile.all(in: source).first { $0.hasListOfRules }
    let place = list.map { "the list in \(SafeText.escape($0.path))" } ?? "your list of rules"
    return "add Rule(\(rule.type)()) to \(place)"
  }

  /// What Package.swift lacks for the rule and its test.
  private static func manifestSteps(
    _ package: PackageFolder, _ module: String, _ test: String, _ isNewTarget: Bool
  ) -> [String] {
    let manifest = SafeText.escape(package.path + "Package.swift")
    let product = { (name: String) in
      package.names("ddi-rule-checker") && !package.manifest.contains(".package(")
        ? "\"\(name)\"" : ".product(name: \"\(name)\", package: \"\(package.checkerIdentity)\")"
    }
    var steps: [String] = []
    if !package.names("RuleEngine") {
      steps.append(
        "in \(manifest), add to the dependencies of \(module): \(product("RuleEngine"))")
    }
    let target = lastPart(of: test)
    if isNewTarget || !package.names(target) {
      steps.append(
        "in \(manifest), add to the targets: .testTarget(name: \"\(target)\", "
          + "dependencies: [\"\(module)\", \(product("RuleTesting"))])")
    } else if !package.names("RuleTesting") {
      steps.append(
        "in \(manifest), add to the dependencies of \(target): \(product("RuleTesting"))")
    }
    return steps
  }

  // MARK: A package of its own

  private static func writePackage(
    _ rule: RuleTemplate, _ invocation: Invocation
  ) throws(CommandError) {
    let arguments = invocation.arguments
    for option in [sources, tests] where arguments.has(option) {
      throw CommandError("--\(option.name) does not go with --new-package; leave one of them out")
    }
    let folder = arguments.text(newPackage) ?? ""
    let entries = Platform.entries(of: folder)
    if folder.isEmpty || entries?.isEmpty == false || entries == nil && Platform.exists(folder) {
      throw CommandError(
        "--new-package needs a folder that is empty or not there yet, not \(folder.quoted)")
    }
    let dependency = try PackageDependency(
      path: arguments.text(checkerPath), url: arguments.text(checkerURL))
    let template = PackageTemplate(
      folder: lastPart(of: folder), rule: rule, checker: dependency)
    try write(template.files.map { ("\(folder)/\($0.path)", $0.text) }, invocation.streams)
    var steps: [String] = []
    if dependency.isPlaceholder {
      steps.append(
        "put the address of the checker's repository into \(SafeText.escape(folder))/Package.swift")
    }
    steps.append("run: cd \(SafeText.escape(folder)) && swift test")
    steps.append("run: swift run \(template.program) explain \(rule.name)")
    say(steps, invocation.streams)
  }

  private static func write(
    _ files: [(path: String, text: String)], _ streams: CommandStreams
  ) throws(CommandError) {
    for file in files where Platform.exists(file.path) {
      throw CommandError("\(file.path.quoted) exists already; take another name or move it away")
    }
    for (path, text) in files {
      let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      do {
        try Platform.createDirectories(folder)
      } catch {
        throw CommandError("cannot make the folder \(folder.quoted): \(error.words)")
      }
      let file = try OutputFile(path)
      try file.write(Array(text.utf8))
      try file.commit()
      streams.output.line("wrote \(SafeText.escape(path))")
    }
  }

  private static func say(_ steps: [String], _ streams: CommandStreams) {
    streams.output.line("\nnext:")
    for (number, step) in steps.enumerated() { streams.output.line("  \(number + 1). \(step)") }
  }
}
