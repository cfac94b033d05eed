extension SubjectKind {
  /// Lives of pool memory.
  static let allocation = SubjectKind(
    subject: .allocation, factCount: AllocationFact.allCases.count,
    isSubject: { if case .allocation = $0 { true } else { false } },
    traits: { model, life in
      let allocation = model.allocations[life]
      return allocation.driver != 0 && !allocation.state.contains(.forCaller) ? 1 : 0
    },
    arms: { scope, traits in
      guard case .allocation(let scope) = scope else { return false }
      return scope == .everyLife || traits & 1 != 0
    },
    reportsOncePerLife: { _ in true },
    selection: { model, life, _ in Selection(device: 0, driver: model.allocations[life].driver) },
    telling: Telling(
      decided: { _, _, event in EventStamp(event) },
      head: { checker, record, event, strings, finding in
        checker.head(&finding, ofAllocation: record, event, strings)
      },
      evidence: { checker, record, event, strings, finding in
        (checker.evidence(ofAllocation: record, event, finding.message, strings), 0)
      }))
}

extension Checker {
  fileprivate func head(
    _ finding: inout Finding, ofAllocation record: FactRecord, _ event: Event,
    _ strings: StringTable
  ) -> String? {
    let allocation = model.allocations[record.index]
    head(&finding, ofLife: allocation, event, strings)
    // What is left is a fault of where it was allocated.
    guard record.fact == AllocationFact.leftAtUnload.rawValue else { return nil }
    let place = place(allocation.made, strings)
    return place.isEmpty ? strings[StringID(allocation.tag)] : place
  }

  fileprivate func evidence(
    ofAllocation record: FactRecord, _ event: Event, _ message: String, _ strings: StringTable
  ) -> [Evidence] {
    let allocation = model.allocations[record.index]
    let address = EventWords.hex(allocation.address)
    var made = evidence(
      allocation.made, allocation.ddi,
      allocation.ddi.name + EventWords.pool(size: allocation.size, tag: allocation.tag, strings)
        + " → \(address)", strings)
    if record.fact == AllocationFact.leftAtUnload.rawValue {
      made.note = EventWords.left(model.allocations.left(with: record.index))
    }
    let freed = "ExFreePool of \(address)"
    return evidence(
      ofLife: allocation, made: made, given: (.exFreePool, freed), event,
      words: event.kind == .exFreePool ? freed : nil, message, strings)
  }
}

extension EventWords {
  /// `, 512 bytes, tag LidS`, as far as the trace says.
  static func pool(size: UInt64, tag: UInt32, _ strings: StringTable) -> String {
    let bytes = size > 0 ? ", \(size) bytes" : ""
    return bytes + (tag != 0 ? ", tag \(strings[StringID(tag)])" : "")
  }

  /// `12 allocations are left of this place, 6144 bytes together`.
  static func left(_ sum: LeftSum) -> String {
    let many = sum.count == 1 ? "one allocation is" : "\(sum.count) allocations are"
    return "\(many) left of this place" + (sum.bytes > 0 ? ", \(sum.bytes) bytes together" : "")
  }
}
