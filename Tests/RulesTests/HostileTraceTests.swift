import RuleEngine
import Rules
import Testing

/// Traces that make each event look at much: what a check takes grows with their length and no faster, and
/// what it keeps does not grow beyond its limits.
@Suite("Traces that attack") struct HostileTraceTests {
  /// A trace of a shape, of some size.
  struct Shape: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var trace: @Sendable (Int) -> String
  }

  private static let head =
    "@ddi AddDevice dev=F0 role=FDO\n@ddi IoInitializeRemoveLock lock=F8 dev=F0 highwater=9\n"

  private static func lines(_ count: Int, _ line: (Int) -> String) -> String {
    (1...count).map(line).joined()
  }

  static let shapes: [Shape] = [
    Shape(testDescription: "a device with many locks is added again and again") { count in
      lines(count) { "@ddi IoInitializeRemoveLock lock=\($0)8 dev=F0\n" }
        + lines(count) { _ in "@ddi AddDevice dev=F0 role=FDO\n" }
    },
    Shape(testDescription: "a request with many acquisitions has many completion exits") { count in
      head + "@ddi DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ tid=1\n"
        + lines(count) { _ in "@ddi IoAcquireRemoveLock lock=F8 tag=0 status=0 tid=1\n" }
        + lines(count) { _ in
          "@ddi CompletionEnter irp=A0 dev=F0 tid=2\n"
            + "@ddi CompletionExit irp=A0 dev=F0 status=STATUS_MORE_PROCESSING_REQUIRED tid=2\n"
        }
    },
    Shape(testDescription: "exits fit none of many open frames") { count in
      lines(count) { "@ddi CallbackEnter tid=1 kind=Dpc irp=\($0)\n" }
        + lines(count) { "@ddi DispatchExit tid=1 irp=F\($0) status=0\n" }
    },
    Shape(testDescription: "every event has a thread of its own, which stays in a routine") {
      count in
      lines(count * 4) { "@ddi CallbackEnter tid=\($0) kind=Dpc\n" }
    },
    Shape(testDescription: "a lock with many holders is faulty in many ways") { count in
      head + lines(count) { "@ddi IoAcquireRemoveLock lock=F8 tag=\($0) status=0\n" }
        + lines(count) { "@ddi IoReleaseRemoveLock lock=F8 tag=FFFF fn=f\($0)\n" }
    },
    Shape(testDescription: "many live requests of one IRP") { count in
      lines(count) { "@ddi DispatchEnter dev=\($0)0 irp=A0 mj=IRP_MJ_READ tid=\($0)\n" }
        + lines(count) { _ in "@ddi IoCompleteRequest irp=A0 status=0 tid=0\n" }
    },
    Shape(testDescription: "pool memory and keys are never given back") { count in
      lines(count * 4) { "@ddi ExAllocatePool2 ptr=\($0)0 size=16 pooltag=LidS drv=d tid=1\n" }
        + lines(count * 4) { "@ddi ZwOpenKey handle=\($0)0 status=0 drv=d tid=1\n" }
        + "@ddi ExFreePool ptr=9 drv=d tid=1\n@ddi DriverUnload drv=d\n"
    },
    Shape(testDescription: "the same address is freed again and again") { count in
      "@ddi DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ tid=1\n"
        + "@ddi ExAllocatePool2 ptr=A0 pooltag=LidS tid=1\n"
        + lines(count * 4) { _ in "@ddi ExFreePool ptr=A0 pooltag=LidS tid=1\n" }
        + lines(count) {
          "@ddi ExAllocatePool2 ptr=\($0)0 tid=1\n@ddi ExFreePool ptr=\($0)0 tid=1\n"
        }
    },
    Shape(testDescription: "drivers are unloaded that have left much") { count in
      "@ddi TraceStart version=1\n@ddi ExFreePool ptr=9 tid=1\n"
        + lines(count) { "@ddi ExAllocatePool2 ptr=\($0)0 drv=d\($0 % 50) tid=1\n" }
        + lines(count) { "@ddi DriverUnload drv=d\($0 % 50)\n" }
    },
    Shape(testDescription: "many threads wait for ever, for many event objects") { count in
      lines(count) { "@ddi KeInitializeEvent object=\($0)0 tid=1\n" }
        + lines(count) { "@ddi KeWaitForSingleObjectCall object=\($0)0 timeout=-1 tid=\($0)\n" }
        + lines(count) { "@ddi IoSetCancelRoutine irp=A0 routine=\($0)0 tid=\($0)\n" }
    },
    Shape(testDescription: "spin locks are acquired without end, and none is released") { count in
      "@ddi DispatchEnter dev=F0 irp=A0 mj=IRP_MJ_READ tid=1\n"
        + lines(count * 4) { "@ddi KeAcquireSpinLock lock=\($0)0 oldirql=2 tid=1\n" }
    },
    Shape(testDescription: "every thread holds something, in a routine and in none") { count in
      lines(count) {
        "@ddi KeEnterCriticalRegion tid=\($0)\n@ddi CallbackEnter tid=\($0) kind=Dpc\n"
          + "@ddi KeAcquireInStackQueuedSpinLock lock=\($0)0 handle=F0 tid=\($0)\n"
          + "@ddi ExAcquireResourceSharedLite object=E0 granted=1 tid=\($0)\n"
      }
    },
    Shape(testDescription: "a resource is acquired without end and released by other threads") {
      count in
      lines(count) { _ in "@ddi ExAcquireResourceSharedLite object=E0 granted=1 tid=1\n" }
        + lines(count) { "@ddi ExReleaseResourceLite object=E0 tid=\($0 + 1)\n" }
    },
    Shape(testDescription: "what is left passes from routine to routine") { count in
      lines(count) { "@ddi CallbackEnter tid=1 kind=Own\($0 % 100)\n" }
        + lines(count) { "@ddi KeAcquireSpinLock lock=\($0)0 tid=1\n" }
        + lines(count) { "@ddi CallbackExit tid=1 kind=Own\((count - $0) % 100)\n" }
    },
    Shape(testDescription: "what a thread holds is released where the tracer does not look") {
      count in
      lines(count) {
        "@ddi KeAcquireSpinLock lock=\($0)0 oldirql=0 tid=1\n"
          + "@ddi IoMarkIrpPending irp=A0 irql=0 tid=1\n"
      }
    },
    Shape(testDescription: "gap after gap beside much that is live") { count in
      lines(count) { "@ddi DispatchEnter dev=F0 irp=\($0)0 mj=IRP_MJ_READ tid=\($0)\n" }
        + lines(count * 4) { _ in "@ddi TraceLost\n" }
    },
  ]

  /// Four times the size may take some more than four times the time; in quadratic time it were sixteen.
  @Test(arguments: shapes) func timeGrowsWithTheTrace(_ shape: Shape) throws {
    var options = Checker.Options()
    options.maxFindings = 20_000
    options.keepsPaths = true
    options.limits.acquisitionsPerTag = 256
    options.limits.frames = 128
    options.limits.contextsPerIRP = 128
    options.limits.threads = 256
    options.limits.allocations = 1024
    options.limits.keyHandles = 256
    options.limits.holds = 256
    let template = try Checker(rules: Catalog.all, options: options)
    func time(_ count: Int) -> Duration {
      var parser = TraceParser()
      var batch = EventBatch()
      parser.parse(Array(shape.trace(count).utf8), into: &batch)
      let clock = ContinuousClock()
      return (0..<3).map { _ in
        clock.measure {
          var checker = template
          checker.consume(batch.events, strings: parser.strings)
          checker.finish(strings: parser.strings)
        }
      }.min() ?? .zero
    }
    let (short, long) = (time(1000), time(4000))
    #expect(long < short * 9 + .milliseconds(50), "\(short), then \(long)")
  }

  /// What falls out at a limit is said, and no more is kept than the limit allows.
  @Test func limitsAreSaid() throws {
    var options = Checker.Options()
    options.limits.contexts = 64
    options.limits.acquisitions = 64
    options.limits.locks = 64
    options.limits.threads = 64
    options.limits.frames = 8
    options.limits.allocations = 64
    options.limits.keyHandles = 64
    options.limits.holds = 16
    var checker = try Checker(rules: Catalog.all, options: options)
    var parser = TraceParser()
    var batch = EventBatch()
    let text =
      Self.lines(200) { "@ddi DispatchEnter dev=\($0)0 irp=\($0)0 mj=IRP_MJ_READ tid=\($0)\n" }
      + Self.lines(200) { "@ddi IoAcquireRemoveLock lock=\($0)8 tag=1 status=0 tid=1\n" }
      + Self.lines(200) { _ in "@ddi CallbackEnter tid=1 kind=Dpc\n" }
      + Self.lines(200) { "@ddi ExAllocatePool2 ptr=\($0)0 size=16 tid=1\n" }
      + Self.lines(200) { "@ddi ZwOpenKey handle=\($0)0 status=0 tid=1\n" }
      + Self.lines(200) { "@ddi KeAcquireSpinLock lock=\($0)0 tid=1\n" }
    parser.parse(Array(text.utf8), into: &batch)
    checker.consume(batch.events, strings: parser.strings)
    let reached = Set(checker.limitsReached.map(\.limit))
    #expect(
      reached.isSuperset(of: [
        .contexts, .locks, .threads, .frames, .allocations, .keyHandles, .holds,
      ]))
    let snapshot = checker.snapshot(strings: parser.strings)
    #expect(snapshot.contexts.count <= 64 && snapshot.locks.count <= 64)
    #expect(snapshot.memory.allocations == 64 && snapshot.memory.largest.count == 1)
    #expect(snapshot.holding.map(\.held.count) == [16])
    #expect(snapshot.threads.count <= 64 && snapshot.threads.allSatisfy { $0.frames.count <= 8 })
  }
}
