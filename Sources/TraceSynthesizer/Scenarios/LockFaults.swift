import RuleEngine

// Which rules the faulty paths break: forwarding (section 3) and release (section 4).
extension ScenarioLibrary {
  /// The lock rules that judge a request.
  struct LockRules {
    var request: Request
    /// Of a context without a completion routine, and of one with.
    var forward: [String] = []
    var forwardWithRoutine: [String] = []
    /// Broken by any misuse of the lock: by major function, and RemoveLock.
    var release: [String]
    /// Broken besides where the lock is held at the end.
    let hold = ["RemoveLockRelease2"]
    /// Broken as well where a function driver succeeds the request and does not pass it down.
    var kept: [String] {
      switch request.major {
      case .pnp: ["PnpIrpCompletion"]
      case .power: ["PowerIrpCompletion"]
      default: []
      }
    }
  }

  /// What a release without an acquisition is for the lock: which of the two depends on who else
  /// holds it.
  static let strayRelease = ["RemoveLockStateTagMismatch", "RemoveLockStateUnderflow"]

  static let lockRules: [LockRules] = [
    LockRules(
      request: .read, forward: ["RemoveLockForwardRead"],
      forwardWithRoutine: ["RemoveLockForwardRead2"], release: ["RemoveLockReleaseRead"]),
    LockRules(
      request: .write, forward: ["RemoveLockForwardWrite"],
      forwardWithRoutine: ["RemoveLockForwardWrite2"], release: ["RemoveLockReleaseWrite"]),
    LockRules(
      request: .deviceControl, forward: ["RemoveLockForwardDeviceControl"],
      forwardWithRoutine: ["RemoveLockForwardDeviceControl2"],
      release: ["RemoveLockReleaseDeviceControl"]),
    LockRules(
      request: .internalDeviceControl, forward: ["RemoveLockForwardDeviceControlInternal"],
      forwardWithRoutine: ["RemoveLockForwardDeviceControlInternal2"],
      release: ["RemoveLockReleaseInternalDeviceControl"]),
    LockRules(
      request: .pnp(.queryCapabilities), forward: ["RemoveLockForward"],
      forwardWithRoutine: ["RemoveLockForward2"],
      release: ["RemoveLockReleasePnp", "RemoveLock"]),
    LockRules(
      request: .queryPower(.s3), release: ["RemoveLockReleasePower", "RemoveLock"]),
    LockRules(request: .create, release: ["RemoveLockReleaseCreate"]),
    LockRules(request: .cleanup, release: ["RemoveLockReleaseCleanup"]),
    LockRules(request: .close, release: ["RemoveLockReleaseClose"]),
    LockRules(request: .shutdown, release: ["RemoveLockReleaseShutdown"]),
    LockRules(request: .wmi(0x01), release: ["RemoveLockReleaseSystemControl"]),
    LockRules(request: .flushBuffers, release: []),
  ]

  mutating func addLockFaults() {
    for rules in Self.lockRules {
      if !rules.forward.isEmpty { addForwardFaults(rules) }
      if !rules.release.isEmpty { addReleaseFaults(rules) }
      addHoldFaults(rules)
    }
  }

  /// The IRP goes on without the lock.
  private mutating func addForwardFaults(_ rules: LockRules) {
    for lower in [PathBuilder.Lower.completes(.success), .pends(.success)] {
      fault(rules.forward, rules.request) { $0.forwardUnlocked(lower) }
      fault(rules.forwardWithRoutine, rules.request) { $0.forwardUnlockedWithRoutine(lower) }
    }
  }

  /// A release too early or too many.
  private mutating func addReleaseFaults(_ rules: LockRules) {
    let plain = rules.release + rules.forward
    let withRoutine = rules.release + rules.forwardWithRoutine
    let request = rules.request
    fault(plain, with: Self.strayRelease, request) { $0.releaseBeforeAcquire(.completes(.success)) }
    fault(plain, with: Self.strayRelease + rules.kept, request, on: .any) {
      $0.releaseWithoutAcquire(.success)
    }
    fault(withRoutine, with: Self.strayRelease, request) {
      $0.completionReleasesTwice(.pends(.success))
    }
    fault(withRoutine, with: Self.strayRelease, request) { $0.bothRelease(.success) }
  }

  /// The lock is still held when the IRP is finished.
  private mutating func addHoldFaults(_ rules: LockRules) {
    let plain = rules.release + rules.forward + rules.hold
    let withRoutine = rules.release + rules.forwardWithRoutine + rules.hold
    let request = rules.request
    fault(plain, request) { $0.passDownAndHold(.completes(.success)) }
    fault(plain, request) { $0.passDownAndHold(.pends(.success)) }
    fault(plain, with: rules.kept, request, on: .any) { $0.completeAndHold(.success) }
    fault(plain, request, on: .any) { $0.queueAndHold(.success) }
    fault(plain, request) { $0.queueForwardAndHold() }
    fault(withRoutine, request) { $0.completionHoldsInline(.success) }
    fault(withRoutine, request) { $0.completionHolds(.success) }
  }
}
