import RuleEngine
import Testing

@testable import TraceSynthesizer

@Suite("Synthesized traces") struct TraceShapeTests {
  /// What an event says, without its strings.
  private static func digest(_ trace: Synthesized) -> [UInt64] {
    trace.events.map {
      $0.irp ^ $0.device << 7 ^ $0.lock << 3 ^ $0.tag << 5 ^ $0.operand ^ $0.thread << 40
        ^ UInt64($0.kind.rawValue) ^ UInt64(bitPattern: $0.timestamp) << 1
        ^ UInt64($0.source.rawValue) << 33 ^ UInt64($0.statusBits)
    }
  }

  @Test("the same seed gives the same trace, in batches of any size", arguments: [1, 2, 3, 999])
  func isDeterministic(seed: UInt64) throws {
    let first = try Synthesized {
      $0.seed = seed; $0.events = 3000
    }
    let second = try Synthesized(batch: 17) {
      $0.seed = seed; $0.events = 3000
    }
    let other = try Synthesized {
      $0.seed = seed + 1; $0.events = 3000
    }
    #expect(Self.digest(first) == Self.digest(second))
    #expect(Self.digest(first) != Self.digest(other))
  }

  @Test(
    "about as many events as were asked for",
    arguments: [
      (events: 1000, devices: 16, threads: 4), (10_000, 16, 4), (6000, 1, 1), (15_000, 200, 16),
      (5000, 3, 2), (12_000, 3000, 3),
    ])
  func countsFit(events: Int, devices: Int, threads: Int) throws {
    for ending in [SynthesizerOptions.Ending.finished, .unloaded, .cut] {
      let trace = try Synthesized {
        $0.events = events
        $0.devices = devices
        $0.threads = threads
        $0.ending = ending
      }
      let slack = ending == .cut ? 200 : 60 + events / 50 + devices * 12
      let count = trace.events.count
      #expect((events - 100...events + slack).contains(count), "\(ending): \(count)")
    }
  }

  @Test("events carry what the format requires and nothing else", arguments: 1...6)
  func fieldsFit(seed: UInt64) throws {
    let trace = try Synthesized {
      $0.seed = seed
      $0.events = 10_000
      $0.faultRate = seed > 3 ? 0.1 : 0
      $0.ending = .unloaded
    }
    var schema: [EventKind: EventSchema] = [:]
    for row in EventKind.schema { schema[row.kind] = row }
    for (index, event) in trace.events.enumerated() {
      let row = try #require(schema[event.kind])
      if let fault = Self.fault(of: event, row, trace.strings) {
        Issue.record("line \(index + 1), \(row.name): \(fault)")
        break
      }
      if event.position.line != UInt64(index + 1) { Issue.record("line \(index + 1): position") }
    }
    #expect(zip(trace.events, trace.events.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp })
  }

  /// What is wrong with the fields of an event.
  private static func fault(
    of event: Event, _ row: EventSchema, _ strings: StringTable
  ) -> String? {
    let allowed = row.required.union(row.optional).union(EventSchema.common)
    if !event.fields.isSuperset(of: row.required) { return "a field is missing" }
    if !allowed.isSuperset(of: event.fields) { return "a field is too many" }
    if event.has(.dev), event.device == 0 { return "no device" }
    if event.has(.irp), event.irp == 0, event.kind != .ioAllocateIrp { return "no irp" }
    if event.has(.lock), event.lock == 0 { return "no lock" }
    if event.has(.src), !strings[event.source].contains(".c:") { return "no source" }
    if event.has(.fn), strings[event.function].isEmpty { return "no function" }
    if event.has(.drv), strings[event.driver].isEmpty { return "no driver" }
    return nil
  }

  @Test("frames nest on every thread", arguments: 1...8)
  func framesNest(seed: UInt64) throws {
    let trace = try Synthesized {
      $0.seed = seed
      $0.events = 10_000
      $0.threads = Int(seed % 5) + 1
      $0.devices = Int(seed * 3)
      $0.ending = .unloaded
    }
    var stacks: [UInt64: [Event]] = [:]
    for event in trace.events {
      switch event.kind {
      case .dispatchEnter, .completionEnter, .callbackEnter:
        stacks[event.thread, default: []].append(event)
      case .dispatchExit, .completionExit, .callbackExit:
        let popped = stacks[event.thread, default: []].popLast()
        let frame = try #require(popped)
        if !Self.pairs(frame, event) { Issue.record("line \(event.position.line)") }
      default: break
      }
    }
    #expect(stacks.values.allSatisfy { $0.isEmpty })
  }

