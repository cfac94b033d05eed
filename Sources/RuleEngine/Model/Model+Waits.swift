// Threads that wait for ever for what a completion routine was to say: known when the trace ends.
extension DriverModel {
  /// Something happens on a thread, while some thread waits. What interrupts a thread that waits says
  /// nothing about its wait.
  mutating func waiterActs(_ event: Event, _ thread: Int) {
    let key = event.threadKey
    guard let wait = waiting.wait(of: key) else { return }
    if event.kind == .callbackEnter, event.callbackKind.interrupts { return }
    var place = threads.depth(thread) - 1
    while place >= 0 {
      let frame = threads.frame(place, of: thread)
      if frame.entered < wait.called { break }
      if frame.isInterrupting { return }
      place -= 1
    }
    waiting.goesOn(key)
  }

  /// A wait begins, an event object is made or set.
  mutating func eventObjectUsed(_ event: Event, _ thread: Int) {
    guard reading == .tracked else { return }
    switch event.kind {
    case .keInitializeEvent: waiting.initialized(event)
    case .keSetEvent: waiting.set(event)
    default: if !isInterrupting(thread) { waiting.begins(event) }
    }
  }

  /// Whether what runs on a thread interrupts what it did.
  private func isInterrupting(_ thread: Int) -> Bool {
    threads.nearest(thread) { $0.isInterrupting } != nil
  }

  /// The trace ends: of each request, and each IRP of the driver's own, that came back to who waits in vain.
  mutating func tellVainWaits() {
    guard reading == .tracked, waiting.isAny, coverage.hits(.contexts) == 0 else { return }
    // Whose completion routine is still to come may set the event.
    guard !requests.isAnyAway, !ownIRPs.isAnyAway else { return }
    for context in requests.live where requests.isGivenBackPended(context) {
      let place = requests[placeOf: context]
      if isVain(place.forwardSite.thread, since: place.forwardPosition, besides: 0) {
        requests.tellWaitsInVain(context, &facts)
      }
    }
    for life in ownIRPs.givenBack {
      let own = ownIRPs[life]
      if isVain(own.thread, since: own.forwarded, besides: own.object) {
        ownIRPs.tellWaitsInVain(life, &facts)
      }
    }
  }

  /// Whether a thread waits, since later than that, for an event object that nobody has set.
  private func isVain(_ thread: UInt64, since position: UInt64, besides object: UInt64) -> Bool {
    guard let wait = waiting.wait(of: thread), wait.called > position, wait.object != object
    else { return false }
    return waiting.isUnset(wait.object)
  }
}

// SDV's reading: its automata go by any event object, and by any completion routine.
extension DriverModel {
  /// KeInitializeEvent; `current` is the dispatch's context, or -1.
  mutating func sdvEventMade(_ event: Event, _ current: Int32) {
    requests.tell(.eventInitialized, current, &facts)
    let isSignaled = event.flags.contains(.signaled)
    if current >= 0 { requests.sdvEventMade(current, isSignaled: isSignaled) }
    ownIRPs.anyEventMade(isSignaled: isSignaled, &facts)
  }

  /// KeSetEvent, where a completion routine runs on the thread.
  mutating func sdvEventSet(_ thread: Int) {
    guard threads.nearest(thread, where: { $0.kind == .completion }) != nil else { return }
    requests.tell(.eventSetInRoutine, currentContext(thread), &facts)
    ownIRPs.eventSetInRoutine(&facts)
  }

  /// IoBuildDeviceIoControlRequest.
  mutating func sdvDeviceControlBuilt(_ current: Int32) {
    requests.tell(.deviceControlBuilt, current, &facts)
    ownIRPs.deviceControlBuilt(&facts)
  }
}

extension CallbackKind {
  /// Whether such a routine runs on top of whatever the thread does.
  var interrupts: Bool { self == .isr || self == .dpc || self == .timer }
}
