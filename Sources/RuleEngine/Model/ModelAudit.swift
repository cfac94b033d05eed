// Whether the model's lists, counts and tables agree with each other. Nothing of it runs on the path
// of an event; fuzzing and tests call it between events.

/// One pass over a model. A class, so that the walks can look at the model that they complain about.
final class ModelAudit {
  private let model: DriverModel
  private let limits: Limits
  private let requests: RequestTable
  private let threads: [ThreadState]
  private let touches: Slab<Touch>
  private let deviceTable: Devices.Contents
  private let lockTable: LockTable
  private let held: Slab<Acquisition>
  private let refusals: Refusals
  private let lives: LockLives
  private(set) var problems: [String] = []
  /// Contexts, locks and devices whose slots are in use.
  private var contexts: Set<Int32> = []
  private var locks: Set<Int32> = []
  private var devices: Set<Int32> = []

  init(model: DriverModel, limits: Limits) {
    self.model = model
    self.limits = limits
    requests = model.requests.contents.table
    (threads, _, touches) = model.threads.contents
    deviceTable = model.devices.contents
    (lives, refusals) = model.locks.contents
    (lockTable, held) = (lives.contents, lives.acquisitions.contents.acquisitions)
  }

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
    // One that was superseded while its routine runs is kept until that returns.
    let gone = model.requests.contents.gone
    check(Set(gone).count == gone.count, "a context is to be given free twice")
    contexts = used("contexts", requests.slab, gone: gone.filter { requests[$0].frames == 0 })
    locks = used("locks", lockTable.contents.locks, gone: lockTable.contents.gone)
    devices = used("devices", deviceTable.devices, gone: deviceTable.gone)
    _ = used("acquisitions", held, gone: [])
    _ = used("touches", touches, gone: [])
    liveContexts()
    frames()
    allLocks()
    allDevices()
    acquisitions()
    bounds()
    problems += model.ownIRPs.inconsistencies(limits)
    problems += model.waiting.inconsistencies()
    problems += model.allocations.inconsistencies() + model.keyHandles.inconsistencies()
    problems += model.holds.table.inconsistencies() + model.runs.inconsistencies()
  }

  private func liveContexts() {
    let live = walk("live contexts", requests.oldest) { requests[$0].live.next }
    check(live.count == requests.count, "\(live.count) contexts are live, not \(requests.count)")
    check(live.last ?? -1 == requests.newest, "the newest context is not the last of the list")
    check(contexts.isSuperset(of: live), "a live context's slot is free")
    for index in contexts {
      let context = requests[index]
      check(
        context.state.contains(.live) == live.contains(index), "context \(index): wrongly live")
      check(devices.contains(context.device), "context \(index): its device's slot is free")
      check(
        !context.state.isDisjoint(with: [.live, .kept]) || context.frames > 0,
        "context \(index) is over and kept")
      let own = walk("acquisitions of context", context.holdings.first) {
        held[$0].ofContext.next
      }
      check(
        Int(context.holdings.depth) == own.count,
        "context \(index): depth \(context.holdings.depth)")
      check(
        own.allSatisfy { held[$0].context == index },
        "context \(index) has another's acquisition")
      check(
        Int(context.holdings.forIRP) <= own.count { held[$0].tag == context.irp }
          && Int(context.holdings.untagged) <= own.count { held[$0].tag == 0 },
        "context \(index): holds more for itself than it holds")
    }
    for index in live {
      let first = requests.newest(ofIRP: requests[index].irp)
      let same = walk("contexts of IRP", first) { requests[$0].sameIRP.next }
      check(same.contains(index), "context \(index) is not found by its IRP")
    }
  }

  private func frames() {
    var frames: [Int32: Int32] = [:]
    var dispatchFrames: [Int32: Int32] = [:]
    var touching: [Int32: Int32] = [:]
    var touchCount = 0
    for (place, thread) in threads.enumerated() {
      check(
        model.threads.contents.table.find(thread.id) == Int32(place), "thread \(place) is not found"
      )
      for frame in thread.frames {
        for touch in walk("touches", frame.touches, { touches[$0].next }) {
          touchCount += 1
          let context = model.requests.resolve(touches[touch].context)
          if context >= 0 { touching[context, default: 0] += 1 }
        }
        guard frame.context >= 0 else { continue }
        check(contexts.contains(frame.context), "a frame's context has a slot that is free")
        frames[frame.context, default: 0] += 1
        if frame.kind == .dispatch { dispatchFrames[frame.context, default: 0] += 1 }
      }
    }
    check(touchCount == touches.count, "touches are left over")
    for index in contexts {
      let context = requests[index]
      check(context.frames == frames[index, default: 0], "context \(index): frames")
      check(
        context.dispatchFrames == dispatchFrames[index, default: 0],
        "context \(index): dispatch frames")
      check(
        context.touchingFrames == touching[index, default: 0], "context \(index): touching frames")
    }
  }

  private func allLocks() {
    let all = lockTable.all
    check(Set(all) == locks && all.count == locks.count, "the list of locks is not what there is")
    for index in all {
      let lock = lockTable[index]
      check(lockTable.find(lock.pointer) == index, "lock \(index) is not found")
      let own = walk("acquisitions of lock", lock.holders.oldest) { held[$0].ofLock.next }
      check(own.count == Int(lock.holders.count), "lock \(index): held \(lock.holders.count)")
      check(own.last ?? -1 == lock.holders.last, "lock \(index): last acquisition")
      let place = Int(lock.certainPlace)
      check(
        lock.state.contains(.certain) == (place >= 0)
          && (place < 0 || lockTable.allCertain[place] == index), "lock \(index): certain place")
      if lock.owner >= 0 {
        let owned = walk("owned locks", lockTable.firstOwned(by: lock.owner)) {
          lockTable[$0].owned.next
        }
        check(owned.contains(index), "lock \(index) is not its owner's")
      }
      let driver = model.devices.knownDriver(lock.driver)
      guard lock.driver != 0, driver >= 0 else { continue }
      let ofDriver = walk("locks of driver", lockTable.first(ofDriver: driver)) {
        lockTable[$0].ofDriver.next
      }
      check(ofDriver.contains(index), "lock \(index) is not its driver's")
    }
    check(lockTable.allCertain.allSatisfy { locks.contains($0) }, "a certain lock's slot is free")
  }

  private func allDevices() {
    let all = walk("devices", deviceTable.oldest) { deviceTable.devices[$0].all.next }
    check(devices.isSuperset(of: all), "a device's slot is free")
    var references: [Int32: Int32] = [:]
    for index in all { references[index, default: 0] += 1 }
    for index in contexts { references[requests[index].device, default: 0] += 1 }
    for index in locks where lockTable[index].owner >= 0 {
      references[lockTable[index].owner, default: 0] += 1
    }
    // Contexts that are to be given free hold on to their devices until the next event.
    let isSettled = !model.requests.hasGone
    for index in devices {
      let device = deviceTable.devices[index]
      check(
        !isSettled || device.references == references[index, default: 0],
        "device \(index): \(device.references) references")
      check(
        device.state.contains(.current) == all.contains(index), "device \(index): current or not")
      let place = Int(device.firstLockPlace)
      check(
        place < 0 || deviceTable.withFirstLock[place] == index, "device \(index): first lock")
    }
    for index in all {
      check(
        model.devices.life(at: deviceTable.devices[index].pointer) == index,
        "device \(index) not found")
    }
  }

  private func acquisitions() {
    let acquisitions = lives.acquisitions
    let count = locks.reduce(0) { $0 + Int(lockTable[$1].holders.count) }
    check(count == held.count, "acquisitions that no lock holds")
    var oldest: Set<Int32> = []
    for lock in locks {
      for index in walk("", lockTable[lock].holders.oldest, { held[$0].ofLock.next }) {
        let first = acquisitions.oldest(lock, held[index].tag)
        let same = walk("acquisitions of tag", first) { held[$0].ofTag.next }
        check(same.contains(index), "acquisition \(index) is not found by its tag")
        guard let last = same.last, oldest.insert(first).inserted else { continue }
        check(held[first].ofTag.previous == last, "the oldest does not know the last")
      }
    }
    check(
      acquisitions.contents.oldestOfTag.count == oldest.count,
      "tags without acquisitions are left over")
    let remembered = locks.reduce(0) { $0 + lives.gone.count(of: lockTable[$1].gone) }
    check(remembered == lives.gone.count, "acquisitions that are gone are left over")
    let refused = contexts.union(model.requests.contents.gone).reduce(0) {
      $0 + refusals.count(of: requests[$1].refusals)
    }
    check(refused == refusals.count, "refusals are left over")
  }

  private func bounds() {
    check(requests.count <= limits.contexts, "more live contexts than the limit")
    check(held.count <= limits.acquisitions, "more acquisitions than the limit")
    check(locks.count <= limits.locks, "more locks than the limit")
    let holds = model.holds.table
    check(holds.live.count <= limits.holds, "more is held than the limit")
    check(holds.kept.count <= limits.keptHolds, "more is remembered as given back than the limit")
    check(threads.count <= limits.threads, "more threads than the limit")
    check(
      threads.allSatisfy { $0.frames.count <= limits.frames }, "more frames than the limit")
  }
}
