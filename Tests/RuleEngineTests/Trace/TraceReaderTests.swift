import RuleEngine
import Testing

/// What came of reading a trace to its end.
private struct Reading: Equatable {
  var batch = EventBatch()
  var strings: [String] = []
  var isFull = false
  var error: TraceReadError?

  init(_ inputs: [TraceInput], _ options: TraceReader.Options = .init()) {
    var reader = TraceReader(inputs, options: options)
    do {
      try reader.appendAll(to: &batch)
    } catch {
      self.error = error
    }
    let strings = reader.strings
    self.strings = (0..<strings.count).map { strings[StringID(UInt32($0))] }
    isFull = strings.isFull
  }

  var rendered: String {
    var table = StringTable()
    for string in strings { _ = table.intern(string) }
    return render(batch, table)
  }
}

private func options(
  chunk: Int = 64, jobs: Int = 1, maxLine: Int = 1 << 20, strings: Int = 1 << 18
) -> TraceReader.Options {
  var options = TraceReader.Options()
  options.chunkBytes = chunk
  options.jobs = jobs
  options.parser.maxLineBytes = maxLine
  options.stringLimit = strings
  return options
}

private func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
  ("\u{FEFF}" + text).utf16.flatMap { unit in
    let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
    return bigEndian ? bytes.reversed() : bytes
  }
}

/// Hands out bytes and then fails.
private struct FailingSource: TraceByteSource {
  var bytes: ArrayByteSource
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceReadError) -> Int {
    let count = try bytes.read(into: buffer)
    if count == 0 { throw TraceReadError(file: "disk.log", reason: .readFailed(after: 0)) }
    return count
  }
}

/// A log that was rotated so often.
private struct RotatedSource: TraceByteSource {
  var files: [[UInt8]]
  private var file = ArrayByteSource([])

  init(_ texts: [String]) {
    files = texts.map { Array($0.utf8) }
    if !files.isEmpty { file = ArrayByteSource(files.removeFirst(), pieces: [50]) }
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceReadError) -> Int {
    try file.read(into: buffer)
  }

  mutating func goOn() throws(TraceReadError) -> Bool {
    if files.isEmpty { return false }
    file = ArrayByteSource(files.removeFirst(), pieces: [7])
    return true
  }
}

@Suite struct TraceReaderTests {
  private static let mixed = """
    some log line\r
    {"ev":"DispatchEnter","tid":"0x1018","dev":"0xffffe00012340000","irp":1,"mj":"IRP_MJ_PNP"}
    00000011\t0.00043282\t@ddi KeSetEvent drv="dr\u{EF}v\u{1F600}r"@ddi KeSetEvent\r

    {"ev":"IoFreeIrp","irp":"zz"}
    [0]0004.1018::01/02/1970-00:00:01.500 @ddi IoFreeIrp irp=2 x=y
    {"ev":"Unheard"}
    {"ev":"KeSetEvent","src":"ä.c:1","fn":"F"
    @ddi TraceLost count=7
    """

  private static let expected = """
    DispatchEnter tid=0x1018 dev=FFFFE00012340000 irp=1 mj=IRP_MJ_PNP \
    | KeSetEvent ts=432820 drv=dr\u{EF}v\u{1F600}r | KeSetEvent ts=432820 \
    | !25 expected hex digits for "irp", found "zz" | IoFreeIrp ts=86401500000000 tid=0x1018 irp=2 \
    | !43 expected "," or "}" after a value, but the line ends | TraceLost count=7 \
    | (2 skipped) | (1 unknown events) | (1 unknown)
    """

  @Test func everySplitGivesTheSame() {
    let bytes = Array(Self.mixed.utf8)
    let whole = Reading([.source(ArrayByteSource(bytes))], options(chunk: 1 << 20))
    #expect(whole.rendered == Self.expected)
    #expect(whole.batch.counts.bytes == UInt64(bytes.count))
    #expect(whole.batch.events.map(\.position.line) == [2, 3, 3, 5, 6, 8, 9])
    for split in 1..<bytes.count {
      let pieces = [split, bytes.count - split]
      #expect(Reading([.source(ArrayByteSource(bytes, pieces: pieces))], options()) == whole)
    }
    for size in 1...9 {
      #expect(Reading([.source(ArrayByteSource(bytes, pieces: [size]))], options()) == whole)
    }
    let marked = Reading([.source(ArrayByteSource([0xEF, 0xBB, 0xBF] + bytes, pieces: [1]))])
    #expect(marked.rendered == Self.expected)
  }

