import Testing

@testable import RuleEngine

/// A block that says what a test has it say.
private struct RawBlock {
  var strings: [String] = []
  var events: [UInt8] = []
  var header = BlockHeader()

  init(_ strings: [String], events count: UInt32 = 1, line: UInt64 = 1) {
    self.strings = strings
    header.eventCount = count
    header.firstLine = line
    header.lines = UInt64(count)
  }

  /// A new shape, and on the next line an event of it, whose fields the test appends.
  mutating func define(_ shape: UInt64, name: UInt64, _ fields: FieldSet, flags: UInt64 = 0) {
    events.append(varint: shape << 1 | 1)
    events.append(varint: name)
    events.append(varint: fields.rawValue)
    events.append(varint: flags)
  }

  /// The block behind so many events.
  func bytes(after first: UInt64) -> [UInt8] {
    var payload: [UInt8] = []
    for string in strings {
      payload.append(varint: UInt64(string.utf8.count))
      payload += Array(string.utf8)
    }
    payload += events
    var header = header
    header.firstEvent = first
    if header.stringCount == 0 { header.stringCount = UInt32(strings.count) }
    if header.payloadBytes == 0 { header.payloadBytes = UInt32(payload.count) }
    header.payloadChecksum = BinaryFormat.checksum(payload[...])
    return header.bytes + payload
  }

  static func file(_ blocks: [RawBlock]) -> [UInt8] {
    var bytes = BinaryFormat.fileHeader()
    var events: UInt64 = 0
    for block in blocks {
      bytes += block.bytes(after: events)
      events &+= UInt64(block.header.eventCount)
    }
    let index = BinaryTraceIndex(entries: [], eventCount: events, lineCount: 0)
    return bytes + index.bytes(offset: UInt64(bytes.count))
  }
}

/// What is read of a trace: each event as text behind its line, malformed ones as what is said.
private func read(
  _ bytes: [UInt8], jobs: Int = 1, strings limit: Int = 1 << 18
) throws -> (lines: [String], counts: TraceCounts, strings: StringTable) {
  var options = TraceReader.Options()
  options.jobs = jobs
  options.stringLimit = limit
  var reader = TraceReader([.source(ArrayByteSource(bytes))], options: options)
  var batch = EventBatch()
  var lines: [String] = []
  var counts = TraceCounts()
  while try reader.next(into: &batch) {
    counts += batch.counts
    var diagnostics = batch.diagnostics[...]
    for event in batch.events {
      if event.kind == .malformed {
        lines.append("\(event.position.line): !\(diagnostics.popFirst()?.message ?? "")")
        continue
      }
      var line: [UInt8] = []
      TraceWriter.appendText(event, strings: reader.strings, to: &line)
      lines.append(
        "\(event.position.line): \(String(decoding: line.dropFirst(5).dropLast(), as: UTF8.self))")
    }
  }
  return (lines, counts, reader.strings)
}

