/// What SDV's automata about own IRPs follow: of each kind the one that was made last, and which event objects
/// were made for the next.
struct SDVWatch: Sendable {
  /// By kind, those that were built with an event object apart: their watch begins with the event.
  private(set) var newest = [Int32](repeating: -1, count: 2 * OwnIRPKind.allCases.count)
  /// Event objects that were made, not signaled, and not handed over since.
  private var made = OpenTable<UInt64>()

  /// So many event objects are remembered; a trace with more has had most of them used.
  private static var eventLimit: Int { 1 << 12 }

  static func place(of life: OwnIRP) -> Int {
    Int(life.kind.rawValue) + (life.object != 0 ? OwnIRPKind.allCases.count : 0)
  }

  mutating func set(_ place: Int, _ life: Int32) { newest[place] = life }

  /// Nothing is watched any more. A new table only for one that was used: a file that is no trace has millions of
  /// gaps.
  mutating func removeAll() {
    for place in newest.indices { newest[place] = -1 }
    if made.count > 0 { made = OpenTable() }
  }

  mutating func eventMade(_ object: UInt64, signaled: Bool) {
    if made.count >= Self.eventLimit { made = OpenTable() }
    if signaled { made.remove(object) } else { made.set(object, 0) }
  }

  /// Whether the event object was made for the IRP that is being built; it is used by that.
  mutating func takeEvent(_ object: UInt64) -> Bool {
    guard made.find(object) >= 0 else { return false }
    made.remove(object)
    return true
  }
}

extension OwnIRPs {
  /// SDV watches the new one instead of the one of its kind before.
  mutating func watched(_ life: Int32, _ facts: inout FactSink) {
    let place = SDVWatch.place(of: table[life])
    let old = watch.newest[place]
    // The one before may be forgotten, and the new one live in its slot.
    if old != life, isLive(old, place) { retire(old, .over, &facts) }
    watch.set(place, life)
    if table[life].object != 0, watch.takeEvent(table[life].object) {
      table[life].state.insert(.eventMade)
    }
  }

  /// Whether a slot is still that of a live IRP of the place.
  private func isLive(_ life: Int32, _ place: Int) -> Bool {
    life >= 0 && !table[life].isOver && SDVWatch.place(of: table[life]) == place
      && table.find(table[life].irp) == life
  }

  private mutating func tellWatched(_ fact: OwnIRPFact, _ facts: inout FactSink) {
    guard reading == .sdv else { return }
    for (place, life) in watch.newest.enumerated() where isLive(life, place) {
      tell(fact, life, &facts)
    }
  }

  /// An entry is put in a list or a queue, or taken from one.
  mutating func listUsed(_ facts: inout FactSink) { tellWatched(.listUsed, &facts) }

  /// A dispatch routine returns.
  mutating func dispatchReturned(_ event: Event, _ facts: inout FactSink) {
    if let status = event.status, status != .pending { tellWatched(.dispatchReturnedFinal, &facts) }
    tellWatched(.dispatchReturned, &facts)
  }

  /// IoReuseIrp: whether it is of another IRP than the one that was allocated last.
  mutating func anyReused(_ event: Event, _ facts: inout FactSink) {
    let place = Int(OwnIRPKind.allocated.rawValue)
    let last = watch.newest[place]
    guard isLive(last, place), table[last].irp != event.irp else { return }
    table.note(event, last)
    tell(.anotherReused, last, &facts)
  }

  /// An event object is made.
  mutating func anyEventMade(isSignaled: Bool, _ facts: inout FactSink) {
    tellWatched(isSignaled ? .signaledEventMade : .unsignaledEventMade, &facts)
  }

  /// KeSetEvent in a completion routine.
  mutating func eventSetInRoutine(_ facts: inout FactSink) {
    tellWatched(.eventSetInRoutine, &facts)
  }

  /// IoBuildDeviceIoControlRequest.
  mutating func deviceControlBuilt(_ facts: inout FactSink) {
    tellWatched(.deviceControlBuilt, &facts)
  }

  /// A completion routine, whosever it is, returns.
  mutating func anyRoutineExited(_ facts: inout FactSink) {
    tellWatched(.anyRoutineExited, &facts)
  }

  // MARK: The event of an IRP

  /// A call about an event object.
  mutating func eventUsed(_ event: Event, _ facts: inout FactSink) {
    guard event.has(.object), event.operand != 0 else { return }
    if reading == .sdv, event.kind == .keInitializeEvent {
      watch.eventMade(event.operand, signaled: event.flags.contains(.signaled))
    }
    let life = table.built(with: event.operand)
    guard life >= 0, !table[life].isOver, isSameDriver(event, life) else { return }
    switch event.kind {
    case .keSetEvent:
      table.note(event, life)
      tell(.eventSet, life, &facts)
    case .keInitializeEvent:
      table.note(event, life)
      table[life].state.remove(.eventMade)
      tell(.eventInitialized, life, &facts)
    case .keClearEvent: tell(.eventCleared, life, &facts)
    default: tell(.eventWaited, life, &facts)
    }
  }
}
