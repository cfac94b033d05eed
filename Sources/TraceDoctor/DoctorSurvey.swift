import RuleEngine

/// What occurs in a trace, counted as it goes by. What is kept does not grow with the trace.
struct DoctorSurvey: Sendable {
  var counts = TraceCounts()
  /// The names of events that nobody knows.
  var unknown = UnknownEvents()
  /// By kind.
  private(set) var kinds = [UInt64](repeating: 0, count: EventKind.allCases.count)
  private(set) var threads: Set<UInt64> = []
  private(set) var devices: Set<UInt64> = []
  private(set) var locks: Set<UInt64> = []
  private(set) var initializedLocks: Set<UInt64> = []
  private(set) var drivers: [StringID] = []

  private(set) var withoutThread: UInt64 = 0
  private(set) var withoutTime: UInt64 = 0
  /// The first event whose time is before that of another before it: on its own thread, or by more than
  /// ``tolerance``.
  private(set) var firstStepBack: TracePosition?
  private(set) var stepsBack: UInt64 = 0
  private(set) var beginsWithStart = false
  /// Events that name an IRP and no device; an IRP of the driver's own has none.
  private(set) var irpWithoutDevice: UInt64 = 0
  private(set) var irpEvents: UInt64 = 0
  private(set) var firstGap: TracePosition?

  /// Requests by major function; those without a minor function, and by it.
  private(set) var majors = [UInt64](repeating: 0, count: 256)
  private(set) var withoutMinor = [UInt64](repeating: 0, count: 256)
  private(set) var powerWithoutState: UInt64 = 0
  private(set) var hasBusDriver = false
  private(set) var hasMaximumTime = false
  private(set) var hasHighWatermark = false
  /// Events beyond the format, by what names them and the fields of their own.
  private(set) var customs: [StringID: Custom] = [:]

  /// By kind, those that tell the IRQL.
  var kindsWithIRQL = [UInt64](repeating: 0, count: EventKind.allCases.count)
  /// The DDIs that Ddi events name.
  var namedCalls: [StringID: NamedCall] = [:]

  /// What occurs of an event beyond the format.
  struct Custom: Sendable {
    var count: UInt64 = 0
    /// The fields of the format that any of them carries.
    var fields: FieldSet = []
    /// Two bits for each slot in which any of them carries a field of its own.
    var slots: UInt8 = 0
  }

  /// Tracers stamp an event before they have the place that it is written to; so threads may overtake
  /// each other by a little.
  private static let tolerance: UInt64 = 5_000_000
  /// The time and the thread of the last event, and the latest time so far.
  private var lastTime: Int64?
  private var lastThread: UInt64 = 0
  private var latestTime = Int64.min
  /// The IRPs that the driver made and has not freed.
  private var ownIRPs: Set<UInt64> = []
  private var isBegun = false

  /// How many of each kind of thing are told apart.
  private static let limit = 1 << 16

  func count(_ kinds: [EventKind]) -> UInt64 {
    kinds.reduce(0) { $0 + self.kinds[Int($1.rawValue)] }
  }

  func has(_ kinds: EventKind...) -> Bool { count(kinds) > 0 }

  mutating func take(_ event: Event) {
    kinds[Int(event.kind.rawValue)] += 1
    if event.kind == .malformed || event.kind == .traceLost {
      firstGap = firstGap ?? event.position
    }
    if event.kind == .malformed { return }
    if !isBegun {
      isBegun = true
      beginsWithStart = event.kind == .traceStart
    }
    takeCommon(event)
    takeCall(event)
    takeSubjects(event)
    switch event.kind {
    case .dispatchEnter: takeRequest(event)
    case .addDevice: if event.flags.contains(.bus) { hasBusDriver = true }
    case .ioInitializeRemoveLock:
      Self.insert(event.lock, &initializedLocks)
      if event.number > 0 { hasMaximumTime = true }
      if event.highWatermark > 0 { hasHighWatermark = true }
    case .custom: takeCustom(event)
    default: break
    }
  }

  private mutating func takeCommon(_ event: Event) {
    if event.has(.tid) { Self.insert(event.thread, &threads) } else { withoutThread += 1 }
    guard event.has(.ts) else {
      withoutTime += 1
      return
    }
    let isBackOnThread =
      lastTime.map { event.timestamp < $0 && event.thread == lastThread } ?? false
    let isFarBack =
      lastTime != nil && event.timestamp < latestTime
      && UInt64(bitPattern: latestTime &- event.timestamp) > Self.tolerance
    if isBackOnThread || isFarBack {
      stepsBack += 1
      firstStepBack = firstStepBack ?? event.position
      // What follows is compared with what the clock shows now.
      latestTime = event.timestamp
    }
    (lastTime, lastThread) = (event.timestamp, event.thread)
    latestTime = max(latestTime, event.timestamp)
  }

  private mutating func takeSubjects(_ event: Event) {
    if event.has(.dev) && event.device != 0 { Self.insert(event.device, &devices) }
    if event.has(.lock) { Self.insert(event.lock, &locks) }
    if event.has(.irp) {
      irpEvents += 1
      noteOwnIRP(event)
      if !event.has(.dev), !ownIRPs.contains(event.irp) { irpWithoutDevice += 1 }
      if event.kind == .ioFreeIrp { ownIRPs.remove(event.irp) }
    }
    if event.driver != .none, drivers.count < 100, !drivers.contains(event.driver) {
      drivers.append(event.driver)
    }
  }

  private mutating func noteOwnIRP(_ event: Event) {
    switch event.kind {
    case .ioAllocateIrp, .ioBuildDeviceIoControlRequest, .ioBuildSynchronousFsdRequest,
      .ioBuildAsynchronousFsdRequest, .ioMakeAssociatedIrp:
      Self.insert(event.irp, &ownIRPs)
    case .dispatchEnter: ownIRPs.remove(event.irp)
    default: break
    }
  }

  private mutating func takeRequest(_ event: Event) {
    let major = Int(event.major.rawValue)
    majors[major] += 1
    if !event.has(.mn) { withoutMinor[major] += 1 }
    if event.major == .power && event.minor == .setPower && event.powerState == .unknown {
      powerWithoutState += 1
    }
  }

  private mutating func takeCustom(_ event: Event) {
    guard customs.count < Self.limit || customs[event.text] != nil else { return }
    customs[event.text, default: Custom()].count += 1
    customs[event.text]?.fields.formUnion(event.fields)
    customs[event.text]?.slots |= event.word
  }

  private static func insert(_ value: UInt64, _ set: inout Set<UInt64>) {
    if set.count < limit { set.insert(value) }
  }
}
