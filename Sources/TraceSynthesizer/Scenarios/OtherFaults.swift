import RuleEngine

// Pending, completion and power (sections 7 and 8), removal and the lock itself (5 and 6).
extension ScenarioLibrary {
  mutating func addStatusFaults() {
    let states: [(PowerState, String)] = [
      (.s0, "MarkPower"), (.s1, "MarkPowerDown"), (.s3, "MarkPowerDown"), (.s4, "MarkPowerDown"),
    ]
    for (state, rule) in states {
      fault([rule], with: Self.unmarked, .setPower(state)) { $0.forwardUnmarked() }
      fault([rule], with: Self.unmarked, .setPower(state)) { $0.forwardUnmarkedAndLate() }
    }
    let relations = ["MarkQueryRelations"]
    fault(relations, with: Self.unmarked, .relations(.removal), on: .bus) { $0.forwardUnmarked() }
    fault(relations, with: Self.unmarked, .relations(.removal), on: .bus) {
      $0.forwardUnmarkedAndLate()
    }
    fault(["MarkDevicePower"], with: ["MarkIrpPending2"], .setPower(.s0)) {
      $0.requestDevicePowerUnmarked()
    }
    for state in [PowerState.s1, .s3, .s5, .d2, .d3] {
      fault(["PowerDownFail"], .setPower(state)) { $0.failSetPower() }
    }
    for state in [PowerState.s0, .d0] {
      fault(["PowerUpFail"], .setPower(state)) { $0.failSetPower() }
    }
    for state in [PowerState.s1, .s3, .s4, .s5] {
      fault(["PowerDownAllocate"], .setPower(state)) { $0.allocateWhilePoweringDown() }
    }
    let status = ["CompleteRequestStatusCheck"]
    for request in [Request.read, .write, .deviceControl, .create] {
      fault(
        status + ["PendedCompletedRequest3"], with: ["PendedCompletedRequest"], request, on: .any
      ) { $0.completeAsPending() }
      fault(status, request) { $0.hideFailure(.completes(.deviceDataError)) }
      fault(status, request) { $0.hideFailure(.pends(.ioTimeout)) }
    }
    for minor: UInt8 in [0x00, 0x01, 0x04, 0x09] {
      fault(["WmiForward"], .wmi(minor), on: [.function, .filter]) { $0.wmiNotForwarded() }
    }
  }

  /// What is broken as well where STATUS_PENDING from below is not passed on.
  private static let unmarked = ["CompletionRoutineMarkPending"]

  mutating func addHotplugFaults() {
    addRemovalFaults()
    addPnPFaults()
    addLockStateFaults()
  }

  private mutating func addRemovalFaults() {
    let unmatched = ["RemoveLockCheck", "RemoveLockMnRemove", "RemoveLock"]
    hotplugFault(["RemoveLockCheck"]) { $0.plugAndRemove { $0.detachBeforeDraining() } }
    // What is decided at another event than the first fault is a companion.
    hotplugFault(unmatched, with: Self.strayRelease + ["RemoveLockMnRemove2"]) {
      $0.plugAndRemove { $0.drainWithoutAcquire() }
    }
    hotplugFault(
      ["RemoveLockCheck", "RemoveLockMnRemove", "RemoveLock", "RemoveLockRelease2"],
      with: ["DeviceLeftAtRemove"]
    ) {
      $0.plugAndRemove { $0.removeAndHold() }
    }
    hotplugFault(unmatched, with: Self.strayRelease) {
      $0.plugAndRemove { $0.releaseAndThenDrain() }
    }
    hotplugFault(["RemoveLockMnRemove2"], with: ["RemoveLockCheck"]) {
      $0.plugAndRemove { $0.removeUnlocked() }
    }
    hotplugFault(["NsRemoveLockMnRemove"]) { $0.plugAndRemove { $0.removeNotSupported() } }
  }

