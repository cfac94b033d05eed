import RuleEngine

// A device that is plugged in, used for a moment and taken out again: its whole life in one
// scenario. The faults of removal and of the lock itself are variants of it, since they leave
// their device unusable.
extension PathBuilder {
  /// AddDevice and START_DEVICE.
  mutating func plugIn(minutes: UInt64 = 0, highWatermark: UInt32 = 0) {
    addChain(minutes: minutes, highWatermark: highWatermark)
    startChain(.completes(.success))
  }

  /// Runs `body` for another request. What follows waits until all of it is over, since the next
  /// request may come in the same IRP.
  mutating func requesting(_ other: Request, _ body: (inout Self) -> Void) {
    let laneCount = lanes.count
    withIrp(irp, other, body)
    if lanes.count > laneCount { awaitLane(lanes.count - 1) }
  }

  /// Runs `body` for an IRP_MJ_READ.
  mutating func onRead(_ body: (inout Self) -> Void) { requesting(.read, body) }

  /// The whole life without a fault.
  mutating func plugAndRemove(_ order: Removal) {
    plugIn()
    requesting(.create) { $0.completeAtOnce(.success) }
    requesting(.read) { $0.passDown(.completes(.success)) }
    requesting(.cleanup) { $0.completeAtOnce(.success) }
    requesting(.close) { $0.completeAtOnce(.success) }
    removeChain(order)
  }

  /// A life that ends in a removal of its own kind.
  mutating func plugAndRemove(by body: (inout Self) -> Void) {
    plugIn()
    onRead { $0.handle(.completes(.success)) }
    requesting(.pnp(.removeDevice), body)
    outcome = .removed
  }

  /// A life with something between start and removal.
  mutating func plugAndUse(
    minutes: UInt64 = 0, highWatermark: UInt32 = 0, _ body: (inout Self) -> Void
  ) {
    plugIn(minutes: minutes, highWatermark: highWatermark)
    body(&self)
    removeChain(.drainFirst)
  }

  /// A work item takes the device out of the stack after the dispatch routine has returned.
  mutating func deleteInWorkItem(_ body: (inout Self) -> Void = { _ in }) {
    on(.worker) {
      $0.callback(.workItem, named: "DeleteWorker") {
        body(&$0)
        $0.detach()
        $0.deleteDevice()
      }
    }
  }
}

// Removal, with a fault.
extension PathBuilder {
  /// Leaves the stack before the lock is drained.
  mutating func detachBeforeDraining() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.detach()
      $0.decides()
      $0.releaseAndWait()
      $0.deleteDevice()
    }
  }

  /// Release-and-wait for an IRP that was never acquired for.
  mutating func drainWithoutAcquire() {
    dispatch(returns: .success) {
      $0.releaseAndWaitBegins()
      $0.unmatched()
      $0.decides()
      $0.releaseAndWaitReturns()
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.detach()
      $0.deleteDevice()
    }
  }

  /// Returns with the lock held; a work item cleans up.
  mutating func removeAndHold() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.skip()
      $0.callDriver(.completes(.success))
    }
    decides()
    deleteInWorkItem { $0.release() }
  }

  /// Releases, and then releases and waits.
  mutating func releaseAndThenDrain() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.release()
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.releaseAndWaitBegins()
      $0.unmatched()
      $0.decides()
      $0.releaseAndWaitReturns()
      $0.detach()
      $0.deleteDevice()
    }
  }

  /// Passes the removal down without the lock.
  mutating func removeUnlocked() {
    dispatch(returns: .success) {
      $0.skip()
      $0.callBegins()
      $0.decides()
      $0.callReturns(.success)
      $0.detach()
      $0.deleteDevice()
    }
  }

  /// Takes over the STATUS_NOT_SUPPORTED of a driver below.
  mutating func removeNotSupported() {
    dispatch(returns: .notSupported) {
      $0.acquire(anyway: true)
      $0.skip()
      $0.callDriver(.completes(.notSupported))
      $0.releaseAndWait()
      $0.detach()
      $0.deleteDevice()
    }
    decides()
  }

  /// A child's device is deleted while its removal still holds the lock.
  mutating func deleteChildWhileHeld() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.complete(.success)
      $0.deleteDevice()
      $0.decides()
      $0.release()
    }
  }

  /// The same of a function driver, which ought to drain first.
  mutating func deleteWhileHeld() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.detach()
      $0.deleteDevice()
      $0.decides()
      $0.release()
    }
  }

  /// A life whose removal waits for a work item that was never queued.
  mutating func plugAndStayStuck() {
    plugIn()
    requesting(.deviceControl) {
      $0.dispatch(returns: .insufficientResources) {
        $0.acquire()
        $0.acquire(.work)
        $0.allocate(64, fails: true)
        $0.complete(.insufficientResources)
        $0.release()
      }
    }
    requesting(.pnp(.removeDevice)) { $0.waitForever() }
  }

  /// Waits for a holder that never releases.
  mutating func waitForever() {
    dispatchBegins {
      $0.acquire(anyway: true)
      $0.releaseAndWaitBegins()
      $0.amend { $0.effect = .refusesForEver }
      $0.decides()
    }
    hangs = true
    outcome = .none
  }

  /// A dispatch routine that does not come back.
  mutating func dispatchBegins(_ body: (inout Self) -> Void) {
    inRoutine(request.routine.name, request.routine.file) {
      $0.enter()
      $0.inFrame(body)
    }
  }
}

