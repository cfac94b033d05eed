// What drivers do with IRPs: forward, complete, queue, mark pending, wait, allocate, request power.
extension DriverModel {
  /// Everything that is neither an entry, an exit, a lock operation nor about a device alone.
  mutating func applyToIRP(_ event: Event, _ thread: Int) {
    switch event.kind {
    case .ioCallDriverReturn, .poCallDriverReturn:
      let context = contextByFrame(event, thread)
      if context >= 0 {
        work(for: context, thread)
        forwardReturned(event, context)
      }
    case .ioAllocateIrp, .ioBuildDeviceIoControlRequest, .ioBuildSynchronousFsdRequest,
      .ioBuildAsynchronousFsdRequest:
      irpAllocated(event, thread)
    case .keWaitForSingleObject: waited(event, thread)
    case .removeHeadList, .exInterlockedRemoveHeadList, .ioCsqRemoveIrp, .ioCsqRemoveNextIrp,
      .removeEntryList:
      dequeued(event, thread)
    case .poRequestPowerIrp: powerIRPRequested(event, thread)
    case .exAllocatePoolWithTag, .exAllocatePool, .exAllocatePool2, .exAllocatePool3,
      .exAllocatePoolZero, .exAllocatePoolUninitialized, .exAllocatePoolWithQuotaTag:
      allocated(event, currentContext(thread))
    default:
      let current = currentContext(thread)
      let context = contextOf(event, thread)
      if context >= 0, event.has(.irp) { work(for: context, thread) }
      applyToContext(event, context, current: current, thread)
    }
  }

  private mutating func applyToContext(
    _ event: Event, _ context: Int32, current: Int32, _ thread: Int
  ) {
    switch event.kind {
    case .ioCallDriver, .poCallDriver:
      if reading == .sdv, current >= 0, contexts[current].sdvDepth == 0 {
        emit(.calledDriverUnheld, current)
      }
      if context >= 0 { forwarded(event, context, thread) }
    case .insertHeadList, .insertTailList, .exInterlockedInsertHeadList,
      .exInterlockedInsertTailList, .exInterlockedPushEntryList, .ioCsqInsertIrp,
      .ioCsqInsertIrpEx:
      emit(.insertedInFrame, current)
      if context >= 0 { parked(event, context, .queued) }
    default:
      if context >= 0 { applyToOwnIRP(event, context, thread) }
    }
  }

  private mutating func applyToOwnIRP(_ event: Event, _ context: Int32, _ thread: Int) {
    switch event.kind {
    case .ioCompleteRequest: completed(event, context, thread)
    case .ioMarkIrpPending:
      if let top = threads[thread].frames.last, top.kind == .dispatch, top.context == context {
        emit(.markedPendingInDispatch, context)
      }
      parked(event, context, .markedPending)
    case .ioSetCompletionRoutine, .ioSetCompletionRoutineEx: routineSet(event, context)
    case .ioSkipCurrentIrpStackLocation:
      contexts[context].state.remove(.copied)
      emit(.stackLocationSkipped, context)
    case .ioCopyCurrentIrpStackLocationToNext: contexts[context].state.insert(.copied)
    case .wmiSystemControl: wmiAnswered(event, context, thread)
    default: break
    }
  }

  // MARK: Forwarding

  private mutating func forwarded(_ event: Event, _ context: Int32, _ thread: Int) {
    note(event, context)
    devices[contexts[context].device].state.insert(.hasForwarded)
    let state = contexts[context].state
    let hasRoutine = state.contains(.routineOutstanding)
    if isUnheld(context) {
      if reading == .tracked { emit(.calledDriverUnheld, context) }
      emit(.forwardedUnheld, context)
    }
    if !state.contains(.everAcquired) { emit(.forwardedNeverAcquired, context) }
    if hasRoutine { emit(.forwardedWithRoutine, context) }
    if event.kind == .poCallDriver { emit(.forwardedByPoCallDriver, context) }
    emit(.forwarded, context)

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
    contexts[context].state = new
    touch(context, thread)
  }

