// What drivers do with IRPs: forward, complete, queue, mark pending, wait, allocate, request power.
extension DriverModel {
  /// Everything that is neither an entry, an exit, a lock operation nor about a device alone.
  mutating func applyToIRP(_ event: Event, _ thread: Int) {
    switch event.kind {
    case .ioCallDriverReturn, .poCallDriverReturn, .ioForwardIrpSynchronouslyReturn:
      forwardReturned(event, thread)
    case .ioAllocateIrp, .ioBuildDeviceIoControlRequest, .ioBuildSynchronousFsdRequest,
      .ioBuildAsynchronousFsdRequest, .ioMakeAssociatedIrp:
      if reading == .sdv, event.kind == .ioBuildDeviceIoControlRequest {
        sdvDeviceControlBuilt(currentContext(thread))
      }
      requests.addressNamed(event.irp, &facts)
      ownIRPs.made(event, by: currentContext(thread), &requests, &facts, &coverage)
    case .ioCreateDevice: devices.created(event, &facts, &coverage)
    case .ioSetStartIoAttributes: startIoAttributesSet(event, thread)
    case .ioStartNextPacket: nextPacketStarted(event, thread)
    case .ioFreeIrp:
      irpFreed(event, thread)
      if requests.newest(ofIRP: event.irp) < 0 { ofNobody(event) }
    case .ioReuseIrp: irpReused(event, thread)
    case .keWaitForSingleObject, .keWaitForMultipleObjects: waited(event, thread)
    case .keRaiseIrql: irqlRaised(event, thread)
    case .keLowerIrql: irqlLowered(event, thread)
    case .keAcquireSpinLock, .keAcquireSpinLockAtDpcLevel, .keTryToAcquireSpinLockAtDpcLevel,
      .keAcquireInStackQueuedSpinLock, .keAcquireInStackQueuedSpinLockAtDpcLevel,
      .ioAcquireCancelSpinLock:
      levelAtAcquire(event, thread)
      spinLockTaken(event, thread)
    case .keReleaseSpinLock, .keReleaseSpinLockFromDpcLevel, .keReleaseInStackQueuedSpinLock,
      .keReleaseInStackQueuedSpinLockFromDpcLevel, .ioReleaseCancelSpinLock:
      levelAtRelease(event, thread)
      spinLockReleased(event, thread)
    case .ioQueueWorkItem, .keInsertQueueDpc, .keSetTimer, .psCreateSystemThread:
      handOn(topContext(thread), thread)
      if reading == .tracked { requests.tell(.workStarted, topContext(thread), &facts) }
    case .keEnterCriticalRegion, .keLeaveCriticalRegion, .keEnterGuardedRegion,
      .keLeaveGuardedRegion, .exAcquireResourceExclusiveLite, .exAcquireResourceSharedLite,
      .exReleaseResourceLite, .exEnterCriticalRegionAndAcquireResourceExclusive,
      .exEnterCriticalRegionAndAcquireResourceShared, .exReleaseResourceAndLeaveCriticalRegion:
      regionOrResource(event, thread)
    case .removeHeadList, .exInterlockedRemoveHeadList, .ioCsqRemoveIrp, .ioCsqRemoveNextIrp,
      .removeEntryList:
      dequeued(event, thread)
    case .poRequestPowerIrp: powerIRPRequested(event, currentContext(thread), thread)
    case .exAllocatePoolWithTag, .exAllocatePool, .exAllocatePool2, .exAllocatePool3,
      .exAllocatePoolZero, .exAllocatePoolUninitialized, .exAllocatePoolWithQuotaTag,
      .exAllocatePoolWithTagPriority:
      poolAllocated(event, thread)
      allocated(event, currentContext(thread))
    case .exFreePool: poolFreed(event, thread)
    case .zwCreateKey, .zwOpenKey, .zwClose, .zwDeleteKey, .zwEnumerateKey, .zwEnumerateValueKey,
      .zwFlushKey, .zwQueryKey, .zwQueryValueKey, .zwSetValueKey:
      keyHandled(event, thread)
    default:
      let current = currentContext(thread)
      let context = contextOf(event, thread)
      if event.has(.irp) {
        if context >= 0 { work(for: context, thread) } else if event.irp != 0 { ofNobody(event) }
      }
      if ownIRPs.isWatching, context < 0 || !event.has(.irp) || reading == .sdv {
        applyToOwnIRPs(event, context, thread)
      }
      applyToContext(event, context, current: current, thread)
    }
  }

