import RuleEngine

/// Writes one fault: what is wrong, where, the part of the trace that proves it, what to do.
struct TextExcerpt {
  let options: ReportOptions
  let style: TextStyle
  var out = ""
  private var gutterWidth = 3

  init(options: ReportOptions) {
    self.options = options
    style = TextStyle(isOn: options.usesColor)
  }

  /// Writes what is wrong, where, and the evidence.
  mutating func writeFinding(_ finding: Report.Finding) {
    gutterWidth = max(
      3, String(finding.line).count, finding.evidence.map { String($0.line).count }.max() ?? 0)
    writeHeadline(finding)
    writePlace(finding)
    writeEvidence(finding)
  }

  private mutating func writeHeadline(_ finding: Report.Finding) {
    let head = "\(finding.severity.rawValue)[\(finding.rule)]"
    let words = "\(head): \(SafeText.escape(finding.message))"
    let text =
      options.isOnScreen
      ? TextLayout.wrap(words, width: options.width, indent: gutterWidth + 1, first: "") : words
    out += style.severity(finding.severity, head) + style.bold(String(text.dropFirst(head.count)))
    out += "\n"
  }

  /// Writes all there is to say about a fault.
  mutating func write(_ fault: Fault) {
    writeFinding(fault.finding)
    writeAdvice(fault)
  }

  /// `   |` and the text behind it.
  private mutating func line(_ number: String, _ mark: String = "|", _ text: String = "") {
    let gutter = TextLayout.padLeft(number, gutterWidth) + " " + mark
    out += style.gutter(gutter) + (text.isEmpty ? "" : " " + text) + "\n"
  }

  private mutating func writePlace(_ finding: Report.Finding) {
    let arrow = String(repeating: " ", count: gutterWidth - 1)
    let function = finding.function.map { ", in \(SafeText.escape($0))" } ?? ""
    let trace = "\(SafeText.escape(finding.trace)):\(finding.line)"
    if let event = finding.sourceEvent {
      let place = ReportPlace(source: event.source, driver: finding.driver, options)
      let isKnown = options.sources?.path(of: SourcePosition(event.source).file) != nil
      let shown = isKnown ? "\(place.path):\(place.line)" : event.source
      let why = event.name.map { " (\($0))" } ?? function
      out += style.gutter(arrow + "-->") + " \(SafeText.escape(shown))\(why)\n"
      writeSource(event.source)
      out += style.gutter(arrow + ":::") + " \(trace)\(event.name == nil ? "" : function)\n"
    } else {
      out += style.gutter(arrow + "-->") + " \(trace)\(function)\n"
    }
    let subject = Self.subject(finding)
    if !subject.isEmpty {
      // A break stands between two parts, not in one.
      let parts = subject.replacing(" ", with: "\u{A0}").replacing(",\u{A0}", with: ", ")
      for text in lines(parts, options.width - gutterWidth - 3) {
        line("", "|", text.replacing("\u{A0}", with: " "))
      }
    }
    line("")
  }

  /// The line of source, where it is there.
  private mutating func writeSource(_ source: String) {
    let position = SourcePosition(source)
    guard let number = position.line, let all = options.sourceLines?(position.file),
      all.indices.contains(number - 1)
    else { return }
    let text = SafeText.escape(String(all[number - 1].drop { $0 == " " || $0 == "\t" }))
    let room = max(20, options.width - gutterWidth - 5)
    line("", "|", "  " + (text.count > room ? text.prefix(room - 1) + "…" : text[...]))
  }

  private func lines(_ text: String, _ width: Int) -> [String] {
    TextLayout.wrap(text, width: width, indent: 0).split(separator: "\n").map(String.init)
  }

  /// The driver, request and addresses that a finding is about.
  static func subject(_ finding: Report.Finding) -> String {
    var parts: [String] = []
    if let driver = finding.driver { parts.append("driver \(SafeText.escape(driver))") }
    if let major = finding.major {
      parts.append(major + (finding.minor.map { "/\($0)" } ?? ""))
    }
    if let irp = finding.irp { parts.append("irp \(irp)") }
    if let device = finding.device { parts.append("dev \(device)") }
    if let lock = finding.lock { parts.append("lock \(lock)") }
    if finding.irp == nil, let tag = finding.tag { parts.append("tag \(tag)") }
    return parts.joined(separator: ", ")
  }

  // MARK: Evidence

