// Calls about power requests and StartIo that are wrong by themselves, at whatever IRQL.
extension DriverModel {
  // MARK: PoRequestPowerIrp

  /// Whether PoRequestPowerIrp is to hand out the IRP, which another driver may complete before it returns.
  mutating func tellPowerIRP(_ event: Event, _ thread: Int) {
    guard event.has(.irpout) else { return }
    let fact: CallFact =
      if !event.flags.contains(.irpout) {
        .requestsPowerIRP
      } else if !event.has(.mn) {
        .handsOutUnknownIRP
      } else {
        event.minor == .waitWake ? .handsOutWaitWakeIRP : .handsOutPowerIRP
      }
    tell(fact, event, isReport: fact != .requestsPowerIRP, .powerReported, thread)
  }

  /// Tells a fact about a call. After a report SDV is off until the next run of the thread.
  private mutating func tell(
    _ fact: CallFact, _ event: Event, isReport: Bool, _ reported: RunState, _ thread: Int
  ) {
    if reading == .sdv {
      let run = threads.run(thread)
      if run.contains(reported) { return }
      if isReport { threads.setRun(run.union(reported), thread) }
    }
    calls.tell(fact, of: event, &facts)
  }

  // MARK: StartIo

  /// IoSetStartIoAttributes.
  mutating func startIoAttributesSet(_ event: Event, _ thread: Int) {
    guard reading == .sdv else {
      return devices.startIoAttributesSet(event, &facts, &coverage)
    }
    var run = threads.run(thread)
    if event.flags.contains(.deferred) { run.insert(.deferred) } else { run.remove(.deferred) }
    run.subtract([.cancelable, .noncancelable])
    if event.has(.noncancelable) {
      run.insert(event.flags.contains(.noncancelable) ? .noncancelable : .cancelable)
    }
    threads.setRun(run, thread)
  }

  /// IoStartNextPacket.
  mutating func nextPacketStarted(_ event: Event, _ thread: Int) {
    if reading == .sdv {
      let isInStartIo =
        threads.nearest(thread) { $0.kind == .callback && $0.callback == .startIo } != nil
      guard isInStartIo else { return }
      let isDeferred = threads.run(thread).contains(.deferred)
      tell(
        isDeferred ? .startsNextDeferred : .startsNextInStartIo, event, isReport: !isDeferred,
        .recursionReported, thread)
      return
    }
    let device = devices.life(at: event.device)
    guard let top = threads.top(thread), isStartIo(top, of: device) else { return }
    let fact: CallFact =
      if devices[device].state.contains(.startIoDeferred) {
        .startsNextDeferred
      } else {
        devices.isKnownWhole(device, coverage) ? .startsNextInStartIo : .startsNextUnknown
      }
    calls.tell(fact, of: event, &facts)
  }

  /// IoSetCancelRoutine with a routine. StartIo of a device with NonCancelable FALSE is called with IRPs that are
  /// cancelled meanwhile, unless the cancel spin lock is held.
  mutating func cancelRoutineSet(_ event: Event, _ context: Int32, _ thread: Int) {
    guard event.has(.routine), event.operand != 0 else { return }
    guard reading == .tracked else {
      let run = threads.run(thread)
      if run.contains(.cancelable) {
        tell(.setsCancelRoutine, event, isReport: true, .cancelReported, thread)
      } else if run.contains(.noncancelable) {
        tell(.setsCancelRoutineNoncancelable, event, isReport: false, .cancelReported, thread)
      }
      return
    }
    guard context >= 0, requests[context].isJudged else { return }
    let device = devices[requests[context].device]
    guard !device.state.isDisjoint(with: [.startIoCancelable, .startIoNoncancelable]) else {
      return
    }
    guard device.startIoSet.position > holds.beforeGap else {
      return calls.tell(.setsCancelRoutineUnknown, of: event, &facts)
    }
    if device.state.contains(.startIoNoncancelable) {
      return calls.tell(.setsCancelRoutineNoncancelable, of: event, &facts)
    }
    let fact: CallFact =
      switch holdsCancelSpinLock(event, thread) {
      case true?: .setsCancelRoutineLocked
      case false?: .setsCancelRoutineUnlocked
      case nil: .setsCancelRoutineUnknown
      }
    let attributes = EarlierEvent(stamp: device.startIoSet, kind: .ioSetStartIoAttributes)
    calls.tell(fact, of: event, because: [attributes], &facts)
  }

  /// Whether a frame is StartIo of the device.
  private func isStartIo(_ frame: Frame, of device: Int32) -> Bool {
    guard device >= 0, frame.kind == .callback, frame.callback == .startIo else { return false }
    if frame.device >= 0 { return frame.device == device }
    return frame.context >= 0 && requests[frame.context].device == device
  }
}
