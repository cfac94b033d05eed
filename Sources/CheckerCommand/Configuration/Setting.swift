import CheckerReports
import RuleEngine

/// A value that is in force, and where it comes from.
struct Setting<Value: Sendable>: Sendable {
  var value: Value
  var origin: SettingOrigin = .standard

  init(_ value: Value, _ origin: SettingOrigin = .standard) {
    self.value = value
    self.origin = origin
  }
}

/// Where a value comes from.
enum SettingOrigin: Sendable, Hashable {
  /// Nobody set it.
  case standard
  /// The configuration file.
  case file(ReportOrigin)
  /// An option of the command line, `--reading`.
  case option(String)

  /// For `config`.
  var words: String {
    switch self {
    case .standard: "default"
    case .file(let place): "\(place.path):\(place.line):\(place.column)"
    case .option(let name): name
    }
  }
}

/// The least severity of a finding that makes the exit status 1.
enum FailOn: String, Sendable, CaseIterable {
  case error, warning, never

  /// How many findings of a report fail the run.
  func failing(_ report: Report) -> UInt64 {
    switch self {
    case .never: 0
    case .error: report.openErrors
    case .warning: report.openErrors + min(report.openWarnings, .max - report.openErrors)
    }
  }
}

/// What a configuration does with a rule.
enum RuleLevel: String, Sendable, CaseIterable {
  case off
  /// Checked, with the severity that it has.
  case on
  /// Checked, with this severity.
  case error, warning
}
