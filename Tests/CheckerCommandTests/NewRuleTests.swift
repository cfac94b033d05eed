import Foundation
import Testing

@Suite("New rules") struct NewRuleTests {
  /// A folder with files in folders.
  static func folder(_ files: [String: String]) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    for (name, text) in files {
      let path = URL(fileURLWithPath: directory.path + "/" + name)
      try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try directory.write(text, to: name)
    }
    return directory
  }

  static let manifest = """
    .package(url: "https://host/checker.git", from: "1.0.0"),
    .product(name: "RuleEngine", package: "checker")
    .testTarget(name: "TeamTests", dependencies: ["Team"])
    """
  static let rule = "import RuleEngine\n"
  static let team = [
    "Package.swift": manifest, "Sources/Team/A.swift": rule,
    "Sources/Team/All.swift": "import RuleEngine\npublic let all: [Rule] = [Rule(ARule())]\n",
    "Sources/team-checker/main.swift": "import RuleEngine\n",
    "Sources/Other/B.swift": "// import RuleEngine\n", "Tests/TeamTests/T.swift": "import Team\n",
  ]

  struct Case: Sendable {
    var files: [String: String] = team
    var arguments: [String] = []
    var wrote: [String] = []
    /// What is said: on standard output where files are written.
    var words: [String]
  }

  static let cases: [Case] = [
    Case(
      wrote: ["Sources/Team/NewOne.swift", "Tests/TeamTests/NewOneTests.swift"],
      words: [
        "1. add Rule(NewOneRule()) to the list in @Sources/Team/All.swift\n",
        "2. in @Package.swift, add to the dependencies of TeamTests: "
          + ".product(name: \"RuleTesting\", package: \"checker\")\n",
        "3. run: swift test --package-path @ --filter TeamTests\n",
      ]),
    Case(
      files: team.merging(["Sources/Rules/R.swift": rule]) { $1 },
      wrote: ["Sources/Rules/NewOne.swift", "Tests/RulesTests/NewOneTests.swift"],
      words: [
        "add Rule(NewOneRule()) to your list of rules",
        "add to the targets: .testTarget(name: \"RulesTests\", dependencies: [\"Rules\", ",
      ]),
    Case(
      files: team.merging(["Tests/TeamTests/T.swift": "", "Tests/Odd/T.swift": "import Team"]) {
        $1
      },
      wrote: ["Sources/Team/NewOne.swift", "Tests/TeamTests/NewOneTests.swift"], words: ["next:"]),
    Case(
      files: team.merging(["Sources/More/M.swift": rule]) { $1 },
      words: ["several targets have rules: @Sources/More, @Sources/Team; name one of them with --"]),
    Case(
      files: team.merging(["Sources/More/M.swift": rule]) { $1 },
      arguments: ["--sources", "@Sources/More"],
      wrote: ["Sources/More/NewOne.swift", "Tests/MoreTests/NewOneTests.swift"],
      words: ["testTarget(name: \"MoreTests\""]),
    Case(
      files: ["Package.swift": "", "Sources/App/main.swift": rule],
      words: ["no library target of \"@Package.swift\" imports RuleEngine", "--new-package FOLDER"]),
    Case(
      files: [:],
      words: [
        "no Package.swift here or above; make a package with \"checker-cli new-rule NewOne "
          + "--new-package FOLDER\""
      ]),
    Case(
      files: team.merging(["Sources/Team/NewOne.swift": ""]) { $1 },
      words: ["NewOne.swift\" exists already; take another name"]),
    Case(arguments: ["--tests", "@Tests/None"], words: ["there is no folder \"@Tests/None\""]),
    Case(arguments: ["--checker-path", "@"], words: ["--checker-path belongs to --new-package"]),
    Case(
      arguments: ["--new-package", "@Sources"],
      words: ["needs a folder that is empty or not there yet, not \"@Sources\""]),
    Case(
      arguments: ["--new-package", "@x", "--tests", "y"],
      words: ["--tests does not go with --new-package"]),
    Case(
      arguments: ["--new-package", "@x", "--checker-path", "@Sources"],
      words: ["there is no Package.swift in \"@Sources\""]),
    Case(
      arguments: ["--new-package", "@x", "--checker-path", "@", "--checker-url", "u"],
      words: ["exclude each other"]),
  ]

  @Test("go beside the others, or nowhere", arguments: cases.indices)
  func places(_ index: Int) throws {
    let test = Self.cases[index]
    let directory = try Self.folder(test.files)
    let before = try Self.paths(in: directory)
    let run = CommandRun(["new-rule", "NewOne"] + test.arguments, in: directory, isSearched: true)
    #expect(run.status == (test.wrote.isEmpty ? 2 : 0), "\(run.errors)")
    let said = test.wrote.isEmpty ? run.errors : run.output
    for words in test.words { #expect(said.contains(words), "\(said)") }
    #expect(try Self.paths(in: directory).subtracting(before) == Set(test.wrote))
    if let path = test.wrote.last {
      let module = path.split(separator: "/")[1].dropLast(5)
      #expect(try directory.read(path).contains("@testable import \(module)\n"))
    }
  }

  static let kinds: [(kind: String, conformance: String, trial: String)] = [
    ("request", "NewOneRule: ContextRule {", "complete PENDING        !"),
    ("lock", "NewOneRule: LockRule {", "release-wait            !"),
    ("device", "NewOneRule: DeviceRule {", "acquire lock=second     !"),
    ("own-irp", "NewOneRule: OwnIRPRule {", "free-irp irp=own        !"),
    ("allocation", "NewOneRule: AllocationRule {", "ExFreePool ptr=memory   !tracked"),
    ("handle", "NewOneRule: KeyHandleRule {", "ZwQueryKey handle=key   !tracked"),
    ("call", "NewOneRule: CallRule {", "Ddi name=TeamReadSettings irql=2     !"),
    ("events", "NewOneRule: EventRule {", "allocate dev=fdo        !"),
    ("monitor", "NewOneRule: MonitorRule {", "enter READ irp=c        !"),
  ]

  @Test("are of the kind that was asked for", arguments: kinds.indices)
  func kind(_ index: Int) throws {
    let (kind, conformance, trial) = Self.kinds[index]
    let directory = try Self.folder(Self.team)
    let run = CommandRun(
      ["new-rule", "NewOne", "--kind", kind], in: directory, isSearched: true)
    #expect(run.status == 0, "\(run.errors)")
    let rule = try directory.read("Sources/Team/NewOne.swift")
    #expect(rule.contains(conformance) && rule.contains("let id = \"NewOne\"\n"))
    let test = try directory.read("Tests/TeamTests/NewOneTests.swift")
    #expect(rule.contains(trial) && test.contains("\n        \(trial)\n"))
  }

  @Test("are of a kind that there is") func noKind() throws {
    let run = CommandRun(["new-rule", "X", "--kind", "irp"], in: try Self.folder(Self.team))
    #expect(run.status == 2)
    #expect(
      run.errors.contains(
        "--kind takes request, lock, device, own-irp, hold, allocation, handle, call, events, monitor, "
          + "not \"irp\""))
  }

  static func paths(in directory: TemporaryDirectory) throws -> Set<String> {
    Set(
      try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        .filter { $0.hasSuffix(".swift") })
  }

  static let names: [(folder: String, module: String, program: String)] = [
    ("team-rules", "TeamRules", "team-checker"), ("team", "TeamRules", "team-checker"),
    ("rules", "TeamRules", "team-checker"), ("Storage", "StorageRules", "storage-checker"),
    ("our_nvme", "OurNvmeRules", "our-nvme-checker"), ("7z", "Team7zRules", "team-7z-checker"),
  ]

  @Test("get a package of their own", arguments: names.indices) func package(_ index: Int) throws {
    let (folder, module, program) = Self.names[index]
    let directory = try Self.folder([:])
    let run = CommandRun(
      ["new-rule", "FlushRule", "--new-package", "@in/\(folder)"], in: directory)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.output.contains("1. put the address of the checker's repository into @in/\(folder)"))
    #expect(run.output.contains("swift run \(program) explain FlushRule"))
    let manifest = try directory.read("in/\(folder)/Package.swift")
    for words in [
      "name: \"\(folder)\"", "name: \"\(module)Tests\"", "name: \"\(program)\"",
      "url: \"https://example.com/ddi-rule-checker.git\", from:",
    ] { #expect(manifest.contains(words)) }
    let list = try directory.read("in/\(folder)/Sources/\(module)/\(module).swift")
    #expect(list.contains("    Rule(FlushRule())\n"))
    #expect(
      try directory.read("in/\(folder)/Sources/\(program)/main.swift").contains(
        "CheckerCommand.main(rules: Catalog.all + \(module).all)"))
  }

  @Test("depend on the checker by its address") func address() throws {
    let directory = try Self.folder([:])
    let run = CommandRun(
      ["new-rule", "X", "--new-package", "@p", "--checker-url", "ssh://host/team/checker.git"],
      in: directory)
    #expect(!run.output.contains("put the address"))
    let manifest = try directory.read("p/Package.swift")
    #expect(manifest.contains(".package(url: \"ssh://host/team/checker.git\", from: \"1.0.0\")"))
    #expect(manifest.contains(".product(name: \"RuleTesting\", package: \"checker\")"))
  }
}
