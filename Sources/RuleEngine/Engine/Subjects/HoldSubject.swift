extension SubjectKind {
  /// What threads hold.
  static let hold = SubjectKind(
    subject: .hold, factCount: HoldFact.allCases.count,
    isSubject: { if case .hold = $0 { true } else { false } },
    traits: { model, hold in Int(model.holds[hold].kind.rawValue) },
    arms: { scope, traits in
      guard case .hold(let scope) = scope, let kind = HoldKind(rawValue: UInt8(traits)) else {
        return false
      }
      return scope.kinds.contains(kind)
    },
    reportsOncePerLife: { _ in true },
    selection: { model, hold, _ in
      let hold = model.holds[hold]
      return Selection(device: hold.device, driver: hold.driver)
    },
    telling: Telling(
      decided: { _, _, event in EventStamp(event) },
      head: { checker, record, event, strings, finding in
        checker.head(&finding, ofHold: record, event, strings)
      },
      evidence: { checker, record, event, strings, finding in
        checker.evidence(ofHold: record, event, finding.message, strings)
      }))
}

extension HoldFact {
  /// Whether it says that something has not been given back: the fault is where it was taken.
  fileprivate var isOmission: Bool { self == .left }
}

extension Hold {
  /// What is held, with its address.
  var words: String {
    switch kind {
    case .spinLock, .resource: "\(kind.words) \(EventWords.hex(key))"
    case .queuedSpinLock: "\(kind.words) \(EventWords.hex(lock)), handle \(EventWords.hex(key))"
    case .cancelSpinLock, .criticalRegion, .guardedRegion: kind.words
    }
  }

  /// What the event that took it says.
  fileprivate var takenWords: String {
    takenBy == .callbackEnter
      ? "the cancel routine is called with the cancel spin lock" : "\(takenBy.name), \(words)"
  }
}

extension Checker {
  fileprivate func head(
    _ finding: inout Finding, ofHold record: FactRecord, _ event: Event, _ strings: StringTable
  ) -> String? {
    let hold = model.holds[record.index]
    if hold.device != 0 { finding.device = hold.device }
    finding.driver = strings[StringID(hold.driver)]
    if finding.driver.isEmpty { finding.driver = strings[event.driver] }
    if event.has(.irp), event.irp != 0 { finding.irp = event.irp }
    let isOmission = HoldFact(rawValue: record.fact)?.isOmission ?? false
    return isOmission ? place(hold.taken, strings) : nil
  }

  fileprivate func evidence(
    ofHold record: FactRecord, _ event: Event, _ message: String, _ strings: StringTable
  ) -> ([Evidence], Int) {
    let hold = model.holds[record.index]
    var all: [Evidence] = []
    if hold.taken.position != event.position.rawValue {
      all.append(evidence(hold.taken, hold.takenBy, hold.takenWords, strings))
    }
    if hold.isFree, hold.ended.position != event.position.rawValue {
      all.append(evidence(hold.ended, hold.endedBy, "\(hold.endedBy.name), \(hold.words)", strings))
    }
    all.append(evidence(of: event, irp: nil, strings))
    all[all.count - 1].note = message
    return (all, 0)
  }
}
