import RuleEngine

/// One fault as a part of a page.
struct HTMLFault {
  private let fault: NumberedFault
  private let rule: Rule?
  private let report: Report
  private let options: ReportOptions
  private let story: EvidenceStory
  /// The anchor of an earlier fault whose automaton went the same way.
  private let twin: String?

  /// Further occurrences that are listed.
  private static let occurrenceLimit = 20

  init(
    _ fault: NumberedFault, _ rule: Rule?, _ report: Report, _ options: ReportOptions,
    twin: String? = nil
  ) {
    self.twin = twin
    self.fault = fault
    self.rule = rule
    self.report = report
    self.options = options
    story = EvidenceStory(fault.finding, report.reading)
  }

  private var finding: Report.Finding { fault.finding }

  /// The fault with all that there is to say of it.
  func markup() -> Markup {
    // A browser with a script takes it as text and draws it when the fault is opened; one without shows it.
    head(id: "") + """
      <div class="body"><span class="anchor" id="\(fault.anchor)"></span>\
      <noscript>\(body())</noscript></div></details>

      """
  }

  /// The fault's line alone: the page's script puts its ``body()`` below it when it is opened.
  func line() -> Markup { head(id: " id=\"\(fault.anchor)\"") + "</details>\n" }

  private func head(id: Markup) -> Markup {
    let count: Markup =
      fault.count > 1 ? "<span class=\"count\">×\(TextLayout.grouped(fault.count))</span>" : ""
    let known: Markup =
      !fault.fault.isKnown ? "" : "<span class=\"sev known\">known</span>"
    let where_ = finding.sourceEvent?.source ?? "\(Self.fileName(finding.trace)):\(finding.line)"
    return """
      <details class="fault"\(id) data-rule="\(finding.rule)" data-driver="\(finding.driver ?? "")" \
      data-severity="\(finding.severity.rawValue)" data-id="\(fault.anchor)"\
      \(fault.number == 1 ? " open" : "")>
      <summary><span class="sev \(finding.severity.rawValue)">\(finding.severity.rawValue)</span>\
      \(known)\
      <span class="what">\(finding.message)</span>\
      <span class="who">\(finding.driver ?? "")</span>\
      <span class="where">\(where_)</span>\(count)</summary>

      """
  }

  /// What is below the fault's line.
  func body() -> Markup {
    var out = place()
    if let ends = fault.fault.ends { out += "<p class=\"ends\"><b>Story</b> \(ends)</p>" }
    for words in fault.fault.caseHelp { out += "<p class=\"here\"><b>Here</b> \(words)</p>" }
    if let rule {
      let remedy = HTMLReport.prose(rule.documentation.remedy)
      out += "<p class=\"todo\"><b>What to do</b> \(remedy)</p>"
    }
    if story.events.count > 1 { out += timeLine() }
    if !story.events.isEmpty { out += tree() }
    if let load = options.sourceLines {
      let source = SourceExcerpts(story, load: load).markup()
      if !source.isEmpty { out += "<h3>Source</h3>\(source)" }
    }
    return out + automaton() + occurrences()
  }

  private static func fileName(_ path: String) -> String {
    String(path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? Substring(path))
  }

  // MARK: Where

