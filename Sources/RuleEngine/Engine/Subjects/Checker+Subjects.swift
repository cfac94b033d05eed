// Rules about subjects other than requests, of every kind in the same way.
extension Checker {
  /// Judges what a record says of a subject; `kind` is its place in ``SubjectKind/all``.
  mutating func judgeSubject(
    _ kind: Int, _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    switch record.turn {
    case .began: armSubject(kind, record.index)
    case .fact:
      for place in subjects[kind].answering(record.fact)
      where subjects[kind].isArmed(place, record.index) {
        stepSubject(kind, place, record, event, strings)
      }
    case .undecided:
      let open = subjects[kind].undecide(record.index, runtime)
      if !open.isEmpty, isSelected(kind, record.index, event) {
        for rule in open { verdicts[rule].undecided += 1 }
      }
    case .closed: subjects[kind].close(record.index)
    }
  }

  private mutating func armSubject(_ kind: Int, _ index: Int32) {
    subjects[kind].begin(index)
    for place in subjects[kind].armed(by: subjects[kind].kind.traits(&model, index)) {
      subjects[kind].arm(place, index, runtime[subjects[kind].rules[place]].start)
    }
    if options.keepsPaths { paths.begin(subjects[kind].rules, index) }
  }

  mutating func stepSubject(
    _ kind: Int, _ place: Int, _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    let rule = subjects[kind].rules[place]
    let step = subjects[kind].step(
      place, record, runtime[rule], forms[rule].machine, event, strings)
    if let state = step.from {
      note(step: rule, state: state, record, event, strings, condition: step.condition)
    }
    guard step.verdict != nil || step.message != nil, isSelected(kind, record.index, event) else {
      return
    }
    count(step.verdict, rule)
    guard let message = step.message else { return }
    if subjects[kind].kind.isMomentary {
      guard step.verdict != nil else { return }
      report(rule, message, subjects[kind].kind.telling, record, event, strings)
      return
    }
    let oncePerLife = subjects[kind].kind.reportsOncePerLife(forms[rule].scope)
    if subjects[kind].isNew(place, record.index, operand: oncePerLife ? 0 : record.operand) {
      report(rule, message, subjects[kind].kind.telling, record, event, strings)
    }
  }

  private mutating func isSelected(_ kind: Int, _ index: Int32, _ event: Event) -> Bool {
    if selectsAll { return true }
    let subject = subjects[kind].kind.selection(&model, index, event)
    if let wanted = options.device, subject.device != wanted { return false }
    return options.driver == nil || selectedDriver != 0 && subject.driver == selectedDriver
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
