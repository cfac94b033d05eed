import RuleEngine

extension ReportFormat {
  /// SARIF 2.1.0, which GitHub code scanning, Azure DevOps, Visual Studio and others read.
  public static let sarif = ReportFormat(
    "sarif", "SARIF 2.1.0, for code scanning and editors",
    writing: { report, options, stream in SARIFReport(report, options).write(to: &stream) })
}

/// Writes a report as one run of a SARIF log: a result for each fault, with the number of its findings.
///
/// What GitHub code scanning takes at most ("SARIF results exceed one or more limits" in its
/// documentation) is kept to, and what is left out for it is said in a notification.
struct SARIFReport {
  /// Numbers of GitHub code scanning.
  struct Limits {
    /// A file with more results is rejected.
    var results = 25_000
    /// As many are shown, the most severe first.
    var shown = 5_000
    /// Of the locations of a result's thread flows the first ones are shown.
    var flowLocations = 1_000
    /// Notifications are no concern of GitHub's; this many a person can use.
    var notifications = 1_000
    /// 10 MB compressed are taken. These documents compress to less than a fifth; beyond this size
    /// the results go without their events.
    var bytes = 45_000_000
  }

  static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  let report: Report
  let options: ReportOptions
  let limits: Limits
  /// The results by their first findings, so that none of a million is copied.
  let repetitions: [Report.Repetition]
  /// The faults that several results belong to, by the places of findings.
  let faultOfPlace: [Int: Fault]
  let ruleIDs: [String]

  init(_ report: Report, _ options: ReportOptions, limits: Limits = Limits()) {
    self.report = report
    self.options = options
    self.limits = limits
    repetitions = report.repetitions
    var faultOfPlace: [Int: Fault] = [:]
    for fault in report.faults(options.rules) {
      for place in fault.places { faultOfPlace[place] = fault }
    }
    self.faultOfPlace = faultOfPlace
    var ids = report.summary.rules.map(\.id)
    var known = Set(ids)
    for repetition in repetitions {
      let rule = report.findings[repetition.place].rule
      if known.insert(rule).inserted { ids.append(rule) }
    }
    ruleIDs = ids
  }

  /// The document as a whole.
  var bytes: [UInt8] {
    ReportFormat("sarif", "", writing: { _, _, stream in write(to: &stream) }).render(
      report, options)
  }