  private static func pairs(_ enter: Event, _ exit: Event) -> Bool {
    switch (enter.kind, exit.kind) {
    case (.dispatchEnter, .dispatchExit), (.completionEnter, .completionExit):
      enter.irp == exit.irp && enter.device == exit.device
    case (.callbackEnter, .callbackExit): enter.operand == exit.operand
    default: false
    }
  }

  @Test("every acquisition of a clean trace is released once", arguments: 1...8)
  func locksBalance(seed: UInt64) throws {
    let trace = try Synthesized {
      $0.seed = seed
      $0.events = 10_000
      $0.threads = Int(seed % 5) + 1
      $0.ending = .unloaded
    }
    struct Key: Hashable { var lock, tag: UInt64 }
    var held: [Key: Int] = [:]
    var drained = 0
    for event in trace.events {
      let key = Key(lock: event.lock, tag: event.tag)
      switch event.kind {
      case .ioAcquireRemoveLock where event.status == .success: held[key, default: 0] += 1
      case .ioReleaseRemoveLock, .ioReleaseRemoveLockAndWait:
        let count = held[key, default: 0]
        #expect(count > 0, "line \(event.position.line)")
        held[key] = count > 1 ? count - 1 : nil
      case .ioReleaseRemoveLockAndWaitReturn:
        drained += 1
        #expect(!held.keys.contains { $0.lock == event.lock }, "line \(event.position.line)")
      default: break
      }
    }
    #expect(held.isEmpty)
    #expect(drained > 0)
  }
}

@Suite("The mix of a synthesized trace") struct TraceMixTests {
  @Test("most requests are transfers, and every major and every PnP minor code occurs")
  func majorsFit() throws {
    let trace = try Synthesized { $0.events = 120_000 }
    let enters = trace.events.filter { $0.kind == .dispatchEnter }
    let shares = Dictionary(grouping: enters, by: \.major).mapValues {
      Double($0.count) / Double(enters.count)
    }
    let transfers =
      shares[.read, default: 0] + shares[.write, default: 0] + shares[.deviceControl, default: 0]
    #expect((0.55...0.9).contains(transfers), "\(transfers)")
    let others: [MajorFunction] = [
      .internalDeviceControl, .create, .cleanup, .close, .pnp, .power, .systemControl, .shutdown,
    ]
    for major in others {
      #expect((0.001...0.15).contains(shares[major, default: 0]), "\(major.name)")
    }
    let minors = Set(enters.filter { $0.major == .pnp }.map(\.minor.rawValue))
    let known = Set(UInt8(0)...UInt8(0x19)).subtracting([0x0E, 0x11])
    #expect(minors.isSuperset(of: known), "missing: \(known.subtracting(minors).sorted())")
  }

  @Test("the events of asynchronous drivers occur")
  func kindsFit() throws {
    let trace = try Synthesized {
      $0.events = 120_000; $0.ending = .unloaded
    }
    let seen = Set(trace.events.map(\.kind))
    let absent: Set<EventKind> = [
      .malformed, .custom, .traceLost, .exAllocatePool, .exAllocatePool3,
      .exAllocatePoolUninitialized, .exAllocatePoolWithQuotaTag,
    ]
    // Those from here on are about what a thread holds, and about single calls.
    let last = EventKind.exAllocatePoolWithQuotaTag.rawValue
    let missing = EventKind.allCases.filter {
      $0.rawValue <= last && !seen.contains($0) && !absent.contains($0)
    }
    #expect(missing.isEmpty, "\(missing)")
    let callbacks = Set(trace.events.filter { $0.kind == .callbackEnter }.map(\.callbackKind))
    let others: Set<CallbackKind> = [.other, .addDevice, .driverEntry, .unload, .isr]
    #expect(callbacks == Set(CallbackKind.allCases).subtracting(others))
  }

  @Test("addresses, thread ids and devices come again")
  func handlesAreReused() throws {
    let trace = try Synthesized { $0.events = 120_000 }
    let enters = trace.events.filter { $0.kind == .dispatchEnter }
    #expect(Set(enters.map(\.irp)).count < 500)
    #expect(Set(trace.events.map(\.thread)).count < 500)
    let added = trace.events.filter { $0.kind == .addDevice }.map(\.device)
    #expect(Set(added).count * 2 < added.count)
    let refused = trace.events.filter {
      $0.kind == .ioAcquireRemoveLock && $0.status == .deletePending
    }
    #expect(!refused.isEmpty)
  }

  @Test("threads work side by side")
  func threadsInterleave() throws {
    let trace = try Synthesized { $0.events = 20_000 }
    let switches = zip(trace.events, trace.events.dropFirst()).count { $0.thread != $1.thread }
    #expect(switches > trace.events.count / 10)
  }
}
