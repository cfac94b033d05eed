import RuleEngine

// Drivers that mishandle the IRPs that they are given.
extension ScenarioLibrary {
  mutating func addHandlingFaults() {
    addPendingFaults()
    addCompletionFaults()
    addForwardingFaults()
    addMinorRequestFaults()
    addDeviceFaults()
  }

  private static let transfers: [Request] = [.read, .write, .deviceControl]

  private mutating func addPendingFaults() {
    for request in Self.transfers {
      fault(["MarkIrpPending"], request, on: .any) { $0.markAndReturnFinal() }
      fault(["MarkIrpPending2"], request, on: .any) { $0.queueUnmarked() }
      fault(["PendedCompletedRequest"], request, on: .any) {
        $0.complete(.success, returning: .pending)
      }
      fault(["PendedCompletedRequestEx"], request) { $0.takeBackAndReturnPending() }
      fault(["PendedCompletedRequest2"], with: ["CompleteRequest"], request) {
        $0.completeWhileBelow()
      }
      fault(["MarkingInterlockedQueuedIrps"], request, on: .any) { $0.markAfterQueueing() }
    }
  }

  private mutating func addCompletionFaults() {
    for request in Self.transfers {
      fault(["DoubleCompletion"], request, on: .any) { $0.completeTwice() }
      fault(["CompleteRequest"], request) { $0.completeForwarded() }
      fault(["CompleteRequest"], request) { $0.takeBackAndForget() }
      fault(["DispatchStatusDiffers"], request, on: .any) {
        $0.complete(.invalidParameter, returning: .success)
      }
    }
    hotplugFault(["IrpProcessingComplete"]) {
      $0.plugAndUse { p in
        p.onRead { $0.completeAtOnce(.success) }
        p.onRead { $0.returnUnhandled() }
      }
    }
    hotplugFault(["RequestNeverCompleted"]) {
      $0.plugIn()
      $0.onRead { $0.queueForEver() }
      $0.withIrp(1, .pnp(.removeDevice)) { $0.removeBesideQueued() }
      $0.outcome = .removed
    }
  }

  private mutating func addForwardingFaults() {
    for request in Self.transfers {
      fault(["LowerDriverReturn"], request) { $0.passDownAndReturn(.unsuccessful) }
      fault(["ForwardedWhileBelow"], request) { $0.forwardTwice() }
      fault(["CompletionRoutineMarkPending"], request) { $0.forwardUnmarked() }
      fault(["CompletionEventChecking"], request) { $0.markAndSignal() }
    }
    for request in [Request.pnp(.queryCapabilities), .relations(.bus)] {
      fault(["ForwardedAtBadIrql"], request) { $0.forwardAtDispatchLevel() }
    }
  }

  private mutating func addMinorRequestFaults() {
    let stack: RoleSet = [.function, .filter]
    fault(["PnpIrpCompletion"], .pnp(.queryCapabilities), on: stack) {
      $0.completeWhatOthersNeed()
    }
    for state in [PowerState.s3, .d3] {
      fault(["PowerIrpCompletion"], .queryPower(state), on: stack) {
        $0.completeWhatOthersNeed()
      }
    }
    for minor: UInt8 in [0x01, 0x05] {
      fault(["WmiComplete"], .wmi(minor), on: stack) { $0.forgetWmi() }
    }
  }

  private mutating func addDeviceFaults() {
    hotplugFault(["PnpSurpriseRemove"]) {
      $0.plugIn()
      $0.requesting(.pnp(.surpriseRemoval)) { $0.detachAtSurpriseRemoval() }
      $0.requesting(.pnp(.removeDevice)) { $0.removeDetached() }
      $0.outcome = .removed
    }
    for minor in [MinorFunction.cancelRemoveDevice, .cancelStopDevice] {
      hotplugFault(["PnpRemove"]) {
        $0.plugAndUse { p in p.requesting(.pnp(minor)) { $0.failWhatMustNotFail() } }
      }
    }
    hotplugFault(["DeleteDevice"]) { $0.plugAndRemove { $0.deleteAndPassDown() } }
    hotplugFault(["DeviceLeftAtRemove"]) { $0.plugAndRemove { $0.removeAndStay() } }
  }
}

