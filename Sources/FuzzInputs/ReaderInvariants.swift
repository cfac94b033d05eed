@_spi(Audit) import RuleEngine

/// What holds of the readers and writers whatever bytes they are given. Fuzzing and its regression
/// tests check it.
///
/// Four bytes of header choose how the bytes behind them are cut up: piece sizes of the source, size
/// of a chunk, longest line, encoding, number of threads.
public struct ReaderInvariants {
  /// What does not hold, in words; empty where all is well.
  public var problems: [String] { log.problems }
  /// The events that were read.
  public private(set) var batch = EventBatch()
  /// Their strings.
  public private(set) var strings = StringTable()

  private let log = ProblemLog()
  private let bytes: [UInt8]
  private var options = TraceReader.Options()
  private let pieces: [Int]

  /// Events of one's own that some inputs have: with and without fields, and with some of the format's.
  static let customEvents: [CustomEvent] = [
    "MyEvent", CustomEvent("MyStart", fields: ["session", "mode", "tag"]),
    CustomEvent("MyStop", fields: ["session", "reason", "count", "left"]),
  ]

  /// How many bytes stand before the trace.
  public static let headerBytes = 4

  /// Checks the readers on these bytes.
  public init(_ input: some Collection<UInt8>) {
    let header = Array(input.prefix(Self.headerBytes))
    let text = Array(input.dropFirst(Self.headerBytes))
    guard header.count == Self.headerBytes else {
      bytes = []
      pieces = []
      return
    }
    if header[0] & 0xC0 == 0x40 { options.parser.customEvents = Self.customEvents }
    options.chunkBytes = header[0] & 1 == 0 ? 1 << 12 : 64 + Int(header[1])
    if header[0] & 2 != 0 { options.parser.maxLineBytes = 16 + Int(header[2]) }
    pieces = header[0] & 4 == 0 ? [] : [Int(header[1] & 15), Int(header[1] >> 4), Int(header[3])]
    if header[0] & 24 == 24 {
      bytes = Self.utf16(text, isBigEndian: header[0] & 32 != 0)
    } else {
      bytes = text
    }
    // So few strings that a trace of a few lines has more.
    if header[3] & 0xC0 == 0xC0 { options.stringLimit = 2 + Int(header[2] & 15) }
    options.jobs = header[0] & 0xC0 == 0xC0 && header[3] & 7 == 0 ? 2 : 1
    read()
    if isBinary {
      sameWithSeveralJobs()
    } else {
      counts()
      parsedAtOnce()
    }
    writtenAndRead()
  }

  /// Whether the bytes are of the binary format, in which a file may be refused and whose lines are
  /// not to be counted. See `docs/binary-format.md`.
  private var isBinary: Bool { bytes.starts(with: [0x89, 0x44, 0x44, 0x49, 0x54]) }

  private static func utf16(_ text: [UInt8], isBigEndian: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    for unit in ("\u{FEFF}" + String(decoding: text, as: UTF8.self)).utf16 {
      let low = UInt8(truncatingIfNeeded: unit)
      bytes += isBigEndian ? [UInt8(unit >> 8), low] : [low, UInt8(unit >> 8)]
    }
    return bytes
  }

  private mutating func read() {
    var reader = TraceReader([.source(ArrayByteSource(bytes, pieces: pieces))], options: options)
    do {
      try reader.appendAll(to: &batch)
    } catch {
      if !isBinary { log.add(["\(error)"]) }
    }
    strings = reader.strings
  }

  /// The events of a binary trace, their strings and the counts do not depend on how many threads read it.
  private func sameWithSeveralJobs() {
    var options = options
    options.jobs = 3
    var reader = TraceReader([.source(ArrayByteSource(bytes, pieces: pieces))], options: options)
    var (all, piece) = (EventBatch(), EventBatch())
    while (try? reader.next(into: &piece)) == true {
      all.events += piece.events
      all.diagnostics += piece.diagnostics
      all.counts += piece.counts
    }
    log.check(all.events == batch.events, "events depend on the jobs")
    log.check(all.counts == batch.counts, "counts depend on the jobs")
    log.check(all.diagnostics == batch.diagnostics, "diagnostics depend on the jobs")
    log.check(reader.strings.count == strings.count, "strings depend on the jobs")
  }

