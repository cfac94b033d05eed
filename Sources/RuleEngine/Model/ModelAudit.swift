// Whether the model's lists, counts and tables agree with each other. Nothing of it runs on the path
// of an event; fuzzing and tests call it between events.

/// One pass over a model. A class, so that the walks can look at the model that they complain about.
final class ModelAudit {
  let model: DriverModel
  private(set) var problems: [String] = []
  /// Contexts, locks and devices whose slots are in use.
  private var contexts: Set<Int32> = []
  private var locks: Set<Int32> = []
  private var devices: Set<Int32> = []

  init(model: DriverModel) { self.model = model }

  private func check(_ isTrue: Bool, _ problem: @autoclosure () -> String) {
    if !isTrue { problems.append(problem()) }
  }

  /// The indices of a list, or a problem where it does not end.
  private func walk(
    _ name: String, _ first: Int32, _ next: (Int32) -> Int32
  ) -> [Int32] {
    var all: [Int32] = []
    var seen: Set<Int32> = []
    var index = first
    while index >= 0 {
      guard seen.insert(index).inserted else {
        problems.append("\(name) goes in circles at \(index)")
        break
      }
      all.append(index)
      index = next(index)
    }
    return all
  }

  private func used<Element>(
    _ name: String, _ slab: Slab<Element>, gone: [Int32]
  ) -> Set<Int32> {
    let free = Set(slab.free.elements)
    check(free.count == slab.free.count, "\(name): a slot was given free twice")
    check(Set(gone).count == gone.count, "\(name): a slot is to be given free twice")
    return Set((0..<slab.capacity).map { Int32($0) }).subtracting(free).subtracting(gone)
  }

  func run() {
    contexts = used("contexts", model.contexts.slab, gone: model.goneContexts.elements)
    locks = used("locks", model.locks, gone: model.goneLocks.elements)
    devices = used("devices", model.devices, gone: model.goneDevices.elements)
    _ = used("acquisitions", model.acquisitions, gone: [])
    _ = used("refusals", model.refusals, gone: [])
    _ = used("touches", model.touches, gone: [])
    liveContexts()
    frames()
    allLocks()
    allDevices()
    acquisitions()
    limits()
  }

  private func liveContexts() {
    let live = walk("live contexts", model.oldestLive) { model.contexts[$0].live.next }
    check(live.count == model.liveCount, "liveCount is \(model.liveCount), not \(live.count)")
    check(live.last ?? -1 == model.newestLive, "newestLive is not the last of the list")
    check(contexts.isSuperset(of: live), "a live context's slot is free")
    for index in contexts {
      let context = model.contexts[index]
      check(
        context.state.contains(.live) == live.contains(index), "context \(index): wrongly live")
      check(devices.contains(context.device), "context \(index): its device's slot is free")
      check(
        context.state.contains(.live) || context.frames > 0, "context \(index) is over and kept")
      let held = walk("acquisitions of context", context.acquisitions) {
        model.acquisitions[$0].ofContext.next
      }
      check(Int(context.depth) == held.count, "context \(index): depth \(context.depth)")
      check(
        held.allSatisfy { model.acquisitions[$0].context == index },
        "context \(index) has another's acquisition")
    }
    for index in live {
      let first = model.newestContext(ofIRP: model.contexts[index].irp)
      let same = walk("contexts of IRP", first) { model.contexts[$0].sameIRP.next }
      check(same.contains(index), "context \(index) is not found by its IRP")
    }
  }

  private func frames() {
    var frames: [Int32: Int32] = [:]
    var dispatchFrames: [Int32: Int32] = [:]
    var touching: [Int32: Int32] = [:]
    var touchCount = 0
    for (place, thread) in model.threads.enumerated() {
      check(model.threadTable.find(thread.id) == Int32(place), "thread \(place) is not found")
      for frame in thread.frames {
        for touch in walk("touches", frame.touches, { model.touches[$0].next }) {
          touchCount += 1
          let context = model.contexts.resolve(model.touches[touch].context)
          if context >= 0 { touching[context, default: 0] += 1 }
        }
        guard frame.context >= 0 else { continue }
        check(contexts.contains(frame.context), "a frame's context has a slot that is free")
        frames[frame.context, default: 0] += 1
        if frame.kind == .dispatch { dispatchFrames[frame.context, default: 0] += 1 }
      }
    }
    check(touchCount == model.touches.count, "touches are left over")
    for index in contexts {
      let context = model.contexts[index]
      check(context.frames == frames[index, default: 0], "context \(index): frames")
      check(
        context.dispatchFrames == dispatchFrames[index, default: 0],
        "context \(index): dispatch frames")
      check(
        context.touchingFrames == touching[index, default: 0], "context \(index): touching frames")
    }
  }

