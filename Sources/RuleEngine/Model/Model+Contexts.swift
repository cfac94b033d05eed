// IRP contexts: how they open, whom events belong to, and how they end.
extension DriverModel {
  mutating func dispatchEntered(_ event: Event, _ thread: Int) {
    let device = deviceIndex(event)
    let old = liveContext(event.device, event.irp)
    if old >= 0, joins(old, thread) {
      note(event, old)
      push(dispatchFrame(event, old), thread)
      return
    }
    if old >= 0 { supersede(old) }
    if liveCount >= limits.contexts {
      limitHits[Int(LimitKind.contexts.rawValue)] += 1
      dropOldest(oldestLive)
    }
    let context = open(event, device)
    push(dispatchFrame(event, context), thread)
    turn(.began, .context, context)
  }

  private func dispatchFrame(_ event: Event, _ context: Int32) -> Frame {
    Frame(
      kind: .dispatch, key: event.device, irp: event.irp, context: context, isWorking: false,
      entered: event.position.rawValue)
  }

  /// Whether a new dispatch frame with the context's key is the driver calling itself.
  private mutating func joins(_ context: Int32, _ thread: Int) -> Bool {
    guard contexts[context].state.contains(.hasIRP), contexts[context].dispatchFrames > 0 else {
      return false
    }
    for frame in threads[thread].frames.reversed() {
      if frame.kind == .dispatch, frame.context == context { return true }
      if frame.kind == .callback { return false }
    }
    return false
  }

  private mutating func open(_ event: Event, _ device: Int32) -> Int32 {
    var parameters: IRPContext.Parameters = []
    if event.has(.mn) { parameters.insert(.minor) }
    if event.has(.relation) { parameters.insert(.relation) }
    if event.has(.ioctl) { parameters.insert(.ioctl) }
    let context = contexts.insert(
      IRPContext(
        devicePointer: event.device, irp: event.irp, device: device, major: event.major,
        minor: event.minor, powerType: event.powerType, powerState: event.powerState,
        relation: event.relation, parameters: parameters,
        ioctl: UInt32(truncatingIfNeeded: event.number), opened: EventStamp(event), epoch: epoch,
        state: [.live, .certain, .hasIRP]))
    link(context)
    devices[device].references += 1
    if event.major == .pnp {
      devices[device].state.insert(.pnp)
      markDriverPnP(devices[device].driver)
      if event.has(.mn), event.minor == .removeDevice {
        devices[device].removal = contexts.reference(context)
      }
    }
    return context
  }

  /// Adds a new context to the list of live ones and to its IRP's, newest first.
  private mutating func link(_ context: Int32) {
    let irp = contexts[context].irp
    let older = newestContext(ofIRP: irp)
    if older >= 0 {
      contexts[context].sameIRP.next = older
      contexts[older].sameIRP.previous = context
      newestOfIRP.replace(hash(ofIRP: irp), older, with: context)
      limitContextsOfIRP(from: older)
    } else {
      newestOfIRP.insert(hash(ofIRP: irp), context)
    }
    contexts[context].live.previous = newestLive
    if newestLive >= 0 { contexts[newestLive].live.next = context } else { oldestLive = context }
    newestLive = context
    liveCount += 1
  }

  private mutating func limitContextsOfIRP(from newest: Int32) {
    var context = newest
    for _ in 1..<limits.contextsPerIRP {
      context = contexts[context].sameIRP.next
      if context < 0 { return }
    }
    limitHits[Int(LimitKind.contextsPerIRP.rawValue)] += 1
    dropOldest(context)
  }

  /// Takes a context out of the lists: no event finds it by its key any more.
  private mutating func unlink(_ context: Int32) {
    let same = contexts[context].sameIRP
    let live = contexts[context].live
    if same.previous >= 0 {
      contexts[same.previous].sameIRP.next = same.next
    } else if same.next >= 0 {
      newestOfIRP.replace(hash(ofIRP: contexts[context].irp), context, with: same.next)
    } else {
      newestOfIRP.remove(hash(ofIRP: contexts[context].irp), context)
    }
    if same.next >= 0 { contexts[same.next].sameIRP.previous = same.previous }
    if live.previous >= 0 {
      contexts[live.previous].live.next = live.next
    } else {
      oldestLive = live.next
    }
    if live.next >= 0 {
      contexts[live.next].live.previous = live.previous
    } else {
      newestLive = live.previous
    }
    contexts[context].state.remove(.live)
    liveCount -= 1
  }

  /// The context falls out at a limit: it is undecided.
  private mutating func dropOldest(_ context: Int32) {
    turn(.undecided, .context, context)
    close(context)
  }

