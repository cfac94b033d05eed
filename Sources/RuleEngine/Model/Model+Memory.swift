// Pool memory and the handles of registry keys: whose an event about them is.
extension DriverModel {
  /// Which driver an event is of, as a string id: its own, otherwise that of the device that it names, otherwise
  /// (it names none) that of the request that the thread handles. 0 where it is not known.
  private mutating func driver(of event: Event, _ thread: Int) -> UInt32 {
    actor(of: event, topContext(thread)).driver
  }

  // MARK: Pool memory

  /// An ExAllocatePool… has returned.
  mutating func poolAllocated(_ event: Event, _ thread: Int) {
    guard reading == .tracked, event.operand != 0 else { return }
    let driver = driver(of: event, thread)
    let context = topContext(thread)
    allocations.allocated(
      event, driver: driver, isForCaller: context >= 0 && requests[context].isAnsweredWithPool,
      &facts, &coverage)
  }

  /// ExFreePool.
  mutating func poolFreed(_ event: Event, _ thread: Int) {
    guard reading == .tracked, event.operand != 0 else { return }
    allocations.freed(
      event, driver: driver(of: event, thread), at: site(event, thread), &facts)
  }

  // MARK: Registry keys

  /// ZwCreateKey, ZwOpenKey, ZwClose, or a call with the handle of a key.
  mutating func keyHandled(_ event: Event, _ thread: Int) {
    let driver = driver(of: event, thread)
    switch event.kind {
    case .zwCreateKey, .zwOpenKey: keyHandles.opened(event, driver: driver, &facts, &coverage)
    case _ where reading == .sdv: keyHandles.sdvUsed(event, &facts)
    case .zwClose: keyHandles.closed(event, driver: driver, &facts)
    default: keyHandles.used(event, driver: driver, &facts)
    }
  }

  /// A routine has returned; with the outermost of a thread SDV's run is over.
  @inline(__always)
  mutating func sdvRoutineReturned(_ frame: Frame, _ thread: Int) {
    guard reading == .sdv else { return }
    if threads.depth(thread) == 0, !threads.run(thread).isEmpty { threads.setRun([], thread) }
    keyHandles.sdvRoutineEnds(
      threads.key(of: thread), looks: frame.isSDVEnd, isOutermost: threads.depth(thread) == 0,
      &facts)
  }

  // MARK: The driver is unloaded

  mutating func memoryLeft(_ driver: UInt32) {
    guard reading == .tracked else { return }
    let isWhole = coverage.isUninterrupted
    allocations.driverUnloaded(
      driver, isWhole: isWhole && coverage.hits(.allocations) == 0, &facts)
    keyHandles.driverUnloaded(driver, isWhole: isWhole && coverage.hits(.keyHandles) == 0, &facts)
  }
}

extension IRPContext {
  /// The PnP requests that are answered with pool memory, which their caller frees.
  private static var answeredWithPool: [MinorFunction] {
    [
      .queryDeviceRelations, .queryResources, .queryResourceRequirements, .queryDeviceText,
      .filterResourceRequirements, .queryID, .queryBusInformation,
    ]
  }

  /// Whether it is one of them.
  var isAnsweredWithPool: Bool {
    major == .pnp && parameters.contains(.minor) && Self.answeredWithPool.contains(minor)
  }
}
