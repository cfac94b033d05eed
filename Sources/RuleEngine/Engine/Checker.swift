/// Checks one trace against rules: takes its events in order, follows them in a model of the drivers,
/// steps the machines that the facts concern, and collects verdicts and findings.
///
/// A checker does no I/O, reads no clock, and never fails on what a trace contains.
///
///     var checker = try Checker(rules: Catalog.all)
///     var reader = …
///     while try reader.next(into: &batch) { checker.consume(batch.events, strings: reader.strings) }
///     checker.finish(strings: reader.strings)
///     print(checker.findings)
public struct Checker: Sendable {
  /// What is checked and how much is kept.
  public struct Options: Sendable {
    /// The reading.
    public var reading = Reading.tracked
    /// Findings that are kept for the report; 0 for all. Counts do not depend on it.
    public var maxFindings = 1000
    /// Only findings and verdicts of this driver (`drv`).
    public var driver: String?
    /// Only findings and verdicts of the device object at this address.
    public var device: UInt64?
    /// How much the model keeps.
    public var limits = Limits()
    /// Whether findings are kept for ``takeAnnouncedFindings()``.
    public var announcesFindings = false
    /// Whether findings carry the steps of the machine that reported them: see ``Finding/path``.
    public var keepsPaths = false

    /// The defaults.
    public init() {}
  }

  /// A rule, flattened for the path of an event.
  struct RuntimeRule: Sendable {
    var start: UInt8
    var dormant: UInt32
    var devices: ContextScope.DeviceScope
  }

  static let disarmed = MachineStates.disarmed

  /// The rules, in the order of the counts.
  public let rules: [Rule]
  /// The options.
  public internal(set) var options: Options
  /// The verdicts of each rule.
  public var verdicts: [VerdictCounts] { counts.elements }
  /// The findings that are kept: the first, and later ones of further faults in the place of repetitions.
  public var findings: [Finding] { kept.findings }
  /// How many findings there were of severity error, kept or not.
  public internal(set) var errorCount: UInt64 = 0
  /// How many findings there were of severity warning, kept or not.
  public internal(set) var warningCount: UInt64 = 0
  /// How many findings there were, by fingerprint.
  public var occurrences: [String: UInt64] {
    Dictionary(uniqueKeysWithValues: kept.counts.map { (Fingerprint.digits($0), $1) })
  }
  /// The drivers that handled requests or had remove locks, by name; known at the end.
  public private(set) var drivers: [String] = []
  private static let driverLimit = 1000

  /// Whether the steps that machines take are kept in ``steps``. For small traces: explanations,
  /// tests of rules, coverage.
  package var recordSteps = false {
    didSet { notesSteps = options.keepsPaths || recordSteps }
  }
  /// Whether anybody asks for the steps of machines.
  private(set) var notesSteps: Bool
  /// The steps that machines took while ``recordSteps`` was set, rows that change nothing aside.
  package internal(set) var steps: [MachineStep] = []

  /// The ways that live machines have gone, while ``Options/keepsPaths`` is set.
  var paths = MachinePaths()

  var kept: KeptFindings
  var texts = FindingTexts()

  var counts: Store<VerdictCounts>
  var model: DriverModel
  /// From how many live contexts on the events to come are looked at: see `Model+LookAhead.swift`.
  var looksAheadFrom = DriverModel.lookAheadThreshold
  let forms: [Rule.Form]
  let runtime: [RuntimeRule]
  let actions: [UInt8]
  var arming: ArmingTable
  var contextStates = MachineStates()
  /// The rules about other subjects: see ``SubjectKind``.
  var subjects: [SubjectMonitors]
  /// Which calls the rules ask about.
  var callTable: CallTable
  var eventMonitors: EventMonitors
  var monitors: [(rule: Int, monitor: any Monitor)]

