// What drivers do with IRPs of their own: what belongs to no request goes to the room of these.
extension DriverModel {
  /// The event may be about an IRP of the driver's own, or about the event object of one. `context` is the
  /// one that it belongs to, or -1. Forwards are told where those of requests are.
  mutating func applyToOwnIRPs(_ event: Event, _ context: Int32, _ thread: Int) {
    switch event.kind {
    case .keSetEvent, .keInitializeEvent, .keClearEvent, .keWaitForSingleObjectCall:
      ownIRPs.eventUsed(event, &facts)
    case .insertHeadList, .insertTailList, .exInterlockedInsertHeadList,
      .exInterlockedInsertTailList, .exInterlockedPushEntryList, .ioCsqInsertIrp,
      .ioCsqInsertIrpEx:
      ownIRPs.listUsed(&facts)
      if context < 0, event.has(.irp) { ownIRPs.usedAgain(event) }
    default:
      if context < 0, event.has(.irp), event.irp != 0 { applyToOwnLife(event, thread) }
    }
  }

  private mutating func applyToOwnLife(_ event: Event, _ thread: Int) {
    switch event.kind {
    case .ioSetCompletionRoutine, .ioSetCompletionRoutineEx:
      if event.setsRoutine { ownIRPs.routineSet(event, &facts) }
    case .ioCompleteRequest: ownIRPs.completed(event, &facts)
    case .ioMarkIrpPending:
      let top = threads.top(thread)
      ownIRPs.markedPending(
        event, isInRoutine: top?.kind == .completion && top?.irp == event.irp, &facts)
    case .ioInitializeIrp: ownIRPs.usedAgain(event)
    default: break
    }
  }

  /// An IRP that belongs to no request is forwarded; whether it is one of the driver's own.
  mutating func ownIRPForwarded(_ event: Event, _ thread: Int) -> Bool {
    ownIRPs.forwarded(event, in: threads.top(thread)?.entered ?? 0, &facts)
  }

  /// A routine returns.
  mutating func ownFrameExits(_ event: Event, _ frame: UInt64, _ thread: Int) {
    ownIRPs.frameLeft(frame, threads.key(of: thread), exit: event, &facts)
  }

  /// A routine is gone without an exit of its own.
  mutating func ownFrameVanishes(_ frame: UInt64, _ thread: Int) {
    ownIRPs.frameLeft(frame, threads.key(of: thread), exit: nil, &facts)
  }

  /// IoFreeIrp.
  mutating func irpFreed(_ event: Event, _ thread: Int) {
    guard event.irp != 0 else { return }
    if ownIRPs.isKnown(event.irp) {
      let life = ownIRPs.known(event)
      if life >= 0 { ownIRPs.freed(event, life, &facts) }
      return
    }
    let context = contextOf(event, thread)
    guard context >= 0, requests[context].state.contains(.hasIRP) else { return }
    handledAsOwn(.freedForeign, event, context)
  }

  /// IoReuseIrp.
  mutating func irpReused(_ event: Event, _ thread: Int) {
    guard event.irp != 0 else { return }
    let context = contextOf(event, thread)
    if context >= 0 { work(for: context, thread) }
    if reading == .sdv { ownIRPs.anyReused(event, &facts) }
    if ownIRPs.known(event) >= 0 {
      ownIRPs.reused(event, &facts)
    } else if context >= 0 {
      handledAsOwn(.reusedForeign, event, context)
    }
  }

  /// SDV's automata look at IRPs that were allocated alone.
  private mutating func handledAsOwn(_ fact: OwnIRPFact, _ event: Event, _ context: Int32) {
    guard reading == .tracked, requests[context].isJudged else { return }
    let driver = devices[requests[context].device].driver
    let caller = event.driver.rawValue
    guard driver == 0 || caller == 0 || driver == caller else { return }
    ownIRPs.handledAsOwn(
      fact, event, requests[context], driver: caller == 0 ? driver : caller, &facts)
  }
}
