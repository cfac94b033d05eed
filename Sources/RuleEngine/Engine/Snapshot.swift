/// What the model knows at one point of a trace: every remove lock, every live IRP context, every IRP
/// that drivers made themselves, every thread's open frames, and what each thread holds. What `!remlock` cannot
/// show while Driver Verifier is on.
public struct Snapshot: Sendable, Hashable {
  /// A remove lock.
  public struct Lock: Sendable, Hashable {
    /// Its address.
    public var address: UInt64
    /// *unknown*, *initialised*, *held n*, *draining* or *drained*.
    public var state: String
    /// Whether a gap has made it uncertain.
    public var isCertain: Bool
    /// The device object that owns it, where it is known.
    public var owner: UInt64?
    /// The driver's name; empty where the trace names none.
    public var driver: String
    /// Who holds it, oldest first.
    public var holders: [Holder]
    /// The release-and-wait that waits, where one does.
    public var waiter: Place?
  }

  /// An acquisition that has not been released.
  public struct Holder: Sendable, Hashable {
    /// The tag.
    public var tag: UInt64
    /// The IRP and the request that it was made for, where it belongs to a context.
    public var irp: UInt64?
    /// For example `IRP_MJ_READ`; empty where it belongs to no context.
    public var request: String
    /// The IoAcquireRemoveLock.
    public var acquired: Place
    /// How long ago that was, in nanoseconds, where the trace has time stamps.
    public var age: Int64?
  }

  /// A live IRP context.
  public struct Context: Sendable, Hashable {
    /// The device object.
    public var device: UInt64
    /// The IRP.
    public var irp: UInt64
    /// The driver's name; empty where the trace names none.
    public var driver: String
    /// For example `IRP_MJ_PNP/IRP_MN_REMOVE_DEVICE`.
    public var request: String
    /// What it waits for, in words.
    public var waitsFor: String
    /// Whether a gap has made it uncertain.
    public var isCertain: Bool
    /// How many acquisitions it holds.
    public var held: Int
    /// The DispatchEnter.
    public var opened: Place
  }

  /// An IRP that a driver made itself, and neither freed nor left to the I/O manager.
  public struct OwnIRP: Sendable, Hashable {
    /// Its address.
    public var irp: UInt64
    /// How it was made.
    public var kind: OwnIRPKind
    /// The device object for which it was made, where that is known.
    public var device: UInt64?
    /// The driver's name; empty where the trace names none.
    public var driver: String
    /// The allocation.
    public var made: Place
    /// Where it is now, in words.
    public var whereabouts: String
    /// Whether a completion routine is set and has not been entered.
    public var hasRoutine: Bool
  }

  /// A thread with open frames.
  public struct Thread: Sendable, Hashable {
    /// `tid`.
    public var id: UInt64
    /// The frames, outermost first, each in words with the line of its entry.
    public var frames: [Frame]
  }

  /// An open routine.
  public struct Frame: Sendable, Hashable {
    /// For example `dispatch routine, IRP_MJ_READ 0x…`.
    public var words: String
    /// The entry.
    public var entered: TracePosition
  }

  /// A thread that holds something, or has raised its IRQL.
  public struct HoldingThread: Sendable, Hashable {
    /// `tid`.
    public var id: UInt64
    /// What it holds and how it has raised its IRQL, in the order in which that happened.
    public var held: [Held]
  }

  /// A spin lock, a region or a resource that a thread holds, or an IRQL that it has raised itself to and not lowered.
  public struct Held: Sendable, Hashable {
    /// What it is, with its address: `spin lock 0x…`. Of a KeRaiseIrql `IRQL 2, raised from 0`.
    public var words: String
    /// The acquire, or the KeRaiseIrql.
    public var taken: Place
    /// The driver's name; empty where the trace names none.
    public var driver: String
    /// How long ago it was taken, in nanoseconds, where the trace has time stamps.
    public var age: Int64?
  }

  /// Where something happened.
  public struct Place: Sendable, Hashable {
    /// The line.
    public var position: TracePosition
    /// `tid`.
    public var thread: UInt64
    /// `src`; empty where the trace names none.
    public var source: String
    /// `fn`; empty where the trace names none.
    public var function: String
  }

