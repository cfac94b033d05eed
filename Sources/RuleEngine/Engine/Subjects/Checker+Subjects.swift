// Rules about remove locks and about devices.
extension Checker {
  mutating func judgeLock(_ record: FactRecord, _ event: Event, _ strings: StringTable) {
    let lock = record.index
    let isSelected = isSelected(device: model.locks[lock].owner)
    switch record.turn {
    case .began:
      let starts = lockMonitors.rules.map { arms($0, lock) ? runtime[$0].start : Self.disarmed }
      lockMonitors.begin(lock, starts)
      if options.keepsPaths { paths.begin(lockMonitors.rules, lock) }
    case .fact:
      for (place, rule) in lockMonitors.rules.enumerated() {
        let step = lockMonitors.step(
          place, record, runtime[rule], forms[rule].machine, event, strings)
        if let state = step.from {
          note(
            step: rule, state: state, record, event, strings, condition: step.condition)
        }
        guard isSelected else { continue }
        count(step.verdict, rule)
        guard let message = step.message else { continue }
        let operand = reportsOncePerLife(rule) ? 0 : record.operand
        if lockMonitors.isNew(place, lock, operand: operand) {
          reportLock(rule, message, record, event, strings)
        }
      }
    case .undecided:
      for rule in lockMonitors.undecide(lock, runtime) where isSelected {
        verdicts[rule].undecided += 1
      }
    case .closed: lockMonitors.close(lock)
    }
  }

  private func arms(_ rule: Int, _ lock: Int32) -> Bool {
    guard case .lock(let scope, _) = forms[rule].scope else { return false }
    switch scope {
    case .everyLife: return true
    case .countKnown: return model.locks[lock].state.contains(.countKnown)
    case .maximumTime: return model.locks[lock].maximumMinutes > 0
    case .highWatermark: return model.locks[lock].highWatermark > 0
    }
  }

  private func reportsOncePerLife(_ rule: Int) -> Bool {
    if case .lock(_, let oncePerLife) = forms[rule].scope { oncePerLife } else { false }
  }

  mutating func judgeDevice(_ record: FactRecord, _ event: Event, _ strings: StringTable) {
    let device = record.index
    let isSelected = isSelected(device: device)
    switch record.turn {
    case .began:
      deviceMonitors.begin(device, deviceMonitors.rules.map { runtime[$0].start })
      if options.keepsPaths { paths.begin(deviceMonitors.rules, device) }
    case .fact:
      for (place, rule) in deviceMonitors.rules.enumerated() {
        let step = deviceMonitors.step(
          place, record, runtime[rule], forms[rule].machine, event, strings)
        if let state = step.from {
          note(
            step: rule, state: state, record, event, strings, condition: step.condition)
        }
        guard isSelected else { continue }
        count(step.verdict, rule)
        if let message = step.message,
          deviceMonitors.isNew(place, device, operand: record.operand)
        {
          reportDevice(rule, message, record, event, strings)
        }
      }
    case .undecided:
      for rule in deviceMonitors.undecide(device, runtime) where isSelected {
        verdicts[rule].undecided += 1
      }
    case .closed: deviceMonitors.close(device)
    }
  }

  private mutating func count(_ verdict: SubjectMonitors.Verdict?, _ rule: Int) {
    switch verdict {
    case .passed: verdicts[rule].passed += 1
    case .violated: verdicts[rule].violated += 1
    case .violatedAfterPass:
      verdicts[rule].passed -= 1
      verdicts[rule].violated += 1
    case .undecided: verdicts[rule].undecided += 1
    case nil: break
    }
  }
}
