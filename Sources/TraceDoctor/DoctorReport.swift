import CheckerReports
import RuleEngine

/// What a trace contains and what it lacks, and so which rules can be decided on it.
public struct DoctorReport: Sendable, Hashable, Codable {
  /// The version of the JSON document.
  public var version = 1
  /// What was read.
  public var trace: Contents
  /// What is to be said about it, the most important first.
  public var observations: [Observation]
  /// Every rule, in the order of the catalog.
  public var rules: [RuleDiagnosis]

  /// What a trace is made of.
  public struct Contents: Sendable, Hashable, Codable {
    /// The path; `-` for standard input. Empty where it is not said.
    public var path = ""
    /// How it was read, where that is said.
    public var format: InputFormat?
    /// What stands before text events, in words.
    public var prefix: String?
    /// Events understood.
    public var events: UInt64 = 0
    /// Lines without an event.
    public var skipped: UInt64 = 0
    /// Events that could not be read.
    public var malformed: UInt64 = 0
    /// Events of unknown name.
    public var unknownEvents: UInt64 = 0
    /// Unknown fields and words.
    public var unknownFields: UInt64 = 0
    /// `TraceLost` events.
    public var lost: UInt64 = 0
    /// Threads that are named.
    public var threads = 0
    /// The names of drivers, the first hundred.
    public var drivers: [String] = []
    /// Device objects.
    public var devices = 0
    /// Remove locks.
    public var locks = 0
    /// How often each event occurs, by name.
    public var kinds: [KindCount] = []
  }

  /// How often an event occurs.
  public struct KindCount: Sendable, Hashable, Codable {
    /// Its name.
    public var event: String
    /// How often.
    public var count: UInt64
  }

  /// Something that is to be said about a trace.
  public struct Observation: Sendable, Hashable, Codable {
    /// How much it matters.
    public enum Weight: String, Sendable, Hashable, Codable {
      /// Rules cannot be decided because of it, or may be wrong.
      case problem
      /// It limits what can be found.
      case limit
      /// It is so.
      case note
    }
    /// How much it matters.
    public var weight: Weight
    /// Lower case, no final full stop.
    public var message: String
    /// What to do; lower case, no final full stop.
    public var advice: String?
  }

  /// Whether a rule can be decided.
  public enum Decidability: String, Sendable, Hashable, Codable {
    /// What the rule asks for is in the trace.
    case decided
    /// It was checked, but something it looks at does not occur: what depends on that is not found.
    case partly
    /// What it is about does not occur.
    case notExercised
    /// What it asks for is not in the trace.
    case undecidable
  }

  /// What the trace means for a rule.
  public struct RuleDiagnosis: Sendable, Hashable, Codable {
    /// The rule.
    public var id: String
    /// Whether it can be decided.
    public var decidability: Decidability
    /// How often it was armed.
    public var armed: UInt64
    /// How often it was kept.
    public var passed: UInt64
    /// How often it was broken.
    public var violated: UInt64
    /// How often nobody can tell.
    public var undecided: UInt64
    /// Why it cannot be decided, or not wholly, with what to log.
    public var reasons: [String]
  }
}

