import RuleEngine

/// What a rule says about itself, as a page for a browser, with a picture of its automaton.
public enum HTMLRulePage {
  /// The page of a rule.
  public static func page(_ rule: Rule) throws(RuleDefinitionError) -> String {
    var forms: [(Reading, Rule.Form)] = []
    for reading in Reading.allCases where rule.readings.contains(reading) {
      forms.append((reading, try rule.form(in: reading)))
    }
    let text = rule.documentation
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(rule.id)</title>
      <style>
      \(Markup(trusted: HTMLStyle.text + "\n" + MachineDiagram.style))
      </style>
      </head>
      <body>
      <header><p class="tool">rule, severity \(rule.severity.rawValue)</p><h1>\(rule.id)</h1>
      <p class="says">\(HTMLReport.prose(text.summary))</p></header>
      <div class="columns"><main>
      <h2>Why it matters</h2><p>\(HTMLReport.prose(text.rationale))</p>
      <h2>What to do</h2><p class="todo">\(HTMLReport.prose(text.remedy))</p>
      \(automaton(forms))
      <h2>How the readings differ</h2><p>\(HTMLReport.prose(text.readings))</p>
      \(examples(rule))
      <h2>Source</h2><p>\(HTMLReport.linked(text.source))</p>
      </main></div>
      </body>
      </html>

      """
    return page.text
  }

  private static func automaton(_ forms: [(Reading, Rule.Form)]) -> Markup {
    if let first = forms.first?.1, forms.count == Reading.allCases.count,
      forms.allSatisfy({ isSame($0.1, first) })
    {
      return "<h2>Automaton</h2>\(form(first))"
    }
    return forms.map { reading, one -> Markup in
      """
      <h2>Automaton in the reading \(reading.rawValue)\(forms.count == 1 ? ", the only one" : "")</h2>\
      \(form(one))
      """
    }.joined()
  }

  private static func isSame(_ one: Rule.Form, _ other: Rule.Form) -> Bool {
    one.machine.rows == other.machine.rows && one.scope == other.scope
      && one.machine.startState == other.machine.startState
  }

  private static func form(_ form: Rule.Form) -> Markup {
    let picture = MachineDiagram.svg(form.machine, isStandalone: false)
    let drawing: Markup =
      picture.isEmpty
      ? "<p>A monitor written by hand.</p>"
      : "<div class=\"scroll\">\(Markup(trusted: picture))</div>\(legend(form.machine))"
    return "<p class=\"dim\">about: \(form.scope.words)</p>\(drawing)"
  }

  private static func legend(_ machine: MachineTable) -> Markup {
    let isDormant = machine.stateNames.indices.contains { machine.isDormant($0) }
    let dashed: Markup = isDormant ? "; the rule is not armed in a dashed state" : ""
    return """
      <p class="dim legend">From the dot on: states in bold, what happens in grey, and at the right how \
      the watch ends\(dashed). What no grey box names changes nothing.</p>
      """
  }

  /// The lines of a trace; the event that must be reported stands out.
  private static func lines(_ trace: String) -> Markup {
    trace.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Markup in
      line.last == "!" ? "<b class=\"marked\">\(line)</b>" : "\(line)"
    }.joined(by: "\n")
  }

  private static func examples(_ rule: Rule) -> Markup {
    if rule.examples.isEmpty { return "" }
    var out: Markup = "<h2>Examples</h2>"
    for (number, example) in rule.examples.enumerated() {
      let outcome =
        example.tracked == example.sdv
        ? example.tracked.words
        : "tracked: \(example.tracked.words), sdv: \(example.sdv.words)"
      out += """
        <details class="fault"\(number == 0 ? " open" : "")><summary>\
        <span class="what">\(example.title)</span><span class="where">\(outcome)</span></summary>\
        <div class="body"><pre>\(lines(example.trace))</pre></div></details>
        """
    }
    return out
  }
}
