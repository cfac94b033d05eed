import RuleEngine

// Drivers that mishandle IRPs of their own.
extension ScenarioLibrary {
  mutating func addOwnIrpFaults() {
    addFreeingFaults()
    addSendingFaults()
    addThreadedFaults()
    addIrqlFaults()
  }

  private mutating func addFreeingFaults() {
    let free = ["IoAllocateFree"]
    for build in Self.freedByDriver {
      fault(free, .deviceControl) { $0.freeAllocatedIrpBelow(build) }
      fault(free, .deviceControl) { $0.freeAllocatedIrpTwice(build) }
    }
    fault(free, .deviceControl) { $0.freeRequest() }
    fault(free, .deviceControl) { $0.unloadHelper(.ioAllocateIrp, forgets: true) }
    fault(["IoBuildFsdFree"], .deviceControl) {
      $0.unloadHelper(.ioBuildAsynchronousFsdRequest, forgets: true)
    }
    let reuse = ["IoReuseIrp"]
    fault(reuse, .deviceControl) { $0.reuseBuiltIrp() }
    fault(["IoReuseIrp2"], .deviceControl) { $0.reuseAllocatedIrpBelow() }
    fault(["IoReuseIrp2"], .deviceControl) { $0.reuseRequest() }
  }

  private mutating func addSendingFaults() {
    let rules: [(EventKind, forward: String, complete: String)] = [
      (.ioAllocateIrp, "IoAllocateForward", "IoAllocateComplete"),
      (.ioBuildAsynchronousFsdRequest, "IoBuildFsdForward", "IoBuildFsdComplete"),
    ]
    for (build, forward, complete) in rules {
      fault([forward], .deviceControl) { $0.sendWithoutRoutine(build) }
      fault([complete], .deviceControl) { $0.completeAllocatedIrp(build) }
      fault([complete], .deviceControl) { $0.completeAllocatedIrpInRoutine(build) }
    }
    for build in Self.freedByDriver {
      fault(["OwnIrpMarkedPending"], .deviceControl) { $0.markAllocatedIrp(build) }
    }
  }

  private mutating func addThreadedFaults() {
    let rules: [(EventKind, free: String, wait: String)] = [
      (
        .ioBuildDeviceIoControlRequest, "IoBuildDeviceControlNoFree", "IoBuildDeviceControlWait"
      ),
      (
        .ioBuildSynchronousFsdRequest, "IoBuildSynchronousFsdRequestNoFree",
        "IoBuildSynchronousFsdRequestWait"
      ),
    ]
    for (build, free, wait) in rules {
      fault([free], .deviceControl) { $0.freeThreadedIrp(build) }
      fault([wait], .deviceControl) { $0.leaveThreadedIrp(build, .timeout) }
      fault([wait], .deviceControl) { $0.leaveThreadedIrp(build, nil) }
    }
    fault(["IoBuildDeviceIoControlSetEvent"], .deviceControl) { $0.setEventOfIoManager() }
  }

  private mutating func addIrqlFaults() {
    let rules: [(EventKind, String)] = [
      (.ioAllocateIrp, "ForwardedAtBadIrqlAllocate"),
      (.ioBuildAsynchronousFsdRequest, "ForwardedAtBadIrqlFsdAsync"),
      (.ioBuildSynchronousFsdRequest, "ForwardedAtBadIrqlFsdSync"),
    ]
    for (build, rule) in rules {
      for request in [Request.pnp(.queryCapabilities), .flushBuffers] {
        fault([rule], .deviceControl) { $0.sendAtDispatchLevel(build, request) }
      }
    }
  }
}