extension DoctorReport {
  /// The report as JSON.
  public var json: [UInt8] {
    var bytes: [UInt8] = []
    // Nothing in a report can fail to be encoded: it holds numbers, strings and lists of them.
    ((try? JSONValueEncoder.encode(self)) ?? .null).append(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// The report for a person: for an ordinary trace a screen of it, unless `listsAll`.
  public func text(width: Int = 100, listsAll: Bool = false) -> String {
    var lines = [heading, ""]
    for observation in observations {
      let mark = observation.weight.rawValue + ": "
      lines.append(wrap(mark + observation.message, width, 2))
      if let advice = observation.advice { lines.append(wrap("→ " + advice, width, 4)) }
    }
    lines += ["", "what occurs"]
    let kinds = trace.kinds.map { "\($0.event) \(TextLayout.grouped($0.count))" }
    lines += list(kinds.isEmpty ? ["nothing"] : kinds, width, 2, listsAll ? .max : 4)
    for decidability in [Decidability.undecidable, .partly, .decided, .notExercised] {
      lines += describe(decidability, width, listsAll)
    }
    // Names stand in many of them, and a line may begin with one.
    return lines.joined(separator: "\n").split(separator: "\n", omittingEmptySubsequences: false)
      .map { SafeText.escape(String($0)) }.joined(separator: "\n") + "\n"
  }

  private var heading: String {
    var parts = ["\(TextLayout.grouped(trace.events)) events"]
    if let format = trace.format { parts.append("read as \(format.rawValue)") }
    if let prefix = trace.prefix { parts.append(prefix) }
    parts.append("\(trace.threads) threads")
    parts.append("\(trace.devices) devices")
    if !trace.drivers.isEmpty {
      parts.append("drivers " + trace.drivers.map(SafeText.escape).joined(separator: ", "))
    }
    parts.append("\(TextLayout.grouped(trace.skipped)) other lines")
    let name = trace.path.isEmpty ? "" : SafeText.escape(trace.path) + ": "
    return name + parts.joined(separator: "; ")
  }

  private func wrap(_ text: String, _ width: Int, _ indent: Int) -> String {
    TextLayout.wrap(
      text, width: width, indent: indent + 2, first: String(repeating: " ", count: indent))
  }

  /// Names one behind the other, on so many lines at most.
  private func list(_ names: [String], _ width: Int, _ indent: Int, _ limit: Int) -> [String] {
    let lines = wrap(names.joined(separator: ", "), width, indent).split(separator: "\n")
      .map(String.init)
    if lines.count <= limit { return lines }
    let shown = lines.prefix(limit)
    let count = shown.joined(separator: " ").split(separator: ",").count { !$0.isEmpty }
    let margin = String(repeating: " ", count: indent + 2)
    let rest = names.count - min(count, names.count)
    return shown + ["\(margin)… and \(rest) more (--all lists them)"]
  }

  private func describe(
    _ decidability: Decidability, _ width: Int, _ listsAll: Bool
  ) -> [String] {
    let chosen = rules.filter { $0.decidability == decidability }
    if chosen.isEmpty { return [] }
    let title =
      switch decidability {
      case .decided: "rules that are decided here"
      case .partly: "rules that are decided in part"
      case .notExercised: "rules that nothing in this trace concerns"
      case .undecidable: "rules that cannot be decided here"
      }
    let isShort = decidability == .notExercised && !listsAll
    var lines = ["", "\(title) (\(chosen.count))\(isShort ? "; --all lists them" : "")"]
    let plain = chosen.filter(\.reasons.isEmpty).map(Self.name)
    if !plain.isEmpty, !isShort {
      lines += list(plain, width, 2, listsAll || decidability == .undecidable ? .max : 4)
    }
    // A reason is told once, with all rules that it holds for.
    for (reason, names) in Self.byReason(chosen) {
      lines.append(wrap(reason, width, 2))
      if isShort { continue }
      let limit = listsAll || decidability == .undecidable ? Int.max : 2
      lines += list(names, width, 4, limit)
    }
    return lines
  }

  private static func name(_ rule: RuleDiagnosis) -> String {
    rule.violated > 0 ? "\(rule.id) (violated)" : rule.id
  }

  /// The reasons, those that concern most rules first.
  private static func byReason(_ rules: [RuleDiagnosis]) -> [(reason: String, rules: [String])] {
    var groups: [(reason: String, rules: [String])] = []
    for rule in rules {
      for reason in rule.reasons {
        if let place = groups.firstIndex(where: { $0.reason == reason }) {
          groups[place].rules.append(name(rule))
        } else {
          groups.append((reason, [name(rule)]))
        }
      }
    }
    return groups.sorted { $0.rules.count > $1.rules.count }
  }
}
