@_spi(Audit) import RuleEngine

/// A trace, and how to check it, made of arbitrary bytes: what a fuzzer turns into events.
///
/// Two bytes of header choose the reading, limits and filters; then each event is six bytes. There
/// are few threads, devices, IRPs, locks and tags, so that events meet each other: bytes that are
/// changed, dropped or moved give another trace that is about the same things.
public struct ArbitraryTrace: Sendable {
  /// The events, on lines 1, 2, 3, …
  public private(set) var events: [Event] = []
  /// Their strings.
  public private(set) var strings = StringTable()
  /// The reading, the limits and the filters.
  public private(set) var options = Checker.Options()
  /// Whether the limits are so small that they are met.
  public private(set) var hasTinyLimits = false
  /// Whether events tell at which IRQL and on which processor they happen, and more of pool memory and calls.
  private var hasLevels = false

  /// How many bytes an event takes.
  public static let eventBytes = 6
  /// How many bytes stand before the first event.
  public static let headerBytes = 2

  private static let statuses: [NTStatus] = [
    .success, .success, .pending, .unsuccessful, .noSuchDevice, .moreProcessingRequired,
    .deletePending, .notSupported, .invalidDeviceState, NTStatus(0x0000_0102),
    NTStatus(0xC000_0120), NTStatus(0x8000_0005),
  ]
  private static let majors: [MajorFunction] = [
    .pnp, .power, .read, .write, .create, .close, .cleanup, .deviceControl,
    .internalDeviceControl, .shutdown, .systemControl, MajorFunction(0x40),
  ]
  private static let drivers = ["", "toaster", "filter", "bus"]
  /// DDIs with different limits of the IRQL, and one that has none.
  private static let ddis = [
    "RtlInitUnicodeString", "ZwCreateFile", "PAGED_CODE", "KeInsertDeviceQueue",
  ]

  /// Routine entries that have had no exit, by thread.
  private var open: [UInt64: [Event]] = [:]
  private var time: Int64 = 0

  /// Makes the trace that the bytes stand for. Every sequence of bytes stands for one.
  public init(_ bytes: some Collection<UInt8>) {
    var rest = Array(bytes)[...]
    takeHeader(rest.popFirst() ?? 0, rest.popFirst() ?? 0)
    while rest.count >= Self.eventBytes {
      append(Array(rest.prefix(Self.eventBytes)))
      rest = rest.dropFirst(Self.eventBytes)
    }
  }

  private mutating func takeHeader(_ first: UInt8, _ second: UInt8) {
    options.reading = first & 1 == 0 ? .tracked : .sdv
    hasTinyLimits = first & 2 != 0
    if hasTinyLimits {
      options.limits.contexts = 1 + Int(second & 3)
      options.limits.contextsPerIRP = 1 + Int(second >> 2 & 1)
      options.limits.acquisitions = 1 + Int(second >> 3 & 3)
      options.limits.locks = 1 + Int(second >> 5 & 1)
      options.limits.threads = 1 + Int(second >> 6 & 1)
      options.limits.frames = 1 + Int(second >> 7 & 1)
      options.limits.holds = 1 + Int(second >> 2 & 3)
      options.limits.evidence = 8
      options.limits.acquisitionsPerTag = 1 + Int(second & 1)
    }
    if first & 4 != 0 { options.maxFindings = 2 }
    if first & 8 != 0 { options.driver = Self.drivers[1] }
    if first & 16 != 0 { options.device = Self.address(1, 1) }
    hasLevels = first & Self.levels != 0
  }

  /// The bit of the first byte that says so.
  private static let levels: UInt8 = 32

  /// The address of the n-th thing of a class (devices, IRPs, locks, tags).
  private static func address(_ type: UInt64, _ number: UInt64) -> UInt64 {
    0xFFFF_E000_0000_0000 + type << 32 + number << 4
  }

  // MARK: Bytes to events