  /// A new handling takes the context's key: it is over without having ended.
  mutating func supersede(_ context: Int32) {
    if contexts[context].acquisitions >= 0 {
      turn(.undecided, .context, context)
    } else {
      if reading == .tracked { emit(.ended, context) }
      turn(.closed, .context, context)
    }
    close(context)
  }

  private mutating func close(_ context: Int32) {
    unlink(context)
    if contexts[context].frames == 0 { free(context) } else { forgetRefusals(context) }
  }

  /// Nothing needs the context any more; its slot is given free with the next event, so that the
  /// facts of this one can still show what it held.
  mutating func free(_ context: Int32) {
    // One that was superseded while its routine ran may have been refused since.
    forgetRefusals(context)
    goneContexts.append(context)
  }

  /// Gives the context's slot free. What it holds belongs to nobody from here on.
  mutating func sweepContext(_ context: Int32) {
    var acquisition = contexts[context].acquisitions
    while acquisition >= 0 {
      let next = acquisitions[acquisition].ofContext.next
      acquisitions[acquisition].context = -1
      acquisitions[acquisition].ofContext = IRPContext.Links()
      acquisition = next
    }
    dropReference(contexts[context].device)
    evidence.removeAll(&contexts[context].evidence)
    contexts.remove(context)
  }

  /// Ends the context if its IRP is finished and nothing can follow.
  @inline(__always)
  mutating func endIfFinished(_ context: Int32) {
    guard contexts[context].frames == 0, contexts[context].touchingFrames == 0,
      contexts[context].isFinished
    else { return }
    end(context)
  }

  private mutating func end(_ context: Int32) {
    let isEnding = contexts[context].state.contains(.finishedOutsideFrames)
    if isEnding, contexts[context].acquisitions >= 0 { return }
    if reading == .tracked {
      if holdsForIRP(context) { emit(.endedHolding, context) }
      emit(.ended, context)
    }
    turn(.closed, .context, context)
    close(context)
  }

  /// Nothing is reported for the context any more.
  mutating func makeUncertain(_ context: Int32) {
    guard contexts[context].state.contains(.certain) else { return }
    contexts[context].state.remove(.certain)
    if contexts[context].state.contains(.live) { turn(.undecided, .context, context) }
  }

  /// Adds the event to the context's evidence.
  @inline(__always)
  mutating func note(_ event: Event, _ context: Int32) {
    evidence.append(EvidenceRecord(event), to: &contexts[context].evidence)
  }
}

// Attribution: whom an event belongs to.
extension DriverModel {
  @inline(__always)
  func hash(ofIRP irp: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: irp.hashWord(seed: seed))
  }

  /// The live context of the IRP that opened last, or -1.
  @inline(__always)
  func newestContext(ofIRP irp: UInt64) -> Int32 {
    newestOfIRP.find(hash(ofIRP: irp)) { contexts[$0].irp == irp }
  }

  /// The live context with this key, or -1.
  @inline(__always)
  func liveContext(_ device: UInt64, _ irp: UInt64) -> Int32 {
    var context = newestContext(ofIRP: irp)
    while context >= 0, contexts[context].devicePointer != device {
      context = contexts[context].sameIRP.next
    }
    return context
  }

  /// The context of an event that names an IRP, without a look at the frames.
  mutating func contextByIRP(_ event: Event, withRoutine: Bool) -> Int32 {
    if event.has(.dev) { return liveContext(event.device, event.irp) }
    let wanted: IRPContext.State = withRoutine ? .routineOutstanding : .hasIRP
    var context = newestContext(ofIRP: event.irp)
    while context >= 0, contexts[context].state.isDisjoint(with: wanted) {
      context = contexts[context].sameIRP.next
    }
    return context
  }

  /// The context of the innermost frame, down to the topmost callback, that handles the event's IRP.
  @inline(__always)
  func contextByFrame(_ event: Event, _ thread: Int) -> Int32 {
    var place = threads[thread].frames.count - 1
    while place >= 0 {
      let context = threads[thread].frames[place].context
      if context >= 0, contexts[context].irp == event.irp,
        !event.has(.dev) || contexts[context].devicePointer == event.device
      {
        return context
      }
      if threads[thread].frames[place].kind == .callback { break }
      place -= 1
    }
    return -1
  }

  /// The context that an event other than an entry belongs to, or -1.
  @inline(__always)
  mutating func contextOf(_ event: Event, _ thread: Int) -> Int32 {
    guard event.has(.irp), event.irp != 0 else { return currentContext(thread) }
    let framed = contextByFrame(event, thread)
    return framed >= 0 ? framed : contextByIRP(event, withRoutine: false)
  }
}
