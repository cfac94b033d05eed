import RuleEngine
import Testing

/// Records of an IRPMon log in short, written out as IRPMon writes them.
enum IRPMon {
  /// A record of type IRP.
  static func request(
    _ id: Int, dev: String, irp: String, _ function: String, returns: String, tid: Int = 5
  ) -> String {
    record(id, "IRP", dev, [("Result value", returns)] + subtype(function), irp, tid)
  }

  /// A record of type IRPComp.
  static func completion(
    _ id: Int, dev: String, irp: String, _ function: String, status: String, tid: Int = 6
  ) -> String {
    let parts = function.split(separator: ":")
    return record(
      id, "IRPComp", dev,
      [("Result value", "0x0"), ("Major function", String(parts[0]))]
        + parts.dropFirst().map { ("Minor function", String($0)) }, irp, tid,
      [("IOSB.Status value", status), ("IOSB.Information", "0x0000000000000000")])
  }

  /// A record about a device: AddDevice, DeviceDetected, DriverDetected.
  static func device(_ id: Int, _ type: String, dev: String, driver: String = "disk") -> String {
    text([
      ("ID", "\(id)"), ("Time", "11/23/2026 9:00:00 AM"), ("Type", type),
      ("Device object", "0x" + dev), ("Driver name", "\\Driver\\" + driver),
      ("Result value", "0x0"), ("Result constant", "STATUS_SUCCESS"),
    ])
  }

  private static func subtype(_ function: String) -> [(String, String)] {
    [("Result constant", ""), ("Subtype", function)].filter { !$0.1.isEmpty }
  }

  private static func record(
    _ id: Int, _ type: String, _ dev: String, _ middle: [(String, String)], _ irp: String,
    _ tid: Int, _ more: [(String, String)] = []
  ) -> String {
    text(
      [
        ("ID", "\(id)"), ("Time", "11/23/2026 9:00:00 AM"), ("Type", type),
        ("Device object", "0x" + dev), ("Driver name", "\\Driver\\disk"),
      ] + middle + [
        ("IRP address", "0x" + irp), ("Thread ID", "\(tid)"), ("IRQL", "Passive"),
      ] + more)
  }

  /// The log as IRPMon's JSON: an object a line, or one array with a column a line.
  static func json(_ log: String, asArray: Bool) -> String {
    let blocks = log.replacing("\r\n", with: "\n").split(separator: "\n\n")
    let objects = blocks.map { block in
      let members = block.split(separator: "\n").compactMap { line -> String? in
        guard let equals = line.firstRange(of: " =") else { return nil }
        let value = line[equals.upperBound...].drop { $0 == " " }
        return "\"\(line[..<equals.lowerBound])\":\"\(value.replacing("\\", with: "\\\\"))\""
      }
      return "{" + members.joined(separator: asArray ? ",\n  " : ",") + "}"
    }
    return asArray
      ? "[\n" + objects.joined(separator: ",\n") + "\n]\n"
      : objects.joined(separator: "\n") + "\n"
  }

  private static func text(_ columns: [(String, String)]) -> String {
    columns.map { "\($0) = \($1)\r\n" }.joined() + "\r\n"
  }
}

/// A log and its events, lines and common fields left out; as text and as JSON.
private func check(
  _ log: String, _ expected: String..., sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try check(log, expected, sourceLocation: sourceLocation)
}

private func check(
  _ log: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try checkEvents(log, expected, sourceLocation)
  guard log.hasPrefix("ID = ") else { return }
  for asArray in [false, true] {
    try checkEvents(IRPMon.json(log, asArray: asArray), expected, sourceLocation)
  }
}

private func checkEvents(
  _ log: String, _ expected: [String], _ sourceLocation: SourceLocation
) throws {
  let events = try readEvents(log, sourceLocation: sourceLocation)
    .filter { !$0.hasPrefix("(") }
    .map { line in
      line.split(separator: " ").dropFirst()
        .filter { word in
          !["tid=", "irql=", "drv="].contains { word.hasPrefix($0) }
        }.joined(separator: " ")
    }
  #expect(events == expected, sourceLocation: sourceLocation)
}

