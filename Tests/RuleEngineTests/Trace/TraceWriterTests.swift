import RuleEngine
import Testing

@Suite struct TraceWriterTests {
  /// Every event, written and read again, is the same event.
  @Test(arguments: [true, false]) func roundTrips(isJSON: Bool) throws {
    var generator = EventGenerator(seed: 1)
    for _ in 0..<80 {
      for row in EventKind.schema {
        var event = generator.event(row)
        event.position = TracePosition(file: 0, line: 1)
        var line: [UInt8] = []
        if isJSON {
          TraceWriter.appendJSON(event, strings: generator.strings, to: &line)
        } else {
          TraceWriter.appendText(event, strings: generator.strings, to: &line)
        }
        var parser = TraceParser(strings: generator.strings)
        var batch = EventBatch()
        parser.parse(line, into: &batch)
        let text = String(decoding: line, as: UTF8.self)
        try #require(batch.events == [event], "\(text) \(batch.diagnostics)")
        #expect(line.last == 10 && !line.dropLast().contains(10), "\(text)")
      }
    }
  }

  @Test func whatALineLooksLike() {
    var strings = StringTable()
    var event = Event(.ioAcquireRemoveLock)
    event.fields = FieldSet(.ts, .tid, .dev, .lock, .tag, .status, .src)
    event.timestamp = -12
    event.thread = 0x1018
    event.device = 0xFFFF_E000_1234_0000
    event.lock = 0xFFFF_E000_1234_0050
    event.statusBits = NTStatus.deletePending.rawValue
    event.source = strings.intern("a \"b\".c:1\n")
    var out: [UInt8] = []
    TraceWriter.appendJSON(event, strings: strings, to: &out)
    TraceWriter.appendText(event, strings: strings, to: &out)
    TraceWriter.appendText(Event(.malformed), strings: strings, to: &out)
    #expect(
      String(decoding: out, as: UTF8.self) == #"""
        {"ev":"IoAcquireRemoveLock","ts":-12,"tid":"0x1018","dev":"0xffffe00012340000",\#
        "lock":"0xffffe00012340050","tag":"0x0","status":"STATUS_DELETE_PENDING",\#
        "src":"a \"b\".c:1\u000a"}
        @ddi IoAcquireRemoveLock ts=-12 tid=0x1018 dev=FFFFE00012340000 \#
        lock=FFFFE00012340050 tag=0000000000000000 status=STATUS_DELETE_PENDING \#
        src="a \"b\".c:1 "
        @ddi TraceLost

        """#)
  }

  @Test func everyNameOfACodeIsReadBack() {
    var parser = TraceParser()
    var batch = EventBatch()
    var expected: [Event] = []
    var strings = StringTable()
    _ = strings.intern("")
    var lines: [UInt8] = []
    for major in 0..<256 {
      for minor in 0..<64 {
        var event = Event(.dispatchEnter)
        event.fields = FieldSet(.dev, .irp, .mj, .mn)
        event.major = MajorFunction(UInt8(major))
        event.minor = MinorFunction(UInt8(minor))
        event.position = TracePosition(file: 0, line: UInt64(expected.count) + 1)
        expected.append(event)
        TraceWriter.appendJSON(event, strings: strings, to: &lines)
      }
    }
    parser.parse(lines, into: &batch)
    #expect(batch.events == expected)
  }
}
