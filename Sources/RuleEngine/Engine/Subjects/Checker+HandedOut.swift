// What findings about memory and about handles have in common: something was handed out and given back.
extension Checker {
  /// Fills in whose it is.
  func head(
    _ finding: inout Finding, ofLife life: some HandedOut, _ event: Event, _ strings: StringTable
  ) {
    finding.driver = strings[StringID(life.driver)]
    if finding.driver.isEmpty { finding.driver = strings[event.driver] }
    if event.has(.dev) { finding.device = event.device }
  }

  /// Where it was handed out, where it was given back, and the event, which `words` describe where it is about
  /// that.
  func evidence(
    ofLife life: some HandedOut, made: Evidence, given: (kind: EventKind, words: String),
    _ event: Event, words: String?, _ message: String, _ strings: StringTable
  ) -> [Evidence] {
    var all = [made]
    if life.isOver, life.given.position != event.position.rawValue {
      all.append(evidence(life.given, given.kind, given.words, strings))
    }
    var last = evidence(of: event, irp: nil, strings)
    if let words { last.words = words }
    last.note = message
    return all + [last]
  }
}
