import RuleEngine

// How a function driver, the power policy owner of its stack, changes power states. All correct.
extension PathBuilder {
  /// Power up: the system IRP goes down first, and its completion routine asks for D0.
  mutating func powerUp(_ lower: Lower) {
    request = .setPower(.s0)
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.copy()
      $0.setCompletion(returns: .moreProcessingRequired) { p, _ in
        p.requestPowerIrp(.d0)
        p.on(.worker) { $0.raiseDevicePower() }
      }
      $0.callDriver(lower)
    }
  }

  /// The device IRP for D0, and the end of the system IRP that waited for it.
  private mutating func raiseDevicePower() {
    withIrp(1, .setPower(.d0)) {
      $0.dispatch(returns: .pending) {
        $0.acquire()
        $0.markPending()
        $0.copy()
        $0.setCompletion(returns: .success) { p, _ in
          p.setPowerState(.d0)
          p.startNextPowerIrp()
          p.release()
        }
        $0.callBegins()
        $0.on(.interrupt) { p in
          p.completeUpwards(.success, pending: true)
          p.withIrp(0, .setPower(.s0)) { $0.finishSystemPowerIrp() }
        }
        $0.callReturns(.pending)
      }
    }
  }

  /// The callback of PoRequestPowerIrp: the device has its state, the system IRP is complete.
  mutating func finishSystemPowerIrp() {
    inRoutine("DevicePowerDone", "power.c") {
      $0.callback(.powerCompletion, named: "DevicePowerDone", withIrp: true) {
        $0.startNextPowerIrp()
        $0.complete(.success)
        $0.release()
      }
    }
  }

  /// Power down: the system IRP waits for the device's D3 and goes down then.
  mutating func powerDown(_ state: PowerState) {
    request = .setPower(state)
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.requestPowerIrp(.d3)
      $0.on(.worker) {
        $0.withIrp(1, .setPower(.d3)) {
          $0.dispatch(returns: .success) {
            $0.acquire()
            $0.setPowerState(.d3)
            $0.startNextPowerIrp()
            $0.skip()
            $0.callBegins()
            $0.withIrp(0, .setPower(state)) { $0.forwardSystemPowerIrp() }
            $0.callReturns(.success)
            $0.release()
          }
        }
      }
    }
  }

  /// The callback of PoRequestPowerIrp on the way down.
  private mutating func forwardSystemPowerIrp() {
    callback(.powerCompletion, named: "DevicePowerDone", withIrp: true) {
      $0.startNextPowerIrp()
      $0.skip()
      $0.callBegins()
      $0.callReturns(.success)
      $0.release()
    }
  }
}
