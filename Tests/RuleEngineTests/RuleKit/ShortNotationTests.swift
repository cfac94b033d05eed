import Testing

@testable import RuleEngine

@Suite("short notation") struct ShortNotationTests {
  /// A line of the notation, and the event that it is, without thread and addresses.
  struct Line: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var fields: FieldSet
    var check: @Sendable (Event) -> Bool = { _ in true }

    init(
      _ line: String, _ fields: FieldSet,
      _ check: @escaping @Sendable (Event) -> Bool = { _ in true }
    ) {
      testDescription = line
      self.fields = fields
      self.check = check
    }
  }

  static let lines = [
    Line("KeAcquireSpinLock lock=spin oldirql=1", FieldSet(.lock, .oldirql)) { $0.oldIRQL == 1 },
    Line("KeAcquireSpinLockRaiseToDpc", FieldSet(.lock)) { $0.kind == .keAcquireSpinLock },
    Line("IoCancelIrp", FieldSet(.irp)) { $0.irp != 0 },
    Line("IoStartPacket irp=other", FieldSet(.dev, .irp)) { $0.device != 0 && $0.irp != 0 },
    Line("KeWaitForSingleObjectCall timeout=-1", FieldSet(.timeout)) { $0.timeout == -1 },
    Line("KeWaitForMultipleObjects TIMEOUT timeout=5", FieldSet(.status, .timeout)),
    Line("forward mj=PNP mn=START_DEVICE", FieldSet(.irp, .mj, .mn)) { $0.minor == .startDevice },
    Line("power-irp PENDING state=D3 mn=SET_POWER dev=fdo", FieldSet(.dev, .status, .state, .mn)) {
      $0.powerState == .d3
    },
    Line("set-event object=e wait=1", FieldSet(.object, .wait)) { $0.flags == .wait },
    Line("ExAllocatePool2 ptr=p poolflags=256", FieldSet(.ptr, .poolflags)) { $0.tag == 256 },
    Line("Ddi name=RtlCopyUnicodeString irql=2", FieldSet(.name, .irql)) { $0.irql == 2 },
  ]

  @Test("an event by its name or its verb", arguments: lines) func line(_ line: Line) throws {
    let notation = try ShortNotation("bare\n" + line.testDescription)
    let event = try #require(notation.events.first)
    #expect(event.fields == line.fields.union(FieldSet(.tid)))
    #expect(line.check(event))
  }

  static let wrong = [
    ("KeRaiseIrql", "KeRaiseIrql needs newirql=…"),
    ("KeRaiseIrql newirql=high", "newirql needs a number, not \"high\""),
    ("IoCancelIrp SUCCESS", "IoCancelIrp has no status; write key=value"),
    ("IoCancelIrp object=e", "unknown key \"object\""),
    ("KeRaise", "unknown verb \"KeRaise\""),
  ]

  @Test("what is wrong is told with its line", arguments: wrong)
  func wrongLine(_ line: String, _ message: String) {
    #expect(throws: ShortNotation.SyntaxError(line: 2, message: message)) {
      try ShortNotation("bare\n" + line)
    }
  }

  @Test("every event that needs no word can be written by its name")
  func everyEvent() throws {
    let words: [Field: String] = [.status: "SUCCESS", .mj: "mj=PNP", .drv: "drv=d"]
    for row in EventKind.schema
    where row.required.isDisjoint(with: FieldSet(.role, .kind, .disposition)) {
      let keys = row.required.fields.map { field in
        words[field]
          ?? "\(field.name)=" + (field.valueKind == .pointer || field == .name ? "a" : "1")
      }
      let line = ([row.name] + keys).joined(separator: " ")
      let event = try #require(ShortNotation("bare\n" + line).events.first)
      #expect(event.kind == row.kind && event.fields.isSuperset(of: row.required), "\(line)")
    }
  }
}