@Suite("binary traces that lie") struct HostileBinaryTests {
  /// Events of which a block with a right checksum makes what cannot be.
  @Test(
    arguments: [
      ("needs irp", "IoFreeIrp", FieldSet(), []),
      ("needs lock and tag", "IoReleaseRemoveLock", FieldSet(.lock), [0, 2]),
      (
        "target and lower share a slot", "IoDetachDevice", FieldSet(.dev, .target, .lower),
        [0, 2, 0, 2, 0, 2]
      ),
      ("has no such field", "IoFreeIrp", FieldSet(.irp, .routine), [0, 2, 0, 2]),
      (
        "cpu beyond 32 bits", "IoFreeIrp", FieldSet(.cpu, .irp),
        [0x80, 0x80, 0x80, 0x80, 0x10, 0, 2]
      ),
      ("a string that is not there", "IoFreeIrp", FieldSet(.drv, .irp), [9, 0, 2]),
      ("an empty name with fields", "", FieldSet(.irp), [0, 2]),
    ] as [(String, String, FieldSet, [UInt8])])
  func unsoundEvents(what: String, name: String, fields: FieldSet, values: [UInt8]) throws {
    var good = RawBlock(["IoFreeIrp"], line: 1)
    good.define(0, name: 1, FieldSet(.irp))
    good.events += [0, 2]
    var bad = RawBlock([name], line: 2)
    bad.define(0, name: name.isEmpty ? 0 : 1, fields)
    bad.events += values
    for jobs in 1...2 {
      let lines = try read(RawBlock.file([good, bad, good]), jobs: jobs).lines
      #expect(
        lines.count == 3 && lines[0] == "1: IoFreeIrp irp=0000000000000001", "\(what): \(lines)")
      #expect(lines[1].contains("is damaged: 1 events are lost"), "\(what): \(lines)")
    }
  }

  /// Headers that claim what no block has, alone and in several blocks. The sums that are made of them
  /// stay what they are.
  @Test(
    arguments: [
      { $0.lines = 1 << 63 }, { $0.lines = .max }, { $0.firstLine = .max },
      { $0.firstLine = 1 << 48 },
      { $0.lines = 0xFFFF_FFFF_FFFF }, { $0.skipped = .max }, { $0.unknownEvents = .max },
      { $0.unknownFields = .max }, { $0.eventCount = .max }, { $0.stringCount = .max },
      { $0.payloadBytes = .max }, { $0.payloadBytes = 1 << 24 },
      { $0.firstLine = 0xFFFF_FFFF_FFFF },
      { $0.eventCount = 1 << 16 }, { $0.stringCount = 1 << 18 },
    ] as [@Sendable (inout BlockHeader) -> Void])
  func lyingHeaders(lie: @Sendable (inout BlockHeader) -> Void) throws {
    var blocks: [RawBlock] = []
    for number in 0..<5 {
      var block = RawBlock(["IoFreeIrp"], line: UInt64(number) + 1)
      block.define(0, name: 1, FieldSet(.irp))
      block.events += [0, 2]
      if number != 1 { lie(&block.header) }
      blocks.append(block)
    }
    for jobs in 1...3 {
      let found = try read(RawBlock.file(blocks), jobs: jobs)
      #expect(found.counts.events + found.counts.malformed > 0)
      #expect(found.lines.count == Int(found.counts.events + found.counts.malformed))
    }
  }

  /// A line beyond those that a position can name must not be taken for another file.
  @Test func linesBeyondTheLast() throws {
    var block = RawBlock(["IoFreeIrp"], events: 2)
    block.define(0, name: 1, FieldSet(.irp))
    block.events += [0, 2, 0]
    block.events.append(varint: ZigZag.encode(1 << 60))
    block.events += [0, 2]
    let lines = try read(RawBlock.file([block])).lines
    #expect(lines.count == 1 && lines[0].contains("is damaged"))
    #expect(TracePosition(file: 70_000, line: .max).file == 0xFFFF)
    #expect(TracePosition(file: 1, line: .max).file == 1)
  }

  /// Events of one byte each: as many as a block may have, and no more.
  @Test func smallEvents() throws {
    func block(_ count: UInt32) -> RawBlock {
      var block = RawBlock(["TraceStart"], events: count)
      block.define(0, name: 1, [])
      block.events += [UInt8](repeating: 1, count: Int(count) - 1)
      return block
    }
    #expect(try read(RawBlock.file([block(65_536)])).counts.events == 65_536)
    let found = try read(RawBlock.file([block(65_537)]))
    #expect(found.counts.events == 0 && found.counts.malformed > 0)
  }

  /// Headers each of which claims all that follows: twice as many take twice as long.
  @Test func checksumsAreComputedOnce() throws {
    func seconds(_ count: Int) throws -> Duration {
      var bytes = BinaryFormat.fileHeader()
      for number in 0..<count {
        var header = BlockHeader()
        header.payloadBytes = UInt32(
          (count - number) * 64 - 128 > 0 ? (count - number) * 64 - 128 : 0)
        header.eventCount = 1
        header.payloadChecksum = 1
        bytes += header.bytes
      }
      let clock = ContinuousClock()
      return try (0..<3).map { _ in try clock.measure { _ = try read(bytes) } }.min() ?? .zero
    }
    let (short, long) = (try seconds(4000), try seconds(16_000))
    #expect(long < short * 10 + .milliseconds(20), "\(short), then \(long)")
  }

  /// What a full table of strings does not hold decides nothing, whatever the number of jobs is.
  @Test func namesBehindAFullTable() throws {
    var first = RawBlock(["KeSetEvent"] + (0..<200).map { "s\($0).c" }, events: 200)
    first.define(0, name: 1, FieldSet(.src))
    first.events += [2]
    for number in 1..<200 {
      first.events += [1]
      first.events.append(varint: UInt64(number + 2))
    }
    var second = RawBlock(["IoFreeIrp", "late"], line: 201)
    second.define(0, name: 1, FieldSet(.irp, .drv))
    second.events += [2, 0, 2]
    let bytes = RawBlock.file([first, second])
    let alone = try read(bytes, strings: 100)
    #expect(alone.strings.isFull)
    #expect(alone.counts.events == 201 && alone.counts.unknownEvents == 0)
    // What was not kept is left out, not written as something else.
    #expect(alone.lines.last == "201: IoFreeIrp irp=0000000000000001")
    #expect(alone.lines[150] == "151: KeSetEvent")
    for jobs in 2...4 {
      let several = try read(bytes, jobs: jobs, strings: 100)
      #expect(several.lines == alone.lines && several.counts == alone.counts)
    }
  }
}
