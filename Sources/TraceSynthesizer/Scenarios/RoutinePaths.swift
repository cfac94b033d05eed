import RuleEngine

// Drivers that have completion routines registered, which may fail, and cancel routines.
extension ScenarioLibrary {
  mutating func addRoutineTraffic() {
    for request in [Request.read, .write, .deviceControl] {
      path(request, on: .forwarding, weight: 1) { $0.failToRegister() }
      path(request, on: .forwarding, weight: 1) { $0.passOnUnregistered() }
      path(request, on: .forwarding, weight: 2) { $0.queueCancelable(.success) }
    }
  }

  mutating func addRoutineFaults() {
    for request in [Request.read, .deviceControl] {
      fault(["CompletionRoutineRegistered"], request) { $0.registerInVain() }
      fault(["IoSetCompletionRoutineExCheck"], request) { $0.forwardUnregistered() }
      fault(
        ["IoSetCompletionExCompleteIrp"], with: ["IrpProcessingComplete"], request
      ) { $0.forgetUnregistered() }
      fault(["CompletedWithCancelRoutine"], request) { $0.completeCancelable() }
      fault(["StartIoCancel"], request) { $0.queueCancelableUnlocked() }
      fault(["RequestedPowerIrp"], request) { $0.takePowerIrp() }
    }
    hotplugFault(["StartIoRecursion"]) {
      $0.defersStartIo = false
      $0.plugAndUse { p in p.onRead { $0.startIo(.success) } }
    }
  }
}

extension PathBuilder {
  /// IoSetCompletionRoutineEx fails.
  private mutating func registeringFails() {
    var event = Event(.ioSetCompletionRoutineEx)
    event.fields = FieldSet(.irp, .dev, .routine, .status)
    event.statusBits = NTStatus.insufficientResources.rawValue
    add(event) { $0.operand = .routine }
  }

  /// IoSetCancelRoutine; `isSet`: with a routine.
  private mutating func setCancelRoutine(_ isSet: Bool) {
    var event = Event(.ioSetCancelRoutine)
    event.fields = FieldSet(.irp, .dev, .routine)
    add(event) { if isSet { $0.operand = .routine } }
  }

  /// The same under the cancel spin lock, which the devices' NonCancelable asks for.
  private mutating func setCancelRoutineLocked() {
    atomically {
      $0.spin(.cancel)
      $0.setCancelRoutine(true)
      $0.unspin(.cancel)
    }
  }

  /// No memory to register a completion routine: completed with that.
  fileprivate mutating func failToRegister() {
    dispatch(returns: .insufficientResources) {
      $0.acquire()
      $0.copy()
      $0.registeringFails()
      $0.complete(.insufficientResources)
      $0.release()
    }
  }

  /// The same, and the IRP is passed on without a routine.
  fileprivate mutating func passOnUnregistered() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.copy()
      $0.registeringFails()
      $0.skip()
      $0.callDriver(.completes(.success))
      $0.release()
    }
  }

  /// A request that can be cancelled while it waits for the device; `ending` is what its DPC does with it.
  private mutating func queueCancelable(
    setting set: (inout Self) -> Void, _ ending: (inout Self) -> Void
  ) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      set(&$0)
      $0.on(.interrupt) {
        $0.callback(.dpc, named: "DpcForIsr", withIrp: true) {
          ending(&$0)
          $0.release()
        }
      }
    }
  }

  /// It can be cancelled until its DPC takes it.
  fileprivate mutating func queueCancelable(_ status: NTStatus) {
    queueCancelable(setting: { $0.setCancelRoutineLocked() }) {
      $0.setCancelRoutine(false)
      $0.complete(status)
    }
  }

  fileprivate mutating func registerInVain() {
    dispatch(returns: .invalidParameter) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success, by: .ioSetCompletionRoutineEx) { p, _ in p.release() }
      $0.complete(.invalidParameter)
      $0.release()
    }
    decides()
  }

  fileprivate mutating func forwardUnregistered() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.copy()
      $0.registeringFails()
      $0.callBegins()
      $0.decides()
      $0.callReturns(.success)
      $0.release()
    }
  }

  fileprivate mutating func forgetUnregistered() {
    dispatch(returns: .insufficientResources) {
      $0.acquire()
      $0.copy()
      $0.registeringFails()
      $0.release()
    }
    decides()
  }

  fileprivate mutating func completeCancelable() {
    queueCancelable(setting: { $0.setCancelRoutineLocked() }) {
      $0.complete(.success)
      $0.decides()
    }
  }

  /// The cancel spin lock is given back before the cancel routine is set.
  fileprivate mutating func queueCancelableUnlocked() {
    queueCancelable(setting: {
      $0.atomically {
        $0.spin(.cancel)
        $0.unspin(.cancel)
      }
      $0.setCancelRoutine(true)
      $0.decides()
    }) {
      $0.setCancelRoutine(false)
      $0.complete(.success)
    }
  }

  /// PoRequestPowerIrp hands the IRP out, which is over before the driver can look at it.
  fileprivate mutating func takePowerIrp() {
    dispatch(returns: .success) {
      $0.acquire()
      $0.requestPowerIrp(.d0)
      $0.amend { $0.event.flags = .irpout }
      $0.decides()
      $0.complete(.success)
      $0.release()
    }
  }
}
