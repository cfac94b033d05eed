import RuleEngine

// Which thread goes on, and which scenario begins.
extension Scheduler {
  /// Picks at random what to try next; what comes of it is in ``current`` and ``burst``.
  mutating func pick() {
    if !waitingLanes.isEmpty && random.oneIn(3) && place(random.below(waitingLanes.count)) {
      return
    }
    let thread = random.below(threads.count)
    if threads[thread].depth > 0 {
      current = thread
      burst = 1 + random.below(6)
    } else if threads[thread].kind == .sender {
      _ = start(on: thread)
    }
  }

  /// Looks everywhere for something that can go on; false when the trace is at its end.
  mutating func pickAny() -> Bool {
    for thread in threads.indices where threads[thread].depth > 0 {
      current = thread
      burst = 1
      if canStep { return true }
    }
    burst = 0
    for index in waitingLanes.indices where place(index) { return true }
    for thread in 0..<options.threads where threads[thread].depth == 0 {
      if start(on: thread) { return true }
    }
    precondition(runningCount == 0, "scenarios wait for each other")
    return false
  }

  /// Begins a scenario on an idle thread, if there is one that can begin.
  mutating func start(on thread: Int) -> Bool {
    if isClosing { return startRemoval(on: thread) }
    if waitingLanes.count > 4 * options.threads + 16 { return false }
    if isCuttable { return startRequest(on: thread) }
    if mustSeed && seedFault(on: thread) { return true }
    if bootIndex < stackCount && !random.oneIn(4) {
      bootIndex += 1
      if advance(bootIndex - 1, on: thread) { return true }
    }
    if random.oneIn(16) && changeLife(of: random.below(stackCount), on: thread) { return true }
    if random.oneIn(150) { return startHotplug(on: thread) }
    for _ in 0..<6 where startRequest(on: thread) { return true }
    // Nothing is started: whatever can bring a stack further does.
    for stack in 0..<stackCount where advance(stack, on: thread) { return true }
    return false
  }

  /// The trace is long enough: what runs is brought to its end.
  private var isClosing: Bool {
    options.ending != .cut && Int(line) + stepsAhead + removalReserve >= options.events
  }

  /// The trace may be cut as soon as no removal waits: none is to begin any more.
  private var isCuttable: Bool { options.ending == .cut && Int(line) >= options.events }

  /// Whether the trace is to be cut here.
  var isCut: Bool { isCuttable && drainingCount == 0 }

  private var removalReserve: Int {
    options.ending == .unloaded ? presentCount * 10 + 8 : 0
  }

  /// At the end of a trace that ends with nothing left.
  private mutating func startRemoval(on thread: Int) -> Bool {
    guard options.ending == .unloaded else { return false }
    for stack in 0..<stackCount where !stacks[stack].isBusy {
      switch stacks[stack].state {
      case .absent, .removing: continue
      case .started, .stopped, .gone:
        stacks[stack].next = .removed
        return advance(stack, on: thread)
      }
    }
    return false
  }

  /// A request to one of the devices.
  private mutating func startRequest(on thread: Int) -> Bool {
    let device = pickDevice()
    let stack = stacks[Int(devices[device].stack)]
    guard !devices[device].isClosed, stack.state != .stopped, stack.state != .absent else {
      return false
    }
    let level = device - Int(stack.first)
    guard
      var path = chooser.path(
        shape: stack.shape, level: level, surprised: stack.state == .gone, &random)
    else { return false }
    let shape = paths[Int(path)]
    if shape.isPnP && stack.isBusy || shape.isSetPower && stack.isChangingPower { return false }
    let isLeaving = stack.state == .removing || stack.state == .gone
    if isLeaving && shape.acquiresAhead != SIMD4() { return false }
    if !isLeaving, let fault = replacement(of: path, on: device) { path = fault }
    begin(path, on: Int32(device), thread: thread)
    return true
  }

  /// Any device, but rather one whose removal has begun: requests that come then are what remove
  /// locks are for.
  private mutating func pickDevice() -> Int {
    let stack = stacks[leavingStack]
    if stack.state == .removing && random.oneIn(3) {
      return Int(stack.first) + random.below(ScenarioLibrary.shapes[stack.shape].count)
    }
    return random.below(residentCount)
  }

  private mutating func replacement(of path: Int32, on device: Int) -> Int32? {
    let count = chooser.replacements[Int(path)].count
    guard count > 0, random.chance(options.faultRate) else { return nil }
    let fault = chooser.replacements[Int(path)][random.below(count)]
    return paths[Int(fault)].roles.contains(devices[device].role) ? fault : nil
  }
}

// Devices that come and go.
extension Scheduler {
  /// Something happens to a stack, or what has begun goes on.
  private mutating func changeLife(of stack: Int, on thread: Int) -> Bool {
    if stacks[stack].next != .none { return advance(stack, on: thread) }
    guard stacks[stack].state == .started, !stacks[stack].isBusy, random.oneIn(12) else {
      return false
    }
    let ways: [Outcome] = [
      .removalQueried, .removalQueried, .surpriseRemoved, .stopQueried, .stopQueried,
    ]
    stacks[stack].next = ways[random.below(ways.count)]
    return advance(stack, on: thread)
  }

