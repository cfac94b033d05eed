import Foundation
import Testing

@testable import RuleEngine

private struct Reading {
  var batch = EventBatch()
  var strings = StringTable()
  var error: TraceReadError?

  init(_ bytes: [UInt8], jobs: Int = 1, pieces: [Int] = [], options: TraceReader.Options = .init())
  {
    var options = options
    options.jobs = jobs
    let source = TraceInput.source(ArrayByteSource(bytes, pieces: pieces))
    var reader = TraceReader([source], options: options)
    do {
      try reader.appendAll(to: &batch)
    } catch {
      self.error = error
    }
    strings = reader.strings
  }

  /// The events by what they say, whatever the numbers of their strings.
  var lines: [String] {
    var diagnostics = batch.diagnostics[...]
    return batch.events.map { event in
      let position = "\(event.position.line): "
      if event.kind == .malformed, let diagnostic = diagnostics.popFirst() {
        return position + "!\(diagnostic.column) \(diagnostic.message)"
      }
      var line: [UInt8] = []
      TraceWriter.appendJSON(event, strings: strings, to: &line)
      return position + String(decoding: line.dropLast(), as: UTF8.self)
    }
  }
}

/// A trace of so many events with all kinds among them, in binary.
private func binary(_ count: Int, seed: UInt64 = 1) -> (bytes: [UInt8], lines: [String]) {
  var generator = EventGenerator(seed: seed)
  var writer = BinaryTraceWriter()
  var bytes: [UInt8] = []
  var text: [UInt8] = []
  for index in 0..<count {
    var event = generator.event(EventKind.schema[index % EventKind.schema.count])
    event.position = TracePosition(file: 0, line: UInt64(index) + 1)
    TraceWriter.appendJSON(event, strings: generator.strings, to: &text)
    writer.append(event, strings: generator.strings, to: &bytes)
  }
  writer.finish(to: &bytes)
  return (bytes, Reading(text).lines)
}

/// Where the blocks of a trace begin, and what follows the last.
private func blocks(_ bytes: [UInt8]) throws -> [Int] {
  let offset = try #require(BinaryTraceIndex.offset(trailer: Array(bytes.suffix(16))))
  let index = try #require(BinaryTraceIndex(Array(bytes[Int(offset)...])))
  return index.entries.map { Int($0.offset) } + [Int(offset)]
}

@Suite struct TraceBinaryTests {
  @Test func roundTrips() {
    for count in [0, 1, 100, 20_000] {
      let (bytes, lines) = binary(count)
      for jobs in 1...2 {
        let reading = Reading(bytes, jobs: jobs, pieces: [count > 1000 ? 100_000 : 7])
        #expect(reading.lines == lines)
        #expect(reading.batch.counts.events == UInt64(count))
        #expect(reading.batch.counts.bytes == UInt64(bytes.count))
        #expect(reading.error == nil)
      }
    }
  }

  @Test func everyFieldOfAnEventIsKept() {
    var generator = EventGenerator(seed: 9)
    var writer = BinaryTraceWriter()
    var bytes: [UInt8] = []
    var events: [Event] = []
    for index in 0..<5000 {
      var event = generator.event(EventKind.schema[index % EventKind.schema.count])
      event.position = TracePosition(
        file: 0, line: UInt64.random(in: 1..<1 << 40, using: &generator.random))
      events.append(event)
      writer.append(event, strings: generator.strings, to: &bytes)
    }
    writer.finish(to: &bytes)
    let reading = Reading(bytes)
    #expect(reading.batch.counts.lost == UInt64(events.count { $0.kind == .traceLost }))
    for (event, read) in zip(events, reading.batch.events) {
      var read = read
      // Strings are the same, their numbers need not be.
      let pairs = [
        (event.driver, read.driver), (event.source, read.source),
        (event.function, read.function), (event.text, read.text),
      ]
      for (a, b) in pairs { #expect(generator.strings[a] == reading.strings[b]) }
      (read.driver, read.source) = (event.driver, event.source)
      (read.function, read.text) = (event.function, event.text)
      if event.isStatusUnknown {
        #expect(
          generator.strings[StringID(event.statusBits)]
            == reading.strings[StringID(read.statusBits)])
        read.statusBits = event.statusBits
      }
      #expect(read == event)
    }
    #expect(reading.batch.events.count == events.count)
  }

