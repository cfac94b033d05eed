// Frames: the open routines on each thread's stack, and which context each has or works for.
extension DriverModel {
  /// The context of the thread's top frame; -1 where it has none.
  @inline(__always)
  func topContext(_ thread: Int) -> Int32 {
    let top = threads[thread].frames.count - 1
    return top >= 0 ? context(ofFrame: top, thread) : -1
  }

  /// The context of one frame; a frame that works for a context does so only while that is live.
  @inline(__always)
  private func context(ofFrame place: Int, _ thread: Int) -> Int32 {
    let context = threads[thread].frames[place].context
    if context >= 0, threads[thread].frames[place].isWorking,
      !contexts[context].state.contains(.live)
    {
      return -1
    }
    return context
  }

  /// The current context of the reading: under `tracked` that of the top frame, under `sdv` that of
  /// the innermost frame that has one.
  @inline(__always)
  mutating func currentContext(_ thread: Int) -> Int32 {
    reading == .tracked ? topContext(thread) : innermostContext(thread)
  }

  private mutating func innermostContext(_ thread: Int) -> Int32 {
    var place = threads[thread].frames.count - 1
    while place >= 0 {
      let context = context(ofFrame: place, thread)
      if context >= 0 { return context }
      place -= 1
    }
    return -1
  }

  mutating func push(_ frame: Frame, _ thread: Int) {
    if frame.context >= 0 {
      contexts[frame.context].frames += 1
      if frame.kind == .dispatch { contexts[frame.context].dispatchFrames += 1 }
    }
    threads[thread].frames.append(frame)
    // Only now that the new frame counts: the one that falls out may be the last of its context,
    // which would end here and leave the new frame with a context that is gone.
    guard threads[thread].frames.count > limits.frames else { return }
    limitHits[Int(LimitKind.frames.rawValue)] += 1
    abandon(threads[thread].frames.removeFirst())
  }

  /// The nearest frame from the top that `matches`, or nil.
  @inline(__always)
  func nearestFrame(_ thread: Int, where matches: (Frame) -> Bool) -> Int? {
    var place = threads[thread].frames.count - 1
    while place >= 0 {
      if matches(threads[thread].frames[place]) { return place }
      place -= 1
    }
    return nil
  }

  /// Pops the frames above `place`, which never exited on their own.
  mutating func abandonFrames(above place: Int, _ thread: Int) {
    while threads[thread].frames.count > place + 1, let frame = threads[thread].frames.popLast() {
      abandon(frame)
    }
  }

  /// A frame is gone without an exit of its own: what its context did is not known.
  mutating func abandon(_ frame: Frame) {
    if frame.context >= 0, frame.kind != .callback {
      makeUncertain(frame.context)
      if frame.kind == .dispatch { contexts[frame.context].dispatchFrames -= 1 }
    }
    leave(frame)
  }

  /// A frame that has been popped lets go of its context and of those that it touched.
  mutating func leave(_ frame: Frame) {
    releaseTouches(frame.touches)
    if frame.context >= 0 { letGo(frame.context) }
  }

  private mutating func letGo(_ context: Int32) {
    contexts[context].frames -= 1
    if contexts[context].state.contains(.live) {
      endIfFinished(context)
    } else if contexts[context].frames == 0 {
      free(context)
    }
  }

  private mutating func releaseTouches(_ first: Int32) {
    var touch = first
    while touch >= 0 {
      let next = touches[touch].next
      let context = contexts.resolve(touches[touch].context)
      touches.remove(touch)
      if context >= 0 {
        contexts[context].touchingFrames -= 1
        if contexts[context].state.contains(.live) { endIfFinished(context) }
      }
      touch = next
    }
  }

  /// The top frame works for `context` from now on, if it is a frame that works.
  @inline(__always)
  mutating func work(for context: Int32, _ thread: Int) {
    let top = threads[thread].frames.count - 1
    guard top >= 0, threads[thread].frames[top].isWorking,
      contexts[context].state.contains(.live)
    else { return }
    let old = threads[thread].frames[top].context
    guard old != context else { return }
    threads[thread].frames[top].context = context
    contexts[context].frames += 1
    if old >= 0 { letGo(old) }
  }