  @Test(arguments: [false, true]) func utf16InAnyPieces(bigEndian: Bool) {
    let bytes = utf16(Self.mixed, bigEndian: bigEndian)
    for split in 1..<bytes.count {
      let source = ArrayByteSource(bytes, pieces: [split, bytes.count - split])
      #expect(Reading([.source(source)], options()).rendered == Self.expected)
    }
    let odd = Reading([.source(ArrayByteSource(bytes + [0x40], pieces: [3]))])
    #expect(
      odd.rendered.contains(
        #"!22 expected a non-negative integer or 0x and hex digits for "count", found "7�""#))
    #expect(odd.batch.counts.bytes == UInt64(bytes.count) + 1)
  }

  @Test func brokenSurrogates() {
    // A lone second half, a lone first half, and a first half at the end.
    let units: [UInt16] =
      [0xFEFF] + Array("@ddi KeSetEvent drv=".utf16) + [0xDC00, 0x61, 0xD800, 0x62, 0xD800]
    let bytes = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    for size in 1...5 {
      let reading = Reading([.source(ArrayByteSource(bytes, pieces: [size]))])
      #expect(reading.rendered == "KeSetEvent drv=\u{FFFD}a\u{FFFD}b\u{FFFD}")
    }
  }

  @Test func emptyInputs() {
    for bytes in [[], [0xFF, 0xFE], [0xFE, 0xFF], [0xEF, 0xBB, 0xBF], [0xFF]] as [[UInt8]] {
      for jobs in [1, 2] {
        let reading = Reading([.source(ArrayByteSource(bytes))], options(jobs: jobs))
        #expect(reading.batch.events.isEmpty && reading.error == nil)
        #expect(reading.batch.counts.bytes == UInt64(bytes.count))
      }
    }
    #expect(Reading([]).batch == EventBatch())
  }

  @Test func overlongLines() {
    let long = "@ddi KeSetEvent drv=" + String(repeating: "x", count: 300)
    let bytes = Array("@ddi KeSetEvent\n\(long)\n@ddi IoFreeIrp irp=1\n\(long)".utf8)
    let tooLong = "!1 the line is longer than 100 bytes; raise --max-line-bytes to read it"
    for size in [1, 7, 64, 99, 100, 101, 1000] {
      for encoded in [bytes, utf16(String(decoding: bytes, as: UTF8.self), bigEndian: true)] {
        let source = ArrayByteSource(encoded, pieces: [size])
        let reading = Reading([.source(source)], options(maxLine: 100))
        #expect(reading.rendered == "KeSetEvent | \(tooLong) | IoFreeIrp irp=1 | \(tooLong)")
        #expect(reading.batch.counts.lines == 4)
      }
    }
  }

  @Test func severalFilesAreOneTrace() {
    let first = ArrayByteSource(Array("@ddi KeSetEvent drv=a\n\n@ddi KeSetEvent".utf8))
    let second = ArrayByteSource(utf16("x\n@ddi KeSetEvent drv=b\nbad\n@ddi", bigEndian: false))
    for jobs in 1...3 {
      let reading = Reading([.source(first), .source(second)], options(jobs: jobs))
      #expect(reading.batch.events.map(\.position.file) == [0, 0, 1])
      #expect(reading.batch.events.map(\.position.line) == [1, 3, 2])
      #expect(reading.strings == ["", "a", "b"])
    }
  }

  @Test func parallelReadingGivesTheSame() {
    var text = ""
    for index in 0..<3000 {
      switch index % 7 {
      case 0: text += "{\"ev\":\"KeSetEvent\",\"src\":\"file\(index).c:1\",\"tid\":\(index)}\n"
      case 1: text += "@ddi KeWaitForSingleObject status=STATUS_NEW_\(index % 100)\n"
      case 2: text += "{\"ev\":\"IoFreeIrp\",\"irp\":\"x\(index)\"}\n"
      case 3: text += "log\n\n"
      case 4: text += "@ddi CallbackEnter kind=Kind\(index % 50)@ddi CallbackExit kind=Dpc\n"
      default: text += "@ddi DriverUnload drv=driver\(index % 3) fn=F\(index)\n"
      }
    }
    let input = TraceInput.source(ArrayByteSource(Array(text.utf8), pieces: [1000, 17, 4096]))
    for strings in [1 << 18, 100] {
      let alone = Reading([input, input], options(chunk: 512, strings: strings))
      #expect(alone.isFull == (strings == 100))
      for jobs in 2...4 {
        let ahead = Reading([input, input], options(chunk: 777, jobs: jobs, strings: strings))
        #expect(ahead == alone)
      }
    }
  }

  @Test func abandonedPipelinesEnd() throws {
    let line = Array("@ddi KeSetEvent\n".utf8)
    let bytes = Array(repeatElement(line, count: 50_000).joined())
    for _ in 0..<20 {
      var reader = TraceReader([.source(ArrayByteSource(bytes))], options: options(jobs: 3))
      var batch = EventBatch()
      let isFirst = try reader.next(into: &batch)
      #expect(isFirst)
    }
  }

  @Test func errorsNameTheFile() {
    let missing = Reading([.file("/nonexistent/trace.jsonl")])
    #expect(
      missing.error?.description
        == "cannot open \"/nonexistent/trace.jsonl\": there is no such file; check the path")
    for jobs in [1, 2] {
      let directory = Reading([.file("/")], options(jobs: jobs))
      #expect(directory.error?.file == "/")
      let text = Array(String(repeating: "@ddi KeSetEvent\n", count: 100).utf8)
      let failing = Reading(
        [.source(FailingSource(bytes: ArrayByteSource(text, pieces: [160])))], options(jobs: jobs))
      #expect(
        failing.error == TraceReadError(file: "disk.log", reason: .readFailed(after: 1600)))
      #expect(failing.batch.events.count == 100)
    }
    let reasons: [TraceReadError.Reason] = [
      .notFound, .isDirectory, .accessDenied, .tooManyOpenFiles, .readFailed(after: 7),
      .other(code: 5),
    ]
    for reason in reasons {
      let message = TraceReadError(file: "-", reason: reason).description
      #expect(message.contains("standard input") && !message.hasSuffix("."))
    }
  }

  @Test("a log that was rotated goes on at line 1, behind a gap", arguments: [1, 2, 4])
  func rotation(_ jobs: Int) throws {
    let first = (1...40).map { "@ddi KeSetEvent note=first\($0)\n" }.joined() + "@ddi KeSetEvent"
    let csv = "ev,tid\nKeSetEvent,7\nKeSetEvent,8\n"
    var reader = TraceReader(
      [
        .source(RotatedSource([first, "", "other\n@ddi IoFreeIrp irp=2\n", csv])),
        .source(ArrayByteSource(Array("@ddi KeSetEvent\n".utf8))),
      ], options: options(jobs: jobs))
    var batch = EventBatch()
    var lines: [String] = []
    var files: Set<Int> = []
    while try reader.next(into: &batch) {
      files.insert(reader.fileOfBatch)
      lines += batch.events.map { "\($0.position.file):\($0.position.line) \($0.kind.name)" }
    }
    #expect(lines.prefix(41).allSatisfy { $0.hasPrefix("0:") && $0.hasSuffix(" KeSetEvent") })
    #expect(
      Array(lines.dropFirst(41)) == [
        "1:1 TraceLost", "2:1 TraceLost", "2:2 IoFreeIrp", "3:1 TraceLost", "3:2 KeSetEvent",
        "3:3 KeSetEvent", "4:1 KeSetEvent",
      ])
    #expect(files == [0, 1, 2, 3, 4])
  }
}
