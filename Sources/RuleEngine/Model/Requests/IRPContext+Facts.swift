// What happens to one request: how it changes what is known of it, and which facts that gives, the more
// specific before the more general. `me` is the context's number.
extension IRPContext {
  /// Adds a fact about the context, if rules may judge it.
  @inline(__always)
  func tell(_ fact: ContextFact, _ me: Int32, _ facts: inout FactSink) {
    guard isJudged else { return }
    facts.add(fact.rawValue, about: .context, me)
  }

  // MARK: Forwarding

  /// Whether the remove lock is known not to be held for the context.
  private func isUnheld(_ reading: Reading) -> Bool {
    reading == .sdv ? sdvDepth == 0 : holdings.depth == 0 && !state.contains(.depthUnknown)
  }

  @inline(__always)
  mutating func forwarded(
    _ event: Event, _ me: Int32, _ reading: Reading, _ facts: inout FactSink
  ) {
    let hasRoutine = state.contains(.routineOutstanding)
    if isUnheld(reading) {
      if reading == .tracked { tell(.calledDriverUnheld, me, &facts) }
      tell(.forwardedUnheld, me, &facts)
    }
    if !state.contains(.everAcquired) { tell(.forwardedNeverAcquired, me, &facts) }
    if hasRoutine { tell(.forwardedWithRoutine, me, &facts) }
    if event.kind == .poCallDriver { tell(.forwardedByPoCallDriver, me, &facts) }
    if reading == .sdv, state.contains(.skipped) { tell(.forwardedSkipped, me, &facts) }
    tell(.forwarded, me, &facts)

    var new = state
    new.formUnion([.forwarded, .forwardedEver])
    new.subtract([
      .parked, .lastForwardFailed, .lastForwardHadRoutine, .lastForwardPended, .lastForwardCopied,
      .copied,
    ])
    if hasRoutine {
      new.formUnion([.forwardedWithRoutine, .lastForwardHadRoutine])
    } else {
      new.remove(.hasIRP)
      if state.contains(.copied) { new.insert(.lastForwardCopied) }
    }
    state = new
  }

  @inline(__always)
  mutating func forwardReturned(
    _ event: Event, _ me: Int32, _ reading: Reading, _ facts: inout FactSink
  ) {
    let pended = state.contains(.lastForwardPended)
    lowerDriverAnswered(event, pended: pended, reading)
    if event.status == .pending { tell(.forwardReturnedPending, me, &facts) }
    if state.contains(.lastForwardCopied) { tell(.forwardReturnedCopied, me, &facts) }
    if state.contains(.lastForwardHadRoutine), !pended, !state.contains(.lastForwardFailed) {
      tell(.forwardReturnedFinished, me, &facts)
    }
    tell(.forwardReturned, me, &facts)
  }

  /// The lower driver's answer to the last forward. SDV takes a failure for one only where the IRP
  /// did not pend.
  private mutating func lowerDriverAnswered(_ event: Event, pended: Bool, _ reading: Reading) {
    guard let status = event.status, !status.isSuccess, state.contains(.lastForwardHadRoutine),
      reading == .tracked || !pended
    else { return }
    state.insert(.lastForwardFailed)
  }

  // MARK: Completion routines

  @inline(__always)
  mutating func routineSet(_ event: Event, _ me: Int32, _ facts: inout FactSink) {
    if event.has(.routine), event.operand == 0 {
      state.remove(.routineOutstanding)
      return
    }
    state.insert(.routineOutstanding)
    state.remove(.forwardedWithRoutine)
    if !state.contains(.routineEverSet) {
      state.insert(.routineEverSet)
      tell(.firstCompletionRoutineSet, me, &facts)
    }
    tell(.completionRoutineSet, me, &facts)
  }

  @inline(__always)
  mutating func routineEntered(_ event: Event, _ reading: Reading) {
    let pended = event.flags.contains(.pending)
    if pended { state.insert(.lastForwardPended) }
    lowerDriverAnswered(event, pended: pended, reading)
  }

  @inline(__always)
  mutating func routineExited(_ status: NTStatus) {
    state.remove(.routineOutstanding)
    if status == .moreProcessingRequired {
      state.remove(.forwarded)
      state.insert(.hasIRP)
    } else {
      state.insert(.routineFinished)
      state.remove(.hasIRP)
    }
  }

