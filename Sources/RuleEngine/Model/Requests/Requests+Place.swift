// Where a request's IRP goes, and what rules about its handling ask of that; in the `tracked` reading.
extension Requests {
  // MARK: Forwarding

  /// The IRP is forwarded: told before the request knows it. `isAway` where the driver is known not to have
  /// it, `isInFrame` where a routine of a driver is open on the thread.
  mutating func placeForwarding(
    _ event: Event, _ context: Int32, isAway: Bool, isInFrame: Bool, _ facts: inout FactSink
  ) {
    if isInFrame { tellPended(context, &facts) }
    if isAway { tell(.forwardedWhileBelow, context, &facts) }
    if self[placeOf: context].state.contains(.deviceDeleted),
      !self[context].state.contains(.forwardedEver)
    {
      tell(.forwardedAfterDelete, context, &facts)
    }
    tellIRQL(event, context, &facts)
  }

  /// Requests for which the next driver may be called at DISPATCH_LEVEL.
  private static let atDispatchLevel: [MajorFunction] = [
    .read, .write, .deviceControl, .internalDeviceControl, .power,
  ]

  /// The IRP is forwarded at an IRQL that the trace tells, and its major function asks for a low one.
  mutating func tellIRQL(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    guard event.has(.irql) else { return }
    let major = event.has(.mj) ? event.major : self[context].major
    if Self.atDispatchLevel.contains(major) { return }
    tell(.forwardedIRQLCounts, context, &facts)
    if event.irql > 1 { tell(.forwardedAtBadIRQL, context, &facts) }
  }

  /// The IRP has been forwarded, from this frame.
  @inline(__always)
  mutating func placeForwarded(_ event: Event, _ context: Int32, at site: FrameSite) {
    let hasRoutine = self[context].state.contains(.routineOutstanding)
    var place = self[placeOf: context]
    place.whereabouts = .below
    place.forwardSite = site
    place.forwardPosition = event.position.rawValue
    place.state.subtract(.ofTrip)
    place.state.formUnion([.forwardOpen, .forwardIsLast])
    if !hasRoutine { place.state.insert(.goneByForward) }
    self[changingPlace: context] = place
  }

  /// The forward returns.
  @inline(__always)
  mutating func placeForwardReturned(
    _ event: Event, _ context: Int32, _ facts: inout FactSink
  ) {
    var place = self[placeOf: context]
    place.state.remove(.forwardOpen)
    place.state.insert(.cameBackOnce)
    if let status = event.status {
      place.lowerStatus = status.rawValue
      place.state.insert(.lowerStatusKnown)
      if status != .pending { place.lowerAnswered(status) }
    }
    let deleted = place.state.contains(.deletedBelow)
    place.state.remove(.deletedBelow)
    self[changingPlace: context] = place
    tell(deleted ? .deletedBeforeReturn : .cameBack, context, &facts)
  }

  /// IoForwardIrpSynchronously returns: the driver has the IRP again.
  mutating func placeForwardedSynchronously(_ context: Int32, _ facts: inout FactSink) {
    self[changingPlace: context].whereabouts = .here
    self[changingPlace: context].state.insert(.givenBack)
    tell(.givenBack, context, &facts)
  }

  // MARK: Completion routines

  mutating func placeRoutineEntered(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    var place = self[placeOf: context]
    place.whereabouts = .comingBack
    place.state.remove(.forwardIsLast)
    place.state.insert(.cameBackOnce)
    if let status = event.status { place.lowerAnswered(status) }
    let isPended = event.flags.contains(.pending)
    if isPended { place.state.insert(.enteredPended) }
    self[changingPlace: context] = place
    if !place.state.contains(.deletedBelow) { tell(.cameBack, context, &facts) }
    if isPended { tell(.completionRoutineEnteredPended, context, &facts) }
  }

