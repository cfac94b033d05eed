import Foundation
import RuleEngine
import Rules
import Testing
import TraceSynthesizer

@testable import CheckerCommand
@testable import CheckerReports

/// One mistake is one fault, in every form of the report.
@Suite("Faults") struct FaultTests {
  /// How many faults the reports of a trace tell of, by format.
  private static func numbers(
    _ trace: String, _ directory: TemporaryDirectory
  ) throws -> [String: Int] {
    let names = ReportFormat.all.map(\.name)
    let reports = names.flatMap { ["--report", "\($0)=@report.\($0)"] }
    _ = CommandRun(
      ["check", "--no-config", "--max-findings", "0", "--output", "@text", trace] + reports,
      in: directory)
    var numbers: [String: Int] = [:]
    for name in names { numbers[name] = try number(try directory.read("report.\(name)"), name) }
    return numbers
  }

  /// How many faults a report tells of.
  private static func number(_ text: String, _ format: String) throws -> Int {
    switch format {
    case "text": return matches(/(?m)^ +(?:\|)?= expected:/, text)
    case "json":
      let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
      return Set(report.findings.map(\.faultID)).count
    case "html": return matches(/<details class="fault"/, text)
    case "sarif": return Set(text.matches(of: /"correlationGuid":"([^"]+)"/).map(\.1)).count
    case "junit": return matches(/<failure/, text)
    case "markdown": return matches(#/(?m)^### /#, text)
    case "msvc":
      return matches(/(?m): (?:error|warning) [A-Z]/, text) - matches(/: warning Trace:/, text)
    default:
      // Annotations are ten of each severity at most; their last line sums up.
      return Int(try #require(text.firstMatch(of: /(\d+) faults?/)).1) ?? -1
    }
  }

  private static func matches(_ pattern: some RegexComponent, _ text: String) -> Int {
    text.matches(of: pattern).count
  }

  private static let exampleTraces: [String] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Examples/traces").standardizedFileURL.path()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { folder + "/" + $0 }
  }()

  static let faultRules = TraceSynthesizer.faultRules

  @Test("all formats agree on their number in the examples", arguments: exampleTraces)
  func examples(_ path: String) throws {
    let counts = try Self.numbers(path, try TemporaryDirectory())
    #expect(counts.count == ReportFormat.all.count)
    #expect(Set(counts.values).count == 1, "\(counts)")
  }

  @Test("all formats agree on their number where faults are made", arguments: faultRules)
  func synthesized(_ rule: String) throws {
    let directory = try TemporaryDirectory()
    let made = CommandRun(
      ["synthesize", "--events", "300", "--seed", "7", "--fault", rule, "-o", "@trace"],
      in: directory)
    try #require(made.status == 0)
    let counts = try Self.numbers("@trace", directory)
    #expect(Set(counts.values).count == 1, "\(counts)")
    #expect(counts["text"] ?? 0 > 0, "\(counts)")
  }

  /// In one trace a removal waits for a read that keeps the lock, in the other the acquisition is nobody's.
  @Test("all formats agree on their number where traces group findings differently")
  func groupedDifferently() throws {
    let directory = try TemporaryDirectory()
    func trace(_ read: [String]) -> String {
      let lines =
        ["IoInitializeRemoveLock lock=F8 dev=F0"] + read + [
          "DispatchEnter dev=F0 irp=C0 mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE fn=Pnp",
          "IoAcquireRemoveLock lock=F8 tag=C0 status=0 fn=Pnp",
          "IoReleaseRemoveLockAndWait lock=F8 tag=C0 fn=Pnp",
        ]
      return "@ddi TraceStart version=1\n@ddi AddDevice dev=F0 role=FDO drv=demo\n"
        + lines.map { "@ddi \($0) tid=1 drv=demo\n" }.joined()
    }
    let acquire = "IoAcquireRemoveLock lock=F8 tag=A0 status=0 fn=Read"
    let read = [
      "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ fn=Read", acquire,
      "IoCompleteRequest irp=A0 status=0 fn=Read", "DispatchExit irp=A0 status=0 fn=Read",
    ]
    try directory.write(trace(read), to: "a")
    try directory.write(trace([acquire]), to: "b")
    for name in ["a", "b"] {
      _ = CommandRun(
        ["check", "--no-config", "--format", "json", "--output", "@\(name).json", "@\(name)"],
        in: directory)
    }
    let stuck = try ["a", "b"].map { name in
      try #require(
        Report(json: Array(directory.read("\(name).json").utf8)).findings
          .first { $0.rule == "RemoveLockStateStuck" })
    }
    #expect(stuck[0].fingerprint == stuck[1].fingerprint && stuck[0].fault != stuck[1].fault)
    let names = ReportFormat.all.map(\.name)
    let reports = names.flatMap { ["--report", "\($0)=@report.\($0)"] }
    for operands in [["merge", "@b.json", "@a.json"], ["check", "@a", "@b"]] {
      _ = CommandRun(operands + ["--no-config", "--output", "@text"] + reports, in: directory)
      for name in names {
        let number = try Self.number(try directory.read("report.\(name)"), name)
        #expect(number == 2, "\(operands[0]) \(name)")
      }
    }
  }

