/// The findings of one fault: those with the same fingerprint.
struct Fault: Sendable {
  /// The first of them that nothing accepts, or else the first.
  var finding: Report.Finding
  /// How often it occurred, kept or not.
  var count: UInt64
  /// Rules that the same event breaks in the same context, and that say less.
  var alsoBroken: [String] = []

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
}

extension Report {
  /// The faults among the findings that are kept, errors first, otherwise in the order of the findings.
  var faults: [Fault] {
    faultPlaces.map { Fault(finding: findings[$0.place], count: $0.count) }
  }

  /// A fault, by where among the findings the first of its own stands that nothing accepts, or else the
  /// first.
  struct FaultPlace: Sendable {
    var place: Int
    /// How often it occurred, kept or not.
    var count: UInt64
  }

  /// As ``faults``, without copies of the findings.
  var faultPlaces: [FaultPlace] {
    let counts = occurrences
    var known: [String: Int] = [:]
    var all: [FaultPlace] = []
    for (place, finding) in findings.enumerated() {
      if let fault = known[finding.fingerprint] {
        if findings[all[fault].place].accepted != nil, finding.accepted == nil {
          all[fault].place = place
        }
      } else {
        known[finding.fingerprint] = all.count
        all.append(FaultPlace(place: place, count: counts[finding.fingerprint] ?? 1))
      }
    }
    return all.filter { findings[$0.place].severity == .error }
      + all.filter { findings[$0.place].severity != .error }
  }

  /// The faults that nothing accepts, as a person wants them: those that one event decided for one IRP
  /// are told once, under the most specific rule; errors first.
  func openFaults(_ options: ReportOptions) -> [Fault] {
    var open = self
    open.findings.removeAll { $0.accepted != nil }
    let all = FindingGroup.groups(of: open, rules: options.rules).map { group in
      Fault(finding: group.finding, count: group.count, alsoBroken: group.alsoBroken)
    }
    return all.filter { $0.finding.severity == .error }
      + all.filter { $0.finding.severity != .error }
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
