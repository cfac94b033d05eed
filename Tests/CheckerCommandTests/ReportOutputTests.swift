import CheckerCommand
import Foundation
import RuleEngine
import Testing

@Suite("Reports of a run") struct ReportOutputTests {
  private static func directory() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try directory.write(Traces.faulty, to: "bad.log")
    try directory.write(Traces.clean, to: "good.log")
    try directory.write(Traces.warning, to: "warn.log")
    return directory
  }

  @Test("several in one run") func several() throws {
    let directory = try Self.directory()
    let run = CommandRun(
      [
        "check", "--format", "json", "--report", "sarif=@o.sarif", "--report", "junit=@o.xml",
        "--report=markdown=@o.md", "@bad.log",
      ], in: directory)
    #expect(run.status == 1)
    #expect(try run.report().findings.count == 1)
    #expect(try directory.read("o.sarif").contains("\"version\":\"2.1.0\""))
    #expect(try directory.read("o.xml").contains("<failure type=\"error RemoveLockForwardRead\""))
    #expect(try directory.read("o.md").contains("### ❌ `RemoveLockForwardRead`"))
    #expect(try directory.names == ["bad.log", "good.log", "o.md", "o.sarif", "o.xml", "warn.log"])
  }

  @Test(
    "what cannot be is said",
    arguments: [
      (["--report", "sarif=-"], "two reports go to standard output"),
      (["--report", "sarif=@a", "--report", "junit=@a"], "two reports go to \"@a\""),
      (["--report", "sarf=@a"], "did you mean sarif?"),
      (["--report", "sarif"], "a format and a file"),
      (["--source-root", "@none"], "cannot read the source root \"@none\""),
      (["--baseline", "@none.json"], "there is no such file"),
      (["--baseline", "@bad.log"], "@bad.log:1:1: expected a value, found \"@\""),
    ] as [([String], String)])
  func problems(_ options: [String], _ words: String) throws {
    let directory = try Self.directory()
    let run = CommandRun(["check"] + options + ["@bad.log"], in: directory)
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  @Test("a report that cannot be written keeps no other back") func unwritable() throws {
    let directory = try Self.directory()
    let run = CommandRun(
      ["check", "--report", "sarif=@no/o.sarif", "--report", "junit=@o.xml", "@bad.log"],
      in: directory)
    #expect(run.status == 2 && run.errors.contains("cannot write \"@no/o.sarif\""))
    #expect(try directory.names.contains("o.xml"))
  }

  @Test("places are relative to the working directory or the root") func sourceRoot() throws {
    let directory = try Self.directory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/src/deep/.git", withIntermediateDirectories: true)
    try directory.write("", to: "src/deep/demo.c")
    try directory.write("", to: "src/deep/.git/demo.c")
    let run = CommandRun(
      ["check", "--format", "msvc", "--source-root", "@src", "@bad.log"], in: directory)
    #expect(run.output.hasPrefix("deep/demo.c(11): error RemoveLockForwardRead: "), "\(run.output)")
    let sarif = CommandRun(
      ["check", "--format", "sarif", "--source-root", "@src", "@bad.log"], in: directory)
    #expect(sarif.output.contains("\"uri\":\"file://@src/\""))
  }

  @Test("the page shows the source, and what is known as such") func page() throws {
    let directory = try Self.directory()
    let lines = (1...30).map { "line \($0) <b>;\r\n" }.joined()
    try directory.write(lines, to: "demo.c")
    let options = ["check", "--format", "html", "--source-root", "@", "--baseline", "@b.json"]
    _ = CommandRun(["check", "--write-baseline", "@b.json", "@bad.log"], in: directory)
    let run = CommandRun(options + ["@bad.log"], in: directory)
    #expect(run.output.contains("line 11 &lt;b&gt;;"))
    #expect(run.output.contains("<span class=\"sev known\">known</span>"))
    #expect(run.output.contains("<h1 class=\"good\">no new violation found</h1>"))
    #expect(run.output.contains("<li><b>1</b> known</li>"))
    let all = CommandRun(["check", "--format", "html", "@bad.log"], in: directory)
    #expect(!all.output.contains("known</") && !all.output.contains("<figure class=\"source\">"))
  }

  @Test("the summary of a GitHub step") func stepSummary() throws {
    let directory = try Self.directory()
    let summary = directory.path + "/summary.md"
    try directory.write("before\n", to: "summary.md")
    for format in ["github", "text"] {
      _ = CommandRun(
        ["check", "--format", format, "@bad.log"], in: directory,
        variables: ["GITHUB_STEP_SUMMARY": summary])
    }
    let text = try directory.read("summary.md")
    #expect(text.hasPrefix("before\n## Driver rules: 1 fault (1 error) in 1 trace\n"))
    #expect(text.ranges(of: "## Driver rules").count == 1)
  }

  // MARK: Baseline

  @Test("known findings do not fail the run; gone ones are named; new ones fail") func baseline()
    throws
  {
    let directory = try Self.directory()
    let write = CommandRun(["check", "--write-baseline", "@b.json", "@bad.log"], in: directory)
    #expect(write.status == 1 && write.errors.contains("wrote 1 known finding to \"@b.json\""))
    let known = CommandRun(["check", "--baseline", "@b.json", "@bad.log"], in: directory)
    #expect(known.status == 0)
    #expect(known.output.hasPrefix("known: RemoveLockForwardRead: "), "\(known.output)")
    #expect(known.output.hasSuffix("no new violation found; 1 known fault\n"))
    let gone = CommandRun(["check", "--baseline", "@b.json", "@good.log"], in: directory)
    #expect(gone.status == 0 && gone.output.contains("note: @b.json: a known finding is gone"))
    // The other function is another fault.
    let other = Traces.prologue + Traces.unlockedRead(function: "Other", line: 300)
    try directory.write(Traces.faulty + other.dropFirst(Traces.prologue.count), to: "more.log")
    let new = CommandRun(["check", "--baseline", "@b.json", "@more.log"], in: directory)
    #expect(new.status == 1)
    #expect(new.output.contains("found 1 fault: 1 error; 1 finding of 1 rule; 1 known fault"))
    // Written again, the entry that is gone goes.
    _ = CommandRun(
      ["check", "--baseline", "@b.json", "--write-baseline", "@b.json", "@good.log"], in: directory)
    #expect(try directory.read("b.json").contains("fingerprint") == false)
  }

  @Test("the baseline survives new lines, addresses and other findings' lines") func moved() throws
  {
    let directory = try Self.directory()
    _ = CommandRun(["check", "--write-baseline", "@b.json", "@bad.log"], in: directory)
    let later =
      Traces.prologue + Traces.cleanRead(irp: "C0") + Traces.unlockedRead(irp: "B0", line: 77)
    try directory.write("a line of some other log\n" + later, to: "later.log")
    let run = CommandRun(["check", "--baseline", "@b.json", "@later.log"], in: directory)
    #expect(run.status == 0, "\(run.output)")
  }

  @Test(
    "suppressions hold until their day",
    arguments: [("1775000000", 0), ("1900000000", 1)] as [(String, Int32)])
  func suppression(_ now: String, _ status: Int32) throws {
    let directory = try Self.directory()
    try directory.write(
      """
      {"suppressions": [{"rule": "RemoveLockForwardRead", "function": "Read",
        "reason": "the reader is going away", "expires": "2026-12-31"}]}
      """, to: "ddi-checker.json")
    let run = CommandRun(
      ["check", "@bad.log"], in: directory, variables: ["SOURCE_DATE_EPOCH": now], isSearched: true)
    #expect(run.status == status)
    #expect(run.output.contains("suppressed: the reader is going away") == (status == 0))
    #expect(
      run.output.contains("warning: @ddi-checker.json:1:19: the suppression of")
        == (status == 1), "\(run.output)")
  }

  // MARK: Merge

  @Test("merge adds runs up, in any order") func merge() throws {
    let directory = try Self.directory()
    for name in ["bad", "good", "warn"] {
      _ = CommandRun(
        ["check", "--format", "json", "--output", "@\(name).json", "@\(name).log"], in: directory)
    }
    let orders = [["bad", "good", "warn"], ["warn", "bad", "good"], ["good", "warn", "bad"]]
    let runs = orders.map { order in
      CommandRun(["merge", "--format", "json"] + order.map { "@\($0).json" }, in: directory)
    }
    #expect(runs.map(\.status) == [1, 1, 1])
    #expect(runs[0].output == runs[1].output && runs[1].output == runs[2].output)
    let merged = try runs[0].report()
    #expect(merged.traces.count == 3 && merged.summary.errors == 1 && merged.summary.warnings == 1)
    try directory.write(runs[0].output, to: "two.json")
    let again = CommandRun(["merge", "@two.json"], in: directory)
    #expect(again.output.contains("checked 3 traces"))
    let only = CommandRun(["merge", "--fail-on", "warning", "@warn.json"], in: directory)
    #expect(only.status == 1)
    #expect(CommandRun(["merge", "@warn.json"], in: directory).status == 0)
  }

  @Test(
    "merge says what it cannot add",
    arguments: [
      (["@bad.log"], "@bad.log:1:1: this is a trace; make a report of it with"),
      (["@a.json", "@a.json"], "given twice"), (["@none.json"], "there is no such file"),
      (["@a.json", "@sdv.json"], "only reports of one reading add up"),
    ] as [([String], String)])
  func mergeProblems(_ paths: [String], _ words: String) throws {
    let directory = try Self.directory()
    _ = CommandRun(
      ["check", "--format", "json", "--output", "@a.json", "@good.log"], in: directory)
    _ = CommandRun(
      ["check", "--reading", "sdv", "--format", "json", "--output", "@sdv.json", "@good.log"],
      in: directory)
    let run = CommandRun(["merge"] + paths, in: directory)
    #expect(run.status == 2 && run.errors.contains(words), "\(run.errors)")
  }

  @Test("each trace has a report of its own, and their sum is that of all") func each() throws {
    let directory = try Self.directory()
    try directory.write("nothing\n", to: "none.log")
    let traces = ["@warn.log", "@none.log", "@bad.log", "@good.log"]
    let options = ["--format", "json", "--each", "@each.jsonl"]
    let whole = CommandRun(["check"] + options + traces, in: directory)
    #expect(whole.status == 2)
    // What is wrong is told once.
    #expect(whole.errors.ranges(of: "no event recognised").count == 1)
    #expect(try directory.read("each.jsonl").split(separator: "\n").count == 4)
    let merged = CommandRun(["merge", "--format", "json", "@each.jsonl"], in: directory)
    #expect(merged.output == whole.output && merged.status == 2)
    let mixed = CommandRun(["check", "--format", "json"] + traces.reversed(), in: directory)
    #expect(mixed.output == whole.output)
    let lines = CommandRun(
      ["check", "--each", "-", "--output", "@o.txt", "@bad.log"], in: directory)
    #expect(lines.status == 1 && lines.output.split(separator: "\n").count == 1)
    let both = CommandRun(["check", "--each", "-", "@bad.log"], in: directory)
    #expect(both.status == 2 && both.errors.contains("go to standard output"))
    let same = CommandRun(["check", "--each", "@o", "-o", "@o", "@bad.log"], in: directory)
    #expect(same.status == 2 && same.errors.contains("@o"))
  }

  @Test("reports of each trace are not marked, their sum is") func eachIsUnmarked() throws {
    let directory = try Self.directory()
    _ = CommandRun(["check", "--write-baseline", "@b.json", "@bad.log"], in: directory)
    let known = ["--baseline", "@b.json"]
    let run = CommandRun(["check", "--each", "@e.jsonl"] + known + ["@bad.log"], in: directory)
    let line = try directory.read("e.jsonl")
    #expect(run.status == 1 && !line.contains("accepted"))
    let merged = CommandRun(["merge", "--format", "json"] + known + ["@e.jsonl"], in: directory)
    let whole = CommandRun(["check", "--format", "json"] + known + ["@bad.log"], in: directory)
    #expect(merged.status == 0 && merged.output == whole.output)
  }
}
