/// Finds a smallest trace that still gives one finding, by delta debugging: whole IRPs are left out
/// first, then threads, then single events. Smallest means that no single one of the events that are
/// left can be left out.
public struct TraceMinimizer: Sendable {
  /// The rule whose finding is to stay.
  public let rule: Rule
  /// The finding's fingerprint; nil for the first finding of the rule.
  public let fingerprint: String?
  private let options: Checker.Options
  private let strings: StringTable

  /// How often a candidate was checked.
  public private(set) var checks = 0

  /// Makes a minimizer for traces with these strings.
  public init(rule: Rule, fingerprint: String?, reading: Reading, strings: StringTable) {
    self.rule = rule
    self.fingerprint = fingerprint
    self.strings = strings
    var options = Checker.Options()
    options.reading = reading
    options.maxFindings = 1
    self.options = options
  }

  /// The smallest trace, its events in order and with their positions; nil where the trace does not
  /// give the finding.
  ///
  /// - Throws: ``RuleDefinitionError`` where the rule is not well formed.
  public mutating func minimize(_ events: [Event]) throws(RuleDefinitionError) -> [Event]? {
    guard let end = try decidingEvent(events) else { return nil }
    var rest = Array(events[...end])
    if try !gives(rest) { rest = events }
    for key in [Self.request, Self.thread] as [@Sendable (Event) -> UInt64] {
      rest = try reduce(rest, by: key)
    }
    // Single events: until a whole pass leaves none out.
    var before = 0
    repeat {
      before = rest.count
      var number: UInt64 = 0
      rest = try reduce(rest) { _ in
        number += 1
        return number
      }
    } while rest.count < before
    return rest
  }

  /// Events belong together that are about one IRP: by its address, as IRP or as tag.
  private static let request: @Sendable (Event) -> UInt64 = { event in
    if event.has(.irp) { return event.irp }
    if event.has(.tag), event.tag != 0 { return event.tag }
    return event.has(.lock) ? event.lock : event.device
  }

  private static let thread: @Sendable (Event) -> UInt64 = \.thread

  /// The place of the event that decides the finding, or of the last event where the end of the trace
  /// decides.
  private mutating func decidingEvent(_ events: [Event]) throws(RuleDefinitionError) -> Int? {
    var checker = try makeChecker()
    for (place, event) in events.enumerated() {
      checker.consume(event, strings: strings)
      if isFound(checker) { return place }
    }
    checker.finish(strings: strings)
    return isFound(checker) ? events.count - 1 : nil
  }

  private func makeChecker() throws(RuleDefinitionError) -> Checker {
    try Checker(rules: [rule], options: options)
  }

  private func isFound(_ checker: Checker) -> Bool {
    if checker.errorCount + checker.warningCount == 0 { return false }
    guard let fingerprint else { return true }
    return checker.occurrences[fingerprint] != nil
  }

  private mutating func gives(_ events: [Event]) throws(RuleDefinitionError) -> Bool {
    checks += 1
    var checker = try makeChecker()
    checker.consume(events, strings: strings)
    if isFound(checker) { return true }
    checker.finish(strings: strings)
    return isFound(checker)
  }

  /// Leaves out as many groups of events with one key as can be.
  private mutating func reduce(
    _ events: [Event], by key: (Event) -> UInt64
  ) throws(RuleDefinitionError) -> [Event] {
    var numbers: [UInt64: Int] = [:]
    let groupOf = events.map { event in
      let value = key(event)
      if let known = numbers[value] { return known }
      numbers[value] = numbers.count
      return numbers.count - 1
    }
    var groups = Array(0..<numbers.count)
    var rest = zip(events, groupOf).map { ($0, $1) }
    // Leave out ever smaller runs of groups. A run that could be left out is gone for good, so that
    // the work shrinks with the trace.
    var size = max(1, groups.count / 2)
    while true {
      var start = 0
      var removed = false
      while start < groups.count {
        let run = Set(groups[start..<min(start + size, groups.count)])
        let candidate = rest.filter { !run.contains($0.1) }
        if run.count < groups.count, try gives(candidate.map(\.0)) {
          rest = candidate
          groups.removeSubrange(start..<min(start + size, groups.count))
          removed = true
        } else {
          start += size
        }
      }
      if size == 1, !removed { break }
      size = max(1, size / 2)
    }
    return rest.map(\.0)
  }
}
