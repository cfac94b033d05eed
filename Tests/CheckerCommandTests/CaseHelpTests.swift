import CheckerReports
import Foundation
import RuleEngine
import Rules
import Testing

@testable import CheckerCommand

/// What a text report says of one case, beside what its rule says.
@Suite("What to do, for this case") struct CaseHelpTests {
  /// A trace of these events, the first of which stands in line 3.
  private static func trace(_ lines: [String]) -> String {
    "@ddi TraceStart version=1\n@ddi AddDevice dev=F0 role=FDO drv=demo\n"
      + lines.map { "@ddi \($0) drv=demo\n" }.joined()
  }

  private static func read(_ irp: String, releasedAt line: Int?) -> [String] {
    let release = line.map { ["IoReleaseRemoveLock lock=F8 tag=\(irp) src=read.c:\($0)"] } ?? []
    return [
      "DispatchEnter dev=F0 irp=\(irp) mj=IRP_MJ_READ fn=Read",
      "IoAcquireRemoveLock lock=F8 tag=\(irp) status=0 src=read.c:5",
    ] + release + [
      "IoCompleteRequest irp=\(irp) status=0xC0000001", "DispatchExit irp=\(irp) status=0xC0000001",
    ]
  }

  /// A read that releases the lock after these events.
  private static func released(_ events: [String]) -> [String] {
    [initialise, "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ fn=Read"] + events
      + [
        "IoReleaseRemoveLock lock=F8 tag=A0 src=read.c:10", "IoCompleteRequest irp=A0 status=0",
        "DispatchExit irp=A0 status=0",
      ]
  }

  /// A read that is forwarded without a completion routine after these events.
  private static func forwarded(_ events: [String]) -> [String] {
    [initialise, "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ fn=Read"] + events
      + ["IoCallDriver irp=A0 dev=F0 src=read.c:10"]
  }

  private static let initialise = "IoInitializeRemoveLock lock=F8 dev=F0"

  static let cases: [(lines: [String], words: [String])] = [
    (
      [initialise] + read("A0", releasedAt: 9)
        + read("A1", releasedAt: nil),
      [
        "= here: the release is missing in Read: the dispatch routine returns STATUS_UNSUCCESSFUL "
          + "(line 12); another IRP_MJ_READ was released at read.c:9"
      ]
    ),
    (
      [initialise] + read("A1", releasedAt: nil),
      [
        "= here: the release is missing in Read: the dispatch routine returns STATUS_UNSUCCESSFUL "
          + "(line 7)\n"
      ]
    ),
    (
      [
        "IoInitializeRemoveLock lock=F8 dev=F0 maxmin=1 src=pnp.c:3",
        "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ",
        "IoAcquireRemoveLock lock=F8 tag=A0 status=0 src=read.c:5 ts=1000000000",
        "IoReleaseRemoveLock lock=F8 tag=A0 src=read.c:9 ts=151000000000",
        "IoCompleteRequest irp=A0 status=0", "DispatchExit irp=A0 status=0",
      ],
      [
        "IoInitializeRemoveLock, MaxLockedMinutes = 1", "held too long",
        "= here: acquired in line 5 (read.c:5), held for 2 min 30 s; MaxLockedMinutes = 1 (line 3) "
          + "allows 1 min",
      ]
    ),
    (
      [initialise + " src=pnp.c:3", initialise + " src=pnp.c:30"],
      [
        ": the remove lock is initialised again", "initialised first",
        "= here: initialised first in line 3 (pnp.c:3), and again in line 4",
      ]
    ),
    (
      [
        initialise, "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE fn=Pnp",
        "IoAcquireRemoveLock lock=F8 tag=A0 status=0",
        "IoReleaseRemoveLockAndWait lock=F8 tag=A0", "IoReleaseRemoveLockAndWaitReturn lock=F8",
        initialise,
      ],
      ["= here: initialised first in line 3, drained in line 6, and again in line 8"]
    ),
    (
      [
        initialise, "IoAcquireRemoveLock lock=F8 tag=1 status=0",
        "IoAcquireRemoveLock lock=F8 tag=2 status=0", "IoReleaseRemoveLock lock=F8 tag=0",
      ],
      ["= here: released with tag = NULL, held with tag = 0x1 (line 4), tag = 0x2 (line 5)"]
    ),
    (
      released([
        "IoAcquireRemoveLock lock=F8 tag=A0 status=0",
        "IoReleaseRemoveLock lock=F8 tag=A0 src=read.c:9",
      ]),
      ["= here: released in line 6 (read.c:9) already, and again in line 7 (read.c:10)"]
    ),
    (
      released(["IoAcquireRemoveLock lock=F8 tag=A0 status=0xC0000056 src=read.c:5"]),
      [
        "= here: the acquire in line 5 (read.c:5) was refused: there is nothing to release in line 6 "
          + "(read.c:10)"
      ]
    ),
    (
      released([]),
      [
        "= here: nothing has acquired the lock with tag = the IRP for this request before it is "
          + "released in line 5 (read.c:10)"
      ]
    ),
    (
      forwarded([
        "IoAcquireRemoveLock lock=F8 tag=A0 status=0 src=read.c:5",
        "IoReleaseRemoveLock lock=F8 tag=A0 src=read.c:9",
      ]),
      [
        "= here: released in line 6 (read.c:9), before the IRP is forwarded in line 7 (read.c:10)"
      ]
    ),
    (
      forwarded(["IoAcquireRemoveLock lock=F8 tag=A0 status=0xC0000056 src=read.c:5"]),
      [
        "= here: the acquire in line 5 (read.c:5) was refused, and the IRP is forwarded in line 6 "
          + "(read.c:10) all the same"
      ]
    ),
    (
      forwarded([]),
      [
        "= here: nothing has acquired the lock for this request before it is forwarded in line 5 "
          + "(read.c:10)"
      ]
    ),
  ]

