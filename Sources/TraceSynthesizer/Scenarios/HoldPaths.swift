import RuleEngine

// The traffic of drivers that hold spin locks, regions and resources, and the faults that are made with them.
extension ScenarioLibrary {
  mutating func addHoldTraffic() {
    for request in [Request.deviceControl, .internalDeviceControl] {
      path(request, on: .forwarding, weight: 4) { $0.countUnderLocks() }
      path(request, on: .forwarding, weight: 3) { $0.lookUpInRegion() }
    }
    for request in [Request.read, .write] {
      path(request, on: .function, weight: 6) { $0.queueUnderSpinLock() }
      path(request, on: .function, weight: 2) { $0.queueAndCancelOwn() }
    }
  }

  mutating func addHoldFaults() {
    for lock in PathBuilder.SpinLock.allCases {
      fault([lock.rule], .deviceControl) { $0.releaseTwice(lock) }
      fault([lock.rule], .deviceControl) { $0.acquireTwice(lock) }
      // The next queued lock of the thread has its handle at the same place of its stack.
      fault([lock.leftRule], with: lock == .queued ? [lock.rule] : [], .deviceControl) {
        $0.leave(lock)
      }
      fault(["SpinLockSafe"], .deviceControl) { $0.completeUnder(lock) }
    }
    fault(["IrqlKeReleaseSpinLock"], .deviceControl) { $0.releaseToOtherIrql() }
    fault(["MarkingQueuedIrps"], .deviceControl) { $0.markAfterRelease() }
    for (rule, enter, _) in PathBuilder.regions {
      fault([rule], .deviceControl) { $0.leaveIn(enter) }
    }
    fault(["ExclusiveResourceAccess"], .deviceControl) { $0.leaveResource() }
    fault(["WithinCriticalRegion"], .deviceControl) { $0.useResourceOutsideRegion() }
  }
}

// Calls.
extension PathBuilder {
  /// The kinds of spin locks, with the rules about each.
  enum SpinLock: CaseIterable {
    case plain, queued, cancel

    var rule: String {
      switch self {
      case .plain: "SpinLock"
      case .queued: "QueuedSpinLock"
      case .cancel: "CancelSpinLock"
      }
    }
    var leftRule: String {
      switch self {
      case .plain: "SpinlockRelease"
      case .queued: "QueuedSpinLockRelease"
      case .cancel: "CancelSpinlockRelease"
      }
    }
  }

  fileprivate static let regions: [(rule: String, enter: EventKind, leave: EventKind)] = [
    ("CriticalRegions", .keEnterCriticalRegion, .keLeaveCriticalRegion),
    ("GuardedRegions", .keEnterGuardedRegion, .keLeaveGuardedRegion),
  ]

  /// The spin lock is acquired; `from` is the IRQL before, which some DDIs return.
  mutating func spin(_ lock: SpinLock, from irql: UInt8 = 0) {
    var event: Event
    switch lock {
    case .plain:
      event = Event(.keAcquireSpinLock)
      event.fields = FieldSet(.lock, .oldirql)
    case .queued:
      event = Event(.keAcquireInStackQueuedSpinLock)
      event.fields = FieldSet(.lock, .handle)
    case .cancel:
      event = Event(.ioAcquireCancelSpinLock)
      event.fields = FieldSet(.oldirql, .dev)
    }
    event.oldIRQL = irql
    add(event) { $0.operand = lock == .cancel ? .none : .spinLock }
  }

  /// It is released, and the IRQL goes to `irql`.
  mutating func unspin(_ lock: SpinLock, to irql: UInt8 = 0) {
    var event: Event
    switch lock {
    case .plain:
      event = Event(.keReleaseSpinLock)
      event.fields = FieldSet(.lock, .newirql)
    case .queued:
      event = Event(.keReleaseInStackQueuedSpinLock)
      event.fields = FieldSet(.handle)
    case .cancel:
      event = Event(.ioReleaseCancelSpinLock)
      event.fields = FieldSet(.newirql, .dev)
    }
    event.newIRQL = irql
    add(event) { $0.operand = lock == .cancel ? .none : .spinLock }
  }

  /// The AtDpcLevel form, in a routine that is at DISPATCH_LEVEL already.
  private mutating func atDpcLevel(_ body: (inout Self) -> Void) {
    for kind in [EventKind.keAcquireSpinLockAtDpcLevel, .keReleaseSpinLockFromDpcLevel] {
      var event = Event(kind)
      event.fields = FieldSet(.lock)
      add(event) { $0.operand = .spinLock }
      if kind == .keAcquireSpinLockAtDpcLevel { body(&self) }
    }
  }

  /// A call about the device's resource, at PASSIVE_LEVEL.
  private mutating func resource(_ kind: EventKind) {
    var event = Event(kind)
    event.fields = FieldSet(.object, .irql)
    if kind == .exAcquireResourceExclusiveLite || kind == .exAcquireResourceSharedLite {
      event.fields.insert(.granted)
      event.flags = .granted
    }
    add(event) { $0.operand = .resource }
  }

  private mutating func region(_ kind: EventKind) {
    var event = Event(kind)
    event.fields = FieldSet(.dev)
    add(event)
  }
}