  mutating func placeRoutineExited(
    _ status: NTStatus, _ context: Int32, _ facts: inout FactSink
  ) {
    // What was forwarded again in the routine, or came back a second time in it, is elsewhere by now.
    guard self[placeOf: context].whereabouts == .comingBack else { return }
    if status == .moreProcessingRequired {
      self[changingPlace: context].whereabouts = .here
      self[changingPlace: context].state.insert(.givenBack)
      tell(.givenBack, context, &facts)
      return
    }
    self[changingPlace: context].whereabouts = .gone
    let place = self[placeOf: context]
    if place.state.contains(.enteredPended), !place.isMarked {
      tell(.completionRoutineExitedUnmarked, context, &facts)
    }
  }

  // MARK: Completing

  /// The IRP is completed: told before the request knows it. `isAway` where the driver is known not to have
  /// it, `isPended` where the dispatch routine completes what the lower driver keeps, `isInDispatch` in a
  /// frame of the context on its dispatch thread, `isInFrame` in any frame, `isSameDriver` unless the event names another driver.
  mutating func placeCompleting(
    _ event: Event, _ context: Int32, isAway: Bool, isPended: Bool, isInDispatch: Bool,
    isInFrame: Bool, isSameDriver: Bool, _ facts: inout FactSink
  ) {
    let state = self[context].state
    if isInFrame { tellPended(context, &facts) }
    if state.contains(.completed), isSameDriver { tell(.completedAgain, context, &facts) }
    if isAway { tell(.completedWhileAway, context, &facts) }
    if let status = event.status, status != .cancelled, isCancelable(context) {
      tell(.completedWithCancelRoutine, context, &facts)
    }
    if isPended { tell(.completedWhilePended, context, &facts) }
    if isInDispatch, !self[placeOf: context].isMarked {
      tell(.completedInDispatch, context, &facts)
    }
    guard let status = event.status else {
      placeCompleted(nil, context, isInDispatch: isInDispatch)
      return
    }
    tell(.completes, context, &facts)
    if status.isSuccess {
      // Who completes it later may have sent it in a way that is not traced.
      if !state.contains(.forwardedEver), self[context].dispatchFrames > 0 {
        tell(.completedUnforwarded, context, &facts)
      }
    } else if !state.contains(.forwardedEver)
      || self[placeOf: context].state.contains(.lowerSucceeded)
    {
      tell(.completedFailing, context, &facts)
    }
    placeCompleted(status, context, isInDispatch: isInDispatch)
  }

  /// STATUS_PENDING was returned for an IRP that had been neither marked nor passed on, and the driver, not a
  /// library, goes on with it.
  private mutating func tellPended(_ context: Int32, _ facts: inout FactSink) {
    guard self[placeOf: context].state.contains(.pendedUnmarked) else { return }
    self[changingPlace: context].state.remove(.pendedUnmarked)
    tell(.pendedUnmarked, context, &facts)
  }

  private mutating func placeCompleted(
    _ status: NTStatus?, _ context: Int32, isInDispatch: Bool
  ) {
    var place = self[placeOf: context]
    place.whereabouts = .gone
    place.state.subtract([.forwardIsLast, .ownStatusKnown])
    if isInDispatch { place.state.insert(.completedInDispatch) }
    if let status {
      place.ownStatus = status.rawValue
      place.state.insert(.ownStatusKnown)
      if status.isSuccess, status != .pending { place.state.insert(.succeeded) }
    }
    self[changingPlace: context] = place
  }

  // MARK: Marked, queued, handed over

  /// IoMarkIrpPending. `isInRoutine` in a completion frame of the context; `thread` is where.
  mutating func placeMarked(
    _ context: Int32, isInRoutine: Bool, thread: UInt64, _ facts: inout FactSink
  ) {
    let place = self[placeOf: context]
    self[changingPlace: context].state.remove(.forwardIsLast)
    if isInRoutine {
      self[changingPlace: context].state.insert(.markedInRoutine)
      tell(.markedInRoutine, context, &facts)
      return
    }
    if place.state.contains(.insertedUnmarked), !place.isMarked, place.insertionThread == thread {
      tell(.markedAfterInsertion, context, &facts)
    }
    self[changingPlace: context].state.insert(.markedByDriver)
    if self[context].dispatchFrames > 0 { tell(.markedByDriver, context, &facts) }
    tellHandedOver(context, &facts)
  }

