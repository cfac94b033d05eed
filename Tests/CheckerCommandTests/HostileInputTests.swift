import Foundation
import RuleEngine
import Rules
import Testing

/// What a hostile trace cannot do to who reads the report, a person or a build system.
@Suite("hostile input") struct HostileInputTests {
  private static let hostile =
    "##vso[task.prependpath]/tmp/evil ##[add-mask]x ::error::pwned \u{202E}gnp.exe \u{9B}31m\u{2066}"

  /// A fault of which every name is hostile, in both spellings.
  private static let trace: String = {
    func json(_ text: String) -> String {
      (try? JSONEncoder().encode([text])).map {
        String(decoding: $0.dropFirst().dropLast(), as: UTF8.self)
      } ?? ""
    }
    let name = json(hostile)
    return """
      {"ev":"AddDevice","dev":"0x1000","role":"FDO","drv":\(name)}
      {"ev":"IoInitializeRemoveLock","lock":"0x1100","dev":"0x1000","drv":\(name)}
      {"ev":"CallbackEnter","kind":\(name),"fn":\(name)}
      {"ev":"DispatchEnter","dev":"0x1000","irp":"0x20","mj":"IRP_MJ_READ","fn":\(json("::" + hostile)),"drv":\(name)}
      {"ev":"IoCallDriver","irp":"0x20","src":\(json("::error file=x::y.c:3")),"fn":\(name),"drv":\(name)}
      {"ev":"IoReleaseRemoveLock","lock":"0x1100","tag":"0x77","dev":"0x1000","drv":\(name),"fn":\(name),"src":\(name)}
      {"ev":"IoFreeIrp","irp":\(name)}
      {"ev":\(name),"irp":1}
      """
  }()

  @Test(arguments: [
    "check @t", "check --format json @t", "check --format sarif @t", "check --format markdown @t",
    "check --format junit @t", "check --format html @t", "check --format msvc @t",
    "check --format github @t", "check --format azure @t", "check --quiet @t", "doctor @t",
    "doctor --format json @t", "state @t", "check --driver ##vso[x]y @t", "check ::add-path::x",
    "check --rule ##[command]x @t", "merge @t", "minimize --rule RemoveLockForwardRead @t -o @x",
  ])
  func commandsOfBuildSystems(line: String) throws {
    let run = try CommandRun(
      line.split(separator: " ").map(String.init), files: ["t": Self.trace])
    let isAzure = line.contains("azure")
    for written in (run.output + "\n" + run.errors).split(separator: "\n") {
      // What stands behind the beginning of a command is its data.
      if isAzure, written.hasPrefix("##vso[task.") { continue }
      let text = written
      #expect(!text.contains("##vso[") && !text.contains("##["), "\(written)")
      // `::: file` is where a fault is told in the trace; no command begins so.
      if !line.contains("github"), !text.drop(while: { $0 == " " }).hasPrefix("::: @t:") {
        #expect(!text.drop { $0 == " " }.hasPrefix("::"), "\(written)")
      }
    }
    let raw =
      line.contains("html") || line.contains("junit") || line.contains("github")
      || line.contains("azure")
    if !raw {
      for scalar in (run.output + run.errors).unicodeScalars where scalar != "\n" {
        let isHarmless = ![.control, .format].contains(scalar.properties.generalCategory)
        if !isHarmless { Issue.record("U+\(String(scalar.value, radix: 16)) in \(line)"); break }
      }
    }
  }

  /// A program that reads the report gets the names as they are.
  @Test func reportsKeepNames() throws {
    let run = try CommandRun(["check", "--format", "json", "@t"], files: ["t": Self.trace])
    let report = try run.report()
    #expect(report.findings.contains { $0.driver == Self.hostile })
    #expect(run.output.contains("\\u202e") && run.output.contains("\\u009b"))
  }

  /// Three drivers whose names come after the table of strings is full are three faults, each found by its
  /// name, and the report says that the table is full.
  @Test func fullTableOfStrings() throws {
    let filling = (0..<67_000).map {
      "@ddi ExFreePool ptr=1 pooltag=t\($0) drv=drv\($0) fn=fn\($0) src=s\($0).c\n"
    }.joined()
    let faults = (0..<3).map {
      "@ddi AddDevice dev=D\($0) role=FDO drv=driver\($0)\n"
        + "@ddi IoInitializeRemoveLock lock=\($0 + 16) dev=D\($0)\n"
        + "@ddi IoReleaseRemoveLock lock=\($0 + 16) tag=1 drv=driver\($0) fn=function\($0) src=f\($0).c:1\n"
    }.joined()
    let directory = try TemporaryDirectory()
    try directory.write(filling + faults, to: "t")
    for jobs in ["1", "3"] {
      let run = CommandRun(
        ["check", "--fail-on", "never", "--strict", "--format", "json", "--jobs", jobs, "@t"],
        in: directory)
      let report = try run.report()
      #expect(run.status == 3)
      #expect(Set(report.findings.map(\.fingerprint)).count == 3 && report.findings.count == 3)
      #expect(report.diagnostics.contains { $0.message == StringTable.fullMessage })
    }
    let one = CommandRun(["check", "--format", "json", "--driver", "driver1", "@t"], in: directory)
    #expect(try one.report().findings.count == 1)
    #expect(CommandRun(["convert", "@t", "@out"], in: directory).status == 0)
    let converted = try directory.read("out")
    #expect(converted.contains("\"drv\":\"driver2\"") && !converted.contains("(table of strings"))
  }