  private mutating func writeEvidence(_ finding: Report.Finding) {
    let threads = finding.evidence.map { "[\(Address($0.thread))]" }
    let threadWidth = threads.map(\.count).max() ?? 0
    let texts = finding.evidence.map { SafeText.escape($0.text ?? $0.event) }
    let available = max(30, options.width - gutterWidth - 3 - threadWidth - 1)
    let places = finding.evidence.compactMap { ($0.source ?? $0.function)?.count }
    let longest = texts.map(\.count).max() ?? 0
    let textWidth = min(longest, max(30, available - 2 - min(24, places.max() ?? 0)))
    let margin = String(repeating: " ", count: threadWidth + 1)
    var file: String?
    for (index, evidence) in finding.evidence.enumerated() {
      if let omitted = finding.omitted, index == Self.placeOfOmitted(finding) {
        line("...", "|", "\(margin)(\(omitted) events left out)")
      }
      if evidence.trace != file {
        file = evidence.trace
        line("", ":::", SafeText.escape(file ?? finding.trace))
      }
      let place = (evidence.source ?? evidence.function).map { SafeText.escape($0) }
      let rows = rows(texts[index], place, textWidth, available)
      for (number, row) in rows.enumerated() {
        let thread = number == 0 ? TextLayout.pad(threads[index], threadWidth) + " " : margin
        line(number == 0 ? String(evidence.line) : "", "|", thread + row.shown)
      }
      guard let note = evidence.note else { continue }
      mark(
        rows.last { !$0.text.isEmpty }?.text ?? "",
        note: SafeText.escape(note + finding.age(of: evidence)),
        margin: margin,
        severity: note == finding.message ? finding.severity : nil)
    }
    line("")
  }

  /// An event in lines that fit: the text, and the text with the place behind it where it stands there.
  private func rows(
    _ text: String, _ place: String?, _ textWidth: Int, _ available: Int
  ) -> [(text: String, shown: String)] {
    guard let place else { return lines(text, available).map { ($0, $0) } }
    if text.count <= textWidth || text.count + 2 + place.count <= available {
      return [(text, TextLayout.pad(text, textWidth) + "  " + place)]
    }
    var rows = lines(text, available).map { (text: $0, shown: $0) }
    let last = rows.removeLast()
    if last.text.count + 2 + place.count <= available {
      return rows + [(last.text, last.text + "  " + place)]
    }
    return rows + [last, ("", "  " + place)]
  }

  /// Underlines a text and says something about it; on a line of its own where it is too long.
  private mutating func mark(
    _ text: String, note: String, margin: String, severity: Severity?
  ) {
    let underline = String(repeating: severity == nil ? "-" : "^", count: text.count)
    let fits = gutterWidth + 3 + margin.count + underline.count + 1 + note.count <= options.width
    let room = options.width - gutterWidth - 3 - margin.count
    for words in fits ? ["\(underline) \(note)"] : [underline] + lines(note, room) {
      line("", "|", margin + (severity.map { style.severity($0, words) } ?? words))
    }
  }

  /// Before which event those are missing that were left out: of a context the beginning is kept and
  /// the latest, of a lock the oldest acquisitions.
  private static func placeOfOmitted(_ finding: Report.Finding) -> Int {
    if finding.irp != nil { return min(5, finding.evidence.count - 1) }
    return (finding.evidence.lastIndex { $0.note == "still held" } ?? -1) + 1
  }

  // MARK: Advice

  private mutating func writeAdvice(_ group: Fault) {
    if let ends = group.ends { advice("story", SafeText.escape(ends)) }
    if let rule = options.rule(group.finding.rule) {
      advice("expected", rule.documentation.summary)
      for words in group.caseHelp { advice("here", SafeText.escape(words)) }
      advice("help", rule.documentation.remedy)
    }
    if let doubt = group.finding.doubt { advice("doubt", SafeText.escape(doubt)) }
    if !group.alsoBroken.isEmpty {
      advice("also", group.alsoBroken.joined(separator: ", "))
    }
    if group.count > 1 {
      advice("note", "seen \(TextLayout.grouped(group.count)) times; this is the first")
    }
    advice("fault", group.id)
  }

  private mutating func advice(_ label: String, _ text: String) {
    let indent = gutterWidth + 3 + label.count + 2
    let wrapped = TextLayout.wrap(text, width: options.width, indent: indent)
    let margin = style.gutter(String(repeating: " ", count: gutterWidth + 1) + "=")
    out += "\(margin) \(style.bold(label + ":")) \(wrapped.dropFirst(indent))\n"
  }
}
