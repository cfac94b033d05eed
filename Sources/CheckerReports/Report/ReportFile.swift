import RuleEngine

extension Report {
  /// Reads the JSON document of a report.
  package init(json bytes: [UInt8]) throws(JSONNode.Problem) {
    let root = try JSONNode(parsing: bytes)
    _ = try root.object("a report")
    guard let version = root.member("version"), root.member("summary") != nil else {
      throw root.problem("this is no JSON report; make one with --format json")
    }
    guard case .number("1") = version.value else {
      throw version.problem("a report of version \(version.kind); this checker reads version 1")
    }
    self = try JSONNodeDecoder.decode(Report.self, from: root)
  }
}
