import CheckerCommand
import Foundation
import FuzzInputs
import RuleEngine
import Rules

/// Writes the fuzzers' seeds: every example of every rule, every trace, mapping and configuration below Examples.
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
    let traces = try FileManager.default.contentsOfDirectory(
      at: examples.appendingPathComponent("traces"), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
    for trace in traces { try seeds.add(text: [UInt8](Data(contentsOf: trace))) }
    try seeds.addOwnEvents()
    try seeds.addMapping(examples.appendingPathComponent("mapping"))
    try seeds.addFiles(traces)
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
    for choice in stride(from: UInt8(0), to: 250, by: 50) {
      try write([choice] + short.prefix(1000), for: "FuzzLines")
    }
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
    var writer = BinaryTraceWriter()
    var binary: [UInt8] = []
    for event in events { writer.append(event, strings: strings, to: &binary) }
    writer.finish(to: &binary)
    try write([0, 0, 0, 0] + binary, for: "FuzzBinary")
    if count % 9 == 0 { try add(text: json) }
    if count % 9 == 4 { try add(text: text) }
    for reading in Reading.allCases {
      let coded = ArbitraryTrace.bytes(of: events, strings: strings, reading: reading)
      try write([1] + coded, for: "FuzzChecker")
    }
  }

  /// The example of a mapping with its log.
  mutating func addMapping(_ folder: URL) throws {
    let map = try Data(contentsOf: folder.appendingPathComponent("map.json"))
    let log = try Data(contentsOf: folder.appendingPathComponent("driver.log"))
    try write([UInt8](map) + [0] + log, for: "FuzzMapping")
    let expressions = #"""
      {"lines": [{"match": "^(?<n>[0-9a-f]+|x{2,3}) (\\w+?)[^ ]*$", "event": "IoFreeIrp", \
      "fields": {"irp": "${1}"}}]}
      """#
    try write(
      Array(expressions.utf8) + [0] + Array("1f IoFreeIrp\nxx y\n".utf8), for: "FuzzMapping")
  }

  /// Configurations, baselines and reports.
  mutating func addFiles(_ traces: [URL]) throws {
    let configuration = #"{"reading": "sdv", "rules": {"*": "on"}, "limits": {"maxFindings": 5}}"#
    try write([0] + Array(configuration.utf8), for: "FuzzFiles")
    let baseline = folder.appendingPathComponent("baseline.json").path
    for trace in traces {
      let report = folder.appendingPathComponent("report.json").path
      _ = CheckerCommand.run(
        arguments: [
          "check", "--quiet", "--fail-on", "never", "--format", "json", "--output", report,
          "--write-baseline", baseline, trace.path,
        ], rules: Catalog.all, streams: .standard)
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: report)))
      try write([2] + bytes, for: "FuzzFiles")
      try write([2] + bytes + [0] + bytes, for: "FuzzFiles")
      try write([1] + Data(contentsOf: URL(fileURLWithPath: baseline)), for: "FuzzFiles")
    }
  }
}
