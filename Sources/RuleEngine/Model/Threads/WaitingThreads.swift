/// Which threads wait for ever, and for which event objects that nobody has set.
///
/// Who waits says so where the call begins; anything that the thread does after it, but for what interrupts
/// it, says that the wait is over. Asked at the end of a trace alone.
struct WaitingThreads: Sendable {
  /// A wait without a time-out.
  struct Wait: Sendable, BitwiseCopyable {
    /// See ``Event/threadKey``.
    var thread: UInt64
    /// The event object.
    var object: UInt64
    /// Where the call stands in the trace.
    var called: UInt64
  }

  private struct EventObject: Sendable, BitwiseCopyable {
    var address: UInt64
    var initialized: UInt64
  }

  private var waits = Slab<Wait>()
  private var byThread = OpenTable<UInt64>()
  /// Event objects that were made, not signaled, and not set since.
  private var objects = Slab<EventObject>()
  private var byAddress = OpenTable<UInt64>()
  private var inOrder = SlotQueue()
  /// Where an event object was set that the trace does not name: it may be any that was made before.
  private var anySet: UInt64 = 0
  private let waitLimit: Int
  private let objectLimit: Int

  init(limits: Limits) {
    waitLimit = limits.threads
    objectLimit = limits.eventObjects
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    waits.claim()
    objects.claim()
    inOrder.claim()
  }

  /// Whether any thread waits.
  @inline(__always) var isAny: Bool { waits.count > 0 }

  // MARK: Waits

  /// A call that waits begins on a thread.
  mutating func begins(_ event: Event) {
    guard event.timeout == -1, event.has(.object), event.operand != 0, waits.count < waitLimit,
      byThread.find(event.threadKey) < 0
    else { return }
    let wait = Wait(
      thread: event.threadKey, object: event.operand, called: event.position.rawValue)
    byThread.set(wait.thread, waits.insert(wait))
  }

  /// The wait of a thread, where it waits for ever.
  func wait(of thread: UInt64) -> Wait? {
    let place = byThread.find(thread)
    return place >= 0 ? waits[place] : nil
  }

  /// The thread goes on.
  mutating func goesOn(_ thread: UInt64) {
    let place = byThread.find(thread)
    guard place >= 0 else { return }
    byThread.remove(thread)
    waits.remove(place)
  }

  // MARK: Event objects

  /// KeInitializeEvent.
  mutating func initialized(_ event: Event) {
    guard event.has(.object), event.operand != 0 else { return }
    forget(event.operand)
    if event.flags.contains(.signaled) { return }
    // The oldest is not known any more: nothing is said about who waits for it.
    if objects.count >= objectLimit { forget(objects[inOrder.oldest].address) }
    let place = objects.insert(
      EventObject(address: event.operand, initialized: event.position.rawValue))
    byAddress.set(event.operand, place)
    inOrder.append(place)
  }

  /// KeSetEvent.
  mutating func set(_ event: Event) {
    if event.has(.object), event.operand != 0 {
      forget(event.operand)
    } else {
      anySet = event.position.rawValue
    }
  }

  private mutating func forget(_ address: UInt64) {
    let place = byAddress.find(address)
    guard place >= 0 else { return }
    byAddress.remove(address)
    inOrder.remove(place)
    objects.remove(place)
  }

  /// Whether an event object is known to have been made and never set.
  func isUnset(_ object: UInt64) -> Bool {
    let place = byAddress.find(object)
    return place >= 0 && objects[place].initialized > anySet
  }

  /// What happened in a gap is not known.
  mutating func gap() {
    guard waits.count > 0 || objects.count > 0 else { return }
    self = WaitingThreads(waitLimit: waitLimit, objectLimit: objectLimit)
  }

  private init(waitLimit: Int, objectLimit: Int) {
    self.waitLimit = waitLimit
    self.objectLimit = objectLimit
  }
}

extension WaitingThreads {
  /// Whether lists and limits agree, for ``ModelAudit``.
  func inconsistencies() -> [String] {
    var problems: [String] = []
    if waits.count != byThread.count { problems.append("waits that no thread has") }
    if objects.count != byAddress.count || objects.count != inOrder.count {
      problems.append("event objects that are not found")
    }
    if waits.count > waitLimit || objects.count > objectLimit {
      problems.append("more waits or event objects than the limit")
    }
    return problems
  }
}
