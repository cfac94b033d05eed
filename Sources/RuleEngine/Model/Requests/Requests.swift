/// The handlings of IRPs by devices: which there are, whose an event is, what becomes of each, and how it
/// ends. What happens to one between is in `Requests+Events.swift` and, as far as it concerns that one alone, in
/// `IRPContext+Facts.swift`.
struct Requests: Sendable {
  private var table: RequestTable
  /// Where the IRP of each context is, under the context's number.
  private var places = Store<IRPPlace>()
  private var kept = KeptRequests()
  private let keptLimit: Int
  private var handedOver = HandedOver()
  /// Slots that the facts of the last event still name.
  private var gone = Store<Int32>()
  let reading: Reading
  /// How often a cancel routine ran that named no IRP: which are set is not known from then on.
  var cancelEpoch: UInt32 = 0
  private let limit: Int
  private let limitPerIRP: Int

  init(reading: Reading, limits: Limits) {
    self.reading = reading
    limit = limits.contexts
    limitPerIRP = limits.contextsPerIRP
    keptLimit = limits.keptRequests
    table = RequestTable(limits: limits)
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    table.claim()
    places.claim()
    handedOver.claim()
    gone.claim()
  }

  /// One handling of one IRP.
  @inline(__always)
  subscript(context: Int32) -> IRPContext { table[context] }

  /// The same to change it, for the files of this room alone.
  @inline(__always)
  subscript(changing context: Int32) -> IRPContext {
    get { table[context] }
    _modify { yield &table[context] }
  }

  /// Where the context's IRP is.
  @inline(__always)
  subscript(placeOf context: Int32) -> IRPPlace { places[Int(context)] }

  /// The same to change it, for the files of this room alone.
  @inline(__always)
  subscript(changingPlace context: Int32) -> IRPPlace {
    get { places[Int(context)] }
    _modify { yield &places[Int(context)] }
  }

  /// How many are live.
  var count: Int { table.count }

  /// The live contexts, oldest first.
  var live: [Int32] { table.live }

  // MARK: Opening

  /// A dispatch routine begins to handle an IRP.
  mutating func open(
    _ event: Event, _ device: Int32, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) -> Int32 {
    if table.count >= limit {
      coverage.reached(.contexts)
      drop(table.oldest, &facts)
    }
    var parameters: IRPContext.Parameters = []
    if event.has(.mn) { parameters.insert(.minor) }
    if event.has(.relation) { parameters.insert(.relation) }
    if event.has(.ioctl) { parameters.insert(.ioctl) }
    let (context, older) = table.insert(
      IRPContext(
        devicePointer: event.device, irp: event.irp, device: device, major: event.major,
        minor: event.minor, powerType: event.powerType, powerState: event.powerState,
        relation: event.relation, parameters: parameters,
        ioctl: UInt32(truncatingIfNeeded: event.number), opened: EventStamp(event),
        epoch: coverage.gaps, state: [.live, .certain, .hasIRP]))
    let place = IRPPlace(dispatchThread: event.threadKey)
    if Int(context) == places.count {
      places.append(place)
    } else {
      places[Int(context)] = place
    }
    if older >= 0 { limitContexts(from: older, &facts, &coverage) }
    return context
  }

  private mutating func limitContexts(
    from newest: Int32, _ facts: inout FactSink,
    _ coverage: inout Coverage
  ) {
    var context = newest
    for _ in 1..<limitPerIRP {
      context = table[context].sameIRP.next
      if context < 0 { return }
    }
    coverage.reached(.contextsPerIRP)
    drop(context, &facts)
  }

  // MARK: Whose an event is

  /// The live context with this key, or -1.
  @inline(__always)
  func live(_ device: UInt64, _ irp: UInt64) -> Int32 { table.live(device, irp) }

  /// The live context of the IRP that opened last, or -1.
  @inline(__always)
  func newest(ofIRP irp: UInt64) -> Int32 { table.newest(ofIRP: irp) }

  /// The context of an event that names an IRP, without a look at the frames.
  mutating func byIRP(_ event: Event, withRoutine: Bool) -> Int32 {
    if event.has(.dev) { return table.live(event.device, event.irp) }
    let wanted: IRPContext.State = withRoutine ? .routineOutstanding : .hasIRP
    var context = table.newest(ofIRP: event.irp)
    while context >= 0, table[context].state.isDisjoint(with: wanted) {
      context = table[context].sameIRP.next
    }
    return context
  }

  /// A reference that notices when the context is gone.
  @inline(__always)
  func reference(_ context: Int32) -> SlabRef { table.reference(context) }

