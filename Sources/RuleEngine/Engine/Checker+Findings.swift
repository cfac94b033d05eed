// Making findings: where, what, and the events that prove it. Off the path of an event.
extension Checker {
  mutating func reportContext(
    _ rule: Int, _ message: Int, _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    let index = record.index
    let context = model.requests[index]
    guard isSelected(device: context.device) else { return }
    counts[rule].violated += 1
    let device = model.devices[context.device]
    let fact = ContextFact(rawValue: record.fact)
    let decided = fact?.decidedAt.flatMap { model.requests.lastEvent($0, of: index) }
    var finding = newFinding(rule, message, decided ?? EventStamp(event), strings)
    finding.driver = strings[StringID(device.driver)]
    if finding.driver.isEmpty { finding.driver = strings[event.driver] }
    finding.device = context.devicePointer
    finding.irp = context.irp
    finding.major = context.major
    finding.minor = context.parameters.contains(.minor) ? context.minor : nil
    if event.has(.lock) {
      finding.lock = event.lock
      finding.tag = event.has(.tag) ? event.tag : nil
    } else if let held = model.locks.acquisitions(of: context, atMost: 1).first {
      finding.lock = model.locks[held.lock].pointer
      finding.tag = held.tag
    }
    var places: (now: String, formerly: String)?
    if let fact, fact.isOmission {
      let entry = place(context.opened, strings)
      let end = Self.holdingFacts.contains(fact) ? placeOfEnd(index, besides: entry, strings) : ""
      places = (entry + end, entry)
    }
    guard countAndSign(&finding, at: places) else { return }
    let isAboutHold = fact.map { Self.holdingFacts.union(Self.unheldFacts).contains($0) } ?? false
    (finding.evidence, finding.omittedEvidence) =
      evidence(
        of: index, finding.message, at: finding.position, event, strings,
        holds: isAboutHold ? "not released" : "held")
    if let fact, Self.holdingFacts.contains(fact),
      let other = model.locks.history.lastRelease(of: context, driver: device.driver)
    {
      let source = strings[StringID(other.source)]
      finding.releasedElsewhere = source.isEmpty ? strings[StringID(other.function)] : source
    }
    setPath(of: &finding, rule, subject: index)
    keep(finding)
  }

  /// A violation of a rule about a subject other than a request.
  mutating func report(
    _ rule: Int, _ message: Int, _ telling: SubjectKind.Telling, _ record: FactRecord,
    _ event: Event, _ strings: StringTable
  ) {
    var finding = newFinding(rule, message, telling.decided(self, record, event), strings)
    let formerly = Fingerprint.place(function: finding.function, source: finding.source)
    let place = telling.head(self, record, event, strings, &finding)
    let former = { (place: String) in telling.placesAreNew ? place : formerly }
    guard countAndSign(&finding, at: place.map { ($0, former($0)) }) else { return }
    (finding.evidence, finding.omittedEvidence) =
      telling.evidence(self, record, event, strings, finding)
    setPath(of: &finding, rule, subject: record.index)
    keep(finding)
  }

  /// A violation that a rule about events has found; `subject` is the number of the machine.
  mutating func report(
    _ rule: Int, _ message: Int, _ event: Event, _ led: [Event], _ strings: StringTable,
    subject: Int32
  ) {
    report(
      newFinding(rule, message, EventStamp(event), strings), rule, event, led, strings, subject)
  }

  /// A violation that a monitor of its own has found.
  mutating func report(
    _ rule: Int, text: String, _ event: Event, _ led: [Event], _ strings: StringTable
  ) {
    report(newFinding(rule, text, EventStamp(event), strings), rule, event, led, strings, nil)
  }

