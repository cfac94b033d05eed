/// Small traces as rule authors write them: a verb a line, in a driver developer's order.
///
///     enter READ
///     forward            !
///     exit PENDING
///
/// A line is `[T2:] verb [words] [key=value …] [! | !tracked | !sdv] [# comment]`. Names stand for
/// addresses (`dev=pdo`, `tag=NULL`, `lock=second`); left out, the device is `fdo`, the IRP `irp`,
/// the lock `lock`, the tag the IRP, and the thread 1. `event NAME` is an event beyond the format:
/// `irp`, `lock`, `tag`, `object`, `size` and `status` are what they are elsewhere, and keys of one's own
/// are its own fields (`event TeamStart session=3 mode=fast dev=fdo`). Any event of the format can be
/// written by its name, with its fields as keys (`KeAcquireSpinLock lock=spin oldirql=0`).
/// Unless the first line is `bare`, the trace
/// begins as most do: `start`, `add fdo FDO`, `init lock dev=fdo`.
public struct ShortNotation: Sendable {
  /// The events, positions counted by lines of the notation from 1; the preamble has position 0.
  public private(set) var events: [Event] = []
  /// The strings of the events.
  public internal(set) var strings = StringTable()
  /// The lines whose events must be reported, for each reading.
  public private(set) var marks: [Reading: [UInt64]] = [.tracked: [], .sdv: []]

  private var addresses: [Substring: UInt64] = ["NULL": 0, "0": 0]