  /// The IRP is put in a queue.
  mutating func placeQueued(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    // What is not named may be something else: an excuse, and no more.
    guard event.irp != 0 else {
      self[changingPlace: context].state.insert(.passedOn)
      return
    }
    self[changingPlace: context].state.formUnion([.passedOn, .everQueued])
    self[changingPlace: context].state.remove(.forwardIsLast)
    if event.kind == .ioCsqInsertIrp || event.kind == .ioCsqInsertIrpEx {
      self[changingPlace: context].state.insert(.markedByQueue)
    } else if event.kind.isInterlockedInsertion {
      tell(.insertedInterlocked, context, &facts)
      if self[placeOf: context].isMarked {
        tell(.insertedMarked, context, &facts)
      } else {
        self[changingPlace: context].state.insert(.insertedUnmarked)
        self[changingPlace: context].insertionThread = event.threadKey
      }
    }
    tellHandedOver(context, &facts)
  }

  /// The IRP is put in a list unmarked, with a spin lock held.
  mutating func insertedUnderLock(
    _ event: Event, _ context: Int32, _ facts: inout FactSink
  ) {
    self[changingPlace: context].lockedThread = event.threadKey
    self[changingPlace: context].lockedInsertion = event.position.rawValue
    self[changingPlace: context].inList = .insertedLocked
    tell(.insertedUnderLock, context, &facts)
  }

  /// And is marked, under the lock of the list or not any more.
  mutating func markedInList(_ context: Int32, isUnlocked: Bool) {
    self[changingPlace: context].inList = isUnlocked ? .markedUnlocked : .no
  }

  /// The thread that put the IRP in the list goes on with it.
  mutating func leftList(_ context: Int32, thread: UInt64) {
    guard self[placeOf: context].lockedThread == thread else { return }
    self[changingPlace: context].inList = .no
  }

  /// Something that is not named is put in a queue in a frame of the context.
  mutating func placeInserted(_ context: Int32) {
    if context >= 0 { self[changingPlace: context].state.insert(.insertedInFrame) }
  }

  /// A callback frame names the IRP.
  mutating func placeCalledBack(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    guard event.threadKey != self[placeOf: context].dispatchThread else { return }
    self[changingPlace: context].state.insert(.passedOn)
    tellHandedOver(context, &facts)
  }

  private mutating func tellHandedOver(_ context: Int32, _ facts: inout FactSink) {
    if self[context].isRemoval || !self[context].isJudged { return }
    handOver(context)
    tell(.handedOver, context, &facts)
  }

  /// KeSetEvent in a completion frame of the context.
  mutating func tellEventSet(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    guard self[context].isJudged else { return }
    note(event, context)
    tell(.eventSetInRoutine, context, &facts)
  }

  /// An IRP whose context has ended is completed again.
  mutating func tellCompletedAgain(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    guard self[context].state.contains(.certain) else { return }
    note(event, context)
    facts.add(ContextFact.completedAgain.rawValue, about: .context, context)
  }

  // MARK: WMI

  /// WmiSystemControl had the IRP, and has processed it, leaves it to the driver to complete, or neither.
  mutating func placeOfWMI(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    self[changingPlace: context].state.insert(.wmiSeen)
    switch event.disposition {
    case .processed:
      self[changingPlace: context].whereabouts = .gone
      self[changingPlace: context].state.remove(.forwardIsLast)
      tell(.wmiProcessed, context, &facts)
    case .notCompleted:
      self[changingPlace: context].state.insert(.wmiNotCompleted)
      tell(.wmiNotCompleted, context, &facts)
    default: break
    }
  }
}

extension IRPPlace {
  /// The lower driver's answer, by the forward's return or the entry of a completion routine.
  @inline(__always)
  mutating func lowerAnswered(_ status: NTStatus) {
    if status.isSuccess, status != .pending {
      state.insert(.lowerSucceeded)
    } else {
      state.remove(.lowerSucceeded)
    }
  }
}