  // MARK: Remove lock

  func refused(_ me: Int32, _ facts: inout FactSink) {
    if holdings.depth > 0 {
      tell(.acquireFailedWhileHeld, me, &facts)
      tell(.acquireFailedWhileHeldCountingWaits, me, &facts)
    }
    tell(.acquireFailed, me, &facts)
  }

  func tellUnheldRelease(waits: Bool, _ me: Int32, _ facts: inout FactSink) {
    if waits {
      tell(.waitedUnheld, me, &facts)
    } else {
      tell(.releasedUnheld, me, &facts)
      tell(.releasedUnheldCountingWaits, me, &facts)
    }
  }

  // MARK: Completing, queues, pending

  @inline(__always)
  mutating func completed(_ event: Event, _ me: Int32, _ facts: inout FactSink) {
    if event.status == .pending { tell(.completedPending, me, &facts) }
    if event.status == .success, state.contains(.lastForwardFailed) {
      tell(.completedSuccessAfterFailure, me, &facts)
    }
    tell(.completed, me, &facts)
    finished()
  }

  @inline(__always)
  mutating func finished() {
    state.insert(.completed)
    state.subtract([.hasIRP, .parked])
  }

  /// The IRP is put in a queue, or marked pending.
  @inline(__always)
  mutating func parked(_ fact: ContextFact, _ me: Int32, _ facts: inout FactSink) {
    state.insert(.parked)
    tell(fact, me, &facts)
  }

  // MARK: The dispatch routine returns

  /// What the status says, before what is held.
  @inline(__always)
  func tellReturn(_ event: Event, _ me: Int32, _ facts: inout FactSink) {
    guard let status = event.status else { return }
    switch status {
    case .notSupported:
      tell(.returnsNotSupported, me, &facts)
      tell(.returnsRefused, me, &facts)
    case .deletePending, .invalidDeviceState, .noSuchDevice: tell(.returnsRefused, me, &facts)
    default: break
    }
    if !status.isSuccess { tell(.returnsFailure, me, &facts) }
    if status == .pending { tell(.returnsPending, me, &facts) }
  }

  /// What is held, in the `tracked` reading.
  @inline(__always)
  func tellHeldAtReturn(_ me: Int32, _ facts: inout FactSink) {
    if uncarried > 0 {
      tell(.returnsHolding, me, &facts)
      tell(.returnsHoldingCountingWaits, me, &facts)
    }
    if holdings.forItself > 0 { tell(.returnsHoldingOwn, me, &facts) }
  }
}

// SDV's reading: one counter for each dispatch.
extension IRPContext {
  mutating func sdvAcquired(isSuccess: Bool, _ me: Int32, _ facts: inout FactSink) {
    if isSuccess {
      sdvDepth += 1
      sdvDepthCountingWaits += 1
      state.insert(.everAcquired)
      tell(.acquired, me, &facts)
    } else {
      if sdvDepth > 0 { tell(.acquireFailedWhileHeld, me, &facts) }
      if sdvDepthCountingWaits > 0 { tell(.acquireFailedWhileHeldCountingWaits, me, &facts) }
      tell(.acquireFailed, me, &facts)
    }
  }

  mutating func sdvReleased(waits: Bool, _ me: Int32, _ facts: inout FactSink) {
    if waits {
      if sdvDepthCountingWaits == 0 { tell(.waitedUnheld, me, &facts) }
    } else {
      if sdvDepth == 0 { tell(.releasedUnheld, me, &facts) }
      if sdvDepthCountingWaits == 0 { tell(.releasedUnheldCountingWaits, me, &facts) }
      sdvDepth -= 1
    }
    sdvDepthCountingWaits -= 1
    tell(.released, me, &facts)
  }

  func tellCountersAtReturn(_ me: Int32, _ facts: inout FactSink) {
    if sdvDepth > 0 { tell(.returnsHolding, me, &facts) }
    if sdvDepthCountingWaits > 0 {
      tell(.returnsHoldingCountingWaits, me, &facts)
      tell(.returnsHoldingOwn, me, &facts)
    }
    if sdvDepth < 0 { tell(.returnsBelowZero, me, &facts) }
    if sdvDepthCountingWaits < 0 { tell(.returnsBelowZeroCountingWaits, me, &facts) }
  }
}