  /// Whether the remove lock is known not to be held for the context.
  private mutating func isUnheld(_ context: Int32) -> Bool {
    reading == .sdv
      ? contexts[context].sdvDepth == 0
      : contexts[context].depth == 0 && !contexts[context].state.contains(.depthUnknown)
  }

  private mutating func forwardReturned(_ event: Event, _ context: Int32) {
    note(event, context)
    let pended = contexts[context].state.contains(.lastForwardPended)
    lowerDriverAnswered(event, context, pended: pended)
    let state = contexts[context].state
    if event.status == .pending { emit(.forwardReturnedPending, context) }
    if state.contains(.lastForwardCopied) { emit(.forwardReturnedCopied, context) }
    if state.contains(.lastForwardHadRoutine), !pended, !state.contains(.lastForwardFailed) {
      emit(.forwardReturnedFinished, context)
    }
    emit(.forwardReturned, context)
  }

  /// The lower driver's answer to the last forward. SDV takes a failure for one only where the IRP
  /// did not pend.
  mutating func lowerDriverAnswered(_ event: Event, _ context: Int32, pended: Bool) {
    guard let status = event.status, !status.isSuccess,
      contexts[context].state.contains(.lastForwardHadRoutine), reading == .tracked || !pended
    else { return }
    contexts[context].state.insert(.lastForwardFailed)
  }

  private mutating func routineSet(_ event: Event, _ context: Int32) {
    note(event, context)
    if event.has(.routine), event.operand == 0 {
      contexts[context].state.remove(.routineOutstanding)
      return
    }
    contexts[context].state.insert(.routineOutstanding)
    contexts[context].state.remove(.forwardedWithRoutine)
    if !contexts[context].state.contains(.routineEverSet) {
      contexts[context].state.insert(.routineEverSet)
      emit(.firstCompletionRoutineSet, context)
    }
    emit(.completionRoutineSet, context)
  }

  // MARK: Completing, queues, pending

  private mutating func completed(_ event: Event, _ context: Int32, _ thread: Int) {
    note(event, context)
    if event.status == .pending { emit(.completedPending, context) }
    if event.status == .success, contexts[context].state.contains(.lastForwardFailed) {
      emit(.completedSuccessAfterFailure, context)
    }
    emit(.completed, context)
    finished(context, thread)
  }

  private mutating func finished(_ context: Int32, _ thread: Int) {
    contexts[context].state.insert(.completed)
    contexts[context].state.subtract([.hasIRP, .parked])
    touch(context, thread)
    if contexts[context].state.contains(.live) { endIfFinished(context) }
  }

  private mutating func parked(_ event: Event, _ context: Int32, _ fact: ContextFact) {
    note(event, context)
    contexts[context].state.insert(.parked)
    emit(fact, context)
  }

  private mutating func dequeued(_ event: Event, _ thread: Int) {
    let current = currentContext(thread)
    emit(event.kind == .removeEntryList ? .entryRemovedInFrame : .dequeuedInFrame, current)
    threadRoutineTurns(thread)
    guard event.has(.irp), event.irp != 0 else { return }
    let context = contextOf(event, thread)
    guard context >= 0 else { return }
    note(event, context)
    work(for: context, thread)
    if !threads[thread].frames.isEmpty { touch(context, thread) }
  }

  // MARK: The driver's other calls

  private mutating func waited(_ event: Event, _ thread: Int) {
    let current = currentContext(thread)
    if current >= 0, let status = event.status {
      note(event, current)
      emit(status == .success ? .waitSucceeded : .waitFailed, current)
    }
    threadRoutineTurns(thread)
  }

  private mutating func allocated(_ event: Event, _ current: Int32) {
    guard current >= 0 else { return }
    if contexts[current].major == .power { note(event, current) }
    if event.operand == 0 { emit(.allocationFailed, current) }
    emit(.allocated, current)
  }

  /// The memory is a new IRP: whatever was known of it is over.
  private mutating func irpAllocated(_ event: Event, _ thread: Int) {
    guard event.irp != 0 else {
      let current = currentContext(thread)
      if event.kind == .ioAllocateIrp, current >= 0 {
        note(event, current)
        emit(.irpAllocationFailed, current)
      }
      return
    }
    while case let context = newestContext(ofIRP: event.irp), context >= 0 {
      supersede(context)
    }
  }

