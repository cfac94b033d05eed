import CheckerCommand
import RuleEngine
import Rules
import Testing

@Suite("check") struct CheckTests {
  /// A command line with what it must come to.
  struct Case: Sendable, CustomTestStringConvertible {
    var line: String
    var status: Int32
    var output: [String] = []
    var errors: [String] = []
    var absent: [String] = []
    var input = ""
    var testDescription: String { line }
  }

  static let files: [String: String] = [
    "clean": Traces.clean, "faulty": Traces.faulty, "held": Traces.held,
    "warning": Traces.warning, "malformed": Traces.malformed, "empty": "",
    "noise": "one\ntwo\n", "first": Traces.prologue, "second": Traces.unlockedRead(),
    "unknown": "@ddi NewEvent a=1\n",
    "slip": Traces.held.replacing(
      "@ddi IoCompleteRequest",
      with: "@ddi IoReleaseRemovLock lock=F8 tag=A0\n@ddi IoCompleteRequest"),
    "own": Traces.clean + "@ddi TeamThing x=1\n",
    "unnamed": Traces.clean.replacing("drv=demo ", with: "").replacing(" drv=demo", with: ""),
    "debugview": "00000001\t0.00000000\tusbhub: hello\n00000002\t0.10000000\tusbhub: bye\n",
    "remlock": "kd> !remlock ffffe0012791c1d8\n",
    "wpp": "[2]0004.00F4::11/18/2025-14:06:42.912 [audiocap]stream opened\n",
  ]