  func write(to stream: inout ReportStream) {
    func write(_ text: String) { stream.write(text) }
    func write(_ key: String, _ value: JSONValue) {
      write(",\n\"\(key)\":")
      value.append(to: &stream.bytes)
    }
    write("{\"$schema\":\"\(Self.schema)\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":")
    tool.append(to: &stream.bytes)
    write("automationDetails", .fields(["id": .string("\(name)/\(report.reading.rawValue)/")]))
    write("columnKind", "utf16CodeUnits")
    if let base = options.sources?.base {
      write("originalUriBaseIds", .fields([Self.sourceRoot: .fields(["uri": .string(base)])]))
    }
    write(",\n\"results\":[")
    let indices = Dictionary(
      ruleIDs.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    var withoutEvents = 0
    for (number, place) in repetitions.prefix(limits.results).enumerated() {
      write(number == 0 ? "\n" : ",\n")
      let isFull = stream.count > limits.bytes
      if isFull { withoutEvents += 1 }
      let finding = report.findings[place.place]
      let fault = Fault(id: finding.faultID, finding: finding, count: place.count)
      let whole = faultOfPlace[place.place] ?? fault
      result(
        fault, of: whole, turn: place.turn, ruleIndex: indices[finding.rule], withEvents: !isFull
      )
      .append(to: &stream.bytes)
      stream.endElement()
    }
    write("]")
    write("invocations", [invocation(withoutEvents: withoutEvents)])
    write("properties", properties)
    write("}]}\n")
  }

  private var name: String { "ddi-rule-checker" }

  // MARK: Tool

  private var tool: JSONValue {
    .fields([
      "driver": .fields([
        "name": .string(report.tool.name),
        "version": .string(report.tool.version),
        "informationUri": options.docsURL.map { .string($0) },
        "fullName": .string("\(report.tool.name) \(report.tool.version)"),
        "shortDescription": Self.message(
          "Checks traces of Windows drivers against rules about remove locks and IRPs."),
        "rules": .array(ruleIDs.map(descriptor)),
      ])
    ])
  }

  private func descriptor(_ id: String) -> JSONValue {
    guard let rule = options.rule(id) else { return .fields(["id": .string(id)]) }
    let text = rule.documentation
    let link = text.source.hasPrefix("https://") && !text.source.contains(" ")
    return .fields([
      "id": .string(id),
      "name": .string(id),
      "shortDescription": Self.message(text.summary),
      "fullDescription": Self.message("\(text.summary) \(text.rationale)"),
      "help": .fields([
        "text": .string("\(text.summary)\n\nWhy: \(text.rationale)\n\nWhat to do: \(text.remedy)"),
        "markdown": .string(
          """
          \(text.summary)

          ## Why it matters

          \(text.rationale)

          ## What to do

          \(text.remedy)

          ## The two readings

          \(text.readings)

          Source: \(link ? "<\(text.source)>" : text.source)

          More: \(options.page(of: id).map { "<\($0)>" } ?? "`\(options.program) explain \(id)`")
          """),
      ]),
      // Absolute, as SARIF wants it: without an address of the documents, that of Microsoft's.
      "helpUri": options.page(of: id).map { .string($0) } ?? (link ? .string(text.source) : nil),
      "defaultConfiguration": .fields(["level": .string(rule.severity.rawValue)]),
      "properties": .fields([
        "tags": ["windows-driver", .string(rule.family.name)],
        "precision": "very-high",
        "problem.severity": .string(rule.severity.rawValue),
      ]),
    ])
  }

  // MARK: Invocation

  private func invocation(withoutEvents: Int) -> JSONValue {
    var said: [Report.Diagnostic] = []
    if repetitions.count > limits.results {
      let left = repetitions.count - limits.results
      said.append(
        note("\(left) results are left out: a code scanning takes \(limits.results) results"))
    }
    if repetitions.count > limits.shown {
      said.append(
        note("GitHub shows \(limits.shown) results of \(repetitions.count), the errors first"))
    }
    if withoutEvents > 0 {
      said.append(
        note(
          "\(withoutEvents) results are without the events that led there, so that the file stays "
            + "small enough for code scanning; the JSON report has them"))
    }
    if report.droppedCount > 0 {
      said.append(
        note(
          "\(report.droppedCount) findings are counted and not kept; raise --max-findings to have "
            + "them here"))
    }
    said += report.diagnostics.prefix(limits.notifications)
    if report.diagnostics.count > limits.notifications {
      let left = report.diagnostics.count - limits.notifications
      said.append(note("\(left) further messages about the traces are left out"))
    }
    return .fields([
      "executionSuccessful": .bool(options.exitStatus == 0 || options.exitStatus == 1),
      "exitCode": .number(options.exitStatus),
      "exitCodeDescription": .string(Self.meaning(ofExitStatus: options.exitStatus)),
      "toolExecutionNotifications": said.isEmpty ? nil : .array(said.map(notification)),
    ])
  }

  private func note(_ text: String) -> Report.Diagnostic {
    Report.Diagnostic(.note, trace: nil, text)
  }

  private static func meaning(ofExitStatus status: Int32) -> String {
    switch status {
    case 0: "nothing was found that fails the run"
    case 1: "findings fail the run"
    case 2: "wrong use, input that cannot be read, or no event recognised"
    case 3: "malformed events, and --strict was given"
    default: "ended with status \(status)"
    }
  }

  private func notification(_ diagnostic: Report.Diagnostic) -> JSONValue {
    var locations: JSONValue?
    if let trace = diagnostic.trace {
      var region: JSONValue?
      if let line = diagnostic.line, line > 0 {
        region = .fields(["startLine": .number(line)])
      }
      let place = ReportPlace(trace: trace, line: 1)
      locations = [
        .fields([
          "physicalLocation": .fields(["artifactLocation": artifact(place), "region": region])
        ])
      ]
    }
    return .fields([
      "level": .string(diagnostic.level.rawValue),
      "message": Self.message(diagnostic.message),
      "locations": locations,
    ])
  }

  private var properties: JSONValue {
    .fields([
      "reading": .string(report.reading.rawValue),
      "findings": .number(report.summary.findings),
      "accepted": .number(report.acceptedCount),
      "verdicts": .object(
        report.summary.rules.map { rule in
          JSONValue.Member(
            rule.id,
            .fields([
              "armed": .number(rule.armed), "passed": .number(rule.passed),
              "violated": .number(rule.violated), "undecided": .number(rule.undecided),
            ]))
        }),
    ])
  }
}