  /// The top frame handled `context` in a way that keeps it open until the frame returns. On a
  /// thread without frames there is nothing that could keep it open.
  @inline(__always)
  mutating func touch(_ context: Int32, _ thread: Int) {
    let top = threads[thread].frames.count - 1
    guard top >= 0 else {
      contexts[context].state.insert(.finishedOutsideFrames)
      return
    }
    let frame = threads[thread].frames[top]
    if frame.context == context, !frame.isWorking { return }
    let reference = contexts.reference(context)
    if frame.touches >= 0, touches[frame.touches].context == reference { return }
    threads[thread].frames[top].touches = touches.insert(
      Touch(context: reference, next: frame.touches))
    contexts[context].touchingFrames += 1
  }

  /// A thread's routine, which never returns, turns to something new: it works for nobody and keeps
  /// nothing open.
  mutating func threadRoutineTurns(_ thread: Int) {
    let top = threads[thread].frames.count - 1
    guard top >= 0, threads[thread].frames[top].isThreadRoutine else { return }
    let frame = threads[thread].frames[top]
    threads[thread].frames[top].touches = -1
    releaseTouches(frame.touches)
    guard frame.isWorking, frame.context >= 0 else { return }
    threads[thread].frames[top].context = -1
    letGo(frame.context)
  }
}

// Entries and exits.
extension DriverModel {
  mutating func callbackEntered(_ event: Event, _ thread: Int) {
    let context =
      event.has(.irp) && event.irp != 0 ? contextByIRP(event, withRoutine: false) : -1
    push(
      Frame(
        kind: .callback, callback: event.callbackKind, key: event.operand, irp: event.irp,
        context: context, isWorking: context < 0, entered: event.position.rawValue),
      thread)
    if context >= 0 { note(event, context) }
  }

  mutating func callbackExited(_ event: Event, _ thread: Int) {
    guard
      let place = nearestFrame(
        thread, where: { $0.kind == .callback && $0.key == event.operand })
    else {
      unmatchedExits += 1
      return
    }
    abandonFrames(above: place, thread)
    if let frame = threads[thread].frames.popLast() { leave(frame) }
  }

  mutating func completionEntered(_ event: Event, _ thread: Int) {
    let context = contextByIRP(event, withRoutine: true)
    push(
      Frame(
        kind: .completion, key: event.has(.dev) ? event.device : 0, irp: event.irp,
        context: context, isWorking: false, entered: event.position.rawValue),
      thread)
    guard context >= 0 else { return }
    note(event, context)
    let pended = event.flags.contains(.pending)
    if pended { contexts[context].state.insert(.lastForwardPended) }
    lowerDriverAnswered(event, context, pended: pended)
  }

  mutating func completionExited(_ event: Event, _ thread: Int) {
    guard
      let place = nearestFrame(
        thread, where: { $0.kind == .completion && Self.exit(event, matches: $0) })
    else {
      unmatchedExits += 1
      return
    }
    abandonFrames(above: place, thread)
    if reading == .sdv { sdvCompletionRoutineExits(thread) }
    guard let frame = threads[thread].frames.popLast() else { return }
    if frame.context >= 0 { completionRoutineExits(event, frame.context) }
    leave(frame)
  }

  /// An exit names its IRP; the device counts where both name it.
  @inline(__always)
  static func exit(_ event: Event, matches frame: Frame) -> Bool {
    frame.irp == event.irp && (!event.has(.dev) || frame.key == 0 || frame.key == event.device)
  }

  private mutating func completionRoutineExits(_ event: Event, _ context: Int32) {
    note(event, context)
    guard let status = event.status else {
      // An unknown status name: whether the driver owns the IRP again is not known.
      makeUncertain(context)
      return
    }
    contexts[context].state.remove(.routineOutstanding)
    if status == .moreProcessingRequired {
      contexts[context].state.remove(.forwarded)
      contexts[context].state.insert(.hasIRP)
    } else {
      contexts[context].state.insert(.routineFinished)
      contexts[context].state.remove(.hasIRP)
    }
    if reading == .tracked, contexts[context].depth != 0 {
      if uncarried(context) > 0 { emit(.completionRoutineExitedUncarried, context) }
      emit(.completionRoutineExitedHolding, context)
    }
    emit(.completionRoutineExited, context)
  }

  /// SDV looks at the counter of each dispatch within whose frames a completion routine returns.
  private mutating func sdvCompletionRoutineExits(_ thread: Int) {
    for place in threads[thread].frames.indices {
      let context = threads[thread].frames[place].context
      if context >= 0, contexts[context].sdvDepth != 0 {
        emit(.completionRoutineExitedHolding, context)
      }
    }
  }
}
