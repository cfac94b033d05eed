import RuleEngine

// The ways in which drivers handle requests, each written as the driver's code runs. All of them
// are correct.
extension PathBuilder {
  /// Handles a request that reaches a device in the middle or at the bottom of the chain.
  mutating func handle(_ lower: Lower) {
    if role == .child {
      if case .remove = handling { return removeChild() }
      return lower.isPending ? queueForDpc(lower.status) : completeAtOnce(lower.status)
    }
    switch handling {
    case .passDown: passDown(lower)
    case .completionRoutine: forwardAndRelease(lower)
    case .forwardAndWait: forwardAndWait(lower)
    case .remove(let order): removeDevice(order)
    }
  }

  /// Completes in the dispatch routine.
  mutating func completeAtOnce(_ status: NTStatus, releaseFirst: Bool = false) {
    dispatch(returns: status) {
      $0.acquire()
      if $0.request.major == .power { $0.startNextPowerIrp() }
      if releaseFirst { $0.release() }
      $0.complete(status)
      if !releaseFirst { $0.release() }
    }
  }

  /// Sends the IRP on as it is and releases when the call is back.
  mutating func passDown(_ lower: Lower) {
    dispatch(returns: lower.returned) {
      $0.acquire()
      if $0.request.major == .power { $0.startNextPowerIrp() }
      $0.skip()
      $0.callDriver(lower)
      $0.release()
    }
  }

  /// Sends the IRP on; the completion routine releases.
  mutating func forwardAndRelease(_ lower: Lower) {
    dispatch(returns: lower.returned) {
      $0.acquire()
      $0.copy()
      $0.setCompletion(returns: .success) { p, pending in
        if pending { p.markPending() }
        p.release()
      }
      $0.callDriver(lower)
    }
  }