  private mutating func applyToContext(
    _ event: Event, _ context: Int32, current: Int32, _ thread: Int
  ) {
    switch event.kind {
    case .ioCallDriver, .poCallDriver:
      if reading == .sdv, current >= 0, requests[current].sdvDepth == 0 {
        requests.tell(.calledDriverUnheld, current, &facts)
      }
      if context >= 0 {
        forward(event, context, thread, synchronously: false)
      } else if ownIRPForwarded(event, thread) {
        handOn(current, thread)
      }
    case .ioForwardIrpSynchronously:
      // SDV does not know it.
      guard reading == .tracked else { break }
      guard context >= 0 else {
        _ = ownIRPForwarded(event, thread)
        break
      }
      forward(event, context, thread, synchronously: true)
    case .insertHeadList, .insertTailList, .exInterlockedInsertHeadList,
      .exInterlockedInsertTailList, .exInterlockedPushEntryList, .ioCsqInsertIrp,
      .ioCsqInsertIrpEx:
      if reading == .sdv, event.kind.isInterlockedInsertion {
        requests.tell(.insertedInterlocked, current, &facts)
      }
      if event.irp == 0 { requests.placeInserted(current) }
      requests.tell(.insertedInFrame, current, &facts)
      if event.kind == .insertHeadList || event.kind == .insertTailList {
        if reading == .sdv {
          requests.tell(.insertedInList, current, &facts)
        } else if context >= 0 {
          insertedInList(event, context, thread)
        }
      }
      if context >= 0 { queue(event, context) }
    case .keSetEvent:
      eventObjectUsed(event, thread)
      eventSet(event, thread)
    case .keInitializeEvent:
      eventObjectUsed(event, thread)
      if reading == .sdv { sdvEventMade(event, current) }
    case .keWaitForSingleObjectCall, .keWaitForMultipleObjectsCall:
      eventObjectUsed(event, thread)
      if reading == .tracked, current >= 0 { requests.note(event, current) }
    case .ioSetCancelRoutine:
      cancelRoutineSet(event, context, thread)
      if reading == .tracked { requests.cancelRoutineSet(event, context, &facts) }
    case .ioCancelIrp:
      if event.isOnKnownThread { holds.irpCancelled(on: threads.key(of: thread)) }
      if reading == .tracked { requests.cancelRoutineGone(event.irp, &facts) }
    default:
      if context >= 0 { applyToOwnIRP(event, context, thread) }
    }
  }

  private mutating func applyToOwnIRP(_ event: Event, _ context: Int32, _ thread: Int) {
    switch event.kind {
    case .ioCompleteRequest:
      complete(event, context, thread)
      finished(context, thread)
    case .ioMarkIrpPending:
      mark(event, context, thread)
    case .ioSetCompletionRoutine, .ioSetCompletionRoutineEx:
      requests.registering(event, context, &facts)
      if event.setsRoutine { requests.routineSet(event, context, &facts) }
    case .ioSkipCurrentIrpStackLocation:
      requests.stackLocationReady(context)
      requests.stackLocationSkipped(context, &facts)
    case .ioCopyCurrentIrpStackLocationToNext:
      requests.stackLocationReady(context)
      requests.stackLocationCopied(context)
    case .ioStartPacket:
      if event.has(.irp), event.irp != 0 { queue(event, context) }
    case .wmiSystemControl: wmiAnswered(event, context, thread)
    default: break
    }
  }

  mutating func passedDown(_ context: Int32, _ thread: Int) {
    devices.hasForwarded(requests[context].device)
    touch(context, thread)
  }