  @Test func malformedEventsAndCountsAreKept() {
    let text = """
      log
      {"ev":"IoFreeIrp","irp":"zz"}
      @ddi MyLog irp=5 note=x
      @ddi Unheard
      @ddi IoFreeIrp irp=2 x=y@ddi TraceLost
      @ddi junk
      """
    var options = TraceReader.Options()
    options.parser.customEvents = ["MyLog"]
    let original = Reading(Array(text.utf8), options: options)
    var writer = BinaryTraceWriter()
    var bytes: [UInt8] = []
    writer.append(original.batch, strings: original.strings, to: &bytes)
    writer.finish(to: &bytes)
    let copy = Reading(bytes, options: options)
    #expect(copy.lines == original.lines)
    #expect(copy.batch.diagnostics == original.batch.diagnostics)
    var counts = copy.batch.counts
    counts.bytes = original.batch.counts.bytes
    #expect(counts == original.batch.counts)
    // Who did not ask for the event does not get it.
    let other = Reading(bytes)
    #expect(other.batch.counts.unknownEvents == original.batch.counts.unknownEvents + 1)
    #expect(other.batch.events.count == original.batch.events.count - 1)
  }

  @Test func sizeOfAnEvent() {
    var strings = StringTable()
    var writer = BinaryTraceWriter()
    var bytes: [UInt8] = []
    let source = strings.intern("dispatch.c:123")
    for index in 0..<20_000 as Range<UInt64> {
      var event = Event(.ioAcquireRemoveLock)
      event.fields = FieldSet(.ts, .tid, .dev, .lock, .tag, .status, .src)
      event.position = TracePosition(file: 0, line: index + 1)
      event.timestamp = Int64(index) * 700 + 133_000_000_000
      event.thread = 0x1000 + index % 16 * 4
      event.device = 0xFFFF_E000_1234_0000 + index % 20 * 0x1000
      event.lock = event.device + 0x50
      event.tag = 0xFFFF_E000_AAAA_0000 + index * 2_654_435_761 % 3000 * 0x100
      event.source = source
      writer.append(event, strings: strings, to: &bytes)
    }
    writer.finish(to: &bytes)
    #expect(bytes.count < 12 * 20_000, "\(Double(bytes.count) / 20_000) bytes an event")
  }

