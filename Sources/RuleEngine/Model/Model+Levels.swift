// What raises and lowers the IRQL: KeRaiseIrql, KeLowerIrql, spin locks, and routines that return.
extension DriverModel {
  /// KeRaiseIrql has returned.
  mutating func irqlRaised(_ event: Event, _ thread: Int) {
    if event.isOnSomeIdleThread { return }
    let isLower = event.has(.oldirql) && event.newIRQL < event.oldIRQL
    if reading == .sdv {
      threads.sdvRaised(
        from: event.has(.oldirql) ? event.oldIRQL : event.newIRQL, thread, counts: true,
        after: coverage.gaps)
    } else if !threads.raised(event, thread, after: coverage.gaps) {
      coverage.reached(.frames)
    }
    guard event.has(.oldirql), calls.isTold(event), !hasReported(.raiseLower, thread) else {
      return
    }
    calls.tell(isLower ? .raisesToLower : .raises, of: event, &facts)
    if isLower { threads.reports(.raiseLower, thread) }
  }

  /// KeLowerIrql.
  mutating func irqlLowered(_ event: Event, _ thread: Int) {
    if event.isOnSomeIdleThread { return }
    if reading == .sdv { return sdvIRQLLowered(event, thread) }
    let raise = threads.lowered(thread, after: coverage.gaps)
    guard event.has(.irql), calls.isTold(event) else { return }
    let frame = threads.top(thread)
    if event.newIRQL > event.irql {
      calls.tell(.lowersToHigher, of: event, &facts)
    } else if let frame, goesBelow(frame, event, raise, thread) {
      calls.tell(.lowersBelowEntry, of: event, because: [entry(of: frame, event)], &facts)
    } else {
      calls.tell(.lowers, of: event, &facts)
    }
    // Below what it set the IRQL shows that the raise was lowered where the tracer does not look.
    guard let raise, let old = raise.old, raise.frame == frame?.entered ?? 0,
      threads.holdsTheSame(as: raise, thread), event.irql >= raise.new
    else { return }
    let because = EarlierEvent(stamp: raise.stamp, kind: .keRaiseIrql, irql: raise.new, old: old)
    let isBack = event.newIRQL == old
    calls.tell(
      isBack ? .lowersAsRaised : .lowersToOther, of: event, because: isBack ? [] : [because], &facts
    )
  }

  /// Whether KeLowerIrql goes below the IRQL at which the routine was called. A raise of another routine, which it
  /// lowers, is that one's to answer for.
  private mutating func goesBelow(
    _ frame: Frame, _ event: Event, _ raise: Raise?, _ thread: Int
  ) -> Bool {
    guard frame.keepsIRQL, frame.irql != Frame.noIRQL, event.newIRQL < frame.irql,
      frame.gaps == coverage.gaps
    else { return false }
    if let raise { return raise.frame == frame.entered }
    return !threads.mayMissRaises(thread, after: coverage.gaps)
  }

  /// A routine returns, whose frame has been popped.
  mutating func routineReturns(_ event: Event, _ frame: Frame, _ thread: Int) {
    threads.forgetRaises(of: frame, thread)
    guard frame.irql != Frame.noIRQL, event.has(.irql), calls.isTold(event), frame.keepsIRQL,
      !event.isOnSomeIdleThread, frame.gaps == coverage.gaps
    else { return }
    if frame.context >= 0 {
      let context = requests[frame.context]
      calls.returns(
        event, device: context.devicePointer, driver: devices[context.device].driver)
    }
    if event.irql == frame.irql {
      calls.tell(.returnsAtSameIRQL, of: event, &facts)
    } else {
      calls.tell(.returnsAtOtherIRQL, of: event, because: [entry(of: frame, event)], &facts)
    }
  }

  private func entry(of frame: Frame, _ event: Event) -> EarlierEvent {
    let kind: EventKind =
      switch frame.kind {
      case .dispatch: .dispatchEnter
      case .completion: .completionEnter
      case .callback: .callbackEnter
      }
    var stamp = EventStamp.none
    stamp.position = frame.entered
    stamp.thread = event.thread
    return EarlierEvent(stamp: stamp, kind: kind, irql: frame.irql)
  }

  private func hasReported(_ rule: ReportedByRun, _ thread: Int) -> Bool {
    reading == .sdv && threads.hasReported(rule, thread)
  }
}

// Spin locks, as far as they raise and lower the IRQL.
extension DriverModel {
  /// A spin lock was acquired.
  mutating func levelAtAcquire(_ event: Event, _ thread: Int) {
    if event.isOnSomeIdleThread || event.has(.granted) && !event.flags.contains(.granted) { return }
    if reading == .sdv {
      let old = event.has(.oldirql) ? event.oldIRQL : event.irql
      threads.sdvRaised(from: old, thread, counts: false, after: coverage.gaps)
    } else {
      threads.spinLockTaken(event.spinLockKey, thread, after: coverage.gaps)
    }
  }

  /// A spin lock is released.
  mutating func levelAtRelease(_ event: Event, _ thread: Int) {
    if event.isOnSomeIdleThread { return }
    if reading == .sdv {
      _ = threads.sdvGoesBack(thread, after: coverage.gaps)
    } else {
      threads.spinLockReleased(
        event.spinLockKey, to: event.has(.newirql) ? event.newIRQL : nil, thread,
        after: coverage.gaps)
    }
  }

  /// SDV: each KeLowerIrql has a KeRaiseIrql, and goes back to the IRQL before the last change.
  private mutating func sdvIRQLLowered(_ event: Event, _ thread: Int) {
    let before = threads.sdvGoesBack(thread, after: coverage.gaps)
    let isRaised = threads.sdvLowered(thread, after: coverage.gaps)
    guard calls.isTold(event), isRunWhole(thread) else { return }
    if !threads.hasReported(.raiseLower, thread) {
      calls.tell(isRaised ? .lowers : .lowersUnraised, of: event, &facts)
      if !isRaised { threads.reports(.raiseLower, thread) }
    }
    if !threads.hasReported(.raiseLower2, thread) {
      let isBack = event.newIRQL == before
      calls.tell(isBack ? .lowersAsRaised : .lowersToOther, of: event, &facts)
      if !isBack { threads.reports(.raiseLower2, thread) }
    }
  }

  /// Whether the thread's outermost routine was entered since the last gap.
  private func isRunWhole(_ thread: Int) -> Bool {
    coverage.gaps == 0
      || threads.depth(thread) > 0 && threads.frame(0, of: thread).gaps == coverage.gaps
  }
}

extension Event {
  /// What tells the spin lock of an acquire or release from others: its address, the handle of a queued one, 0 for
  /// the cancel spin lock.
  @inline(__always) fileprivate var spinLockKey: UInt64 { has(.handle) ? operand : lock }
}
