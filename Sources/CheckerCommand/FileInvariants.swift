import CheckerReports
import RuleEngine

/// What holds of the files that people and other checks write, whatever is in them: configurations,
/// baselines, reports. Fuzzing and its regression tests check it. Behind `@_spi(Audit)`: no part of the
/// interface.
@_spi(Audit) public enum FileInvariants {
  /// Reads the input as what its first byte says; returns what does not hold, in words.
  ///
  /// - Parameters:
  ///   - input: A byte, and the file behind it; of reports several, with a zero byte between them.
  ///   - rules: The rules that there are.
  public static func check(_ input: [UInt8], rules: [Rule]) -> [String] {
    guard let first = input.first else { return [] }
    let file = Array(input.dropFirst())
    return switch first % 3 {
    case 0: checkConfiguration(file, rules)
    case 1: checkBaseline(file)
    default: checkReports(file)
    }
  }

  private static func checkConfiguration(_ bytes: [UInt8], _ rules: [Rule]) -> [String] {
    var configuration = Configuration()
    do {
      try configuration.read(
        bytes, path: "c/checker.json", ruleIDs: rules.map(\.id),
        families: rules.families.map(\.name))
    } catch {
      return problems(with: error, bytes)
    }
    let rows = configuration.rows(rules)
    return rows.isEmpty ? ["a configuration shows nothing"] : []
  }

  private static func checkBaseline(_ bytes: [UInt8]) -> [String] {
    let baseline: Baseline
    do {
      baseline = try Baseline(json: bytes)
    } catch {
      return problems(with: error, bytes)
    }
    let written = baseline.bytes(tool: Report.Tool(name: "fuzzed", version: "0"))
    guard let again = try? Baseline(json: written) else {
      return ["a baseline cannot be read again"]
    }
    return again.entries.count == baseline.entries.count ? [] : ["a baseline loses entries"]
  }

  private static func checkReports(_ bytes: [UInt8]) -> [String] {
    var reports: [Report] = []
    for part in bytes.split(separator: 0, maxSplits: 4, omittingEmptySubsequences: false) {
      do {
        reports.append(try Report(json: Array(part)))
      } catch {
        let found = problems(with: error, Array(part))
        if !found.isEmpty { return found }
      }
    }
    guard let first = reports.first else { return [] }
    reports.removeAll { $0.reading != first.reading }
    let (sum, other) = (merged(reports), merged(reports.reversed()))
    guard let sum, let other else { return ["reports of one reading do not add up"] }
    var found: [String] = []
    if sum != other { found.append("the order of reports changes their sum") }
    for format in ReportFormat.all where format.render(sum, ReportOptions(rules: [])).isEmpty {
      found.append("the report as \(format.name) is empty")
    }
    let json = ReportFormat.json.render(sum, ReportOptions(rules: []))
    let again = try? Report(json: json)
    if again != sum { found.append("a merged report is not read as it is") }
    return found
  }

  private static func merged(_ reports: some Collection<Report>) -> Report? {
    guard var sum = reports.first else { return nil }
    for report in reports.dropFirst() {
      do { try sum.merge(report) } catch { return nil }
    }
    sum.sort()
    return sum
  }

  /// What is wrong with what is said about a file.
  private static func problems(with error: any Error, _ bytes: [UInt8]) -> [String] {
    guard let problem = error as? JSONNode.Problem else { return ["\(error)"] }
    let lines = bytes.count { $0 == 10 } + 1
    let isThere = (1...lines).contains(problem.position.line) && problem.position.column >= 1
    let isInForm = !problem.message.isEmpty && !problem.message.hasSuffix(".")
    return isThere && isInForm ? [] : ["\(problem)"]
  }
}
