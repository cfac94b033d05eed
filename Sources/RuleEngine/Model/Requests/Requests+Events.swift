// What happens to a request while it is open, as the model and the remove locks tell it.
extension Requests {
  /// Adds a fact about a context, if there is one and rules may judge it.
  @inline(__always)
  mutating func tell(_ fact: ContextFact, _ context: Int32, _ facts: inout FactSink) {
    if context >= 0 { self[context].tell(fact, context, &facts) }
  }

  /// Adds the event to the context's evidence.
  @inline(__always)
  mutating func note(_ event: Event, _ context: Int32) { note(EvidenceRecord(event), context) }

  @inline(__always)
  mutating func forwarded(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    self[changing: context].forwarded(event, context, reading, &facts)
  }

  @inline(__always)
  mutating func forwardReturned(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    self[changing: context].forwardReturned(event, context, reading, &facts)
  }

  @inline(__always)
  mutating func routineSet(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    if event.kind == .ioSetCompletionRoutineEx {
      self[changingPlace: context].state.insert(.routineEx)
    } else {
      self[changingPlace: context].state.remove(.routineEx)
    }
    if reading == .sdv {
      tell(
        event.kind == .ioSetCompletionRoutineEx
          ? .completionRoutineSetEx : .completionRoutineSetPlain, context, &facts)
    }
    self[changing: context].routineSet(event, context, &facts)
  }

  @inline(__always)
  mutating func routineEntered(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    if reading == .tracked {
      placeRoutineEntered(event, context, &facts)
    } else {
      if let status = event.status { sdvStatus(status, context) }
      if event.flags.contains(.pending) { tell(.completionRoutineEnteredPended, context, &facts) }
    }
    self[changing: context].routineEntered(event, reading)
  }

  mutating func routineExited(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    guard let status = event.status else {
      // An unknown status name: whether the driver owns the IRP again is not known.
      makeUncertain(context, &facts)
      return
    }
    self[changing: context].routineExited(status)
    if reading == .tracked { placeRoutineExited(status, context, &facts) }
    if reading == .tracked, self[context].holdings.depth != 0 {
      if self[context].uncarried > 0 {
        self[context].tell(.completionRoutineExitedUncarried, context, &facts)
      }
      self[context].tell(.completionRoutineExitedHolding, context, &facts)
    }
    self[context].tell(.completionRoutineExited, context, &facts)
  }

  @inline(__always)
  mutating func completed(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    self[changing: context].completed(event, context, &facts)
  }

  /// WmiSystemControl has processed, which completes too.
  mutating func processed(_ context: Int32) { self[changing: context].finished() }

  /// The IRP is put in a queue, or marked pending.
  @inline(__always)
  mutating func parked(
    _ event: Event, _ context: Int32, _ fact: ContextFact, _ facts: inout FactSink
  ) {
    note(event, context)
    self[changing: context].parked(fact, context, &facts)
  }

  @inline(__always)
  mutating func stackLocationCopied(_ context: Int32) {
    self[changing: context].state.insert(.copied)
  }

  @inline(__always)
  mutating func stackLocationSkipped(_ context: Int32, _ facts: inout FactSink) {
    self[changing: context].state.remove(.copied)
    self[changing: context].state.insert(.skipped)
    self[context].tell(.stackLocationSkipped, context, &facts)
  }

  /// A dispatch frame of the context has returned on its own.
  @inline(__always)
  mutating func returned(
    _ event: Event, _ context: Int32, isFamiliar: Bool, _ facts: inout FactSink
  ) {
    dispatchFrameLeft(context)
    note(event, context)
    guard self[context].dispatchFrames == 0 else { return }
    if event.status == .pending { self[changing: context].state.insert(.carriedForGood) }
    if self[context].isJudged { tellReturn(event, context, isFamiliar: isFamiliar, &facts) }
  }

  private mutating func tellReturn(
    _ event: Event, _ context: Int32, isFamiliar: Bool, _ facts: inout FactSink
  ) {
    self[context].tellReturn(event, context, &facts)
    if reading == .tracked {
      placeReturned(event, context, isFamiliar: isFamiliar, &facts)
    } else {
      sdvReturned(event, context, &facts)
    }
    if reading == .sdv {
      self[context].tellCountersAtReturn(context, &facts)
    } else if self[context].holdings.depth > 0 {
      self[context].tellHeldAtReturn(context, &facts)
    }
    if self[context].state.contains(.routineOutstanding) {
      self[context].tell(.returnsRoutineOutstanding, context, &facts)
    }
    self[context].tell(.returned, context, &facts)
  }