  static let cases: [Case] = [
    // Verdicts and exit status
    Case(
      line: "check --summary full @clean", status: 0,
      output: ["no violation found", "RemoveLockForwardRead "]),
    Case(line: "check -", status: 0, output: ["no violation found"], input: Traces.clean),
    Case(
      line: "check @faulty", status: 1,
      output: [
        "error[RemoveLockForwardRead]: the IRP is forwarded without the remove lock",
        "  --> demo.c:11, in Read", "  ::: @faulty:5",
        "driver demo, IRP_MJ_READ, irp 0xa0, dev 0xf0",
        "  4 | [0x0] IRP_MJ_READ enters", "^ the IRP is forwarded without the remove lock",
        "= expected:", "= help:", " not exercised; tried: ",
        "found 1 fault: 1 error; 1 finding of 1 rule",
        "checked 1 trace: 9 events; reading tracked",
      ], absent: ["\u{1B}"]),
    Case(
      line: "check @held", status: 1,
      output: [
        "error[RemoveLockReleaseRead]", "= also: RemoveLockForwardRead, RemoveLockRelease2",
      ],
      absent: ["error[RemoveLockForwardRead]", "error[RemoveLockRelease2]"]),
    Case(line: "check @warning", status: 0, output: ["warning[MultRemoveLock]"]),
    Case(line: "check --fail-on warning @warning", status: 1, output: ["1 warning"]),
    Case(line: "check --fail-on never @faulty", status: 0, output: ["1 error"]),
    Case(
      line: "check @malformed", status: 0,
      output: ["warning: @malformed:10:1: DispatchEnter needs the fields", "1 malformed"]),
    Case(line: "check --strict @malformed", status: 3),
    Case(line: "check --strict @clean", status: 0),
    Case(line: "check --strict @faulty @malformed", status: 1),
    // Options
    Case(line: "check --rule RemoveLockReleaseRead @faulty", status: 0),
    Case(line: "check --skip RemoveLockForwardRead @faulty", status: 0),
    Case(
      line: "check --rule=RemoveLockForwardRead --rule RemoveLock --summary full @faulty",
      status: 1,
      output: ["not exercised (1): RemoveLock\n"]),
    Case(
      line: "check @clean", status: 0,
      output: ["not exercised; tried: forwarding, release,", "--summary full lists them"],
      absent: ["RemoveLockForwardRead "]),
    Case(line: "check --summary none @clean", status: 0, absent: ["not exercised"]),
    Case(line: "check --quiet @clean", status: 0, absent: ["checked"]),
    Case(line: "check --color always @faulty", status: 1, output: ["\u{1B}[1;31merror"]),
    Case(line: "check --color never @faulty", status: 1, absent: ["\u{1B}"]),
    Case(
      line: "check --reading sdv @held", status: 1,
      output: ["the dispatch routine returns with the remove lock held", "reading sdv"]),
    Case(line: "check --driver demo @faulty", status: 1, output: ["1 error"]),
    Case(
      line: "check --driver other @faulty", status: 2,
      output: ["no event of the trace names the driver \"other\""],
      errors: ["--driver \"other\" fits no event; the drivers are \"demo\""]),
    Case(line: "check --driver demp @faulty", status: 2, errors: ["did you mean demo?"]),
    Case(line: "check --driver demo @faulty @unnamed", status: 1, output: ["names the driver"]),
    Case(line: "check --driver demo @unnamed", status: 2, errors: ["no event names a driver"]),
    Case(line: "check --device 0xF0 @faulty", status: 1, output: ["1 error"]),
    Case(
      line: "check --device f1 @faulty", status: 2, errors: ["--device 0xf1 fits no event"]),
    Case(
      line: "check @slip", status: 1,
      output: [
        "warning: @slip:6: \"IoReleaseRemovLock\" is no event that is known; did you mean "
          + "IoReleaseRemoveLock?",
        "= doubt: \"IoReleaseRemovLock\" in line 6 is no event that is known",
      ]),
    Case(line: "check --strict --fail-on never @slip", status: 3),
    Case(
      line: "check --format sarif @slip", status: 1,
      output: ["is no event that is known; did you mean IoReleaseRemoveLock?", "In doubt: "]),
    Case(
      line: "check --format github @slip", status: 1, output: ["did you mean IoReleaseRemoveLock?"]),
    Case(line: "check --strict @own", status: 3, output: ["\"TeamThing\" is no event"]),
    Case(line: "check @own", status: 0, absent: ["did you mean"]),
    Case(
      line: "check @debugview", status: 2,
      errors: ["a DebugView log in which no driver writes events", "three ways on: ", "--map"]),
    Case(line: "check @remlock", status: 2, errors: ["output of a debugger about a remove lock"]),
    Case(line: "check @wpp", status: 2, errors: ["a WPP log (tracefmt)"]),
    Case(
      line: "explain 0x9F", status: 0,
      output: [
        "0x9F DRIVER_POWER_STATE_FAILURE", "MarkPower", "PoRequestPowerIrp", "DispatchEnter",
      ], absent: ["RemoveLockForwardRead"]),
    Case(
      line: "explain driver_verifier_detected_violation", status: 0,
      output: ["RemoveLockStateTagMismatch (0xC4/D5, 0xC4/D6)"]),
    Case(
      line: "explain 0xc4/0xD7", status: 0, output: ["RemoveLockStateReinitialized"],
      absent: ["TagMismatch"]),
    Case(line: "explain 0x1234", status: 0, output: ["no rule is known to find", "0xC4/D5"]),
    Case(
      line: "explain RemoveLockFrward", status: 2, errors: ["did you mean", "0xC9/226, 0x44"]),
    Case(line: "state --at 500 @faulty", status: 0, output: ["the trace ends before line 500"]),
    Case(line: "state --at 4 @faulty", status: 0, absent: ["ends before"]),
    Case(
      line: "check --max-line-bytes 20 @clean", status: 2,
      errors: ["no event recognised", "raise --max-line-bytes"]),
    // Several traces
    Case(
      line: "check @clean @faulty", status: 1,
      output: ["::: @faulty:5", "checked 2 traces: 18 events"]),
    Case(line: "check @first @second", status: 0, output: ["checked 2 traces"]),
    Case(
      line: "check --concatenate @first @second", status: 1,
      output: ["::: @second:2", "found 1 fault"]),
    Case(
      line: "check @faulty @missing @clean", status: 2,
      output: ["error[RemoveLockForwardRead]", "checked 3 traces"],
      errors: ["cannot open \"@missing\": there is no such file"]),
    Case(
      line: "check --concatenate @first @missing @second", status: 2,
      output: ["1 gap (TraceLost)"], errors: ["cannot open \"@missing\""]),
    Case(line: "check @", status: 2, errors: ["it is a directory"]),
    // Nothing to check is never clean
    Case(
      line: "check @noise", status: 2,
      errors: [
        "no event recognised in \"@noise\": found 2 lines, the first of them \"one\"",
        "expected lines such as",
      ], absent: ["no violation"]),
    Case(line: "check @empty", status: 2, errors: ["it is empty"], absent: ["no violation"]),
    Case(line: "check @unknown", status: 2, errors: ["1 events of unknown name"]),
    Case(line: "check -", status: 2, errors: ["standard input"], input: "hello"),
    Case(
      line: "check @noise @faulty", status: 2, output: ["error[RemoveLockForwardRead]"],
      errors: ["no event recognised"]),
  ]

