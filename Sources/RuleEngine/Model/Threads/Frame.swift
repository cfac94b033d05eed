/// An open routine of a driver on a thread's stack.
struct Frame: Sendable {
  var kind: Kind
  var callback = CallbackKind.other
  /// How many more ``touches`` there may be before those are taken out that say nothing any more.
  var touchesLeft = Self.touchesAtFirst
  /// Of a callback the life of the device that its entry names, or -1.
  var device: Int32 = -1
  /// For callbacks the hash of `kind`; else the device, 0 where it is not named.
  var key: UInt64
  var irp: UInt64
  /// The context whose frame it is, or -1.
  var context: Int32
  /// Whether it works for its context only until it names another.
  var isWorking: Bool
  /// The IRQL at the entry; ``noIRQL`` where it is not known.
  var irql = Frame.noIRQL
  /// The contexts that it handled and that stay open until it returns.
  var touches: Int32 = -1
  /// How many gaps there were before the entry.
  var gaps: UInt32 = 0
  /// The entry.
  var entered: UInt64

  static var touchesAtFirst: Int16 { 64 }

  enum Kind: UInt8, Sendable { case dispatch, completion, callback }

  @inline(__always) static var noIRQL: UInt8 { .max }

  /// Whether the routine has to return at the IRQL at which it was called. A cancel routine has not; and what a
  /// routine of a kind without a name does is not known: those that a cancel-safe queue calls take its lock in one
  /// call and give it back in the next.
  var keepsIRQL: Bool { kind != .callback || callback != .other && callback != .cancel }

  var isThreadRoutine: Bool { kind == .callback && callback == .thread }

  /// Whether an exit is that of the frame: it names its IRP; the device counts where both name it.
  @inline(__always)
  func isLeft(by event: Event) -> Bool {
    irp == event.irp && (!event.has(.dev) || key == 0 || key == event.device)
  }
}

/// A node in a frame's list of touched contexts.
struct Touch: Sendable {
  var context: SlabRef
  var next: Int32
}

/// One thread and its stack of frames; the last is the top.
struct ThreadState: Sendable {
  /// See ``Event/threadKey``.
  var id: UInt64
  var frames: [Frame] = []
  /// Where the last wait on it succeeded.
  var lastWait: UInt64 = 0
  /// Under `sdv` what its run has had, which is over with its outermost routine.
  var run: RunState = []
  /// The wait whose IRQL was judged where it was called, until it returns.
  var judgedWait: EventKind?
  /// What raised its IRQL and has not been lowered.
  var levels = RaisedLevels()
  /// Where its IRQL was lowered last, and where something was last handed on to another thread; told while a
  /// thread holds something: see ``Holds``.
  var lastLowered: UInt64 = 0
  var lastHandOn: UInt64 = 0
}

/// What SDV's automata about single calls know of a thread's run.
struct RunState: OptionSet, Sendable, BitwiseCopyable {
  var rawValue: UInt8
  /// IoSetStartIoAttributes has set DeferredStartIo, last.
  static let deferred = RunState(rawValue: 1)
  /// StartIoRecursion has reported.
  static let recursionReported = RunState(rawValue: 2)
  /// RequestedPowerIrp has reported.
  static let powerReported = RunState(rawValue: 4)
  /// IoSetStartIoAttributes has set NonCancelable to FALSE, last.
  static let cancelable = RunState(rawValue: 8)
  /// IoSetStartIoAttributes has set NonCancelable to TRUE, last.
  static let noncancelable = RunState(rawValue: 16)
  /// StartIoCancel has reported.
  static let cancelReported = RunState(rawValue: 32)
}

extension Event {
  /// What tells threads apart. The idle threads all have the number 0, and DPCs run on them on several
  /// processors at once: each processor's is one of its own, where the event says on which it is.
  @inline(__always) var threadKey: UInt64 {
    guard thread == 0, has(.tid), has(.cpu) else { return thread }
    return ThreadState.idle | UInt64(cpu)
  }
}

extension Event {
  /// Whether it is on one of the idle threads, and nobody knows on which.
  @inline(__always) var isOnSomeIdleThread: Bool { thread == 0 && has(.tid) && !has(.cpu) }

  /// The IRQL at the entry of a routine, for ``Frame/irql``.
  @inline(__always) var entryIRQL: UInt8 {
    has(.irql) && !isOnSomeIdleThread ? irql : Frame.noIRQL
  }
}

extension ThreadState {
  /// The keys of idle threads begin with these bits.
  @inline(__always) static var idle: UInt64 { 0xFFFF_FFFF_0000_0000 }

  /// `tid`.
  var number: UInt64 { id & Self.idle == Self.idle ? 0 : id }
}
