/// What the events so far say about the drivers: threads and their frames, IRP contexts, devices,
/// remove locks and who holds them.
///
/// The model knows no rule. Each event is applied once; what it means for a context, a lock or a
/// device is left in ``facts``, in order, until the next event. Definitions: `docs/model.md`.
///
/// The model alone sees an event. It works out whose the event is, and hands it to the rooms that it
/// concerns; each keeps what it knows to itself. The order, everywhere:
///
/// 1. the gap or the sweep of what the last event ended;
/// 2. ``devices``: which life of a device the event names, where it names one that may be new;
/// 3. ``threads``: the thread, its frames, and from them the current context;
/// 4. ``locks``, ``ownIRPs`` or ``holds`` where it is theirs, then ``requests``: facts about a lock come before
///    those about the request that used it;
/// 5. ``threads`` again: what the frame touched, and what a frame that went lets go, which may end requests;
/// 6. ``calls``: what is wrong with the call itself.
///
/// Methods on the path of an event that only look something up are `mutating` all the same, unless they
/// are inlined, and rooms that are only asked are `inout`: for a call of another the compiler copies the
/// whole model or room.
struct DriverModel: Sendable {
  let reading: Reading

  /// What the last event meant.
  var facts = FactSink()
  var coverage = Coverage()

  var threads: Threads
  var devices: Devices
  var requests: Requests
  var locks: RemoveLocks
  var ownIRPs: OwnIRPs
  var waiting: WaitingThreads
  var allocations: Allocations
  var keyHandles: KeyHandles
  var calls = Calls()
  var holds: Holds
  var runs: Runs

  /// What looking ahead has loaded: see `Model+LookAhead.swift`.
  var ahead: UInt64 = 0

  init(reading: Reading, limits: Limits = Limits()) {
    self.reading = reading
    threads = Threads(limits: limits)
    devices = Devices(limits: limits)
    requests = Requests(reading: reading, limits: limits)
    locks = RemoveLocks(limits: limits)
    ownIRPs = OwnIRPs(reading: reading, limits: limits)
    waiting = WaitingThreads(limits: limits)
    allocations = Allocations(limits: limits)
    keyHandles = KeyHandles(reading: reading, limits: limits)
    holds = Holds(limits: limits)
    runs = Runs(reading: reading, limits: limits)
  }

  /// Makes what the model stores its own; to be called before ``apply(_:)`` or ``finish()`` wherever the
  /// model may have been copied since.
  mutating func claim() {
    facts.claim()
    threads.claim()
    devices.claim()
    requests.claim()
    locks.claim()
    ownIRPs.claim()
    waiting.claim()
    allocations.claim()
    keyHandles.claim()
    holds.claim()
    runs.claim()
  }

  /// Takes the next event of the trace.
  mutating func apply(_ event: Event) {
    facts.removeAll()
    if requests.hasGone || locks.hasGone || devices.hasGone || ownIRPs.hasGone
      || allocations.hasGone || keyHandles.hasGone || holds.hasGone || runs.hasGone
    {
      sweep()
    }
    switch event.kind {
    case .malformed, .traceLost: gap()
    case .traceStart: coverage.traceStarted()
    case .custom: break
    case .driverUnload: driverUnloaded(event)
    case .addDevice: deviceAdded(event)
    case .ioDetachDevice, .ioDeleteDevice: deviceDetachedOrDeleted(event, thread(of: event))
    default: applyOnThread(event, thread(of: event))
    }
    let asked = calls.asked(of: event)
    if !asked.isEmpty { judgeCall(event, asked) }
    coverage.eventTaken(event)
  }

  private mutating func applyOnThread(_ event: Event, _ thread: Int) {
    if waiting.isAny { waiterActs(event, thread) }
    if holds.isWatching { observe(event, thread) }
    if runs.isOn { observeRun(event, thread) }
    switch event.kind {
    case .dispatchEnter: dispatchEntered(event, thread)
    case .dispatchExit: dispatchExited(event, thread)
    case .completionEnter: completionEntered(event, thread)
    case .completionExit: completionExited(event, thread)
    case .callbackEnter: callbackEntered(event, thread)
    case .callbackExit: callbackExited(event, thread)
    case .ioInitializeRemoveLock: lockInitialized(event, thread)
    case .ioAcquireRemoveLock: lockAcquired(event, thread)
    case .ioReleaseRemoveLock: lockReleased(event, thread, waits: false)
    case .ioReleaseRemoveLockAndWait: lockReleased(event, thread, waits: true)
    case .ioReleaseRemoveLockAndWaitReturn:
      locks.drained(event, &requests, &devices, &facts, &coverage)
    default: applyToIRP(event, thread)
    }
  }

  /// Whether slots of allocations or handles wait to be given free.
  /// Gives free what the last event's facts named and nothing needs any more.
  private mutating func sweep() {
    requests.sweep(&locks, &devices)
    locks.sweep()
    devices.sweep()
    ownIRPs.sweep()
    allocations.sweep()
    keyHandles.sweep()
    holds.sweep()
    runs.sweep()
  }

  /// Something happened that the trace does not say: what is live is uncertain from here on.
  private mutating func gap() {
    requests.gap(after: coverage.gaps, &facts)
    locks.gap(&facts)
    devices.gap(&facts)
    ownIRPs.gap(&facts)
    waiting.gap()
    allocations.gap(&facts)
    keyHandles.gap(&facts)
    holds.gap(after: coverage.last, &facts)
    runs.gap(&facts)
    if reading == .sdv { threads.runsEnd() }
    coverage.gap()
  }

