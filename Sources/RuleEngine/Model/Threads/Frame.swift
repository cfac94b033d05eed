/// An open routine of a driver on a thread's stack.
struct Frame: Sendable {
  var kind: Kind
  var callback = CallbackKind.other
  /// For callbacks the hash of `kind`; else the device, 0 where it is not named.
  var key: UInt64
  var irp: UInt64
  /// The context whose frame it is, or -1.
  var context: Int32
  /// Whether it works for its context only until it names another.
  var isWorking: Bool
  /// The contexts that it handled and that stay open until it returns.
  var touches: Int32 = -1
  /// The entry.
  var entered: UInt64

  enum Kind: UInt8, Sendable { case dispatch, completion, callback }

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
}

extension Event {
  /// What tells threads apart. The idle threads all have the number 0, and DPCs run on them on several
  /// processors at once: each processor's is one of its own, where the event says on which it is.
  @inline(__always) var threadKey: UInt64 {
    guard thread == 0, has(.tid), has(.cpu) else { return thread }
    return ThreadState.idle | UInt64(cpu)
  }
}

extension ThreadState {
  /// The keys of idle threads begin with these bits.
  @inline(__always) static var idle: UInt64 { 0xFFFF_FFFF_0000_0000 }

  /// `tid`.
  var number: UInt64 { id & Self.idle == Self.idle ? 0 : id }
}
