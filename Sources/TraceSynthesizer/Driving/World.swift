import RuleEngine

/// A device object as the simulated system knows it.
struct Device: Sendable {
  var role: Role
  var stack: Int32
  var driver: StringID
  var address: UInt64 = 0
  /// The device below it.
  var lower: UInt64 = 0
  /// Scenarios that run on it.
  var running = 0
  /// Acquires of its lock that are still to come in running scenarios.
  var acquiresAhead = 0
  /// Acquisitions of its lock that are not released.
  var held = 0
  /// The lock refuses: release-and-wait was called.
  var refuses = false
  /// No new requests arrive.
  var isClosed = true
  /// The driver's thread, in ``Scheduler/threads``; −1: none.
  var thread: Int32 = -1

  /// Where the driver keeps the lock in its device extension.
  var lock: UInt64 { address &+ 0x150 &+ UInt64(role.rawValue) &* 0x28 }
}

/// A stack of devices, top to bottom, as the PnP manager knows it.
struct Stack: Sendable {
  enum State: UInt8, Sendable { case absent, started, stopped, removing, gone }

  var first: Int32
  var shape: Int
  var state = State.absent
  /// A PnP request is on its way; the next one waits.
  var isBusy = false
  /// A set-power request is on its way.
  var isChangingPower = false
  /// What the last PnP request leads to.
  var next = Outcome.none
}

/// A thread: what it runs is a stack of lanes, the uppermost of which goes on.
struct SimulatedThread: Sendable {
  enum Kind: UInt8, Sendable { case sender, worker, driver, ended }

  var kind: Kind
  var id: UInt64
  var cpu: UInt32 = 0
  var depth = 0
  /// The device that a driver's thread serves.
  var device: Int32 = -1
}

/// A scenario that is under way.
struct Activity: Sendable {
  var path: Int32 = -1
  /// The device of the path's level 0.
  var device: Int32 = 0
  var lanesLeft = 0
  /// By lane, the library index of the next step.
  var next = SIMD8<UInt32>()
  var irps = SIMD4<UInt64>()
  /// Whether the acquire at the beginning was refused.
  var isRefused = false
}

/// Addresses that are handed out, and again when they come back.
struct AddressPool: Sendable {
  private var fresh: UInt64
  private let stride: UInt64
  private var free: [UInt64] = []

  init(at start: UInt64, stride: UInt64) {
    fresh = start
    self.stride = stride
  }

  mutating func takeNew() -> UInt64 {
    defer { fresh &+= stride }
    return fresh
  }

  /// The address that came back last, as a lookaside list has it.
  mutating func take() -> UInt64 { free.popLast() ?? takeNew() }

  /// Takes an address back; beyond a limit it is forgotten, so that the pool stays small.
  mutating func give(_ address: UInt64) {
    if free.count < 4096 { free.append(address) }
  }
}