  @Test("a removal that hangs is one fault with the read that keeps the lock") func hang() throws {
    let path = try #require(Self.exampleTraces.first { $0.hasSuffix("hang-on-unplug.log") })
    let report = try CommandRun(["check", "--format", "json", path]).report()
    let faults = report.faults(Catalog.all)
    #expect(faults.count == 1)
    #expect(faults[0].finding.rule == "RemoveLockReleaseRead")
    #expect(faults[0].alsoBroken.last == "RemoveLockStateStuck")
    #expect(faults[0].otherEnd?.rule == "RemoveLockStateStuck")
    let text = try CommandRun(["check", path]).output
    #expect(text.contains("= story: the IRP_MJ_READ of line 18 keeps the lock"))
    #expect(text.contains("the removal waits for it since line 54"))
    let sarif = try CommandRun(["check", "--format", "sarif", path]).output
    #expect(sarif.contains("RemoveLockStateStuck: IoReleaseRemoveLockAndWait never returns"))
  }
}

/// A release that takes nothing because its tag is another leaves held what it was meant for: one mistake.
@Suite("A release with a wrong tag") struct WrongTagTests {
  private static func faults(_ releases: [String]) throws -> [Fault] {
    let events =
      [
        "IoInitializeRemoveLock lock=F8", "DispatchEnter irp=A0 mj=IRP_MJ_READ fn=Read",
        "IoAcquireRemoveLock lock=F8 tag=A0 status=0",
      ] + releases + ["IoCompleteRequest irp=A0 status=0", "DispatchExit irp=A0 status=0 fn=Read"]
    let trace =
      "@ddi TraceStart version=1\n@ddi AddDevice dev=F0 role=FDO drv=demo\n"
      + events.map { "@ddi \($0) tid=1 drv=demo dev=F0\n" }.joined()
    let run = try CommandRun(["check", "--no-config", "--format", "json", "-"], input: trace)
    return try run.report().faults(Catalog.all)
  }

  static let releases: [(events: [String], faults: Int)] = [
    (["IoReleaseRemoveLock lock=F8 tag=0"], 1),
    (["IoReleaseRemoveLock lock=F8 tag=0", "IoReleaseRemoveLock lock=F8 tag=A0"], 1),
    ([], 1),
    (["IoReleaseRemoveLock lock=F8 tag=A0"], 0),
    (["IoReleaseRemoveLock lock=F8 tag=A0", "IoReleaseRemoveLock lock=F8 tag=A0"], 1),
  ]

  @Test("is one fault with what it leaves held", arguments: releases)
  func oneFault(_ row: (events: [String], faults: Int)) throws {
    let faults = try Self.faults(row.events)
    #expect(faults.count == row.faults, "\(faults.map(\.line))")
  }

  @Test("is told with the tags, the missing release with it") func headline() throws {
    let faults = try Self.faults(["IoReleaseRemoveLock lock=F8 tag=0"])
    #expect(
      faults.first?.line.contains("released with tag = NULL, held with tag = the IRP") == true)
    let rules = Set([faults[0].finding.rule] + faults[0].alsoBroken)
    #expect(rules.isSuperset(of: ["RemoveLockReleaseRead", "RemoveLockRelease2"]), "\(rules)")
  }
}

@Suite("Fingerprints of what is left undone") struct OmissionTests {
  private static func fingerprints(endedIn routine: String, entry: String = "Read") throws
    -> Set<String>
  {
    let events = [
      "DispatchEnter irp=A0 mj=IRP_MJ_READ fn=\(entry)",
      "IoAcquireRemoveLock lock=F8 tag=A0 status=0", "IoSetCompletionRoutine irp=A0",
      "IoMarkIrpPending irp=A0", "IoCallDriver irp=A0 target=F1",
      "IoCallDriverReturn irp=A0 status=STATUS_PENDING",
      "DispatchExit irp=A0 status=STATUS_PENDING fn=\(entry)",
      "CompletionEnter irp=A0 status=0 pending=1 fn=\(routine)",
      "CompletionExit irp=A0 status=0 fn=\(routine)",
    ]
    let trace = events.map { "@ddi \($0) tid=1 drv=demo dev=F0" }.joined(separator: "\n")
    let run = try CommandRun(
      ["check", "--no-config", "--rule", "RemoveLockReleaseRead", "--format", "json", "-"],
      input: trace)
    return Set(try run.report().findings.map { $0.fingerprint })
  }

  @Test("the routine that ended the request is part of them") func routines() throws {
    let one = try Self.fingerprints(endedIn: "ReadDone")
    #expect(one.count == 1)
    #expect(try Self.fingerprints(endedIn: "ReadDone") == one)
    #expect(try Self.fingerprints(endedIn: "OtherDone").isDisjoint(with: one))
    #expect(try Self.fingerprints(endedIn: "ReadDone", entry: "Other").isDisjoint(with: one))
  }
}
