import CheckerReports
import Foundation
import FuzzInputs
import RuleEngine
import Rules

/// Writes the fuzzers' seeds: every example of every rule, every trace in Examples/traces, and the mapping in
/// Examples/mapping.
///
///     MakeSeeds FOLDER EXAMPLES
@main
struct MakeSeeds {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: MakeSeeds FOLDER EXAMPLES")
      exit(2)
    }
    var seeds = Seeds(folder: URL(fileURLWithPath: arguments[1], isDirectory: true))
    let examples = URL(fileURLWithPath: arguments[2], isDirectory: true)
    let traces = examples.appendingPathComponent("traces", isDirectory: true)
    for file in try FileManager.default.contentsOfDirectory(
      at: traces, includingPropertiesForKeys: nil)
    {
      let text = [UInt8](try Data(contentsOf: file))
      try seeds.add(text: text)
      try seeds.addReports(of: text)
    }
    try seeds.addOwnEvents()
    try seeds.addMapping(examples.appendingPathComponent("mapping", isDirectory: true))
    try seeds.addSettings()
    for rule in Catalog.all {
      for example in rule.examples {
        let notation = try ShortNotation(example.trace)
        try seeds.add(notation.events, notation.strings)
      }
    }
    print("\(seeds.count) seeds in \(arguments[1])")
  }
}

/// Folders of seeds, one for each target.
struct Seeds {
  let folder: URL
  private(set) var count = 0

  init(folder: URL) { self.folder = folder }

  private mutating func write(_ bytes: [UInt8], for target: String) throws {
    let place = folder.appendingPathComponent(target, isDirectory: true)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    count += 1
    try Data(bytes).write(to: place.appendingPathComponent("seed-\(count)"))
  }

  /// A trace as text, for the readers in several cuts, and for the checker.
  mutating func add(text: [UInt8]) throws {
    let short = Array(text.prefix(3500))
    for header: [UInt8] in [[0, 0, 0, 0], [7, 0x35, 0xFF, 9], [0x1D, 1, 0, 3], [0x3C, 7, 0, 1]] {
      try write(header + short, for: "FuzzReaders")
    }
    try write([0] + short, for: "FuzzChecker")
  }

  /// Events of one's own, with fields in every form, as ``ReaderInvariants`` asks for them.
  mutating func addOwnEvents() throws {
    let text = #"""
      {"ev":"MyStart","session":3,"mode":"fast","tag":"0x1f","irp":1}
      {"ev":"MyStop","session":"0xffffffffffffffff","reason":null,"left":-1.5,"count":2}
      @ddi MyStop session=-9223372036854775808 reason="a \"b\"" left=18446744073709551615
      @ddi MyStart session= mode=@ddi MyEvent dev=F0 session=1

      """#
    for header: [UInt8] in [[0x40, 0, 0, 0], [0x47, 0x35, 0xFF, 9], [0x5D, 1, 0, 3]] {
      try write(header + Array(text.utf8), for: "FuzzReaders")
    }
  }

  /// An example: in both spellings for the readers, as coded events for the checker.
  mutating func add(_ events: [Event], _ strings: StringTable) throws {
    var json: [UInt8] = []
    var text: [UInt8] = []
    for event in events {
      TraceWriter.appendJSON(event, strings: strings, to: &json)
      TraceWriter.appendText(event, strings: strings, to: &text)
    }
    var binary: [UInt8] = []
    var writer = BinaryTraceWriter()
    for event in events { writer.append(event, strings: strings, to: &binary) }
    writer.finish(to: &binary)
    for header: [UInt8] in [[0, 0, 0, 0], [7, 0x35, 3, 0xC9]] {
      try write(header + binary, for: "FuzzBinary")
    }
    if count % 9 == 0 { try add(text: json) }
    if count % 9 == 4 { try add(text: text) }
    for reading in Reading.allCases {
      let coded = ArbitraryTrace.bytes(of: events, strings: strings, reading: reading)
      try write([1] + coded, for: "FuzzChecker")
    }
  }

  /// A mapping with the log that it explains, and one for each form of expression and value.
  mutating func addMapping(_ folder: URL) throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    let maps = files.filter { $0.pathExtension == "json" }
    for map in maps {
      for log in files where log.pathExtension == "log" {
        let text = [UInt8](try Data(contentsOf: log)).prefix(1500)
        try write([UInt8](Data(contentsOf: map)) + [0] + text, for: "FuzzMapping")
      }
    }
    for expression in [
      "^(a+)+$", "(?i)x{2,3}?|[^a-c]\\\\b", "(?<n>\\\\w+) (?<w>\\\\S*)\\\\.\\\\x41", "(?:a|b)*c[]]",
    ] {
      let map = #"[{"match": "\#(expression)", "event": "IoFreeIrp", "fields": {"irp": 1}}]"#
      try write(Array(map.utf8) + [0] + Array("aaa\nxxx 1\nab.A\n".utf8), for: "FuzzMapping")
    }
  }

  /// Configurations and baselines.
  mutating func addSettings() throws {
    let configuration = #"""
      {"$schema": "x", "reading": "sdv", "failOn": "warning", "sourceRoot": "src", "baseline": "b.json",
       "rules": {"*": "on", "RemoveLock": "off"}, "limits": {"maxFindings": 5},
       "suppressions": [{"rule": "RemoveLock", "driver": "d*", "function": "f", "reason": "r",
        "expires": "2030-01-31"}]}
      """#
    let baseline = #"""
      {"version": 1, "findings": [{"fingerprint": "0123456789abcdef", "rule": "RemoveLock", "driver": "d",
       "function": "f", "message": "m", "count": 3, "reason": "r"}]}
      """#
    try write([0] + Array(configuration.utf8), for: "FuzzFiles")
    try write([1] + Array(baseline.utf8), for: "FuzzFiles")
  }

  /// The report of a trace, alone and twice.
  mutating func addReports(of text: [UInt8]) throws {
    let rules = Array(Catalog.all.prefix(6))
    var checker = try Checker(rules: rules)
    var parser = TraceParser()
    var batch = EventBatch()
    parser.parse(text, into: &batch)
    checker.consume(batch.events, strings: parser.strings)
    checker.finish(strings: parser.strings)
    var report = Report(
      tool: Report.Tool(name: "seed", version: "1"), reading: .tracked, rules: rules)
    report.add(
      checker, files: [TraceFile(path: "t", counts: batch.counts)], diagnostics: batch.diagnostics)
    let json = ReportFormat.json.render(report, ReportOptions(rules: rules))
    try write([2] + json, for: "FuzzFiles")
    if json.count < 4000 { try write([2] + json + [0] + json, for: "FuzzFiles") }
  }
}