// The lock itself, with a fault.
extension PathBuilder {
  /// No IoInitializeRemoveLock.
  mutating func plugUninitialized() {
    inRoutine("AddDevice", "pnp.c") { $0.addDevice() }
    request = .pnp(.startDevice)
    dispatch(returns: .success) {
      $0.acquire()
      $0.decides()
      $0.forwardAndAwait(.completes(.success))
      $0.complete(.success)
      $0.release()
    }
    removeChain(.drainFirst)
    needsNewAddress = true
  }

  /// START_DEVICE initialises the lock that AddDevice has initialised.
  mutating func startReinitializes() {
    inRoutine("StartDevice", "pnp.c") { $0.initializeLock() }
    decides()
  }

  /// A read that comes while the removal waits, and releases what it was refused.
  mutating func releaseRefused() {
    dispatch(returns: .deletePending) {
      $0.acquireFails()
      $0.complete(.deletePending)
      $0.release()
      $0.unmatched()
      $0.decides()
    }
  }

  /// A removal in which `intrusion` runs on another thread, before or after release-and-wait
  /// returns.
  mutating func remove(
    intrudedAfterReturn isLate: Bool, by intrusion: (inout Self) -> Void
  ) {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.releaseAndWaitBegins()
      if isLate { $0.releaseAndWaitReturns() }
      var done = $0.last
      $0.on(.worker) {
        $0.withIrp(1, .read, intrusion)
        done = $0.last
      }
      if isLate { $0.skip() } else { $0.waitForObject() }
      $0.follows(done)
      if !isLate {
        $0.releaseAndWaitReturns()
        $0.skip()
      }
      $0.callDriver(.completes(.success))
      $0.detach()
      $0.deleteDevice()
    }
  }

  /// Acquires after release-and-wait has returned.
  mutating func acquireAfterDrain() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.decides()
      $0.complete(.success)
      $0.release()
    }
  }

  /// Releases under another tag first.
  mutating func releaseWrongTag() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.release(.device)
      $0.unmatched()
      $0.decides()
      $0.complete(.success)
      $0.release()
    }
  }

  /// A request that waits in the queue for more than a minute.
  mutating func queueForMinutes() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.call(.ioCsqInsertIrp)
      $0.on(.interrupt) {
        $0.callback(.dpc, named: "TimeoutDpc") {
          $0.amend { $0.effect = .sleeps }
          $0.call(.ioCsqRemoveNextIrp)
          $0.complete(.ioTimeout)
          $0.release()
          $0.decides()
        }
      }
    }
  }

  /// Holds the lock three times at once.
  mutating func acquireThreefold() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.acquire(.work)
      $0.acquire(.timer)
      $0.decides()
      $0.release(.timer)
      $0.release(.work)
      $0.complete(.success)
      $0.release()
    }
  }

  /// A request under two locks.
  mutating func acquireSecondLock() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.initializeLock()
      $0.amend { $0.operand = .secondLock }
      $0.acquire()
      $0.amend {
        $0.operand = .secondLock
        $0.effect = .none
      }
      $0.decides()
      $0.complete(.success)
      $0.release()
      $0.amend {
        $0.operand = .secondLock
        $0.effect = .none
      }
      $0.release()
    }
  }

  /// Release-and-wait in a request that is no removal. The lock is of no use after it, so that a
  /// work item deletes the device.
  mutating func drainOutsideRemoval() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.releaseAndWaitBegins()
      $0.decides()
      $0.releaseAndWaitReturns()
    }
    deleteInWorkItem()
  }
}
