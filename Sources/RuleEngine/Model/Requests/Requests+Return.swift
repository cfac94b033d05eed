// What rules about the handling of an IRP ask for when its dispatch routine returns and when it is over; in
// the `tracked` reading.
extension Requests {
  /// The last dispatch frame of the context returns. `isFamiliar` where the device has completed or forwarded
  /// a request of the same major function before.
  mutating func placeReturned(
    _ event: Event, _ context: Int32, isFamiliar: Bool, _ facts: inout FactSink
  ) {
    let place = self[placeOf: context]
    tellLowerStatus(event, context, place, &facts)
    tellUnregisteredReturn(context, place, &facts)
    guard let status = event.status else { return }
    if status == .pending {
      tellPendingReturn(context, place, &facts)
    } else {
      tellFinalReturn(status, context, place, isFamiliar: isFamiliar, &facts)
      if status.isSuccess { self[changingPlace: context].state.insert(.succeeded) }
    }
    if place.state.contains(.wmiNotCompleted), !self[context].state.contains(.completed),
      !place.isHandedOver
    {
      tell(.returnsWMIUncompleted, context, &facts)
    }
  }

  /// IoSetCompletionRoutineEx has failed, and nothing was done with the IRP since.
  private mutating func tellUnregisteredReturn(
    _ context: Int32, _ place: IRPPlace, _ facts: inout FactSink
  ) {
    guard place.state.contains(.registrationFailed), place.whereabouts == .here,
      !place.isHandedOver
    else { return }
    tell(.returnsUnregistered, context, &facts)
  }

  /// It returns STATUS_PENDING.
  private mutating func tellPendingReturn(
    _ context: Int32, _ place: IRPPlace, _ facts: inout FactSink
  ) {
    tell(
      place.state.contains(.routineEx) ? .returnsPendingEx : .returnsPendingPlain, context, &facts)
    if place.isMarked {
      tell(.returnsMarked, context, &facts)
      return
    }
    if place.state.contains(.completedInDispatch) {
      tell(.returnsCompletedUnmarked, context, &facts)
    }
    if place.whereabouts != .here {
      tell(.returnsPassedDown, context, &facts)
    } else if !place.state.isDisjoint(with: [.everQueued, .insertedInFrame]) {
      tell(.returnsQueuedUnmarked, context, &facts)
    } else {
      self[changingPlace: context].state.insert(.pendedUnmarked)
    }
    tell(.returnsUnmarked, context, &facts)
  }

  /// It returns another status.
  private mutating func tellFinalReturn(
    _ status: NTStatus, _ context: Int32, _ place: IRPPlace, isFamiliar: Bool,
    _ facts: inout FactSink
  ) {
    tell(.returnsFinal, context, &facts)
    let state = self[context].state
    let isHere = place.whereabouts == .here
    if isHere, place.state.contains(.givenBack), !place.isHandedOver {
      tell(.returnsTakenBack, context, &facts)
    }
    if isHere, state.isDisjoint(with: [.forwardedEver, .completed]), !place.isHandedOver,
      place.state.isDisjoint(with: [.wmiSeen, .insertedInFrame])
    {
      tell(isFamiliar ? .returnsUnhandled : .returnsUnhandledUnfamiliar, context, &facts)
    }
    if place.state.isSuperset(of: [.completedInDispatch, .ownStatusKnown]), !place.isMarked {
      let isSame = place.ownStatus == status.rawValue
      tell(isSame ? .returnsAsCompleted : .returnsOtherThanCompleted, context, &facts)
    }
    if !status.isSuccess, state.isDisjoint(with: [.forwardedEver, .completed]) {
      tell(.returnsFailing, context, &facts)
    }
  }

  /// The IRP was forwarded without a completion routine, and nothing has happened to it since.
  private mutating func tellLowerStatus(
    _ event: Event, _ context: Int32, _ place: IRPPlace, _ facts: inout FactSink
  ) {
    guard place.state.isSuperset(of: [.goneByForward, .forwardIsLast]), !place.isMarked else {
      return
    }
    if place.lowerReturnedPending, event.status == .pending { return }
    tell(.returnsForwarded, context, &facts)
    guard let status = event.status, place.state.contains(.lowerStatusKnown) else {
      tell(.returnsForwardedUnknown, context, &facts)
      return
    }
    if status.rawValue != place.lowerStatus { tell(.returnsOtherThanLower, context, &facts) }
  }

