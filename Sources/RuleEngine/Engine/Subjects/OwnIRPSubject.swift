extension SubjectKind {
  /// IRPs that drivers make themselves.
  static let ownIRP = SubjectKind(
    subject: .ownIRP, factCount: OwnIRPFact.allCases.count,
    isSubject: { if case .ownIRP = $0 { true } else { false } },
    traits: { model, life in
      Int(model.ownIRPs[life].kind.rawValue) << 1 | (model.ownIRPs[life].object != 0 ? 1 : 0)
    },
    arms: { scope, traits in
      guard case .ownIRP(let scope) = scope, let kind = OwnIRPKind(rawValue: UInt8(traits >> 1))
      else { return false }
      return scope.kinds.contains(kind) && (!scope.needsEvent || traits & 1 != 0)
    },
    reportsOncePerLife: { _ in true },
    selection: { model, life, _ in
      let life = model.ownIRPs[life]
      return Selection(device: life.device, driver: life.driver)
    },
    telling: Telling(
      decided: { checker, record, event in
        guard record.fact == OwnIRPFact.waitsInVain.rawValue else { return EventStamp(event) }
        return checker.model.ownIRPs.lastRoutineExit(of: record.index) ?? EventStamp(event)
      },
      head: { checker, record, event, strings, finding in
        checker.head(&finding, ofOwnIRP: record, event, strings)
      },
      evidence: { checker, record, event, strings, finding in
        checker.evidence(ofOwnIRP: record, event, finding, strings)
      }))
}

extension OwnIRPFact {
  /// Whether it says that something has not been done: the fault is where the IRP was made.
  fileprivate var isOmission: Bool { self == .neverFreed || self == .neverFreedBuilt }
}

extension Checker {
  fileprivate func head(
    _ finding: inout Finding, ofOwnIRP record: FactRecord, _ event: Event, _ strings: StringTable
  ) -> String? {
    let life = model.ownIRPs[record.index]
    finding.irp = life.irp
    if life.device != 0 { finding.device = life.device }
    finding.driver = strings[StringID(life.driver)]
    if finding.driver.isEmpty { finding.driver = strings[event.driver] }
    let isOmission = OwnIRPFact(rawValue: record.fact)?.isOmission ?? false
    return isOmission ? place(life.made, strings) : nil
  }

  fileprivate func evidence(
    ofOwnIRP record: FactRecord, _ event: Event, _ finding: Finding, _ strings: StringTable
  ) -> ([Evidence], Int) {
    let life = model.ownIRPs[record.index]
    let (kind, words) = made(life)
    var all = [evidence(life.made, kind, words, strings)]
    for record in model.ownIRPs.evidence(of: record.index) {
      let words = EventWords.describe(record, irp: life.irp, strings: strings)
      all.append(evidence(record.stamp, record.kind, words, strings))
    }
    // The end of a trace has no position.
    if event.position.rawValue != 0, all.last?.position.rawValue != event.position.rawValue {
      all.append(evidence(of: event, irp: life.irp, strings))
    }
    for place in all.indices {
      all[place].irp = life.irp
      if life.device != 0 { all[place].device = life.device }
    }
    let decided = all.lastIndex { $0.position == finding.position }
    all[decided ?? all.count - 1].note = finding.message
    return (all, Int(life.evidence.omitted))
  }

  private func made(_ life: OwnIRP) -> (EventKind, String) {
    switch life.kind {
    case .allocated: (.ioAllocateIrp, life.kind.ddi)
    case .asynchronous: (.ioBuildAsynchronousFsdRequest, life.kind.ddi)
    case .deviceControl: (.ioBuildDeviceIoControlRequest, life.kind.ddi)
    case .synchronous: (.ioBuildSynchronousFsdRequest, life.kind.ddi)
    case .associated: (.ioMakeAssociatedIrp, life.kind.ddi)
    case .received: (.dispatchEnter, "the dispatch routine is given the IRP")
    }
  }
}
