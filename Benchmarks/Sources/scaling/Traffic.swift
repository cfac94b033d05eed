import RuleEngine

/// Reads that a driver marks pending and holds its remove lock for: each a live context until it is
/// completed.
struct Traffic {
  let strings = StringTable(limit: 16)
  private static let device: UInt64 = 0xFFFF_8001_0000_1000
  private static let lock: UInt64 = 0xFFFF_8001_0000_1150
  private var opened: UInt64 = 0
  private var completed: UInt64 = 0
  private var line: UInt64 = 0

  /// The beginning of the trace: a device with its lock.
  mutating func start() -> [Event] {
    var added = event(.addDevice, FieldSet(.dev, .role))
    added.word = DeviceRole.fdo.rawValue
    var initialized = event(.ioInitializeRemoveLock, FieldSet(.dev, .lock))
    initialized.lock = Self.lock
    return [added, initialized]
  }

  /// Opens contexts that stay.
  mutating func open(_ count: Int) -> [Event] {
    var events: [Event] = []
    for _ in 0..<count { appendOpening(&events) }
    return events
  }

  /// Opens contexts and completes as many old ones.
  mutating func exchange(_ count: Int) -> [Event] {
    var events: [Event] = []
    for _ in 0..<count {
      appendOpening(&events)
      appendCompletion(&events)
    }
    return events
  }

  private mutating func appendOpening(_ events: inout [Event]) {
    let irp = Self.address(opened)
    opened += 1
    events.append(request(.dispatchEnter, irp, FieldSet(.mj)))
    events.append(lockOperation(.ioAcquireRemoveLock, irp, FieldSet(.status)))
    events.append(request(.ioMarkIrpPending, irp))
    events.append(request(.dispatchExit, irp, FieldSet(.status), status: 0x103))
  }

  private mutating func appendCompletion(_ events: inout [Event]) {
    let irp = Self.address(completed)
    completed += 1
    events.append(request(.ioCompleteRequest, irp, FieldSet(.status)))
    events.append(lockOperation(.ioReleaseRemoveLock, irp))
  }

  /// Addresses as a pool gives them: multiples of 16, in no order.
  private static func address(_ number: UInt64) -> UInt64 {
    0xFFFF_9000_0000_0000 | (number &* 0x9E37_79B1 & 0xFFFF_FFFF) << 4
  }

  private mutating func event(_ kind: EventKind, _ fields: FieldSet) -> Event {
    line += 1
    var event = Event(kind)
    event.fields = fields.union([FieldSet(.ts), FieldSet(.tid)])
    event.position = TracePosition(file: 0, line: line)
    event.timestamp = Int64(line) * 100
    event.thread = 4
    event.device = Self.device
    return event
  }

  private mutating func request(
    _ kind: EventKind, _ irp: UInt64, _ fields: FieldSet = [], status: UInt32 = 0
  ) -> Event {
    var event = event(kind, fields.union(FieldSet(.dev, .irp)))
    event.irp = irp
    event.major = .read
    event.statusBits = status
    return event
  }

  private mutating func lockOperation(
    _ kind: EventKind, _ irp: UInt64, _ fields: FieldSet = []
  ) -> Event {
    var event = event(kind, fields.union(FieldSet(.lock, .tag)))
    event.lock = Self.lock
    event.tag = irp
    return event
  }
}