extension PathBuilder {
  /// A request, and while it is handled something with an IRP of the driver's own.
  fileprivate mutating func withOwnIrp(
    _ build: EventKind, _ request: Request = .internalDeviceControl,
    _ body: (inout PathBuilder) -> Void
  ) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.withIrp(1, request) {
        $0.allocateIrp(build)
        body(&$0)
      }
      $0.complete(.success)
      $0.release()
    }
  }

  fileprivate mutating func freeAllocatedIrpBelow(_ build: EventKind) {
    withOwnIrp(build) {
      $0.setCompletion(returns: .moreProcessingRequired) { p, _ in p.signal() }
      $0.callBegins()
      $0.callReturns(.pending)
      $0.freeIrp()
      $0.decides()
      $0.on(.interrupt) { $0.completeUpwards(.success, pending: true) }
    }
  }

  fileprivate mutating func freeAllocatedIrpTwice(_ build: EventKind) {
    withOwnIrp(build) {
      $0.freeIrp()
      $0.freeIrp()
      $0.decides()
    }
  }

  fileprivate mutating func freeRequest() {
    dispatch(returns: .invalidParameter) {
      $0.acquire()
      $0.freeIrp()
      $0.decides()
      $0.complete(.invalidParameter)
      $0.release()
    }
  }

  fileprivate mutating func reuseRequest() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.reuseIrp()
      $0.decides()
      $0.complete(.success)
      $0.release()
    }
  }

  fileprivate mutating func reuseBuiltIrp() {
    withOwnIrp(.ioBuildAsynchronousFsdRequest) {
      $0.reuseIrp()
      $0.decides()
      $0.freeIrp()
    }
  }

  fileprivate mutating func reuseAllocatedIrpBelow() {
    withOwnIrp(.ioAllocateIrp) {
      $0.setCompletion(returns: .moreProcessingRequired) { p, _ in p.signal() }
      $0.callBegins()
      $0.callReturns(.pending)
      $0.reuseIrp()
      $0.decides()
      $0.on(.interrupt) { $0.completeUpwards(.success, pending: true) }
      $0.awaitSignal()
      $0.freeIrp()
    }
  }

  fileprivate mutating func sendWithoutRoutine(_ build: EventKind) {
    withOwnIrp(build) {
      $0.callBegins()
      $0.decides()
      $0.callReturns(.success)
    }
  }

  fileprivate mutating func completeAllocatedIrp(_ build: EventKind) {
    withOwnIrp(build) {
      $0.complete(.cancelled)
      $0.decides()
    }
  }

  fileprivate mutating func completeAllocatedIrpInRoutine(_ build: EventKind) {
    withOwnIrp(build) {
      $0.setCompletion(returns: .moreProcessingRequired) { p, _ in
        p.complete(.success)
        p.decides()
        p.signal()
      }
      $0.callDriver(.pends(.success))
      $0.awaitSignal()
    }
  }

  fileprivate mutating func markAllocatedIrp(_ build: EventKind) {
    withOwnIrp(build) {
      $0.setCompletion(returns: .moreProcessingRequired) { p, _ in
        p.markPending()
        p.decides()
        p.signal()
      }
      $0.callDriver(.pends(.success))
      $0.awaitSignal()
      $0.freeIrp()
    }
  }

  fileprivate mutating func freeThreadedIrp(_ build: EventKind) {
    withOwnIrp(build) {
      $0.callBegins()
      $0.callReturns(.pending)
      $0.waitForObject()
      $0.freeIrp()
      $0.decides()
    }
  }

  /// Nobody waits, or the wait ends early.
  fileprivate mutating func leaveThreadedIrp(_ build: EventKind, _ wait: NTStatus?) {
    withOwnIrp(build) {
      $0.callBegins()
      $0.callReturns(.pending)
      if let wait { $0.waitForObject(wait) }
    }
    decides()
  }

  fileprivate mutating func setEventOfIoManager() {
    withOwnIrp(.ioBuildDeviceIoControlRequest) {
      $0.callBegins()
      $0.callReturns(.pending)
      $0.signal()
      $0.decides()
      $0.waitForObject()
    }
  }

  fileprivate mutating func sendAtDispatchLevel(_ build: EventKind, _ request: Request) {
    withOwnIrp(build, request) {
      if build == .ioBuildSynchronousFsdRequest {
        $0.irql = 2
        $0.callBegins()
        $0.decides()
        $0.irql = 0
        $0.callReturns(.success)
      } else {
        $0.setCompletion(returns: .moreProcessingRequired) { p, _ in p.signal() }
        $0.irql = 2
        $0.callBegins()
        $0.decides()
        $0.irql = 0
        $0.callReturns(.pending)
        $0.on(.interrupt) { $0.completeUpwards(.success, pending: true) }
        $0.awaitSignal()
        $0.freeIrp()
      }
    }
  }
}
