/// Which rules arm for which kind of context, worked out once for each kind that occurs. A rule that
/// does not apply costs a trace nothing.
struct ArmingTable: Sendable {
  private let scopes: [ContextScope]
  private let candidates: [RuleGroups.Candidate]
  private let ioctls: Set<UInt32>
  private var known = OpenTable<UInt64>()
  private(set) var groups: RuleGroups

  /// Makes a table for rules and what each is about.
  init(_ rules: [(scope: ContextScope, candidate: RuleGroups.Candidate)]) {
    scopes = rules.map(\.scope)
    candidates = rules.map(\.candidate)
    ioctls = Set(scopes.flatMap { $0.ioctls ?? [] })
    groups = RuleGroups(factCount: ContextFact.allCases.count)
  }

  /// The number of the group for a context.
  mutating func group(of context: IRPContext) -> Int32 {
    let ioctl =
      context.parameters.contains(.ioctl) && ioctls.contains(context.ioctl)
      ? context.ioctl : 0
    let key =
      UInt64(ioctl) << 32 | UInt64(context.major.rawValue) << 24
      | UInt64(context.minor.rawValue) << 16 | UInt64(context.powerState.rawValue) << 8
      | UInt64(context.relation.rawValue) << 4 | UInt64(context.parameters.rawValue)
    let group = known.find(key)
    return group >= 0 ? group : addGroup(context, key)
  }

  private mutating func addGroup(_ context: IRPContext, _ key: UInt64) -> Int32 {
    let subject = ContextScope.Subject(
      major: context.major, minor: context.parameters.contains(.minor) ? context.minor : nil,
      powerState: context.powerState,
      relation: context.parameters.contains(.relation) ? context.relation : nil,
      ioctl: context.parameters.contains(.ioctl) ? context.ioctl : nil)
    let group = groups.add(
      scopes.indices.filter { scopes[$0].contains(subject) }, of: candidates)
    known.set(key, group)
    return group
  }
}
