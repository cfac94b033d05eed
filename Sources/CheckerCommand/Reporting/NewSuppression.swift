import CheckerReports
import RuleEngine

/// What `--suppress FINGERPRINT --reason TEXT` writes into the configuration.
struct NewSuppression {
  private let fingerprint: String
  private let reason: String
  /// The file that is in force, or a new one in the working directory.
  private let path: String
  private let isNew: Bool
  private let streams: CommandStreams
  private let program: String

  /// Nil where nothing is to be suppressed.
  init?(_ invocation: Invocation, _ configuration: Configuration) throws(CommandError) {
    let arguments = invocation.arguments
    let (suppress, because) = (ReportOptionDefinitions.suppress, ReportOptionDefinitions.reason)
    guard let fingerprint = arguments.text(suppress) else {
      if arguments.has(because) { throw CommandError("--reason belongs to --suppress FINGERPRINT") }
      return nil
    }
    guard fingerprint.utf8.count == 16, fingerprint.allSatisfy(\.isHexDigit) else {
      throw CommandError(
        "--suppress takes a fingerprint of 16 hex digits, as reports show them, not "
          + fingerprint.quoted)
    }
    guard let reason = arguments.text(because), reason.contains(where: { !$0.isWhitespace }) else {
      throw CommandError("--suppress needs --reason TEXT: say why the finding may stay")
    }
    if arguments.has(ReportOptionDefinitions.noConfig) {
      throw CommandError("--suppress writes into the configuration; leave --no-config out")
    }
    if arguments.has(CheckOptions.each) {
      throw CommandError("with --each nothing is suppressed; give --suppress to merge")
    }
    self.fingerprint = fingerprint.lowercased()
    self.reason = reason
    isNew = configuration.path == nil
    let folder = invocation.streams.workingDirectory ?? "."
    path = configuration.path ?? (folder == "." ? "" : folder + "/") + Configuration.fileName
    streams = invocation.streams
    program = invocation.program
  }

  /// Writes the entry for a finding of the report, and returns it.
  func write(for report: Report) throws(CommandError) -> Suppression {
    let fitting = report.findings.filter {
      $0.fingerprint == fingerprint || $0.fault == fingerprint
    }
    guard let first = fitting.first else {
      throw CommandError(
        "no finding has the fingerprint \(fingerprint); the text report shows those of faults, the "
          + "JSON report those of findings too")
    }
    let isOne = first.fingerprint == fingerprint
    let entry = JSONValue.fields([
      "fingerprint": .string(fingerprint),
      "rule": isOne ? .string(first.rule) : nil,
      "driver": isOne ? first.driver.map { .string($0) } : nil,
      "reason": .string(reason),
    ])
    let old = isNew ? Array("{\n}\n".utf8) : try WholeFile.read(path, as: "a configuration")
    let new: [UInt8]
    do {
      new = try Self.adding(entry, to: old)
    } catch {
      throw WholeFile.error(path, error)
    }
    let file = try OutputFile(path)
    try file.write(new)
    try file.commit()
    let what = Plural.of(fitting.count, "finding")
    streams.errors.line("\(program): wrote the suppression of \(what) to \(path.quoted)")
    var suppression = Suppression(
      reason: reason, origin: ReportOrigin(path: path, line: 1, column: 1))
    suppression.fingerprint = fingerprint
    return suppression
  }

  /// The configuration with one suppression more, the first of its list; all else stays as it is written.
  static func adding(_ entry: JSONValue, to old: [UInt8]) throws(JSONNode.Problem) -> [UInt8] {
    let root = try JSONNode(parsing: old, limit: JSONNode.settingsLimit)
    var text: [UInt8] = []
    entry.append(to: &text)
    let place: JSONNode.Position
    if let list = root.member("suppressions") {
      let entries = try list.array("\"suppressions\"")
      place = list.position
      text = Array("\n    ".utf8) + text + Array((entries.isEmpty ? "\n  " : ",").utf8)
    } else {
      let members = try root.object("the configuration")
      place = root.position
      text =
        Array("\n  \"suppressions\": [\n    ".utf8) + text
        + Array("\n  ]\(members.isEmpty ? "" : ",")".utf8)
    }
    var new = old
    new.insert(contentsOf: text, at: try offset(of: place, in: old) + 1)
    _ = try JSONNode(parsing: new, limit: JSONNode.settingsLimit)
    return new
  }

  /// The byte at a place: lines end with a line feed, columns are characters.
  private static func offset(
    of place: JSONNode.Position, in bytes: [UInt8]
  ) throws(JSONNode.Problem) -> Int {
    var start = 0
    for _ in 1..<max(place.line, 1) {
      guard let end = bytes[start...].firstIndex(of: 0x0A) else { break }
      start = end + 1
    }
    if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    var column = 1
    for offset in start..<bytes.count {
      // Bytes that continue a character count for nothing.
      if offset > start, bytes[offset] & 0xC0 != 0x80 { column += 1 }
      if column == place.column, bytes[offset] == 0x5B || bytes[offset] == 0x7B { return offset }
    }
    throw JSONNode.Problem("the configuration cannot be added to; add the entry by hand", at: place)
  }
}
