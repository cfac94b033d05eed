import RuleEngine
import Testing

/// Some lines, and what the parser makes of them.
private func check(
  _ lines: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome(of: lines) == expected, "\(lines)", sourceLocation: sourceLocation)
}

/// What is no value but the shape of a line.
@Suite struct TraceLineTests {
  @Test func brokenObjects() {
    check(#"{"ev":"IoFreeIrp""#, #"!18 expected "," or "}" after a value, but the line ends"#)
    check(#"{"ev":"IoFreeIrp"#, "!17 expected a closing quote, but the line ends")
    check(#"{"ev""#, #"!6 expected ":" after a field name, but the line ends"#)
    check(#"{"ev":"#, "!7 expected a value, but the line ends")
    check(#"{"ev":IoFreeIrp}"#, "!7 expected a value")
    check(#"{"foo" 1}"#, #"!8 expected ":" after a field name"#)
    check(#"{"foo":1 "irp":2}"#, #"!10 expected "," or "}" after a value"#)
    check(#"{"ev":"IoFreeIrp","irp":1,}"#, "!27 expected a field name in quotes")
    check(#"{"ev":"IoFreeIrp","irp":1}}"#, "!27 unexpected text after the object")
    check(#"{"ev":"IoFreeIrp","irp":1}{"ev":"KeSetEvent"}"#, "!27 unexpected text after the object")
    check(#"{"ev":"IoFreeIrp","irp":01}"#, "!26 a number must not begin with 0")
    check(#"{"ev":"IoFreeIrp","x":-}"#, "!24 expected a digit")
    check(#"{"ev":"IoFreeIrp","x":1.}"#, "!25 expected a digit")
    check(#"{"ev":"IoFreeIrp","x":1e+}"#, "!26 expected a digit")
    check(#"{"ev":"IoFreeIrp","x":nul}"#, "!23 expected a value")
    check(#"{"ev":"IoFreeIrp","x":"\q"}"#, #"!24 expected an escape of JSON after "\""#)
    check(#"{"ev":"IoFreeIrp","x":"\u12g4"}"#, #"!24 expected an escape of JSON after "\""#)
    check(#"{"ev":"IoFreeIrp","x":[1,]}"#, "!26 expected a value")
    check(#"{"ev":"IoFreeIrp","x":[1}"#, #"!25 expected "," or "]" after a value"#)
    check(#"{"ev":"IoFreeIrp","x":{"a":1]}"#, #"!29 expected "," or "}" after a value"#)
    check(#"{"ev":"IoFreeIrp","x":{,}}"#, "!24 expected a field name in quotes")
    check(#"{"new":{"a":[}}"#, "!14 expected a value")
    check(#"{"new":[], "n":{}, "m":[{},[[]]]}"#, "(1 skipped)")
  }

  @Test func objectsOfOtherForms() {
    let expected = "IoAcquireRemoveLock lock=1 tag=0 status=STATUS_SUCCESS"
    check(#"  {"ev":"IoAcquireRemoveLock","lock":"1","tag":"0","status":0}  "#, expected)
    check(#"{ "ev" : "IoAcquireRemoveLock" , "lock" : 1 , "tag" : "0" , "status" : 0 }"#, expected)
    check("\t{\t\"ev\":\t\"IoAcquireRemoveLock\",\"lock\":1,\"tag\":0,\"status\":0}\r\n", expected)
    check(#"{"status":0,"tag":0,"lock":1,"ev":"IoAcquireRemoveLock"}"#, expected)
    check(
      #"{"status":0,"tag":0,"x":{"ev":"KeSetEvent"},"lock":1,"ev":"IoAcquireRemoveLock"}"#,
      expected + " | (1 unknown)")
    check(
      #"{"x":"\"ev\":\"KeSetEvent\"","ev":"IoFreeIrp","irp":1}"#, "IoFreeIrp irp=1 | (1 unknown)")
    // Of two values for one name the last counts.
    check(#"{"ev":"IoFreeIrp","irp":1,"irp":2}"#, "IoFreeIrp irp=2")
    check(#"{"ev":"KeSetEvent","irp":1,"ev":"IoFreeIrp"}"#, "IoFreeIrp irp=1")
    check(#"{"ev":"IoFreeIrp","irp":1,"ev":"Unheard"}"#, "(1 unknown events)")
    check(#"{"ev":"IoFreeIrp","irp":1,"cpu":3,"cpu":null}"#, "IoFreeIrp irp=1")
    check(#"{"ev":"IoFreeIrp","irp":1,"cpu":null,"cpu":3}"#, "IoFreeIrp cpu=3 irp=1")
    check(#"{"ev":"IoFreeIrp","irp":1,"irp":null}"#, #"!1 IoFreeIrp needs the field "irp""#)
    check(
      #"{"ev":"AddDevice","dev":1,"role":"PDO","bus":1,"bus":null}"#, "AddDevice dev=1 role=PDO")
    check(#"{"ev":17}"#, #"!7 expected an event's name as a string for "ev""#)
    check(#"{"ev":null}"#, #"!7 expected an event's name as a string for "ev""#)
    check(#"{"ev":{"ev":"x"}}"#, #"!7 expected an event's name as a string for "ev""#)
    check(#"{"ev":""}"#, "(1 unknown events)")
  }

  @Test func missingFields() {
    check(
      "@ddi IoAcquireRemoveLock lock=1 tag=2",
      #"!1 IoAcquireRemoveLock needs the field "status""#)
    check(
      "  x @ddi IoAcquireRemoveLock",
      #"!5 IoAcquireRemoveLock needs the fields "lock", "tag" and "status""#)
    check(#" {"ev":"DispatchExit"}"#, #"!2 DispatchExit needs the fields "irp" and "status""#)
    for row in EventKind.schema where !row.required.isEmpty {
      for field in row.required.fields {
        let others = row.required.subtracting(FieldSet(field)).fields
        let pairs = others.map { " \($0.name)=\(sample($0))" }.joined()
        check("@ddi \(row.name)\(pairs)", "!1 \(row.name) needs the field \"\(field.name)\"")
      }
    }
  }

  private func sample(_ field: Field) -> String {
    switch field.valueKind {
    case .word, .text: "x"
    default: "1"
    }
  }

  @Test func brokenText() {
    check("@ddi ", #"!6 expected an event's name after "@ddi ""#)
    check("@ddi   irp=1", #"!8 expected an event's name after "@ddi ""#)
    check("@ddi IoFreeIrp irp=1 junk", #"!22 expected key=value, found "junk""#)
    check("@ddi IoFreeIrp irp = 1", #"!16 expected key=value, found "irp""#)
    check("@ddi IoFreeIrp =1", #"!16 expected a field name before "=""#)
    check("@ddi Unheard of", #"!14 expected key=value, found "of""#)
    check(#"@ddi TraceStart note="a b"#, #"!22 no closing quote for "note""#)
    check(#"@ddi TraceStart note="a\""#, #"!22 no closing quote for "note""#)
    check(#"@ddi TraceStart note="a"b"#, "!25 expected a blank after the closing quote")
    check(
      "@ddi IoFreeIrp \(String(repeating: "x", count: 50))",
      "!16 expected key=value, found \"\(String(repeating: "x", count: 40))…\"")
  }

  @Test func gluedEvents() {
    check("@ddi KeSetEvent @ddi IoFreeIrp irp=1", "KeSetEvent | IoFreeIrp irp=1")
    check(
      "@ddi IoFreeIrp irp=1@ddi IoFreeIrp irp=2@ddi KeSetEvent",
      "IoFreeIrp irp=1 | IoFreeIrp irp=2 | KeSetEvent")
    check("a@ddi KeSetEvent@ddi KeSetEvent tid=1", "KeSetEvent | KeSetEvent tid=0x1")
    check("@ddi Unheard@ddi KeSetEvent", "KeSetEvent | (1 unknown events)")
    check("@ddi Unheard x=1@ddi KeSetEvent", "KeSetEvent | (1 unknown events)")
    check("@ddi @ddi KeSetEvent", #"!6 expected an event's name after "@ddi " | KeSetEvent"#)
    check("@ddi KeSetEvent drv=x@ddi KeSetEvent", "KeSetEvent drv=x | KeSetEvent")
    check(#"@ddi KeSetEvent drv="x"@ddi KeSetEvent"#, "KeSetEvent drv=x | KeSetEvent")
    check("@ddi DriverUnload drv=@ddi KeSetEvent", #"DriverUnload drv="" | KeSetEvent"#)
    check("@ddi CallbackExit kind=Dpc@ddi KeSetEvent", "CallbackExit kind=Dpc | KeSetEvent")
    check(
      "@ddi KeWaitForSingleObject status=STATUS_TIMEOUT@ddi KeSetEvent",
      "KeWaitForSingleObject status=STATUS_TIMEOUT | KeSetEvent")
    check(
      "@ddi IoFreeIrp irp=zz@ddi KeSetEvent",
      #"!20 expected hex digits for "irp", found "zz" | KeSetEvent"#)
    check(
      "@ddi IoFreeIrp irp=1 junk @ddi KeSetEvent",
      #"!22 expected key=value, found "junk" | KeSetEvent"#)
    check(
      #"@ddi KeSetEvent drv="x @ddi KeSetEvent tid=3"#,
      #"!21 no closing quote for "drv" | KeSetEvent tid=0x3"#)
    check(#"@ddi KeSetEvent drv="x @ddi y" tid=3"#, #"KeSetEvent tid=0x3 drv="x @ddi y""#)
    check(
      "@ddi IoFreeIrp @ddi KeSetEvent",
      #"!1 IoFreeIrp needs the field "irp" | KeSetEvent"#)
    check("@ddi KeSetEvent drv=mail@ddi", "KeSetEvent drv=\"mail@ddi\"")
  }

  @Test func prefixes() {
    let event = "@ddi KeSetEvent"
    check(
      "[0]0004.1018::01/02/1970-00:00:01.500 [toaster]\(event)",
      "KeSetEvent ts=86401500000000 tid=0x1018")
    check("[1]0004.1018::02/29/2024-23:59:59.999 \(event) tid=5 ts=7", "KeSetEvent ts=7 tid=0x5")
    check("[1]0004.00FF::03/01/2024-00:00:00.0000001 \(event) ts=7", "KeSetEvent ts=7 tid=0xff")
    check(
      "[1]0004.00FF::03/01/2024-00:00:00.0000001 \(event)",
      "KeSetEvent ts=1709251200000000100 tid=0xff")
    check("[1]0004.00FF::2024-03-01 00:00 \(event)", "KeSetEvent tid=0xff")
    check("[1]0004.00FF::13/01/2024-00:00:00.000 \(event)", "KeSetEvent tid=0xff")
    check("[1]0004.00FF::01/01/9999-00:00:00.000 \(event)", "KeSetEvent tid=0xff")
    check("[x]0004.00FF::01/01/2024-00:00:00.000 \(event)", "KeSetEvent")
    check("00000011\t0.00043282\t\(event)", "KeSetEvent ts=432820")
    check("00000011\t12.5\t[4] \(event) tid=9", "KeSetEvent ts=12500000000 tid=0x9")
    check("00000011\t12.5000000019\t\(event)", "KeSetEvent ts=12500000001")
    check("00000011\t12\t\(event)", "KeSetEvent")
    check("00000011 0.00043282 \(event)", "KeSetEvent")
    check("00000011\t99999999999.0\t\(event)", "KeSetEvent")
    check(
      "00000011\t0.25\t\(event) @ddi KeSetEvent ts=1",
      "KeSetEvent ts=250000000 | KeSetEvent ts=1")
  }

  @Test func lineEnds() {
    check("@ddi KeSetEvent\r\n@ddi KeSetEvent tid=1\r\n", "KeSetEvent | KeSetEvent tid=0x1")
    check("@ddi KeSetEvent\n\n@ddi KeSetEvent", "KeSetEvent | KeSetEvent | (1 skipped)")
    check("@ddi KeSetEvent\rtid=1", "KeSetEvent tid=0x1")
    check("\r\r\n", "(1 skipped)")
    check("@ddi KeSetEvent\u{0}tid=1\u{0}", "KeSetEvent tid=0x1")
    check("\u{0}\u{0}@ddi KeSetEvent", "KeSetEvent")
    check("@ddi KeSetEvent drv=a\u{0}b", #"!23 expected key=value, found "b""#)
    check("{\"ev\":\"KeSetEvent\",\"drv\":\"a\u{0}\tb\"}", "KeSetEvent drv=\"a\u{0}\tb\"")
    check("{\"ev\":\"KeSetEvent\"\u{0}}", #"!19 expected "," or "}" after a value"#)
    #expect(
      outcome(of: Array("@ddi KeSetEvent drv=".utf8) + [0xFF, 0xC3])
        == "KeSetEvent drv=\u{FFFD}\u{FFFD}")
  }

  @Test func positions() {
    var parser = TraceParser(file: 3)
    var batch = EventBatch()
    parser.parse(Array("x\n@ddi KeSetEvent @ddi KeSetEvent\n".utf8), into: &batch)
    parser.parse(Array("@ddi KeSetEvent x\n@ddi KeSetEvent".utf8), into: &batch)
    #expect(batch.events.map(\.position.line) == [2, 2, 3, 4])
    #expect(batch.events.allSatisfy { $0.position.file == 3 })
    #expect(batch.diagnostics.map(\.position.line) == [3])
    #expect(parser.line == 4)
    #expect(batch.counts.lines == 4)
    #expect(batch.counts.events == 3)
    #expect(batch.counts.bytes == 67)
  }

  @Test func longLines() {
    var options = TraceParser.Options()
    options.maxLineBytes = 30
    let tooLong = "!1 the line is longer than 30 bytes; raise --max-line-bytes to read it"
    func check(_ lines: String, _ expected: String) {
      #expect(outcome(of: Array(lines.utf8), options) == expected)
    }
    let line = "@ddi KeSetEvent drv="
    check(
      line + String(repeating: "x", count: 10) + "\n" + line + "y\n",
      "KeSetEvent drv=xxxxxxxxxx | KeSetEvent drv=y")
    check(
      line + String(repeating: "x", count: 11) + "\n" + line + "y\n",
      tooLong + " | KeSetEvent drv=y")
    check(line + "y\n" + line + String(repeating: "x", count: 50), "KeSetEvent drv=y | " + tooLong)
    check(String(repeating: " ", count: 31), tooLong)
    check(
      String(repeating: "{\"a\":", count: 7) + "\n" + line + "y", tooLong + " | KeSetEvent drv=y")
  }

  @Test func deepNesting() {
    func nested(_ depth: Int) -> String {
      #"{"ev":"KeSetEvent","x":"# + String(repeating: "[", count: depth)
        + String(repeating: "]", count: depth) + "}"
    }
    check(nested(64), "KeSetEvent | (1 unknown)")
    check(nested(65), "!88 objects and arrays are nested deeper than 64")
    check(
      #"{"ev":"KeSetEvent","x":"# + String(repeating: "[", count: 100_000),
      "!88 objects and arrays are nested deeper than 64")
  }

  @Test func eventsThatARuleAskedFor() throws {
    var options = TraceParser.Options()
    options.customEvents = ["MyLog", "IoFreeIrp"]
    var parser = TraceParser(options: options)
    var batch = EventBatch()
    parser.parse(
      Array(
        #"""
        {"ev":"MyLog","irp":1,"object":2,"role":"FDO"}
        @ddi MyLog dev=7
        @ddi IoFreeIrp irp=1
        {"irp":3,"ev":"MyLog"}
        """#.utf8), into: &batch)
    #expect(batch.events.map(\.kind) == [.custom, .custom, .ioFreeIrp, .custom])
    let event = try #require(batch.events.first)
    #expect(parser.strings[event.text] == "MyLog")
    #expect(event.fields == FieldSet(.irp, .object))
    #expect(event.irp == 1 && event.operand == 2)
  }
}