  /// The trace ends: what waits in vain is told, what is open stays undecided.
  mutating func finish() {
    facts.removeAll()
    sweep()
    tellVainWaits()
    locks.finish(&facts)
    requests.finish(&facts)
    devices.finish(&facts)
    ownIRPs.finish(&facts)
    allocations.finish(&facts)
    keyHandles.finish(&facts)
    holds.finish(&facts)
    runs.finish(&facts)
  }

  // MARK: Threads

  /// The event's thread, which is made where it is new.
  @inline(__always)
  private mutating func thread(of event: Event) -> Int {
    let id = event.threadKey
    let known = threads.place(of: id)
    return known >= 0 ? known : addThread(id)
  }

  private mutating func addThread(_ id: UInt64) -> Int {
    if threads.isFull { makeRoomForThread() }
    return threads.add(id)
  }

  /// Forgets the threads without frames. Where there are few, the frames of the first half are lost,
  /// which makes their contexts uncertain: so the work is done once for many threads.
  private mutating func makeRoomForThread() {
    if threads.mostHaveFrames {
      coverage.reached(.threads)
      var thread = 0
      while let frame = threads.popFrameOfFirstHalf(from: &thread) { abandon(frame, thread) }
    }
    threads.forgetIdle()
  }
}

// Devices and drivers.
extension DriverModel {
  private mutating func deviceAdded(_ event: Event) {
    let old = devices.life(at: event.device)
    if old >= 0 {
      // Keep the old life until its locks have found the new one.
      devices.retain(old)
      devices.end(old, passes: true, &facts)
    }
    let new = devices.added(event, &facts, &coverage)
    if old >= 0 {
      devices.added(new, after: old)
      locks.passOn(from: old, to: new, &devices, &facts)
      devices.release(old)
    }
  }

  private mutating func deviceDetachedOrDeleted(_ event: Event, _ thread: Int) {
    let device = devices.life(at: event.device)
    guard device >= 0 else { return }
    let current = currentContext(thread)
    let removal = requests.resolve(devices[device].removal)
    if current >= 0, requests[current].device == device {
      deviceGoes(event, current)
    } else if removal >= 0, requests[removal].state.contains(.live) {
      deviceGoes(event, removal)
    }
    deviceLeaves(event, device, current, removal)
    if event.kind == .ioDeleteDevice {
      locks.ownerDeleted(device, &requests, &devices, &facts)
      devices.end(device, passes: true, &facts)
    }
  }

  private mutating func deviceGoes(_ event: Event, _ context: Int32) {
    requests.note(event, context)
    if event.kind == .ioDeleteDevice { ownDeviceDeleted(context) }
    // A PDO completes its IRP; while the role is not known, only a forward tells that it is none.
    if reading == .tracked, devices[requests[context].device].role == .unknown,
      !requests[context].state.contains(.forwardedEver)
    {
      return
    }
    requests.tell(.detachedOrDeleted, context, &facts)
  }

  private mutating func driverUnloaded(_ event: Event) {
    devicesUnloaded(event.driver.rawValue)
    let driver = devices.knownDriver(event.driver.rawValue)
    if driver >= 0 { locks.driverUnloaded(driver, &requests, &devices, &facts) }
    ownIRPs.driverUnloaded(event.driver.rawValue, &facts)
    memoryLeft(event.driver.rawValue)
  }
}

// Remove locks.
extension DriverModel {
  private mutating func lockInitialized(_ event: Event, _ thread: Int) {
    let device = event.has(.dev) ? devices.life(of: event, &facts, &coverage) : -1
    locks.initialized(
      event, for: device, topContext(thread), &requests, &devices, &facts, &coverage)
  }

  private mutating func lockAcquired(_ event: Event, _ thread: Int) {
    let top = topContext(thread)
    guard let status = event.status else {
      locks.acquiredUnknown(event, top, &requests, &devices, &facts)
      return
    }
    let isSuccess = status == .success
    let context = locks.acquired(
      event, isSuccess: isSuccess, top, threads.top(thread), &requests, &devices, &facts, &coverage)
    if reading == .sdv {
      sdvAcquired(event, isSuccess: isSuccess, currentContext(thread), except: context)
    } else if isSuccess, context >= 0 {
      locks.deviceAcquired(event, context, reading, &requests, &devices, &facts, &coverage)
    }
  }

  /// SDV counts for the current context, whosever the acquire is.
  private mutating func sdvAcquired(
    _ event: Event, isSuccess: Bool, _ current: Int32, except noted: Int32
  ) {
    guard current >= 0 else { return }
    if current != noted { requests.note(event, current) }
    devices.usesRemoveLocks(requests[current].device)
    requests.sdvAcquired(isSuccess: isSuccess, current, &facts)
    if isSuccess {
      locks.deviceAcquired(event, current, reading, &requests, &devices, &facts, &coverage)
    }
  }

  private mutating func lockReleased(_ event: Event, _ thread: Int, waits: Bool) {
    let top = topContext(thread)
    locks.released(
      event, waits: waits, top, current: reading == .tracked ? top : currentContext(thread), thread,
      &threads, &requests, &devices, &facts, &coverage)
  }
}
