import RuleEngine

// One result: where, how often, and the events that led there.
extension SARIFReport {
  /// The base of paths in a driver's source.
  static let sourceRoot = "SRCROOT"

  static func message(_ text: String) -> JSONValue { .fields(["text": .string(text)]) }

  /// A result for the findings of one rule; those of one fault are tied by a number.
  func result(
    _ fault: Fault, of whole: Fault, turn: Int, ruleIndex: Int?, withEvents: Bool
  ) -> JSONValue {
    let finding = fault.finding
    let place = finding.place(options)
    return .fields([
      "ruleId": .string(finding.rule),
      "ruleIndex": ruleIndex.map { .number($0) },
      "kind": "fail",
      "level": .string(finding.severity.rawValue),
      "message": Self.message(Self.sentence(fault)),
      "locations": [location(place, logical: logicalLocations(finding))],
      "correlationGuid": .string(Self.guid(whole.id)),
      "relatedLocations": relatedLocations(finding, whole, place),
      "codeFlows": withEvents ? codeFlows(finding) : nil,
      "partialFingerprints": .fields([
        "ddiRuleChecker/v1": .string(finding.fingerprint),
        // GitHub compares this one alone; left to itself it hashes the source line, which is not
        // what makes two faults the same.
        "primaryLocationLineHash": .string("\(finding.fingerprint):\(turn)"),
      ]),
      "occurrenceCount": .number(fault.count),
      "suppressions": finding.accepted.map { [suppression($0)] },
      "properties": properties(of: finding),
    ])
  }

  /// The deciding event in the trace, and where else the fault shows.
  private func relatedLocations(
    _ finding: Report.Finding, _ fault: Fault, _ place: ReportPlace
  ) -> JSONValue? {
    var all: [JSONValue] = []
    if place.isSource {
      let traced = ReportPlace(trace: finding.trace, line: finding.line)
      all.append(location(traced, id: 1, message: "The deciding event in the trace."))
    }
    let ends = [fault.finding, fault.otherEnd].compactMap { $0 }
    for end in ends where end.fingerprint != finding.fingerprint && fault.otherEnd != nil {
      let message = "\(end.rule): \(end.message), trace line \(end.line)."
      all.append(location(end.place(options), id: all.count + 1, message: message))
    }
    return all.isEmpty ? nil : .array(all)
  }

  /// The number that the results of one fault share, in the form that SARIF asks for.
  static func guid(_ id: String) -> String {
    let more = Fingerprint.ofFault(headline: id)
    let digits = Array((id + more).filter(\.isHexDigit))
    guard digits.count == 32 else { return guid(more) }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    // The digits that say which kind of number it is: one made from a name.
    return "\(part(0..<8))-\(part(8..<12))-5\(part(13..<16))-8\(part(17..<20))-\(part(20..<32))"
  }

  /// What is wrong and where, as a sentence.
  static func sentence(_ fault: Fault) -> String {
    let text = fault.finding.message
    let first = text.first.map { $0.isLowercase ? $0.uppercased() : String($0) } ?? ""
    let circumstances = fault.circumstances
    let doubt = fault.finding.doubt.map { " In doubt: \($0)." } ?? ""
    return first + text.dropFirst() + (circumstances.isEmpty ? "." : " (\(circumstances)).") + doubt
  }

  private func suppression(_ acceptance: Report.Acceptance) -> JSONValue {
    .fields([
      "kind": "external", "status": "accepted",
      "justification": .string(acceptance.reason ?? "known: in the baseline"),
    ])
  }

  private func properties(of finding: Report.Finding) -> JSONValue {
    .fields([
      "trace": .string(finding.trace),
      "traceLine": .number(finding.line),
      "thread": .string(Address(finding.thread).description),
      "driver": finding.driver.map { .string($0) },
      "device": finding.device.map { .string($0.description) },
      "irp": finding.irp.map { .string($0.description) },
      "lock": finding.lock.map { .string($0.description) },
      "tag": finding.tag.map { .string($0.description) },
      "major": finding.major.map { .string($0) },
      "minor": finding.minor.map { .string($0) },
    ])
  }

  // MARK: Locations

  func artifact(_ place: ReportPlace) -> JSONValue {
    let hasBase = place.isSource && !Self.isAbsolute(place.path) && options.sources?.base != nil
    return .fields([
      "uri": .string(Self.uri(place.path)), "uriBaseId": hasBase ? .string(Self.sourceRoot) : nil,
    ])
  }

