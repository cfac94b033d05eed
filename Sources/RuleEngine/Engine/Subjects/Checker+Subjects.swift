// Rules about subjects other than requests, of every kind in the same way.
extension Checker {
  /// Judges what a record says of a subject; `kind` is its place in ``SubjectKind/all``.
  mutating func judgeSubject(
    _ kind: Int, _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    switch record.turn {
    case .began: armSubject(kind, record.index)
    case .fact:
      var (next, end) = subjects[kind].answering(record.index, record.fact)
      while next < end {
        if selectsAll, !notesSteps,
          !subjects[kind].stepQuickly(record.index, &next, end, actions, runtime, &counts)
        {
          break
        }
        stepSubject(kind, subjects[kind].arming.groups.answering[next], record, event, strings)
        next &+= 1
      }
    case .undecided:
      let open = subjects[kind].undecide(record.index, runtime)
      if !open.isEmpty, selectsAll || isSelected(kind, record.index, event) {
        for rule in open { counts[rule].undecided += 1 }
      }
    case .closed: subjects[kind].close(record.index)
    }
  }

  private mutating func armSubject(_ kind: Int, _ index: Int32) {
    subjects[kind].begin(index, subjects[kind].kind.traits(&model, index))
    if options.keepsPaths { paths.begin(subjects[kind].rules, index) }
  }

  /// Steps a machine that the quick way left.
  mutating func stepSubject(
    _ kind: Int, _ member: RuleGroups.Member, _ record: FactRecord, _ event: Event,
    _ strings: StringTable
  ) {
    let cell = subjects[kind].cell(record.index, member)
    let stored = subjects[kind].stored(cell)
    if stored == Self.disarmed { return }
    let state = stored & SubjectMonitors.stateMask
    let action = MachineTable.Action(rawValue: actions[Int(member.base) &+ Int(state)])
    if action == .ignore { return }
    if notesSteps || action.isChoice {
      noteSubject(kind, member, action, cell, state, record, event, strings)
    } else {
      answer(kind, member, action, cell, record, event, strings)
    }
  }

  /// A row with conditions on the event, or steps that somebody asks for.
  @inline(never)
  private mutating func noteSubject(
    _ kind: Int, _ member: RuleGroups.Member, _ found: MachineTable.Action, _ cell: Int,
    _ state: UInt8, _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    let rule = Int(member.rule)
    var (action, condition): (MachineTable.Action, EventCondition?) = (found, nil)
    if found.isChoice {
      (action, condition) = forms[rule].machine.resolve(found, event, strings)
      if action == .ignore { return }
    }
    note(step: rule, state: state, record, event, strings, condition: condition)
    answer(kind, member, action, cell, record, event, strings)
  }

  /// A machine answers with more than another state.
  @inline(never)
  private mutating func answer(
    _ kind: Int, _ member: RuleGroups.Member, _ action: MachineTable.Action, _ cell: Int,
    _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    let rule = Int(member.rule)
    let outcome = subjects[kind].perform(action, cell, dormant: runtime[rule].dormant)
    guard outcome.verdict != nil || outcome.message != nil,
      selectsAll || isSelected(kind, record.index, event)
    else { return }
    count(outcome.verdict, rule)
    if let message = outcome.message {
      reportSubject(
        kind, member, message, isFirst: outcome.verdict != nil, record, event, strings)
    }
  }

  /// A machine reports; `isFirst` where that is the life's verdict.
  private mutating func reportSubject(
    _ kind: Int, _ member: RuleGroups.Member, _ message: Int, isFirst: Bool,
    _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    let rule = Int(member.rule)
    let about = subjects[kind].kind
    if about.isMomentary {
      if isFirst { report(rule, message, about.telling, record, event, strings) }
      return
    }
    let operand = about.reportsOncePerLife(forms[rule].scope) ? 0 : record.operand
    if subjects[kind].isNew(rule, record.index, operand: operand) {
      report(rule, message, about.telling, record, event, strings)
    }
  }

  private mutating func isSelected(_ kind: Int, _ index: Int32, _ event: Event) -> Bool {
    let subject = subjects[kind].kind.selection(&model, index, event)
    if let wanted = options.device, subject.device != wanted { return false }
    return options.driver == nil || selectedDriver != 0 && subject.driver == selectedDriver
  }

  @inline(__always)
  private mutating func count(_ verdict: SubjectMonitors.Verdict?, _ rule: Int) {
    switch verdict {
    case .passed: counts[rule].passed += 1
    case .violated: counts[rule].violated += 1
    case .violatedAfterPass:
      counts[rule].passed -= 1
      counts[rule].violated += 1
    case .undecided: counts[rule].undecided += 1
    case nil: break
    }
  }
}