  // MARK: Devices

  /// A removal opens of a device that the driver has to take out of the stack.
  mutating func watchDevice(_ context: Int32) {
    self[changingPlace: context].state.insert(.deviceToLeave)
  }

  /// It has, or nobody can tell any more.
  mutating func deviceHasLeft(_ context: Int32) {
    if context >= 0 { self[changingPlace: context].state.remove(.deviceToLeave) }
  }

  /// The removal has ended, and the device is still in the stack.
  @inline(__always)
  mutating func tellDeviceLeft(_ context: Int32, _ facts: inout FactSink) {
    if self[placeOf: context].state.isSuperset(of: [.deviceToLeave, .succeeded]) {
      tell(.deviceLeft, context, &facts)
    }
  }

  /// The context's device is deleted in its removal.
  mutating func placeDeviceDeleted(_ context: Int32) {
    var place = self[placeOf: context]
    guard !place.state.contains(.cameBackOnce) else { return }
    place.state.insert(.deviceDeleted)
    if self[context].state.contains(.forwardedEver) { place.state.insert(.deletedBelow) }
    self[changingPlace: context] = place
  }

  /// The device is detached or deleted during its surprise removal.
  mutating func tellDeviceRemoved(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    note(event, context)
    tell(.deviceRemoved, context, &facts)
  }

  /// Whether the watch over a surprise removal goes on: its dispatch routine has not returned, or its IRP is
  /// not gone.
  func isUnderWay(_ context: Int32) -> Bool {
    guard self[context].state.contains(.live) else { return false }
    let place = self[placeOf: context]
    return self[context].dispatchFrames > 0
      || place.whereabouts != .gone && !place.state.contains(.goneByForward)
  }

  /// The device goes: those of its contexts that are handed over, and here, are never completed.
  mutating func deviceDeleted(_ device: Int32, _ facts: inout FactSink) {
    while case let context = takeHandedOver(ofDevice: device), context >= 0 {
      if self[placeOf: context].whereabouts == .here {
        tell(.deviceDeletedHolding, context, &facts)
      }
    }
  }
}

// SDV's reading: what its automata know of the IRP's own status.
extension Requests {
  mutating func sdvStatus(_ status: NTStatus?, _ context: Int32) {
    if let status {
      self[changingPlace: context].ownStatus = status.rawValue
      self[changingPlace: context].state.insert(.ownStatusKnown)
    } else {
      self[changingPlace: context].state.remove(.ownStatusKnown)
    }
  }

  private func hasSDVStatus(_ status: NTStatus, _ context: Int32) -> Bool {
    let place = self[placeOf: context]
    return place.state.contains(.ownStatusKnown) && place.ownStatus == status.rawValue
  }

  mutating func sdvForwardReturned(_ context: Int32, _ facts: inout FactSink) {
    if hasSDVStatus(.pending, context) { tell(.sdvStatusPendingAtReturn, context, &facts) }
    let state = self[context].state
    let place = self[placeOf: context]
    let isPended = state.contains(.lastForwardPended)
    if !isPended { tell(.sdvForwardReturnedUnpended, context, &facts) }
    if !state.contains(.lastForwardHadRoutine) {
      if !state.contains(.lastForwardCopied) { tell(.sdvForwardReturnedPlain, context, &facts) }
    } else if isPended {
      tell(.sdvForwardReturnedPended, context, &facts)
    } else if place.state.contains(.ownStatusKnown), !NTStatus(place.ownStatus).isSuccess {
      tell(.sdvForwardReturnedFailed, context, &facts)
    }
  }

  mutating func sdvReturned(_ event: Event, _ context: Int32, _ facts: inout FactSink) {
    if hasSDVStatus(.pending, context) { tell(.returnsStatusPending, context, &facts) }
    if hasSDVStatus(.success, context) { tell(.returnsStatusSuccess, context, &facts) }
    if let status = event.status, self[placeOf: context].state.contains(.ownStatusKnown),
      self[placeOf: context].ownStatus != status.rawValue
    {
      tell(.returnsOtherStatus, context, &facts)
    }
  }
}
