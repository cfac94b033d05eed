import RuleEngine

/// Runs scenarios side by side: picks a thread, lets it take a few steps, picks another.
///
/// A thread works on its uppermost lane alone, so that frames nest as they do on a real stack. A
/// lane's step may wait for other lanes of its scenario or for its device. Lanes that interrupt or
/// run on worker threads never wait, and every wait is for one of those or for a scenario that
/// waits for nothing but those: so there is always a thread that can go on.
struct Scheduler: Sendable {
  let library: ScenarioLibrary
  /// Those of the library, which every event looks at: through the library an unoptimised build copies it.
  let steps: [Step]
  let paths: [Path]
  let options: SynthesizerOptions
  var random: RandomSource
  var chooser: Chooser

  var devices: [Device] = []
  var stacks: [Stack] = []
  /// The devices and stacks that stay; those that are plugged in come after them.
  var residentCount = 0
  var stackCount = 0
  /// Resident devices that are there.
  var presentCount = 0
  /// The stack whose removal began last.
  var leavingStack = 0
  /// The next stack to come up for the first time.
  var bootIndex = 0
  /// The hot-plug fault that was seeded last, in the chooser's list.
  var hotplugTurn = 0
  var freeHotplugDevices: [Int32] = []
  var threads: [SimulatedThread] = []
  /// The lanes that threads run: ``maxDepth`` for each thread, an activity in the upper bits, the
  /// lane in the lower three.
  var laneStacks: [UInt32] = []
  var poolThreadCount = 0
  var freeThreads: [Int32] = []
  var threadIds = AddressPool(at: 0x1004, stride: 4)
  var activities: [Activity] = []
  var freeActivities: [UInt32] = []
  /// Lanes that may begin and have no thread yet.
  var waitingLanes: [UInt32] = []
  var irpAddresses = AddressPool(at: 0xFFFF_E000_4810_0010, stride: 0x240)
  var deviceAddresses = AddressPool(at: 0xFFFF_E000_1234_0040, stride: 0x1000)

  var current = 0
  var burst = 0
  var clock: Int64 = 0
  /// Events so far.
  var line: UInt64 = 0
  var runningCount = 0
  /// Steps that running scenarios have before them.
  var stepsAhead = 0
  var hungCount = 0
  /// Calls of release-and-wait that have not returned, and will.
  var drainingCount = 0
  var seededCount = 0
  var faults: [SeededFault] = []
  /// The line from which on the fault that was asked for is put in, whatever chance says.
  var seedAt: UInt64 = 0

  static let maxDepth = 8

  var top: UInt32 { laneStacks[current * Self.maxDepth + threads[current].depth - 1] }
}

// One event.
extension Scheduler {
  /// Adds the next event to `events`; false at the end of the trace.
  mutating func advance(into events: inout [Event]) -> Bool {
    var attempts = 0
    while true {
      if burst > 0 {
        if canStep {
          burst -= 1
          step(into: &events)
          return true
        }
        burst = 0
      }
      attempts += 1
      if attempts < 64 { pick() } else if !pickAny() { return false }
    }
  }

  /// Whether the current thread's lane can go on.
  var canStep: Bool {
    guard threads[current].depth > 0 else { return false }
    let lane = top
    let activity = Int(lane >> 3)
    let step = steps[Int(activities[activity].next[Int(lane & 7)])]
    switch step.gate {
    case .open: return true
    case .after:
      let begin = paths[Int(activities[activity].path)].begin[Int(step.mark.lane)]
      return activities[activity].next[Int(step.mark.lane)] > begin + UInt32(step.mark.index)
    case .noAcquireAhead: return device(activity, step.level).acquiresAhead == 0
    case .drained: return device(activity, step.level).held == 0
    case .alone: return device(activity, step.level).running == 1
    }
  }

  func device(_ activity: Int, _ level: UInt8) -> Device {
    devices[Int(activities[activity].device) + Int(level)]
  }

  private mutating func step(into events: inout [Event]) {
    let lane = top
    let activity = Int(lane >> 3)
    let laneIndex = Int(lane & 7)
    var index = Int(activities[activity].next[laneIndex])
    let deviceIndex = Int(activities[activity].device) + Int(steps[index].level)
    if steps[index].effect == .acquires && devices[deviceIndex].refuses {
      refuse(activity)
      index = Int(activities[activity].next[laneIndex])
    }
    apply(steps[index].effect, activity, deviceIndex)
    emit(index, activity, deviceIndex, into: &events)
    stepsAhead -= 1
    activities[activity].next[laneIndex] += 1
    let starts = steps[index].starts
    if starts != 0 { startLanes(starts, activity) }
    if steps[index].decides { recordFault(activity, deviceIndex) }
    if steps[index].isHeld { burst = max(burst, 1) }
    let path = Int(activities[activity].path)
    if activities[activity].next[laneIndex] == paths[path].end[laneIndex] {
      endLane(activity, laneIndex)
    }
  }

