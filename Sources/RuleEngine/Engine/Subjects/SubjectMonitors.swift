/// The machine states of all subjects of one kind: remove locks, devices, what threads hold.
///
/// Unlike an IRP context, which disarms at its first violation, such a subject reports each further
/// tag (or lock) as a finding of its own; its life counts one violation for a rule.
struct SubjectMonitors: Sendable {
  let kind: SubjectKind
  /// Indices of the rules about this kind of subject.
  let rules: [Int]
  /// Which of them a subject arms.
  var arming: TraitTable
  private var states = MachineStates()
  /// Of subjects that live for one event the number of that event, and for each rule of the one that armed it.
  private var moment: UInt64 = 0
  private var moments = Store<UInt64>()
  /// Of such subjects where the actions of each rule for each fact begin; -1 where it does not answer to it.
  private var columns: [Int32] = []
  /// What has been reported in a subject's present life.
  private var reported: [Int32: Set<Report>] = [:]

  private struct Report: Hashable, Sendable {
    var rule: Int
    var operand: UInt64
  }

  /// What an action comes to.
  struct Outcome: BitwiseCopyable {
    /// A message to report.
    var message: Int?
    /// The life's verdict falls, for the first time.
    var verdict: Verdict?
  }

  /// A verdict on a life. ``violatedAfterPass``: it had passed before.
  enum Verdict: BitwiseCopyable { case passed, violated, violatedAfterPass, undecided }

  /// The machine has reported.
  private static let violated: UInt8 = 0x80
  /// The rule has passed, but may still be broken (a drained lock of a deleted owner).
  private static let settled: UInt8 = 0x40
  static let stateMask: UInt8 = 0x1F

  /// Takes from all rules those about the kind; `candidates` are all rules too.
  init(_ kind: SubjectKind, _ forms: [Rule.Form], _ candidates: [RuleGroups.Candidate]) {
    self.kind = kind
    let rules = forms.indices.filter { kind.isSubject(forms[$0].scope) }
    self.rules = rules
    let candidates = rules.map { candidates[$0] }
    arming = TraitTable(
      candidates,
      placesByTraits: (0..<SubjectKind.traitLimit).map { traits in
        rules.indices.filter { kind.arms(forms[rules[$0]].scope, traits) }
      }, factCount: kind.factCount)
    guard kind.isMomentary else { return }
    moments = Store(repeating: 0, count: rules.count)
    columns = candidates.flatMap { candidate in
      (0..<kind.factCount).map { fact in
        candidate.machine.column(of: UInt8(fact)).map { candidate.base + Int32($0) } ?? -1
      }
    }
    begin(0, 0)
  }

  /// See ``Store/claim()``.
  mutating func claim() {
    states.claim()
    moments.claim()
  }

  /// A life begins of a subject with these traits, which say what rules it arms.
  mutating func begin(_ slot: Int32, _ traits: Int) {
    let group = arming.group(of: traits)
    states.begin(slot, group: group, arming.groups.starts[arming.groups.words(of: group)])
    if !reported.isEmpty { reported[slot] = nil }
  }

  /// Where in ``RuleGroups/answering`` the rules stand that answer to a fact about a subject.
  @inline(__always)
  func answering(_ slot: Int32, _ fact: UInt8) -> (first: Int, end: Int) {
    guard states.isKnown(slot) else { return (0, 0) }
    return arming.groups.places(states.group(of: slot), answering: fact)
  }

  /// The rule at a place in ``rules`` that answers to a fact about a subject that lives for one event; nil where
  /// it does not answer.
  @inline(__always)
  func listed(_ place: Int, _ fact: UInt8) -> RuleGroups.Member? {
    let column = columns[place &* kind.factCount &+ Int(fact)]
    if column < 0 { return nil }
    return RuleGroups.Member(place: Int32(place), rule: Int32(rules[place]), base: column)
  }

  /// The cell of a rule's state.
  @inline(__always)
  func cell(_ slot: Int32, _ member: RuleGroups.Member) -> Int {
    states.row(slot) &+ Int(member.place)
  }

  /// What a cell holds: a state and flags, or that the rule is disarmed.
  @inline(__always)
  func stored(_ cell: Int) -> UInt8 { states[cell] }

  /// An event is judged whose subject lives no longer than that.
  @inline(__always)
  mutating func beginMoment() { moment &+= 1 }

  /// Arms a rule for the event that is judged, unless it was by an earlier fact of it; whether it was not.
  @inline(__always)
  mutating func armInMoment(_ place: Int, _ start: UInt8) -> Bool {
    guard moments[place] != moment else { return false }
    moments[place] = moment
    states[states.row(0) &+ place] = start
    return true
  }

  /// Goes to another state and keeps the flags.
  @inline(__always)
  mutating func go(_ cell: Int, _ action: MachineTable.Action) {
    states[cell] = states[cell] & ~Self.stateMask | UInt8(action.operand)
  }

