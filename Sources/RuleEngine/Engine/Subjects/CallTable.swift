/// Which calls the rules about calls ask about, and with which limits: made of their scopes once, so that an event
/// costs one look by its kind.
struct CallTable: Sendable {
  /// A rule that lists a DDI.
  struct Member: Sendable {
    /// Its place among the rules about calls.
    var place: Int
    var limit: IRQLLimit.Bound
    var isOfRuntimeLibrary: Bool
  }

  /// By kind of event what is asked, for the model.
  let asked: [Calls.Asked]
  /// The members, those of one kind of event or one name behind the other; a row of them each.
  private let members: [Member]
  /// For each kind of event its row in ``members``.
  private let rowsByKind: [Range<Int32>]
  /// The rows of DDIs that no event is for, and their names.
  private let rows: [Range<Int32>]
  private let rowsByName: [String: Int32]
  /// For each rule the kinds of event whose further facts it is told.
  private let events: [[Bool]]
  /// For each rule, by the raw value of the DDI that allocated it, whether it is told of memory; in the first place
  /// of memory of which that is not known.
  private let memory: [[Bool]]
  /// What `name` of Ddi events has been, by the numbers of the strings: the row, or that of no rule.
  private var known = OpenTable<UInt64>()

  /// Names that are remembered; what goes beyond is looked up each time.
  private static let nameLimit = 1 << 14

  /// Makes a table of the scopes of the rules about calls, in their order.
  init(_ scopes: [Rule.Scope]) {
    var byName: [String: [Member]] = [:]
    var events = [[Bool]](
      repeating: [Bool](repeating: false, count: EventKind.allCases.count), count: scopes.count)
    for (place, scope) in scopes.enumerated() {
      guard case .call(let scope) = scope else { continue }
      for limit in scope.limits {
        byName[limit.ddi, default: []].append(
          Member(
            place: place, limit: limit.bound, isOfRuntimeLibrary: limit.isOfRuntimeLibrary))
      }
      for kind in scope.events { events[place][Int(kind.rawValue)] = true }
    }
    self.events = events
    memory = scopes.map { scope in
      guard case .call(let scope) = scope else { return [] }
      return EventKind.allCases.map { scope.memory.contains($0 == .malformed ? nil : $0) }
    }
    var members: [Member] = []
    var asked = [Calls.Asked](repeating: [], count: EventKind.allCases.count)
    rowsByKind = EventKind.allCases.map { kind in
      let first = Int32(members.count)
      members += byName[kind.name] ?? []
      if Int32(members.count) > first { asked[Int(kind.rawValue)].insert(.limit) }
      if events.contains(where: { $0[Int(kind.rawValue)] }) {
        asked[Int(kind.rawValue)].insert(.facts)
      }
      return first..<Int32(members.count)
    }
    var rows: [Range<Int32>] = [0..<0]
    var rowsByName: [String: Int32] = [:]
    for (name, listing) in byName {
      rowsByName[name] = Int32(rows.count)
      rows.append(Int32(members.count)..<Int32(members.count + listing.count))
      members += listing
    }
    if !byName.isEmpty { asked[Int(EventKind.ddi.rawValue)].insert(.limit) }
    self.members = members
    self.rows = rows
    self.rowsByName = rowsByName
    self.asked = asked
  }

  /// Where in ``subscript(_:)`` the rules stand that list the DDI of an event.
  @inline(__always)
  mutating func listing(_ event: Event, _ strings: StringTable) -> Range<Int32> {
    event.kind == .ddi
      ? rows[Int(row(named: event.text, strings))] : rowsByKind[Int(event.kind.rawValue)]
  }

  @inline(__always)
  subscript(member: Int32) -> Member { members[Int(member)] }

  /// Whether a rule, by its place, is told a further fact about an event of a kind.
  @inline(__always)
  func isAsked(_ place: Int, about kind: EventKind, _ record: FactRecord) -> Bool {
    events[place][Int(kind.rawValue)]
      && memory[place][Int(truncatingIfNeeded: record.operand)]
  }

  /// The row of a name; 0, which is empty, where no rule lists it. Each name is compared once.
  private mutating func row(named name: StringID, _ strings: StringTable) -> Int32 {
    if name.isStandIn { return 0 }
    let found = known.find(UInt64(name.rawValue))
    if found >= 0 { return found }
    let row = rowsByName[strings[name]] ?? 0
    if known.count < Self.nameLimit { known.set(UInt64(name.rawValue), row) }
    return row
  }
}

extension CallTable.Member {
  /// What a call at an IRQL is to the rule.
  @inline(__always)
  func fact(at irql: UInt8) -> CallFact {
    limit.fact(at: irql, isOfRuntimeLibrary: isOfRuntimeLibrary)
  }
}