  /// The context of a reference, or -1 if it is gone.
  @inline(__always)
  func resolve(_ reference: SlabRef) -> Int32 { table.resolve(reference) }

  /// A number that tells the context apart from others, also when they are gone; not 0.
  @inline(__always)
  func number(of context: Int32) -> UInt32 {
    let reference = table.reference(context)
    return (UInt32(bitPattern: reference.index) << 10 | reference.generation & 0x3FF) &+ 1
  }

  // MARK: Frames

  /// A frame is the context's, or works for it.
  @inline(__always)
  mutating func frameEntered(_ context: Int32, isDispatch: Bool) {
    table[context].frames += 1
    if isDispatch { table[context].dispatchFrames += 1 }
  }

  /// A dispatch frame of the context goes.
  @inline(__always)
  mutating func dispatchFrameLeft(_ context: Int32) { table[context].dispatchFrames -= 1 }

  /// A frame lets go of the context.
  @inline(__always)
  mutating func frameLeft(
    _ context: Int32, _ facts: inout FactSink
  ) {
    table[context].frames -= 1
    if table[context].state.contains(.live) {
      endIfFinished(context, &facts)
    } else if table[context].frames == 0 {
      leave(context)
    }
  }

  /// A frame of another keeps the context open until it returns.
  @inline(__always)
  mutating func touched(_ context: Int32) { table[context].touchingFrames += 1 }

  /// That frame lets go.
  mutating func untouched(
    _ context: Int32, _ facts: inout FactSink
  ) {
    table[context].touchingFrames -= 1
    if table[context].state.contains(.live) { endIfFinished(context, &facts) }
  }

  /// The IRP was completed or forwarded on a thread without a frame.
  @inline(__always)
  mutating func finishedOutsideFrames(_ context: Int32) {
    table[context].state.insert(.finishedOutsideFrames)
  }

  // MARK: The end

  /// Ends the context if its IRP is finished and nothing can follow.
  @inline(__always)
  mutating func endIfFinished(
    _ context: Int32, _ facts: inout FactSink
  ) {
    guard table[context].frames == 0, table[context].touchingFrames == 0,
      table[context].isFinished
    else { return }
    end(context, &facts)
  }

  private mutating func end(
    _ context: Int32, _ facts: inout FactSink
  ) {
    let isEnding = table[context].state.contains(.finishedOutsideFrames)
    if isEnding, table[context].holdings.depth > 0 { return }
    tellDeviceLeft(context, &facts)
    tellEnd(context, &facts)
    if reading == .tracked, table[context].state.contains(.completed) {
      keep(context, &facts)
    } else {
      facts.turn(.closed, .context, context)
      close(context)
    }
  }

  private mutating func tellEnd(_ context: Int32, _ facts: inout FactSink) {
    guard reading == .tracked else { return }
    if places[Int(context)].state.contains(.registered) {
      table[context].tell(.endedRegistered, context, &facts)
    }
    if table[context].holdings.forIRP > 0 { table[context].tell(.endedHolding, context, &facts) }
    if table[context].holdings.forItself > 0 {
      table[context].tell(.endedHoldingOwn, context, &facts)
    }
    table[context].tell(.ended, context, &facts)
  }

  /// A new handling takes the context's key: it is over without having ended.
  mutating func supersede(
    _ context: Int32, _ facts: inout FactSink
  ) {
    if table[context].holdings.depth > 0 {
      facts.turn(.undecided, .context, context)
    } else {
      if reading == .tracked { table[context].tell(.ended, context, &facts) }
      facts.turn(.closed, .context, context)
    }
    close(context)
  }

  /// The context falls out at a limit: it is undecided.
  private mutating func drop(
    _ context: Int32, _ facts: inout FactSink
  ) {
    facts.turn(.undecided, .context, context)
    close(context)
  }

  /// The context's slot is given free with a later event, once no frame of it is open, so that the facts
  /// of this one can still show what it held.
  private mutating func close(_ context: Int32) {
    table.unlink(context)
    handedOver.remove(context, table[context].device, &places)
    leave(context)
  }

  /// A completed context has ended; who completes its IRP again is to be known.
  private mutating func keep(_ context: Int32, _ facts: inout FactSink) {
    close(context)
    kept.insert(context, &table)
    if kept.count > keptLimit { forget(kept.oldest, &facts) }
  }

  /// A kept context is over for good.
  private mutating func forget(_ context: Int32, _ facts: inout FactSink) {
    kept.remove(context, &table)
    facts.turn(.closed, .context, context)
    leave(context)
  }

  private mutating func leave(_ context: Int32) {
    guard !table[context].state.contains(.leaving) else { return }
    table[context].state.insert(.leaving)
    gone.append(context)
  }