  /// A line that cannot be read.
  public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line in the notation, from 1.
    public var line: Int
    /// What is wrong with it.
    public var message: String
    /// Both, as one line.
    public var description: String { "line \(line): \(message)" }
  }

  /// Reads a trace in short notation.
  public init(_ text: String) throws(SyntaxError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let first = lines.first { !Self.words(of: $0).isEmpty }
    if first.map({ Self.words(of: $0) }) != ["bare"] {
      for line in ["start", "add fdo FDO", "init lock dev=fdo"] { try read(Substring(line), 0) }
    }
    for (number, line) in lines.enumerated() { try read(line, number + 1) }
  }

  private static func words(of line: Substring) -> [Substring] {
    line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
  }

  private mutating func read(_ line: Substring, _ number: Int) throws(SyntaxError) {
    var words = Self.words(of: line)
    var thread: UInt64 = 1
    if let first = words.first, first.hasPrefix("T"), first.hasSuffix(":"),
      let id = UInt64(first.dropFirst().dropLast())
    {
      thread = id
      words.removeFirst()
    }
    mark(&words, number)
    guard let verb = words.first, verb != "bare" else { return }
    var arguments = Arguments()
    for word in words.dropFirst() {
      if let equals = word.firstIndex(of: "=") {
        arguments.keys.append(word[..<equals])
        arguments.named[word[..<equals]] = word[word.index(after: equals)...]
      } else {
        arguments.words.append(word)
      }
    }
    guard var event = try event(verb, arguments, number) else {
      throw SyntaxError(line: number, message: "unknown verb \"\(verb)\"")
    }
    event.position = TracePosition(file: 0, line: UInt64(number))
    event.thread = thread
    event.fields.insert(.tid)
    try setCommon(arguments, &event, number)
    events.append(event)
  }

  private mutating func mark(_ words: inout [Substring], _ number: Int) {
    guard let last = words.last, last.hasPrefix("!") else { return }
    words.removeLast()
    for reading in Reading.allCases where last == "!" || last == "!\(reading.rawValue)" {
      marks[reading]?.append(UInt64(number))
    }
  }

  struct Arguments {
    var words: [Substring] = []
    /// The keys as they are written, in order.
    var keys: [Substring] = []
    var named: [Substring: Substring] = [:]
  }

  mutating func address(_ name: Substring) -> UInt64 {
    if let known = addresses[name] { return known }
    let new = 0xFFFF_E001_0000_0000 + UInt64(addresses.count) * 0x1000
    addresses[name] = new
    return new
  }

  /// Fields that any event may carry.
  private mutating func setCommon(
    _ arguments: Arguments, _ event: inout Event, _ number: Int
  ) throws(SyntaxError) {
    for (key, value) in arguments.named {
      switch key {
      case "dev":
        event.device = address(value)
        event.fields.insert(.dev)
      case "drv":
        event.driver = strings.intern(String(value))
        event.fields.insert(.drv)
      case "src":
        event.source = strings.intern(String(value))
        event.fields.insert(.src)
      case "fn":
        event.function = strings.intern(String(value))
        event.fields.insert(.fn)
      case "ts":
        guard let time = Int64(value) else {
          throw SyntaxError(line: number, message: "ts needs nanoseconds, not \"\(value)\"")
        }
        event.timestamp = time
        event.fields.insert(.ts)
      case "cpu":
        event.cpu = UInt32(value) ?? 0
        event.fields.insert(.cpu)
      case "irql":
        event.irql = UInt8(value) ?? 0
        event.fields.insert(.irql)
      case "irp", "lock", "tag", "maxmin", "highwater", "state", "relation", "ioctl", "routine",
        "bus":
        break
      case _ where event.kind == .custom || Self.knows(key, event.kind): break
      default: throw SyntaxError(line: number, message: "unknown key \"\(key)\"")
      }
    }
  }

  private mutating func event(
    _ verb: Substring, _ arguments: Arguments, _ number: Int
  ) throws(SyntaxError) -> Event? {
    if let event = try lockEvent(verb, arguments, number) { return event }
    if let event = try routineEvent(verb, arguments, number) { return event }
    if let event = deviceEvent(verb, arguments) { return event }
    if verb == "event" { return try customEvent(arguments, number) }
    guard let row = Self.verbs[verb] else { return try namedEvent(verb, arguments, number) }
    var event = Event(row.kind)
    if row.irp != .none, row.irp == .always || arguments.named["irp"] != nil {
      setIRP(arguments, &event)
    }
    if row.hasStatus { try setStatus(arguments.words.first, &event, number) }
    switch row.kind {
    case .exAllocatePoolWithTag:
      event.operand = address(arguments.words.first ?? "memory")
      event.fields.insert(.ptr)
    case .wmiSystemControl:
      let word = arguments.words.first.map(String.init) ?? ""
      guard let disposition = WMIDisposition.allCases.first(where: { $0.name == word }) else {
        throw SyntaxError(line: number, message: "wmi needs a disposition such as IrpForward")
      }
      event.word = disposition.rawValue
      event.fields.insert(.disposition)
    default: break
    }
    try setNamedFields(arguments, &event, number)
    return event
  }

  private enum NamesIRP { case none, always, whereGiven }

  /// Verbs that stand for one event and need nothing of their own.
  private static let verbs: [Substring: (kind: EventKind, irp: NamesIRP, hasStatus: Bool)] = [
    "start": (.traceStart, .none, false),
    "lost": (.traceLost, .none, false),
    "forward": (.ioCallDriver, .always, false),
    "po-forward": (.poCallDriver, .always, false),
    "returns": (.ioCallDriverReturn, .always, true),
    "po-returns": (.poCallDriverReturn, .always, true),
    "complete": (.ioCompleteRequest, .always, true),
    "mark-pending": (.ioMarkIrpPending, .always, false),
    "skip": (.ioSkipCurrentIrpStackLocation, .always, false),
    "copy": (.ioCopyCurrentIrpStackLocationToNext, .always, false),
    "set-routine": (.ioSetCompletionRoutine, .always, false),
    "allocate-irp": (.ioAllocateIrp, .always, false),
    "free-irp": (.ioFreeIrp, .always, false),
    "queue": (.insertTailList, .whereGiven, false),
    "queue-csq": (.ioCsqInsertIrp, .always, false),
    "dequeue": (.removeHeadList, .whereGiven, false),
    "dequeue-csq": (.ioCsqRemoveNextIrp, .always, false),
    "remove-entry": (.removeEntryList, .whereGiven, false),
    "wait": (.keWaitForSingleObject, .none, true),
    "set-event": (.keSetEvent, .none, false),
    "power-irp": (.poRequestPowerIrp, .none, true),
    "wmi": (.wmiSystemControl, .always, false),
    "allocate": (.exAllocatePoolWithTag, .none, false),
  ]

  private mutating func lockEvent(
    _ verb: Substring, _ arguments: Arguments, _ number: Int
  ) throws(SyntaxError) -> Event? {
    let kinds: [Substring: EventKind] = [
      "init": .ioInitializeRemoveLock, "acquire": .ioAcquireRemoveLock,
      "release": .ioReleaseRemoveLock, "release-wait": .ioReleaseRemoveLockAndWait,
      "wait-return": .ioReleaseRemoveLockAndWaitReturn,
    ]
    guard let kind = kinds[verb] else { return nil }
    var event = Event(kind)
    let named = kind == .ioInitializeRemoveLock ? arguments.words.first : nil
    event.lock = address(arguments.named["lock"] ?? named ?? "lock")
    event.fields.insert(.lock)
    switch kind {
    case .ioInitializeRemoveLock:
      if let minutes = arguments.named["maxmin"] {
        event.number = UInt64(minutes) ?? 0
        event.fields.insert(.maxmin)
      }
      if let mark = arguments.named["highwater"] {
        event.highWatermark = UInt32(mark) ?? 0
        event.fields.insert(.highwater)
      }
    case .ioReleaseRemoveLockAndWaitReturn: break
    default:
      event.tag = address(arguments.named["tag"] ?? arguments.named["irp"] ?? "irp")
      event.fields.insert(.tag)
      if kind == .ioAcquireRemoveLock {
        try setStatus(arguments.words.first ?? "SUCCESS", &event, number)
      }
    }
    return event
  }

  private mutating func routineEvent(
    _ verb: Substring, _ arguments: Arguments, _ number: Int
  ) throws(SyntaxError) -> Event? {
    switch verb {
    case "enter":
      return try dispatchEnter(arguments, number)
    case "exit", "completion-exit":
      var event = Event(verb == "exit" ? .dispatchExit : .completionExit)
      setIRP(arguments, &event)
      try setStatus(arguments.words.first, &event, number)
      return event
    case "completion":
      var event = Event(.completionEnter)
      setIRP(arguments, &event)
      if let status = arguments.words.first(where: { $0 != "pending" }) {
        try setStatus(status, &event, number)
      }
      event.fields.insert(.pending)
      if arguments.words.contains("pending") { event.flags.insert(.pending) }
      return event
    case "callback", "callback-exit":
      var event = Event(verb == "callback" ? .callbackEnter : .callbackExit)
      let word = String(arguments.words.first ?? "Dpc")
      let kind = CallbackKind.allCases.first { $0.name.lowercased() == word.lowercased() }
      event.word = (kind ?? .other).rawValue
      event.operand = UInt64(event.word) + 1
      event.text = strings.intern(word)
      event.fields.insert(.kind)
      if arguments.named["irp"] != nil { setIRP(arguments, &event) }
      return event
    default: return nil
    }
  }

  private mutating func deviceEvent(_ verb: Substring, _ arguments: Arguments) -> Event? {
    switch verb {
    case "add":
      var event = Event(.addDevice)
      setDevice(arguments.words.first ?? "fdo", &event)
      let role = DeviceRole.allCases.first { $0.name == arguments.words.dropFirst().first ?? "" }
      event.word = (role ?? .unknown).rawValue
      event.fields.insert(.role)
      if arguments.words.contains("bus") {
        event.flags.insert(.bus)
        event.fields.insert(.bus)
      }
      return event
    case "detach", "delete":
      var event = Event(verb == "detach" ? .ioDetachDevice : .ioDeleteDevice)
      setDevice(arguments.words.first ?? "fdo", &event)
      return event
    case "unload":
      var event = Event(.driverUnload)
      event.driver = strings.intern(String(arguments.words.first ?? "driver"))
      event.fields.insert(.drv)
      return event
    default: return nil
    }
  }

  private mutating func dispatchEnter(
    _ arguments: Arguments, _ number: Int
  ) throws(SyntaxError) -> Event {
    var event = Event(.dispatchEnter)
    setIRP(arguments, &event)
    setDevice(arguments.named["dev"] ?? "fdo", &event)
    let codes = (arguments.words.first ?? "").split(separator: "/")
    guard let name = codes.first, let major = MajorFunction.names.firstIndex(of: String(name))
    else {
      throw SyntaxError(line: number, message: "enter needs a major function such as READ")
    }
    event.major = MajorFunction(UInt8(major))
    event.fields.insert(.mj)
    if codes.count > 1 {
      let minors = MinorFunction.names(of: event.major)
      guard let minor = minors.first(where: { $0.name == codes[1] }) else {
        throw SyntaxError(line: number, message: "\(name) has no minor function \(codes[1])")
      }
      event.minor = MinorFunction(minor.value)
      event.fields.insert(.mn)
    }
    if let word = arguments.named["state"] {
      event.powerState = PowerState.allCases.first { $0.name == word } ?? .unknown
      event.powerType = word.hasPrefix("S") ? .system : .device
      event.fields.insert(.state)
      event.fields.insert(.type)
    }
    if let word = arguments.named["relation"] {
      event.word = (DeviceRelation.allCases.first { $0.name == word } ?? .unknown).rawValue
      event.fields.insert(.relation)
    }
    if let code = arguments.named["ioctl"] {
      event.number = UInt64(code.dropFirst(2), radix: 16) ?? 0
      event.fields.insert(.ioctl)
    }
    return event
  }

  private mutating func setIRP(_ arguments: Arguments, _ event: inout Event) {
    event.irp = address(arguments.named["irp"] ?? "irp")
    event.fields.insert(.irp)
  }

  private mutating func setDevice(_ name: Substring, _ event: inout Event) {
    event.device = address(name)
    event.fields.insert(.dev)
  }

  func setStatus(
    _ word: Substring?, _ event: inout Event, _ number: Int
  ) throws(SyntaxError) {
    guard let word, let status = NTStatusNames.all.first(where: { $0.name == word }) else {
      throw SyntaxError(
        line: number, message: "expected a status such as SUCCESS, found \"\(word ?? "")\"")
    }
    event.statusBits = status.value
    event.fields.insert(.status)
  }
}