  /// Steps the machines of a subject that answer with another state, or a rule with its passing, as mostly they
  /// do; `next` goes from machine to machine, up to `end` of ``RuleGroups/answering``. False at the end, true at
  /// one whose answer asks for more.
  @inline(__always)
  mutating func stepQuickly(
    _ slot: Int32, _ next: inout Int, _ end: Int, _ actions: [UInt8],
    _ runtime: [Checker.RuntimeRule], _ counts: inout Store<VerdictCounts>
  ) -> Bool {
    while next < end {
      if !stepQuickly(slot, arming.groups.answering[next], actions, runtime, &counts) {
        return true
      }
      next &+= 1
    }
    return false
  }

  /// Steps one machine of a subject, unless its answer asks for more: then it does nothing and says false.
  @inline(__always)
  mutating func stepQuickly(
    _ slot: Int32, _ member: RuleGroups.Member, _ actions: [UInt8],
    _ runtime: [Checker.RuntimeRule], _ counts: inout Store<VerdictCounts>
  ) -> Bool {
    let cell = cell(slot, member)
    let stored = states[cell]
    if stored == MachineStates.disarmed { return true }
    let state = stored & Self.stateMask
    let action = MachineTable.Action(rawValue: actions[Int(member.base) &+ Int(state)])
    if action == .ignore { return true }
    if action.isGo {
      go(cell, action)
      return true
    }
    // A rule passes that is armed and has not come to a verdict; its state stays.
    guard action == .pass, stored == state,
      runtime[Int(member.rule)].dormant & (1 &<< UInt32(state)) == 0
    else { return false }
    states[cell] = Self.settled | state
    counts[Int(member.rule)].passed += 1
    return true
  }

  /// Does what a machine's row says; `dormant` are the states in which the rule is not armed.
  @inline(__always)
  mutating func perform(_ action: MachineTable.Action, _ cell: Int, dormant: UInt32) -> Outcome {
    let flags = states[cell] & ~Self.stateMask
    let state = states[cell] & Self.stateMask
    let isOpen = flags == 0 && dormant & (1 << UInt32(state)) == 0
    switch action.rawValue & 0xC0 {
    case 0x40:
      go(cell, action)
      return Outcome()
    case 0x80:
      go(cell, action)
      return Outcome(verdict: isOpen ? .passed : nil)
    case 0xC0:
      states[cell] = Self.violated | state
      if flags & Self.violated != 0 { return Outcome(message: action.operand) }
      let hadPassed = flags & Self.settled != 0
      return Outcome(
        message: action.operand, verdict: hadPassed ? .violatedAfterPass : .violated)
    default:
      states[cell] = action == .pass && isOpen ? Self.settled | state : MachineStates.disarmed
      guard isOpen, action != .disarm, action != .yield else { return Outcome() }
      return Outcome(verdict: action == .pass ? .passed : .undecided)
    }
  }

  /// Whether a report is not a repetition in the subject's life.
  mutating func isNew(_ rule: Int, _ slot: Int32, operand: UInt64) -> Bool {
    let report = Report(rule: rule, operand: operand)
    return reported[slot, default: []].insert(report).inserted
  }

  /// Nothing is reported for the subject any more; returns the rules that were open.
  mutating func undecide(_ slot: Int32, _ runtime: [Checker.RuntimeRule]) -> [Int] {
    guard states.isKnown(slot) else { return [] }
    var undecided: [Int] = []
    for member in arming.groups.members(of: states.group(of: slot)) {
      let stored = states[cell(slot, member)]
      let rule = Int(member.rule)
      let isArmed = runtime[rule].dormant & (1 << UInt32(stored & Self.stateMask)) == 0
      if stored & ~Self.stateMask == 0, isArmed { undecided.append(rule) }
      states[cell(slot, member)] = MachineStates.disarmed
    }
    if !reported.isEmpty { reported[slot] = nil }
    return undecided
  }

  /// The life is over. Machines that passed keep their state: see ``settled``.
  @inline(__always)
  mutating func close(_ slot: Int32) {
    guard states.isKnown(slot) else { return }
    let words = arming.groups.words(of: states.group(of: slot)).count
    states.disarm(slot, words: words, unless: Self.settled)
  }
}

/// Which rules about a kind of subject arm for which of its traits, worked out once for each that occur.
struct TraitTable: Sendable {
  private let candidates: [RuleGroups.Candidate]
  /// For each traits the places of the rules that they arm.
  private let placesByTraits: [[Int]]
  /// The group of each traits; -1 where none has occurred.
  private var groupByTraits: [Int32]
  private(set) var groups: RuleGroups

  /// Makes a table for rules, with those of them that arm, by traits.
  init(_ candidates: [RuleGroups.Candidate], placesByTraits: [[Int]], factCount: Int) {
    self.candidates = candidates
    self.placesByTraits = placesByTraits
    groupByTraits = [Int32](repeating: -1, count: placesByTraits.count)
    groups = RuleGroups(factCount: factCount)
  }

  /// The number of the group for a subject with these traits.
  @inline(__always)
  mutating func group(of traits: Int) -> Int32 {
    let group = groupByTraits[traits]
    return group >= 0 ? group : addGroup(traits)
  }

  @inline(never)
  private mutating func addGroup(_ traits: Int) -> Int32 {
    let group = groups.add(placesByTraits[traits], of: candidates)
    groupByTraits[traits] = group
    return group
  }
}
