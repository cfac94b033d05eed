/// What a thread may hold.
public enum HoldKind: UInt8, CaseIterable, Sendable, Hashable, BitwiseCopyable {
  /// A KSPIN_LOCK, known by its address.
  case spinLock
  /// A KSPIN_LOCK that was taken in line, known by the thread and its KLOCK_QUEUE_HANDLE.
  case queuedSpinLock
  /// The system's cancel spin lock.
  case cancelSpinLock
  /// A critical region.
  case criticalRegion
  /// A guarded region.
  case guardedRegion
  /// An ERESOURCE.
  case resource

  /// What it is called in a report.
  public var words: String {
    switch self {
    case .spinLock: "spin lock"
    case .queuedSpinLock: "in-stack queued spin lock"
    case .cancelSpinLock: "cancel spin lock"
    case .criticalRegion: "critical region"
    case .guardedRegion: "guarded region"
    case .resource: "resource"
    }
  }

  /// Whether the thread is at DISPATCH_LEVEL or above while it holds one.
  var isSpinLock: Bool { rawValue <= Self.cancelSpinLock.rawValue }

  /// Whether it is a region, in which APCs are held off.
  var isRegion: Bool { self == .criticalRegion || self == .guardedRegion }
}

/// Something that a thread holds, or has given back: one life for each acquire.
struct Hold: Sendable, BitwiseCopyable {
  /// The lock's address, the handle, or the resource's address; 0 where there is one for the thread or the system.
  var key: UInt64 = 0
  /// Of a queued spin lock the lock's address.
  var lock: UInt64 = 0
  /// See ``Event/threadKey``.
  var thread: UInt64
  /// The entry of the frame in which it is held, 0 for none. Once it was given back, of the frame on top then.
  var frame: UInt64 = 0
  /// The device that the event named or the frame worked for; 0 where that is not known.
  var device: UInt64 = 0
  var taken: EventStamp
  /// Where it was given back; none while it is held.
  var ended = EventStamp.none
  /// Where the thread took the first of the spin locks that it held then.
  var firstTaken: UInt64 = 0
  /// As a string id; 0 where it is not known.
  var driver: UInt32 = 0
  var kind: HoldKind
  /// The event that took it, and the one that gave it back.
  var takenBy: EventKind
  var endedBy = EventKind.malformed
  /// `oldirql` of the acquire, and of the one with which the thread took the first of its spin locks.
  var oldIRQL = Self.unknownIRQL
  var firstOldIRQL = Self.unknownIRQL

  static var unknownIRQL: UInt8 { 0xFF }

  /// Whether it was given back, and is kept to tell what is given back once more.
  var isFree: Bool { !ended.isNone }

  init(_ kind: HoldKind, _ event: Event, at site: HoldSite) {
    self.kind = kind
    thread = site.thread
    frame = site.frame
    device = site.device
    driver = site.driver
    taken = EventStamp(event)
    takenBy = event.kind
    if event.has(.oldirql) { oldIRQL = event.oldIRQL }
  }
}

/// Where something is taken or given back: the thread, and the frame on top of it.
struct HoldSite: Sendable {
  /// See ``Event/threadKey``.
  var thread: UInt64
  /// The entry of the frame on top; 0 for none.
  var frame: UInt64 = 0
  /// Whether rules look at that frame.
  var isJudged = false
  /// The IRQL at which it was entered, where the trace says, and it is not a cancel routine.
  var frameIRQL = Hold.unknownIRQL
  /// What was taken before this is hidden by a routine that interrupts.
  var hidden: UInt64 = 0
  /// As a string id; 0 where it is not known.
  var driver: UInt32 = 0
  var device: UInt64 = 0
}

extension Frame {
  /// Whether what is held at its exit is left, and not passed on to the frame below.
  var isJudged: Bool { kind != .callback || callback != .other }

  /// Whether it interrupts whatever the thread did: what that holds is not held here.
  var isInterrupting: Bool { kind == .callback && callback.interrupts }
}

extension Event {
  /// Whether it says on which thread it is. An idle thread has the number 0, and there is one for each processor.
  @inline(__always) var isOnKnownThread: Bool { thread != 0 || !has(.tid) || has(.cpu) }
}
