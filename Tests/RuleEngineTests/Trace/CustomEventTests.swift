import FuzzInputs
import Testing

@testable import RuleEngine

private let team = CustomEvent("TeamStart", fields: ["session", "mode", "a-long-field_name"])

private func options(_ events: CustomEvent...) -> TraceParser.Options {
  var options = TraceParser.Options()
  options.customEvents = events
  return options
}

/// A line of the event `TeamStart`, in both spellings, and the fields of its own that are kept.
private func check(
  json: String, text: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  for line in [#"{"ev":"TeamStart",\#(json)}"#, "@ddi TeamStart \(text)"] {
    check(line, expected, sourceLocation: sourceLocation)
  }
}

private func check(
  _ line: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  var parser = TraceParser(options: options(team))
  var batch = EventBatch()
  parser.parse(Array(line.utf8), into: &batch)
  let words = batch.events.map { event in
    ([event.customName(in: parser.strings)]
      + event.ownFields(in: parser.strings).map { "\($0.name)=\(form(of: $0.value))" })
      .joined(separator: " ")
  }
  let unknown = batch.counts.unknownFields
  let all = (words + (unknown > 0 ? ["(\(unknown) unknown)"] : [])).joined(separator: " | ")
  #expect(all == "TeamStart" + expected, "\(line)", sourceLocation: sourceLocation)
  for diagnostic in batch.diagnostics {
    Issue.record("\(line): \(diagnostic.message)", sourceLocation: sourceLocation)
  }
}

/// A value with what kind it is.
private func form(of value: FieldValue) -> String {
  switch value {
  case .integer(let number): "\(number)"
  case .address(let number): "0x" + String(number, radix: 16)
  case .text(let text): "'\(text)'"
  }
}

