import RuleEngine

// Code paths that mishandle the IRP's pending state, its status, or a power change.
extension PathBuilder {
  /// STATUS_PENDING comes back from below, and nobody marks the IRP: decided where the completion
  /// routine could have done it at last.
  mutating func forwardUnmarked() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success) { p, _ in p.release() }
      $0.callBegins()
      $0.callReturns(.pending)
    }
    on(.interrupt) {
      $0.completeUpwards(.success, pending: true)
      $0.decides()
    }
  }

  /// The same, where the completion routine is over before the dispatch routine returns.
  mutating func forwardUnmarkedAndLate() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success) { p, _ in p.release() }
      $0.callBegins()
      var completed = $0.last
      $0.on(.interrupt) {
        $0.completeUpwards(.success, pending: true)
        completed = $0.last
      }
      $0.callReturns(.pending)
      $0.follows(completed)
    }
    decides()
  }

  /// Asks for the device's D0 and answers STATUS_PENDING without marking the system IRP.
  mutating func requestDevicePowerUnmarked() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.requestPowerIrp(.d0)
    }
    decides()
    on(.worker) { $0.finishSystemPowerIrp() }
  }

  /// Fails a request to set a power state, which has no right to fail.
  mutating func failSetPower() {
    dispatch(returns: .unsuccessful) {
      $0.acquire()
      $0.startNextPowerIrp()
      $0.complete(.unsuccessful)
      $0.release()
    }
    decides()
  }

  /// Allocates while the system goes to sleep: paging may be gone already.
  mutating func allocateWhilePoweringDown() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.allocate(256)
      $0.decides()
      $0.startNextPowerIrp()
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.release()
    }
  }

  /// Completes with STATUS_PENDING.
  mutating func completeAsPending() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.complete(.pending)
      $0.decides()
      $0.release()
    }
  }

  /// Completes with success what the driver below failed.
  mutating func hideFailure(_ lower: Lower) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.forwardAndAwait(lower)
      $0.complete(.success)
      $0.decides()
      $0.release()
    }
  }

  /// WmiSystemControl says IrpForward, and the driver completes.
  mutating func wmiNotForwarded() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.wmiSystemControl(.forward)
      $0.complete(.success)
      $0.release()
    }
    decides()
  }
}
