import RuleEngine

extension ReportFormat {
  /// One file for a browser: findings with their evidence, pictures and what to do.
  public static let html = ReportFormat("html", "one page for a browser, for people") {
    report, options in
    Array(HTMLReport(report, options).page().text.utf8)
  }
}

/// Writes a report as a page that needs nothing beside itself.
struct HTMLReport {
  let report: Report
  let options: ReportOptions
  let groups: [(rule: String, faults: [NumberedFault])]

  /// Faults of a rule that the index lists.
  static let indexLimit = 100
  /// Diagnostics that are listed.
  static let diagnosticLimit = 200
  /// Traces that are listed.
  static let traceLimit = 1000
  /// Faults whose evidence stands in the page as it is. That of the others is data, from which the page's script
  /// builds it: pages of thousands are quick, and pages of few can be read without a script.
  static let wholeLimit = 100

  init(_ report: Report, _ options: ReportOptions) {
    self.report = report
    self.options = options
    groups = NumberedFault.byRule(report, options.rules)
  }

  /// Faults that nothing accepts.
  private var faultCount: Int {
    groups.flatMap(\.faults).count(where: { !$0.fault.isKnown })
  }

  func page() -> Markup {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; script-src 'sha256-\(HTMLScript.digest)'; base-uri 'none'; \
    form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>\(verdict) – \(report.tool.name)</title>
    <style>
    \(Markup(trusted: HTMLStyle.text + "\n" + MachineDiagram.style))
    </style>
    </head>
    <body>
    \(header())
    \(filters())
    <div class="columns">
    \(contents())
    <main>
    \(diagnostics())
    \(findings())
    \(ruleCounts())
    \(traces())
    </main>
    </div>
    <script>\(Markup(trusted: HTMLScript.text))</script>
    </body>
    </html>

    """
  }

  // MARK: Head

  static func plural(_ count: some BinaryInteger, _ one: String, _ many: String) -> String {
    "\(TextLayout.grouped(count)) \(count == 1 ? one : many)"
  }

  private var verdict: String {
    let events = report.sum(\.events)
    if report.summary.findings == 0 {
      return events == 0 ? "nothing was checked" : "no violation found"
    }
    if report.acceptedCount >= report.summary.findings { return "no new violation found" }
    let atLeast = report.droppedCount > 0 ? "at least " : ""
    return atLeast + Self.plural(faultCount, "fault", "faults") + " in "
      + Self.plural(report.traceCount, "trace", "traces")
  }

  private func header() -> Markup {
    let summary = report.summary
    let open = groups.flatMap(\.faults).filter { !$0.fault.isKnown }
    let errors = open.count { $0.finding.severity == .error }
    let warnings = open.count - errors
    let known = report.acceptedCount
    let events = report.sum(\.events)
    // Where nothing was checked nothing is good.
    let kind = errors > 0 ? "bad" : warnings > 0 || events == 0 ? "warn" : "good"
    let violated = summary.rules.count { $0.violated > 0 }
    let drivers = groups.flatMap(\.faults).compactMap(\.finding.driver).uniqued()
    var out: Markup = """
      <header><p class="tool">\(report.tool.name) \(report.tool.version)</p>
      <h1 class="\(kind)">\(verdict)</h1>
      <ul class="tiles">
      <li class="\(errors > 0 ? "bad" : "")"><b>\(TextLayout.grouped(errors))</b> \
      \(errors == 1 ? "error" : "errors")</li>
      <li class="\(warnings > 0 ? "warn" : "")"><b>\(TextLayout.grouped(warnings))</b> \
      \(warnings == 1 ? "warning" : "warnings")</li>
      \(known == 0 ? "" : "<li><b>\(TextLayout.grouped(known))</b> known</li>" as Markup)
      <li><b>\(violated)</b> of \(summary.rules.count) rules violated</li>
      <li><b>\(drivers.count)</b> \(drivers.count == 1 ? "driver" : "drivers") concerned</li>
      <li><b>\(TextLayout.grouped(events))</b> \(events == 1 ? "event" : "events") checked</li>
      </ul>
      <p class="reading">reading <b>\(report.reading.rawValue)</b>: \(readingWords)
      """
    if report.traceCount == 1, let trace = report.traces.first {
      out += ". Trace <b>\(trace.path)</b>"
    }
    out += ".</p>"
    if report.droppedCount > 0 {
      out += """
        <p class="reading">\(Self.plural(report.droppedCount, "finding is", "findings are")) \
        counted and not shown; raise <code>--max-findings</code> to see them.</p>
        """
    }
    return out + "</header>"
  }

  private var readingWords: String {
    switch report.reading {
    case .tracked:
      "remove locks are followed by lock and tag, through completion routines, queues and workers"
    case .sdv: "one counter for each dispatch, as Static Driver Verifier had it"
    }
  }

  // MARK: Lists

  /// The findings by rule and driver.
  private func contents() -> Markup {
    if groups.isEmpty { return "" }
    var out: Markup = """
      <nav aria-label="findings"><details class="index"><summary><h2>Findings</h2></summary><ul>
      """
    for (rule, faults) in groups {
      out += """
        <li class="rule" data-rule="\(rule)"><a href="#rule-\(rule)">\(rule)</a>\
        <span class="count">\(TextLayout.grouped(faults.reduce(0) { $0 + $1.count }))</span><ul>
        """
      for fault in faults.prefix(Self.indexLimit) {
        let finding = fault.finding
        out += """
          <li data-for="\(fault.anchor)"><a href="#\(fault.anchor)">\
          <span class="sev \(finding.severity.rawValue)"></span><span class="text">\
          <b>\(finding.driver ?? "")</b> \(Self.shortPlace(of: finding))</span></a>\
          <span class="count">\(TextLayout.grouped(fault.count))</span></li>
          """
      }
      if faults.count > Self.indexLimit {
        let more = Self.plural(faults.count - Self.indexLimit, "more fault", "more faults")
        out += "<li class=\"rest\">and \(more)</li>"
      }
      out += "</ul></li>"
    }
    return out + "</ul></details></nav>"
  }

  private static func shortPlace(of finding: Report.Finding) -> String {
    finding.sourceEvent?.source ?? finding.function ?? finding.message
  }

  private func diagnostics() -> Markup {
    let all = report.diagnostics
    if all.isEmpty { return "" }
    let isBad = all.contains { $0.level == .error }
    let kind = isBad ? "bad" : all.contains { $0.level == .warning } ? "warn" : ""
    var out: Markup = """
      <details class="panel \(kind)"\(isBad || all.count < 4 ? " open" : "")><summary>About the \
      traces: \(Self.plural(all.count, "remark", "remarks"))</summary><ul>
      """
    for diagnostic in all.prefix(Self.diagnosticLimit) {
      var place = diagnostic.trace ?? ""
      if let line = diagnostic.line { place += ":\(line)" }
      if let column = diagnostic.column { place += ":\(column)" }
      out += """
        <li><b>\(diagnostic.level.rawValue)</b> \(place.isEmpty ? "" : place + ": ")\
        \(diagnostic.message)</li>
        """
    }
    if all.count > Self.diagnosticLimit {
      out += "<li>and \(all.count - Self.diagnosticLimit) more</li>"
    }
    return out + "</ul></details>"
  }

  private func filters() -> Markup {
    if groups.isEmpty { return "" }
    let faults = groups.flatMap(\.faults)
    return """
      <form id="filters" hidden>
      <label class="search">Search <input type="search" name="text" \
      placeholder="message, function, file, address…"></label>
      \(choice("rule", "Rule", groups.map(\.rule)))
      \(choice("driver", "Driver", faults.map { $0.finding.driver ?? "" }.uniqued().sorted()))
      \(choice("severity", "Severity", faults.map { $0.finding.severity.rawValue }.uniqued()))
      <span class="buttons"><button type="button" name="open">open all</button>
      <button type="button" name="close">close all</button></span>
      <output name="shown"></output>
      </form>
      """
  }

  private func choice(_ name: String, _ title: String, _ values: [String]) -> Markup {
    let items = values.map { value -> Markup in
      "<option value=\"\(value)\">\(value.isEmpty ? "unknown" : value)</option>"
    }
    return """
      <label>\(title) <select name="\(name)"><option>all</option>\(items.joined())</select></label>
      """
  }

  private func findings() -> Markup {
    var out = scriptNeeded()
    var later = LaterBodies(first: Self.wholeLimit + 1)
    for (rule, faults) in groups {
      let count = faults.reduce(0) { $0 + $1.count }
      out += """
        <section class="rule" data-rule="\(rule)"><h2 id="rule-\(rule)">\(rule) \
        <span class="count">\(Self.plural(count, "finding", "findings"))</span></h2>
        """
      let description = options.rule(rule)
      if let description { out += about(description) }
      // What automata went the same way is drawn once: of thousands of faults it would be most of the page.
      var drawn: [[String]: String] = [:]
      for fault in faults {
        let finding = fault.finding
        let way = (finding.path ?? []).flatMap { [$0.from, $0.fact, $0.to ?? ""] }
        let key = [finding.message] + way
        let part = HTMLFault(fault, description, report, options, twin: drawn[key])
        if fault.number <= Self.wholeLimit {
          out += part.markup()
        } else {
          out += part.line()
          later.add(part.body())
        }
        if drawn[key] == nil { drawn[key] = fault.anchor }
      }
      out += "</section>\n"
    }
    return out + later.markup()
  }

  /// Where more is told than stands in the page: what a browser without a script says.
  private func scriptNeeded() -> Markup {
    guard groups.reduce(0, { $0 + $1.faults.count }) > Self.wholeLimit else { return "" }
    return """
      <noscript><p class="panel warn">This browser runs no scripts: of the faults after the first \
      \(Self.wholeLimit) it shows one line each. <code>\(options.program) check --format text</code> \
      tells all of them.</p></noscript>
      """
  }

  private func about(_ rule: Rule) -> Markup {
    let text = rule.documentation
    var out: Markup = """
      <p class="says">\(Self.prose(text.summary))</p>
      <details class="about"><summary>Why it matters, how the readings differ, source</summary><dl>
      <dt>Why it matters</dt><dd>\(Self.prose(text.rationale))</dd>
      <dt>What to do</dt><dd>\(Self.prose(text.remedy))</dd>
      """
    if let form = try? rule.form(in: report.reading) {
      out += "<dt>What it is about</dt><dd>\(form.scope.words)</dd>"
    }
    return out + """
      <dt>How the readings differ</dt><dd>\(Self.prose(text.readings))</dd>
      <dt>Source</dt><dd>\(Self.linked(text.source))</dd>
      <dt>More</dt><dd>\(more(rule.id))</dd></dl></details>
      """
  }

  /// Where all that there is to say of a rule stands.
  private func more(_ rule: String) -> Markup {
    if let page = options.page(of: rule) { return Self.linked(page) }
    return "<code>\(options.program) explain \(rule)</code>"
  }

  /// Text whose addresses are links.
  static func linked(_ text: String) -> Markup {
    text.split(separator: " ").map { word -> Markup in
      guard let address = MarkupText.link(String(word)) else { return "\(word)" }
      let link = Markup(trusted: address)
      return "<a href=\"\(link)\" rel=\"noopener noreferrer\">\(link)</a>"
    }.joined(by: " ")
  }

  /// Text in which names of code stand between backquotes.
  static func prose(_ text: String) -> Markup {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { place, part in place.isMultiple(of: 2) ? "\(part)" : "<code>\(part)</code>" }
      .joined()
  }

  // MARK: Tables

  private func ruleCounts() -> Markup {
    let armed = report.summary.rules.filter { $0.armed > 0 }
    if report.summary.rules.isEmpty { return "" }
    var out: Markup = "<section class=\"tables\"><h2>Rules</h2>"
    if !armed.isEmpty {
      out += """
        <div class="scroll"><table><thead><tr><th>rule</th><th>severity</th><th>armed</th>\
        <th>passed</th><th>violated</th><th>undecided</th></tr></thead><tbody>
        """
      for rule in armed {
        let violated: Markup =
          rule.violated > 0
          ? "<td class=\"\(rule.severity == .error ? "bad" : "warn")\">" : "<td>"
        out += """
          <tr><th>\(rule.id)</th><td class="word">\(rule.severity.rawValue)</td>\
          <td>\(TextLayout.grouped(rule.armed))</td><td>\(TextLayout.grouped(rule.passed))</td>\
          \(violated)\(TextLayout.grouped(rule.violated))</td>\
          <td>\(TextLayout.grouped(rule.undecided))</td></tr>
          """
      }
      out += "</tbody></table></div>"
    }
    out += list(report.summary.idle, "not exercised")
    out += list(report.summary.absent, "not in the reading \(report.reading.rawValue)")
    return out + "</section>"
  }

  private func list(_ rules: [Report.RuleCounts], _ what: String) -> Markup {
    if rules.isEmpty { return "" }
    let names = rules.map(\.id).joined(separator: ", ")
    return "<p class=\"dim\">\(what) (\(rules.count)): \(names)</p>"
  }

  private func traces() -> Markup {
    if report.traces.isEmpty { return "" }
    var out: Markup = """
      <section class="tables"><h2>Traces</h2><div class="scroll"><table><thead><tr><th>file</th>\
      <th>events</th><th>other lines</th><th>malformed</th><th>unknown names</th>\
      <th>gaps</th></tr></thead><tbody>
      """
    var selection = TraceSelection(limit: Self.traceLimit, findings: [])
    for trace in report.traces { selection.add(trace) }
    var (listed, left) = selection.finish()
    for trace in listed {
      out += row("\(trace.path)\(trace.continues.map { " (continues \($0))" } ?? "")", trace)
    }
    if let unlisted = report.unlisted { left = left.map { $0.adding(unlisted) } ?? unlisted }
    if let left {
      let count = Self.plural(left.count, "further trace", "further traces")
      out += row("and \(count); the JSON report lists all", left.sum)
    }
    return out + "</tbody></table></div></section>"
  }

  private func row(_ name: Markup, _ trace: Report.Trace) -> Markup {
    """
    <tr><th>\(name)</th>\
    <td>\(TextLayout.grouped(trace.events))</td><td>\(TextLayout.grouped(trace.skipped))</td>\
    <td>\(TextLayout.grouped(trace.malformed))</td><td>\(TextLayout.grouped(trace.unknown))</td>\
    <td>\(TextLayout.grouped(trace.lost))</td></tr>
    """
  }
}
