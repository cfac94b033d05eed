import CheckerCommand
import Foundation
import RuleEngine
import Rules
import Testing

/// An IRPMon log of a stack of two devices, in short: the upper one gets a request, hands it down, and
/// both return.
private struct StackLog {
  private var text = ""
  private var id = 0

  static let lower = "FFFFE00000000010"
  static let upper = "FFFFE00000000020"

  mutating func record(_ columns: [(String, String)]) {
    id += 1
    text += "ID = \(id)\n" + columns.map { "\($0) = \($1)\n" }.joined() + "\n"
  }

  mutating func addDevice() {
    record([("Type", "AddDevice"), ("Device object", "0x" + Self.lower), ("Result value", "0x0")])
    record([("Type", "DeviceDetected"), ("Device object", "0x" + Self.lower)])
    record([("Type", "DeviceDetected"), ("Device object", "0x" + Self.upper)])
  }

  /// A request that only `device` gets.
  mutating func request(
    _ device: String, _ function: String, returns: String, completes: String, irp: String = "A0"
  ) {
    record([
      ("Type", "IRP"), ("Device object", "0x" + device), ("Result value", returns),
      ("Subtype", function), ("IRP address", "0x" + irp), ("Thread ID", "8"),
    ])
    record([
      ("Type", "IRPComp"), ("Device object", "0x" + device), ("IRP address", "0x" + irp),
      ("Thread ID", "12"), ("IOSB.Status value", completes),
    ])
  }

  /// A request that the upper device hands down, logged in the order of the IDs.
  mutating func forwarded(_ function: String, returns: String, completes: String) {
    for device in [Self.upper, Self.lower] {
      record([
        ("Type", "IRP"), ("Device object", "0x" + device), ("Result value", returns),
        ("Subtype", function), ("IRP address", "0xB0"), ("Thread ID", "8"),
      ])
    }
    for device in [Self.lower, Self.upper] {
      record([
        ("Type", "IRPComp"), ("Device object", "0x" + device), ("IRP address", "0xB0"),
        ("Thread ID", "8"), ("IOSB.Status value", completes),
      ])
    }
  }

  static func of(_ build: (inout StackLog) -> Void) -> String {
    var log = StackLog()
    build(&log)
    return log.text
  }
}

/// The rules that `check` finds violated in a log.
private func violated(_ log: String, _ options: String...) throws -> [String] {
  let run = try CommandRun(["check", "--format", "json"] + options + ["@log"], files: ["log": log])
  return try run.report().findings.map(\.rule)
}

@Suite("logs of other tools") struct ForeignLogCommandTests {
  @Test func irpMonRemovalAnsweredNotSupported() throws {
    let rules = [
      "Remove": "NsRemoveLockMnRemove", "SurpriseRemoval": "NsRemoveLockMnSurpriseRemove",
      "QueryRemove": "NsRemoveLockQueryMnRemove",
    ]
    for (minor, rule) in rules {
      // A PDO that failed it did so itself, which it may do with a query alone.
      let below = minor == "QueryRemove" ? [] : ["PnpRemove"]
      let faulty = StackLog.of {
        $0.forwarded("PnP:" + minor, returns: "0xC00000BB", completes: "0xC00000BB")
      }
      #expect(try violated(faulty) == [rule], "\(minor)")
      // The lower device may be a PDO: nothing says that it is none.
      let clean = StackLog.of { $0.forwarded("PnP:" + minor, returns: "0x0", completes: "0x0") }
      #expect(try violated(clean) == [], "\(minor)")
      // A device of which nothing is known, and a PDO alone.
      for isPDO in [false, true] {
        let alone = StackLog.of {
          if isPDO { $0.addDevice() }
          $0.request(
            StackLog.lower, "PnP:" + minor, returns: "0xC00000BB", completes: "0xC00000BB")
        }
        #expect(try violated(alone) == (isPDO ? below : []), "\(minor)")
      }
      // The device above a PDO that AddDevice named.
      let known = StackLog.of {
        $0.addDevice()
        $0.request(StackLog.upper, "PnP:" + minor, returns: "0xC00000BB", completes: "0xC00000BB")
        $0.request(StackLog.lower, "PnP:" + minor, returns: "0xC00000BB", completes: "0xC00000BB")
      }
      #expect(Set(try violated(known)) == Set([rule] + below), "\(minor)")
    }
  }

