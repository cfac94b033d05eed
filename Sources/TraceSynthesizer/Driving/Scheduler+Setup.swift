import RuleEngine

extension Scheduler {
  /// Builds the machine: stacks of devices, and threads that have nothing to do yet.
  init(_ options: SynthesizerOptions) throws(SynthesizerError) {
    let library = ScenarioLibrary.shared
    if let rule = options.fault, !library.faults.contains(where: { $0.rules.contains(rule) }) {
      throw .unknownRule(rule)
    }
    random = RandomSource(seed: options.seed)
    chooser = Chooser(rule: options.fault)
    self.library = library
    steps = library.steps
    paths = library.paths
    self.options = options
    // Up to a second after the boot of the machine.
    clock = Int64(random.below(1_000_000_000))
    addStacks()
    for _ in 0..<options.threads { _ = newThread(.sender) }
    for _ in 0..<1 + options.threads / 4 { _ = newThread(.worker) }
    poolThreadCount = threads.count
    let events = UInt64(max(options.events, 1))
    seedAt = events / 10 + UInt64(random.below(Int(min(events / 4 + 1, 1 << 31))))
  }

  private mutating func addStacks() {
    while devices.count < options.devices {
      let left = options.devices - devices.count
      let preferred = stacks.count % ScenarioLibrary.shapes.count
      let fits = (preferred..<preferred + ScenarioLibrary.shapes.count)
        .map { $0 % ScenarioLibrary.shapes.count }
      // The first shape has one device, so that one always fits.
      let shape = fits.first { ScenarioLibrary.shapes[$0].count <= left } ?? 0
      var stack = Stack(first: Int32(devices.count), shape: shape)
      stack.next = .started
      for role in ScenarioLibrary.shapes[shape] {
        devices.append(
          Device(
            role: role, stack: Int32(stacks.count), driver: library.drivers[Int(role.rawValue)]))
      }
      stacks.append(stack)
    }
    residentCount = devices.count
    stackCount = stacks.count
  }

  /// Gives an event its place, time and thread.
  mutating func stamp(_ event: inout Event) {
    clock += 1000
    line += 1
    event.position = TracePosition(file: 0, line: line)
    event.timestamp = clock
    event.thread = threads[0].id
  }
}
