import RuleEngine

/// One event of a scenario: what is constant in it, and where the rest comes from.
struct Step: Sendable {
  /// The constant part. Its `fields` name all fields, the bound ones as well.
  var event: Event
  /// Which device of the path, counted from the top of the stack.
  var level: UInt8 = 0
  /// Which of the scenario's IRPs.
  var irp: UInt8 = 0
  var tag = Tag.irp
  var operand = Operand.none
  var gate = Gate.open
  /// What ``Gate/after`` waits for.
  var mark = Mark()
  var effect = Effect.none
  /// Bits of the lanes that may begin once this has happened.
  var starts: UInt8 = 0
  /// Whether the driver is one without devices, each scenario's its own.
  var isHelper = false
  /// Whether the thread goes on with its next step at once: it holds a spin lock, or is about to.
  var isHeld = false
  /// Whether a seeded fault is decided here.
  var decides = false

  /// A place in a scenario: that the step `index` of `lane` has happened.
  struct Mark: Hashable, Sendable {
    var lane: UInt8 = 0
    var index: UInt16 = 0
  }

  /// What a remove-lock operation has as its tag.
  enum Tag: UInt8, Sendable {
    /// The IRP.
    case irp
    /// NULL.
    case null
    /// A work item's or a timer's context.
    case work, timer
    /// The device object: what a driver passes that mixes its pointers up.
    case device
  }

  /// What ``Event/operand`` and the lock are bound to.
  enum Operand: UInt8, Sendable {
    case none
    /// The device below.
    case lower
    /// An event object on the stack of the thread that began the scenario.
    case event
    /// The completion routine.
    case routine
    /// A block of pool.
    case pool
    /// The handle of a registry key.
    case handle
    /// The second remove lock of a device, in a block of pool.
    case secondLock
    /// The spin lock of the device, and where it is queued for a handle on the thread's stack.
    case spinLock
    /// The resource of the device.
    case resource
  }

  /// What a step waits for.
  enum Gate: UInt8, Sendable {
    case open
    /// For ``Step/mark``.
    case after
    /// Until no running scenario is to acquire the device's lock in its further course: the
    /// lock refuses from here on.
    case noAcquireAhead
    /// Until the device's lock is released as often as it was acquired.
    case drained
    /// Until no other scenario runs on the device.
    case alone
  }

  /// What a step does to the simulated device.
  enum Effect: UInt8, Sendable {
    case none
    case acquires
    /// The same, and it cannot be refused: what the path says is what happens.
    case acquiresAnyway
    case releases
    /// Release-and-wait: releases, and acquires fail from now on.
    case refuses
    /// The same by a driver that held nothing under that tag.
    case refusesUnmatched
    /// Release-and-wait that does not return.
    case refusesForEver
    /// Release-and-wait returned; no new requests reach the device.
    case closes
    /// The system clock went on by more than a minute.
    case sleeps
  }
}

/// Where a lane runs.
enum Station: UInt8, Sendable {
  /// The thread that sent the request; lane 0 only.
  case sender
  /// On top of whatever a thread is doing.
  case interrupt
  /// A system worker thread that has nothing else to do.
  case worker
  /// The driver's own thread, new or the one that it has.
  case newThread, driverThread
}

/// A scenario as the scheduler runs it: its lanes in ``ScenarioLibrary/steps``.
struct Path: Sendable {
  /// First step of each lane, and the one after the last, in the library.
  var begin = SIMD8<UInt32>()
  var end = SIMD8<UInt32>()
  var laneCount = 1
  var stations = SIMD8<UInt8>()
  /// The device whose thread a lane runs on.
  var laneLevels = SIMD8<UInt8>()
  var stepCount = 0
  var irpCount = 1
  /// How many devices from the top one downwards.
  var depth = 1
  /// By device, how often its lock is acquired beyond the first step that may be refused.
  var acquiresAhead = SIMD4<UInt8>()
  /// The path to take where the first acquire is refused; −1: it is not.
  var refusal: Int32 = -1
  /// The roles of a path on one device; a chain has its own list.
  var roles: RoleSet = []
  var outcome = Outcome.none
  var isPnP = false
  var isSetPower = false
  /// On a device of its own, plugged in and removed by the path.
  var isHotplug = false
  /// The address of the device was never used before.
  var needsNewAddress = false
  /// The thread of lane 0 never comes back from its last step.
  var hangs = false
  /// In ``ScenarioLibrary/faults``; −1: clean.
  var fault: Int32 = -1
}

/// What has become of the device stack when a path has ended.
enum Outcome: UInt8, Sendable {
  case none
  case started, removed, surpriseRemoved, stopped
  case removalQueried, removalCancelled
  case stopQueried, stopCancelled
}
