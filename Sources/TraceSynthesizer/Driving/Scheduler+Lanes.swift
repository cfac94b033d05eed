import RuleEngine

// Scenarios and their lanes: begin, find a thread, end.
extension Scheduler {
  /// Begins a scenario on an idle thread.
  mutating func begin(_ path: Int32, on device: Int32, thread: Int) {
    let activity = Int(freeActivities.popLast() ?? newActivity())
    let shape = paths[Int(path)]
    activities[activity] = Activity(
      path: path, device: device, lanesLeft: shape.laneCount, next: shape.begin)
    for slot in 0..<shape.irpCount { activities[activity].irps[slot] = irpAddresses.take() }
    for level in 0..<shape.depth {
      devices[Int(device) + level].running += 1
      devices[Int(device) + level].acquiresAhead += Int(shape.acquiresAhead[level])
    }
    let stack = Int(devices[Int(device)].stack)
    if shape.isPnP { stacks[stack].isBusy = true }
    if shape.isSetPower { stacks[stack].isChangingPower = true }
    runningCount += 1
    stepsAhead += shape.stepCount
    push(UInt32(activity) << 3, on: thread)
  }

  private mutating func newActivity() -> UInt32 {
    activities.append(Activity())
    return UInt32(activities.count - 1)
  }

  private mutating func push(_ lane: UInt32, on thread: Int) {
    laneStacks[thread * Self.maxDepth + threads[thread].depth] = lane
    threads[thread].depth += 1
    if random.oneIn(16) { threads[thread].cpu = UInt32(random.below(8)) }
    current = thread
    burst = 2 + random.below(6)
  }

  /// Lanes that a step sets going wait for a thread.
  mutating func startLanes(_ bits: UInt8, _ activity: Int) {
    var rest = bits
    while rest != 0 {
      let lane = rest.trailingZeroBitCount
      rest &= rest &- 1
      waitingLanes.append(UInt32(activity) << 3 | UInt32(lane))
    }
  }

  /// Gives a waiting lane a thread, where one can run it now.
  mutating func place(_ index: Int) -> Bool {
    let lane = waitingLanes[index]
    let activity = activities[Int(lane >> 3)]
    let path = paths[Int(activity.path)]
    let device = Int(activity.device) + Int(path.laneLevels[Int(lane & 7)])
    let station = Station(rawValue: path.stations[Int(lane & 7)]) ?? .sender
    guard let thread = thread(for: station, device) else { return false }
    waitingLanes.swapAt(index, waitingLanes.count - 1)
    waitingLanes.removeLast()
    push(lane, on: thread)
    return true
  }

  private mutating func thread(for station: Station, _ device: Int) -> Int? {
    switch station {
    case .sender: return nil
    case .interrupt:
      let thread = random.below(poolThreadCount)
      return threads[thread].depth < Self.maxDepth - 1 ? thread : nil
    case .worker:
      let count = poolThreadCount - options.threads
      let start = random.below(count)
      for offset in 0..<count {
        let thread = options.threads + (start + offset) % count
        if threads[thread].depth == 0 { return thread }
      }
      return nil
    case .newThread:
      let thread = newThread(.driver)
      threads[thread].device = Int32(device)
      devices[device].thread = Int32(thread)
      return thread
    case .driverThread:
      let thread = Int(devices[device].thread)
      return thread >= 0 && threads[thread].depth == 0 ? thread : nil
    }
  }

  mutating func newThread(_ kind: SimulatedThread.Kind) -> Int {
    let thread = SimulatedThread(
      kind: kind, id: threadIds.take(), cpu: UInt32(random.below(8)))
    if let slot = freeThreads.popLast() {
      threads[Int(slot)] = thread
      return Int(slot)
    }
    threads.append(thread)
    laneStacks.append(contentsOf: repeatElement(0, count: Self.maxDepth))
    return threads.count - 1
  }

  /// The device's lock refuses: the driver takes the way that it has for that.
  mutating func refuse(_ activity: Int) {
    let path = paths[Int(activities[activity].path)]
    let device = Int(activities[activity].device)
    let refusal = Int(path.refusal)
    // Nothing but the first acquire of a path can be refused: release-and-wait waits for the rest.
    precondition(refusal >= 0 && activities[activity].next[0] == path.begin[0] + 1)
    for level in 0..<path.depth {
      devices[device + level].acquiresAhead -= Int(path.acquiresAhead[level])
      if level > 0 { devices[device + level].running -= 1 }
    }
    stepsAhead += paths[refusal].stepCount - path.stepCount
    for slot in 1..<max(path.irpCount, 1) { irpAddresses.give(activities[activity].irps[slot]) }
    endExclusion(path, device)
    activities[activity].path = path.refusal
    activities[activity].next = paths[refusal].begin
    activities[activity].next[0] += 1
    activities[activity].lanesLeft = 1
  }

  private mutating func endExclusion(_ path: Path, _ device: Int) {
    let stack = Int(devices[device].stack)
    if path.isPnP { stacks[stack].isBusy = false }
    if path.isSetPower { stacks[stack].isChangingPower = false }
  }

  /// A lane has taken its last step.
  mutating func endLane(_ activity: Int, _ lane: Int) {
    let path = paths[Int(activities[activity].path)]
    threads[current].depth -= 1
    burst = 0
    if path.hangs && lane == 0 { hang() }
    endDriverThread()
    activities[activity].lanesLeft -= 1
    if activities[activity].lanesLeft > 0 { return }
    runningCount -= 1
    // The scenario's device, addresses and blocks stay with the thread that hangs.
    if path.hangs { return }
    let device = Int(activities[activity].device)
    for slot in 0..<path.irpCount { irpAddresses.give(activities[activity].irps[slot]) }
    for level in 0..<path.depth { devices[device + level].running -= 1 }
    endExclusion(path, device)
    freeActivities.append(UInt32(activity))
    settle(path, device)
    // An idle thread may end, and its id go to another.
    if threads[current].depth == 0 && current < options.threads && random.oneIn(64) {
      threadIds.give(threads[current].id)
      threads[current].id = random.oneIn(2) ? threadIds.takeNew() : threadIds.take()
    }
  }

  /// A driver's thread that has nothing left to do ends with its device's removal.
  private mutating func endDriverThread() {
    guard threads[current].kind == .driver, threads[current].depth == 0 else { return }
    let device = Int(threads[current].device)
    let isRemoving = stacks[Int(devices[device].stack)].state == .removing
    guard isRemoving && devices[device].isClosed else { return }
    devices[device].thread = -1
    threads[current].kind = .ended
    threadIds.give(threads[current].id)
    freeThreads.append(Int32(current))
  }

  /// The thread stays where it is for ever; another one takes its place here.
  private mutating func hang() {
    hungCount += 1
    threads[current].id = threadIds.takeNew()
  }
}