  private func location(
    _ place: ReportPlace, id: Int? = nil, message: String? = nil, logical: JSONValue? = nil
  ) -> JSONValue {
    .fields([
      "id": id.map { .number($0) },
      "physicalLocation": .fields([
        "artifactLocation": artifact(place), "region": .fields(["startLine": .number(place.line)]),
      ]),
      "logicalLocations": logical,
      "message": message.map(Self.message),
    ])
  }

  private func logicalLocations(_ finding: Report.Finding) -> JSONValue? {
    let function = finding.function ?? finding.sourceAndFunction?.function
    var all: [JSONValue] = []
    if let function {
      let name = finding.driver.map { "\($0)!\(function)" } ?? function
      all.append(
        .fields([
          "name": .string(function), "fullyQualifiedName": .string(name), "kind": "function",
        ]))
    } else if let driver = finding.driver {
      all.append(.fields(["name": .string(driver), "kind": "module"]))
    }
    return all.isEmpty ? nil : .array(all)
  }

  // MARK: Events

  private func codeFlows(_ finding: Report.Finding) -> JSONValue? {
    guard !finding.evidence.isEmpty else { return nil }
    let kept = keptEvents(finding.evidence)
    var threads: [UInt64] = []
    for (_, event) in kept where !threads.contains(event.thread) { threads.append(event.thread) }
    let flows = threads.map { thread in
      let events = kept.filter { $0.event.thread == thread }
      return JSONValue.fields([
        "id": .string("thread \(Address(thread))"),
        "message": Self.message("Thread \(Address(thread))."),
        "locations": .array(events.map { flowLocation($0.order, $0.event, finding) }),
      ])
    }
    let left = (finding.omitted ?? 0) + finding.evidence.count - kept.count
    let words = left > 0 ? "The events that led there; \(left) in the middle are left out." : nil
    return [
      .fields([
        "message": Self.message(words ?? "The events that led there."),
        "threadFlows": .array(flows),
      ])
    ]
  }

  /// The events of the code flow with their order, from 1; of too many the first and the last.
  private func keptEvents(
    _ evidence: [Report.Evidence]
  ) -> [(order: Int, event: Report.Evidence)] {
    let all = evidence.enumerated().map { (order: $0.offset + 1, event: $0.element) }
    guard all.count > limits.flowLocations else { return all }
    let half = limits.flowLocations / 2
    return Array(all.prefix(half) + all.suffix(limits.flowLocations - half))
  }

  private func flowLocation(
    _ order: Int, _ event: Report.Evidence, _ finding: Report.Finding
  ) -> JSONValue {
    let trace = event.trace ?? finding.trace
    let place =
      event.source.map { ReportPlace(source: $0, driver: finding.driver, options) }
      ?? ReportPlace(trace: trace, line: event.line)
    var text = event.text ?? event.event
    if let note = event.note { text += " (\(note))" }
    if place.isSource { text += ", trace line \(event.line)" }
    return .fields([
      "location": location(place, message: text),
      "executionOrder": .number(order),
      "importance": event.note == nil ? "important" : "essential",
      "properties": .fields([
        "trace": .string(trace), "traceLine": .number(event.line),
        "ts": event.timestamp.map { .number($0) },
      ]),
    ])
  }

  // MARK: URIs

  static func isAbsolute(_ path: String) -> Bool {
    let bytes = Array(path.utf8.prefix(3))
    if bytes.first == UInt8(ascii: "/") { return true }
    return bytes.count == 3 && bytes[1] == UInt8(ascii: ":") && bytes[2] == UInt8(ascii: "/")
      && Character(Unicode.Scalar(bytes[0])).isLetter
  }

  /// A path with `/` between its parts as a URI reference.
  static func uri(_ path: String) -> String {
    var text = ""
    if isAbsolute(path) { text = path.hasPrefix("/") ? "file://" : "file:///" }
    if path.hasPrefix("//") { text = "file:" }
    var isFirstPart = text.isEmpty
    for byte in path.utf8 {
      if byte == UInt8(ascii: "/") { isFirstPart = false }
      // In the first part of a relative path a colon would end a scheme.
      if isUnreserved(byte) || byte == UInt8(ascii: ":") && !isFirstPart {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~/!$&'()*+,;=@".utf8.contains(byte)
    }
  }
}