  /// The same, where the dispatch routine marks the IRP and answers STATUS_PENDING whatever the
  /// driver below says.
  mutating func markAndForward(_ lower: Lower) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.copy()
      $0.setCompletion(returns: .success, by: .ioSetCompletionRoutineEx) { p, _ in p.release() }
      $0.callDriver(lower)
    }
  }

  /// Sends the IRP on, waits until the driver below is done, and completes it then.
  mutating func forwardAndWait(_ lower: Lower, releaseFirst: Bool = false) {
    dispatch(returns: lower.status) {
      $0.acquire()
      $0.forwardAndAwait(lower)
      if releaseFirst { $0.release() }
      $0.complete(lower.status)
      if !releaseFirst { $0.release() }
    }
  }

  /// Forwards with a completion routine that keeps the IRP, and waits for it.
  mutating func forwardAndAwait(
    _ lower: Lower, by kind: EventKind = .ioSetCompletionRoutine
  ) {
    copy()
    setCompletion(returns: .moreProcessingRequired, by: kind) { p, _ in p.signal() }
    callDriver(lower)
    if lower.isPending { awaitSignal() }
  }

  /// The completion routine keeps the IRP; a work item completes it (START_DEVICE of many drivers).
  mutating func forwardAndFinishInWorker(_ lower: Lower) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.copy()
      $0.setCompletion(returns: .moreProcessingRequired) { p, _ in
        p.signal()
        p.on(.worker) {
          $0.callback(.workItem, named: "FinishWorker") {
            $0.allocate(112)
            $0.free()
            $0.complete(lower.status)
            $0.release()
          }
        }
      }
      $0.callDriver(lower)
    }
  }

  /// Queues the IRP; a DPC takes it out, completes and releases.
  mutating func queueForDpc(
    _ status: NTStatus, insert: EventKind = .exInterlockedInsertTailList,
    take: EventKind = .exInterlockedRemoveHeadList, named: Bool = true
  ) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.call(insert, named: named)
      $0.on(.interrupt) {
        $0.callback(.dpc, named: "DpcForIsr") {
          $0.call(take)
          $0.complete(status)
          $0.release()
        }
      }
    }
  }

  /// StartIo programs the device at once; the DPC of its interrupt completes. Unless StartIo is deferred, that it
  /// starts the next packet is a fault.
  mutating func startIo(_ status: NTStatus) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.callback(.startIo, named: "StartIo", withIrp: true) {
        $0.call(.ioStartNextPacket, named: false)
        if !$0.defersStartIo { $0.decides() }
      }
      $0.on(.interrupt) {
        $0.callback(.dpc, named: "DpcForIsr", withIrp: true) {
          $0.complete(status)
          $0.release()
        }
      }
    }
  }

  /// A queued IRP is cancelled.
  mutating func queueAndCancel() {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.call(.ioCsqInsertIrp)
      $0.on(.worker) {
        // A cancel-safe queue has given the cancel spin lock back by then.
        $0.callback(.cancel, named: "CancelRoutine", withIrp: true, irql: 0) {
          $0.call(.ioCsqRemoveIrp)
          $0.complete(.cancelled)
          $0.release()
        }
      }
    }
  }

  /// A work item completes the IRP.
  mutating func finishInWorkItem(_ status: NTStatus) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.on(.worker) {
        $0.callback(.workItem, named: "TransferWorker", withIrp: true) {
          $0.complete(status)
          $0.release()
        }
      }
    }
  }

  /// The request is done at once, but starts a work item that holds the lock under a tag of its own.
  mutating func completeAndStartWorkItem(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.acquire(.work)
      $0.on(.worker) {
        $0.callback(.workItem, named: "FlushWorker") {
          $0.allocate(64, by: .exAllocatePoolWithTag)
          $0.free()
          $0.release(.work)
        }
      }
      $0.complete(status)
      $0.release()
    }
  }

  /// The same with a timer that is set and runs out later.
  mutating func completeAndSetTimer(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.allocate(40, by: .exAllocatePoolZero)
      $0.acquire(.timer)
      $0.on(.interrupt) {
        $0.callback(.timer, named: "IdleTimer") {
          $0.free()
          $0.release(.timer)
        }
      }
      $0.release()
      $0.complete(status)
    }
  }

  /// The driver's own thread serves a queue.
  mutating func queueForThread(_ status: NTStatus) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.call(.exInterlockedInsertTailList)
      $0.signal()
      $0.on(.driverThread) {
        $0.inRoutine("QueueThread", "thread.c") {
          $0.waitForObject()
          $0.call(.exInterlockedRemoveHeadList)
          $0.complete(status)
          $0.release()
        }
      }
    }
  }

  /// A thread whose routine the tracer does not see serves the queue.
  mutating func queueForUntracedThread(_ status: NTStatus) {
    dispatch(returns: .pending) {
      $0.acquire()
      $0.markPending()
      $0.call(.ioCsqInsertIrp)
      $0.on(.worker) {
        $0.inRoutine("PollQueue", "thread.c") {
          $0.call(.ioCsqRemoveNextIrp)
          $0.complete(status)
          $0.release()
        }
      }
    }
  }

  /// An IRP of the driver's own, sent below and waited for, while the request is handled.
  mutating func sendOwnIrpAndWait(_ build: EventKind, _ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.withIrp(1, .internalDeviceControl) {
        $0.initializeEvent()
        $0.allocateIrp(build)
        $0.callBegins()
        $0.callReturns(.pending)
      }
      $0.waitForObject()
      $0.complete(status)
      $0.release()
    }
  }

  /// The same with an IRP that the driver frees itself.
  mutating func sendAllocatedIrp(_ build: EventKind, _ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire()
      $0.withIrp(1, .internalDeviceControl) {
        $0.allocateIrp(build)
        $0.setCompletion(returns: .moreProcessingRequired) { p, _ in p.signal() }
        $0.callDriver(.pends(status))
        $0.awaitSignal()
        $0.freeIrp()
      }
      $0.complete(status)
      $0.release()
    }
  }

  /// No memory for an IRP of the driver's own.
  mutating func failToAllocateIrp() {
    dispatch(returns: .insufficientResources) {
      $0.acquire()
      $0.withIrp(1) { $0.allocateIrp(fails: true) }
      $0.complete(.insufficientResources)
      $0.release()
    }
  }

  /// A driver that passes NULL as its tag.
  mutating func completeWithNullTag(_ status: NTStatus) {
    dispatch(returns: status) {
      $0.acquire(.null)
      $0.complete(status)
      $0.release(.null)
    }
  }

  /// The device is being removed: the lock refuses, and so does the driver.
  mutating func refuse() {
    dispatch(returns: .deletePending) {
      $0.acquireFails()
      if $0.request.major == .power { $0.startNextPowerIrp() }
      $0.complete(.deletePending)
    }
  }
}
