/// The machine states of all subjects of one kind: remove locks, devices.
///
/// Unlike an IRP context, which disarms at its first violation, such a subject reports each further
/// tag (or lock) as a finding of its own; its life counts one violation for a rule.
struct SubjectMonitors: Sendable {
  let kind: SubjectKind
  /// Indices of the rules about this kind of subject.
  let rules: [Int]
  /// For each fact the places in ``rules`` of those that answer to it.
  private let placesByFact: [[Int]]
  /// For each of a subject's traits the places in ``rules`` of those that it arms.
  private let placesByTraits: [[Int]]
  /// A row of states for each subject's slot.
  private var states: [UInt8] = []
  /// Of subjects that live for one event the number of that event, and for each rule of the one that armed it.
  private var moment: UInt64 = 0
  private var moments: [UInt64] = []
  /// What has been reported in a subject's present life.
  private var reported: [Int32: Set<Report>] = [:]

  private struct Report: Hashable, Sendable {
    var rule: Int
    var operand: UInt64
  }

  /// What a step comes to.
  struct Step {
    /// A message to report.
    var message: Int?
    /// The life's verdict falls, for the first time.
    var verdict: Verdict?
    /// The state that a row was found in; nil where nothing happened.
    var from: UInt8?
    /// The row's condition, where it has one.
    var condition: EventCondition?
  }

  /// A verdict on a life. ``violatedAfterPass``: it had passed before.
  enum Verdict { case passed, violated, violatedAfterPass, undecided }

  /// The machine has reported.
  private static let violated: UInt8 = 0x80
  /// The rule has passed, but may still be broken (a drained lock of a deleted owner).
  private static let settled: UInt8 = 0x40
  private static let stateMask: UInt8 = 0x1F

  /// Takes from all rules those about the kind.
  init(_ kind: SubjectKind, _ forms: [Rule.Form]) {
    self.kind = kind
    let rules = forms.indices.filter { kind.isSubject(forms[$0].scope) }
    self.rules = rules
    if kind.isMomentary {
      states = [UInt8](repeating: Checker.disarmed, count: rules.count)
      moments = [UInt64](repeating: 0, count: rules.count)
    }
    placesByTraits = (0..<SubjectKind.traitLimit).map { traits in
      rules.indices.filter { kind.arms(forms[rules[$0]].scope, traits) }
    }
    placesByFact = (0..<kind.factCount).map { fact in
      rules.indices.filter { forms[rules[$0]].machine.column(of: UInt8(fact)) != nil }
    }
  }

  /// The places in ``rules`` of those that answer to a fact.
  func answering(_ fact: UInt8) -> [Int] { placesByFact[Int(fact)] }

  private func cell(_ slot: Int32, _ place: Int) -> Int { Int(slot) * rules.count + place }

  /// A life begins, with no rule armed.
  mutating func begin(_ slot: Int32) {
    while states.count < cell(slot + 1, 0) { states.append(Checker.disarmed) }
    for place in rules.indices { states[cell(slot, place)] = Checker.disarmed }
    if !reported.isEmpty { reported[slot] = nil }
  }

  /// The places in ``rules`` of those that a subject with these traits arms.
  func armed(by traits: Int) -> [Int] { placesByTraits[traits] }

  /// Whether a rule may still answer to a fact about a subject.
  @inline(__always)
  func isArmed(_ place: Int, _ slot: Int32) -> Bool {
    let cell = cell(slot, place)
    return cell < states.count && states[cell] != Checker.disarmed
  }

  /// A rule is armed for a life that has begun.
  mutating func arm(_ place: Int, _ slot: Int32, _ start: UInt8) {
    states[cell(slot, place)] = start
  }

  /// An event is judged whose subject lives no longer than that.
  @inline(__always)
  mutating func beginMoment() { moment &+= 1 }

  /// Arms a rule for the event that is judged, unless it was by an earlier fact of it; whether it was not.
  mutating func armInMoment(_ place: Int, _ start: UInt8) -> Bool {
    guard moments[place] != moment else { return false }
    moments[place] = moment
    states[place] = start
    return true
  }

  /// Steps one rule's machine on a fact.
  mutating func step(
    _ place: Int, _ record: FactRecord, _ rule: Checker.RuntimeRule, _ machine: MachineTable,
    _ event: Event, _ strings: StringTable
  ) -> Step {
    let cell = cell(record.index, place)
    guard cell < states.count, states[cell] != Checker.disarmed else { return Step() }
    let flags = states[cell] & ~Self.stateMask
    let state = states[cell] & Self.stateMask
    guard let row = machine.resolve(state: state, fact: record.fact, event, strings) else {
      return Step()
    }
    var step = perform(row.action, cell, flags: flags, state: state, rule)
    step.from = state
    step.condition = row.condition
    return step
  }

  private mutating func perform(
    _ action: MachineTable.Action, _ cell: Int, flags: UInt8, state: UInt8,
    _ rule: Checker.RuntimeRule
  ) -> Step {
    let isOpen = flags == 0 && rule.dormant & (1 << UInt32(state)) == 0
    switch action.rawValue & 0xC0 {
    case 0x40:
      states[cell] = flags | UInt8(action.operand)
      return Step()
    case 0x80:
      states[cell] = flags | UInt8(action.operand)
      return Step(verdict: isOpen ? .passed : nil)
    case 0xC0:
      states[cell] = Self.violated | state
      if flags & Self.violated != 0 { return Step(message: action.operand) }
      let hadPassed = flags & Self.settled != 0
      return Step(
        message: action.operand, verdict: hadPassed ? .violatedAfterPass : .violated)
    default:
      states[cell] = action == .pass && isOpen ? Self.settled | state : Checker.disarmed
      guard isOpen, action != .disarm, action != .yield else { return Step() }
      return Step(verdict: action == .pass ? .passed : .undecided)
    }
  }

  /// Whether a report is not a repetition in the subject's life.
  mutating func isNew(_ place: Int, _ slot: Int32, operand: UInt64) -> Bool {
    let report = Report(rule: rules[place], operand: operand)
    return reported[slot, default: []].insert(report).inserted
  }

  /// Nothing is reported for the subject any more; returns the rules that were open.
  mutating func undecide(_ slot: Int32, _ runtime: [Checker.RuntimeRule]) -> [Int] {
    var undecided: [Int] = []
    for (place, rule) in rules.enumerated() where cell(slot, place) < states.count {
      let stored = states[cell(slot, place)]
      let isArmed = runtime[rule].dormant & (1 << UInt32(stored & Self.stateMask)) == 0
      if stored & ~Self.stateMask == 0, isArmed { undecided.append(rule) }
      states[cell(slot, place)] = Checker.disarmed
    }
    if !reported.isEmpty { reported[slot] = nil }
    return undecided
  }

  /// The life is over. Machines that passed keep their state: see ``settled``.
  mutating func close(_ slot: Int32) {
    for place in rules.indices where cell(slot, place) < states.count {
      if states[cell(slot, place)] & Self.settled == 0 {
        states[cell(slot, place)] = Checker.disarmed
      }
    }
  }
}
