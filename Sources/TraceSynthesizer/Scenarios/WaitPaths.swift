import RuleEngine

// Threads that wait for an event object that a completion routine is to set, with all that a tracer can log
// of it: where the object is made, and where the wait begins. With a fault the routine sets nothing, and
// the thread waits for ever.
extension ScenarioLibrary {
  mutating func addWaitTraffic() {
    for request in [Request.read, .deviceControl] {
      path(request, on: .forwarding, weight: 2) { $0.waitForRequest() }
    }
    for build in Self.freedByDriver {
      path(.deviceControl, on: .forwarding, weight: 1) { $0.waitForOwnIrp(build) }
    }
  }

  mutating func addWaitFaults() {
    hotplugFault(["SignalEventInCompletion"]) { $0.plugAndWaitForRequest() }
    let rules: [(EventKind, String)] = [
      (.ioAllocateIrp, "IoAllocateIrpSignalEventInCompletion"),
      (.ioBuildAsynchronousFsdRequest, "IoBuildFsdIrpSignalEventInCompletion"),
    ]
    for (build, rule) in rules {
      hotplugFault([rule]) { $0.plugAndWaitForOwnIrp(build) }
    }
  }
}

extension PathBuilder {
  fileprivate mutating func waitForRequest() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.initializeEvent()
      $0.copy()
      $0.sendAndWait()
      $0.complete(.success)
      $0.release()
    }
  }

  fileprivate mutating func waitForOwnIrp(_ build: EventKind) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.withIrp(1, .internalDeviceControl) {
        $0.initializeEvent()
        $0.allocateIrp(build)
        $0.sendAndWait()
        $0.freeIrp()
      }
      $0.complete(.success)
      $0.release()
    }
  }

  /// Sends the IRP where the path stands, and waits for what its completion routine signals.
  private mutating func sendAndWait() {
    sendAndBeginWait(signals: true)
    on(.interrupt) { $0.completeUpwards(.success, pending: true) }
    awaitSignal()
  }

  /// Sends the IRP, whose completion routine takes it back, and calls KeWaitForSingleObject.
  private mutating func sendAndBeginWait(signals: Bool) {
    setCompletion(returns: .moreProcessingRequired) { p, _ in if signals { p.signal() } }
    callBegins()
    callReturns(.pending)
    waitBegins()
  }

  /// KeWaitForSingleObject is called, without a time-out.
  private mutating func waitBegins() {
    var event = Event(.keWaitForSingleObjectCall)
    event.fields = FieldSet(.object, .timeout)
    event.number = UInt64(bitPattern: -1)
    add(event) { $0.operand = .event }
  }
}

// With a fault.
extension PathBuilder {
  /// A life whose read is passed down and waited for in vain. The device never goes.
  fileprivate mutating func plugAndWaitForRequest() {
    plugIn()
    onRead {
      $0.dispatchBegins {
        $0.acquire()
        $0.initializeEvent()
        $0.copy()
        $0.sendAndWaitInVain()
      }
    }
  }

  /// The same with an IRP of the driver's own.
  fileprivate mutating func plugAndWaitForOwnIrp(_ build: EventKind) {
    plugIn()
    requesting(.deviceControl) {
      $0.dispatchBegins {
        $0.acquire()
        $0.withIrp(1, .internalDeviceControl) {
          $0.initializeEvent()
          $0.allocateIrp(build)
          $0.sendAndWaitInVain()
        }
      }
    }
  }

  private mutating func sendAndWaitInVain() {
    sendAndBeginWait(signals: false)
    on(.interrupt) {
      $0.completeUpwards(.success, pending: true)
      $0.decides()
    }
    hangs = true
  }
}