  private mutating func report(
    _ new: Finding, _ rule: Int, _ event: Event, _ led: [Event], _ strings: StringTable,
    _ subject: Int32?
  ) {
    var finding = new
    finding.driver = strings[event.driver]
    finding.device = event.has(.dev) ? event.device : nil
    finding.irp = event.has(.irp) ? event.irp : nil
    finding.lock = event.has(.lock) ? event.lock : nil
    finding.tag = event.has(.tag) ? event.tag : nil
    guard countAndSign(&finding) else { return }
    let last = led.last?.position == event.position ? led : led + [event]
    for event in last { finding.evidence.append(evidence(of: event, irp: nil, strings)) }
    finding.evidence[finding.evidence.count - 1].note = finding.message
    if let subject { setPath(of: &finding, rule, subject: subject) }
    keep(finding)
  }

  private func newFinding(
    _ rule: Int, _ message: Int, _ stamp: EventStamp, _ strings: StringTable
  ) -> Finding {
    let machine = forms[rule].machine
    var finding = newFinding(rule, machine.messages[message], stamp, strings)
    if machine.warnings[message] { finding.severity = .warning }
    return finding
  }

  private func newFinding(
    _ rule: Int, _ message: String, _ stamp: EventStamp, _ strings: StringTable
  ) -> Finding {
    Finding(
      rule: rules[rule].id, severity: rules[rule].severity,
      message: message,
      position: TracePosition(rawValue: stamp.position),
      timestamp: stamp.timestamp == EventStamp.noTimestamp ? nil : stamp.timestamp,
      thread: stamp.thread, driver: "", source: strings[StringID(stamp.source)],
      function: strings[StringID(stamp.function)], fingerprint: "", evidence: [],
      omittedEvidence: 0)
  }

  /// Gives the finding its fingerprint and counts it; returns whether there is room to keep it.
  ///
  /// - Parameter places: What tells where the fault is, where the deciding event is not that; and what
  ///   told it in earlier versions.
  private mutating func countAndSign(
    _ finding: inout Finding, at places: (now: String, formerly: String)? = nil
  ) -> Bool {
    let decided = Fingerprint.place(function: finding.function, source: finding.source)
    finding.fingerprint = fingerprint(finding, places?.now ?? decided)
    if let places, places.now != places.formerly {
      finding.formerFingerprint = fingerprint(finding, places.formerly)
    }
    switch finding.severity {
    case .error: errorCount += 1
    case .warning: warningCount += 1
    }
    return kept.count(finding)
  }

  private func fingerprint(_ finding: Finding, _ place: String) -> String {
    Fingerprint.of(
      rule: finding.rule, message: finding.message, driver: finding.driver, place: place,
      major: finding.major, minor: finding.minor)
  }

  /// Facts that say that a remove lock was not released.
  private static let holdingFacts: Set<ContextFact> = [
    .returnsHolding, .returnsHoldingCountingWaits, .returnsHoldingOwn, .endedHolding,
    .endedHoldingOwn, .completionRoutineExitedUncarried, .completionRoutineExitedHolding,
  ]

  /// Facts that say that a release takes nothing away: what is held was meant, perhaps.
  private static let unheldFacts: Set<ContextFact> = [
    .releasedUnheld, .releasedUnheldCountingWaits, .waitedUnheld,
  ]

  /// The completion routine, DPC or worker that had the request last, where it is another than the
  /// dispatch routine.
  private func placeOfEnd(_ index: Int32, besides entry: String, _ strings: StringTable) -> String {
    let routines: [EventKind] = [
      .completionEnter, .completionExit, .callbackEnter, .callbackExit,
    ]
    let last = model.requests.evidence(of: index).last { routines.contains($0.kind) }
    guard let last else { return "" }
    let end = place(last.stamp, strings)
    return end.isEmpty || end == entry ? "" : " → " + end
  }

  /// Keeps a finding, with texts as a report shows them.
  private mutating func keep(_ finding: Finding) {
    var finding = finding
    finding.driver = FindingTexts.shortened(finding.driver)
    finding.source = FindingTexts.shortened(finding.source)
    finding.function = FindingTexts.shortened(finding.function)
    finding.releasedElsewhere = FindingTexts.shortened(finding.releasedElsewhere)
    texts.share(&finding)
    kept.keep(finding)
  }

