import RuleEngine

/// All paths that traces are made of, their steps in one flat array, and where they fit.
struct ScenarioLibrary: Sendable {
  /// A faulty path and the rules that it breaks.
  struct Fault: Sendable {
    /// All of them are broken for sure.
    var rules: [String]
    /// These may be broken with them.
    var companions: [String]
    var path: Int32
    /// The correct request that it takes the place of; nil: a hot-plugged device's life.
    var request: Request?
  }

  /// What a clean path is offered for.
  struct Offer: Sendable {
    var path: Int32
    var weight: Int
    /// Top to bottom; one role for a path on a single device.
    var chain: [Role]
    /// Runs on devices that were removed by surprise as well.
    var survives = false
  }

  var steps: [Step] = []
  var paths: [Path] = []
  var faults: [Fault] = []
  var offers: [Offer] = []
  /// The request that a path begins with, by path.
  var requests: [Request] = []
  /// Where a refused acquire of a request leads to.
  private var refusals: [Request: Int32] = [:]
  /// Paths by what happens to a stack, for each shape of a stack.
  var arrivals: [[Int32]] = []
  var restarts: [[Int32]] = []
  var removals: [[Int32]] = []
  /// By shape and ``Outcome``: the path through the whole stack that leads to it.
  var passages: [[Outcome: Int32]] = []
  var hotplugs: [Int32] = []
  private(set) var strings = StringTable()
  private var lines: [PathBuilder.Site: Int] = [:]
  private var lastLine: [String: Int] = [:]

  /// The stacks that devices are arranged in.
  static let shapes: [[Role]] = [
    [.threaded], [.filter, .function, .child], [.bus], [.function, .child], [.filter, .threaded],
  ]

  /// By ``Role``, the driver's name.
  private(set) var drivers: [StringID] = []
  /// Names of drivers without devices: one for each of the scenarios that run at a time.
  private(set) var helpers: [StringID] = []

  /// The library, made once.
  static let shared = ScenarioLibrary()

  private init() {
    drivers = Role.allCases.map { strings.intern($0.driver) }
    helpers = (0..<256).map { strings.intern("helper\($0)") }
    addTransfers()
    addOwnIrpTraffic()
    addRoutineTraffic()
    addWaitTraffic()
    addMemoryTraffic()
    addIrqlTraffic()
    addHoldTraffic()
    addFileRequests()
    addPnP()
    addPower()
    addWmi()
    addLives()
    addLockFaults()
    addOwnIrpFaults()
    addRoutineFaults()
    addMemoryFaults()
    addMisplacedCalls()
    addHoldFaults()
    addStatusFaults()
    addHandlingFaults()
    addHotplugFaults()
    addWaitFaults()
  }
}

extension ScenarioLibrary {
  /// Adds a clean path for a single device of each of the roles.
  mutating func path(
    _ request: Request, on roles: RoleSet, weight: Int, survives: Bool = false,
    _ body: (inout PathBuilder) -> Void
  ) {
    guard let first = Role.allCases.first(where: roles.contains) else { return }
    let index = freeze(request, [first], body)
    paths[Int(index)].roles = roles
    for role in Role.allCases where roles.contains(role) {
      offers.append(Offer(path: index, weight: weight, chain: [role], survives: survives))
    }
  }

  /// Adds a clean path for the devices of a stack from one of them down to the lowest.
  mutating func path(
    _ request: Request, through chain: [Role], weight: Int,
    _ body: (inout PathBuilder) -> Void
  ) {
    let index = freeze(request, chain, body)
    offers.append(Offer(path: index, weight: weight, chain: chain))
  }

  /// Adds a faulty path that takes the place of a correct handling of `request`.
  mutating func fault(
    _ rules: [String], with companions: [String] = [], _ request: Request,
    on roles: RoleSet = .forwarding, _ body: (inout PathBuilder) -> Void
  ) {
    guard let first = Role.allCases.first(where: roles.contains) else { return }
    let index = freeze(request, [first], body)
    paths[Int(index)].roles = roles
    addFault(rules, companions, index, request)
  }

