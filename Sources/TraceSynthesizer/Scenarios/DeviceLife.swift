import RuleEngine

// A device's way in and out of its stack.
extension PathBuilder {
  /// The drivers of the chain add their devices, the lowest first.
  mutating func addChain(minutes: UInt64 = 0, highWatermark: UInt32 = 0) {
    for index in chain.indices.reversed() {
      at(index) {
        $0.inRoutine("AddDevice", "pnp.c") {
          // Both orders are found in drivers.
          let joinsFirst = $0.role == .filter || $0.role == .child
          if joinsFirst { $0.addDevice() }
          $0.initializeLock(minutes: minutes, highWatermark: highWatermark)
          if !joinsFirst { $0.addDevice() }
        }
      }
    }
  }

  /// IRP_MN_START_DEVICE through the chain.
  mutating func startChain(_ lower: Lower, inWorker: Bool = false) {
    request = .pnp(.startDevice)
    handling = .forwardAndWait
    if inWorker { forwardAndFinishInWorker(lower) } else { handle(lower) }
    outcome = .started
  }

  /// Creates the driver's thread, where the driver has one.
  mutating func startThreads() {
    for index in chain.indices where chain[index] == .threaded {
      at(index) {
        $0.on(.newThread) {
          $0.inRoutine("QueueThread", "thread.c") { $0.callbackEnter(.thread) }
        }
      }
    }
  }

  /// IRP_MN_REMOVE_DEVICE of a function or filter driver.
  mutating func removeDevice(_ order: Removal) {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      switch order {
      case .drainFirst:
        $0.drain()
        $0.skip()
        $0.callDriver(.completes(.success))
      case .forwardFirst:
        $0.skip()
        $0.callDriver(.completes(.success))
        $0.drain()
      case .forwardAndWait:
        $0.forwardAndAwait(.completes(.success))
        $0.complete(.success)
        $0.drain()
      }
      $0.detach()
      $0.deleteDevice()
    }
  }

  /// The same of a child that the bus driver forgets.
  mutating func removeChild() {
    dispatch(returns: .success) {
      $0.acquire(anyway: true)
      $0.releaseAndWait()
      $0.complete(.success)
      $0.deleteDevice()
    }
  }

  /// Waits for the last holder, and ends the driver's thread.
  private mutating func drain() {
    releaseAndWait()
    if role == .threaded { stopThread() }
  }

  private mutating func stopThread() {
    signal()
    var ended = last
    on(.driverThread) {
      $0.inRoutine("QueueThread", "thread.c") {
        $0.waitForObject()
        $0.callbackExit(.thread)
      }
      ended = $0.last
    }
    waitForObject()
    follows(ended)
  }

  /// IRP_MN_REMOVE_DEVICE through the chain.
  mutating func removeChain(_ order: Removal) {
    request = .pnp(.removeDevice)
    handling = .remove(order)
    handle(.completes(.success))
    outcome = .removed
  }

  /// A PnP request that every driver of the chain passes down.
  mutating func passThroughChain(_ minor: MinorFunction, _ outcome: Outcome) {
    request = .pnp(minor)
    handling = .passDown
    handle(.completes(.success))
    self.outcome = outcome
  }
}
