/// The machines of the rules about events: one for each subject that occurs.
struct EventMonitors: Sendable {
  /// A rule, with the events that are its facts.
  struct Watch: Sendable {
    let rule: Int
    let subject: EventSubject
    let patterns: [EventPattern]
    /// By what tells subjects apart: a number, and of a field what kind of value it is.
    var table = Self.noSubjects
    var subjects: [Subject] = []
  }

  struct Subject: Sendable {
    var state: UInt8
    /// The events of the present arming, as many as are kept.
    var evidence: [Event] = []
  }

  /// Subjects that one rule follows at most, and events that are kept for each.
  static let subjectLimit = 1 << 14
  static let evidenceLimit = 16

  var watches: [Watch]
  /// For each kind of event whether a rule asks for it.
  private let wanted: [Bool]

  init(_ watches: [Watch]) {
    self.watches = watches
    var wanted = [Bool](repeating: false, count: EventKind.allCases.count)
    for pattern in watches.flatMap(\.patterns) {
      for kind in pattern.kinds { wanted[Int(kind.rawValue)] = true }
      if pattern.customName != nil { wanted[Int(EventKind.custom.rawValue)] = true }
    }
    if !watches.isEmpty {
      wanted[Int(EventKind.traceLost.rawValue)] = true
      wanted[Int(EventKind.malformed.rawValue)] = true
    }
    self.wanted = wanted
  }

  @inline(__always)
  func wants(_ event: Event) -> Bool {
    !watches.isEmpty && wanted[Int(event.kind.rawValue)]
  }
}

extension EventMonitors.Watch {
  /// The place of the event's subject, which is made where it is new; nil where the event names none.
  mutating func place(of event: Event, _ strings: StringTable, start: UInt8) -> Int? {
    guard let key = key(of: event, strings) else { return nil }
    let known = table.find(key)
    if known >= 0 { return Int(known) }
    guard subjects.count < EventMonitors.subjectLimit else { return nil }
    table.set(key, Int32(subjects.count))
    subjects.append(EventMonitors.Subject(state: start))
    return subjects.count - 1
  }

  static var noSubjects: OpenTable<PairKey> { OpenTable() }

  private func key(of event: Event, _ strings: StringTable) -> PairKey? {
    switch subject {
    case .thread: PairKey(first: event.threadKey, second: 0)
    case .device: event.has(.dev) ? PairKey(first: event.device, second: 0) : nil
    case .driver:
      event.has(.drv) ? PairKey(first: UInt64(event.driver.rawValue), second: 0) : nil
    case .irp: event.has(.irp) ? PairKey(first: event.irp, second: 0) : nil
    case .field(let name): Self.key(of: event, field: name, strings)
    }
  }

  /// Texts of a custom event's own are told apart by their numbers, without a String made for them.
  private static func key(of event: Event, field: String, _ strings: StringTable) -> PairKey? {
    if event.flags.contains(.ownText), let slot = event.ownSlot(of: field, in: strings),
      event.ownType(slot) == .text
    {
      return PairKey(first: event.ownBits(slot), second: 2)
    }
    return event.value(of: field, in: strings).flatMap { key(of: $0, strings) }
  }

  /// Numbers that are equal have one key however they are written, and a text has that of no number.
  private static func key(of value: FieldValue, _ strings: StringTable) -> PairKey? {
    switch value {
    case .integer(let number): PairKey(first: value.bits, second: number < 0 ? 1 : 0)
    case .address: PairKey(first: value.bits, second: 0)
    case .text(let text):
      strings.find(text).map { PairKey(first: UInt64($0.rawValue), second: 2) }
    }
  }
}

extension Checker {
  /// Steps the machines of the rules about events.
  mutating func stepEventRules(_ event: Event, _ strings: StringTable) {
    if event.kind == .traceLost || event.kind == .malformed {
      undecideEventRules()
      return
    }
    for watch in eventMonitors.watches.indices {
      let fact = eventMonitors.watches[watch].patterns.firstIndex { $0.matches(event, strings) }
      guard let fact else { continue }
      let start = runtime[eventMonitors.watches[watch].rule].start
      guard let place = eventMonitors.watches[watch].place(of: event, strings, start: start)
      else { continue }
      step(watch, place, fact: fact, event, strings)
    }
  }