  /// Adds a faulty life of a hot-plugged device.
  mutating func hotplugFault(
    _ rules: [String], with companions: [String] = [], role: Role = .function,
    _ body: (inout PathBuilder) -> Void
  ) {
    let index = freeze(.pnp(.startDevice), [role], body)
    markHotplug(index, role)
    addFault(rules, companions, index, nil)
  }

  mutating func markHotplug(_ index: Int32, _ role: Role) {
    paths[Int(index)].isHotplug = true
    paths[Int(index)].isPnP = false
    paths[Int(index)].roles = RoleSet(role)
  }

  private mutating func addFault(
    _ rules: [String], _ companions: [String], _ path: Int32, _ request: Request?
  ) {
    paths[Int(path)].fault = Int32(faults.count)
    faults.append(Fault(rules: rules, companions: companions, path: path, request: request))
  }

  /// Builds a path and lays its steps down.
  mutating func freeze(
    _ request: Request, _ chain: [Role], _ body: (inout PathBuilder) -> Void
  ) -> Int32 {
    var builder = PathBuilder(request, chain: chain)
    body(&builder)
    precondition(builder.lanes.count <= 8 && chain.count <= 4 && builder.irpCount <= 4)
    var path = Path()
    path.laneCount = builder.lanes.count
    path.irpCount = builder.irpCount
    path.depth = chain.count
    path.outcome = builder.outcome
    path.hangs = builder.hangs
    path.needsNewAddress = builder.needsNewAddress
    path.isPnP = request.major == .pnp
    path.isSetPower = request.major == .power && request.minor == .setPower
    for (index, lane) in builder.lanes.enumerated() {
      path.stations[index] = lane.station.rawValue
      path.laneLevels[index] = UInt8(lane.level)
      path.begin[index] = UInt32(steps.count)
      for (step, site) in zip(lane.steps, lane.sites) { append(step, site) }
      path.end[index] = UInt32(steps.count)
      path.stepCount += lane.steps.count
    }
    settleAcquires(request, &path)
    paths.append(path)
    requests.append(request)
    return Int32(paths.count - 1)
  }

  /// Finds the acquire that may be refused, and counts the others.
  private mutating func settleAcquires(_ request: Request, _ path: inout Path) {
    let range = Int(path.begin[0])..<steps.count
    for index in range where steps[index].effect == .acquires {
      if index == range.lowerBound + 1 && steps[index].level == 0 && !path.isPnP {
        path.refusal = refusal(of: request)
      } else {
        path.acquiresAhead[Int(steps[index].level)] += 1
      }
    }
  }

  private mutating func refusal(of request: Request) -> Int32 {
    if let known = refusals[request] { return known }
    let index = freeze(request, [.function]) { $0.refuse() }
    refusals[request] = index
    return index
  }

  /// Lays down a step, with its place in the drivers' sources: the same call of the same routine
  /// stands on the same line, whichever path comes along.
  private mutating func append(_ step: Step, _ site: PathBuilder.Site) {
    var step = step
    if step.event.has(.src) {
      step.event.source = strings.intern("\(site.file):\(line(of: site))")
    }
    if !site.function.isEmpty && Self.namesRoutine.contains(step.event.kind) {
      step.event.function = strings.intern(site.function)
      step.event.fields.insert(.fn)
    }
    if !site.ddi.isEmpty { step.event.text = strings.intern(site.ddi) }
    steps.append(step)
  }

  private mutating func line(of site: PathBuilder.Site) -> Int {
    if let known = lines[site] { return known }
    let line = lastLine[site.file, default: 40] + 3 + site.function.utf8.count % 5
    lastLine[site.file] = line
    lines[site] = line
    return line
  }

  /// The events that carry `fn`.
  private static let namesRoutine: Set<EventKind> = [
    .dispatchEnter, .completionEnter, .callbackEnter,
  ]
}
