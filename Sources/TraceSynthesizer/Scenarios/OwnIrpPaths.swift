import RuleEngine

// The traffic of drivers that make IRPs of their own, and of those that forward and wait in one
// call. All of it
// is correct.
extension ScenarioLibrary {
  static let freedByDriver: [EventKind] = [.ioAllocateIrp, .ioBuildAsynchronousFsdRequest]
  static let freedByIoManager: [EventKind] = [
    .ioBuildDeviceIoControlRequest, .ioBuildSynchronousFsdRequest,
  ]

  mutating func addOwnIrpTraffic() {
    for request in [Request.deviceControl, .internalDeviceControl] {
      for build in Self.freedByDriver {
        path(request, on: .forwarding, weight: 4) { $0.sendAllocatedIrpAsynchronously(build) }
        path(request, on: .forwarding, weight: 2) { $0.freeAllocatedIrpUnsent(build) }
        path(request, on: .forwarding, weight: 2) { $0.cancelAllocatedIrp(build) }
        path(request, on: .forwarding, weight: 1) { $0.unloadHelper(build, forgets: false) }
      }
      path(request, on: .forwarding, weight: 2) {
        $0.sendAllocatedIrpAsynchronously(.ioMakeAssociatedIrp)
      }
      path(request, on: .forwarding, weight: 3) { $0.reuseAllocatedIrp() }
      for build in Self.freedByIoManager {
        path(request, on: .forwarding, weight: 2) { $0.cancelAndWaitAgain(build) }
        path(request, on: .forwarding, weight: 2) { $0.sendOwnIrpAnsweredAtOnce(build) }
      }
      path(request, on: .forwarding, weight: 3) { $0.sendReadAtDispatchLevel() }
    }
    for request in [Request.deviceControl, .pnp(.queryCapabilities), .read] {
      path(request, on: .forwarding, weight: 4) { $0.forwardSynchronously(.success) }
    }
  }
}

extension PathBuilder {
  /// The request is completed where its driver's own IRP comes back.
  mutating func sendAllocatedIrpAsynchronously(_ build: EventKind) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.withIrp(1, .internalDeviceControl) {
        $0.allocateIrp(build)
        $0.setCompletion(returns: .moreProcessingRequired) { p, _ in
          p.freeIrp()
          p.withIrp(0) {
            $0.complete(.success)
            $0.release()
          }
        }
        $0.callDriver(.pends(.success))
      }
    }
  }

  /// Something goes wrong before the IRP is sent, and its memory is handed out again at once.
  mutating func freeAllocatedIrpUnsent(_ build: EventKind) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.withIrp(1, .internalDeviceControl) {
        $0.allocateIrp(build)
        $0.freeIrp()
        $0.allocateIrp(.ioAllocateIrp)
        $0.sendAndAwait()
        $0.freeIrp()
      }
      $0.complete(.success)
      $0.release()
    }
  }

  /// An IRP that is sent again, made anew in between.
  mutating func reuseAllocatedIrp() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.withIrp(1, .internalDeviceControl) {
        $0.allocateIrp()
        $0.sendAndAwait()
        $0.reuseIrp()
        $0.sendAndAwait()
        $0.freeIrp()
      }
      $0.complete(.success)
      $0.release()
    }
  }

  /// Sends the IRP where the path stands, and waits for its completion routine.
  private mutating func sendAndAwait() {
    setCompletion(returns: .moreProcessingRequired) { p, _ in p.signal() }
    callDriver(.pends(.success))
    awaitSignal()
  }

  /// The wait is over before the IRP is back: it is cancelled, and freed once it is.
  mutating func cancelAllocatedIrp(_ build: EventKind) {
    dispatch(returns: .cancelled) {
      $0.acquire()
      $0.withIrp(1, .internalDeviceControl) {
        $0.allocateIrp(build)
        $0.setCompletion(returns: .moreProcessingRequired) { p, _ in p.signal() }
        $0.callDriver(.pends(.cancelled))
        $0.waitForObject(.timeout)
        $0.call(.ioCancelIrp)
        $0.awaitSignal()
        $0.freeIrp()
      }
      $0.complete(.cancelled)
      $0.release()
    }
  }

  /// The same with an IRP that the I/O manager frees.
  mutating func cancelAndWaitAgain(_ build: EventKind) {
    dispatch(returns: .cancelled) {
      $0.acquire()
      $0.withIrp(1, .internalDeviceControl) {
        $0.initializeEvent()
        $0.allocateIrp(build)
        $0.callBegins()
        $0.callReturns(.pending)
        $0.waitForObject(.timeout)
        $0.call(.ioCancelIrp)
      }
      $0.waitForObject()
      $0.complete(.cancelled)
      $0.release()
    }
  }

  /// The lower driver has answered when the call is back: there is nothing to wait for.
  mutating func sendOwnIrpAnsweredAtOnce(_ build: EventKind) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.withIrp(1, .internalDeviceControl) {
        $0.initializeEvent()
        $0.allocateIrp(build)
        $0.callBegins()
        $0.callReturns(.success)
      }
      $0.complete(.success)
      $0.release()
    }
  }

  /// A read of the driver's own is sent under a spin lock, which is allowed.
  mutating func sendReadAtDispatchLevel() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.withIrp(1, .read) {
        $0.allocateIrp(.ioBuildAsynchronousFsdRequest)
        $0.setCompletion(returns: .moreProcessingRequired) { p, _ in p.freeIrp() }
        $0.irql = 2
        $0.callDriver(.pends(.success))
        $0.irql = 0
      }
      $0.complete(.success)
      $0.release()
    }
  }

  /// IoForwardIrpSynchronously, and the request is completed after it.
  mutating func forwardSynchronously(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.copy()
      $0.forwardsAndWaits(status)
      $0.complete(status)
      $0.release()
    }
  }

  /// A driver without devices, which is loaded for a while, sends an IRP of its own and is
  /// unloaded. `forgets`: it
  /// never frees the IRP.
  mutating func unloadHelper(_ build: EventKind, forgets: Bool) {
    completeAtOnce(.success)
    on(.worker) { lane in
      lane.isHelper = true
      lane.callback(.workItem, named: "HelperWork") {
        $0.withIrp(1, .internalDeviceControl) {
          $0.allocateIrp(build)
          $0.sendAndAwait()
          if !forgets { $0.freeIrp() }
        }
      }
      // Not while its completion routine runs, which is what the last lane ends with.
      let other = lane.lanes.count - 1
      lane.driverUnload()
      lane.follows(
        Step.Mark(lane: UInt8(other), index: UInt16(lane.lanes[other].steps.count - 1)))
      if forgets { lane.decides() }
      lane.isHelper = false
    }
  }
}