  private mutating func append(_ bytes: [UInt8]) {
    // Beyond the kinds there are exits that fit what is open: without them few stacks are tidy.
    let kinds = EventKind.allCases.count
    let choice = Int(bytes[0])
    var event: Event
    if choice < kinds || choice >= 240 {
      event = Event(EventKind.allCases[choice % kinds])
    } else {
      guard let exit = exit(thread: UInt64(bytes[1] & 3)) else { return }
      event = exit
    }
    event.position = TracePosition(file: 0, line: UInt64(events.count) + 1)
    event.thread = UInt64(bytes[1] & 3)
    event.fields.insert(.tid)
    let schema = EventKind.schema.first { $0.kind == event.kind }
    let fields = (schema?.required ?? []).union(schema?.optional ?? FieldSet(.irp))
    setPointers(&event, bytes, fields, schema?.required ?? [])
    if fields.contains(.status) { setStatus(&event, bytes[3] & 15, schema?.required ?? []) }
    setFlags(&event, bytes[3] >> 4, fields)
    setWords(&event, bytes[4], bytes[5], fields)
    if hasLevels { setLevels(&event, bytes[4], bytes[5], fields) }
    follow(event)
    events.append(event)
  }

  /// The exit of the thread's innermost open routine.
  private func exit(thread: UInt64) -> Event? {
    guard let entry = open[thread]?.last else { return nil }
    var exit =
      switch entry.kind {
      case .dispatchEnter: Event(.dispatchExit)
      case .completionEnter: Event(.completionExit)
      default: Event(.callbackExit)
      }
    exit.irp = entry.irp
    exit.device = entry.device
    exit.word = entry.word
    exit.operand = entry.operand
    exit.text = entry.text
    return exit
  }

  private mutating func follow(_ event: Event) {
    switch event.kind {
    case .dispatchEnter, .completionEnter, .callbackEnter:
      open[event.thread, default: []].append(event)
    case .dispatchExit, .completionExit, .callbackExit: _ = open[event.thread]?.popLast()
    default: break
    }
  }

  private func setPointers(
    _ event: inout Event, _ bytes: [UInt8], _ fields: FieldSet, _ required: FieldSet
  ) {
    let isMatchedExit = event.device != 0 || event.irp != 0
    let device = UInt64(bytes[1] >> 2 & 7)
    if isMatchedExit {
      event.fields.insert(.irp)
      if event.device != 0 { event.fields.insert(.dev) }
    } else {
      if device != 0 || required.contains(.dev) {
        event.device = Self.address(1, device)
        event.fields.insert(.dev)
      }
      let irp = UInt64(bytes[1] >> 5)
      if fields.contains(.irp), irp != 0 || required.contains(.irp) {
        // An IRP of 0 is one that could not be allocated.
        event.irp = irp == 0 ? 0 : Self.address(2, irp)
        event.fields.insert(.irp)
      }
    }
    if fields.contains(.lock) {
      event.lock = Self.address(3, UInt64(bytes[2] & 7))
      event.fields.insert(.lock)
    }
    if fields.contains(.tag) {
      let tag = UInt64(bytes[2] >> 3)
      event.tag = tag == 0 ? 0 : tag < 8 ? Self.address(2, tag) : Self.address(4, tag)
      event.fields.insert(.tag)
    }
  }

  private mutating func setStatus(_ event: inout Event, _ choice: UInt8, _ required: FieldSet) {
    if choice == 15, !required.contains(.status) { return }
    event.fields.insert(.status)
    if Int(choice) < Self.statuses.count {
      event.statusBits = Self.statuses[Int(choice)].rawValue
    } else {
      event.flags.insert(.unknownStatus)
      event.statusBits = strings.intern("STATUS_UNKNOWN_HERE").rawValue
    }
  }

  private mutating func setFlags(_ event: inout Event, _ bits: UInt8, _ fields: FieldSet) {
    let name = Self.drivers[Int(bits & 3)]
    if !name.isEmpty || fields.contains(.drv) && event.kind == .driverUnload {
      event.driver = strings.intern(name)
      event.fields.insert(.drv)
    }
    if bits & 4 != 0 {
      for field in fields.fields {
        guard let flag = Event.Flags(field), flag != .shutdown else { continue }
        event.flags.insert(flag)
        event.fields.insert(field)
      }
    }
    if bits & 8 != 0 {
      time += 45_000_000_000
      event.timestamp = time
      event.fields.insert(.ts)
    }
  }

  private mutating func setWords(
    _ event: inout Event, _ first: UInt8, _ second: UInt8, _ fields: FieldSet
  ) {
    switch event.kind {
    case .dispatchEnter: setRequest(&event, first, second)
    case .addDevice:
      event.word = first & 3
      event.fields.insert(.role)
    case .wmiSystemControl:
      event.word = first % 5
      event.fields.insert(.disposition)
    case .callbackEnter, .callbackExit:
      if event.text == .none {
        event.word = first & 7
        event.operand = UInt64(event.word) + 1
        event.text = strings.intern(CallbackKind(rawValue: event.word)?.name ?? "")
      }
      event.fields.insert(.kind)
    case .ioInitializeRemoveLock:
      event.number = UInt64(first & 3)
      event.highWatermark = UInt32(second & 3)
      if event.number > 0 { event.fields.insert(.maxmin) }
      if event.highWatermark > 0 { event.fields.insert(.highwater) }
    case .custom: event.setCustom("Custom", Self.ownFields(first, second), in: &strings)
    default: setOthers(&event, first, second, fields)
    }
  }

