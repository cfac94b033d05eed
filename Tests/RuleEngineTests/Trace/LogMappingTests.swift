import Testing

@testable import RuleEngine

/// A mapping of one line and what it makes of a log.
private func check(
  _ line: String, _ log: String, _ expected: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let mapping = try LogMapping("[\(line)]")
  #expect(
    try readEvents(log, mapping: mapping, sourceLocation: sourceLocation) == expected,
    sourceLocation: sourceLocation)
}

/// A mapping that is wrong, and what is said about it.
private func check(
  wrong mapping: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(sourceLocation: sourceLocation) {
    _ = try LogMapping(mapping)
  } throws: { error in
    "\(error)" == expected
  }
}

@Suite struct LogMappingTests {
  @Test func values() throws {
    // A template, constants, a prefix that gives thread and time.
    try check(
      #"{"match": "A (?<lock>\\w+) (?<tag>0x\\w+)", "event": "IoAcquireRemoveLock","#
        + #" "fields": {"lock": "$lock", "tag": "$tag", "status": 0}}"#,
      "0.000001000\tA F010 0xA0\nnothing\n[0]1.2::x A F011 0xA1 B\n",
      "1 IoAcquireRemoveLock ts=1000 lock=F010 tag=A0 status=STATUS_SUCCESS",
      "3 IoAcquireRemoveLock tid=0x2 lock=F011 tag=A1 status=STATUS_SUCCESS", "(1 skipped)")
    // Decimal to hex, a braced group and a dollar sign, a table with a default.
    try check(
      #"{"match": "(?<n>\\d+) (?<w>\\w+)", "event": "DispatchEnter", "fields": {"#
        + #""dev": {"group": "n", "as": "decimal"}, "irp": "a${n}", "fn": "$$x","#
        + #" "mj": {"group": "w", "table": {"rd": "IRP_MJ_READ"}, "default": "IRP_MJ_WRITE"}}}"#,
      "16 rd\n17 wr\n",
      "1 DispatchEnter dev=10 irp=A16 mj=IRP_MJ_READ fn=$x",
      "2 DispatchEnter dev=11 irp=A17 mj=IRP_MJ_WRITE fn=$x")
    // A name stands for an address, the same for the same name.
    try check(
      #"{"match": "(?<name>\\w+) down", "event": "KeSetEvent","#
        + #" "fields": {"object": {"group": "name", "as": "name"}}}"#,
      "a down\nb down\na down\n",
      "1 KeSetEvent object=AF63DC4C8601EC8C", "2 KeSetEvent object=AF63DF4C8601F1A5",
      "3 KeSetEvent object=AF63DC4C8601EC8C")
    // A group that took no part gives no field.
    try check(
      #"{"match": "done(?: (?<s>\\w+))?$", "event": "WmiSystemControl", "fields":"#
        + #" {"irp": 1, "disposition": "IrpForward", "status": "$s"}}"#,
      "done\ndone STATUS_PENDING\n", "1 WmiSystemControl irp=1 disposition=IrpForward",
      "2 WmiSystemControl irp=1 status=STATUS_PENDING disposition=IrpForward")
  }