  private mutating func counts() {
    let counts = batch.counts
    let malformed = batch.events.count { $0.kind == .malformed }
    log.check(counts.bytes == UInt64(bytes.count), "\(counts.bytes) of \(bytes.count) bytes")
    log.check(counts.events == UInt64(batch.events.count - malformed), "events are miscounted")
    log.check(counts.malformed == UInt64(malformed), "malformed events are miscounted")
    log.check(batch.diagnostics.count == malformed, "\(batch.diagnostics.count) diagnostics")
    log.check(
      counts.lost == UInt64(batch.events.count { $0.kind == .traceLost }), "losses are miscounted")
    let places = batch.events.map(\.position)
    log.check(places == places.sorted(), "events out of order")
    log.check(
      places.allSatisfy { $0.file == 0 && (1...max(counts.lines, 1)).contains($0.line) },
      "an event on no line")
    log.check(
      batch.diagnostics.map(\.position)
        == batch.events.filter { $0.kind == .malformed }.map(\.position),
      "diagnostics are not where the malformed events are")
    log.check(batch.diagnostics.allSatisfy { $0.column >= 1 }, "a diagnostic in column 0")
  }

  /// The parser alone comes to the same as the reader, whatever the pieces were.
  private mutating func parsedAtOnce() {
    var parser = TraceParser(
      options: options.parser, strings: StringTable(limit: options.stringLimit))
    var whole = EventBatch()
    guard let text = Self.decoded(bytes) else { return }
    parser.parse(text, into: &whole)
    whole.counts.bytes = UInt64(bytes.count)
    log.check(whole.events == batch.events, "events depend on how the bytes come")
    log.check(whole.counts == batch.counts, "counts depend on how the bytes come")
    log.check(whole.diagnostics == batch.diagnostics, "diagnostics depend on how the bytes come")
    log.check(
      parser.strings.count == strings.count, "strings depend on how the bytes come")
    let lines = text.split(separator: 10, omittingEmptySubsequences: false)
    let expected = lines.count - (text.last == 10 || text.isEmpty ? 1 : 0)
    log.check(
      batch.counts.lines == UInt64(expected), "\(batch.counts.lines) lines, not \(expected)")
  }

  /// The bytes as UTF-8 without a byte-order mark; nil where UTF-16 ends in half a unit.
  private static func decoded(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    let hasMark = bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
    guard
      let isBigEndian = hasMark ? bytes.first == 0xFE : TraceReader.byteOrder(ofUTF16: bytes)
    else { return bytes }
    guard bytes.count % 2 == 0 else { return nil }
    var units: [UInt16] = []
    var place = hasMark ? 2 : 0
    while place < bytes.count {
      let high = UInt16(bytes[isBigEndian ? place : place + 1])
      let low = UInt16(bytes[isBigEndian ? place + 1 : place])
      units.append(high << 8 | low)
      place += 2
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// The events of one's own that were read, each with what any of them carries.
  private var ownCustomEvents: [CustomEvent] {
    var fields: [String: [String]] = [:]
    for event in batch.events where event.kind == .custom {
      let name = event.customName(in: strings)
      let known = fields[name, default: []]
      let carried = event.ownFields(in: strings).map(\.name) + event.fields.fields.map(\.name)
      fields[name] = known + carried.filter { !known.contains($0) }
    }
    return fields.map { CustomEvent($0.key, fields: $0.value) }
  }

  /// Events that were read can be written, in both spellings, so that they are read as the same.
  private func writtenAndRead() {
    // What was not kept cannot be written.
    if strings.isFull { return }
    for (name, write) in [("JSON", TraceWriter.appendJSON), ("text", TraceWriter.appendText)] {
      var lines: [[UInt8]] = []
      for event in batch.events where event.kind != .malformed {
        var line: [UInt8] = []
        write(event, strings, &line)
        lines.append(line)
      }
      var options = options.parser
      options.maxLineBytes = 1 << 20
      // A binary trace says itself what its events carry.
      if isBinary { options.customEvents = ownCustomEvents }
      var parser = TraceParser(options: options)
      var again = EventBatch()
      parser.parse(Array(lines.joined()), into: &again)
      log.check(
        again.events.count == lines.count,
        "as \(name) \(again.events.count) of \(lines.count) are read back")
      for (event, line) in zip(again.events, lines) {
        var second: [UInt8] = []
        write(event, parser.strings, &second)
        log.check(
          line == second,
          "as \(name) \(String(decoding: line, as: UTF8.self)) is read as "
            + String(decoding: second, as: UTF8.self))
      }
    }
  }
}