  private mutating func addPnPFaults() {
    for late in [false, true] {
      for role in [Role.function, .filter] {
        hotplugFault(["MarkStartDevice"], with: Self.unmarked, role: role) {
          $0.addChain()
          $0.requesting(.pnp(.startDevice)) {
            if late { $0.forwardUnmarkedAndLate() } else { $0.forwardUnmarked() }
          }
          $0.removeChain(.drainFirst)
        }
      }
    }
    hotplugFault(["MarkQueryRelations"], with: Self.unmarked, role: .bus) {
      $0.plugAndUse { p in p.requesting(.relations(.removal)) { $0.forwardUnmarked() } }
    }
    let requests: [(MinorFunction, lock: String, status: String)] = [
      (.surpriseRemoval, "RemoveLockMnSurpriseRemove", "NsRemoveLockMnSurpriseRemove"),
      (.queryRemoveDevice, "RemoveLockQueryMnRemove", "NsRemoveLockQueryMnRemove"),
    ]
    for (minor, lock, status) in requests {
      let request = Request.pnp(minor)
      hotplugFault([lock]) { p in
        p.plugAndUse { p in p.requesting(request) { $0.forwardUnlocked(.completes(.success)) } }
      }
      let early = [lock, "RemoveLockReleasePnp", "RemoveLock"]
      hotplugFault(early, with: Self.strayRelease) { p in
        p.plugAndUse { p in p.requesting(request) { $0.releaseBeforeAcquire(.completes(.success)) }
        }
      }
      hotplugFault([status]) { p in
        p.plugAndUse { p in
          p.requesting(request) {
            $0.passDown(.completes(.notSupported))
            $0.decides()
          }
        }
      }
    }
  }

  private mutating func addLockStateFaults() {
    hotplugFault(["MultRemoveLock"]) { $0.plugAndUse { p in p.onRead { $0.acquireSecondLock() } } }
    hotplugFault(["RemoveLockStateUninitialized"]) { $0.plugUninitialized() }
    hotplugFault(["RemoveLockStateReinitialized"]) { $0.plugAndUse { $0.startReinitializes() } }
    hotplugFault(["RemoveLockStateHighWatermark"]) {
      $0.plugAndUse(highWatermark: 2) { p in p.onRead { $0.acquireThreefold() } }
    }
    hotplugFault(["RemoveLockStateHeldTooLong"]) {
      $0.plugAndUse(minutes: 1) { p in p.onRead { $0.queueForMinutes() } }
    }
    hotplugFault(["RemoveLockStateLeaked"], role: .child) {
      $0.plugAndRemove { $0.deleteChildWhileHeld() }
    }
    hotplugFault(["RemoveLockStateLeaked"], with: ["RemoveLockCheck"]) {
      $0.plugAndRemove { $0.deleteWhileHeld() }
    }
    hotplugFault(["RemoveLockStateStuck"]) { $0.plugAndStayStuck() }
    hotplugFault(["IoReleaseRemoveLockAndWaitOutsideRemoveDevice"]) {
      $0.plugIn()
      $0.requesting(.pnp(.surpriseRemoval)) { $0.drainOutsideRemoval() }
      $0.outcome = .removed
    }
    let read = ["RemoveLockReleaseRead", "RemoveLockForwardRead"]
    hotplugFault(["RemoveLockStateUnderflow"] + read) {
      $0.plugAndUse { p in p.onRead { $0.releaseWithoutAcquire(.success) } }
    }
    hotplugFault(["RemoveLockStateTagMismatch"] + read) {
      $0.plugAndUse { p in p.onRead { $0.releaseWrongTag() } }
    }
    hotplugFault(["RemoveLockStateFailedAcquire"] + read) {
      $0.plugAndRemove { p in p.remove(intrudedAfterReturn: false) { $0.releaseRefused() } }
    }
    hotplugFault(["RemoveLockStateAcquiredAfterDrain"]) {
      $0.plugAndRemove { p in p.remove(intrudedAfterReturn: true) { $0.acquireAfterDrain() } }
    }
  }
}
