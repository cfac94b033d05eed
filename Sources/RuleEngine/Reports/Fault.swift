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
    let counts = occurrences
    var places: [String: Int] = [:]
    var all: [Fault] = []
    for finding in findings {
      if let place = places[finding.fingerprint] {
        if all[place].finding.accepted != nil, finding.accepted == nil {
          all[place].finding = finding
        }
      } else {
        places[finding.fingerprint] = all.count
        all.append(Fault(finding: finding, count: counts[finding.fingerprint] ?? 1))
      }
    }
    return all.filter { $0.finding.severity == .error }
      + all.filter { $0.finding.severity != .error }
  }

  /// The faults as a person wants them: those that one event decided for one IRP are told once, under
  /// the most specific rule.
  func groupedFaults(_ options: ReportOptions) -> [Fault] {
    struct Event: Hashable {
      var trace: String
      var line: UInt64
      var device: Address?
      var irp: Address
      var count: UInt64
      var isAccepted: Bool
    }
    var ranks: [String: Int] = [:]
    for (rank, rule) in options.rules.sorted(by: isMoreSpecific).enumerated() {
      ranks[rule.id] = rank
    }
    var grouped: [Fault] = []
    var places: [Event: Int] = [:]
    for fault in faults {
      let finding = fault.finding
      guard let irp = finding.irp else {
        grouped.append(fault)
        continue
      }
      let event = Event(
        trace: finding.trace, line: finding.line, device: finding.device, irp: irp,
        count: fault.count, isAccepted: finding.accepted != nil)
      guard let place = places[event] else {
        places[event] = grouped.count
        grouped.append(fault)
        continue
      }
      let first = grouped[place].finding.rule
      var also = grouped[place].alsoBroken
      if ranks[finding.rule] ?? .max < ranks[first] ?? .max {
        also.append(first)
        grouped[place].finding = finding
      } else {
        also.append(finding.rule)
      }
      grouped[place].alsoBroken = also
    }
    return grouped
  }

  private func isMoreSpecific(_ a: Rule, than b: Rule) -> Bool {
    breadth(a) < breadth(b)
  }

  /// How much a rule is about: major functions, then minor functions.
  private func breadth(_ rule: Rule) -> Int {
    guard let form = try? rule.form(in: reading), case .context(let scope) = form.scope
    else { return 0 }
    return (scope.majors?.count ?? 0x100) << 8 + (scope.minors?.count ?? 0xFF)
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