  /// Makes a checker.
  ///
  /// - Throws: ``RuleDefinitionError`` where a rule's machine is not well formed, an id is none or that
  ///   of two rules (``Rule/check(_:in:)``), or the rules' own events cannot be
  ///   (``Rule/customEvents(of:)``).
  public init(rules: [Rule], options: Options = Options()) throws(RuleDefinitionError) {
    try Rule.checkIDs(of: rules)
    var forms: [Rule.Form] = []
    for rule in rules { forms.append(try rule.form(in: options.reading)) }
    _ = try Rule.customEvents(of: rules)
    self.rules = rules
    self.options = options
    kept = KeptFindings(limit: options.maxFindings)
    kept.announces = options.announcesFindings
    selectsAll = options.driver == nil && options.device == nil
    notesSteps = options.keepsPaths
    self.forms = forms
    counts = Store(repeating: VerdictCounts(), count: rules.count)
    model = DriverModel(reading: options.reading, limits: options.limits)
    var actions: [UInt8] = []
    var runtime: [RuntimeRule] = []
    var candidates: [RuleGroups.Candidate] = []
    var aboutContexts: [(scope: ContextScope, candidate: RuleGroups.Candidate)] = []
    for (index, form) in forms.enumerated() {
      var devices: ContextScope.DeviceScope = []
      let candidate = RuleGroups.Candidate(
        rule: Int32(index), machine: form.machine, base: Int32(actions.count))
      candidates.append(candidate)
      if case .context(let scope) = form.scope {
        aboutContexts.append((scope, candidate))
        devices = scope.devices
      }
      runtime.append(
        RuntimeRule(
          start: form.machine.start, dormant: form.machine.dormantStates, devices: devices))
      actions += form.machine.actions
    }
    self.actions = actions
    self.runtime = runtime
    arming = ArmingTable(aboutContexts)
    subjects = SubjectKind.all.map { SubjectMonitors($0, forms, candidates) }
    callTable = CallTable(subjects[SubjectKind.callPlace].rules.map { forms[$0].scope })
    model.calls = Calls(asked: callTable.asked)
    eventMonitors = EventMonitors(
      forms.indices.compactMap { rule in
        guard case .events(let subject, let patterns) = forms[rule].scope else { return nil }
        return EventMonitors.Watch(rule: rule, subject: subject, patterns: patterns)
      })
    monitors = rules.enumerated().compactMap { index, rule in
      guard rule.readings.contains(options.reading) else { return nil }
      return rule.makeMonitor.map { (index, $0(options.reading)) }
    }
  }

  /// Takes the next events of the trace.
  public mutating func consume(_ events: [Event], strings: StringTable) {
    claim()
    if !monitors.isEmpty { runMonitors(events[...], strings) }
    var next = events.startIndex
    while next < events.endIndex {
      let end = min(next + DriverModel.lookAheadEvents, events.endIndex)
      if model.requests.count >= looksAheadFrom { lookAhead(events[next..<end]) }
      while next < end {
        take(events[next], strings)
        next += 1
      }
    }
  }

  /// Takes the next event of the trace.
  public mutating func consume(_ event: Event, strings: StringTable) {
    claim()
    if !monitors.isEmpty { runMonitors([event], strings) }
    take(event, strings)
  }

  /// Makes this checker a value of its own, where it is a copy or has been copied.
  private mutating func claim() {
    model.claim()
    contextStates.claim()
    counts.claim()
    for kind in subjects.indices { subjects[kind].claim() }
  }

  @inline(__always)
  private mutating func take(_ event: Event, _ strings: StringTable) {
    model.apply(event)
    if model.facts.count > 0 { judge(event, strings) }
    if eventMonitors.wants(event) { stepEventRules(event, strings) }
  }

  /// The trace has ended: what is still open is undecided.
  public mutating func finish(strings: StringTable) {
    claim()
    model.finish()
    drivers = model.devices.driverNames.prefix(Self.driverLimit)
      .map { FindingTexts.shortened(strings[StringID($0)]) }.sorted()
    judge(Event(.traceLost), strings)
    undecideEventRules()
    finishMonitors(strings)
    kept.putInOrder()
  }

  // MARK: Judging

  private mutating func judge(_ event: Event, _ strings: StringTable) {
    if !selectsAll, selectedDriver == 0, let wanted = options.driver {
      selectedDriver = strings.find(wanted)?.rawValue ?? 0
    }
    var isCallJudged = false
    var place = 0
    while place < model.facts.count {
      let record = model.facts[place]
      place += 1
      if record.subject == .context {
        judgeContext(record, event, strings)
      } else if record.subject == .call {
        if !isCallJudged { subjects[SubjectKind.callPlace].beginMoment() }
        isCallJudged = true
        judgeCall(record, event, strings)
      } else {
        judgeSubject(Int(record.subject.rawValue) - 1, record, event, strings)
      }
    }
  }

  @inline(__always)
  private mutating func judgeContext(
    _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    switch record.turn {
    case .began: arm(record.index)
    case .fact:
      let group = contextStates.group(of: record.index)
      let states = contextStates.row(record.index)
      let answering = arming.groups.places(group, answering: record.fact)
      var next = answering.first
      while next < answering.end {
        let member = arming.groups.answering[next]
        next &+= 1
        let cell = states &+ Int(member.place)
        let state = contextStates[cell]
        if state == Self.disarmed { continue }
        let action = MachineTable.Action(rawValue: actions[Int(member.base) &+ Int(state)])
        if action == .ignore { continue }
        if action.isGo, !notesSteps {
          contextStates[cell] = UInt8(action.operand)
        } else if action == .pass, !notesSteps {
          pass(Int(member.rule), state, cell, record.index)
        } else {
          step(Int(member.rule), action, state, cell, record, event, strings)
        }
      }
    case .undecided, .closed: disarmAll(record.index)
    }
  }

  private mutating func arm(_ context: Int32) {
    let group = arming.group(of: model.requests[context])
    contextStates.begin(
      context, group: group, arming.groups.starts[arming.groups.words(of: group)])
    if options.keepsPaths { paths.begin(arming.groups.members(of: group).map(\.rule), context) }
  }