  @Test func irpMonCompletionWithPending() throws {
    let faulty = StackLog.of {
      $0.request(StackLog.upper, "Read:Normal", returns: "0x0", completes: "0x103")
    }
    let pending = ["CompleteRequestStatusCheck", "PendedCompletedRequest3"]
    #expect(try violated(faulty) == pending)
    // It is the lower device's fault, once.
    let below = StackLog.of { $0.forwarded("Read:Normal", returns: "0x0", completes: "0x103") }
    let run = try CommandRun(["check", "--format", "json", "@log"], files: ["log": below])
    let findings = try run.report().findings
    #expect(Set(findings.map(\.rule)) == Set(pending + ["DispatchStatusDiffers"]))
    #expect(findings.first?.device == Address(StackLog.lower))
    // Completed after the return, for all that the log says.
    let later = StackLog.of {
      $0.request(StackLog.upper, "Read:Normal", returns: "0x103", completes: "0x0")
    }
    #expect(try violated(later) == [])
  }

  /// The device below is not watched: it may be that one's fault, or none.
  @Test func irpMonWithoutTheLowerDevice() throws {
    let requests: [(function: String, returns: String, completes: String)] = [
      ("PnP:Remove", "0xC0000001", "0xC0000001"), ("PnP:Remove", "0x0", "0x0"),
      ("PnP:SurpriseRemoval", "0xC0000001", "0xC0000001"),
      ("PnP:CancelRemove", "0xC0000001", "0xC0000001"),
      ("PnP:CancelStop", "0xC00000BB", "0xC00000BB"), ("PnP:QueryCapabilities", "0x0", "0x0"),
      ("Read:Normal", "0x0", "0xC0000001"), ("Write:Normal", "0x103", "0x0"),
    ]
    for request in requests {
      for isKnown in [false, true] {
        let log = StackLog.of {
          if isKnown { $0.addDevice() }
          for irp in ["A0", "B0"] {
            $0.request(
              StackLog.upper, request.function, returns: request.returns,
              completes: request.completes, irp: irp)
          }
        }
        #expect(try violated(log) == [], "\(request)")
        // Cut before the last completion.
        let cut = try #require(log.range(of: "ID = ", options: .backwards)).lowerBound
        #expect(try violated(String(log[..<cut])) == [], "\(request)")
      }
    }
    // A log of nothing else has no event, and the message says why.
    let open = StackLog.of {
      $0.request(StackLog.upper, "Read:Normal", returns: "0x0", completes: "0xC0000001")
    }
    let run = try CommandRun(["check", "--no-config", "@log"], files: ["log": open])
    #expect(run.status == 2)
    #expect(run.errors.contains("an IRPMon log that shows of no request who handled it"))
    // The whole stack: the removal's result does not say whether the device was deleted, and what the upper
    // device does not hand down it does itself.
    let whole = StackLog.of {
      $0.addDevice()
      $0.forwarded("PnP:QueryCapabilities", returns: "0x0", completes: "0x0")
      $0.request(
        StackLog.upper, "PnP:CancelStop", returns: "0xC0000001", completes: "0xC0000001")
      $0.forwarded("PnP:Remove", returns: "0x0", completes: "0x0")
    }
    #expect(try violated(whole) == ["PnpRemove"])
  }

  /// What the log cannot decide is neither found nor passed.
  @Test func irpMonLeavesOpenWhatItDoesNotSay() throws {
    let log = StackLog.of {
      $0.addDevice()
      $0.request(StackLog.upper, "PnP:Start", returns: "0x103", completes: "0x0")
      $0.request(StackLog.upper, "Power:SetPower", returns: "0xC0000001", completes: "0xC0000001")
      $0.forwarded("Power:SetPower", returns: "0xC0000001", completes: "0xC0000001")
      $0.forwarded("PnP:Start", returns: "0x0", completes: "0x0")
      $0.request(StackLog.lower, "PnP:QueryRelations", returns: "0x0", completes: "0x0")
    }
    for reading in ["tracked", "sdv"] {
      let run = try CommandRun(
        ["check", "--format", "json", "--reading", reading, "@log"], files: ["log": log])
      let report = try run.report()
      #expect(report.findings == [])
      // Who completes a request, and what is returned for it, the log does say.
      let decidable = Set(Catalog.handlingRules.map(\.id))
      let armed = report.summary.rules.filter { $0.armed > 0 }.map(\.id)
      // SDV's automaton looks at each completion, whether or not the driver has spin locks.
      let known =
        ["CompleteRequestStatusCheck"] + (reading == "sdv" ? ["SpinLockSafe"] : [])
      #expect(armed.filter { !decidable.contains($0) } == known)
    }
  }

