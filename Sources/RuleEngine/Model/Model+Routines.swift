// Routines of drivers that are entered and left, and which context each has or works for.
extension DriverModel {
  /// The context of the thread's top frame; -1 where it has none.
  @inline(__always)
  func topContext(_ thread: Int) -> Int32 {
    let top = threads.depth(thread) - 1
    return top >= 0 ? context(ofFrame: top, thread) : -1
  }

  /// The context of one frame; a frame that works for a context does so only while that is live.
  @inline(__always)
  private func context(ofFrame place: Int, _ thread: Int) -> Int32 {
    let frame = threads.frame(place, of: thread)
    if frame.context >= 0, frame.isWorking, !requests[frame.context].state.contains(.live) {
      return -1
    }
    return frame.context
  }

  /// The current context of the reading: under `tracked` that of the top frame, under `sdv` that of
  /// the innermost frame that has one.
  @inline(__always)
  mutating func currentContext(_ thread: Int) -> Int32 {
    reading == .tracked ? topContext(thread) : innermostContext(thread)
  }

  private mutating func innermostContext(_ thread: Int) -> Int32 {
    var place = threads.depth(thread) - 1
    while place >= 0 {
      let context = context(ofFrame: place, thread)
      if context >= 0 { return context }
      place -= 1
    }
    return -1
  }

  // MARK: Whose an event is

  /// The context of the innermost frame, down to the topmost callback, that handles the event's
  /// IRP; -1 where
  /// there is none. A forward may return in a frame of a context that was superseded.
  @inline(__always)
  func contextByFrame(_ event: Event, _ thread: Int, isReturn: Bool) -> Int32 {
    var place = threads.depth(thread) - 1
    while place >= 0 {
      let frame = threads.frame(place, of: thread)
      if frame.context >= 0 {
        if requests[frame.context].irp == event.irp,
          !event.has(.dev) || requests[frame.context].devicePointer == event.device,
          isReturn || requests[frame.context].state.contains(.live)
        {
          return frame.context
        }
      } else if frame.kind == .completion, frame.irp == event.irp, !isReturn, !event.has(.dev) {
        // Whose routine this is is not known: whose the event is is not either.
        return Self.nobodys
      }
      if frame.kind == .callback { break }
      place -= 1
    }
    return -1
  }

  /// What ``contextByFrame(_:_:isReturn:)`` returns where the frames say that the event is
  /// nobody's.
  private static var nobodys: Int32 { -2 }

  /// The context that an event other than an entry belongs to, or -1.
  @inline(__always)
  mutating func contextOf(_ event: Event, _ thread: Int) -> Int32 {
    guard event.has(.irp), event.irp != 0 else { return currentContext(thread) }
    let framed = contextByFrame(event, thread, isReturn: false)
    if framed == Self.nobodys { return -1 }
    return framed >= 0 ? framed : requests.byIRP(event, withRoutine: false)
  }

  /// The event's driver, as a string id, and the device that it concerns: what it names, otherwise those of the
  /// context that its thread handles, or -1; 0 for what is not known.
  mutating func actor(
    of event: Event, _ current: Int32
  ) -> (driver: UInt32, device: UInt64) {
    let life: Int32
    let pointer: UInt64
    if event.has(.dev) {
      pointer = event.device
      life = devices.life(at: event.device)
    } else {
      guard current >= 0 else { return (event.driver.rawValue, 0) }
      pointer = requests[current].devicePointer
      life = requests[current].device
    }
    if event.driver != .none || life < 0 { return (event.driver.rawValue, pointer) }
    return (devices[life].driver, pointer)
  }

  // MARK: Frames

  private mutating func push(_ frame: Frame, _ thread: Int) {
    if frame.context >= 0 {
      requests.frameEntered(frame.context, isDispatch: frame.kind == .dispatch)
    }
    var frame = frame
    frame.gaps = coverage.gaps
    threads.push(frame, thread)
    if runs.isWatching { runFrameEntered(frame, thread) }
    // Only now that the new frame counts: the one that falls out may be the last of its context,
    // which would end here and leave the new frame with a context that is gone.
    guard let outermost = threads.popOutermostAtLimit(thread) else { return }
    coverage.reached(.frames)
    abandon(outermost, thread)
  }

  /// Pops the frames above `place`, which never exited on their own.
  private mutating func abandonFrames(above place: Int, _ thread: Int) {
    while threads.depth(thread) > place + 1, let frame = threads.pop(thread) {
      abandon(frame, thread)
    }
  }

