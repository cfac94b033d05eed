import RuleEngine
import Testing

/// What a reader makes of a text, as one string: each event behind its line, malformed ones as
/// `line:column message`. Whatever the sizes of pieces and the number of jobs are, it is the same.
func readEvents(
  _ text: String, _ format: InputFormat = .auto, mapping: LogMapping? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> [String] {
  let whole = try read(text, format, mapping, chunkBytes: 1 << 18, jobs: 1)
  for (chunkBytes, jobs) in [(64, 1), (64, 2), (1 << 18, 3)] {
    let other = try read(text, format, mapping, chunkBytes: chunkBytes, jobs: jobs)
    #expect(other == whole, "\(chunkBytes) bytes, \(jobs) jobs", sourceLocation: sourceLocation)
  }
  return whole
}

private func read(
  _ text: String, _ format: InputFormat, _ mapping: LogMapping?, chunkBytes: Int, jobs: Int
) throws -> [String] {
  var options = TraceReader.Options()
  options.inputFormat = format
  options.mapping = mapping
  options.chunkBytes = chunkBytes
  options.jobs = jobs
  var reader = TraceReader([.source(ArrayByteSource(Array(text.utf8)))], options: options)
  var batch = EventBatch()
  var counts = TraceCounts()
  var found: [String] = []
  while try reader.next(into: &batch) {
    counts += batch.counts
    var diagnostics = batch.diagnostics[...]
    for event in batch.events {
      if event.kind == .malformed, let diagnostic = diagnostics.popFirst() {
        #expect(diagnostic.position == event.position)
        found.append("\(diagnostic.position.line):\(diagnostic.column) \(diagnostic.message)")
        continue
      }
      var single = EventBatch()
      single.events = [event]
      found.append("\(event.position.line) \(render(single, reader.strings))")
    }
  }
  #expect(counts.bytes == UInt64(text.utf8.count))
  let newlines = text.utf8.count { $0 == 0x0A }
  #expect(counts.lines == UInt64(text.utf8.last == 0x0A ? newlines : newlines + 1))
  if counts.skipped > 0 { found.append("(\(counts.skipped) skipped)") }
  if counts.unknownEvents > 0 { found.append("(\(counts.unknownEvents) unknown events)") }
  if counts.unknownFields > 0 { found.append("(\(counts.unknownFields) unknown)") }
  return found
}

/// A CSV text and what comes of it.
private func check(
  _ text: String, _ expected: String..., sourceLocation: SourceLocation = #_sourceLocation
) throws {
  #expect(
    try readEvents(text, sourceLocation: sourceLocation) == expected, sourceLocation: sourceLocation
  )
}

@Suite struct ForeignLogTests {
  @Test func detection() {
    func check(
      _ text: String, _ expected: InputFormat, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(
        InputFormat.detected(in: Array(text.utf8)) == expected, "\(text)",
        sourceLocation: sourceLocation)
    }
    check("", .text)
    check("@ddi KeSetEvent\n", .text)
    check("{\"ev\":\"KeSetEvent\"}\n", .jsonl)
    check("\n\nID = 512\nType = IRPComp\n", .irpmon)
    check("ID = 512\r\nType = IRPComp\r\n", .irpmon)
    check("ID = abc\n", .text)
    check("ev,irp,status\n", .csv)
    check("\"ts\",\"ev\"\r\n", .csv)
    check("\u{FEFF}ev;irp\n", .text)
    check("ev,other\n", .text)
    check("a,b,c\n", .text)
    #expect(
      InputFormat.detected(in: [0xFF, 0xFE] + "ev,irp\n".utf8.flatMap { [$0, 0] }) == .csv)
  }

  @Test func csv() throws {
    try check(
      "ev,tid,irp,status\nDispatchExit,18,ffff0010,STATUS_PENDING\nIoFreeIrp,0x12,0xA0,\n",
      "2 DispatchExit tid=0x12 irp=FFFF0010 status=STATUS_PENDING", "3 IoFreeIrp tid=0x12 irp=A0",
      "(1 skipped)")
    // Quotes, line breaks in cells, blank lines, CRLF, no newline at the end.
    try check(
      "ev,drv,note\r\nTraceStart,\"a, \"\"b\"\"\",\"two\r\nlines\"\r\n\r\nTraceStart,,x",
      #"2 TraceStart drv="a, \"b\"" note="two lines""#, "5 TraceStart note=x", "(2 skipped)")
    // Cells without an event name say nothing; unknown columns and events are counted.
    try check(
      "ev,irp,colour\n,1,red\nNew,1,red\nIoFreeIrp,1,red\n", "4 IoFreeIrp irp=1", "(2 skipped)",
      "(1 unknown events)", "(1 unknown)")
    // What is wrong stands where it stands in the file.
    try check(
      "ev,irp\nIoFreeIrp,\nIoFreeIrp,zz\nIoFreeIrp,1,2\nIoFreeIrp,\"1\"2\nIoFreeIrp,7\n",
      #"2:1 IoFreeIrp needs the field "irp""#,
      #"3:11 expected hex digits for "irp", found "zz""#,
      "4:1 the row has 3 cells where the header has 2; quote a value that holds a comma",
      "5:14 unexpected text behind the closing quote of a cell; double a quote inside quotes",
      "6 IoFreeIrp irp=7", "(1 skipped)")
    try check(
      "ev,irp\nIoFreeIrp,\"1\n2\n", "2:11 the quote that opens here is never closed", "(1 skipped)")
  }

  @Test func csvByOverride() throws {
    #expect(
      try readEvents("event,irp\nIoFreeIrp,1\n", .csv) == [
        "1:1 the header row names no column \"ev\"; the first row must hold the names of fields",
        "(1 skipped)",
      ])
    #expect(
      try readEvents("ev,irp\n@ddi IoFreeIrp irp=1\n", .text) == [
        "2 IoFreeIrp irp=1", "(1 skipped)",
      ])
  }

  /// What the writer writes the reader takes back.
  @Test func csvRoundTrip() throws {
    var generator = EventGenerator(seed: 11)
    var writer = CSVWriter()
    var out: [UInt8] = []
    var written: [String] = []
    for row in Array(repeating: EventKind.schema, count: 30).joined() {
      let event = generator.event(row)
      let strings = generator.strings
      let text = line(event, strings)
      // An empty cell is no value.
      if text.contains("=\"\"") { continue }
      writer.append(event, strings: strings, to: &out)
      written.append(text)
    }
    writer.finish(to: &out)
    var reader = TraceReader([.source(ArrayByteSource(out))])
    var batch = EventBatch()
    var found: [String] = []
    while try reader.next(into: &batch) {
      #expect(batch.diagnostics == [])
      found += batch.events.map { line($0, reader.strings) }
    }
    let isSame = found == written
    #expect(isSame, "\(zip(found, written).first { $0 != $1 } ?? ("", ""))")
  }

  private func line(_ event: Event, _ strings: StringTable) -> String {
    var bytes: [UInt8] = []
    TraceWriter.appendText(event, strings: strings, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