  func place(_ stamp: EventStamp, _ strings: StringTable) -> String {
    Fingerprint.place(
      function: strings[StringID(stamp.function)], source: strings[StringID(stamp.source)])
  }

  // MARK: Evidence

  private func evidence(
    of index: Int32, _ message: String, at decided: TracePosition, _ event: Event,
    _ strings: StringTable, holds note: String
  ) -> ([Evidence], Int) {
    let context = model.requests[index]
    var all = [evidence(context.opened, .dispatchEnter, EventWords.entry(context), strings)]
    // The acquires that are told, by their signs.
    var acquires: [UInt32: Int] = [:]
    for record in model.requests.evidence(of: index) {
      if record.kind == .ioAcquireRemoveLock {
        acquires[record.stamp.sign] = all.count
      }
      let words = EventWords.describe(record, irp: context.irp, strings: strings)
      all.append(evidence(record.stamp, record.kind, words, strings))
      all[all.count - 1].taken = acquires[record.taken]
    }
    // The end of a trace has no position.
    if event.position.rawValue != 0, all.last?.position.rawValue != event.position.rawValue {
      all.append(self.evidence(of: event, irp: context.irp, strings))
    }
    // What was noted where it turned out to matter stands where it happened.
    if zip(all, all.dropFirst()).contains(where: { $0.position > $1.position }) {
      all.sort { $0.position < $1.position }
    }
    let held = heldPositions(context)
    for place in all.indices {
      all[place].device = context.devicePointer
      all[place].irp = context.irp
      if held.contains(all[place].position.rawValue), all[place].kind == .ioAcquireRemoveLock {
        all[place].note = note
      }
    }
    all[all.lastIndex { $0.position == decided } ?? all.count - 1].note = message
    return (all, Int(context.evidence.omitted))
  }

  private func heldPositions(_ context: IRPContext) -> Set<UInt64> {
    Set(
      model.locks.acquisitions(of: context, atMost: options.limits.evidence)
        .map(\.acquired.position)
    )
  }

  func evidence(of event: Event, irp: UInt64?, _ strings: StringTable) -> Evidence {
    if event.kind == .dispatchEnter {
      let request = EventWords.request(event.major, event.has(.mn) ? event.minor : nil)
      return evidence(EventStamp(event), .dispatchEnter, request + " enters", strings)
    }
    let record = EvidenceRecord(event)
    let words =
      event.kind == .custom
      ? event.customWords(in: strings) : EventWords.describe(record, irp: irp, strings: strings)
    var line = evidence(record.stamp, record.kind, words, strings)
    if event.kind == .custom { line.customName = event.customName(in: strings) }
    return line
  }

  func evidence(
    _ stamp: EventStamp, _ kind: EventKind, _ words: String, _ strings: StringTable
  ) -> Evidence {
    Evidence(
      position: TracePosition(rawValue: stamp.position), kind: kind,
      timestamp: stamp.timestamp == EventStamp.noTimestamp ? nil : stamp.timestamp,
      thread: stamp.thread, device: nil, irp: nil,
      source: FindingTexts.shortened(strings[StringID(stamp.source)]),
      function: FindingTexts.shortened(strings[StringID(stamp.function)]),
      words: FindingTexts.shortened(words), note: nil)
  }
}

// What the run is about.
extension Checker {
  /// Whether the run is about this device (`--driver`, `--device`).
  @inline(__always)
  func isSelected(device: Int32) -> Bool { selectsAll || isAmongSelected(device) }

  private func isAmongSelected(_ device: Int32) -> Bool {
    guard device >= 0 else { return false }
    if let wanted = options.device, model.devices[device].pointer != wanted { return false }
    return options.driver == nil
      || selectedDriver != 0 && model.devices[device].driver == selectedDriver
  }
}
