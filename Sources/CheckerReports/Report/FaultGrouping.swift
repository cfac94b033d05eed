import RuleEngine

/// Which findings come from one mistake: those that one event decides for one request, lock or IRP of the
/// driver's own; those on a lock with one on a request whose acquisition or release they name; and a release with
/// a wrong tag with what it leaves held.
struct FaultGrouping {
  private let findings: ArraySlice<Report.Finding>
  /// Of each finding the one before it that it goes with, or itself.
  private var leaders: [Int]

  /// Puts the findings of one trace together, from `start` on, and gives each the name of its fault.
  /// Ranks are made only where there are findings: for all rules they take as long as a small trace.
  static func assign(
    _ findings: inout [Report.Finding], from start: Int, _ makeRanks: @autoclosure () -> RuleRanks
  ) {
    guard start < findings.count else { return }
    let ranks = makeRanks()
    // The grouping must have gone by then: while it looks at the findings, a change copies them all.
    let faults = faults(of: findings[start...], ranks)
    for (place, fault) in faults.enumerated() { findings[start + place].fault = fault }
  }

  private static func faults(
    of findings: ArraySlice<Report.Finding>, _ ranks: RuleRanks
  ) -> [String] {
    var grouping = FaultGrouping(findings)
    grouping.joinByEvent()
    grouping.joinWrongTags()
    grouping.joinLocksToRequests()
    let next = grouping.nextOfGroup()
    let start = findings.startIndex
    let first = firstOfFingerprint(findings)
    var faults = [String](repeating: "", count: findings.count)
    func known(_ index: Int) -> String? {
      let name = faults[Int(first[index - start])]
      return name.isEmpty ? nil : name
    }
    for leader in findings.indices where grouping.leader(leader) == leader {
      let members = Members(first: leader, start: start, next: next)
      guard let head = members.min(by: { ranks[findings[$0].rule] < ranks[findings[$1].rule] })
      else { continue }
      // What was seen before under another composition is still the same fault.
      let name =
        known(head) ?? members.lazy.compactMap(known).first
        ?? Fingerprint.ofFault(headline: findings[head].fingerprint)
      for member in members {
        let own = known(member) ?? name
        faults[Int(first[member - start])] = own
        faults[member - start] = own
      }
    }
    return faults
  }

  /// Of each finding the first that has its fingerprint, both counted from the first of all. Sorted instead of
  /// looked up: a table of a million names would take more than all else here.
  private static func firstOfFingerprint(_ findings: ArraySlice<Report.Finding>) -> [Int32] {
    let start = findings.startIndex
    let sorted = findings.indices.sorted {
      (findings[$0].fingerprint, $0) < (findings[$1].fingerprint, $1)
    }
    var first = [Int32](repeating: 0, count: findings.count)
    var current = start
    for index in sorted {
      if findings[index].fingerprint != findings[current].fingerprint || index == sorted[0] {
        current = index
      }
      first[index - start] = Int32(current - start)
    }
    return first
  }

  private init(_ findings: ArraySlice<Report.Finding>) {
    self.findings = findings
    leaders = Array(findings.indices)
  }

  private func leader(_ index: Int) -> Int {
    var index = index
    while leaders[index - findings.startIndex] != index {
      index = leaders[index - findings.startIndex]
    }
    return index
  }

