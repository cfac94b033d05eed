import CheckerReports
import Foundation
import RuleEngine
import Rules
import Testing

@testable import CheckerCommand

@Suite("The configuration") struct ConfigurationTests {
  private static func read(_ text: String) -> Result<Configuration, JSONNode.Problem> {
    var configuration = Configuration()
    do {
      try configuration.read(
        Array(text.utf8), path: "../ddi-checker.json", ruleIDs: Catalog.all.map(\.id),
        families: Catalog.all.families.map(\.name))
      return .success(configuration)
    } catch {
      return .failure(error)
    }
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      ("[]", "1:1 the configuration must be an object {…}, not an array"),
      ("{\"readng\":\"sdv\"}", "1:2 unknown key \"readng\"; did you mean reading?"),
      (
        "{\"zzzzzzz\":1}",
        "1:2 unknown key \"zzzzzzz\"; there are $schema, reading, rules, failOn, sourceRoot, "
          + "docsUrl, baseline, limits, suppressions"
      ),
      ("{\n \"reading\": 7}", "2:13 \"reading\" is one of tracked, sdv, not 7"),
      (
        "{\"failOn\":\"erorr\"}",
        "1:11 \"failOn\" is one of error, warning, never, not \"erorr\"; did you mean error?"
      ),
      ("{\"sourceRoot\":\" \"}", "1:15 \"sourceRoot\" must not be empty"),
      ("{\"baseline\":null}", "1:13 \"baseline\" must be a string, not null"),
      (
        "{\"rules\":{\"RemoveLok\":\"off\"}}",
        "1:11 unknown rule \"RemoveLok\"; did you mean RemoveLock?"
      ),
      (
        "{\"rules\":{\"RemoveLock\":\"fatal\"}}",
        "1:24 \"RemoveLock\" is one of off, on, error, warning, not \"fatal\""
      ),
      (
        "{\"limits\":{\"maxFinding\":5}}",
        "1:12 unknown limit \"maxFinding\"; did you mean maxFindings?"
      ),
      (
        "{\"limits\":{\"maxThreads\":0}}",
        "1:25 \"maxThreads\" must be a whole number from 1 to 2147483647, not 0"
      ),
      ("{\"suppressions\":{}}", "1:17 \"suppressions\" must be an array […], not an object"),
      (
        "{\"suppressions\":[\n {\"rule\":\"RemoveLock\"}]}",
        "2:2 a suppression needs a \"reason\": say why the finding may stay"
      ),
      (
        "{\"suppressions\":[{\"rule\":\"RemoveLock\",\"reason\":\"  \"}]}",
        "1:48 \"reason\" must not be empty"
      ),
      (
        "{\"suppressions\":[{\"reason\":\"x\"}]}",
        "1:18 a suppression names a rule, fingerprint, driver, source or function, or several"
      ),
      (
        "{\"suppressions\":[{\"rule\":\"RemoveLocks\",\"reason\":\"x\"}]}",
        "1:26 unknown rule \"RemoveLocks\"; did you mean RemoveLock?"
      ),
      (
        "{\"suppressions\":[{\"driver\":\"d\",\"reason\":\"x\",\"expires\":\"2026-02-30\"}]}",
        "1:55 \"expires\" is a day such as 2026-01-31, not \"2026-02-30\""
      ),
      (
        "{\"suppressions\":[{\"source\":\"a.c:x\",\"reason\":\"x\"}]}",
        "1:28 \"source\" is file.c or file.c:123, not \"a.c:x\""
      ),
      (
        "{\"suppressions\":[{\"drivr\":\"d\",\"reason\":\"x\"}]}",
        "1:19 unknown key \"drivr\"; did you mean driver?"
      ),
      ("{\"reading\":\"sdv\",\"reading\":\"sdv\"}", "1:18 the key \"reading\" occurs twice"),
    ])
  func problems(_ text: String, _ expected: String) {
    switch Self.read(text) {
    case .success: Issue.record("\(text) was read")
    case .failure(let problem):
      #expect(
        "\(problem.position.line):\(problem.position.column) \(problem.message)" == expected)
    }
  }

  @Test("every value is taken, with its place") func values() throws {
    let configuration = try Self.read(
      """
      {
        "$schema": "https://example.org/ddi-checker.schema.json",
        "reading": "sdv",
        "failOn": "never",
        "sourceRoot": "drivers/src",
        "baseline": "/ci/base.json",
        "rules": {"*": "off", "RemoveLock": "warning", "MarkPower": "on"},
        "limits": {"maxFindings": 0, "maxLineBytes": 99},
        "suppressions": [
          {"rule": "RemoveLock", "driver": "d", "source": "C:\\\\x\\\\a.c:12", "function": "F",
           "reason": "r", "expires": "2030-12-31"},
          {"source": "C:\\\\x\\\\b.c", "reason": "s"}
        ]
      }
      """
    ).get()
    #expect(configuration.reading.value == .sdv)
    #expect(configuration.reading.origin.words == "../ddi-checker.json:3:14")
    #expect(configuration.failOn.value == .never)
    #expect(configuration.sourceRoot.value == "../drivers/src")
    #expect(configuration.baseline.value == "/ci/base.json")
    #expect(configuration.limit(CheckOptions.maxFindings) == 0)
    #expect(configuration.limit(CheckOptions.maxLineBytes) == 99)
    #expect(configuration.engineLimits == Limits())
    let rules = configuration.select(Catalog.all)
    #expect(rules.map(\.id) == ["RemoveLock", "MarkPower"])
    #expect(rules.map(\.severity) == [.warning, .error])
    let first = configuration.suppressions[0]
    #expect(first.file == "C:\\x\\a.c" && first.line == 12 && first.function == "F")
    #expect(first.expires == CalendarDate("2030-12-31") && first.origin.line == 10)
    #expect(configuration.suppressions[1].file == "C:\\x\\b.c")
  }

  @Test("patterns and families choose rules, the closest word decides") func ruleChoices() throws {
    let configuration = try Self.read(
      """
      {"rules": {"*": "off", "family:release": "warning", "RemoveLockRelease*": "error",
                 "RemoveLockReleaseRead": "off"}}
      """
    ).get()
    let rules = configuration.select(Catalog.all)
    #expect(rules.first { $0.id == "RemoveLock" }?.severity == .warning)
    #expect(rules.first { $0.id == "RemoveLockReleaseWrite" }?.severity == .error)
    #expect(!rules.contains { $0.id == "RemoveLockReleaseRead" || $0.id == "WmiForward" })
    #expect(throws: JSONNode.Problem.self) {
      try Self.read("{\"rules\": {\"family:x\": \"off\"}}").get()
    }
  }

  @Test("the file is searched upward") func candidates() {
    #expect(
      Configuration.candidates(inDirectory: "/w/sub") == [
        "/w/sub/ddi-checker.json", "/w/sub/../ddi-checker.json", "/w/sub/../../ddi-checker.json",
      ])
    #expect(Configuration.candidates(inDirectory: ".").prefix(2).last == "../ddi-checker.json")
  }

  @Test(
    "paths in it are relative to it",
    arguments: [
      ("src", "../ddi-checker.json", "../src"), ("src", "ddi-checker.json", "src"),
      ("/a", "x/c.json", "/a"), ("C:\\a", "x/c.json", "C:\\a"), ("b", "x\\c.json", "x\\b"),
    ])
  func paths(_ path: String, _ file: String, _ expected: String) {
    #expect(Configuration.resolve(path, besides: file) == expected)
  }

  // MARK: The command line

  private static let file = """
    {"failOn": "warning", "sourceRoot": ".", "rules": {"RemoveLockForwardRead": "warning"},
     "limits": {"maxFindings": 7}}
    """

  @Test(
    "the command line wins, and config says who set what",
    arguments: [
      ([], ["failOn", "warning", "@ddi-checker.json:1:12"]),
      (["--fail-on", "never"], ["failOn", "never", "--fail-on"]),
      ([], ["reading", "tracked", "default"]),
      (["--reading", "sdv"], ["reading", "sdv", "--reading"]),
      ([], ["limits.maxFindings", "7", "@ddi-checker.json:2:28"]),
      (["--max-findings", "3"], ["limits.maxFindings", "3", "--max-findings"]),
      ([], ["rules.RemoveLockForwardRead", "warning", "@ddi-checker.json:1:77"]),
      (["--skip", "RemoveLockForwardRead"], ["rules.RemoveLockForwardRead", "off", "--skip"]),
      (["--rule", "MarkPower"], ["rules.RemoveLockForwardRead", "off", "--rule"]),
      (["--rule", "MarkPower"], ["rules.MarkPower", "error", "--rule"]),
      (["--no-config"], ["failOn", "error", "default"]),
      (["--config", "@other.json"], ["failOn", "never", "@other.json:1:12"]),
    ] as [([String], [String])])
  func origins(_ options: [String], _ expected: [String]) throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.file, to: "ddi-checker.json")
    try directory.write("{\"failOn\": \"never\"}", to: "other.json")
    let run = CommandRun(["config"] + options, in: directory, isSearched: true)
    #expect(run.status == 0, "\(run.errors)")
    let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(expected), "\(run.output)")
  }

  @Test("check takes it, and tells what is wrong with it before it reads") func check() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Self.file, to: "ddi-checker.json")
    try directory.write(Traces.faulty, to: "t.log")
    let run = CommandRun(["check", "--format", "msvc", "@t.log"], in: directory, isSearched: true)
    // A warning now, and warnings fail.
    #expect(run.status == 1 && run.output.contains("warning RemoveLockForwardRead:"))
    try directory.write("{\"failOn\": \"always\"}", to: "ddi-checker.json")
    let wrong = CommandRun(["check", "@t.log"], in: directory, isSearched: true)
    #expect(wrong.status == 2 && wrong.output.isEmpty)
    #expect(wrong.errors.contains("@ddi-checker.json:1:12: \"failOn\" is one of"))
    let both = CommandRun(["check", "--config", "x", "--no-config", "@t.log"], in: directory)
    #expect(both.status == 2 && both.errors.contains("exclude each other"))
  }
}