  /// Whether slots wait to be given free.
  @inline(__always) var hasGone: Bool { !gone.isEmpty }

  /// Gives free what the last event's facts named and nothing needs any more. What such a context
  /// holds belongs to nobody from here on.
  mutating func sweep(_ locks: inout RemoveLocks, _ devices: inout Devices) {
    while let context = gone.popLast() {
      // One that was superseded while its routine ran may be refused once more until that returns.
      locks.forget(&table[context].refusals)
      table[context].state.remove(.leaving)
      guard table[context].frames == 0 else { continue }
      locks.disown(table[context].holdings)
      table[context].holdings = Holdings()
      if table[context].state.contains(.kept) { continue }
      devices.release(table[context].device)
      table.remove(context)
    }
  }

  // MARK: Uncertainty

  /// Nothing is reported for the context any more.
  mutating func makeUncertain(_ context: Int32, _ facts: inout FactSink) {
    guard table[context].state.contains(.certain) else { return }
    table[context].state.remove(.certain)
    if table[context].state.contains(.live) { facts.turn(.undecided, .context, context) }
  }

  /// A gap, before which there were so many others: what is live is uncertain.
  mutating func gap(after gaps: UInt32, _ facts: inout FactSink) {
    var context = table.newest
    while context >= 0, table[context].epoch == gaps {
      makeUncertain(context, &facts)
      context = table[context].live.previous
    }
    while kept.oldest >= 0 { forget(kept.oldest, &facts) }
  }

  /// The trace ends: what is open stays undecided. A request that is finished and released, and is open only
  /// because a worker routine that handled it has not returned, is over: nobody has touched it since.
  mutating func finish(_ facts: inout FactSink) {
    for context in table.live {
      let request = table[context]
      if request.isFinished, request.holdings.depth == 0, request.dispatchFrames == 0 {
        tellEnd(context, &facts)
        facts.turn(.closed, .context, context)
      } else {
        facts.turn(.undecided, .context, context)
      }
    }
    while kept.oldest >= 0 { forget(kept.oldest, &facts) }
  }

  // MARK: Completed and ended

  /// The address is used again, or an event that belongs to no context names it: what was completed there
  /// is forgotten.
  @inline(__always)
  mutating func addressNamed(_ irp: UInt64, _ facts: inout FactSink) {
    guard kept.count > 0 else { return }
    while case let context = kept.newest(ofIRP: irp, table), context >= 0 {
      forget(context, &facts)
    }
  }

  /// The context of an IRP that ended after the driver completed it, the last first: -1 where there is none
  /// further.
  func completed(_ irp: UInt64, after context: Int32 = -1) -> Int32 {
    context < 0 ? kept.newest(ofIRP: irp, table) : table[context].sameIRP.next
  }

  // MARK: Handed over

  /// Somebody of the driver is to go on with the IRP.
  mutating func handOver(_ context: Int32) {
    handedOver.insert(context, table[context].device, &places)
  }

  /// Whether any context is handed over.
  var handsOver: Bool { handedOver.count > 0 }

  /// Takes a context of the device that was handed over from the list; -1 where there is none.
  mutating func takeHandedOver(ofDevice device: Int32) -> Int32 {
    let context = handedOver.any(ofDevice: device)
    if context >= 0 { handedOver.remove(context, device, &places) }
    return context
  }

  // MARK: Evidence

  /// Adds the event to the context's evidence. It may have been long before.
  @inline(__always)
  mutating func note(_ event: EvidenceRecord, _ context: Int32) { table.note(event, context) }

  /// The context's events, oldest first, as many as are kept.
  func evidence(of context: Int32) -> [EvidenceRecord] { table.evidence(of: context) }

  /// Where the last event of a kind in the context's evidence is; nil where none is kept.
  func lastEvent(_ kind: EventKind, of context: Int32) -> EventStamp? {
    evidence(of: context).last { $0.kind == kind }?.stamp
  }
}

extension Requests {
  /// Everything, for ``ModelAudit``.
  var contents: (table: RequestTable, gone: [Int32]) { (table, gone.elements) }

  // MARK: Looking ahead

  /// See ``RequestTable``.
  @inline(__always)
  func guess(_ irp: UInt64) -> Int32 { table.guess(irp) }

  @inline(__always)
  func hasSlot(_ context: Int32) -> Bool { table.hasSlot(context) }

  @inline(__always)
  func touch(_ context: Int32) -> UInt64 { table.touch(context) }

  @inline(__always)
  func touchDetails(_ context: Int32) -> UInt64 { table.touchDetails(context) }
}