  private mutating func step(
    _ watch: Int, _ place: Int, fact: Int, _ event: Event, _ strings: StringTable
  ) {
    let rule = eventMonitors.watches[watch].rule
    let state = eventMonitors.watches[watch].subjects[place].state
    let record = FactRecord(
      subject: .device, turn: .fact, fact: UInt8(fact), index: Int32(place))
    guard
      let row = forms[rule].machine.resolve(state: state, fact: UInt8(fact), event, strings)
    else { return }
    note(step: rule, state: state, record, event, strings, condition: row.condition)
    if eventMonitors.watches[watch].subjects[place].evidence.count < EventMonitors.evidenceLimit {
      eventMonitors.watches[watch].subjects[place].evidence.append(event)
    }
    let isArmed = runtime[rule].dormant & (1 << UInt32(state)) == 0
    let isSelected = isSelected(event)
    var next = runtime[rule].start
    switch row.action.rawValue & 0xC0 {
    case 0x40: next = UInt8(row.action.operand)
    case 0x80:
      if isArmed, isSelected { counts[rule].passed += 1 }
      next = UInt8(row.action.operand)
    case 0xC0:
      if isSelected {
        counts[rule].violated += 1
        report(
          rule, row.action.operand, event, eventMonitors.watches[watch].subjects[place].evidence,
          strings,
          subject: Int32(place))
      }
    default:
      if isArmed, isSelected, row.action == .pass { counts[rule].passed += 1 }
      if isArmed, isSelected, row.action == .halt { counts[rule].undecided += 1 }
    }
    if next == runtime[rule].start {
      eventMonitors.watches[watch].subjects[place].evidence.removeAll(keepingCapacity: true)
      if options.keepsPaths { paths.begin([rule], Int32(place)) }
    }
    eventMonitors.watches[watch].subjects[place].state = next
  }

  /// A gap, or the end of the trace: what is armed is undecided, and each machine starts anew.
  mutating func undecideEventRules() {
    for watch in eventMonitors.watches.indices {
      if eventMonitors.watches[watch].subjects.isEmpty { continue }
      let rule = eventMonitors.watches[watch].rule
      for subject in eventMonitors.watches[watch].subjects
      where runtime[rule].dormant & (1 << UInt32(subject.state)) == 0 {
        counts[rule].undecided += 1
      }
      if options.keepsPaths { paths.forget(rule) }
      eventMonitors.watches[watch].subjects.removeAll(keepingCapacity: true)
      eventMonitors.watches[watch].table = EventMonitors.Watch.noSubjects
    }
  }

  /// Hands a batch to the monitors of their own, and takes their verdicts.
  mutating func runMonitors(_ events: ArraySlice<Event>, _ strings: StringTable) {
    for place in monitors.indices {
      var found = MonitorVerdicts()
      monitors[place].monitor.take(events, strings: strings, verdicts: &found)
      collect(found, monitors[place].rule, strings)
    }
  }

  /// Tells the monitors that the trace has ended.
  mutating func finishMonitors(_ strings: StringTable) {
    for place in monitors.indices {
      var found = MonitorVerdicts()
      monitors[place].monitor.finish(verdicts: &found)
      collect(found, monitors[place].rule, strings)
    }
  }

  private mutating func collect(_ found: MonitorVerdicts, _ rule: Int, _ strings: StringTable) {
    counts[rule].passed += found.passed
    counts[rule].undecided += found.undecided
    for one in found.reports where isSelected(one.event) {
      counts[rule].violated += 1
      report(rule, text: one.message, one.event, one.evidence, strings)
    }
  }

  /// Whether the run is about the event's device and driver.
  private func isSelected(_ event: Event) -> Bool {
    if let wanted = options.device, event.device != wanted { return false }
    return options.driver == nil || event.driver.rawValue == selectedDriver && selectedDriver != 0
  }
}
