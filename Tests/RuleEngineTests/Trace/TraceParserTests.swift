import RuleEngine
import Testing

/// One line, and what the parser makes of it.
private func check(
  _ line: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome(of: line) == expected, "\(line)", sourceLocation: sourceLocation)
}

/// A value of a JSON field on an event that may carry it.
private func check(
  json key: String, _ value: String, on event: String, _ expected: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  check(
    #"{"ev":"\#(event)","\#(key)":\#(value)}"#, expected, sourceLocation: sourceLocation)
}

@Suite struct TraceParserTests {
  @Test func pointers() {
    check(json: "irp", #""0xffffe000aaaa0010""#, on: "IoFreeIrp", "IoFreeIrp irp=FFFFE000AAAA0010")
    check(json: "irp", #""FFFFe000AAAA0010""#, on: "IoFreeIrp", "IoFreeIrp irp=FFFFE000AAAA0010")
    check(json: "irp", #""0XaB""#, on: "IoFreeIrp", "IoFreeIrp irp=AB")
    check(json: "irp", #""0""#, on: "IoFreeIrp", "IoFreeIrp irp=0")
    check(json: "irp", #""0x000000000000000000012""#, on: "IoFreeIrp", "IoFreeIrp irp=12")
    check(json: "irp", "18446744073709551615", on: "IoFreeIrp", "IoFreeIrp irp=FFFFFFFFFFFFFFFF")
    check(json: "irp", "4096", on: "IoFreeIrp", "IoFreeIrp irp=1000")
    check(json: "irp", "0", on: "IoFreeIrp", "IoFreeIrp irp=0")
    let wants = #"!25 expected hex digits for "irp", found "#
    check(json: "irp", #""zz""#, on: "IoFreeIrp", wants + #""zz""#)
    check(json: "irp", #""""#, on: "IoFreeIrp", wants + #""""#)
    check(json: "irp", #""0x""#, on: "IoFreeIrp", wants + #""0x""#)
    check(json: "irp", #"" 1""#, on: "IoFreeIrp", wants + #"" 1""#)
    check(
      json: "irp", #""0x10000000000000000""#, on: "IoFreeIrp", wants + #""0x10000000000000000""#)
    check(json: "irp", "-1", on: "IoFreeIrp", wants + "-1")
    check(json: "irp", "1.0", on: "IoFreeIrp", wants + "1.0")
    check(json: "irp", "18446744073709551616", on: "IoFreeIrp", wants + "18446744073709551616")
    check(json: "irp", "true", on: "IoFreeIrp", wants + "true")
    check(json: "irp", "[1]", on: "IoFreeIrp", wants + "an array")
    check(json: "irp", #"{"a":1}"#, on: "IoFreeIrp", wants + "an object")
    check("@ddi IoFreeIrp irp=0xFf", "IoFreeIrp irp=FF")
    check("@ddi IoFreeIrp irp=10", "IoFreeIrp irp=10")
    check(#"@ddi IoFreeIrp irp="10""#, "IoFreeIrp irp=10")
    check("@ddi IoFreeIrp irp=", #"!20 expected hex digits for "irp", found nothing"#)
    check("@ddi IoFreeIrp irp=12g", #"!20 expected hex digits for "irp", found "12g""#)
    check("@ddi IoFreeIrp irp=-1", #"!20 expected hex digits for "irp", found "-1""#)
  }

  @Test func integers() {
    check(json: "tid", "18", on: "KeSetEvent", "KeSetEvent tid=0x12")
    check(json: "tid", #""0x1018""#, on: "KeSetEvent", "KeSetEvent tid=0x1018")
    check(
      json: "cpu", "4294967296", on: "KeSetEvent",
      #"!26 expected a number of at most 4294967295 for "cpu", found 4294967296"#)
    check(
      json: "irql", "300", on: "KeSetEvent",
      #"!27 expected a number of at most 255 for "irql", found 300"#)
    check(
      json: "count", "18446744073709551615", on: "TraceLost",
      "TraceLost count=18446744073709551615")
    let wants = #"!26 expected a non-negative integer or 0x and hex digits for "tid", found "#
    check(json: "tid", #""1018""#, on: "KeSetEvent", "KeSetEvent tid=0x3fa")
    check(json: "tid", #""10z8""#, on: "KeSetEvent", wants + #""10z8""#)
    check(json: "tid", "-1", on: "KeSetEvent", wants + "-1")
    check(json: "tid", "1e3", on: "KeSetEvent", wants + "1e3")
    check(json: "tid", "false", on: "KeSetEvent", wants + "false")
    check("@ddi KeSetEvent tid=12 cpu=0x1", "KeSetEvent tid=0xc cpu=1")
    check(
      "@ddi KeSetEvent tid=1a",
      #"!21 expected a non-negative integer or 0x and hex digits for "tid", found "1a""#)
    check("@ddi KeSetEvent tid=0010", "KeSetEvent tid=0xa")
    check("@ddi TraceLost count=18446744073709551615", "TraceLost count=18446744073709551615")
    check(
      "@ddi TraceLost count=18446744073709551616",
      #"!22 expected a non-negative integer or 0x and hex digits for "count", found "#
        + #""18446744073709551616""#)
    check(
      "@ddi AddDevice dev=1 role=PDO bus=7 lower=2",
      "AddDevice dev=1 lower=2 role=PDO bus=1")
    check(
      "@ddi DispatchEnter dev=1 irp=2 mj=14 ioctl=0x22e004 shutdown=0",
      "DispatchEnter dev=1 irp=2 mj=IRP_MJ_DEVICE_CONTROL shutdown=0 ioctl=0x22e004")
    check(
      "@ddi IoInitializeRemoveLock lock=1 maxmin=5 highwater=5000000000",
      #"!55 expected a number of at most 4294967295 for "highwater", found "5000000000""#)
    check(
      "@ddi CompletionEnter irp=1 pending=1 status=0",
      "CompletionEnter irp=1 status=STATUS_SUCCESS pending=1")
  }

  @Test func timestamps() {
    check(json: "ts", "-5", on: "KeSetEvent", "KeSetEvent ts=-5")
    check(json: "ts", "1789012345678901234", on: "KeSetEvent", "KeSetEvent ts=1789012345678901234")
    check(json: "ts", "9223372036854775807", on: "KeSetEvent", "KeSetEvent ts=9223372036854775807")
    check(
      json: "ts", "-9223372036854775808", on: "KeSetEvent", "KeSetEvent ts=-9223372036854775808")
    let wants = #"expected an integer (nanoseconds) for "ts", found "#
    check(
      json: "ts", "9223372036854775808", on: "KeSetEvent", "!25 \(wants)9223372036854775808")
    check(json: "ts", "1.5", on: "KeSetEvent", "!25 \(wants)1.5")
    check(json: "ts", #""7""#, on: "KeSetEvent", "KeSetEvent ts=7")
    check(json: "ts", #""7s""#, on: "KeSetEvent", "!25 " + wants + #""7s""#)
    check("@ddi KeSetEvent ts=-17", "KeSetEvent ts=-17")
    check("@ddi KeSetEvent ts=1789012345678901234", "KeSetEvent ts=1789012345678901234")
    check("@ddi KeSetEvent ts=0x7", "!20 " + wants + #""0x7""#)
  }

  @Test func statuses() {
    func check(_ json: String, _ expected: String, location: SourceLocation = #_sourceLocation) {
      RuleEngineTests.check(
        json: "status", json, on: "KeWaitForSingleObject", expected, location)
    }
    check(#""STATUS_PENDING""#, "KeWaitForSingleObject status=STATUS_PENDING")
    check(#""0xc0000056""#, "KeWaitForSingleObject status=STATUS_DELETE_PENDING")
    check(#""0xE0001234""#, "KeWaitForSingleObject status=0xe0001234")
    check("-1073741823", "KeWaitForSingleObject status=STATUS_UNSUCCESSFUL")
    check("3221225473", "KeWaitForSingleObject status=STATUS_UNSUCCESSFUL")
    check("0", "KeWaitForSingleObject status=STATUS_SUCCESS")
    check(#""STATUS_FANTASY""#, "KeWaitForSingleObject status=STATUS_FANTASY | (1 unknown)")
    let wants =
      #"!40 expected a STATUS_ name, 0x and hex digits, or a 32-bit integer for "status", found "#
    check("4294967296", wants + "4294967296")
    check("-2147483649", wants + "-2147483649")
    check(#""0x1c0000056""#, wants + #""0x1c0000056""#)
    check(#""STATUS_""#, wants + #""STATUS_""#)
    check(#""status_pending""#, wants + #""status_pending""#)
    check(#""STATUS_NO WAY""#, wants + #""STATUS_NO WAY""#)
    check(#""259""#, "KeWaitForSingleObject status=STATUS_PENDING")
    check(#""0""#, "KeWaitForSingleObject status=STATUS_SUCCESS")
    RuleEngineTests.check(
      "@ddi KeWaitForSingleObject status=259", "KeWaitForSingleObject status=STATUS_PENDING")
    RuleEngineTests.check(
      "@ddi KeWaitForSingleObject status=-1073741823",
      "KeWaitForSingleObject status=STATUS_UNSUCCESSFUL")
    RuleEngineTests.check(
      "@ddi KeWaitForSingleObject status=0x103", "KeWaitForSingleObject status=STATUS_PENDING")
    RuleEngineTests.check(
      "@ddi KeWaitForSingleObject status=STATUS_NEVER",
      "KeWaitForSingleObject status=STATUS_NEVER | (1 unknown)")
  }

  @Test func unknownStatusIsNeitherSuccessNorFailure() throws {
    var parser = TraceParser()
    var batch = EventBatch()
    parser.parse(
      Array(#"{"ev":"DispatchExit","irp":1,"status":"STATUS_FANTASY"}"#.utf8), into: &batch)
    let event = try #require(batch.events.first)
    #expect(event.status == nil)
    #expect(event.isStatusUnknown)
    #expect(parser.strings[StringID(event.statusBits)] == "STATUS_FANTASY")
  }

  @Test func functionCodes() {
    func check(_ pairs: String, _ expected: String, location: SourceLocation = #_sourceLocation) {
      RuleEngineTests.check("@ddi DispatchEnter dev=1 irp=2 " + pairs, expected, location)
    }
    let head = "DispatchEnter dev=1 irp=2 "
    check("mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE", head + "mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE")
    check("mn=IRP_MN_SET_POWER mj=22", head + "mj=IRP_MJ_POWER mn=IRP_MN_SET_POWER")
    check("mj=0x1b mn=0x17", head + "mj=IRP_MJ_PNP mn=IRP_MN_SURPRISE_REMOVAL")
    check("mj=IRP_MJ_SCSI", head + "mj=IRP_MJ_INTERNAL_DEVICE_CONTROL")
    check("mj=200 mn=7", head + "mj=200 mn=7")
    check(
      "mj=IRP_MJ_FLY",
      #"!35 expected an IRP_MJ_ name or a code from 0 to 255 for "mj", found "IRP_MJ_FLY""#)
    check(
      "mj=256", #"!35 expected an IRP_MJ_ name or a code from 0 to 255 for "mj", found "256""#)
    check(
      "mj=IRP_MJ_READ mn=IRP_MN_REMOVE_DEVICE",
      "!50 expected a minor code of IRP_MJ_READ by name, or a code from 0 to 255 for \"mn\", found "
        + #""IRP_MN_REMOVE_DEVICE""#)
    RuleEngineTests.check(
      "@ddi PoRequestPowerIrp dev=1 status=0 mn=IRP_MN_WAIT_WAKE",
      "PoRequestPowerIrp dev=1 status=STATUS_SUCCESS mn=IRP_MN_WAIT_WAKE")
    RuleEngineTests.check(
      #"{"ev":"DispatchEnter","mn":"IRP_MN_SET_POWER","mj":"IRP_MJ_POWER","dev":1,"irp":2}"#,
      head + "mj=IRP_MJ_POWER mn=IRP_MN_SET_POWER")
    // On an event that has no minor code any minor code's name will do.
    RuleEngineTests.check("@ddi IoFreeIrp irp=1 mn=IRP_MN_EJECT", "IoFreeIrp irp=1")
    RuleEngineTests.check(
      "@ddi IoFreeIrp irp=1 mn=IRP_MN_NONE",
      #"!25 expected a minor code by name, or a code from 0 to 255 for "mn", found "IRP_MN_NONE""#)
  }

  @Test func words() throws {
    check(
      "@ddi DispatchEnter dev=1 irp=2 mj=22 type=DevicePowerState state=D3",
      "DispatchEnter dev=1 irp=2 mj=IRP_MJ_POWER type=DevicePowerState state=D3")
    check(
      "@ddi DispatchEnter dev=1 irp=2 mj=22 state=S9",
      "DispatchEnter dev=1 irp=2 mj=IRP_MJ_POWER state=unknown | (1 unknown)")
    check(
      "@ddi DispatchEnter dev=1 irp=2 mj=27 relation=BusRelations",
      "DispatchEnter dev=1 irp=2 mj=IRP_MJ_PNP relation=BusRelations")
    check("@ddi AddDevice dev=1 role=fdo", "AddDevice dev=1 role=unknown | (1 unknown)")
    check(
      "@ddi WmiSystemControl irp=1 disposition=IrpForward",
      "WmiSystemControl irp=1 disposition=IrpForward")
    check("@ddi CallbackEnter kind=dPC irp=1", "CallbackEnter irp=1 kind=dPC")
    check("@ddi CallbackEnter kind=Other", "CallbackEnter kind=Other | (1 unknown)")
    check(
      json: "role", "1", on: "AddDevice", #"!26 expected a string for "role", found 1"#)
    check(json: "drv", "null", on: "DriverUnload", #"!1 DriverUnload needs the field "drv""#)

    var parser = TraceParser()
    var batch = EventBatch()
    let lines = """
      @ddi CallbackEnter kind=WORKITEM
      @ddi CallbackExit kind=workitem
      @ddi PoSetPowerState state=D0
      @ddi PoSetPowerState state=S3
      """
    parser.parse(Array(lines.utf8), into: &batch)
    try #require(batch.events.count == 4)
    #expect(batch.events[0].callbackKind == .workItem)
    #expect(batch.events[0].operand == batch.events[1].operand)
    // FNV-1a of "workitem", 64 bits.
    let hash = "workitem".utf8.reduce(0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    #expect(batch.events[0].operand == hash)
    #expect(parser.strings[batch.events[0].text] == "WORKITEM")
    #expect(batch.events[2].powerType == .device && !batch.events[2].has(.type))
    #expect(batch.events[3].powerType == .system)
  }

  @Test func texts() {
    check(
      #"{"ev":"KeSetEvent","drv":"a \"b\" \\ \u00e4\ud83d\ude00\ud83d!","src":"x.c:1"}"#,
      "KeSetEvent drv=\"a \\\"b\\\" \\\\ ä😀\u{FFFD}!\" src=x.c:1")
    check(
      #"@ddi KeSetEvent drv="a \"b\" \\ c:\d" fn=F"#,
      #"KeSetEvent drv="a \"b\" \\ c:\\d" fn=F"#)
    check(#"@ddi DriverUnload drv="""#, #"DriverUnload drv="""#)
    check(#"@ddi TraceStart note=a"b version=1"#, #"TraceStart version=1 note=a"b"#)
    check(#"@ddi TraceStart note="x @ddi y""#, #"TraceStart note="x @ddi y""#)
    check(
      #"@ddi ExAllocatePool2 ptr=0 size=16 pooltag=Tag1"#,
      "ExAllocatePool2 ptr=0 size=16 pooltag=Tag1")
    check(
      #"{"\u0065v":"KeSet\u0045vent","\u0074id":"\u0030x7"}"#, "KeSetEvent tid=0x7")
  }

  @Test func fieldsThatAnEventDoesNotDefine() {
    check("@ddi IoFreeIrp irp=1 lock=2 tag=3 ioctl=4 role=FDO note=x", "IoFreeIrp irp=1")
    check(
      "@ddi IoFreeIrp irp=1 lock=zz", #"!27 expected hex digits for "lock", found "zz""#)
    check(
      #"{"ev":"IoFreeIrp","irp":1,"pending":true}"#,
      #"!37 expected a non-negative integer or 0x and hex digits for "pending", found true"#)
    check("@ddi IoCallDriver irp=1 target=2 object=3 lower=4", "IoCallDriver irp=1 target=2")
    check("@ddi IoFreeIrp irp=1 ev=x op=y", "IoFreeIrp irp=1")
  }

  @Test func unknownThings() {
    check(#"{"ev":"NewThing","irp":true}"#, "(1 unknown events)")
    check(#"{"irp":true,"ev":"NewThing"}"#, "(1 unknown events)")
    check("@ddi NewThing irp=zz", "(1 unknown events)")
    check(
      #"{"ev":"IoFreeIrp","new":{"a":[1,{"b":null}],"c":"x"},"irp":1,"more":-1.5e3}"#,
      "IoFreeIrp irp=1 | (2 unknown)")
    check(#"@ddi IoFreeIrp new="a b" irp=1 x=y"#, "IoFreeIrp irp=1 | (2 unknown)")
    check(#"{"foo":true}"#, "(1 skipped)")
    check(#"{"foo":1,"irp":"zz"}"#, "(1 skipped)")
    check("", "")
    check("\n\n  \n", "(3 skipped)")
    check("{GUID} nothing", "(1 skipped)")
    check("{GUID} @ddi IoFreeIrp irp=1", "IoFreeIrp irp=1")
    check("{}", "(1 skipped)")
    check("@ddi", "(1 skipped)")
    check("@DDI IoFreeIrp irp=1", "(1 skipped)")
    check("x@ddi IoFreeIrp irp=1", "IoFreeIrp irp=1")
    check("user@ddi.example @ddi IoFreeIrp irp=1", "IoFreeIrp irp=1")
  }

  @Test func synonyms() {
    check("@ddi IofCallDriver irp=1", "IoCallDriver irp=1")
    check(
      "@ddi IofCallDriverReturn irp=1 status=1", "IoCallDriverReturn irp=1 status=STATUS_WAIT_1")
    check(
      #"{"ev":"IoAcquireRemoveLockEx","lock":"1","tag":"0","status":"STATUS_SUCCESS"}"#,
      "IoAcquireRemoveLock lock=1 tag=0 status=STATUS_SUCCESS")
    check(
      "@ddi IoReleaseRemoveLockAndWaitExReturn lock=1", "IoReleaseRemoveLockAndWaitReturn lock=1")
  }
}

private func check(
  json key: String, _ value: String, on event: String, _ expected: String,
  _ location: SourceLocation
) {
  check(json: key, value, on: event, expected, sourceLocation: location)
}

private func check(_ line: String, _ expected: String, _ location: SourceLocation) {
  check(line, expected, sourceLocation: location)
}
