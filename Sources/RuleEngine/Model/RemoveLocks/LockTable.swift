/// The remove locks that are known, with their owners and drivers.
struct LockTable: Sendable {
  private var locks = Slab<RemoveLock>()
  private var table = OpenTable<UInt64>()
  private var oldest: Int32 = -1
  private var newest: Int32 = -1
  private var certain: [Int32] = []
  /// For each device's life and each driver the first of its locks.
  private var firstOfOwner = Store<Int32>()
  private var firstOfDriver = Store<Int32>()
  /// Slots that the facts of the last event still name.
  private var gone = Store<Int32>()
  private let limit: Int

  init(limits: Limits) { limit = limits.locks }

  /// See ``Store/claim()``.
  mutating func claim() {
    locks.claim()
    firstOfOwner.claim()
    firstOfDriver.claim()
    gone.claim()
  }

  @inline(__always)
  subscript(lock: Int32) -> RemoveLock {
    get { locks[lock] }
    _modify { yield &locks[lock] }
  }

  /// The lock at this address, or -1.
  @inline(__always)
  func find(_ pointer: UInt64) -> Int32 { table.find(pointer) }

  /// The lock that falls out if another is added; -1 where there is room.
  var atLimit: Int32 { locks.count >= limit ? oldest : -1 }

  /// Adds a lock at an address where none is known.
  mutating func add(_ pointer: UInt64, phase: RemoveLock.Phase) -> Int32 {
    let lock = locks.insert(RemoveLock(pointer: pointer, phase: phase, state: []))
    table.set(pointer, lock)
    locks[lock].all.previous = newest
    if newest >= 0 { locks[newest].all.next = lock } else { oldest = lock }
    newest = lock
    return lock
  }

  /// The lock is as never seen. Its slot is given free with the next event.
  mutating func remove(_ lock: Int32, _ devices: inout Devices) {
    setCertain(lock, false)
    setOwner(-1, of: lock, &devices)
    unlinkFromDriver(lock, &devices)
    let all = locks[lock].all
    if all.previous >= 0 { locks[all.previous].all.next = all.next } else { oldest = all.next }
    if all.next >= 0 { locks[all.next].all.previous = all.previous } else { newest = all.previous }
    table.remove(locks[lock].pointer)
    locks[lock].phase = .over
    gone.append(lock)
  }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { !gone.isEmpty }

  /// Gives free what the last event's facts named and nothing needs any more.
  mutating func sweep() {
    while let lock = gone.popLast() { locks.remove(lock) }
  }

  /// The locks, oldest first.
  var all: [Int32] {
    var all: [Int32] = []
    var lock = oldest
    while lock >= 0 {
      all.append(lock)
      lock = locks[lock].all.next
    }
    return all
  }

  // MARK: Certainty

  mutating func setCertain(_ lock: Int32, _ isCertain: Bool) {
    if isCertain {
      locks[lock].state.insert(.certain)
      guard locks[lock].certainPlace < 0 else { return }
      locks[lock].certainPlace = Int32(certain.count)
      certain.append(lock)
    } else {
      locks[lock].state.remove(.certain)
      let place = Int(locks[lock].certainPlace)
      guard place >= 0 else { return }
      certain.swapAt(place, certain.count - 1)
      certain.removeLast()
      if place < certain.count { locks[certain[place]].certainPlace = Int32(place) }
      locks[lock].certainPlace = -1
    }
  }

  /// The locks that are certain, in no order.
  var allCertain: [Int32] { certain }

  /// A gap: no lock is certain any more.
  mutating func makeAllUncertain(_ facts: inout FactSink) {
    for lock in certain {
      locks[lock].state.remove(.certain)
      locks[lock].certainPlace = -1
      facts.turn(.undecided, .lock, lock)
    }
    certain.removeAll(keepingCapacity: true)
  }

  // MARK: Owner and driver

  /// The first of the locks that a device owns, or -1; the next is in `owned`.
  func firstOwned(by device: Int32) -> Int32 {
    Int(device) < firstOfOwner.count ? firstOfOwner[Int(device)] : -1
  }

  /// The first of the locks that a driver's events named, or -1; the next is in `ofDriver`.
  func first(ofDriver driver: Int32) -> Int32 {
    Int(driver) < firstOfDriver.count ? firstOfDriver[Int(driver)] : -1
  }

  mutating func setOwner(_ device: Int32, of lock: Int32, _ devices: inout Devices) {
    let old = locks[lock].owner
    guard old != device else { return }
    if old >= 0 {
      let owned = locks[lock].owned
      if owned.previous >= 0 {
        locks[owned.previous].owned.next = owned.next
      } else {
        firstOfOwner[Int(old)] = owned.next
      }
      if owned.next >= 0 { locks[owned.next].owned.previous = owned.previous }
      locks[lock].owned = Links()
      devices.release(old)
    }
    locks[lock].owner = device
    guard device >= 0 else { return }
    devices.retain(device)
    while firstOfOwner.count <= Int(device) { firstOfOwner.append(-1) }
    let first = firstOfOwner[Int(device)]
    locks[lock].owned.next = first
    if first >= 0 { locks[first].owned.previous = lock }
    firstOfOwner[Int(device)] = lock
    if locks[lock].driver == 0 { linkToDriver(lock, devices[device].driver, &devices) }
  }

  /// The event names the driver of a lock whose driver is not known.
  @inline(__always)
  mutating func nameDriver(_ event: Event, _ lock: Int32, _ devices: inout Devices) {
    if locks[lock].driver == 0 { linkToDriver(lock, event.driver.rawValue, &devices) }
  }

  private mutating func linkToDriver(_ lock: Int32, _ name: UInt32, _ devices: inout Devices) {
    let driver = devices.driver(named: name)
    guard driver >= 0 else { return }
    locks[lock].driver = name
    while firstOfDriver.count <= Int(driver) { firstOfDriver.append(-1) }
    let first = firstOfDriver[Int(driver)]
    locks[lock].ofDriver.next = first
    if first >= 0 { locks[first].ofDriver.previous = lock }
    firstOfDriver[Int(driver)] = lock
  }

  mutating func unlinkFromDriver(_ lock: Int32, _ devices: inout Devices) {
    guard locks[lock].driver != 0 else { return }
    let driver = devices.knownDriver(locks[lock].driver)
    let links = locks[lock].ofDriver
    if links.previous >= 0 {
      locks[links.previous].ofDriver.next = links.next
    } else if driver >= 0 {
      firstOfDriver[Int(driver)] = links.next
    }
    if links.next >= 0 { locks[links.next].ofDriver.previous = links.previous }
    locks[lock].ofDriver = Links()
    locks[lock].driver = 0
  }

  /// Everything, for ``ModelAudit``.
  var contents: (locks: Slab<RemoveLock>, table: OpenTable<UInt64>, gone: [Int32]) {
    (locks, table, gone.elements)
  }
}
