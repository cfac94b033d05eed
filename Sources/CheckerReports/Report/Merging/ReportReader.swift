import RuleEngine

/// What takes the parts of reports as they are read.
protocol ReportTaker {
  mutating func take(_ trace: Report.Trace) throws(ReportReadError)
  mutating func take(_ finding: Report.Finding) throws(ReportReadError)
  mutating func take(_ diagnostic: Report.Diagnostic) throws(ReportReadError)
  /// Takes the rest of a report at its end.
  mutating func take(_ head: ReportHead) throws(ReportReadError)
}

/// What there is one of in each report.
struct ReportHead: Decodable {
  var tool: Report.Tool
  var reading: Reading
  var summary: Report.Summary
}

/// Reads JSON reports as a stream: one document, or several one after the other, as a file with a report on
/// each line has them.
struct ReportReader {
  private var scanner: ReportScanner

  /// So many rules are counted in one report at most; more is no report.
  static let ruleLimit = 10_000

  init(_ source: @escaping ReportScanner.Source) { scanner = ReportScanner(source) }

  /// Reads all documents; a file without one is none.
  mutating func read(into taker: inout some ReportTaker) throws(ReportReadError) {
    if let what = ForeignFile.kind(of: try scanner.head(512)) {
      throw scanner.problem(what)
    }
    try scanner.skipMark()
    repeat {
      try scanner.skipBlanks()
      try document(&taker)
      try scanner.skipBlanks()
    } while try scanner.next() != nil
  }

  private mutating func document(
    _ taker: inout some ReportTaker
  ) throws(ReportReadError) {
    let start = scanner.position
    guard try scanner.skip(UInt8(ascii: "{")) else {
      let found = try scanner.found()
      throw scanner.problem("expected a JSON report, which begins with \"{\", found \(found)")
    }
    var members: [JSONNode.Member] = []
    try scanner.skipBlanks()
    if try !scanner.skip(UInt8(ascii: "}")) {
      repeat {
        let member = try self.member(&taker, known: members)
        members.append(member)
        // A document of another kind may be long; its first members tell.
        if members.count == 4, !members.contains(where: { Self.isReport($0.key) }) {
          throw .problem(JSONNode.Problem(ForeignFile.words(members.map(\.key)), at: start))
        }
        try scanner.skipBlanks()
      } while try separator()
    }
    try finish(members, start, &taker)
  }

  private static func isReport(_ key: String) -> Bool {
    ["reading", "summary", "traces"].contains(key)
  }

  /// Whether a further member follows; passes over the comma or the end.
  private mutating func separator() throws(ReportReadError) -> Bool {
    if try scanner.skip(UInt8(ascii: "}")) { return false }
    guard try scanner.skip(UInt8(ascii: ",")) else {
      let found = try scanner.found()
      throw scanner.problem("expected \",\" or \"}\" after a value, found \(found)")
    }
    try scanner.skipBlanks()
    return true
  }

  /// Reads a member; the elements of long lists are handed on, and their member is null.
  private mutating func member(
    _ taker: inout some ReportTaker, known: [JSONNode.Member]
  ) throws(ReportReadError) -> JSONNode.Member {
    let place = scanner.position
    guard try scanner.next() == UInt8(ascii: "\"") else {
      let found = try scanner.found()
      throw scanner.problem("expected a key in quotes, found \(found)")
    }
    guard case .string(let key) = try scanner.value().value else {
      throw scanner.problem("expected a key in quotes")
    }
    if known.contains(where: { $0.key == key }) {
      throw .problem(
        JSONNode.Problem("the key \"\(SafeText.escape(key))\" occurs twice", at: place))
    }
    if known.count > 64 { throw scanner.problem("this is no JSON report: it has too many keys") }
    try scanner.skipBlanks()
    guard try scanner.skip(UInt8(ascii: ":")) else {
      let found = try scanner.found()
      throw scanner.problem("expected \":\" after a key, found \(found)")
    }
    try scanner.skipBlanks()
    var value = JSONNode(.null, at: place)
    let isList = try scanner.next() == UInt8(ascii: "[")
    switch key {
    case "traces" where isList:
      try elements(Report.Trace.self) { trace throws(ReportReadError) in try taker.take(trace) }
    case "findings" where isList:
      try elements(Report.Finding.self) { one throws(ReportReadError) in try taker.take(one) }
    case "diagnostics" where isList:
      try elements(Report.Diagnostic.self) { one throws(ReportReadError) in try taker.take(one) }
    default: value = try scanner.value()
    }
    return JSONNode.Member(key: key, position: place, value: value)
  }

  private mutating func elements<Element: Decodable>(
    _ type: Element.Type, _ body: (Element) throws(ReportReadError) -> Void
  ) throws(ReportReadError) {
    _ = try scanner.skip(UInt8(ascii: "["))
    try scanner.skipBlanks()
    if try scanner.skip(UInt8(ascii: "]")) { return }
    while true {
      let node = try scanner.value()
      let element: Element
      do {
        element = try JSONNodeDecoder.decode(type, from: node)
      } catch {
        throw .problem(error)
      }
      try body(element)
      try scanner.skipBlanks()
      if try scanner.skip(UInt8(ascii: "]")) { return }
      guard try scanner.skip(UInt8(ascii: ",")) else {
        let found = try scanner.found()
        throw scanner.problem("expected \",\" or \"]\" after a value, found \(found)")
      }
      try scanner.skipBlanks()
    }
  }

  /// Looks at what there is one of, and hands it on.
  private func finish(
    _ members: [JSONNode.Member], _ start: JSONNode.Position, _ taker: inout some ReportTaker
  ) throws(ReportReadError) {
    let root = JSONNode(.object(members), at: start)
    guard let version = root.member("version"), let summary = root.member("summary") else {
      throw .problem(root.problem(ForeignFile.words(members.map(\.key))))
    }
    guard case .number("1") = version.value else {
      throw .problem(
        version.problem("a report of version \(version.kind); this checker reads version 1"))
    }
    for key in ["traces", "findings", "diagnostics"] {
      guard let list = root.member(key) else {
        throw .problem(root.problem("\"\(key)\" is missing"))
      }
      guard case .null = list.value else {
        throw .problem(list.problem("\"\(key)\" must be a list […], not \(list.kind)"))
      }
    }
    if case .array(let rules) = summary.member("rules")?.value, rules.count > Self.ruleLimit {
      throw .problem(summary.problem("more than \(Self.ruleLimit) rules; is it the right file?"))
    }
    let head: ReportHead
    do {
      head = try JSONNodeDecoder.decode(ReportHead.self, from: root)
    } catch {
      throw .problem(error)
    }
    try taker.take(head)
  }
}
