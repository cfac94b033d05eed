// The IRQL of calls: what one call at its IRQL means, by its event alone.
extension DriverModel {
  /// Rules ask about the event, which tells an IRQL.
  mutating func judgeCall(_ event: Event, _ asked: Calls.Asked) {
    guard let irql = event.callerIRQL else { return }
    if asked.contains(.limit) {
      facts.turn(.began, .call, 0, operand: UInt64(irql))
    }
    guard asked.contains(.facts) else { return }
    switch event.kind {
    case .keSetEvent: eventSet(event, at: irql)
    case .keWaitForSingleObjectCall, .keWaitForMultipleObjectsCall, .keWaitForSingleObject,
      .keWaitForMultipleObjects:
      waitJudged(event, at: irql)
    case .exAllocatePoolWithTag, .exAllocatePool, .exAllocatePool2, .exAllocatePool3,
      .exAllocatePoolZero, .exAllocatePoolUninitialized, .exAllocatePoolWithQuotaTag,
      .exAllocatePoolWithTagPriority:
      allocation(event, at: irql)
    case .exFreePool: freed(event, at: irql)
    default: break
    }
  }

  private mutating func eventSet(_ event: Event, at irql: UInt8) {
    let waits = event.flags.contains(.wait)
    let fact: CallFact =
      switch irql {
      case ..<2: .setEvent
      case 2 where waits: .setEventToWaitAtDispatch
      case 2: event.has(.wait) ? .setEvent : .setEventUnknown
      default: waits ? .setEventToWaitAboveDispatch : .setEventAboveDispatch
      }
    calls.tell(fact, of: event, &facts)
  }

  /// A wait is judged where it is called, if what is needed stands there, and otherwise where it returns.
  private mutating func waitJudged(_ event: Event, at irql: UInt8) {
    let thread = threads.place(of: event.threadKey)
    if event.kind == .keWaitForSingleObject || event.kind == .keWaitForMultipleObjects {
      if threads.takeJudgedWait(event.kind, thread) { return }
    }
    let fact: CallFact
    if irql > 2 {
      fact = .waitsAboveDispatch
    } else if irql < 2 {
      fact = .waits
    } else {
      guard let timeout = event.timeout else { return }
      fact = timeout == 0 ? .waits : .waitsAtDispatch
    }
    calls.tell(fact, of: event, &facts)
    switch event.kind {
    case .keWaitForSingleObjectCall: threads.setJudgedWait(.keWaitForSingleObject, thread)
    case .keWaitForMultipleObjectsCall: threads.setJudgedWait(.keWaitForMultipleObjects, thread)
    default: break
    }
  }

  private mutating func allocation(_ event: Event, at irql: UInt8) {
    let fact: CallFact =
      switch (event.isOfPagedPool, irql) {
      case (_, ..<2): .allocates
      case (true?, _): .allocatesPaged
      case (_, 3...): .allocatesAboveDispatch
      case (nil, _): .allocatesUnknown
      default: .allocates
      }
    calls.tell(fact, of: event, &facts)
  }
}

extension DriverModel {
  /// ExFreePool. The allocation counts that this event has ended.
  private mutating func freed(_ event: Event, at irql: UInt8) {
    guard event.operand != 0 else { return }
    let life = allocations.life(at: event.operand)
    let isEnded = life >= 0 && allocations[life].given.position == event.position.rawValue
    let ddi = isEnded ? allocations[life].ddi : nil
    let isPaged = isEnded ? allocations[life].isPaged : nil
    let fact: CallFact
    switch (isPaged, irql) {
    case (_, ..<2): fact = .frees
    case (true?, _): fact = .freesPaged
    case (_, 3...): fact = .freesAboveDispatch
    case (false?, _): fact = .frees
    // It may be paged.
    case (nil, _): return
    }
    calls.tell(fact, of: event, memory: ddi, &facts)
  }
}

extension Event {
  /// Whether the memory that is asked for may be paged; nil where the event does not tell. Of a POOL_TYPE the
  /// lowest bit says so, of POOL_FLAGS the bit POOL_FLAG_PAGED.
  var isOfPagedPool: Bool? {
    if has(.pooltype) { return tag & 1 != 0 }
    if has(.poolflags) { return tag & 0x100 != 0 }
    return nil
  }
}
