/// Finds a smallest trace that still gives one finding, by delta debugging: whole IRPs are left out
/// first, then threads, then single events. Smallest means that no single one of the events that are
/// left can be left out, where the ``budget`` was enough.
public struct TraceMinimizer: Sendable {
  /// The rule whose finding is to stay.
  public let rule: Rule
  /// The finding's fingerprint; nil for the first finding of the rule.
  public let fingerprint: String?
  /// How many events may be checked, in all candidates together. Where nearly all events are needed, as many
  /// are tried as the square of their number.
  public var budget: UInt64 = Self.standardBudget
  /// The budget without a say: some ten seconds.
  public static let standardBudget: UInt64 = 30_000_000
  private let options: Checker.Options
  private let strings: StringTable

  /// How often a candidate was checked.
  public private(set) var checks = 0
  /// Whether the budget was used up, so that more events may not be needed.
  public private(set) var isExhausted = false
  private var spent: UInt64 = 0

  /// What checking a candidate costs besides its events.
  private static let checkCost: UInt64 = 200

  /// Makes a minimizer for traces with these strings.
  public init(rule: Rule, fingerprint: String?, reading: Reading, strings: StringTable) {
    self.rule = rule
    self.fingerprint = fingerprint
    self.strings = strings
    options = Self.options(reading)
  }

  private static func options(_ reading: Reading) -> Checker.Options {
    var options = Checker.Options()
    options.reading = reading
    options.maxFindings = 1
    return options
  }

  /// A checker that is fit to find the end of what ``minimize(_:)`` needs of a trace:
  /// ``isFound(_:by:)`` says when it is reached.
  ///
  /// - Throws: ``RuleDefinitionError`` where the rule is not well formed.
  public static func finder(of rule: Rule, _ reading: Reading) throws(RuleDefinitionError)
    -> Checker
  {
    try Checker(rules: [rule], options: options(reading))
  }

  /// Whether the checker has found what is looked for: the finding with this fingerprint, or any.
  public static func isFound(_ fingerprint: String?, by checker: Checker) -> Bool {
    if checker.errorCount + checker.warningCount == 0 { return false }
    guard let fingerprint else { return true }
    return checker.occurrences(of: fingerprint) > 0
  }

  /// The smallest trace, its events in order and with their positions; nil where the trace does not
  /// give the finding. Where the budget is used up (``isExhausted``), the smallest that was found.
  ///
  /// - Throws: ``RuleDefinitionError`` where the rule is not well formed.
  public mutating func minimize(_ events: [Event]) throws(RuleDefinitionError) -> [Event]? {
    let search = Search(
      events: events, strings: strings, fingerprint: fingerprint,
      checker: try Self.finder(of: rule, options.reading))
    guard let end = search.decidingEvent() else { return nil }
    spent += UInt64(end) + Self.checkCost
    var rest = Array(0...Int32(clamping: end))
    if !gives(rest, search) { rest = Array(0..<Int32(clamping: events.count)) }
    for key in [Self.request, Self.thread] as [@Sendable (Event) -> UInt64] {
      rest = reduce(rest, search) { key(events[Int($0)]) }
    }
    // Single events: until a whole pass leaves none out.
    var before = 0
    repeat {
      before = rest.count
      rest = reduce(rest, search) { UInt64($0) }
    } while rest.count < before && !isExhausted
    return rest.map { events[Int($0)] }
  }

  /// Events belong together that are about one IRP: by its address, as IRP or as tag.
  private static let request: @Sendable (Event) -> UInt64 = { event in
    if event.has(.irp) { return event.irp }
    if event.has(.tag), event.tag != 0 { return event.tag }
    return event.has(.lock) ? event.lock : event.device
  }

  private static let thread: @Sendable (Event) -> UInt64 = \.thread

  /// Whether the events with these numbers give the finding. Without budget they do not.
  private mutating func gives(_ candidate: [Int32], _ search: Search) -> Bool {
    spent += UInt64(candidate.count) + Self.checkCost
    if spent > budget { isExhausted = true }
    if isExhausted { return false }
    checks += 1
    return search.gives(candidate)
  }

  /// Leaves out as many groups of events with one key as can be.
  private mutating func reduce(
    _ events: [Int32], _ search: Search, by key: (Int32) -> UInt64
  ) -> [Int32] {
    var numbers: [UInt64: Int32] = [:]
    var groupOf = events.map { event in
      let value = key(event)
      if let known = numbers[value] { return known }
      let number = Int32(numbers.count)
      numbers[value] = number
      return number
    }
    var groups = Array(0..<Int32(numbers.count))
    var isLeftOut = [Bool](repeating: false, count: groups.count)
    var rest = events
    // Leave out ever smaller runs of groups. A run that could be left out is gone for good, so that
    // the work shrinks with the trace.
    var size = max(1, groups.count / 2)
    while true {
      var kept: [Int32] = []
      var start = 0
      while start < groups.count {
        let run = groups[start..<min(start + size, groups.count)]
        start += run.count
        for group in run { isLeftOut[Int(group)] = true }
        let candidate = rest.indices.filter { !isLeftOut[Int(groupOf[$0])] }
        // Something must stay: what was kept, or what is still to be tried.
        let isAll = kept.isEmpty && start == groups.count
        if !isAll, gives(candidate.map { rest[$0] }, search) {
          rest = candidate.map { rest[$0] }
          groupOf = candidate.map { groupOf[$0] }
        } else {
          for group in run { isLeftOut[Int(group)] = false }
          kept += run
        }
        if isExhausted { return rest }
      }
      let removed = kept.count < groups.count
      groups = kept
      if size == 1, !removed { break }
      size = max(1, size / 2)
    }
    return rest
  }
}

/// What is the same for all candidates.
private struct Search {
  let events: [Event]
  let strings: StringTable
  let fingerprint: String?
  /// A checker that has not been given any event.
  let checker: Checker

  /// How many events are handed to a checker at once.
  private static let pieceEvents = 256

  /// The place of the event that decides the finding, or of the last event where the end of the trace
  /// decides.
  func decidingEvent() -> Int? {
    var checker = checker
    for (place, event) in events.enumerated() {
      checker.consume(event, strings: strings)
      if TraceMinimizer.isFound(fingerprint, by: checker) { return place }
    }
    checker.finish(strings: strings)
    return TraceMinimizer.isFound(fingerprint, by: checker) ? events.count - 1 : nil
  }

  func gives(_ candidate: [Int32]) -> Bool {
    var checker = checker
    var piece: [Event] = []
    piece.reserveCapacity(Self.pieceEvents)
    for event in candidate {
      piece.append(events[Int(event)])
      guard piece.count == Self.pieceEvents else { continue }
      checker.consume(piece, strings: strings)
      if TraceMinimizer.isFound(fingerprint, by: checker) { return true }
      piece.removeAll(keepingCapacity: true)
    }
    checker.consume(piece, strings: strings)
    if TraceMinimizer.isFound(fingerprint, by: checker) { return true }
    checker.finish(strings: strings)
    return TraceMinimizer.isFound(fingerprint, by: checker)
  }
}