  private func place() -> Markup {
    var out: Markup = "<dl class=\"place\">"
    func add(_ name: String, _ value: Markup?) {
      if let value { out += "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }
    }
    let function = finding.function.map { " in \($0)" } ?? ""
    add(
      "place",
      finding.sourceEvent.map { event in
        "<b>\(event.source)</b>\(event.name.map { " (\($0))" } ?? function)"
      })
    if finding.source == nil { add("function", finding.function.map { "<b>\($0)</b>" }) }
    add("trace", "\(finding.trace), line \(finding.line)")
    add("thread", "0x\(String(finding.thread, radix: 16))")
    add("time", finding.timestamp.map { "\(TimeText.stamp($0))" })
    add("driver", finding.driver.map { "\($0)" })
    add("request", request.map { "\($0)" })
    add("IRP", finding.irp.map { "\($0.description)" })
    add("device", finding.device.map { "\($0.description)" })
    add("remove lock", finding.lock.map { "\($0.description)" })
    if let tag = finding.tag, tag != finding.irp {
      add("tag", tag.rawValue == 0 ? "NULL" : "\(tag.description)")
    }
    if !fault.alsoBroken.isEmpty {
      add("also breaks", "\(fault.alsoBroken.joined(separator: ", "))")
    }
    add("fault", "\(fault.fault.id)")
    add("fingerprint", "\(finding.fingerprint)")
    if let accepted = finding.accepted {
      let ground = accepted.by == .suppression ? "suppressed" : "in the baseline"
      add("known", "\(ground)\(accepted.reason.map { ": \($0)" } ?? "")")
    }
    return out + "</dl>"
  }

  private var request: String? {
    guard let major = finding.major else { return nil }
    return major + (finding.minor.map { "/" + $0 } ?? "")
  }

  // MARK: Evidence

  private func timeLine() -> Markup {
    """
    <h3>Time line <span class="dim">numbers are those of the trace below; long gaps are \
    compressed</span></h3><div class="scroll">\(TimeLinePicture(story).markup())</div>
    """
  }

  private func tree() -> Markup {
    var out: Markup = "<h3>Trace"
    if let omitted = finding.omitted {
      out += """
         <span class="dim">\(HTMLReport.plural(omitted, "event is", "events are")) left out in the \
        middle</span>
        """
    }
    return out + "</h3>" + TraceTree(story: story).markup()
  }

  private func automaton() -> Markup {
    guard let form = try? rule?.form(in: report.reading), !form.machine.rows.isEmpty else {
      return ""
    }
    let path = finding.path ?? []
    var out: Markup = """
      <h3>Automaton of the rule\(path.isEmpty ? "" : " and the way it went")</h3>
      """
    if let twin {
      out += """
        <div class="scroll" data-as="\(twin)"><a href="#\(twin)">as of another fault</a></div>
        """
    } else {
      let steps = path.map { MachineDiagram.Step(from: $0.from, fact: $0.fact, to: $0.to) }
      let picture = MachineDiagram.svg(
        form.machine, title: "automaton of \(finding.rule)", path: steps,
        message: finding.message, isStandalone: false)
      out += "<div class=\"scroll\">\(Markup(trusted: picture))</div>"
    }
    if path.isEmpty { return out }
    if let omitted = finding.omittedSteps {
      out += "<p class=\"dim\">\(omitted) steps in the middle are left out</p>"
    }
    out += "<ol class=\"path\">"
    for step in path { out += item(step, form.machine) }
    return out + "</ol>"
  }

  private func item(_ step: Report.PathStep, _ machine: MachineTable) -> Markup {
    let meaning = machine.rows.first { $0.factName == step.fact }?.factMeaning ?? step.fact
    let number = story.number(ofLine: step.line, trace: step.trace)
    let event = number.map { "event \($0), line \(step.line)" } ?? "line \(step.line)"
    let next: Markup =
      step.to.map { "<b>\(MarkupText.words($0))</b>" } ?? "<b class=\"end\">report</b>"
    return """
      <li><b>\(MarkupText.words(step.from))</b> – \(meaning) <span class="dim">(\(event))</span> \
      → \(next)</li>
      """
  }

  // MARK: Occurrences

  private func occurrences() -> Markup {
    guard fault.count > 1 else { return "" }
    let count = HTMLReport.plural(fault.count - 1, "more finding", "more findings")
    var out: Markup =
      "<details class=\"more\"><summary>\(count) of the same fault</summary><ul>"
    for other in fault.others.prefix(Self.occurrenceLimit) {
      out += "<li>\(Self.place(of: other))</li>"
    }
    let left = fault.count - 1 - UInt64(min(fault.others.count, Self.occurrenceLimit))
    if left > 0 { out += "<li>and \(TextLayout.grouped(left)) more</li>" }
    return out + "</ul></details>"
  }

  private static func place(of finding: Report.Finding) -> String {
    var parts = ["\(finding.trace), line \(finding.line)"]
    if let source = finding.source { parts.append(source) }
    if let irp = finding.irp { parts.append("IRP \(irp)") }
    if let tag = finding.tag, tag != finding.irp { parts.append("tag \(tag)") }
    return parts.joined(separator: ", ")
  }
}
