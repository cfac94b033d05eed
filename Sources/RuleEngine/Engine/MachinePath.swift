/// A step that a rule's machine took on its way to a finding.
public struct PathStep: Sendable, Hashable {
  /// The event that gave the fact.
  public var position: TracePosition
  /// The name of the state before.
  public var from: String
  /// The name of the fact.
  public var fact: String
  /// The name of the state after; nil for the report, the last step.
  public var to: String?
}

/// The steps of each live machine that led to another state. A machine that has not moved costs
/// nothing here, and a long way loses its middle.
struct MachinePaths: Sendable {
  struct Step: Sendable, BitwiseCopyable {
    var position: UInt64
    var state: UInt8
    var fact: UInt8
    var next: UInt8
  }

  struct Path: Sendable {
    var steps: [Step] = []
    var omitted = 0
  }

  /// The steps that are kept of one machine, and how many of them are its first.
  static let limit = 32
  static let firstSteps = 8
  /// The machines whose ways are kept.
  static let pathLimit = 1 << 15

  private var paths: [UInt64: Path] = [:]
  /// The state and the fact of the last report.
  private(set) var reporting: (state: UInt8, fact: UInt8) = (0, 0)

  private static func key(_ rule: some BinaryInteger, _ subject: Int32) -> UInt64 {
    UInt64(rule) << 32 | UInt64(UInt32(bitPattern: subject))
  }

  func path(_ rule: Int, _ subject: Int32) -> Path { paths[Self.key(rule, subject)] ?? Path() }

  /// Machines of these rules start for a subject.
  mutating func begin(_ rules: [some BinaryInteger], _ subject: Int32) {
    if paths.isEmpty { return }
    for rule in rules { paths[Self.key(rule, subject)] = nil }
  }

  /// No machine of the rule is live any more.
  mutating func forget(_ rule: Int) { paths = paths.filter { Int($0.key >> 32) != rule } }

  /// A machine answers to a fact.
  mutating func take(
    _ rule: Int, _ record: FactRecord, _ state: UInt8, _ event: Event, _ strings: StringTable,
    _ machine: MachineTable
  ) {
    guard let row = machine.resolve(state: state, fact: record.fact, event, strings) else { return }
    switch row.action.rawValue & 0xC0 {
    case 0x40, 0x80:
      let step = Step(
        position: event.position.rawValue, state: state, fact: record.fact,
        next: UInt8(row.action.operand))
      add(step, Self.key(rule, record.index))
    case 0xC0: reporting = (state, record.fact)
    default: break
    }
  }

  private mutating func add(_ step: Step, _ key: UInt64) {
    // Of more machines than a report could tell, the way of some is not known.
    if paths.count >= Self.pathLimit, paths[key] == nil { return }
    var path = paths[key, default: Path()]
    if path.steps.count == Self.limit {
      path.steps.remove(at: Self.firstSteps)
      path.omitted += 1
    }
    path.steps.append(step)
    paths[key] = path
  }
}

extension Checker {
  /// Gives a finding the way of the machine that is reporting it.
  func setPath(of finding: inout Finding, _ rule: Int, subject: Int32) {
    guard options.keepsPaths else { return }
    let machine = forms[rule].machine
    let names = machine.stateNames
    let path = paths.path(rule, subject)
    finding.omittedSteps = path.omitted
    finding.path = path.steps.map { step in
      PathStep(
        position: TracePosition(rawValue: step.position), from: names[Int(step.state)],
        fact: machine.factName(step.fact), to: names[Int(step.next)])
    }
    let last = paths.reporting
    finding.path.append(
      PathStep(
        position: finding.position, from: names[Int(last.state)],
        fact: machine.factName(last.fact), to: nil))
  }
}

extension MachineTable {
  /// The name of a fact that some row answers to.
  func factName(_ fact: UInt8) -> String {
    rows.first { $0.fact == Int(fact) }?.factName ?? ""
  }
}
