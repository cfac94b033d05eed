import RuleEngine
import Rules
import TraceSynthesizer

/// Checks ever longer traces, which are made batch by batch.
func measureEvents(upTo largest: Int) throws {
  heading("events", "ns/event", "resident MB")
  var count = 100_000
  while count <= largest {
    var options = SynthesizerOptions()
    options.events = count
    options.devices = 16
    options.threads = 4
    var synthesizer = try TraceSynthesizer(options)
    var checker = try Checker(rules: Catalog.all)
    var events: [Event] = []
    var total = 0
    var time = 0.0
    while synthesizer.next(16_384, into: &events) {
      let start = processorTime()
      checker.consume(events, strings: synthesizer.strings)
      time += processorTime() - start
      total += events.count
      events.removeAll(keepingCapacity: true)
    }
    row(String(total), fixed(time / Double(total)), fixed(Double(residentBytes()) / 1e6, 1))
    count *= 10
  }
}

/// A rule about requests that no trace here has.
private struct ElsewhereRule: ContextRule {
  let id: String
  let severity = Severity.warning
  let documentation = RuleDocumentation(
    summary: "A request of a kind that does not occur.", rationale: "To measure what it costs.",
    remedy: "None.", readings: "The same in both.", source: "none")
  let examples: [Example] = []
  enum State: UInt8, MachineState { case watching, forwarded }

  func scope(in reading: Reading) -> ContextScope { ContextScope(majors: [.createNamedPipe]) }

  func machine(in reading: Reading) -> Machine<State, ContextFact> {
    Machine(
      start: .watching,
      [
        on(.watching, .forwardedUnheld, .report("forwarded without the lock")),
        on(.watching, .forwarded, .go(.forwarded)),
        on([.watching, .forwarded], .returned, .pass),
      ])
  }
}

/// Checks one trace with the catalog, and with ever more rules beside it that do not apply.
func measureRules(upTo largest: Int) throws {
  var options = SynthesizerOptions()
  options.events = 1_000_000
  options.devices = 16
  options.threads = 4
  var synthesizer = try TraceSynthesizer(options)
  var events: [Event] = []
  while synthesizer.next(65_536, into: &events) {}
  let batches = stride(from: 0, to: events.count, by: 2048).map {
    Array(events[$0..<min($0 + 2048, events.count)])
  }
  heading("rules that do not apply", "ns/event")
  for count in [0, 42, 420, 4200] where count <= largest {
    let elsewhere = (0..<count).map { Rule(ElsewhereRule(id: "Elsewhere\($0)")) }
    var best = Double.infinity
    for _ in 0..<5 {
      var checker = try Checker(rules: Catalog.all + elsewhere)
      let start = processorTime()
      for batch in batches { checker.consume(batch, strings: synthesizer.strings) }
      best = min(best, processorTime() - start)
    }
    row(String(count), fixed(best / Double(events.count)))
  }
}

/// Opens contexts until `live` are, then goes on with opening one and ending the oldest.
func measureContexts(upTo largest: Int) throws {
  heading("live contexts", "bytes each", "ns/event")
  var live = 1000
  while live <= largest {
    var traffic = Traffic()
    var options = Checker.Options()
    options.limits.contexts = 2 * live
    options.limits.acquisitions = 2 * live
    var checker = try Checker(rules: Catalog.all, options: options)
    checker.consume(traffic.start(), strings: traffic.strings)
    let before = residentBytes()
    for _ in 0..<(live / 1000) {
      checker.consume(traffic.open(1000), strings: traffic.strings)
    }
    let bytes = residentBytes() - before
    // Of ten parts the quickest: what else the machine does makes the others slower, nothing faster.
    var best = Double.infinity
    for _ in 0..<10 {
      var time = 0.0
      var count = 0
      for _ in 0..<40 {
        let events = traffic.exchange(500)
        let start = processorTime()
        checker.consume(events, strings: traffic.strings)
        time += processorTime() - start
        count += events.count
      }
      best = min(best, time / Double(count))
    }
    guard checker.snapshot(strings: traffic.strings).contexts.count == live else {
      print("the contexts that should be live are not")
      return
    }
    row(String(live), fixed(Double(bytes) / Double(live)), fixed(best))
    live *= 10
  }
}