  /// Pool memory that drivers have allocated and not freed, as far as the trace shows. Followed in the `tracked`
  /// reading.
  public struct Memory: Sendable, Hashable {
    /// How many allocations there are.
    public var allocations: Int
    /// Their sizes together, as far as the trace names them.
    public var bytes: UInt64
    /// Those places of which most is left, by their bytes, then by their count.
    public var largest: [MemoryPlace]
  }

  /// What of pool memory was allocated in one place and is not freed.
  public struct MemoryPlace: Sendable, Hashable {
    /// The driver's name; empty where the trace names none.
    public var driver: String
    /// `src`; empty where the trace names none.
    public var source: String
    /// `fn`; empty where the trace names none.
    public var function: String
    /// `pooltag`; empty where the trace names none.
    public var tag: String
    /// How many allocations there are.
    public var count: Int
    /// Their sizes together, as far as the trace names them.
    public var bytes: UInt64
    /// The oldest.
    public var oldest: TracePosition
  }

  /// The locks, in the order of their first sight.
  public var locks: [Lock]
  /// The contexts, oldest first.
  public var contexts: [Context]
  /// The IRPs that drivers made themselves, oldest first.
  public var ownIRPs: [OwnIRP]
  /// The threads with open frames, by number.
  public var threads: [Thread]
  /// The pool memory.
  public var memory: Memory
  /// The threads that hold a spin lock, a region or a resource, or have raised their IRQL, by number. Raises are
  /// followed in the `tracked` reading.
  public var holding: [HoldingThread]
}

extension Checker {
  /// The model as it stands now. `now` is the time that ages are counted to, in nanoseconds.
  public func snapshot(strings: StringTable, now: Int64? = nil) -> Snapshot {
    Snapshot(
      locks: snapshotLocks(strings, now), contexts: snapshotContexts(strings),
      ownIRPs: snapshotOwnIRPs(strings), threads: snapshotThreads(),
      memory: snapshotMemory(strings), holding: snapshotHolds(strings, now))
  }

  private func place(_ stamp: EventStamp, _ strings: StringTable) -> Snapshot.Place {
    Snapshot.Place(
      position: TracePosition(rawValue: stamp.position), thread: stamp.thread,
      source: strings[StringID(stamp.source)], function: strings[StringID(stamp.function)])
  }

  private func snapshotLocks(_ strings: StringTable, _ now: Int64?) -> [Snapshot.Lock] {
    var all: [Snapshot.Lock] = []
    for index in model.locks.all {
      let lock = model.locks[index]
      let isWaiting = lock.phase == .draining
      all.append(
        Snapshot.Lock(
          address: lock.pointer, state: Self.words(lock),
          isCertain: lock.state.contains(.certain),
          owner: lock.owner >= 0 ? model.devices[lock.owner].pointer : nil,
          driver: strings[StringID(lock.driver)], holders: holders(of: lock, strings, now),
          waiter: isWaiting ? place(lock.waitEntered, strings) : nil))
    }
    return all
  }

  private static func words(_ lock: RemoveLock) -> String {
    switch lock.phase {
    case .unknown:
      lock.holders.count > 0 ? "unknown, held at least \(lock.holders.count)" : "unknown"
    case .initialized: lock.holders.count > 0 ? "held \(lock.holders.count)" : "initialised"
    case .draining: "draining, held \(lock.holders.count)"
    case .drained:
      lock.holders.count > 0 ? "drained, acquired again \(lock.holders.count)" : "drained"
    case .over: "owner gone, held \(lock.holders.count)"
    }
  }

  private func holders(
    of lock: RemoveLock, _ strings: StringTable, _ now: Int64?
  ) -> [Snapshot.Holder] {
    var all: [Snapshot.Holder] = []
    for held in model.locks.acquisitions(of: lock) {
      all.append(
        Snapshot.Holder(
          tag: held.tag, irp: held.irp == 0 ? nil : held.irp,
          request: held.irp == 0
            ? ""
            : EventWords.request(held.major, held.state.contains(.hasMinor) ? held.minor : nil),
          acquired: place(held.acquired, strings), age: Self.age(held.acquired, now)))
    }
    return all
  }

  private static func age(_ stamp: EventStamp, _ now: Int64?) -> Int64? {
    guard let now, stamp.timestamp != EventStamp.noTimestamp else { return nil }
    let (elapsed, overflow) = now.subtractingReportingOverflow(stamp.timestamp)
    return overflow ? nil : elapsed
  }

