import RuleEngine

extension Report {
  /// Traces that a report counts and does not list: of a hundred thousand no reader looks at all.
  package struct UnlistedTraces: Sendable, Hashable {
    /// How many files.
    package private(set) var count: UInt64 = 0
    /// How many of them begin a trace.
    private(set) var beginnings: UInt64 = 0
    /// Their counts and verdicts, added up; it has no path.
    package private(set) var sum = Trace(path: "")
    private var places: [String: Int] = [:]

    mutating func add(_ trace: Trace) {
      count += 1
      if trace.continues == nil { beginnings += 1 }
      sum.events = sum.events.added(trace.events)
      sum.skipped = sum.skipped.added(trace.skipped)
      sum.malformed = sum.malformed.added(trace.malformed)
      sum.unknown = sum.unknown.added(trace.unknown)
      if let unknown = trace.unknownEvents {
        sum.unknownEvents = (sum.unknownEvents ?? 0).added(unknown)
      }
      sum.lost = sum.lost.added(trace.lost)
      for rule in trace.rules ?? [] {
        if let place = places[rule.id] {
          sum.rules?[place].add(rule)
        } else {
          places[rule.id] = sum.rules?.count ?? 0
          sum.rules = (sum.rules ?? []) + [rule]
        }
      }
    }

    /// These and others.
    func adding(_ other: UnlistedTraces) -> UnlistedTraces {
      var both = self
      both.add(other.sum)
      both.count = count.added(other.count)
      both.beginnings = beginnings.added(other.beginnings)
      return both
    }
  }

  /// How many files were read, listed or not.
  package var traceCount: UInt64 { UInt64(traces.count).added(unlisted?.count ?? 0) }

  /// A count of all files together, listed or not.
  func sum(_ count: KeyPath<Trace, UInt64>) -> UInt64 {
    traces.reduce(unlisted?.sum[keyPath: count] ?? 0) { $0.added($1[keyPath: count]) }
  }
}

/// Chooses which of many traces a report lists: those of its findings, then those in which something was
/// found or is missing, then the others, in their order. What is left is added up.
struct TraceSelection {
  private typealias Entry = (place: Int, trace: Report.Trace)

  private let limit: Int
  private let concerned: Set<String>
  private var place = 0
  private var telling: [Entry] = []
  private var others: [Entry] = []
  private var left = Report.UnlistedTraces()

  /// Lists `limit` traces, or as many as findings are of.
  init(limit: Int, findings: [Report.Finding]) {
    self.limit = limit
    concerned = Set(findings.map(\.trace))
  }

  private static func tells(_ trace: Report.Trace) -> Bool {
    trace.events == 0 || trace.malformed > 0 || trace.lost > 0
      || (trace.rules ?? []).contains { $0.violated > 0 }
  }

  mutating func add(_ trace: Report.Trace) {
    if concerned.contains(trace.path) || Self.tells(trace) && telling.count < limit {
      telling.append((place, trace))
    } else if others.count < limit {
      others.append((place, trace))
    } else {
      left.add(trace)
    }
    place += 1
  }

  /// The traces that are listed, in their order, and what the others come to.
  consuming func finish() -> (traces: [Report.Trace], left: Report.UnlistedTraces?) {
    let room = max(0, limit - telling.count)
    for entry in others.dropFirst(room) { left.add(entry.trace) }
    let listed = (telling + others.prefix(room)).sorted { $0.place < $1.place }
    return (listed.map(\.trace), left.count == 0 ? nil : left)
  }
}

/// Chooses which of many remarks a report has: the errors first, then warnings.
struct DiagnosticSelection {
  private typealias Entry = (place: Int, diagnostic: Report.Diagnostic)

  private let limit: Int
  private var count = 0
  private var kept: [Report.Diagnostic.Level: [Entry]] = [:]

  init(limit: Int) { self.limit = limit }

  mutating func add(_ diagnostic: Report.Diagnostic) {
    if kept[diagnostic.level, default: []].count < limit {
      kept[diagnostic.level, default: []].append((count, diagnostic))
    }
    count += 1
  }

  /// The remarks in their order, and behind them how many others there are.
  consuming func finish() -> [Report.Diagnostic] {
    let levels: [Report.Diagnostic.Level] = [.error, .warning, .note]
    let chosen = levels.flatMap { kept[$0] ?? [] }.prefix(limit).sorted { $0.place < $1.place }
    let left = count - chosen.count
    if left == 0 { return chosen.map(\.diagnostic) }
    let words = "\(Plural.of(left, "further message")) about the traces \(left == 1 ? "is" : "are")"
    let note = Report.Diagnostic(.note, trace: nil, "\(words) left out; the JSON report has them")
    return chosen.map(\.diagnostic) + [note]
  }
}