// Pending.
extension PathBuilder {
  /// The IRP is marked, and then completed and answered in the dispatch routine.
  fileprivate mutating func markAndReturnFinal() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.markPending()
      $0.complete(.success)
      $0.release()
    }
    decides()
  }

  /// STATUS_PENDING for an IRP that waits in a list and was not marked.
  fileprivate mutating func queueUnmarked() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.call(.insertTailList)
    }
    decides()
    on(.worker) { $0.finishQueued(by: .removeHeadList) }
  }

  /// The IRP is in the queue, from which another processor may take it, before it is marked.
  fileprivate mutating func markAfterQueueing() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.call(.exInterlockedInsertTailList)
      $0.markPending()
      $0.decides()
      $0.on(.interrupt) { $0.finishQueued(by: .exInterlockedRemoveHeadList) }
    }
  }

  private mutating func finishQueued(by take: EventKind) {
    callback(.dpc, named: "DpcForIsr") {
      $0.call(take)
      $0.complete(.success)
      $0.release()
    }
  }

  /// Completes with one status and returns another.
  fileprivate mutating func complete(_ status: NTStatus, returning returned: NTStatus) {
    dispatch(returns: returned) {
      $0.acquire()
      $0.complete(status)
      $0.release()
    }
    decides()
  }

  /// STATUS_PENDING for an IRP that was taken back from below and completed.
  fileprivate mutating func takeBackAndReturnPending() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.forwardAndAwait(.completes(.success), by: .ioSetCompletionRoutineEx)
      $0.complete(.success)
      $0.release()
    }
    decides()
  }

  /// The driver below said STATUS_PENDING, and the IRP is completed without a wait for it.
  fileprivate mutating func completeWhileBelow() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .moreProcessingRequired) { p, _ in p.signal() }
      $0.callBegins()
      $0.callReturns(.pending)
      $0.complete(.success)
      $0.decides()
      $0.release()
    }
  }
}

// Completion.
extension PathBuilder {
  fileprivate mutating func completeTwice() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.complete(.success)
      $0.complete(.success)
      $0.decides()
      $0.release()
    }
  }

  /// Completes what it has sent on.
  fileprivate mutating func completeForwarded() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.complete(.success)
      $0.decides()
      $0.release()
    }
  }

  /// Takes the IRP back and returns.
  fileprivate mutating func takeBackAndForget() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.forwardAndAwait(.completes(.success))
      $0.release()
    }
    decides()
  }

  fileprivate mutating func returnUnhandled() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.release()
    }
    decides()
  }

  /// A read that is queued, and that nobody takes out again.
  fileprivate mutating func queueForEver() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.call(.ioCsqInsertIrp)
      $0.release()
    }
  }

  /// A removal that is correct; what is left in the queue makes its IoDeleteDevice the fault.
  fileprivate mutating func removeBesideQueued() {
    passPnpDown {
      $0.releaseAndWait()
      $0.detach()
      $0.deleteDevice()
      $0.decides()
    }
  }
}

// Forwarding.
extension PathBuilder {
  /// Sends the IRP on and answers with a status of its own.
  fileprivate mutating func passDownAndReturn(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.release()
    }
    decides()
  }

  /// Sends the IRP on again while the driver below has it.
  fileprivate mutating func forwardTwice() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .moreProcessingRequired) { p, _ in p.signal() }
      $0.callBegins()
      $0.callReturns(.pending)
      $0.callBegins()
      $0.decides()
      $0.callReturns(.pending)
      $0.on(.interrupt) { $0.completeUpwards(.success, pending: true) }
      $0.awaitSignal()
      $0.complete(.success)
      $0.release()
    }
  }

  /// A completion routine that passes the pending state on and signals as well.
  fileprivate mutating func markAndSignal() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success) { p, _ in
        p.markPending()
        p.release()
        p.signal()
        p.decides()
      }
      $0.callDriver(.pends(.success))
    }
  }

  fileprivate mutating func forwardAtDispatchLevel() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.skip()
      $0.irql = 2
      $0.callBegins()
      $0.decides()
      $0.irql = 0
      $0.callReturns(.success)
      $0.release()
    }
  }
}

// Plug and Play, power, WMI.
extension PathBuilder {
  /// Completes with success what the drivers below have to hear of.
  fileprivate mutating func completeWhatOthersNeed() {
    dispatch(returns: .success) {
      $0.acquire()
      if $0.request.major == .power { $0.startNextPowerIrp() }
      $0.complete(.success)
      $0.decides()
      $0.release()
    }
  }

  /// A PnP request that the drivers below get first, and what this driver does then.
  fileprivate mutating func passPnpDown(_ then: (inout PathBuilder) -> Void) {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.skip()
      $0.callDriver(.completes(.success))
      then(&$0)
    }
  }

  /// WmiSystemControl leaves the IRP to the driver, which returns.
  fileprivate mutating func forgetWmi() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.wmiSystemControl(.notCompleted)
      $0.release()
    }
    decides()
  }

  /// Leaves the stack while handles may be open.
  fileprivate mutating func detachAtSurpriseRemoval() {
    passPnpDown {
      $0.release()
      $0.detach()
      $0.decides()
    }
  }

  /// The removal of a device that has left its stack.
  fileprivate mutating func removeDetached() {
    passPnpDown {
      $0.releaseAndWait()
      $0.deleteDevice()
    }
  }

  fileprivate mutating func failWhatMustNotFail() {
    dispatch(returns: .unsuccessful) {
      $0.acquire(anyway: true)
      $0.complete(.unsuccessful)
      $0.decides()
      $0.release()
    }
  }

  /// The device is gone before the drivers below hear of the removal.
  fileprivate mutating func deleteAndPassDown() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.releaseAndWait()
      $0.detach()
      $0.deleteDevice()
      $0.skip()
      $0.callBegins()
      $0.decides()
      $0.callReturns(.success)
    }
  }

  /// The removal leaves the device attached; it goes much later.
  fileprivate mutating func removeAndStay() {
    passPnpDown { $0.releaseAndWait() }
    decides()
    deleteInWorkItem()
  }
}