  private mutating func apply(_ effect: Step.Effect, _ activity: Int, _ device: Int) {
    switch effect {
    case .none: break
    case .acquires:
      devices[device].held += 1
      let path = paths[Int(activities[activity].path)]
      // The first acquire of a path that can be refused was not announced.
      let isFirst = path.refusal >= 0 && activities[activity].next[0] == path.begin[0] + 1
      if !isFirst { devices[device].acquiresAhead -= 1 }
    case .acquiresAnyway: devices[device].held += 1
    case .releases: devices[device].held -= 1
    case .refuses, .refusesUnmatched, .refusesForEver:
      if effect != .refusesUnmatched { devices[device].held -= 1 }
      devices[device].refuses = true
      if effect != .refusesForEver { drainingCount += 1 }
    case .closes:
      devices[device].isClosed = true
      drainingCount -= 1
    case .sleeps: clock += 61_000_000_000 + Int64(random.below(1 << 30)) * 20
    }
  }

  private mutating func emit(
    _ index: Int, _ activity: Int, _ device: Int, into events: inout [Event]
  ) {
    let bits = random.next()
    clock += 150 + Int64(truncatingIfNeeded: bits & 0x7FF)
    line += 1
    events.append(steps[index].event)
    bind(steps[index], activity, device, &events[events.count - 1])
  }

  private func bind(
    _ step: Step, _ activity: Int, _ device: Int, _ event: inout Event
  ) {
    event.position = TracePosition(file: 0, line: line)
    event.timestamp = clock
    event.thread = threads[current].id
    let fields = event.fields
    if fields.contains(.cpu) { event.cpu = threads[current].cpu }
    if fields.contains(.dev) { event.device = devices[device].address }
    if fields.contains(.drv) {
      event.driver =
        step.isHelper
        ? library.helpers[activity % library.helpers.count] : devices[device].driver
    }
    if fields.contains(.irp) && step.irp != Step.noIrp {
      event.irp = activities[activity].irps[Int(step.irp)]
    }
    let scratch = Self.scratch(of: activity)
    if fields.contains(.lock) {
      switch step.operand {
      case .secondLock: event.lock = scratch &+ 0x800
      case .spinLock: event.lock = devices[device].lock &+ 0x60
      default: event.lock = devices[device].lock
      }
      if fields.contains(.tag) {
        switch step.tag {
        case .irp: event.tag = activities[activity].irps[Int(step.irp)]
        case .null: event.tag = 0
        case .work: event.tag = scratch &+ 0x120
        case .timer: event.tag = scratch &+ 0x1A0
        case .device: event.tag = devices[device].address
        }
      }
      if !fields.contains(.handle) { return }
    }
    switch step.operand {
    case .none, .secondLock: break
    case .spinLock: event.operand = 0xFFFF_F880_0440_0700 &+ UInt64(activity) &* 0x1000
    case .resource: event.operand = devices[device].lock &+ 0xA0
    case .lower: event.operand = devices[device].lower
    case .event: event.operand = 0xFFFF_F880_0440_05C8 &+ UInt64(activity) &* 0x1000
    case .routine: event.operand = 0xFFFF_F880_0120_0000 &+ UInt64(event.source.rawValue) &* 32
    case .pool: event.operand = scratch &+ 0x400
    case .handle: event.operand = 0x8000_0000 &+ UInt64(activity) &* 4 &+ 4
    }
  }

  /// The pool blocks of a scenario: its work items and what else it allocates.
  private static func scratch(of activity: Int) -> UInt64 {
    0xFFFF_E000_8000_0000 &+ UInt64(activity) &* 0x1000
  }

  private mutating func recordFault(_ activity: Int, _ device: Int) {
    let fault = paths[Int(activities[activity].path)].fault
    guard fault >= 0 else { return }
    let rules = library.faults[Int(fault)].rules
    let rule = options.fault ?? rules[0]
    seededCount += 1
    faults.append(
      SeededFault(
        rule: rule,
        companions: rules.filter { $0 != rule } + library.faults[Int(fault)].companions,
        line: line, device: devices[device].address))
  }
}
