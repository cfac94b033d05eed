import RuleEngine

/// Puts a scenario together: called in the order in which the drivers' code runs, it collects the
/// events that a tracer would log there.
///
/// The builder stands in one lane (a thread's part of the scenario) and acts for one device at a
/// time; ``on(_:after:_:)`` and ``at(_:_:)`` change that for a piece of the path.
struct PathBuilder {
  /// A thread's part of the scenario.
  struct Lane {
    var station: Station
    var level: Int
    var steps: [Step] = []
    var sites: [Site] = []
  }

  /// Where in the drivers' sources an event is logged.
  struct Site: Hashable {
    var file: String
    var function: String
    var kind: EventKind
    /// Which of the routine's calls of that DDI it is.
    var ordinal: Int
    /// The DDI, where the kind of event does not say which it is.
    var ddi = ""
  }

  /// What the driver below does with an IRP that reaches it.
  enum Lower: Hashable {
    /// Completes it before the call returns.
    case completes(NTStatus)
    /// Returns STATUS_PENDING and completes it later, from an interrupt.
    case pends(NTStatus)

    var status: NTStatus {
      switch self {
      case .completes(let status), .pends(let status): status
      }
    }
    var isPending: Bool {
      if case .pends = self { return true }
      return false
    }
    /// What the call returns.
    var returned: NTStatus { isPending ? .pending : status }
  }

  /// How the traced drivers below the top one handle a request.
  enum Handling { case passDown, completionRoutine, forwardAndWait, remove(Removal) }

  /// In which order a driver handles IRP_MN_REMOVE_DEVICE.
  enum Removal: CaseIterable { case drainFirst, forwardFirst, forwardAndWait }

  /// The body of a completion routine; it is told whether `PendingReturned` is set.
  typealias Routine = (inout PathBuilder, _ pending: Bool) -> Void

  var request: Request
  /// The devices from the top one downwards.
  let chain: [Role]
  var handling = Handling.passDown
  private(set) var lanes = [Lane(station: .sender, level: 0)]
  private(set) var irpCount = 1
  var outcome = Outcome.none
  var hangs = false
  var needsNewAddress = false
  /// Devices are added with DeferredStartIo.
  var defersStartIo = true
  /// The path stands in a driver without devices.
  var isHelper = false
  /// The IRQL that is told where one is.
  var irql: UInt8 = 0
  private(set) var lane = 0
  private(set) var level = 0
  private(set) var irp: UInt8 = 0
  private var function = ""
  private var file = ""
  private var ordinals: [Site: Int] = [:]
  /// The dispatch or completion frame on top of the thread.
  private var frame: Frame?

  private struct Frame: Equatable {
    var lane: Int
    var level: Int
    var irp: UInt8
  }

  /// By level, the completion routine that is set, with what it returns.
  private var routines: [Int: (returns: NTStatus, body: Routine)] = [:]
  private var signalled: Step.Mark?
  /// What the next step of lane 0 waits for.
  private var awaited: Step.Mark?

  init(_ request: Request, chain: [Role]) {
    self.request = request
    self.chain = chain
  }

  var role: Role { chain[level] }
  /// Whether the driver below is traced as well.
  var hasLower: Bool { level + 1 < chain.count }
  /// Whether the frame on top of the thread is one of the IRP, at this device.
  var isInFrameOfIrp: Bool { frame == Frame(lane: lane, level: level, irp: irp) }
  /// Whether the path stands at an IRP that the driver made itself.
  var isOwnIrp: Bool { irp != 0 }
  /// The step that was added last in this lane.
  var last: Step.Mark {
    Step.Mark(lane: UInt8(lane), index: UInt16(lanes[lane].steps.count - 1))
  }
}

// What a step is made of.
extension PathBuilder {
  /// Adds an event; `calls`: with the source position of a DDI call.
  mutating func add(
    _ event: Event, calls: Bool = true, ddi: String = "", _ bind: (inout Step) -> Void = { _ in }
  ) {
    var step = Step(event: event, level: UInt8(level), irp: irp)
    step.event.fields.insert(.ts)
    step.event.fields.insert(.tid)
    if calls { step.event.fields.insert(.src) }
    if isHelper {
      step.isHelper = true
      step.event.fields.subtract(FieldSet(.dev))
      step.event.fields.insert(.drv)
    }
    bind(&step)
    var site = Site(file: file, function: function, kind: event.kind, ordinal: 0, ddi: ddi)
    let ordinal = ordinals[site, default: 0]
    ordinals[site] = ordinal + 1
    site.ordinal = ordinal
    lanes[lane].steps.append(step)
    lanes[lane].sites.append(site)
    if lane == 0, let mark = awaited {
      awaited = nil
      follows(mark)
    }
  }

  /// The next step of lane 0 waits until another lane is over.
  mutating func awaitLane(_ other: Int) {
    awaited = Step.Mark(lane: UInt8(other), index: UInt16(lanes[other].steps.count - 1))
  }

  /// Changes the step that was added last.
  mutating func amend(_ change: (inout Step) -> Void) {
    change(&lanes[lane].steps[lanes[lane].steps.count - 1])
  }

  /// Adds steps of this lane that its thread takes one after the other, whatever other threads do.
  mutating func atomically(_ body: (inout Self) -> Void) {
    let first = lanes[lane].steps.count
    body(&self)
    for step in lanes[lane].steps.indices.dropLast() where step >= first {
      lanes[lane].steps[step].isHeld = true
    }
  }

  /// The fault is decided by the event that was added last.
  mutating func decides() { amend { $0.decides = true } }

