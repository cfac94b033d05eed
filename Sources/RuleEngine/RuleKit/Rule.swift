/// How bad a violation is.
public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
  /// A warning may have a reason; an error is never right.
  case warning, error
}

/// What a rule says about itself to a driver developer.
public struct RuleDocumentation: Sendable, Hashable {
  /// What the rule says, in a sentence.
  public var summary: String
  /// Why that matters: what happens on a machine when the rule is broken.
  public var rationale: String
  /// What to do about a violation.
  public var remedy: String
  /// How the two readings differ, and choices where the sources are silent.
  public var readings: String
  /// Where the rule comes from.
  public var source: String
  /// Bug checks to which a violation leads, and those by which Driver Verifier tells of it.
  public var bugChecks: [BugCheck]

  /// Makes a documentation.
  public init(
    summary: String, rationale: String, remedy: String, readings: String, source: String,
    bugChecks: [BugCheck] = []
  ) {
    self.summary = summary
    self.rationale = rationale
    self.remedy = remedy
    self.readings = readings
    self.source = source
    self.bugChecks = bugChecks
  }
}

/// What every kind of rule tells about itself.
public protocol RuleDescription: Sendable {
  /// The rule's name, in Microsoft's spelling where it has one there.
  var id: String { get }
  /// How bad a violation is.
  var severity: Severity { get }
  /// What it says, why, and what to do.
  var documentation: RuleDocumentation { get }
  /// Small traces with their outcomes: the rule's tests and its documentation.
  var examples: [Example] { get }
  /// The readings that have the rule; both unless it says otherwise.
  var readings: Set<Reading> { get }
}

extension RuleDescription {
  /// Both readings.
  public var readings: Set<Reading> { Set(Reading.allCases) }
}

/// A rule about the handling of one IRP by one device.
public protocol ContextRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// Which contexts arm the rule.
  func scope(in reading: Reading) -> ContextScope
  /// The automaton.
  func machine(in reading: Reading) -> Machine<State, ContextFact>
}

/// A rule about one life of a remove lock.
public protocol LockRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// Which lives arm the rule.
  var scope: LockScope { get }
  /// Whether it reports once in a life, or once for each tag.
  var reportsOncePerLife: Bool { get }
  /// The automaton.
  var machine: Machine<State, LockFact> { get }
}

/// A rule about one life of a device object.
public protocol DeviceRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// The automaton.
  var machine: Machine<State, DeviceFact> { get }
}

/// A rule about one life of an IRP that a driver makes itself. It reports once in a life.
public protocol OwnIRPRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// Which lives arm the rule.
  func scope(in reading: Reading) -> OwnIRPScope
  /// The automaton.
  func machine(in reading: Reading) -> Machine<State, OwnIRPFact>
}

/// A rule about one life of pool memory. It reports once in a life.
public protocol AllocationRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// Which allocations arm the rule.
  var scope: AllocationScope { get }
  /// The automaton.
  var machine: Machine<State, AllocationFact> { get }
}

/// A rule about one life of the handle of a registry key. It reports once in a life.
public protocol KeyHandleRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// Which handles arm the rule.
  var scope: KeyHandleScope { get }
  /// The automaton.
  func machine(in reading: Reading) -> Machine<State, KeyHandleFact>
}

/// A rule about single calls of DDIs, or returns of routines, and the IRQL at which they are made. One call is
/// judged by itself, and is one finding at most.
public protocol CallRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// Which calls arm the rule.
  func scope(in reading: Reading) -> CallScope
  /// The automaton.
  func machine(in reading: Reading) -> Machine<State, CallFact>
}

/// A rule about one life of something that a thread holds: a spin lock, a region, a resource. It reports once in a
/// life.
public protocol HoldRule: RuleDescription {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// What is held where the rule is armed.
  func scope(in reading: Reading) -> HoldScope
  /// The automaton.
  func machine(in reading: Reading) -> Machine<State, HoldFact>
}

/// SDV's automaton of a rule, over one run of a thread: what happens on it until its outermost routine has ended. A
/// rule that is about something else in the `tracked` reading takes it with ``Rule/inSDV(_:)``.
public protocol RunAutomaton: Sendable {
  /// The states of the automaton.
  associatedtype State: MachineState
  /// The automaton.
  var machine: Machine<State, RunFact> { get }
}