  @Test("is in the report", arguments: cases.indices) func help(_ index: Int) throws {
    let run = try CommandRun(
      ["check", "--no-config", "-"], input: Self.trace(Self.cases[index].lines))
    // Lines are broken to fit; what is said is not.
    let output = run.output.replacing(#/\n +/#, with: " ").replacing(#/ {2,}/#, with: " ")
    for words in Self.cases[index].words {
      let wanted = words.hasSuffix("\n") ? String(words.dropLast()) : words
      #expect(output.contains(wanted), "\(run.output)")
      if words.hasSuffix("\n") { #expect(!run.output.contains("another IRP_MJ_READ")) }
    }
  }

  @Test("with the line of source under the place") func sourceLine() throws {
    let directory = try TemporaryDirectory()
    let lines = (1...20).map { "\tline \($0);\r\n" }.joined()
    try directory.write(Traces.faulty, to: "bad.log")
    try directory.write(lines, to: "demo.c")
    let run = CommandRun(
      ["check", "--no-config", "--source-root", "@", "@bad.log"], in: directory)
    #expect(run.output.contains("--> demo.c:11, in Read\n    |   line 11;\n"), "\(run.output)")
    let without = CommandRun(["check", "--no-config", "@bad.log"], in: directory)
    #expect(!without.output.contains("line 11;"))
  }
}

@Suite("The model at a line of a trace") struct StateTests {
  @Test("lists the IRPs that drivers made, with where they are") func ownIRPs() throws {
    let trace = """
      @ddi IoAllocateIrp irp=B0 dev=F0 drv=demo src=own.c:1
      @ddi IoBuildAsynchronousFsdRequest irp=B1 drv=demo src=own.c:2
      @ddi IoSetCompletionRoutine irp=B1
      @ddi IoCallDriver irp=B1
      @ddi IoCallDriverReturn irp=B1 status=STATUS_PENDING
      @ddi IoAllocateIrp irp=B2 drv=demo src=own.c:6
      @ddi IoFreeIrp irp=B2
      """
    let run = try CommandRun(["state", "-"], input: trace)
    #expect(run.output.contains("IRPs that drivers made: 2\n"), "\(run.output)")
    #expect(
      run.output.contains(
        "  IoAllocateIrp 0xb0 for device 0xf0 (demo)\n"
          + "    made in line 1, thread 0x0, own.c:1; not sent yet\n"), "\(run.output)")
    #expect(
      run.output.contains(
        "own.c:2; with the lower driver; its completion routine has not been entered\n"),
      "\(run.output)")
    #expect(!run.output.contains("own.c:6"))
  }
}

@Suite("Links to the documents") struct DocumentLinkTests {
  @Test("are in the reports where the address is known") func links() throws {
    let url = "https://host/checker/"
    let page = url + "rules.md#removelockforwardread"
    func report(_ format: String, _ options: [String]) throws -> String {
      try CommandRun(
        ["check", "--no-config", "--format", format, "-"] + options, input: Traces.faulty
      ).output
    }
    let sarif = try report("sarif", ["--docs-url", url])
    #expect(sarif.contains("\"informationUri\":\"\(url)\""))
    #expect(sarif.contains("\"helpUri\":\"\(page)\""))
    #expect(try report("markdown", ["--docs-url", url]).contains("([more](\(page)))"))
    #expect(
      try report("html", ["--docs-url", "https://host/checker"]).contains("href=\"\(page)\""))
    let without = try report("sarif", [])
    #expect(!without.contains("informationUri"))
    // SARIF takes no address that is not absolute.
    let addresses = without.matches(of: #/"helpUri":"([^"]*)"/#).map(\.1)
    #expect(!addresses.isEmpty && addresses.allSatisfy { $0.hasPrefix("https://") })
    #expect(without.contains("`checker-cli explain RemoveLockForwardRead`"))
    #expect(
      try report("html", []).contains("<code>checker-cli explain RemoveLockForwardRead</code>"))
  }

  @Test("need an address", arguments: ["rules.md", "file:///x", "https://", "https://a b\"<"])
  func wrong(_ url: String) throws {
    let run = try CommandRun(["check", "--docs-url", url, "-"], input: Traces.faulty)
    #expect(run.status == 2 && run.errors.contains("--docs-url is an address that begins with"))
    let file = try CommandRun(
      ["check", "--config", "@c.json", "-"], input: Traces.faulty,
      files: ["c.json": "{\"docsUrl\":\"\(url.replacing("\"", with: "\\\""))\"}"])
    #expect(file.status == 2 && file.errors.contains("\"docsUrl\" is an address"))
  }
}