  @Test func mappingExample() throws {
    let run = CommandRun(
      [
        "check", "--format", "json", "--map", "Examples/mapping/map.json",
        "Examples/mapping/driver.log",
      ], in: try TemporaryDirectory())
    let report = try run.report()
    #expect(
      Set(report.findings.map { "\($0.line) \($0.rule)" }) == [
        "9 RemoveLockForwardWrite", "18 RemoveLockForwardRead", "18 RemoveLockReleaseRead",
        "18 RemoveLockRelease2",
      ])
    #expect(report.traces.map(\.malformed) == [0])
    #expect(report.findings.first?.driver == "tape")
  }

  @Test func wrongOptions() throws {
    let files = ["log": "x\n", "map": "[{\"match\": \"x\", \"event\": \"Foo\"}]"]
    let lines = [
      "--map @map": "@map:1:26: unknown event \"Foo\"; docs/trace-format.md lists the events",
      "--input-format mapped": "--input-format mapped needs a mapping file; add --map FILE",
      "--input-format csv --map @map":
        "--map and --input-format csv exclude each other; leave one out",
      "--map @none": "cannot open \"@none\": there is no such file; check the path",
    ]
    for (options, message) in lines {
      for command in ["check", "doctor", "state"] {
        let run = try CommandRun(
          [command] + options.split(separator: " ").map(String.init) + ["@log"], files: files)
        #expect(run.status == 2)
        #expect(run.errors == "checker-cli: \(message)\n")
      }
    }
  }
}

@Suite("convert") struct ConvertTests {
  /// Whatever form a trace is written in, the same is found in it.
  @Test func formsSayTheSame() throws {
    let directory = try TemporaryDirectory()
    let files = ["jsonl", "text", "binary", "csv"]
    try directory.write(Traces.faulty + "@ddi IoFreeIrp\n" + Traces.held, to: "in")
    var findings: [[String]] = []
    for form in files {
      let converted = CommandRun(["convert", "--to", form, "@in", "@" + form], in: directory)
      #expect(converted.status == 0)
      #expect(converted.output == "")
      #expect(converted.errors.contains("1 malformed events of \"@in\" stand as gaps"))
      let report = try CommandRun(["check", "--format", "json", "@" + form], in: directory).report()
      findings.append(report.findings.map { "\($0.rule) \($0.irp.map(\.description) ?? "")" })
    }
    #expect(findings[0].count > 0)
    #expect(findings.allSatisfy { $0 == findings[0] })
  }

  @Test func standardStreams() throws {
    let run = try CommandRun(
      ["convert", "--to", "text", "-", "-"], input: "{\"ev\":\"TraceLost\"}\n")
    #expect(run.output == "@ddi TraceLost\n")
    let empty = try CommandRun(["convert", "-", "@out"], input: "nothing\n")
    #expect(empty.status == 2)
    #expect(empty.errors.contains("no event recognised in standard input"))
  }

  /// An event of the Trace Event Format.
  private struct Item: Decodable {
    var ph: String
    var tid: UInt64
    var ts: Double?
    var name: String
    var cat: String?
    var id: String?
    var s: String?
  }

  private struct Document: Decodable { var traceEvents: [Item] }

  @Test(arguments: [0, 1, 2]) func perfetto(_ number: Int) throws {
    let traces = [Traces.faulty, Traces.held, Traces.clean]
    let run = try CommandRun(["convert", "--to", "perfetto", "-", "-"], input: traces[number])
    let items = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8)).traceEvents
    try checkBalance(items)
    #expect(items.contains { $0.cat == "finding" } == (number < 2))
  }

  @Test func perfettoOfAWholeSystem() throws {
    let directory = try TemporaryDirectory()
    let made = CommandRun(
      ["synthesize", "--events", "20000", "--fault-rate", "0.02", "--output", "@in"], in: directory)
    #expect(made.status == 0)
    #expect(CommandRun(["convert", "--to", "perfetto", "@in", "@out"], in: directory).status == 0)
    let text = try directory.read("out")
    let items = try JSONDecoder().decode(Document.self, from: Data(text.utf8)).traceEvents
    try checkBalance(items)
    #expect(items.contains { $0.cat == "finding" && $0.ph == "i" && $0.s == "g" })
    #expect(items.contains { $0.cat == "remove lock" && $0.ph == "b" })
    #expect(items.count > 20000)
  }

  /// Slices nest on their thread, asynchronous ones end once, and time goes on.
  private func checkBalance(_ items: [Item]) throws {
    var open: [UInt64: [String]] = [:]
    var asynchronous: [String: String] = [:]
    var last = 0.0
    for item in items where item.ph != "M" {
      let time = try #require(item.ts)
      if item.cat != "finding" {
        #expect(time >= last)
        last = time
      }
      switch item.ph {
      case "B": open[item.tid, default: []].append(item.name)
      case "E": #expect(open[item.tid]?.popLast() == item.name)
      case "b":
        let id = try #require(item.id)
        #expect(asynchronous.updateValue(item.name, forKey: id) == nil)
      case "e":
        let id = try #require(item.id)
        #expect(asynchronous.removeValue(forKey: id) == item.name)
      case "i": #expect(item.s == "t" || item.s == "g")
      default: Issue.record("phase \(item.ph)")
      }
    }
    #expect(open.values.allSatisfy { $0.isEmpty })
    #expect(asynchronous.isEmpty)
  }
}
