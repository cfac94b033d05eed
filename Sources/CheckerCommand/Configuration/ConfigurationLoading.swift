import CheckerReports
import RuleEngine

extension Configuration {
  /// What is in force for a command: the defaults, the file that is named or found, the command line.
  static func load(_ invocation: Invocation) throws(CommandError) -> Configuration {
    var configuration = Configuration()
    let arguments = invocation.arguments
    var path = arguments.text(ReportOptionDefinitions.config)
    if path != nil, arguments.has(ReportOptionDefinitions.noConfig) {
      throw CommandError("--config and --no-config exclude each other; give one of them")
    }
    if path == nil, !arguments.has(ReportOptionDefinitions.noConfig),
      let directory = invocation.streams.workingDirectory
    {
      path = candidates(inDirectory: directory).first { Platform.exists($0) }
    }
    if let path {
      let bytes = try WholeFile.read(path, as: "a configuration")
      do {
        try configuration.read(
          bytes, path: path, ruleIDs: invocation.rules.map(\.id),
          families: invocation.rules.families.map(\.name))
      } catch {
        throw WholeFile.error(path, error)
      }
    }
    configuration.override(by: arguments)
    return configuration
  }

  /// The rules that are to be checked.
  func selectedRules(_ invocation: Invocation) throws(CommandError) -> [Rule] {
    let families = invocation.rules.families.map(\.name)
    for option in [CheckOptions.rule, CheckOptions.skip] {
      for word in invocation.arguments.all(option) {
        if let problem = RuleChoice(word).problem(invocation.rules.map(\.id), families: families) {
          throw CommandError("--\(option.name) \(problem)")
        }
      }
    }
    let rules = select(
      invocation.rules, wanted: invocation.arguments.all(CheckOptions.rule),
      skipped: invocation.arguments.all(CheckOptions.skip))
    if rules.isEmpty {
      let off = rules.count < invocation.rules.count && path != nil
      throw CommandError(
        "no rule is left to check; leave a --skip out"
          + (off ? ", or turn a rule on in \((path ?? "").quoted)" : ""))
    }
    return rules
  }

  /// The limits of the model.
  var engineLimits: Limits {
    var limits = Limits()
    for (option, path) in CheckOptions.modelLimits { limits[keyPath: path] = limit(option) }
    return limits
  }

  /// What is known, for a report.
  func acceptances(_ streams: CommandStreams) throws(CommandError) -> Acceptances {
    var seconds = Platform.secondsSince1970
    // What builds set so that the same input gives the same output.
    if let text = streams.variable("SOURCE_DATE_EPOCH"), let fixed = Int64(text) { seconds = fixed }
    var known = Acceptances(today: CalendarDate(secondsSince1970: seconds))
    known.suppressions = suppressions
    if let path = baseline.value {
      do {
        known.baseline = try Baseline(json: try WholeFile.read(path, as: "a baseline"))
      } catch let error as CommandError {
        throw error
      } catch let problem as JSONNode.Problem {
        throw WholeFile.error(path, problem)
      } catch {
        throw CommandError("\(error)")
      }
      known.baselinePath = path
    }
    return known
  }
}