/// A rule as the engine takes it: described, with its scope and its machine, which is compiled in the
/// reading that is asked for. Documentation and examples are made when they are asked for: a check needs none.
public struct Rule: Sendable {
  /// The rule's name.
  public let id: String
  /// How bad a violation is.
  public var severity: Severity
  /// What it says, why, and what to do.
  public var documentation: RuleDocumentation { sharedDocumentation.value }
  /// Its tests and its documentation.
  public var examples: [Example] { makeExamples() }
  /// Events beyond the format that the rule asks for, with the fields that it looks at.
  public let customEvents: [CustomEvent]
  /// The readings that have the rule. In another it is never armed, and reports tell it from rules that a
  /// trace does not exercise.
  public let readings: Set<Reading>
  /// The rules that a developer thinks of together with it.
  public var family = RuleFamily.other
  let makeMonitor: (@Sendable (Reading) -> any Monitor)?
  private let sharedDocumentation: MadeOnce<RuleDocumentation>
  private let makeExamples: @Sendable () -> [Example]
  private var forms: RuleForms

  /// A rule in one reading.
  public struct Form: Sendable {
    /// What it is about.
    public let scope: Scope
    /// Its automaton.
    package let machine: MachineTable
  }

  /// What a rule is about.
  public enum Scope: Sendable, Hashable {
    /// IRPs that a device handles.
    case context(ContextScope)
    /// Lives of remove locks, with one report for each or one for each tag.
    case lock(LockScope, oncePerLife: Bool)
    /// Lives of device objects.
    case device
    /// Lives of IRPs that drivers make themselves.
    case ownIRP(OwnIRPScope)
    /// Lives of pool memory.
    case allocation(AllocationScope)
    /// Lives of the handles of registry keys.
    case keyHandle(KeyHandleScope)
    /// Single calls.
    case call(CallScope)
    /// What threads hold.
    case hold(HoldScope)
    /// Runs of threads.
    case run
    /// Events of each subject, and which of them are facts.
    case events(EventSubject, [EventPattern])
    /// The rule watches with a monitor of its own.
    case monitor(inWords: String)
    /// Nothing: the reading does not have the rule.
    case absent

    /// The scope in words.
    public var words: String {
      switch self {
      case .context(let scope): scope.words
      case .lock(let scope, _): scope.words
      case .device: "each device whose remove lock is acquired"
      case .ownIRP(let scope): scope.words
      case .allocation(let scope): scope.words
      case .keyHandle(let scope): scope.words
      case .call(let scope): scope.words
      case .hold(let scope): scope.words
      case .run: "what happens on one thread until its outermost routine has ended"
      case .events(let subject, _): "the events of each \(subject.words)"
      case .monitor(let words): words
      case .absent: "not in this reading"
      }
    }
  }

  /// The rule in a reading, compiled at the first question. In a reading that does not have it, it is about
  /// nothing and has no automaton.
  ///
  /// - Throws: ``RuleDefinitionError`` where the machine is not well formed.
  public func form(in reading: Reading) throws(RuleDefinitionError) -> Form {
    try forms.form(in: reading)
  }

  /// The reading that has the rule, where only one does; `tracked` where both do.
  public var onlyReading: Reading { readings == [.sdv] ? .sdv : .tracked }

  /// Takes a rule about IRP contexts.
  public init(_ rule: some ContextRule) {
    self.init(describedBy: rule) { reading throws(RuleDefinitionError) in
      Form(
        scope: .context(rule.scope(in: reading)),
        machine: try MachineTable(rule.machine(in: reading), rule: rule.id))
    }
  }

  /// Takes a rule about remove locks.
  public init(_ rule: some LockRule) {
    self.init(describedBy: rule) { _ throws(RuleDefinitionError) in
      Form(
        scope: .lock(rule.scope, oncePerLife: rule.reportsOncePerLife),
        machine: try MachineTable(rule.machine, rule: rule.id))
    }
  }

