// Device objects and drivers.
extension DriverModel {
  /// The life of the device that the event names, which begins here where it is new.
  @inline(__always)
  mutating func deviceIndex(_ event: Event) -> Int32 {
    let device = deviceTable.find(event.device)
    if device >= 0 {
      if devices[device].driver == 0, event.driver != .none {
        devices[device].driver = event.driver.rawValue
        _ = driverIndex(event.driver.rawValue)
      }
      return device
    }
    return beginDevice(event)
  }

  private mutating func beginDevice(_ event: Event) -> Int32 {
    if devices.count >= limits.locks, oldestDevice >= 0 {
      limitHits[Int(LimitKind.locks.rawValue)] += 1
      endDevice(oldestDevice, passes: false)
    }
    let device = devices.insert(
      Device(pointer: event.device, driver: event.driver.rawValue, state: .current, references: 1))
    _ = driverIndex(event.driver.rawValue)
    deviceTable.set(event.device, device)
    devices[device].all.previous = newestDevice
    if newestDevice >= 0 { devices[newestDevice].all.next = device } else { oldestDevice = device }
    newestDevice = device
    return device
  }

  /// The device's life is over. Contexts and locks that began in it keep it.
  private mutating func endDevice(_ device: Int32, passes: Bool) {
    let all = devices[device].all
    if all.previous >= 0 {
      devices[all.previous].all.next = all.next
    } else {
      oldestDevice = all.next
    }
    if all.next >= 0 {
      devices[all.next].all.previous = all.previous
    } else {
      newestDevice = all.previous
    }
    deviceTable.remove(devices[device].pointer)
    devices[device].state.remove(.current)
    if devices[device].firstLockPlace >= 0 {
      removeFirstLock(device)
      if passes { emitDevice(.lifeEnded, device, lock: 0) }
      turn(passes ? .closed : .undecided, .device, device)
    }
    dropReference(device)
  }

  mutating func dropReference(_ device: Int32) {
    devices[device].references -= 1
    if devices[device].references == 0 { goneDevices.append(device) }
  }

  mutating func deviceAdded(_ event: Event) {
    let old = deviceTable.find(event.device)
    if old >= 0 {
      // Keep the old life until its locks have found the new one.
      devices[old].references += 1
      endDevice(old, passes: true)
    }
    let device = beginDevice(event)
    devices[device].role = event.role
    devices[device].state.insert(.added)
    if event.flags.contains(.bus) { devices[device].state.insert(.bus) }
    markDriverPnP(event.driver.rawValue)
    if old >= 0 {
      passLocks(from: old, to: device)
      dropReference(old)
    }
  }

  mutating func deviceDetachedOrDeleted(_ event: Event, _ thread: Int) {
    let device = deviceTable.find(event.device)
    guard device >= 0 else { return }
    let current = currentContext(thread)
    let removal = contexts.resolve(devices[device].removal)
    if current >= 0, contexts[current].device == device {
      deviceGoes(event, current)
    } else if removal >= 0, contexts[removal].state.contains(.live) {
      deviceGoes(event, removal)
    }
    if event.kind == .ioDeleteDevice {
      endOwnedLocks(device)
      endDevice(device, passes: true)
    }
  }

  private mutating func deviceGoes(_ event: Event, _ context: Int32) {
    note(event, context)
    // A PDO completes its IRP; while the role is not known, only a forward tells that it is none.
    if reading == .tracked, devices[contexts[context].device].role == .unknown,
      !contexts[context].state.contains(.forwardedEver)
    {
      return
    }
    emit(.detachedOrDeleted, context)
  }

  mutating func driverUnloaded(_ event: Event) {
    let driver = driverTable.find(UInt64(event.driver.rawValue))
    guard driver >= 0 else { return }
    var lock = drivers[Int(driver)].firstLock
    while lock >= 0 {
      let next = locks[lock].ofDriver.next
      endLock(lock, unloaded: true)
      lock = next
    }
  }

  /// The record of the driver with this name, which is made where it is new; -1 for no name.
  mutating func driverIndex(_ name: UInt32) -> Int32 {
    guard name != 0 else { return -1 }
    let known = driverTable.find(UInt64(name))
    if known >= 0 { return known }
    drivers.append(Driver(name: name))
    driverTable.set(UInt64(name), Int32(drivers.count - 1))
    return Int32(drivers.count - 1)
  }

  mutating func markDriverPnP(_ name: UInt32) {
    let driver = driverIndex(name)
    if driver >= 0 { drivers[Int(driver)].isPnP = true }
  }

  /// Whether the device's driver is a PnP driver, as far as the trace shows.
  mutating func isPnP(_ device: Int32) -> Bool {
    if !devices[device].state.isDisjoint(with: [.added, .pnp]) { return true }
    let driver = driverTable.find(UInt64(devices[device].driver))
    return devices[device].driver != 0 && driver >= 0 && drivers[Int(driver)].isPnP
  }

  mutating func emitDevice(_ fact: DeviceFact, _ device: Int32, lock: UInt64) {
    facts.append(
      FactRecord(
        subject: .device, turn: .fact, fact: fact.rawValue, index: device, operand: lock))
  }

  mutating func removeFirstLock(_ device: Int32) {
    let place = Int(devices[device].firstLockPlace)
    devicesWithFirstLock.swapAt(place, devicesWithFirstLock.count - 1)
    devicesWithFirstLock.removeLast()
    if place < devicesWithFirstLock.count {
      devices[devicesWithFirstLock[place]].firstLockPlace = Int32(place)
    }
    devices[device].firstLockPlace = -1
  }
}