@Suite("events of one's own") struct CustomEventTests {
  @Test("a number is one in whichever spelling, anything else is a text") func values() {
    let cases: [(json: String, text: String, String)] = [
      ("3", "3", "3"), ("-7", "-7", "-7"), ("0", "0", "0"), (#""17""#, #""17""#, "17"),
      (#""007""#, "007", "7"), (#""-0""#, "-0", "0"),
      ("9223372036854775807", "9223372036854775807", "9223372036854775807"),
      ("9223372036854775808", "9223372036854775808", "0x8000000000000000"),
      ("18446744073709551615", "18446744073709551615", "0xffffffffffffffff"),
      ("18446744073709551616", "18446744073709551616", "'18446744073709551616'"),
      ("-9223372036854775808", "-9223372036854775808", "-9223372036854775808"),
      ("-9223372036854775809", "-9223372036854775809", "'-9223372036854775809'"),
      (#""0x1F""#, "0x1F", "0x1f"), (#""0X1f""#, #""0X1f""#, "0x1f"),
      (#""0xffffffffffffffff""#, "0xffffffffffffffff", "0xffffffffffffffff"),
      (#""0x1ffffffffffffffff""#, "0x1ffffffffffffffff", "'0x1ffffffffffffffff'"),
      (#""0x""#, "0x", "'0x'"), (#""0xg""#, "0xg", "'0xg'"), (#""ff""#, "ff", "'ff'"),
      (#""-""#, "-", "'-'"), (#""+3""#, "+3", "'+3'"), (#"" 3""#, #"" 3""#, "' 3'"),
      ("1.5", "1.5", "'1.5'"), ("1e3", "1e3", "'1e3'"), (#""1.5""#, "1.5", "'1.5'"),
      ("true", "true", "'true'"), ("false", "false", "'false'"), (#""fast""#, "fast", "'fast'"),
      (#""""#, #""""#, "''"), (#""""#, "", "''"), (#""two words""#, #""two words""#, "'two words'"),
      (#""a\"b\\c""#, #""a\"b\\c""#, #"'a"b\c'"#), (#""\u0061""#, "a", "'a'"),
      (#""\u0033""#, "3", "3"), (#""null""#, "null", "'null'"), (#""ä😀""#, "ä😀", "'ä😀'"),
      (
        #""a rather long text that goes on""#, #""a rather long text that goes on""#,
        "'a rather long text that goes on'"
      ),
    ]
    for (json, text, value) in cases {
      check(json: #""session":\#(json)"#, text: "session=\(text)", " session=\(value)")
      check(
        json: #""tid":1,"a-long-field_name" : \#(json) , "mode":"m""#,
        text: "a-long-field_name=\(text) tid=1 mode=m",
        " mode='m' a-long-field_name=\(value)")
    }
  }

  @Test("of two values the last counts, null and what is no value are none") func otherForms() {
    check(json: #""session":3,"session":"x""#, text: "session=3 session=x", " session='x'")
    check(json: #""session":"x","session":4"#, text: "session=x session=4", " session=4")
    check(#"{"ev":"TeamStart","session":null}"#, "")
    check(#"{"ev":"TeamStart","session":3,"session":null}"#, "")
    check(#"{"ev":"TeamStart","session":"x","session":null,"mode":1}"#, " mode=1")
    check(#"{"ev":"TeamStart","session":null,"session":3}"#, " session=3")
    check(#"{"ev":"TeamStart","session":{"a":1}}"#, " | (1 unknown)")
    check(#"{"ev":"TeamStart","session":3,"session":[1,2]}"#, " session=3 | (1 unknown)")
    check(#"{"session":3,"ev":"TeamStart","mode":"m"}"#, " session=3 mode='m'")
    check(#"{"session":3,"ev":"TeamStart","other":1}"#, " session=3 | (1 unknown)")
    check(#"{"\u0073ession":3,"ev":"TeamStart"}"#, " session=3")
    check(
      json: #""Session":3,"sessions":4,"sessio":5"#, text: "Session=3 sessions=4 sessio=5",
      " | (3 unknown)")
  }

  @Test("malformed neighbours take none of it away") func malformedNeighbours() {
    func check(_ lines: String, _ expected: String) {
      #expect(outcome(of: Array(lines.utf8), options(team)) == expected, "\(lines)")
    }
    check(
      "@ddi TeamStart session=\"3\n@ddi TeamStart session=3",
      #"!24 no closing quote for "session" | TeamStart session=3"#)
    check(
      #"{"ev":"TeamStart","session":3"# + "\n" + #"{"ev":"TeamStart","session":4}"#,
      #"!30 expected "," or "}" after a value, but the line ends | TeamStart session=4"#)
    check(
      "@ddi TeamStart session=3 irp=zz@ddi TeamStart mode=x",
      #"!30 expected hex digits for "irp", found "zz" | TeamStart mode=x"#)
    check("@ddi TeamStart session=3@ddi KeSetEvent", "TeamStart session=3 | KeSetEvent")
    check("@ddi TeamStart mode=@ddi KeSetEvent", #"TeamStart mode="" | KeSetEvent"#)
    // On an event of the format the field is as unknown as ever, whatever its value.
    check(
      "@ddi KeSetEvent session=3\n" + #"{"ev":"KeSetEvent","session":[],"mode":null}"#,
      "KeSetEvent | KeSetEvent | (3 unknown)")
    check("@ddi Unheard session=3\n@ddi TeamStart", "TeamStart | (1 unknown events)")
  }

  @Test("own fields take the places of the format's, unless those are asked for") func slots() {
    func check(
      _ fields: [String], _ line: String, _ signature: String, _ expected: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let options = options(CustomEvent("E", fields: fields))
      var parser = TraceParser(options: options)
      var batch = EventBatch()
      parser.parse(Array("@ddi E \(line)".utf8), into: &batch)
      #expect(render(batch, parser.strings) == expected, sourceLocation: sourceLocation)
      let event = batch.events.first ?? Event()
      #expect(parser.strings[event.text] == signature, sourceLocation: sourceLocation)
    }
    let format = "irp=1 lock=2 tag=3 object=4 size=5 status=0 mj=3"
    let written = "irp=1 lock=2 tag=3 object=4 status=STATUS_SUCCESS mj=IRP_MJ_READ size=5"
    check([], format, "E", "E \(written)")
    check(
      ["a"], "a=7 " + format, "E a",
      "E irp=1 lock=2 tag=3 object=4 status=STATUS_SUCCESS mj=IRP_MJ_READ a=7")
    check(
      ["a", "b", "c", "d"], "a=7 b=x c=0x9 d=-1 " + format, "E a b c d",
      "E irp=1 status=STATUS_SUCCESS mj=IRP_MJ_READ a=7 b=x c=0x9 d=-1")
    check(
      ["size", "a", "lock"], "a=7 " + format, "E size a",
      "E irp=1 lock=2 tag=3 status=STATUS_SUCCESS mj=IRP_MJ_READ size=5 a=7")
    check(
      ["a", "b", "c", "tag"], "a=7 b=8 c=9 " + format, "E a b tag c",
      "E irp=1 tag=3 status=STATUS_SUCCESS mj=IRP_MJ_READ a=7 b=8 c=9")
    // Fields of the format that no event of one's own has unless it is asked for.
    check(
      ["count", "target", "a"], "count=5 target=6 a=7 size=8 object=9", "E count target a",
      "E target=6 count=5 a=7")
    check(["highwater", "bus"], "highwater=5 bus=1", "E", "E bus=1 highwater=5")
    // What cannot be is passed over: a fifth field, a name that no line can carry.
    check(["a", "b", "c", "d", "e"], "a=1 e=5", "E a b c d", "E a=1 | (1 unknown)")
    check(["a b", "", "3", "ev", "kind", "a"], "a=1 kind=x", "E a", "E a=1")
  }

  @Test("an event says itself what it carries") func accessors() throws {
    var parser = TraceParser(
      options: options(CustomEvent("E", fields: ["size", "session", "mode"])))
    var batch = EventBatch()
    parser.parse(
      Array("@ddi E session=3 mode=fast size=9 dev=F0 irql=2 fn=Go status=0xC0000010".utf8),
      into: &batch)
    let event = try #require(batch.events.first)
    let strings = parser.strings
    #expect(event.customName(in: strings) == "E")
    #expect(event.ownFields(in: strings).map(\.name) == ["session", "mode"])
    let values: [(String, FieldValue?)] = [
      ("session", .integer(3)), ("mode", .text("fast")), ("size", .integer(9)),
      ("dev", .address(0xF0)), ("irql", .integer(2)), ("fn", .text("Go")),
      ("status", .text("STATUS_INVALID_DEVICE_REQUEST")), ("irp", nil), ("E", nil), ("ev", nil),
      ("sess", nil), ("", nil),
    ]
    for (name, value) in values { #expect(event.value(of: name, in: strings) == value, "\(name)") }
    #expect(event.isCustom("E", in: strings))
    for name in ["", "E s", "EE"] { #expect(!event.isCustom(name, in: strings)) }
    #expect(Event(.ioFreeIrp).customName(in: strings) == "IoFreeIrp")
    #expect(Event(.ioFreeIrp).ownFields(in: strings).isEmpty)
  }

  @Test("numbers compare by their value") func comparison() {
    let cases: [(FieldValue, FieldValue, Int?)] = [
      (.integer(3), .integer(4), -1), (.integer(4), .address(4), 0), (.address(5), .integer(4), 1),
      (.integer(-1), .address(.max), -1), (.address(0), .integer(-1), 1),
      (.address(.max), .address(1), 1), (.integer(.min), .integer(.min), 0),
      (.text("3"), .integer(3), nil), (.text("a"), .text("a"), nil),
    ]
    for (a, b, order) in cases { #expect(a.compare(to: b) == order, "\(a) \(b)") }
    for text in ["3", "-3", "0x1f", "fast", "", "0xffffffffffffffff"] {
      #expect(FieldValue(reading: text).description == text)
    }
  }

  @Test("signatures that no layout has are none") func signatures() {
    for good in ["E", "E a", "E size a", "E a b tag c", "E count target a", "a.b-c _d"] {
      #expect(CustomEvent(signature: good) != nil, "\(good)")
    }
    for bad in [
      "", " ", "E ", " E", "E  a", "E a ", "E a b c d e", "E a a", "E size", "E a size", "3 a",
      "E kind a", "E ev", "E a tag b", "(string table full)", "IoFreeIrp a", "E \u{E4}",
    ] {
      #expect(CustomEvent(signature: bad) == nil, "\(bad)")
    }
  }
}

/// Events of one's own with any of their fields.
extension EventGenerator {
  static let customs = [
    CustomEvent("A", fields: ["one", "two", "three", "four"]), CustomEvent("NoFields"),
    CustomEvent("B.c-d", fields: ["tag", "session", "a_long_name_of_a_field"]),
    CustomEvent("C", fields: ["size", "one"]),
  ]

  mutating func customEvent() -> Event {
    let custom = Self.customs.randomElement(using: &random) ?? "A"
    let layout = CustomLayout(custom)
    let allowed = FieldSet(rawValue: layout.allowed)
    var event = self.event(
      EventSchema(.custom, custom.name, [], optional: allowed))
    event.text = strings.intern(layout.signature)
    for slot in layout.own.indices where layout.own[slot] != nil {
      switch UInt8.random(in: 0..<4, using: &random) {
      case 0: event.setOwn(slot, .integer, number())
      case 1: event.setOwn(slot, .address, number())
      case 2: event.setOwn(slot, .text, UInt64(text().rawValue))
      default: break
      }
    }
    return event
  }
}

@Suite("writing and reading events of one's own") struct CustomEventRoundTripTests {
  private func lines(_ count: Int, isJSON: Bool) -> (bytes: [UInt8], events: [Event], StringTable) {
    var generator = EventGenerator(seed: 3)
    var events: [Event] = []
    var bytes: [UInt8] = []
    for line in 1...count {
      var event = generator.customEvent()
      event.position = TracePosition(file: 0, line: UInt64(line))
      events.append(event)
      if isJSON {
        TraceWriter.appendJSON(event, strings: generator.strings, to: &bytes)
      } else {
        TraceWriter.appendText(event, strings: generator.strings, to: &bytes)
      }
    }
    return (bytes, events, generator.strings)
  }

  @Test("a line gives the same event", arguments: [true, false]) func spellings(isJSON: Bool) {
    let (bytes, events, strings) = lines(3000, isJSON: isJSON)
    var options = TraceParser.Options()
    options.customEvents = EventGenerator.customs
    var parser = TraceParser(options: options, strings: strings)
    var batch = EventBatch()
    parser.parse(bytes, into: &batch)
    #expect(batch.diagnostics.isEmpty)
    for (read, event) in zip(batch.events, events) {
      #expect(read == event, "\(event.customWords(in: strings))")
    }
    #expect(batch.events.count == events.count)
  }

  private func read(
    _ bytes: [UInt8], jobs: Int = 1, _ customs: [CustomEvent] = EventGenerator.customs
  ) throws -> (EventBatch, StringTable) {
    var options = TraceReader.Options()
    options.parser.customEvents = customs
    options.jobs = jobs
    options.chunkBytes = 1 << 12
    var reader = TraceReader([.source(ArrayByteSource(bytes))], options: options)
    var all = EventBatch()
    try reader.appendAll(to: &all)
    return (all, reader.strings)
  }

  @Test("on several threads the events are the same") func parallel() throws {
    let bytes = lines(3000, isJSON: true).bytes
    let (one, strings) = try read(bytes)
    for jobs in 2...4 {
      let (several, others) = try read(bytes, jobs: jobs)
      #expect(several == one)
      #expect(others.count == strings.count)
    }
    #expect(one.events.contains { $0.flags.contains(.ownText) })
  }

  @Test("are known where the strings before them have filled the table", arguments: [1, 3])
  func fullTable(_ jobs: Int) throws {
    var options = TraceReader.Options()
    options.parser.customEvents = [team]
    options.stringLimit = 20
    options.jobs = jobs
    options.chunkBytes = 256
    let others = (1...400).map { "@ddi KeSetEvent src=file\($0).c:1\n" }.joined()
    let bytes = Array((others + "@ddi TeamStart session=7\n").utf8)
    var reader = TraceReader([.source(ArrayByteSource(bytes))], options: options)
    var batch = EventBatch()
    var last: Event?
    while try reader.next(into: &batch) { last = batch.events.last ?? last }
    let event = try #require(last)
    #expect(reader.strings.isFull)
    #expect(event.customName(in: reader.strings) == "TeamStart")
    #expect(event.value(of: "session", in: reader.strings) == .integer(7))
  }

  @Test("the binary form keeps everything, under the names that it was written with")
  func binary() throws {
    let (original, strings) = try read(lines(3000, isJSON: false).bytes)
    var writer = BinaryTraceWriter()
    var bytes: [UInt8] = []
    writer.append(original, strings: strings, to: &bytes)
    writer.finish(to: &bytes)
    func json(_ events: [Event], _ strings: StringTable) -> [UInt8] {
      var out: [UInt8] = []
      for event in events { TraceWriter.appendJSON(event, strings: strings, to: &out) }
      return out
    }
    for jobs in 1...2 {
      // What is asked for decides which events there are, not what they carry.
      for customs in [EventGenerator.customs, ["A", "NoFields", "B.c-d", "C"]] {
        let (copy, others) = try read(bytes, jobs: jobs, customs)
        #expect(json(copy.events, others) == json(original.events, strings))
        #expect(copy.events.map(\.flags) == original.events.map(\.flags))
      }
    }
    let (some, others) = try read(bytes, ["A"])
    #expect(some.diagnostics.isEmpty)
    #expect(some.events.allSatisfy { $0.customName(in: others) == "A" })
    let unasked = original.events.count { $0.customName(in: strings) != "A" }
    #expect(some.counts.unknownEvents == UInt64(unasked))
  }

  @Test("damage is a gap, whatever a block claims of own fields") func damage() throws {
    var generator = EventGenerator(seed: 5)
    func trace(_ change: (inout Event, inout StringTable) -> Void) -> [UInt8] {
      var event = generator.customEvent()
      event.fields = []
      (event.word, event.flags) = (0, [])
      change(&event, &generator.strings)
      event.position = TracePosition(file: 0, line: 1)
      var bytes: [UInt8] = []
      var writer = BinaryTraceWriter()
      writer.append(event, strings: generator.strings, to: &bytes)
      writer.finish(to: &bytes)
      return bytes
    }
    let sound = trace { event, strings in
      event.text = strings.intern("A one two")
      event.setOwn(1, .integer, 7)
    }
    #expect(try read(sound).0.diagnostics.isEmpty)
    let changes: [(inout Event, inout StringTable) -> Void] = [
      {
        $0.text = $1.intern("A one"); $0.setOwn(1, .integer, 7)
      },
      {
        $0.text = $1.intern("A"); $0.setOwn(0, .integer, 7)
      },
      {
        $0.text = $1.intern("A size one"); $0.setOwn(0, .integer, 7)
      },
      {
        $0.text = $1.intern("A one"); $0.fields = FieldSet(.size)
      },
      {
        $0.text = $1.intern("A one"); $0.fields = FieldSet(.kind)
      },
      {
        $0.text = $1.intern("A "); $0.fields = FieldSet(.irp)
      },
      {
        $0.text = $1.intern("A one"); $0.setOwn(0, .text, UInt64($1.intern("17").rawValue))
      },
      {
        $0.text = $1.intern("IoFreeIrp one"); $0.setOwn(0, .integer, 7)
      },
    ]
    for (number, change) in changes.enumerated() {
      let (batch, _) = try read(trace(change))
      #expect(batch.events.map(\.kind) == [.malformed], "change \(number)")
    }
  }
}

@Suite("whatever bytes stand in events of one's own") struct CustomEventHostileTests {
  private static let text = #"""
    {"ev":"MyStart","session":3,"mode":"fast","tag":"0x1f","irp":1}
    {"ev":"MyStop","session":"0xffffffffffffffff","reason":null,"left":-1.5,"count":2}
    {"mode":true,"ev":"MyStart","session":[1,{}],"session":"\u00e4\n"}
    @ddi MyStop session=-9223372036854775808 reason="a \"b\\" left=18446744073709551615
    @ddi MyStart session= mode=@ddi MyEvent dev=F0 session=1

    """#

  @Test("reading, cutting up, writing and reading again go together") func invariants() {
    var random = TestRandom(seed: 11)
    let pool = Array("{}[]\":,\\@ddi =0x-.nu\n".utf8) + [0xFF, 0]
    for header: [UInt8] in [[0x40, 0, 0, 0], [0x47, 0x35, 0xFF, 9], [0x45, 3, 0, 1]] {
      #expect(FuzzInput.checkReaders(header + Array(Self.text.utf8)).isEmpty)
      for _ in 0..<24 {
        var bytes = Array(Self.text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch UInt8.random(in: 0..<3, using: &random) {
          case 0: bytes[place] = pool.randomElement(using: &random) ?? 0
          case 1: bytes.remove(at: place)
          default: bytes.insert(pool.randomElement(using: &random) ?? 0, at: place)
          }
        }
        let problems = FuzzInput.checkReaders(header + bytes)
        #expect(problems.isEmpty, "\(problems) \(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }
}