  /// The release that was added last gives nothing back: nothing was held under its tag.
  mutating func unmatched() {
    amend { $0.effect = $0.effect == .refuses ? .refusesUnmatched : .none }
  }

  /// The step that was added last waits for `mark`.
  mutating func follows(_ mark: Step.Mark) {
    if Int(mark.lane) == lane { return }
    amend {
      $0.gate = .after
      $0.mark = mark
    }
  }

  /// Runs `body` in the routine `name` of `file`; without names, where the path stands.
  mutating func inRoutine(_ name: String, _ file: String? = nil, _ body: (inout Self) -> Void) {
    let outer = (function, self.file, ordinals)
    function = name
    // A system routine of the driver stands in the file of the request's dispatch routine.
    self.file = file ?? (self.file.isEmpty ? request.routine.file : self.file)
    ordinals = [:]
    body(&self)
    (function, self.file, ordinals) = outer
  }

  /// Runs `body` in a dispatch or completion frame of the IRP.
  mutating func inFrame(_ body: (inout Self) -> Void) {
    let outer = frame
    frame = Frame(lane: lane, level: level, irp: irp)
    body(&self)
    frame = outer
  }

  /// Runs `body` where the frame on top of the thread says nothing of the IRP.
  mutating func outsideFrames(_ body: (inout Self) -> Void) {
    let outer = frame
    frame = nil
    body(&self)
    frame = outer
  }

  /// Enters a routine that ``leaveRoutine`` leaves.
  mutating func beginRoutine(_ name: String, _ file: String) -> (String, String, [Site: Int]) {
    let outer = (function, self.file, ordinals)
    function = name
    self.file = file
    ordinals = [:]
    return outer
  }

  /// Goes back to the routine that was left.
  mutating func leaveRoutine(_ outer: (String, String, [Site: Int])) {
    (function, file, ordinals) = outer
  }

  /// Runs `body` on another thread, once `mark` (else the last step of this lane) has happened.
  mutating func on(
    _ station: Station, after mark: Step.Mark? = nil, _ body: (inout Self) -> Void
  ) {
    let start = mark ?? last
    let outer = lane
    lanes.append(Lane(station: station, level: level))
    lane = lanes.count - 1
    lanes[Int(start.lane)].steps[Int(start.index)].starts |= 1 << UInt8(lane)
    body(&self)
    lane = outer
  }

  /// Runs `body` for another device of the chain.
  mutating func at(_ other: Int, _ body: (inout Self) -> Void) {
    let outer = level
    level = other
    body(&self)
    level = outer
  }

  /// Runs `body` for another of the scenario's IRPs, with its request.
  mutating func withIrp(_ slot: UInt8, _ request: Request? = nil, _ body: (inout Self) -> Void) {
    let outer = (irp, self.request)
    irp = slot
    irpCount = max(irpCount, Int(slot) + 1)
    self.request = request ?? self.request
    body(&self)
    (irp, self.request) = outer
  }
}

// Forwarding: what runs below the call, and the completion routines on the way back.
extension PathBuilder {
  /// Sets a completion routine that returns `returns`.
  mutating func setCompletion(
    returns: NTStatus, by kind: EventKind = .ioSetCompletionRoutine,
    _ body: @escaping Routine
  ) {
    var event = Event(kind)
    event.fields = isInFrameOfIrp ? FieldSet(.irp) : FieldSet(.irp, .dev)
    event.fields.insert(.routine)
    if kind == .ioSetCompletionRoutineEx { event.fields.insert(.status) }
    add(event) { $0.operand = .routine }
    routines[level] = (returns, body)
  }

  /// IoCallDriver (PoCallDriver for power), what happens below, and the return.
  mutating func callDriver(_ lower: Lower) {
    callBegins()
    if hasLower {
      at(level + 1) { $0.handle(lower) }
    } else if lower.isPending {
      if !routines.isEmpty {
        on(.interrupt) { $0.completeUpwards(lower.status, pending: true) }
      }
    } else {
      completeUpwards(lower.status, pending: false, from: level)
    }
    callReturns(lower.returned)
  }

  /// Runs the completion routines that are set at and above `from`, until one keeps the IRP.
  mutating func completeUpwards(_ status: NTStatus, pending: Bool, from: Int? = nil) {
    for upper in stride(from: from ?? level, through: 0, by: -1) {
      guard let routine = routines.removeValue(forKey: upper) else { continue }
      at(upper) {
        let outer = $0.beginRoutine($0.request.routine.name + "Complete", $0.request.routine.file)
        $0.completionEnter(status, pending: pending)
        $0.inFrame { p in routine.body(&p, pending) }
        $0.completionExit(routine.returns)
        $0.leaveRoutine(outer)
      }
      if routine.returns == .moreProcessingRequired { return }
    }
  }

  /// Sets the event object that a later ``awaitSignal`` waits for.
  mutating func signal() {
    var event = Event(.keSetEvent)
    event.fields = FieldSet(.object)
    add(event) { $0.operand = .event }
    signalled = last
  }

  /// KeInitializeEvent of that object, not signaled.
  mutating func initializeEvent() {
    var event = Event(.keInitializeEvent)
    event.fields = FieldSet(.object, .signaled)
    add(event) { $0.operand = .event }
  }

  /// Waits for what ``signal`` set.
  mutating func awaitSignal() {
    waitForObject()
    if let signalled { follows(signalled) }
  }

  /// KeWaitForSingleObject returns.
  mutating func waitForObject(_ status: NTStatus = .success) {
    var event = Event(.keWaitForSingleObject)
    event.fields = FieldSet(.object, .status)
    event.statusBits = status.rawValue
    add(event) { $0.operand = .event }
  }
}