  /// Begins the path that brings a stack where it is to go next.
  private mutating func advance(_ index: Int, on thread: Int) -> Bool {
    let stack = stacks[index]
    guard stack.next != .none, !stack.isBusy else { return false }
    let path: Int32?
    switch stack.next {
    case .started where stack.state == .absent:
      arrive(index)
      path = one(of: library.arrivals[stack.shape])
    case .started:
      path = one(of: library.restarts[stack.shape])
    case .removed:
      stacks[index].state = .removing
      leavingStack = index
      path = one(of: library.removals[stack.shape])
    default:
      path = library.passages[stack.shape][stack.next]
    }
    guard let path else { return false }
    stacks[index].next = .none
    begin(path, on: stack.first, thread: thread)
    return true
  }

  private mutating func one(of paths: [Int32]) -> Int32? {
    paths.isEmpty ? nil : paths[random.below(paths.count)]
  }

  /// The devices of a stack get their addresses: new ones or those of devices that are gone.
  private mutating func arrive(_ stack: Int) {
    let first = Int(stacks[stack].first)
    let count = ScenarioLibrary.shapes[stacks[stack].shape].count
    presentCount += count
    for device in (first..<first + count).reversed() {
      let isNew = random.oneIn(3)
      appear(device, at: isNew ? deviceAddresses.takeNew() : deviceAddresses.take())
    }
    for device in first..<first + count - 1 { devices[device].lower = devices[device + 1].address }
  }

  private mutating func appear(_ device: Int, at address: UInt64) {
    devices[device].address = address
    // The device below, where it is not traced.
    devices[device].lower = address ^ 0x800
    devices[device].refuses = false
    devices[device].held = 0
  }

  /// What a path has brought about.
  mutating func settle(_ path: Path, _ device: Int) {
    let index = Int(devices[device].stack)
    switch path.outcome {
    case .none, .removalCancelled, .stopCancelled: break
    case .started:
      stacks[index].state = .started
      for level in 0..<path.depth { devices[device + level].isClosed = false }
    case .removed:
      for level in 0..<path.depth { disappear(device + level) }
      stacks[index].state = .absent
      if path.isHotplug {
        freeHotplugDevices.append(Int32(device))
      } else {
        stacks[index].next = .started
        presentCount -= path.depth
      }
    case .surpriseRemoved:
      stacks[index].state = .gone
      stacks[index].next = .removed
    case .stopped:
      stacks[index].state = .stopped
      stacks[index].next = .started
    case .removalQueried: stacks[index].next = random.oneIn(3) ? .removalCancelled : .removed
    case .stopQueried: stacks[index].next = random.oneIn(3) ? .stopCancelled : .stopped
    }
  }

  private mutating func disappear(_ device: Int) {
    devices[device].isClosed = true
    deviceAddresses.give(devices[device].address)
  }
}

// Hot-plugged devices and seeded faults.
extension Scheduler {
  private mutating func startHotplug(on thread: Int) -> Bool {
    let faults = chooser.hotplugReplacements
    if !faults.isEmpty && random.chance(options.faultRate) {
      // In turn, since there are more of these faults than devices that are plugged in.
      hotplugTurn = (hotplugTurn + 1) % faults.count
      return plug(faults[hotplugTurn], on: thread)
    }
    return plug(library.hotplugs[random.below(library.hotplugs.count)], on: thread)
  }

  private mutating func plug(_ path: Int32, on thread: Int) -> Bool {
    let shape = paths[Int(path)]
    guard let role = Role.allCases.first(where: shape.roles.contains) else { return false }
    let device = Int(freeHotplugDevices.popLast() ?? newHotplugDevice())
    devices[device].role = role
    devices[device].driver = library.drivers[Int(role.rawValue)]
    let isNew = shape.needsNewAddress
    appear(device, at: isNew ? deviceAddresses.takeNew() : deviceAddresses.take())
    begin(path, on: Int32(device), thread: thread)
    return true
  }

  private mutating func newHotplugDevice() -> Int32 {
    let stack = Int32(stacks.count)
    stacks.append(Stack(first: Int32(devices.count), shape: 0))
    devices.append(Device(role: .function, stack: stack, driver: .none))
    return Int32(devices.count - 1)
  }

  /// Whether the rule that is to be broken was not broken so far, and it is time.
  private var mustSeed: Bool {
    options.fault != nil && seededCount == 0 && line >= seedAt && bootIndex >= stackCount
  }

  private mutating func seedFault(on thread: Int) -> Bool {
    let path = chooser.faultPaths[random.below(chooser.faultPaths.count)]
    let shape = paths[Int(path)]
    // What has begun decides a few steps later, or is refused.
    if shape.isHotplug {
      seedAt = line + 2000
      return plug(path, on: thread)
    }
    for _ in 0..<16 {
      let device = random.below(residentCount)
      let stack = stacks[Int(devices[device].stack)]
      guard shape.roles.contains(devices[device].role), stack.state == .started else { continue }
      if shape.isPnP && stack.isBusy || shape.isSetPower && stack.isChangingPower { continue }
      seedAt = line + 500
      begin(path, on: Int32(device), thread: thread)
      return true
    }
    return false
  }
}
