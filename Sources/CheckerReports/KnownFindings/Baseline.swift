import RuleEngine

/// Faults that are known: they are reported as such and do not fail a run.
public struct Baseline: Sendable, Hashable {
  /// A known fault.
  public struct Entry: Sendable, Hashable {
    /// What all its findings share.
    public var fingerprint: String
    /// The rest is for people, and for telling which entries are gone.
    public var rule: String
    /// The finding's message.
    public var message: String?
    /// The driver's name.
    public var driver: String?
    /// The function.
    public var function: String?
    /// How often it was found when the file was written.
    public var count: UInt64
    /// Why it is left as it is.
    public var reason: String?
  }

  /// The entries, in the order of the file.
  public var entries: [Entry] = []
  /// Whether the file is of version 1, in which a fingerprint did not say in which routine something was
  /// left undone.
  public var isFormer = false

  /// No known faults.
  public init() {}

  /// The faults of a report, suppressed ones aside.
  ///
  /// Reasons are kept from the old baseline, and so are its entries whose rules were not exercised:
  /// nobody can tell whether they are gone.
  public init(of report: Report, keeping old: Baseline = Baseline()) {
    var reasons: [String: String] = [:]
    for entry in old.entries { reasons[entry.fingerprint] = entry.reason }
    let found = report.occurrences
    var written: Set<String> = []
    for repetition in report.repetitions {
      let finding = report.findings[repetition.place]
      if finding.accepted?.by == .suppression { continue }
      guard written.insert(finding.fingerprint).inserted else { continue }
      entries.append(
        Entry(
          fingerprint: finding.fingerprint, rule: finding.rule, message: finding.message,
          driver: finding.driver, function: finding.function,
          count: found[finding.fingerprint] ?? 1,
          reason: reasons[finding.fingerprint] ?? finding.formerFingerprint.flatMap { reasons[$0] })
      )
    }
    let former = old.isFormer ? Set(report.findings.compactMap(\.formerFingerprint)) : []
    for entry in old.entries
    where !written.contains(entry.fingerprint) && !former.contains(entry.fingerprint) {
      if found[entry.fingerprint] != nil || !report.isExercised(entry.rule, by: entry.driver) {
        entries.append(entry)
      }
    }
    entries.sort {
      ($0.rule, $0.driver ?? "", $0.function ?? "", $0.fingerprint)
        < ($1.rule, $1.driver ?? "", $1.function ?? "", $1.fingerprint)
    }
  }

  /// The file: an entry a line, so that a change is a line in a version control's comparison.
  public func bytes(tool: Report.Tool) -> [UInt8] {
    var out = Array("{\n\"version\":2,\n\"tool\":".utf8)
    JSONValue.append("\(tool.name) \(tool.version)", to: &out)
    out += Array(",\n\"findings\":[".utf8)
    for (index, entry) in entries.enumerated() {
      out += Array((index == 0 ? "\n" : ",\n").utf8)
      entry.json.append(to: &out)
    }
    return out + Array("\n]\n}\n".utf8)
  }

  /// Reads the file.
  package init(json bytes: [UInt8]) throws(JSONNode.Problem) {
    let root = try JSONNode(parsing: bytes, limit: JSONNode.settingsLimit)
    var findings: [JSONNode] = []
    for member in try root.object("a baseline") {
      switch member.key {
      case "version":
        switch member.value.value {
        case .number("1"): isFormer = true
        case .number("2"): isFormer = false
        default:
          throw member.value.problem(
            "a baseline of version \(member.value.kind); this checker reads versions 1 and 2")
        }
      case "tool": break
      case "findings": findings = try member.value.array("\"findings\"")
      default:
        throw JSONNode.Problem(
          "unknown key \"\(SafeText.escape(member.key))\"; a baseline has version, tool and findings",
          at: member.position)
      }
    }
    guard root.member("findings") != nil else {
      throw root.problem("this is no baseline; make one with --write-baseline")
    }
    var known: Set<String> = []
    for node in findings {
      let entry = try Entry(node)
      guard known.insert(entry.fingerprint).inserted else {
        throw node.problem("the fingerprint \(entry.fingerprint) occurs twice")
      }
      entries.append(entry)
    }
  }
}

extension Baseline.Entry {
  fileprivate var json: JSONValue {
    .fields([
      "fingerprint": .string(fingerprint), "rule": .string(rule),
      "driver": driver.map { .string($0) }, "function": function.map { .string($0) },
      "message": message.map { .string($0) }, "count": .number(count),
      "reason": reason.map { .string($0) },
    ])
  }

  fileprivate init(_ node: JSONNode) throws(JSONNode.Problem) {
    self.init(fingerprint: "", rule: "", count: 0)
    for member in try node.object("a known finding") {
      let value = member.value
      switch member.key {
      case "fingerprint":
        fingerprint = try value.text("\"fingerprint\"")
        guard fingerprint.utf8.count == 16, fingerprint.allSatisfy(\.isHexDigit) else {
          throw value.problem("a fingerprint has 16 hex digits")
        }
      case "rule": rule = try value.text("\"rule\"")
      case "message": message = try value.text("\"message\"")
      case "driver": driver = try value.text("\"driver\"")
      case "function": function = try value.text("\"function\"")
      case "count": count = try value.number("\"count\"", in: 0...UInt64.max)
      case "reason": reason = try value.text("\"reason\"")
      default:
        throw JSONNode.Problem(
          "unknown key \"\(SafeText.escape(member.key))\"; a known finding has fingerprint, rule, "
            + "driver, function, message, count and reason", at: member.position)
      }
    }
    if fingerprint.isEmpty { throw node.problem("\"fingerprint\" is missing") }
    if rule.isEmpty { throw node.problem("\"rule\" is missing") }
  }

  /// What it is about, for messages.
  var words: String {
    var parts = [rule]
    if let driver { parts.append("driver \(driver)") }
    if let function { parts.append("in \(function)") }
    if let message { parts.append("\"\(message)\"") }
    return parts.joined(separator: ", ")
  }
}

extension Report {
  /// Whether there were more faults than are told apart, so that some of them are counted as findings only.
  package var hasUncountedFaults: Bool {
    var told = UInt64(findings.count)
    for dropped in summary.dropped ?? [] { told = told.added(dropped.count) }
    return told < summary.findings
  }

  /// How many faults there are of which no finding is kept; more where there are
  /// ``hasUncountedFaults``.
  package var unkeptFaultCount: Int {
    let kept = Set(findings.map(\.fingerprint))
    return (summary.dropped ?? []).count { !kept.contains($0.fingerprint) }
  }

  /// Whether the rule came to any verdict, and the driver is in a trace: only then is what was not
  /// found not there.
  func isExercised(_ rule: String, by driver: String?) -> Bool {
    summary.rules.contains { $0.id == rule && $0.passed.added($0.violated) > 0 }
      && (driver.map { shows($0) } ?? true)
  }

  /// Whether a trace shows the driver. A report that names no drivers may show any.
  func shows(_ driver: String) -> Bool {
    let named = traces.compactMap(\.drivers)
    if named.isEmpty { return true }
    return named.contains { $0.contains { $0.lowercased() == driver.lowercased() } }
  }
}