  /// A frame is gone without an exit of its own: what its context did is not known.
  mutating func abandon(_ frame: Frame, _ thread: Int) {
    if frame.context >= 0, frame.kind != .callback {
      requests.makeUncertain(frame.context, &facts)
      if frame.kind == .dispatch { requests.dispatchFrameLeft(frame.context) }
    }
    if ownIRPs.isWatching { ownFrameVanishes(frame.entered, thread) }
    threads.forgetRaises(of: frame, thread)
    if holds.isWatching { holds.frameVanished(frame, on: threads.key(of: thread), &facts) }
    if runs.isWatching { runFrameVanishes(thread) }
    leave(frame)
  }

  /// A routine has returned and its frame is popped: each room hears of it, and it lets go of what it kept.
  @inline(__always)
  private mutating func frameExits(_ event: Event, _ frame: Frame, _ thread: Int) {
    if ownIRPs.isWatching { ownFrameExits(event, frame.entered, thread) }
    routineReturns(event, frame, thread)
    sdvRoutineReturned(frame, thread)
    if holds.isWatching { holdingFrameExits(event, frame, thread) }
    if runs.isWatching { runFrameExits(event, frame, thread) }
    leave(frame)
  }

  /// A frame that has been popped lets go of its context and of those that it touched.
  private mutating func leave(_ frame: Frame) {
    locks.forget(frame)
    releaseTouches(frame.touches)
    if frame.context >= 0 { requests.frameLeft(frame.context, &facts) }
  }

  private mutating func releaseTouches(_ first: Int32) {
    var next = first
    while next >= 0 {
      let context = requests.resolve(threads.popTouch(&next))
      if context >= 0 { requests.untouched(context, &facts) }
    }
  }

  /// The top frame works for `context` from now on, if it is a frame that works.
  @inline(__always)
  mutating func work(for context: Int32, _ thread: Int) {
    guard let top = threads.top(thread), top.isWorking, top.context != context,
      requests[context].state.contains(.live)
    else { return }
    threads.setTopContext(context, thread)
    requests.frameEntered(context, isDispatch: false)
    if top.context >= 0 { requests.frameLeft(top.context, &facts) }
  }

  /// The top frame handled `context` in a way that keeps it open until the frame returns. On a
  /// thread without frames there is nothing that could keep it open.
  @inline(__always)
  mutating func touch(_ context: Int32, _ thread: Int) {
    guard threads.depth(thread) > 0 else {
      requests.finishedOutsideFrames(context)
      return
    }
    guard threads.touch(requests.reference(context), thread) else { return }
    requests.touched(context)
    if threads.hasManyTouches(thread) { thinTouches(thread) }
  }

  /// Takes out of what the top frame touched what is gone, and all but the last touch of each context: so what
  /// is kept does not grow with what a frame does, only with what it keeps open.
  private mutating func thinTouches(_ thread: Int) {
    var kept: [SlabRef] = []
    var seen: Set<Int32> = []
    var next = threads.takeTouches(thread)
    while next >= 0 {
      let reference = threads.popTouch(&next)
      let context = requests.resolve(reference)
      if context < 0 { continue }
      if seen.insert(context).inserted {
        kept.append(reference)
      } else {
        requests.untouched(context, &facts)
      }
    }
    threads.setTouches(kept.reversed(), thread)
  }

  /// A thread's routine, which never returns, turns to something new: it works for nobody and keeps
  /// nothing open.
  mutating func threadRoutineTurns(_ thread: Int) {
    guard let top = threads.top(thread), top.isThreadRoutine else { return }
    releaseTouches(threads.takeTouches(thread))
    guard top.isWorking, top.context >= 0 else { return }
    threads.setTopContext(-1, thread)
    requests.frameLeft(top.context, &facts)
  }
}

// Entries and exits.
extension DriverModel {
  mutating func dispatchEntered(_ event: Event, _ thread: Int) {
    let device = devices.life(of: event, &facts, &coverage)
    requests.addressNamed(event.irp, &facts)
    let old = requests.live(event.device, event.irp)
    if old >= 0, joins(old, thread) {
      requests.note(event, old)
      push(dispatchFrame(event, old), thread)
      return
    }
    if old >= 0 { requests.supersede(old, &facts) }
    ownIRPs.dispatched(event, &facts)
    let context = requests.open(event, device, &facts, &coverage)
    let before = requests.resolve(devices[device].removal)
    devices.requestOpened(event, device, requests.reference(context))
    if reading == .tracked, requests[context].isRemoval {
      removalOpens(context, device, before: before)
    }
    push(dispatchFrame(event, context), thread)
    facts.turn(.began, .context, context)
  }