  /// New faults are told while a log is followed even when no more findings are kept.
  @Test func announcedFindings() throws {
    var options = Checker.Options()
    options.maxFindings = 2
    options.announcesFindings = true
    var checker = try Checker(rules: Catalog.all, options: options)
    var parser = TraceParser()
    var told: [String] = []
    for (lock, number) in [1, 1, 1, 2, 3, 3, 4].enumerated() {
      var batch = EventBatch()
      parser.parse(
        Array(
          "@ddi IoInitializeRemoveLock lock=\(lock)8\n@ddi IoReleaseRemoveLock lock=\(lock)8 tag=1 fn=f\(number)\n"
            .utf8),
        into: &batch)
      checker.consume(batch.events, strings: parser.strings)
      told += checker.takeAnnouncedFindings().map(\.function)
    }
    #expect(told == ["f1", "f1", "f2", "f3", "f4"])
    #expect(checker.findings.count == 2)
  }

  /// Each limit has an option, which the report names where it is reached.
  @Test(arguments: [
    ("max-contexts", "DispatchEnter dev=F0 irp=#0 mj=IRP_MJ_READ tid=#"),
    ("max-contexts-per-irp", "DispatchEnter dev=#0 irp=A0 mj=IRP_MJ_READ tid=#"),
    ("max-acquisitions", "IoAcquireRemoveLock lock=F8 tag=# status=0"),
    ("max-locks", "IoInitializeRemoveLock lock=#8 dev=#0"),
    ("max-threads", "CallbackEnter kind=Dpc tid=#"),
    ("max-frames", "CallbackEnter kind=Dpc irp=#0 tid=1"),
    ("max-allocations", "ExAllocatePool2 ptr=#0 size=16 tid=1"),
    ("max-key-handles", "ZwOpenKey handle=#0 status=0 tid=1"),
    ("max-holds", "KeAcquireSpinLock lock=#0 oldirql=2 tid=#"),
  ])
  func limitsNameTheirOptions(option: String, line: String) throws {
    let trace = (1...40).map {
      "@ddi \(line.replacing("#", with: String($0, radix: 16)))\n"
    }.joined()
    let check = ["check", "--no-config", "--fail-on", "never", "--format", "json", "@t"]
    for (limit, isReached) in [("8", true), ("100", false)] {
      let report = try CommandRun(check + ["--\(option)", limit], files: ["t": trace]).report()
      let names = report.diagnostics.contains { $0.message.contains("raise --\(option)") }
      #expect(names == isReached, "\(report.diagnostics.map(\.message))")
    }
  }

  /// A budget that is used up is told, and what is left by then is printed.
  @Test func minimizeSaysItsBudget() throws {
    let trace =
      "@ddi AddDevice dev=1 role=FDO\n@ddi IoInitializeRemoveLock lock=2 dev=1 highwater=100\n"
      + (0..<130).map { "@ddi IoAcquireRemoveLock lock=2 tag=\($0 + 16) status=0\n" }.joined()
    let line = ["minimize", "--rule", "RemoveLockStateHighWatermark", "@t"]
    let whole = try CommandRun(line, files: ["t": trace])
    #expect(whole.status == 0 && !whole.errors.contains("budget"), "\(whole.errors)")
    let small = try CommandRun(line + ["--budget", "500"], files: ["t": trace])
    #expect(small.status == 0 && small.errors.contains("the budget is used up"), "\(small.errors)")
    #expect(small.output.split(separator: "\n").count >= whole.output.split(separator: "\n").count)
  }

  /// Values that a spreadsheet would run have an apostrophe before them, and are read back as they are.
  @Test(arguments: [
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "'=x", "''-x", "'plain", "-12", "\t=1",
  ])
  func cellsOfSpreadsheets(value: String) throws {
    let directory = try TemporaryDirectory()
    let json = String(
      decoding: try JSONEncoder().encode(["ev": "KeSetEvent", "drv": value]), as: UTF8.self)
    try directory.write(json + "\n", to: "t")
    #expect(CommandRun(["convert", "--to", "csv", "@t", "@csv"], in: directory).status == 0)
    let cells = try directory.read("csv").split(separator: "\r\n")[1].split(
      separator: ",", omittingEmptySubsequences: false)
    for cell in cells where value != "-12" {
      let text = cell.drop { $0 == "\"" }
      #expect(!"=+-@\t".contains(text.first ?? "x"), "\(cell)")
    }
    #expect(CommandRun(["convert", "@csv", "@back"], in: directory).status == 0)
    let back = try JSONDecoder().decode(
      [String: String].self, from: Data(try directory.read("back").utf8))
    #expect(back["drv"] == value)
  }
}