  private mutating func powerIRPRequested(_ event: Event, _ thread: Int) {
    let current = currentContext(thread)
    guard current >= 0 else { return }
    note(event, current)
    emit(event.status == .pending ? .powerIRPPending : .powerIRPRefused, current)
    emit(.powerIRPRequested, current)
  }

  private mutating func wmiAnswered(_ event: Event, _ context: Int32, _ thread: Int) {
    note(event, context)
    switch event.disposition {
    case .forward: emit(.wmiForward, context)
    case .processed: finished(context, thread)
    default: break
    }
  }
}

// The dispatch routine returns.
extension DriverModel {
  mutating func dispatchExited(_ event: Event, _ thread: Int) {
    guard
      let place = nearestFrame(
        thread, where: { $0.kind == .dispatch && Self.exit(event, matches: $0) })
    else {
      unmatchedExits += 1
      return
    }
    abandonFrames(above: place, thread)
    guard let frame = threads[thread].frames.popLast() else { return }
    let context = frame.context
    contexts[context].dispatchFrames -= 1
    note(event, context)
    if contexts[context].dispatchFrames == 0 {
      if event.status == .pending { contexts[context].state.insert(.carriedForGood) }
      if contexts[context].isJudged { emitReturn(event, context) }
    }
    leave(frame)
  }

  private mutating func emitReturn(_ event: Event, _ context: Int32) {
    if let status = event.status {
      switch status {
      case .notSupported:
        emit(.returnsNotSupported, context)
        emit(.returnsRefused, context)
      case .deletePending, .invalidDeviceState, .noSuchDevice: emit(.returnsRefused, context)
      default: break
      }
      if !status.isSuccess { emit(.returnsFailure, context) }
      if status == .pending { emit(.returnsPending, context) }
    }
    if reading == .tracked { emitHeldAtReturn(context) } else { emitCounters(context) }
    if contexts[context].state.contains(.routineOutstanding) {
      emit(.returnsRoutineOutstanding, context)
    }
    emit(.returned, context)
  }

  private mutating func emitHeldAtReturn(_ context: Int32) {
    guard contexts[context].depth > 0 else { return }
    if uncarried(context) > 0 {
      emit(.returnsHolding, context)
      emit(.returnsHoldingCountingWaits, context)
    }
    if heldForItself(context) > 0 { emit(.returnsHoldingOwn, context) }
  }

  private mutating func emitCounters(_ context: Int32) {
    let depth = contexts[context].sdvDepth
    let countingWaits = contexts[context].sdvDepthCountingWaits
    if depth > 0 { emit(.returnsHolding, context) }
    if countingWaits > 0 {
      emit(.returnsHoldingCountingWaits, context)
      emit(.returnsHoldingOwn, context)
    }
    if depth < 0 { emit(.returnsBelowZero, context) }
    if countingWaits < 0 { emit(.returnsBelowZeroCountingWaits, context) }
  }

  /// How many acquisitions of the context are not carried beyond the dispatch routine.
  mutating func uncarried(_ context: Int32) -> Int {
    contexts[context].carries ? 0 : heldForItself(context)
  }

  /// How many acquisitions the context holds that were not made for something else (a work item, a
  /// timer): with its IRP as tag, or with none unless the IRP is a tag of that lock as well.
  private mutating func heldForItself(_ context: Int32) -> Int {
    var count = 0
    var acquisition = contexts[context].acquisitions
    while acquisition >= 0 {
      let tag = acquisitions[acquisition].tag
      if tag == contexts[context].irp
        || tag == 0 && contexts[context].lockOfIRPTag != acquisitions[acquisition].lock
      {
        count += 1
      }
      acquisition = acquisitions[acquisition].ofContext.next
    }
    return count
  }

  /// Whether an acquisition with the context's IRP as tag is left.
  mutating func holdsForIRP(_ context: Int32) -> Bool {
    var acquisition = contexts[context].acquisitions
    while acquisition >= 0 {
      if acquisitions[acquisition].tag == contexts[context].irp { return true }
      acquisition = acquisitions[acquisition].ofContext.next
    }
    return false
  }
}
