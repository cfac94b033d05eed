import RuleEngine

/// One mistake as a person is told of it: its headline is the finding of the most specific rule, and with it
/// go all findings of it, of whichever rule and however often.
public struct Fault: Sendable {
  /// What the findings share, ``Report/Finding/faultID``.
  public var id: String
  /// The first finding of the most specific rule that nothing accepts, or else the first of that rule.
  public var finding: Report.Finding
  /// How often it occurred, kept or not.
  public var count: UInt64
  /// The other rules that are broken by it, in the order of their documentation.
  public var alsoBroken: [String] = []
  /// Its findings that are kept, by their places in the report.
  public var places: [Int] = []
  /// Where the mistake shows at another place: a lock that is waited for in vain.
  public var otherEnd: Report.Finding?

  /// Whether everything about it is known.
  public var isKnown: Bool { finding.accepted != nil }

  /// `error` or `warning`.
  var level: String { finding.severity.rawValue }

  /// The request, `IRP_MJ_PNP/IRP_MN_REMOVE_DEVICE`.
  var request: String? {
    guard let major = finding.major else { return nil }
    return finding.minor.map { "\(major)/\($0)" } ?? major
  }

  /// What is wrong, where, and what goes with it, in one line.
  var line: String {
    var line = finding.message
    if !circumstances.isEmpty { line += " (\(circumstances))" }
    if let ends { line += "; \(ends)" }
    for words in caseHelp { line += "; \(words)" }
    if !alsoBroken.isEmpty { line += "; also breaks \(alsoBroken.joined(separator: ", "))" }
    if let doubt = finding.doubt { line += "; in doubt: \(doubt)" }
    return line
  }

  /// Where it happened, in words: driver, request, function.
  var circumstances: String {
    var parts: [String] = []
    if let driver = finding.driver { parts.append("driver \(driver)") }
    if let request { parts.append(request) }
    if let function = finding.function { parts.append("in \(function)") }
    if count > 1 { parts.append("seen \(count) times") }
    return parts.joined(separator: ", ")
  }

  /// Both ends of a fault that has two: who keeps the lock, and who waits for it.
  var ends: String? {
    guard let otherEnd else { return nil }
    var first = finding.message
    if let entry = finding.evidence.first, let last = finding.evidence.last {
      first = "the \(request ?? "request") of line \(entry.line) keeps the lock"
      if last.line != entry.line { first += " (\(last.text ?? last.event), line \(last.line))" }
    }
    let waits = otherEnd.evidence.last { $0.event == "IoReleaseRemoveLockAndWait" }
    if let waits, waits.line == otherEnd.line {
      return "\(first); the removal waits for it since line \(waits.line)"
    }
    return "\(first); \(otherEnd.message), line \(otherEnd.line)"
  }
}

extension Report.Finding {
  /// The name of the fault that the finding belongs to; reports of earlier versions have none.
  public var faultID: String { fault ?? fingerprint }
}

extension Report {
  /// All faults, in the order in which they were first found: what every report for people is about.
  ///
  /// - Parameter rules: The rules, in the order of their documentation.
  public func faults(_ rules: [Rule]) -> [Fault] {
    let ranks = RuleRanks(rules, reading)
    let groups = faultPlaces
    // What is not kept of findings with one fingerprint counts for the first fault that they belong to.
    var dropped: [String: UInt64] = [:]
    for entry in summary.dropped ?? [] { dropped[entry.fingerprint] = entry.count }
    return groups.compactMap { fault($0, ranks, &dropped) }
  }

  /// The places of the findings of each fault, which are those that bear its name.
  private var faultPlaces: [[Int]] {
    var names: [String: Int] = [:]
    var groups: [[Int]] = []
    for (place, finding) in findings.enumerated() {
      if let group = names[finding.faultID] {
        groups[group].append(place)
      } else {
        names[finding.faultID] = groups.count
        groups.append([place])
      }
    }
    return groups
  }

  private func fault(
    _ places: [Int], _ ranks: RuleRanks, _ dropped: inout [String: UInt64]
  ) -> Fault? {
    let open = places.filter { findings[$0].accepted == nil }
    let candidates = open.isEmpty ? places : open
    // What a rule on locks tells has no request: between faults of requests and those it joins, the
    // request's comes first.
    guard let head = candidates.min(by: { rank($0, ranks) < rank($1, ranks) }) else { return nil }
    let finding = findings[head]
    var rules: Set<String> = []
    var count: UInt64 = 0
    for place in places {
      rules.insert(findings[place].rule)
      guard findings[place].rule == finding.rule else { continue }
      let unkept = dropped.removeValue(forKey: findings[place].fingerprint) ?? 0
      count = count.added(1).added(unkept)
    }
    rules.remove(finding.rule)
    let other = candidates.first { findings[$0].isOtherEnd(of: finding) }
    return Fault(
      id: finding.faultID, finding: finding, count: count,
      alsoBroken: rules.sorted { (ranks.order($0), $0) < (ranks.order($1), $1) },
      places: places, otherEnd: other.map { findings[$0] })
  }