  private func snapshotHolds(
    _ strings: StringTable, _ now: Int64?
  ) -> [Snapshot.HoldingThread] {
    var threads: [UInt64: [Snapshot.Held]] = [:]
    for hold in model.holds.table.live.slots {
      let hold = model.holds[hold]
      threads[hold.thread, default: []].append(
        Snapshot.Held(
          words: hold.words, taken: place(hold.taken, strings),
          driver: strings[StringID(hold.driver)], age: Self.age(hold.taken, now)))
    }
    for (thread, raises) in model.threads.raised(after: model.coverage.gaps) {
      for raise in raises {
        threads[thread, default: []].append(
          Snapshot.Held(
            words: raise.words, taken: place(raise.stamp, strings), driver: "",
            age: Self.age(raise.stamp, now)))
      }
    }
    return threads.sorted { $0.key < $1.key }.map { thread, held in
      Snapshot.HoldingThread(
        id: ThreadState(id: thread).number,
        held: held.sorted { $0.taken.position < $1.taken.position })
    }
  }

  private func snapshotContexts(_ strings: StringTable) -> [Snapshot.Context] {
    var all: [Snapshot.Context] = []
    for index in model.requests.live {
      let context = model.requests[index]
      all.append(
        Snapshot.Context(
          device: context.devicePointer, irp: context.irp,
          driver: strings[StringID(model.devices[context.device].driver)],
          request: request(of: context), waitsFor: Self.waits(context),
          isCertain: context.state.contains(.certain), held: Int(context.holdings.depth),
          opened: place(context.opened, strings)))
    }
    return all
  }

  private func request(of context: IRPContext) -> String {
    EventWords.request(
      context.major, context.parameters.contains(.minor) ? context.minor : nil)
  }

  private static func waits(_ context: IRPContext) -> String {
    let state = context.state
    if context.isFinished {
      return context.frames > 0 || context.touchingFrames > 0
        ? "the return of the routine that finished its IRP" : "its last release"
    }
    if context.dispatchFrames > 0 { return "the return of its dispatch routine" }
    if state.contains(.routineOutstanding) { return "its completion routine" }
    if state.contains(.parked) { return "queued or marked pending: whoever completes it" }
    if context.frames > 0 { return "the return of a routine that works for it" }
    return "the driver to complete or forward it"
  }

  private func snapshotOwnIRPs(_ strings: StringTable) -> [Snapshot.OwnIRP] {
    model.ownIRPs.live.map { life in
      Snapshot.OwnIRP(
        irp: life.irp, kind: life.kind, device: life.device == 0 ? nil : life.device,
        driver: strings[StringID(life.driver)], made: place(life.made, strings),
        whereabouts: Self.whereabouts(life), hasRoutine: life.state.contains(.routineSet))
    }
  }

  private static func whereabouts(_ life: OwnIRP) -> String {
    let state = life.state
    switch life.place {
    case .here: return state.contains(.forwarded) ? "back with the driver" : "not sent yet"
    case .below:
      return state.contains(.returned)
        ? "with the lower driver" : "sent, IoCallDriver has not returned"
    case .comingBack: return "coming back: its completion routine runs"
    case .open: return "sent, perhaps back: the trace does not show its completion"
    }
  }

  private func snapshotThreads() -> [Snapshot.Thread] {
    model.threads.busy.map { thread in
      Snapshot.Thread(
        id: thread.number,
        frames: thread.frames.map { frame in
          Snapshot.Frame(
            words: words(frame), entered: TracePosition(rawValue: frame.entered))
        })
    }
  }

  private func words(_ frame: Frame) -> String {
    let routine =
      switch frame.kind {
      case .dispatch: "dispatch routine"
      case .completion: "completion routine"
      case .callback: "\(frame.callback.name) routine"
      }
    guard frame.context >= 0 else {
      return frame.irp == 0 ? routine : "\(routine), IRP \(EventWords.hex(frame.irp))"
    }
    let context = model.requests[frame.context]
    return "\(routine)\(frame.isWorking ? ", works for" : ",") \(request(of: context)) "
      + EventWords.hex(context.irp)
  }
}

extension Raise {
  /// The IRQL, and the one before it.
  fileprivate var words: String {
    "IRQL \(new)" + (old.map { ", raised from \($0)" } ?? ", raised")
  }
}