  /// A rule is kept: the most frequent answer beside another state.
  @inline(never)
  private mutating func pass(_ rule: Int, _ state: UInt8, _ cell: Int, _ context: Int32) {
    contextStates[cell] = Self.disarmed
    if isCounted(rule, state, context) { countPassed(rule, context) }
  }

  /// A machine answers with more than another state.
  @inline(never)
  private mutating func step(
    _ rule: Int, _ found: MachineTable.Action, _ state: UInt8, _ cell: Int,
    _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    var action = found
    if found.isChoice {
      action = chosen(found, rule, state, record, event, strings)
      if action == .ignore { return }
    } else if notesSteps {
      note(step: rule, state: state, record, event, strings)
    }
    perform(action, rule, state, cell, record, event, strings)
  }

  /// What a row with conditions on the event comes to.
  private mutating func chosen(
    _ action: MachineTable.Action, _ rule: Int, _ state: UInt8, _ record: FactRecord,
    _ event: Event, _ strings: StringTable
  ) -> MachineTable.Action {
    let (chosen, condition) = forms[rule].machine.resolve(action, event, strings)
    if chosen != .ignore, notesSteps {
      note(step: rule, state: state, record, event, strings, condition: condition)
    }
    return chosen
  }

  @inline(__always)
  private mutating func perform(
    _ action: MachineTable.Action, _ rule: Int, _ state: UInt8, _ cell: Int,
    _ record: FactRecord, _ event: Event, _ strings: StringTable
  ) {
    switch action.rawValue & 0xC0 {
    case 0x40: contextStates[cell] = UInt8(action.operand)
    case 0x80:
      if isCounted(rule, state, record.index) { countPassed(rule, record.index) }
      contextStates[cell] = UInt8(action.operand)
    case 0xC0:
      // What happens while the rule does not apply to the device is not judged.
      guard isInScope(rule, record.index) else { return }
      contextStates[cell] = Self.disarmed
      reportContext(rule, action.operand, record, event, strings)
    case _ where action == .pass: pass(rule, state, cell, record.index)
    default:
      if action == .yield, !isInScope(rule, record.index) { return }
      contextStates[cell] = Self.disarmed
      guard action == .halt else { return }
      if isCounted(rule, state, record.index) { countUndecided(rule, record.index) }
    }
  }

  /// Whether a verdict of a rule in a state counts: the rule is armed, and is about the context's device.
  @inline(__always)
  private mutating func isCounted(_ rule: Int, _ state: UInt8, _ context: Int32) -> Bool {
    runtime[rule].dormant & (1 << UInt32(state)) == 0 && isInScope(rule, context)
  }

  private mutating func disarmAll(_ context: Int32) {
    let group = contextStates.group(of: context)
    for (number, word) in arming.groups.words(of: group).enumerated() {
      let (states, found) = contextStates.takeWord(
        number, of: context, quiet: arming.groups.quiet[word])
      var open = found
      while open != 0 {
        let place = open.trailingZeroBitCount / 8
        open &= open &- 1
        let state = UInt8(truncatingIfNeeded: states >> UInt64(place * 8))
        let rule = arming.groups.rule(of: group, number * MachineStates.cellsPerWord + place)
        if isCounted(rule, state, context) { countUndecided(rule, context) }
      }
    }
  }

  /// Whether the context's device is one that the rule is about, as far as is known now.
  @inline(__always)
  private mutating func isInScope(_ rule: Int, _ context: Int32) -> Bool {
    let scope = runtime[rule].devices
    if scope.isEmpty { return true }
    let device = model.devices[model.requests[context].device]
    if scope.contains(.usesRemoveLocks), !device.state.contains(.usesLocks) { return false }
    if scope.contains(.notBus), device.state.contains(.bus) { return false }
    if scope.contains(.onlyBus), !device.state.contains(.bus) { return false }
    if scope.contains(.knownFunctionOrFilter), device.role != .fdo, device.role != .fido {
      return false
    }
    if scope.contains(.functionOrFilter) {
      switch device.role {
      case .fdo, .fido: break
      case .pdo: return false
      case .unknown:
        // A PDO rarely forwards: before the first forward an unknown device may be one.
        if options.reading == .tracked, !device.state.contains(.hasForwarded) { return false }
      }
    }
    return true
  }

  @inline(__always)
  private mutating func countPassed(_ rule: Int, _ context: Int32) {
    if !selectsAll, !isSelected(device: model.requests[context].device) { return }
    counts[rule].passed += 1
  }

  @inline(__always)
  private mutating func countUndecided(_ rule: Int, _ context: Int32) {
    if !selectsAll, !isSelected(device: model.requests[context].device) { return }
    counts[rule].undecided += 1
  }

  /// The id of the selected driver's name, 0 while it has not occurred.
  var selectedDriver: UInt32 = 0
  /// Whether neither a driver nor a device is selected.
  let selectsAll: Bool
}
