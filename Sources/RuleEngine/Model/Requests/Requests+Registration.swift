// What the driver has had the I/O manager keep for a request: completion routines that
// IoSetCompletionRoutineEx registers, which costs memory and may fail, and cancel routines.
extension Requests {
  // MARK: IoSetCompletionRoutineEx

  /// A completion routine is to be set, or taken back: told before that is known.
  mutating func registering(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    let isEx = event.kind == .ioSetCompletionRoutineEx
    let state = self[placeOf: context].state
    guard isEx || !state.isDisjoint(with: .ofRegistration) else { return }
    // SDV looks at the call, whatever comes of it.
    if state.contains(.registered), reading == .sdv || event.setsRoutine {
      note(event, context)
      tell(.registrationReplaced, context, &facts)
    }
    if event.setsRoutine { self[changingPlace: context].state.subtract(.ofRegistration) }
    guard isEx, let status = event.status else { return }
    if status == .success {
      self[changingPlace: context].state.insert(.registered)
      tell(.registered, context, &facts)
    } else if !status.isSuccess {
      note(event, context)
      self[changingPlace: context].state.formUnion([.registrationFailed, .registrationIgnored])
      tell(.registrationFailed, context, &facts)
    }
  }

  /// The stack location is skipped or copied: a right answer to a routine that could not be registered.
  @inline(__always)
  mutating func stackLocationReady(_ context: Int32) {
    self[changingPlace: context].state.remove(.registrationIgnored)
  }

  /// The IRP is forwarded: told before that is known.
  @inline(__always)
  mutating func tellUnregistered(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    if self[placeOf: context].state.contains(.registrationIgnored),
      event.kind != .ioForwardIrpSynchronously
    {
      tell(.forwardedUnregistered, context, &facts)
    }
  }

  /// The IRP is forwarded, in the `sdv` reading.
  mutating func sdvForwarding(_ context: Int32) {
    self[changingPlace: context].state.subtract(.ofRegistration)
  }

  // MARK: Cancel routines

  /// IoSetCancelRoutine of the IRP; `context` is the one that it belongs to, or -1.
  mutating func cancelRoutineSet(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    cancelRoutineGone(event.irp, &facts)
    guard context >= 0, event.has(.routine), event.operand != 0 else { return }
    self[changingPlace: context].state.insert(.cancelRoutineSet)
    self[changingPlace: context].cancelEpoch = cancelEpoch
    note(event, context)
    tell(.cancelRoutineSet, context, &facts)
  }

  /// Whoever it is that handles the IRP: its cancel routine may have run, or is another.
  mutating func cancelRoutineGone(_ irp: UInt64, _ facts: inout FactSink) {
    var context = newest(ofIRP: irp)
    while context >= 0 {
      if self[placeOf: context].state.contains(.cancelRoutineSet) {
        self[changingPlace: context].state.remove(.cancelRoutineSet)
        tell(.cancelRoutineGone, context, &facts)
      }
      context = self[context].sameIRP.next
    }
  }

  /// A cancel routine runs that names no IRP: it may be anyone's.
  mutating func anyCancelRoutineRuns() { cancelEpoch &+= 1 }

  /// Whether a cancel routine is set for the IRP, as far as anybody can tell.
  @inline(__always)
  func isCancelable(_ context: Int32) -> Bool {
    self[placeOf: context].state.contains(.cancelRoutineSet)
      && self[placeOf: context].cancelEpoch == cancelEpoch
  }
}

// What a completion routine was to say to who waits for it; in the `tracked` reading.
extension Requests {
  /// A completion routine of the context starts something that may go on with its IRP.
  mutating func routineHandsOn(_ context: Int32) {
    self[changingPlace: context].state.insert(.routineHandedOn)
  }

  /// Whether any live request is below, or its completion routine runs. Looks at all of them.
  var isAnyAway: Bool {
    live.contains { context in
      let place = self[placeOf: context]
      return place.whereabouts == .comingBack
        || place.whereabouts == .below && !place.state.contains(.goneByForward)
    }
  }

  /// Whether the lower driver pended the IRP, and a completion routine gave it back and left it to who
  /// waits.
  func isGivenBackPended(_ context: Int32) -> Bool {
    let place = self[placeOf: context]
    return place.whereabouts == .here && place.state.isSuperset(of: [.givenBack, .enteredPended])
      && place.state.isDisjoint(with: [.routineHandedOn, .passedOn])
  }

  /// The thread that forwarded the IRP waits for what nobody says.
  mutating func tellWaitsInVain(_ context: Int32, _ facts: inout FactSink) {
    guard lastEvent(.completionExit, of: context) != nil else { return }
    tell(.waitsInVain, context, &facts)
  }
}

// In the `sdv` reading.
extension Requests {
  /// An event object is made in the dispatch.
  mutating func sdvEventMade(_ context: Int32, isSignaled: Bool) {
    if isSignaled {
      self[changingPlace: context].state.remove(.sdvEventMade)
    } else {
      self[changingPlace: context].state.insert(.sdvEventMade)
    }
  }
}

extension IRPPlace.State {
  /// What is known of the last IoSetCompletionRoutineEx.
  static var ofRegistration: Self { [.registered, .registrationFailed, .registrationIgnored] }
}