  private func dispatchFrame(_ event: Event, _ context: Int32) -> Frame {
    Frame(
      kind: .dispatch, key: event.device, irp: event.irp, context: context, isWorking: false,
      irql: event.entryIRQL,
      entered: event.position.rawValue)
  }

  /// Whether a new dispatch frame with the context's key is the driver calling itself.
  private mutating func joins(_ context: Int32, _ thread: Int) -> Bool {
    guard requests[context].state.contains(.hasIRP), requests[context].dispatchFrames > 0 else {
      return false
    }
    var place = threads.depth(thread) - 1
    while place >= 0 {
      let frame = threads.frame(place, of: thread)
      if frame.kind == .dispatch, frame.context == context { return true }
      if frame.kind == .callback { return false }
      place -= 1
    }
    return false
  }

  mutating func dispatchExited(_ event: Event, _ thread: Int) {
    guard
      let place = threads.nearest(
        thread, where: { $0.kind == .dispatch && $0.isLeft(by: event) })
    else {
      coverage.exitUnmatched()
      return
    }
    abandonFrames(above: place, thread)
    guard let frame = threads.pop(thread) else { return }
    let device = requests[frame.context].device
    if reading == .tracked, event.status == .pending { returnsFromList(event, frame.context) }
    requests.returned(
      event, frame.context,
      isFamiliar: devices.isFamiliar(device, requests[frame.context].major), &facts)
    if reading == .sdv { ownIRPs.dispatchReturned(event, &facts) }
    frameExits(event, frame, thread)
  }

  mutating func callbackEntered(_ event: Event, _ thread: Int) {
    let context =
      event.has(.irp) && event.irp != 0 ? requests.byIRP(event, withRoutine: false) : -1
    push(
      Frame(
        kind: .callback, callback: event.callbackKind,
        device: event.has(.dev) ? devices.life(at: event.device) : -1, key: event.operand,
        irp: event.irp,
        context: context, isWorking: context < 0, irql: event.entryIRQL,
        entered: event.position.rawValue),
      thread)
    if event.callbackKind == .cancel, reading == .tracked { cancelRoutineRuns(event) }
    if event.callbackKind == .cancel { cancelRoutineEntered(event, thread) }
    guard context >= 0 else { return }
    requests.note(event, context)
    if reading == .tracked { requests.placeCalledBack(event, context, &facts) }
  }

  private mutating func cancelRoutineRuns(_ event: Event) {
    if event.has(.irp), event.irp != 0 {
      requests.cancelRoutineGone(event.irp, &facts)
    } else {
      requests.anyCancelRoutineRuns()
    }
  }

  mutating func callbackExited(_ event: Event, _ thread: Int) {
    guard
      let place = threads.nearest(
        thread, where: { $0.kind == .callback && $0.key == event.operand })
    else {
      coverage.exitUnmatched()
      return
    }
    abandonFrames(above: place, thread)
    guard let frame = threads.pop(thread) else { return }
    frameExits(event, frame, thread)
  }

  mutating func completionEntered(_ event: Event, _ thread: Int) {
    let context = requests.byIRP(event, withRoutine: true)
    push(
      Frame(
        kind: .completion, key: event.has(.dev) ? event.device : 0, irp: event.irp,
        context: context, isWorking: false, irql: event.entryIRQL, entered: event.position.rawValue),
      thread)
    if context >= 0 {
      requests.routineEntered(event, context, &facts)
    } else {
      ownIRPs.routineEntered(event)
      ofNobody(event)
    }
  }

  mutating func completionExited(_ event: Event, _ thread: Int) {
    guard
      let place = threads.nearest(
        thread, where: { $0.kind == .completion && $0.isLeft(by: event) })
    else {
      coverage.exitUnmatched()
      return
    }
    abandonFrames(above: place, thread)
    if reading == .sdv {
      sdvCompletionRoutineExits(thread)
      ownIRPs.anyRoutineExited(&facts)
    }
    guard let frame = threads.pop(thread) else { return }
    if frame.context >= 0 {
      requests.routineExited(event, frame.context, &facts)
    } else {
      ownIRPs.routineExited(event, &facts)
    }
    frameExits(event, frame, thread)
  }

  /// SDV looks at the counter of each dispatch within whose frames a completion routine returns.
  private mutating func sdvCompletionRoutineExits(_ thread: Int) {
    for place in 0..<threads.depth(thread) {
      let context = threads.frame(place, of: thread).context
      if context >= 0, requests[context].sdvDepth != 0 {
        requests.tell(.completionRoutineExitedHolding, context, &facts)
      }
    }
  }
}