  /// Takes a rule about device objects.
  public init(_ rule: some DeviceRule) {
    self.init(describedBy: rule) { _ throws(RuleDefinitionError) in
      Form(scope: .device, machine: try MachineTable(rule.machine, rule: rule.id))
    }
  }

  /// Takes a rule about IRPs that drivers make themselves.
  public init(_ rule: some OwnIRPRule) {
    self.init(describedBy: rule) { reading throws(RuleDefinitionError) in
      Form(
        scope: .ownIRP(rule.scope(in: reading)),
        machine: try MachineTable(rule.machine(in: reading), rule: rule.id))
    }
  }

  /// Takes a rule about pool memory.
  public init(_ rule: some AllocationRule) {
    self.init(describedBy: rule) { _ throws(RuleDefinitionError) in
      Form(
        scope: .allocation(rule.scope), machine: try MachineTable(rule.machine, rule: rule.id))
    }
  }

  /// Takes a rule about the handles of registry keys.
  public init(_ rule: some KeyHandleRule) {
    self.init(describedBy: rule) { reading throws(RuleDefinitionError) in
      Form(
        scope: .keyHandle(rule.scope),
        machine: try MachineTable(rule.machine(in: reading), rule: rule.id))
    }
  }

  /// Takes a rule about single calls.
  public init(_ rule: some CallRule) {
    self.init(describedBy: rule) { reading throws(RuleDefinitionError) in
      Form(
        scope: .call(rule.scope(in: reading)),
        machine: try MachineTable(rule.machine(in: reading), rule: rule.id))
    }
  }

  /// Takes a rule about what threads hold.
  public init(_ rule: some HoldRule) {
    self.init(describedBy: rule) { reading throws(RuleDefinitionError) in
      Form(
        scope: .hold(rule.scope(in: reading)),
        machine: try MachineTable(rule.machine(in: reading), rule: rule.id))
    }
  }

  /// The rule with another automaton in the `sdv` reading: SDV's, over runs of threads.
  public func inSDV(_ automaton: some RunAutomaton) -> Rule {
    var rule = self
    let (id, tracked, readings) = (id, forms, readings)
    rule.forms = RuleForms { reading throws(RuleDefinitionError) in
      guard reading == .sdv, readings.contains(.sdv) else { return try tracked.form(in: reading) }
      return Form(scope: .run, machine: try MachineTable(automaton.machine, rule: id))
    }
    return rule
  }

  /// Takes a rule about the order of events.
  public init<R: EventRule>(_ rule: R) {
    let patterns = R.Fact.allCases.sorted { $0.rawValue < $1.rawValue }.map(\.pattern)
    self.init(describedBy: rule, customEvents: CustomEvent.asked(by: rule)) {
      _ throws(RuleDefinitionError) in
      Form(
        scope: .events(rule.subject, patterns),
        machine: try MachineTable(rule.machine, rule: rule.id))
    }
  }

  /// Takes a rule with a monitor of its own.
  public init(_ rule: some MonitorRule) {
    self.init(
      describedBy: rule, customEvents: rule.customEvents,
      makeMonitor: { rule.makeMonitor(in: $0) }
    ) { _ throws(RuleDefinitionError) in
      Form(
        scope: .monitor(inWords: rule.scopeInWords), machine: MachineTable(handWritten: ()))
    }
  }

  private init(
    describedBy rule: some RuleDescription, customEvents: [CustomEvent] = [],
    makeMonitor: (@Sendable (Reading) -> any Monitor)? = nil,
    form: @escaping @Sendable (Reading) throws(RuleDefinitionError) -> Form
  ) {
    self.customEvents = customEvents
    self.makeMonitor = makeMonitor
    id = rule.id
    severity = rule.severity
    sharedDocumentation = MadeOnce { rule.documentation }
    makeExamples = { rule.examples }
    let id = rule.id
    let readings = rule.readings
    self.readings = readings
    forms = RuleForms { reading throws(RuleDefinitionError) in
      guard readings.contains(reading) else {
        return Form(scope: .absent, machine: MachineTable(handWritten: ()))
      }
      let form = try form(reading)
      try form.checkFields(rule: id)
      return form
    }
  }
}