  @Test func damageAtEveryByteIsAGapOfOneBlock() throws {
    // Three blocks, made small by ending and joining traces of few events.
    let parts = (0..<3).map { binary(8, seed: UInt64($0) + 5) }
    let bytes = parts.flatMap(\.bytes)
    #expect(Reading(bytes).lines == parts.flatMap(\.lines))
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      let reading = Reading(damaged)
      if index < 8 {
        // Without its magic the file is text, in which there are no events.
        #expect(reading.batch.counts.events == 0)
        continue
      }
      let events = reading.lines.filter { !$0.contains(": !") }
      let gaps = reading.lines.filter { $0.contains(": !") }
      #expect(gaps.count <= 1, "byte \(index): \(gaps)")
      #expect(
        events == parts.flatMap(\.lines)
          || parts.indices.contains { part in
            events == parts.indices.filter { $0 != part }.flatMap { parts[$0].lines }
          }, "byte \(index)")
      if events.count < 24 { #expect(gaps.count == 1, "byte \(index): \(gaps)") }
      #expect(reading.batch.counts.malformed == UInt64(gaps.count))
    }
  }

  @Test func truncationIsAGapAtTheEnd() throws {
    let (bytes, lines) = binary(20)
    let (first, end) = (try blocks(bytes)[0], try blocks(bytes)[1])
    #expect(first == 16)
    for length in 8..<bytes.count {
      let reading = Reading(Array(bytes[..<length]))
      let events = reading.lines.filter { !$0.contains(": !") }
      #expect(events == (length < end ? [] : lines), "length \(length)")
      #expect(reading.batch.counts.malformed == (length < end + 40 ? 1 : 0), "length \(length)")
    }
  }

  @Test func missingAndRepeatedBlocks() throws {
    let (bytes, lines) = binary(30_000)
    let places = try blocks(bytes)
    try #require(places.count == 5)
    let missing = Array(bytes[..<places[1]] + bytes[places[2]...])
    let block = BinaryFormat.blockEvents
    var expected = lines
    expected.replaceSubrange(
      block..<2 * block, with: ["8193: !1 8192 events are missing before byte \(places[1])"])
    #expect(Reading(missing).lines == expected)
    let last = Array(bytes[..<places[3]] + bytes[places[4]...])
    #expect(
      Reading(last).batch.diagnostics.map(\.message) == [
        "5424 events are missing before byte \(places[3] + 168 + 16)"
      ])
    let repeated = Array(bytes[..<places[2]] + bytes[places[1]...])
    #expect(
      Reading(repeated).batch.diagnostics.map(\.message)
        == ["blocks are out of order before byte \(places[2])"])
    let inserted = Array(bytes[..<places[2]] + [1, 2, 3] + bytes[places[2]...])
    #expect(
      Reading(inserted).batch.diagnostics.map(\.message)
        == ["the trace is damaged at byte \(places[2]): reading goes on at the next block"])
    for jobs in 1...3 {
      let reading = Reading(inserted, jobs: jobs, pieces: [10_000])
      #expect(reading.batch.counts.events == 30_000)
      #expect(
        reading.batch.events.map(\.position.line).sorted()
          == reading.batch.events.map(\.position.line))
    }
  }

  @Test func readingFromABlockOn() throws {
    let (bytes, lines) = binary(20_000)
    let places = try blocks(bytes)
    let offset = try #require(BinaryTraceIndex.offset(trailer: Array(bytes.suffix(16))))
    let index = try #require(BinaryTraceIndex(Array(bytes[Int(offset)...])))
    #expect(index.eventCount == 20_000 && index.lineCount == 20_000)
    let entry = index.entries[1]
    #expect(entry.firstEvent == 8192 && entry.firstLine == 8193)
    let tail = Array(bytes[..<16] + bytes[places[1]...])
    #expect(Reading(tail).lines.suffix(20_000 - 8192) == lines.suffix(20_000 - 8192))
  }

  @Test("files of version 1 are read as they were", arguments: oldFiles)
  func oldFilesAreRead(_ file: OldFile) throws {
    let data = try #require(
      Data(base64Encoded: file.base64, options: .ignoreUnknownCharacters))
    var options = TraceReader.Options()
    options.parser.customEvents = [CustomEvent("TeamStart", fields: ["session", "wait"])]
    let reading = Reading(Array(data), options: options)
    #expect(reading.error == nil)
    #expect(reading.lines == file.lines)
    #expect(reading.batch.counts.unknownEvents == file.unknownEvents)
    // Behind a file of this version, and before one.
    let (bytes, lines) = binary(20)
    let joined = Reading(bytes + Array(data) + bytes, options: options)
    #expect(joined.lines == lines + file.lines + lines)
  }

  @Test func otherVersionsAreRefused() {
    var bytes = binary(10).bytes
    bytes[8] = 3
    bytes.replaceSubrange(
      12..<16,
      with: withUnsafeBytes(of: BinaryFormat.checksum(bytes[..<12]).littleEndian, Array.init))
    let reading = Reading(bytes)
    #expect(reading.error?.reason == .unknownVersion(3))
  }

  /// Blocks whose checksum is right and whose payload is nonsense.
  @Test func nonsenseInSoundBlocks() throws {
    let (bytes, _) = binary(60)
    let end = try blocks(bytes)[1]
    var random = TestRandom(seed: 2)
    for _ in 0..<3000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        damaged[Int.random(in: 80..<end, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      var header = try #require(bytes[16...].withUnsafeBytes { BlockHeader($0) })
      header.payloadChecksum = BinaryFormat.checksum(damaged[80..<end])
      damaged.replaceSubrange(16..<80, with: header.bytes)
      let counts = Reading(damaged).batch.counts
      #expect(counts.events + counts.malformed + counts.unknownEvents > 0)
    }
  }

  @Test func checksumsAreThoseOfTheStandard() {
    // RFC 3720, appendix B.4.
    func check(_ bytes: [UInt8], _ expected: UInt32) {
      #expect(bytes.withUnsafeBytes { CRC32C.checksum($0) } == expected)
    }
    check(Array("123456789".utf8), 0xE306_9283)
    check([UInt8](repeating: 0, count: 32), 0x8A91_36AA)
    check([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43)
    check(Array(0..<32), 0x46DD_794E)
    check([], 0)
  }

  /// The numbers in old files must not change their meaning.
  @Test func numbersInTheFormatAreFixed() {
    let fields =
      "ev ts tid cpu irql drv dev src fn irp lock tag target lower object routine ptr status mj mn "
      + "type state shutdown relation ioctl role bus maxmin highwater version count note pending "
      + "disposition kind size pooltag op wait timeout signaled pooltype poolflags irpout previous "
      + "deferred noncancelable oldirql newirql granted handle name"
    #expect(Field.allCases.map(\.name).joined(separator: " ") == fields)
    #expect(DeviceRole.allCases.map(\.name) == ["unknown", "FDO", "FIDO", "PDO"])
    #expect(
      PowerStateType.allCases.map(\.name) == ["unknown", "SystemPowerState", "DevicePowerState"])
    #expect(
      PowerState.allCases.map(\.name)
        == ["unknown", "S0", "S1", "S2", "S3", "S4", "S5", "D0", "D1", "D2", "D3"])
    #expect(
      DeviceRelation.allCases.map(\.name) == [
        "unknown", "BusRelations", "EjectionRelations", "PowerRelations", "RemovalRelations",
        "TargetDeviceRelation",
      ])
    #expect(
      WMIDisposition.allCases.map(\.name)
        == ["unknown", "IrpProcessed", "IrpNotCompleted", "IrpNotWmi", "IrpForward"])
    #expect(Event.Flags.bus.rawValue == 1 && Event.Flags.pending.rawValue == 2)
    #expect(Event.Flags.shutdown.rawValue == 4 && Event.Flags.unknownStatus.rawValue == 8)
    let later: [Event.Flags] = [.wait, .irpout, .granted, .signaled, .deferred, .noncancelable]
    #expect(later.map(\.rawValue) == [32, 64, 128, 256, 512, 1024])
  }
}

