import RuleEngine

/// Makes traces of drivers that do not exist: what a tracer would log of several drivers' stacks
/// under load, on several threads, while devices come and go. The same options give the same trace,
/// event for event.
///
/// Without a fault the trace is clean in the tracked reading. With one, correct code paths are
/// replaced here and there by paths that break a rule; ``takeFaults()`` says where.
///
/// The memory that it takes depends on the number of devices and threads, not on the length of the
/// trace, as long as the caller takes the faults out (``takeFaults()``).
public struct TraceSynthesizer: Sendable {
  /// What was asked for.
  public let options: SynthesizerOptions
  /// The strings of the events; complete from the beginning.
  public let strings: StringTable
  /// How many faults were seeded so far.
  public var seededCount: Int { scheduler.seededCount }

  private var scheduler: Scheduler
  private var phase = Phase.start
  private var unloadIndex = 0

  private enum Phase { case start, run, unload, end }

  /// The rules that ``SynthesizerOptions/fault`` may name, sorted.
  public static let faultRules: [String] = {
    Array(Set(ScenarioLibrary.shared.faults.flatMap(\.rules))).sorted()
  }()

  /// Makes a synthesizer; throws where no scenario breaks the rule that is asked for.
  public init(_ options: SynthesizerOptions) throws(SynthesizerError) {
    var options = options
    options.devices = max(1, min(options.devices, 1 << 20))
    options.threads = max(1, min(options.threads, 1 << 16))
    self.options = options
    let scheduler = try Scheduler(options)
    self.scheduler = scheduler
    strings = scheduler.library.strings
  }

  /// The faults that were decided since this was called last, in the order of the trace.
  public mutating func takeFaults() -> [SeededFault] {
    defer { scheduler.faults.removeAll() }
    return scheduler.faults
  }

  /// Adds the next events to `events`, about `count` of them; false when the trace is at its end
  /// and nothing was added.
  public mutating func next(_ count: Int, into events: inout [Event]) -> Bool {
    let begin = events.count
    while events.count - begin < count {
      switch phase {
      case .start:
        addTraceStart(to: &events)
        phase = .run
      case .run:
        if scheduler.isCut || !scheduler.advance(into: &events) {
          phase = options.ending == .unloaded && scheduler.hungCount == 0 ? .unload : .end
        }
      case .unload:
        if unloadIndex == scheduler.library.drivers.count {
          phase = .end
        } else {
          addDriverUnload(to: &events)
        }
      case .end: return events.count > begin
      }
    }
    return true
  }

  private mutating func addTraceStart(to events: inout [Event]) {
    var event = Event(.traceStart)
    event.fields = FieldSet(.version)
    event.number = 1
    add(event, to: &events)
  }

  /// A driver unloads; a bus driver's name stands for two roles.
  private mutating func addDriverUnload(to events: inout [Event]) {
    let driver = scheduler.library.drivers[unloadIndex]
    let isFirst = !scheduler.library.drivers[..<unloadIndex].contains(driver)
    unloadIndex += 1
    guard isFirst else { return }
    var event = Event(.driverUnload)
    event.fields = FieldSet(.drv)
    event.driver = driver
    add(event, to: &events)
  }

  private mutating func add(_ event: Event, to events: inout [Event]) {
    var event = event
    event.fields.insert(.ts)
    event.fields.insert(.tid)
    scheduler.stamp(&event)
    events.append(event)
  }
}