  private mutating func forwardReturned(_ event: Event, _ thread: Int) {
    let context = contextByFrame(event, thread, isReturn: true)
    guard context >= 0 else {
      ownIRPs.forwardReturned(event, &facts)
      if requests.newest(ofIRP: event.irp) < 0 { ofNobody(event) }
      return
    }
    if reading == .tracked { requests.placeForwardReturned(event, context, &facts) }
    if event.kind != .ioForwardIrpSynchronouslyReturn {
      if reading == .sdv { requests.sdvForwardReturned(context, &facts) }
      work(for: context, thread)
      requests.forwardReturned(event, context, &facts)
    } else if reading == .tracked {
      work(for: context, thread)
      requests.placeForwardedSynchronously(context, &facts)
      requests.forwardedSynchronouslyReturned(event, context, &facts)
    }
  }

  /// In a frame of the context something was started that may go on with what the context holds.
  private mutating func handOn(_ context: Int32, _ thread: Int) {
    guard reading == .tracked else { return }
    if context >= 0 { locks.handOn(context, &requests) }
    guard let top = threads.top(thread), top.kind == .completion else { return }
    if top.context >= 0 {
      requests.routineHandsOn(top.context)
    } else {
      ownIRPs.routineHandsOn(top.irp)
    }
  }

  private mutating func finished(_ context: Int32, _ thread: Int) {
    touch(context, thread)
    if requests[context].state.contains(.live) { requests.endIfFinished(context, &facts) }
  }

  private mutating func dequeued(_ event: Event, _ thread: Int) {
    let current = currentContext(thread)
    if event.kind != .removeEntryList { ownIRPs.listUsed(&facts) }
    requests.tell(
      event.kind == .removeEntryList ? .entryRemovedInFrame : .dequeuedInFrame, current, &facts)
    threadRoutineTurns(thread)
    guard event.has(.irp), event.irp != 0 else {
      // It may be the request's own.
      if current >= 0 { leftList(event, current) }
      return
    }
    let context = contextOf(event, thread)
    guard context >= 0 else { return }
    leftList(event, context)
    requests.note(event, context)
    work(for: context, thread)
    if threads.depth(thread) > 0 { touch(context, thread) }
  }

  private mutating func waited(_ event: Event, _ thread: Int) {
    if let status = event.status, status.isWaitSuccess { threads.waited(thread, event.position) }
    let current = currentContext(thread)
    // SDV looks at waits for one object alone.
    if current >= 0, reading == .tracked || event.kind == .keWaitForSingleObject {
      requests.waited(event, current, &facts)
    }
    if ownIRPs.isWatching { ownIRPs.waited(event, &facts) }
    threadRoutineTurns(thread)
  }

  private mutating func allocated(_ event: Event, _ current: Int32) {
    guard current >= 0 else { return }
    if requests[current].major == .power { requests.note(event, current) }
    if event.operand == 0 { requests.tell(.allocationFailed, current, &facts) }
    requests.tell(.allocated, current, &facts)
  }

  private mutating func powerIRPRequested(_ event: Event, _ current: Int32, _ thread: Int) {
    tellPowerIRP(event, thread)
    if event.status == .pending { handOn(current, thread) }
    guard current >= 0 else { return }
    requests.note(event, current)
    requests.tell(
      event.status == .pending ? .powerIRPPending : .powerIRPRefused, current, &facts)
    requests.tell(.powerIRPRequested, current, &facts)
  }

  private mutating func wmiAnswered(_ event: Event, _ context: Int32, _ thread: Int) {
    requests.note(event, context)
    requests.placeOfWMI(event, context, &facts)
    switch event.disposition {
    case .forward, .notWmi: requests.tell(.wmiForward, context, &facts)
    case .processed:
      requests.processed(context)
      if reading == .tracked {
        devices.handles(requests[context].device, requests[context].major)
      }
      finished(context, thread)
    default: break
    }
  }
}

extension Event {
  /// Of IoSetCompletionRoutine and its Ex form: whether it changes the routine. An Ex form that is logged at its
  /// return says where it has failed, for want of memory: then it has set none.
  @inline(__always) var setsRoutine: Bool { status?.isSuccess ?? true }
}
