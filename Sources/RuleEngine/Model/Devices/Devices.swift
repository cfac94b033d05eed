/// Lives of device objects, their roles, the remove lock that each acquired first, and the drivers.
struct Devices: Sendable {
  private var devices = Slab<Device>()
  private var table = OpenTable<UInt64>()
  private var oldest: Int32 = -1
  private var newest: Int32 = -1
  private var drivers: [Driver] = []
  private var driverTable = OpenTable<UInt64>()
  private var withFirstLock: [Int32] = []
  /// Slots that the facts of the last event still name.
  private var gone = Store<Int32>()
  private let limit: Int

  init(limits: Limits) { limit = limits.locks }

  /// See ``Store/claim()``.
  mutating func claim() {
    devices.claim()
    gone.claim()
  }

  /// A device's life.
  @inline(__always)
  subscript(device: Int32) -> Device { devices[device] }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { !gone.isEmpty }

  /// Gives free what the last event's facts named and nothing needs any more.
  mutating func sweep() {
    while let device = gone.popLast() { devices.remove(device) }
  }

  // MARK: Lives

  /// The present life of the device at this address, or -1.
  @inline(__always)
  func life(at pointer: UInt64) -> Int32 { table.find(pointer) }

  /// The life of the device that the event names, which begins here where it is new.
  @inline(__always)
  mutating func life(
    of event: Event, _ facts: inout FactSink, _ coverage: inout Coverage
  ) -> Int32 {
    let device = table.find(event.device)
    guard device >= 0 else { return begin(event, &facts, &coverage) }
    if devices[device].driver == 0, event.driver != .none {
      devices[device].driver = event.driver.rawValue
      _ = driver(named: event.driver.rawValue)
    }
    return device
  }

  private mutating func begin(
    _ event: Event, _ facts: inout FactSink, _ coverage: inout Coverage
  ) -> Int32 {
    if devices.count >= limit, oldest >= 0 {
      coverage.reached(.locks)
      end(oldest, passes: false, &facts)
    }
    let device = devices.insert(
      Device(pointer: event.device, driver: event.driver.rawValue, state: .current, references: 1))
    _ = driver(named: event.driver.rawValue)
    table.set(event.device, device)
    devices[device].all.previous = newest
    if newest >= 0 { devices[newest].all.next = device } else { oldest = device }
    newest = device
    return device
  }

  /// AddDevice: a life begins, after one that has been ended where there was one.
  mutating func added(
    _ event: Event, _ facts: inout FactSink, _ coverage: inout Coverage
  ) -> Int32 {
    let device = begin(event, &facts, &coverage)
    devices[device].role = event.role
    devices[device].state.insert(.added)
    devices[device].addedAfter = coverage.gaps
    if event.flags.contains(.bus) { devices[device].state.insert(.bus) }
    markDriverPnP(event.driver.rawValue)
    return device
  }

  /// IoCreateDevice returns the device, which is part of no stack yet.
  mutating func created(_ event: Event, _ facts: inout FactSink, _ coverage: inout Coverage) {
    let device = life(of: event, &facts, &coverage)
    devices[device].state.insert(.created)
    devices[device].createdAfter = coverage.gaps
  }

  /// AddDevice begins a life of its own after that of IoCreateDevice: what was said of StartIo holds on.
  mutating func added(_ device: Int32, after created: Int32) {
    guard !devices[created].state.contains(.added) else { return }
    devices[device].state.formUnion(
      devices[created].state.intersection(.startIo.union(.created)))
    devices[device].createdAfter = devices[created].createdAfter
    devices[device].startIoSet = devices[created].startIoSet
  }

  /// IoSetStartIoAttributes.
  mutating func startIoAttributesSet(
    _ event: Event, _ facts: inout FactSink, _ coverage: inout Coverage
  ) {
    let device = life(of: event, &facts, &coverage)
    if !event.has(.deferred) || event.flags.contains(.deferred) {
      devices[device].state.insert(.startIoDeferred)
    }
    devices[device].state.subtract([.startIoCancelable, .startIoNoncancelable])
    guard event.has(.noncancelable) else { return }
    devices[device].state.insert(
      event.flags.contains(.noncancelable) ? .startIoNoncancelable : .startIoCancelable)
    devices[device].startIoSet = EventStamp(event)
  }

  /// Whether the trace shows the device from its beginning, without a gap.
  func isKnownWhole(_ device: Int32, _ coverage: Coverage) -> Bool {
    let state = devices[device].state
    return state.contains(.added) && devices[device].addedAfter == coverage.gaps
      || state.contains(.created) && devices[device].createdAfter == coverage.gaps
  }

  /// The device's life is over. Contexts and locks that began in it keep it.
  mutating func end(_ device: Int32, passes: Bool, _ facts: inout FactSink) {
    let all = devices[device].all
    if all.previous >= 0 { devices[all.previous].all.next = all.next } else { oldest = all.next }
    if all.next >= 0 {
      devices[all.next].all.previous = all.previous
    } else {
      newest = all.previous
    }
    table.remove(devices[device].pointer)
    devices[device].state.remove(.current)
    if devices[device].firstLockPlace >= 0 {
      removeFirstLock(device)
      if passes { tell(.lifeEnded, device, lock: 0, &facts) }
      facts.turn(passes ? .closed : .undecided, .device, device)
    }
    release(device)
  }

  /// Something refers to the life and keeps it.
  @inline(__always)
  mutating func retain(_ device: Int32) { devices[device].references += 1 }

  @inline(__always)
  mutating func release(_ device: Int32) {
    devices[device].references -= 1
    if devices[device].references == 0 { gone.append(device) }
  }

