// What happens on the thread that forwarded an IRP of the driver's own.
extension OwnIRPs {
  /// A forward of an IRP that belongs to no request has returned.
  mutating func forwardReturned(_ event: Event, _ facts: inout FactSink) {
    let life = known(event)
    guard life >= 0, !table[life].isOver, table[life].state.contains(.forwarded),
      !table[life].state.contains(.returned), table[life].thread == event.threadKey
    else { return }
    table.note(event, life)
    table[life].state.insert(.returned)
    if event.kind == .ioForwardIrpSynchronouslyReturn {
      table.leaveThread(life)
      table[life].place = .here
    } else if table[life].kind.isThreaded {
      threadedReturned(event, life, &facts)
    } else if event.status != .pending, table[life].place == .below,
      table[life].state.contains(.routineSet)
    {
      table.leaveThread(life)
      table[life].place = .open
    }
  }

  private mutating func threadedReturned(
    _ event: Event, _ life: Int32, _ facts: inout FactSink
  ) {
    guard event.status == .pending else {
      retire(life, .over, &facts)
      return
    }
    table[life].state.insert(.pended)
    let isWatched = reading == .tracked || table[life].state.contains(.eventMade)
    if table[life].frame != 0, isWatched { tell(.forwardPended, life, &facts) }
  }

  /// How many IRPs that a thread forwarded and that the I/O manager frees a wait is held against.
  private static var waitLimit: Int { 64 }

  /// A wait has returned.
  mutating func waited(_ event: Event, _ facts: inout FactSink) {
    if reading == .sdv { eventUsed(event, &facts) }
    // As for requests: STATUS_WAIT_0 to _63 or STATUS_ABANDONED_WAIT_0 to _63.
    guard let status = event.status, status.rawValue < 0xC0 else { return }
    let thread = event.threadKey
    while case let life = table.newestBelow(on: thread), life >= 0 {
      table.leaveThread(life)
      if table[life].place == .below { table[life].place = .open }
    }
    var next = table.newestThreaded(on: thread)
    for _ in 0..<Self.waitLimit where next >= 0 {
      let life = next
      next = table.nextThreaded(life)
      guard table[life].state.contains(.pended) else { continue }
      table.note(event, life)
      tell(.waited, life, &facts)
      if reading == .tracked { retire(life, .over, &facts) }
    }
  }

  /// A frame of a thread is gone; `exit` where it returned, and did not merely vanish.
  mutating func frameLeft(
    _ frame: UInt64, _ thread: UInt64, exit: Event?, _ facts: inout FactSink
  ) {
    while case let life = table.newestThreaded(on: thread), life >= 0, table[life].frame == frame {
      if let event = exit, table[life].state.contains(.pended), table[life].place == .below {
        table.note(event, life)
        tell(.leftPending, life, &facts)
      } else {
        tell(.doubtful, life, &facts)
      }
      if reading == .tracked { retire(life, .over, &facts) } else { table.leaveThread(life) }
    }
  }
}

// Who waits for an IRP to come back.
extension OwnIRPs {
  /// A completion routine of an IRP starts something that may go on with it.
  mutating func routineHandsOn(_ irp: UInt64) {
    let life = table.find(irp)
    if life >= 0, table[life].place == .comingBack { table[life].state.insert(.routineHandedOn) }
  }

  /// The live IRPs, oldest first. For the end of a trace.
  private var liveSlots: [Int32] { table.live.slots }

  /// Whether any is below, or its completion routine is running or may be. Looks at all of them.
  var isAnyAway: Bool {
    liveSlots.contains { life in
      switch table[life].place {
      case .here: false
      case .below, .comingBack: true
      case .open: table[life].state.contains(.routineSet)
      }
    }
  }

  /// Those that came back and that a completion routine left to who waits.
  var givenBack: [Int32] {
    liveSlots.filter { life in
      table[life].place == .here && table[life].state.contains(.givenBack)
        && !table[life].state.contains(.routineHandedOn)
    }
  }

  /// The thread that forwarded the IRP waits for what nobody says.
  func tellWaitsInVain(_ life: Int32, _ facts: inout FactSink) {
    if lastRoutineExit(of: life) != nil { tell(.waitsInVain, life, &facts) }
  }

  /// Where a completion routine of the IRP returned last; nil where that is not kept.
  func lastRoutineExit(of life: Int32) -> EventStamp? {
    evidence(of: life).last { $0.kind == .completionExit }?.stamp
  }
}