// Correct paths.
extension PathBuilder {
  /// Counters of the device, each under a lock of another kind.
  fileprivate mutating func countUnderLocks() {
    dispatch(returns: .success) {
      $0.acquire()
      for lock in SpinLock.allCases {
        $0.atomically {
          $0.spin(lock)
          $0.unspin(lock)
        }
      }
      $0.atomically {
        $0.spin(.plain)
        $0.spin(.cancel, from: 2)
        $0.unspin(.cancel, to: 2)
        $0.unspin(.plain)
      }
      $0.complete(.success)
      $0.release()
    }
  }

  /// A table of the device, which a resource guards.
  fileprivate mutating func lookUpInRegion() {
    dispatch(returns: .success) {
      $0.acquire()
      for (_, enter, leave) in Self.regions {
        $0.region(enter)
        $0.resource(.exAcquireResourceExclusiveLite)
        $0.resource(.exAcquireResourceSharedLite)
        $0.resource(.exReleaseResourceLite)
        $0.resource(.exReleaseResourceLite)
        $0.region(leave)
      }
      $0.resource(.exEnterCriticalRegionAndAcquireResourceShared)
      $0.resource(.exReleaseResourceAndLeaveCriticalRegion)
      $0.complete(.success)
      $0.release()
    }
  }

  /// The request waits in a list; the DPC takes it out under the lock and completes it after.
  fileprivate mutating func queueUnderSpinLock() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.atomically {
        $0.spin(.plain)
        $0.call(.insertTailList)
        $0.markPending()
        $0.unspin(.plain)
      }
      $0.completeInDpc()
    }
  }

  private mutating func completeInDpc() {
    on(.interrupt) {
      $0.callback(.dpc, named: "DpcForIsr") { dpc in
        dpc.atomically { $0.atDpcLevel { $0.call(.removeHeadList) } }
        dpc.complete(.success)
        dpc.release()
      }
    }
  }

  /// A list of the driver's own, whose requests can be cancelled: the cancel routine is called with the cancel spin
  /// lock.
  fileprivate mutating func queueAndCancelOwn() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.atomically {
        $0.spin(.cancel)
        $0.call(.insertTailList)
        $0.markPending()
        $0.unspin(.cancel)
      }
      $0.on(.worker) { worker in
        worker.inRoutine("CancelTransfer") {
          $0.atomically {
            $0.callbackEnter(.cancel, withIrp: true, irql: 2)
            $0.call(.removeEntryList)
            $0.unspin(.cancel)
          }
          $0.outsideFrames {
            $0.complete(.cancelled)
            $0.release()
          }
          $0.callbackExit(.cancel)
        }
      }
    }
  }
}

// Faults.
extension PathBuilder {
  /// A request that is completed at once, with something before it.
  private mutating func answered(_ body: (inout PathBuilder) -> Void) {
    dispatch(returns: .success) {
      $0.acquire()
      body(&$0)
      $0.complete(.success)
      $0.release()
    }
  }

  /// The same with something after it, which is decided where the dispatch routine returns.
  private mutating func answeredAndLeft(_ body: (inout PathBuilder) -> Void) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.complete(.success)
      $0.release()
      body(&$0)
      $0.amend { $0.isHeld = true }
    }
    decides()
  }

  fileprivate mutating func releaseTwice(_ lock: SpinLock) {
    answered {
      $0.atomically {
        $0.spin(lock)
        $0.unspin(lock)
        $0.unspin(lock)
      }
      $0.decides()
    }
  }

  fileprivate mutating func acquireTwice(_ lock: SpinLock) {
    answered {
      $0.atomically {
        $0.spin(lock)
        $0.spin(lock, from: 2)
        $0.decides()
        $0.unspin(lock)
      }
    }
  }

  fileprivate mutating func leave(_ lock: SpinLock) {
    answeredAndLeft { $0.spin(lock) }
  }

  fileprivate mutating func completeUnder(_ lock: SpinLock) {
    dispatch(returns: .success) {
      $0.acquire()
      $0.atomically {
        $0.spin(lock)
        $0.complete(.success)
        $0.decides()
        $0.unspin(lock)
      }
      $0.release()
    }
  }

  fileprivate mutating func releaseToOtherIrql() {
    answered {
      $0.atomically {
        $0.spin(.plain)
        $0.unspin(.plain, to: 1)
      }
      $0.decides()
    }
  }

  fileprivate mutating func markAfterRelease() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.atomically {
        $0.spin(.plain)
        $0.call(.insertTailList)
        $0.unspin(.plain)
        $0.markPending()
      }
    }
    decides()
    completeInDpc()
  }

  fileprivate mutating func leaveIn(_ enter: EventKind) {
    answeredAndLeft { $0.region(enter) }
  }

  fileprivate mutating func leaveResource() {
    // A request that is sent on while the thread is interrupted would be a reason to keep the resource.
    answeredAndLeft {
      $0.atomically {
        $0.resource(.exEnterCriticalRegionAndAcquireResourceExclusive)
        $0.region(.keLeaveCriticalRegion)
      }
    }
  }

  fileprivate mutating func useResourceOutsideRegion() {
    answered {
      $0.region(.keEnterCriticalRegion)
      $0.region(.keLeaveCriticalRegion)
      $0.resource(.exAcquireResourceSharedLite)
      $0.decides()
      $0.resource(.exReleaseResourceLite)
    }
  }
}