  /// Fields that only a few events have.
  private mutating func setOthers(
    _ event: inout Event, _ first: UInt8, _ second: UInt8, _ fields: FieldSet
  ) {
    event.fields.formUnion(fields.intersection(FieldSet(.ptr, .handle, .oldirql, .newirql, .name)))
    if first & 2 != 0 {
      event.fields.formUnion(fields.intersection(FieldSet(.routine, .object, .previous)))
    }
    if first & 4 != 0 {
      event.fields.formUnion(fields.intersection(FieldSet(.mj, .timeout, .pooltype, .poolflags)))
    }
    event.operand = UInt64(first & 1) << 12
    if event.has(.handle) || event.has(.object) { event.operand += UInt64(first >> 4 & 3) << 4 }
    (event.oldIRQL, event.newIRQL) = (second & 3, second >> 2 & 3)
    if event.has(.timeout) { event.number = second & 1 == 0 ? .max : UInt64(second >> 1) }
    if event.has(.mj) { event.major = Self.majors[Int(second) % Self.majors.count] }
    if !event.fields.isDisjoint(with: FieldSet(.previous, .pooltype, .poolflags)) {
      event.tag = UInt64(second)
    }
    if event.has(.name) { event.text = strings.intern("RtlInitUnicodeString") }
  }

  /// At which IRQL, and what else rules about threads, locks and memory ask for.
  private mutating func setLevels(
    _ event: inout Event, _ first: UInt8, _ second: UInt8, _ fields: FieldSet
  ) {
    if event.kind == .dispatchEnter {
      if second & 128 != 0 { setIRQL(&event, second >> 5 & 3) }
      return
    }
    if first & 8 != 0 { setIRQL(&event, second >> 4 & 3) }
    if first & 128 != 0 {
      event.cpu = UInt32(second >> 6)
      event.fields.insert(.cpu)
    }
    if fields.contains(.ptr), first & 1 != 0 { event.operand += UInt64(first >> 4 & 3) << 4 }
    if fields.contains(.pooltag), first & 64 != 0 {
      event.text = strings.intern(second & 32 == 0 ? "Pool" : "Irps")
      event.fields.insert(.pooltag)
    }
    if fields.contains(.size), event.kind != .custom {
      event.number = UInt64(second)
      event.fields.insert(.size)
    }
    if event.has(.name) { event.text = strings.intern(Self.ddis[Int(first >> 4 & 3)]) }
  }

  private func setIRQL(_ event: inout Event, _ irql: UInt8) {
    event.irql = irql
    event.fields.insert(.irql)
  }

  /// Fields of an event of one's own: some of a number in each spelling and a text.
  private static func ownFields(
    _ first: UInt8, _ second: UInt8
  ) -> [(name: String, value: FieldValue)] {
    let values: [(name: String, value: FieldValue)] = [
      ("session", .integer(Int64(second & 3) - 1)), ("buffer", .address(UInt64(second >> 2 & 3))),
      ("mode", .text(second & 64 == 0 ? "fast" : "slow")), ("note-2", .text("")),
    ]
    return values.enumerated().filter { first >> UInt8($0.offset) & 1 != 0 }.map(\.element)
  }

  private func setRequest(_ event: inout Event, _ first: UInt8, _ second: UInt8) {
    event.major = Self.majors[Int(first & 15) % Self.majors.count]
    event.fields.insert(.mj)
    if first & 16 == 0 {
      event.minor = MinorFunction(second & 31)
      event.fields.insert(.mn)
    }
    switch event.major {
    case .power:
      event.powerState = PowerState.allCases[Int(first >> 4) % PowerState.allCases.count]
      event.powerType = event.powerState.rawValue > PowerState.s5.rawValue ? .device : .system
      event.fields.formUnion(FieldSet(.state, .type))
    case .pnp where first & 32 != 0:
      event.word = (first >> 6) + 1
      event.fields.insert(.relation)
    default: break
    }
  }
}