  private func allLocks() {
    let all = walk("locks", model.oldestLock) { model.locks[$0].all.next }
    check(Set(all) == locks, "the list of locks is not what there is")
    check(all.last ?? -1 == model.newestLock, "newestLock is not the last of the list")
    for index in all {
      let lock = model.locks[index]
      check(model.lockTable.find(lock.pointer) == index, "lock \(index) is not found")
      let held = walk("acquisitions of lock", lock.firstAcquisition) {
        model.acquisitions[$0].ofLock.next
      }
      check(held.count == Int(lock.held), "lock \(index): held \(lock.held)")
      check(held.last ?? -1 == lock.lastAcquisition, "lock \(index): last acquisition")
      let place = Int(lock.certainPlace)
      check(
        lock.state.contains(.certain) == (place >= 0)
          && (place < 0 || model.certainLocks[place] == index), "lock \(index): certain place")
      if lock.owner >= 0 {
        let owned = walk("owned locks", model.devices[lock.owner].firstOwnedLock) {
          model.locks[$0].owned.next
        }
        check(owned.contains(index), "lock \(index) is not its owner's")
      }
      let driver = model.driverTable.find(UInt64(lock.driver))
      guard lock.driver != 0, driver >= 0 else { continue }
      let ofDriver = walk("locks of driver", model.drivers[Int(driver)].firstLock) {
        model.locks[$0].ofDriver.next
      }
      check(ofDriver.contains(index), "lock \(index) is not its driver's")
    }
    check(
      model.certainLocks.allSatisfy { locks.contains($0) }, "a certain lock's slot is free")
  }

  private func allDevices() {
    let all = walk("devices", model.oldestDevice) { model.devices[$0].all.next }
    check(devices.isSuperset(of: all), "a device's slot is free")
    var references: [Int32: Int32] = [:]
    for index in all { references[index, default: 0] += 1 }
    for index in contexts { references[model.contexts[index].device, default: 0] += 1 }
    for index in locks where model.locks[index].owner >= 0 {
      references[model.locks[index].owner, default: 0] += 1
    }
    // Contexts that are to be given free hold on to their devices until the next event.
    let isSettled = model.goneContexts.isEmpty
    for index in devices {
      let device = model.devices[index]
      check(
        !isSettled || device.references == references[index, default: 0],
        "device \(index): \(device.references) references")
      check(
        device.state.contains(.current) == all.contains(index), "device \(index): current or not")
      let place = Int(device.firstLockPlace)
      check(
        place < 0 || model.devicesWithFirstLock[place] == index, "device \(index): first lock")
    }
    for index in all {
      check(
        model.deviceTable.find(model.devices[index].pointer) == index, "device \(index) not found")
    }
  }

  private func acquisitions() {
    let held = locks.reduce(0) { $0 + Int(model.locks[$1].held) }
    check(held == model.acquisitions.count, "acquisitions that no lock holds")
    var oldest: Set<Int32> = []
    for lock in locks {
      for index in walk(
        "", model.locks[lock].firstAcquisition, { model.acquisitions[$0].ofLock.next })
      {
        let first = model.oldestAcquisition(lock, model.acquisitions[index].tag)
        let same = walk("acquisitions of tag", first) { model.acquisitions[$0].ofTag.next }
        check(same.contains(index), "acquisition \(index) is not found by its tag")
        guard let last = same.last, oldest.insert(first).inserted else { continue }
        check(model.acquisitions[first].ofTag.previous == last, "the oldest does not know the last")
      }
    }
    check(model.oldestOfTag.count == oldest.count, "tags without acquisitions are left over")
    let refused = contexts.reduce(0) {
      $0 + walk("refusals", model.contexts[$1].refusals) { model.refusals[$0].next }.count
    }
    check(refused == model.refusals.count, "refusals are left over")
  }

  private func limits() {
    let limits = model.limits
    check(model.liveCount <= limits.contexts, "more live contexts than the limit")
    check(model.acquisitions.count <= limits.acquisitions, "more acquisitions than the limit")
    check(locks.count <= limits.locks, "more locks than the limit")
    check(model.threads.count <= limits.threads, "more threads than the limit")
    check(
      model.threads.allSatisfy { $0.frames.count <= limits.frames }, "more frames than the limit")
  }
}