  // MARK: What is known of a device

  /// A request opened for the device.
  @inline(__always)
  mutating func requestOpened(_ event: Event, _ device: Int32, _ context: SlabRef) {
    devices[device].references += 1
    guard event.major == .pnp else { return }
    devices[device].state.insert(.pnp)
    markDriverPnP(devices[device].driver)
    guard event.has(.mn) else { return }
    if event.minor == .removeDevice {
      devices[device].removal = context
      devices[device].surprise = .none
    } else if event.minor == .surpriseRemoval {
      devices[device].surprise = context
    }
  }

  /// A request was completed or forwarded in a context of the device.
  @inline(__always)
  mutating func handles(_ device: Int32, _ major: MajorFunction) {
    devices[device].handled |= 1 << UInt32(major.rawValue & 31)
  }

  /// Whether that has been so before of such a request.
  @inline(__always)
  func isFamiliar(_ device: Int32, _ major: MajorFunction) -> Bool {
    devices[device].handled & 1 << UInt32(major.rawValue & 31) != 0
  }

  /// IoDetachDevice or IoDeleteDevice.
  mutating func left(_ device: Int32) { devices[device].state.insert(.left) }

  /// The present lives of a driver's devices.
  func lives(ofDriver driver: UInt32) -> [Int32] {
    var lives: [Int32] = []
    var device = oldest
    while device >= 0 {
      if devices[device].driver == driver { lives.append(device) }
      device = devices[device].all.next
    }
    return lives
  }

  @inline(__always)
  mutating func usesRemoveLocks(_ device: Int32) { devices[device].state.insert(.usesLocks) }

  @inline(__always)
  mutating func hasForwarded(_ device: Int32) { devices[device].state.insert(.hasForwarded) }

  /// Whether the device's driver is a PnP driver, as far as the trace shows.
  mutating func isPnP(_ device: Int32) -> Bool {
    if !devices[device].state.isDisjoint(with: [.added, .pnp]) { return true }
    let driver = driverTable.find(UInt64(devices[device].driver))
    return devices[device].driver != 0 && driver >= 0 && drivers[Int(driver)].isPnP
  }

  // MARK: Drivers

  /// As many drivers are known: what is told by driver is not told of others.
  private static var driverLimit: Int { 1 << 14 }

  /// The driver with this name, or -1.
  @inline(__always)
  func knownDriver(_ name: UInt32) -> Int32 { driverTable.find(UInt64(name)) }

  /// The number of the driver with this name, which is new here or known; -1 for no name.
  mutating func driver(named name: UInt32) -> Int32 {
    guard name != 0 else { return -1 }
    let known = driverTable.find(UInt64(name))
    if known >= 0 { return known }
    if drivers.count >= Self.driverLimit { return -1 }
    drivers.append(Driver(name: name))
    driverTable.set(UInt64(name), Int32(drivers.count - 1))
    return Int32(drivers.count - 1)
  }

  private mutating func markDriverPnP(_ name: UInt32) {
    let driver = driver(named: name)
    if driver >= 0 { drivers[Int(driver)].isPnP = true }
  }

  /// The names of the drivers, as string ids, in the order of their first sight.
  var driverNames: [UInt32] { drivers.map(\.name) }

  // MARK: Which remove lock a device acquires

  /// A remove lock that counts for the device is acquired in one of its contexts.
  mutating func acquired(_ event: Event, _ device: Int32, _ facts: inout FactSink) {
    if devices[device].firstLockPlace < 0 {
      devices[device].firstLock = event.lock
      devices[device].firstLockTag = event.tag
      devices[device].firstLockAcquired = EventStamp(event)
      devices[device].firstLockPlace = Int32(withFirstLock.count)
      withFirstLock.append(device)
      facts.turn(.began, .device, device)
      tell(.acquiredFirstLock, device, lock: event.lock, &facts)
    } else if devices[device].firstLock != event.lock {
      tell(.acquiredFurtherLock, device, lock: event.lock, &facts)
    }
  }

  private mutating func tell(
    _ fact: DeviceFact, _ device: Int32, lock: UInt64, _ facts: inout FactSink
  ) {
    facts.add(fact.rawValue, about: .device, device, operand: lock)
  }

  private mutating func removeFirstLock(_ device: Int32) {
    let place = Int(devices[device].firstLockPlace)
    withFirstLock.swapAt(place, withFirstLock.count - 1)
    withFirstLock.removeLast()
    if place < withFirstLock.count { devices[withFirstLock[place]].firstLockPlace = Int32(place) }
    devices[device].firstLockPlace = -1
  }

  /// A gap: which remove lock a device acquired first is not known any more.
  mutating func gap(_ facts: inout FactSink) {
    for device in withFirstLock {
      devices[device].firstLock = 0
      devices[device].firstLockPlace = -1
      facts.turn(.undecided, .device, device)
    }
    withFirstLock.removeAll(keepingCapacity: true)
  }

  /// The trace ends.
  mutating func finish(_ facts: inout FactSink) {
    for device in withFirstLock { facts.turn(.undecided, .device, device) }
  }
}

extension Devices {
  /// Everything, for ``ModelAudit``.
  var contents: Contents {
    Contents(
      devices: devices, table: table, oldest: oldest, drivers: drivers,
      withFirstLock: withFirstLock, gone: gone.elements)
  }

  struct Contents {
    var devices: Slab<Device>
    var table: OpenTable<UInt64>
    var oldest: Int32
    var drivers: [Driver]
    var withFirstLock: [Int32]
    var gone: [Int32]
  }
}