// Events to bytes: how what is known to be interesting becomes a fuzzer's seed.
extension ArbitraryTrace {
  /// Bytes that stand for nearly the same trace: addresses are numbered in the order in which they
  /// occur, and what the bytes cannot say is left out.
  public static func bytes(of events: [Event], strings: StringTable, reading: Reading) -> [UInt8] {
    var numbers: [UInt64: [UInt64: UInt8]] = [:]
    func number(_ type: UInt64, _ address: UInt64, _ limit: UInt8) -> UInt8 {
      if let known = numbers[type]?[address] { return known }
      let new = UInt8(min(numbers[type]?.count ?? 0, Int(limit) - 1)) + 1
      numbers[type, default: [:]][address] = new
      return new
    }
    var bytes: [UInt8] = [levels | (reading == .tracked ? 0 : 1), 0]
    for event in events {
      let irp = event.irp == 0 ? 0 : number(2, event.irp, 7)
      let device = event.has(.dev) ? number(1, event.device, 7) : 0
      var tag: UInt8 = 0
      if event.tag != 0 {
        tag = numbers[2]?[event.tag] ?? 7 + number(4, event.tag, 24)
      }
      let lock = event.has(.lock) ? number(3, event.lock, 8) - 1 : 0
      let driver = event.driver == .none ? 0 : number(5, UInt64(event.driver.rawValue), 3)
      let isFlagged = !event.flags.isDisjoint(with: [
        .bus, .pending, .wait, .irpout, .granted, .signaled, .deferred, .noncancelable,
      ])
      bytes.append(event.kind.rawValue)
      bytes.append(UInt8(truncatingIfNeeded: event.thread & 3) | device << 2 | irp << 5)
      bytes.append(lock | tag << 3)
      bytes.append(
        statusCode(event) | (driver | (isFlagged ? 4 : 0) | (event.has(.ts) ? 8 : 0)) << 4)
      let operand = event.operand == 0 ? 0 : number(6, event.operand, 4)
      bytes += words(of: event, operand: operand)
    }
    return bytes
  }

  private static func statusCode(_ event: Event) -> UInt8 {
    guard event.has(.status) else { return 15 }
    guard let status = event.status else { return 14 }
    return UInt8(statuses.lastIndex(of: status) ?? (status.isSuccess ? 9 : 3))
  }

  /// The last two bytes; `operand` is the number of the event's other pointer, from 1 on.
  private static func words(of event: Event, operand: UInt8) -> [UInt8] {
    let isRaised: UInt8 = event.has(.irql) ? 8 : 0
    switch event.kind {
    case .dispatchEnter:
      var first = UInt8(majors.firstIndex(of: event.major) ?? 11)
      if event.major == .power {
        first |= event.powerState.rawValue << 4
      } else {
        if !event.has(.mn) { first |= 16 }
        if event.has(.relation), event.word > 0 { first |= 32 | (event.word - 1) << 6 }
      }
      let irql = event.has(.irql) ? 128 | (event.irql & 3) << 5 : 0
      return [first, event.minor.rawValue & 31 | irql]
    case .ioInitializeRemoveLock:
      return [UInt8(clamping: event.number), UInt8(clamping: event.highWatermark)]
    case .addDevice, .wmiSystemControl: return [event.word, 0]
    case .callbackEnter, .callbackExit: return [event.word & 7 | isRaised, (event.irql & 3) << 4]
    case .ddi: return [isRaised | 1 << 4, (event.irql & 3) << 4]
    default: return wordsOfCall(event, operand, isRaised)
    }
  }

  private static func wordsOfCall(
    _ event: Event, _ operand: UInt8, _ isRaised: UInt8
  ) -> [UInt8] {
    var first = isRaised | (operand == 0 ? 0 : 1 | (operand - 1) << 4)
    if !event.fields.isDisjoint(with: FieldSet(.routine, .object, .previous)) { first |= 2 }
    if !event.fields.isDisjoint(with: FieldSet(.mj, .timeout, .pooltype, .poolflags)) { first |= 4 }
    if event.has(.pooltag) { first |= 64 }
    var second = event.oldIRQL & 3 | (event.newIRQL & 3) << 2 | (event.irql & 3) << 4
    if event.has(.pooltype) { second = second & ~3 | UInt8(event.tag & 3) }
    if event.has(.timeout) { second = event.number == .max ? second & ~1 : second | 1 }
    return [first, second]
  }
}