  private func rank(_ place: Int, _ ranks: RuleRanks) -> (Int, Int) {
    (ranks[findings[place].rule], place)
  }

  /// How many faults nothing accepts, with the word for how bad they are: `2 errors, 1 warning`. Those of which
  /// no finding is kept are not among them.
  func faultWords(_ open: [Fault]) -> String {
    let errors = open.count { $0.finding.severity == .error }
    var parts: [String] = []
    if errors > 0 || open.isEmpty { parts.append(Plural.of(errors, "error")) }
    if open.count > errors { parts.append(Plural.of(open.count - errors, "warning")) }
    return parts.joined(separator: ", ")
  }

  /// The faults that nothing accepts, errors first, otherwise in the order in which they were found.
  func openFaults(_ options: ReportOptions) -> [Fault] {
    let open = faults(options.rules).filter { !$0.isKnown }
    return open.filter { $0.finding.severity == .error }
      + open.filter { $0.finding.severity != .error }
  }

  /// Findings of one fault with one fingerprint, by where among the findings the first of them stands that
  /// nothing accepts, or else the first.
  struct Repetition: Sendable {
    var place: Int
    /// How often they occurred, kept or not.
    var count: UInt64 = 1
    /// Which of the faults it is that findings with this fingerprint belong to, from 1: traces may group
    /// findings differently.
    var turn = 1
  }

  /// Findings by fault and fingerprint, errors first, otherwise in the order of the findings; none is copied.
  var repetitions: [Repetition] {
    var first: [String: Int] = [:]
    var further: [String: [Int]] = [:]
    var all: [Repetition] = []
    for (place, finding) in findings.enumerated() {
      let same = first[finding.fingerprint].map { [$0] + further[finding.fingerprint, default: []] }
      let index = same?.first { findings[all[$0].place].faultID == finding.faultID }
      if let index {
        all[index].count += 1
        if findings[all[index].place].accepted != nil, finding.accepted == nil {
          all[index].place = place
        }
        continue
      }
      if same == nil {
        first[finding.fingerprint] = all.count
      } else {
        further[finding.fingerprint, default: []].append(all.count)
      }
      all.append(Repetition(place: place, turn: 1 + (same?.count ?? 0)))
    }
    for entry in summary.dropped ?? [] {
      guard let index = first[entry.fingerprint] else { continue }
      all[index].count = all[index].count.added(entry.count)
    }
    return all.filter { findings[$0.place].severity == .error }
      + all.filter { findings[$0.place].severity != .error }
  }
}

extension Report.Finding {
  /// Whether this is a finding on a lock that names an acquisition which the other one, on a request, says is
  /// not released, and is decided elsewhere.
  fileprivate func isOtherEnd(of finding: Report.Finding) -> Bool {
    guard irp == nil, finding.irp != nil, (line, trace) != (finding.line, finding.trace) else {
      return false
    }
    let kept = finding.evidence.filter { $0.note == "not released" }
    return evidence.contains { event in
      event.note?.hasPrefix("still held") == true
        && kept.contains {
          $0.line == event.line && ($0.trace ?? finding.trace) == (event.trace ?? trace)
        }
    }
  }
}

extension Report.Finding {
  /// The events that led to the finding, one a line, as a person reads them.
  var evidenceLines: [String] {
    let lines = evidence.map { "\($0.trace.map { "\($0):" } ?? "")\($0.line)" }
    let width = lines.map(\.count).max() ?? 0
    let threads = Set(evidence.map(\.thread))
    let middle = evidence.count / 2
    var all: [String] = []
    for (index, event) in evidence.enumerated() {
      if let omitted, index == middle { all.append("… \(omitted) events left out") }
      var text = String(repeating: " ", count: width - lines[index].count) + lines[index] + "  "
      if threads.count > 1 { text += "thread 0x\(String(event.thread, radix: 16))  " }
      text += event.text ?? event.event
      if let source = event.source { text += "  (\(source))" }
      if let note = event.note { text += "  <- \(note)" }
      all.append(text)
    }
    return all
  }
}