/// A file that was written in version 1 of the binary form.
struct OldFile: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var base64: String
  var lines: [String]
  var unknownEvents: UInt64 = 0
}

private let oldFiles = [
  OldFile(
    testDescription: "events of the format",
    base64: """
      iURESVQNChoBAAAAr+lsm/FERElCTEsKqwAAAAQAAAAAAAAAAAAAAAEAAAAAAAAABQAAAAAAAAABAAAAAAAAAAEAAA
      AIAAAAmmwvC3CMAhQKVHJhY2VTdGFydAlzZXJpYWx0YXANRGlzcGF0Y2hFbnRlcgVhLmM6MQVQb3dlchNJb0FjcXVp
      cmVSZW1vdmVMb2NrDlNUQVRVU19ORVdfT05FDERpc3BhdGNoRXhpdAEBoICAgAIAAgEDA9aH8AMEyAEAkCcAAL/+8Y
      b7/w8EBQDfv9/z+v8PFgIBBAUGhpgICBQBAM/48Yb7/w8BBwYIhoQIAAQUAQEAhgTxRERJSURYCgEAAAAAAAAABAAA
      AAAAAAAFAAAAAAAAAPesxKyWnzuuEAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAD7AAAAAAAAAPFERElFTk
      QK
      """,
    lines: [
      #"1: {"ev":"TraceStart","drv":"serialtap","version":1}"#,
      #"2: {"ev":"DispatchEnter","ts":100,"tid":"0x9c8","irql":0,"dev":"0xffffe0002791c060","#
        + #""irp":"0xffffe00028c41010","mj":"IRP_MJ_POWER","mn":"IRP_MN_SET_POWER","#
        + #""type":"SystemPowerState","state":"S3","shutdown":1,"src":"a.c:1","fn":"Power"}"#,
      #"3: {"ev":"IoAcquireRemoveLock","ts":110,"tid":"0x9c8","lock":"0xffffe0002791c1d8","#
        + #""tag":"0xffffe00028c41010","status":"STATUS_NEW_ONE"}"#,
      #"5: {"ev":"DispatchExit","ts":120,"tid":"0x9c8","irp":"0xffffe00028c41010","#
        + #""status":"STATUS_PENDING"}"#,
    ]),
  // A field of somebody's own that the format has since (`wait`), and such an event.
  OldFile(
    testDescription: "names that the format gives since",
    base64: """
      iURESVQNChoBAAAAr+lsm/FERElCTEsKWAAAAAMAAAAAAAAAAAAAAAEAAAAAAAAAAwAAAAAAAAAAAAAAAAAAAAAAAA
      AEAAAAlJELhIUkhDkWVGVhbVN0YXJ0IHNlc3Npb24gd2FpdARsb25nFktlQWNxdWlyZVNwaW5Mb2NrIG1vZGUEZmFz
      dAEBgoCAgIAYAIQCAQYDAgMDgICAgIAIAAMEARQBCAMC8URESUlEWAoBAAAAAAAAAAMAAAAAAAAAAwAAAAAAAADdwL
      0K/cl5JhAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAIIAAAAAAAAAqAAAAAAAAADxRERJRU5ECg==
      """,
    lines: [
      #"1: {"ev":"TeamStart","ts":130,"session":3,"wait":"long"}"#,
      #"3: {"ev":"TeamStart","ts":140,"session":4,"wait":"long"}"#,
    ],
    unknownEvents: 1),
]
