import RuleEngine

/// What one or several checks came to, as every report format takes it: its fields are those of the
/// JSON report, version 1. Values that are absent are left out there.
///
/// A report knows nothing of the engine: it can be made from checker runs, read back from JSON, and
/// added to others (``merge(_:)``).
public struct Report: Sendable, Hashable, Codable {
  /// The version of the JSON document.
  public var version = 1
  /// What made the report.
  public var tool: Tool
  /// How remove locks were understood.
  public var reading: Reading
  /// The files that were read.
  public var traces: [Trace] = []
  /// The counts, exact whatever was kept.
  public var summary: Summary
  /// The findings that were kept, one for each violation.
  public var findings: [Finding] = []
  /// What is to be said about the traces rather than the drivers.
  public var diagnostics: [Diagnostic] = []
  /// What is not among ``traces``; nil where nothing is. The JSON document always lists all.
  package var unlisted: UnlistedTraces?

  enum CodingKeys: String, CodingKey {
    case version, tool, reading, traces, summary, findings, diagnostics
  }

  /// An empty report.
  public init(tool: Tool, reading: Reading, rules: [Rule]) {
    self.tool = tool
    self.reading = reading
    summary = Summary(
      rules: rules.map {
        RuleCounts(
          id: $0.id, severity: $0.severity, counts: VerdictCounts(),
          isInReading: $0.readings.contains(reading))
      })
  }

  /// What made a report.
  public struct Tool: Sendable, Hashable, Codable {
    /// The program.
    public var name: String
    /// Its version.
    public var version: String
    /// Makes a tool.
    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// A file of a trace, and what was found in it.
  public struct Trace: Sendable, Hashable, Codable {
    /// The path as it was given; `-` for standard input.
    public var path: String
    /// Events understood.
    public var events: UInt64 = 0
    /// Lines without an event.
    public var skipped: UInt64 = 0
    /// Events that could not be read.
    public var malformed: UInt64 = 0
    /// Unknown events, fields and words.
    public var unknown: UInt64 = 0
    /// Those of ``unknown`` that are events; absent where there are none.
    public var unknownEvents: UInt64?
    /// `TraceLost` events.
    public var lost: UInt64 = 0
    /// The drivers that it shows, where it names them.
    public var drivers: [String]?
    /// The verdicts of this trace alone, of rules that were armed.
    public var rules: [RuleCounts]?
    /// Where the file continues a trace, the path of its first file.
    public var continues: String?

    /// A file without events.
    public init(path: String) { self.path = path }
  }

  /// The counts of a report.
  public struct Summary: Sendable, Hashable, Codable {
    /// Every rule that was checked, in the order of the catalog.
    public var rules: [RuleCounts]
    /// All findings, also those that are not kept.
    public var findings: UInt64 = 0
    /// Those of severity `error`.
    public var errors: UInt64 = 0
    /// Those of severity `warning`.
    public var warnings: UInt64 = 0
    /// Findings that are not among ``Report/findings``, by fingerprint; absent where all are.
    public var dropped: [Dropped]?
    /// Those of ``errors`` and ``warnings`` that a baseline or a suppression accepts; absent where
    /// none is.
    public var accepted: AcceptedCounts?
  }

  /// How often a rule came to which verdict.
  public struct RuleCounts: Sendable, Hashable, Codable {
    /// The rule.
    public var id: String
    /// Its severity.
    public var severity: Severity
    /// The sum of the others.
    public var armed: UInt64
    /// How often it was kept.
    public var passed: UInt64
    /// How often it was broken.
    public var violated: UInt64
    /// How often nobody can tell.
    public var undecided: UInt64
    /// Whether the report's reading does not have the rule; absent where it has.
    public var notInReading: Bool?

    /// Makes counts.
    public init(
      id: String, severity: Severity, counts: VerdictCounts, isInReading: Bool = true
    ) {
      self.id = id
      notInReading = isInReading ? nil : true
      self.severity = severity
      armed = counts.armed
      passed = counts.passed
      violated = counts.violated
      undecided = counts.undecided
    }

    /// Adds the counts of another run.
    mutating func add(_ other: RuleCounts) {
      if other.severity == .error { severity = .error }
      armed = armed.added(other.armed)
      passed = passed.added(other.passed)
      violated = violated.added(other.violated)
      undecided = undecided.added(other.undecided)
    }
  }

  /// Findings of one fault that were counted and not kept.
  public struct Dropped: Sendable, Hashable, Codable {
    /// The fault.
    public var fingerprint: String
    /// How many findings.
    public var count: UInt64
  }

