/// Findings that somebody decided to live with: those that fit everything that is named.
public struct Suppression: Sendable, Hashable {
  /// The rule's id.
  public var rule: String?
  /// The fingerprint of a finding, or the name of a fault: then all of it.
  public var fingerprint: String?
  /// The driver's name.
  public var driver: String?
  /// The file of the source position; its folders count as far as they are named.
  public var file: String?
  /// The line in it.
  public var line: Int?
  /// The function.
  public var function: String?
  /// Why.
  public var reason: String
  /// The last day on which it holds.
  public var expires: CalendarDate?
  /// Where it is written down, for messages.
  public var origin: ReportOrigin

  /// Makes a suppression that names nothing yet.
  public init(reason: String, origin: ReportOrigin) {
    self.reason = reason
    self.origin = origin
  }

  /// Whether a finding is one of these.
  func matches(_ finding: Report.Finding) -> Bool {
    if let rule, finding.rule != rule { return false }
    if let fingerprint, finding.fingerprint != fingerprint, finding.fault != fingerprint {
      return false
    }
    if let driver, finding.driver?.lowercased() != driver.lowercased() { return false }
    let place = finding.sourceAndFunction
    if let function, (finding.function ?? place?.function) != function { return false }
    guard let file else { return true }
    guard let source = place?.source else { return false }
    let position = SourcePosition(source)
    if let line, position.line != line { return false }
    return Self.isSuffix(file, of: position.file)
  }

  private static func isSuffix(_ file: String, of path: String) -> Bool {
    func parts(_ path: String) -> [Substring] {
      path.lowercased().split { $0 == "/" || $0 == "\\" }.filter { $0 != "." }
    }
    let wanted = parts(file)
    let found = parts(path)
    // Either may say more about the folders than the other.
    let count = min(wanted.count, found.count)
    return count > 0 && wanted.suffix(count) == found.suffix(count)
  }

  /// What it is about, for messages.
  package var words: String {
    var parts: [String] = []
    if let rule { parts.append(rule) }
    if let fingerprint { parts.append(fingerprint) }
    if let driver { parts.append("driver \(driver)") }
    if let file { parts.append("at \(file)" + (line.map { ":\($0)" } ?? "")) }
    if let function { parts.append("in \(function)") }
    return parts.joined(separator: ", ")
  }
}

/// A place in a file that somebody wrote.
public struct ReportOrigin: Sendable, Hashable {
  /// The path of the file.
  public var path: String
  /// From 1.
  public var line: Int
  /// From 1.
  public var column: Int

  /// Makes a place.
  public init(path: String, line: Int, column: Int) {
    self.path = path
    self.line = line
    self.column = column
  }
}
