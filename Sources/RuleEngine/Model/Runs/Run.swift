/// What SDV's automata follow of one thread until its outermost routine has ended.
struct Run: Sendable, BitwiseCopyable {
  /// See ``Event/threadKey``.
  var thread: UInt64
  var began: EventStamp
  var beganBy: EventKind
  /// As a string id; 0 where it is not known.
  var driver: UInt32 = 0
  var device: UInt64 = 0
  /// The lock, handle and resource that were taken first: what SDV watches.
  var spinLock: UInt64 = 0
  var handle: UInt64 = 0
  var resource: UInt64 = 0
  /// Acquires less releases of spin locks, without and with those of the cancel spin lock.
  var spinLocks: Int32 = 0
  var allSpinLocks: Int32 = 0
  var criticalRegions: Int32 = 0
  var guardedRegions: Int32 = 0
  var irql = IRQLStack()
  var evidence = EvidenceList()
}

/// SDV's IRQL: the present one, and five before it. What lies deeper is lost.
struct IRQLStack: Sendable, BitwiseCopyable {
  private(set) var current: UInt8 = 0
  private var before: (UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0)

  /// The IRQL before the last raise.
  var previous: UInt8 { before.0 }

  mutating func push(_ irql: UInt8, over old: UInt8? = nil) {
    before = (old ?? current, before.0, before.1, before.2, before.3)
    current = irql
  }

  /// Goes back; to another IRQL than that before, where one is set.
  mutating func pop(to irql: UInt8? = nil) {
    current = irql ?? before.0
    before = (before.1, before.2, before.3, before.4, before.4)
  }
}

extension Frame {
  /// The IRQL at which it was entered, or at which SDV enters such a routine.
  var sdvIRQL: UInt8 {
    if irql != Frame.noIRQL { return irql }
    switch kind {
    case .dispatch: return 0
    case .completion: return 2
    case .callback:
      switch callback {
      case .dpc, .timer, .startIo, .cancel: return 2
      case .isr: return 4
      default: return 0
      }
    }
  }

  /// Whether SDV looks at its end for rules about locks and handles.
  var isSDVEnd: Bool {
    switch kind {
    case .dispatch: true
    case .completion: false
    case .callback:
      switch callback {
      case .driverEntry, .addDevice, .startIo, .dpc, .isr, .cancel, .unload: true
      default: false
      }
    }
  }

  /// Whether SDV counts spin locks at its end.
  var isCountedEnd: Bool {
    switch callback {
    case .driverEntry, .addDevice, .startIo, .unload: kind == .callback
    default: kind == .dispatch
    }
  }
}
