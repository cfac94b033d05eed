import RuleEngine

// Code paths that mishandle the remove lock. Each is a correct path with one thing wrong; the
// comment says what. `decides()` stands at the event at which the rules see it.
extension PathBuilder {
  /// What is left of the IRP's acquisition is released by a watchdog, long after the IRP's end:
  /// the fault stays one fault, and the device can still be removed.
  mutating func reclaim() {
    on(.interrupt) {
      $0.callback(.timer, named: "WatchdogTimer") { $0.release() }
    }
  }

  /// Never acquires.
  mutating func forwardUnlocked(_ lower: Lower) {
    dispatch(returns: lower.returned) {
      $0.skip()
      $0.callBegins()
      $0.decides()
      $0.callReturns(lower.returned)
    }
  }

  /// Never acquires, and sets a completion routine.
  mutating func forwardUnlockedWithRoutine(_ lower: Lower) {
    dispatch(returns: lower.returned) {
      $0.copy()
      $0.setCompletion(returns: .success) { p, pending in if pending { p.markPending() } }
      $0.callBegins()
      $0.decides()
      if lower.isPending {
        $0.on(.interrupt) { $0.completeUpwards(lower.status, pending: true) }
      } else {
        $0.completeUpwards(lower.status, pending: false)
      }
      $0.callReturns(lower.returned)
    }
  }

  /// Releases first and acquires then.
  mutating func releaseBeforeAcquire(_ lower: Lower) {
    dispatch(returns: lower.returned) {
      $0.release()
      $0.unmatched()
      $0.decides()
      $0.acquire()
      $0.skip()
      $0.callDriver(lower)
      $0.release()
    }
  }

  /// Releases what it never acquired.
  mutating func releaseWithoutAcquire(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.complete(status)
      $0.release()
      $0.unmatched()
      $0.decides()
    }
  }

  /// Passes the IRP down and forgets to release.
  mutating func passDownAndHold(_ lower: Lower) {
    dispatch(returns: lower.returned) {
      $0.acquire()
      $0.skip()
      $0.callDriver(lower)
    }
    decides()
    reclaim()
  }

  /// Completes the IRP and forgets to release.
  mutating func completeAndHold(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.complete(status)
    }
    decides()
    reclaim()
  }

  /// The DPC that completes the IRP forgets to release.
  mutating func queueAndHold(_ status: NTStatus) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.call(.exInterlockedInsertTailList)
    }
    on(.interrupt) {
      $0.callback(.dpc, named: "DpcForIsr") {
        $0.call(.exInterlockedRemoveHeadList)
        $0.complete(status)
      }
      $0.decides()
      $0.reclaim()
    }
  }

  /// The DPC sends the IRP on and forgets to release.
  mutating func queueForwardAndHold() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.call(.exInterlockedInsertTailList)
    }
    on(.interrupt) {
      $0.callback(.dpc, named: "DpcForIsr") {
        $0.call(.exInterlockedRemoveHeadList)
        $0.skip()
        $0.callBegins()
        $0.callReturns(.pending)
      }
      $0.decides()
      $0.reclaim()
    }
  }

  /// The completion routine, called before the dispatch routine returns, forgets to release.
  mutating func completionHoldsInline(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success) { _, _ in }
      $0.callDriver(.completes(status))
    }
    decides()
    reclaim()
  }

  /// The completion routine, called later on another thread, forgets to release.
  mutating func completionHolds(_ status: NTStatus) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success) { p, _ in p.markPending() }
      $0.callBegins()
      $0.callReturns(.pending)
    }
    on(.interrupt) {
      $0.completeUpwards(status, pending: true)
      $0.decides()
      $0.reclaim()
    }
  }

  /// The completion routine releases twice.
  mutating func completionReleasesTwice(_ lower: Lower) {
    dispatch(returns: lower.returned) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success) { p, pending in
        if pending { p.markPending() }
        p.release()
        p.release()
        p.unmatched()
        p.decides()
      }
      $0.callDriver(lower)
    }
  }

  /// The completion routine releases, and the dispatch routine does as well.
  mutating func bothRelease(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success) { p, _ in p.release() }
      $0.callDriver(.completes(status))
      $0.release()
      $0.unmatched()
      $0.decides()
    }
  }
}
