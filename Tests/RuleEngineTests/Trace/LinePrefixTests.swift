import RuleEngine
import Testing

/// The thread and the time that are read from what stands before a sentinel.
private func check(
  _ prefix: String, thread: UInt64?, time: Int64?,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  var parser = TraceParser()
  var batch = EventBatch()
  parser.parse(Array("\(prefix)@ddi KeSetEvent object=1\n".utf8), into: &batch)
  let event = batch.events.first
  #expect(batch.counts.events == 1, "\(prefix)", sourceLocation: sourceLocation)
  let foundThread = event.flatMap { $0.has(.tid) ? $0.thread : nil }
  let foundTime = event.flatMap { $0.has(.ts) ? $0.timestamp : nil }
  #expect(foundThread == thread, "\(prefix)", sourceLocation: sourceLocation)
  #expect(foundTime == time, "\(prefix)", sourceLocation: sourceLocation)
}

@Suite struct LinePrefixTests {
  private static let day: Int64 = 86_400_000_000_000
  private static let hour: Int64 = 3_600_000_000_000

  @Test func tracefmt() {
    check(
      "[0]0AF4.0C64::07/25/2003-13:55:39.998 [tracedrv]", thread: 0xC64,
      time: 1_059_141_339_998_000_000)
    check(
      "[0]0AF4.0C64::07/25/2003-13:55:39.998 00004ea4 [tracedrv]", thread: 0xC64,
      time: 1_059_141_339_998_000_000)
    check(
      "[0]02CC.0CD0::2012-01-04 09:22:26.567 [P]words: ", thread: 0xCD0,
      time: 1_325_668_946_567_000_000)
    check(
      "10409 [0]0370.0434::2020-03-06 01:16:13.118424000 [W] ", thread: 0x434,
      time: 1_583_457_373_118_424_000)
    check(
      "  1619 [5]6C6C.0824::01/09/2020-10:57:17.118 [W]", thread: 0x824,
      time: 1_578_567_437_118_000_000)
    check(
      "546408 [3]0F3C.1240::2020/05/02-09:18:09.178460200 [P][Request=0x6C] ", thread: 0x1240,
      time: 1_588_411_089_178_460_200)
    check("[1]0744.05F0::00/00/0000-00:00:00.000 [U]", thread: 0x5F0, time: nil)
    check("[1]0744.05F0::[U]", thread: 0x5F0, time: nil)
    check("[0]0004.01F4::13/01/2020-00:00:00.000 ", thread: 0x1F4, time: nil)
    check("[0]0004.01F4::01/01/2300-00:00:00.000 ", thread: 0x1F4, time: nil)
    check("[0]0000 TRACE_LEVEL_VERBOSE FxIoQueue::DispatchEvents:", thread: nil, time: nil)
    check("[cx][IddCx]DriverEntry: ", thread: nil, time: nil)
    check("10409 words ", thread: nil, time: nil)
  }

  @Test func debugView() {
    check("00000402\t150.21456909\tusbip_vhci: ", thread: nil, time: 150_214_569_090)
    check("00000001\t0.00000000\t[1234] ", thread: nil, time: 0)
    check("0.00043282\t", thread: nil, time: 432_820)
    check("00000402\t13:55:39.998\t", thread: nil, time: 13 * Self.hour + 3_339_998_000_000)
    check("00000402\t1:55:39 PM\t", thread: nil, time: 13 * Self.hour + 3_339_000_000_000)
    check("12:00:01 AM\t", thread: nil, time: 1_000_000_000)
    check("12:00:01 PM\t", thread: nil, time: 12 * Self.hour + 1_000_000_000)
    check("13:00:01 PM\t", thread: nil, time: nil)
    check("00000402\t25:00:00\t", thread: nil, time: nil)
    check("00000402\t150.21456909 usbip_vhci: ", thread: nil, time: nil)
    check("00000402\t", thread: nil, time: nil)
    check("[\\\\BUILD7]", thread: nil, time: nil)
    check("12 34.5 ", thread: nil, time: nil)
  }

  @Test func gluedLinesOfADebuggersCapture() {
    #expect(
      outcome(of: "usbip: sleep 50ms, let pnp manager send irp@ddi KeSetEvent object=5")
        == "KeSetEvent object=5")
    #expect(
      outcome(of: "0: kd> g\nusbip: irp will be cancelled: FFFFCE0220A42180\n") == "(2 skipped)")
    #expect(
      outcome(of: "@ddi KeSetEvent object=5usbip_vhci: vhci_read: Enter")
        == #"!24 expected hex digits for "object", found "5usbip_vhci:""#)
  }
}