  /// IoForwardIrpSynchronously: forwards with a routine of the system's own.
  mutating func forwardedSynchronously(
    _ event: Event, _ context: Int32, _ facts: inout FactSink
  ) {
    self[changing: context].state.insert(.routineOutstanding)
    forwarded(event, context, &facts)
  }

  /// It returns: the driver has the IRP again.
  mutating func forwardedSynchronouslyReturned(
    _ event: Event, _ context: Int32, _ facts: inout FactSink
  ) {
    forwardReturned(event, context, &facts)
    self[changing: context].routineExited(.moreProcessingRequired)
    tell(.waitSucceeded, context, &facts)
  }

  /// A wait returns in a frame of the context.
  mutating func waited(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    guard let status = event.status else { return }
    note(event, context)
    // SDV asks for 0 alone.
    let isSuccess = reading == .sdv ? status == .success : status.isWaitSuccess
    tell(isSuccess ? .waitSucceeded : .waitFailed, context, &facts)
  }
}

// What the remove locks tell of a request.
extension Requests {
  /// The place that a context keeps for what ``RemoveLocks`` knows of it.
  @inline(__always)
  subscript(holdingsOf context: Int32) -> Holdings {
    get { self[context].holdings }
    _modify { yield &self[changing: context].holdings }
  }

  /// As ``subscript(holdingsOf:)``.
  subscript(refusalsOf context: Int32) -> RefusalList {
    get { self[context].refusals }
    _modify { yield &self[changing: context].refusals }
  }

  @inline(__always)
  mutating func lockAcquired(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    self[changing: context].state.insert(.everAcquired)
    if reading == .tracked { self[context].tell(.acquired, context, &facts) }
  }

  mutating func lockRefused(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    if reading == .tracked { self[changing: context].refused(context, &facts) }
  }

  /// What the context still holds is open from here on.
  mutating func holdingIsOpen(_ context: Int32, _ facts: inout FactSink) {
    if reading == .tracked { tell(.holdingOpen, context, &facts) }
  }

  /// Whether the thread's frames have handled requests of that IRP and device. What these hold is open from
  /// here on.
  mutating func openHandled(
    irp: UInt64, device: Int32, _ thread: Int, _ threads: Threads, _ facts: inout FactSink
  ) -> Bool {
    var cursor = threads.handled(thread)
    var isAny = false
    while case let context = nextHandled(&cursor, irp, device, threads), context >= 0 {
      holdingIsOpen(context, &facts)
      isAny = true
    }
    return isAny
  }

  /// The request of that IRP and device that the thread's frames have handled last, or -1.
  func handled(irp: UInt64, device: Int32, _ thread: Int, _ threads: Threads) -> Int32 {
    var cursor = threads.handled(thread)
    return nextHandled(&cursor, irp, device, threads)
  }

  /// The next request of that IRP and device that a thread's frames have handled, or -1.
  @inline(__always)
  private func nextHandled(
    _ cursor: inout Threads.HandledCursor, _ irp: UInt64, _ device: Int32, _ threads: Threads
  ) -> Int32 {
    while let reference = threads.next(&cursor) {
      let context = resolve(reference)
      if context >= 0, self[context].irp == irp, self[context].device == device { return context }
    }
    return -1
  }

  /// It is not known any more that the context does not hold the lock.
  @inline(__always)
  mutating func depthIsUnknown(_ context: Int32) {
    self[changing: context].state.insert(.depthUnknown)
  }

  /// A release belongs to the context; `isMatched` where an acquisition answered to it.
  @inline(__always)
  mutating func lockReleased(
    _ context: Int32, isMatched: Bool, waits: Bool, _ facts: inout FactSink
  ) {
    if !isMatched, !self[context].state.contains(.depthUnknown) {
      self[changing: context].tellUnheldRelease(waits: waits, context, &facts)
    }
    self[context].tell(.released, context, &facts)
  }

  mutating func sdvAcquired(isSuccess: Bool, _ context: Int32, _ facts: inout FactSink) {
    self[changing: context].sdvAcquired(isSuccess: isSuccess, context, &facts)
  }

  mutating func sdvReleased(waits: Bool, _ context: Int32, _ facts: inout FactSink) {
    self[changing: context].sdvReleased(waits: waits, context, &facts)
  }
}

extension NTStatus {
  /// Whether a wait that ends so has succeeded: with STATUS_WAIT_0 to _63 or STATUS_ABANDONED_WAIT_0 to _63, not
  /// by an APC, an alert, a timeout.
  @inline(__always) var isWaitSuccess: Bool { rawValue < 0xC0 }
}
