extension SubjectKind {
  /// Lives of the handles of registry keys.
  static let keyHandle = SubjectKind(
    subject: .keyHandle, factCount: KeyHandleFact.allCases.count,
    isSubject: { if case .keyHandle = $0 { true } else { false } },
    traits: { model, life in model.keyHandles[life].ddi == .zwCreateKey ? 1 : 0 },
    arms: { scope, traits in
      guard case .keyHandle(let scope) = scope else { return false }
      return switch scope {
      case .every: true
      case .created: traits == 1
      case .opened: traits == 0
      }
    },
    reportsOncePerLife: { _ in true },
    selection: { model, life, _ in Selection(device: 0, driver: model.keyHandles[life].driver) },
    telling: Telling(
      decided: { _, _, event in EventStamp(event) },
      head: { checker, record, event, strings, finding in
        checker.head(&finding, ofKeyHandle: record, event, strings)
      },
      evidence: { checker, record, event, strings, finding in
        (checker.evidence(ofKeyHandle: record, event, finding.message, strings), 0)
      }))
}

extension Checker {
  fileprivate func head(
    _ finding: inout Finding, ofKeyHandle record: FactRecord, _ event: Event,
    _ strings: StringTable
  ) -> String? {
    let handle = model.keyHandles[record.index]
    head(&finding, ofLife: handle, event, strings)
    // What is left open is a fault of where it was opened.
    let isLeft =
      record.fact == KeyHandleFact.leftOpen.rawValue
      || record.fact == KeyHandleFact.leftInRun.rawValue
    return isLeft ? place(handle.made, strings) : nil
  }

  fileprivate func evidence(
    ofKeyHandle record: FactRecord, _ event: Event, _ message: String, _ strings: StringTable
  ) -> [Evidence] {
    let handle = model.keyHandles[record.index]
    let value = EventWords.hex(handle.handle)
    var made = evidence(handle.made, handle.ddi, "\(handle.ddi.name) → handle \(value)", strings)
    if record.fact == KeyHandleFact.leftOpen.rawValue {
      let count = model.keyHandles.left(with: record.index)
      made.note =
        count == 1
        ? "one handle is left open of this place" : "\(count) handles are left open of this place"
    }
    return evidence(
      ofLife: handle, made: made, given: (.zwClose, "ZwClose of handle \(value)"), event,
      words: event.has(.handle) ? "\(event.kind.name) of handle \(value)" : nil, message, strings)
  }
}
