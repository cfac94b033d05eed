// What rules about the handling of an IRP ask for beside: which frame an event is made in, whether a thread has
// waited, what a device has handled.
extension DriverModel {
  /// The frame that an event is made in.
  @inline(__always)
  func site(_ event: Event, _ thread: Int) -> FrameSite {
    FrameSite(thread: event.threadKey, frame: threads.top(thread)?.entered ?? 0)
  }

  /// Whether the driver is known not to have the IRP: it is below, or came back and was handed on, or was
  /// forwarded without a completion routine. What happens in the frame that made a forward until that returns
  /// is a lower driver's doing.
  mutating func isAway(_ context: Int32, at site: FrameSite) -> Bool {
    let place = requests[placeOf: context]
    switch place.whereabouts {
    case .here, .comingBack: return false
    case .gone:
      if requests[context].state.contains(.completed) { return false }
    case .below:
      if !place.state.contains(.goneByForward), isOpen(place) { return false }
    }
    return !(place.state.contains(.forwardOpen) && place.forwardSite == site)
  }

  /// Whether it may be that the completion routine has run and was not traced.
  private mutating func isOpen(_ place: IRPPlace) -> Bool {
    if place.state.contains(.lowerStatusKnown), !place.lowerReturnedPending { return true }
    if place.state.isDisjoint(with: [.forwardOpen, .lowerStatusKnown]) { return true }
    return hasWaited(place.dispatchThread, since: place)
      || hasWaited(place.forwardSite.thread, since: place)
  }

  /// Whether a wait has succeeded on a thread since the last forward.
  private mutating func hasWaited(_ thread: UInt64, since place: IRPPlace) -> Bool {
    threads.lastWait(of: thread) > place.forwardPosition
  }

  // MARK: Calls

  /// The context's IRP is forwarded.
  mutating func forward(_ event: Event, _ context: Int32, _ thread: Int, synchronously: Bool) {
    if reading == .tracked {
      leftList(event, context)
      let site = site(event, thread)
      requests.placeForwarding(
        event, context, isAway: isAway(context, at: site), isInFrame: site.frame != 0, &facts)
      requests.tellUnregistered(event, context, &facts)
      if synchronously {
        requests.forwardedSynchronously(event, context, &facts)
      } else {
        requests.forwarded(event, context, &facts)
      }
      requests.placeForwarded(event, context, at: site)
      devices.handles(requests[context].device, requests[context].major)
    } else {
      requests.sdvStatus(nil, context)
      requests.sdvForwarding(context)
      requests.tellIRQL(event, context, &facts)
      requests.forwarded(event, context, &facts)
    }
    passedDown(context, thread)
  }

  /// The context's IRP is completed.
  mutating func complete(_ event: Event, _ context: Int32, _ thread: Int) {
    if reading == .tracked {
      leftList(event, context)
      let site = site(event, thread)
      let isInDispatch =
        topContext(thread) == context && requests[context].dispatchFrames > 0
        && site.thread == requests[placeOf: context].dispatchThread
      requests.placeCompleting(
        event, context, isAway: isAway(context, at: site),
        isPended: isInDispatch && isPended(context), isInDispatch: isInDispatch,
        isInFrame: site.frame != 0, isSameDriver: isSameDriver(event, context), &facts)
      devices.handles(requests[context].device, requests[context].major)
    } else {
      requests.sdvStatus(event.status, context)
    }
    requests.completed(event, context, &facts)
  }

  /// Whether the lower driver keeps the IRP, and the dispatch thread has not waited for it.
  private mutating func isPended(_ context: Int32) -> Bool {
    let place = requests[placeOf: context]
    return place.whereabouts == .below && place.lowerReturnedPending
      && !hasWaited(place.dispatchThread, since: place)
  }

  /// Whether the event may be the doing of the context's driver.
  private func isSameDriver(_ event: Event, _ context: Int32) -> Bool {
    let driver = devices[requests[context].device].driver
    return driver == 0 || event.driver == .none || driver == event.driver.rawValue
  }

