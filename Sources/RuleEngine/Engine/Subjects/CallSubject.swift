extension SubjectKind {
  /// Single calls: each lives for one event.
  static let call = SubjectKind(
    subject: .call, factCount: CallFact.allCases.count,
    isSubject: { if case .call = $0 { true } else { false } },
    traits: { _, _ in 0 }, arms: { _, _ in true }, reportsOncePerLife: { _ in true },
    selection: { model, _, event in model.caller(of: event) },
    isMomentary: true,
    telling: Telling(
      decided: { _, _, event in EventStamp(event) },
      head: { checker, record, event, strings, finding in
        checker.head(&finding, ofCall: event, strings)
      },
      evidence: { checker, record, event, strings, finding in
        (checker.evidence(ofCall: record, event, finding.message, strings), 0)
      },
      placesAreNew: true))

  /// Where ``call`` stands in ``all``.
  static var callPlace: Int { Int(FactRecord.Subject.call.rawValue) - 1 }
}

extension Checker {
  /// Judges what a record says of the event's call.
  mutating func judgeCall(_ record: FactRecord, _ event: Event, _ strings: StringTable) {
    switch record.turn {
    case .began:
      for number in callTable.listing(event, strings) {
        let listed = callTable[number]
        let fact = listed.fact(at: UInt8(truncatingIfNeeded: record.operand)).rawValue
        guard let member = subjects[SubjectKind.callPlace].listed(listed.place, fact) else {
          continue
        }
        stepCall(
          member, FactRecord(subject: .call, turn: .fact, fact: fact, index: 0), event, strings)
      }
    case .fact:
      let answering = subjects[SubjectKind.callPlace].answering(0, record.fact)
      for number in answering.first..<answering.end {
        let member = subjects[SubjectKind.callPlace].arming.groups.answering[number]
        if callTable.isAsked(Int(member.place), about: event.kind, record) {
          stepCall(member, record, event, strings)
        }
      }
    case .undecided, .closed: break
    }
  }

  private mutating func stepCall(
    _ member: RuleGroups.Member, _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    let kind = SubjectKind.callPlace
    let rule = Int(member.rule)
    if subjects[kind].armInMoment(Int(member.place), runtime[rule].start), options.keepsPaths {
      paths.begin([rule], 0)
    }
    if selectsAll, !notesSteps,
      subjects[kind].stepQuickly(record.index, member, actions, runtime, &counts)
    {
      return
    }
    stepSubject(kind, member, record, event, strings)
  }

  fileprivate func head(
    _ finding: inout Finding, ofCall event: Event, _ strings: StringTable
  ) -> String {
    var model = model
    let caller = model.caller(of: event)
    if caller.device != 0 { finding.device = caller.device }
    finding.driver = strings[StringID(caller.driver)]
    if event.has(.irp) { finding.irp = event.irp }
    if event.has(.lock) { finding.lock = event.lock }
    let place = place(EventStamp(event), strings)
    let name = callName(event, strings)
    return place.isEmpty ? name : "\(name) \(place)"
  }

  /// The DDI that the event calls.
  private func callName(_ event: Event, _ strings: StringTable) -> String {
    event.kind == .ddi ? FindingTexts.shortened(strings[event.text]) : event.kind.name
  }

  fileprivate func evidence(
    ofCall record: FactRecord, _ event: Event, _ message: String, _ strings: StringTable
  ) -> [Evidence] {
    var all = model.calls.explanation(of: record.fact, about: event).map { earlier in
      evidence(earlier.stamp, earlier.kind, earlier.words, strings)
    }
    var line = evidence(of: event, irp: event.has(.irp) ? event.irp : nil, strings)
    if event.kind == .ddi { line.words = callName(event, strings) }
    if let irql = event.callerIRQL { line.words += " at \(IRQLWords.name(irql))" }
    line.note = message
    all.append(line)
    return all
  }
}

extension DriverModel {
  /// The device and the driver that an event is of: its own, otherwise those of the device that it names, otherwise
  /// of the request that the thread's routine handles. Zero where they are not known.
  mutating func caller(of event: Event) -> SubjectKind.Selection {
    if !event.has(.dev), let routine = calls.returning(event) {
      return SubjectKind.Selection(
        device: routine.device,
        driver: event.driver == .none ? routine.driver : event.driver.rawValue)
    }
    let thread = threads.place(of: event.threadKey)
    let (driver, device) = actor(of: event, thread >= 0 ? currentContext(thread) : -1)
    return SubjectKind.Selection(device: device, driver: driver)
  }
}

extension EarlierEvent {
  /// `KeRaiseIrql from PASSIVE_LEVEL to DISPATCH_LEVEL`, `DispatchEnter at PASSIVE_LEVEL`.
  fileprivate var words: String {
    let from = old.map { " from \(IRQLWords.name($0))" } ?? ""
    let level = irql.map { (old == nil ? " at " : " to ") + IRQLWords.name($0) } ?? ""
    return kind.name + from + level
  }
}