  private mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (leader(a), leader(b))
    leaders[max(a, b) - findings.startIndex] = min(a, b)
  }

  /// Of each finding the next that goes with it, counted from the first of all; 0 behind the last. Reports of
  /// a million findings are grouped: no list for each fault.
  private func nextOfGroup() -> [Int32] {
    var next = [Int32](repeating: 0, count: findings.count)
    var last: [Int32] = next
    for index in findings.indices {
      let place = index - findings.startIndex
      let leader = leader(index) - findings.startIndex
      if leader != place { next[Int(last[leader])] = Int32(place) }
      last[leader] = Int32(place)
    }
    return next
  }

  /// The findings of one fault, in order.
  private struct Members: Sequence, IteratorProtocol {
    private var place: Int?
    private let start: Int
    private let following: [Int32]

    init(first: Int, start: Int, next: [Int32]) {
      (place, self.start, following) = (first - start, start, next)
    }

    mutating func next() -> Int? {
      guard let current = place else { return nil }
      place = following[current] == 0 ? nil : Int(following[current])
      return start + current
    }
  }

  /// A line of a file of the trace.
  private struct Line: Hashable {
    var trace: String
    var line: UInt64
  }

  private struct Subject: Hashable {
    var line: Line
    var device: Address?
    var irp: Address?
    var lock: Address?
  }

  private func line(_ index: Int) -> Line {
    Line(trace: findings[index].trace, line: findings[index].line)
  }

  /// One event, one subject. A rule that reports twice there has found two things.
  private mutating func joinByEvent() {
    // By place, so that no more is looked up in than what one event decides.
    let inOrder = findings.indices.sorted {
      let (a, b) = (findings[$0], findings[$1])
      return (a.line, a.trace, $0) < (b.line, b.trace, $1)
    }
    var known: [Subject: (leader: Int, rule: String, further: [String])] = [:]
    var current: Line?
    for index in inOrder {
      if line(index) != current {
        current = line(index)
        known.removeAll(keepingCapacity: true)
      }
      let finding = findings[index]
      // What is about a request is told by its IRP: which lock it names depends on the rule.
      let key = Subject(
        line: line(index), device: finding.irp == nil ? nil : finding.device, irp: finding.irp,
        lock: finding.irp == nil ? finding.lock : nil)
      guard key.irp != nil || key.lock != nil else { continue }
      if let place = known[key], place.rule != finding.rule, !place.further.contains(finding.rule) {
        known[key]?.further.append(finding.rule)
        join(place.leader, index)
      } else {
        known[key] = (index, finding.rule, [])
      }
    }
  }

  /// A release with a tag that its request has not acquired takes nothing, and what it was meant for stays held:
  /// what is found about that goes with it.
  private mutating func joinWrongTags() {
    var meant: [Line: Int] = [:]
    for index in findings.indices where isWrongTag(findings[index]) {
      for event in findings[index].evidence where event.note == Self.unreleased {
        let place = Line(trace: event.trace ?? findings[index].trace, line: event.line)
        if meant[place] == nil { meant[place] = index }
      }
    }
    if meant.isEmpty { return }
    for index in findings.indices where findings[index].irp != nil {
      for event in findings[index].evidence where event.note == Self.unreleased {
        let place = Line(trace: event.trace ?? findings[index].trace, line: event.line)
        guard let release = meant[place], findings[release].irp == findings[index].irp else {
          continue
        }
        join(release, index)
      }
    }
  }

  private func isWrongTag(_ finding: Report.Finding) -> Bool {
    guard finding.irp != nil, let release = finding.decidingRelease, release.releases == 0 else {
      return false
    }
    let held = finding.evidence.filter { $0.note == Self.unreleased }
    return !held.isEmpty && held.allSatisfy { $0.tagWords != release.tagWords }
  }

  /// A finding on a lock goes with the first one on a request that the same event decides, or else that is
  /// about an acquisition which it names.
  private mutating func joinLocksToRequests() {
    var decided: [Line: Int] = [:]
    var acquired: [Line: Int] = [:]
    for index in findings.indices where findings[index].irp != nil {
      if decided[line(index)] == nil { decided[line(index)] = index }
      for event in findings[index].evidence where event.note == Self.unreleased {
        let place = Line(trace: event.trace ?? findings[index].trace, line: event.line)
        if acquired[place] == nil { acquired[place] = index }
      }
    }
    for index in findings.indices {
      let finding = findings[index]
      guard finding.irp == nil, finding.lock != nil, finding.severity == .error else { continue }
      if let request = decided[line(index)], isSameLock(findings[request], finding) {
        join(request, index)
        continue
      }
      let named = finding.evidence.filter { $0.note?.hasPrefix(Self.held) == true }
      for event in named {
        let place = Line(trace: event.trace ?? finding.trace, line: event.line)
        if let request = acquired[place] {
          join(request, index)
          break
        }
      }
    }
  }

  private func isSameLock(_ a: Report.Finding, _ b: Report.Finding) -> Bool {
    a.lock == nil || a.lock == b.lock
  }

  /// What the evidence of a finding on a request says of an acquisition that nobody releases.
  private static let unreleased = "not released"
  /// What that of a finding on a lock says of one that is open.
  private static let held = "still held"
}

/// In which order rules name a fault: the most specific first.
package struct RuleRanks {
  private var ranks: [String: Int] = [:]
  private var orders: [String: Int] = [:]

  /// Takes rules in the order of their documentation, in which equally specific ones stand.
  package init(_ rules: [Rule], _ reading: Reading) {
    for (order, rule) in rules.enumerated() {
      orders[rule.id] = order
      // Rules on locks tell what a mistake in a request leads to.
      var breadth = 1 << 12
      if let form = try? rule.form(in: reading), case .context(let scope) = form.scope {
        breadth = (scope.majors?.count ?? 28) * (scope.minors.map(\.count) ?? 32)
      }
      ranks[rule.id] = (breadth * 16 + rule.family.generality) * 4096 + order
    }
  }

  /// Lower for a rule that says more.
  package subscript(rule: String) -> Int { ranks[rule] ?? .max }

  /// The place in the documentation.
  func order(_ rule: String) -> Int { orders[rule] ?? .max }
}