@Suite struct IRPMonLogTests {
  @Test func damagedObjectsCostOnlyThemselves() throws {
    let record =
      #"{"ID":"2","Type":"IRP","Device object":"0xF0","IRP address":"0xA0","#
      + #""Major function":"Read","Result value":"0x0"}"#
    let events = [
      "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ", "DispatchExit dev=F0 irp=A0 status=0",
    ]
    let damaged = [
      #"{"ID":"1","Type":"IRP" "x"}"#: #"1:24 expected "," or "}""#,
      #"{"ID":"1","Type":"I"#: "1:1 a string has no end on its line",
      #"{"ID":"1","Type":"IRP"} what"#: "1:25 expected an object of an IRPMon log",
    ]
    for (line, message) in damaged {
      let found = try readEvents(line + "\n" + record + "\n", .irpmon)
      #expect(found.contains(message), "\(found)")
      #expect(found.count { $0.hasPrefix("2 Dispatch") } == events.count)
    }
    let cut = try readEvents(record + "\n" + String(record.dropLast(5)), .irpmon)
    #expect(cut.contains { $0.contains("2:1 ") }, "\(cut)")
  }

  @Test func requestWithCompletion() throws {
    let log =
      IRPMon.request(1, dev: "F0", irp: "A0", "Read:Normal", returns: "0x0")
      + IRPMon.completion(2, dev: "F0", irp: "A0", "Read", status: "0x0")
    #expect(
      try readEvents(log) == [
        "1 DispatchEnter tid=0x5 irql=0 drv=disk dev=F0 irp=A0 mj=IRP_MJ_READ",
        "12 IoCompleteRequest tid=0x6 drv=disk dev=F0 irp=A0 status=STATUS_SUCCESS",
        "1 DispatchExit tid=0x5 drv=disk dev=F0 irp=A0 status=STATUS_SUCCESS",
      ])
  }

  @Test func pendingRequest() throws {
    // Nobody knows whether the completion came before the return.
    try check(
      IRPMon.request(1, dev: "F0", irp: "A0", "Write:Normal", returns: "0x103")
        + IRPMon.completion(2, dev: "F0", irp: "A0", "Write", status: "0xC0000120"),
      "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_WRITE",
      "DispatchExit dev=F0 irp=A0 status=STATUS_PENDING",
      "IoCompleteRequest dev=F0 irp=A0 status=STATUS_CANCELLED")
  }

  /// IRPMon writes a request when its dispatch routine returns, the lower device's first; sorted by ID
  /// the upper one's is first. The events are the same but for their order.
  @Test func forwardedRequest() throws {
    let upper = IRPMon.request(1, dev: "F1", irp: "A0", "PnP:Remove", returns: "0xC00000BB")
    let lower = IRPMon.request(2, dev: "F0", irp: "A0", "PnP:Remove", returns: "0xC00000BB")
    let lowerDone = IRPMon.completion(3, dev: "F0", irp: "A0", "PnP:Remove", status: "0xC00000BB")
    let upperDone = IRPMon.completion(4, dev: "F1", irp: "A0", "PnP:Remove", status: "0xC00000BB")
    for log in [
      lower + lowerDone + upper + upperDone, upper + lower + lowerDone + upperDone,
    ] {
      try check(
        IRPMon.device(9, "AddDevice", dev: "F0") + log,
        "AddDevice dev=F0 role=PDO",
        "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE",
        "IoCompleteRequest dev=F0 irp=A0 status=STATUS_NOT_SUPPORTED",
        "DispatchExit dev=F0 irp=A0 status=STATUS_NOT_SUPPORTED",
        "DispatchEnter dev=F1 irp=A0 mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE",
        "IoCallDriver dev=F1 irp=A0 target=F0",
        "DispatchExit dev=F1 irp=A0 status=STATUS_NOT_SUPPORTED")
      // The lower one may have handed it down to a device that is not watched.
      try check(
        log,
        "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_PNP",
        "IoCompleteRequest dev=F0 irp=A0 status=STATUS_NOT_SUPPORTED",
        "DispatchExit dev=F0 irp=A0 status=STATUS_NOT_SUPPORTED",
        "DispatchEnter dev=F1 irp=A0 mj=IRP_MJ_PNP mn=IRP_MN_REMOVE_DEVICE",
        "IoCallDriver dev=F1 irp=A0 target=F0",
        "DispatchExit dev=F1 irp=A0 status=STATUS_NOT_SUPPORTED")
    }
  }

  /// Once a device has handed a request down to a device of the log, one that it does not hand down is its own.
  @Test func requestOfADeviceWithAWatchedOneBelow() throws {
    let forwarded =
      IRPMon.request(1, dev: "F1", irp: "A0", "Read:Normal", returns: "0x0")
      + IRPMon.request(2, dev: "F0", irp: "A0", "Read:Normal", returns: "0x0")
      + IRPMon.completion(3, dev: "F0", irp: "A0", "Read", status: "0x0")
      + IRPMon.completion(4, dev: "F1", irp: "A0", "Read", status: "0x0")
    let events = [
      "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ",
      "IoCompleteRequest dev=F0 irp=A0 status=STATUS_SUCCESS",
      "DispatchExit dev=F0 irp=A0 status=STATUS_SUCCESS",
      "DispatchEnter dev=F1 irp=A0 mj=IRP_MJ_READ", "IoCallDriver dev=F1 irp=A0 target=F0",
      "DispatchExit dev=F1 irp=A0 status=STATUS_SUCCESS",
    ]
    func own(_ function: String) -> String {
      IRPMon.request(5, dev: "F1", irp: "B0", function, returns: "0x0")
        + IRPMon.completion(6, dev: "F1", irp: "B0", function, status: "0xC0000001")
    }
    try check(
      forwarded + own("Read:Normal"),
      events + [
        "DispatchEnter dev=F1 irp=B0 mj=IRP_MJ_READ",
        "IoCompleteRequest dev=F1 irp=B0 status=STATUS_UNSUCCESSFUL",
        "DispatchExit dev=F1 irp=B0 status=STATUS_SUCCESS",
      ])
    // Of other requests the device below may not be watched: that one may have completed it so.
    try check(forwarded + own("Write:Normal"), events)
    // Without its completion it would look as if the device had not handled this one at all.
    try check(
      forwarded + IRPMon.request(5, dev: "F1", irp: "B0", "Read:Normal", returns: "0x0"), events)
  }

  /// Requests are named by their minor code where the log tells what rules ask of them.
  @Test func minorCodes() throws {
    let pdo = IRPMon.device(1, "AddDevice", dev: "F0")
    let above =
      IRPMon.device(1, "AddDevice", dev: "E0")
      + IRPMon.device(2, "DeviceDetected", dev: "E0")
      + IRPMon.device(3, "DeviceDetected", dev: "F0")
    let cases: [(before: String, function: String, status: String, isNamed: Bool)] = [
      (pdo, "Remove", "0xC0000001", true), (pdo, "Remove", "0x0", false),
      (pdo, "SurpriseRemoval", "0x0", true), (pdo, "CancelStop", "0xC0000001", true),
      ("", "Remove", "0xC0000001", false), ("", "Remove", "0xC00000BB", false),
      ("", "SurpriseRemoval", "0xC0000001", false), ("", "SurpriseRemoval", "0x0", true),
      ("", "CancelRemove", "0xC0000001", false), ("", "CancelStop", "0xC0000001", false),
      ("", "QueryRemove", "0xC0000001", true), ("", "QueryCapabilities", "0xC0000001", true),
      (above, "Remove", "0xC0000001", false), (above, "Remove", "0xC00000BB", true),
      (above, "QueryCapabilities", "0x0", false), (above, "QueryCapabilities", "0xC0000001", true),
    ]
    for (before, function, status, isNamed) in cases {
      for isPending in [false, true] where !(isPending && status == "0xC00000BB") {
        let log =
          before
          + IRPMon.request(
            4, dev: "F0", irp: "A0", "PnP:" + function, returns: isPending ? "0x103" : status)
          + IRPMon.completion(5, dev: "F0", irp: "A0", "PnP:" + function, status: status)
        let entry = try readEvents(log).first { $0.contains("DispatchEnter") }
        #expect(
          entry?.contains("mn=") == isNamed, "\(function) \(status) \(isPending) \(before.count)")
      }
    }
  }

  @Test func whatIsNotKnownIsLeftOut() throws {
    // The same address later is another request: no forward.
    try check(
      IRPMon.request(1, dev: "F1", irp: "A0", "Read:Normal", returns: "0x0")
        + IRPMon.completion(2, dev: "F1", irp: "A0", "Read", status: "0x0")
        + IRPMon.request(3, dev: "F0", irp: "A0", "Read:Normal", returns: "0x0")
        + IRPMon.completion(4, dev: "F0", irp: "A0", "Read", status: "0x0"),
      "DispatchEnter dev=F1 irp=A0 mj=IRP_MJ_READ",
      "IoCompleteRequest dev=F1 irp=A0 status=STATUS_SUCCESS",
      "DispatchExit dev=F1 irp=A0 status=STATUS_SUCCESS",
      "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ",
      "IoCompleteRequest dev=F0 irp=A0 status=STATUS_SUCCESS",
      "DispatchExit dev=F0 irp=A0 status=STATUS_SUCCESS")
    // Without its completion nobody knows where a request went.
    try check(
      IRPMon.request(1, dev: "F1", irp: "A0", "Read:Normal", returns: "0x0")
        + IRPMon.request(2, dev: "F0", irp: "A0", "Read:Normal", returns: "0x0"),
      "DispatchEnter dev=F1 irp=A0 mj=IRP_MJ_READ",
      "DispatchExit dev=F1 irp=A0 status=STATUS_SUCCESS",
      "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ",
      "DispatchExit dev=F0 irp=A0 status=STATUS_SUCCESS")
    // Codes that would arm rules that cannot be decided.
    try check(
      IRPMon.request(1, dev: "F0", irp: "A0", "PnP:Start", returns: "0x0")
        + IRPMon.request(2, dev: "F0", irp: "B0", "Power:SetPower", returns: "0x0"),
      "DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_PNP",
      "DispatchExit dev=F0 irp=A0 status=STATUS_SUCCESS",
      "DispatchEnter dev=F0 irp=B0 mj=IRP_MJ_POWER",
      "DispatchExit dev=F0 irp=B0 status=STATUS_SUCCESS")
  }

  @Test func rolesOfDevices() throws {
    try check(
      IRPMon.device(1, "AddDevice", dev: "F0") + IRPMon.device(2, "DriverDetected", dev: "0")
        + IRPMon.device(3, "DeviceDetected", dev: "F0", driver: "pci")
        + IRPMon.device(4, "DriverDetected", dev: "0")
        + IRPMon.device(5, "DeviceDetected", dev: "F1", driver: "filter")
        + IRPMon.request(6, dev: "F1", irp: "A0", "Create", returns: "0x0")
        + IRPMon.device(7, "DeviceDetected", dev: "F2", driver: "other"),
      "AddDevice dev=F0 role=PDO", "AddDevice dev=F1 role=FDO",
      "DispatchEnter dev=F1 irp=A0 mj=IRP_MJ_CREATE",
      "DispatchExit dev=F1 irp=A0 status=STATUS_SUCCESS")
  }

  @Test func columnsThatAreNotThere() throws {
    // The columns can be chosen: without the device nothing but the completion is said.
    #expect(
      try readEvents(
        """
        ID = 7
        Type = IRPComp
        Major function = Read
        IRP address = 0xFFFF9A0700000010
        IOSB.Status constant = STATUS_SUCCESS
        Data size = 2
          00:\taa 55

        ID = 8
        Type = IRP
        Major function = Write
        IRP address = 0xFFFF9A0700000020
        IOSB.Status constant = STATUS_SUCCESS

        """) == ["1 IoCompleteRequest irp=FFFF9A0700000010 status=STATUS_SUCCESS", "(5 skipped)"])
    #expect(
      try readEvents("ID = 1\nType = IRP\nDevice object = 0xFG\nIRP address = 0x1\n") == [
        #"3:17 expected hex digits for "Device object", found "0xFG""#, "(4 skipped)",
      ])
    #expect(
      try readEvents(
        "ID = 1\nType = IRPComp\nDevice object = 0x1\nIRP address = 0x1\nThread ID = q\n"
          + "IOSB.Status value = 0x0\n") == [
          "5:13 expected a non-negative integer or 0x and hex digits for \"tid\", found \"q\""
        ])
  }

  /// More requests than are waited for, none of them ever completed.
  @Test func boundedMemory() throws {
    var log = ""
    for number in 1...9000 {
      log += "ID = \(number)\nType = IRP\nDevice object = 0xF0\nResult value = 0x103\n"
      log += "Subtype = Read:Normal\nIRP address = 0x\(String(number, radix: 16))\n\n"
    }
    var options = TraceReader.Options()
    options.chunkBytes = 4096
    var reader = TraceReader([.source(ArrayByteSource(Array(log.utf8)))], options: options)
    var batch = EventBatch()
    var largest = 0
    var lines: [UInt64] = []
    while try reader.next(into: &batch) {
      largest = max(largest, batch.events.count)
      lines += batch.events.filter { $0.kind == .dispatchEnter }.map(\.position.line)
    }
    #expect(lines == (0..<9000).map { $0 * 7 + 1 })
    #expect(largest < 9000)
  }
}