  @Test func order() throws {
    let mapping = try LogMapping(
      """
      {"defaults": {"drv": "demo", "lock": "10", "count": 3}, "lines": [
        {"match": "^lost", "event": "TraceLost"},
        {"match": "lo", "contains": "lock", "event": "IoReleaseRemoveLock", "fields": {"tag": 2}},
        {"match": "lo", "event": "KeSetEvent", "fields": {"drv": "other"}}
      ]}
      """)
    #expect(
      try readEvents(
        "lost\na lock\nlow\n{\"ev\":\"IoFreeIrp\",\"irp\":5}\n@ddi IoFreeIrp irp=6\nlost?\n\n",
        mapping: mapping) == [
          "1 TraceLost drv=demo count=3", "2 IoReleaseRemoveLock drv=demo lock=10 tag=2",
          "3 KeSetEvent drv=other", "4 IoFreeIrp irp=5", "5 IoFreeIrp irp=6",
          "6 TraceLost drv=demo count=3", "(1 skipped)",
        ])
  }

  @Test func malformedLines() throws {
    let line =
      #"{"match": "irp (?<irp>\\w+) (?<w>\\w+) (?<n>\\w+)", "event": "DispatchEnter", "fields": {"#
      + #""irp": "$irp", "dev": {"group": "n", "as": "decimal"},"#
      + #" "mj": {"group": "w", "table": {"rd": 3}}}}"#
    try check(
      line, "ä irp zz rd 5\nirp 1 wr 5\nirp 1 rd 5x\nirp 1 rd 5\n",
      #"1:8 expected hex digits for "irp", found "zz""#,
      #"2:7 "wr" is not in the mapping's table for "mj""#,
      #"3:10 expected a decimal number, found "5x" for "dev""#,
      "4 DispatchEnter dev=5 irp=1 mj=IRP_MJ_READ")
  }

  @Test func whatIsWrongWithAMapping() {
    check(wrong: "", "1:1: the document ends where a value is expected")
    check(wrong: "[]", "1:1: the list of lines is empty")
    check(wrong: "{}", #"1:1: the mapping has no "lines""#)
    check(wrong: "{\"lines\": 3}", "1:11: expected a list of lines")
    check(
      wrong: "[\n  {\"match\": \"x\",\n   \"evnt\": 1}]",
      #"3:4: unknown member "evnt"; expected "comment", "contains", "event", "fields", "match""#)
    check(wrong: #"[{"match": "x"}]"#, #"1:2: a line needs "event""#)
    check(
      wrong: #"[{"match": "(x", "event": "TraceLost"}]"#,
      #"1:12: the expression cannot be read: a group is not closed; ")" is missing"#)
    check(
      wrong: #"[{"match": "x", "event": "IoAquireRemoveLock"}]"#,
      #"1:26: unknown event "IoAquireRemoveLock"; docs/trace-format.md lists the events"#)
    check(
      wrong: #"[{"match": "x", "event": "IoFreeIrp"}]"#, #"1:26: IoFreeIrp needs the field "irp""#)
    check(
      wrong: #"[{"match": "x", "event": "IoFreeIrp", "fields": {"ipr": 1}}]"#,
      #"1:50: unknown field "ipr"; docs/trace-format.md lists the fields"#)
    check(
      wrong: #"[{"match": "x", "event": "IoFreeIrp", "fields": {"lock": 1}}]"#,
      #"1:50: IoFreeIrp has no field "lock""#)
    check(
      wrong: #"[{"match": "x", "event": "IoFreeIrp", "fields": {"irp": "$a"}}]"#,
      #"1:57: the expression has no group "a"; name one with (?<a>…)"#)
    check(
      wrong: #"[{"match": "x", "event": "IoFreeIrp", "fields": {"irp": "5 $"}}]"#,
      #"1:57: a "$" without a group's name; write "$$" for the sign"#)
    check(
      wrong: #"[{"match": "x", "event": "IoFreeIrp", "fields": {"irp": "zz"}}]"#,
      #"1:57: expected hex digits for "irp", found "zz""#)
    check(
      wrong: #"[{"match": "(?<a>x)", "event": "DispatchEnter", "fields": "#
        + #"{"irp": 1, "dev": 2, "mj": {"group": "a", "table": {"x": "IRP_MJ_RAED"}}}}]"#,
      #"1:86: expected an IRP_MJ_ name or a code from 0 to 255 for "mj", found "IRP_MJ_RAED""#)
    check(
      wrong: #"[{"match": "x", "event": "AddDevice", "fields": {"dev": 1, "role": "FOD"}}]"#,
      #"1:68: "FOD" is no word for "role""#)
    check(
      wrong: #"[{"match": "(?<a>x)", "event": "IoFreeIrp", "fields": {"irp": {"group": "a"}}}]"#,
      #"1:63: expected "table", or "as" with "decimal" or "name""#)
    check(
      wrong: #"{"defaults": {"drv": "$x"}, "lines": []}"#,
      #"1:22: a default cannot hold "$x": it belongs to no match"#)
    check(wrong: #"[{"match": "a\qb"}]"#, #"1:15: "\q" is no escape of JSON; write "\\""#)
    check(wrong: #"{"lines": [], "lines": []}"#, #"1:15: "lines" is given twice"#)
    check(wrong: "[1] 2", "1:5: unexpected text behind the document")
  }

  /// A line that takes too many steps is a gap with its reason, and the run goes on.
  @Test func oneLineCannotStopARun() throws {
    // Anchored, and with a first letter that other lines do not begin with, so that these cost little.
    let many = String(repeating: "(a*)*", count: 8)
    let hostile = String(repeating: "a", count: 60_000)
    var mapping = try LogMapping(
      """
      [{"match": "^\(many)[xz]$", "event": "TraceLost"},
       {"match": "irp (?<irp>\\\\d+)", "event": "IoFreeIrp", "fields": {"irp": "$irp"}}]
      """)
    mapping.budget = LogMapping.Budget(first: 1 << 20, perByte: 8, largest: 1 << 21)
    let found = try readEvents("y\n\(hostile)!\nirp 5\n", mapping: mapping)
    #expect(
      found == [
        "2:1 matching the line with the mapping takes too long; give the mapping's lines \"contains\" and "
          + "simpler expressions",
        "3 IoFreeIrp irp=5", "(1 skipped)",
      ])
  }
}
