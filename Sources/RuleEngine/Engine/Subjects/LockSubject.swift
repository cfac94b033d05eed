extension SubjectKind {
  /// Lives of remove locks.
  static let lock = SubjectKind(
    subject: .lock, factCount: LockFact.allCases.count,
    isSubject: { if case .lock = $0 { true } else { false } },
    traits: { model, lock in
      (model.locks[lock].state.contains(.countKnown) ? 1 : 0)
        | (model.locks[lock].maximumMinutes > 0 ? 2 : 0)
        | (model.locks[lock].highWatermark > 0 ? 4 : 0)
    },
    arms: { scope, traits in
      guard case .lock(let scope, _) = scope else { return false }
      return switch scope {
      case .everyLife: true
      case .countKnown: traits & 1 != 0
      case .maximumTime: traits & 2 != 0
      case .highWatermark: traits & 4 != 0
      }
    },
    reportsOncePerLife: { if case .lock(_, let oncePerLife) = $0 { oncePerLife } else { false } },
    selection: { model, lock, _ in Selection(&model, model.locks[lock].owner) },
    telling: Telling(
      decided: { checker, record, event in
        // A lock on which something waits in vain is told where the wait began.
        record.fact == LockFact.stuck.rawValue
          ? checker.model.locks[record.index].waitEntered : EventStamp(event)
      },
      head: { checker, record, event, strings, finding in
        checker.head(&finding, ofLock: record, event, strings)
        return record.fact == LockFact.stuck.rawValue
          ? checker.acquiringPlaces(record, strings) : nil
      },
      evidence: { checker, record, event, strings, finding in
        checker.evidence(
          ofLock: record, finding.message, record.fact == LockFact.stuck.rawValue ? nil : event,
          strings)
      }))
}

extension Checker {
  /// The functions that acquired what is left of a lock, each once; nil where the trace names none.
  fileprivate func acquiringPlaces(_ record: FactRecord, _ strings: StringTable) -> String? {
    let lock = model.locks[record.index]
    let held = model.locks.acquisitions(of: lock, atMost: options.limits.evidence)
    let places = Set(held.map { place($0.acquired, strings) }).filter { !$0.isEmpty }
    return places.isEmpty ? nil : places.sorted().joined(separator: ", ")
  }

  fileprivate func head(
    _ finding: inout Finding, ofLock record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    let lock = model.locks[record.index]
    finding.lock = lock.pointer
    finding.tag = record.fact == LockFact.initializedAgain.rawValue ? nil : record.operand
    if lock.owner >= 0 {
      finding.device = model.devices[lock.owner].pointer
      finding.driver = strings[StringID(model.devices[lock.owner].driver)]
    }
    if finding.driver.isEmpty { finding.driver = strings[StringID(lock.driver)] }
    if finding.driver.isEmpty { finding.driver = strings[event.driver] }
  }

  fileprivate func evidence(
    ofLock record: FactRecord, _ message: String, _ event: Event?, _ strings: StringTable
  ) -> ([Evidence], Int) {
    var lock = model.locks[record.index]
    let isInitializedAgain = record.fact == LockFact.initializedAgain.rawValue
    // What is told is the life before.
    if isInitializedAgain, let before = model.locks.history.initializedBefore {
      (lock.initialized, lock.waitEntered, lock.waitTag) =
        (before.initialized, before.waitEntered, before.waitTag)
    }
    var all = beginning(of: lock, record, strings)
    let room = max(options.limits.evidence - all.count, 1)
    let holders = model.locks.acquisitions(of: lock, atMost: room)
    let candidates = model.locks.candidates(of: lock)
    let open = Set(candidates.map(\.tag))
    let lines =
      holders.map {
        evidence(
          of: $0, open.contains($0.tag) ? "still held, or another with this tag" : "still held",
          strings)
      } + candidates.map { evidence(of: $0, "released, or another with this tag", strings) }
    let shown = lines.prefix(room)
    all += shown
    if !lock.waitEntered.isNone {
      var wait = evidence(
        lock.waitEntered, .ioReleaseRemoveLockAndWait,
        "IoReleaseRemoveLockAndWait, " + EventWords.tag(lock.waitTag, irp: nil), strings)
      if isInitializedAgain { wait.note = "drained" }
      all.append(wait)
    }
    if let event, all.last?.position.rawValue != event.position.rawValue {
      all.append(evidence(of: event, irp: nil, strings))
    }
    all.sort { $0.position < $1.position }
    let decided = event?.position.rawValue ?? lock.waitEntered.position
    if let place = all.lastIndex(where: { $0.position.rawValue == decided }) {
      all[place].note = message
      // What is held too long is told when it is released.
      if event != nil, record.fact == LockFact.heldTooLong.rawValue {
        all[place].taken = all[..<place].lastIndex { $0.note == "held too long" }
      }
    }
    let omitted = Int(lock.holders.count) - holders.count + lines.count - shown.count
    return (all, omitted)
  }

  /// Its initialisation, and what else of before a finding is about.
  private func beginning(
    of lock: RemoveLock, _ record: FactRecord, _ strings: StringTable
  ) -> [Evidence] {
    var all: [Evidence] = []
    if !lock.initialized.isNone {
      var first = evidence(
        lock.initialized, .ioInitializeRemoveLock, EventWords.initialization(of: lock), strings)
      if record.fact == LockFact.initializedAgain.rawValue { first.note = "initialised first" }
      all.append(first)
    }
    switch LockFact(rawValue: record.fact) {
    case .refusedReleased:
      if let refused = model.locks.answeredRefusal {
        all.append(evidence(ofRefusal: refused, strings))
      }
    case .heldTooLong:
      if let held = model.locks.history.heldTooLong {
        all.append(evidence(of: held, "held too long", strings))
      }
    default: break
    }
    return all
  }

  private func evidence(ofRefusal refused: EvidenceRecord, _ strings: StringTable) -> Evidence {
    var line = evidence(
      refused.stamp, refused.kind, EventWords.describe(refused, irp: nil, strings: strings), strings
    )
    line.note = "refused"
    return line
  }

  private func evidence(
    of held: Acquisition, _ note: String, _ strings: StringTable
  ) -> Evidence {
    let irp = held.irp == 0 ? nil : held.irp
    var words = "IoAcquireRemoveLock → STATUS_SUCCESS, " + EventWords.tag(held.tag, irp: irp)
    if let irp {
      let request = EventWords.request(
        held.major, held.state.contains(.hasMinor) ? held.minor : nil)
      words += ", for \(request) \(EventWords.hex(irp))"
    }
    var line = evidence(held.acquired, .ioAcquireRemoveLock, words, strings)
    line.irp = irp
    line.note = note
    return line
  }
}
