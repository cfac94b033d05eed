/// Which rules arm for which kind of context, worked out once for each kind that occurs. A rule that
/// does not apply costs a trace nothing.
struct ArmingTable: Sendable {
  /// The rules that arm together, and which of them answer to which fact.
  struct Group: Sendable {
    /// Indices of rules.
    var rules: [Int32]
    /// For each fact the part of ``answering`` that lists the places in ``rules``.
    var offsets: [Int32]
    var answering: [Int32]
  }

  private let scopes: [(rule: Int32, scope: ContextScope, interest: UInt64)]
  private let ioctls: Set<UInt32>
  private var known = OpenTable<UInt64>(zero: 0)
  private(set) var groups: [Group] = []

  init(_ scopes: [(rule: Int32, scope: ContextScope, interest: UInt64)]) {
    self.scopes = scopes
    ioctls = Set(scopes.flatMap { $0.scope.ioctls ?? [] })
  }

  /// The index of the group for a context.
  mutating func group(of context: IRPContext) -> Int32 {
    let ioctl =
      context.parameters.contains(.ioctl) && ioctls.contains(context.ioctl)
      ? context.ioctl : 0
    let key =
      UInt64(ioctl) << 32 | UInt64(context.major.rawValue) << 24
      | UInt64(context.minor.rawValue) << 16 | UInt64(context.powerState.rawValue) << 8
      | UInt64(context.relation.rawValue) << 4 | UInt64(context.parameters.rawValue)
    let group = known.find(key)
    if group >= 0 { return group }
    groups.append(makeGroup(context))
    known.set(key, Int32(groups.count - 1))
    return Int32(groups.count - 1)
  }

  private func makeGroup(_ context: IRPContext) -> Group {
    let subject = ContextScope.Subject(
      major: context.major, minor: context.parameters.contains(.minor) ? context.minor : nil,
      powerState: context.powerState,
      relation: context.parameters.contains(.relation) ? context.relation : nil,
      ioctl: context.parameters.contains(.ioctl) ? context.ioctl : nil)
    let members = scopes.filter { $0.scope.contains(subject) }
    var group = Group(rules: members.map(\.rule), offsets: [], answering: [])
    for fact in 0..<MachineTable.factCount {
      group.offsets.append(Int32(group.answering.count))
      for (place, member) in members.enumerated()
      where member.interest & (1 << UInt64(fact)) != 0 {
        group.answering.append(Int32(place))
      }
    }
    group.offsets.append(Int32(group.answering.count))
    return group
  }
}
