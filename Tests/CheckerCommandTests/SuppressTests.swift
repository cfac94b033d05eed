import CheckerReports
import Foundation
import RuleEngine
import Rules
import Testing

@testable import CheckerCommand

@Suite("Suppressing one finding") struct SuppressTests {
  private static func directory(_ configuration: String? = nil) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.write(Traces.held, to: "held.log")
    if let configuration { try directory.write(configuration, to: "ddi-checker.json") }
    return directory
  }

  private static func check(_ options: [String], in directory: TemporaryDirectory) -> CommandRun {
    CommandRun(["check", "@held.log"] + options, in: directory, isSearched: true)
  }

  static let configurations: [String?] = [
    nil, "{}", "{\n  \"failOn\": \"warning\"\n}\n", "{\"suppressions\":[]}",
    "\u{FEFF}{ \"$schema\": \"é[{\", \"suppressions\" : [\n    {\"rule\":\"RemoveLock\",\"reason\":\"r\"}\n]}",
  ]

  @Test("the entry is added, and what was there stays", arguments: configurations.indices)
  func added(_ index: Int) throws {
    let directory = try Self.directory(Self.configurations[index])
    let before = try Self.check(["--format", "json"], in: directory).report()
    let fault = try #require(before.findings.first?.fault)
    let run = Self.check(["--suppress", fault, "--reason", "a \"test\""], in: directory)
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    #expect(run.errors.contains("wrote the suppression of "))
    #expect(run.errors.contains("findings to \"@ddi-checker.json\""))
    #expect(run.output.contains("suppressed: a \"test\""))
    // The run after it finds it in the file.
    let after = Self.check([], in: directory)
    #expect(after.status == 0 && after.output.contains("suppressed: a \"test\""))
    let text = try directory.read("ddi-checker.json")
    for part in ["\"failOn\": \"warning\"", "\"rule\":\"RemoveLock\",\"reason\":\"r\"", "é[{"]
    where Self.configurations[index]?.contains(part) == true {
      #expect(text.contains(part))
    }
  }

  @Test("of a finding names its rule, and suppresses nothing else") func finding() throws {
    let directory = try Self.directory()
    let report = try Self.check(["--format", "json"], in: directory).report()
    let finding = try #require(report.findings.first { $0.rule == "RemoveLockForwardRead" })
    _ = Self.check(["--suppress", finding.fingerprint, "--reason", "why"], in: directory)
    let text = try directory.read("ddi-checker.json")
    #expect(text.contains("\"rule\":\"RemoveLockForwardRead\""))
    #expect(text.contains("\"driver\":\"demo\""))
    let after = try Self.check(["--format", "json"], in: directory).report()
    let accepted = after.findings.filter { $0.accepted != nil }.map(\.rule)
    #expect(accepted == ["RemoveLockForwardRead"])
  }

  @Test(
    "what is wrong is told, and nothing is written",
    arguments: [
      (["--suppress", "12"], "a fingerprint of 16 hex digits"),
      (["--suppress", "0123456789abcdef"], "--suppress needs --reason TEXT"),
      (["--suppress", "0123456789abcdef", "--reason", " "], "--suppress needs --reason TEXT"),
      (["--reason", "x"], "--reason belongs to --suppress"),
      (["--suppress", "0123456789abcdef", "--reason", "x"], "no finding has the fingerprint"),
      (
        ["--suppress", "0123456789abcdef", "--reason", "x", "--no-config"],
        "leave --no-config out"
      ),
      (["--suppress", "0123456789abcdef", "--reason", "x", "--each", "@e"], "--each"),
    ] as [([String], String)])
  func wrong(_ options: [String], _ words: String) throws {
    let directory = try Self.directory()
    let run = Self.check(options, in: directory)
    #expect(run.status == 2 && run.errors.contains(words), "\(run.errors)")
    #expect(try directory.names == ["held.log"])
  }
}

@Suite("Comments in the source") struct SourceCommentTests {
  /// A source file as the traces of ``Traces`` name it: the routine begins in line 6, its forward is in 11.
  private static func source(
    head: String = "", above: String = "", at: String = "", else other: String = ""
  ) -> String {
    """
    #include <ntddk.h>
    static void Other(int a) { \(other)
    }
    \(head)
    static NTSTATUS
    Read(PDEVICE_OBJECT Device,
         PIRP Irp)
    {
      if (Device) { call(Irp); }
      \(above)
      return IoCallDriver(Lower, Irp); \(at)
    }
    """
  }

  private static let allow = "ddi-checker: allow RemoveLockForwardRead a reason"

  private static func run(_ source: String) throws -> CommandRun {
    let directory = try TemporaryDirectory()
    try directory.write(Traces.faulty, to: "bad.log")
    try FileManager.default.createDirectory(
      atPath: directory.path + "/src", withIntermediateDirectories: true)
    try directory.write(source, to: "src/demo.c")
    return CommandRun(
      ["check", "--no-config", "--source-root", "@src", "@bad.log"], in: directory)
  }

  static let places = [
    source(head: "// \(allow)"), source(head: "/* \(allow) */"), source(above: "// \(allow)"),
    source(at: "// \(allow)"), source(at: "/* \(allow)*/"),
  ]

  @Test("allow a rule at the line of the event, above it, and at the routine", arguments: places)
  func allows(_ source: String) throws {
    let run = try Self.run(source)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("suppressed: a reason\n"), "\(run.output)")
  }

  static let wrong: [(source: String, words: String)] = [
    (
      source(else: "// \(allow)"),
      "demo.c:2:31: the suppression of RemoveLockForwardRead, at demo.c, in Other fits no finding"
    ),
    (
      source(at: "// ddi-checker: allow RemoveLockForwardRead"),
      "demo.c:11:39: a comment that allows RemoveLockForwardRead needs a reason"
    ),
    (
      source(at: "// ddi-checker: allow RemoveLock* all"),
      "demo.c:11:39: there is no rule \"RemoveLock*\" to allow"
    ),
    (
      source(at: "// ddi-checker: ignore"),
      "demo.c:11:39: a comment for the checker is \"ddi-checker: allow RULE reason\""
    ),
    (source(at: "// ddi-checker: allow RemoveLockForwardWrite other rule"), "error["),
  ]

  @Test("that are unused or wrong are named", arguments: wrong)
  func names(_ test: (source: String, words: String)) throws {
    let run = try Self.run(test.source)
    #expect(run.status == 1)
    #expect(run.output.contains(test.words), "\(run.output)")
  }
}
