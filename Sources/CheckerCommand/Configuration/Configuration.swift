import CheckerReports
import RuleEngine

/// What a run is to do: defaults, then `ddi-checker.json`, then the command line. Every value knows
/// which of them it comes from.
struct Configuration: Sendable {
  /// The name of the file, searched upward from the working directory.
  static let fileName = "ddi-checker.json"
  /// Stands for all rules that are not named.
  static let everyRule = "*"

  /// The path of the file; nil where there is none.
  var path: String?
  var reading = Setting(Reading.tracked)
  var failOn = Setting(FailOn.error)
  /// The folder of the drivers' source.
  var sourceRoot = Setting(String?.none)
  /// The address of the folder with `rules.md`.
  var docsURL = Setting(String?.none)
  /// The file of known findings.
  var baseline = Setting(String?.none)
  /// By the name of the option, `max-findings`.
  var limits: [String: Setting<UInt64>]
  /// By id, pattern or family, or ``everyRule``.
  var rules: [String: Setting<RuleLevel>] = [:]
  var suppressions: [Suppression] = []

  /// The options that are limits; a limit's key in the file is the option's name, `maxFindings`.
  static let limitOptions = [CheckOptions.maxFindings] + CheckOptions.limits

  /// The defaults.
  init() {
    limits = [:]
    for option in Self.limitOptions {
      limits[option.name] = option.standard.flatMap { UInt64($0) }.map { Setting($0) }
    }
  }

  /// The limit that an option sets.
  func limit(_ option: OptionDefinition) -> Int {
    Int(clamping: limits[option.name]?.value ?? 0)
  }

  /// `max-findings` as it is written in the file, `maxFindings`.
  static func key(ofOption name: String) -> String {
    let words = name.split(separator: "-")
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The paths at which the file is searched, nearest first, for a working directory; `.` is that of
  /// the process.
  static func candidates(inDirectory directory: String) -> [String] {
    paths(of: fileName, fromDirectory: directory)
  }

  /// Where a file may be that is looked for in a directory and in those above it, the nearest first.
  static func paths(of fileName: String, fromDirectory directory: String) -> [String] {
    let isOwn = directory == "."
    let path = isOwn ? Platform.currentDirectory ?? "" : directory
    let depth = path.split { $0 == "/" || $0 == "\\" }.count
    return (0...min(depth, 64)).map { level in
      (isOwn ? "" : directory + "/") + String(repeating: "../", count: level) + fileName
    }
  }

  /// A path in the file is relative to the file.
  static func resolve(_ path: String, besides file: String) -> String {
    if isAbsolute(path) { return path }
    guard let slash = file.lastIndex(where: { $0 == "/" || $0 == "\\" }) else { return path }
    return String(file[...slash]) + path
  }

  static func isAbsolute(_ path: String) -> Bool {
    if path.hasPrefix("/") || path.hasPrefix("\\") { return true }
    let start = Array(path.utf8.prefix(2))
    return start.count == 2 && start[1] == UInt8(ascii: ":")
  }

  // MARK: Rules

  /// What is to be done with a rule: the closest word that chooses it decides.
  func level(of rule: Rule) -> Setting<RuleLevel> {
    if let exact = rules[rule.id] { return exact }
    let closest = rules.keys.map { RuleChoice($0) }.filter {
      $0.fits(rule) && $0.word != Self.everyRule
    }
    .max { ($0.closeness, $0.word) < ($1.closeness, $1.word) }
    return closest.flatMap { rules[$0.word] } ?? rules[Self.everyRule] ?? Setting(.on)
  }

  /// The rules that are on, with the severities that are set. `wanted` and `skipped` are those of the
  /// command line, which win.
  func select(_ all: [Rule], wanted: [String] = [], skipped: [String] = []) -> [Rule] {
    let (wanted, skipped) = (wanted.map { RuleChoice($0) }, skipped.map { RuleChoice($0) })
    return all.compactMap { rule in
      let level = level(of: rule).value
      let isOn = wanted.isEmpty ? level != .off : wanted.contains { $0.fits(rule) }
      guard isOn, !skipped.contains(where: { $0.fits(rule) }) else { return nil }
      var rule = rule
      switch level {
      case .error: rule.severity = .error
      case .warning: rule.severity = .warning
      case .on, .off: break
      }
      return rule
    }
  }

  // MARK: The command line

  /// Takes what the command line says; it wins.
  mutating func override(by arguments: ParsedArguments) {
    func set<Value>(_ setting: inout Setting<Value>, _ option: OptionDefinition, _ value: Value?) {
      if let value { setting = Setting(value, .option("--\(option.name)")) }
    }
    set(
      &reading, CheckOptions.reading,
      arguments.text(CheckOptions.reading).flatMap { Reading(rawValue: $0) })
    set(
      &failOn, CheckOptions.failOn,
      arguments.text(CheckOptions.failOn).flatMap { FailOn(rawValue: $0) })
    set(
      &sourceRoot, ReportOptionDefinitions.sourceRoot,
      arguments.text(ReportOptionDefinitions.sourceRoot).map { .some($0) })
    set(
      &docsURL, ReportOptionDefinitions.docsURL,
      arguments.text(ReportOptionDefinitions.docsURL).map { .some($0) })
    set(
      &baseline, ReportOptionDefinitions.baseline,
      arguments.text(ReportOptionDefinitions.baseline).map { .some($0) })
    for option in Self.limitOptions {
      if let number = arguments.number(option) {
        limits[option.name] = Setting(number, .option("--\(option.name)"))
      }
    }
  }

  // MARK: Shown

  /// A line of `config`.
  struct Row: Sendable, Hashable {
    var key: String
    var value: String
    var origin: String
  }

  /// Everything that is in force.
  func rows(_ all: [Rule], wanted: [String] = [], skipped: [String] = []) -> [Row] {
    var rows = [
      Row(key: "reading", value: reading.value.rawValue, origin: reading.origin.words),
      Row(key: "failOn", value: failOn.value.rawValue, origin: failOn.origin.words),
      Row(key: "sourceRoot", value: sourceRoot.value ?? "-", origin: sourceRoot.origin.words),
      Row(key: "docsUrl", value: docsURL.value ?? "-", origin: docsURL.origin.words),
      Row(key: "baseline", value: baseline.value ?? "-", origin: baseline.origin.words),
    ]
    for option in Self.limitOptions {
      guard let setting = limits[option.name] else { continue }
      rows.append(
        Row(
          key: "limits.\(Self.key(ofOption: option.name))", value: String(setting.value),
          origin: setting.origin.words))
    }
    let selected = select(all, wanted: wanted, skipped: skipped)
    rows.append(Row(key: "rules", value: "\(selected.count) of \(all.count) on", origin: ""))
    for rule in all {
      let setting = level(of: rule)
      let chosen = selected.first { $0.id == rule.id }
      var origin = setting.origin
      if skipped.contains(where: { RuleChoice($0).fits(rule) }) {
        origin = .option("--skip")
      } else if !wanted.isEmpty {
        origin = .option("--rule")
      }
      if chosen != nil, origin == .standard { continue }
      rows.append(
        Row(
          key: "rules.\(rule.id)", value: chosen?.severity.rawValue ?? "off", origin: origin.words)
      )
    }
    for suppression in suppressions {
      let until = suppression.expires.map { " until \($0)" } ?? ""
      rows.append(
        Row(
          key: "suppression", value: "\(suppression.words)\(until): \(suppression.reason)",
          origin: SettingOrigin.file(suppression.origin).words))
    }
    return rows
  }
}
