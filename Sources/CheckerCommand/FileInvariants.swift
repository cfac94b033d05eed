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
    return found + checkStream(reports)
  }

  /// Reports come to the same sum in any groups, however little memory there is for them.
  private static func checkStream(_ reports: [Report]) -> [String] {
    let files = reports.map { ReportFormat.json.render($0, ReportOptions(rules: [])) }
    var found: [String] = []
    for limit in [0, 2] {
      guard let whole = sum(of: files, limit, budget: 1 << 20),
        let first = sum(of: Array(files.prefix(2)), limit, budget: 200)
      else { return ["what was written as a report is none to merge"] }
      let rest = Array(files.dropFirst(2))
      if sum(of: rest + [first], limit, budget: 200) != whole {
        found.append("the grouping of reports changes their sum")
      }
    }
    return found
  }

  private static func sum(of files: [[UInt8]], _ limit: Int, budget: Int) -> [UInt8]? {
    var merger = ReportMerger(findings: limit, scratch: MemoryScratch(), budget: budget)
    do throws(ReportReadError) {
      for file in files {
        var isRead = false
        try merger.add { () throws(ReportReadError) in
          defer { isRead = true }
          return isRead ? [] : file
        }
      }
      var bytes: [UInt8] = []
      guard var merged = merger.finish(rules: []) else { return nil }
      try merged.writeJSON { bytes += $0 }
      return bytes
    } catch {
      return nil
    }
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
