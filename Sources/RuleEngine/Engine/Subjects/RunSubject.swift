extension SubjectKind {
  /// Runs of threads, for SDV's automata.
  static let run = SubjectKind(
    subject: .run, factCount: RunFact.allCases.count,
    isSubject: { if case .run = $0 { true } else { false } },
    traits: { _, _ in 0 }, arms: { _, _ in true }, reportsOncePerLife: { _ in true },
    selection: { model, run, _ in
      let run = model.runs[run]
      return Selection(device: run.device, driver: run.driver)
    },
    telling: Telling(
      decided: { _, _, event in EventStamp(event) },
      head: { checker, record, event, strings, finding in
        checker.head(&finding, ofRun: record, event, strings)
      },
      evidence: { checker, record, event, strings, finding in
        checker.evidence(ofRun: record, event, finding.message, strings)
      }))
}

extension Checker {
  fileprivate func head(
    _ finding: inout Finding, ofRun record: FactRecord, _ event: Event, _ strings: StringTable
  ) -> String? {
    let run = model.runs[record.index]
    if run.device != 0 { finding.device = run.device }
    finding.driver = strings[event.driver]
    if finding.driver.isEmpty { finding.driver = strings[StringID(run.driver)] }
    if event.has(.irp), event.irp != 0 { finding.irp = event.irp }
    return nil
  }

  fileprivate func evidence(
    ofRun record: FactRecord, _ event: Event, _ message: String, _ strings: StringTable
  ) -> ([Evidence], Int) {
    let run = model.runs[record.index]
    var all = model.runs.evidence(of: record.index).map {
      evidence($0.stamp, $0.kind, EventWords.describe($0, irp: nil, strings: strings), strings)
    }
    if all.last?.position.rawValue != event.position.rawValue {
      all.append(evidence(of: event, irp: nil, strings))
    }
    all[all.count - 1].note = message
    return (all, Int(run.evidence.omitted))
  }
}