  @Test("comes to", arguments: cases)
  func check(_ test: Case) throws {
    let run = try CommandRun(
      test.line.split(separator: " ").map(String.init), input: test.input, files: Self.files)
    #expect(run.status == test.status, "\(run.output)\(run.errors)")
    for part in test.output { #expect(run.output.contains(part), "\(part)\n--\n\(run.output)") }
    for part in test.errors { #expect(run.errors.contains(part), "\(part)\n--\n\(run.errors)") }
    for part in test.absent { #expect(!run.output.contains(part), "\(part)\n--\n\(run.output)") }
    if test.errors.isEmpty { #expect(run.errors.isEmpty) }
  }

  @Test("shows a fault once with its count") func repetitions() throws {
    let reads = (1...5).map { Traces.unlockedRead(irp: "A\($0)", line: $0 * 100) }.joined()
    let run = try CommandRun(
      ["check", "-"],
      input: Traces.prologue + reads + Traces.unlockedRead(irp: "B1", function: "Other"))
    #expect(run.output.ranges(of: "error[RemoveLockForwardRead]").count == 2)
    #expect(run.output.contains("seen 5 times"))
    #expect(run.output.contains("found 2 faults: 2 errors; 6 findings of 1 rule"))
  }

  @Test("keeps as many findings as it is told, and counts all", arguments: [0, 1, 2, 3, 1000])
  func maxFindings(_ limit: Int) throws {
    let trace = Traces.prologue + (1...2).map { Traces.unlockedRead(irp: "A\($0)") }.joined()
    let run = try CommandRun(
      ["check", "--format", "json", "--max-findings", "\(limit)", "@a", "@b"],
      files: ["a": trace, "b": trace])
    let report = try run.report()
    #expect(report.findings.count == (limit == 0 ? 4 : min(limit, 4)))
    #expect(report.summary.findings == 4)
    #expect(report.summary.rules.first { $0.id == "RemoveLockForwardRead" }?.violated == 4)
    #expect(report.occurrences.values.reduce(0, +) == 4)
    let text = try CommandRun(
      ["check", "--max-findings", "\(limit)", "@a", "@b"], files: ["a": trace, "b": trace])
    #expect(text.output.contains("seen 4 times"))
    #expect(text.output.contains("raise --max-findings") == (1...3).contains(limit))
  }

  @Test(
    "checks several traces side by side, and reports as one after the other would",
    arguments: ["json", "text", "sarif"])
  func jobs(_ format: String) throws {
    let order = ["faulty", "clean", "missing", "held", "noise", "malformed", "warning", "empty"]
    var runs: [CommandRun] = []
    for jobs in [1, 2, 3, 16] {
      runs.append(
        try CommandRun(
          ["check", "--format", format, "--jobs", "\(jobs)", "--max-findings", "4"]
            + (order + order).map { "@" + $0 }, files: Self.files))
    }
    #expect(runs[0].errors.contains("missing") && runs[0].output.contains("RemoveLockForwardRead"))
    for run in runs {
      #expect(run.status == 2)
      #expect(run.output == runs[0].output)
      #expect(run.errors == runs[0].errors)
    }
  }

  @Test("keeps one of each fault before it keeps one again, over all traces")
  func maxFindingsOfTraces() throws {
    let repeated =
      Traces.prologue + (1...3).map { Traces.unlockedRead(irp: "A\($0)") }.joined()
      + Traces.unlockedRead(irp: "B1", function: "Other")
    let run = try CommandRun(
      ["check", "--format", "json", "--max-findings", "3", "@a", "@b"],
      files: [
        "a": Traces.prologue + Traces.unlockedRead(irp: "C1", function: "First"), "b": repeated,
      ])
    let findings = try run.report().findings
    #expect(findings.map(\.evidence.first?.function) == ["First", "Read", "Other"])
  }

  @Test("escapes what a trace says") func hostileNames() throws {
    let names = "\u{1B}[2Jred\u{202E}\u{7}"
    let trace =
      Traces.prologue + """
        {"ev":"DispatchEnter","dev":"F0","irp":"A0","mj":"IRP_MJ_READ","drv":"\(names)"}
        {"ev":"IoCallDriver","irp":"A0","src":"\(names).c:1","fn":"\(names)"}
        {"ev":"IoAcquireRemoveLock","lock":"F8","tag":"A0","status":0}
        {"ev":"DispatchExit","irp":"A0","status":"\(names)"}

        """
    let run = try CommandRun(["check", "--color", "never", "-"], input: trace)
    #expect(run.output.contains("\\u{1b}[2Jred\\u{202e}\\u{7}.c:1"))
    for scalar in run.output.unicodeScalars where scalar != "\n" {
      #expect(!scalar.properties.isDefaultIgnorableCodePoint && scalar.value >= 0x20)
    }
    let argument = try CommandRun(["check", "--rule", names, "x"])
    #expect(argument.status == 2 && !argument.errors.contains("\u{1B}"))
  }

  @Test("uses colours on a terminal where NO_COLOR is not set") func colors() throws {
    for (variables, isTerminal, expected) in [
      ([:], true, true), (["NO_COLOR": "1"], true, false), (["TERM": "dumb"], true, false),
      ([:], false, false),
    ] as [([String: String], Bool, Bool)] {
      let run = try CommandRun(
        ["check", "@faulty"], files: Self.files, variables: variables, isTerminal: isTerminal)
      #expect(run.output.contains("\u{1B}[") == expected)
    }
  }

  @Test("writes the report to a file, whole or not at all") func outputFile() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Traces.faulty, to: "trace")
    let run = CommandRun(["check", "--output", "@report", "@trace"], in: directory)
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(try directory.read("report").contains("error[RemoveLockForwardRead]"))
    #expect(try directory.names == ["report", "trace"])
    let failed = CommandRun(["check", "--output", "@no/report", "@trace"], in: directory)
    #expect(failed.status == 2)
    #expect(failed.errors.contains("cannot write \"@no/report\": there is no such directory"))
    #expect(try directory.names == ["report", "trace"])
  }
}