  /// A violation.
  public struct Finding: Sendable, Hashable, Codable {
    /// The rule that is broken.
    public var rule: String
    /// How bad that is.
    public var severity: Severity
    /// What is wrong: lower case, no final full stop.
    public var message: String
    /// The path of the file with the deciding event.
    public var trace: String
    /// The line of the deciding event, from 1.
    public var line: UInt64
    /// Nanoseconds.
    public var timestamp: Int64?
    /// `tid`.
    public var thread: UInt64
    /// The driver's name.
    public var driver: String?
    /// The device object.
    public var device: Address?
    /// The IRP.
    public var irp: Address?
    /// The remove lock.
    public var lock: Address?
    /// The tag of the lock operation; 0 for NULL.
    public var tag: Address?
    /// `IRP_MJ_PNP`.
    public var major: String?
    /// `IRP_MN_REMOVE_DEVICE`.
    public var minor: String?
    /// `file.c:123`, where the deciding event tells.
    public var source: String?
    /// The same for all occurrences of one fault.
    public var fingerprint: String
    /// The same for all findings that come from one mistake; absent in reports of earlier versions.
    public var fault: String?
    /// The fingerprint that earlier versions gave the finding; absent where it is the same.
    public var formerFingerprint: String?
    /// `fn`, where the deciding event tells.
    public var function: String?
    /// The events that led there, in order.
    public var evidence: [Evidence]
    /// How many events of the evidence were left out in the middle.
    public var omitted: Int?
    /// Where another request of the kind was released last, `file.c:123` or a function, where the finding is
    /// that the request was not and that is known.
    public var releasedElsewhere: String?
    /// Why the finding does not fail the run; absent where it does.
    public var accepted: Acceptance?
    /// Why the finding may be none, where the trace gives reason to doubt it.
    public var doubt: String?
    /// The steps of the rule's automaton from its start to the report, where they were kept.
    public var path: [PathStep]?
    /// How many steps of the path were left out in the middle.
    public var omittedSteps: Int?

    enum CodingKeys: String, CodingKey {
      case rule, severity, message, trace, line
      case timestamp = "ts"
      case thread = "tid"
      case driver = "drv"
      case device = "dev"
      case irp, lock, tag, major, minor
      case source = "src"
      case fingerprint, fault, formerFingerprint
      case function = "fn"
      case evidence, omitted, releasedElsewhere, accepted, doubt, path, omittedSteps
    }
  }

  /// A step of the automaton that came to a finding.
  public struct PathStep: Sendable, Hashable, Codable {
    /// From 1.
    public var line: UInt64
    /// The name of the state before.
    public var from: String
    /// The name of the fact.
    public var fact: String
    /// The name of the state after; absent for the report.
    public var to: String?
    /// The event's file, where it is another than the finding's.
    public var trace: String?
  }

  /// An event that led to a finding.
  public struct Evidence: Sendable, Hashable, Codable {
    /// From 1.
    public var line: UInt64
    /// The event's name.
    public var event: String
    /// Nanoseconds.
    public var timestamp: Int64?
    /// `tid`.
    public var thread: UInt64
    /// The device object of its context.
    public var device: Address?
    /// The IRP of its context.
    public var irp: Address?
    /// `file.c:123`.
    public var source: String?
    /// `fn`.
    public var function: String?
    /// What the event has to do with the finding, where it is more than a step on the way.
    public var note: String?
    /// The event in a driver developer's words.
    public var text: String?
    /// Of a release of a remove lock, the line of the acquire in this evidence whose acquisition it took away, 0
    /// where it took none of these; absent for other events, and in reports of earlier versions.
    public var releases: UInt64?
    /// The event's file, where it is another than the finding's.
    public var trace: String?

    enum CodingKeys: String, CodingKey {
      case line, event
      case timestamp = "ts"
      case thread = "tid"
      case device = "dev"
      case irp
      case source = "src"
      case function = "fn"
      case note, text, releases, trace
    }
  }

  /// Something about a trace: a malformed event, a limit that was reached, a file that cannot be read.
  public struct Diagnostic: Sendable, Hashable, Codable {
    /// How much it matters: an `error` makes the check incomplete.
    public enum Level: String, Sendable, Hashable, Codable {
      /// The check is incomplete; something may be wrong; something to know.
      case error, warning, note
    }

    /// The path of the file.
    public var trace: String?
    /// From 1, where it is about one line.
    public var line: UInt64?
    /// The byte in the line, from 1.
    public var column: Int?
    /// Lower case, no final full stop.
    public var message: String
    /// How much it matters.
    public var level: Level

    /// Makes a diagnostic.
    public init(
      _ level: Level, trace: String?, line: UInt64? = nil, column: Int? = nil, _ message: String
    ) {
      self.level = level
      self.trace = trace
      self.line = line
      self.column = column
      self.message = message
    }
  }

  /// How often each fault occurred, by fingerprint, kept or not.
  public var occurrences: [String: UInt64] {
    var counts: [String: UInt64] = [:]
    for finding in findings { counts[finding.fingerprint, default: 0] += 1 }
    for dropped in summary.dropped ?? [] {
      counts[dropped.fingerprint] = (counts[dropped.fingerprint] ?? 0).added(dropped.count)
    }
    return counts
  }

  /// How many findings are counted and not kept.
  public var droppedCount: UInt64 {
    summary.findings - min(summary.findings, UInt64(findings.count))
  }
}