  /// IoMarkIrpPending of the context's IRP.
  mutating func mark(_ event: Event, _ context: Int32, _ thread: Int) {
    let top = threads.top(thread)
    if let top, top.kind == .dispatch, top.context == context {
      requests.tell(.markedPendingInDispatch, context, &facts)
    }
    if reading == .tracked {
      markedInList(context)
      requests.placeMarked(
        context, isInRoutine: top?.kind == .completion && top?.context == context,
        thread: event.threadKey, &facts)
    }
    requests.parked(event, context, .markedPending, &facts)
  }

  /// The context's IRP is put in a queue.
  mutating func queue(_ event: Event, _ context: Int32) {
    if reading == .tracked {
      if event.kind == .ioCsqInsertIrp || event.kind == .ioCsqInsertIrpEx { markedInList(context) }
      requests.placeQueued(event, context, &facts)
    }
    requests.parked(event, context, .queued, &facts)
  }

  /// An event names an IRP and belongs to no context: where that IRP was completed, and it is completed
  /// again, by the driver that did; anything else says that the memory is used again.
  mutating func ofNobody(_ event: Event) {
    guard event.kind == .ioCompleteRequest else {
      return requests.addressNamed(event.irp, &facts)
    }
    let context = completedAgain(event)
    if context >= 0, isSameDriver(event, context) {
      requests.tellCompletedAgain(event, context, &facts)
    }
  }

  /// The context that ended with a completion of the IRP that this event completes again, or -1.
  private mutating func completedAgain(_ event: Event) -> Int32 {
    var context = requests.completed(event.irp)
    if event.has(.dev) {
      while context >= 0, requests[context].devicePointer != event.device {
        context = requests.completed(event.irp, after: context)
      }
      return context
    }
    // Whose it is the event does not say: only where there is no other.
    guard context >= 0, requests.completed(event.irp, after: context) < 0,
      requests.newest(ofIRP: event.irp) < 0
    else { return -1 }
    return context
  }

  /// KeSetEvent in a completion routine of a request.
  mutating func eventSet(_ event: Event, _ thread: Int) {
    guard reading == .tracked else { return sdvEventSet(thread) }
    guard let top = threads.top(thread), top.kind == .completion, top.context >= 0 else { return }
    requests.tellEventSet(event, top.context, &facts)
  }

  // MARK: Devices

  /// A request opens: which device a removal concerns.
  mutating func removalOpens(_ context: Int32, _ device: Int32, before: Int32) {
    requests.deviceHasLeft(before)
    let known = devices[device]
    guard known.role == .fdo || known.role == .fido, !known.state.contains(.left),
      known.state.contains(.added), known.addedAfter == requests[context].epoch
    else { return }
    requests.watchDevice(context)
  }

  /// IoDetachDevice or IoDeleteDevice; `current` and `removal` are the contexts that it may concern, or -1.
  mutating func deviceLeaves(_ event: Event, _ device: Int32, _ current: Int32, _ removal: Int32) {
    devices.left(device)
    if reading == .sdv {
      if current >= 0 { requests.tellDeviceRemoved(event, current, &facts) }
      return
    }
    requests.deviceHasLeft(removal)
    let surprise = requests.resolve(devices[device].surprise)
    if current >= 0, requests[current].device == device, requests[current].isSurpriseRemoval {
      requests.tellDeviceRemoved(event, current, &facts)
    } else if surprise >= 0, requests.isUnderWay(surprise) {
      requests.tellDeviceRemoved(event, surprise, &facts)
    }
    if event.kind == .ioDeleteDevice { requests.deviceDeleted(device, &facts) }
  }

  /// A driver is unloaded, and its devices with it.
  mutating func devicesUnloaded(_ driver: UInt32) {
    guard reading == .tracked, requests.handsOver else { return }
    for device in devices.lives(ofDriver: driver) { requests.deviceDeleted(device, &facts) }
  }

  /// The context's device is deleted in its frames or its removal.
  mutating func ownDeviceDeleted(_ context: Int32) {
    if reading == .tracked { requests.placeDeviceDeleted(context) }
    requests.tell(.ownDeviceDeleted, context, &facts)
  }
}

extension EventKind {
  /// Whether it puts an entry in a list that a spin lock guards.
  var isInterlockedInsertion: Bool {
    switch self {
    case .exInterlockedInsertHeadList, .exInterlockedInsertTailList,
      .exInterlockedPushEntryList:
      true
    default: false
    }
  }
}
